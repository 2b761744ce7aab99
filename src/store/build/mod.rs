//! Builds the arrays of a snapshot, or of derived graphs on top of one.
//!
//! In come terms and, a predicate at a time, statements; out come the array file and its manifest. First all terms are
//! sorted into the dictionary, which gives the codes; then the predicates are sorted in parallel, as many at once as the
//! memory budget allows, and written one after the other: the bytes are the same for any number of threads and any
//! budget. What does not fit into the budget goes through scratch files; some twenty bytes a term always stay in memory.

pub(in crate::store) mod batches;
pub(in crate::store) mod budget;
mod classes;
mod dictionary;
mod encode;
pub(in crate::store) mod memory;
mod objects;
mod runs;
mod segment;
pub(in crate::store) mod sink;
mod spool;
pub(in crate::store) mod table;
mod term_merge;
mod term_runs;

use rayon::prelude::*;

use crate::mapping::TermText;
use crate::store::inline::Inline;
use crate::store::key::{Key, Kind};
use crate::store::snapshot::Snapshot;
use crate::store::snapshot::codes::Codes;
use crate::store::snapshot::manifest::{BatchFiles, DictionarySections, FORMAT, LayerManifest, TableSections};
use crate::store::terms::TermList;
use crate::store::{Id, StoreError};
use budget::Budget;
use dictionary::Numbered;
pub use memory::Part;
pub(in crate::store) use memory::{known_day, row_number};
use runs::Runs;
use sink::{Arrays, Sink};
use table::{BYTES_A_STATEMENT, Occurrence, Table};
use term_runs::TermRuns;

/// Terms on their way to codes.
pub(in crate::store) struct Terms<'a> {
    /// For derived graphs: the source graphs, whose ids are kept.
    base: Option<&'a Snapshot>,
    list: TermRuns,
    budget: Budget,
}

/// The id of a term, or its number in the list until the dictionary is written.
#[derive(Clone, Copy)]
pub(in crate::store) struct Slot(u64);

/// Some terms on their way to be entered, each as a slot; listed ones count from the first of these.
#[derive(Default)]
pub(in crate::store) struct Entered {
    list: TermList,
    slots: Vec<Slot>,
}

/// A tag that the store gives to no id.
const LISTED: u64 = 15 << 60;

/// Gives all pairs of `rdf:type`, nodes and classes, to a taker.
pub(in crate::store) type Typed<'a> = dyn Fn(&mut dyn FnMut(Slot, Slot)) -> Result<(), StoreError> + 'a;

/// A dictionary in the file, and the codes that it gives.
pub(in crate::store) struct Coded {
    pub codes: Codes,
    sections: DictionarySections,
    n_terms: [u32; 3],
    /// One for each listed term.
    listed: Vec<u32>,
}

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
    pub fn on(base: Option<&'a Snapshot>, budget: &Budget) -> Self {
        Self { base, list: TermRuns::new(budget), budget: budget.clone() }
    }

    /// Enters a term.
    pub fn enter(&mut self, term: TermText<'_>) -> Result<Slot, StoreError> {
        if let Some(value) = value_of(term) {
            return Ok(value);
        }
        if let Some(id) = self.base.and_then(|base| base.id_of_text(term)) {
            return Ok(Slot(id.bits()));
        }
        self.list.push(Key::of(term)).map(|number| Slot(LISTED | number))
    }

    /// Enters terms that were read elsewhere; only where there is no layer below.
    pub fn append(&mut self, entered: &Entered, slots: &mut Vec<Slot>) -> Result<(), StoreError> {
        let first = self.list.append(&entered.list)?;
        slots.extend(entered.slots.iter().map(|slot| match slot.listed() {
            None => *slot,
            Some(number) => Slot(LISTED | (first + number as u64)),
        }));
        Ok(())
    }

    /// Writes the dictionary, in which nodes of a class stand together.
    pub fn write(mut self, typed: &Typed<'_>, sink: &mut Sink) -> Result<Coded, StoreError> {
        let numbered = Numbered::of(&mut self.list)?;
        let (places, n_nodes) = (numbered.places.clone(), numbered.n_nodes());
        let types = |take: &mut dyn FnMut(u32, u64)| {
            typed(&mut |node, class| {
                let place = |slot: Slot| slot.listed().map(|number| places[number]);
                let class = place(class).map_or(class.0, |place| LISTED | u64::from(place));
                if let Some(node) = place(node).filter(|place| *place < n_nodes) {
                    take(node, class);
                }
            })
        };
        let written = dictionary::write(self.list, numbered, &types, sink, &self.budget)?;
        let too_many = || StoreError::TooMany { what: "terms", limit: u32::MAX.into() };
        let codes = match self.base {
            None => Codes::of(written.n_terms),
            Some(base) => base.layers().codes().with_derived(written.n_terms),
        };
        let below = self.base.map_or(0, |base| base.n_codes() as u32);
        let mut listed = written.ranks;
        listed.iter_mut().for_each(|rank| *rank += below);
        Ok(Coded { codes: codes.ok_or_else(too_many)?, sections: written.sections, n_terms: written.n_terms, listed })
    }
}

impl Entered {
    /// Enters a term; blank nodes get the batch's mark in front, so that equal labels of two batches stay two nodes.
    pub fn enter(&mut self, term: TermText<'_>, mark: &str) -> Result<(), StoreError> {
        let slot = match (value_of(term), term) {
            (Some(value), _) => value,
            (None, TermText::Blank(label)) => self.listed(Key { kind: Kind::Blank, head: mark, tail: label })?,
            (None, term) => self.listed(Key::of(term))?,
        };
        self.slots.push(slot);
        Ok(())
    }

    fn listed(&mut self, key: Key<'_>) -> Result<Slot, StoreError> {
        self.list.push(key).map(|number| Slot(LISTED | u64::from(number)))
    }
}

/// A value that stands in its id.
fn value_of(term: TermText<'_>) -> Option<Slot> {
    let TermText::Typed(lexical, datatype) = term else { return None };
    Inline::parse(lexical, datatype).map(|value| Slot(Id::of_value(value).bits()))
}

impl Slot {
    fn listed(self) -> Option<usize> {
        (self.0 >= LISTED).then_some((self.0 & !LISTED) as usize)
    }

    /// The id, once the dictionary is written.
    pub fn id(self, coded: &Coded) -> Id {
        match self.listed() {
            None => Id::from_bits(self.0),
            Some(number) => coded.codes.id(coded.listed.get(number).copied().unwrap_or_default()),
        }
    }
}

/// Writes the tables behind the dictionary and closes the file. Gives the manifest and, from memory, the bytes.
pub(in crate::store) fn write_layer<R>(
    mut sink: Sink,
    base: Option<&Snapshot>,
    coded: &Coded,
    content: Content<R>,
    budget: &Budget,
) -> Result<(LayerManifest, Vec<u8>), StoreError>
where
    R: Fn(&Work, &mut Runs<Occurrence>) -> Result<(), StoreError> + Sync,
{
    let tables = write_tables(&mut sink, &content, &coded.codes, budget)?;
    let Arrays { length, blocks, bytes } = sink.finish()?;
    let mut manifest = LayerManifest {
        format: FORMAT,
        base: base.map(|base| base.hash().to_owned()),
        batches: content.batches,
        n_terms: coded.n_terms,
        n_links: tables.iter().map(|table| table.n_links).sum(),
        n_statements: tables.iter().map(|table| table.n_statements).sum(),
        graphs: content.graphs.into_iter().map(Id::bits).collect(),
        dictionary: coded.sections.clone(),
        tables,
        bytes: length,
        blocks,
        checksum: String::new(),
    };
    manifest.checksum = manifest.hash();
    Ok((manifest, bytes))
}

fn write_tables<R>(
    sink: &mut Sink,
    content: &Content<R>,
    codes: &Codes,
    budget: &Budget,
) -> Result<Vec<TableSections>, StoreError>
where
    R: Fn(&Work, &mut Runs<Occurrence>) -> Result<(), StoreError> + Sync,
{
    let at_once = budget.records(1, BYTES_A_STATEMENT) as u64;
    let mut written = Vec::new();
    let mut rest = content.work.as_slice();
    while !rest.is_empty() {
        let (wave, later) = rest.split_at(wave_length(rest, at_once));
        let tables = wave.par_iter().with_max_len(1).map(|work| {
            let mut statements = table::runs(budget);
            statements.reserve(work.n_statements as usize);
            (content.read)(work, &mut statements)?;
            Table::of(statements, codes, budget)
        });
        let tables = tables.collect::<Result<Vec<_>, _>>()?;
        for (work, table) in wave.iter().zip(tables) {
            written.push(table.write(work.predicate, work.iri.clone(), sink)?);
        }
        rest = later;
    }
    Ok(written)
}

/// How many of the next predicates fit into one wave; at least one.
fn wave_length(work: &[Work], at_once: u64) -> usize {
    let sums = work.iter().scan(0, |sum, work| {
        *sum += work.n_statements;
        Some(*sum)
    });
    sums.take_while(|sum| *sum <= at_once).count().max(1)
}

/// A set of codes as it stands in a file, for tests of the reading side.
#[cfg(test)]
pub(in crate::store) fn packed_codes(codes: &[u32]) -> (crate::store::snapshot::manifest::CodeSetSection, Vec<u8>) {
    let budget = Budget::unlimited();
    let mut numbers = encode::Numbers::new(&budget, usize::MAX);
    codes.iter().try_for_each(|code| numbers.push(*code)).unwrap();
    let mut sink = Sink::to_memory().unwrap();
    let section = sink.put_codes(encode::encode_codes(numbers, &budget, usize::MAX).unwrap()).unwrap();
    (section, sink.finish().unwrap().bytes)
}
