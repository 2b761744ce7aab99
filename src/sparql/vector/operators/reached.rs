//! Which nodes a path has reached from which start.
//!
//! Few pairs are found by hash. As soon as a bit for every pair of start and node takes no more than the hashes do, there
//! is one.

use rustc_hash::FxHashSet;

use crate::store::Id;

/// Bytes of a pair in the hash set, roughly.
const BYTES_A_PAIR: u64 = 24;

/// Pairs of a start's number and a node.
pub(super) struct Reached {
    n_starts: u64,
    first: u64,
    /// Nodes that may be reached from a start; none when it is not known which.
    n_nodes: u64,
    /// Pairs from which on bits are kept.
    n_few: u64,
    pairs: FxHashSet<(u32, Id)>,
    bits: Vec<u64>,
}

impl Reached {
    /// Nothing; of so many starts, and nodes between two ids if that is known.
    pub fn new(n_starts: usize, extent: Option<(Id, Id)>) -> Self {
        let span = extent.and_then(|(low, high)| high.bits().checked_sub(low.bits())?.checked_add(1));
        let n_bits = span.and_then(|span| span.checked_mul(n_starts as u64)).filter(|n| *n < 1 << 36);
        let n_few = n_bits.map_or(u64::MAX, |n| n / 8 / BYTES_A_PAIR);
        let first = extent.map_or(0, |(low, _)| low.bits());
        let n_starts = n_starts as u64;
        Self { n_starts, first, n_nodes: span.unwrap_or(0), n_few, pairs: FxHashSet::default(), bits: Vec::new() }
    }

    /// Whether the pair is new.
    pub fn insert(&mut self, start: u32, node: Id) -> bool {
        if !self.bits.is_empty() {
            return self.set(start, node);
        }
        let is_new = self.pairs.insert((start, node));
        if self.pairs.len() as u64 > self.n_few {
            self.bits = vec![0; (self.n_nodes * self.n_starts / 64) as usize + 1];
            for (start, node) in std::mem::take(&mut self.pairs) {
                self.set(start, node);
            }
        }
        is_new
    }

    /// Bytes that it holds, at least.
    pub fn bytes(&self) -> usize {
        self.pairs.len() * size_of::<(u32, Id)>() + self.bits.len() * 8
    }

    fn set(&mut self, start: u32, node: Id) -> bool {
        let bit = u64::from(start) * self.n_nodes + (node.bits() - self.first);
        let (word, mask) = (&mut self.bits[(bit / 64) as usize], 1 << (bit % 64));
        let is_new = *word & mask == 0;
        *word |= mask;
        is_new
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_pair_is_new_once(pairs in prop::collection::vec((0..9u32, 100..180u64), 0..300), is_known: bool) {
            let mut reached = Reached::new(9, is_known.then_some((Id::from_bits(100), Id::from_bits(180))));
            let mut expected = FxHashSet::default();
            for (start, node) in pairs {
                prop_assert_eq!(reached.insert(start, Id::from_bits(node)), expected.insert((start, node)));
            }
        }
    }
}
