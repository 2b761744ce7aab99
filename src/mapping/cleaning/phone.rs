//! Phone numbers to E.164 and e-mail addresses to one form.
//!
//! Comes in: one cell. Leaves: `+441632960123`, `ann@example.org`, or what was expected. Whether the line or the mailbox
//! exists is not known here. A phone number costs some microseconds.

use phonenumber::{Mode, country};

/// The region of a code of two letters (ISO 3166-1), to read numbers without a country code.
pub(in crate::mapping) fn region(code: &str) -> Option<country::Id> {
    code.parse().ok()
}

/// The number in E.164. Numbers without a country code are read as ones of `region`.
///
/// The number must have a possible length; that its prefix is in use is not asked, since plans change and old data stay.
pub(in crate::mapping) fn phone(text: &str, region: Option<country::Id>) -> Result<String, String> {
    let wrong = || match region {
        Some(region) => format!("expected a phone number of {region:?} or one with a country code, found \"{text}\""),
        None => format!("expected a phone number with a country code like +44 1632 960123, found \"{text}\""),
    };
    let international = text.strip_prefix("00").map(|rest| format!("+{rest}"));
    let text_to_read = international.as_deref().unwrap_or(text);
    // With a region, the crate would take that region's trunk prefix off a foreign number: +86 138… would lose its 1.
    let region_to_use = region.filter(|_| !text_to_read.starts_with(['+', '＋']));
    let number = phonenumber::parse(region_to_use, text_to_read).map_err(|_| wrong())?;
    let written = number.format().mode(Mode::E164).to_string();
    (7..=16).contains(&written.len()).then_some(written).ok_or_else(wrong)
}

/// The address in lower case.
///
/// Checked is what mail systems need (RFC 5321 without quoted local parts): one `@`, something before it, behind it a
/// domain of two or more labels.
pub(in crate::mapping) fn email(text: &str) -> Result<String, String> {
    let address = text.strip_prefix("mailto:").unwrap_or(text).to_lowercase();
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c == '-' || c.is_alphanumeric())
    };
    let is_local = |c: char| !c.is_whitespace() && !c.is_control() && !"@()<>[]:;,\\\"".contains(c);
    let parts = address.split_once('@').filter(|(local, domain)| {
        !local.is_empty() && local.chars().all(is_local) && domain.contains('.') && domain.split('.').all(label)
    });
    match parts {
        Some(_) => Ok(address),
        None => Err(format!("expected an e-mail address, found \"{text}\"")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn phone_numbers_become_international() {
        let cases = [
            ("(308) 555-0100", "US", "+13085550100"),
            ("01632 960123", "GB", "+441632960123"),
            ("0044 1632 960123", "DE", "+441632960123"),
            ("+86 138 0013 8000", "US", "+8613800138000"),
            ("010-5992 8888", "CN", "+861059928888"),
        ];
        for (text, code, number) in cases {
            assert_eq!(phone(text, region(code)).as_deref(), Ok(number), "{text}");
        }
        for text in ["", "n/a", "12", "call me"] {
            assert!(phone(text, region("GB")).is_err(), "{text}");
        }
        assert!(phone("01632 960123", None).is_err());
        assert!(region("XQ").is_none());
    }

    #[test]
    fn addresses_are_checked_and_lowered() {
        assert_eq!(email("Ann.Lee@Example.ORG").as_deref(), Ok("ann.lee@example.org"));
        assert_eq!(email("a..martin@enron.com").as_deref(), Ok("a..martin@enron.com"));
        for text in ["ann", "ann@", "@example.org", "a b@example.org", "a@b@c.org", "a@localhost", "a@-x.org"] {
            assert!(email(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic_and_what_passes_passes_again(text in "\\PC{0,20}") {
            let _ = phone(&text, region("GB"));
            if let Ok(address) = email(&text) {
                prop_assert_eq!(email(&address), Ok(address));
            }
        }
    }
}
