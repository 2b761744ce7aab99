//! Walks over Oxigraph's expressions: their parts, and what can be said of them without computing them.

use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, Term, Variable};
use spargebra::algebra::{Expression, Function};

use crate::sparql::algebra::parts;
use crate::store::{Id, Inline};

/// Calls `visit` with the expression and all its parts.
pub(super) fn walk(expression: &mut Expression, visit: &mut impl FnMut(&mut Expression)) {
    visit(expression);
    parts(expression).into_iter().for_each(|part| walk(part, visit));
}

/// How deep an expression is nested.
pub(super) fn depth(expression: &mut Expression) -> usize {
    1 + parts(expression).into_iter().map(depth).max().unwrap_or(0)
}

/// The conditions that all have to hold.
pub(super) fn conjuncts(expression: &Expression) -> Vec<&Expression> {
    match expression {
        Expression::And(left, right) => conjuncts(left).into_iter().chain(conjuncts(right)).collect(),
        other => vec![other],
    }
}

/// Whether an expression has a value in every solution, `is_bound` telling which variables have one.
pub(super) fn cannot_fail(expression: &Expression, is_bound: &dyn Fn(&Variable) -> bool) -> bool {
    match expression {
        Expression::NamedNode(_) | Expression::Literal(_) | Expression::Bound(_) | Expression::Exists(_) => true,
        Expression::Variable(variable) => is_bound(variable),
        Expression::Coalesce(list) => list.iter().any(|part| cannot_fail(part, is_bound)),
        _ => false,
    }
}

/// The name of a function whose value is another at every call.
pub(super) fn unsteady(expression: &Expression) -> Option<&'static str> {
    match expression {
        Expression::FunctionCall(Function::Rand, _) => Some("RAND"),
        Expression::FunctionCall(Function::Uuid | Function::StrUuid, _) => Some("UUID"),
        Expression::FunctionCall(Function::BNode, _) => Some("BNODE"),
        _ => None,
    }
}

/// The variable and the ids of a comparison with a day or an instant, whose ids order as they do.
pub(super) fn range(expression: &Expression) -> Option<(&Variable, Id, Id)> {
    let (variable, literal, is_below) = match expression {
        Expression::Less(a, b) | Expression::LessOrEqual(a, b) => match (&**a, &**b) {
            (Expression::Variable(variable), Expression::Literal(literal)) => (variable, literal, true),
            (Expression::Literal(literal), Expression::Variable(variable)) => (variable, literal, false),
            _ => return None,
        },
        Expression::Greater(a, b) | Expression::GreaterOrEqual(a, b) => match (&**a, &**b) {
            (Expression::Variable(variable), Expression::Literal(literal)) => (variable, literal, false),
            (Expression::Literal(literal), Expression::Variable(variable)) => (variable, literal, true),
            _ => return None,
        },
        _ => return None,
    };
    let bound = day(literal)?;
    let kind = bound.bits() >> 60 << 60;
    let (low, high) = (Id::from_bits(kind), Id::from_bits(kind | ((1 << 60) - 1)));
    Some(if is_below { (variable, low, bound) } else { (variable, bound, high) })
}

/// The variable and the terms one of which it is when the expression is true. IRIs and plain strings are equal only when
/// they are the same term, numbers and days are not.
pub(super) fn one_of(expression: &Expression) -> Option<(&Variable, Vec<Term>)> {
    let (tested, terms) = match expression {
        Expression::Equal(a, b) | Expression::SameTerm(a, b) => match (&**a, &**b) {
            (Expression::Variable(variable), term) | (term, Expression::Variable(variable)) => {
                (variable, std::slice::from_ref(term))
            }
            _ => return None,
        },
        Expression::In(tested, list) => match &**tested {
            Expression::Variable(variable) => (variable, &list[..]),
            _ => return None,
        },
        _ => return None,
    };
    let term = |expression: &Expression| match expression {
        Expression::NamedNode(node) => Some(Term::from(node.clone())),
        Expression::Literal(literal) => (literal.datatype() == xsd::STRING).then(|| literal.clone().into()),
        _ => None,
    };
    Some((tested, terms.iter().map(term).collect::<Option<_>>()?))
}

/// The id of a day without time zone.
fn day(literal: &Literal) -> Option<Id> {
    let value = Inline::parse(literal.value(), literal.datatype().as_str())?;
    matches!(value, Inline::Date(_)).then(|| Id::of_inline(value)).flatten()
}
