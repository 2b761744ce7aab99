//! Each row once, in the order of its first coming.

use super::numbering::Numbering;
use super::{LANES, Run, in_lanes};
use crate::sparql::vector::Batch;
use crate::sparql::vector::account::{Held, Kept};
use crate::sparql::vector::context::Halt;
use crate::sparql::vector::pattern::Slot;
use crate::sparql::vector::plan::Plan;
use crate::sparql::vector::rows::BATCH_ROWS;

/// The distinct rows of a plan: first within each lane, then over all lanes.
pub(super) fn distinct(run: Run<'_>, input: &Plan, slots: &[Slot]) -> Result<Kept, Halt> {
    let ordinals = run.context.terms.snapshot().ordinals();
    let lanes = in_lanes(
        run,
        input,
        LANES,
        || (Numbering::new(slots.len(), input.rows_out(), ordinals), Held::new(&run.context.account)),
        |(lane, held), batch| {
            lane.enter_rows(&batch, slots, &mut Vec::new());
            held.set(lane.bytes())
        },
    )?;
    let mut lanes = lanes.into_iter();
    let Some((mut all, mut held)) = lanes.next() else { return Ok(Kept::new(&run.context.account)) };
    for (lane, _held) in lanes {
        all.merge(&lane);
        held.set(all.bytes())?;
        run.context.check()?;
    }
    Kept::of(batches_of(&all, slots, run.n_slots), &run.context.account)
}

/// The keys as batches.
fn batches_of(keys: &Numbering, slots: &[Slot], n_slots: usize) -> Vec<Batch> {
    let batch = |start: usize| {
        let end = keys.len().min(start + BATCH_ROWS);
        let mut batch = Batch::empty(n_slots);
        batch.len = end - start;
        for (at, slot) in slots.iter().enumerate() {
            batch.columns[*slot] = keys.column(at, start..end);
        }
        batch
    };
    (0..keys.len()).step_by(BATCH_ROWS).map(batch).collect()
}
