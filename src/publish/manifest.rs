//! What a run was made from, so that it can be made again.

use serde::Serialize;

use crate::model::Day;
use crate::publish::{PublishError, RunReport};

/// A run's manifest. It holds no wall-clock time, so that the same input gives the same bytes; how long each stage took
/// stands in the workspace's journal.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Manifest {
    /// The run's id.
    pub run: String,
    /// Version of kagraph.
    pub version: &'static str,
    /// The day as of which everything holds.
    pub as_of: Day,
    /// The day since which changes are told.
    pub since: Day,
    /// Content hash of the snapshot.
    pub snapshot: String,
    /// Hashes of the batches under the snapshot.
    pub batches: Vec<String>,
    /// Hash of the settings.
    pub settings: String,
    /// How many findings of each kind.
    pub counts: Counts,
    /// Hash of every other file of the run.
    pub files: Vec<FileHash>,
}

/// How many findings there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Counts {
    /// Candidates.
    pub candidates: usize,
    /// Chain changes.
    pub changes: usize,
    /// Coverage gaps.
    pub gaps: usize,
    /// Risks.
    pub risks: usize,
    /// Cases, with those that are closed.
    pub cases: usize,
}

/// One file of a run.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct FileHash {
    /// Name inside the run's folder.
    pub name: String,
    /// BLAKE3, hexadecimal.
    pub blake3: String,
    /// Size in bytes.
    pub bytes: u64,
}

impl Manifest {
    /// The manifest of a run whose files are given by name and content.
    pub fn new(report: &RunReport<'_>, batches: Vec<String>, settings: String, files: &[(String, Vec<u8>)]) -> Self {
        let hash = |(name, bytes): &(String, Vec<u8>)| FileHash {
            name: name.clone(),
            blake3: blake3::hash(bytes).to_hex().to_string(),
            bytes: bytes.len() as u64,
        };
        let mut files: Vec<_> = files.iter().map(hash).collect();
        files.sort();
        Self {
            run: report.run.to_owned(),
            version: env!("CARGO_PKG_VERSION"),
            as_of: report.as_of,
            since: report.since,
            snapshot: report.snapshot.to_owned(),
            batches,
            settings,
            counts: Counts {
                candidates: report.candidates.len(),
                changes: report.changes.len(),
                gaps: report.gaps.len(),
                risks: report.risks.len(),
                cases: report.cases.len(),
            },
            files,
        }
    }

    /// The manifest as JSON, with a line end.
    pub fn to_json(&self) -> Result<Vec<u8>, PublishError> {
        let mut bytes = serde_json::to_vec_pretty(self).map_err(|error| PublishError::Serialise(Box::new(error)))?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}
