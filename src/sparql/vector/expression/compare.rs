//! Equality, order and truth of values, as SPARQL's operators see them.
//!
//! Comes in: two values. Leaves: the operator's result, `None` where SPARQL has an error. Numbers are promoted from
//! integer over decimal to float and double before they are compared; a literal whose datatype is unknown, or whose
//! spelling is not one of its datatype, equals nothing but itself and does not differ from anything either.
//!
//! The rules are those of spareval 0.2.9, to the letter: also where its order is none (`10`, `"9"` and `"a"`).

use std::cmp::Ordering;

use oxigraph::model::Term;
use oxsdatatypes::{Boolean, Decimal, Double, Float, Integer};
use spareval::ExpressionTerm as Value;

/// Two numbers of one datatype.
#[derive(Clone, Copy)]
pub(super) enum Numbers {
    Integer(Integer, Integer),
    Decimal(Decimal, Decimal),
    Float(Float, Float),
    Double(Double, Double),
}

impl Numbers {
    /// Both, promoted to the wider datatype of the two; nothing if one of them is no number.
    pub fn of(left: &Value, right: &Value) -> Option<Self> {
        Some(match (left, right) {
            (Value::IntegerLiteral(left), Value::IntegerLiteral(right)) => Self::Integer(*left, *right),
            (Value::DoubleLiteral(_), _) | (_, Value::DoubleLiteral(_)) => Self::Double(double(left)?, double(right)?),
            (Value::FloatLiteral(_), _) | (_, Value::FloatLiteral(_)) => Self::Float(float(left)?, float(right)?),
            _ => Self::Decimal(decimal(left)?, decimal(right)?),
        })
    }

    fn are_equal(self) -> bool {
        match self {
            Self::Integer(left, right) => left == right,
            Self::Decimal(left, right) => left == right,
            Self::Float(left, right) => left == right,
            Self::Double(left, right) => left == right,
        }
    }

    fn order(self) -> Option<Ordering> {
        match self {
            Self::Integer(left, right) => left.partial_cmp(&right),
            Self::Decimal(left, right) => left.partial_cmp(&right),
            Self::Float(left, right) => left.partial_cmp(&right),
            Self::Double(left, right) => left.partial_cmp(&right),
        }
    }
}

fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::IntegerLiteral(value) => Some((*value).into()),
        Value::DecimalLiteral(value) => Some(*value),
        _ => None,
    }
}

fn float(value: &Value) -> Option<Float> {
    match value {
        Value::IntegerLiteral(value) => Some((*value).into()),
        Value::DecimalLiteral(value) => Some((*value).into()),
        Value::FloatLiteral(value) => Some(*value),
        _ => None,
    }
}

fn double(value: &Value) -> Option<Double> {
    match value {
        Value::IntegerLiteral(value) => Some((*value).into()),
        Value::DecimalLiteral(value) => Some((*value).into()),
        Value::FloatLiteral(value) => Some((*value).into()),
        Value::DoubleLiteral(value) => Some(*value),
        _ => None,
    }
}

/// `left = right`.
pub(super) fn equal(left: &Value, right: &Value) -> Option<bool> {
    if let Some(numbers) = Numbers::of(left, right) {
        return Some(numbers.are_equal());
    }
    match (left, right) {
        (Value::NamedNode(_) | Value::BlankNode(_) | Value::LangStringLiteral { .. }, _) => Some(left == right),
        (Value::OtherTypedLiteral { .. }, Value::OtherTypedLiteral { .. }) if left == right => Some(true),
        (Value::OtherTypedLiteral { .. }, other) => {
            let is_apart = matches!(other, Value::NamedNode(_) | Value::BlankNode(_) | Value::LangStringLiteral { .. });
            is_apart.then_some(false)
        }
        (_, Value::OtherTypedLiteral { .. }) => None,
        _ => Some(duration_order(left, right).map_or_else(|| left == right, |durations| durations.are_equal)),
    }
}

/// What `<`, `<=`, `>` and `>=` ask for.
pub(super) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    if left == right {
        return Some(Ordering::Equal);
    }
    literal_order(left, right)
}

fn literal_order(left: &Value, right: &Value) -> Option<Ordering> {
    if let Some(numbers) = Numbers::of(left, right) {
        return numbers.order();
    }
    match (left, right) {
        (Value::StringLiteral(left), Value::StringLiteral(right)) => Some(left.cmp(right)),
        (
            Value::LangStringLiteral { value: left, language: left_language },
            Value::LangStringLiteral { value: right, language: right_language },
        ) => (left_language == right_language).then(|| left.cmp(right)),
        (Value::DateTimeLiteral(left), Value::DateTimeLiteral(right)) => left.partial_cmp(right),
        (Value::TimeLiteral(left), Value::TimeLiteral(right)) => left.partial_cmp(right),
        (Value::DateLiteral(left), Value::DateLiteral(right)) => left.partial_cmp(right),
        (Value::GYearMonthLiteral(left), Value::GYearMonthLiteral(right)) => left.partial_cmp(right),
        (Value::GYearLiteral(left), Value::GYearLiteral(right)) => left.partial_cmp(right),
        (Value::GMonthDayLiteral(left), Value::GMonthDayLiteral(right)) => left.partial_cmp(right),
        (Value::GDayLiteral(left), Value::GDayLiteral(right)) => left.partial_cmp(right),
        (Value::GMonthLiteral(left), Value::GMonthLiteral(right)) => left.partial_cmp(right),
        _ => duration_order(left, right)?.order,
    }
}

struct Durations {
    are_equal: bool,
    order: Option<Ordering>,
}

/// Durations of all three datatypes compare with each other; nothing for other values.
fn duration_order(left: &Value, right: &Value) -> Option<Durations> {
    macro_rules! against {
        ($left:expr) => {
            match right {
                Value::DurationLiteral(right) => ($left == right, $left.partial_cmp(right)),
                Value::YearMonthDurationLiteral(right) => ($left == right, $left.partial_cmp(right)),
                Value::DayTimeDurationLiteral(right) => ($left == right, $left.partial_cmp(right)),
                _ => return None,
            }
        };
    }
    let (are_equal, order) = match left {
        Value::DurationLiteral(left) => against!(left),
        Value::YearMonthDurationLiteral(left) => against!(left),
        Value::DayTimeDurationLiteral(left) => against!(left),
        _ => return None,
    };
    Some(Durations { are_equal, order })
}

/// The order of `MIN` and `MAX`, and of `ORDER BY` within one class: nothing, blank nodes, IRIs, literals; literals that
/// do not compare order by their text, then their datatype, then their language.
pub(in crate::sparql::vector) fn sort_order(left: Option<&Value>, right: Option<&Value>) -> Ordering {
    let (Some(left), Some(right)) = (left, right) else { return left.is_some().cmp(&right.is_some()) };
    match (left, right) {
        (Value::BlankNode(left), Value::BlankNode(right)) => left.as_str().cmp(right.as_str()),
        (Value::NamedNode(left), Value::NamedNode(right)) => left.as_str().cmp(right.as_str()),
        _ if rank(left) != rank(right) || rank(left) < LITERAL => rank(left).cmp(&rank(right)),
        _ => literal_order(left, right).unwrap_or_else(|| text_order(left, right)),
    }
}

const LITERAL: u8 = 2;

fn rank(value: &Value) -> u8 {
    match value {
        Value::BlankNode(_) => 0,
        Value::NamedNode(_) => 1,
        _ => LITERAL,
    }
}

fn text_order(left: &Value, right: &Value) -> Ordering {
    match (Term::from(left.clone()), Term::from(right.clone())) {
        (Term::Literal(left), Term::Literal(right)) => {
            (left.value(), left.datatype(), left.language()).cmp(&(right.value(), right.datatype(), right.language()))
        }
        _ => Ordering::Equal,
    }
}

/// The effective boolean value.
pub(in crate::sparql::vector) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::BooleanLiteral(value) => Some((*value).into()),
        Value::StringLiteral(value) => Some(!value.is_empty()),
        Value::FloatLiteral(value) => Some(Boolean::from(*value).into()),
        Value::DoubleLiteral(value) => Some(Boolean::from(*value).into()),
        Value::IntegerLiteral(value) => Some(Boolean::from(*value).into()),
        Value::DecimalLiteral(value) => Some(Boolean::from(*value).into()),
        _ => None,
    }
}
