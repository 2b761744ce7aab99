//! What `DISTINCT` lets through: each value once a group.
//!
//! Values get numbers in the order in which they come, and a group has seen a value when the bit of its number is set.
//! When there are too many groups and values for bits, a hash set holds the pairs that were seen.

use hashbrown::HashMap;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use spareval::ExpressionTerm as Value;

use crate::sparql::vector::Terms;
use crate::sparql::vector::expression::{inline_id, value_of};
use crate::store::Id;

/// Words of bits at most: 32 MiB.
const MOST_WORDS: usize = 1 << 22;

/// The values that each group has seen.
pub(super) struct Distinct {
    is_by_value: bool,
    /// The number of each id; ids of equal values have the same.
    numbers: FxHashMap<Id, u32>,
    /// Numbers of values of which several ids may be equal.
    by_value: HashMap<Value, u32, FxBuildHasher>,
    /// The first id of each number.
    ids: Vec<Id>,
    seen: Seen,
}

enum Seen {
    /// So many words a group.
    Bits { n_words: usize, words: Vec<u64> },
    /// The group in the upper half, the number in the lower.
    Pairs(FxHashSet<u64>),
}

impl Distinct {
    /// Terms are the same when they are spelled the same.
    pub fn by_term() -> Self {
        Self {
            is_by_value: false,
            numbers: FxHashMap::default(),
            by_value: HashMap::default(),
            ids: Vec::new(),
            seen: Seen::default(),
        }
    }

    /// Terms are the same when their values are.
    pub fn by_value() -> Self {
        Self { is_by_value: true, ..Self::by_term() }
    }

    /// Whether the group, one of `n_groups`, has not seen the value before.
    pub fn insert(&mut self, group: u32, n_groups: usize, id: Id, terms: &Terms) -> bool {
        let number = match self.numbers.get(&id) {
            Some(&number) => number,
            None => self.new_number(id, terms),
        };
        self.seen.insert(group, n_groups, number)
    }

    fn new_number(&mut self, id: Id, terms: &Terms) -> u32 {
        let next = self.ids.len() as u32;
        let number = if self.is_by_value { self.number_of_value(id, next, terms) } else { next };
        if number == next {
            self.ids.push(id);
        }
        self.numbers.insert(id, number);
        number
    }

    /// The number of the ids with the same value, `next` if there is none yet. Numbers and truths that stand in an id do
    /// so under one spelling; all else is told apart by its value.
    fn number_of_value(&mut self, id: Id, next: u32, terms: &Terms) -> u32 {
        if id.is_iri() || id.is_blank() {
            return next;
        }
        let value = value_of(id, terms);
        match value.as_ref().and_then(inline_id) {
            Some(spelled) => *self.numbers.entry(spelled).or_insert(next),
            None => value.map_or(next, |value| *self.by_value.entry(value).or_insert(next)),
        }
    }

    /// Bytes that it holds, at least.
    pub fn bytes(&self) -> usize {
        let of_seen = match &self.seen {
            Seen::Bits { words, .. } => words.len() * size_of::<u64>(),
            Seen::Pairs(pairs) => pairs.len() * size_of::<u64>(),
        };
        let of_numbers = self.numbers.len() * size_of::<(Id, u32)>() + self.ids.len() * size_of::<Id>();
        of_seen + of_numbers + self.by_value.len() * size_of::<(Value, u32)>()
    }

    /// All groups with their values, by group and in the order in which values were first seen.
    pub fn into_pairs(self) -> impl Iterator<Item = (u32, Id)> {
        let ids = self.ids;
        self.seen.into_sorted().into_iter().map(move |(group, number)| (group, ids[number as usize]))
    }
}

impl Seen {
    fn insert(&mut self, group: u32, n_groups: usize, number: u32) -> bool {
        self.make_room(n_groups, number);
        match self {
            Self::Pairs(pairs) => pairs.insert(pair(group, number)),
            Self::Bits { n_words, words } => {
                let word = &mut words[group as usize * *n_words + number as usize / 64];
                let bit = 1 << (number % 64);
                let is_new = *word & bit == 0;
                *word |= bit;
                is_new
            }
        }
    }

    /// Has bits for so many groups and the number, or pairs when these were too many.
    fn make_room(&mut self, n_groups: usize, number: u32) {
        let Self::Bits { n_words, words } = self else { return };
        let mut wanted = *n_words;
        while number as usize / 64 >= wanted {
            wanted *= 2;
        }
        if wanted == *n_words && words.len() >= n_groups * wanted {
            return;
        }
        if n_groups * wanted > MOST_WORDS {
            let pairs = std::mem::take(self).into_sorted();
            *self = Self::Pairs(pairs.into_iter().map(|(group, number)| pair(group, number)).collect());
            return;
        }
        if wanted > *n_words {
            let wider = words.chunks(*n_words).flat_map(|own| {
                let padding = std::iter::repeat_n(0, wanted - own.len());
                own.iter().copied().chain(padding)
            });
            *words = wider.collect();
            *n_words = wanted;
        }
        words.resize(n_groups.max(words.len() / wanted) * wanted, 0);
    }

    /// Groups and numbers, in order.
    fn into_sorted(self) -> Vec<(u32, u32)> {
        let mut sorted = match self {
            Self::Pairs(pairs) => pairs.into_iter().map(|pair| ((pair >> 32) as u32, pair as u32)).collect(),
            Self::Bits { n_words, words } => {
                let bits = |word: u64| (0..64u32).filter(move |bit| word >> bit & 1 == 1);
                let group = |at: usize| (at / n_words) as u32;
                let number = |at: usize, bit: u32| (at % n_words) as u32 * 64 + bit;
                let set = words.iter().enumerate().filter(|(_, word)| **word != 0);
                set.flat_map(|(at, &word)| bits(word).map(move |bit| (group(at), number(at, bit)))).collect::<Vec<_>>()
            }
        };
        sorted.sort_unstable();
        sorted
    }
}

impl Default for Seen {
    fn default() -> Self {
        Self::Bits { n_words: 1, words: Vec::new() }
    }
}

fn pair(group: u32, number: u32) -> u64 {
    u64::from(group) << 32 | u64::from(number)
}
