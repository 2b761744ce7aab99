//! Values of ids and ids of values.
//!
//! An id stands for a term with its spelling; a value is what operators compute with, without its spelling. So an id
//! that a value gets is that of the value's own spelling, which is the one that the evaluator writes: `49.50` becomes
//! `49.5`. Numbers, days and truths cost no allocation in either direction.

use oxigraph::model::Term;
use oxsdatatypes::Decimal;
use spareval::ExpressionTerm as Value;

use crate::sparql::dataset;
use crate::sparql::vector::Terms;
use crate::store::{Id, Inline};

/// Digits after the point that a decimal has in memory.
const DECIMAL_SCALE: u8 = 18;

/// The value of an id; nothing for an unbound variable.
pub(in crate::sparql::vector) fn value_of(id: Id, terms: &Terms) -> Option<Value> {
    id.inline().and_then(dataset::expression).or_else(|| terms.term(id).map(Value::from))
}

/// The id of a value, with the spelling that the evaluator gives it.
pub(in crate::sparql::vector) fn id_of(value: Value, terms: &Terms) -> Id {
    inline_id(&value).unwrap_or_else(|| terms.intern(Term::from(value)))
}

/// The id of a number or truth that stands in an id itself.
pub(in crate::sparql::vector) fn inline_id(value: &Value) -> Option<Id> {
    match value {
        Value::BooleanLiteral(value) => Id::of_inline(Inline::Boolean(bool::from(*value))),
        Value::IntegerLiteral(value) => Id::of_inline(Inline::Integer(i64::from(*value))),
        Value::DecimalLiteral(value) => decimal_id(i128::from_be_bytes(value.to_be_bytes())),
        _ => None,
    }
}

/// The id of so many parts of 10^-18, spelled without zeros at the end.
pub(in crate::sparql::vector) fn decimal_id(parts: i128) -> Option<Id> {
    let (mantissa, scale) = without_zeros(parts, DECIMAL_SCALE);
    Id::of_inline(Inline::Decimal { mantissa: i64::try_from(mantissa).ok()?, scale })
}

/// The same number with the fewest digits after the point.
pub(super) fn without_zeros(mut mantissa: i128, mut scale: u8) -> (i128, u8) {
    while scale >= 4 && mantissa % 10_000 == 0 && mantissa != 0 {
        (mantissa, scale) = (mantissa / 10_000, scale - 4);
    }
    while scale > 0 && mantissa % 10 == 0 {
        (mantissa, scale) = (mantissa / 10, scale - 1);
    }
    (mantissa, scale)
}

/// The same term as its value is spelled: what an id becomes that passes through an operator unchanged.
pub(in crate::sparql::vector) fn respelled(id: Id, terms: &Terms) -> Id {
    match id.inline() {
        Some(Inline::Decimal { mantissa, scale }) => {
            let (mantissa, scale) = without_zeros(mantissa.into(), scale);
            let shorter = i64::try_from(mantissa).ok().map(|mantissa| Inline::Decimal { mantissa, scale });
            shorter.and_then(Id::of_inline).unwrap_or(id)
        }
        Some(_) => id,
        None if id.is_iri() || id.is_blank() => id,
        None => value_of(id, terms).map_or(Id::NONE, |value| id_of(value, terms)),
    }
}

/// The parts of 10^-18 that a decimal has.
pub(in crate::sparql::vector) fn parts_of(value: Decimal) -> i128 {
    i128::from_be_bytes(value.to_be_bytes())
}
