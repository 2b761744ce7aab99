//! A batch of new records beside resolved ones: only pairs with a new record are compared.
//!
//! Comes in: a table in which the records that were resolved before stand first and in their order, and what was
//! [`Learnt`] from them. Leaves: a [`Resolution`] of all records, the same as if all pairs had been compared with what was
//! learnt. Never learns: weights and frequencies stay those of the records that they were learnt from, so that what was
//! compared before stays true; a value that only new records have counts as unseen. Costs a comparison a pair with a new
//! record, and blocking and clustering of all, which compare little.
//!
//! Where a block outgrows its largest size, pairs of old records in it stay compared, which a run from the beginning would
//! leave out. Where the batch changes which columns are compared, there is nothing to go on from: `None`.

use std::hash::Hasher;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHasher};
use serde::{Deserialize, Serialize};

use crate::identity::cluster::Scored;
use crate::identity::kind::Kind;
use crate::identity::match_weight::Model;
use crate::identity::record_table::RecordTable;
use crate::identity::resolve::{Resolution, Settings};

/// What a resolution leaves for the batches that follow.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Learnt {
    model: Model,
    /// What was compared: the attributes' names and kinds.
    attributes: Vec<(String, Kind)>,
    /// The entity of each record as frequencies were counted.
    counted: Vec<u32>,
    /// Of how many records frequencies were counted: the first ones.
    n_counted: usize,
    /// Each record's key with a hash of what it says.
    records: Vec<(String, u64)>,
    /// Pairs that are not out of the question, with their log odds looked at alone.
    scored: Vec<(u32, u32, f32)>,
}

impl Learnt {
    /// Of a resolution whose records have these keys.
    pub fn of(resolution: &Resolution, table: &RecordTable, keys: &[String]) -> Self {
        let hashes = hashes(table);
        Self {
            model: resolution.model.clone(),
            attributes: attributes(resolution),
            counted: resolution.counted().0.to_vec(),
            n_counted: resolution.counted().1,
            records: keys.iter().cloned().zip(hashes).collect(),
            scored: resolution.scored.iter().map(|it| (it.pair.0, it.pair.1, it.alone)).collect(),
        }
    }

    /// How many records there were.
    pub fn n_records(&self) -> usize {
        self.records.len()
    }

    /// The order in which the records of a table continue those that were resolved: these first and as they were, then the
    /// new ones. `None` when one of them is gone or says something else.
    pub fn order(&self, table: &RecordTable, keys: &[String]) -> Option<Vec<u32>> {
        let hashes = hashes(table);
        let mut places: FxHashMap<&str, u32> = keys.iter().map(String::as_str).zip(0..).collect();
        let mut order = Vec::with_capacity(keys.len());
        for (key, hash) in &self.records {
            order.push(places.remove(key.as_str()).filter(|place| hashes[*place as usize] == *hash)?);
        }
        let mut new: Vec<u32> = places.into_values().collect();
        new.sort_unstable();
        order.extend(new);
        Some(order)
    }
}

impl Resolution {
    /// Resolves a table whose first records are those of `learnt`, comparing only pairs with a new record.
    pub fn of_batch(table: &RecordTable, settings: &Settings, learnt: &Learnt) -> Option<Self> {
        Self::by_learnt(table, settings, learnt, true)
    }

    /// The same with all pairs compared: what [`Self::of_batch`] must give.
    pub fn of_all(table: &RecordTable, settings: &Settings, learnt: &Learnt) -> Option<Self> {
        Self::by_learnt(table, settings, learnt, false)
    }

    fn by_learnt(table: &RecordTable, settings: &Settings, learnt: &Learnt, is_reused: bool) -> Option<Self> {
        let mut resolution = Self::begin(table, settings);
        let n_old = learnt.n_records();
        if attributes(&resolution) != learnt.attributes || table.n_records() < n_old {
            return None;
        }
        resolution.model = learnt.model.clone();
        let new = n_old as u32..table.n_records() as u32;
        resolution.count(learnt.counted.iter().copied().chain(new).collect(), learnt.n_counted);
        let n_compared = if is_reused { n_old as u32 } else { 0 };
        let pairs = resolution.blocks.pairs.par_iter().filter(|pair| pair.1 >= n_compared);
        let mut scored: Vec<Scored> = pairs.filter_map(|pair| resolution.scored_pair(*pair)).collect();
        if is_reused {
            scored.extend(learnt.scored.iter().map(|it| Scored::alone((it.0, it.1), it.2)));
            scored.par_sort_unstable_by_key(|it| it.pair);
        }
        resolution.scored = scored;
        resolution.decide(table, settings);
        Some(resolution)
    }
}

fn attributes(resolution: &Resolution) -> Vec<(String, Kind)> {
    resolution.attributes.iter().map(|it| (it.name.clone(), it.kind)).collect()
}

/// A hash of what each record says, whatever the order of the columns.
fn hashes(table: &RecordTable) -> Vec<u64> {
    let mut columns: Vec<_> = table.columns.iter().collect();
    columns.sort_by(|one, other| one.name.cmp(&other.name));
    let of = |record: usize| {
        let mut hasher = FxHasher::default();
        for column in columns.iter().filter(|column| !column.cells[record].is_empty()) {
            hasher.write(column.name.as_bytes());
            hasher.write_u8(0);
            hasher.write(column.cells[record].as_bytes());
            hasher.write_u8(0);
        }
        hasher.finish()
    };
    (0..table.n_records()).map(of).collect()
}
