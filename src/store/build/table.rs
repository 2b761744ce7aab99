//! Turns the statements of one predicate into its columns.
//!
//! In come statements in any order, out come bytes ready to be written. Statements are sorted by subject, object, graph
//! and origin; the objects decide how they are kept. Costs some hundred bytes a statement while it works, or what the
//! budget allows: then sorted runs go through scratch files.

use std::cmp::Ordering;

use rayon::prelude::*;

use crate::store::build::budget::Budget;
use crate::store::build::encode::{Encoded, EncodedCodes, Numbers, encode_codes};
use crate::store::build::objects::{EncodedObjects, ObjectList};
use crate::store::build::runs::{Pair, Runs, Sortable, sort_by_number};
use crate::store::build::sink::Sink;
use crate::store::build::spool::Record;
use crate::store::snapshot::codes::Codes;
use crate::store::snapshot::manifest::{AdjacencySection, RepeatsSection, TableSections};
use crate::store::{Id, StoreError};

/// Bytes that a statement costs at most while its predicate is built.
pub(in crate::store) const BYTES_A_STATEMENT: u64 = 110;
const BYTES_SORTING: u64 = 96;
const BYTES_IN_COLUMNS: u64 = 40;

/// One statement as one row says it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(in crate::store) struct Occurrence {
    /// Code of the subject.
    pub subject: u32,
    pub object: Id,
    /// Place in the snapshot's list of graphs.
    pub graph: u32,
    /// Number of the file over all batches.
    pub file: u32,
    pub row: u32,
    /// Day from which on it was known; the smallest number for always.
    pub known: i32,
}

impl Record for Occurrence {
    const BYTES: usize = 28;

    fn put(self, out: &mut [u8]) {
        self.object.bits().put(&mut out[..8]);
        let numbers = [self.subject, self.graph, self.file, self.row, self.known as u32];
        numbers.into_iter().zip(out[8..].chunks_exact_mut(4)).for_each(|(number, out)| number.put(out));
    }

    fn take(bytes: &[u8]) -> Self {
        let number = |at: usize| <u32 as Record>::take(&bytes[at..at + 4]);
        let object = Id::from_bits(Record::take(&bytes[..8]));
        let (subject, graph, file) = (number(8), number(12), number(16));
        Self { subject, object, graph, file, row: number(20), known: number(24) as i32 }
    }
}

impl Sortable for Occurrence {
    fn order(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }

    fn sort(records: &mut Vec<Self>) {
        let pair = |(value, it): (u32, &Self)| Pair { key: it.subject.into(), value };
        let mut order: Vec<_> = (0..).zip(records.iter()).map(pair).collect();
        sort_by_number(&mut order, |pair| pair.key);
        *records = order.par_iter().with_min_len(1 << 14).map(|pair| records[pair.value as usize]).collect();
        for of_subject in records.chunk_by_mut(|left, right| left.subject == right.subject) {
            if of_subject.len() > 1 {
                of_subject.sort_unstable();
            }
        }
    }
}

/// The columns of one predicate, ready to be written.
pub(in crate::store) struct Table {
    n_links: u64,
    n_statements: u64,
    latest_known: i32,
    subjects: EncodedAdjacency,
    objects: EncodedObjects,
    repeats: Option<(EncodedCodes, Encoded)>,
    graph: Encoded,
    file: Encoded,
    row: Encoded,
    known: Encoded,
    has_always: bool,
}

/// One side of the links, ready to be written.
pub(in crate::store) struct EncodedAdjacency {
    codes: EncodedCodes,
    offsets: Option<Encoded>,
}

/// The columns while statements come in order.
struct Columns {
    last: Option<Occurrence>,
    subjects: Numbers<u32>,
    offsets: Numbers<u32>,
    objects: ObjectList,
    /// Links that are said more than once, and of each how many statements more than links come before.
    repeats: Numbers<u32>,
    extra: Numbers<u32>,
    is_repeated: bool,
    graph: Numbers<u32>,
    file: Numbers<u32>,
    row: Numbers<u32>,
    known: Numbers<i32>,
    latest_known: i32,
}

/// A list of statements that is sorted within the budget.
pub(in crate::store) fn runs(budget: &Budget) -> Runs<Occurrence> {
    Runs::new(budget, budget.records(1, BYTES_SORTING).min(u32::MAX as usize))
}

impl Table {
    pub fn of(mut statements: Runs<Occurrence>, codes: &Codes, budget: &Budget) -> Result<Self, StoreError> {
        let limit = budget.records(1, BYTES_IN_COLUMNS);
        let mut columns = Columns::new(budget, limit);
        statements.sorted()?.for_each(|it| columns.push(it))?;
        drop(statements);
        columns.finish(codes, budget, limit)
    }

    pub fn write(self, predicate: Id, iri: String, sink: &mut Sink) -> Result<TableSections, StoreError> {
        Ok(TableSections {
            iri,
            predicate: predicate.bits(),
            n_links: self.n_links,
            n_statements: self.n_statements,
            latest_known: self.latest_known,
            subjects: self.subjects.write(sink)?,
            objects: self.objects.write(sink)?,
            repeats: self.repeats.map(|(places, extra)| put_repeats(places, extra, sink)).transpose()?,
            graph: sink.put_column(self.graph)?,
            file: sink.put_column(self.file)?,
            row: sink.put_column(self.row)?,
            known: sink.put_column(self.known)?,
            has_always: self.has_always,
        })
    }
}

fn put_repeats(places: EncodedCodes, extra: Encoded, sink: &mut Sink) -> Result<RepeatsSection, StoreError> {
    Ok(RepeatsSection { places: sink.put_codes(places)?, extra: sink.put_column(extra)? })
}

impl Columns {
    fn new(budget: &Budget, limit: usize) -> Self {
        let column = || Numbers::new(budget, limit);
        Self {
            last: None,
            subjects: column(),
            offsets: column(),
            objects: ObjectList::new(budget, limit),
            repeats: column(),
            extra: column(),
            is_repeated: false,
            graph: column(),
            file: column(),
            row: column(),
            known: Numbers::new(budget, limit),
            latest_known: i32::MIN,
        }
    }

    fn push(&mut self, it: Occurrence) -> Result<(), StoreError> {
        let last = self.last.replace(it);
        if last.is_some_and(|last| Occurrence { known: it.known, ..last } == it) {
            return Ok(());
        }
        let is_new_subject = last.is_none_or(|last| last.subject != it.subject);
        if is_new_subject {
            self.subjects.push(it.subject)?;
            self.offsets.push(self.n_links()?)?;
        }
        if is_new_subject || last.is_some_and(|last| last.object != it.object) {
            self.objects.push(it.object)?;
            self.is_repeated = false;
        } else if !std::mem::replace(&mut self.is_repeated, true) {
            self.repeats.push(self.n_links()? - 1)?;
            self.extra.push(narrow(self.graph.len() - self.objects.len())?)?;
        }
        self.latest_known = self.latest_known.max(it.known);
        self.graph.push(it.graph)?;
        self.file.push(it.file)?;
        self.row.push(it.row)?;
        self.known.push(it.known)
    }

    fn n_links(&self) -> Result<u32, StoreError> {
        narrow(self.objects.len())
    }

    fn finish(mut self, codes: &Codes, budget: &Budget, limit: usize) -> Result<Table, StoreError> {
        let (n_links, n_statements) = (self.n_links()?, narrow(self.graph.len())?);
        self.offsets.push(n_links)?;
        self.extra.push(n_statements - n_links)?;
        let objects = self.objects.encode(&mut self.subjects, &mut self.offsets, codes, budget, limit)?;
        let repeats = (n_links < n_statements).then_some((self.repeats, self.extra));
        let (known, has_always) = known_days(self.known, budget, limit)?;
        let encode = |column: Numbers<u32>| column.encode(budget, limit);
        Ok(Table {
            n_links: n_links.into(),
            n_statements: n_statements.into(),
            latest_known: self.latest_known,
            subjects: EncodedAdjacency::of(self.subjects, self.offsets, n_links.into(), budget, limit)?,
            objects,
            repeats: match repeats {
                None => None,
                Some((places, extra)) => Some((encode_codes(places, budget, limit)?, encode(extra)?)),
            },
            graph: encode(self.graph)?,
            file: encode(self.file)?,
            row: encode(self.row)?,
            known: known.encode(budget, limit)?,
            has_always,
        })
    }
}

/// Days, in which the day before the first stands for always, so that they need few bytes; and whether any does.
fn known_days(mut known: Numbers<i32>, budget: &Budget, limit: usize) -> Result<(Numbers<i32>, bool), StoreError> {
    let mut first = i32::MAX;
    let mut has_always = false;
    known.read()?.for_each(|day| {
        has_always |= day == i32::MIN;
        first = if day > i32::MIN { first.min(day) } else { first };
        Ok(())
    })?;
    if !has_always || first == i32::MAX {
        return Ok((known, has_always));
    }
    let mut days = Numbers::new(budget, limit);
    known.read()?.for_each(|day| days.push(if day > i32::MIN { day } else { first - 1 }))?;
    Ok((days, true))
}

impl EncodedAdjacency {
    /// Offsets are left out when each code has one link.
    pub fn of(
        codes: Numbers<u32>,
        offsets: Numbers<u32>,
        n_links: u64,
        budget: &Budget,
        limit: usize,
    ) -> Result<Self, StoreError> {
        let offsets = (codes.len() < n_links).then(|| offsets.encode(budget, limit)).transpose()?;
        Ok(Self { codes: encode_codes(codes, budget, limit)?, offsets })
    }

    pub fn write(self, sink: &mut Sink) -> Result<AdjacencySection, StoreError> {
        let codes = sink.put_codes(self.codes)?;
        Ok(AdjacencySection { codes, offsets: self.offsets.map(|offsets| sink.put_column(offsets)).transpose()? })
    }
}

pub(in crate::store) fn narrow(n: u64) -> Result<u32, StoreError> {
    let limit = u64::from(u32::MAX);
    u32::try_from(n).map_err(|_| StoreError::TooMany { what: "statements of one predicate", limit })
}
