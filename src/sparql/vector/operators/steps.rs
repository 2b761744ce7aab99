//! Takes batches through the steps of a plan.

use std::time::{Duration, Instant};

use super::links::{choices_of, match_triple, optional_object, told_apart};
use super::route::follow_route;
use super::source::table;
use super::{Run, Sink, hash_join};
use crate::sparql::vector::Batch;
use crate::sparql::vector::context::Halt;
use crate::sparql::vector::pattern::{Formula, Position, Slot};
use crate::sparql::vector::plan::{Step, StepKind};
use crate::sparql::vector::rows::BATCH_ROWS;
use crate::store::{Id, Inline};

/// Takes a batch through all steps and gives what comes out to `sink`.
pub(in crate::sparql::vector) fn push(
    run: Run<'_>,
    steps: &[Step],
    batch: Batch,
    sink: &mut Sink<'_>,
) -> Result<(), Halt> {
    if batch.len == 0 {
        return Ok(());
    }
    let Some((step, rest)) = steps.split_first() else { return sink(batch) };
    if batch.len <= 2 * BATCH_ROWS {
        return apply(run, step, rest, batch, sink);
    }
    for start in (0..batch.len).step_by(BATCH_ROWS) {
        let piece = batch.slice(start, batch.len.min(start + BATCH_ROWS));
        apply(run, step, rest, piece, sink)?;
    }
    Ok(())
}

/// Does one step, and counts the rows that leave it and the time that it takes itself.
fn apply(run: Run<'_>, step: &Step, rest: &[Step], batch: Batch, sink: &mut Sink<'_>) -> Result<(), Halt> {
    run.context.check()?;
    let (mut own, mut since) = (Duration::ZERO, Instant::now());
    let mut n_rows = 0;
    let outcome = do_step(run, step, batch, &mut |batch| {
        own += since.elapsed();
        n_rows += batch.len;
        let outcome = push(run, rest, batch, sink);
        since = Instant::now();
        outcome
    });
    step.seen.add(n_rows, own + since.elapsed());
    outcome
}

fn do_step(run: Run<'_>, step: &Step, mut batch: Batch, emit: &mut Sink<'_>) -> Result<(), Halt> {
    let live = &step.live;
    match &step.kind {
        StepKind::Match(triple) => match_triple(run, triple, batch, live, emit),
        StepKind::Route(route) => follow_route(run, route, batch, live, emit),
        StepKind::Graphs(name) => each_graph(run, *name, batch, live, emit),
        StepKind::Values { slots, rows } => {
            let table = table(slots, rows, run.n_slots);
            for row in 0..table.len {
                emit(agreeing(&batch, &table, slots, row, live))?;
            }
            Ok(())
        }
        StepKind::Filter(formula) => {
            let keep = truths(run, formula, &mut batch);
            emit(batch.keep(&keep, live))
        }
        StepKind::Extend { slot, formula } => {
            formula.slots.iter().for_each(|slot| batch.fill(*slot));
            let mut values = Vec::with_capacity(batch.len);
            formula.compiled.values(&batch, &run.context.terms, &mut values);
            batch.columns[*slot] = values;
            batch.drop_dead(live);
            emit(batch)
        }
        StepKind::Exists { steps, row, needs, is_negated } => {
            let mut keep = found(run, steps, &batch, needs, *row)?;
            keep.iter_mut().for_each(|keep| *keep ^= is_negated);
            emit(batch.keep(&keep, live))
        }
        StepKind::Mark { steps, row, needs, slot } => {
            let found = found(run, steps, &batch, needs, *row)?;
            let truth = |found: bool| Id::of_inline(Inline::Boolean(found)).unwrap_or(Id::NONE);
            batch.columns[*slot] = found.into_iter().map(truth).collect();
            batch.drop_dead(live);
            emit(batch)
        }
        StepKind::Optional { steps, row } => optional(run, steps, *row, batch, live, emit),
        StepKind::Branches(branches) => branches.iter().try_for_each(|steps| push(run, steps, batch.clone(), emit)),
        StepKind::Join(join) => hash_join::probe(run, join, batch, live, emit),
    }
}

/// Which rows satisfy a formula.
pub(super) fn truths(run: Run<'_>, formula: &Formula, batch: &mut Batch) -> Vec<bool> {
    formula.slots.iter().for_each(|slot| batch.fill(*slot));
    let mut keep = Vec::with_capacity(batch.len);
    formula.compiled.keep(batch, &run.context.terms, &mut keep);
    keep
}

fn each_graph(run: Run<'_>, name: Position, batch: Batch, live: &[Slot], emit: &mut Sink<'_>) -> Result<(), Halt> {
    let slots: Vec<_> = name.slot().into_iter().collect();
    for batch in told_apart(batch, &slots) {
        for (graph, mut batch) in choices_of(name, batch, run.context.named_graphs()) {
            if run.context.sees(graph) {
                batch.drop_dead(live);
                emit(batch)?;
            }
        }
    }
    Ok(())
}

/// The rows that agree with a row of a table, extended by it.
fn agreeing(batch: &Batch, table: &Batch, slots: &[Slot], row: usize, live: &[Slot]) -> Batch {
    let mut keep = vec![true; batch.len];
    let mut extended = batch.clone();
    for slot in slots {
        let value = table.columns[*slot][row];
        if value == Id::NONE {
            continue;
        }
        extended.fill(*slot);
        for (keep, known) in keep.iter_mut().zip(&mut extended.columns[*slot]) {
            *keep &= *known == Id::NONE || *known == value;
            *known = value;
        }
    }
    extended.keep(&keep, live)
}

fn numbers(n_rows: usize) -> Vec<Id> {
    (0..n_rows as u64).map(Id::from_bits).collect()
}

/// For which rows the steps find something.
fn found(run: Run<'_>, steps: &[Step], batch: &Batch, needs: &[Slot], row: Slot) -> Result<Vec<bool>, Halt> {
    let mut inside = Batch::empty(run.n_slots);
    inside.len = batch.len;
    for slot in needs {
        inside.columns[*slot] = batch.columns[*slot].clone();
    }
    inside.columns[row] = numbers(batch.len);
    let mut found = vec![false; batch.len];
    if let [Step { kind: StepKind::Match(triple), seen, .. }] = steps
        && let Some((_, objects)) = optional_object(run, triple, &inside)
    {
        found.iter_mut().zip(&objects).for_each(|(found, object)| *found = *object != Id::NONE);
        seen.add(found.iter().filter(|found| **found).count(), Duration::ZERO);
        return Ok(found);
    }
    push(run, steps, inside, &mut |batch| {
        batch.columns[row].iter().for_each(|at| found[at.bits() as usize] = true);
        Ok(())
    })?;
    Ok(found)
}

/// Rows extended by what the steps find; those for which they find nothing as they are.
fn optional(
    run: Run<'_>,
    steps: &[Step],
    row: Slot,
    mut batch: Batch,
    live: &[Slot],
    emit: &mut Sink<'_>,
) -> Result<(), Halt> {
    if let [Step { kind: StepKind::Match(triple), seen, .. }] = steps
        && let Some((slot, objects)) = optional_object(run, triple, &batch)
    {
        seen.add(batch.len, Duration::ZERO);
        batch.columns[slot] = objects;
        batch.drop_dead(live);
        return emit(batch);
    }
    let mut is_found = vec![false; batch.len];
    let mut inside = batch.clone();
    inside.columns[row] = numbers(batch.len);
    push(run, steps, inside, &mut |mut batch| {
        batch.columns[row].iter().for_each(|at| is_found[at.bits() as usize] = true);
        batch.drop_dead(live);
        emit(batch)
    })?;
    is_found.iter_mut().for_each(|found| *found = !*found);
    emit(batch.keep(&is_found, live))
}
