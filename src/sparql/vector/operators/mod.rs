//! What a plan's operators do with batches.
//!
//! Rows are read in morsels; lanes, each a run of neighbouring morsels, work side by side and keep what they give apart,
//! so that the rows come out in the same order at any number of threads. The number of lanes depends on the plan only.

mod count;
mod distinct;
mod group;
pub(super) mod hash_join;
mod keys;
mod links;
mod numbering;
mod reached;
mod route;
mod sort;
mod source;
mod steps;
mod value_sets;
mod whole;

use std::ops::Range;

use rayon::prelude::*;

use super::account::Kept;
use super::context::{Context, Halt};
use super::plan::{Plan, Source};
use crate::sparql::vector::Batch;

pub(super) use source::Opened;
pub(super) use steps::push;
pub(super) use whole::{let_go, prepare};

/// Lanes of operators whose lanes hold little.
const LANES: usize = 16;

/// What the operators of one query run with.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    pub context: &'a Context,
    /// Columns of every batch.
    pub n_slots: usize,
}

/// Takes batches, one after the other.
pub(super) type Sink<'s> = dyn FnMut(Batch) -> Result<(), Halt> + 's;

/// Runs a plan whose parts are prepared; each lane gathers what comes out of it.
fn in_lanes<T: Send>(
    run: Run<'_>,
    plan: &Plan,
    n_lanes: usize,
    start: impl Fn() -> T + Sync,
    take: impl Fn(&mut T, Batch) -> Result<(), Halt> + Sync,
) -> Result<Vec<T>, Halt> {
    let opened = Opened::new(run, plan)?;
    let lane = |morsels: Range<usize>| {
        let mut gathered = start();
        for morsel in morsels {
            match opened.produce(run, morsel, &mut |batch| take(&mut gathered, batch)) {
                Ok(()) => (),
                Err(Halt::Enough) => break,
                Err(halt) => return Err(halt),
            }
        }
        Ok(gathered)
    };
    let lanes = lanes(opened.n_morsels(), n_lanes);
    match lanes.len() {
        // waking other threads takes longer than most point queries
        1 => lanes.into_iter().map(lane).collect(),
        _ => lanes.into_par_iter().map(lane).collect(),
    }
}

/// All rows of a plan whose parts are prepared.
pub(super) fn collected(run: Run<'_>, plan: &Plan) -> Result<Kept, Halt> {
    let new = || Kept::new(&run.context.account);
    if let (Source::Whole(whole), true) = (&plan.source, plan.steps.is_empty())
        && let Some(mut kept) = whole.result.take()
    {
        kept.batches.iter_mut().for_each(|batch| batch.drop_dead(&plan.live));
        kept.count()?;
        return Ok(kept);
    }
    let lanes = in_lanes(run, plan, LANES, new, Kept::push)?;
    Ok(Kept::joined(lanes).unwrap_or_else(new))
}

/// Rows until there are enough, in waves of morsels that double.
pub(super) fn first_rows(run: Run<'_>, plan: &Plan, wanted: usize) -> Result<Kept, Halt> {
    let opened = Opened::new(run, plan)?;
    let (mut kept, mut n_rows, mut next, mut wave) = (Kept::new(&run.context.account), 0, 0, 1);
    while n_rows < wanted && next < opened.n_morsels() {
        let morsels = next..(next + wave).min(opened.n_morsels());
        let first = |at| opened.first(run, at, wanted);
        let parts: Vec<_> = match morsels.len() {
            1 => morsels.clone().map(first).collect(),
            _ => morsels.clone().into_par_iter().map(first).collect(),
        };
        for part in parts {
            for batch in part? {
                n_rows += batch.len;
                kept.push(batch)?;
            }
        }
        (next, wave) = (morsels.end, wave * 2);
    }
    Ok(kept)
}

/// Neighbouring morsels, as evenly as can be.
fn lanes(n_morsels: usize, n_lanes: usize) -> Vec<Range<usize>> {
    let n_lanes = n_lanes.clamp(1, n_morsels.max(1));
    (0..n_lanes).map(|lane| lane * n_morsels / n_lanes..(lane + 1) * n_morsels / n_lanes).collect()
}
