//! The 64-bit id of a term in a snapshot.
//!
//! The four highest bits say what the other sixty are: a place in the dictionary (of the snapshot or of the derived
//! graphs on top of it), or a number, day or truth itself. Within the dictionary all IRIs come before all blank nodes
//! and those before all literals, so that ids of one kind order as their places do. Tags 12 to 15 are never given by
//! the store: whoever needs ids for terms that no snapshot holds may use them.

use crate::store::inline::Inline;
use crate::store::key::Kind;

pub(in crate::store) const TAG_SHIFT: u32 = 60;
pub(in crate::store) const PAYLOAD: u64 = (1 << TAG_SHIFT) - 1;
const DERIVED: u8 = 3;
pub(in crate::store) const FIRST_INLINE: u8 = 6;

/// A term of one snapshot in eight bytes: numbers, days and booleans stand in the id itself, everything else is a place
/// in the snapshot's dictionary. Two ids are equal exactly when the terms are the same term.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(transparent)]
pub struct Id(pub(in crate::store) u64);

/// What an id stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::store) enum Meaning {
    /// A place in the dictionary of the snapshot.
    Base(u64),
    /// A place in the dictionary of the derived graphs.
    Derived(u64),
    /// The value itself.
    Value(Inline),
    /// None that the store gave.
    Foreign,
}

impl Id {
    /// No term, such as an unbound variable in a column; never given by the store.
    pub const NONE: Self = Self(u64::MAX);

    /// The bits, for files and for the graph view, which knows numbers only.
    #[inline]
    pub fn bits(self) -> u64 {
        self.0
    }

    /// The id with these bits, which [`Id::bits`] gave.
    #[inline]
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// Whether the term is an IRI.
    #[inline]
    pub fn is_iri(self) -> bool {
        matches!(self.tag(), 0 | DERIVED)
    }

    /// Whether the term is a blank node.
    #[inline]
    pub fn is_blank(self) -> bool {
        matches!(self.tag(), 1 | 4)
    }

    /// Whether the term is a literal.
    pub fn is_literal(self) -> bool {
        !self.is_iri() && !self.is_blank()
    }

    /// The value, when it stands in the id itself.
    #[inline]
    pub fn inline(self) -> Option<Inline> {
        match self.meaning() {
            Meaning::Value(value) => Some(value),
            _ => None,
        }
    }

    /// The id of a computed value; nothing when it is too large to stand in an id.
    #[inline]
    pub fn of_inline(value: Inline) -> Option<Self> {
        value.fits().then(|| Self::of_value(value))
    }

    /// The id of the value itself.
    #[inline]
    pub(in crate::store) fn of_value(value: Inline) -> Self {
        let (tag, payload) = value.pack();
        Self(u64::from(FIRST_INLINE + tag) << TAG_SHIFT | payload)
    }

    /// The id of a place in a dictionary.
    #[inline]
    pub(in crate::store) fn of_place(kind: Kind, place: u64, is_derived: bool) -> Self {
        let kind = match kind {
            Kind::Iri => 0,
            Kind::Blank => 1,
            Kind::Typed | Kind::Lang => 2,
        };
        let tag = if is_derived { DERIVED + kind } else { kind };
        Self(u64::from(tag) << TAG_SHIFT | (place & PAYLOAD))
    }

    #[inline]
    pub(in crate::store) fn meaning(self) -> Meaning {
        let payload = self.0 & PAYLOAD;
        match self.tag() {
            tag if tag < DERIVED => Meaning::Base(payload),
            tag if tag < FIRST_INLINE => Meaning::Derived(payload),
            tag => Inline::unpack(tag - FIRST_INLINE, payload).map_or(Meaning::Foreign, Meaning::Value),
        }
    }

    #[inline]
    fn tag(self) -> u8 {
        (self.0 >> TAG_SHIFT) as u8
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_kind_of_a_term_stands_in_its_id() {
        for is_derived in [false, true] {
            let ids = [Kind::Iri, Kind::Blank, Kind::Typed, Kind::Lang].map(|kind| Id::of_place(kind, 7, is_derived));
            assert_eq!(ids.map(Id::is_iri), [true, false, false, false]);
            assert_eq!(ids.map(Id::is_blank), [false, true, false, false]);
            assert_eq!(ids.map(Id::is_literal), [false, false, true, true]);
            let expected = if is_derived { Meaning::Derived(7) } else { Meaning::Base(7) };
            assert!(ids.iter().all(|id| id.meaning() == expected));
        }
        assert!(Id::of_value(Inline::Boolean(true)).is_literal());
    }

    proptest! {
        #[test]
        fn a_value_comes_out_of_its_id_as_it_went_in(mantissa in -(1i64 << 55)..(1 << 55), scale in 0u8..16) {
            for value in [
                Inline::Integer(mantissa), Inline::Decimal { mantissa, scale },
                Inline::Boolean(scale > 7), Inline::DateTime { seconds: mantissa >> 20, is_utc: scale > 7 },
            ] {
                prop_assert_eq!(Id::of_value(value).meaning(), Meaning::Value(value));
            }
        }

        #[test]
        fn integers_and_instants_order_as_their_ids(left in -(1i64 << 59)..(1 << 59), right in -(1i64 << 59)..(1 << 59)) {
            let id = |value| Id::of_value(Inline::Integer(value));
            prop_assert_eq!(id(left).cmp(&id(right)), left.cmp(&right));
        }
    }
}
