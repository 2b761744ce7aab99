//! A file of rows, whatever its format: opened once, read chunk by chunk, never held whole.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::csv::DelimitedReader;
use super::parquet::ParquetReader;
use super::{Format, IngestError, ReadOptions, Records, Reject, compression};

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
    name: String,
    reader: Reader,
}

enum Reader {
    Delimited(Box<DelimitedReader>),
    Parquet(Box<ParquetReader>),
}

impl Source {
    /// Opens the file at `path`, called `name` in places, and recognises what `options` leave open.
    ///
    /// # Errors
    /// When the file cannot be read, is of a format that is not read as rows, or an option makes no sense.
    pub fn open(path: &Path, name: &str, options: &ReadOptions) -> Result<Self, IngestError> {
        let format = match options.format.or_else(|| Format::of_name(name)) {
            Some(format) => format,
            None if compression::is_parquet(path)? => Format::Parquet,
            None => Format::Csv,
        };
        let options = ReadOptions { format: Some(format), ..options.clone() };
        let reader = match format {
            Format::Csv | Format::Tsv => Reader::Delimited(Box::new(DelimitedReader::open(path, name, &options)?)),
            Format::Parquet => Reader::Parquet(Box::new(ParquetReader::open(path, name)?)),
            Format::NTriples | Format::NQuads | Format::Turtle | Format::TriG => {
                let hint = "leave it to the mapping's RDF part, or give another format";
                return Err(IngestError::Format { path: path.to_path_buf(), found: "RDF and not rows", hint });
            }
        };
        Ok(Self { name: name.to_owned(), reader })
    }

    /// Leaves out all columns but these, in this order; before the first chunk is read.
    ///
    /// # Errors
    /// When the file has no such column.
    pub fn with_columns(mut self, names: &[impl AsRef<str>]) -> Result<Self, IngestError> {
        let columns = self.columns();
        let place_of =
            |name: &str| columns.iter().position(|column| column == name).ok_or_else(|| self.no_column(name));
        let places = names.iter().map(|name| place_of(name.as_ref())).collect::<Result<Vec<_>, _>>()?;
        match &mut self.reader {
            Reader::Delimited(reader) => reader.project(places),
            Reader::Parquet(reader) => reader.project(places),
        }
        Ok(self)
    }

    /// The columns' names, unique, in the order of the fields.
    pub fn columns(&self) -> &Arc<[String]> {
        match &self.reader {
            Reader::Delimited(reader) => reader.columns(),
            Reader::Parquet(reader) => reader.columns(),
        }
    }

    /// The next rows; `None` after the last.
    ///
    /// # Errors
    /// When the file cannot be read on.
    pub fn next_chunk(&mut self) -> Result<Option<Chunk>, IngestError> {
        match &mut self.reader {
            Reader::Delimited(reader) => reader.next_chunk(),
            Reader::Parquet(reader) => reader.next_chunk(),
        }
    }

    /// How the file was understood; the encoding of a plain text is known for certain at its end only.
    pub fn report(&self) -> Report {
        match &self.reader {
            Reader::Delimited(reader) => reader.report(),
            Reader::Parquet(reader) => reader.report(),
        }
    }

    /// How far the file is read.
    pub fn progress(&self) -> Progress {
        match &self.reader {
            Reader::Delimited(reader) => reader.progress(),
            Reader::Parquet(reader) => reader.progress(),
        }
    }

    fn no_column(&self, name: &str) -> IngestError {
        let columns = self.columns().join(", ");
        IngestError::Column { file: self.name.clone(), column: name.to_owned(), columns }
    }
}
