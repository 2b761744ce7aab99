//! Computes what has to be whole before rows can flow: built sides of joins, groups, sorted rows.

use super::count::count_links;
use super::distinct::distinct;
use super::group::group;
use super::sort::sort;
use super::{Run, collected, first_rows, hash_join};
use crate::sparql::vector::account::Kept;
use crate::sparql::vector::context::Halt;
use crate::sparql::vector::plan::{Plan, Source, Step, StepKind, Whole, WholeKind};

/// Computes everything in a plan that has to be whole, the innermost first.
pub(in crate::sparql::vector) fn prepare(run: Run<'_>, plan: &Plan) -> Result<(), Halt> {
    match &plan.source {
        Source::Unit | Source::Scan(_) | Source::Values { .. } => (),
        Source::Union(branches) => branches.iter().try_for_each(|branch| prepare(run, branch))?,
        Source::Whole(whole) if whole.result.get().is_none() => {
            prepare(run, &whole.input)?;
            let start = std::time::Instant::now();
            let result = compute(run, whole)?;
            whole.seen.add(result.n_rows(), start.elapsed());
            whole.result.set(result);
            let_go(&whole.input);
        }
        Source::Whole(_) => (),
    }
    prepare_steps(run, &plan.steps)
}

fn prepare_steps(run: Run<'_>, steps: &[Step]) -> Result<(), Halt> {
    steps.iter().try_for_each(|step| match &step.kind {
        StepKind::Exists { steps, .. } | StepKind::Mark { steps, .. } | StepKind::Optional { steps, .. } => {
            prepare_steps(run, steps)
        }
        StepKind::Branches(branches) => branches.iter().try_for_each(|steps| prepare_steps(run, steps)),
        StepKind::Join(join) => {
            prepare(run, &join.build)?;
            join.built.set(hash_join::build(run, join)?);
            let_go(&join.build);
            Ok(())
        }
        _ => Ok(()),
    })
}

/// Forgets what was computed for a plan whose rows have all been read.
pub(in crate::sparql::vector) fn let_go(plan: &Plan) {
    match &plan.source {
        Source::Unit | Source::Scan(_) | Source::Values { .. } => (),
        Source::Union(branches) => branches.iter().for_each(let_go),
        Source::Whole(whole) => drop(whole.result.take()),
    }
    let_steps_go(&plan.steps);
}

fn let_steps_go(steps: &[Step]) {
    for step in steps {
        match &step.kind {
            StepKind::Exists { steps, .. } | StepKind::Mark { steps, .. } | StepKind::Optional { steps, .. } => {
                let_steps_go(steps);
            }
            StepKind::Branches(branches) => branches.iter().for_each(|steps| let_steps_go(steps)),
            StepKind::Join(join) => drop(join.built.take()),
            _ => (),
        }
    }
}

fn compute(run: Run<'_>, whole: &Whole) -> Result<Kept, Halt> {
    match &whole.kind {
        WholeKind::Group(grouping) => group(run, whole, grouping),
        WholeKind::Sort { keys, limit } => sort(run, &whole.input, keys, *limit),
        WholeKind::Distinct { slots } => distinct(run, &whole.input, slots),
        WholeKind::Slice { start, length } => {
            let rows = match length {
                Some(length) => first_rows(run, &whole.input, start.saturating_add(*length))?,
                None => collected(run, &whole.input)?,
            };
            sliced(rows, *start, *length)
        }
        WholeKind::Count { triple, slots, key } => {
            Kept::of(count_links(run, triple, slots, *key)?, &run.context.account)
        }
    }
}

/// The rows from `start` on, at most `length`.
fn sliced(mut kept: Kept, mut start: usize, length: Option<usize>) -> Result<Kept, Halt> {
    let mut left = length.unwrap_or(usize::MAX);
    for batch in &mut kept.batches {
        let skipped = start.min(batch.len);
        let taken = (batch.len - skipped).min(left);
        (start, left) = (start - skipped, left - taken);
        if taken < batch.len {
            *batch = batch.slice(skipped, skipped + taken);
        }
    }
    kept.batches.retain(|batch| batch.len > 0);
    kept.count()?;
    Ok(kept)
}
