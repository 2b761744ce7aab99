//! Writes a batch while its statements come.
//!
//! Chunks are appended in the order of files and rows; each distinct term of a chunk is looked up once. Statements wait
//! in columns by predicate until [`MAX_WAITING`] are there; then the longest are written, in parallel, as row groups.
//! When to write depends on the statements only, so the bytes are the same for any number of threads. Costs the tails
//! of all distinct terms (see [`TermTable`]) and the waiting statements, some fifty megabytes.

use std::fs::{self, File};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::ingest::quarantine::{Reject, RowCount};
use crate::mapping::{Statement, Statements, TermText};
use crate::store::StoreError;
use crate::store::batch::columns::{Rows, Table, statements_schema, term_columns, terms_schema};
use crate::store::batch::manifest::{
    BatchManifest, BatchSpec, FORMAT, FileHash, LoadedInput, QUARANTINE, TERMS, TableFile,
};
use crate::store::build::{known_day, row_number};
use crate::store::durable::Draft;
use crate::store::error::OrIo;
use crate::store::key::Key;
use crate::store::terms::TermTable;

const MAX_WAITING: usize = 1_500_000;
const MAX_WAITING_TERMS: usize = 200_000;
const MAX_NAME: usize = 40;

/// A batch in the making; nothing of it remains when it is dropped before [`BatchWriter::finish`]. It cannot outlive the
/// writer's lock, because the next writer would take it for a killed one's remains.
pub struct BatchWriter<'a> {
    lock: PhantomData<&'a File>,
    draft: Draft,
    manifest: BatchManifest,
    terms: TermTable,
    terms_file: Table,
    n_terms_written: usize,
    tables: Vec<PredicateTable>,
    table_of: FxHashMap<u32, usize>,
    n_waiting: usize,
    quarantine: csv::Writer<File>,
    graph: u32,
    is_graph: Vec<bool>,
}

struct PredicateTable {
    predicate: u32,
    path: PathBuf,
    iri: String,
    rows: Rows,
    n_statements: u64,
    file: Option<Table>,
}

impl BatchWriter<'_> {
    pub(in crate::store) fn new(batches: &Path, spec: BatchSpec) -> Result<Self, StoreError> {
        let hash = spec.hash();
        let draft = Draft::new(batches, &hash)?;
        let statements = draft.path().join("statements");
        fs::create_dir(&statements).or_io("create", &statements)?;
        let path = draft.path().join(QUARANTINE);
        let mut quarantine = csv::Writer::from_writer(File::create_new(&path).or_io("create", &path)?);
        quarantine.write_record(["file", "row", "column", "reason", "raw"]).map_err(|it| csv_failed(&path, it))?;
        let mut terms = TermTable::default();
        let graph = terms.enter(Key::of(TermText::Iri(&spec.graph)))?;
        let terms_file = Table::create(&draft.path().join(TERMS), terms_schema())?;
        Ok(Self {
            lock: PhantomData,
            draft,
            manifest: manifest(spec, hash),
            terms,
            terms_file,
            n_terms_written: 0,
            tables: Vec::new(),
            table_of: FxHashMap::default(),
            n_waiting: 0,
            quarantine,
            graph,
            is_graph: Vec::new(),
        })
    }

    /// Appends the next chunk of a file, which is named by its place among the inputs.
    pub fn append(&mut self, file: usize, chunk: &Statements) -> Result<(), StoreError> {
        let numbers = chunk.terms().map(|term| self.terms.enter(Key::of(term))).collect::<Result<Vec<_>, _>>()?;
        let mut tables = vec![usize::MAX; numbers.len()];
        for statement in &chunk.statements {
            let local = statement.predicate.index();
            if tables[local] == usize::MAX {
                tables[local] = self.table(numbers[local], chunk.resolve(statement.predicate));
            }
            self.push(tables[local], file as u32, statement, &numbers)?;
        }
        self.n_waiting += chunk.statements.len();
        self.manifest.n_statements += chunk.statements.len() as u64;
        self.write_what_waits()
    }

    fn push(&mut self, table: usize, file: u32, statement: &Statement, numbers: &[u32]) -> Result<(), StoreError> {
        let graph = statement.graph.map_or(self.graph, |graph| numbers[graph.index()]);
        self.note_graph(graph);
        let rows = &mut self.tables[table].rows;
        rows.subject.push(numbers[statement.subject.index()]);
        rows.object.push(numbers[statement.object.index()]);
        rows.graph.push(graph);
        rows.file.push(file);
        rows.row.push(row_number(statement.row)?);
        rows.known.push(known_day(statement.known, self.manifest.load_day));
        Ok(())
    }

    fn note_graph(&mut self, graph: u32) {
        let graph = graph as usize;
        if self.is_graph.get(graph) != Some(&true) {
            self.is_graph.resize(self.is_graph.len().max(graph + 1), false);
            self.is_graph[graph] = true;
        }
    }

    /// The place of a predicate's table, made at its first use.
    fn table(&mut self, predicate: u32, term: TermText<'_>) -> usize {
        if let Some(at) = self.table_of.get(&predicate) {
            return *at;
        }
        let iri = if let TermText::Iri(iri) = term { iri } else { "" };
        let path = Path::new("statements").join(format!("{predicate}-{}.parquet", file_name(iri)));
        let (iri, rows) = (iri.to_owned(), Rows::default());
        self.tables.push(PredicateTable { predicate, path, iri, rows, n_statements: 0, file: None });
        self.table_of.insert(predicate, self.tables.len() - 1);
        self.tables.len() - 1
    }

    /// Puts a refused row or value into the quarantine.
    pub fn reject(&mut self, reject: &Reject) -> Result<(), StoreError> {
        let column = reject.column.as_deref().unwrap_or_default();
        let row = reject.row.to_string();
        let record = [&reject.file, row.as_str(), column, &reject.reason, &reject.raw];
        self.manifest.n_rejects += 1;
        self.quarantine.write_record(record).map_err(|error| csv_failed(&self.draft.path().join(QUARANTINE), error))
    }

    /// Adds to what became of a file's rows.
    pub fn count(&mut self, file: usize, rows: RowCount) {
        self.manifest.inputs[file].rows += rows;
    }

    /// Distinct terms so far.
    pub fn n_terms(&self) -> u64 {
        self.terms.list().len() as u64
    }

    /// Statements so far.
    pub fn n_statements(&self) -> u64 {
        self.manifest.n_statements
    }

    fn write_what_waits(&mut self) -> Result<(), StoreError> {
        if self.terms.list().len() - self.n_terms_written >= MAX_WAITING_TERMS {
            self.write_terms()?;
        }
        if self.n_waiting < MAX_WAITING {
            return Ok(());
        }
        let mut longest: Vec<&mut PredicateTable> = self.tables.iter_mut().collect();
        longest.sort_by_key(|table| std::cmp::Reverse(table.rows.len()));
        let mut n_written = 0;
        let is_needed = |table: &&mut PredicateTable| {
            let is_needed = n_written < MAX_WAITING / 2;
            n_written += table.rows.len();
            is_needed
        };
        let longest: Vec<_> = longest.into_iter().take_while(is_needed).collect();
        let n_written: usize = longest.iter().map(|table| table.rows.len()).sum();
        let folder = self.draft.path();
        longest.into_par_iter().try_for_each(|table| table.write(folder))?;
        self.n_waiting -= n_written;
        Ok(())
    }

    fn write_terms(&mut self) -> Result<(), StoreError> {
        let range = self.n_terms_written as u32..self.terms.list().len() as u32;
        self.n_terms_written = range.end as usize;
        self.terms_file.write(term_columns(self.terms.list(), range), terms_schema())
    }

    /// Brings the batch to the disk under its name.
    pub fn finish(mut self) -> Result<BatchManifest, StoreError> {
        let path = self.draft.path().to_path_buf();
        self.quarantine.flush().or_io("write", &path.join(QUARANTINE))?;
        self.write_terms()?;
        self.terms_file.close()?;
        self.tables.par_iter_mut().try_for_each(|table| table.finish(&path))?;
        self.tables.sort_by_key(|table| table.predicate);
        let names = self.tables.iter().map(|table| table.path.clone()).chain([TERMS.into(), QUARANTINE.into()]);
        let hashes = names.collect::<Vec<_>>().into_par_iter().map(|name| file_hash(&path, &name));
        self.manifest.files = hashes.collect::<Result<_, _>>()?;
        self.manifest.tables = self.tables.iter().map(PredicateTable::entry).collect();
        self.manifest.n_terms = self.terms.list().len() as u64;
        let graphs = (0u32..).zip(&self.is_graph).filter(|(_, is_graph)| **is_graph);
        self.manifest.graphs = graphs.map(|(graph, _)| graph).collect();
        self.manifest.write(&path)?;
        self.draft.publish(&self.manifest.hash)?;
        Ok(self.manifest)
    }
}

impl PredicateTable {
    fn write(&mut self, folder: &Path) -> Result<(), StoreError> {
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(Table::create(&folder.join(&self.path), statements_schema())?),
        };
        self.n_statements += self.rows.len() as u64;
        file.write(self.rows.take(), statements_schema())
    }

    fn finish(&mut self, folder: &Path) -> Result<(), StoreError> {
        if self.rows.len() > 0 {
            self.write(folder)?;
        }
        self.file.take().map_or(Ok(()), Table::close)
    }

    fn entry(&self) -> TableFile {
        let (file, iri) = (self.path.to_string_lossy().into_owned(), self.iri.clone());
        TableFile { predicate: self.predicate, iri, file, n_statements: self.n_statements }
    }
}

fn manifest(spec: BatchSpec, hash: String) -> BatchManifest {
    let inputs = spec.inputs.into_iter().map(|input| LoadedInput { input, rows: RowCount::default() });
    BatchManifest {
        format: FORMAT,
        hash,
        kagraph: env!("CARGO_PKG_VERSION").to_owned(),
        source: spec.source,
        title: spec.title,
        graph: spec.graph,
        mapping: spec.mapping,
        load_day: spec.load_day,
        inputs: inputs.collect(),
        n_terms: 0,
        n_statements: 0,
        n_rejects: 0,
        graphs: Vec::new(),
        tables: Vec::new(),
        files: Vec::new(),
    }
}

/// The last part of an IRI, fit for any file system.
fn file_name(iri: &str) -> String {
    let last = iri.rsplit(['/', '#', ':']).find(|part| !part.is_empty()).unwrap_or_default();
    let plain = |char: char| if char.is_ascii_alphanumeric() || char == '-' { char } else { '_' };
    last.chars().take(MAX_NAME).map(plain).collect()
}

pub(in crate::store) fn file_hash(folder: &Path, name: &Path) -> Result<FileHash, StoreError> {
    let path = folder.join(name);
    let mut hash = blake3::Hasher::new();
    let file = File::open(&path).or_io("read", &path)?;
    let bytes = std::io::copy(&mut &file, &mut hash).or_io("read", &path)?;
    let blake3 = crate::store::snapshot::manifest::short(&hash.finalize());
    Ok(FileHash { file: name.to_string_lossy().into_owned(), bytes, blake3 })
}

fn csv_failed(path: &Path, error: csv::Error) -> StoreError {
    match error.into_kind() {
        csv::ErrorKind::Io(source) => StoreError::from_io("write", path, source),
        other => StoreError::damaged(path, crate::store::error::HINT_LOAD, format!("{other:?}")),
    }
}
