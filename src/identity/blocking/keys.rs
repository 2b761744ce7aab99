//! What a record can be found by: words, their sound and beginning, numbers and their halves, days and years.
//!
//! Comes in: a record's values. Leaves: keys, each with the rule that made it. Never decides which keys are useful: the
//! number of records that share them does. Costs a hash a key.

use crate::identity::attribute::Attribute;
use crate::identity::kind::Kind;
use crate::identity::normalize::pinyin::is_syllable;
use crate::identity::words::{has_digit, hash, sound};

/// Words of a value that make keys.
const MOST_WORDS: usize = 12;

/// Syllables of a brand name.
const MOST_SYLLABLES: usize = 4;

/// What of a value makes a key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Part {
    /// All of it.
    Whole,
    /// A word of it.
    Word,
    /// The consonants of a word, alike ones as one.
    Sound,
    /// The first letters of a word.
    Start,
    /// All words written together, the first letters.
    Together,
    /// A part that is shared by alike values: year, area, local part.
    Shared,
    /// The first half.
    FirstHalf,
    /// The second half.
    SecondHalf,
}

/// A key of a record.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Key {
    /// Equal for equal keys.
    pub hash: u64,
    /// Which attribute, and which word of it: two keys of one place say the same.
    pub place: u16,
    /// Attribute and part, see [`rule_name`].
    pub rule: u16,
}

/// All keys of a record.
pub fn keys(attributes: &[Attribute], record: u32, keys: &mut Vec<Key>) {
    keys.clear();
    // a legal form is that of too many
    for (at, attribute) in (0u16..).zip(attributes).filter(|it| it.1.kind != Kind::LegalForm) {
        for &value in attribute.of(record) {
            let mut add = |part: Part, word: usize, text: &mut dyn Iterator<Item = u8>| {
                let rule = at << 4 | part as u16;
                let salt = [rule as u8, (rule >> 8) as u8];
                let place = at << 5 | u16::try_from(word.min(31)).unwrap_or(31);
                keys.push(Key { hash: hash(salt.into_iter().chain(text)), place, rule });
            };
            if attribute.kind.is_words() {
                word_keys(attribute, value, &mut add);
            } else {
                value_keys(attribute, value, &mut add);
            }
        }
    }
    keys.sort_unstable();
    keys.dedup();
}

/// What the rule of a key is called.
pub fn rule_name(attributes: &[Attribute], rule: u16) -> String {
    let attribute = attributes.get(usize::from(rule >> 4)).map_or("", |it| it.name.as_str());
    let part = match rule & 15 {
        0 => "",
        1 => " word",
        2 => " sound",
        3 => " start",
        4 => " together",
        5 => " part",
        6 => " first half",
        _ => " second half",
    };
    format!("{attribute}{part}")
}

type Add<'a> = dyn FnMut(Part, usize, &mut dyn Iterator<Item = u8>) + 'a;

fn word_keys(attribute: &Attribute, value: u32, add: &mut Add<'_>) {
    let words = attribute.words.of(value);
    for (at, &word) in words.iter().take(MOST_WORDS).enumerate() {
        let text = attribute.words.text(word);
        add(Part::Word, at, &mut text.bytes());
        if text.len() >= 4 && !has_digit(text) {
            add(Part::Sound, at, &mut sound(text).into_iter());
            if matches!(attribute.kind, Kind::PersonName | Kind::OrganisationName) {
                add(Part::Start, at, &mut text.bytes().take(4));
            }
        }
    }
    if words.len() >= 2 && matches!(attribute.kind, Kind::OrganisationName | Kind::PersonName) {
        let letters = words.iter().flat_map(|&word| attribute.words.text(word).bytes());
        add(Part::Together, 30, &mut letters.take(10));
    }
    if attribute.kind == Kind::OrganisationName {
        syllable_keys(attribute, value, add);
    }
}

/// The sound of Chinese syllables written together, by which a Latin spelling of the name is found.
fn syllable_keys(attribute: &Attribute, value: u32, add: &mut Add<'_>) {
    let texts = attribute.words.of(value).iter().take(MOST_WORDS).map(|&word| attribute.words.text(word));
    let texts: Vec<&str> = texts.collect();
    for from in 0..texts.len() {
        let mut together = String::new();
        for (at, text) in (from..texts.len().min(from + MOST_SYLLABLES)).map(|at| (at, texts[at])) {
            if !is_syllable(text) {
                break;
            }
            together.push_str(text);
            if at > from {
                add(Part::Sound, from, &mut sound(&together).into_iter());
            }
        }
    }
}

fn value_keys(attribute: &Attribute, value: u32, add: &mut Add<'_>) {
    let text = attribute.text(value);
    add(Part::Whole, 0, &mut text.bytes());
    if let Some(part) = attribute.kind.part(text) {
        add(Part::Shared, 0, &mut part.bytes());
    }
    match attribute.kind {
        Kind::Date => add(Part::SecondHalf, 1, &mut text.bytes().skip(4)),
        Kind::Identifier | Kind::Phone if text.len() >= 6 => {
            add(Part::FirstHalf, 0, &mut text.bytes().take(text.len() / 2));
            add(Part::SecondHalf, 1, &mut text.bytes().skip(text.len() / 2));
        }
        _ => {}
    }
}
