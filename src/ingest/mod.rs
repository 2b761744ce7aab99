//! Bytes to records, each with its place (file, row, column).

mod csv;
mod error;
mod options;
pub mod quarantine;
mod records;
mod source;

pub use error::IngestError;
pub use options::{Format, ReadOptions};
pub use quarantine::{Reject, RowCount};
pub use records::{Records, RowRef};
pub use source::{Chunk, Progress, Report, Source};
