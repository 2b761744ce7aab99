//! Terms as 32-bit codes: ranks in the dictionary of the source graphs, then ranks in that of the derived graphs.
//!
//! Files hold codes, everything else ids. Codes of one layer order as their ids do, and within a kind the code of a term
//! of the source graphs *is* the payload of its id, so that turning one into the other costs a comparison or two.

use crate::store::Id;
use crate::store::id::Meaning;
use crate::store::key::Kind;

/// How codes and ids belong together in one snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(in crate::store) struct Codes {
    base: Ends,
    derived: Ends,
}

/// Where the terms of each kind end among the ranks of a dictionary.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Ends {
    iris: u32,
    blanks: u32,
    all: u32,
}

impl Ends {
    /// `None` when there are more than codes.
    fn of(n_terms: [u32; 3]) -> Option<Self> {
        let blanks = n_terms[0].checked_add(n_terms[1])?;
        Some(Self { iris: n_terms[0], blanks, all: blanks.checked_add(n_terms[2])? })
    }

    #[inline]
    fn kind(self, rank: u32) -> Kind {
        match rank {
            _ if rank < self.iris => Kind::Iri,
            _ if rank < self.blanks => Kind::Blank,
            _ => Kind::Typed,
        }
    }
}

impl Codes {
    /// Of a snapshot of source graphs: numbers of IRIs, blank nodes and literals. `None` when there are too many.
    pub fn of(base: [u32; 3]) -> Option<Self> {
        Some(Self { base: Ends::of(base)?, derived: Ends::default() })
    }

    /// With those of derived graphs on top.
    pub fn with_derived(self, derived: [u32; 3]) -> Option<Self> {
        let derived = Ends::of(derived)?;
        self.base.all.checked_add(derived.all)?;
        Some(Self { derived, ..self })
    }

    /// Number of codes.
    pub fn len(&self) -> usize {
        self.base.all as usize + self.derived.all as usize
    }

    /// The id of a code.
    #[inline]
    pub fn id(&self, code: u32) -> Id {
        if code < self.base.iris {
            return Id(code.into());
        }
        match code.checked_sub(self.base.all) {
            None => Id::of_place(self.base.kind(code), code.into(), false),
            Some(rank) => Id::of_place(self.derived.kind(rank), rank.into(), true),
        }
    }

    /// The code of an id, when it stands in a dictionary.
    #[inline]
    pub fn code(&self, id: Id) -> Option<u32> {
        if id.0 < u64::from(self.base.iris) {
            return Some(id.0 as u32);
        }
        match id.meaning() {
            Meaning::Base(place) => u32::try_from(place).ok().filter(|place| *place < self.base.all),
            Meaning::Derived(place) => {
                let rank = u32::try_from(place).ok().filter(|rank| *rank < self.derived.all)?;
                self.base.all.checked_add(rank)
            }
            _ => None,
        }
    }

    /// Whether every code up to this one is the id's own bits.
    pub fn are_ids(&self, greatest: i64) -> bool {
        greatest < i64::from(self.base.iris)
    }

    /// The least code whose id is at least `id`.
    pub fn first_at_least(&self, id: Id) -> u64 {
        let mut low = 0;
        let mut high = self.len() as u64;
        while low < high {
            let middle = low + (high - low) / 2;
            if self.id(middle as u32) < id {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// The terms of a snapshot one after the other: first those of the source graphs, then those of the derived graphs, as
/// their ids order. Where the ids of one column lie in several dictionaries, their bits lie far apart, their ordinals do not.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ordinals(Codes);

impl Ordinals {
    pub(in crate::store) fn of(codes: Codes) -> Self {
        Self(codes)
    }

    /// The ordinal of a term; the bits of an id that stands in no dictionary, which are larger than all ordinals.
    #[inline]
    pub fn ordinal(&self, id: Id) -> u64 {
        self.0.code(id).map_or(id.0, u64::from)
    }

    /// The id with this ordinal.
    #[inline]
    pub fn id(&self, ordinal: u64) -> Id {
        if ordinal < self.0.len() as u64 { self.0.id(ordinal as u32) } else { Id(ordinal) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Inline;

    #[test]
    fn codes_and_ids_turn_into_each_other_in_the_same_order() {
        let codes = Codes::of([3, 1, 2]).and_then(|it| it.with_derived([1, 2, 1])).unwrap();
        let ids: Vec<_> = (0..codes.len() as u32).map(|code| codes.id(code)).collect();
        assert!(ids.is_sorted());
        assert!((0u32..).zip(&ids).all(|(code, id)| codes.code(*id) == Some(code)));
        assert!(ids.iter().enumerate().all(|(at, id)| codes.first_at_least(*id) == at as u64));
        let kinds: Vec<_> = ids.iter().map(|id| (id.is_iri(), id.is_blank())).collect();
        let (iri, blank, literal) = ((true, false), (false, true), (false, false));
        assert_eq!(kinds, [iri, iri, iri, blank, literal, literal, iri, blank, blank, literal]);
        let ordinals = Ordinals::of(codes);
        let far = [Id::of_value(Inline::Integer(-7)), Id::of_value(Inline::Integer(7)), Id::NONE];
        assert!((0u64..).zip(&ids).all(|(at, id)| ordinals.ordinal(*id) == at && ordinals.id(at) == *id));
        assert!(far.iter().all(|id| ordinals.ordinal(*id) > 9 && ordinals.id(ordinals.ordinal(*id)) == *id));
        assert_eq!(codes.code(Id::of_place(Kind::Iri, 6, false)), None);
        assert!(Codes::of([u32::MAX, 1, 0]).is_none());
    }
}
