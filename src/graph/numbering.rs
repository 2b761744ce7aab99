//! 64-bit ids to dense 32-bit nodes, in the order of the ids.
//!
//! Ids of a snapshot are places in its dictionary, so they mostly lie in a narrow range: then one bit an id and a
//! running count a word give an id's node without a search. Ids that lie far apart are sorted and searched.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use rayon::prelude::*;

use crate::graph::GraphError;

/// Bits that may be spent on one link end: a bitmap of this size is as large as the unsorted ids would be.
const BITS_PER_END: u64 = 64;

/// The distinct ids in ascending order, and the way back from an id to its place.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbering {
    ids: Vec<u64>,
    bits: Option<Bits>,
}

/// Which ids of a range are there, 64 a word, and how many stand before each word.
#[derive(Clone, Debug)]
struct Bits {
    first: u64,
    words: Vec<u64>,
    before: Vec<u32>,
}

impl Numbering {
    /// Numbers every id that `ends` yields; `ends` is called twice and must yield the same ids.
    pub(super) fn of<E: ParallelIterator<Item = u64>>(ends: impl Fn() -> E) -> Result<Self, GraphError> {
        let (first, last, n_ends) = extent(ends());
        if n_ends == 0 {
            return Ok(Self::default());
        }
        let budget = n_ends.saturating_mul(BITS_PER_END).max(1 << 12);
        let numbering = if last - first < budget { Self::by_bits(ends(), first, last) } else { Self::by_sort(ends()) };
        let (found, max) = (numbering.ids.len(), u32::MAX as usize - 1);
        if found > max { Err(GraphError::TooManyNodes { max, found }) } else { Ok(numbering) }
    }

    fn by_bits(ends: impl ParallelIterator<Item = u64>, first: u64, last: u64) -> Self {
        let words: Vec<AtomicU64> = (0..=(last - first) / 64).map(|_| AtomicU64::new(0)).collect();
        ends.for_each(|id| {
            let (word, bit) = place(id - first);
            if words[word].load(Relaxed) & bit == 0 {
                words[word].fetch_or(bit, Relaxed);
            }
        });
        let words: Vec<u64> = words.into_iter().map(AtomicU64::into_inner).collect();
        let before = counts_before(&words);
        let ids =
            words.iter().zip((first..).step_by(64)).flat_map(|(word, base)| ones(*word).map(move |bit| base + bit));
        Self { ids: ids.collect(), bits: Some(Bits { first, words, before }) }
    }

    fn by_sort(ends: impl ParallelIterator<Item = u64>) -> Self {
        let mut ids: Vec<u64> = ends.collect();
        ids.par_sort_unstable();
        ids.dedup();
        ids.shrink_to_fit();
        Self { ids, bits: None }
    }

    /// The node of an id that was among the ends.
    pub(super) fn node(&self, id: u64) -> u32 {
        let place = self.bits.as_ref().map(|bits| bits.rank(id));
        place.unwrap_or_else(|| self.ids.partition_point(|other| *other < id) as u32)
    }

    pub(super) fn into_ids(self) -> Vec<u64> {
        self.ids
    }
}

impl Bits {
    fn rank(&self, id: u64) -> u32 {
        let (word, bit) = place(id - self.first);
        self.before[word] + (self.words[word] & (bit - 1)).count_ones()
    }
}

/// Least id, greatest id, number of ends.
fn extent(ends: impl ParallelIterator<Item = u64>) -> (u64, u64, u64) {
    let join = |a: (u64, u64, u64), b: (u64, u64, u64)| (a.0.min(b.0), a.1.max(b.1), a.2 + b.2);
    ends.map(|id| (id, id, 1)).reduce(|| (u64::MAX, 0, 0), join)
}

/// How many bits are set before each word. Cut to 32 bits: with more ids than that the numbering is refused anyway.
fn counts_before(words: &[u64]) -> Vec<u32> {
    let mut n_before = 0u32;
    let mut step = |word: &u64| {
        let before = n_before;
        n_before = n_before.wrapping_add(word.count_ones());
        before
    };
    words.iter().map(&mut step).collect()
}

fn place(offset: u64) -> (usize, u64) {
    ((offset / 64) as usize, 1 << (offset % 64))
}

/// Places of the bits that are set, ascending.
fn ones(word: u64) -> impl Iterator<Item = u64> {
    let rest = std::iter::successors(Some(word), |left| Some(left & left.wrapping_sub(1)));
    rest.take_while(|left| *left != 0).map(|left| u64::from(left.trailing_zeros()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_and_sorting_number_the_same() {
        let ids = [900u64, 5, 5, 64, 63, 128, 7, 900];
        let (bits, sorted) =
            (Numbering::by_bits(ids.par_iter().copied(), 5, 900), Numbering::by_sort(ids.par_iter().copied()));
        assert_eq!(bits.ids, [5, 7, 63, 64, 128, 900]);
        assert_eq!(bits.ids, sorted.ids);
        for id in ids {
            assert_eq!(bits.node(id), sorted.node(id));
        }
    }

    #[test]
    fn ids_at_both_ends_of_the_range_are_numbered() {
        let ids = [u64::MAX, 0, 1 << 63];
        let numbering = Numbering::of(|| ids.par_iter().copied()).unwrap();
        assert_eq!(ids.map(|id| numbering.node(id)), [2, 0, 1]);
    }
}
