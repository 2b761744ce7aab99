//! `kagraph resolve`, `kagraph why` and `kagraph review`: which records of files are one company or one person.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::stdout::put;
use crate::error::Failure;
use crate::identity::decisions::Decisions;
use crate::identity::match_weight::probability;
use crate::identity::{IdentityError, RecordTable, Resolution, Settings};
use crate::publish::{NamedResolution, PublishError, reasons};

/// The files of a folder of entities.
const ENTITIES: &str = "entities.csv";
const DECISIONS: &str = "decisions.csv";
const REVIEW: &str = "review.csv";

/// Finds which records are one company or one person; no rules or labels are needed.
#[derive(Args, Debug)]
pub struct Resolve {
    #[command(flatten)]
    input: Input,
}

/// Shows why two records are taken as one, or why not.
#[derive(Args, Debug)]
pub struct Why {
    /// A record, as it is called in entities.csv.
    one: String,
    /// Another record.
    other: String,
    #[command(flatten)]
    input: Input,
}

/// Shows the pairs whose decision would change most; write decisions into decisions.csv.
#[derive(Args, Debug)]
pub struct Review {
    /// The folder that `kagraph resolve` has written.
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
}

impl Input {
    fn resolve(&self) -> Result<Resolved, Failure> {
        let table = RecordTable::read(&self.files).map_err(identity_failure)?;
        let keys = table.keys();
        let decisions = match read(&self.into.join(DECISIONS))? {
            Some(text) => Decisions::read(&text, &keys).map_err(|error| Failure::User(error.into()))?,
            None => Decisions::default(),
        };
        if !decisions.waiting.is_empty() {
            tracing::warn!("{} decisions are about records that are not in the data", decisions.waiting.len());
        }
        let resolution = Resolution::of(&table, &Settings { decisions, ..Settings::default() });
        Ok(Resolved { table, keys, resolution })
    }
}

impl Resolve {
    /// Writes the folder and says what was found.
    pub fn run(&self) -> Result<(), Failure> {
        let folder = &self.input.into;
        let Resolved { table, keys, resolution } = self.input.resolve()?;
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

fn compared(resolution: &Resolution) -> String {
    resolution.attributes.iter().map(|it| format!("compared: {} ({:?})\n", it.name, it.kind)).collect()
}

impl Why {
    /// Shows the waterfall and what was made of it.
    pub fn run(&self) -> Result<(), Failure> {
        let Resolved { keys, resolution, .. } = self.input.resolve()?;
        let place = |key: &str| {
            let unknown =
                || Failure::User(format!("no record is called \"{key}\"\nhint: entities.csv has the names").into());
            let found = keys.iter().position(|it| it == key).ok_or_else(unknown)?;
            u32::try_from(found).map_err(|error| Failure::Internal(error.into()))
        };
        let (one, other) = (place(&self.one)?, place(&self.other)?);
        let is_one = resolution.entities[one as usize] == resolution.entities[other as usize];
        let pair = (one.min(other), one.max(other));
        let is_compared = resolution.blocks.pairs.binary_search(&pair).is_ok();
        let odds = resolution.ln_odds(one, other);
        let mut text = format!(
            "{} and {} are {}; alone, the two are one with probability {:.4}\n",
            self.one,
            self.other,
            if is_one { "one" } else { "two" },
            probability(odds)
        );
        for step in resolution.model.waterfall(&resolution.outcomes(one, other)) {
            let reason = reasons(std::slice::from_ref(&step));
            text += &format!("  {:+7.2}  {}\n", step.weight, reason.rsplit_once(' ').map_or("", |it| it.0));
        }
        text += &format!("  {odds:+7.2}  log odds\n");
        if let Some(conflict) = resolution.conflict(one, other) {
            text += &format!("against it: {}\n", conflict.name());
        } else if is_one != (odds > 0.0) {
            text += "decided by the other records of their entities, or by people\n";
        }
        if !is_compared {
            text += "no blocking rule proposed the pair\n";
        }
        put(&text)
    }
}

impl Review {
    /// Shows the pairs.
    pub fn run(&self) -> Result<(), Failure> {
        let none =
            || Failure::User(format!("{} has no {REVIEW}\nhint: run `kagraph resolve`", self.folder.display()).into());
        put(&read(&self.folder.join(REVIEW))?.ok_or_else(none)?)
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
