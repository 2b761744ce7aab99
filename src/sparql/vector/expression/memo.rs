//! Results of a part of an expression by the id of its argument.
//!
//! Ids of a column mostly lie close together: days, small numbers, the names of one kind of things. So long as they do,
//! a result stands in an array at the distance of the id from the least one; others are found by hash.

use rustc_hash::FxHashMap;

use crate::store::Id;

/// No result yet; an id that nobody gives.
const OPEN: Id = Id::from_bits(u64::MAX - 1);
/// Places of the array, whatever the number of arguments.
const FEW_PLACES: u64 = 1 << 16;
/// Places of the array for each argument that was asked for.
const PLACES_AN_ARGUMENT: u64 = 8;

/// Results by argument.
#[derive(Default)]
pub(super) struct Memo {
    first: u64,
    near: Vec<Id>,
    far: FxHashMap<Id, Id>,
    n_asked: u64,
}

impl Memo {
    /// Makes the array hold all these arguments, unless it would become too large.
    pub fn expect(&mut self, arguments: &[Id]) {
        self.n_asked += arguments.len() as u64;
        let bound = arguments.iter().filter(|id| **id != Id::NONE);
        let (least, end) =
            bound.fold((u64::MAX, 0), |(least, end), id| (least.min(id.bits()), end.max(id.bits().saturating_add(1))));
        if least >= end || least >= self.first && end <= self.first + self.near.len() as u64 {
            return;
        }
        let (first, end) = match self.near.len() as u64 {
            0 => (least, end),
            n => (least.min(self.first), end.max(self.first + n)),
        };
        if end - first > FEW_PLACES.max(self.n_asked.saturating_mul(PLACES_AN_ARGUMENT)) {
            return;
        }
        let mut near = vec![OPEN; (end - first) as usize];
        let at = self.first.saturating_sub(first) as usize;
        near[at..at + self.near.len()].copy_from_slice(&self.near);
        self.far.retain(|id, result| match near.get_mut(id.bits().wrapping_sub(first) as usize) {
            Some(place) => {
                *place = *result;
                false
            }
            None => true,
        });
        (self.first, self.near) = (first, near);
    }

    /// The result for an argument.
    #[inline]
    pub fn get(&self, argument: Id) -> Option<Id> {
        match self.near.get(argument.bits().wrapping_sub(self.first) as usize) {
            Some(result) => Some(*result).filter(|result| *result != OPEN),
            None => self.far.get(&argument).copied(),
        }
    }

    /// Remembers the result for an argument.
    pub fn set(&mut self, argument: Id, result: Id) {
        match self.near.get_mut(argument.bits().wrapping_sub(self.first) as usize) {
            Some(place) => *place = result,
            None => _ = self.far.insert(argument, result),
        }
    }

    /// Number of results, at most.
    pub fn len(&self) -> usize {
        self.near.len() + self.far.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_result_is_that_of_its_argument(
            batches in prop::collection::vec(prop::collection::vec(prop_oneof![
                5 => 1000..1200u64, 2 => 0..200_000u64, 1 => any::<u64>(), 1 => Just(u64::MAX),
            ], 0..40), 1..8),
        ) {
            let mut memo = Memo::default();
            let mut expected = FxHashMap::default();
            for (round, batch) in batches.iter().enumerate() {
                let arguments: Vec<_> = batch.iter().map(|bits| Id::from_bits(*bits)).collect();
                memo.expect(&arguments);
                for argument in arguments {
                    prop_assert_eq!(memo.get(argument), expected.get(&argument).copied());
                    let result = Id::from_bits(argument.bits() / 2 + round as u64);
                    memo.set(argument, result);
                    expected.insert(argument, result);
                }
                prop_assert!(expected.iter().all(|(argument, result)| memo.get(*argument) == Some(*result)));
            }
        }
    }
}
