//! Why a file cannot be read at all. A bad row is never an error: it is a [`Reject`](super::Reject).

use std::path::PathBuf;

/// An error of reading a source file.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The operating system refused, or a compressed stream is damaged.
    #[error("cannot read {path} after {bytes} bytes", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Bytes of the file read before.
        bytes: u64,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The content is of a format that is not read.
    #[error("{path} is {found}, which is not read directly\nhint: {hint}", path = path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What it looks like.
        found: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// A Parquet file is damaged or uses what is not supported.
    #[error("cannot read Parquet file {path}", path = path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: parquet::errors::ParquetError,
    },
    /// A reading option makes no sense.
    #[error("option {option} of {file}: expected {expected}, found {found:?}")]
    Option {
        /// The file.
        file: String,
        /// The option's name.
        option: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// A column was asked for that the file does not have.
    #[error("{file} has no column {column:?}; its columns are {columns}")]
    Column {
        /// The file.
        file: String,
        /// The name asked for.
        column: String,
        /// The names there are.
        columns: String,
    },
}
