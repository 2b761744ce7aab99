//! Records to entities: the stage from end to end.
//!
//! Comes in: a table of records. Leaves: pairs with probabilities, entities, the model and what blocking did. Everything is
//! chosen from the data. Never reads or writes files. Costs a comparison a proposed pair, twice.
//!
//! Frequencies count entities, for records would count a frequent customer many times. In the first of two rounds, records
//! equal in all that tells stand for one entity, in the second what the first has found.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::identity::attribute::Attribute;
use crate::identity::blocking::{self, Blocks};
use crate::identity::cluster::{Constraints, Scored, cluster};
use crate::identity::comparison::{Outcome, Own, compare, key};
use crate::identity::kind::Kind;
use crate::identity::match_weight::{Model, probability};
use crate::identity::record_table::RecordTable;
use crate::identity::schema::{self, Kinds};
use crate::identity::training::{Pair, Sample, train};

/// What can be set; the defaults are for everybody.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Settings {
    /// How many pairs are compared.
    pub blocking: blocking::Settings,
    /// Kinds of columns, where the guess is wrong.
    pub kinds: Kinds,
}

/// Entities and how they were found.
pub struct Resolution {
    /// What was compared.
    pub attributes: Vec<Attribute>,
    /// What was learnt.
    pub model: Model,
    /// Which pairs were compared.
    pub blocks: Blocks,
    /// All compared pairs that are not out of the question, sorted by pair.
    pub scored: Vec<Scored>,
    /// The entity of each record, named by its first record.
    pub entities: Vec<u32>,
    /// For each source, whether it is taken to be free of doubles.
    pub is_single: Vec<bool>,
    groups: Vec<u8>,
}

/// Pairs drawn for `u` and proposed pairs used for `m`.
const N_TRAINED: usize = 400_000;
/// Pairs below these log odds are not kept.
const OUT_OF_THE_QUESTION: f32 = -6.0;
/// Share of a source's records with a double in it below which it is taken to have none.
const FREE_OF_DOUBLES: f64 = 0.005;
/// Matches a record that are expected before the data are seen.
const EXPECTED_MATCHES: f64 = 0.5;
/// Rounds; see above.
const N_ROUNDS: usize = 2;

impl Resolution {
    /// Log odds that two records are one.
    pub fn ln_odds(&self, one: u32, other: u32) -> f64 {
        self.model.ln_odds(&self.outcomes(one, other))
    }

    /// How the attributes of two records agree.
    pub fn outcomes(&self, one: u32, other: u32) -> Vec<Outcome> {
        let is_one = self.entities[one as usize] == self.entities[other as usize];
        let own = Own(if is_one { 1.0 } else { 2.0 });
        self.attributes.iter().map(|it| compare(it, one, other, own)).collect()
    }

    /// Whether nothing stands against two records being one: what they name, and their generations.
    pub fn may_match(&self, one: u32, other: u32) -> bool {
        may_match(&self.attributes, &self.groups, one, other)
    }

    /// Probability that two records are one.
    pub fn probability(&self, one: u32, other: u32) -> f64 {
        probability(self.ln_odds(one, other))
    }

    /// Resolves a table.
    pub fn of(table: &RecordTable, settings: &Settings) -> Self {
        let n_records = table.n_records();
        let attributes = schema::attributes(table, &settings.kinds);
        let groups = groups(&attributes, n_records);
        let mut blocks = blocking::block(&attributes, n_records as u32, &settings.blocking);
        blocks.pairs.retain(|(one, other)| may_match(&attributes, &groups, *one, *other));
        let n_pairs = (n_records as f64) * (n_records as f64 - 1.0).max(1.0) / 2.0;
        let prior = (EXPECTED_MATCHES * n_records as f64 / n_pairs).min(0.5).ln();
        let model = Model::of(&attributes, prior);
        let entities = equal_records(&attributes, n_records);
        let mut resolution = Self {
            attributes,
            model,
            blocks,
            scored: Vec::new(),
            entities,
            is_single: vec![false; table.sources.len()],
            groups,
        };
        for _ in 0..N_ROUNDS {
            resolution.count_entities();
            resolution.round(table, n_pairs);
        }
        resolution
    }

    fn round(&mut self, table: &RecordTable, n_pairs: f64) {
        let step = (self.blocks.pairs.len() / N_TRAINED).max(1);
        let proposed: Vec<Pair> = self.blocks.pairs.iter().step_by(step).copied().collect();
        let random = random_pairs(table.n_records() as u32);
        let scale = self.blocks.pairs.len() as f64 / proposed.len().max(1) as f64;
        let sample = Sample { proposed: &proposed, scale, random: &random, n_pairs };
        self.model = train(&self.attributes, self.model.clone(), &sample, &|one, other| self.outcomes(one, other));
        let score = |&pair: &Pair| Scored { pair, ln_odds: self.ln_odds(pair.0, pair.1) as f32 };
        let scored = self.blocks.pairs.par_iter().map(score).filter(|it| it.ln_odds > OUT_OF_THE_QUESTION);
        self.scored = scored.collect();
        self.is_single = free_of_doubles(table, &self.scored);
        let single: Vec<Option<u16>> =
            table.source.iter().map(|&source| self.is_single[source as usize].then_some(source)).collect();
        let apart = FxHashSet::default();
        let constraints = Constraints { single: &single, apart: &apart, together: &[] };
        let score = |one: u32, other: u32| match self.may_match(one, other) {
            true => self.ln_odds(one, other) as f32,
            false => f32::NEG_INFINITY,
        };
        self.entities = cluster(table.n_records(), &self.scored, &score, constraints, 0.0);
    }

    fn count_entities(&mut self) {
        let mut sizes: FxHashMap<u32, f32> = FxHashMap::default();
        self.entities.iter().for_each(|&entity| *sizes.entry(entity).or_default() += 1.0);
        let weights: Vec<f32> = self.entities.iter().map(|entity| 1.0 / sizes[entity]).collect();
        self.attributes.par_iter_mut().for_each(|attribute| attribute.weigh(&weights));
    }
}

/// For each record the first that has the same values in all attributes, names of organisations by their distinctive words.
fn equal_records(attributes: &[Attribute], n_records: usize) -> Vec<u32> {
    let mut first: FxHashMap<Vec<u32>, u32> = FxHashMap::default();
    let all = |record: u32| -> Vec<u32> {
        let values = |it: &Attribute| it.of(record).iter().flat_map(|&value| key(it, value)).collect::<Vec<_>>();
        attributes.iter().flat_map(|it| values(it).into_iter().chain([u32::MAX])).collect()
    };
    (0..n_records as u32).map(|record| *first.entry(all(record)).or_insert(record)).collect()
}

/// For each record what it names: a person (1), an organisation (2), both or neither.
fn groups(attributes: &[Attribute], n_records: usize) -> Vec<u8> {
    let mut groups = vec![0u8; n_records];
    for attribute in attributes {
        let bit = match attribute.kind {
            Kind::PersonName => 1,
            Kind::OrganisationName => 2,
            _ => continue,
        };
        for (record, group) in groups.iter_mut().enumerate() {
            if !attribute.of(record as u32).is_empty() {
                *group |= bit;
            }
        }
    }
    groups
}

/// A person is no organisation, and not of two generations.
fn may_match(attributes: &[Attribute], groups: &[u8], one: u32, other: u32) -> bool {
    let (first, second) = (groups[one as usize], groups[other as usize]);
    let is_conflict = |it: &&Attribute| {
        let (ones, others) = (it.of(one), it.of(other));
        it.kind == Kind::Generation && !ones.is_empty() && !others.is_empty() && ones != others
    };
    (first == 0 || second == 0 || first & second != 0) && !attributes.iter().any(|it| is_conflict(&it))
}

/// All pairs of few records; of many, so many pairs by a fixed sequence.
fn random_pairs(n_records: u32) -> Vec<Pair> {
    let n_pairs = u64::from(n_records) * u64::from(n_records.saturating_sub(1)) / 2;
    if n_pairs <= N_TRAINED as u64 {
        return (0..n_records).flat_map(|one| (one + 1..n_records).map(move |other| (one, other))).collect();
    }
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % u64::from(n_records)) as u32
    };
    let drawn = (0..N_TRAINED).map(|_| (next(), next())).filter(|(one, other)| one != other);
    drawn.map(|(one, other)| (one.min(other), one.max(other))).collect()
}

/// Sources that have hardly a double by the evidence of the pairs, where there is more than one source.
fn free_of_doubles(table: &RecordTable, scored: &[Scored]) -> Vec<bool> {
    let mut sizes = vec![0.0; table.sources.len()];
    table.source.iter().for_each(|&source| sizes[source as usize] += 1.0);
    let mut doubles = vec![0.0; table.sources.len()];
    for it in scored {
        let (one, other) = (table.source[it.pair.0 as usize], table.source[it.pair.1 as usize]);
        if one == other {
            doubles[one as usize] += probability(f64::from(it.ln_odds));
        }
    }
    let is_free = |(doubles, size): (&f64, &f64)| sizes.len() > 1 && *doubles < FREE_OF_DOUBLES * size;
    doubles.iter().zip(&sizes).map(is_free).collect()
}
