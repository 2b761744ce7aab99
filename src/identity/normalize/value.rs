//! Values that are one thing and not words: dates, numbers, addresses of mail, telephone numbers.
//!
//! Comes in: a cell. Leaves: the form in which equal values are equal texts; empty when the cell says nothing. Wrong
//! values ("1856-86-18") are kept: a typing error in one part leaves the others to compare.

use unicode_normalization::UnicodeNormalization;

/// Two-digit years up to this one are in the 2000s.
const PIVOT: u32 = 30;
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// Words that stand for nothing.
const NOTHING: &[&str] = &[
    "", "n/a", "na", "null", "none", "nil", "nan", "-", "--", "?", "unknown", "tbd", "tbc", "无", "暂无", "不详",
    "未知",
];

/// Whether a cell says nothing.
pub fn is_nothing(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || (text.len() <= 9 && NOTHING.contains(&text.to_lowercase().as_str()))
}

/// A day as eight digits `YYYYMMDD`; digits that are no possible day are kept.
pub fn date(text: &str) -> String {
    let Some((year, month, day)) = date_parts(text) else {
        return String::new();
    };
    format!("{year:04}{month:02}{day:02}")
}

/// Year, month and day. Of two numbers that can both be months, the first is the month unless the year stands first.
fn date_parts(text: &str) -> Option<(u32, u32, u32)> {
    let lower = text.trim().split(['T', ' ']).next().filter(|it| it.len() >= 8).unwrap_or(text).to_lowercase();
    let digits: Vec<&str> = lower.split(|c: char| !c.is_ascii_digit()).filter(|it| !it.is_empty()).collect();
    if let [all] = digits[..]
        && all.len() == 8
    {
        return split_eight(all);
    }
    if let Some(month) = named_month(&lower) {
        let [one, other] = digits[..] else { return None };
        let (day, year) = if one.len() == 4 { (other, one) } else { (one, other) };
        return Some((full_year(year)?, month, day.parse().ok()?));
    }
    let [one, two, three] = digits[..] else { return None };
    if one.len() == 4 {
        return Some((one.parse().ok()?, two.parse().ok()?, three.parse().ok()?));
    }
    let (month, day): (u32, u32) = (one.parse().ok()?, two.parse().ok()?);
    let (month, day) = if month > 12 { (day, month) } else { (month, day) };
    Some((full_year(three)?, month, day))
}

fn split_eight(digits: &str) -> Option<(u32, u32, u32)> {
    let number = |from: usize, to: usize| digits[from..to].parse::<u32>().ok();
    let year = number(0, 4)?;
    if (1000..2200).contains(&year) {
        return Some((year, number(4, 6)?, number(6, 8)?));
    }
    Some((number(4, 8)?, number(2, 4)?, number(0, 2)?))
}

fn named_month(lower: &str) -> Option<u32> {
    let mut words = lower.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() >= 3);
    let word = words.next()?;
    let found = MONTHS.iter().position(|month| word.starts_with(month))?;
    u32::try_from(found + 1).ok()
}

fn full_year(digits: &str) -> Option<u32> {
    let year: u32 = digits.parse().ok()?;
    match digits.len() {
        2 if year <= PIVOT => Some(2000 + year),
        2 => Some(1900 + year),
        4 => Some(year),
        _ => None,
    }
}

/// Letters and digits in lower case, without blanks and punctuation.
pub fn compact(text: &str) -> String {
    text.nfkc().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The last nine digits of a telephone number: what stands before is a country or a trunk prefix, written or not.
pub fn phone(text: &str) -> String {
    let digits: String = text.nfkc().filter(char::is_ascii_digit).collect();
    let kept = digits[digits.len().saturating_sub(9)..].trim_start_matches('0');
    if kept.len() < 5 { String::new() } else { kept.to_owned() }
}

/// The address in lower case, out of `"Name" <name@example.org>` too; empty when there is none.
pub fn email(text: &str) -> String {
    let lower = text.to_lowercase();
    let found = lower.split(|c: char| c.is_whitespace() || "<>\"(),;:".contains(c)).find(|part| part.contains('@'));
    found.unwrap_or_default().trim_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_many_forms_are_eight_digits() {
        for (text, expected) in [
            ("1971-06-24", "19710624"),
            ("19560409", "19560409"),
            ("12/11/1978", "19781211"),
            ("20/8/1991", "19910820"),
            ("3/1/70", "19700301"),
            ("Mar 1 1970", "19700301"),
            ("15-Mar-92", "19920315"),
            ("25-Jun-08", "20080625"),
            ("1856-86-18", "18568618"),
            ("1971-06-24T10:00:00", "19710624"),
            ("no day", ""),
        ] {
            assert_eq!(date(text), expected, "{text}");
        }
    }

    #[test]
    fn numbers_and_addresses_have_one_form() {
        assert_eq!(phone("+39 0352 6553537"), phone("0352 6553537"));
        assert_eq!(phone("+1 702-919-1300"), phone("(702) 9191300"));
        assert_eq!(email("Maria Sentosa<msentosa@fmail.com>"), "msentosa@fmail.com");
        assert_eq!(compact("TQ13 8DF"), "tq138df");
        assert!(is_nothing(" N/A ") && !is_nothing("Nathan"));
    }
}
