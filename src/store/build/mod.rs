//! Builds the arrays of a snapshot, or of derived graphs on top of one.
//!
//! In come terms and, a predicate at a time, statements; out come the array file and its manifest. First all terms are
//! sorted into the dictionary, which gives the ids; then the predicates are sorted in parallel, some at once so that
//! memory stays bounded, and written one after the other: the bytes are the same for any number of threads. Costs the
//! terms' own bytes and some thirty bytes a term, then some hundred bytes for each of [`WAVE`] statements.

pub(in crate::store) mod batches;
pub(in crate::store) mod dictionary;
pub(in crate::store) mod memory;
pub(in crate::store) mod sink;
pub(in crate::store) mod table;

use rayon::prelude::*;

use crate::mapping::TermText;
use crate::store::inline::Inline;
use crate::store::key::{Key, Kind};
use crate::store::snapshot::Snapshot;
use crate::store::snapshot::manifest::{BatchFiles, FORMAT, LayerManifest, TableSections};
use crate::store::terms::TermList;
use crate::store::{Id, StoreError};
use dictionary::Written;
pub use memory::Part;
pub(in crate::store) use memory::{known_day, row_number};
use sink::Sink;
use table::{Occurrence, Table};

/// How many statements are sorted at once.
const WAVE: u64 = 2_000_000;

/// Terms on their way to ids.
#[derive(Default)]
pub(in crate::store) struct Terms<'a> {
    /// For derived graphs: the source graphs, whose ids are kept.
    base: Option<&'a Snapshot>,
    list: TermList,
}

/// The id of a term, or its number in the list until the dictionary is written.
#[derive(Clone, Copy)]
pub(in crate::store) struct Slot(u64);

/// A tag that the store gives to no id.
const LISTED: u64 = 15 << 60;

/// One predicate and how many statements to expect.
pub(in crate::store) struct Work {
    pub predicate: Id,
    pub iri: String,
    pub n_statements: u64,
}

/// What a layer's statements are made of.
pub(in crate::store) struct Content<R> {
    pub batches: Vec<BatchFiles>,
    /// In the order of their ids.
    pub graphs: Vec<Id>,
    /// In the order of their ids.
    pub work: Vec<Work>,
    /// Reads all statements of a predicate, the graphs as places in `graphs`.
    pub read: R,
}

impl<'a> Terms<'a> {
    pub fn on(base: Option<&'a Snapshot>) -> Self {
        Self { base, list: TermList::default() }
    }

    /// Enters a term; blank nodes get the batch's mark in front, so that equal labels of two batches stay two nodes.
    pub fn enter(&mut self, term: TermText<'_>, mark: &str) -> Result<Slot, StoreError> {
        if let TermText::Typed(lexical, datatype) = term
            && let Some(value) = Inline::parse(lexical, datatype)
        {
            return Ok(Slot(Id::of_value(value).bits()));
        }
        if let Some(id) = self.base.and_then(|base| base.id_of_text(term)) {
            return Ok(Slot(id.bits()));
        }
        let key = match term {
            TermText::Blank(label) if !mark.is_empty() => Key { kind: Kind::Blank, head: mark, tail: label },
            term => Key::of(term),
        };
        self.list.push(key).map(|at| Slot(LISTED | u64::from(at)))
    }

    /// Writes the dictionary; gives the ids of listed terms.
    pub fn write(self, sink: &mut Sink) -> Result<Written, StoreError> {
        dictionary::write(&self.list, self.base.is_some(), sink)
    }
}

impl Slot {
    /// The id, once the dictionary is written.
    pub fn id(self, written: &[Id]) -> Id {
        if self.0 < LISTED { Id::from_bits(self.0) } else { written[(self.0 & !LISTED) as usize] }
    }
}

/// Writes the tables behind the dictionary and closes the file. Gives the manifest and, from memory, the bytes.
pub(in crate::store) fn write_layer<R>(
    mut sink: Sink,
    base: Option<&Snapshot>,
    (dictionary, n_terms): (crate::store::snapshot::manifest::DictionarySections, u64),
    content: Content<R>,
) -> Result<(LayerManifest, Vec<u8>), StoreError>
where
    R: Fn(&Work) -> Result<Vec<Occurrence>, StoreError> + Sync,
{
    let tables = write_tables(&mut sink, &content)?;
    let (bytes, arrays) = sink.finish()?;
    let mut manifest = LayerManifest {
        format: FORMAT,
        base: base.map(|base| base.hash().to_owned()),
        batches: content.batches,
        n_terms,
        n_links: tables.iter().map(|table| table.n_links).sum(),
        n_statements: tables.iter().map(|table| table.n_statements).sum(),
        graphs: content.graphs.into_iter().map(Id::bits).collect(),
        bytes,
        dictionary,
        tables,
        checksum: String::new(),
    };
    manifest.checksum = manifest.hash();
    Ok((manifest, arrays))
}

fn write_tables<R>(sink: &mut Sink, content: &Content<R>) -> Result<Vec<TableSections>, StoreError>
where
    R: Fn(&Work) -> Result<Vec<Occurrence>, StoreError> + Sync,
{
    let mut written = Vec::new();
    let mut rest = content.work.as_slice();
    while !rest.is_empty() {
        let (wave, later) = rest.split_at(wave_length(rest));
        let tables = wave.par_iter().map(|work| (content.read)(work).and_then(Table::of));
        let tables = tables.collect::<Result<Vec<_>, _>>()?;
        for (work, table) in wave.iter().zip(tables) {
            written.push(table.write(work.predicate, work.iri.clone(), sink)?);
        }
        rest = later;
    }
    Ok(written)
}

/// How many of the next predicates fit into one wave; at least one.
fn wave_length(work: &[Work]) -> usize {
    let sums = work.iter().scan(0, |sum, work| {
        *sum += work.n_statements;
        Some(*sum)
    });
    sums.take_while(|sum| *sum <= WAVE).count().max(1)
}
