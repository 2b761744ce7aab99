//! The objects of one predicate's links, in the order of the links, and the way back from an object to its links.
//!
//! Objects that are all terms are codes, and compressed sparse rows lead back to subjects. Objects that are all values
//! of one kind are a column of numbers, with an order by value. Anything else is a column of ids with such an order.

use std::ops::Range;

use crate::store::Id;
use crate::store::inline::Inline;
use crate::store::snapshot::adjacency::Adjacency;
use crate::store::snapshot::codes::Codes;
use crate::store::snapshot::manifest::ObjectsSection;
use crate::store::snapshot::map::Map;
use crate::store::snapshot::packed::{Packed, first_place};

/// The mapped arrays.
#[derive(Clone)]
pub(in crate::store) enum Objects {
    /// Codes of terms.
    Terms { codes: Packed, back: Adjacency, subjects: Packed },
    /// Numbers, days, instants or truths.
    Values { kind: u8, numbers: Packed, scales: Packed, order: Option<Packed> },
    /// Ids.
    Mixed { ids: Packed, order: Option<Packed> },
}

impl Objects {
    /// `None` when the sections do not fit the file or each other.
    pub fn open(map: &Map, section: &ObjectsSection, n: u64) -> Option<Self> {
        let order = |section: &Option<_>| match section {
            None => Some(None),
            Some(section) => Packed::open(map, section, n).map(Some),
        };
        Some(match section {
            ObjectsSection::Terms { codes, back, subjects } => Self::Terms {
                codes: Packed::open(map, codes, n)?,
                back: Adjacency::open(map, back, n)?,
                subjects: Packed::open(map, subjects, n)?,
            },
            ObjectsSection::Values { kind, numbers, scales, order: by_value } => Self::Values {
                kind: *kind,
                numbers: Packed::open(map, numbers, n)?,
                scales: Packed::open(map, scales, n)?,
                order: order(by_value)?,
            },
            ObjectsSection::Mixed { ids, order: by_id } => {
                Self::Mixed { ids: Packed::open(map, ids, n)?, order: order(by_id)? }
            }
        })
    }

    /// The object of a link.
    #[inline]
    pub fn id(&self, place: usize, codes: &Codes) -> Id {
        match self {
            Self::Terms { codes: column, .. } => codes.id(column.get(place) as u32),
            Self::Values { kind, numbers, scales, .. } => {
                Id(Inline::bits_of(*kind, numbers.get(place), scales.get(place) as u8))
            }
            Self::Mixed { ids, .. } => Id(ids.get(place) as u64),
        }
    }

    /// The objects of a range of links.
    pub fn read(&self, places: Range<usize>, codes: &Codes, out: &mut Vec<Id>) {
        match self {
            Self::Terms { codes: column, .. } if codes.are_ids(column.greatest()) => {
                column.read(places, out, |code| Id(code as u64));
            }
            Self::Terms { codes: column, .. } => column.read(places, out, |code| codes.id(code as u32)),
            Self::Values { kind, numbers, scales, .. } if scales.is_constant() => {
                let scale = scales.least() as u8;
                numbers.read(places, out, |number| Id(Inline::bits_of(*kind, number, scale)));
            }
            Self::Values { kind, numbers, scales, .. } => {
                let (start, mut digits) = (out.len(), Vec::with_capacity(places.len()));
                scales.read(places.clone(), &mut digits, |scale| scale as u64);
                numbers.read(places, out, |number| Id(Inline::bits_of(*kind, number, 0)));
                out[start..].iter_mut().zip(digits).for_each(|(id, scale)| id.0 |= scale);
            }
            Self::Mixed { ids, .. } => ids.read(places, out, |id| Id(id as u64)),
        }
    }

    /// The objects at some places, [`Id::NONE`] where a place is none.
    pub fn gather(&self, places: &[u32], codes: &Codes, out: &mut Vec<Id>) {
        match self {
            Self::Terms { codes: column, .. } if codes.are_ids(column.greatest()) => {
                column.gather(places, out, Id::NONE, |code| Id(code as u64));
            }
            Self::Terms { codes: column, .. } => column.gather(places, out, Id::NONE, |code| codes.id(code as u32)),
            Self::Values { kind, numbers, scales, .. } if scales.is_constant() => {
                let scale = scales.least() as u8;
                numbers.gather(places, out, Id::NONE, |number| Id(Inline::bits_of(*kind, number, scale)));
            }
            Self::Values { kind, numbers, scales, .. } => {
                let (start, mut digits) = (out.len(), Vec::with_capacity(places.len()));
                scales.gather(places, &mut digits, 0, |scale| scale as u64);
                numbers.gather(places, out, Id::NONE, |number| Id(Inline::bits_of(*kind, number, 0)));
                out[start..].iter_mut().zip(digits).for_each(|(id, scale)| id.0 |= scale);
            }
            Self::Mixed { ids, .. } => ids.gather(places, out, Id::NONE, |id| Id(id as u64)),
        }
    }

    /// In a range of links of one subject, which order as their objects, the first whose object is at least `wanted`.
    pub fn first_at_least(&self, places: Range<usize>, wanted: Id, codes: &Codes) -> usize {
        first_place(places, |place| self.id(place, codes) < wanted)
    }

    /// How many links, in the order of objects, come before those to `object` or to greater ones.
    pub fn n_below(&self, object: Id, codes: &Codes) -> usize {
        match self {
            Self::Terms { back, subjects, .. } => {
                let code = u32::try_from(codes.first_at_least(object)).ok();
                code.map_or(subjects.len(), |code| back.n_links_below(code))
            }
            Self::Values { numbers: column, .. } | Self::Mixed { ids: column, .. } => {
                first_place(0..column.len(), |at| self.id(self.place(at), codes) < object)
            }
        }
    }

    /// Places in the order of objects of the links to an object.
    pub fn of(&self, object: Id, codes: &Codes) -> Range<usize> {
        match self {
            Self::Terms { back, .. } => codes.code(object).map_or(0..0, |code| back.of(code)),
            Self::Values { numbers: column, .. } | Self::Mixed { ids: column, .. } => {
                let start = self.n_below(object, codes);
                start..first_place(start..column.len(), |at| self.id(self.place(at), codes) <= object)
            }
        }
    }

    /// The place of the link that stands at `at` in the order of values; for terms it takes the subject to find it.
    pub fn place(&self, at: usize) -> usize {
        match self {
            Self::Values { order: Some(order), .. } | Self::Mixed { order: Some(order), .. } => order.place(at),
            _ => at,
        }
    }

    /// Number of distinct objects, at most.
    pub fn n_distinct(&self) -> usize {
        match self {
            Self::Terms { back, .. } => back.codes.len(),
            Self::Values { numbers, scales, .. } if scales.is_constant() => {
                let span = numbers.greatest().wrapping_sub(numbers.least()) as u64;
                usize::try_from(span).unwrap_or(usize::MAX).saturating_add(1).min(numbers.len())
            }
            Self::Values { numbers: column, .. } | Self::Mixed { ids: column, .. } => column.len(),
        }
    }

    /// The least and the greatest id among the objects.
    pub fn extent(&self, codes: &Codes) -> Option<(Id, Id)> {
        match self {
            Self::Terms { back, .. } => back.codes.extent().map(|(least, last)| (codes.id(least), codes.id(last))),
            Self::Values { numbers: column, .. } | Self::Mixed { ids: column, .. } => {
                let last = column.len().checked_sub(1)?;
                Some((self.id(self.place(0), codes), self.id(self.place(last), codes)))
            }
        }
    }
}
