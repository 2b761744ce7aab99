//! Rows found by the ids in some of their columns.

use std::hash::Hasher;

use rustc_hash::FxHasher;

use crate::sparql::vector::Batch;
use crate::sparql::vector::pattern::Slot;
use crate::store::Id;

/// The hash of a row's key columns; unbound values count too.
pub(super) fn hashes(batch: &Batch, slots: &[Slot]) -> Vec<u64> {
    let mut hashes = vec![0; batch.len];
    for slot in slots {
        match batch.column(*slot) {
            Some(column) => hashes.iter_mut().zip(column).for_each(|(hash, id)| *hash = mixed(*hash, *id)),
            None => hashes.iter_mut().for_each(|hash| *hash = mixed(*hash, Id::NONE)),
        }
    }
    hashes
}

fn mixed(hash: u64, id: Id) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write_u64(hash);
    hasher.write_u64(id.bits());
    hasher.finish()
}

/// Distinct keys of fixed width, numbered in the order of their coming.
#[derive(Default)]
pub(super) struct KeyTable {
    places: hashbrown::HashTable<u32>,
    hashes: Vec<u64>,
    /// The keys, one after the other.
    ids: Vec<Id>,
    width: usize,
}

impl KeyTable {
    /// For keys of `width` ids.
    pub fn new(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    /// Number of keys.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// The ids of a key.
    pub fn key(&self, number: usize) -> &[Id] {
        &self.ids[number * self.width..(number + 1) * self.width]
    }

    /// The number of a key, and whether it is new.
    pub fn enter(&mut self, hash: u64, key: &[Id]) -> (u32, bool) {
        let (ids, width) = (&self.ids, self.width);
        let is_it = |at: &u32| &ids[*at as usize * width..(*at as usize + 1) * width] == key;
        if let Some(at) = self.places.find(hash, is_it) {
            return (*at, false);
        }
        let at = self.hashes.len() as u32;
        self.hashes.push(hash);
        self.ids.extend_from_slice(key);
        let hashes = &self.hashes;
        self.places.insert_unique(hash, at, |at| hashes[*at as usize]);
        (at, true)
    }

    /// Enters the keys of all rows of a batch; appends their numbers, and calls `on_new` with each row that is the first.
    pub fn enter_rows(&mut self, batch: &Batch, slots: &[Slot], numbers: &mut Vec<u32>, mut on_new: impl FnMut(usize)) {
        let mut key = vec![Id::NONE; slots.len()];
        // rows with one key often come one after the other
        let mut last = None;
        for (row, hash) in hashes(batch, slots).into_iter().enumerate() {
            let mut is_same = last.is_some_and(|(last, _)| last == hash);
            for (id, slot) in key.iter_mut().zip(slots) {
                let value = batch.value(*slot, row);
                is_same &= *id == value;
                *id = value;
            }
            let (number, is_new) = match last {
                Some((_, number)) if is_same => (number, false),
                _ => self.enter(hash, &key),
            };
            last = Some((hash, number));
            numbers.push(number);
            if is_new {
                on_new(row);
            }
        }
    }

    /// Bytes that it holds.
    pub fn bytes(&self) -> usize {
        self.hashes.len() * (12 + 8 * self.width)
    }
}
