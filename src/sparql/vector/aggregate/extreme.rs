//! `MIN` and `MAX`: the first of the least or greatest values in the order of `ORDER BY`.

use std::cmp::Ordering;

use crate::sparql::vector::Terms;
use crate::sparql::vector::expression::{Alike, order_of};
use crate::store::Id;

/// The extremes of all groups.
pub(super) struct Extremes {
    wanted: Ordering,
    ids: Vec<Id>,
}

impl Extremes {
    pub fn least() -> Self {
        Self { wanted: Ordering::Less, ids: Vec::new() }
    }

    pub fn greatest() -> Self {
        Self { wanted: Ordering::Greater, ids: Vec::new() }
    }

    /// Bytes that it holds, at least.
    pub fn bytes(&self) -> usize {
        self.ids.len() * size_of::<Id>()
    }

    pub fn grow(&mut self, n_groups: usize) {
        self.ids.resize(n_groups, Id::NONE);
    }

    pub fn add(&mut self, group: u32, id: Id, terms: &Terms) {
        let best = &mut self.ids[group as usize];
        if *best == Id::NONE || order_of(id, *best, terms) == self.wanted {
            *best = id;
        }
    }

    /// Adds values that are all alike.
    pub fn add_alike(&mut self, groups: &[u32], ids: &[Id], alike: Alike, terms: &Terms) {
        for (&group, &id) in groups.iter().zip(ids) {
            let best = self.ids[group as usize];
            if best == Id::NONE || alike.has(best) && id.cmp(&best) == self.wanted {
                self.ids[group as usize] = id;
            } else if !alike.has(best) {
                self.add(group, id, terms);
            }
        }
    }

    pub fn merge(&mut self, others: &Self, into: &[u32], terms: &Terms) {
        for (&group, &id) in into.iter().zip(&others.ids).filter(|(_, id)| **id != Id::NONE) {
            self.add(group, id, terms);
        }
    }

    pub fn into_ids(self) -> impl Iterator<Item = Id> {
        self.ids.into_iter()
    }
}
