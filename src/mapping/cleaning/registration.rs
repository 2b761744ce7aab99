//! Registration numbers: their shape, and their check digits where the number has some.
//!
//! Comes in: one cell. Leaves: the number without blanks, dots and dashes, upper case, or what was expected. Whether a
//! company has the number is not known here.

use super::vat;

/// A legal entity identifier (ISO 17442): 18 letters and digits, two check digits by ISO 7064 MOD 97-10.
pub(crate) fn lei(text: &str) -> Result<String, String> {
    let number = bare(text);
    let remainder = number.bytes().try_fold(0u32, |sum, byte| match byte {
        b'0'..=b'9' => Some((sum * 10 + u32::from(byte - b'0')) % 97),
        b'A'..=b'Z' => Some((sum * 100 + u32::from(byte - b'A') + 10) % 97),
        _ => None,
    });
    let is_valid = number.len() == 20 && remainder == Some(1);
    is_valid.then_some(number).ok_or_else(|| wrong("a legal entity identifier (20 characters, MOD 97-10)", text))
}

/// A D-U-N-S number: nine digits.
pub(crate) fn duns(text: &str) -> Result<String, String> {
    let number = bare(text);
    let is_valid = number.len() == 9 && number.bytes().all(|byte| byte.is_ascii_digit());
    is_valid.then_some(number).ok_or_else(|| wrong("a D-U-N-S number (9 digits)", text))
}

/// 统一社会信用代码 (GB 32100-2015): 18 characters without I, O, S, V and Z, the last one a check by MOD 31.
pub(crate) fn uscc(text: &str) -> Result<String, String> {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let number = bare(text);
    let value = |byte: u8| ALPHABET.iter().position(|&it| it == byte);
    let mut weight = 1;
    let mut sum = Some(0);
    for byte in number.bytes().take(17) {
        sum = sum.and_then(|sum| Some(sum + value(byte)? * weight));
        weight = weight * 3 % 31;
    }
    let check = sum.map(|sum| ALPHABET[(31 - sum % 31) % 31]);
    let is_valid = number.len() == 18 && check == number.bytes().last();
    is_valid.then_some(number).ok_or_else(|| wrong("a 统一社会信用代码 (18 characters, MOD 31)", text))
}

/// A VAT number of a member state of the EU, of Northern Ireland or Great Britain, by its shape and check digits.
pub(crate) fn vat(text: &str) -> Result<String, String> {
    let number = bare(text);
    vat::is_valid(&number).then_some(number).ok_or_else(|| wrong("a VAT number like DE811128135", text))
}

/// A number of Companies House: eight digits, or two letters and six digits; lost leading zeros are put back.
pub(in crate::mapping) fn uk_company(text: &str) -> Result<String, String> {
    let number = bare(text);
    let letters = number.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = &number.as_bytes()[letters..];
    let is_valid = matches!(letters, 0 | 2) && !digits.is_empty() && number.len() <= 8;
    if !is_valid || !digits.iter().all(u8::is_ascii_digit) || digits.iter().all(|&byte| byte == b'0') {
        return Err(wrong("a UK company number (8 digits, or 2 letters and 6 digits)", text));
    }
    let (prefix, digits) = number.split_at(letters);
    Ok(format!("{prefix}{digits:0>width$}", width = 8 - letters))
}

fn bare(text: &str) -> String {
    let kept = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | '/'));
    kept.flat_map(char::to_uppercase).collect()
}

fn wrong(expected: &str, found: &str) -> String {
    format!("expected {expected}, found \"{found}\"")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn real_numbers_pass_and_one_wrong_digit_fails() {
        type Check = fn(&str) -> Result<String, String>;
        let cases: [(Check, &str, &str); 4] = [
            (lei, "5493001KJTIIGC8Y1R12", "5493001KJTIIGC8Y1R13"),
            (lei, "HWUPKR0MPOU8FGXBT394", "HWUPKR0MPOU8FGXBT349"),
            (uscc, "91350100M000100Y43", "91350100M000100Y44"),
            (uscc, "91350211M000100Y46", "91350211M000100Y43"),
        ];
        for (check, right, wrong) in cases {
            assert_eq!(check(right).as_deref(), Ok(right));
            assert!(check(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn shapes_are_checked_and_punctuation_is_dropped() {
        assert_eq!(duns("15-048-3782").as_deref(), Ok("150483782"));
        assert_eq!(vat("DE 811.128.135").as_deref(), Ok("DE811128135"));
        assert_eq!(uk_company("45678").as_deref(), Ok("00045678"));
        assert_eq!(uk_company("sc12345").as_deref(), Ok("SC012345"));
        assert!(duns("12345678").is_err());
        assert!(vat("DE811128136").is_err() && vat("ZZ123456789").is_err() && vat("采购").is_err());
        assert!(uk_company("123456789").is_err() && uk_company("00000000").is_err() && uk_company("A1").is_err());
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "\\PC{0,22}") {
            let _ = (lei(&text), duns(&text), uscc(&text), vat(&text), uk_company(&text));
        }
    }
}
