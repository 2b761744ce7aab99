//! Look-alikes: how likely an account is of the kind that people mark as key accounts, though nobody has marked it.
//!
//! Comes in: a context whose sources mark key accounts, and the scorecard's readings. Leaves: a probability for every
//! prospect; nothing where too few are marked. Never takes an account without a mark for one that is none. Costs: six
//! small regressions.
//!
//! Marks are positive and unlabelled examples: who has none may be one that was overlooked. A model of who *is marked*
//! says too little of everybody by the same factor, the share of the kind that is marked; that share is what the model
//! says, in the mean, of marked accounts that it has not learned from (Elkan and Noto, *Learning classifiers from only
//! positive and unlabeled data*, KDD 2008). So each account is judged by a model of the others, and what that says is
//! divided by the share. It holds where marks were given without regard to what the model reads beyond the kind itself.

use serde::{Deserialize, Serialize};

use crate::discovery::ranking::boosting::{Sample, mixed};
use crate::discovery::ranking::calibration::probability;
use crate::discovery::ranking::ledger::Ledger;
use crate::discovery::ranking::linear::Line;
use crate::discovery::scorecard::Scorecard;
use crate::discovery::signals::{self, Context, Signal};

/// Accounts are judged in so many parts, each by a model of the others.
const PARTS: usize = 5;

/// This signal is made of the marks themselves.
const OF_MARKS: &str = "likeness";

/// How look-alikes are found.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// With fewer marked accounts nothing is said.
    pub minimum_marked: usize,
    /// Holds the coefficients back, in rows.
    pub ridge: f64,
}

/// How alike a candidate is.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct LookAlike {
    /// How likely it is of the kind that people mark, in [0, 1].
    pub probability: f64,
    /// The signals in which it is most like it, the most first.
    pub by: Vec<String>,
}

/// Look-alikes of all prospects.
pub struct LookAlikes {
    signals: Vec<&'static dyn Signal>,
    rows: Vec<Vec<f32>>,
    judged: Vec<f64>,
    line: Line,
    /// The share of the kind that is marked.
    pub marked_share: f64,
}

/// So many signals are named.
const NAMED: usize = 3;

impl LookAlikes {
    /// Learns from the marks; `None` where sources mark too few accounts that are buying.
    pub fn learn(context: &Context<'_>, card: &Scorecard, ledger: &Ledger, settings: &Settings) -> Option<Self> {
        let is_known = |signal: &&dyn Signal| signal.name() != OF_MARKS && !card.readings(signal.name()).is_empty();
        let signals: Vec<&'static dyn Signal> = signals::ALL.iter().copied().filter(is_known).collect();
        let row = |place: usize| {
            let score =
                |signal: &&dyn Signal| card.reading(signal.name(), place).map_or(f32::NAN, |it| it.score as f32);
            signals.iter().map(score).collect::<Vec<f32>>()
        };
        let rows: Vec<Vec<f32>> = (0..context.prospects.len()).map(row).collect();
        let places: Vec<usize> = (0..context.prospects.n_accounts).filter(|it| context.is_reference(*it)).collect();
        let marked = |place: &usize| context.is_key[*place];
        if !context.are_key_marked || places.iter().filter(|it| marked(it)).count() < settings.minimum_marked {
            return None;
        }
        let examples: Vec<Example> = places
            .iter()
            .map(|place| Example { row: &rows[*place], is_marked: marked(place), key: ledger.keys[*place] })
            .collect();
        let Learned { judged: of_examples, line, marked_share } = learn(&examples, settings.ridge);
        let corrected = |odds: f64| (probability(odds) / marked_share).min(1.0);
        let mut judged: Vec<f64> = rows.iter().map(|row| corrected(line.log_odds(row))).collect();
        places.iter().zip(of_examples).for_each(|(place, odds)| judged[*place] = corrected(odds));
        Some(Self { signals, rows, judged, line, marked_share })
    }

    /// How alike the prospect at a place is.
    pub fn of(&self, place: usize) -> LookAlike {
        let added = self.line.explain(&self.rows[place]).1;
        let mut by: Vec<(f64, &dyn Signal)> = added.into_iter().zip(self.signals.iter().copied()).collect();
        by.retain(|it| it.0 > 0.0);
        by.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.name().cmp(b.1.name())));
        let by = by.into_iter().take(NAMED).map(|it| it.1.title().en).collect();
        LookAlike { probability: self.judged[place], by }
    }
}

/// A row, and whether it is marked.
struct Example<'a> {
    row: &'a [f32],
    is_marked: bool,
    key: u64,
}

/// What was learned of examples.
struct Learned {
    /// For each example the log-odds that it is marked, by a model that had not seen it.
    judged: Vec<f64>,
    /// The model of all of them.
    line: Line,
    /// The share of the kind that is marked.
    marked_share: f64,
}

fn learn(examples: &[Example<'_>], ridge: f64) -> Learned {
    let mut order: Vec<usize> = (0..examples.len()).collect();
    // marked ones are shared out evenly
    order.sort_by_key(|at| (examples[*at].is_marked, mixed(examples[*at].key), *at));
    let mut judged = vec![0.0; examples.len()];
    for part in 0..PARTS {
        let is_asked = |nth: usize| nth % PARTS == part;
        let others = order.iter().enumerate().filter(|(nth, _)| !is_asked(*nth)).map(|(_, at)| &examples[*at]);
        let line = Line::learn(&sample(others), ridge);
        for (_, at) in order.iter().enumerate().filter(|(nth, _)| is_asked(*nth)) {
            judged[*at] = line.log_odds(examples[*at].row);
        }
    }
    let of_marked: Vec<f64> =
        examples.iter().zip(&judged).filter(|it| it.0.is_marked).map(|it| probability(*it.1)).collect();
    let marked_share = of_marked.iter().sum::<f64>() / of_marked.len().max(1) as f64;
    Learned { judged, line: Line::learn(&sample(examples.iter()), ridge), marked_share }
}

fn sample<'a>(examples: impl Iterator<Item = &'a Example<'a>>) -> Sample {
    let mut sample = Sample::default();
    for example in examples {
        sample.columns.resize(example.row.len(), Vec::new());
        sample.columns.iter_mut().zip(example.row).for_each(|(column, value)| column.push(*value));
        sample.labels.push(example.is_marked);
        sample.targets.push(if example.is_marked { 1.0 } else { 0.0 });
        sample.weights.push(1.0);
        sample.keys.push(mixed(example.key));
    }
    sample
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number in [0, 1) that looks random.
    fn chance(seed: u64) -> f32 {
        (mixed(seed) >> 40) as f32 / (1_u64 << 24) as f32
    }

    #[test]
    fn overlooked_ones_are_told_from_those_that_are_none_and_as_likely_as_they_are() {
        // a third is of the kind, which lies higher in both numbers; of the kind two in five are marked
        let n = 1500_usize;
        let is_of_kind = |at: usize| at.is_multiple_of(3);
        let row = |at: usize| {
            let shift = if is_of_kind(at) { 0.8 } else { 0.0 };
            vec![chance(at as u64 * 2) + shift, chance(at as u64 * 2 + 1) + shift]
        };
        let rows: Vec<Vec<f32>> = (0..n).map(row).collect();
        let is_marked = |at: usize| is_of_kind(at) && chance(at as u64 ^ 0xABCD_0000) < 0.4;
        let examples: Vec<Example<'_>> =
            (0..n).map(|at| Example { row: &rows[at], is_marked: is_marked(at), key: at as u64 }).collect();
        let learned = learn(&examples, 1.0);
        assert!((learned.marked_share - 0.4).abs() < 0.08, "{}", learned.marked_share);
        let mean = |wanted: &dyn Fn(usize) -> bool, share: f64| {
            let said: Vec<f64> =
                (0..n).filter(|at| wanted(*at)).map(|at| (probability(learned.judged[at]) / share).min(1.0)).collect();
            said.iter().sum::<f64>() / said.len() as f64
        };
        let overlooked = |at: usize| is_of_kind(at) && !is_marked(at);
        let none = |at: usize| !is_of_kind(at);
        assert!(mean(&overlooked, learned.marked_share) > 0.7, "{}", mean(&overlooked, learned.marked_share));
        assert!(mean(&none, learned.marked_share) < 0.2, "{}", mean(&none, learned.marked_share));
        assert!(mean(&overlooked, 1.0) < 0.5, "without the correction they are taken for none");
    }
}
