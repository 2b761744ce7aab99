//! One source into one batch.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use rayon::prelude::*;

use crate::ingest::{Progress, Reject, RowCount};
use crate::mapping::{FileOutcome, Mapping, Piece, Plan};
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
    /// When loaded now: each file that was mapped, and what came of it.
    pub files: Vec<(String, FileOutcome)>,
    /// When loaded now as an addition: files that an earlier load that still counts read with other content, ascending.
    pub changed: Vec<String>,
}

/// Who is told how far loading is.
pub trait Loading: Sync {
    /// A file begins; `progress` shows how far it is read.
    fn begin(&self, file: &str, progress: Progress);
    /// Some more of the file has been read.
    fn go_on(&self);
    /// The source is done.
    fn end(&self);
}

/// Loads the files of `folder` as `mapping` says. The same files with the same mapping are not loaded again; a mapping of
/// full exports makes them count instead of what was loaded before.
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
    let mut loaded = match writing.load(spec)? {
        Load::Present(batch) => Loaded { batch: *batch, is_new: false, files: Vec::new(), changed: Vec::new() },
        Load::New(writer) => {
            let loaded = fill(*writer, &plan, &numbers, settings, progress);
            progress.end();
            loaded?
        }
    };
    writing.use_batch(&loaded.batch, mapping.is_whole())?;
    if loaded.is_new && !mapping.is_whole() {
        loaded.changed = changed(writing, &loaded.batch)?;
    }
    Ok(loaded)
}

/// Files of a batch that another batch of the same source, which counts beside it, read with other content.
fn changed(writing: &Writing<'_>, batch: &BatchManifest) -> Result<Vec<String>, StoreError> {
    let mut earlier = writing.batches_in_use()?;
    earlier.retain(|it| it.source == batch.source && it.hash != batch.hash);
    let inputs = || earlier.iter().flat_map(|it| &it.inputs).map(|it| &it.input);
    let is_changed = |new: &&Input| inputs().any(|old| old.file == new.file && old.blake3 != new.blake3);
    let mut files: Vec<String> =
        batch.inputs.iter().map(|it| &it.input).filter(is_changed).map(|it| it.file.clone()).collect();
    files.sort_unstable();
    Ok(files)
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
    let mut tally = Tally { writer, first_rejects: BTreeMap::new() };
    let watch = |at: usize, read: Progress| progress.begin(&plan.files()[at].path, read);
    let outcomes = plan.run_watched(watch, |piece| {
        progress.go_on();
        tally.take(number(piece.file), piece)
    })?;
    for (at, outcome) in outcomes.iter().enumerate() {
        check(&plan.files()[at].path, outcome.rows, tally.first_rejects.get(&number(at)), settings)?;
        tally.writer.count(number(at), outcome.rows);
    }
    let files = plan.files().iter().map(|file| file.path.to_string()).zip(outcomes).collect();
    Ok(Loaded { batch: tally.writer.finish()?, is_new: true, files, changed: Vec::new() })
}

/// Takes the pieces of a source, one after the other.
struct Tally<'a> {
    writer: BatchWriter<'a>,
    first_rejects: BTreeMap<usize, Reject>,
}

impl Tally<'_> {
    fn take(&mut self, file: usize, piece: Piece) -> Result<(), StoreError> {
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
