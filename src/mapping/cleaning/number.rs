//! Texts to numbers: plain decimals, money as people write it, integers, shares, truth values.
//!
//! Comes in: one cell. Leaves: a valid `xsd:decimal` (or `xsd:integer`, `xsd:boolean`) in a buffer, or what was
//! expected. Digits stay as given, so `5.00` is `5.00`; `+5.00` becomes `5.00`, `.5` becomes `0.5` and `007` becomes `7`.
//! Numbers are texts and exact decimals; a floating-point number is never made.

use rust_decimal::Decimal;

/// What a number is written with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::mapping) struct NumberReader {
    /// The decimal sign, `.` or `,`.
    pub(in crate::mapping) decimal: char,
}

impl Default for NumberReader {
    fn default() -> Self {
        Self { decimal: '.' }
    }
}

impl NumberReader {
    /// Writes the decimal that `text` is to `out`, without anything but sign, digits and decimal sign.
    pub(in crate::mapping) fn decimal(self, text: &str, out: &mut String) -> Result<(), String> {
        let wrong = || format!("expected a number like 1234{}50, found \"{text}\"", self.decimal);
        out.clear();
        let (negative, rest) = sign(text);
        let (whole, fraction) = rest.split_once(self.decimal).unwrap_or((rest, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty()) {
            push(out, negative, whole, fraction);
            return Ok(());
        }
        let scientific = self.decimal == '.' && text.contains(['e', 'E']);
        let number = scientific.then(|| Decimal::from_scientific(text).ok()).flatten().ok_or_else(wrong)?;
        out.push_str(&number.to_string());
        Ok(())
    }

    /// Writes the amount that `text` says: currency signs and codes, thousands, brackets or a minus behind for what is
    /// negative, 万 (10⁴) and 亿 (10⁸).
    pub(in crate::mapping) fn money(self, text: &str, out: &mut String) -> Result<(), String> {
        let wrong = || format!("expected an amount of money with the decimal sign {}, found \"{text}\"", self.decimal);
        let bare: String = text.chars().filter(|&c| !is_currency(c) && !c.is_whitespace()).collect();
        let (bracketed, bare) = match bare.strip_prefix(['(', '（']).and_then(|it| it.strip_suffix([')', '）'])) {
            Some(inside) => (true, inside),
            None => (false, bare.as_str()),
        };
        let bare = without_code(bare);
        let (minus_behind, bare) = bare.strip_suffix(['-', '−']).map_or((false, bare), |rest| (true, rest));
        let (bare, zeros) = bare.strip_suffix('亿').map_or((bare, 0), |rest| (rest, 8));
        let (bare, zeros) = bare.strip_suffix('万').map_or((bare, zeros), |rest| (rest, zeros + 4));
        let (minus, bare) = sign(without_code(bare));
        if u8::from(bracketed) + u8::from(minus_behind) + u8::from(minus) > 1 {
            return Err(wrong());
        }
        let (whole, fraction) = bare.split_once(self.decimal).unwrap_or((bare, ""));
        let whole = self.without_thousands(whole).ok_or_else(wrong)?;
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(&whole) || !digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
            return Err(wrong());
        }
        let (whole, fraction) = shifted(whole, fraction, zeros);
        out.clear();
        push(out, bracketed || minus_behind || minus, &whole, &fraction);
        Ok(())
    }

    /// The digits without separators, or `None` when a group has not three digits: `1,5` is no thousand.
    fn without_thousands(self, whole: &str) -> Option<String> {
        let separators: &[char] = if self.decimal == '.' { &[',', '\'', '’'] } else { &['.', '\'', '’'] };
        let (first, groups) = match whole.split_once(separators) {
            Some((first, groups)) => (first, groups),
            None => return Some(whole.to_owned()),
        };
        let well_formed = (1..=3).contains(&first.len()) && groups.split(separators).all(|group| group.len() == 3);
        well_formed.then(|| format!("{first}{}", groups.replace(separators, "")))
    }
}

/// Writes the whole number that `text` is; `17850.0`, as exports of tables with gaps have it, is 17850.
pub(in crate::mapping) fn integer(text: &str, out: &mut String) -> Result<(), String> {
    let (negative, rest) = sign(text);
    let (whole, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    let whole_number = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
    if !whole_number || fraction.bytes().any(|byte| byte != b'0') {
        return Err(format!("expected a whole number, found \"{text}\""));
    }
    out.clear();
    push(out, negative, whole, "");
    Ok(())
}

/// Writes the share in 0 to 1 that `text` says, as `0.6` or `60 %`.
pub(in crate::mapping) fn share(reader: NumberReader, text: &str, out: &mut String) -> Result<(), String> {
    let wrong = || format!("expected a share between 0 and 1 or 0 % and 100 %, found \"{text}\"");
    let percent = text.strip_suffix(['%', '％']).map(str::trim_end);
    reader.decimal(percent.unwrap_or(text), out).map_err(|_| wrong())?;
    let number: Decimal = out.parse().map_err(|_| wrong())?;
    let number = if percent.is_some() { number / Decimal::ONE_HUNDRED } else { number };
    if !(Decimal::ZERO..=Decimal::ONE).contains(&number) {
        return Err(wrong());
    }
    if percent.is_some() {
        *out = number.normalize().to_string();
    }
    Ok(())
}

/// The truth value that `text` says.
pub(in crate::mapping) fn boolean(text: &str) -> Result<bool, String> {
    const TRUE: &[&str] = &["true", "yes", "y", "t", "1", "是"];
    const FALSE: &[&str] = &["false", "no", "n", "f", "0", "否"];
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    match (is(TRUE), is(FALSE)) {
        (true, _) => Ok(true),
        (_, true) => Ok(false),
        _ => Err(format!("expected true or false, found \"{text}\"")),
    }
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn push(out: &mut String, negative: bool, whole: &str, fraction: &str) {
    let whole = whole.trim_start_matches('0');
    let is_zero = whole.is_empty() && fraction.bytes().all(|byte| byte == b'0');
    if negative && !is_zero {
        out.push('-');
    }
    out.push_str(if whole.is_empty() { "0" } else { whole });
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
}

fn shifted(mut whole: String, fraction: &str, zeros: usize) -> (String, String) {
    let moved = zeros.min(fraction.len());
    whole.push_str(&fraction[..moved]);
    whole.extend(std::iter::repeat_n('0', zeros - moved));
    (whole, fraction[moved..].to_owned())
}

fn is_currency(c: char) -> bool {
    matches!(c, '$' | '€' | '£' | '¥' | '￥' | '元' | '₹' | '₽' | '₩' | '₺' | '฿' | '₫' | '₪' | '₴' | '＄' | '￡')
}

/// Without a currency code of three letters before or behind.
fn without_code(text: &str) -> &str {
    let letters_before = text.chars().take_while(char::is_ascii_uppercase).count();
    let text = if letters_before == 3 { &text[3..] } else { text };
    let letters_behind = text.chars().rev().take_while(char::is_ascii_uppercase).count();
    if letters_behind == 3 { &text[..text.len() - 3] } else { text }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn money(decimal: char, text: &str) -> Option<String> {
        let mut out = String::new();
        NumberReader { decimal }.money(text, &mut out).ok().map(|()| out)
    }

    fn plain(text: &str) -> Option<String> {
        let mut out = String::new();
        NumberReader::default().decimal(text, &mut out).ok().map(|()| out)
    }

    #[test]
    fn decimals_keep_their_digits_and_become_valid() {
        let cases = [("+5.00", "5.00"), (".5", "0.5"), ("5.", "5"), ("007", "7"), ("-0.0", "0.0"), ("1.5e3", "1500")];
        for (text, number) in cases {
            assert_eq!(plain(text).as_deref(), Some(number), "{text}");
        }
        for text in ["", "-", ".", "1,5", "1 000", "NaN", "inf", "0x1", "1.2.3", "١"] {
            assert_eq!(plain(text), None, "{text}");
        }
    }

    #[test]
    fn money_is_read_as_people_write_it() {
        let english = [
            ("$1,234.50", "1234.50"),
            ("(1,234.50)", "-1234.50"),
            ("£ -12", "-12"),
            ("12.00-", "-12.00"),
            ("CHF 1'000.05", "1000.05"),
            ("1.2万", "12000"),
            ("￥3.456亿元", "345600000"),
            ("2万亿", "2000000000000"),
            ("USD 5", "5"),
            ("5 EUR", "5"),
        ];
        for (text, number) in english {
            assert_eq!(money('.', text).as_deref(), Some(number), "{text}");
        }
        assert_eq!(money(',', "1.234.567,89 €").as_deref(), Some("1234567.89"));
    }

    #[test]
    fn an_amount_in_the_wrong_notation_is_refused_and_not_guessed() {
        for (decimal, text) in
            [('.', "1,5"), (',', "1.5"), ('.', "1.234,50"), ('.', "(-5)"), ('.', "--5"), ('.', "abc")]
        {
            assert_eq!(money(decimal, text), None, "{text}");
        }
    }

    #[test]
    fn integers_shares_and_truth_values() {
        let mut out = String::new();
        assert!(integer("17850.0", &mut out).is_ok() && out == "17850");
        assert!(integer("17850.5", &mut out).is_err());
        assert!(share(NumberReader::default(), "60 %", &mut out).is_ok() && out == "0.6");
        assert!(share(NumberReader::default(), "60", &mut out).is_err());
        assert_eq!((boolean("Yes"), boolean("否")), (Ok(true), Ok(false)));
        assert!(boolean("maybe").is_err());
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_a_valid_decimal_of_the_same_value(cents in -1_000_000_000_000_i64..1_000_000_000_000) {
            let number = Decimal::new(cents, 2);
            let written = plain(&number.to_string()).unwrap();
            prop_assert_eq!(written.parse::<Decimal>().unwrap(), number);
            let german = format!("{number}").replace('.', ",");
            prop_assert_eq!(money(',', &german).unwrap().parse::<Decimal>().unwrap(), number);
        }

        #[test]
        fn nothing_makes_it_panic(text in "\\PC{0,12}") {
            let mut out = String::new();
            let _ = (plain(&text), money('.', &text), money(',', &text), integer(&text, &mut out), boolean(&text));
            let _ = share(NumberReader::default(), &text, &mut out);
        }
    }
}
