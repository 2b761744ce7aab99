//! Medians, percentiles and deviations: our own [aggregates](crate::sparql::functions::aggregates).

use spareval::ExpressionTerm as Value;

use crate::sparql::functions::aggregates::{Statistic, Values};
use crate::sparql::vector::Terms;
use crate::sparql::vector::expression::{id_of, value_of};
use crate::store::Id;

/// The statistic of a group's values; nothing where one is no number.
pub(super) fn statistic_of(statistic: Statistic, ids: impl Iterator<Item = Id>, terms: &Terms) -> Id {
    let mut values = Values::of(statistic);
    for id in ids {
        match value_of(id, terms) {
            Some(value) => values.add(&value),
            None => return Id::NONE,
        }
    }
    values.value().map_or(Id::NONE, |term| id_of(Value::from(term), terms))
}
