//! Sums and averages.

use oxsdatatypes::{Decimal, Double, Float, Integer};
use spareval::ExpressionTerm as Value;

use crate::sparql::vector::Terms;
use crate::sparql::vector::expression::{parts_of, value_of};
use crate::store::{Id, Inline};

const INTEGER: u8 = 0;
const DECIMAL: u8 = 1;
const FLOAT: u8 = 2;
const DOUBLE: u8 = 3;
const ERROR: u8 = 4;

/// Powers of ten up to 10^18.
const POWERS: [i64; 19] = powers();

const fn powers() -> [i64; 19] {
    let mut powers = [1; 19];
    let mut at = 1;
    while at < 19 {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
}

/// The sums of all groups.
#[derive(Default)]
pub(super) struct Sums {
    counts: Vec<i64>,
    /// The widest datatype seen, or that the sum is an error.
    widths: Vec<u8>,
    integers: Vec<i128>,
    /// In parts of 10^-18, as oxsdatatypes holds them.
    decimals: Vec<i128>,
    /// Allocated when the first one is seen.
    floats: Vec<f32>,
    doubles: Vec<f64>,
}

impl Sums {
    pub fn grow(&mut self, n_groups: usize) {
        self.counts.resize(n_groups, 0);
        self.widths.resize(n_groups, INTEGER);
        self.integers.resize(n_groups, 0);
        self.decimals.resize(n_groups, 0);
    }

    /// Adds the number of an id; an id of something else makes the sum an error.
    pub fn add(&mut self, group: u32, id: Id, terms: &Terms) {
        let group = group as usize;
        self.counts[group] += 1;
        match id.inline() {
            Some(Inline::Integer(value)) => self.integers[group] += i128::from(value),
            Some(Inline::Decimal { mantissa, scale }) => {
                let parts = i128::from(mantissa) * i128::from(POWERS[18 - usize::from(scale)]);
                self.add_decimal(group, parts);
            }
            Some(_) => self.widths[group] = ERROR,
            None => self.add_value(group, value_of(id, terms)),
        }
    }

    fn add_decimal(&mut self, group: usize, parts: i128) {
        match self.decimals[group].checked_add(parts) {
            Some(sum) => self.decimals[group] = sum,
            None => self.widths[group] = ERROR,
        }
        self.widen(group, DECIMAL);
    }

    fn widen(&mut self, group: usize, width: u8) {
        self.widths[group] = self.widths[group].max(width);
    }

    fn add_value(&mut self, group: usize, value: Option<Value>) {
        match value {
            Some(Value::IntegerLiteral(value)) => self.integers[group] += i128::from(i64::from(value)),
            Some(Value::DecimalLiteral(value)) => self.add_decimal(group, parts_of(value)),
            Some(Value::FloatLiteral(value)) => {
                self.floats.resize(self.counts.len(), 0.0);
                self.floats[group] += f32::from(value);
                self.widen(group, FLOAT);
            }
            Some(Value::DoubleLiteral(value)) => {
                self.doubles.resize(self.counts.len(), 0.0);
                self.doubles[group] += f64::from(value);
                self.widen(group, DOUBLE);
            }
            _ => self.widths[group] = ERROR,
        }
    }

    /// Adds the sums of others, whose group `i` is group `into[i]` here.
    pub fn merge(&mut self, others: &Self, into: &[u32]) {
        for (at, &group) in into.iter().enumerate().take(others.counts.len()) {
            let group = group as usize;
            self.counts[group] += others.counts[at];
            self.integers[group] += others.integers[at];
            if others.widths[at] >= DECIMAL {
                self.add_decimal(group, others.decimals[at]);
            }
            if let Some(&float) = others.floats.get(at) {
                self.floats.resize(self.counts.len(), 0.0);
                self.floats[group] += float;
            }
            if let Some(&double) = others.doubles.get(at) {
                self.doubles.resize(self.counts.len(), 0.0);
                self.doubles[group] += double;
            }
            self.widen(group, others.widths[at]);
        }
    }

    /// The sum of each group; nothing where it is an error.
    pub fn totals(&self) -> impl Iterator<Item = Option<Value>> {
        (0..self.counts.len()).map(|group| self.total(group))
    }

    fn total(&self, group: usize) -> Option<Value> {
        let integer = || i64::try_from(self.integers[group]).ok().map(Integer::from);
        let decimal = || Decimal::from_be_bytes(self.decimals[group].to_be_bytes()).checked_add(integer()?);
        let float = || Some(Float::from(decimal()?) + Float::from(*self.floats.get(group).unwrap_or(&0.0)));
        Some(match self.widths[group] {
            INTEGER => Value::IntegerLiteral(integer()?),
            DECIMAL => Value::DecimalLiteral(decimal()?),
            FLOAT => Value::FloatLiteral(float()?),
            DOUBLE => {
                let double = Double::from(*self.doubles.get(group).unwrap_or(&0.0));
                let narrower = if self.floats.is_empty() { Double::from(decimal()?) } else { Double::from(float()?) };
                Value::DoubleLiteral(narrower + double)
            }
            _ => return None,
        })
    }

    /// The average of each group; zero of nothing, and nothing where it is an error.
    pub fn averages(&self) -> impl Iterator<Item = Option<Value>> {
        (0..self.counts.len()).map(|group| self.average(group))
    }

    fn average(&self, group: usize) -> Option<Value> {
        let (total, count) = (self.total(group)?, Integer::from(self.counts[group]));
        if self.counts[group] == 0 {
            return Some(Value::IntegerLiteral(count));
        }
        Some(match total {
            Value::IntegerLiteral(sum) => Value::DecimalLiteral(Decimal::from(sum).checked_div(count)?),
            Value::DecimalLiteral(sum) => Value::DecimalLiteral(sum.checked_div(count)?),
            Value::FloatLiteral(sum) => Value::FloatLiteral(sum / Float::from(count)),
            Value::DoubleLiteral(sum) => Value::DoubleLiteral(sum / Double::from(count)),
            _ => return None,
        })
    }
}
