//! Builds from chunks of statements in memory: small snapshots without a folder, and derived graphs.

use std::collections::BTreeMap;

use crate::mapping::{Known, LocalTerm, Statements, TermText};
use crate::model::Day;
use crate::ontology;
use crate::store::build::budget::Budget;
use crate::store::build::runs::Runs;
use crate::store::build::sink::Sink;
use crate::store::build::table::Occurrence;
use crate::store::build::{Coded, Content, Slot, Terms, Work, write_layer};
use crate::store::snapshot::Snapshot;
use crate::store::snapshot::layer::Layer;
use crate::store::snapshot::manifest::{BatchFiles, LayerManifest};
use crate::store::{Id, StoreError};

/// A chunk of statements, and what the chunk itself does not say.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// IRI of the graph for statements that name none.
    pub graph: &'a str,
    /// The file that the rows are in.
    pub file: &'a str,
    /// The chunk.
    pub statements: &'a Statements,
}

impl Snapshot {
    /// A snapshot without a folder, for small data and tests. `load_day` is when statements were loaded that say no day
    /// of their own. Blank nodes keep their labels and are shared by all parts.
    pub fn from_statements(parts: &[Part<'_>], load_day: Day) -> Result<Self, StoreError> {
        let files = parts.iter().map(|part| part.file.to_owned()).collect();
        let batches = vec![BatchFiles { hash: "memory".into(), source: String::new(), files }];
        let (manifest, arrays) = build(Sink::to_memory()?, None, batches, parts, load_day)?;
        Layer::in_memory(manifest, &arrays).map(Self::of_layer)
    }
}

/// Builds a layer from chunks; `batches` names their files, none for derived graphs.
pub(in crate::store) fn build(
    mut sink: Sink,
    base: Option<&Snapshot>,
    batches: Vec<BatchFiles>,
    parts: &[Part<'_>],
    load_day: Day,
) -> Result<(LayerManifest, Vec<u8>), StoreError> {
    let budget = Budget::unlimited();
    let mut terms = Terms::on(base, &budget);
    let slots = parts.iter().map(|part| PartSlots::enter(part, &mut terms)).collect::<Result<Vec<_>, _>>()?;
    let coded = terms.write(&|take| each_type(parts, &slots, take), &mut sink)?;
    let has_files = !batches.is_empty();
    let rows = rows(parts, &slots, &coded, has_files, load_day)?;
    let mut graphs: Vec<_> = rows.iter().map(|row| row.graph).collect();
    graphs.sort_unstable();
    graphs.dedup();
    let mut tables: BTreeMap<Id, (String, Vec<Occurrence>)> = BTreeMap::new();
    for row in rows {
        let graph = graphs.binary_search(&row.graph).unwrap_or_default() as u32;
        let (_, table) = tables.entry(row.predicate).or_insert_with(|| (row.predicate_iri.to_owned(), Vec::new()));
        table.push(Occurrence { graph, ..row.occurrence });
    }
    let work = tables.iter().map(|(predicate, (iri, statements))| Work {
        predicate: *predicate,
        iri: iri.clone(),
        n_statements: statements.len() as u64,
    });
    let work = work.collect();
    let read = |work: &Work, all: &mut Runs<Occurrence>| {
        tables.get(&work.predicate).into_iter().flat_map(|(_, table)| table).try_for_each(|it| all.push(*it))
    };
    let content = Content { batches, graphs, work, read };
    write_layer(sink, base, &coded, content, &budget)
}

/// Gives each node with its class.
fn each_type(parts: &[Part<'_>], slots: &[PartSlots], take: &mut dyn FnMut(Slot, Slot)) -> Result<(), StoreError> {
    for (part, slots) in parts.iter().zip(slots) {
        for it in &part.statements.statements {
            if part.statements.resolve(it.predicate) == TermText::Iri(ontology::RDF_TYPE.as_str()) {
                take(slots.terms[it.subject.index()], slots.terms[it.object.index()]);
            }
        }
    }
    Ok(())
}

/// The terms of one part on their way to ids.
struct PartSlots {
    terms: Vec<Slot>,
    graph: Slot,
}

impl PartSlots {
    fn enter(part: &Part<'_>, terms: &mut Terms<'_>) -> Result<Self, StoreError> {
        let graph = terms.enter(TermText::Iri(part.graph))?;
        let terms = part.statements.terms().map(|term| terms.enter(term)).collect::<Result<_, _>>()?;
        Ok(Self { terms, graph })
    }
}

struct Row<'a> {
    predicate: Id,
    predicate_iri: &'a str,
    graph: Id,
    occurrence: Occurrence,
}

fn rows<'a>(
    parts: &[Part<'a>],
    slots: &[PartSlots],
    coded: &Coded,
    has_files: bool,
    load_day: Day,
) -> Result<Vec<Row<'a>>, StoreError> {
    let mut rows = Vec::new();
    for (file, (part, slots)) in (0u32..).zip(parts.iter().zip(slots)) {
        let id = |term: LocalTerm| slots.terms[term.index()].id(coded);
        for statement in &part.statements.statements {
            let origin = if has_files { (file, row_number(statement.row)?) } else { (0, 0) };
            let TermText::Iri(predicate_iri) = part.statements.resolve(statement.predicate) else { continue };
            rows.push(Row {
                predicate: id(statement.predicate),
                predicate_iri,
                graph: statement.graph.map_or(slots.graph.id(coded), id),
                occurrence: Occurrence {
                    subject: code_of(id(statement.subject), coded)?,
                    object: id(statement.object),
                    graph: 0,
                    file: origin.0,
                    row: origin.1,
                    known: known_day(statement.known, load_day),
                },
            });
        }
    }
    Ok(rows)
}

/// The code of a subject.
pub(in crate::store) fn code_of(subject: Id, coded: &Coded) -> Result<u32, StoreError> {
    coded.codes.code(subject).ok_or(StoreError::NoNode)
}

/// A row's number as the store keeps it.
pub(in crate::store) fn row_number(row: u64) -> Result<u32, StoreError> {
    u32::try_from(row).map_err(|_| StoreError::TooMany { what: "rows of one file", limit: u32::MAX.into() })
}

/// The first day on which a statement is shown, as days since 1970-01-01.
pub(in crate::store) fn known_day(known: Known, load_day: Day) -> i32 {
    match known {
        Known::Always => i32::MIN,
        Known::On(day) => day.days(),
        Known::OnLoad => load_day.days(),
    }
}
