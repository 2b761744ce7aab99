//! Whether a pattern gives the same when it is extended from rows instead of joined with them.
//!
//! A filter inside a group sees the variables of the group only. Extended from rows, it would also see those of the rows,
//! so a pattern fits only when its expressions read variables that it certainly binds itself or that the rows do not
//! have; a variable that it computes must be new. These are the conditions of Oxigraph's optimiser.

use crate::sparql::vector::pattern::{Condition, Formula, Pattern, Slots};

/// Whether `pattern` may be extended from rows that may bind `entry`.
pub(super) fn is_fit(pattern: &Pattern, entry: &Slots) -> bool {
    match pattern {
        Pattern::Triple(_) | Pattern::Route(_) | Pattern::Graphs(_) | Pattern::Values { .. } => true,
        Pattern::Join(members) | Pattern::Union(members) => members.iter().all(|member| is_fit(member, entry)),
        Pattern::Filter { inner, conditions } => is_fit(inner, entry) && read_safely(conditions, &inner.sure(), entry),
        Pattern::Extend { inner, slot, formula, .. } => {
            is_fit(inner, entry) && !entry.contains(slot) && formula_is_fit(formula, &inner.sure(), entry)
        }
        Pattern::LeftJoin { left, right, conditions } => {
            let certain = left.sure();
            let is_clear = |slot: &usize| certain.contains(slot) || !entry.contains(slot);
            is_fit(left, entry)
                && is_fit(right, entry)
                && right.possible().iter().all(is_clear)
                && read_safely(conditions, &certain, entry)
        }
        Pattern::Project { inner, .. } => is_fit(inner, entry),
        Pattern::Minus { .. }
        | Pattern::Distinct(_)
        | Pattern::Slice { .. }
        | Pattern::OrderBy { .. }
        | Pattern::Group { .. } => false,
    }
}

/// Whether conditions read only what `certain` binds or `entry` does not.
fn read_safely(conditions: &[Condition], certain: &Slots, entry: &Slots) -> bool {
    conditions.iter().all(|condition| match condition {
        Condition::Formula(formula) => formula_is_fit(formula, certain, entry),
        Condition::Exists { pattern, .. } => exists_is_fit(pattern, certain, entry),
    })
}

fn formula_is_fit(formula: &Formula, certain: &Slots, entry: &Slots) -> bool {
    let is_clear = |slot: &usize| certain.contains(slot) || !entry.contains(slot);
    formula.slots.iter().all(is_clear)
        && formula.exists.iter().all(|(_, pattern)| exists_is_fit(pattern, certain, entry))
}

fn exists_is_fit(pattern: &Pattern, certain: &Slots, entry: &Slots) -> bool {
    pattern.mentioned().iter().all(|slot| certain.contains(slot) || !entry.contains(slot))
}
