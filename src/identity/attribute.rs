//! One thing that is compared: the values of all records, each distinct value once.
//!
//! Comes in: for each record the texts of its values in one spelling. Leaves: values by number, how many records have each,
//! and their words where values are words. Never compares. Costs one hash look-up a value.

use rustc_hash::FxHashMap;

use crate::identity::kind::Kind;
use crate::identity::person_name::full_forms;
use crate::identity::words::Words;

/// Values of one kind over all records.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// What people call it: the columns that it was read from.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    starts: Vec<u32>,
    values: Vec<u32>,
    texts: Vec<Box<str>>,
    counts: Vec<f32>,
    /// Frequencies of the first part of a value: postcode areas, years, phone endings, domains.
    parts: FxHashMap<Box<str>, f32>,
    /// For each value whether its first part says what another attribute says already; none where that was not looked at.
    is_derived: Vec<bool>,
    /// Words of the values; empty when values are not words.
    pub words: Words,
    /// Records that have a value.
    n_filled: f32,
}

impl Attribute {
    /// From the values of each record, in the order of the records.
    pub fn new(name: &str, kind: Kind, values_by_record: Vec<Vec<String>>) -> Self {
        let mut numbers: FxHashMap<String, u32> = FxHashMap::default();
        let (mut starts, mut values, mut texts) = (vec![0], Vec::new(), Vec::<Box<str>>::new());
        for record in values_by_record {
            for text in record {
                let next = u32::try_from(texts.len()).unwrap_or(u32::MAX);
                let number = *numbers.entry(text).or_insert_with_key(|text| {
                    texts.push(text.as_str().into());
                    next
                });
                values.push(number);
            }
            starts.push(u32::try_from(values.len()).unwrap_or(u32::MAX));
        }
        let mut words = if kind.is_words() { Words::read(&texts) } else { Words::default() };
        if matches!(kind, Kind::PersonName | Kind::GivenName) {
            words.group(full_forms);
        }
        let mut attribute = Self {
            name: name.to_owned(),
            kind,
            starts,
            values,
            counts: Vec::new(),
            texts,
            parts: FxHashMap::default(),
            is_derived: Vec::new(),
            words,
            n_filled: 0.0,
        };
        let n_records = attribute.n_records();
        attribute.weigh(&vec![1.0; n_records]);
        attribute
    }

    /// How many records there are.
    pub fn n_records(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many distinct values there are.
    pub fn n_values(&self) -> usize {
        self.texts.len()
    }

    /// The values of a record, none when it says nothing.
    pub fn of(&self, record: u32) -> &[u32] {
        &self.values[self.starts[record as usize] as usize..self.starts[record as usize + 1] as usize]
    }

    /// The text of a value.
    pub fn text(&self, value: u32) -> &str {
        &self.texts[value as usize]
    }

    /// How many records (or entities, after [`Self::weigh`]) have the value.
    pub fn count(&self, value: u32) -> f32 {
        self.counts[value as usize]
    }

    /// Whether the first part of a value follows from what its records say elsewhere.
    pub fn is_derived(&self, value: u32) -> bool {
        self.is_derived.get(value as usize).copied().unwrap_or_default()
    }

    /// Takes the first part of a value as said already where it follows from what else its record says.
    pub fn derive(&mut self, follows: impl Fn(&str, u32) -> bool) {
        let mut is_derived = vec![false; self.texts.len()];
        for record in 0..self.n_records() as u32 {
            for &value in self.of(record) {
                let part = self.kind.part(self.text(value));
                is_derived[value as usize] |= part.is_some_and(|part| follows(part, record));
            }
        }
        self.is_derived = is_derived;
    }

    /// How many have a value with this first part.
    pub fn part_count(&self, part: &str) -> f32 {
        self.parts.get(part).copied().unwrap_or_default()
    }

    /// How many have any value.
    pub fn n_filled(&self) -> f32 {
        self.n_filled
    }

    /// Counts values anew, each record standing for so much: one over the size of its entity counts entities.
    pub fn weigh(&mut self, weights: &[f32]) {
        self.counts = vec![0.0; self.texts.len()];
        self.n_filled = 0.0;
        for (record, weight) in weights.iter().enumerate().take(self.n_records()) {
            let values = &self.values[self.starts[record] as usize..self.starts[record + 1] as usize];
            if !values.is_empty() {
                self.n_filled += weight;
            }
            for &value in values {
                self.counts[value as usize] += weight;
            }
        }
        self.parts.clear();
        for (text, count) in self.texts.iter().zip(&self.counts) {
            if let Some(part) = self.kind.part(text) {
                *self.parts.entry(part.into()).or_default() += count;
            }
        }
        if self.kind.is_words() {
            self.words.weigh(&self.counts);
        }
    }
}

impl Kind {
    /// Whether nobody has two values of this kind at a time or one after the other, as people have addresses and employers.
    pub fn is_for_life(self) -> bool {
        matches!(self, Self::Date | Self::Identifier | Self::Registration | Self::Generation | Self::LegalForm)
    }

    /// Whether values of this kind are compared word by word.
    pub fn is_words(self) -> bool {
        use Kind::{Address, GivenName, OrganisationName, PersonName, Place, Text, WholeAddress};
        matches!(self, PersonName | GivenName | OrganisationName | WholeAddress | Address | Place | Text)
    }

    /// The part of a value that two values can share without being equal.
    pub fn part(self, text: &str) -> Option<&str> {
        let part = match self {
            Self::Date => text.get(..4),
            Self::Phone => text.get(text.len().saturating_sub(7)..),
            Self::Email => text.split_once('@').map(|(local, _)| local),
            Self::Postcode => text.get(..half(text)),
            _ => None,
        };
        part.filter(|part| !part.is_empty())
    }
}

/// The length of the first half of a postal code; the British inner code has three letters.
fn half(text: &str) -> usize {
    let length = text.len();
    if length >= 5 && text.bytes().any(|byte| byte.is_ascii_alphabetic()) { length - 3 } else { length / 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_by_record_or_by_entity() {
        let cells = ["x 1", "x 1", "x 2", ""].map(|text| if text.is_empty() { vec![] } else { vec![text.to_owned()] });
        let mut attribute = Attribute::new("place", Kind::Place, cells.to_vec());
        let x = attribute.words.of(0)[0];
        assert_eq!((attribute.count(0), attribute.words.count(x), attribute.n_filled()), (2.0, 3.0, 3.0));
        attribute.weigh(&[0.5, 0.5, 1.0, 1.0]);
        assert_eq!((attribute.count(0), attribute.words.count(x), attribute.n_filled()), (1.0, 2.0, 2.0));
    }

    #[test]
    fn postcodes_are_halved() {
        assert_eq!(Kind::Postcode.part("tq138df"), Some("tq13"));
        assert_eq!(Kind::Postcode.part("4011"), Some("40"));
    }
}
