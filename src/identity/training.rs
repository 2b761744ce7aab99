//! What the data say about matches: `m`, `u` and the prior by expectation maximisation.
//!
//! Comes in: attributes, pairs that blocking proposes and pairs drawn at random. Leaves: a [`Model`]. Never needs labels.
//! Costs a comparison a pair, and an addition a pair, attribute and round.
//!
//! Random pairs tell `u`, each counted as far as it is no match. Proposed pairs tell `m` and how many matches there are, each
//! counted as far as it is one. What is expected of a kind stands for [`N_EXPECTED`] matches, so that small data keep to it
//! and large ones do not; with fewer than three attributes the mixture is not identified and only the prior is learnt.
//!
//! Source: W. Winkler, "Using the EM Algorithm for Weight Computation in the Fellegi-Sunter Model" (1988).

use rayon::prelude::*;

use crate::identity::attribute::Attribute;
use crate::identity::comparison::{Counted, Level, N_LEVELS, Outcome, compare};
use crate::identity::match_weight::{EXPECTED_U, Model, expected_m, probability};

/// Rounds of expectation maximisation at most.
const MOST_ROUNDS: usize = 30;
/// The prior's change, in nats, below which rounds end.
const SETTLED: f64 = 0.001;
/// For how many matches the expectation of a kind stands.
const N_EXPECTED: f64 = 40.0;
/// For how many pairs the expectation of chance stands.
const N_EXPECTED_U: f64 = 20.0;
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
    /// Pairs drawn at random.
    pub random: &'a [Pair],
    /// How many pairs there are at all.
    pub n_pairs: f64,
}

/// Outcomes of some pairs, one row a pair.
struct Outcomes {
    n_attributes: usize,
    cells: Vec<Outcome>,
}

impl Outcomes {
    fn of(attributes: &[Attribute], pairs: &[Pair], counted: Counted) -> Self {
        let row = |&(one, other): &Pair| attributes.iter().map(move |it| compare(it, one, other, counted));
        Self { n_attributes: attributes.len(), cells: pairs.par_iter().flat_map_iter(row).collect() }
    }

    fn rows(&self) -> std::slice::Chunks<'_, Outcome> {
        self.cells.chunks(self.n_attributes.max(1))
    }

    fn probabilities(&self, model: &Model) -> Vec<f64> {
        let rows = self.cells.par_chunks(self.n_attributes.max(1));
        rows.map(|row| probability(model.ln_odds(row))).collect()
    }
}

/// Trains from a first guess of the model.
pub fn train(attributes: &[Attribute], first: Model, sample: &Sample<'_>, counted: Counted) -> Model {
    let proposed = Outcomes::of(attributes, sample.proposed, counted);
    let random = Outcomes::of(attributes, sample.random, counted);
    let mut model = first;
    for _ in 0..MOST_ROUNDS {
        let chances = random.probabilities(&model).into_iter().map(|p| 1.0 - p).collect::<Vec<_>>();
        let matches = proposed.probabilities(&model);
        let is_identified = attributes.len() >= N_IDENTIFIED;
        for (at, attribute) in attributes.iter().enumerate() {
            model.attributes[at].u = shares(&random, &chances, at, &EXPECTED_U, N_EXPECTED_U);
            if is_identified {
                let expected = expected_m(attribute.kind);
                model.attributes[at].m = shares(&proposed, &matches, at, &expected, N_EXPECTED);
            }
        }
        let n_matches = matches.iter().sum::<f64>() * sample.scale + 1.0;
        let prior = (n_matches / (sample.n_pairs - n_matches).max(1.0)).ln();
        let change = (prior - model.prior).abs();
        model.prior = prior;
        if change < SETTLED {
            break;
        }
    }
    model
}

/// Shares of an attribute's levels where it is not missing, each row counted as far as its weight says.
fn shares(outcomes: &Outcomes, weights: &[f64], at: usize, expected: &[f64; N_LEVELS], strength: f64) -> [f64; N_LEVELS] {
    let mut sums = expected.map(|share| share * strength);
    for (row, weight) in outcomes.rows().zip(weights) {
        let level = row[at].level;
        if level != Level::Missing {
            sums[level as usize] += weight;
        }
    }
    let total: f64 = sums.iter().sum();
    sums.map(|sum| sum / total)
}
