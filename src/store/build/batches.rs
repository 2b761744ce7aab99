//! Builds a snapshot of all batches of a workspace.
//!
//! In come the batches' folders, out comes the snapshot's folder, filled. Every file that is read is compared with the
//! hash in its batch's manifest first. Never looks at the quarantine.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::ontology;
use crate::store::batch::BatchManifest;
use crate::store::batch::columns::{each_statement, n_groups, read_terms};
use crate::store::batch::manifest::{TERMS, TableFile};
use crate::store::batch::writer::file_hash;
use crate::store::build::budget::Budget;
use crate::store::build::runs::Runs;
use crate::store::build::sink::Sink;
use crate::store::build::table::Occurrence;
use crate::store::build::{Coded, Content, Entered, Slot, Terms, Work, write_layer};
use crate::store::error::{HINT_LOAD, OrIo};
use crate::store::snapshot::codes::Codes;
use crate::store::snapshot::manifest::{ARRAYS, BatchFiles, MANIFEST};
use crate::store::{Id, StoreError};

/// A batch and where it is.
pub(in crate::store) struct Batch {
    pub folder: PathBuf,
    pub manifest: BatchManifest,
}

struct Source<'a> {
    batch: &'a Batch,
    ids: Vec<Id>,
    /// Number of the batch's first file over all batches.
    first_file: u32,
}

/// Fills `folder` with the snapshot of the batches, which come in the order of their hashes.
pub(in crate::store) fn build(batches: &[Batch], folder: &Path, budget: &Budget) -> Result<(), StoreError> {
    batches.par_iter().try_for_each(Batch::verify)?;
    let mut sink = Sink::to_file(&folder.join(ARRAYS))?;
    let mut terms = Terms::on(None, budget);
    let slots = batches.iter().map(|batch| batch.enter_terms(&mut terms)).collect::<Result<Vec<_>, _>>()?;
    let coded = terms.write(&|take| each_type(batches, &slots, take), &mut sink)?;
    let sources = sources(batches, slots, &coded);
    let graphs = graphs(&sources);
    let tables = tables(&sources);
    let work = tables.iter().map(|(predicate, tables)| Work {
        predicate: *predicate,
        iri: tables.first().map(|(_, table)| table.iri.clone()).unwrap_or_default(),
        n_statements: tables.iter().map(|(_, table)| table.n_statements).sum(),
    });
    let work = work.collect();
    let read = |work: &Work, all: &mut Runs<Occurrence>| {
        let of_predicate = tables.get(&work.predicate).into_iter().flatten();
        of_predicate.into_iter().try_for_each(|(source, table)| source.read(table, &graphs, &coded.codes, all))
    };
    let files = batches.iter().map(Batch::files).collect();
    let content = Content { batches: files, graphs: graphs.clone(), work, read };
    let (manifest, _) = write_layer(sink, None, &coded, content, budget)?;
    let path = folder.join(MANIFEST);
    fs::write(&path, manifest.to_json()).or_io("write", &path)
}

impl Batch {
    /// Compares every file that a snapshot is made of with its hash.
    fn verify(&self) -> Result<(), StoreError> {
        let files = self.manifest.files.par_iter().filter(|file| file.file.ends_with(".parquet"));
        files.try_for_each(|expected| {
            let found = file_hash(&self.folder, Path::new(&expected.file))?;
            if found == *expected {
                return Ok(());
            }
            let text = format!("expected hash {}, found {}", expected.blake3, found.blake3);
            Err(StoreError::damaged(&self.folder.join(&expected.file), HINT_LOAD, text))
        })
    }

    /// Enters all terms of the batch; row groups are read some at once.
    fn enter_terms(&self, terms: &mut Terms<'_>) -> Result<Vec<Slot>, StoreError> {
        let mark = format!("b{}-", &self.manifest.hash[..self.manifest.hash.len().min(16)]);
        let path = self.folder.join(TERMS);
        let mut slots = Vec::with_capacity(self.manifest.n_terms as usize);
        let groups: Vec<_> = (0..n_groups(&path)?).collect();
        for wave in groups.chunks(rayon::current_num_threads()) {
            let read = wave.par_iter().map(|group| {
                let mut entered = Entered::default();
                read_terms(&path, *group, |term| entered.enter(term, &mark))?;
                Ok(entered)
            });
            for entered in read.collect::<Result<Vec<_>, StoreError>>()? {
                terms.append(&entered, &mut slots)?;
            }
        }
        Ok(slots)
    }

    /// What the snapshot's manifest says of it.
    pub fn files(&self) -> BatchFiles {
        let files = self.manifest.inputs.iter().map(|input| input.input.file.clone()).collect();
        BatchFiles { hash: self.manifest.hash.clone(), source: self.manifest.source.clone(), files }
    }
}

fn sources<'a>(batches: &'a [Batch], slots: Vec<Vec<Slot>>, coded: &Coded) -> Vec<Source<'a>> {
    let mut first_file = 0;
    let source = |(batch, slots): (&'a Batch, Vec<Slot>)| {
        let ids = slots.into_iter().map(|slot| slot.id(coded)).collect();
        let source = Source { batch, ids, first_file };
        first_file += batch.manifest.inputs.len() as u32;
        source
    };
    batches.iter().zip(slots).map(source).collect()
}

fn graphs(sources: &[Source<'_>]) -> Vec<Id> {
    let graphs = sources.iter().flat_map(|source| source.batch.manifest.graphs.iter().filter_map(|at| source.id(*at)));
    let mut graphs: Vec<_> = graphs.collect();
    graphs.sort_unstable();
    graphs.dedup();
    graphs
}

/// The tables of all batches by predicate.
fn tables<'a>(sources: &'a [Source<'a>]) -> BTreeMap<Id, Vec<(&'a Source<'a>, &'a TableFile)>> {
    let mut tables: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for source in sources {
        for table in &source.batch.manifest.tables {
            if let Some(predicate) = source.id(table.predicate) {
                tables.entry(predicate).or_default().push((source, table));
            }
        }
    }
    tables
}

impl Source<'_> {
    fn id(&self, number: u32) -> Option<Id> {
        self.ids.get(number as usize).copied()
    }

    fn read(
        &self,
        table: &TableFile,
        graphs: &[Id],
        codes: &Codes,
        all: &mut Runs<Occurrence>,
    ) -> Result<(), StoreError> {
        let path = self.batch.folder.join(&table.file);
        let mut last_graph = (u32::MAX, 0);
        let unknown = |number: u32| StoreError::damaged(&path, HINT_LOAD, format!("there is no term {number}"));
        let id = |number: u32| self.id(number).ok_or_else(|| unknown(number));
        each_statement(&path, |it| {
            if last_graph.0 != it.graph {
                let place = graphs.binary_search(&id(it.graph)?).unwrap_or_default();
                last_graph = (it.graph, place as u32);
            }
            all.push(Occurrence {
                subject: codes.code(id(it.subject)?).ok_or(StoreError::NoNode)?,
                object: id(it.object)?,
                graph: last_graph.1,
                file: self.first_file + it.file,
                row: it.row,
                known: it.known,
            })
        })
    }
}

/// Gives each node with its class.
fn each_type(batches: &[Batch], slots: &[Vec<Slot>], take: &mut dyn FnMut(Slot, Slot)) -> Result<(), StoreError> {
    for (batch, slots) in batches.iter().zip(slots) {
        for table in batch.manifest.tables.iter().filter(|table| table.iri == ontology::RDF_TYPE.as_str()) {
            each_statement(&batch.folder.join(&table.file), |it| {
                if let (Some(node), Some(class)) = (slots.get(it.subject as usize), slots.get(it.object as usize)) {
                    take(*node, *class);
                }
                Ok(())
            })?;
        }
    }
    Ok(())
}
