//! Sums and averages.
//!
//! A group is sixteen bytes: a sum of numbers with the same count of digits after the point, how many there were, and
//! of which datatypes. What does not fit there is kept beside it, in parts of 10^-18 as oxsdatatypes has them; floats
//! and doubles have lists of their own. Lists are there from the first value on that needs them.

use oxsdatatypes::{Decimal, Double, Float, Integer};
use spareval::ExpressionTerm as Value;

use crate::sparql::vector::expression::{Alike, decimal_id, parts_of};
use crate::store::{Id, Inline};

/// What a group has seen, as bits; the sum has the datatype of the highest.
const INTEGER: u8 = 1;
const DECIMAL: u8 = 2;
const FLOAT: u8 = 4;
const DOUBLE: u8 = 8;
const ERROR: u8 = 16;

/// Digits after the point of a part.
const PART_SCALE: u8 = 18;
/// Digits after the point that narrow sums have at most, so that they seldom overflow.
const MOST_NARROW_SCALE: u8 = 6;

/// Fewer parts than these may be too few for oxsdatatypes to divide them by a count with zeros at its end.
const LEAST_DIVIDED: u128 = 10_000_000_000;

/// Powers of ten up to 10^18.
const POWERS: [i64; PART_SCALE as usize + 1] = powers();

const fn powers() -> [i64; PART_SCALE as usize + 1] {
    let mut powers = [1; PART_SCALE as usize + 1];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
}

/// The sums of all groups.
#[derive(Default)]
pub(super) struct Sums {
    groups: Vec<Group>,
    /// Digits after the point of all groups' narrow sums.
    scale: u8,
    wide: Vec<i128>,
    floats: Vec<f32>,
    doubles: Vec<f64>,
}

#[derive(Clone, Copy, Default)]
struct Group {
    narrow: i64,
    count: u32,
    seen: u8,
}

impl Group {
    fn count_one(&mut self, seen: u8) {
        self.count_more(1, seen);
    }

    /// Counts values of the datatypes `seen`; there is no result for more than four thousand million.
    #[inline]
    fn count_more(&mut self, n: u32, seen: u8) {
        let (count, is_over) = self.count.overflowing_add(n);
        self.count = count;
        self.seen |= seen | if is_over { ERROR } else { 0 };
    }
}

impl Sums {
    /// Bytes that it holds, at least.
    pub fn bytes(&self) -> usize {
        self.groups.len() * size_of::<Group>()
            + self.wide.len() * size_of::<i128>()
            + self.floats.len() * size_of::<f32>()
            + self.doubles.len() * size_of::<f64>()
    }

    pub fn grow(&mut self, n_groups: usize) {
        self.groups.resize(n_groups, Group::default());
    }

    /// Adds the number of an id to a group; [`Id::NONE`] and what is no number make the sum an error.
    #[inline]
    pub fn add(&mut self, group: u32, id: Id, look: impl FnOnce(Id) -> Option<Value>) {
        let at = group as usize;
        let (mantissa, scale, seen) = match id.inline() {
            Some(Inline::Decimal { mantissa, scale }) => (mantissa, scale, DECIMAL),
            Some(Inline::Integer(value)) => (value, 0, INTEGER),
            Some(_) => return self.groups[at].seen |= ERROR,
            None => return self.add_value(at, look(id)),
        };
        let group = &mut self.groups[at];
        group.count_one(seen);
        match group.narrow.checked_add(mantissa) {
            Some(sum) if scale == self.scale => group.narrow = sum,
            _ => self.add_scaled(at, mantissa, scale),
        }
    }

    /// Adds the numbers of ids that are all alike, if they are numbers of which this sum has at least as many digits.
    pub fn add_alike(&mut self, groups: &[u32], ids: &[Id], alike: Alike) -> bool {
        let (first, scale, seen) = match alike.first() {
            Inline::Decimal { mantissa, scale } => (mantissa, scale, DECIMAL),
            Inline::Integer(value) => (value, 0, INTEGER),
            _ => return false,
        };
        if scale > self.scale && scale <= MOST_NARROW_SCALE {
            self.rescale(scale);
        }
        if scale != self.scale {
            return false;
        }
        for (at, id) in groups.iter().map(|group| *group as usize).zip(ids) {
            let number = first + alike.distance(*id);
            let group = &mut self.groups[at];
            group.count_one(seen);
            match group.narrow.checked_add(number) {
                Some(sum) => group.narrow = sum,
                None => self.add_scaled(at, number, scale),
            }
        }
        true
    }

    /// Adds decimals with few digits after the point, if all ids are such numbers.
    pub fn add_decimals(&mut self, groups: &[u32], ids: &[Id]) -> bool {
        let scale = |id: &Id| match id.inline() {
            Some(Inline::Decimal { scale, .. }) => scale,
            _ => u8::MAX,
        };
        let most = ids.iter().map(scale).max().unwrap_or(u8::MAX);
        if most > MOST_NARROW_SCALE.max(self.scale) {
            return false;
        }
        if most > self.scale {
            self.rescale(most);
        }
        for (at, id) in groups.iter().map(|group| *group as usize).zip(ids) {
            let Some(Inline::Decimal { mantissa, scale }) = id.inline() else { continue };
            let group = &mut self.groups[at];
            group.count_one(DECIMAL);
            let shifted = mantissa.checked_mul(POWERS[usize::from(self.scale - scale)]);
            match shifted.and_then(|shifted| group.narrow.checked_add(shifted)) {
                Some(sum) => group.narrow = sum,
                None => self.add_scaled(at, mantissa, scale),
            }
        }
        true
    }

    /// Adds `mantissa` divided by ten to the power of `scale`.
    fn add_scaled(&mut self, at: usize, mantissa: i64, scale: u8) {
        if scale > self.scale && scale <= MOST_NARROW_SCALE {
            self.rescale(scale);
        }
        let shifted = self.scale.checked_sub(scale).and_then(|by| mantissa.checked_mul(POWERS[usize::from(by)]));
        let sum = shifted.and_then(|shifted| self.groups[at].narrow.checked_add(shifted));
        match sum {
            Some(sum) => self.groups[at].narrow = sum,
            None => self.add_parts(at, parts(mantissa, scale)),
        }
    }

    fn rescale(&mut self, scale: u8) {
        let factor = POWERS[usize::from(scale - self.scale)];
        for at in 0..self.groups.len() {
            let narrow = self.groups[at].narrow;
            self.groups[at].narrow = narrow.checked_mul(factor).unwrap_or_else(|| {
                self.add_parts(at, parts(narrow, self.scale));
                0
            });
        }
        self.scale = scale;
    }

    fn add_parts(&mut self, at: usize, parts: i128) {
        self.wide.resize(self.groups.len(), 0);
        match self.wide[at].checked_add(parts) {
            Some(sum) => self.wide[at] = sum,
            None => self.groups[at].seen |= ERROR,
        }
    }

    fn add_value(&mut self, at: usize, value: Option<Value>) {
        let n_groups = self.groups.len();
        let seen = match value {
            Some(Value::IntegerLiteral(value)) => {
                self.add_scaled(at, value.into(), 0);
                INTEGER
            }
            Some(Value::DecimalLiteral(value)) => {
                self.add_parts(at, parts_of(value));
                DECIMAL
            }
            Some(Value::FloatLiteral(value)) => {
                self.floats.resize(n_groups, 0.0);
                self.floats[at] += f32::from(value);
                FLOAT
            }
            Some(Value::DoubleLiteral(value)) => {
                self.doubles.resize(n_groups, 0.0);
                self.doubles[at] += f64::from(value);
                DOUBLE
            }
            _ => ERROR,
        };
        self.groups[at].count_one(seen);
    }

    /// Adds the sums of others, whose group `i` is group `into[i]` here.
    pub fn merge(&mut self, others: &Self, into: &[u32]) {
        let n_groups = self.groups.len();
        for ((at, other), &group) in others.groups.iter().enumerate().zip(into) {
            let group = group as usize;
            self.groups[group].count_more(other.count, other.seen);
            self.add_scaled(group, other.narrow, others.scale);
            if let Some(&parts) = others.wide.get(at).filter(|parts| **parts != 0) {
                self.add_parts(group, parts);
            }
            if let Some(&float) = others.floats.get(at) {
                self.floats.resize(n_groups, 0.0);
                self.floats[group] += float;
            }
            if let Some(&double) = others.doubles.get(at) {
                self.doubles.resize(n_groups, 0.0);
                self.doubles[group] += double;
            }
        }
    }

    /// The sum of each group: its id where it can be told from narrow sums, otherwise its value; nothing where it is an
    /// error.
    pub fn totals(&self) -> impl Iterator<Item = Result<Id, Option<Value>>> {
        (0..self.groups.len()).map(|at| self.narrow_total(at).ok_or_else(|| self.total(at)))
    }

    /// The sum of integers and decimals that stands in an id.
    fn narrow_total(&self, at: usize) -> Option<Id> {
        let Group { narrow, seen, .. } = self.groups[at];
        if seen >= FLOAT || self.wide.get(at).is_some_and(|wide| *wide != 0) {
            return None;
        }
        if seen & DECIMAL == 0 {
            return Id::of_inline(Inline::Integer(narrow / POWERS[usize::from(self.scale)]));
        }
        let (mut mantissa, mut scale) = (narrow, self.scale);
        while scale > 0 && mantissa % 10 == 0 {
            (mantissa, scale) = (mantissa / 10, scale - 1);
        }
        Id::of_inline(Inline::Decimal { mantissa, scale })
    }

    fn total(&self, at: usize) -> Option<Value> {
        let Group { narrow, seen, .. } = self.groups[at];
        let exact = parts(narrow, self.scale).checked_add(self.wide.get(at).copied().unwrap_or(0))?;
        let decimal = Decimal::from_be_bytes(exact.to_be_bytes());
        let float = || Float::from(decimal) + Float::from(self.floats.get(at).copied().unwrap_or(0.0));
        Some(match seen {
            ERROR.. => return None,
            DOUBLE.. => {
                let double = Double::from(self.doubles.get(at).copied().unwrap_or(0.0));
                let narrower = if seen & FLOAT > 0 { Double::from(float()) } else { Double::from(decimal) };
                Value::DoubleLiteral(narrower + double)
            }
            FLOAT.. => Value::FloatLiteral(float()),
            DECIMAL.. => Value::DecimalLiteral(decimal),
            _ => Value::IntegerLiteral(Integer::try_from(decimal).ok()?),
        })
    }

    /// The average of each group, like [`totals`](Self::totals); zero of nothing.
    pub fn averages(&self) -> impl Iterator<Item = Result<Id, Option<Value>>> {
        (0..self.groups.len()).map(|at| self.narrow_average(at).ok_or_else(|| self.average(at)))
    }

    /// The average that stands in an id. What is not tiny is divided by a count as oxsdatatypes does it: the parts by the
    /// count, cut off.
    fn narrow_average(&self, at: usize) -> Option<Id> {
        let Group { narrow, count, seen } = self.groups[at];
        if seen >= FLOAT || count == 0 || self.wide.get(at).is_some_and(|wide| *wide != 0) {
            return None;
        }
        let parts = parts(narrow, self.scale);
        (parts.unsigned_abs() >= LEAST_DIVIDED).then(|| decimal_id(parts / i128::from(count)))?
    }

    fn average(&self, at: usize) -> Option<Value> {
        let (total, count) = (self.total(at)?, Integer::from(i64::from(self.groups[at].count)));
        if self.groups[at].count == 0 {
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

/// A number in parts of 10^-18.
fn parts(mantissa: i64, scale: u8) -> i128 {
    i128::from(mantissa) * i128::from(POWERS[usize::from(PART_SCALE - scale)])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sparql::vector::expression::inline_id;

    fn numbers() -> impl Strategy<Value = Id> {
        let mantissas = prop_oneof![-9i64..10, (-9i64..10).prop_map(|it| it * 1_000_000), -(1i64 << 54)..1 << 54];
        let value = (mantissas, 0..8u8, 0..4u8).prop_map(|(mantissa, scale, kind)| match kind {
            0 => Inline::Integer(mantissa),
            1 => Inline::Decimal { mantissa, scale },
            _ => Inline::Decimal { mantissa, scale: 2 },
        });
        value.prop_map(|value| Id::of_inline(value).unwrap_or(Id::NONE))
    }

    fn one_by_one(groups: &[u32], ids: &[Id]) -> Sums {
        let mut sums = Sums::default();
        sums.grow(4);
        groups.iter().zip(ids).for_each(|(group, id)| sums.add(*group, *id, |_| None));
        sums
    }

    proptest! {
        #[test]
        fn numbers_add_alike_in_all_ways(rows in prop::collection::vec((0..4u32, numbers()), 1..40), n in 1..40usize) {
            let (groups, ids): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
            let expected = one_by_one(&groups, &ids);
            let mut sums = Sums::default();
            sums.grow(4);
            for (groups, ids) in groups.chunks(n).zip(ids.chunks(n)) {
                let is_added = Alike::of(ids).is_some_and(|alike| sums.add_alike(groups, ids, alike))
                    || sums.add_decimals(groups, ids);
                if !is_added {
                    sums.merge(&one_by_one(groups, ids), &[0, 1, 2, 3]);
                }
            }
            for at in 0..4 {
                let (total, average) = (expected.total(at), expected.average(at));
                prop_assert!(sums.total(at) == total);
                prop_assert!(sums.average(at) == average);
                if let Some(id) = sums.narrow_total(at) {
                    prop_assert_eq!(Some(id), total.as_ref().and_then(inline_id));
                }
                if let Some(id) = sums.narrow_average(at) {
                    prop_assert_eq!(Some(id), average.as_ref().and_then(inline_id));
                }
            }
        }
    }
}
