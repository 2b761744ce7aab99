//! Which pairs are decided wrongly, by kind, with examples.
//!
//! Comes in: a resolution and the truth. Leaves: for each kind of mistake how many pairs, and some of them with the steps to
//! their log odds. Costs a pass over the pairs within entities, said and true ones.

use rustc_hash::FxHashMap;

use crate::identity::training::Pair;
use crate::identity::{RecordTable, Resolution};

/// What went wrong with a pair.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// Taken as one for a number or a decision.
    Certain,
    /// Taken as one, and probable.
    Probable,
    /// Taken as one by way of others, though improbable itself.
    Chained,
    /// Not proposed by blocking.
    NotCompared,
    /// Compared and improbable.
    Improbable,
    /// Probable, but something stands against it.
    Conflict,
    /// Probable, but outvoted by the other records of the two entities.
    Outvoted,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Certain,
        Self::Probable,
        Self::Chained,
        Self::NotCompared,
        Self::Improbable,
        Self::Conflict,
        Self::Outvoted,
    ];

    /// What it is, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Certain => "wrongly one, for a number or a decision",
            Self::Probable => "wrongly one, and probable",
            Self::Chained => "wrongly one, by way of others",
            Self::NotCompared => "wrongly two, not compared",
            Self::Improbable => "wrongly two, and improbable",
            Self::Conflict => "wrongly two, something stands against it",
            Self::Outvoted => "wrongly two, outvoted by others",
        }
    }
}

/// Mistakes of one kind.
#[derive(Clone, PartialEq, Debug)]
pub struct Mistakes {
    /// The kind.
    pub kind: Kind,
    /// How many pairs.
    pub n_pairs: usize,
    /// Some of them, spread over the records, three lines each.
    pub examples: Vec<String>,
}

/// All mistakes by kind, with so many examples each; kinds without any are left out.
pub(super) fn mistakes(
    table: &RecordTable,
    resolution: &Resolution,
    truth: &[Option<u32>],
    n_examples: usize,
) -> Vec<Mistakes> {
    let mut by_kind: FxHashMap<Kind, Vec<Pair>> = FxHashMap::default();
    let said = |record: u32| resolution.entities[record as usize];
    let mut take = |pair: Pair| by_kind.entry(kind(resolution, pair)).or_default().push(pair);
    let known = (0..resolution.entities.len() as u32).filter_map(|record| Some((record, truth[record as usize]?)));
    let known: Vec<(u32, u32)> = known.collect();
    pairs(known.iter().map(|it| (said(it.0), it.0)), |pair| {
        if truth[pair.0 as usize] != truth[pair.1 as usize] {
            take(pair);
        }
    });
    pairs(known.iter().map(|&(record, entity)| (entity, record)), |pair| {
        if said(pair.0) != said(pair.1) {
            take(pair);
        }
    });
    let of_kind = |kind: Kind| {
        let mut pairs = by_kind.remove(&kind)?;
        pairs.sort_unstable();
        let step = (pairs.len() / n_examples.max(1)).max(1);
        let examples = pairs.iter().step_by(step).take(n_examples);
        let examples = examples.map(|pair| example(table, resolution, *pair)).collect();
        Some(Mistakes { kind, n_pairs: pairs.len(), examples })
    };
    Kind::ALL.into_iter().filter_map(of_kind).collect()
}

/// Every two records of one group.
fn pairs(grouped: impl Iterator<Item = (u32, u32)>, mut take: impl FnMut(Pair)) {
    let mut groups: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    grouped.for_each(|(group, record)| groups.entry(group).or_default().push(record));
    for records in groups.values() {
        for (at, &one) in records.iter().enumerate() {
            records[at + 1..].iter().for_each(|&other| take((one, other)));
        }
    }
}

fn kind(resolution: &Resolution, pair: Pair) -> Kind {
    let is_one = resolution.entities[pair.0 as usize] == resolution.entities[pair.1 as usize];
    let is_probable = resolution.ln_odds(pair.0, pair.1) > f64::from(resolution.threshold);
    let is_certain = || resolution.certain.binary_search_by_key(&pair, |it| it.pair).is_ok();
    match (is_one, is_probable) {
        (true, _) if is_certain() => Kind::Certain,
        (true, true) => Kind::Probable,
        (true, false) => Kind::Chained,
        (false, _) if resolution.conflict(pair.0, pair.1).is_some() => Kind::Conflict,
        (false, _) if resolution.blocks.pairs.binary_search(&pair).is_err() => Kind::NotCompared,
        (false, true) => Kind::Outvoted,
        (false, false) => Kind::Improbable,
    }
}

fn example(table: &RecordTable, resolution: &Resolution, (one, other): Pair) -> String {
    let record = |at: u32| {
        let cells = table.columns.iter().map(|column| &*column.cells[at as usize]).filter(|cell| !cell.is_empty());
        cells.collect::<Vec<_>>().join(" | ")
    };
    let steps = resolution.waterfall(one, other);
    let steps = steps.iter().filter(|it| it.weight != 0.0);
    let steps: Vec<_> = steps.map(|it| format!("{} {} {:+.1}", it.attribute, it.level.name(), it.weight)).collect();
    let total = resolution.ln_odds(one, other);
    format!("  {}\n  {}\n    {total:+.1} = {}", record(one), record(other), steps.join(", "))
}
