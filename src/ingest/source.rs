//! A file of rows, whatever its format: opened once, read chunk by chunk, never held whole.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::csv::DelimitedReader;
use super::{IngestError, ReadOptions, Records, Reject};

/// Consecutive rows of a file: those that can be used and those that cannot. Rows read = both together.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// The rows that have a field for each column.
    pub records: Records,
    /// The refused rows, in the order of the file.
    pub rejects: Vec<Reject>,
}

impl Chunk {
    /// How many rows were read for this chunk.
    pub fn n_read(&self) -> u64 {
        (self.records.n_rows() + self.rejects.len()) as u64
    }
}

/// How far a file is read; shared, so that another thread may show it.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    pub(super) read: Arc<AtomicU64>,
    pub(super) total: u64,
}

impl Progress {
    /// Bytes of the file read so far, compressed ones if it is compressed.
    pub fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Bytes of the whole file.
    pub fn bytes_total(&self) -> u64 {
        self.total
    }
}

/// How a file was understood, for the user to check.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// "CSV" or "Parquet" or the name of an RDF syntax.
    pub format: &'static str,
    /// "gzip" or "zstd" when compressed.
    pub compression: Option<&'static str>,
    /// The encoding's name.
    pub encoding: Option<&'static str>,
    /// What separates fields.
    pub delimiter: Option<char>,
    /// What encloses fields.
    pub quote: Option<char>,
    /// Whether the first row was taken for the columns' names.
    pub header: Option<bool>,
    /// Columns whose names had to be changed to be unique and not empty: (in the file, here).
    pub renamed: Vec<(String, String)>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.format)?;
        let words = [self.compression, self.encoding];
        words.into_iter().flatten().try_for_each(|word| write!(f, ", {word}"))?;
        if let Some(delimiter) = self.delimiter {
            write!(f, ", delimiter {delimiter:?}")?;
        }
        if let Some(quote) = self.quote {
            write!(f, ", quote {quote}")?;
        }
        if let Some(header) = self.header {
            write!(f, ", {}", if header { "header" } else { "no header" })?;
        }
        self.renamed.iter().try_for_each(|(from, to)| write!(f, ", column {from:?} read as {to:?}"))
    }
}

/// A file of rows.
pub struct Source {
    reader: DelimitedReader,
}

impl Source {
    /// Opens the file at `path`, called `name` in places, and recognises what `options` leave open.
    ///
    /// # Errors
    /// When the file cannot be read, is of a format that is not read, or an option makes no sense.
    pub fn open(path: &Path, name: &str, options: &ReadOptions) -> Result<Self, IngestError> {
        Ok(Self { reader: DelimitedReader::open(path, name, options)? })
    }

    /// The columns' names, unique, in the order of the fields.
    pub fn columns(&self) -> &Arc<[String]> {
        self.reader.columns()
    }

    /// The next rows; `None` after the last.
    ///
    /// # Errors
    /// When the file cannot be read on.
    pub fn next_chunk(&mut self) -> Result<Option<Chunk>, IngestError> {
        self.reader.next_chunk()
    }

    /// How the file was understood.
    pub fn report(&self) -> Report {
        self.reader.report()
    }

    /// How far the file is read.
    pub fn progress(&self) -> Progress {
        self.reader.progress()
    }
}
