//! Names of organisations: legal forms apart, abbreviations written out, trading names beside the registered one.
//!
//! Comes in: a name. Leaves: one or two readings of it ("A Ltd T/A B" is "a" and "b"), each the words without legal form.
//! Legal forms of all countries are those of the rigour project (`data/organisation_forms.csv`; that a community interest
//! company is a sort of its own is ours). Words that abbreviate others, words that say nothing, words that say little, words
//! that tell companies of a group apart, and Chinese words of places and trades with their English ones are in
//! `data/organisation_words.csv`. Never decides whether two names are one.

use std::borrow::Cow;
use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::fold;

/// Sorts of companies that no company is two of at a time.
const SORTS: [&str; 7] = ["LLC", "JSC", "LLP", "LP", "GP", "COOP", "CIC"];
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
    /// A form → what sort of company it is.
    sorts: FxHashMap<String, String>,
    /// One word in the middle of a name that can only be a legal form.
    inner: FxHashSet<String>,
    stop: FxHashSet<String>,
    weak: FxHashSet<String>,
    apart: FxHashSet<String>,
    same: FxHashMap<String, String>,
    in_addresses: FxHashMap<String, String>,
    trading: Vec<String>,
    care_of: Vec<String>,
    /// Chinese words of places and trades with their English ones, the longest first.
    han: Vec<(String, String)>,
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
                "weak" => drop(tables.weak.insert(word)),
                "arm" | "country" => drop(tables.apart.insert(word)),
                "trading" => tables.trading.push(word),
                "address" => drop(tables.in_addresses.insert(word, full)),
                "care of" => tables.care_of.push(word),
                "han" => tables.han.push((word, full)),
                _ => drop(tables.same.insert(word.replace('\'', ""), full)),
            }
        }
        tables.han.sort_by_key(|(han, _)| std::cmp::Reverse(han.len()));
        tables
    }

    fn enter_form(&mut self, words: &[String], form: &str, generic: &str) {
        let alias = words.join(" ");
        if alias.is_empty() || is_roman(&alias) {
            return;
        }
        let is_company = matches!(generic, "LLC" | "JSC" | "LLP");
        if is_company && words.len() == 1 && alias.len() >= 3 {
            self.inner.insert(alias.clone());
        }
        let form = if form.is_empty() { alias.clone() } else { fold::words(form).concat() };
        if SORTS.contains(&generic) {
            self.sorts.entry(form.clone()).or_insert_with(|| generic.to_owned());
        }
        self.forms.entry(alias).or_insert(form);
    }
}

impl OrganisationName {
    /// What sort of company it is by its legal form: limited by shares or not, a partnership, a cooperative. None where the
    /// name does not say, or says more than one.
    pub fn sort(&self) -> Option<&'static str> {
        let mut sorts = self.forms.iter().filter_map(|form| TABLES.sorts.get(form)).map(String::as_str);
        let sort = sorts.next()?;
        sorts.all(|it| it == sort).then_some(sort)
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

/// The readings of all names of one organisation, without those whose words all stand in another: a longer name says more, and a
/// shorter one beside it can be that of the group.
pub fn telling_readings<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<OrganisationName> {
    let mut names: Vec<OrganisationName> = texts.flat_map(readings).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.words.len()));
    let mut telling: Vec<OrganisationName> = Vec::new();
    for name in names {
        let stands_in = |other: &OrganisationName| name.words.iter().all(|word| other.words.contains(word));
        if !telling.iter().any(stands_in) {
            telling.push(name);
        }
    }
    telling
}

/// Whether a word says nothing in a name ("the", "and").
pub fn is_stop_word(word: &str) -> bool {
    TABLES.stop.contains(word)
}

/// Whether a word says little in a name: how large an organisation is, that it serves, or since when, and not which one it is
/// ("group", "uk", "2005").
pub fn is_weak_word(word: &str) -> bool {
    TABLES.weak.contains(word) || is_year(word)
}

/// Whether a word tells a company of a group from the one that has the name without it: a country, or what a group gives a
/// company of its own for ("trading", "pensions").
pub fn is_of_another(word: &str) -> bool {
    TABLES.apart.contains(word)
}

/// Whether a word is a number that tells one of a row from the next: digits, or a Roman number up to the thirties.
pub fn is_number(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit()) || is_roman(word)
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && matches!(word.parse(), Ok(1700..2100u32))
}

fn is_roman(word: &str) -> bool {
    (2..=6).contains(&word.len()) && word.bytes().all(|byte| matches!(byte, b'i' | b'v' | b'x'))
}

/// The word in full, when it is an abbreviation or another spelling.
pub fn in_full(word: &str) -> &str {
    TABLES.same.get(word).map_or(word, String::as_str)
}

/// The word as addresses have it.
pub fn in_address(word: &str) -> &str {
    TABLES.in_addresses.get(word).map_or_else(|| in_full(word), String::as_str)
}

/// The name and the name that it trades under; what stands behind "care of" is somebody else's.
fn trading_parts(text: &str) -> Vec<String> {
    let lower = with_form_apart(text).to_lowercase();
    let own = at_marker(&lower, &TABLES.care_of).map_or(lower.as_str(), |(before, _)| before);
    let parts = at_marker(own, &TABLES.trading).map_or([own, ""], |(before, after)| [before, after]);
    parts.into_iter().filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// What stands before and behind the first of some markers that is in a text.
fn at_marker<'a>(text: &'a str, markers: &[String]) -> Option<(&'a str, &'a str)> {
    let (at, length) = markers.iter().find_map(|marker| {
        let mut found = text.match_indices(marker.as_str());
        found.find(|(at, found)| stands_alone(text, *at, found.len())).map(|(at, found)| (at, found.len()))
    })?;
    let trimmed = |part: &'a str| part.trim_matches(|c: char| !c.is_alphanumeric());
    Some((trimmed(&text[..at]), trimmed(&text[at + length..])))
}

fn stands_alone(text: &str, at: usize, length: usize) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at + length..].chars().next();
    before.is_some_and(|c| !c.is_alphanumeric()) && after.is_none_or(|c| !c.is_alphanumeric())
}

/// "SiemensAG" is "Siemens AG": capitals at the end of a word that are a legal form.
fn with_form_apart(text: &str) -> String {
    let apart = |word: &str| {
        let (at, last) = word.char_indices().rfind(|(_, c)| c.is_lowercase())?;
        let (name, form) = word.split_at(at + last.len_utf8());
        let is_form = form.len() >= 2 && form.chars().all(char::is_uppercase);
        (is_form && TABLES.forms.contains_key(&form.to_lowercase())).then(|| format!("{name} {form}"))
    };
    text.split(' ').map(|word| apart(word).unwrap_or_else(|| word.to_owned())).collect::<Vec<_>>().join(" ")
}

/// Chinese words of places and trades in English, so that "西门子(中国)" and "Siemens (China)" share a word.
fn with_english_words(text: &str) -> Cow<'_, str> {
    if !text.chars().any(fold::is_han) {
        return Cow::Borrowed(text);
    }
    let translated =
        |text: String, (han, english): &(String, String)| text.replace(han.as_str(), &format!(" {english} "));
    Cow::Owned(TABLES.han.iter().fold(text.to_owned(), translated))
}

fn read(text: &str) -> OrganisationName {
    let mut words = fold::words(&with_english_words(text));
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
    words.retain(|word| !(kept && is_stop_word(word)));
    OrganisationName { words: in_one_spelling(&words), forms }
}

/// Words in full, number words as digits: "forty four" is 44.
fn in_one_spelling(words: &[String]) -> Vec<String> {
    let mut spelled: Vec<String> = Vec::with_capacity(words.len());
    let mut is_tens = false;
    for word in words {
        let full = in_full(word);
        let is_unit = full.len() == 1 && matches!(full.as_bytes()[0], b'1'..=b'9');
        match spelled.last_mut().filter(|_| is_tens && is_unit) {
            Some(tens) => tens.replace_range(1.., full),
            None => spelled.push(full.to_owned()),
        }
        is_tens = full != word && full.len() == 2 && full.as_bytes()[0].is_ascii_digit() && full.ends_with('0');
    }
    spelled
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
            ("西门子(中国)有限公司", "xi men zi china"),
            ("华为技术有限公司", "hua wei technology"),
            ("深圳市汇川技术股份有限公司", "shenzhen hui chuan technology"),
            ("SiemensAG", "siemens"),
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
    fn legal_forms_are_of_few_sorts() {
        let sort = |text: &str| readings(text)[0].sort();
        for (name, expected) in [
            ("Gardiner & Theobald LLP", Some("LLP")),
            ("Gardiner & Theobald Fairway Limited", Some("LLC")),
            ("Siemens AG", Some("JSC")),
            ("Barclays plc", Some("JSC")),
            ("Simple Stuff Works CIC", Some("CIC")),
            ("Siemens", None),
        ] {
            assert_eq!(sort(name), expected, "{name}");
        }
    }

    #[test]
    fn a_trading_name_is_a_second_reading() {
        let all = |text: &str| readings(text).iter().map(|name| name.words.join(" ")).collect::<Vec<_>>();
        for name in ["GVA Grimley Ltd T/A Avison Young", "GVA Grimley Ltd (Trading as Avison Young)"] {
            assert_eq!(all(name), ["gva grimley", "avison young"], "{name}");
        }
        assert_eq!(all("George Hurst & Sons Ltd C/O Leslie Keats"), ["george hurst sons"]);
    }

    #[test]
    fn a_name_within_a_longer_one_is_left_out() {
        let names = telling_readings(["Universal Exports", "Universal Exports India Ltd", "UE India"].into_iter());
        let names: Vec<_> = names.iter().map(|name| name.words.join(" ")).collect();
        assert_eq!(names, ["universal exports india", "ue india"]);
    }

    #[test]
    fn numbers_have_one_spelling_and_are_no_legal_forms() {
        for (name, expected) in [
            ("Brigade Forty-Four", "brigade 44"),
            ("One in a Million", "1 a million"),
            ("Twenty Twenty Ltd", "20 20"),
            ("Bowne Global Solutions II, Inc.", "bowne global solutions ii"),
        ] {
            assert_eq!(first(name), expected, "{name}");
        }
    }
}
