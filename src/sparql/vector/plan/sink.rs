//! Values are fetched after the filters that do not read them, so that they are fetched for fewer rows.

use super::estimate::Statistics;
use super::{Plan, Source, Step, StepKind};
use crate::sparql::vector::pattern::{Position, Slot, Slots, Triple};

/// The part of the rows that a step has to keep: what keeps fewer is a filter itself.
const KEPT_AT_LEAST: f64 = 0.9;

/// Moves, in all parts of a plan, steps that fetch one value for each subject of its scan behind filters.
pub(super) fn sink(plan: &mut Plan, statistics: &Statistics<'_>) {
    match &mut plan.source {
        Source::Union(branches) => branches.iter_mut().for_each(|branch| sink(branch, statistics)),
        Source::Whole(whole) => sink(&mut whole.input, statistics),
        Source::Unit | Source::Scan(_) | Source::Values { .. } => (),
    }
    for step in &mut plan.steps {
        if let StepKind::Join(join) = &mut step.kind {
            sink(&mut join.build, statistics);
        }
    }
    if let Source::Scan(scan) = &plan.source
        && let Position::Slot(subject) = scan.triple.subject
    {
        let known: Slots = scan.triple.slots().collect();
        let is_value = |triple: &Triple| statistics.links(triple).is_some_and(|links| links.is_functional());
        sink_steps(&mut plan.steps, plan.rows, subject, &known, &is_value);
    }
}

fn sink_steps(steps: &mut [Step], rows: f64, subject: Slot, known: &Slots, is_value: &dyn Fn(&Triple) -> bool) {
    for at in (0..steps.len()).rev() {
        let before = if at == 0 { rows } else { steps[at - 1].rows };
        let StepKind::Match(triple) = &steps[at].kind else { continue };
        let (Position::Slot(object), true) = (triple.object, triple.subject == Position::Slot(subject)) else {
            continue;
        };
        let is_named =
            matches!(triple.predicate, Position::Term(_)) && !matches!(triple.graph, Some(Position::Slot(_)));
        let is_new = !known.contains(&object) && steps[..at].iter().all(|step| is_apart(step, object));
        let kept = steps[at].rows / before.max(1.0);
        if !is_named || !is_new || kept < KEPT_AT_LEAST || !is_value(triple) {
            continue;
        }
        let n_apart = steps[at + 1..].iter().take_while(|step| is_apart(step, object)).count();
        let is_filter = |step: &Step| matches!(step.kind, StepKind::Filter(_) | StepKind::Exists { .. });
        if let Some(last) = steps[at + 1..=at + n_apart].iter().rposition(is_filter) {
            steps[at..=at + 1 + last].rotate_left(1);
            steps[at + 1 + last].rows = steps[at + last].rows * kept;
        }
    }
}

/// Whether it is certain that a step neither reads nor binds a slot.
fn is_apart(step: &Step, slot: Slot) -> bool {
    let are_apart = |steps: &[Step]| steps.iter().all(|step| is_apart(step, slot));
    match &step.kind {
        StepKind::Match(triple) => triple.slots().all(|other| other != slot),
        StepKind::Filter(formula) => !formula.slots.contains(&slot) && !formula.reads().contains(&slot),
        StepKind::Extend { slot: other, formula } => {
            *other != slot && !formula.slots.contains(&slot) && !formula.reads().contains(&slot)
        }
        StepKind::Exists { steps, .. } | StepKind::Optional { steps, .. } => are_apart(steps),
        StepKind::Mark { steps, slot: other, .. } => *other != slot && are_apart(steps),
        StepKind::Values { slots, .. } => !slots.contains(&slot),
        StepKind::Route(_) | StepKind::Graphs(_) | StepKind::Branches(_) | StepKind::Join(_) => false,
    }
}
