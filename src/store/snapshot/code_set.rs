//! Sorted sets of term codes, in which a code is found by its rank and a rank by its code.
//!
//! A set without gaps is two numbers, a dense one a bit for each code with a count for every [`BITS_A_RANK`] bits, a
//! sparse one a sorted list. The first two answer both ways in constant time, or one short search.

use std::ops::Range;

use crate::store::snapshot::manifest::CodeSetSection;
use crate::store::snapshot::map::{Column, Map};
use crate::store::snapshot::packed::{Packed, bytes_of};

/// So many bits share a count.
pub(in crate::store) const BITS_A_RANK: usize = 256;
const WORDS_A_RANK: usize = BITS_A_RANK / 64;

/// A mapped set.
#[derive(Clone)]
pub(in crate::store) enum CodeSet {
    /// All codes from `first` on.
    Run { first: u32, n: usize },
    /// A bit a code.
    Bits(Bits),
    /// The codes themselves.
    List(Packed),
}

/// A bit for each code from `first` on.
#[derive(Clone)]
pub(in crate::store) struct Bits {
    first: u32,
    last: u32,
    n: usize,
    words: Column<u64>,
    ranks: Column<u32>,
}

impl CodeSet {
    /// `None` when the sections do not fit the file or each other.
    pub fn open(map: &Map, section: &CodeSetSection) -> Option<Self> {
        Some(match section {
            CodeSetSection::Run { first, n } => Self::Run { first: *first, n: usize::try_from(*n).ok()? },
            CodeSetSection::List(section) => Self::List(Packed::open(map, section, section.n)?),
            CodeSetSection::Bits { first, last, n, words, ranks } => {
                let (words, ranks) = (bytes_of::<u64>(map, *words)?, bytes_of::<u32>(map, *ranks)?);
                let fits = ranks.len() == words.len().div_ceil(WORDS_A_RANK) && first <= last;
                let n = usize::try_from(*n).ok()?;
                fits.then_some(Self::Bits(Bits { first: *first, last: *last, n, words, ranks }))?
            }
        })
    }

    /// Number of codes.
    pub fn len(&self) -> usize {
        match self {
            Self::Run { n, .. } => *n,
            Self::Bits(bits) => bits.n,
            Self::List(codes) => codes.len(),
        }
    }

    /// The least and the greatest code.
    pub fn extent(&self) -> Option<(u32, u32)> {
        (self.len() > 0).then(|| match self {
            Self::Run { first, n } => (*first, first.saturating_add(*n as u32 - 1)),
            Self::Bits(bits) => (bits.select(0), bits.last),
            Self::List(codes) => (codes.least() as u32, codes.greatest() as u32),
        })
    }

    /// The rank of a code in the set.
    #[inline]
    pub fn rank(&self, code: u32) -> Option<usize> {
        match self {
            Self::Run { first, n } => code.checked_sub(*first).map(|at| at as usize).filter(|at| at < n),
            Self::Bits(bits) => bits.has(code).then(|| bits.n_below(code)),
            Self::List(codes) => {
                let at = codes.first_at_least(0..codes.len(), code.into());
                (at < codes.len() && codes.get(at) == i64::from(code)).then_some(at)
            }
        }
    }

    /// How many codes are less.
    pub fn n_below(&self, code: u32) -> usize {
        match self {
            Self::Run { first, n } => (code.saturating_sub(*first) as usize).min(*n),
            Self::Bits(bits) => bits.n_below(code),
            Self::List(codes) => codes.first_at_least(0..codes.len(), code.into()),
        }
    }

    /// The code of a rank.
    pub fn code(&self, rank: usize) -> u32 {
        match self {
            Self::Run { first, .. } => first.wrapping_add(rank as u32),
            Self::Bits(bits) => bits.select(rank),
            Self::List(codes) => codes.get(rank) as u32,
        }
    }

    /// Appends the rank of each code of a range, `u32::MAX` where it is not in the set; `ranks` are those of the range.
    pub fn ranks_between(&self, range: Range<u32>, ranks: Range<usize>, out: &mut Vec<u32>) {
        out.reserve(range.len());
        let (mut end, mut before) = (range.start, None);
        for rank in ranks {
            let code = before.map_or_else(|| self.code(rank), |before| self.following(rank - 1, before));
            out.resize(out.len() + (code - end) as usize, u32::MAX);
            out.push(rank as u32);
            (end, before) = (code + 1, Some(code));
        }
        out.resize(out.len() + (range.end - end) as usize, u32::MAX);
    }

    /// The code that follows `code`, whose rank is `rank`; any number after the last.
    #[inline]
    pub fn following(&self, rank: usize, code: u32) -> u32 {
        match self {
            Self::Run { .. } => code.wrapping_add(1),
            Self::Bits(bits) => bits.following(code),
            Self::List(codes) => codes.get(rank + 1) as u32,
        }
    }
}

impl Bits {
    #[inline]
    fn word(&self, at: usize) -> u64 {
        self.words.get(at).copied().unwrap_or_default()
    }

    #[inline]
    fn has(&self, code: u32) -> bool {
        let bit = code.wrapping_sub(self.first) as usize;
        code >= self.first && self.word(bit / 64) >> (bit % 64) & 1 == 1
    }

    #[inline]
    fn n_below(&self, code: u32) -> usize {
        let Some(bit) = code.checked_sub(self.first).map(|bit| bit as usize) else { return 0 };
        if code > self.last {
            return self.n;
        }
        let (word, block) = (bit / 64, bit / BITS_A_RANK);
        let before = self.ranks.get(block).copied().unwrap_or_default() as usize;
        let whole: u32 = (block * WORDS_A_RANK..word).map(|at| self.word(at).count_ones()).sum();
        let part = self.word(word) & ((1 << (bit % 64)) - 1);
        before + (whole + part.count_ones()) as usize
    }

    fn select(&self, rank: usize) -> u32 {
        let block = self.ranks.partition_point(|before| *before as usize <= rank).saturating_sub(1);
        let mut left = rank.saturating_sub(self.ranks.get(block).copied().unwrap_or_default() as usize);
        for at in block * WORDS_A_RANK..self.words.len() {
            let mut word = self.word(at);
            let here = word.count_ones() as usize;
            if left < here {
                (0..left).for_each(|_| word &= word - 1);
                return self.first.wrapping_add(at as u32 * 64 + word.trailing_zeros());
            }
            left -= here;
        }
        self.last
    }

    fn following(&self, code: u32) -> u32 {
        let bit = code.wrapping_sub(self.first) as usize + 1;
        let mut at = bit / 64;
        let mut word = self.word(at) & (u64::MAX << (bit % 64));
        while word == 0 && at < self.words.len() {
            at += 1;
            word = self.word(at);
        }
        self.first.wrapping_add((at as u32).wrapping_mul(64)).wrapping_add(word.trailing_zeros())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::store::build::packed_codes;

    fn check(codes: &[u32]) -> Result<(), TestCaseError> {
        let (section, bytes) = packed_codes(codes);
        let set = CodeSet::open(&Map::of_bytes(&bytes), &section).unwrap();
        prop_assert_eq!(set.len(), codes.len());
        prop_assert_eq!(set.extent(), codes.first().copied().zip(codes.last().copied()));
        for (rank, code) in codes.iter().enumerate() {
            prop_assert_eq!(set.code(rank), *code);
            prop_assert_eq!(set.rank(*code), Some(rank));
            if rank + 1 < codes.len() {
                prop_assert_eq!(set.following(rank, *code), codes[rank + 1]);
            }
            let (from, to) = (code.saturating_sub(3), code.saturating_add(70));
            let mut ranks = Vec::new();
            set.ranks_between(from..to, set.n_below(from)..set.n_below(to), &mut ranks);
            let expected = (from..to).map(|code| set.rank(code).map_or(u32::MAX, |rank| rank as u32));
            prop_assert_eq!(ranks, expected.collect::<Vec<_>>());
            for near in [code.saturating_sub(1), *code, code.saturating_add(1), 0, u32::MAX] {
                prop_assert_eq!(set.n_below(near), codes.partition_point(|code| *code < near));
                prop_assert_eq!(set.rank(near), codes.binary_search(&near).ok());
            }
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn a_set_finds_codes_by_rank_and_ranks_by_code(
            first in prop_oneof![0..100u32, Just(u32::MAX - 5000)], span in 1..5000u32,
            codes in prop::collection::btree_set(0..5000u32, 0..900),
        ) {
            let codes: BTreeSet<u32> = codes.into_iter().map(|code| first + code % span).collect();
            check(&codes.into_iter().collect::<Vec<_>>())?;
        }
    }

    #[test]
    fn runs_and_far_ends_are_sets_too() {
        check(&(7..900).collect::<Vec<_>>()).unwrap();
        check(&[0, u32::MAX]).unwrap();
        check(&[]).unwrap();
    }
}
