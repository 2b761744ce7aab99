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
use super::spec::{FileSpec, Mapping};
use crate::ingest::{Chunk, IngestError, ReadOptions, RowCount, Source};

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
        let source = Source::open(&location, &path, &read)?;
        let work = FileWork::Rows(Box::new(self.compile(spec, &path, source.columns(), mistakes)));
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
    pub fn run<E>(&self, mut sink: impl FnMut(Piece) -> Result<(), E> + Send) -> Result<Vec<RowCount>, MapError>
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let lookups = Lookups::load(&self.folder, &self.mapping.tables)?;
        let mut counts = Vec::new();
        for (at, file) in self.files.iter().enumerate() {
            let mut rows = RowCount::default();
            let mut take = |mapped: Mapped| {
                rows += mapped.rows;
                sink(Piece { file: at, mapped }).map_err(|error| MapError::Sink(Box::new(error)))
            };
            match &file.work {
                FileWork::Rows(mapper) => map_rows(file, mapper, &lookups, &mut take)?,
            }
            counts.push(rows);
        }
        Ok(counts)
    }
}

/// Reads, maps and hands on at the same time, a window of chunks each.
fn map_rows(
    file: &PlannedFile,
    mapper: &Mapper,
    lookups: &Lookups,
    take: &mut (impl FnMut(Mapped) -> Result<(), MapError> + Send),
) -> Result<(), MapError> {
    let mut source = Source::open(&file.location, &file.path, &file.read)?.with_columns(&mapper.columns)?;
    let n_chunks = rayon::current_num_threads();
    let mut read = window(&mut source, n_chunks)?;
    let mut mapped: Vec<Mapped> = Vec::new();
    while !read.is_empty() || !mapped.is_empty() {
        let (next_mapped, (next_read, taken)) = rayon::join(
            || read.par_iter().map(|chunk| map_chunk(mapper, chunk, lookups)).collect(),
            || rayon::join(|| window(&mut source, n_chunks), || mapped.into_iter().try_for_each(&mut *take)),
        );
        taken?;
        (mapped, read) = (next_mapped, next_read?);
    }
    Ok(())
}

fn window(source: &mut Source, n_chunks: usize) -> Result<Vec<Chunk>, IngestError> {
    std::iter::from_fn(|| source.next_chunk().transpose()).take(n_chunks).collect()
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
