//! The folder that holds everything: batches, snapshots, runs, and which of them are current.
//!
//! ```text
//! kagraph.json      the workspace's format
//! CURRENT           the snapshot in use and the run on top of it, replaced by rename
//! batches/<hash>/   one load each (see the batch module), never changed
//! in_use.json       which batches count of sources that are exported as a whole
//! snapshots/<n>/    arrays.bin, snapshot.json; the last two are kept
//! runs/<id>/        what a run published; graph/ holds its derived graphs
//! decisions.csv     people's own words; the store never writes it
//! entities.json     which record was which company or person at the end of the last run
//! cases.json        what was found about accounts on the latest days, so that the next list tells what is new
//! journal.ndjson    one line for each command that wrote, with wall-clock times
//! lock              held by whoever writes
//! ```
//!
//! Readers need no lock. A writer takes it with [`Workspace::write`]; everything that changes the folder is a method of
//! [`Writing`].

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::store::batch::{BatchManifest, BatchSpec, BatchWriter};
use crate::store::build::batches::{self, Batch};
use crate::store::build::budget::{Budget, DEFAULT_BYTES};
use crate::store::durable::{Draft, TEMPORARY, entries, read_text, remove_strays, replace_file};
use crate::store::error::{HINT_BUILD, OrIo};
use crate::store::in_use::InUse;
use crate::store::snapshot::layer::read_manifest;
use crate::store::snapshot::manifest::{BatchFiles, MANIFEST};
use crate::store::{Snapshot, StoreError};

const FORMAT: u32 = 1;
const SETTINGS: &str = "kagraph.json";
const CURRENT: &str = "CURRENT";
const LOCK: &str = "lock";
const BATCHES: &str = "batches";
const IN_USE: &str = "in_use.json";
const SNAPSHOTS: &str = "snapshots";
const RUNS: &str = "runs";
const GRAPH: &str = "graph";
const DECISIONS: &str = "decisions.csv";
const ENTITIES: &str = "entities.json";
const CASES: &str = "cases.json";
const HINT_CREATE: &str = "name a folder that `kagraph load` or `kagraph run` made";
/// How many snapshots are kept: the current one, and one for readers that still use it.
const KEPT_SNAPSHOTS: usize = 2;

/// A workspace folder.
#[derive(Clone, Debug)]
pub struct Workspace {
    folder: PathBuf,
}

/// The right to change a workspace; given back when it is dropped, also when the process is killed.
pub struct Writing<'a> {
    workspace: &'a Workspace,
    _lock: File,
    memory: u64,
}

/// What a workspace shows at the moment.
#[derive(Clone)]
pub struct Current {
    /// The source graphs with the derived graphs of the run, if there is one.
    pub snapshot: Snapshot,
    /// The run on top.
    pub run: Option<String>,
}

/// What [`Writing::load`] found.
pub enum Load<'a> {
    /// The same inputs have been loaded with the same mapping before: nothing to do.
    Present(Box<BatchManifest>),
    /// To be filled and finished.
    New(Box<BatchWriter<'a>>),
}

/// What [`Writing::build`] gave.
pub struct Built {
    /// The snapshot of all batches.
    pub snapshot: Snapshot,
    /// Whether it was built now; otherwise it was there.
    pub is_new: bool,
    number: u64,
}

/// A run's folder in the making; nothing of it remains when it is dropped before [`Writing::publish`].
pub struct RunDraft<'a> {
    lock: PhantomData<&'a File>,
    draft: Draft,
    id: String,
}

#[derive(Serialize, Deserialize)]
struct Format {
    format: u32,
}

/// The content of `CURRENT`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Pointer {
    snapshot: u64,
    run: Option<String>,
}

impl Workspace {
    /// Opens a workspace, which it makes when there is none: an empty or missing folder becomes one.
    pub fn open_or_create(folder: &Path) -> Result<Self, StoreError> {
        let is_free = !folder.exists() || entries(folder)?.iter().all(|path| is_own_remainder(path));
        if !is_free {
            return Self::open(folder);
        }
        fs::create_dir_all(folder).or_io("create", folder)?;
        let text = format!("{{\"format\":{FORMAT}}}\n");
        replace_file(&folder.join(SETTINGS), text.as_bytes())?;
        Self::open(folder)
    }

    /// Opens a workspace that is there.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(SETTINGS);
        let text = match fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(StoreError::NotAWorkspace { path: folder.into(), hint: HINT_CREATE });
            }
            read => read.or_io("read", &path)?,
        };
        let parsed: Result<Format, _> = serde_json::from_slice(&text);
        match parsed {
            Err(error) => Err(StoreError::damaged(&path, "write {\"format\":1} into it", error.to_string())),
            Ok(Format { format: found }) if found > FORMAT => {
                Err(StoreError::NewerFormat { path, found, supported: FORMAT })
            }
            Ok(_) => Ok(Self { folder: folder.to_path_buf() }),
        }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What people have decided, as they wrote it; empty when they have not.
    pub fn decisions(&self) -> Result<String, StoreError> {
        Ok(read_text(&self.folder.join(DECISIONS))?.unwrap_or_default())
    }

    /// The entities that the last run kept, see [`Writing::keep_entities`].
    pub fn entities(&self) -> Result<Option<String>, StoreError> {
        read_text(&self.folder.join(ENTITIES))
    }

    /// The cases of the latest days, see [`Writing::keep_cases`].
    pub fn cases(&self) -> Result<Option<String>, StoreError> {
        read_text(&self.folder.join(CASES))
    }

    /// The folder of a run.
    pub fn run_folder(&self, run: &str) -> PathBuf {
        self.folder.join(RUNS).join(run)
    }

    /// The snapshot in use, with the derived graphs of the current run.
    pub fn current(&self) -> Result<Current, StoreError> {
        let pointer = self.pointer()?.ok_or_else(|| StoreError::NothingBuilt { path: self.folder.clone() })?;
        match self.open_pointer(&pointer) {
            // A writer may have replaced it between the two steps.
            Err(_) if self.pointer()?.as_ref() != Some(&pointer) => self.current(),
            opened => opened,
        }
    }

    fn open_pointer(&self, pointer: &Pointer) -> Result<Current, StoreError> {
        let sources = Snapshot::open(&self.snapshot_folder(pointer.snapshot))?;
        let graph = pointer.run.as_ref().map(|run| self.run_folder(run).join(GRAPH)).filter(|graph| graph.exists());
        let snapshot = graph.map_or_else(|| Ok(sources.clone()), |graph| sources.with_derived(&graph))?;
        Ok(Current { snapshot, run: pointer.run.clone() })
    }

    fn pointer(&self) -> Result<Option<Pointer>, StoreError> {
        let path = self.folder.join(CURRENT);
        let text = match fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            read => read.or_io("read", &path)?,
        };
        let parsed = serde_json::from_slice(&text);
        parsed.map(Some).map_err(|error| StoreError::damaged(&path, HINT_BUILD, error.to_string()))
    }

    fn snapshot_folder(&self, number: u64) -> PathBuf {
        self.folder.join(SNAPSHOTS).join(number.to_string())
    }

    /// All batches, in the order of source and hash.
    pub fn batches(&self) -> Result<Vec<BatchManifest>, StoreError> {
        let mut manifests: Vec<_> = self.found_batches()?.into_iter().map(|batch| batch.manifest).collect();
        manifests.sort_by(|left, right| (&left.source, &left.hash).cmp(&(&right.source, &right.hash)));
        Ok(manifests)
    }

    /// Whether a batch counts, or a newer export of its whole source has replaced it.
    pub fn is_in_use(&self, batch: &BatchManifest) -> Result<bool, StoreError> {
        Ok(InUse::read(&self.folder.join(IN_USE))?.counts(batch))
    }

    /// The folder of a batch.
    pub fn batch_folder(&self, hash: &str) -> PathBuf {
        self.folder.join(BATCHES).join(hash)
    }

    /// All batches in the order of their hashes.
    fn found_batches(&self) -> Result<Vec<Batch>, StoreError> {
        let folders = entries(&self.folder.join(BATCHES))?.into_iter();
        let whole = folders.filter(|path| !file_name(path).starts_with('.') && path.is_dir());
        whole.map(|folder| Ok(Batch { manifest: BatchManifest::read(&folder)?, folder })).collect()
    }

    /// Takes the writer's lock, and removes what killed writers left.
    pub fn write(&self) -> Result<Writing<'_>, StoreError> {
        let path = self.folder.join(LOCK);
        let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut lock = options.or_io("open", &path)?;
        if let Err(error) = lock.try_lock() {
            let refused = match error {
                fs::TryLockError::WouldBlock => StoreError::Locked { path: self.folder.clone(), holder: holder(&path) },
                fs::TryLockError::Error(source) => StoreError::from_io("lock", &path, source),
            };
            return Err(refused);
        }
        let named = lock.set_len(0).and_then(|()| write!(lock, "process {}", std::process::id()));
        named.or_io("write", &path)?;
        for folder in
            [self.folder.clone(), self.folder.join(BATCHES), self.folder.join(SNAPSHOTS), self.folder.join(RUNS)]
        {
            remove_strays(&folder)?;
        }
        Ok(Writing { workspace: self, _lock: lock, memory: DEFAULT_BYTES })
    }
}

impl Writing<'_> {
    /// With a bound, in bytes, for what a build keeps in memory; what it builds does not depend on it.
    #[must_use]
    pub fn with_memory(self, bytes: u64) -> Self {
        Self { memory: bytes, ..self }
    }

    /// Begins to load; a load of the same inputs with the same mapping is not repeated.
    pub fn load(&self, spec: BatchSpec) -> Result<Load<'_>, StoreError> {
        let folder = self.workspace.batch_folder(&spec.hash());
        if folder.exists() {
            return BatchManifest::read(&folder).map(|manifest| Load::Present(Box::new(manifest)));
        }
        let writer = BatchWriter::new(&self.workspace.folder.join(BATCHES), spec)?;
        Ok(Load::New(Box::new(writer)))
    }

    /// Makes a batch that is there count: alone of its source, when it `is_whole`, or beside those that count. A batch whose
    /// files it has read again, with another mapping, counts no more.
    pub fn use_batch(&self, batch: &BatchManifest, is_whole: bool) -> Result<(), StoreError> {
        let path = self.workspace.folder.join(IN_USE);
        let before = InUse::read(&path)?;
        let mut after = before.clone().with(batch, is_whole);
        let mut counted = self.batches_in_use()?;
        counted.retain(|it| it.source == batch.source && it.hash != batch.hash && after.counts(it));
        let is_read_again =
            |old: &BatchManifest| old.inputs.iter().all(|old| batch.inputs.iter().any(|new| new.input == old.input));
        if counted.iter().any(is_read_again) {
            counted.retain(|it| !is_read_again(it));
            let hashes = counted.into_iter().map(|it| it.hash).chain([batch.hash.clone()]);
            after = after.with_only(&batch.source, hashes.collect());
        }
        if after == before { Ok(()) } else { after.write(&path) }
    }

    /// The batches that count, in the order of source and hash.
    pub fn batches_in_use(&self) -> Result<Vec<BatchManifest>, StoreError> {
        let in_use = InUse::read(&self.workspace.folder.join(IN_USE))?;
        Ok(self.workspace.batches()?.into_iter().filter(|batch| in_use.counts(batch)).collect())
    }

    /// Builds the snapshot of all batches that count, unless it is there, and puts it in use, without a run.
    pub fn build(&self) -> Result<Built, StoreError> {
        let built = self.prepare()?;
        if self.pointed()?.map(|pointer| pointer.snapshot) != Some(built.number) {
            self.point_to(&Pointer { snapshot: built.number, run: None })?;
            self.remove_old_snapshots()?;
        }
        Ok(built)
    }

    /// Builds the snapshot of all batches that count, unless it is there, without putting it in use: readers go on with what they
    /// have until [`Writing::publish`].
    pub fn prepare(&self) -> Result<Built, StoreError> {
        let mut batches = self.workspace.found_batches()?;
        let in_use = InUse::read(&self.workspace.folder.join(IN_USE))?;
        batches.retain(|batch| in_use.counts(&batch.manifest));
        if let Some(built) = self.up_to_date(&batches)? {
            return Ok(built);
        }
        let folder = self.workspace.folder.join(SNAPSHOTS);
        let number = self.snapshot_numbers()?.last().map_or(1, |last| last + 1);
        let draft = Draft::new(&folder, &number.to_string())?;
        batches::build(&batches, draft.path(), &Budget::new(self.memory, draft.path()))?;
        let folder = draft.publish(&number.to_string())?;
        Ok(Built { snapshot: Snapshot::open(&folder)?, is_new: true, number })
    }

    /// The latest undamaged snapshot that is made of exactly these batches.
    fn up_to_date(&self, batches: &[Batch]) -> Result<Option<Built>, StoreError> {
        let wanted: Vec<BatchFiles> = batches.iter().map(Batch::files).collect();
        let of_number = |number: u64| {
            let folder = self.workspace.snapshot_folder(number);
            let manifest = read_manifest(&folder.join(MANIFEST), HINT_BUILD).ok()?;
            let snapshot = (manifest.batches == wanted).then(|| Snapshot::open(&folder).ok()).flatten()?;
            snapshot.verify().is_ok().then_some(Built { snapshot, is_new: false, number })
        };
        Ok(self.snapshot_numbers()?.into_iter().rev().find_map(of_number))
    }

    fn snapshot_numbers(&self) -> Result<Vec<u64>, StoreError> {
        let folders = entries(&self.workspace.folder.join(SNAPSHOTS))?;
        let mut numbers: Vec<_> = folders.iter().filter_map(|path| file_name(path).parse().ok()).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    fn remove_old_snapshots(&self) -> Result<(), StoreError> {
        let numbers = self.snapshot_numbers()?;
        for number in &numbers[..numbers.len().saturating_sub(KEPT_SNAPSHOTS)] {
            let folder = self.workspace.snapshot_folder(*number);
            fs::remove_dir_all(&folder).or_io("remove", &folder)?;
        }
        Ok(())
    }

    /// What `CURRENT` says; nothing when it is damaged, because a writer replaces it.
    fn pointed(&self) -> Result<Option<Pointer>, StoreError> {
        match self.workspace.pointer() {
            Err(StoreError::Damaged { .. }) => Ok(None),
            pointer => pointer,
        }
    }

    fn point_to(&self, pointer: &Pointer) -> Result<(), StoreError> {
        let mut text = serde_json::to_string(pointer).unwrap_or_default();
        text.push('\n');
        replace_file(&self.workspace.folder.join(CURRENT), text.as_bytes())
    }

    /// Begins a run's folder, to be filled through [`RunDraft::folder`] and given to [`Writing::publish`].
    pub fn begin_run(&self, id: &str) -> Result<RunDraft<'_>, StoreError> {
        let draft = Draft::new(&self.workspace.folder.join(RUNS), id)?;
        Ok(RunDraft { lock: PhantomData, draft, id: id.to_owned() })
    }

    /// Brings a run to the disk under its name and puts it in use together with the snapshot that it was made for. A run
    /// that was there under the same name is replaced as a whole.
    pub fn publish(&self, run: RunDraft, built: &Built) -> Result<PathBuf, StoreError> {
        let target = self.workspace.run_folder(&run.id);
        if target.exists() {
            self.point_to(&Pointer { snapshot: built.number, run: None })?;
            let aside = target.with_file_name(format!("{TEMPORARY}{}-old-{}", std::process::id(), run.id));
            fs::rename(&target, &aside).or_io("rename", &target)?;
        }
        let folder = run.draft.publish(&run.id)?;
        self.point_to(&Pointer { snapshot: built.number, run: Some(run.id) })?;
        self.remove_old_snapshots()?;
        remove_strays(&self.workspace.folder.join(RUNS))?;
        Ok(folder)
    }

    /// Puts a run that was published before in use again, together with its snapshot.
    pub fn reuse(&self, run: &str, built: &Built) -> Result<(), StoreError> {
        let wanted = Pointer { snapshot: built.number, run: Some(run.to_owned()) };
        if self.pointed()?.as_ref() != Some(&wanted) {
            self.point_to(&wanted)?;
            self.remove_old_snapshots()?;
        }
        Ok(())
    }

    /// Keeps for the next run which record is which entity; replaces what was kept.
    pub fn keep_entities(&self, text: &str) -> Result<(), StoreError> {
        self.keep(ENTITIES, text)
    }

    /// Keeps the cases of the latest days, so that later ones can tell what is new; replaces what was kept.
    pub fn keep_cases(&self, text: &str) -> Result<(), StoreError> {
        self.keep(CASES, text)
    }

    fn keep(&self, name: &str, text: &str) -> Result<(), StoreError> {
        let path = self.workspace.folder.join(name);
        if read_text(&path)?.as_deref() == Some(text) { Ok(()) } else { replace_file(&path, text.as_bytes()) }
    }

    /// Appends one line to the journal, the only file with wall-clock times.
    pub fn note(&self, entry: &impl Serialize) -> Result<(), StoreError> {
        let path = self.workspace.folder.join("journal.ndjson");
        let mut text = serde_json::to_string(entry).unwrap_or_default();
        text.push('\n');
        let file = OpenOptions::new().create(true).append(true).open(&path);
        file.and_then(|mut file| file.write_all(text.as_bytes())).or_io("write", &path)
    }
}

impl RunDraft<'_> {
    /// Where the run's files are to be written.
    pub fn folder(&self) -> &Path {
        self.draft.path()
    }

    /// Where the derived graphs are to be written, see [`crate::store::write_derived`].
    pub fn graph_folder(&self) -> PathBuf {
        self.draft.path().join(GRAPH)
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Whether a file is what a killed creation of a workspace leaves.
fn is_own_remainder(path: &Path) -> bool {
    file_name(path).starts_with(TEMPORARY)
}

fn holder(lock: &Path) -> String {
    let named = fs::read_to_string(lock).unwrap_or_default();
    if named.is_empty() { "another process".to_owned() } else { named }
}
