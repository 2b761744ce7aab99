//! Small changes of patterns and plans that keep their solutions.

use super::fit::is_fit;
use super::{Plan, Source, StepKind, WholeKind};
use crate::sparql::vector::Batch;
use crate::sparql::vector::context::Context;
use crate::sparql::vector::pattern::{Condition, Counted, Formula, Measure, Pattern, Position, Slot, Slots, Triple};
use crate::store::Id;

/// Takes one nested group apart, if its filters ask the same outside; tells whether there was one.
pub(super) fn dissolve(members: &mut Vec<Pattern>, conditions: &mut Vec<Condition>, entry: &Slots) -> bool {
    let is_open = |at: usize, members: &[Pattern]| match &members[at] {
        Pattern::Join(_) => true,
        Pattern::Filter { .. } if members.len() == 1 => true,
        Pattern::Filter { .. } => {
            let others = members.iter().enumerate().filter(|(other, _)| *other != at);
            let around: Slots = others.flat_map(|(_, member)| member.possible()).chain(entry.iter().copied()).collect();
            is_fit(&members[at], &around)
        }
        _ => false,
    };
    let Some(at) = (0..members.len()).find(|at| is_open(*at, members)) else { return false };
    match members.remove(at) {
        Pattern::Join(inner) => members.extend(inner),
        Pattern::Filter { inner, conditions: more } => {
            members.push(*inner);
            conditions.extend(more);
        }
        other => members.push(other),
    }
    true
}

/// Turns filters that say which terms a variable may have into given rows, where the variable is always bound and every
/// member can begin with them.
pub(super) fn given_by_filters(members: &mut Vec<Pattern>, conditions: &mut Vec<Condition>) {
    conditions.retain(|condition| {
        let Condition::Formula(Formula { one_of: Some((slot, ids)), .. }) = condition else { return true };
        let entry = Slots::from([*slot]);
        let is_given = members.iter().any(|it| it.sure().contains(slot)) && members.iter().all(|it| is_fit(it, &entry));
        if is_given {
            members.push(Pattern::Values { slots: vec![*slot], rows: ids.iter().map(|id| vec![*id]).collect() });
        }
        !is_given
    });
}

/// Whether a term can stand in a member instead of a slot, or it does not name the slot. A path has none: one of no steps
/// leads from a term to itself also where nothing is said of it.
pub(super) fn has_place_for(member: &Pattern, slot: Slot) -> bool {
    matches!(member, Pattern::Triple(_)) || !member.mentioned().contains(&slot)
}

/// The value of an expression that reads no variable.
pub(super) fn value_of(formula: &Formula, context: &Context, n_slots: usize) -> Id {
    let mut batch = Batch::unit(n_slots);
    formula.slots.iter().for_each(|slot| batch.fill(*slot));
    let mut values = Vec::new();
    formula.compiled.values(&batch, &context.terms, &mut values);
    values.first().copied().unwrap_or(Id::NONE)
}

/// Puts a term in the place of a slot, in a triple.
pub(super) fn fix(pattern: &mut Pattern, slot: Slot, value: Id) {
    let Pattern::Triple(triple) = pattern else { return };
    for position in
        [&mut triple.subject, &mut triple.predicate, &mut triple.object].into_iter().chain(&mut triple.graph)
    {
        if *position == Position::Slot(slot) {
            *position = Position::Term(value);
        }
    }
}

/// Tells a sort how many of its rows are wanted, when nothing between changes their number.
pub(super) fn limit_sort(plan: &mut Plan, wanted: usize) {
    let keeps_rows = plan.steps.iter().all(|step| matches!(step.kind, StepKind::Extend { .. }));
    if let Source::Whole(whole) = &mut plan.source
        && let WholeKind::Sort { limit, .. } = &mut whole.kind
        && keeps_rows
    {
        *limit = Some(wanted);
    }
}

/// The same first rows in order, with what is not sorted by computed of these rows only; nothing when nothing changes.
pub(super) fn computed_last(pattern: &Pattern) -> Option<Pattern> {
    let Pattern::Slice { inner, start, length } = pattern else { return None };
    let sliced = |inner: Pattern| Box::new(Pattern::Slice { inner: Box::new(inner), start: *start, length: *length });
    match &**inner {
        Pattern::Project { inner, slots } => {
            Some(Pattern::Project { inner: sliced((**inner).clone()), slots: slots.clone() })
        }
        Pattern::OrderBy { inner, keys } => {
            let Pattern::Extend { inner, slot, formula, is_sure } = &**inner else { return None };
            let is_free = formula.exists.is_empty() && keys.iter().all(|key| key.slot != *slot);
            is_free.then(|| Pattern::Extend {
                inner: sliced(Pattern::OrderBy { inner: inner.clone(), keys: keys.clone() }),
                slot: *slot,
                formula: formula.clone(),
                is_sure: *is_sure,
            })
        }
        _ => None,
    }
}

/// The triple pattern whose links are only counted, the slots that hold the count, and the end by which they are grouped.
pub(super) fn counted(
    inner: &Pattern,
    keys: &[Slot],
    measures: &[Measure],
) -> Option<(Triple, Vec<Slot>, Option<Slot>)> {
    let triple = match inner {
        Pattern::Triple(triple) => *triple,
        Pattern::Join(members) => match members[..] {
            [Pattern::Triple(triple)] => triple,
            _ => return None,
        },
        _ => return None,
    };
    let mut slots: Vec<_> = triple.slots().collect();
    let n_slots = slots.len();
    slots.sort_unstable();
    slots.dedup();
    let is_count = |measure: &Measure| match measure.counts {
        Some(Counted::Rows) => true,
        Some(Counted::Slot(slot)) => slots.contains(&slot),
        Some(Counted::DistinctSlot(_)) | None => false,
    };
    let is_open = matches!(triple.predicate, Position::Term(_)) && n_slots == 2;
    let key = match keys[..] {
        [] => None,
        [key] if is_open && slots.contains(&key) => Some(key),
        _ => return None,
    };
    let is_plain = slots.len() == n_slots && triple.graph.is_none();
    (is_plain && measures.iter().all(is_count)).then(|| (triple, measures.iter().map(|it| it.slot).collect(), key))
}
