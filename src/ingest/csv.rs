//! Delimited text.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use super::records::RecordsBuilder;
use super::{Chunk, IngestError, Progress, ReadOptions, Reject, Report};

/// Reads a file of delimited text.
pub(super) struct DelimitedReader {
    reader: csv::Reader<File>,
    file: Arc<str>,
    columns: Arc<[String]>,
    row: u64,
}

impl DelimitedReader {
    pub(super) fn open(path: &Path, name: &str, _options: &ReadOptions) -> Result<Self, IngestError> {
        let refused = |error: csv::Error| IngestError::Read {
            path: path.to_path_buf(),
            bytes: 0,
            hint: "",
            source: error.into(),
        };
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path).map_err(refused)?;
        let columns = reader.headers().map_err(refused)?.iter().map(String::from).collect();
        Ok(Self { reader, file: name.into(), columns, row: 0 })
    }

    pub(super) fn columns(&self) -> &Arc<[String]> {
        &self.columns
    }

    pub(super) fn next_chunk(&mut self) -> Result<Option<Chunk>, IngestError> {
        let mut builder = RecordsBuilder::with_capacity(8192, self.columns.len());
        let mut rejects = Vec::new();
        let mut record = csv::ByteRecord::new();
        while builder.n_rows() < 8192 && self.reader.read_byte_record(&mut record).unwrap_or(false) {
            self.row += 1;
            if record.len() == self.columns.len() {
                record.iter().for_each(|field| builder.push_field(Some(&String::from_utf8_lossy(field))));
                builder.end_row(self.row);
            } else {
                rejects.push(Reject {
                    file: self.file.to_string(),
                    row: self.row,
                    column: None,
                    reason: format!("expected {} fields, found {}", self.columns.len(), record.len()),
                    raw: String::from_utf8_lossy(record.as_slice()).into_owned(),
                });
            }
        }
        let records = builder.finish(self.file.clone(), self.columns.clone());
        Ok((records.n_rows() + rejects.len() > 0).then_some(Chunk { records, rejects }))
    }

    pub(super) fn report(&self) -> Report {
        Report { format: "CSV", ..Report::default() }
    }

    pub(super) fn progress(&self) -> Progress {
        Progress::default()
    }
}
