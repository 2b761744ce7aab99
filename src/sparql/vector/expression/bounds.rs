//! Comparing a column with a constant number, day or instant, without looking into any term.
//!
//! A number of so many digits after the point is a whole number of units, and so the constant becomes, for each count
//! of digits, the least and the greatest whole number that the comparison accepts.

use spareval::ExpressionTerm as Value;

use super::node::Comparison;
use super::value::parts_of;
use crate::store::{Id, Inline};

/// Counts of digits after the point that a number in an id may have.
const N_SCALES: usize = 16;

/// What a comparison with a constant accepts.
pub(super) enum Bounds {
    /// By the digits after the point.
    Numbers(Box<[Range; N_SCALES]>),
    /// Days, in days.
    Days(Range),
    /// Instants, in seconds, with `Z` or without.
    Instants { range: Range, is_utc: bool },
}

/// The least and the greatest number accepted.
#[derive(Clone, Copy)]
pub(super) struct Range {
    least: i64,
    greatest: i64,
}

impl Range {
    fn of(comparison: Option<Comparison>, constant: i128, unit: i128) -> Self {
        let (quotient, is_exact) = (constant.div_euclid(unit), constant.rem_euclid(unit) == 0);
        let (below, at_least) = if is_exact { (quotient - 1, quotient) } else { (quotient, quotient + 1) };
        let (least, greatest) = match comparison {
            None if is_exact => (quotient, quotient),
            None => (1, 0),
            Some(Comparison::Less) => (i128::MIN, below),
            Some(Comparison::LessOrEqual) => (i128::MIN, quotient),
            Some(Comparison::Greater) => (quotient + 1, i128::MAX),
            Some(Comparison::GreaterOrEqual) => (at_least, i128::MAX),
        };
        let narrow = |wide: i128| wide.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
        Self { least: narrow(least), greatest: narrow(greatest) }
    }

    /// Whether a number lies in it.
    pub fn accepts(self, number: i64) -> bool {
        self.least <= number && number <= self.greatest
    }
}

impl Bounds {
    /// What `column comparison constant` accepts (`None`: equality); nothing when the constant is neither an integer
    /// nor a decimal nor a day or instant that stands in an id.
    pub fn of(comparison: Option<Comparison>, constant: &Value, id: Id) -> Option<Self> {
        let numbers = |parts: i128| {
            let range = |scale: u32| Range::of(comparison, parts, 10i128.pow(18 - scale));
            Self::Numbers(Box::new(std::array::from_fn(|scale| range(scale as u32))))
        };
        match (constant, id.inline()) {
            (Value::IntegerLiteral(value), _) => Some(numbers(i128::from(i64::from(*value)) * 10i128.pow(18))),
            (Value::DecimalLiteral(value), _) => Some(numbers(parts_of(*value))),
            (_, Some(Inline::Date(day))) => Some(Self::Days(Range::of(comparison, day.days().into(), 1))),
            (_, Some(Inline::DateTime { seconds, is_utc })) => {
                Some(Self::Instants { range: Range::of(comparison, seconds.into(), 1), is_utc })
            }
            _ => None,
        }
    }

    /// Whether the comparison accepts what stands in the id; nothing when it does not stand there or is of a kind that
    /// needs the full rules.
    pub fn accept(&self, id: Id) -> Option<bool> {
        let (range, number) = self.range(id.inline()?)?;
        Some(range.accepts(number))
    }

    /// The range that is asked of values of one kind, and the number that stands for this one.
    pub fn range(&self, value: Inline) -> Option<(Range, i64)> {
        Some(match (self, value) {
            (Self::Numbers(ranges), Inline::Decimal { mantissa, scale }) => {
                (ranges[usize::from(scale) % N_SCALES], mantissa)
            }
            (Self::Numbers(ranges), Inline::Integer(value)) => (ranges[0], value),
            (Self::Days(range), Inline::Date(day)) => (*range, day.days().into()),
            (Self::Instants { range, is_utc }, Inline::DateTime { seconds, is_utc: own }) if own == *is_utc => {
                (*range, seconds)
            }
            _ => return None,
        })
    }
}
