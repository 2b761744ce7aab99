//! Each row once, in the order of its first coming.

use super::keys::KeyTable;
use super::{LANES, Run, in_lanes};
use crate::sparql::vector::Batch;
use crate::sparql::vector::context::Halt;
use crate::sparql::vector::pattern::Slot;
use crate::sparql::vector::plan::Plan;
use crate::sparql::vector::rows::BATCH_ROWS;

/// The distinct rows of a plan: first within each lane, then over all lanes.
pub(super) fn distinct(run: Run<'_>, input: &Plan, slots: &[Slot]) -> Result<Vec<Batch>, Halt> {
    let lanes = in_lanes(
        run,
        input,
        LANES,
        || KeyTable::new(slots.len()),
        |table, batch| {
            let before = table.bytes();
            table.enter_rows(&batch, slots, &mut Vec::new(), |_| ());
            run.context.hold(table.bytes() - before)
        },
    )?;
    let mut lanes = lanes.into_iter();
    let Some(mut all) = lanes.next() else { return Ok(Vec::new()) };
    for lane in lanes {
        for number in 0..lane.len() {
            all.enter(lane.hash(number), lane.key(number));
        }
        run.context.check()?;
    }
    Ok(batches_of(&all, slots, run.n_slots))
}

/// The keys of a table as batches.
pub(super) fn batches_of(table: &KeyTable, slots: &[Slot], n_slots: usize) -> Vec<Batch> {
    let batch = |start: usize| {
        let end = table.len().min(start + BATCH_ROWS);
        let mut batch = Batch::empty(n_slots);
        batch.len = end - start;
        for (at, slot) in slots.iter().enumerate() {
            batch.columns[*slot] = (start..end).map(|number| table.key(number)[at]).collect();
        }
        batch
    };
    (0..table.len()).step_by(BATCH_ROWS).map(batch).collect()
}
