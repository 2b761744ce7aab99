//! The statements of one predicate: links (distinct subject and object) in both orders, and who says them since when.
//!
//! A link's *place* is its number in the order of subject and object. Look-ups are binary searches; starting one costs
//! no allocation.

use std::ops::Range;
use std::sync::OnceLock;

use crate::store::Id;
use crate::store::snapshot::manifest::{Section, SpreadSection, TableSections};
use crate::store::snapshot::map::{Column, Map, Plain};

/// The mapped arrays of one predicate.
pub(in crate::store) struct Table {
    pub predicate: Id,
    pub subjects: Column<Id>,
    pub objects: Column<Id>,
    pub by_object: Column<Id>,
    positions: Column<u32>,
    starts: Option<Column<u32>>,
    graph: Spread<u32>,
    file: Spread<u32>,
    row: Spread<u32>,
    known: Spread<i32>,
    latest_known: i32,
    is_functional: OnceLock<bool>,
}

enum Spread<T> {
    Same(T),
    Each(Column<T>),
}

impl<T: Plain> Spread<T> {
    fn open(map: &Map, section: &SpreadSection, n: u64, narrow: impl Fn(i64) -> Option<T>) -> Option<Self> {
        match section {
            SpreadSection::Same(value) => narrow(*value).map(Self::Same),
            SpreadSection::Each(section) => column(map, section, n).map(Self::Each),
        }
    }

    fn get(&self, at: usize) -> T {
        match self {
            Self::Same(value) => *value,
            Self::Each(values) => values[at],
        }
    }
}

fn column<T: Plain>(map: &Map, section: &Section, n: u64) -> Option<Column<T>> {
    map.column(section.offset, section.bytes).filter(|column: &Column<T>| column.len() as u64 == n)
}

impl Table {
    /// `None` when the sections do not fit the file or each other.
    pub fn open(map: &Map, sections: &TableSections) -> Option<Self> {
        let (n, statements) = (sections.n_links, sections.n_statements);
        let number = |value: i64| u32::try_from(value).ok();
        let starts = match &sections.starts {
            Some(section) => Some(column(map, section, n + 1)?),
            None => (n == statements).then_some(None)?,
        };
        Some(Self {
            predicate: Id::from_bits(sections.predicate),
            subjects: column(map, &sections.subjects, n)?,
            objects: column(map, &sections.objects, n)?,
            by_object: column(map, &sections.by_object, n)?,
            positions: column(map, &sections.positions, n)?,
            starts,
            graph: Spread::open(map, &sections.graph, statements, number)?,
            file: Spread::open(map, &sections.file, statements, number)?,
            row: Spread::open(map, &sections.row, statements, number)?,
            known: Spread::open(map, &sections.known, statements, |value| i32::try_from(value).ok())?,
            latest_known: sections.latest_known,
            is_functional: OnceLock::new(),
        })
    }

    /// Number of links.
    pub fn len(&self) -> usize {
        self.subjects.len()
    }

    /// Places of the links of a subject.
    pub fn of_subject(&self, subject: Id) -> Range<usize> {
        equal(&self.subjects, subject)
    }

    /// Places *in the order of objects* of the links to an object; [`Table::place`] gives their own places.
    pub fn of_object(&self, object: Id) -> Range<usize> {
        equal(&self.by_object, object)
    }

    /// The place of the link that stands at `at` in the order of objects.
    pub fn place(&self, at: usize) -> usize {
        self.positions[at] as usize
    }

    /// The place of one link, as a range of one, or an empty range.
    pub fn of_both(&self, subject: Id, object: Id) -> Range<usize> {
        let of_subject = self.of_subject(subject);
        let found = self.objects[of_subject.clone()].binary_search(&object).ok();
        found.map_or(0..0, |at| of_subject.start + at..of_subject.start + at + 1)
    }

    /// Whether each subject has one object; found out when it is first asked for.
    pub fn is_functional(&self) -> bool {
        *self.is_functional.get_or_init(|| self.subjects.windows(2).all(|pair| pair[0] != pair[1]))
    }

    /// Whether one graph says every link, and no other says any.
    pub fn is_wholly_in(&self, graph: u32) -> bool {
        matches!(self.graph, Spread::Same(only) if only == graph)
    }

    /// Whether everything was known by the day.
    pub fn is_known_by(&self, day: i32) -> bool {
        self.latest_known <= day
    }

    /// Whether any graph said the link by the day.
    pub fn is_visible(&self, place: usize, day: i32) -> bool {
        self.is_known_by(day) || self.statements(place).any(|at| self.known.get(at) <= day)
    }

    /// Whether one graph said the link by the day.
    pub fn is_in_graph(&self, place: usize, graph: u32, day: i32) -> bool {
        self.statements(place).any(|at| self.graph.get(at) == graph && self.known.get(at) <= day)
    }

    /// The statements that say a link, in the order of graph and origin.
    pub fn statements(&self, place: usize) -> Range<usize> {
        match &self.starts {
            None => place..place + 1,
            Some(starts) => starts[place] as usize..starts[place + 1] as usize,
        }
    }

    /// The graph of a statement, as its place in the list of graphs, when it was known by the day.
    pub fn graph_by(&self, statement: usize, day: i32) -> Option<u32> {
        (self.known.get(statement) <= day).then(|| self.graph.get(statement))
    }

    /// File and row of a statement.
    pub fn origin(&self, statement: usize) -> (u32, u32) {
        (self.file.get(statement), self.row.get(statement))
    }
}

/// The range of values equal to `wanted` in a sorted slice; ranges are mostly short, so their end is searched by steps
/// that double.
fn equal(sorted: &[Id], wanted: Id) -> Range<usize> {
    let is_outside =
        sorted.first().is_none_or(|first| wanted < *first) || sorted.last().is_some_and(|last| *last < wanted);
    if is_outside {
        return 0..0;
    }
    let start = sorted.partition_point(|id| *id < wanted);
    let mut step = 1;
    while sorted.get(start + step).is_some_and(|id| *id == wanted) {
        step *= 2;
    }
    let rest = &sorted[start + step / 2..sorted.len().min(start + step)];
    start..start + step / 2 + rest.partition_point(|id| *id == wanted)
}
