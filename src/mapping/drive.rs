//! A whole source: from a data folder to statements in the order of files and rows.
//!
//! Comes in: a data folder and a [`Mapping`]. Leaves: [`Piece`]s for a sink, in the same order at any number of threads.
//! First every file's columns are looked at and the mapping is compiled, so that a mistake is found before the first
//! row is read. Then three things run at once: reading the next chunks, mapping the current ones, and the sink with the
//! ones before. At most three windows of chunks are in memory, whatever the size of a file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::apply::Mapped;
use super::compile::{Mapper, check_table};
use super::folder::matching_files;
use super::lookup::Lookups;
use super::mistake::{MappingError, Mistakes};
use super::rdf::RdfWork;
use super::spec::{FileSpec, Mapping};
use super::statement::Known;
use super::value;
use crate::ingest::{Chunk, IngestError, Progress, RdfSource, ReadOptions, Report, RowCount, Source};

/// A window has so many chunks for each thread: with one, a thread that read and handed on would wait for the one that
/// maps the last chunk.
const CHUNKS_A_THREAD: usize = 4;

/// Why a source cannot be mapped.
#[derive(Debug, thiserror::Error)]
pub enum MapError {
    /// The mapping does not fit the files.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// A file cannot be read.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// A file that the mapping needs is not there.
    #[error("{folder} has no file {path}, which the mapping {mapping} needs\nhint: it has {found}", folder = folder.display())]
    NoFile {
        /// The data folder.
        folder: PathBuf,
        /// The path or pattern.
        path: String,
        /// The mapping's name.
        mapping: String,
        /// What is there.
        found: String,
    },
    /// The columns of a lookup do not fit in memory.
    #[error("the columns that are looked up in {path} are over 4 GiB")]
    LookupTooLarge {
        /// The file.
        path: String,
    },
    /// The sink gave up.
    #[error(transparent)]
    Sink(Box<dyn std::error::Error + Send + Sync>),
}

/// One file of a plan.
#[derive(Debug)]
pub struct PlannedFile {
    /// The path relative to the data folder, with `/`.
    pub path: Arc<str>,
    /// The path to open.
    pub location: PathBuf,
    pub(in crate::mapping) read: ReadOptions,
    pub(in crate::mapping) work: FileWork,
}

/// What is to be done with a file.
#[derive(Debug)]
pub(in crate::mapping) enum FileWork {
    Rows(Box<Mapper>),
    Rdf(RdfWork),
}

/// A mapping that fits a folder: every file found, every column known.
#[derive(Debug)]
pub struct Plan<'m> {
    mapping: &'m Mapping,
    folder: PathBuf,
    files: Vec<PlannedFile>,
}

/// Some rows of a file, mapped.
#[derive(Debug)]
pub struct Piece {
    /// The place of the file in [`Plan::files`].
    pub file: usize,
    /// Its statements, rejects and counts; the rejects and counts of reading are in them.
    pub mapped: Mapped,
}

/// How one file was read and what became of it.
#[derive(Clone, Debug, Default)]
pub struct FileOutcome {
    /// Rows read, mapped and refused.
    pub rows: RowCount,
    /// Rows that a filter of the mapping set aside on purpose; they count as mapped.
    pub n_filtered: u64,
    /// Values that were refused while their row was used.
    pub n_rejected_values: u64,
    /// How the file was understood.
    pub report: Report,
}

impl Mapping {
    /// Finds the files in `folder` and fits the mapping to their columns.
    ///
    /// # Errors
    /// When a file is missing or unreadable, and every mistake of the mapping that the columns show, at once.
    pub fn plan(&self, folder: &Path) -> Result<Plan<'_>, MapError> {
        let mut mistakes = Mistakes::new(&self.text);
        for table in &self.tables {
            let location = self.one_file(folder, &table.path)?;
            let source = Source::open(&location, &table.path, &table.read)?;
            check_table(table, source.columns(), &mut mistakes);
        }
        let mut files = Vec::new();
        for spec in &self.files {
            let found = matching_files(folder, &spec.path);
            if found.is_empty() && !spec.is_optional {
                return Err(self.no_file(folder, &spec.path));
            }
            for path in found {
                files.push(self.plan_file(spec, folder, path, &mut mistakes)?);
            }
        }
        let plan = Plan { mapping: self, folder: folder.to_path_buf(), files };
        Ok(mistakes.finish(&self.name, Some(plan))?)
    }

    fn plan_file(
        &self,
        spec: &FileSpec,
        folder: &Path,
        path: String,
        mistakes: &mut Mistakes<'_>,
    ) -> Result<PlannedFile, MapError> {
        let location = folder.join(&path);
        let read = spec.read.clone();
        let work = match spec.reads_rdf(&path) {
            true => {
                RdfSource::open(&location, &path, &read)?;
                let known = match spec.known {
                    value::Known::OnLoad => Known::OnLoad,
                    value::Known::Always | value::Known::On(_) => Known::Always,
                };
                let graph = spec.source.is_some().then(|| self.graph_of(spec, &path));
                FileWork::Rdf(RdfWork::new(&path, graph, known))
            }
            false => {
                let source = Source::open(&location, &path, &read)?;
                FileWork::Rows(Box::new(self.compile(spec, &path, source.columns(), mistakes)))
            }
        };
        Ok(PlannedFile { path: path.into(), location, read, work })
    }

    fn one_file(&self, folder: &Path, path: &str) -> Result<PathBuf, MapError> {
        let location = folder.join(path);
        if location.is_file() { Ok(location) } else { Err(self.no_file(folder, path)) }
    }

    fn no_file(&self, folder: &Path, path: &str) -> MapError {
        let mut found = matching_files(folder, "*");
        let n_more = found.len().saturating_sub(12);
        found.truncate(12);
        let more = if n_more > 0 { format!(" and {n_more} more") } else { String::new() };
        let found = if found.is_empty() { "no file".to_owned() } else { format!("{}{more}", found.join(", ")) };
        MapError::NoFile { folder: folder.to_path_buf(), path: path.to_owned(), mapping: self.name.clone(), found }
    }
}

impl Plan<'_> {
    /// The files in the order in which they are mapped.
    pub fn files(&self) -> &[PlannedFile] {
        &self.files
    }

    /// Every file that has a part in the outcome, also those that are only looked up, once each: what a batch's hash
    /// is made of.
    pub fn inputs(&self) -> Vec<(String, PathBuf)> {
        let mapped = self.files.iter().map(|file| (file.path.to_string(), file.location.clone()));
        let looked_up = self.mapping.tables.iter().map(|table| (table.path.clone(), self.folder.join(&table.path)));
        let mut inputs: Vec<_> = mapped.chain(looked_up).collect();
        inputs.sort();
        inputs.dedup();
        inputs
    }

    /// Maps everything and hands the pieces to `sink`, in the order of files and rows. Returns the rows of each file.
    ///
    /// # Errors
    /// When a file cannot be read on, and when the sink fails.
    pub fn run<E>(&self, sink: impl FnMut(Piece) -> Result<(), E> + Send) -> Result<Vec<RowCount>, MapError>
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        Ok(self.run_watched(|_, _| (), sink)?.into_iter().map(|outcome| outcome.rows).collect())
    }

    /// Like [`Self::run`]; before each file, `watch` gets its place in [`Self::files`] and what shows how far it is read.
    ///
    /// # Errors
    /// When a file cannot be read on, and when the sink fails.
    pub fn run_watched<E>(
        &self,
        mut watch: impl FnMut(usize, Progress),
        mut sink: impl FnMut(Piece) -> Result<(), E> + Send,
    ) -> Result<Vec<FileOutcome>, MapError>
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let lookups = Lookups::load(&self.folder, &self.mapping.tables)?;
        let mut outcomes = Vec::new();
        for (at, file) in self.files.iter().enumerate() {
            let mut outcome = FileOutcome::default();
            let mut take = |mapped: Mapped| {
                outcome.rows += mapped.rows;
                outcome.n_filtered += mapped.n_filtered;
                outcome.n_rejected_values += mapped.n_rejected_values;
                sink(Piece { file: at, mapped }).map_err(|error| MapError::Sink(Box::new(error)))
            };
            let report = file.run(&lookups, |progress| watch(at, progress), &mut take)?;
            outcome.report = report;
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }
}

impl PlannedFile {
    fn run(
        &self,
        lookups: &Lookups,
        watch: impl FnOnce(Progress),
        take: &mut (impl FnMut(Mapped) -> Result<(), MapError> + Send),
    ) -> Result<Report, MapError> {
        match &self.work {
            FileWork::Rows(mapper) => {
                let source = Source::open(&self.location, &self.path, &self.read)?;
                let mut source = source.with_columns(&mapper.columns)?;
                watch(source.progress());
                in_order(|| source.next_chunk(), |chunk| map_chunk(mapper, chunk, lookups), take)?;
                Ok(source.report())
            }
            FileWork::Rdf(work) => {
                let mut source = RdfSource::open(&self.location, &self.path, &self.read)?;
                watch(source.progress());
                in_order(|| source.next_block(), |block| work.apply(block), take)?;
                Ok(source.report())
            }
        }
    }
}

/// Reads, maps and hands on at the same time, a window of chunks each, in the order of the file.
fn in_order<C: Send + Sync>(
    mut next: impl FnMut() -> Result<Option<C>, IngestError> + Send,
    map: impl Fn(&C) -> Mapped + Sync,
    take: &mut (impl FnMut(Mapped) -> Result<(), MapError> + Send),
) -> Result<(), MapError> {
    let n_chunks = CHUNKS_A_THREAD * rayon::current_num_threads();
    let mut window = || std::iter::from_fn(|| next().transpose()).take(n_chunks).collect::<Result<Vec<C>, _>>();
    let mut read = window()?;
    let mut mapped: Vec<Mapped> = Vec::new();
    while !read.is_empty() || !mapped.is_empty() {
        let (next_mapped, (next_read, taken)) = rayon::join(
            || read.par_iter().map(&map).collect(),
            || rayon::join(&mut window, || mapped.into_iter().try_for_each(&mut *take)),
        );
        taken?;
        (mapped, read) = (next_mapped, next_read?);
    }
    Ok(())
}

/// Maps a chunk; rows that could not be read are in its rejects and counts.
fn map_chunk(mapper: &Mapper, chunk: &Chunk, lookups: &Lookups) -> Mapped {
    let mut mapped = mapper.apply(&chunk.records, lookups);
    let n_unreadable = chunk.rejects.len() as u64;
    if n_unreadable > 0 {
        mapped.rejects.extend(chunk.rejects.iter().cloned());
        mapped.rejects.sort_by_key(|reject| reject.row);
        mapped.rows += RowCount { read: n_unreadable, mapped: 0, quarantined: n_unreadable };
    }
    mapped
}
