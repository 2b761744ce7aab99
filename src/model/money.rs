//! Exact money, so that sums do not depend on the order of adding.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Neg, Sub};

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// An amount in ten-thousandths of a currency's unit, in eight bytes. Sums are exact and associative; beyond
/// ±922 × 10¹² units they stop at the end of the range.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The amount, rounded half to even at the fourth decimal; `None` beyond the range.
    pub fn from_decimal(amount: Decimal) -> Option<Self> {
        let scaled = amount.checked_mul(Decimal::from(10_000))?;
        scaled.round().to_i64().map(Self)
    }

    /// A whole number of units.
    pub fn from_units(units: i32) -> Self {
        Self(i64::from(units) * 10_000)
    }

    /// The number of units, for signals and ratios.
    pub fn value(self) -> f64 {
        self.0 as f64 / 10_000.0
    }

    /// Without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }
}

impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Money {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Money {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        let total: i128 = amounts.map(|amount| i128::from(amount.0)).sum();
        Self(i64::try_from(total).unwrap_or(if total < 0 { i64::MIN } else { i64::MAX }))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Decimal::new(self.0, 4).normalize().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cents_add_up_exactly_in_any_order() {
        let cents: Money = (0..1000).filter_map(|_| Money::from_decimal(Decimal::new(10, 2))).sum();
        assert_eq!(cents, Money::from_units(100));
        assert_eq!(cents.to_string(), "100");
        assert_eq!(Money::from_decimal(Decimal::MAX), None);
    }

    #[test]
    fn a_sum_beyond_the_range_stops_at_its_end() {
        let most = Money(i64::MAX);
        assert_eq!([most, most].into_iter().sum::<Money>(), most);
        assert_eq!([-most, -most].into_iter().sum::<Money>(), Money(i64::MIN));
    }
}
