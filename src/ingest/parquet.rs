//! Apache Parquet: typed columns to rows of canonical text.
//!
//! Comes in: a file with any types that Parquet has. Leaves: chunks of rows, with null where there is no value. Columns
//! that are not asked for are not decoded. Damage ends the reading with an error; a row whose text holds a zero byte is
//! refused. Costs one batch of rows, decoded, and one chunk.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::ParquetError;

use super::cell::Cells;
use super::header::Header;
use super::records::RecordsBuilder;
use super::{Chunk, IngestError, Progress, Reject, Report};

/// Rows decoded at once.
const BATCH_ROWS: usize = 8_192;
/// Bytes of a chunk's text after which it is ended before the batch.
const CHUNK_BYTES: usize = 8 << 20;

/// Reads a Parquet file.
pub(super) struct ParquetReader {
    path: PathBuf,
    file: Arc<str>,
    input: File,
    metadata: ArrowReaderMetadata,
    header: Header,
    columns: Arc<[String]>,
    /// For each column, its place in the file.
    places: Vec<usize>,
    batches: Option<ParquetRecordBatchReader>,
    batch: Batch,
    n_rows: u64,
    progress: Progress,
}

/// A decoded batch, of which some rows are used.
#[derive(Default)]
struct Batch {
    cells: Vec<Cells>,
    n_rows: usize,
    n_used: usize,
}

impl ParquetReader {
    /// Opens the file and reads its schema.
    pub(super) fn open(path: &Path, name: &str) -> Result<Self, IngestError> {
        let failed = |source| IngestError::Read { path: path.to_path_buf(), bytes: 0, source };
        let input = File::open(path).map_err(failed)?;
        let total = input.metadata().map_err(failed)?.len();
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let metadata = ArrowReaderMetadata::load(&input, options).map_err(|source| damaged(path, source))?;
        let names = metadata.schema().fields().iter().map(|field| field.name().clone()).collect();
        let header = Header::new(names);
        Ok(Self {
            path: path.to_path_buf(),
            file: name.into(),
            input,
            columns: header.columns.clone(),
            places: (0..header.columns.len()).collect(),
            header,
            metadata,
            batches: None,
            batch: Batch::default(),
            n_rows: 0,
            progress: Progress { total, ..Progress::default() },
        })
    }

    /// The columns' names.
    pub(super) fn columns(&self) -> &Arc<[String]> {
        &self.columns
    }

    /// Leaves out all columns but these places of the file's, in this order.
    pub(super) fn project(&mut self, places: Vec<usize>) {
        self.columns = places.iter().map(|place| self.header.columns[*place].clone()).collect();
        self.places = places;
    }

    /// The next rows; `None` after the last.
    pub(super) fn next_chunk(&mut self) -> Result<Option<Chunk>, IngestError> {
        while self.batch.n_used == self.batch.n_rows {
            if !self.next_batch()? {
                return Ok(None);
            }
        }
        let mut builder = RecordsBuilder::with_capacity(BATCH_ROWS, self.columns.len());
        let mut rejects = Vec::new();
        let mut text = String::new();
        while self.batch.n_used < self.batch.n_rows && builder.n_bytes() < CHUNK_BYTES {
            self.n_rows += 1;
            self.read_row(&mut text, &mut builder, &mut rejects);
            self.batch.n_used += 1;
        }
        self.show_progress();
        Ok(Some(Chunk { records: builder.finish(self.file.clone(), self.columns.clone()), rejects }))
    }

    /// How the file was understood.
    pub(super) fn report(&self) -> Report {
        Report { format: "Parquet", renamed: self.header.renamed.clone(), ..Report::default() }
    }

    /// How far the file is read.
    pub(super) fn progress(&self) -> Progress {
        self.progress.clone()
    }

    fn read_row(&self, text: &mut String, builder: &mut RecordsBuilder, rejects: &mut Vec<Reject>) {
        text.clear();
        let mut ends = Vec::with_capacity(self.batch.cells.len());
        for cells in &self.batch.cells {
            let is_there = cells.write(self.batch.n_used, text);
            ends.push((text.len(), is_there));
        }
        if text.contains('\0') {
            let reason = "expected text, found a zero byte".to_owned();
            rejects.push(Reject::row(&self.file, self.n_rows, reason, &text.replace('\0', "\u{FFFD}")));
            return;
        }
        builder.push_nullable_row(self.n_rows, text, &ends);
    }

    fn next_batch(&mut self) -> Result<bool, IngestError> {
        if self.batches.is_none() {
            self.batches = Some(self.start()?);
        }
        let Some(batch) = self.batches.as_mut().and_then(Iterator::next) else {
            self.progress.read.store(self.progress.total, Ordering::Relaxed);
            return Ok(false);
        };
        let batch = batch.map_err(|source| damaged(&self.path, source.into()))?;
        let mut in_file_order = self.places.clone();
        in_file_order.sort_unstable();
        in_file_order.dedup();
        let mut cells = Vec::with_capacity(self.places.len());
        for place in &self.places {
            let at = in_file_order.partition_point(|other| other < place);
            cells.push(Cells::of(batch.column(at)).ok_or_else(|| self.unsupported(*place))?);
        }
        self.batch = Batch { cells, n_rows: batch.num_rows(), n_used: 0 };
        Ok(true)
    }

    fn start(&self) -> Result<ParquetRecordBatchReader, IngestError> {
        let input =
            self.input.try_clone().map_err(|source| IngestError::Read { path: self.path.clone(), bytes: 0, source })?;
        let mask = ProjectionMask::roots(self.metadata.parquet_schema(), self.places.iter().copied());
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(input, self.metadata.clone());
        let builder = builder.with_batch_size(BATCH_ROWS).with_projection(mask);
        builder.build().map_err(|source| damaged(&self.path, source))
    }

    fn unsupported(&self, place: usize) -> IngestError {
        let field = self.metadata.schema().field(place);
        let found = format!("column {:?} is of type {}, which is not read", field.name(), field.data_type());
        damaged(&self.path, ParquetError::NYI(found))
    }

    /// The share of the rows that are read, as bytes.
    fn show_progress(&self) {
        let n_all = self.metadata.metadata().file_metadata().num_rows().max(1) as u128;
        let n_bytes = u128::from(self.progress.total) * u128::from(self.n_rows) / n_all;
        self.progress.read.store(n_bytes as u64, Ordering::Relaxed);
    }
}

fn damaged(path: &Path, source: ParquetError) -> IngestError {
    IngestError::Parquet { path: path.to_path_buf(), source }
}
