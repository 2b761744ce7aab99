//! Turns the statements of one predicate into its arrays.
//!
//! In come statements in any order, out come bytes ready to be written. Sorted by subject, object, graph and origin;
//! a column in which all statements agree is kept as one value. Costs some seventy bytes a statement while it works.

use rayon::prelude::*;

use crate::store::build::sink::{Prepared, Sink};
use crate::store::snapshot::manifest::{SpreadSection, TableSections};
use crate::store::{Id, StoreError};

/// One statement as one row says it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(in crate::store) struct Occurrence {
    pub subject: Id,
    pub object: Id,
    /// Place in the snapshot's list of graphs.
    pub graph: u32,
    /// Number of the file over all batches.
    pub file: u32,
    pub row: u32,
    /// Day from which on it was known; the smallest number for always.
    pub known: i32,
}

/// The arrays of one predicate, ready to be written.
pub(in crate::store) struct Table {
    n_links: u64,
    n_statements: u64,
    latest_known: i32,
    subjects: Prepared,
    objects: Prepared,
    by_object: Prepared,
    positions: Prepared,
    starts: Option<Prepared>,
    graph: Spread,
    file: Spread,
    row: Spread,
    known: Spread,
}

enum Spread {
    Same(i64),
    Each(Prepared),
}

impl Table {
    pub fn of(mut statements: Vec<Occurrence>) -> Result<Self, StoreError> {
        statements.par_sort_unstable();
        statements.dedup_by_key(|it| Occurrence { known: 0, ..*it });
        let limit = u64::from(u32::MAX);
        u32::try_from(statements.len())
            .map_err(|_| StoreError::TooMany { what: "statements of one predicate", limit })?;
        let starts = starts(&statements);
        let links = &starts[..starts.len() - 1];
        let (by_object, positions) = by_object(&statements, links);
        let link = |at: &u32| &statements[*at as usize];
        Ok(Self {
            n_links: links.len() as u64,
            n_statements: statements.len() as u64,
            latest_known: statements.iter().map(|it| it.known).max().unwrap_or(i32::MIN),
            subjects: Prepared::of_u64s(links.iter().map(|at| link(at).subject.bits())),
            objects: Prepared::of_u64s(links.iter().map(|at| link(at).object.bits())),
            by_object,
            positions,
            graph: Spread::of(&statements, |it| it.graph, i64::from),
            file: Spread::of(&statements, |it| it.file, i64::from),
            row: Spread::of(&statements, |it| it.row, i64::from),
            known: Spread::of(&statements, |it| it.known as u32, |known| i64::from(known as i32)),
            starts: (links.len() < statements.len()).then(|| Prepared::of_u32s(starts.iter().copied())),
        })
    }

    pub fn write(self, predicate: Id, iri: String, sink: &mut Sink) -> Result<TableSections, StoreError> {
        Ok(TableSections {
            iri,
            predicate: predicate.bits(),
            n_links: self.n_links,
            n_statements: self.n_statements,
            latest_known: self.latest_known,
            subjects: sink.put(&self.subjects)?,
            objects: sink.put(&self.objects)?,
            by_object: sink.put(&self.by_object)?,
            positions: sink.put(&self.positions)?,
            starts: self.starts.map(|starts| sink.put(&starts)).transpose()?,
            graph: self.graph.write(sink)?,
            file: self.file.write(sink)?,
            row: self.row.write(sink)?,
            known: self.known.write(sink)?,
        })
    }
}

/// The first statement of each link, and one more at the end.
fn starts(statements: &[Occurrence]) -> Vec<u32> {
    let link = |at: usize| (statements[at].subject, statements[at].object);
    let is_first = |at: &usize| *at == 0 || link(at - 1) != link(*at);
    let mut starts: Vec<u32> = (0..statements.len()).filter(is_first).map(|at| at as u32).collect();
    starts.push(statements.len() as u32);
    starts
}

/// The objects of all links in order, and the place of each link.
fn by_object(statements: &[Occurrence], links: &[u32]) -> (Prepared, Prepared) {
    let object = |(place, at): (u32, &u32)| (statements[*at as usize].object, place);
    let mut order: Vec<_> = (0u32..).zip(links).map(object).collect();
    order.par_sort_unstable();
    let objects = Prepared::of_u64s(order.iter().map(|(object, _)| object.bits()));
    (objects, Prepared::of_u32s(order.iter().map(|(_, place)| *place)))
}

impl Spread {
    fn of(statements: &[Occurrence], value: impl Fn(&Occurrence) -> u32, widen: impl Fn(u32) -> i64) -> Self {
        let first = statements.first().map_or(0, &value);
        if statements.iter().all(|it| value(it) == first) {
            return Self::Same(widen(first));
        }
        Self::Each(Prepared::of_u32s(statements.iter().map(value)))
    }

    fn write(self, sink: &mut Sink) -> Result<SpreadSection, StoreError> {
        match self {
            Self::Same(value) => Ok(SpreadSection::Same(value)),
            Self::Each(values) => sink.put(&values).map(SpreadSection::Each),
        }
    }
}
