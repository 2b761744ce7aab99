//! `+`, `-`, `*`, `/` and rounding of numbers that stand in their ids, without leaving them.
//!
//! The result is exact and so the evaluator's; where it does not fit into an id again, the full rules decide.

use spargebra::algebra::Function;

use super::arithmetic::Operation;
use super::value::decimal_id;
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
    #[inline]
    pub fn of(id: Id) -> Option<Self> {
        match id.inline()? {
            Inline::Integer(mantissa) => Some(Self { mantissa, scale: 0, is_integer: true }),
            Inline::Decimal { mantissa, scale } => Some(Self { mantissa, scale, is_integer: false }),
            _ => None,
        }
    }

    /// The id of the operation's result; nothing when the full rules are needed.
    #[inline]
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
            Operation::Divide => return self.divided(other),
        };
        Id::of_inline(if is_integer { Inline::Integer(mantissa) } else { Inline::Decimal { mantissa, scale } })
    }

    /// The quotient as oxsdatatypes computes it: in parts of 10^-18, cut off. Nothing for zeros and for so many digits
    /// that it would find no room.
    #[inline]
    fn divided(self, other: Self) -> Option<Id> {
        let n_digits = other.mantissa.unsigned_abs().checked_ilog10()?;
        if self.mantissa == 0 || other.scale > 2 || u32::from(self.scale) + n_digits > u32::from(18 + other.scale) {
            return None;
        }
        let is_power = other.mantissa == POWERS[n_digits as usize % 16] && other.scale == 0 && n_digits < 16;
        if is_power && u32::from(self.scale) + n_digits < 16 {
            return Id::of_inline(Inline::Decimal { mantissa: self.mantissa, scale: self.scale + n_digits as u8 });
        }
        let parts = i128::from(self.mantissa) * 10i128.pow(u32::from(18 + other.scale - self.scale));
        decimal_id(parts / i128::from(other.mantissa))
    }

    /// The id of the number without digits after the point, or without its sign; nothing when the full rules are needed.
    #[inline]
    pub fn rounded(self, function: &Function) -> Option<Id> {
        let unit = POWERS[usize::from(self.scale) % 16];
        let (mantissa, scale) = match function {
            Function::Abs => (self.mantissa.checked_abs()?, self.scale),
            Function::Floor => (self.mantissa.div_euclid(unit), 0),
            Function::Ceil => (-(-self.mantissa).div_euclid(unit), 0),
            _ if self.scale == 0 => (self.mantissa, 0),
            _ => return None,
        };
        Id::of_inline(if self.is_integer { Inline::Integer(mantissa) } else { Inline::Decimal { mantissa, scale } })
    }

    /// The id of the number with the other sign.
    pub fn negated(self) -> Option<Id> {
        let (mantissa, scale) = (self.mantissa.checked_neg()?, self.scale);
        Id::of_inline(if self.is_integer { Inline::Integer(mantissa) } else { Inline::Decimal { mantissa, scale } })
    }

    /// Both mantissas with as many digits after the point.
    #[inline]
    fn aligned(self, other: Self) -> Option<(i64, i64, u8)> {
        let scale = self.scale.max(other.scale);
        let shifted = |number: Self| number.mantissa.checked_mul(POWERS[usize::from(scale - number.scale) % 16]);
        Some((shifted(self)?, shifted(other)?, scale))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use spareval::ExpressionTerm as Value;

    use super::super::arithmetic::{calculate, rounded};
    use super::*;
    use crate::sparql::dataset::expression;
    use crate::sparql::vector::expression::parts_of;

    fn numbers() -> impl Strategy<Value = Inline> {
        let mantissas = prop_oneof![
            -50i64..50,
            (-30i64..30).prop_map(|it| it * 1000),
            (0..17u32, -1i64..2).prop_map(|(power, sign)| sign * 10i64.pow(power)),
            -(1i64 << 54)..1 << 54,
        ];
        (mantissas, 0..16u8, any::<bool>()).prop_map(|(mantissa, scale, is_integer)| match is_integer {
            true => Inline::Integer(mantissa),
            false => Inline::Decimal { mantissa, scale },
        })
    }

    /// The datatype and the parts of 10^-18, whatever the spelling.
    fn parts(value: &Value) -> Option<(bool, i128)> {
        match value {
            Value::IntegerLiteral(value) => Some((true, i64::from(*value).into())),
            Value::DecimalLiteral(value) => Some((false, parts_of(*value))),
            _ => None,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn numbers_in_ids_are_what_the_full_rules_give(left in numbers(), right in numbers()) {
            let ids = [left, right].map(|value| Id::of_inline(value).unwrap());
            let values = [left, right].map(|value| expression(value).unwrap());
            let [one, other] = ids.map(|id| Number::of(id).unwrap());
            let is_as = |found: Id, expected: Option<Value>| {
                let found = found.inline().and_then(expression);
                prop_assert_eq!(found.as_ref().and_then(parts), expected.as_ref().and_then(parts), "{:?} {:?}", left, right);
                Ok(())
            };
            for operation in [Operation::Add, Operation::Subtract, Operation::Multiply, Operation::Divide] {
                if let Some(found) = one.calculate(operation, other) {
                    is_as(found, calculate(operation, &values[0], &values[1]))?;
                }
            }
            for function in [Function::Abs, Function::Ceil, Function::Floor, Function::Round] {
                if let Some(found) = one.rounded(&function) {
                    is_as(found, rounded(&function, &values[0]))?;
                }
            }
        }
    }
}
