//! `+`, `-` and `*` of numbers that stand in their ids, without leaving them.
//!
//! The result is exact and so the evaluator's; where it does not fit into an id again, the full rules decide.

use super::arithmetic::Operation;
use crate::store::{Id, Inline};

/// Powers of ten up to 10^15.
const POWERS: [i64; 16] = powers();

const fn powers() -> [i64; 16] {
    let mut powers = [1; 16];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
}

/// A number in an id, as a whole number with so many digits after the point; an integer has no point.
#[derive(Clone, Copy)]
pub(super) struct Number {
    mantissa: i64,
    scale: u8,
    is_integer: bool,
}

impl Number {
    /// The number that stands in an id.
    pub fn of(id: Id) -> Option<Self> {
        match id.inline()? {
            Inline::Integer(mantissa) => Some(Self { mantissa, scale: 0, is_integer: true }),
            Inline::Decimal { mantissa, scale } => Some(Self { mantissa, scale, is_integer: false }),
            _ => None,
        }
    }

    /// The id of the operation's result; nothing when the full rules are needed.
    pub fn calculate(self, operation: Operation, other: Self) -> Option<Id> {
        let is_integer = self.is_integer && other.is_integer;
        let (mantissa, scale) = match operation {
            Operation::Multiply => (self.mantissa.checked_mul(other.mantissa)?, self.scale + other.scale),
            Operation::Add => {
                let (left, right, scale) = self.aligned(other)?;
                (left.checked_add(right)?, scale)
            }
            Operation::Subtract => {
                let (left, right, scale) = self.aligned(other)?;
                (left.checked_sub(right)?, scale)
            }
            Operation::Divide => return None,
        };
        Id::of_inline(if is_integer { Inline::Integer(mantissa) } else { Inline::Decimal { mantissa, scale } })
    }

    /// The id of the number with the other sign.
    pub fn negated(self) -> Option<Id> {
        let (mantissa, scale) = (self.mantissa.checked_neg()?, self.scale);
        Id::of_inline(if self.is_integer { Inline::Integer(mantissa) } else { Inline::Decimal { mantissa, scale } })
    }

    /// Both mantissas with as many digits after the point.
    fn aligned(self, other: Self) -> Option<(i64, i64, u8)> {
        let scale = self.scale.max(other.scale);
        let shifted = |number: Self| number.mantissa.checked_mul(POWERS[usize::from(scale - number.scale) % 16]);
        Some((shifted(self)?, shifted(other)?, scale))
    }
}
