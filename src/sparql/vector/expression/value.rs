//! Values of ids and ids of values.
//!
//! An id stands for a term with its spelling; a value is what operators compute with, without its spelling. So an id
//! that a value gets is that of the value's own spelling, which is the one that the evaluator writes: `49.50` becomes
//! `49.5`. Numbers, days and truths cost no allocation in either direction.

use oxigraph::model::vocab::xsd;
use oxigraph::model::{Term, TermRef};
use oxsdatatypes::Decimal;
use spareval::ExpressionTerm as Value;

use super::text_test::TextTest;
use crate::sparql::dataset;
use crate::sparql::vector::Terms;
use crate::store::{Id, Inline};

/// Digits after the point that a decimal has in memory.
const DECIMAL_SCALE: u8 = 18;

/// The value of an id; nothing for an unbound variable.
pub(in crate::sparql::vector) fn value_of(id: Id, terms: &Terms) -> Option<Value> {
    id.inline()
        .and_then(dataset::expression)
        .or_else(|| terms.computed_decimal(id).map(|parts| Value::DecimalLiteral(decimal_of(parts))))
        .or_else(|| terms.term(id).map(Value::from))
}

/// What is known of an id: its value, or what a test of it says.
pub(super) enum Given {
    Value(Option<Value>),
    Answer(bool),
}

/// The values of some ids, read in the order of the ids; each with its place among them. Strings are offered to a test
/// first, whose answer is a value as well.
pub(super) fn each_value(
    ids: &[Id],
    terms: &Terms,
    test: Option<&TextTest<'_>>,
    mut use_value: impl FnMut(usize, Given),
) {
    let mut reader = terms.reader();
    for (at, id) in ids.iter().enumerate() {
        let value = match reader.read(*id) {
            Some(TermRef::Literal(literal))
                if let Some(test) = test
                    && (literal.datatype() == xsd::STRING || literal.language().is_some()) =>
            {
                use_value(at, Given::Answer(test.accepts(literal.value())));
                continue;
            }
            Some(TermRef::Literal(literal)) if literal.datatype() == xsd::STRING => {
                Some(Value::StringLiteral(literal.value().to_owned()))
            }
            Some(term) => Some(Value::from(term.into_owned())),
            None => value_of(*id, terms),
        };
        use_value(at, Given::Value(value));
    }
}

/// The id of a value, with the spelling that the evaluator gives it.
pub(in crate::sparql::vector) fn id_of(value: Value, terms: &Terms) -> Id {
    inline_id(&value).unwrap_or_else(|| match value {
        Value::DecimalLiteral(value) => terms.intern_decimal(parts_of(value)),
        value => terms.intern(Term::from(value)),
    })
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
    while scale >= 9 && mantissa % 1_000_000_000 == 0 && mantissa != 0 {
        (mantissa, scale) = (mantissa / 1_000_000_000, scale - 9);
    }
    if let Ok(narrow) = i64::try_from(mantissa) {
        let (narrow, scale) = narrow_without_zeros(narrow, scale);
        return (narrow.into(), scale);
    }
    while scale >= 4 && mantissa % 10_000 == 0 && mantissa != 0 {
        (mantissa, scale) = (mantissa / 10_000, scale - 4);
    }
    while scale > 0 && mantissa % 10 == 0 {
        (mantissa, scale) = (mantissa / 10, scale - 1);
    }
    (mantissa, scale)
}

fn narrow_without_zeros(mut mantissa: i64, mut scale: u8) -> (i64, u8) {
    while scale > 0 && mantissa % 10 == 0 {
        (mantissa, scale) = (mantissa / 10, scale - 1);
    }
    (mantissa, scale)
}

/// The same term as its value is spelled: what an id becomes that passes through an operator unchanged.
pub(in crate::sparql::vector) fn respelled(id: Id, terms: &Terms) -> Id {
    match id.inline() {
        Some(Inline::Decimal { mantissa, scale }) => {
            let (mantissa, scale) = narrow_without_zeros(mantissa, scale);
            Id::of_inline(Inline::Decimal { mantissa, scale }).unwrap_or(id)
        }
        Some(_) => id,
        None if id.is_iri() || id.is_blank() || terms.computed_decimal(id).is_some() => id,
        None => value_of(id, terms).map_or(Id::NONE, |value| id_of(value, terms)),
    }
}

/// The decimal of so many parts of 10^-18.
fn decimal_of(parts: i128) -> Decimal {
    Decimal::from_be_bytes(parts.to_be_bytes())
}

/// The parts of 10^-18 that a decimal has.
pub(in crate::sparql::vector) fn parts_of(value: Decimal) -> i128 {
    i128::from_be_bytes(value.to_be_bytes())
}
