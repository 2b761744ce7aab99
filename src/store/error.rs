//! What can go wrong in the store, and who must act.

use std::io;
use std::path::{Path, PathBuf};

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The operating system refused.
    #[error("cannot {action} {path}", path = path.display())]
    Io {
        /// What was being done.
        action: &'static str,
        /// To which file or folder.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The disk is full; what was there before is untouched.
    #[error(
        "no space left on the device while writing {path}; the workspace is as it was before\n\
         hint: free some space and run the command again", path = path.display()
    )]
    NoSpace {
        /// What was being written.
        path: PathBuf,
    },
    /// A file is not what was once written.
    #[error("{path} is damaged: {found}\nhint: {hint}", path = path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What was expected and what was found.
        found: String,
        /// What to do.
        hint: &'static str,
    },
    /// A file was written by a later version of kagraph.
    #[error(
        "{path} has format {found}, this version reads up to format {supported}\n\
         hint: use the version of kagraph that wrote it, or a later one", path = path.display()
    )]
    NewerFormat {
        /// Which file.
        path: PathBuf,
        /// The file's format.
        found: u32,
        /// The latest format that this version reads.
        supported: u32,
    },
    /// A file was written by an earlier version of kagraph, in a format that is no longer read.
    #[error("{path} has format {found}, this version reads format {expected}\nhint: {hint}", path = path.display())]
    OlderFormat {
        /// Which file.
        path: PathBuf,
        /// The file's format.
        found: u32,
        /// The format that this version reads.
        expected: u32,
        /// What to do.
        hint: &'static str,
    },
    /// Somebody else writes to the workspace.
    #[error("{path} is being written to by {holder}\nhint: wait until it has finished", path = path.display())]
    Locked {
        /// The workspace.
        path: PathBuf,
        /// Who holds the lock, such as `process 4711`.
        holder: String,
    },
    /// The folder is no workspace.
    #[error("{path} is not a workspace: it has no file kagraph.json\nhint: {hint}", path = path.display())]
    NotAWorkspace {
        /// Which folder.
        path: PathBuf,
        /// What to do.
        hint: &'static str,
    },
    /// No snapshot has been built yet.
    #[error("{path} has no snapshot yet\nhint: build one with `kagraph build`", path = path.display())]
    NothingBuilt {
        /// The workspace.
        path: PathBuf,
    },
    /// A Parquet file cannot be written or read.
    #[error("cannot {action} {path}", path = path.display())]
    Parquet {
        /// What was being done.
        action: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A number does not fit its place on disk.
    #[error("more than {limit} {what} do not fit into one snapshot")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many fit.
        limit: u64,
    },
    /// A number or a day is the subject of a statement.
    #[error("a statement has a value as its subject, expected an IRI or a blank node")]
    NoNode,
    /// Derived graphs were made for another snapshot than the one that is open.
    #[error("{path} was derived from snapshot {expected}, the open one is {found}\nhint: {hint}", path = path.display(), hint = HINT_DISCOVER)]
    ForeignBase {
        /// The folder with the derived graphs.
        path: PathBuf,
        /// Hash of the snapshot that they were made for.
        expected: String,
        /// Hash of the open one.
        found: String,
    },
}

/// What helps against a damaged snapshot.
pub(in crate::store) const HINT_BUILD: &str = "rebuild it from the batches with `kagraph build`";
/// What helps against damaged or foreign derived graphs.
pub(in crate::store) const HINT_DISCOVER: &str = "derive them again with `kagraph discover`";
/// What helps against a damaged batch.
pub(in crate::store) const HINT_LOAD: &str = "remove the batch's folder and load its files again";

/// Names what was being done to which file when the operating system refused.
pub(in crate::store) trait OrIo<T> {
    fn or_io(self, action: &'static str, path: &Path) -> Result<T, StoreError>;
}

impl<T> OrIo<T> for Result<T, io::Error> {
    fn or_io(self, action: &'static str, path: &Path) -> Result<T, StoreError> {
        self.map_err(|source| StoreError::from_io(action, path, source))
    }
}

impl StoreError {
    /// An error of the operating system; a full disk is told apart.
    pub(in crate::store) fn from_io(action: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoSpace { path },
            _ => Self::Io { action, path, source },
        }
    }

    /// A file that is not what was written.
    pub(in crate::store) fn damaged(path: &Path, hint: &'static str, found: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_path_buf(), found: found.into(), hint }
    }
}
