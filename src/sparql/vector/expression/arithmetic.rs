//! `+`, `-`, `*`, `/`, the signs, and rounding.
//!
//! Comes in: two values. Leaves: their sum, difference, product or quotient, `None` where SPARQL has an error: no
//! numbers, an overflow, a division by zero. Numbers are promoted as in [`compare`](super::compare); days and instants
//! take durations, and their difference is one. Rounding and overflow are those of oxsdatatypes.

use oxsdatatypes::Decimal;
use spareval::ExpressionTerm as Value;
use spargebra::algebra::Function;

use super::compare::Numbers;

/// An operation on two values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// The result of an operation.
pub(super) fn calculate(operation: Operation, left: &Value, right: &Value) -> Option<Value> {
    match (Numbers::of(left, right), operation) {
        (Some(numbers), _) => on_numbers(operation, numbers),
        (None, Operation::Add) => add_in_time(left, right),
        (None, Operation::Subtract) => subtract_in_time(left, right),
        (None, Operation::Multiply | Operation::Divide) => None,
    }
}

fn on_numbers(operation: Operation, numbers: Numbers) -> Option<Value> {
    use Operation::{Add, Divide, Multiply, Subtract};
    Some(match (numbers, operation) {
        (Numbers::Integer(left, right), Add) => Value::IntegerLiteral(left.checked_add(right)?),
        (Numbers::Integer(left, right), Subtract) => Value::IntegerLiteral(left.checked_sub(right)?),
        (Numbers::Integer(left, right), Multiply) => Value::IntegerLiteral(left.checked_mul(right)?),
        (Numbers::Integer(left, right), Divide) => Value::DecimalLiteral(Decimal::from(left).checked_div(right)?),
        (Numbers::Decimal(left, right), Add) => Value::DecimalLiteral(left.checked_add(right)?),
        (Numbers::Decimal(left, right), Subtract) => Value::DecimalLiteral(left.checked_sub(right)?),
        (Numbers::Decimal(left, right), Multiply) => Value::DecimalLiteral(left.checked_mul(right)?),
        (Numbers::Decimal(left, right), Divide) => Value::DecimalLiteral(left.checked_div(right)?),
        (Numbers::Float(left, right), Add) => Value::FloatLiteral(left + right),
        (Numbers::Float(left, right), Subtract) => Value::FloatLiteral(left - right),
        (Numbers::Float(left, right), Multiply) => Value::FloatLiteral(left * right),
        (Numbers::Float(left, right), Divide) => Value::FloatLiteral(left / right),
        (Numbers::Double(left, right), Add) => Value::DoubleLiteral(left + right),
        (Numbers::Double(left, right), Subtract) => Value::DoubleLiteral(left - right),
        (Numbers::Double(left, right), Multiply) => Value::DoubleLiteral(left * right),
        (Numbers::Double(left, right), Divide) => Value::DoubleLiteral(left / right),
    })
}

/// Durations with durations, and a point in time with a duration, on whatever side of the datatype table they stand.
macro_rules! in_time {
    ($left:expr, $right:expr, $same:ident, $duration:ident, $months:ident, $seconds:ident) => {
        match ($left, $right) {
            (Value::YearMonthDurationLiteral(left), Value::YearMonthDurationLiteral(right)) => {
                left.$same(*right).map(Value::YearMonthDurationLiteral)
            }
            (Value::DayTimeDurationLiteral(left), Value::DayTimeDurationLiteral(right)) => {
                left.$same(*right).map(Value::DayTimeDurationLiteral)
            }
            (Value::DateTimeLiteral(time), Value::DurationLiteral(by)) => {
                time.$duration(*by).map(Value::DateTimeLiteral)
            }
            (Value::DateTimeLiteral(time), Value::YearMonthDurationLiteral(by)) => {
                time.$months(*by).map(Value::DateTimeLiteral)
            }
            (Value::DateTimeLiteral(time), Value::DayTimeDurationLiteral(by)) => {
                time.$seconds(*by).map(Value::DateTimeLiteral)
            }
            (Value::DateLiteral(date), Value::DurationLiteral(by)) => date.$duration(*by).map(Value::DateLiteral),
            (Value::DateLiteral(date), Value::YearMonthDurationLiteral(by)) => {
                date.$months(*by).map(Value::DateLiteral)
            }
            (Value::DateLiteral(date), Value::DayTimeDurationLiteral(by)) => date.$seconds(*by).map(Value::DateLiteral),
            (Value::TimeLiteral(time), Value::DurationLiteral(by)) => time.$duration(*by).map(Value::TimeLiteral),
            (Value::TimeLiteral(time), Value::DayTimeDurationLiteral(by)) => time.$seconds(*by).map(Value::TimeLiteral),
            (left, right) => duration(left)?.$same(duration(right)?).map(Value::DurationLiteral),
        }
    };
}

fn add_in_time(left: &Value, right: &Value) -> Option<Value> {
    in_time!(
        left,
        right,
        checked_add,
        checked_add_duration,
        checked_add_year_month_duration,
        checked_add_day_time_duration
    )
}

fn subtract_in_time(left: &Value, right: &Value) -> Option<Value> {
    match (left, right) {
        (Value::DateTimeLiteral(left), Value::DateTimeLiteral(right)) => {
            left.checked_sub(*right).map(Value::DayTimeDurationLiteral)
        }
        (Value::DateLiteral(left), Value::DateLiteral(right)) => {
            left.checked_sub(*right).map(Value::DayTimeDurationLiteral)
        }
        (Value::TimeLiteral(left), Value::TimeLiteral(right)) => {
            left.checked_sub(*right).map(Value::DayTimeDurationLiteral)
        }
        _ => in_time!(
            left,
            right,
            checked_sub,
            checked_sub_duration,
            checked_sub_year_month_duration,
            checked_sub_day_time_duration
        ),
    }
}

fn duration(value: &Value) -> Option<oxsdatatypes::Duration> {
    match value {
        Value::DurationLiteral(value) => Some(*value),
        Value::YearMonthDurationLiteral(value) => Some((*value).into()),
        Value::DayTimeDurationLiteral(value) => Some((*value).into()),
        _ => None,
    }
}

/// `ABS`, `CEIL`, `FLOOR` or `ROUND`; nothing for what is no number, on overflow, and for other functions. Doubles keep
/// the sign of what is no number, by which the evaluator tells two of them apart.
pub(super) fn rounded(function: &Function, value: &Value) -> Option<Value> {
    use Function as F;
    Some(match (function, value) {
        (F::Abs, Value::IntegerLiteral(value)) => Value::IntegerLiteral(value.checked_abs()?),
        (F::Ceil | F::Floor | F::Round, Value::IntegerLiteral(value)) => Value::IntegerLiteral(*value),
        (F::Abs, Value::DecimalLiteral(value)) => Value::DecimalLiteral(value.checked_abs()?),
        (F::Ceil, Value::DecimalLiteral(value)) => Value::DecimalLiteral(value.checked_ceil()?),
        (F::Floor, Value::DecimalLiteral(value)) => Value::DecimalLiteral(value.checked_floor()?),
        (F::Round, Value::DecimalLiteral(value)) => Value::DecimalLiteral(value.checked_round()?),
        (F::Abs, Value::FloatLiteral(value)) => Value::FloatLiteral(value.abs()),
        (F::Ceil, Value::FloatLiteral(value)) => Value::FloatLiteral(value.ceil()),
        (F::Floor, Value::FloatLiteral(value)) => Value::FloatLiteral(value.floor()),
        (F::Round, Value::FloatLiteral(value)) => Value::FloatLiteral(value.round()),
        (F::Abs, Value::DoubleLiteral(value)) => Value::DoubleLiteral(value.abs()),
        (F::Ceil, Value::DoubleLiteral(value)) => Value::DoubleLiteral(value.ceil()),
        (F::Floor, Value::DoubleLiteral(value)) => Value::DoubleLiteral(value.floor()),
        (F::Round, Value::DoubleLiteral(value)) => Value::DoubleLiteral(value.round()),
        _ => return None,
    })
}

/// `-value`.
pub(super) fn negate(value: &Value) -> Option<Value> {
    Some(match value {
        Value::FloatLiteral(value) => Value::FloatLiteral(-*value),
        Value::DoubleLiteral(value) => Value::DoubleLiteral(-*value),
        Value::IntegerLiteral(value) => Value::IntegerLiteral(value.checked_neg()?),
        Value::DecimalLiteral(value) => Value::DecimalLiteral(value.checked_neg()?),
        Value::DurationLiteral(value) => Value::DurationLiteral(value.checked_neg()?),
        Value::YearMonthDurationLiteral(value) => Value::YearMonthDurationLiteral(value.checked_neg()?),
        Value::DayTimeDurationLiteral(value) => Value::DayTimeDurationLiteral(value.checked_neg()?),
        _ => return None,
    })
}

/// `+value`.
pub(super) fn keep_sign(value: Value) -> Option<Value> {
    let is_signed = matches!(
        value,
        Value::FloatLiteral(_)
            | Value::DoubleLiteral(_)
            | Value::IntegerLiteral(_)
            | Value::DecimalLiteral(_)
            | Value::DurationLiteral(_)
            | Value::YearMonthDurationLiteral(_)
            | Value::DayTimeDurationLiteral(_)
    );
    is_signed.then_some(value)
}
