//! Trees and a line together: trees see where it bends, the line holds where rows are few.
//!
//! Comes in: a sample. Leaves: a model of the log-odds, the weighed mean of both. Costs: both.

use crate::discovery::ranking::boosting::{Boosted, Sample};
use crate::discovery::ranking::linear::Line;
use crate::discovery::ranking::{Settings, measures};

/// Both models and how much the line counts.
#[derive(Clone, PartialEq, Debug)]
pub struct Blend {
    trees: Boosted,
    line: Line,
    line_share: f64,
}

impl Blend {
    /// Learns both from a sample.
    pub fn learn(sample: &Sample, settings: &Settings) -> Self {
        let directions = measures::directions();
        let (trees, line) = rayon::join(
            || Boosted::learn(sample, &directions, &settings.trees),
            || Line::learn(sample, settings.ridge),
        );
        Self { trees, line, line_share: settings.additive_share }
    }

    /// The log-odds of a row.
    pub fn log_odds(&self, numbers: &[f32]) -> f64 {
        let share = self.line_share;
        (1.0 - share) * self.trees.log_odds(numbers) + share * self.line.log_odds(numbers)
    }

    /// The log-odds of any row, and what each column adds to it: together they are [`Self::log_odds`].
    pub fn explain(&self, numbers: &[f32]) -> (f64, Vec<f64>) {
        let share = self.line_share;
        let ((trees, by_trees), (line, by_line)) = (self.trees.explain(numbers), self.line.explain(numbers));
        let added = by_trees.iter().zip(by_line).map(|(trees, line)| (1.0 - share) * trees + share * line);
        ((1.0 - share) * trees + share * line, added.collect())
    }
}
