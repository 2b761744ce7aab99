//! Entities against those that are known to be true.
//!
//! Comes in: for each record its entity and its true one. Leaves: pairwise and B-cubed precision, recall and F1, what blocking
//! lost, how far probabilities can be believed ([`calibration`]), and what went wrong ([`mistakes`]). Records without a known
//! entity are left out. Costs a sort of the records.

pub mod calibration;
pub mod mistakes;

use std::fmt;

use rustc_hash::FxHashMap;

use self::calibration::{Class, calibration_error, curve, reliability};
use self::mistakes::{Mistakes, mistakes};
use crate::identity::{RecordTable, Resolution};

/// Precision and recall.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Quality {
    /// Share of what was said that is true.
    pub precision: f64,
    /// Share of what is true that was said.
    pub recall: f64,
}

impl Quality {
    /// The harmonic mean of both.
    pub fn f1(&self) -> f64 {
        let sum = self.precision + self.recall;
        if sum > 0.0 { 2.0 * self.precision * self.recall / sum } else { 0.0 }
    }

    fn of_counts(both: f64, said: f64, truth: f64) -> Self {
        let share = |of: f64| if of > 0.0 { both / of } else { 1.0 };
        Self { precision: share(said), recall: share(truth) }
    }
}

/// Over all pairs of records: those in one entity are said to be one.
pub fn pairwise(said: &[u32], truth: &[Option<u32>]) -> Quality {
    let mut cells: FxHashMap<(u32, u32), u64> = FxHashMap::default();
    let mut sizes: [FxHashMap<u32, u64>; 2] = [FxHashMap::default(), FxHashMap::default()];
    for (&said, truth) in said.iter().zip(truth) {
        if let Some(truth) = truth {
            *cells.entry((said, *truth)).or_default() += 1;
            *sizes[0].entry(said).or_default() += 1;
            *sizes[1].entry(*truth).or_default() += 1;
        }
    }
    let pairs = |sizes: &mut dyn Iterator<Item = &u64>| sizes.map(|size| size * (size - 1) / 2).sum::<u64>() as f64;
    let both = pairs(&mut cells.values());
    Quality::of_counts(both, pairs(&mut sizes[0].values()), pairs(&mut sizes[1].values()))
}

/// B-cubed: for each record the share of its entity that is truly with it, and the share of its true entity that is found.
pub fn b_cubed(said: &[u32], truth: &[Option<u32>]) -> Quality {
    let mut cells: FxHashMap<(u32, u32), u64> = FxHashMap::default();
    let mut sizes: [FxHashMap<u32, u64>; 2] = [FxHashMap::default(), FxHashMap::default()];
    for (&said, truth) in said.iter().zip(truth) {
        if let Some(truth) = truth {
            *cells.entry((said, *truth)).or_default() += 1;
            *sizes[0].entry(said).or_default() += 1;
            *sizes[1].entry(*truth).or_default() += 1;
        }
    }
    let mut sorted: Vec<_> = cells.into_iter().collect();
    sorted.sort_unstable();
    let n_records: u64 = sorted.iter().map(|(_, n)| n).sum();
    let share = |at: usize| {
        let term = |((said, truth), n): &((u32, u32), u64)| {
            let size = if at == 0 { sizes[0][said] } else { sizes[1][truth] };
            (n * n) as f64 / size as f64
        };
        sorted.iter().map(term).sum::<f64>() / n_records.max(1) as f64
    };
    Quality { precision: share(0), recall: share(1) }
}

/// Why a truth cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TruthError {
    /// There is no such column.
    #[error("the data have no column \"{column}\"")]
    NoColumn {
        /// Which.
        column: String,
    },
    /// The truth and the data cannot be joined.
    #[error(
        "the truth needs a column entity, cluster or cluster_id and the records' keys under their names in the data"
    )]
    NoKeys,
}

/// The true entity of each record, empty where none is known: the truth joined on the columns that both have.
///
/// # Errors
/// When no column says the entity, or no other column stands in the data too.
pub fn truth_of(table: &RecordTable, truth: &RecordTable) -> Result<Vec<Box<str>>, TruthError> {
    let is_entity = |name: &str| matches!(name.to_lowercase().as_str(), "entity" | "cluster" | "cluster_id");
    let entity = truth.columns.iter().find(|column| is_entity(&column.name)).ok_or(TruthError::NoKeys)?;
    let shared: Vec<_> =
        truth.columns.iter().filter_map(|column| Some((column, table.column(&column.name)?))).collect();
    if shared.is_empty() {
        return Err(TruthError::NoKeys);
    }
    let mut entities: FxHashMap<Vec<&str>, &str> = FxHashMap::default();
    for record in 0..truth.n_records() {
        entities.insert(shared.iter().map(|(column, _)| &*column.cells[record]).collect(), &entity.cells[record]);
    }
    let of = |record: usize| {
        let key: Vec<&str> = shared.iter().map(|(_, column)| &*column.cells[record]).collect();
        entities.get(&key).copied().unwrap_or_default().into()
    };
    Ok((0..table.n_records()).map(of).collect())
}

/// How good a resolution is.
#[derive(Clone, Debug)]
pub struct Report {
    /// Records, of which so many have a known entity.
    pub n_records: usize,
    /// Pairs of records that are truly one.
    pub n_true_pairs: u64,
    /// Pairs compared.
    pub n_compared: u64,
    /// Share of the true pairs that were compared.
    pub blocking_recall: f64,
    /// Over pairs, by entities.
    pub pairwise: Quality,
    /// Over records, by entities.
    pub b_cubed: Quality,
    /// Over compared pairs, by the threshold on the probability.
    pub curve: Vec<(f64, Quality)>,
    /// Compared pairs by probability.
    pub reliability: Vec<Class>,
    /// How far probabilities are from the shares that are true, on average.
    pub calibration_error: f64,
    /// What was learnt, for people.
    pub model: String,
    /// Rules with their pairs.
    pub rules: Vec<String>,
    /// Pairs that are decided wrongly, by kind.
    pub mistakes: Vec<Mistakes>,
}

/// Compares a resolution with the truth.
pub fn report(table: &RecordTable, resolution: &Resolution, truth: &[Option<u32>], n_examples: usize) -> Report {
    let is_true = |(one, other): (u32, u32)| {
        let (one, other) = (truth[one as usize], truth[other as usize]);
        one.zip(other).map(|(one, other)| one == other)
    };
    let n_true = true_pairs(truth);
    let compared_true = resolution.blocks.pairs.iter().filter(|&&pair| is_true(pair) == Some(true)).count();
    let reliability = reliability(resolution, &is_true);
    Report {
        n_records: table.n_records(),
        n_true_pairs: n_true,
        n_compared: resolution.blocks.pairs.len() as u64,
        blocking_recall: compared_true as f64 / n_true.max(1) as f64,
        pairwise: pairwise(&resolution.entities, truth),
        b_cubed: b_cubed(&resolution.entities, truth),
        curve: curve(resolution, &is_true, n_true),
        calibration_error: calibration_error(&reliability),
        reliability,
        model: model_text(resolution),
        rules: rules_text(resolution),
        mistakes: mistakes(table, resolution, truth, n_examples),
    }
}

fn true_pairs(truth: &[Option<u32>]) -> u64 {
    let mut sizes: FxHashMap<u32, u64> = FxHashMap::default();
    truth.iter().flatten().for_each(|&entity| *sizes.entry(entity).or_default() += 1);
    sizes.values().map(|size| size * (size - 1) / 2).sum()
}

fn model_text(resolution: &Resolution) -> String {
    let mut text = format!("prior {:.2} relatives {:.2}\n", resolution.model.prior, resolution.model.relatives);
    for (weights, attribute) in resolution.model.attributes.iter().zip(&resolution.attributes) {
        let of = |shares: &[f64]| shares.iter().map(|share| format!("{share:.4}")).collect::<Vec<_>>().join(" ");
        let kind = format!("{:?}", attribute.kind);
        text += &format!("{:<22} {kind:<16} m {}  u {}\n", weights.name, of(&weights.m), of(&weights.u));
    }
    text
}

fn rules_text(resolution: &Resolution) -> Vec<String> {
    let rules = resolution.blocks.rules.iter().take(12);
    rules.map(|it| format!("{} pairs in {} blocks: {}", it.n_pairs, it.n_blocks, it.rule)).collect()
}

impl Report {
    /// The header of [`Self::csv_line`].
    pub const CSV_HEADER: &str = "set,records,true_pairs,pairs_compared,blocking_recall,pair_precision,pair_recall,pair_f1,\
                                  b_cubed_precision,b_cubed_recall,b_cubed_f1";

    /// The numbers as one line of comma-separated values.
    pub fn csv_line(&self, set: &str) -> String {
        let Self { n_records, n_true_pairs, n_compared, blocking_recall, pairwise, b_cubed, .. } = self;
        let of = |it: &Quality| format!("{:.4},{:.4},{:.4}", it.precision, it.recall, it.f1());
        format!("{set},{n_records},{n_true_pairs},{n_compared},{blocking_recall:.4},{},{}", of(pairwise), of(b_cubed))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { n_records, n_true_pairs, n_compared, blocking_recall, .. } = self;
        writeln!(f, "{n_records} records, {n_true_pairs} true pairs")?;
        writeln!(f, "{n_compared} pairs compared, blocking recall {blocking_recall:.4}")?;
        self.rules.iter().try_for_each(|rule| writeln!(f, "  {rule}"))?;
        write!(f, "{}", self.model)?;
        let of = |it: &Quality| format!("precision {:.4} recall {:.4} F1 {:.4}", it.precision, it.recall, it.f1());
        for (threshold, quality) in &self.curve {
            writeln!(f, "  pairs with probability >= {threshold}: {}", of(quality))?;
        }
        for Class { up_to, n_pairs, probability, share_true } in &self.reliability {
            writeln!(f, "  probability up to {up_to}: {n_pairs} pairs, mean {probability:.3}, true {share_true:.3}")?;
        }
        writeln!(f, "calibration error {:.4} over pairs with probability > 0.01", self.calibration_error)?;
        for Mistakes { kind, n_pairs, examples } in &self.mistakes {
            writeln!(f, "{}: {n_pairs} pairs", kind.name())?;
            examples.iter().try_for_each(|example| writeln!(f, "{example}"))?;
        }
        writeln!(f, "pairwise {}", of(&self.pairwise))?;
        write!(f, "b-cubed  {}", of(&self.b_cubed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quality_of_a_small_case() {
        let truth = [Some(1), Some(1), Some(1), Some(2), Some(2), None];
        let said = [0, 0, 1, 1, 2, 2];
        let pairwise = pairwise(&said, &truth);
        assert_eq!((pairwise.precision, pairwise.recall), (0.5, 0.25));
        let cubed = b_cubed(&said, &truth);
        assert!(
            (cubed.precision - 0.8).abs() < 1e-12 && (cubed.recall - (4.0 / 3.0 + 1.0 / 3.0 + 1.0) / 5.0).abs() < 1e-12
        );
    }
}
