//! What the data say about matches: `m`, `u` and the prior by expectation maximisation.
//!
//! Comes in: attributes, pairs that blocking proposes and pairs drawn at random. Leaves: a [`Model`]. Never needs labels.
//! Costs a comparison a pair, and an addition a pair, attribute and round.
//!
//! Random pairs tell `u`, each counted as far as it is no match. Proposed pairs tell `m` and how many matches there are, each
//! counted as far as it is one. What is expected of a kind stands for `N_EXPECTED` matches, so that small data keep to it
//! and large ones do not; with fewer than three attributes (legal forms, which
//! are read from names, apart) the mixture is not identified and only the prior is learnt.
//!
//! People's decisions are labels: a pair that they have said is one is a match in `m` and the prior whatever it looks like,
//! and one that they have said is not is none in `u`. In both it stands for itself alone, for it was asked about because it
//! is doubtful. Nobody asks about two that have nothing in common, so pairs that are not one also tell what *relatives* share,
//! which is otherwise only expected.
//!
//! Source: W. Winkler, "Using the EM Algorithm for Weight Computation in the Fellegi-Sunter Model" (1988); with labels: K. Nigam,
//! A. McCallum, S. Thrun, T. Mitchell, "Text Classification from Labeled and Unlabeled Documents using EM" (2000).

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::identity::attribute::Attribute;
use crate::identity::comparison::{Level, N_LEVELS, Outcome};
use crate::identity::kind::Kind;
use crate::identity::match_weight::{
    Model, expected_m, expected_related, expected_related_organisations, expected_u, probability,
};

/// Rounds of expectation maximisation at most.
const MOST_ROUNDS: usize = 30;
/// The prior's change, in nats, below which rounds end.
const SETTLED: f64 = 0.001;
/// For how many matches the expectation of a kind stands.
pub const N_EXPECTED: f64 = 200.0;
/// For how many pairs the expectation of chance stands.
const N_EXPECTED_U: f64 = 20.0;
/// For how many pairs the expectation of relatives stands.
const N_EXPECTED_RELATED: f64 = 20.0;
/// Attributes from which on the mixture is identified.
const N_IDENTIFIED: usize = 3;

/// Two records by their places, the smaller first.
pub type Pair = (u32, u32);

/// What is trained on.
pub struct Sample<'a> {
    /// Pairs that blocking proposes.
    pub proposed: &'a [Pair],
    /// How many proposed pairs each of [`Self::proposed`] stands for.
    pub scale: f64,
    /// Pairs that people say are one. No decided pair is in [`Self::proposed`] or [`Self::random`].
    pub same: &'a [Pair],
    /// Pairs that people say are two.
    pub not_same: &'a [Pair],
    /// Pairs drawn at random.
    pub random: &'a [Pair],
    /// How many pairs there are at all.
    pub n_pairs: f64,
}

/// How the attributes of two records agree.
pub type Compare<'a> = dyn Fn(u32, u32) -> Vec<Outcome> + Sync + 'a;

/// Outcomes of some pairs, one row a pair.
struct Outcomes {
    n_attributes: usize,
    cells: Vec<Outcome>,
}

impl Outcomes {
    fn of(n_attributes: usize, pairs: &[Pair], compare: &Compare<'_>) -> Self {
        let row = |&(one, other): &Pair| compare(one, other);
        Self { n_attributes, cells: pairs.par_iter().flat_map_iter(row).collect() }
    }

    fn rows(&self) -> std::slice::Chunks<'_, Outcome> {
        self.cells.chunks(self.n_attributes.max(1))
    }

    /// For each pair the probabilities that it is one entity, and that it is two related ones.
    fn probabilities(&self, model: &Model) -> Vec<(f64, f64)> {
        let of = |row: &[Outcome]| {
            let matched = probability(model.ln_odds(row));
            (matched, (1.0 - matched) * probability(model.as_relatives(row)))
        };
        self.cells.par_chunks(self.n_attributes.max(1)).map(of).collect()
    }
}

/// Trains from a first guess of the model.
pub fn train(attributes: &[Attribute], first: Model, sample: &Sample<'_>, compare: &Compare<'_>) -> Model {
    let outcomes = |pairs: &[Pair]| Outcomes::of(attributes.len(), pairs, compare);
    let [proposed, random, same, not_same] =
        [sample.proposed, sample.random, sample.same, sample.not_same].map(outcomes);
    let is_identified = attributes.iter().filter(|it| it.kind != Kind::LegalForm).count() >= N_IDENTIFIED;
    // a decided pair stands for itself, one of a sample for several
    let of_same = vec![1.0 / sample.scale; sample.same.len()];
    let n_random_a_pair = sample.random.len() as f64 / sample.n_pairs;
    let mut model = first;
    for _ in 0..MOST_ROUNDS {
        let chances = random.probabilities(&model).into_iter().map(|(one, two)| 1.0 - one - two).collect::<Vec<_>>();
        let (matches, relatives): (Vec<f64>, Vec<f64>) = proposed.probabilities(&model).into_iter().unzip();
        let of_relatives: Vec<f64> = not_same.rows().map(|row| probability(model.as_relatives(row))).collect();
        let of_others: Vec<f64> = of_relatives.iter().map(|it| (1.0 - it) * n_random_a_pair).collect();
        for (at, attribute) in attributes.iter().enumerate() {
            let not_matched = [(&random, &chances), (&not_same, &of_others)];
            model.attributes[at].u = shares(&not_matched, at, &expected_u(attribute.kind), N_EXPECTED_U);
            let matched = [(&same, &of_same), (&proposed, &matches)];
            let matched = if is_identified { &matched[..] } else { &matched[..1] };
            model.attributes[at].m = shares(matched, at, &expected_m(attribute.kind), N_EXPECTED);
        }
        learn_relatives(&mut model, attributes, &not_same, &of_relatives);
        let share = |n: f64, n_decided: f64| ((n * sample.scale + n_decided + 1.0) / sample.n_pairs).min(0.5);
        let n_same = sample.same.len() as f64;
        let (matched, related) = match is_identified {
            true => (share(matches.iter().sum(), n_same), share(relatives.iter().sum(), of_relatives.iter().sum())),
            false => {
                let matched = share(deterministic(&proposed, sample.proposed, &model), n_same);
                (matched, matched)
            }
        };
        let prior = (matched / (1.0 - matched)).ln();
        let change = (prior - model.prior).abs();
        (model.prior, model.relatives) = (prior, related.ln());
        if change < SETTLED {
            break;
        }
    }
    model
}

/// What relatives share, of persons and of organisations, from pairs that are not one, each as far as it looks like relatives.
fn learn_relatives(model: &mut Model, attributes: &[Attribute], not_same: &Outcomes, of_relatives: &[f64]) {
    for sort in [0, 1] {
        let weight = |(row, weight): (&[Outcome], &f64)| match usize::from(model.are_organisations(row)) == sort {
            true => *weight,
            false => 0.0,
        };
        let weights: Vec<f64> = not_same.rows().zip(of_relatives).map(weight).collect();
        for (at, attribute) in attributes.iter().enumerate() {
            let expected = [expected_related, expected_related_organisations][sort](attribute.kind);
            let learnt = |expected| shares(&[(not_same, &weights)], at, &expected, N_EXPECTED_RELATED);
            model.attributes[at].related[sort] = expected.map(learnt);
        }
    }
}

/// How many matches there are if those in which everything is equal are what is expected of a kind; of many records that
/// are equal, each counts once.
fn deterministic(outcomes: &Outcomes, pairs: &[Pair], model: &Model) -> f64 {
    let is_equal = |row: &[Outcome]| {
        row.iter().all(|it| matches!(it.level, Level::Same | Level::Missing))
            && row.iter().any(|it| it.level == Level::Same)
    };
    let all_same: f64 = model.attributes.iter().map(|it| it.m[Level::Same as usize]).product();
    let equal = outcomes.rows().zip(pairs).filter(|(row, _)| is_equal(row)).map(|(_, pair)| pair.1);
    equal.collect::<FxHashSet<u32>>().len() as f64 / all_same
}

/// Outcomes and how far each of their rows counts.
type Weighted<'a> = (&'a Outcomes, &'a Vec<f64>);

/// Shares of an attribute's levels where it is not missing, each row counted as far as its weight says.
fn shares(learnt: &[Weighted<'_>], at: usize, expected: &[f64; N_LEVELS], strength: f64) -> [f64; N_LEVELS] {
    let mut sums = expected.map(|share| share * strength);
    for (row, weight) in learnt.iter().flat_map(|(outcomes, weights)| outcomes.rows().zip(*weights)) {
        let level = row[at].level;
        if level != Level::Missing {
            sums[level as usize] += weight;
        }
    }
    let total: f64 = sums.iter().sum();
    sums.map(|sum| sum / total)
}
