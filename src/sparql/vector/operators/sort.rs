//! Rows in the order of their keys.
//!
//! Keys are turned into numbers that order as they do: values that stand in their ids are such numbers already, all
//! others are ranked once a distinct term, class by class (`order_class`). Rows whose keys are equal stay in the order in
//! which they came.

use std::cmp::Ordering;

use oxigraph::model::{Term, vocab::xsd};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use spareval::ExpressionTerm as Value;

use super::{LANES, Run, collected, in_lanes};
use crate::sparql::order_class::OrderClass;
use crate::sparql::vector::Batch;
use crate::sparql::vector::Terms;
use crate::sparql::vector::account::Kept;
use crate::sparql::vector::context::Halt;
use crate::sparql::vector::expression::{decimal_parts, sort_order, value_of};
use crate::sparql::vector::pattern::SortKey;
use crate::sparql::vector::plan::Plan;
use crate::store::{Id, Inline};

/// Rows that a lane gathers beyond those wanted before it forgets the last ones.
const SPARE_ROWS: usize = 1 << 15;

/// The rows of a plan in order; only the first `limit`.
pub(super) fn sort(run: Run<'_>, input: &Plan, keys: &[SortKey], limit: Option<usize>) -> Result<Kept, Halt> {
    let new = || Kept::new(&run.context.account);
    let kept = match limit {
        None => collected(run, input)?,
        Some(limit) => {
            let lanes = in_lanes(run, input, LANES, new, |kept: &mut Kept, batch| {
                kept.push(batch)?;
                if kept.n_rows() > limit.saturating_mul(2).saturating_add(SPARE_ROWS) {
                    *kept = first(run, std::mem::replace(kept, new()), keys, Some(limit))?;
                }
                Ok(())
            })?;
            Kept::joined(lanes).unwrap_or_else(new)
        }
    };
    first(run, kept, keys, limit)
}

fn first(run: Run<'_>, kept: Kept, keys: &[SortKey], limit: Option<usize>) -> Result<Kept, Halt> {
    let (batch, held) = kept.into_one(run.n_slots);
    let batch = match limit {
        Some(limit) if limit > 0 && limit < batch.len && keys.len() > 1 => candidates(batch, keys[0], limit, run),
        _ => batch,
    };
    let numbers_held = run.context.held(batch.len * (8 * keys.len() + 4))?;
    let columns: Vec<_> =
        keys.iter().map(|key| (numbers(&batch, *key, &run.context.terms), key.is_descending)).collect();
    let order = |left: &u32, right: &u32| {
        let by_key = columns.iter().map(|(numbers, is_descending)| {
            let order = numbers[*left as usize].cmp(&numbers[*right as usize]);
            if *is_descending { order.reverse() } else { order }
        });
        by_key.fold(Ordering::Equal, Ordering::then).then(left.cmp(right))
    };
    let mut rows: Vec<u32> = (0..batch.len as u32).collect();
    if let Some(limit) = limit.filter(|limit| *limit < rows.len()) {
        if limit > 0 {
            rows.select_nth_unstable_by(limit - 1, order);
        }
        rows.truncate(limit);
    }
    rows.par_sort_unstable_by(order);
    drop(columns);
    let sorted = batch.at_places(&rows);
    drop((held, numbers_held));
    Kept::of(vec![sorted], &run.context.account)
}

/// The rows that can be among the first `limit` by their first key, so that further keys are ranked for few rows.
fn candidates(batch: Batch, key: SortKey, limit: usize, run: Run<'_>) -> Batch {
    let mut numbers = numbers(&batch, key, &run.context.terms);
    if key.is_descending {
        numbers.iter_mut().for_each(|number| *number = !*number);
    }
    let last = *numbers.clone().select_nth_unstable(limit - 1).1;
    let keep: Vec<_> = numbers.iter().map(|number| *number <= last).collect();
    let all: Vec<_> = (0..run.n_slots).collect();
    batch.keep(&keep, &all)
}

/// A number for each row that orders as its key does; unbound comes first.
fn numbers(batch: &Batch, key: SortKey, terms: &Terms) -> Vec<u64> {
    let Some(column) = batch.column(key.slot) else { return vec![0; batch.len] };
    let bits = |id: &Id| if *id == Id::NONE { 0 } else { id.bits() };
    if orders_by_id(column) {
        return column.iter().map(bits).collect();
    }
    if let Some(scaled) = scaled(column) {
        return scaled;
    }
    if are_sorted(column, terms) {
        return column.iter().map(|id| if *id == Id::NONE { 0 } else { id.bits() + 1 }).collect();
    }
    let ranks = ranks(column, terms);
    column.iter().map(|id| ranks.get(id).copied().unwrap_or(0)).collect()
}

/// Whether all terms are of one class or language in which they order as their ids.
fn are_sorted(column: &[Id], terms: &Terms) -> bool {
    let bound = || column.iter().copied().filter(|id| *id != Id::NONE);
    bound().min().zip(bound().max()).is_some_and(|(least, greatest)| terms.snapshot().are_sorted(least, greatest))
}

/// Whether all values are of one kind whose ids order as they do.
fn orders_by_id(column: &[Id]) -> bool {
    let kind = |id: &Id| match id.inline() {
        Some(Inline::Integer(_)) => Some(0),
        Some(Inline::Date(_)) => Some(1),
        Some(Inline::DateTime { is_utc: false, .. }) => Some(2),
        Some(Inline::DateTime { is_utc: true, .. }) => Some(3),
        Some(Inline::Decimal { scale, .. }) => Some(4 + scale),
        _ => None,
    };
    let mut bound = column.iter().filter(|id| **id != Id::NONE);
    let Some(first) = bound.next() else { return true };
    kind(first).is_some_and(|first| bound.all(|id| kind(id) == Some(first)))
}

/// Integers and decimals in units of the smallest digit of all, when they are small enough.
fn scaled(column: &[Id]) -> Option<Vec<u64>> {
    let parts = |id: &Id| match id.inline()? {
        Inline::Integer(value) => Some((value, 0)),
        Inline::Decimal { mantissa, scale } => Some((mantissa, scale)),
        _ => None,
    };
    let bound = column.iter().filter(|id| **id != Id::NONE);
    let finest = bound.map(|id| parts(id).map(|(_, scale)| scale)).try_fold(0, |most, scale| Some(scale?.max(most)))?;
    let number = |id: &Id| {
        if *id == Id::NONE {
            return Some(0);
        }
        let (mantissa, scale) = parts(id)?;
        let units = mantissa.checked_mul(10i64.checked_pow(u32::from(finest - scale))?)?;
        Some(units as u64 ^ (1 << 63))
    };
    column.iter().map(number).collect()
}

/// The rank of each distinct term, from 1; terms that order as equal have the same.
fn ranks(column: &[Id], terms: &Terms) -> FxHashMap<Id, u64> {
    let mut distinct: Vec<_> = column.iter().copied().filter(|id| *id != Id::NONE).collect();
    distinct.par_sort_unstable();
    distinct.dedup();
    let numbers: Option<Vec<_>> = distinct.iter().map(|id| Some((decimal_parts(*id, terms)?, *id))).collect();
    if let Some(mut numbers) = numbers {
        numbers.par_sort_unstable();
        return ranked(&numbers, |left, right| left.0 == right.0).map(|(entry, rank)| (entry.1, rank)).collect();
    }
    let texts: Option<Vec<_>> = match distinct.len() {
        0..SPARE_ROWS => distinct.iter().map(|id| text(*id, terms)).collect(),
        _ => distinct.par_iter().map(|id| text(*id, terms)).collect(),
    };
    let is_one_kind = texts.as_ref().is_some_and(|all| all.iter().all(|(is_iri, _)| *is_iri == all[0].0));
    match texts {
        Some(texts) if is_one_kind => {
            let mut texts: Vec<_> = texts.into_iter().map(|(_, text)| text).zip(distinct).collect();
            texts.par_sort_unstable();
            ranked(&texts, |left, right| left.0 == right.0).map(|(entry, rank)| (entry.1, rank)).collect()
        }
        _ => {
            let classed = |id: &Id| {
                let value = value_of(*id, terms);
                (value.as_ref().map(OrderClass::of), value, *id)
            };
            let mut classed: Vec<_> = distinct.par_iter().map(classed).collect();
            classed.par_sort_by(in_class);
            ranked(&classed, |left, right| in_class(left, right).is_eq()).map(|(entry, rank)| (entry.2, rank)).collect()
        }
    }
}

type Classed = (Option<OrderClass>, Option<Value>, Id);

/// Values of one class by value, classes one after the other.
fn in_class((left_class, left, _): &Classed, (right_class, right, _): &Classed) -> Ordering {
    left_class.cmp(right_class).then_with(|| sort_order(left.as_ref(), right.as_ref()))
}

/// The text of an IRI or of a plain string.
fn text(id: Id, terms: &Terms) -> Option<(bool, String)> {
    match terms.term(id)? {
        Term::NamedNode(node) => Some((true, node.into_string())),
        Term::Literal(literal) if literal.datatype() == xsd::STRING => Some((false, literal.destruct().0)),
        _ => None,
    }
}

fn ranked<T>(sorted: &[T], is_equal: impl Fn(&T, &T) -> bool) -> impl Iterator<Item = (&T, u64)> {
    let mut rank = 0;
    sorted.iter().enumerate().map(move |(at, entry)| {
        if at == 0 || !is_equal(&sorted[at - 1], entry) {
            rank += 1;
        }
        (entry, rank)
    })
}
