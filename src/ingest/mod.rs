//! Bytes to records, each with its place (file, row, column).

mod cell;
mod compression;
mod csv;
mod encoding;
mod error;
mod guess;
mod header;
mod options;
mod parquet;
pub mod quarantine;
mod quoting;
mod rdf;
mod rdf_document;
mod rdf_fast;
mod rdf_lines;
mod records;
mod sniff;
mod source;
mod window;

pub use error::IngestError;
pub use options::{Format, ReadOptions};
pub use quarantine::{Reject, RowCount};
pub use rdf::{RdfBlock, RdfChunk, RdfSource, RdfTerm};
pub use records::{Records, RowRef};
pub use source::{Chunk, Progress, Report, Source};
