//! `kagraph resolve`, `kagraph why` and `kagraph review`: which records of files are one company or one person.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::failure::{pipeline_failure, store_failure};
use crate::cli::settings_file::SettingsArgument;
use crate::cli::stdout::{put, say};
use crate::cli::workspace::WorkspaceArgument;
use crate::error::Failure;
use crate::identity::decisions::Decisions;
use crate::identity::{IdentityError, Learnt, RecordTable, Resolution, Settings};
use crate::pipeline;
use crate::pipeline::entities::why_in;
use crate::publish::{NamedResolution, PublishError, why};
use crate::store::Workspace;

/// The files of a folder of entities.
const ENTITIES: &str = "entities.csv";
const DECISIONS: &str = "decisions.csv";
const REVIEW: &str = "review.csv";
const LEARNT: &str = "learnt.json";

/// Finds which records are one company or one person; no rules or labels are needed.
#[derive(Args, Debug)]
pub struct Resolve {
    #[command(flatten)]
    input: Input,
    /// Compares only pairs with a record that is new since the folder was written, by what was learnt then; where a record
    /// was changed or is gone, everything is resolved anew.
    #[arg(long)]
    add: bool,
}

/// Shows why two records are taken as one, or why not.
#[derive(Args, Debug)]
pub struct Why {
    /// A record: in a workspace its IRI, such as id:crm/account/7, or its name; of files as entities.csv calls it.
    one: String,
    /// Another record.
    other: String,
    /// Files of records, each a source; without them the workspace's records.
    #[arg(requires = "into")]
    files: Vec<PathBuf>,
    /// The folder that `kagraph resolve` has written for the files.
    #[arg(long, value_name = "FOLDER", requires = "files")]
    into: Option<PathBuf>,
    #[command(flatten)]
    workspace: WorkspaceArgument,
    #[command(flatten)]
    settings: SettingsArgument,
}

/// Shows the pairs whose decision would change most, as CSV: fill its last column ("same" or "not same") and save it as
/// decisions.csv.
#[derive(Args, Debug)]
pub struct Review {
    /// A workspace, or the folder that `kagraph resolve` has written.
    folder: PathBuf,
}

#[derive(Args, Debug)]
struct Input {
    /// Files of records, each a source.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The folder for what is found. Its decisions.csv (columns one, other, decision: "same" or "not same") always wins, and
    /// entities keep the ids that they have there.
    #[arg(long, value_name = "FOLDER")]
    into: PathBuf,
}

struct Resolved {
    table: RecordTable,
    keys: Vec<String>,
    resolution: Resolution,
    /// Whether it goes on from what was learnt before.
    is_batch: bool,
}

impl Input {
    /// Resolves the files; `goes_on` from what was learnt in the folder, where that is possible.
    fn resolve(&self, goes_on: bool) -> Result<Resolved, Failure> {
        let mut table = RecordTable::read(&self.files).map_err(identity_failure)?;
        let mut keys = table.keys();
        let learnt = if goes_on { read(&self.into.join(LEARNT))? } else { None };
        let learnt: Option<Learnt> = learnt.map(|text| serde_json::from_str(&text)).transpose().map_err(not_learnt)?;
        let order = learnt.as_ref().and_then(|learnt| learnt.order(&table, &keys));
        if let Some(order) = &order {
            table = table.in_order(order);
            keys = order.iter().map(|&at| std::mem::take(&mut keys[at as usize])).collect();
        }
        let decisions = match read(&self.into.join(DECISIONS))? {
            Some(text) => Decisions::read(&text, &keys).map_err(|error| Failure::User(error.into()))?,
            None => Decisions::default(),
        };
        if !decisions.waiting.is_empty() {
            tracing::warn!("{} decisions are about records that are not in the data", decisions.waiting.len());
        }
        let settings = Settings { decisions, ..Settings::default() };
        let batch = learnt.filter(|_| order.is_some());
        let batch = batch.and_then(|learnt| Resolution::of_batch(&table, &settings, &learnt));
        let is_batch = batch.is_some();
        let resolution = batch.unwrap_or_else(|| Resolution::of(&table, &settings));
        Ok(Resolved { table, keys, resolution, is_batch })
    }
}

impl Resolve {
    /// Writes the folder and says what was found.
    pub fn run(&self) -> Result<(), Failure> {
        let folder = &self.input.into;
        let Resolved { table, keys, resolution, is_batch } = self.input.resolve(self.add)?;
        if self.add && !is_batch {
            say!("nothing to go on from, or earlier records have changed: everything is resolved anew");
        }
        let before = match read(&folder.join(ENTITIES))? {
            Some(text) => entities_before(&text)?,
            None => BTreeMap::new(),
        };
        let named = NamedResolution::new(&table, &resolution, &keys, &before);
        fs::create_dir_all(folder).map_err(|error| unwritable(folder, error))?;
        for (name, text) in [
            (ENTITIES, named.entities_csv()),
            ("matches.csv", named.matches_csv()),
            ("matches.ttl", named.matches_turtle()),
            ("changes.csv", named.changes_csv()),
            ("conflicts.csv", named.conflicts_csv()),
            (REVIEW, named.review_csv()),
            ("rules.csv", named.rules_csv()),
            ("weights.csv", named.weights_csv()),
            (LEARNT, learnt(&resolution, &table, &keys)),
        ] {
            let path = folder.join(name);
            let text = text.map_err(|error: PublishError| Failure::Internal(error.into()))?;
            fs::write(&path, text).map_err(|error| unwritable(&path, error))?;
        }
        put(&format!(
            "{} records are {} entities; {} pairs were compared\n{}",
            keys.len(),
            named.n_entities(),
            resolution.blocks.pairs.len(),
            compared(&resolution)
        ))
    }
}

fn learnt(resolution: &Resolution, table: &RecordTable, keys: &[String]) -> Result<Vec<u8>, PublishError> {
    let learnt = Learnt::of(resolution, table, keys);
    serde_json::to_vec(&learnt).map_err(|error| PublishError::Serialise(Box::new(error)))
}

fn not_learnt(error: serde_json::Error) -> Failure {
    Failure::User(format!("cannot read {LEARNT}: {error}\nhint: resolve anew, without --add").into())
}

fn compared(resolution: &Resolution) -> String {
    resolution.attributes.iter().map(|it| format!("compared: {} ({:?})\n", it.name, it.kind)).collect()
}

impl Why {
    /// Shows the waterfall and what was made of it.
    pub fn run(&self) -> Result<(), Failure> {
        match &self.into {
            Some(into) => self.of_files(&Input { files: self.files.clone(), into: into.clone() }),
            None => self.of_workspace(),
        }
    }

    fn of_files(&self, input: &Input) -> Result<(), Failure> {
        let Resolved { keys, resolution, .. } = input.resolve(true)?;
        let place = |key: &str| {
            let unknown =
                || Failure::User(format!("no record is called \"{key}\"\nhint: entities.csv has the names").into());
            let found = keys.iter().position(|it| it == key).ok_or_else(unknown)?;
            u32::try_from(found).map_err(|error| Failure::Internal(error.into()))
        };
        let records = [place(&self.one)?, place(&self.other)?];
        put(&why(&resolution, records, [&self.one, &self.other]))
    }

    fn of_workspace(&self) -> Result<(), Failure> {
        let settings = self.settings.load()?;
        let workspace = self.workspace.open()?;
        let snapshot = workspace.current().map_err(store_failure)?.snapshot;
        let decisions = workspace.decisions().map_err(store_failure)?;
        let names = [self.one.as_str(), self.other.as_str()];
        let shown = why_in(&snapshot, &decisions, settings.for_pipeline().identity, names);
        put(&shown.map_err(pipeline_failure)?)
    }
}

impl Review {
    /// Shows the pairs.
    pub fn run(&self) -> Result<(), Failure> {
        let Ok(workspace) = Workspace::open(&self.folder) else { return self.of_files() };
        let current = workspace.current().map_err(store_failure)?;
        let none = || Failure::User("nothing has been discovered yet\nhint: run `kagraph discover`".into());
        let path = workspace.run_folder(&current.run.ok_or_else(none)?).join(pipeline::REVIEW);
        match read(&path)? {
            Some(text) => put(&text),
            None => {
                say!("nothing to review: no place in the candidate list hangs on an unsure match");
                Ok(())
            }
        }
    }

    fn of_files(&self) -> Result<(), Failure> {
        let path = self.folder.join(REVIEW);
        let text = format!(
            "{} does not exist\nhint: name a workspace, or the folder that `kagraph resolve FILES --into FOLDER` wrote",
            path.display()
        );
        put(&read(&path)?.ok_or_else(|| Failure::User(text.into()))?)
    }
}

/// The entity of each record in the run before.
fn entities_before(text: &str) -> Result<BTreeMap<String, String>, Failure> {
    let mut before = BTreeMap::new();
    for row in csv::Reader::from_reader(text.as_bytes()).records() {
        let row = row.map_err(|error| Failure::Data(error.into()))?;
        if let (Some(entity), Some(record)) = (row.get(0), row.get(1)) {
            before.insert(record.to_owned(), entity.to_owned());
        }
    }
    Ok(before)
}

fn read(path: &Path) -> Result<Option<String>, Failure> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::User(format!("cannot read {}: {error}", path.display()).into())),
    }
}

fn unwritable(path: &Path, error: std::io::Error) -> Failure {
    Failure::User(format!("cannot write {}: {error}", path.display()).into())
}

/// An error of the identity stage, by who must act.
pub fn identity_failure(error: IdentityError) -> Failure {
    match error {
        IdentityError::Ingest(_) => Failure::Data(error.into()),
    }
}
