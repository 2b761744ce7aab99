//! Which columns are still needed after each operator; all others are forgotten as early as possible.

use super::{Grouping, Join, JoinKind, Plan, Source, Step, StepKind, WholeKind, listed};
use crate::sparql::vector::pattern::{Formula, Slots};

/// Says for every operator of the plan which columns leave it, `needed` being those that leave the plan.
pub(super) fn prune(plan: &mut Plan, needed: &Slots) {
    let at_source = prune_steps(&mut plan.steps, needed.clone());
    plan.live = listed(&at_source);
    match &mut plan.source {
        Source::Unit | Source::Scan(_) | Source::Values { .. } => (),
        Source::Union(branches) => branches.iter_mut().for_each(|branch| prune(branch, &at_source)),
        Source::Whole(whole) => {
            let needed = match &whole.kind {
                WholeKind::Group(Grouping { keys, measures, .. }) => {
                    let read = measures.iter().flat_map(|it| &it.slots).copied();
                    let mut needed: Slots = keys.iter().copied().chain(read).collect();
                    if measures.iter().any(|it| it.aggregate.is_none()) {
                        needed.extend(whole.input_slots.iter().copied());
                    }
                    needed
                }
                WholeKind::Sort { keys, .. } => &at_source | &keys.iter().map(|key| key.slot).collect(),
                WholeKind::Distinct { slots } => slots.iter().copied().collect(),
                WholeKind::Slice { .. } => at_source,
                WholeKind::Count { .. } => Slots::new(),
            };
            prune(&mut whole.input, &needed);
        }
    }
}

/// The same for steps; returns what has to come in.
fn prune_steps(steps: &mut [Step], mut needed: Slots) -> Slots {
    for step in steps.iter_mut().rev() {
        step.live = listed(&needed);
        needed = prune_step(&mut step.kind, needed);
    }
    needed
}

fn prune_step(kind: &mut StepKind, mut needed: Slots) -> Slots {
    match kind {
        StepKind::Match(triple) => needed.extend(triple.slots()),
        StepKind::Route(route) => needed.extend(route.slots()),
        StepKind::Graphs(name) => needed.extend(name.slot()),
        StepKind::Values { slots, .. } => needed.extend(slots.iter().copied()),
        StepKind::Filter(formula) | StepKind::Extend { formula, .. } => needed.extend(read(formula)),
        StepKind::Exists { steps, row, needs, .. } | StepKind::Mark { steps, row, needs, .. } => {
            let mut inside = prune_steps(steps, Slots::from([*row]));
            inside.remove(row);
            *needs = listed(&inside);
            needed.extend(inside);
        }
        StepKind::Optional { steps, row } => {
            let mut inside = needed.clone();
            inside.insert(*row);
            needed.extend(prune_steps(steps, inside));
            needed.remove(row);
        }
        StepKind::Branches(branches) => {
            let all: Vec<_> = branches.iter_mut().map(|steps| prune_steps(steps, needed.clone())).collect();
            needed.extend(all.into_iter().flatten());
        }
        StepKind::Join(join) => prune_join(join, &mut needed),
    }
    needed
}

fn prune_join(join: &mut Join, needed: &mut Slots) {
    needed.extend(join.keys.iter().chain(&join.others));
    if let JoinKind::Left(formulas) = &join.kind {
        needed.extend(formulas.iter().flat_map(read));
    }
    prune(&mut join.build, needed);
}

fn read(formula: &Formula) -> impl Iterator<Item = usize> {
    formula.slots.iter().copied()
}
