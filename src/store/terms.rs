//! Terms in one arena, in the order in which they came: the memory side of dictionaries and of batches.
//!
//! A [`TermList`] keeps what is pushed, also twice; a [`TermTable`] keeps each term once. Costs the tail's bytes and
//! twelve bytes a term, the table some twelve bytes more; heads are kept once.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use crate::store::StoreError;
use crate::store::key::{Key, Kind};

/// Terms in the order of their coming.
#[derive(Default)]
pub(in crate::store) struct TermList {
    groups: Groups,
    group: Vec<u32>,
    end: Vec<u64>,
    tails: String,
}

/// Heads, each once, by kind.
#[derive(Default)]
struct Groups {
    places: HashTable<u32>,
    all: Vec<(Kind, Box<str>)>,
}

/// Terms, each once, numbered in the order of their first coming.
#[derive(Default)]
pub(in crate::store) struct TermTable {
    places: HashTable<Place>,
    list: TermList,
}

/// The number of a term with half of its hash, so that a table that grows looks into no term.
#[derive(Clone, Copy)]
struct Place {
    hash: u32,
    number: u32,
}

impl Groups {
    /// The number of a head; `guess` is the number that is likely.
    fn enter(&mut self, kind: Kind, head: &str, guess: Option<u32>) -> u32 {
        let all = &self.all;
        let is_it = |at: &u32| all.get(*at as usize).is_some_and(|(k, h)| *k == kind && **h == *head);
        if let Some(at) = guess.filter(is_it) {
            return at;
        }
        let hash = FxBuildHasher.hash_one((kind, head));
        if let Some(at) = self.places.find(hash, is_it) {
            return *at;
        }
        let at = self.all.len() as u32;
        self.all.push((kind, head.into()));
        let all = &self.all;
        self.places.insert_unique(hash, at, |at| {
            let (kind, head) = &all[*at as usize];
            FxBuildHasher.hash_one((kind, &**head))
        });
        at
    }
}

impl TermList {
    pub fn len(&self) -> usize {
        self.group.len()
    }

    /// Bytes that the terms take in memory, and those that sorting them takes.
    pub fn bytes(&self) -> usize {
        self.tails.len() + self.len() * 28
    }

    /// Heads by number, as [`TermList::group`] names them.
    pub fn groups(&self) -> &[(Kind, Box<str>)] {
        &self.groups.all
    }

    pub fn group(&self, at: u32) -> u32 {
        self.group[at as usize]
    }

    pub fn tail(&self, at: u32) -> &str {
        let at = at as usize;
        let start = if at == 0 { 0 } else { self.end[at - 1] };
        &self.tails[start as usize..self.end[at] as usize]
    }

    pub fn key(&self, at: u32) -> Key<'_> {
        let (kind, head) = &self.groups.all[self.group(at) as usize];
        Key { kind: *kind, head, tail: self.tail(at) }
    }

    /// Adds a term; gives its number.
    pub fn push(&mut self, key: Key<'_>) -> Result<u32, StoreError> {
        let guess = self.group.last().copied();
        let group = self.groups.enter(key.kind, key.head, guess);
        self.push_in(group, key.tail)
    }

    /// Adds all terms of another list behind the own ones.
    pub fn append(&mut self, other: &Self) -> Result<(), StoreError> {
        let groups = other.groups.all.iter().map(|(kind, head)| self.groups.enter(*kind, head, None));
        let groups: Vec<u32> = groups.collect();
        if u32::try_from(self.group.len() + other.group.len()).is_err() {
            return Err(StoreError::TooMany { what: "terms", limit: u64::from(u32::MAX) });
        }
        let before = self.tails.len() as u64;
        self.tails.push_str(&other.tails);
        self.group.extend(other.group.iter().map(|group| groups[*group as usize]));
        self.end.extend(other.end.iter().map(|end| before + end));
        Ok(())
    }

    fn push_in(&mut self, group: u32, tail: &str) -> Result<u32, StoreError> {
        let too_many = |_| StoreError::TooMany { what: "terms", limit: u64::from(u32::MAX) };
        let number = u32::try_from(self.group.len()).map_err(too_many)?;
        self.tails.push_str(tail);
        self.group.push(group);
        self.end.push(self.tails.len() as u64);
        Ok(number)
    }
}

impl TermTable {
    pub fn list(&self) -> &TermList {
        &self.list
    }

    /// The number of a term, entered at its first use.
    pub fn enter(&mut self, key: Key<'_>) -> Result<u32, StoreError> {
        let guess = self.list.group.last().copied();
        let group = self.list.groups.enter(key.kind, key.head, guess);
        let hash = hash_in(group, key.tail);
        let list = &self.list;
        let is_it = |it: &Place| it.hash == hash && list.group(it.number) == group && list.tail(it.number) == key.tail;
        if let Some(it) = self.places.find(spread(hash), is_it) {
            return Ok(it.number);
        }
        let number = self.list.push_in(group, key.tail)?;
        self.places.insert_unique(spread(hash), Place { hash, number }, |it| spread(it.hash));
        Ok(number)
    }
}

fn hash_in(group: u32, tail: &str) -> u32 {
    FxBuildHasher.hash_one((group, tail)) as u32
}

/// Half a hash over all bits (Fibonacci hashing): a table takes the place from the low ones and a mark from the high ones.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::TermText;

    #[test]
    fn a_table_holds_each_term_once_in_the_order_of_first_use() {
        let terms = [
            TermText::Iri("https://x.org/a/1"),
            TermText::Iri("https://x.org/b/1"),
            TermText::Blank("https://x.org/a/1"),
            TermText::Typed("1", "https://x.org/a/"),
            TermText::Lang("1", "https://x.org/a/"),
            TermText::Iri(""),
            TermText::Iri("urn:x"),
            TermText::Iri("https://x.org/a/"),
        ];
        let mut table = TermTable::default();
        for round in 0..2 {
            let numbers: Vec<_> = terms.iter().map(|term| table.enter(Key::of(*term)).unwrap()).collect();
            assert_eq!(numbers, (0..terms.len() as u32).collect::<Vec<_>>(), "round {round}");
        }
        assert!(terms.iter().enumerate().all(|(at, term)| table.list().key(at as u32) == Key::of(*term)));
    }
}
