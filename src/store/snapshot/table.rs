//! The statements of one predicate: links (distinct subject and object), and who says them since when.
//!
//! A link's *place* is its number in the order of subject and object. Starting a look-up costs no allocation.

use std::ops::Range;

use crate::store::Id;
use crate::store::snapshot::adjacency::{Adjacency, Walk};
use crate::store::snapshot::code_set::CodeSet;
use crate::store::snapshot::codes::Codes;
use crate::store::snapshot::manifest::{RepeatsSection, TableSections};
use crate::store::snapshot::map::Map;
use crate::store::snapshot::objects::Objects;
use crate::store::snapshot::packed::Packed;

/// The mapped arrays of one predicate.
#[derive(Clone)]
pub(in crate::store) struct Table {
    pub predicate: Id,
    pub codes: Codes,
    pub subjects: Adjacency,
    pub objects: Objects,
    n_links: usize,
    repeats: Option<Repeats>,
    graph: Packed,
    file: Packed,
    row: Packed,
    known: Packed,
    has_always: bool,
    latest_known: i32,
}

/// The links that are said more than once.
#[derive(Clone)]
struct Repeats {
    places: CodeSet,
    extra: Packed,
}

/// A link as it was found.
#[derive(Clone, Copy)]
pub(in crate::store) struct Link {
    pub subject: Id,
    pub object: Id,
    /// Where it stands, unless that takes another search, see [`Table::place`].
    place: Option<usize>,
}

impl Link {
    /// A link whose place is known.
    pub fn at(subject: Id, object: Id, place: usize) -> Self {
        Self { subject, object, place: Some(place) }
    }
}

impl Table {
    /// `None` when the sections do not fit the file or each other.
    pub fn open(map: &Map, sections: &TableSections, codes: Codes) -> Option<Self> {
        let (n, statements) = (sections.n_links, sections.n_statements);
        let repeats = match &sections.repeats {
            Some(section) => Some(Repeats::open(map, section)?),
            None => (n == statements).then_some(None)?,
        };
        Some(Self {
            predicate: Id::from_bits(sections.predicate),
            codes,
            subjects: Adjacency::open(map, &sections.subjects, n)?,
            objects: Objects::open(map, &sections.objects, n)?,
            n_links: usize::try_from(n).ok()?,
            repeats,
            graph: Packed::open(map, &sections.graph, statements)?,
            file: Packed::open(map, &sections.file, statements)?,
            row: Packed::open(map, &sections.row, statements)?,
            known: Packed::open(map, &sections.known, statements)?,
            has_always: sections.has_always,
            latest_known: sections.latest_known,
        })
    }

    /// Number of links.
    pub fn len(&self) -> usize {
        self.n_links
    }

    /// Places of the links of a subject.
    #[inline]
    pub fn of_subject(&self, subject: Id) -> Range<usize> {
        self.codes.code(subject).map_or(0..0, |code| self.subjects.of(code))
    }

    /// Appends the first object of each subject, [`Id::NONE`] where there is none. Subjects that stand side by side, one
    /// after the other, are read without looking for each.
    pub fn fetch(&self, subjects: &[Id], objects: &mut Vec<Id>) {
        let mut places = Vec::new();
        match self.run_of(subjects).filter(|_| self.subjects.is_single()) {
            Some(codes) => {
                let set = &self.subjects.codes;
                let ranks = set.n_below(codes.start)..set.n_below(codes.end);
                if ranks.len() == subjects.len() {
                    return self.objects.read(ranks, &self.codes, objects);
                }
                set.ranks_between(codes, ranks, &mut places);
            }
            None => {
                places.reserve(subjects.len());
                let codes = subjects.iter().map(|subject| self.codes.code(*subject));
                self.subjects.first_places(codes, &mut places);
            }
        }
        self.objects.gather(&places, &self.codes, objects);
    }

    /// The codes of ids that follow each other without gaps.
    fn run_of(&self, ids: &[Id]) -> Option<Range<u32>> {
        let (start, last) = (self.codes.code(*ids.first()?)?, self.codes.code(*ids.last()?)?);
        let end = last.checked_add(1)?;
        let first = ids.first()?.bits();
        let is_run = end.checked_sub(start).is_some_and(|n| n as usize == ids.len());
        // no early end, so that many are compared at a time
        let apart = || (first..).zip(ids).fold(0, |apart, (expected, id)| apart | (expected ^ id.bits()));
        (is_run && apart() == 0).then_some(start..end)
    }

    /// Begins to walk over the links of a subject.
    pub fn walk_of(&self, subject: Id, place: usize) -> Walk {
        self.codes.code(subject).map_or_else(Walk::default, |code| self.subjects.walk_of(code, place))
    }

    /// The place of one link, as a range of one, or an empty range.
    pub fn of_both(&self, subject: Id, object: Id) -> Range<usize> {
        let places = self.of_subject(subject);
        let at = self.objects.first_at_least(places.clone(), object, &self.codes);
        if at < places.end && self.objects.id(at, &self.codes) == object { at..at + 1 } else { 0..0 }
    }

    /// The link at a place; `walk` goes along with increasing places.
    #[inline]
    pub fn link(&self, place: usize, walk: &mut Walk) -> Link {
        let subject = self.codes.id(walk.code_at(place, &self.subjects));
        Link { subject, object: self.objects.id(place, &self.codes), place: Some(place) }
    }

    /// The link that stands at `at` in the order of objects, whose object is known.
    #[inline]
    pub fn link_back(&self, at: usize, object: Id) -> Link {
        if let Objects::Terms { subjects, .. } = &self.objects {
            return Link { subject: self.codes.id(subjects.get(at) as u32), object, place: None };
        }
        let place = self.objects.place(at);
        self.link(place, &mut self.subjects.walk(place))
    }

    /// Appends the subjects of links to an object, which stand at these places in the order of objects.
    pub fn read_back(&self, places: Range<usize>, object: Id, out: &mut Vec<Id>) {
        match &self.objects {
            Objects::Terms { subjects, .. } if self.codes.are_ids(subjects.greatest()) => {
                subjects.read(places, out, |code| Id::from_bits(code as u64));
            }
            Objects::Terms { subjects, .. } => subjects.read(places, out, |code| self.codes.id(code as u32)),
            _ => out.extend(places.map(|at| self.link_back(at, object).subject)),
        }
    }

    /// The link that stands at `at` in the order of objects; `walk` goes along with increasing places.
    pub fn link_by_object(&self, at: usize, walk: &mut Walk) -> Link {
        let Objects::Terms { back, .. } = &self.objects else { return self.link_back(at, Id::NONE) };
        if walk.is_default() {
            *walk = back.walk(at);
        }
        self.link_back(at, self.codes.id(walk.code_at(at, back)))
    }

    /// Appends the subjects of a range of links.
    pub fn read_subjects(&self, places: Range<usize>, subjects: &mut Vec<Id>) {
        if let (CodeSet::Run { first, .. }, true) = (&self.subjects.codes, self.subjects.is_single()) {
            let first = *first;
            subjects.extend(places.map(|place| self.codes.id(first.wrapping_add(place as u32))));
        } else if !places.is_empty() {
            let mut walk = self.subjects.walk(places.start);
            subjects.extend(places.map(|place| self.codes.id(walk.code_at(place, &self.subjects))));
        }
    }

    /// Where a link stands.
    pub fn place(&self, link: &Link) -> usize {
        link.place.unwrap_or_else(|| self.of_both(link.subject, link.object).start)
    }

    /// Whether everything was known by the day.
    fn is_known_by(&self, day: i32) -> bool {
        self.latest_known <= day
    }

    /// Whether all statements are in one graph.
    fn is_all_in_graph(&self, graph: u32) -> bool {
        self.graph.is_constant() && self.graph.least() == i64::from(graph)
    }

    /// Whether one of some graphs (`None`: any) said a link by the day.
    #[inline]
    pub fn shows(&self, link: &Link, graphs: Option<&[u32]>, day: i32) -> bool {
        self.shows_all(graphs, day) || self.is_shown(self.place(link), graphs, day)
    }

    /// Whether it is certain that one of some graphs (`None`: any) said every link by the day.
    #[inline]
    pub fn shows_all(&self, graphs: Option<&[u32]>, day: i32) -> bool {
        let is_all_in_one = |graphs: &[u32]| graphs.iter().any(|graph| self.is_all_in_graph(*graph));
        self.is_known_by(day) && graphs.is_none_or(is_all_in_one)
    }

    /// Whether one of some graphs (`None`: any) said the link at a place by the day.
    pub fn is_shown(&self, place: usize, graphs: Option<&[u32]>, day: i32) -> bool {
        self.shows_all(graphs, day) || self.statements(place).any(self.is_said(graphs, day))
    }

    /// The places of a range whose links one of some graphs (`None`: any) said by the day.
    pub fn shown_in(&self, places: Range<usize>, graphs: Option<&[u32]>, day: i32) -> Vec<usize> {
        if self.shows_all(graphs, day) {
            return places.collect();
        }
        let is_said = self.is_said(graphs, day);
        let Some(repeats) = &self.repeats else { return places.filter(|place| is_said(*place)).collect() };
        let mut walk = repeats.walk(places.start);
        places.filter(|place| walk.statements(*place, repeats).any(&is_said)).collect()
    }

    /// Whether a statement is of one of some graphs (`None`: any) and was known by the day.
    fn is_said<'a>(&'a self, graphs: Option<&'a [u32]>, day: i32) -> impl Fn(usize) -> bool + 'a {
        let is_all_known = self.is_known_by(day);
        let is_asked = move |at| graphs.is_none_or(|graphs| graphs.contains(&(self.graph.get(at) as u32)));
        move |at| is_asked(at) && (is_all_known || self.is_known(at, day))
    }

    /// The statements that say the link at a place, in the order of graph and origin.
    pub fn statements(&self, place: usize) -> Range<usize> {
        self.repeats.as_ref().map_or(place..place + 1, |repeats| repeats.statements(place))
    }

    /// The graph of a statement, as its place in the list of graphs, when it was known by the day.
    pub fn graph_by(&self, statement: usize, day: i32) -> Option<u32> {
        self.is_known(statement, day).then(|| self.graph.get(statement) as u32)
    }

    /// File and row of a statement.
    pub fn origin(&self, statement: usize) -> (u32, u32) {
        (self.file.get(statement) as u32, self.row.get(statement) as u32)
    }

    /// The day on which a statement became known, when that is not later than `day`; `None` for what was always known.
    pub fn known_since(&self, statement: usize, day: i32) -> Option<i32> {
        let is_always = self.has_always && self.known.get(statement) == self.known.least();
        (!is_always && self.is_known(statement, day)).then(|| self.known.get(statement) as i32)
    }

    fn is_known(&self, statement: usize, day: i32) -> bool {
        let known = self.known.get(statement);
        known <= i64::from(day) || self.has_always && known == self.known.least()
    }
}

impl Repeats {
    fn open(map: &Map, section: &RepeatsSection) -> Option<Self> {
        let places = CodeSet::open(map, &section.places)?;
        let extra = Packed::open(map, &section.extra, places.len() as u64 + 1)?;
        Some(Self { places, extra })
    }

    fn statements(&self, place: usize) -> Range<usize> {
        let rank = self.places.n_below(place as u32);
        let is_repeated = rank < self.places.len() && self.places.rank(place as u32).is_some();
        let start = place + self.extra.place(rank);
        let more = if is_repeated { self.extra.place(rank + 1).saturating_sub(self.extra.place(rank)) } else { 0 };
        start..start + 1 + more
    }

    /// Begins to go along the places from `place` on.
    fn walk(&self, place: usize) -> RepeatsWalk {
        let rank = self.places.n_below(place as u32);
        let next = (rank < self.places.len()).then(|| self.places.code(rank));
        RepeatsWalk { rank, next, extra: self.extra.place(rank) }
    }
}

/// Goes along places without a search for each.
struct RepeatsWalk {
    /// How many repeated links are before.
    rank: usize,
    /// The place of the next repeated link.
    next: Option<u32>,
    /// Statements beyond the first of each link before.
    extra: usize,
}

impl RepeatsWalk {
    /// The statements of a place, which is the one after that asked for before.
    #[inline]
    fn statements(&mut self, place: usize, repeats: &Repeats) -> Range<usize> {
        let start = place + self.extra;
        let Some(code) = self.next.filter(|next| *next as usize == place) else { return start..start + 1 };
        let after = repeats.extra.place(self.rank + 1);
        let more = after.saturating_sub(self.extra);
        (self.rank, self.extra) = (self.rank + 1, after);
        self.next = (self.rank < repeats.places.len()).then(|| repeats.places.following(self.rank - 1, code));
        start..start + 1 + more
    }
}
