//! On which side of a sum the evaluator's optimizer puts what.
//!
//! It orders the sides by a hash, and since a duration can be added to a day but not a day to a duration, that decides
//! between a value and an error. So the optimizer is asked.

use spargebra::algebra::Expression;
use sparopt::algebra::Expression as Optimized;

/// Whether the optimizer exchanges the sides of a sum; not where it cannot be told without the whole query.
pub(super) fn is_turned(left: &Expression, right: &Expression) -> bool {
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
