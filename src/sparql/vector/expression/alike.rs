//! Columns whose ids are all numbers, days or instants of one kind.
//!
//! Such ids order as their values do, two of them are equal when their values are, and the number in each is as far from
//! the first one's as their bits are apart: none has to be taken apart.

use crate::store::{Id, Inline};

/// The four bits of an id that tell the kind of value.
const KIND: u64 = 15 << 60;
/// The bits that tell a decimal's digits after the point.
const SCALE: u64 = 15;

/// What all ids of a column have in common.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::sparql::vector) struct Alike {
    first: Id,
    value: Inline,
    mask: u64,
}

impl Alike {
    /// Of the values that stand in all these ids, when they are of one kind; truths are not, since they do not add.
    pub fn of(ids: &[Id]) -> Option<Self> {
        let first = *ids.first()?;
        let value = first.inline()?;
        let mask = match value {
            Inline::Decimal { .. } => KIND | SCALE,
            Inline::Boolean(_) => return None,
            Inline::Integer(_) | Inline::Date(_) | Inline::DateTime { .. } => KIND,
        };
        let apart = ids.iter().fold(0, |apart, id| apart | (id.bits() ^ first.bits()));
        (apart & mask == 0).then_some(Self { first, value, mask })
    }

    /// Whether an id is one of these too.
    #[inline]
    pub fn has(self, id: Id) -> bool {
        (id.bits() ^ self.first.bits()) & self.mask == 0
    }

    /// Whether two columns are alike.
    pub fn is_as(self, other: Self) -> bool {
        self.mask == other.mask && self.has(other.first)
    }

    /// The first of the values.
    pub fn first(self) -> Inline {
        self.value
    }

    /// Whether each of these values is spelled in one way only: all but decimals.
    pub fn is_spelled(self) -> bool {
        self.mask & SCALE == 0
    }

    /// How far the number in an id is from the first one's.
    #[inline]
    pub fn distance(self, id: Id) -> i64 {
        let bits = id.bits().wrapping_sub(self.first.bits()) as i64;
        if self.mask & SCALE == 0 { bits } else { bits >> 4 }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values() -> impl Strategy<Value = Inline> {
        let limit = 1i64 << 54;
        prop_oneof![
            (-limit..limit).prop_map(Inline::Integer),
            (-limit..limit, 0..3u8).prop_map(|(mantissa, scale)| Inline::Decimal { mantissa, scale }),
            (-9_000i64..9_000, any::<bool>()).prop_map(|(seconds, is_utc)| Inline::DateTime { seconds, is_utc }),
        ]
    }

    fn number(value: Inline) -> (u8, i64) {
        match value {
            Inline::Integer(value) => (0, value),
            Inline::Decimal { mantissa, scale } => (1 + scale, mantissa),
            Inline::DateTime { seconds, is_utc } => (20 + u8::from(is_utc), seconds),
            _ => (30, 0),
        }
    }

    proptest! {
        #[test]
        fn values_of_one_kind_lie_as_far_apart_as_their_numbers(values in prop::collection::vec(values(), 1..4)) {
            let ids: Vec<_> = values.iter().filter_map(|value| Id::of_inline(*value)).collect();
            prop_assert_eq!(ids.len(), values.len());
            let first = number(values[0]);
            let are_alike = values.iter().all(|value| number(*value).0 == first.0);
            let alike = Alike::of(&ids);
            prop_assert_eq!(alike.is_some(), are_alike);
            for (id, value) in ids.iter().zip(&values).filter(|_| are_alike) {
                prop_assert_eq!(alike.map(|it| it.distance(*id)), Some(number(*value).1 - first.1));
                prop_assert_eq!(id.cmp(&ids[0]), number(*value).1.cmp(&first.1));
            }
            prop_assert_eq!(Alike::of(&[ids[0], Id::NONE]), None);
        }
    }
}
