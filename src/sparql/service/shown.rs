//! Terms as messages show them, and the values that literals spell.

use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, Term};
use spargebra::term::TermPattern;

use crate::model::Day;
use crate::sparql::table::shortened;

/// A term of a pattern, with kagraph's prefixes.
pub(super) fn shown(term: &TermPattern) -> String {
    match term {
        TermPattern::NamedNode(node) => shortened(node.as_str()),
        TermPattern::BlankNode(_) => "[ … ]".to_owned(),
        TermPattern::Variable(variable) => variable.to_string(),
        TermPattern::Literal(literal) => shown_literal(literal),
    }
}

/// A term of the data, with kagraph's prefixes.
pub(super) fn shown_term(term: &Term) -> String {
    shown(&term.clone().into())
}

fn shown_literal(literal: &Literal) -> String {
    match literal.datatype() {
        xsd::INTEGER | xsd::DECIMAL | xsd::DOUBLE | xsd::BOOLEAN => literal.value().to_owned(),
        xsd::STRING => literal.to_string(),
        _ if literal.language().is_some() => literal.to_string(),
        datatype => format!("{}^^{}", Literal::from(literal.value()), shortened(datatype.as_str())),
    }
}

/// The number that a term of a pattern spells.
pub(super) fn number_of(term: &TermPattern) -> Option<f64> {
    if let TermPattern::Literal(literal) = term { number(literal) } else { None }
}

/// The finite number that a literal spells.
pub(super) fn number(literal: &Literal) -> Option<f64> {
    let is_number = [xsd::INTEGER, xsd::DECIMAL, xsd::DOUBLE, xsd::FLOAT].contains(&literal.datatype());
    literal.value().parse().ok().filter(|number: &f64| is_number && number.is_finite())
}

/// The day that a literal spells: a date, the date of an instant, or a plain string like one.
pub(super) fn day(literal: &Literal) -> Option<Day> {
    match literal.datatype() {
        xsd::DATE | xsd::DATE_TIME => literal.value().get(..10)?.parse().ok(),
        xsd::STRING => literal.value().parse().ok(),
        _ => None,
    }
}
