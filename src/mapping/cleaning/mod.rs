//! One cell to one clean text: white space, case, Unicode forms, words for "nothing", numbers, dates, registration
//! numbers.
//!
//! Comes in: a text and the rules of one field. Leaves: the text in the same buffer, or what was expected. Rules are
//! applied in the order of the mapping file. Never looks at another cell.

mod date;
mod number;
mod phone;
pub(crate) mod registration;
mod vat;

use std::collections::BTreeMap;

use phonenumber::country;
use unicode_normalization::UnicodeNormalization;

pub(in crate::mapping) use date::DateReader;
pub(in crate::mapping) use number::{NumberReader, boolean, integer, share};
pub(in crate::mapping) use phone::{email, phone, region};
pub(in crate::mapping) use registration::lei;

/// Words for "nothing" that the rule `nulls` empties, whatever their case.
const NULLS: &[&str] = &[
    "n/a",
    "na",
    "null",
    "none",
    "nil",
    "nan",
    "-",
    "--",
    "—",
    "?",
    "unknown",
    "tbd",
    "#n/a",
    "#ref!",
    "#value!",
    "not available",
    "not applicable",
    "无",
    "暂无",
    "不详",
    "未知",
];

/// One cleaning rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::mapping) enum Rule {
    Trim,
    Spaces,
    Upper,
    Lower,
    Title,
    Nfkc,
    Nulls,
    Digits,
    Unpad,
    Integer,
    Money,
    Phone,
    Email,
    Lei,
    Duns,
    Uscc,
    Vat,
    UkCompany,
}

impl Rule {
    /// All rules by the names that a mapping uses.
    pub(in crate::mapping) const NAMED: &'static [(&'static str, Self)] = &[
        ("trim", Self::Trim),
        ("spaces", Self::Spaces),
        ("upper", Self::Upper),
        ("lower", Self::Lower),
        ("title", Self::Title),
        ("nfkc", Self::Nfkc),
        ("nulls", Self::Nulls),
        ("digits", Self::Digits),
        ("unpad", Self::Unpad),
        ("integer", Self::Integer),
        ("money", Self::Money),
        ("phone", Self::Phone),
        ("email", Self::Email),
        ("lei", Self::Lei),
        ("duns", Self::Duns),
        ("uscc", Self::Uscc),
        ("vat", Self::Vat),
        ("uk_company", Self::UkCompany),
    ];
}

/// How one field's text is cleaned.
#[derive(Clone, PartialEq, Debug, Default)]
pub(in crate::mapping) struct Cleaning {
    pub(in crate::mapping) rules: Vec<Rule>,
    /// Texts that mean "nothing", exactly as written.
    pub(in crate::mapping) empty: Vec<String>,
    /// Texts to replace after the rules.
    pub(in crate::mapping) map: BTreeMap<String, String>,
    /// What a text becomes that `map` does not have; without it, the text stays.
    pub(in crate::mapping) otherwise: Option<String>,
    pub(in crate::mapping) number: NumberReader,
    pub(in crate::mapping) date: DateReader,
    pub(in crate::mapping) region: Option<country::Id>,
}

impl Cleaning {
    /// Whether the text stays as it is.
    pub(in crate::mapping) fn is_nothing(&self) -> bool {
        self.rules.is_empty() && self.empty.is_empty() && self.map.is_empty() && self.otherwise.is_none()
    }

    /// How a number is written once the rules are through: `money` and `integer` leave a decimal point, whatever they
    /// were given.
    pub(in crate::mapping) fn number_left(&self) -> NumberReader {
        let is_rewritten = self.rules.iter().any(|rule| matches!(rule, Rule::Money | Rule::Integer));
        if is_rewritten { NumberReader::default() } else { self.number }
    }

    /// Cleans `text` in place; an empty text stays empty. `Err` says what was expected.
    pub(in crate::mapping) fn clean(&self, text: &mut String) -> Result<(), String> {
        self.forget(text);
        for rule in &self.rules {
            if text.is_empty() {
                return Ok(());
            }
            self.apply(*rule, text)?;
        }
        self.forget(text);
        if let Some(meant) = self.map.get(text.as_str()) {
            text.clone_from(meant);
        } else if let (Some(otherwise), false) = (&self.otherwise, text.is_empty()) {
            text.clone_from(otherwise);
        }
        Ok(())
    }

    fn forget(&self, text: &mut String) {
        if self.empty.iter().any(|it| it == text) {
            text.clear();
        }
    }

    fn apply(&self, rule: Rule, text: &mut String) -> Result<(), String> {
        match rule {
            Rule::Trim => *text = text.trim().to_owned(),
            Rule::Spaces => *text = text.split_whitespace().collect::<Vec<_>>().join(" "),
            Rule::Upper => *text = text.to_uppercase(),
            Rule::Lower => *text = text.to_lowercase(),
            Rule::Title => *text = title(text),
            Rule::Nfkc => *text = text.nfkc().collect(),
            Rule::Digits => text.retain(|c| c.is_ascii_digit()),
            Rule::Unpad => *text = text.trim_start_matches('0').to_owned(),
            Rule::Nulls => {
                if NULLS.contains(&text.to_lowercase().as_str()) {
                    text.clear();
                }
            }
            Rule::Integer => self.rewritten(text, integer)?,
            Rule::Money => self.rewritten(text, |text, out| self.number.money(text, out))?,
            Rule::Phone => *text = phone(text, self.region)?,
            Rule::Email => *text = email(text)?,
            Rule::Lei => *text = lei(text)?,
            Rule::Duns => *text = registration::duns(text)?,
            Rule::Uscc => *text = registration::uscc(text)?,
            Rule::Vat => *text = registration::vat(text)?,
            Rule::UkCompany => *text = registration::uk_company(text)?,
        }
        Ok(())
    }

    fn rewritten(
        &self,
        text: &mut String,
        rewrite: impl Fn(&str, &mut String) -> Result<(), String>,
    ) -> Result<(), String> {
        let mut out = String::new();
        rewrite(text, &mut out)?;
        *text = out;
        Ok(())
    }
}

/// Each word with a capital first letter and the rest lower.
fn title(text: &str) -> String {
    let mut at_start = true;
    let mut titled = String::with_capacity(text.len());
    for c in text.chars() {
        if at_start {
            titled.extend(c.to_uppercase());
        } else {
            titled.extend(c.to_lowercase());
        }
        at_start = !(c.is_alphanumeric() || c == '\'' || c == '’');
    }
    titled
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cleaned(rules: &[Rule], text: &str) -> Result<String, String> {
        let cleaning = Cleaning { rules: rules.to_vec(), ..Cleaning::default() };
        let mut text = text.to_owned();
        cleaning.clean(&mut text).map(|()| text)
    }

    #[test]
    fn rules_are_applied_in_their_order() {
        assert_eq!(cleaned(&[Rule::Spaces, Rule::Title], " o'NEILL   & sons ").as_deref(), Ok("O'neill & Sons"));
        assert_eq!(cleaned(&[Rule::Nfkc, Rule::Upper], "ａｂｃ　ｌｔｄ").as_deref(), Ok("ABC LTD"));
        assert_eq!(cleaned(&[Rule::Trim, Rule::Nulls], " N/A ").as_deref(), Ok(""));
        assert_eq!(cleaned(&[Rule::Nulls], "无").as_deref(), Ok(""));
        assert_eq!(cleaned(&[Rule::Nfkc, Rule::Money], "￥１，２３４．５０").as_deref(), Ok("1234.50"));
        assert_eq!(cleaned(&[Rule::Integer], "17850.0").as_deref(), Ok("17850"));
        assert_eq!(cleaned(&[Rule::Digits], "+1 (2)").as_deref(), Ok("12"));
        assert_eq!(cleaned(&[Rule::Unpad], "00163901").as_deref(), Ok("163901"));
        assert!(cleaned(&[Rule::Duns], "x").is_err());
    }

    #[test]
    fn values_are_mapped_after_the_rules_and_the_rest_is_what_otherwise_says() {
        let map = BTreeMap::from([("won".to_owned(), "yes".to_owned())]);
        let cleaning = Cleaning { rules: vec![Rule::Lower], map, ..Cleaning::default() };
        let clean = |cleaning: &Cleaning, text: &str| {
            let mut text = text.to_owned();
            cleaning.clean(&mut text).unwrap();
            text
        };
        assert_eq!(clean(&cleaning, "WON"), "yes");
        assert_eq!(clean(&cleaning, "Lost"), "lost");
        let cleaning = Cleaning { otherwise: Some("no".into()), ..cleaning };
        assert_eq!((clean(&cleaning, "Lost").as_str(), clean(&cleaning, "").as_str()), ("no", ""));
    }

    #[test]
    fn every_rule_has_one_name() {
        let mut names: Vec<_> = Rule::NAMED.iter().map(|(name, _)| *name).collect();
        names.dedup();
        assert_eq!(names.len(), Rule::NAMED.len());
    }

    proptest! {
        #[test]
        fn cleaning_twice_is_cleaning_once(text in "\\PC{0,16}") {
            for rule in [Rule::Trim, Rule::Spaces, Rule::Lower, Rule::Nulls, Rule::Digits, Rule::Nfkc] {
                let once = cleaned(&[rule], &text).unwrap();
                prop_assert_eq!(cleaned(&[rule], &once).unwrap(), once);
            }
        }
    }
}
