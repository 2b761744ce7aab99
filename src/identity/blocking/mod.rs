//! Which records are compared at all.
//!
//! Comes in: attributes. Leaves: pairs, and what each rule brought and lost. Never scores. Costs a sort of all keys, and a
//! further one for records in over-large blocks.
//!
//! Nobody chooses rules: every key of every record makes a block. A block of few records is compared whole. One of many is
//! divided by each second key of its records, and then by each third; what is still too large is compared in a window of
//! neighbours and reported. How many are few follows from how many pairs may be compared. So `surname = chudleigh` is a rule
//! of its own, `surname = smith` only together with a year or a postcode.
//!
//! Source: W. McNeill, H. Kardes, A. Borthwick, "Dynamic Record Blocking" (2012).

mod keys;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::identity::attribute::Attribute;
use crate::identity::training::Pair;
use keys::Key;

/// How many pairs may be compared.
#[derive(Clone, Copy, PartialEq, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Pairs a record.
    pub pairs_per_record: f64,
    /// At least so many pairs, for small data.
    pub least_pairs: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { pairs_per_record: 20.0, least_pairs: 2_000_000.0 }
    }
}

/// A block is never larger than this, however few there are.
const LARGEST_BLOCK: usize = 500;
/// A block of so many records is always compared whole.
const SMALLEST_BLOCK: usize = 6;
/// Share of the pairs for blocks of one key, of two and of three.
const SHARES: [f64; 3] = [0.5, 0.3, 0.2];
/// In a block that no third key divides, a record is compared with so many that follow it.
const WINDOW: usize = 3;

/// What a rule brought.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleCount {
    /// The keys whose equality is the rule.
    pub rule: String,
    /// Blocks compared.
    pub n_blocks: u64,
    /// Pairs in them; other rules may have them too.
    pub n_pairs: u64,
}

/// Pairs to compare.
#[derive(Clone, Debug, Default)]
pub struct Blocks {
    /// Each pair once, sorted.
    pub pairs: Vec<Pair>,
    /// By rule, the most pairs first.
    pub rules: Vec<RuleCount>,
    /// Pairs in blocks that even three keys leave too large and that are not compared for any key.
    pub n_lost: u64,
    /// Largest block compared whole, by number of keys.
    pub largest: [usize; 3],
}

/// A record in the block of one or more keys.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    hash: u64,
    record: u32,
    rules: [u16; 3],
}

/// The pairs of records that share keys.
pub fn block(attributes: &[Attribute], n_records: u32, settings: &Settings) -> Blocks {
    let budget = (settings.pairs_per_record * f64::from(n_records)).max(settings.least_pairs);
    let keys: Vec<Vec<Key>> = (0..n_records)
        .into_par_iter()
        .map_init(Vec::new, |buffer, record| {
            keys::keys(attributes, record, buffer);
            buffer.clone()
        })
        .collect();
    let mut collecting = Collecting::default();
    let single = |(record, keys): (usize, &Vec<Key>)| {
        let record = record as u32;
        keys.iter().map(move |it| Entry { hash: it.hash, record, rules: [it.rule, NONE, NONE] }).collect::<Vec<_>>()
    };
    let entries = keys.par_iter().enumerate().flat_map_iter(single).collect();
    let large = collecting.take(entries, budget * SHARES[0], 0);
    let keys: Vec<Vec<Key>> =
        keys.into_par_iter().map(|keys| keys.into_iter().filter(|it| large.contains(&it.hash)).collect()).collect();
    let entries = keys.par_iter().enumerate().flat_map_iter(|(record, keys)| twos(record as u32, keys)).collect();
    let large = collecting.take(entries, budget * SHARES[1], 1);
    let three = |(record, keys): (usize, &Vec<Key>)| threes(record as u32, keys, &large);
    let entries = keys.par_iter().enumerate().flat_map_iter(three).collect();
    collecting.take(entries, budget * SHARES[2], 2);
    collecting.finish(attributes)
}

/// No second or third key.
const NONE: u16 = u16::MAX;

fn join(hash: u64, other: u64) -> u64 {
    (hash.rotate_left(23) ^ other).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn twos(record: u32, keys: &[Key]) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (at, one) in keys.iter().enumerate() {
        for other in keys[at + 1..].iter().filter(|other| other.place != one.place) {
            entries.push(Entry { hash: join(one.hash, other.hash), record, rules: [one.rule, other.rule, NONE] });
        }
    }
    entries
}

fn threes(record: u32, keys: &[Key], large: &FxHashSet<u64>) -> Vec<Entry> {
    let mut entries = Vec::new();
    let is_large = |one: &Key, other: &Key| one.place != other.place && large.contains(&join(one.hash, other.hash));
    for (at, one) in keys.iter().enumerate() {
        for (next, other) in keys.iter().enumerate().skip(at + 1).filter(|(_, other)| is_large(one, other)) {
            for third in keys[next + 1..].iter().filter(|it| is_large(one, it) && is_large(other, it)) {
                let hash = join(join(one.hash, other.hash), third.hash);
                entries.push(Entry { hash, record, rules: [one.rule, other.rule, third.rule] });
            }
        }
    }
    entries
}

#[derive(Default)]
struct Collecting {
    pairs: Vec<Pair>,
    rules: FxHashMap<[u16; 3], (u64, u64)>,
    n_lost: u64,
    largest: [usize; 3],
}

impl Collecting {
    /// Takes the pairs of blocks that are small enough; leaves the hashes of the others.
    fn take(&mut self, mut entries: Vec<Entry>, budget: f64, n_more: usize) -> FxHashSet<u64> {
        entries.par_sort_unstable();
        let blocks: Vec<&[Entry]> = entries.chunk_by(|one, other| one.hash == other.hash).collect();
        let largest = largest_block(&blocks, budget);
        self.largest[n_more] = largest;
        let mut large = FxHashSet::default();
        for block in blocks {
            if block.len() > largest && n_more < 2 {
                large.insert(block[0].hash);
                continue;
            }
            let is_cut = block.len() > largest;
            let window = if is_cut { WINDOW } else { block.len() };
            let before = self.pairs.len();
            for (at, one) in block.iter().enumerate() {
                let others = block[at + 1..].iter().take(window).filter(|other| other.record != one.record);
                self.pairs.extend(others.map(|other| (one.record, other.record)));
            }
            let n_pairs = (self.pairs.len() - before) as u64;
            if block.len() > largest {
                self.n_lost += (block.len() * (block.len() - 1) / 2) as u64 - n_pairs;
            }
            if n_pairs > 0 {
                let count = self.rules.entry(block[0].rules).or_default();
                *count = (count.0 + 1, count.1 + n_pairs);
            }
        }
        self.pairs.par_sort_unstable();
        self.pairs.dedup();
        large
    }

    fn finish(self, attributes: &[Attribute]) -> Blocks {
        let mut rules: FxHashMap<String, (u64, u64)> = FxHashMap::default();
        for (keys, (n_blocks, n_pairs)) in self.rules {
            let names = keys.iter().filter(|&&rule| rule != NONE).map(|&rule| keys::rule_name(attributes, rule));
            let count = rules.entry(names.collect::<Vec<_>>().join(" & ")).or_default();
            *count = (count.0 + n_blocks, count.1 + n_pairs);
        }
        let mut rules: Vec<_> =
            rules.into_iter().map(|(rule, (n_blocks, n_pairs))| RuleCount { rule, n_blocks, n_pairs }).collect();
        rules.sort_by(|one, other| other.n_pairs.cmp(&one.n_pairs).then_with(|| one.rule.cmp(&other.rule)));
        Blocks { pairs: self.pairs, rules, n_lost: self.n_lost, largest: self.largest }
    }
}

/// The largest size such that blocks up to it have no more pairs than the budget.
fn largest_block(blocks: &[&[Entry]], budget: f64) -> usize {
    let mut by_size = vec![0u64; LARGEST_BLOCK + 1];
    for block in blocks.iter().filter(|block| block.len() <= LARGEST_BLOCK) {
        by_size[block.len()] += 1;
    }
    let mut sum = 0.0;
    for (size, n_blocks) in by_size.iter().enumerate().skip(2) {
        sum += *n_blocks as f64 * (size * (size - 1) / 2) as f64;
        if sum > budget {
            return (size - 1).max(SMALLEST_BLOCK);
        }
    }
    LARGEST_BLOCK
}
