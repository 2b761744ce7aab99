//! `ORDER BY` on values of many kinds, in one order whatever comes.
//!
//! Comes in: the algebra of a query, for Oxigraph's evaluator. Leaves: the same with a class before each key that it
//! sorts by. SPARQL leaves open how `10`, `"9"` and a day order among each other; an order that is decided pair by pair
//! (`9 < 10` by value, `"10" < "9"` by text) goes round in circles, gives other rows to another sort, and may end a sort
//! with a panic. Values of one class all compare with each other, and classes have an order, here and in columns.

use std::borrow::Cow;

use oxigraph::model::{Literal, Term, Variable};
use oxigraph::sparql::SparqlEvaluator;
use spareval::ExpressionTerm as Value;
use spargebra::algebra::{Expression, Function, GraphPattern, OrderExpression};

use crate::ontology;
use crate::sparql::algebra::{children, pattern_of};

/// A class of values that compare with each other: its number, and what sets it apart from others of that number.
#[derive(PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct OrderClass(u8, Cow<'static, str>);

impl OrderClass {
    /// The class of a value: blank nodes, IRIs, numbers, those that are not a number, truths, instants and days without
    /// and with a time zone, durations, strings, strings by language, then other datatypes.
    pub(super) fn of(value: &Value) -> Self {
        let all = |number| Self(number, Cow::Borrowed(""));
        match value {
            Value::BlankNode(_) => all(0),
            Value::NamedNode(_) => all(1),
            Value::FloatLiteral(value) if value.is_nan() => all(3),
            Value::DoubleLiteral(value) if value.is_nan() => all(3),
            Value::IntegerLiteral(_) | Value::DecimalLiteral(_) | Value::FloatLiteral(_) | Value::DoubleLiteral(_) => {
                all(2)
            }
            Value::BooleanLiteral(_) => all(4),
            Value::DateTimeLiteral(time) => all(5 + u8::from(time.timezone_offset().is_some())),
            Value::DateLiteral(date) => all(7 + u8::from(date.timezone_offset().is_some())),
            Value::TimeLiteral(time) => all(9 + u8::from(time.timezone_offset().is_some())),
            Value::GYearMonthLiteral(month) => all(11 + u8::from(month.timezone_offset().is_some())),
            Value::GYearLiteral(year) => all(13 + u8::from(year.timezone_offset().is_some())),
            Value::GMonthDayLiteral(day) => all(15 + u8::from(day.timezone_offset().is_some())),
            Value::GMonthLiteral(month) => all(17 + u8::from(month.timezone_offset().is_some())),
            Value::GDayLiteral(day) => all(19 + u8::from(day.timezone_offset().is_some())),
            Value::YearMonthDurationLiteral(_) => all(21),
            Value::DayTimeDurationLiteral(_) => all(22),
            // a month is neither shorter nor longer than 30 days, so that each has a class of its own
            Value::DurationLiteral(value) => Self(23, value.to_string().into()),
            Value::StringLiteral(_) => all(24),
            Value::LangStringLiteral { language, .. } => Self(25, language.clone().into()),
            Value::OtherTypedLiteral { datatype, .. } => Self(26, datatype.as_str().to_owned().into()),
        }
    }

    fn as_literal(&self) -> Literal {
        Literal::from(format!("{:02}{}", self.0, self.1))
    }
}

/// The evaluator with the function that [`with_classes`] calls.
pub(super) fn register(evaluator: SparqlEvaluator) -> SparqlEvaluator {
    evaluator.with_custom_function(ontology::ORDER_CLASS.into_owned(), |arguments: &[Term]| {
        let [value] = arguments else { return None };
        Some(OrderClass::of(&Value::from(value.clone())).as_literal().into())
    })
}

/// The query with a class before each key of `ORDER BY`; each key is computed once a row.
pub(super) fn with_classes(mut query: spargebra::Query) -> spargebra::Query {
    let mut n_keys = 0;
    order_by_classes(pattern_of(&mut query), &mut n_keys);
    query
}

fn order_by_classes(pattern: &mut GraphPattern, n_keys: &mut usize) {
    children(pattern).into_iter().for_each(|child| order_by_classes(child, n_keys));
    let GraphPattern::OrderBy { inner, expression: keys } = pattern else { return };
    let mut extend = |expression: Expression, what: &str| {
        // no variable of a query has a space
        let variable = Variable::new_unchecked(format!("{what} {n_keys}"));
        *n_keys += 1;
        **inner = GraphPattern::Extend {
            inner: Box::new(std::mem::take(&mut **inner)),
            variable: variable.clone(),
            expression,
        };
        Expression::Variable(variable)
    };
    let mut classed = Vec::with_capacity(2 * keys.len());
    for key in keys.drain(..) {
        let direction =
            if matches!(key, OrderExpression::Asc(_)) { OrderExpression::Asc } else { OrderExpression::Desc };
        let (OrderExpression::Asc(key) | OrderExpression::Desc(key)) = key;
        let key = if matches!(key, Expression::Variable(_)) { key } else { extend(key, "key") };
        let class = Function::Custom(ontology::ORDER_CLASS.into_owned());
        let class = extend(Expression::FunctionCall(class, vec![key.clone()]), "class");
        classed.extend([direction(class), direction(key)]);
    }
    *keys = classed;
}

#[cfg(test)]
mod tests {
    use oxigraph::model::vocab::xsd;

    use super::*;

    fn class(text: &str, datatype: oxigraph::model::NamedNodeRef<'_>) -> OrderClass {
        OrderClass::of(&Value::from(Term::from(Literal::new_typed_literal(text, datatype))))
    }

    #[test]
    fn numbers_are_one_class_and_what_does_not_compare_is_apart() {
        assert_eq!(class("10", xsd::INTEGER), class("9.5", xsd::DECIMAL));
        assert_eq!(class("10", xsd::INTEGER), class("1e1", xsd::DOUBLE));
        let apart = [
            class("10", xsd::INTEGER),
            class("NaN", xsd::DOUBLE),
            class("true", xsd::BOOLEAN),
            class("2016-01-01T00:00:00", xsd::DATE_TIME),
            class("2016-01-01T00:00:00Z", xsd::DATE_TIME),
            class("2016-01-01", xsd::DATE),
            class("P1M", xsd::DURATION),
            class("P30D", xsd::DURATION),
            class("10", xsd::STRING),
            class("ten", xsd::INTEGER),
        ];
        assert!(apart.is_sorted_by(|left, right| left < right), "{apart:?}");
    }
}
