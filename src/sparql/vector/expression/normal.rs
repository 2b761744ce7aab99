//! Expressions as the evaluator's optimizer leaves them.
//!
//! Two of its steps show in the answers. It computes what is constant, and a constant hands terms through with their
//! spelling where a computation would not: `COALESCE(?x, !false)` keeps `"1.50"`. And it orders the sides of a sum by a
//! hash, which decides between a value and an error: a duration can be added to a day, but not a day to a duration. The
//! rules are those of sparopt 0.3.9.

use oxigraph::model::Literal;
use oxigraph::model::vocab::xsd;
use spargebra::algebra::{Expression, Function};
use sparopt::algebra::Expression as Optimized;

/// The expression that the optimizer makes of one.
pub(super) fn normal(expression: &Expression) -> Expression {
    use Expression as E;
    let boxed = |inner: &Expression| Box::new(normal(inner));
    let all = |list: &[Expression]| list.iter().map(normal).collect::<Vec<_>>();
    match expression {
        E::Or(left, right) => joined([normal(left), normal(right)], true),
        E::And(left, right) => joined([normal(left), normal(right)], false),
        E::Not(inner) => negated(normal(inner)),
        E::Equal(left, right) => equal(normal(left), normal(right)),
        E::SameTerm(left, right) => same_term(normal(left), normal(right)),
        E::Greater(left, right) => E::Greater(boxed(left), boxed(right)),
        E::GreaterOrEqual(left, right) => E::GreaterOrEqual(boxed(left), boxed(right)),
        E::Less(left, right) => E::Less(boxed(left), boxed(right)),
        E::LessOrEqual(left, right) => E::LessOrEqual(boxed(left), boxed(right)),
        E::In(left, list) => is_in(normal(left), all(list)),
        E::Add(left, right) => sum(boxed(left), boxed(right)),
        E::Subtract(left, right) => E::Subtract(boxed(left), boxed(right)),
        E::Multiply(left, right) => E::Multiply(boxed(left), boxed(right)),
        E::Divide(left, right) => E::Divide(boxed(left), boxed(right)),
        E::UnaryPlus(inner) => E::UnaryPlus(boxed(inner)),
        E::UnaryMinus(inner) => E::UnaryMinus(boxed(inner)),
        E::If(condition, yes, no) => match (normal(condition), normal(yes), normal(no)) {
            (condition, yes, no) if truth(&condition).is_some() => {
                if truth(&condition) == Some(true) {
                    yes
                } else {
                    no
                }
            }
            (condition, yes, no) => E::If(Box::new(condition), Box::new(yes), Box::new(no)),
        },
        E::Coalesce(list) => E::Coalesce(all(list)),
        E::FunctionCall(function, arguments) => E::FunctionCall(function.clone(), all(arguments)),
        other => other.clone(),
    }
}

/// `||` when `decisive`, else `&&`.
fn joined(parts: [Expression; 2], decisive: bool) -> Expression {
    if parts.iter().any(|part| truth(part) == Some(decisive)) {
        return constant(decisive);
    }
    let mut open = parts.into_iter().filter(|part| truth(part).is_none());
    match (open.next(), open.next()) {
        (None, _) => constant(!decisive),
        (Some(only), None) if returns_boolean(&only) => only,
        (Some(only), None) => Expression::And(Box::new(only), Box::new(constant(true))),
        (Some(left), Some(right)) if decisive => Expression::Or(Box::new(left), Box::new(right)),
        (Some(left), Some(right)) => Expression::And(Box::new(left), Box::new(right)),
    }
}

fn negated(inner: Expression) -> Expression {
    match (truth(&inner), inner) {
        (Some(truth), _) => constant(!truth),
        (None, Expression::Not(inner)) if returns_boolean(&inner) => *inner,
        (None, inner) => Expression::Not(Box::new(inner)),
    }
}

fn equal(left: Expression, right: Expression) -> Expression {
    match (left, right) {
        (Expression::NamedNode(left), Expression::NamedNode(right)) => constant(left == right),
        (left, right) => Expression::Equal(Box::new(left), Box::new(right)),
    }
}

fn same_term(left: Expression, right: Expression) -> Expression {
    match (left, right) {
        (Expression::NamedNode(left), Expression::NamedNode(right)) => constant(left == right),
        (Expression::Literal(left), Expression::Literal(right)) if left == right => constant(true),
        (left, right) => Expression::SameTerm(Box::new(left), Box::new(right)),
    }
}

/// An IRI among others is found or told apart at once.
fn is_in(left: Expression, mut list: Vec<Expression>) -> Expression {
    if list.is_empty() && truth(&left).is_some() {
        return constant(false);
    }
    if let (Expression::NamedNode(_), false) = (&left, list.is_empty()) {
        if list.contains(&left) {
            return constant(true);
        }
        list.retain(|item| !matches!(item, Expression::NamedNode(_)));
        if list.is_empty() {
            return constant(false);
        }
    }
    Expression::In(Box::new(left), list)
}

fn sum(left: Box<Expression>, right: Box<Expression>) -> Expression {
    if is_turned(&left, &right) { Expression::Add(right, left) } else { Expression::Add(left, right) }
}

fn constant(truth: bool) -> Expression {
    Expression::Literal(Literal::from(truth))
}

/// The truth of a constant, as far as the optimizer sees it.
fn truth(expression: &Expression) -> Option<bool> {
    let Expression::Literal(literal) = expression else { return None };
    match (literal.datatype(), literal.value()) {
        (xsd::BOOLEAN, "true" | "1") => Some(true),
        (xsd::BOOLEAN, "false" | "0") => Some(false),
        (xsd::STRING, text) => Some(!text.is_empty()),
        _ => None,
    }
}

fn returns_boolean(expression: &Expression) -> bool {
    use Expression as E;
    use Function as F;
    match expression {
        E::Or(..) | E::And(..) | E::Equal(..) | E::SameTerm(..) | E::Greater(..) | E::GreaterOrEqual(..) => true,
        E::Less(..) | E::LessOrEqual(..) | E::Not(_) | E::Exists(_) | E::Bound(_) | E::In(..) => true,
        E::FunctionCall(F::IsBlank | F::IsIri | F::IsLiteral | F::IsNumeric, _) => true,
        E::Literal(literal) => literal.datatype() == xsd::BOOLEAN,
        E::If(_, yes, no) => returns_boolean(yes) && returns_boolean(no),
        _ => false,
    }
}

/// Whether it can be told how the optimizer orders the sides of all sums for which that matters: not when a side
/// depends on the pattern around it.
pub(super) fn is_settled(expression: &Expression) -> bool {
    let is_sum_settled = match expression {
        Expression::Add(left, right) if may_be_in_time(left) && may_be_in_time(right) => {
            optimized(left).is_some() && optimized(right).is_some()
        }
        _ => true,
    };
    is_sum_settled && parts(expression).into_iter().all(is_settled)
}

/// Whether the value may be a day, a time or a duration.
fn may_be_in_time(expression: &Expression) -> bool {
    use Expression as E;
    use Function as F;
    match expression {
        E::Variable(_) => true,
        E::Literal(literal) => {
            !matches!(literal.datatype(), xsd::INTEGER | xsd::DECIMAL | xsd::DOUBLE | xsd::FLOAT | xsd::STRING)
        }
        E::Add(left, right) | E::Subtract(left, right) => may_be_in_time(left) || may_be_in_time(right),
        E::UnaryPlus(inner) | E::UnaryMinus(inner) => may_be_in_time(inner),
        E::If(_, yes, no) => may_be_in_time(yes) || may_be_in_time(no),
        E::Coalesce(list) => list.iter().any(may_be_in_time),
        E::FunctionCall(F::Timezone | F::Adjust | F::StrDt | F::Custom(_), _) => true,
        _ => false,
    }
}

fn parts(expression: &Expression) -> Vec<&Expression> {
    use Expression as E;
    match expression {
        E::NamedNode(_) | E::Literal(_) | E::Variable(_) | E::Bound(_) | E::Exists(_) => Vec::new(),
        E::Or(left, right)
        | E::And(left, right)
        | E::Equal(left, right)
        | E::SameTerm(left, right)
        | E::Greater(left, right)
        | E::GreaterOrEqual(left, right)
        | E::Less(left, right)
        | E::LessOrEqual(left, right)
        | E::Add(left, right)
        | E::Subtract(left, right)
        | E::Multiply(left, right)
        | E::Divide(left, right) => vec![left, right],
        E::In(left, list) => std::iter::once(&**left).chain(list).collect(),
        E::UnaryPlus(inner) | E::UnaryMinus(inner) | E::Not(inner) => vec![inner],
        E::If(condition, yes, no) => vec![condition, yes, no],
        E::Coalesce(list) | E::FunctionCall(_, list) => list.iter().collect(),
    }
}

/// Whether the optimizer exchanges the sides of a sum; not where it cannot be told without the whole query.
fn is_turned(left: &Expression, right: &Expression) -> bool {
    let (Some(left), Some(right)) = (optimized(left), optimized(right)) else { return false };
    let sum = left.clone() + right;
    matches!(sum, Optimized::Add(first, _) if *first != left)
}

/// An expression as the optimizer normalizes it; nothing for those that depend on the pattern around them.
fn optimized(expression: &Expression) -> Option<Optimized> {
    use Expression as E;
    let both = |left: &Expression, right: &Expression| optimized(left).zip(optimized(right));
    let all = |list: &[Expression]| list.iter().map(optimized).collect::<Option<Vec<_>>>();
    Some(match expression {
        E::NamedNode(iri) => iri.clone().into(),
        E::Literal(literal) => literal.clone().into(),
        E::Variable(variable) => variable.clone().into(),
        E::Or(left, right) => both(left, right).map(|(left, right)| Optimized::or_all([left, right]))?,
        E::And(left, right) => both(left, right).map(|(left, right)| Optimized::and_all([left, right]))?,
        E::SameTerm(left, right) => both(left, right).map(|(left, right)| Optimized::same_term(left, right))?,
        E::Greater(left, right) => both(left, right).map(|(left, right)| Optimized::greater(left, right))?,
        E::GreaterOrEqual(left, right) => {
            both(left, right).map(|(left, right)| Optimized::greater_or_equal(left, right))?
        }
        E::Less(left, right) => both(left, right).map(|(left, right)| Optimized::less(left, right))?,
        E::LessOrEqual(left, right) => both(left, right).map(|(left, right)| Optimized::less_or_equal(left, right))?,
        E::Add(left, right) => both(left, right).map(|(left, right)| left + right)?,
        E::Subtract(left, right) => both(left, right).map(|(left, right)| left - right)?,
        E::Multiply(left, right) => both(left, right).map(|(left, right)| left * right)?,
        E::Divide(left, right) => both(left, right).map(|(left, right)| left / right)?,
        E::UnaryPlus(inner) => Optimized::unary_plus(optimized(inner)?),
        E::UnaryMinus(inner) => -optimized(inner)?,
        E::Not(inner) => !optimized(inner)?,
        E::If(condition, yes, no) => Optimized::if_cond(optimized(condition)?, optimized(yes)?, optimized(no)?),
        E::Coalesce(list) => Optimized::coalesce(all(list)?),
        E::FunctionCall(function, arguments) => Optimized::call(function.clone(), all(arguments)?),
        E::Equal(..) | E::In(..) | E::Bound(_) | E::Exists(_) => return None,
    })
}
