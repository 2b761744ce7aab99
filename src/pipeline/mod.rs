//! The whole way of the data in one go: load → build → resolve → discover → publish.
//!
//! In: a data folder or a workspace, settings, two days. Out: a workspace whose `CURRENT` names the new snapshot with
//! the new run on top. Each step can be repeated and skips what is done already, so that a run that was interrupted is
//! resumed by running it again. Nothing here reads the clock: the days come from the command line.

mod discover;
pub mod entities;
mod load;
mod run_files;
mod sources;
mod summary;

use crate::discovery;
use crate::identity::decision_lines::DecisionError;
use crate::ingest::IngestError;
use crate::mapping::{MapError, MappingError};
use crate::model::Size;
use crate::publish::PublishError;
use crate::store::StoreError;

pub use discover::{Asked, Found, discover, discover_with};
pub use entities::IdentitySettings;
pub use load::{Loaded, Loading, load};
pub use run_files::{Published, REVIEW, discover_and_publish, published};
pub use sources::{SourcesError, mappings_of};
pub use summary::summary;

/// How data become a snapshot.
#[derive(Clone, Copy, PartialEq, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadSettings {
    /// Share of the rows of one file, in [0, 1], above which the whole source is refused.
    pub max_reject_share: f64,
    /// What a build may keep in memory.
    pub memory: Size,
}

/// What the pipeline needs to know of the settings.
#[derive(Clone, Copy, Debug)]
pub struct PipelineSettings<'a> {
    /// How to load.
    pub load: LoadSettings,
    /// How records of several systems become one company or person.
    pub identity: &'a IdentitySettings,
    /// How to find.
    pub discovery: &'a discovery::Settings,
    /// Hash of all settings in force.
    pub hash: &'a str,
}

/// Why the pipeline stopped.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// No mapping fits the folder, or a mapping is wrong.
    #[error(transparent)]
    Sources(#[from] SourcesError),
    /// A mapping is wrong.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// A source cannot be read or mapped.
    #[error(transparent)]
    Map(#[from] MapError),
    /// A file cannot be read.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The workspace cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// People's decisions cannot be understood.
    #[error(transparent)]
    Decisions(#[from] DecisionError),
    /// What the workspace kept of cases is not what was written.
    #[error(
        "the workspace's cases.json cannot be read: {0}\n\
         hint: take it from a backup, or remove it: every case is then new in the next list"
    )]
    KeptCases(#[source] serde_json::Error),
    /// What the workspace kept of entities is not what was written.
    #[error(
        "the workspace's entities.json cannot be read: {0}\n\
         hint: take it from a backup, or remove it: entities then get new ids where records do not give them the old ones"
    )]
    Kept(#[source] serde_json::Error),
    /// Two records that are asked about are not there, or not of one sort.
    #[error(
        "there are no two accounts, contacts or employees called {one} and {other}\n\
         hint: name both by their IRIs, as `kagraph query 'SELECT ?record {{ ?record a ka:Account }}'` shows them"
    )]
    NoRecords {
        /// The first.
        one: String,
        /// The second.
        other: String,
    },
    /// Findings cannot be published.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// A file of inputs cannot be read.
    #[error("cannot read {path}", path = path.display())]
    Input {
        /// Which file.
        path: std::path::PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// Too many rows of a file were refused.
    #[error(
        "{file}: {quarantined} of {read} rows were refused, more than the share of {limit} that settings allow\n\
         first reason: {first}\n\
         hint: mend the mapping or the file, or raise load.max_reject_share in the settings"
    )]
    TooManyRejects {
        /// The file.
        file: String,
        /// Rows refused.
        quarantined: u64,
        /// Rows read.
        read: u64,
        /// The limit, as a share.
        limit: f64,
        /// The first reject of the file.
        first: String,
    },
    /// Rows were lost: a fault of ours.
    #[error("{file}: {read} rows were read, but {mapped} mapped and {quarantined} quarantined do not add up to them")]
    RowsLost {
        /// The file.
        file: String,
        /// Rows read.
        read: u64,
        /// Rows mapped.
        mapped: u64,
        /// Rows quarantined.
        quarantined: u64,
    },
    /// The data have no day to take as today.
    #[error(
        "no statement has a date that could be taken as today\n\
         hint: give the day with --as-of, or map a date of transactions, interactions or memberships"
    )]
    NoDay,
}
