//! Boosted trees for a probability.
//!
//! Comes in: a sample of the past. Leaves: a model of the log-odds. Never looks at anything later than the sample. Costs:
//! as many passes over the sample as there are levels in all trees; in parallel over columns.
//!
//! Friedman, *Greedy function approximation: a gradient boosting machine* (2001), with the logistic loss, Newton leaves,
//! and a part of rows and columns for each tree (*Stochastic gradient boosting*, 2002). Nobody's crate is used: those at
//! hand either round by the number of threads, or bring no constraints of direction, or are in C++.

use rayon::prelude::*;
use serde::Deserialize;

use crate::discovery::ranking::bins::Bins;
use crate::discovery::ranking::measures::Direction;
use crate::discovery::ranking::tree::{Gradient, Grower, Growth, Tree};

/// How a model is learned.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How many trees.
    pub trees: usize,
    /// At most so many leaves a tree.
    pub leaves: usize,
    /// How much of a tree counts.
    pub rate: f64,
    /// A leaf has at least so many rows.
    pub minimum_rows: u32,
    /// Holds small leaves back.
    pub ridge: f64,
    /// Share of the rows that a tree sees, in (0, 1].
    pub row_share: f64,
    /// Share of the columns that a tree sees, in (0, 1].
    pub column_share: f64,
    /// Seed of both choices.
    pub seed: u64,
}

/// What is learned from: one cell a row in every column.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// Numbers, a column after the other.
    pub columns: Vec<Vec<f32>>,
    /// What followed.
    pub labels: Vec<bool>,
    /// What is learned, in [0, 1]: what followed, and by how much it was missed or passed.
    pub targets: Vec<f32>,
    /// How many rows each row stands for.
    pub weights: Vec<f32>,
    /// A number for each row that looks random and does not depend on the other rows.
    pub keys: Vec<u64>,
}

/// A model of the log-odds.
#[derive(Clone, PartialEq, Debug)]
pub struct Boosted {
    base: f64,
    rate: f64,
    trees: Vec<Tree>,
}

impl Boosted {
    /// Learns from a sample.
    pub fn learn(sample: &Sample, directions: &[Direction], settings: &Settings) -> Self {
        let bins = Bins::new(&sample.columns);
        let growth = Growth { leaves: settings.leaves, minimum_rows: settings.minimum_rows, ridge: settings.ridge };
        let grower = Grower { bins: &bins, directions, growth };
        let mut model = Self { base: base_of(sample), rate: settings.rate, trees: Vec::new() };
        let mut scores = vec![model.base; sample.labels.len()];
        for tree in 0..settings.trees {
            let key = mixed(settings.seed ^ mixed(tree as u64));
            let gradients = gradients(sample, &scores);
            let rows = chosen_rows(&sample.keys, key, settings.row_share);
            let columns = chosen_columns(key, directions.len(), settings.column_share);
            let tree = grower.grow(&gradients, rows, &columns);
            let add = |(row, score): (usize, &mut f64)| *score += settings.rate * tree.value_of_bins(&bins, row);
            scores.par_iter_mut().enumerate().for_each(add);
            model.trees.push(tree);
        }
        model
    }

    /// The log-odds of a row.
    pub fn log_odds(&self, numbers: &[f32]) -> f64 {
        self.base + self.rate * self.trees.iter().map(|tree| tree.value(numbers)).sum::<f64>()
    }

    /// The log-odds of any row, and what each column adds to it: together they are [`Self::log_odds`].
    pub fn explain(&self, numbers: &[f32]) -> (f64, Vec<f64>) {
        let mut added = vec![0.0; numbers.len()];
        let mut roots = 0.0;
        for tree in &self.trees {
            roots += tree.explain(numbers, &mut |column, moved| added[column] += self.rate * moved);
        }
        (self.base + self.rate * roots, added)
    }
}

/// The log-odds of the whole sample.
fn base_of(sample: &Sample) -> f64 {
    let (mut positive, mut all) = (0.5, 1.0);
    for (target, weight) in sample.targets.iter().zip(&sample.weights) {
        positive += f64::from(*target) * f64::from(*weight);
        all += f64::from(*weight);
    }
    (positive / (all - positive)).ln()
}

fn gradients(sample: &Sample, scores: &[f64]) -> Vec<Gradient> {
    let gradient = |(row, score): (usize, &f64)| {
        let (weight, expected) = (f64::from(sample.weights[row]), 1.0 / (1.0 + (-score).exp()));
        let slope = weight * (expected - f64::from(sample.targets[row]));
        Gradient { slope, curvature: weight * expected * (1.0 - expected) }
    };
    scores.par_iter().enumerate().map(gradient).collect()
}

/// Each row by its own key, so that one more row does not change the choice of the others.
fn chosen_rows(keys: &[u64], tree: u64, share: f64) -> Vec<u32> {
    let limit = (share.clamp(0.0, 1.0) * u64::MAX as f64) as u64;
    (0..keys.len() as u32).filter(|row| mixed(keys[*row as usize] ^ tree) <= limit).collect()
}

/// A number that looks random (SplitMix64).
pub fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn chosen_columns(tree: u64, n_columns: usize, share: f64) -> Vec<usize> {
    let n_chosen = ((n_columns as f64 * share).ceil() as usize).clamp(1, n_columns);
    let mut columns: Vec<usize> = (0..n_columns).collect();
    columns.sort_by_key(|column| (mixed(tree ^ mixed(*column as u64)), *column));
    columns.truncate(n_chosen);
    columns.sort_unstable();
    columns
}
