//! The distinct values of groups, for `COUNT(DISTINCT ?variable)`.
//!
//! Values are the distances of the ordinals of ids from the least that may occur. Where groups and values are few, a group
//! has a bit for each value; otherwise pairs of group and value are kept in a list that is sorted whenever it has doubled.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Run;
use crate::sparql::vector::account::Held;
use crate::store::{Id, Ordinals};

/// Words of bits that a set may have whatever the number of rows; it may have one for each row.
const FEW_WORDS: usize = 1 << 17;
/// Pairs that are added at least before they are sorted again.
const PAIRS: usize = 1 << 17;

/// For each of a fixed number of groups a bit for each value, set by all lanes.
pub(super) struct SharedBits {
    first: u64,
    ordinals: Ordinals,
    n_words: usize,
    words: Vec<AtomicU64>,
    _held: Held,
}

impl SharedBits {
    /// A table of so many groups for values between two ids, when it is not much larger than the rows.
    pub fn new(run: Run<'_>, n_groups: usize, rows: f64, (low, high): (Id, Id)) -> Option<Self> {
        let ordinals = run.context.terms.snapshot().ordinals();
        let first = ordinals.ordinal(low);
        let n_words = usize::try_from(ordinals.ordinal(high).checked_sub(first)? / 64).ok()?.checked_add(1)?;
        let n = n_words.checked_mul(n_groups).filter(|n| *n > 0 && *n <= FEW_WORDS.max(rows as usize))?;
        let held = run.context.held(n * 8).ok()?;
        let words = (0..n).map(|_| AtomicU64::new(0)).collect();
        Some(Self { first, ordinals, n_words, words, _held: held })
    }

    /// Adds the value of each row to its group.
    pub fn add(&self, groups: &[u32], values: &[Id]) {
        for (group, value) in groups.iter().zip(values) {
            let bit = self.ordinals.ordinal(*value) - self.first;
            let word = &self.words[*group as usize * self.n_words + (bit / 64) as usize];
            let mask = 1 << (bit % 64);
            if word.load(Ordering::Relaxed) & mask == 0 {
                word.fetch_or(mask, Ordering::Relaxed);
            }
        }
    }

    /// Number of values of a group.
    pub fn count(&self, group: usize) -> u64 {
        let words = &self.words[group * self.n_words..(group + 1) * self.n_words];
        words.iter().map(|word| u64::from(word.load(Ordering::Relaxed).count_ones())).sum()
    }
}

/// The values of the groups of one lane, whose number grows.
pub(super) struct ValueSets {
    first: u64,
    ordinals: Ordinals,
    n_words: usize,
    n_rows: usize,
    seen: Seen,
}

enum Seen {
    /// So many words a group.
    Bits(Vec<u64>),
    /// The group in the upper half, the value in the lower; the first ones are sorted and distinct.
    Pairs { all: Vec<u64>, n_sorted: usize },
}

impl ValueSets {
    /// For values between two ids, when these are near enough.
    pub fn new((low, high): (Id, Id), ordinals: Ordinals) -> Option<Self> {
        let first = ordinals.ordinal(low);
        let span = u32::try_from(ordinals.ordinal(high).checked_sub(first)?).ok()?;
        let n_words = span as usize / 64 + 1;
        Some(Self { first, ordinals, n_words, n_rows: 0, seen: Seen::Bits(Vec::new()) })
    }

    /// Adds the value of each row to its group, one of `n_groups`.
    pub fn add(&mut self, n_groups: usize, groups: &[u32], values: &[Id]) {
        self.make_room(n_groups, groups.len());
        let (first, ordinals) = (self.first, self.ordinals);
        let values = values.iter().map(|value| ordinals.ordinal(*value) - first);
        match &mut self.seen {
            Seen::Bits(words) => {
                for (group, value) in groups.iter().zip(values) {
                    words[*group as usize * self.n_words + (value / 64) as usize] |= 1 << (value % 64);
                }
            }
            Seen::Pairs { all, .. } => {
                all.extend(groups.iter().zip(values).map(|(group, value)| u64::from(*group) << 32 | value));
                self.seen.tidy();
            }
        }
    }

    /// Adds those of another lane, whose group `i` is group `into[i]` here.
    pub fn merge(&mut self, n_groups: usize, other: Self, into: &[u32]) {
        self.make_room(n_groups, other.n_rows);
        let n_words = self.n_words;
        match (&mut self.seen, other.seen) {
            (Seen::Bits(words), Seen::Bits(others)) => {
                for (own, group) in others.chunks_exact(n_words).zip(into) {
                    let start = *group as usize * n_words;
                    words[start..start + n_words].iter_mut().zip(own).for_each(|(word, other)| *word |= other);
                }
            }
            (_, others) => {
                self.become_pairs();
                let Seen::Pairs { all, .. } = &mut self.seen else { return };
                let placed = |pair: u64| u64::from(into[(pair >> 32) as usize]) << 32 | pair & u64::from(u32::MAX);
                all.extend(others.into_pairs(n_words).into_iter().map(placed));
                self.seen.tidy();
            }
        }
    }

    /// Has words for all groups, or becomes pairs when these would be too many.
    fn make_room(&mut self, n_groups: usize, n_rows: usize) {
        self.n_rows += n_rows;
        let wanted = self.n_words.saturating_mul(n_groups);
        if let Seen::Bits(words) = &mut self.seen {
            if wanted <= FEW_WORDS.max(self.n_rows) {
                words.resize(wanted.max(words.len()), 0);
            } else {
                self.become_pairs();
            }
        }
    }

    fn become_pairs(&mut self) {
        if let Seen::Bits(words) = &mut self.seen {
            let all = Seen::Bits(std::mem::take(words)).into_pairs(self.n_words);
            self.seen = Seen::Pairs { n_sorted: all.len(), all };
        }
    }

    /// Number of values of each group.
    pub fn counts(self, n_groups: usize) -> Vec<u64> {
        let mut counts = vec![0; n_groups];
        match self.seen {
            Seen::Bits(words) => {
                for (count, words) in counts.iter_mut().zip(words.chunks_exact(self.n_words)) {
                    *count = words.iter().map(|word| u64::from(word.count_ones())).sum();
                }
            }
            Seen::Pairs { mut all, .. } => {
                all.sort_unstable();
                all.dedup();
                all.iter().for_each(|pair| counts[(pair >> 32) as usize] += 1);
            }
        }
        counts
    }

    /// Bytes that it holds.
    pub fn bytes(&self) -> usize {
        match &self.seen {
            Seen::Bits(all) | Seen::Pairs { all, .. } => all.len() * 8,
        }
    }
}

impl Seen {
    /// Sorts pairs when there are twice as many as after the last time.
    fn tidy(&mut self) {
        if let Self::Pairs { all, n_sorted } = self
            && all.len() > 2 * *n_sorted + PAIRS
        {
            all.sort_unstable();
            all.dedup();
            *n_sorted = all.len();
        }
    }

    fn into_pairs(self, n_words: usize) -> Vec<u64> {
        let words = match self {
            Self::Pairs { all, .. } => return all,
            Self::Bits(words) => words,
        };
        let bits = |word: u64| (0..64u64).filter(move |bit| word >> bit & 1 == 1);
        let pair = |at: usize, bit: u64| ((at / n_words) as u64) << 32 | ((at % n_words) as u64 * 64 + bit);
        words.iter().enumerate().flat_map(|(at, word)| bits(*word).map(move |bit| pair(at, bit))).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_value_of_a_group_counts_once(
            rows in prop::collection::vec((0..40u32, 0..300u64), 0..400), span in prop_oneof![Just(300u64), Just(1 << 31)],
            scale in prop_oneof![Just(1u64), Just(7_000_000u64)],
        ) {
            let span = span.max(300 * scale);
            let id = |value: u64| Id::from_bits(5 + value * scale);
            let extent = (Id::from_bits(5), Id::from_bits(5 + span));
            let into: Vec<u32> = (0..40).rev().collect();
            let mut lanes = [(); 2].map(|()| ValueSets::new(extent, Ordinals::default()).unwrap());
            for (at, rows) in rows.chunks(50).enumerate() {
                let (groups, values): (Vec<_>, Vec<_>) = rows.iter().map(|row| (row.0, id(row.1))).unzip();
                lanes[at % 2].add(40, &groups, &values);
            }
            let [mut left, right] = lanes;
            left.merge(40, right, &into);
            let mut expected = vec![BTreeSet::new(); 40];
            for (at, rows) in rows.chunks(50).enumerate() {
                for (group, value) in rows {
                    expected[if at % 2 == 0 { *group } else { into[*group as usize] } as usize].insert(value);
                }
            }
            let expected: Vec<_> = expected.iter().map(|values| values.len() as u64).collect();
            prop_assert_eq!(left.counts(40), expected);
        }
    }
}
