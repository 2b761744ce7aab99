//! One source into one batch.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use rayon::prelude::*;

use crate::ingest::{Reject, RowCount};
use crate::mapping::{Mapping, Piece, Plan};
use crate::model::Day;
use crate::ontology;
use crate::pipeline::{LoadSettings, PipelineError};
use crate::store::{BatchManifest, BatchSpec, BatchWriter, Input, Load, StoreError, Writing};

/// What became of a source.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The batch.
    pub batch: BatchManifest,
    /// Whether it was loaded now; otherwise the same inputs had been loaded before.
    pub is_new: bool,
    /// Rows that a filter of the mapping set aside, when loaded now.
    pub n_filtered: u64,
    /// Values refused in rows that were used otherwise, when loaded now.
    pub n_rejected_values: u64,
}

/// Who is told how far loading is.
pub trait Loading: Sync {
    /// A source begins; its files have so many bytes together.
    fn begin(&self, source: &str, n_bytes: u64);
    /// So many rows of a file have been read.
    fn rows(&self, file: &str, n_rows: u64);
    /// The source is done.
    fn end(&self);
}

/// Loads the files of `folder` as `mapping` says. The same files with the same mapping are not loaded again.
pub fn load(
    writing: &Writing<'_>,
    folder: &Path,
    mapping: &Mapping,
    load_day: Day,
    settings: LoadSettings,
    progress: &impl Loading,
) -> Result<Loaded, PipelineError> {
    let plan = mapping.plan(folder)?;
    let inputs = inputs(&plan)?;
    let n_bytes = inputs.iter().map(|input| input.bytes).sum();
    let spec = BatchSpec {
        source: mapping.source().to_owned(),
        title: mapping.title().to_owned(),
        graph: ontology::graph_iri(mapping.source()),
        inputs,
        mapping: blake3::hash(mapping.text().as_bytes()).to_hex().to_string(),
        load_day,
    };
    let numbers: BTreeMap<String, usize> =
        spec.inputs.iter().enumerate().map(|(at, input)| (input.file.clone(), at)).collect();
    match writing.load(spec)? {
        Load::Present(batch) => Ok(Loaded { batch: *batch, is_new: false, n_filtered: 0, n_rejected_values: 0 }),
        Load::New(writer) => {
            progress.begin(mapping.title(), n_bytes);
            let loaded = fill(*writer, &plan, &numbers, settings, progress);
            progress.end();
            loaded
        }
    }
}

fn inputs(plan: &Plan<'_>) -> Result<Vec<Input>, PipelineError> {
    let hashed = plan.inputs().into_par_iter().map(|(file, path)| {
        let unreadable = |source| PipelineError::Input { path: path.clone(), source };
        let mut content = File::open(&path).map_err(unreadable)?;
        let mut hash = blake3::Hasher::new();
        let bytes = std::io::copy(&mut content, &mut hash).map_err(unreadable)?;
        Ok(Input { file, bytes, blake3: hash.finalize().to_hex().to_string() })
    });
    hashed.collect()
}

fn fill(
    writer: BatchWriter<'_>,
    plan: &Plan<'_>,
    numbers: &BTreeMap<String, usize>,
    settings: LoadSettings,
    progress: &impl Loading,
) -> Result<Loaded, PipelineError> {
    let number = |file: usize| numbers.get(&*plan.files()[file].path).copied().unwrap_or_default();
    let mut tally = Tally { writer, n_filtered: 0, n_rejected_values: 0, first_rejects: BTreeMap::new() };
    let counts = plan.run(|piece| {
        let path = &plan.files()[piece.file].path;
        progress.rows(path, piece.mapped.rows.read);
        tally.take(number(piece.file), piece)
    })?;
    for (at, rows) in counts.iter().enumerate() {
        check(&plan.files()[at].path, *rows, tally.first_rejects.get(&number(at)), settings)?;
        tally.writer.count(number(at), *rows);
    }
    let Tally { writer, n_filtered, n_rejected_values, .. } = tally;
    Ok(Loaded { batch: writer.finish()?, is_new: true, n_filtered, n_rejected_values })
}

/// Takes the pieces of a source, one after the other.
struct Tally<'a> {
    writer: BatchWriter<'a>,
    n_filtered: u64,
    n_rejected_values: u64,
    first_rejects: BTreeMap<usize, Reject>,
}

impl Tally<'_> {
    fn take(&mut self, file: usize, piece: Piece) -> Result<(), StoreError> {
        self.n_filtered += piece.mapped.n_filtered;
        self.n_rejected_values += piece.mapped.n_rejected_values;
        for reject in &piece.mapped.rejects {
            self.first_rejects.entry(file).or_insert_with(|| reject.clone());
            self.writer.reject(reject)?;
        }
        self.writer.append(file, &piece.mapped.statements)
    }
}

fn check(file: &str, rows: RowCount, first: Option<&Reject>, settings: LoadSettings) -> Result<(), PipelineError> {
    let RowCount { read, mapped, quarantined } = rows;
    if !rows.is_complete() {
        return Err(PipelineError::RowsLost { file: file.to_owned(), read, mapped, quarantined });
    }
    if quarantined as f64 > settings.max_reject_share * read as f64 {
        let first = first.map(|it| format!("row {}: {}", it.row, it.reason)).unwrap_or_default();
        let limit = settings.max_reject_share;
        return Err(PipelineError::TooManyRejects { file: file.to_owned(), quarantined, read, limit, first });
    }
    Ok(())
}
