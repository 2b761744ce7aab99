//! Names of organisations: legal forms apart, abbreviations written out, trading names beside the registered one.
//!
//! Comes in: a name. Leaves: one or two readings of it ("A Ltd T/A B" is "a" and "b"), each the words without legal form.
//! Legal forms of all countries are those of the rigour project (`data/organisation_forms.csv`), words that abbreviate
//! others and words that say nothing are in `data/organisation_words.csv`. Never decides whether two names are one.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::fold;

/// The longest phrase that is looked up among legal forms, in words.
const LONGEST_FORM: usize = 8;

/// A name without its legal form.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OrganisationName {
    /// The words, in order; never empty unless the name has no letters.
    pub words: Vec<String>,
    /// Legal forms that were taken off, in one spelling each.
    pub forms: Vec<String>,
}

#[derive(Default)]
struct Tables {
    /// Words of an alias, joined by blanks → its form.
    forms: FxHashMap<String, String>,
    /// One word in the middle of a name that can only be a legal form.
    inner: FxHashSet<String>,
    stop: FxHashSet<String>,
    same: FxHashMap<String, String>,
    trading: Vec<String>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(Tables::read);

impl Tables {
    fn read() -> Self {
        let mut tables = Self::default();
        let mut forms = csv::Reader::from_reader(include_str!("../../../data/organisation_forms.csv").as_bytes());
        for (alias, form, generic) in forms.deserialize::<(String, String, String)>().flatten() {
            tables.enter_form(&fold::words(&alias), &form, &generic);
        }
        let mut words = csv::Reader::from_reader(include_str!("../../../data/organisation_words.csv").as_bytes());
        for (kind, word, full) in words.deserialize::<(String, String, String)>().flatten() {
            match kind.as_str() {
                "stop" => drop(tables.stop.insert(word)),
                "trading" => tables.trading.push(word),
                _ => drop(tables.same.insert(word.replace('\'', ""), full)),
            }
        }
        tables
    }

    fn enter_form(&mut self, words: &[String], form: &str, generic: &str) {
        let alias = words.join(" ");
        if alias.is_empty() {
            return;
        }
        let is_company = matches!(generic, "LLC" | "JSC" | "LLP");
        if is_company && words.len() == 1 && alias.len() >= 3 {
            self.inner.insert(alias.clone());
        }
        let form = if form.is_empty() { alias.clone() } else { fold::words(form).concat() };
        self.forms.entry(alias).or_insert(form);
    }
}

/// The readings of a name, the registered one first.
pub fn readings(text: &str) -> Vec<OrganisationName> {
    let mut readings: Vec<OrganisationName> = Vec::new();
    for part in trading_parts(text) {
        let name = read(&part);
        if !name.words.is_empty() && !readings.iter().any(|it| it.words == name.words) {
            readings.push(name);
        }
    }
    readings
}

/// Whether a word says nothing in a name ("the", "and").
pub fn is_stop_word(word: &str) -> bool {
    TABLES.stop.contains(word)
}

/// The word in full, when it is an abbreviation or another spelling.
pub fn in_full(word: &str) -> &str {
    TABLES.same.get(word).map_or(word, String::as_str)
}

fn trading_parts(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    for marker in &TABLES.trading {
        let found = lower.match_indices(marker.as_str()).find(|(at, found)| stands_alone(&lower, *at, found.len()));
        if let Some((at, found)) = found {
            let (before, after) = (&lower[..at], &lower[at + found.len()..]);
            let parts = [before, after].map(|part| part.trim_matches(|c: char| !c.is_alphanumeric()).to_owned());
            return parts.into_iter().filter(|part| !part.is_empty()).collect();
        }
    }
    vec![lower]
}

fn stands_alone(text: &str, at: usize, length: usize) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at + length..].chars().next();
    before.is_some_and(|c| !c.is_alphanumeric()) && after.is_none_or(|c| !c.is_alphanumeric())
}

fn read(text: &str) -> OrganisationName {
    let mut words = fold::words(text);
    let mut forms = Vec::new();
    while let Some((form, length)) = form_at_end(&words) {
        words.truncate(words.len() - length);
        forms.push(form);
    }
    if forms.is_empty()
        && let Some((form, length)) = form_at_start(&words)
    {
        words.drain(..length);
        forms.push(form);
    }
    while words.len() > 1
        && let Some(at) = (1..words.len()).find(|&at| TABLES.inner.contains(&words[at]))
    {
        forms.extend(TABLES.forms.get(&words.remove(at)).cloned());
    }
    let kept = words.iter().any(|word| !is_stop_word(word));
    let words = words.into_iter().filter(|word| !(kept && is_stop_word(word)));
    OrganisationName { words: words.map(|word| in_full(&word).to_owned()).collect(), forms }
}

fn form_at_end(words: &[String]) -> Option<(String, usize)> {
    let longest = LONGEST_FORM.min(words.len().saturating_sub(1));
    (1..=longest).rev().find_map(|length| {
        let form = TABLES.forms.get(&words[words.len() - length..].join(" "))?;
        Some((form.clone(), length))
    })
}

fn form_at_start(words: &[String]) -> Option<(String, usize)> {
    let longest = LONGEST_FORM.min(words.len().saturating_sub(1));
    (1..=longest).rev().find_map(|length| {
        let form = TABLES.forms.get(&words[..length].join(" "))?;
        Some((form.clone(), length))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> String {
        readings(text)[0].words.join(" ")
    }

    #[test]
    fn legal_forms_of_many_countries_are_taken_off() {
        for (name, expected) in [
            ("Siemens AG", "siemens"),
            ("SIEMENS (CHINA) LTD", "siemens china"),
            ("西门子(中国)有限公司", "xi men zi zhong guo"),
            ("华为技术有限公司", "hua wei ji shu"),
            ("OAO Gazprom", "gazprom"),
            ("ООО \"БАЙКАЛ\"", "baikal"),
            ("FABERLIC EUROPE Sp. z o.o.", "faberlic europe"),
            ("Open Joint Stock Company Gazprom", "gazprom"),
            ("HOLGATE HOUSE LIMITED", "holgate house"),
            ("Chubb Systems Limited - Community Care", "chubb systems community care"),
            ("Société Générale S.A.", "societe generale"),
            ("Limited", "limited"),
        ] {
            assert_eq!(first(name), expected, "{name}");
        }
    }

    #[test]
    fn a_trading_name_is_a_second_reading() {
        let names = readings("GVA Grimley Ltd T/A Avison Young");
        let names: Vec<_> = names.iter().map(|name| name.words.join(" ")).collect();
        assert_eq!(names, ["gva grimley", "avison young"]);
    }
}
