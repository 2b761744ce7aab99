//! Records to entities: the stage from end to end.
//!
//! Comes in: a table of records. Leaves: pairs with probabilities, entities, the model and what blocking did. Everything is
//! chosen from the data. Never reads or writes files. Costs a comparison a proposed pair, twice.
//!
//! Frequencies count entities, for records would count a frequent customer many times. In the first of two rounds, records
//! equal in all that tells stand for one entity, in the second what the first has found.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::identity::alternatives::{self, Knowledge};
use crate::identity::attribute::Attribute;
use crate::identity::blocking::{self, Blocks};
use crate::identity::cluster::{Constraints, Scored, cluster};
use crate::identity::comparison::{Level, Outcome, Own, compare, key};
use crate::identity::decisions::Decisions;
use crate::identity::kind::Kind;
use crate::identity::match_weight::{Model, Step, probability};
use crate::identity::record_table::RecordTable;
use crate::identity::schema::{self, Kinds};
use crate::identity::training::{N_EXPECTED, Pair, Sample, train};
use crate::identity::trusted::{Blocked, Certain, Trusted};

/// What can be set; the defaults are for everybody.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// How many pairs are compared.
    pub blocking: blocking::Settings,
    /// Kinds of columns, where the guess is wrong.
    pub kinds: Kinds,
    /// What people have said.
    pub decisions: Decisions,
    /// The probability above which records become one.
    pub merge_from: f64,
    /// Whether two records of one source may become one.
    pub within_source: WithinSource,
}

/// What is held of doubles within one source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WithinSource {
    /// There are none where the data hardly show any.
    AsData,
    /// There are none but by registers' numbers and people's decisions; pairs within a source are not compared.
    Apart,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            blocking: blocking::Settings::default(),
            kinds: Kinds::default(),
            decisions: Decisions::default(),
            merge_from: 0.5,
            within_source: WithinSource::AsData,
        }
    }
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
    /// The average of log odds above which records become one.
    pub threshold: f32,
    /// What is one by registers' numbers and people's decisions, sorted by pair.
    pub certain: Vec<Certain>,
    /// What registers' numbers and people's decisions would make one, and what stands against it.
    pub blocked: Vec<Blocked>,
    /// The numbers of registers that records carry.
    pub trusted: Trusted,
    /// The entity of each record as frequencies were counted, and how many records were.
    counted: Vec<u32>,
    n_counted: usize,
    groups: Vec<u8>,
    single: Vec<u64>,
    together: Vec<Pair>,
    apart: FxHashSet<Pair>,
}

/// What stands against a match whatever its probability.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Conflict {
    /// People have said that the two are not one.
    Decision,
    /// One is a person and the other an organisation.
    Sort,
    /// Their registers' numbers differ.
    Number,
    /// They are of two generations, such as junior and senior.
    Generation,
    /// Both are of a source that is free of doubles.
    Source,
}

impl Conflict {
    /// What it is, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Decision => "a decision that they are not the same",
            Self::Sort => "one is a person and the other an organisation",
            Self::Number => "different numbers of one register",
            Self::Generation => "one is of another generation",
            Self::Source => "both are of one source, which has no doubles",
        }
    }
}

/// Pairs drawn for `u` and proposed pairs used for `m`.
const N_TRAINED: usize = 400_000;
/// Pairs below these log odds are not kept.
const OUT_OF_THE_QUESTION: f32 = -6.0;
/// Share of a source's records with a double in it below which it is taken to have none.
const FREE_OF_DOUBLES: f64 = 0.005;
/// Matches a record that are expected before the data are seen.
const EXPECTED_MATCHES: f64 = 0.5;
/// Pairs with log odds nearer to even than this are unsure: a probability of 0.05 to 0.95.
const UNSURE: f32 = 2.944;
/// Rounds; see above.
const N_ROUNDS: usize = 2;

impl Resolution {
    /// Log odds that two records are one.
    pub fn ln_odds(&self, one: u32, other: u32) -> f64 {
        self.ln_odds_alone(one, other) - self.loss(one, other)
    }

    /// The same without a look at other records.
    fn ln_odds_alone(&self, one: u32, other: u32) -> f64 {
        self.model.ln_odds(&self.outcomes(one, other))
    }

    /// What a pair loses to other partners of its records, in nats.
    fn loss(&self, one: u32, other: u32) -> f64 {
        let place = self.scored.binary_search_by_key(&(one.min(other), one.max(other)), |it| it.pair);
        place.map_or(0.0, |at| f64::from(self.scored[at].alone - self.scored[at].ln_odds))
    }

    /// The steps whose weights add up to [`Self::ln_odds`].
    pub fn waterfall(&self, one: u32, other: u32) -> Vec<Step> {
        let mut steps = self.model.waterfall(&self.outcomes(one, other));
        let weight = -self.loss(one, other);
        if weight < 0.0 {
            steps.push(Step { attribute: "could be another".to_owned(), level: Level::Missing, weight });
        }
        steps
    }

    /// How the attributes of two records agree.
    pub fn outcomes(&self, one: u32, other: u32) -> Vec<Outcome> {
        let is_one = self.counted[one as usize] == self.counted[other as usize];
        let n_counted = [one, other].into_iter().filter(|record| (*record as usize) < self.n_counted).count();
        let own = Own(if is_one { n_counted.min(1) } else { n_counted } as f32);
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
        let mut resolution = Self::begin(table, settings);
        for _ in 0..N_ROUNDS {
            resolution.count(resolution.entities.clone(), table.n_records());
            resolution.round(table, settings);
        }
        resolution
    }

    /// What is known of a table before anything is compared.
    pub(super) fn begin(table: &RecordTable, settings: &Settings) -> Self {
        let n_records = table.n_records();
        let attributes = schema::attributes(table, &settings.kinds);
        let groups = groups(&attributes, n_records);
        let mut blocks = blocking::block(&attributes, n_records as u32, &settings.blocking);
        let trusted = Trusted::of_table(table);
        let links = trusted.links(&settings.decisions);
        let is_of_one_source =
            |one: u32, other: u32| table.known_by[one as usize] & table.known_by[other as usize] != 0;
        let is_open =
            |one: u32, other: u32| settings.within_source == WithinSource::AsData || !is_of_one_source(one, other);
        blocks.pairs.retain(|(one, other)| is_open(*one, *other) && may_match(&attributes, &groups, *one, *other));
        let prior = (EXPECTED_MATCHES * n_records as f64 / n_pairs(n_records)).min(0.5).ln();
        let model = Model::of(&attributes, prior);
        let entities = equal_records(&attributes, n_records);
        Self {
            attributes,
            model,
            blocks,
            scored: Vec::new(),
            counted: entities.clone(),
            n_counted: n_records,
            entities,
            is_single: vec![false; table.sources.len()],
            threshold: (settings.merge_from / (1.0 - settings.merge_from)).ln() as f32,
            blocked: links.blocked,
            trusted,
            groups,
            single: Vec::new(),
            together: links.together.iter().map(|it| it.pair).collect(),
            certain: links.together,
            apart: settings.decisions.apart.clone(),
        }
    }

    fn round(&mut self, table: &RecordTable, settings: &Settings) {
        let said = &settings.decisions;
        let step = (self.blocks.pairs.len() / N_TRAINED).max(1);
        let proposed: Vec<Pair> =
            self.blocks.pairs.iter().step_by(step).filter(|it| !said.is_decided(it)).copied().collect();
        let mut random = random_pairs(table.n_records() as u32);
        random.retain(|pair| !said.is_decided(pair));
        let mut not_same: Vec<Pair> = said.apart.iter().copied().collect();
        not_same.sort_unstable();
        let sample = Sample {
            proposed: &proposed,
            scale: self.blocks.pairs.len() as f64 / proposed.len().max(1) as f64,
            same: &said.together,
            not_same: &not_same,
            random: &random,
            n_pairs: n_pairs(table.n_records()),
        };
        self.model = train(&self.attributes, self.model.clone(), &sample, &|one, other| self.outcomes(one, other));
        self.scored = self.blocks.pairs.par_iter().filter_map(|pair| self.scored_pair(*pair)).collect();
        self.decide(table, settings);
    }

    /// A pair with its log odds, unless it is out of the question.
    pub(super) fn scored_pair(&self, pair: Pair) -> Option<Scored> {
        let ln_odds = self.ln_odds_alone(pair.0, pair.1) as f32;
        (ln_odds > OUT_OF_THE_QUESTION).then_some(Scored::alone(pair, ln_odds))
    }

    /// From scored pairs to entities.
    pub(super) fn decide(&mut self, table: &RecordTable, settings: &Settings) {
        self.is_single = match settings.within_source {
            WithinSource::AsData => free_of_doubles(table, &self.scored),
            WithinSource::Apart => vec![true; table.sources.len()],
        };
        self.single = self.sources_without_doubles(table);
        self.entities = self.clustered();
        self.weigh_alternatives();
        self.entities = self.clustered();
    }

    /// The entities by the pairs' log odds as they are.
    fn clustered(&self) -> Vec<u32> {
        let is_apart = |one: u32, other: u32| self.trusted.is_contradiction(one, other) || !self.may_match(one, other);
        let is_telling = has_own_day(&self.attributes, self.entities.len());
        let constraints = Constraints {
            single: &self.single,
            apart: &self.apart,
            is_apart: &is_apart,
            together: &self.together,
            is_telling: &is_telling,
        };
        let score = |one: u32, other: u32| match self.may_match(one, other) {
            true => self.ln_odds(one, other) as f32,
            false => f32::NEG_INFINITY,
        };
        cluster(self.entities.len(), &self.scored, &score, constraints, self.threshold)
    }

    /// What each pair loses to other partners of its records.
    fn weigh_alternatives(&mut self) {
        let may_be = |one: u32, other: u32| self.conflict(one, other).is_none();
        // odds that were learnt among records that contradict each other so are right for them as they are
        let n_matches = probability(self.model.prior) * n_pairs(self.entities.len());
        let unlearnt = N_EXPECTED / (N_EXPECTED + n_matches);
        let against = |silent: u32, one: u32, other: u32| {
            let outcomes = self.outcomes(one.min(other), one.max(other));
            let of_weights = self.model.attributes.iter().zip(&outcomes).zip(&self.attributes);
            let unsaid = of_weights.filter(|(_, it)| it.kind.is_for_life() && it.of(silent).is_empty());
            let against: f64 = unsaid.map(|((weights, outcome), _)| weights.weight(*outcome).min(0.0)).sum();
            // what else they share, and relatives do not, can outweigh it
            unlearnt * against.max(self.model.ln_odds(&outcomes)).min(0.0)
        };
        let known = Knowledge { entities: &self.entities, may_be: &may_be, against: &against };
        let losses = alternatives::losses(&self.scored, &known);
        self.scored.iter_mut().zip(losses).for_each(|(it, loss)| it.ln_odds = it.alone - loss);
    }

    /// For each record the sources that know it and are free of doubles, a bit each.
    fn sources_without_doubles(&self, table: &RecordTable) -> Vec<u64> {
        let bits = self.is_single.iter().zip(0..u64::BITS).filter(|(is_single, _)| **is_single);
        let free = bits.fold(0u64, |free, (_, at)| free | 1 << at);
        table.known_by.iter().map(|sources| sources & free).collect()
    }

    /// What stands against two records being one, if anything does.
    pub fn conflict(&self, one: u32, other: u32) -> Option<Conflict> {
        let pair = (one.min(other), one.max(other));
        match () {
            () if self.apart.contains(&pair) => Some(Conflict::Decision),
            () if self.together.contains(&pair) => None,
            () if !is_one_sort(&self.groups, one, other) => Some(Conflict::Sort),
            () if self.trusted.is_contradiction(one, other) => Some(Conflict::Number),
            () if self.attributes.iter().any(|it| is_contradiction(it, one, other)) => Some(Conflict::Generation),
            () if self.single[one as usize] & self.single[other as usize] != 0 => Some(Conflict::Source),
            () => None,
        }
    }

    /// The same in words, with the numbers that differ.
    pub fn against(&self, one: u32, other: u32) -> Option<String> {
        let conflict = self.conflict(one, other)?;
        let numbers = self.trusted.contradiction(one, other).filter(|_| conflict == Conflict::Number);
        Some(numbers.map_or_else(
            || conflict.name().to_owned(),
            |(one, other)| format!("different {}: {} and {}", one.register.name(), one.number, other.number),
        ))
    }

    /// Pairs that could well be decided the other way, by pair: by probability neither sure to be one nor sure to be two,
    /// and neither decided by people nor by numbers or sorts.
    pub fn unsure(&self) -> impl Iterator<Item = &Scored> {
        let is_open = |it: &&Scored| {
            let is_certain = self.certain.binary_search_by_key(&it.pair, |it| it.pair).is_ok();
            !is_certain && matches!(self.conflict(it.pair.0, it.pair.1), None | Some(Conflict::Source))
        };
        let is_unsure = |it: &&Scored| it.ln_odds.abs() <= UNSURE;
        self.scored.iter().filter(is_unsure).filter(is_open)
    }

    /// The entity of each record as frequencies were counted, and of how many records they were.
    pub(super) fn counted(&self) -> (&[u32], usize) {
        (&self.counted, self.n_counted)
    }

    /// Counts frequencies by the entities of the first records; those that follow are not counted.
    pub(super) fn count(&mut self, entities: Vec<u32>, n_counted: usize) {
        let mut sizes: FxHashMap<u32, f32> = FxHashMap::default();
        entities.iter().for_each(|&entity| *sizes.entry(entity).or_default() += 1.0);
        let weight = |(record, entity)| if record < n_counted { 1.0 / sizes[entity] } else { 0.0 };
        let weights: Vec<f32> = entities.iter().enumerate().map(weight).collect();
        (self.counted, self.n_counted) = (entities, n_counted);
        self.attributes.par_iter_mut().for_each(|attribute| attribute.weigh(&weights));
    }
}

fn n_pairs(n_records: usize) -> f64 {
    (n_records as f64) * (n_records as f64 - 1.0).max(1.0) / 2.0
}

/// For each record the first that has the same values in all attributes, names of organisations by their distinctive words.
fn equal_records(attributes: &[Attribute], n_records: usize) -> Vec<u32> {
    let mut first: FxHashMap<Vec<u32>, u32> = FxHashMap::default();
    let all = |record: u32| -> Vec<u32> {
        let values = |it: &Attribute| it.of(record).iter().flat_map(|&value| key(it, value)).collect::<Vec<_>>();
        let telling = attributes.iter().filter(|it| it.kind != Kind::LegalForm);
        telling.flat_map(|it| values(it).into_iter().chain([u32::MAX])).collect()
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

/// Whether two records may be one as far as what they name and their numbers tell.
fn may_match(attributes: &[Attribute], groups: &[u8], one: u32, other: u32) -> bool {
    is_one_sort(groups, one, other) && !attributes.iter().any(|it| is_contradiction(it, one, other))
}

/// A person is no organisation.
fn is_one_sort(groups: &[u8], one: u32, other: u32) -> bool {
    let (one, other) = (groups[one as usize], groups[other as usize]);
    one == 0 || other == 0 || one & other != 0
}

/// Whether both are said to be of a generation, and not of the same.
fn is_contradiction(attribute: &Attribute, one: u32, other: u32) -> bool {
    let (ones, others) = (attribute.of(one), attribute.of(other));
    attribute.kind == Kind::Generation
        && !ones.is_empty()
        && !others.is_empty()
        && !ones.iter().any(|value| others.contains(value))
}

/// For each record whether it has a day of its own, of birth or founding, which relatives do not share.
fn has_own_day(attributes: &[Attribute], n_records: usize) -> Vec<bool> {
    let days: Vec<&Attribute> = attributes.iter().filter(|it| it.kind == Kind::Date).collect();
    (0..n_records as u32).map(|record| days.iter().any(|it| !it.of(record).is_empty())).collect()
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
