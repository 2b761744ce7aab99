//! Computes what has to be whole before rows can flow: built sides of joins, groups, sorted rows.

use super::count::count_links;
use super::distinct::distinct;
use super::group::group;
use super::sort::sort;
use super::{Run, collected, first_rows, hash_join};
use crate::sparql::vector::Batch;
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
            let n_rows = result.iter().map(|batch| batch.len).sum();
            whole.seen.add(n_rows, start.elapsed());
            let _ = whole.result.set(result);
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
            let _ = join.built.set(hash_join::build(run, join)?);
            Ok(())
        }
        _ => Ok(()),
    })
}

fn compute(run: Run<'_>, whole: &Whole) -> Result<Vec<Batch>, Halt> {
    match &whole.kind {
        WholeKind::Group(grouping) => group(run, whole, grouping),
        WholeKind::Sort { keys, limit } => sort(run, &whole.input, keys, *limit),
        WholeKind::Distinct { slots } => distinct(run, &whole.input, slots),
        WholeKind::Slice { start, length } => {
            let rows = match length {
                Some(length) => first_rows(run, &whole.input, start.saturating_add(*length))?,
                None => collected(run, &whole.input)?,
            };
            Ok(sliced(rows, *start, *length))
        }
        WholeKind::Count { triple, slots, key } => count_links(run, triple, slots, *key),
    }
}

/// The rows from `start` on, at most `length`.
fn sliced(batches: Vec<Batch>, mut start: usize, length: Option<usize>) -> Vec<Batch> {
    let mut left = length.unwrap_or(usize::MAX);
    let mut slices = Vec::new();
    for batch in batches {
        let skipped = start.min(batch.len);
        let taken = (batch.len - skipped).min(left);
        (start, left) = (start - skipped, left - taken);
        if taken > 0 {
            slices.push(batch.slice(skipped, skipped + taken));
        }
    }
    slices
}
