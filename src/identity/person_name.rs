//! Whether two names are spellings of one person's name, and whether a name names anybody at all.
//!
//! Comes in: two names as people wrote them. Leaves: how alike they are. Never looks anything up beyond its table
//! `data/person_names.csv` (honours, ranks, letters after the name, short forms, words for nobody). Costs a few
//! comparisons of short words.
//!
//! "Lt Gen Sir D Capewell" and "Capewell, David" can be one person; "Maj Gen M L Smith" and "Maj Gen M D Smith" cannot.
//! Names alone never prove it: callers ask only for neighbours in one post.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Whom a name names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Names {
    /// A person.
    Somebody,
    /// Nobody: the post is vacant.
    Nobody,
    /// Somebody whom the source does not name.
    Undisclosed,
}

/// How alike two names are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Likeness {
    /// Two persons' names.
    Different,
    /// One can be a spelling of the other: initials, short forms, a missing middle name, a typing error.
    Variant,
    /// The same words apart from honours, order, accents and width.
    Same,
}

/// A name taken apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PersonName {
    /// Words of the name without honours, lower case, without accents.
    words: Vec<String>,
    /// Whether the family name is known to stand last ("Baguley, Adrian" has been turned round).
    is_ordered: bool,
    /// Whether honours or ranks were dropped.
    has_honour: bool,
    /// Chinese characters without spaces.
    is_han: bool,
}

#[derive(Deserialize)]
struct Row {
    kind: String,
    word: String,
    full: String,
}

#[derive(Default)]
struct Table {
    honours: FxHashSet<String>,
    suffixes: FxHashSet<String>,
    han_suffixes: Vec<String>,
    full_names: FxHashMap<String, BTreeSet<String>>,
    /// First letters of a full name's short forms.
    short_initials: FxHashSet<(String, char)>,
    vacant: FxHashSet<String>,
    undisclosed: FxHashSet<String>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    let mut reader = csv::Reader::from_reader(include_str!("../../data/person_names.csv").as_bytes());
    reader.deserialize::<Row>().flatten().for_each(|row| table.enter(row));
    table
});

/// The most words that an honour has.
const LONGEST_HONOUR: usize = 5;

impl Table {
    fn enter(&mut self, row: Row) {
        match row.kind.as_str() {
            "honour" => drop(self.honours.insert(row.word)),
            "suffix" => drop(self.suffixes.insert(row.word)),
            "han-suffix" => self.han_suffixes.push(row.word),
            "vacant" => drop(self.vacant.insert(row.word)),
            "undisclosed" => drop(self.undisclosed.insert(row.word)),
            _ => {
                self.short_initials.extend(row.word.chars().next().map(|initial| (row.full.clone(), initial)));
                self.full_names.entry(row.word).or_default().insert(row.full);
            }
        }
    }
}

/// Whom a name names: words such as "Vacant", "N/D" or 空缺 are no names.
pub fn names(name: &str) -> Names {
    let words = plain(name);
    let text = words.join(" ");
    if text.is_empty() || TABLE.undisclosed.contains(&text) {
        Names::Undisclosed
    } else if TABLE.vacant.contains(&text) {
        Names::Nobody
    } else {
        Names::Somebody
    }
}

/// How alike two names are.
pub fn likeness(one: &str, other: &str) -> Likeness {
    PersonName::read(one).likeness(&PersonName::read(other))
}

impl PersonName {
    /// Takes a name apart.
    pub fn read(name: &str) -> Self {
        let text: String = name.nfkc().collect();
        let text = without_brackets(&text);
        if text.chars().any(is_han) {
            return Self::read_han(&text);
        }
        let (family, given) = match text.split_once(',') {
            Some((family, given)) if !is_suffix_list(given) => (family, given),
            Some((name, _)) => ("", name),
            None => ("", text.as_str()),
        };
        let is_ordered = !family.is_empty();
        let (mut words, has_honour) = strip(initials_apart(given), is_ordered);
        let (family, family_honour) = strip(initials_apart(family), false);
        words.extend(family);
        Self { words, is_ordered, has_honour: has_honour || family_honour, is_han: false }
    }

    /// The words of the name without honours; a Chinese name is one word.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    fn read_han(text: &str) -> Self {
        let mut name: String = text.chars().filter(|c| is_han(*c) || c.is_alphanumeric()).collect();
        let suffix = TABLE.han_suffixes.iter().filter(|it| name.ends_with(it.as_str())).max_by_key(|it| it.len());
        let kept = suffix.map_or(name.len(), |it| name.len() - it.len());
        let has_honour = suffix.is_some() && name[..kept].chars().count() >= 2;
        if has_honour {
            name.truncate(kept);
        }
        Self { words: vec![name.to_lowercase()], is_ordered: true, has_honour, is_han: true }
    }

    /// How alike two names are.
    pub fn likeness(&self, other: &Self) -> Likeness {
        if self.words.is_empty() || other.words.is_empty() {
            return Likeness::Different;
        }
        if sorted(&self.words) == sorted(&other.words) {
            return Likeness::Same;
        }
        if self.is_han || other.is_han {
            return Likeness::Different;
        }
        let arranged = |name: &Self| {
            let last_is_family = name.clone();
            let mut turned = name.clone();
            turned.words.rotate_left(1);
            if name.is_ordered || name.words.len() < 2 { vec![last_is_family] } else { vec![last_is_family, turned] }
        };
        let others = arranged(other);
        let is_variant = arranged(self).iter().any(|one| others.iter().any(|other| one.fits(other)));
        if is_variant { Likeness::Variant } else { Likeness::Different }
    }

    /// Whether the families agree and the given names do not contradict, with one typing error at most.
    fn fits(&self, other: &Self) -> bool {
        let (Some((family, given)), Some((other_family, other_given))) =
            (self.words.split_last(), other.words.split_last())
        else {
            return false;
        };
        let mut errors = 0;
        if family.len() < 2 || !is_same_word(family, other_family, &mut errors) {
            return false;
        }
        if given.is_empty() || other_given.is_empty() {
            let bare = if given.is_empty() { self } else { other };
            return bare.has_honour && errors == 0;
        }
        let agree = given.iter().zip(other_given).all(|(one, other)| is_same_given(one, other, &mut errors));
        agree && errors <= 1
    }
}

fn is_same_given(one: &str, other: &str, errors: &mut u32) -> bool {
    let is_clipped = one.len().min(other.len()) >= 3 && (one.starts_with(other) || other.starts_with(one));
    is_clipped
        || is_initial(one, other)
        || is_initial(other, one)
        || is_short_form(one, other)
        || is_same_word(one, other, errors)
}

/// Whether two given names in lower case can be forms of one ("bob" and "robert").
pub fn is_short_form(one: &str, other: &str) -> bool {
    !full_forms(one).is_disjoint(&full_forms(other))
}

/// What a given name in lower case can be short for, itself among it; names that share one can be forms of one.
pub fn full_forms(name: &str) -> BTreeSet<String> {
    let with_y = name.strip_suffix("ie").map_or_else(|| name.to_owned(), |stem| format!("{stem}y"));
    let spellings = [name, &with_y];
    let known = spellings.iter().filter_map(|spelling| TABLE.full_names.get(*spelling)).flatten().cloned();
    let mut full: BTreeSet<String> = known.collect();
    full.insert(with_y);
    full
}

/// Whether a letter can stand for a given name in lower case: its own initial, that of its full name, or that of a short form ("b" for
/// "robert", who is called Bob).
pub fn is_initial(letter: &str, name: &str) -> bool {
    let Some(initial) = letter.chars().next().filter(|_| letter.chars().count() == 1) else { return false };
    let full = TABLE.full_names.get(name).into_iter().flatten();
    name.starts_with(initial)
        || full.into_iter().any(|full| full.starts_with(initial))
        || TABLE.short_initials.contains(&(name.to_owned(), initial))
}

fn is_same_word(one: &str, other: &str, errors: &mut u32) -> bool {
    let length = one.chars().count().min(other.chars().count());
    let distance = strsim::osa_distance(one, other);
    *errors += u32::from(distance > 0);
    distance == 0 || (length >= 5 && distance <= 1) || (length >= 9 && distance <= 2)
}

fn sorted(words: &[String]) -> Vec<&String> {
    let mut sorted: Vec<_> = words.iter().collect();
    sorted.sort_unstable();
    sorted
}

fn is_han(c: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&c)
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0u32;
    let mut kept = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}

/// Lower-case words without accents and apostrophes.
fn plain(text: &str) -> Vec<String> {
    let letters = text.nfkd().filter(|c| !is_combining_mark(*c) && !matches!(c, '\'' | '’'));
    let text: String = letters.flat_map(char::to_lowercase).collect();
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The words; two or three capitals without a vowel are initials written together ("DG Steel").
fn initials_apart(text: &str) -> Vec<String> {
    let is_shouted = !text.chars().any(char::is_lowercase);
    let mut words = Vec::new();
    for chunk in text.split_whitespace() {
        let is_initials = !is_shouted
            && (2..=3).contains(&chunk.len())
            && chunk.chars().all(|c| c.is_ascii_uppercase() && !"AEIOUY".contains(c));
        let known = plain(chunk).first().is_some_and(|it| TABLE.honours.contains(it) || TABLE.suffixes.contains(it));
        if is_initials && !known {
            words.extend(chunk.chars().map(|c| c.to_lowercase().to_string()));
        } else {
            words.extend(plain(chunk));
        }
    }
    words
}

fn is_suffix_list(text: &str) -> bool {
    let words = plain(text);
    !words.is_empty() && words.iter().all(|word| TABLE.suffixes.contains(word))
}

/// Drops honours in front and letters behind (both behind as well after "Family, "), but never the last word.
fn strip(mut words: Vec<String>, is_after_comma: bool) -> (Vec<String>, bool) {
    let n_words = words.len();
    while let Some(length) = honour_length(&words) {
        words.drain(..length);
    }
    let is_dropped = |words: &[String]| {
        let last = words
            .last()
            .is_some_and(|last| TABLE.suffixes.contains(last) || (is_after_comma && TABLE.honours.contains(last)));
        last && words.len() > 1
    };
    while is_dropped(&words) {
        words.pop();
    }
    let n_left = words.len();
    (words, n_left < n_words)
}

fn honour_length(words: &[String]) -> Option<usize> {
    let longest = LONGEST_HONOUR.min(words.len().saturating_sub(1));
    (1..=longest).rev().find(|length| TABLE.honours.contains(&words[..*length].join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn honours_order_width_and_accents_make_no_difference() {
        for (one, other) in [
            ("Mr David Marsh", "David Marsh"),
            ("Dr David Marsh", "Prof David Marsh CBE"),
            ("Baguley, Adrian", "Adrian Baguley"),
            ("Ditchburn Liz", "Liz Ditchburn"),
            ("Copeland, Ian Maj Gen", "Major General Ian Copeland"),
            ("Air Vice Marshall B North", "Air Vice-Marshal B North"),
            ("R Adm J Kingwell", "RAdm J Kingwell"),
            ("José García", "Jose Garcia"),
            ("李 娜", "李娜"),
            ("王伟 先生", "王伟"),
            ("Ｌｉ　Ｎａ", "Li Na"),
        ] {
            assert_eq!(likeness(one, other), Likeness::Same, "{one} / {other}");
        }
    }

    #[test]
    fn initials_short_forms_and_typing_errors_are_variants() {
        for (one, other) in [
            ("Pete Worrall", "Peter Richard Worrall"),
            ("Liz Ditchburn", "Elizabeth Ditchburn"),
            ("Gnanendran Vel", "Velavan Gnanendran"),
            ("Hammond Mike", "Michael Hammond"),
            ("Vice Adm P A Jones", "V Adm Sir Philip Jones KCB"),
            ("Vice Admiral Phillip Jones CB", "Vice Admiral Philip Jones"),
            ("Lt Gen Capewell", "Lt Gen Sir D Capewell"),
            ("O'Neil Dominic", "Dominic O'Neill"),
            ("Lord Mandelson", "Peter Mandelson"),
            ("DG Steel", "David Steel"),
            ("AM Dick Garwood", "Air Marshal R Garwood"),
            ("Adrian Duncan Baguley", "Adrian Baguley"),
        ] {
            assert_eq!(likeness(one, other), Likeness::Variant, "{one} / {other}");
            assert_eq!(likeness(other, one), Likeness::Variant, "{other} / {one}");
        }
    }

    #[test]
    fn two_persons_stay_two_persons() {
        for (one, other) in [
            ("Maj Gen M L Smith", "Maj Gen M D Smith"),
            ("Tom McKane", "Jonathan Slater"),
            ("John Major", "John Smith"),
            ("Air Chief Marshal S Dalton", "Air Chief Marshal A Pulford"),
            ("Anna Schmidt", "Hanna Schmidt-Weber"),
            ("李娜", "李明"),
            ("Smith", "John Smith"),
            ("Dan Lee", "Don Lee"),
            ("", "Li Na"),
        ] {
            assert_eq!(likeness(one, other), Likeness::Different, "{one} / {other}");
        }
    }

    #[test]
    fn words_for_nobody_are_no_names() {
        for name in ["Vacant", "VACANT ", "Eliminated.", "空缺"] {
            assert_eq!(names(name), Names::Nobody, "{name}");
        }
        for name in ["", "N/D", "ND", "TBC", "待定"] {
            assert_eq!(names(name), Names::Undisclosed, "{name}");
        }
        assert_eq!(names("Nadia Dee"), Names::Somebody);
        assert_eq!(names("John Major"), Names::Somebody);
    }
}
