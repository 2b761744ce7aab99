//! The Parquet side of a batch: schemas, writing and reading of terms and statements.
//!
//! Numbers are delta-encoded (rows and subjects come in order, so they cost some bits each), texts are plain, all is
//! compressed with zstd. Costs one row group in memory while writing.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, LargeStringArray, RecordBatch, UInt32Array};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use crate::mapping::TermText;
use crate::store::StoreError;
use crate::store::error::{HINT_LOAD, OrIo};
use crate::store::key::Kind;
use crate::store::terms::TermList;

const READ_ROWS: usize = 1 << 16;

/// An open Parquet file.
pub(in crate::store) struct Table {
    writer: ArrowWriter<File>,
    path: PathBuf,
}

/// Statements of one predicate, column by column, as they stand in a batch.
#[derive(Default)]
pub(in crate::store) struct Rows {
    pub subject: Vec<u32>,
    pub object: Vec<u32>,
    pub graph: Vec<u32>,
    pub file: Vec<u32>,
    pub row: Vec<u32>,
    /// The smallest number stands for always, a missing value in the file.
    pub known: Vec<i32>,
}

/// The schema of statements.
pub(in crate::store) fn statements_schema() -> Arc<Schema> {
    let number = |name| Field::new(name, DataType::UInt32, false);
    let numbers = ["subject", "object", "graph", "file", "row"].map(number);
    let known = Field::new("known_from", DataType::Date32, true);
    Arc::new(Schema::new(numbers.into_iter().chain([known]).collect::<Vec<_>>()))
}

/// The schema of terms.
pub(in crate::store) fn terms_schema() -> Arc<Schema> {
    let text = |name, is_nullable| Field::new(name, DataType::LargeUtf8, is_nullable);
    let number = Field::new("term", DataType::UInt32, false);
    let texts = [text("kind", false), text("value", false), text("datatype", true), text("language", true)];
    Arc::new(Schema::new([number].into_iter().chain(texts).collect::<Vec<_>>()))
}

fn properties() -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::Chunk);
    for column in ["term", "subject", "object", "row"] {
        let column = ColumnPath::from(column);
        properties = properties.set_column_dictionary_enabled(column.clone(), false);
        properties = properties.set_column_encoding(column, Encoding::DELTA_BINARY_PACKED);
    }
    properties.set_column_dictionary_enabled(ColumnPath::from("value"), false).build()
}

impl Table {
    pub fn create(path: &Path, schema: Arc<Schema>) -> Result<Self, StoreError> {
        let file = File::create_new(path).or_io("create", path)?;
        let writer = ArrowWriter::try_new(file, schema, Some(properties())).map_err(|it| failed("create", path, it))?;
        Ok(Self { writer, path: path.to_path_buf() })
    }

    /// Writes one row group.
    pub fn write(&mut self, columns: Vec<ArrayRef>, schema: Arc<Schema>) -> Result<(), StoreError> {
        let rows = RecordBatch::try_new(schema, columns).map_err(ParquetError::from);
        let written = rows.and_then(|rows| self.writer.write(&rows)).and_then(|()| self.writer.flush());
        written.map_err(|error| failed("write", &self.path, error))
    }

    pub fn close(self) -> Result<(), StoreError> {
        self.writer.close().map(drop).map_err(|error| failed("write", &self.path, error))
    }
}

/// Tells a full disk apart from other failures of Parquet.
fn failed(action: &'static str, path: &Path, error: ParquetError) -> StoreError {
    if let ParquetError::External(source) = &error
        && let Some(source) = source.downcast_ref::<std::io::Error>()
    {
        let copy = source.raw_os_error().map_or_else(|| source.kind().into(), std::io::Error::from_raw_os_error);
        return StoreError::from_io(action, path, copy);
    }
    StoreError::Parquet { action, path: path.to_path_buf(), source: Box::new(error) }
}

impl Rows {
    pub fn len(&self) -> usize {
        self.subject.len()
    }

    /// The columns as Parquet takes them; leaves empty ones.
    pub fn take(&mut self) -> Vec<ArrayRef> {
        let number = |column: &mut Vec<u32>| Arc::new(UInt32Array::from(std::mem::take(column))) as ArrayRef;
        let known = std::mem::take(&mut self.known).into_iter().map(|day| (day != i32::MIN).then_some(day));
        let known = Arc::new(known.collect::<Date32Array>()) as ArrayRef;
        let columns = [&mut self.subject, &mut self.object, &mut self.graph, &mut self.file, &mut self.row];
        columns.map(number).into_iter().chain([known]).collect()
    }
}

/// Some terms, column by column.
pub(in crate::store) fn term_columns(terms: &TermList, range: std::ops::Range<u32>) -> Vec<ArrayRef> {
    let keys = || range.clone().map(|at| terms.key(at));
    let kind = keys().map(|key| Some(kind_name(key.kind)));
    let is_name = |kind| matches!(kind, Kind::Iri | Kind::Blank);
    let value = keys().map(|key| Some(if is_name(key.kind) { [key.head, key.tail].concat() } else { key.tail.into() }));
    let datatype = keys().map(|key| (key.kind == Kind::Typed).then_some(key.head));
    let language = keys().map(|key| (key.kind == Kind::Lang).then_some(key.head));
    vec![
        Arc::new(UInt32Array::from_iter_values(range.clone())),
        Arc::new(kind.collect::<LargeStringArray>()),
        Arc::new(value.collect::<LargeStringArray>()),
        Arc::new(datatype.collect::<LargeStringArray>()),
        Arc::new(language.collect::<LargeStringArray>()),
    ]
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Iri => "iri",
        Kind::Blank => "blank",
        Kind::Typed | Kind::Lang => "literal",
    }
}

fn builder(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>, StoreError> {
    let file = File::open(path).or_io("open", path)?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| failed("read", path, error))?;
    Ok(builder.with_batch_size(READ_ROWS))
}

fn open(path: &Path) -> Result<ParquetRecordBatchReader, StoreError> {
    builder(path)?.build().map_err(|error| failed("read", path, error))
}

/// Number of row groups, which can be read each on its own.
pub(in crate::store) fn n_groups(path: &Path) -> Result<usize, StoreError> {
    Ok(builder(path)?.metadata().num_row_groups())
}

fn misfit(path: &Path) -> StoreError {
    StoreError::damaged(path, HINT_LOAD, "its columns are not those of a batch")
}

fn column<'a, A: 'static>(rows: &'a RecordBatch, name: &str, path: &Path) -> Result<&'a A, StoreError> {
    rows.column_by_name(name).and_then(|column| column.as_any().downcast_ref()).ok_or_else(|| misfit(path))
}

/// Reads the terms of one row group in the order of their numbers.
pub(in crate::store) fn read_terms(
    path: &Path,
    group: usize,
    mut take: impl FnMut(TermText<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let rows = builder(path)?.with_row_groups(vec![group]).build().map_err(|error| failed("read", path, error))?;
    for rows in rows {
        let rows = rows.map_err(|error| failed("read", path, error.into()))?;
        let text = |name| column::<LargeStringArray>(&rows, name, path);
        let (kind, value, datatype, language) = (text("kind")?, text("value")?, text("datatype")?, text("language")?);
        for ((kind, value), (datatype, language)) in kind.iter().zip(value).zip(datatype.iter().zip(language)) {
            take(term(kind, value, datatype, language).ok_or_else(|| misfit(path))?)?;
        }
    }
    Ok(())
}

fn term<'a>(
    kind: Option<&str>,
    value: Option<&'a str>,
    datatype: Option<&'a str>,
    language: Option<&'a str>,
) -> Option<TermText<'a>> {
    Some(match (kind?, value?, datatype, language) {
        ("iri", value, None, None) => TermText::Iri(value),
        ("blank", value, None, None) => TermText::Blank(value),
        ("literal", value, Some(datatype), None) => TermText::Typed(value, datatype),
        ("literal", value, None, Some(language)) => TermText::Lang(value, language),
        _ => return None,
    })
}

/// One statement of a batch, by term numbers.
#[derive(Clone, Copy)]
pub(in crate::store) struct Row {
    pub subject: u32,
    pub object: u32,
    pub graph: u32,
    pub file: u32,
    pub row: u32,
    /// The smallest number stands for always.
    pub known: i32,
}

/// Reads all statements of a table, one after the other.
pub(in crate::store) fn each_statement(
    path: &Path,
    mut take: impl FnMut(Row) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    for rows in open(path)? {
        let rows = rows.map_err(|error| failed("read", path, error.into()))?;
        let number = |name| Ok(column::<UInt32Array>(&rows, name, path)?.values().as_ref());
        let (subject, object): (&[u32], &[u32]) = (number("subject")?, number("object")?);
        let (graph, file, row): (&[u32], &[u32], &[u32]) = (number("graph")?, number("file")?, number("row")?);
        let known = column::<Date32Array>(&rows, "known_from", path)?;
        for (at, known) in known.iter().enumerate() {
            let known = known.unwrap_or(i32::MIN);
            let (subject, object) = (subject[at], object[at]);
            take(Row { subject, object, graph: graph[at], file: file[at], row: row[at], known })?;
        }
    }
    Ok(())
}
