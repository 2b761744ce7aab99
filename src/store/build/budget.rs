//! How much memory a build may use, and where it puts what does not fit.
//!
//! The bytes of a snapshot never depend on the budget: what is spilled comes back in the order in which it would have
//! stood in memory. Scratch files have no name, so that nothing of them remains when a build ends or is killed.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::store::StoreError;
use crate::store::error::OrIo;

/// What a build may keep in memory when nothing else is said.
pub(in crate::store) const DEFAULT_BYTES: u64 = 4 << 30;
/// No part of a build is held to fewer records than these: below, files would be many and gain nothing.
const LEAST_RECORDS: usize = 1 << 14;

/// A bound for memory and a folder for scratch files.
#[derive(Clone, Debug)]
pub(in crate::store) struct Budget {
    bytes: u64,
    least_records: usize,
    folder: Option<PathBuf>,
}

impl Budget {
    /// Everything stays in memory.
    pub fn unlimited() -> Self {
        Self { bytes: u64::MAX, least_records: LEAST_RECORDS, folder: None }
    }

    pub fn new(bytes: u64, folder: &Path) -> Self {
        Self { bytes, least_records: LEAST_RECORDS, folder: Some(folder.to_path_buf()) }
    }

    /// A budget so small that almost everything is spilled.
    #[cfg(test)]
    pub fn tiny(folder: &Path) -> Self {
        Self { bytes: 1 << 10, least_records: 5, folder: Some(folder.to_path_buf()) }
    }

    /// How many things of some bytes each fit into a part of the budget.
    pub fn records(&self, parts: u64, bytes_each: u64) -> usize {
        usize::try_from(self.bytes / parts / bytes_each).unwrap_or(usize::MAX).max(self.least_records)
    }

    /// An empty file without a name.
    pub fn scratch(&self) -> Result<File, StoreError> {
        match &self.folder {
            Some(folder) => tempfile::tempfile_in(folder).or_io("create a scratch file in", folder),
            None => tempfile::tempfile().or_io("create a scratch file in", Path::new("the system's temporary folder")),
        }
    }

    /// Where scratch files are, for messages.
    pub fn place(&self) -> &Path {
        self.folder.as_deref().unwrap_or(Path::new("a scratch file"))
    }
}
