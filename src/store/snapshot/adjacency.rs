//! Which links belong to each end on one side: compressed sparse rows over a set of codes.
//!
//! Links are numbered in the order of the codes. A [`Walk`] goes over them one after the other and knows the code of
//! each without a search.

use std::ops::Range;

use crate::store::snapshot::code_set::CodeSet;
use crate::store::snapshot::manifest::AdjacencySection;
use crate::store::snapshot::map::Map;
use crate::store::snapshot::packed::Packed;

/// The mapped arrays of one side.
#[derive(Clone)]
pub(in crate::store) struct Adjacency {
    pub codes: CodeSet,
    offsets: Option<Packed>,
}

/// A place among the links, and the code that it belongs to.
#[derive(Clone, Copy, Default)]
pub(in crate::store) struct Walk {
    place: usize,
    rank: usize,
    code: u32,
    /// Where the links of the code end.
    end: usize,
}

impl Adjacency {
    /// `None` when the sections do not fit the file or each other.
    pub fn open(map: &Map, section: &AdjacencySection, n_links: u64) -> Option<Self> {
        let codes = CodeSet::open(map, &section.codes)?;
        let n = codes.len() as u64;
        let offsets = match &section.offsets {
            Some(offsets) => Some(Packed::open(map, offsets, n + 1)?),
            None => (n == n_links).then_some(None)?,
        };
        let fits = offsets.as_ref().is_none_or(|it| it.greatest() as u64 == n_links);
        fits.then_some(Self { codes, offsets })
    }

    /// Whether each code has one link.
    pub fn is_single(&self) -> bool {
        self.offsets.is_none()
    }

    /// The links of the code with this rank.
    #[inline]
    pub fn links(&self, rank: usize) -> Range<usize> {
        match &self.offsets {
            None => rank..rank + 1,
            Some(offsets) => offsets.place(rank)..offsets.place(rank + 1),
        }
    }

    /// The links of a code.
    #[inline]
    pub fn of(&self, code: u32) -> Range<usize> {
        self.codes.rank(code).map_or(0..0, |rank| self.links(rank))
    }

    /// Appends the first link of each code, `u32::MAX` where there is none.
    pub fn first_places(&self, codes: impl Iterator<Item = Option<u32>>, places: &mut Vec<u32>) {
        let first = |rank: Option<usize>| match (rank, &self.offsets) {
            (None, _) => u32::MAX,
            (Some(rank), None) => rank as u32,
            (Some(rank), Some(offsets)) => {
                let place = offsets.place(rank);
                if place < offsets.place(rank + 1) { place as u32 } else { u32::MAX }
            }
        };
        match &self.codes {
            CodeSet::Run { first: least, n } => {
                let rank = |code: u32| code.checked_sub(*least).map(|at| at as usize).filter(|at| at < n);
                places.extend(codes.map(|code| first(code.and_then(rank))));
            }
            set => places.extend(codes.map(|code| first(code.and_then(|code| set.rank(code))))),
        }
    }

    /// Calls `visit` with each code and the number of its links.
    pub fn each(&self, mut visit: impl FnMut(u32, usize)) {
        let mut before = None;
        for rank in 0..self.codes.len() {
            let code = before.map_or_else(|| self.codes.code(rank), |before| self.codes.following(rank - 1, before));
            before = Some(code);
            visit(code, self.links(rank).len());
        }
    }

    /// The links of all codes below one.
    pub fn n_links_below(&self, code: u32) -> usize {
        let rank = self.codes.n_below(code);
        self.offsets.as_ref().map_or(rank, |offsets| offsets.place(rank))
    }

    /// Begins to walk at a link. Costs a search.
    pub fn walk(&self, place: usize) -> Walk {
        let rank = match &self.offsets {
            None => place,
            Some(offsets) => offsets.first_at_least(0..self.codes.len(), place as i64 + 1).saturating_sub(1),
        };
        Walk { place, rank, code: self.codes.code(rank), end: self.links(rank).end }
    }

    /// Begins to walk at a link of the code that has this rank.
    pub fn walk_of(&self, code: u32, place: usize) -> Walk {
        let Some(rank) = self.codes.rank(code) else { return Walk::default() };
        Walk { place, rank, code, end: self.links(rank).end }
    }
}

impl Walk {
    /// Whether it has not begun.
    pub fn is_default(&self) -> bool {
        self.end == 0
    }

    /// The code of the link `place`, which must not lie before the last one asked for. Costs nothing for the same code
    /// or the next one.
    #[inline]
    pub fn code_at(&mut self, place: usize, of: &Adjacency) -> u32 {
        if place < self.place {
            *self = of.walk(place);
        }
        self.place = place;
        while place >= self.end && self.rank + 1 < of.codes.len() {
            self.code = of.codes.following(self.rank, self.code);
            self.rank += 1;
            self.end = of.links(self.rank).end;
        }
        self.code
    }
}
