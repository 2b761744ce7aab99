//! The order of `MIN` and `MAX` between ids.

use std::cmp::Ordering;

use super::compare::sort_order;
use super::value::value_of;
use crate::sparql::vector::Terms;
use crate::store::{Id, Inline};

/// How two columns' entries order: unbound, blank nodes, IRIs, literals; numbers, days, instants and strings among
/// themselves by value. Costs nothing but arithmetic for numbers and days of one kind, otherwise two look-ups.
pub(in crate::sparql) fn order_of(left: Id, right: Id, terms: &Terms) -> Ordering {
    if left == Id::NONE || right == Id::NONE {
        return (left != Id::NONE).cmp(&(right != Id::NONE));
    }
    inline_order(left, right)
        .or_else(|| terms.snapshot().are_sorted(left, right).then(|| left.cmp(&right)))
        .or_else(|| Some(decimal_parts(left, terms)?.cmp(&decimal_parts(right, terms)?)))
        .unwrap_or_else(|| sort_order(value_of(left, terms).as_ref(), value_of(right, terms).as_ref()))
}

/// The parts of 10^-18 of an integer or decimal that needs no look into the snapshot.
pub(in crate::sparql::vector) fn decimal_parts(id: Id, terms: &Terms) -> Option<i128> {
    match id.inline() {
        Some(value) => number(value).map(|(value, scale)| i128::from(value) * 10i128.pow(18 - u32::from(scale))),
        None => terms.computed_decimal(id),
    }
}

/// The order of two values that stand in their ids; nothing when they are of kinds that need the full rules.
pub(super) fn inline_order(left: Id, right: Id) -> Option<Ordering> {
    let (left, right) = (left.inline()?, right.inline()?);
    if let (Some(left), Some(right)) = (number(left), number(right)) {
        return Some(number_order(left, right));
    }
    match (left, right) {
        (Inline::Date(left), Inline::Date(right)) => Some(left.cmp(&right)),
        (
            Inline::DateTime { seconds: left, is_utc: left_is_utc },
            Inline::DateTime { seconds: right, is_utc: right_is_utc },
        ) if left_is_utc == right_is_utc => Some(left.cmp(&right)),
        _ => None,
    }
}

/// A whole number and the digits after the point.
fn number(value: Inline) -> Option<(i64, u8)> {
    match value {
        Inline::Integer(value) => Some((value, 0)),
        Inline::Decimal { mantissa, scale } => Some((mantissa, scale)),
        _ => None,
    }
}

fn number_order((left, left_scale): (i64, u8), (right, right_scale): (i64, u8)) -> Ordering {
    if left_scale == right_scale {
        return left.cmp(&right);
    }
    let shifted =
        |mantissa: i64, own: u8, other: u8| i128::from(mantissa) * 10i128.pow(u32::from(other.saturating_sub(own)));
    shifted(left, left_scale, right_scale).cmp(&shifted(right, right_scale, left_scale))
}
