//! Delimited text: CSV, TSV and their kin.
//!
//! Comes in: a file of any recognised encoding and compression. Leaves: chunks of rows that have a field for each
//! column, and the refused ones. A row is refused when its number of fields is another, when it holds a malformed
//! sequence or a zero byte, when it is longer than 8 MiB, or when a quote in it is opened and not closed. After such a
//! quote, reading goes on with the next line: it costs one row and not the rest of the file. Lines without any text are
//! no rows. Costs one row's text, one block and one chunk of memory, and one pass.

use std::path::Path;
use std::sync::Arc;

use csv_core::ReadRecordResult as Step;

use super::compression::Input;
use super::encoding::Decoder;
use super::header::{self, Header};
use super::records::RecordsBuilder;
use super::sniff::Dialect;
use super::window::Window;
use super::{Chunk, IngestError, Progress, ReadOptions, Reject, Report, quoting, sniff};

/// The longest row, in bytes of UTF-8.
const MAX_ROW: usize = 8 << 20;
/// Rows of a chunk.
const CHUNK_ROWS: usize = 2_048;
/// Bytes of a chunk's text after which it is ended before it has all rows.
const CHUNK_BYTES: usize = 8 << 20;
/// Bytes of text that are looked at to recognise the dialect.
const SAMPLE: usize = 256 << 10;

/// Reads a file of delimited text.
pub(super) struct DelimitedReader {
    window: Window,
    dialect: Dialect,
    parser: csv_core::Reader,
    fields: Vec<u8>,
    ends: Vec<usize>,
    file: Arc<str>,
    header: Header,
    columns: Arc<[String]>,
    projection: Option<Vec<usize>>,
    n_rows: u64,
}

/// The next row as it stands at the beginning of the window.
struct Split {
    /// Its length with its line end and what is left out before it.
    length: usize,
    n_fields: usize,
    n_text: usize,
    /// Whether the file ended before its line did.
    is_cut: bool,
    /// Whether its end was found before it became too long.
    is_whole: bool,
}

/// Why a row is refused, and how much of it to give up when it is less than the whole.
struct Fault {
    reason: String,
    resume: Option<usize>,
}

impl DelimitedReader {
    /// Opens the file and recognises what `options` leave open.
    pub(super) fn open(path: &Path, name: &str, options: &ReadOptions) -> Result<Self, IngestError> {
        let (encoding, given) = (options.encoding_given(name)?, options.dialect_given(name)?);
        let mut window = Window::new(Decoder::new(Input::open(path)?, encoding)?);
        for _ in 0..options.skip_rows {
            window.skip_line()?;
        }
        window.grow_to(SAMPLE)?;
        let given = header::separator_line(&mut window, given)?;
        let dialect = sniff::dialect_of(sample(window.unread()), given);
        let mut reader = Self {
            window,
            dialect,
            parser: dialect.parser(),
            fields: vec![0; 64 << 10],
            ends: vec![0; 256],
            file: name.into(),
            header: Header::default(),
            columns: Arc::new([]),
            projection: None,
            n_rows: 0,
        };
        reader.header = reader.read_header(given.columns)?;
        reader.columns = reader.header.columns.clone();
        Ok(reader)
    }

    /// The columns' names.
    pub(super) fn columns(&self) -> &Arc<[String]> {
        &self.columns
    }

    /// Leaves out all columns but these places of the file's, in this order.
    pub(super) fn project(&mut self, places: Vec<usize>) {
        self.columns = places.iter().map(|place| self.header.columns[*place].clone()).collect();
        self.projection = Some(places);
    }

    /// The next rows; `None` after the last.
    pub(super) fn next_chunk(&mut self) -> Result<Option<Chunk>, IngestError> {
        let mut builder = RecordsBuilder::with_capacity(CHUNK_ROWS, self.columns.len());
        let mut rejects = Vec::new();
        while builder.n_rows() + rejects.len() < CHUNK_ROWS && builder.n_bytes() < CHUNK_BYTES {
            if !self.read_row(&mut builder, &mut rejects)? {
                break;
            }
        }
        let records = builder.finish(self.file.clone(), self.columns.clone());
        Ok((records.n_rows() + rejects.len() > 0).then_some(Chunk { records, rejects }))
    }

    /// How the file was understood.
    pub(super) fn report(&self) -> Report {
        Report {
            format: "CSV",
            compression: self.window.decoder().input().compression,
            encoding: Some(self.window.decoder().encoding_name()),
            delimiter: Some(self.dialect.delimiter.into()),
            quote: self.dialect.quote.map(char::from),
            header: Some(self.dialect.header),
            renamed: self.header.renamed.clone(),
        }
    }

    /// How far the file is read.
    pub(super) fn progress(&self) -> Progress {
        self.window.decoder().input().progress.clone()
    }

    fn read_header(&mut self, given: Option<&[String]>) -> Result<Header, IngestError> {
        let row = if self.dialect.header { self.split()? } else { None };
        if let Some(row) = row {
            let names = self.texts(row.n_fields);
            self.window.skip(row.length);
            return Ok(Header::new(given.map_or(names, <[String]>::to_vec)));
        }
        let first = self.split()?.map_or(0, |row| row.n_fields);
        self.parser.reset();
        Ok(Header::new(given.map_or_else(|| vec![String::new(); first], <[String]>::to_vec)))
    }

    fn texts(&self, n_fields: usize) -> Vec<String> {
        let fields = (0..n_fields).map(|at| String::from_utf8_lossy(self.field(at)));
        fields.map(|field| field.into_owned()).collect()
    }

    fn field(&self, at: usize) -> &[u8] {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.fields[start..self.ends[at]]
    }

    /// Reads one row into the chunk or among the refused; `false` after the last.
    fn read_row(&mut self, builder: &mut RecordsBuilder, rejects: &mut Vec<Reject>) -> Result<bool, IngestError> {
        let Some(row) = self.split()? else {
            return Ok(false);
        };
        self.n_rows += 1;
        match self.fault(&row) {
            None => self.keep(&row, builder),
            Some(fault) => rejects.push(self.refuse(&row, fault)?),
        }
        Ok(true)
    }

    fn keep(&mut self, row: &Split, builder: &mut RecordsBuilder) {
        match &self.projection {
            None => builder.push_row(self.n_rows, &self.fields[..row.n_text], &self.ends[..row.n_fields]),
            Some(places) => {
                places.iter().for_each(|place| builder.push_bytes(self.field(*place)));
                builder.end_row(self.n_rows);
            }
        }
        self.window.skip(row.length);
    }

    fn refuse(&mut self, row: &Split, fault: Fault) -> Result<Reject, IngestError> {
        let length = fault.resume.unwrap_or(row.length);
        let text = self.window.lossy(length);
        let raw = &text[quoting::start_of_row(text.as_bytes(), self.dialect.comment)..];
        let mut reject = Reject::row(&self.file, self.n_rows, fault.reason, quoting::without_line_ends(raw));
        self.window.skip(length);
        if !row.is_whole && fault.resume.is_none() {
            let n_bytes = length as u64 + self.window.skip_line()?;
            reject.reason = format!("{}; the line of {n_bytes} bytes is left out", reject.reason);
        }
        if fault.resume.is_some() || !row.is_whole {
            self.parser.reset();
        }
        Ok(reject)
    }

    /// Finds the next row and takes it apart; `None` after the last.
    fn split(&mut self) -> Result<Option<Split>, IngestError> {
        let mut row = Split { length: 0, n_fields: 0, n_text: 0, is_cut: false, is_whole: false };
        loop {
            if self.window.unread().len() == row.length {
                if row.length > MAX_ROW {
                    return Ok(Some(row));
                }
                if !row.is_cut && self.window.grow()? {
                    continue;
                }
                row.is_cut = true;
            }
            let input = &self.window.unread()[row.length..];
            let (fields, ends) = (&mut self.fields[row.n_text..], &mut self.ends[row.n_fields..]);
            let (step, n_read, n_text, n_fields) = self.parser.read_record(input, fields, ends);
            row.length += n_read;
            row.n_text += n_text;
            row.n_fields += n_fields;
            match step {
                Step::InputEmpty => {}
                Step::OutputFull => self.fields.resize(2 * self.fields.len(), 0),
                Step::OutputEndsFull => self.ends.resize(2 * self.ends.len(), 0),
                Step::Record => return Ok(Some(Split { is_whole: true, ..row })),
                Step::End => return Ok(None),
            }
        }
    }

    fn fault(&self, row: &Split) -> Option<Fault> {
        let text = &self.window.unread()[..row.length];
        let text = text.strip_suffix(b"\n").or_else(|| text.strip_suffix(b"\r")).unwrap_or(text);
        let needs_look =
            row.is_cut || row.length > MAX_ROW || memchr::memchr3(b'\n', b'\r', 0, text.trim_ascii_start()).is_some();
        needs_look.then(|| self.fault_inside(row)).flatten().or_else(|| self.fault_of_whole(row))
    }

    fn fault_of_whole(&self, row: &Split) -> Option<Fault> {
        let (expected, found) = (self.header.columns.len(), row.n_fields);
        let reason = match self.window.malformed_within(row.length) {
            Some(place) => {
                let encoding = self.window.decoder().encoding_name();
                format!("expected {encoding}, found a malformed sequence at byte {}", place.source)
            }
            None if found == expected => return None,
            None => format!("expected {expected} fields, found {found}"),
        };
        Some(Fault { reason, resume: None })
    }

    /// What is wrong within a row that has several lines, is cut off, too long, or holds zero bytes.
    fn fault_inside(&self, row: &Split) -> Option<Fault> {
        let whole = &self.window.unread()[..row.length];
        let start = quoting::start_of_row(whole, self.dialect.comment);
        let text = &whole[start..];
        let first_line = quoting::first_line(text);
        let is_several = first_line < text.len();
        let resume = is_several.then_some(start + first_line);
        if row.length > MAX_ROW {
            return Some(Fault { reason: self.reason_of_length(&text[..first_line]), resume });
        }
        if let Some(fault) = quoting::fault(text, self.dialect) {
            return Some(Fault { reason: fault, resume });
        }
        let second_is_row = || quoting::width(&text[first_line..], self.dialect) == self.header.columns.len();
        if is_several && row.n_fields != self.header.columns.len() && second_is_row() {
            let reason = "a quote is closed only on a later line, and that would swallow whole rows".to_owned();
            return Some(Fault { reason, resume });
        }
        let zero = memchr::memchr(0, text)?;
        Some(Fault { reason: format!("expected text, found a zero byte at byte {zero} of the row"), resume: None })
    }

    fn reason_of_length(&self, first_line: &[u8]) -> String {
        let length = format!("expected a row of at most {MAX_ROW} bytes, found a longer one");
        match quoting::open_field(first_line, self.dialect) {
            Some(field) => format!("{length}: the quote that opens field {field} is not closed"),
            None => length,
        }
    }
}

/// The beginning of a text that holds whole lines only, when it is more than a sample.
fn sample(text: &[u8]) -> &[u8] {
    if text.len() <= SAMPLE {
        return text;
    }
    let end = memchr::memrchr2(b'\n', b'\r', &text[..SAMPLE]).map_or(SAMPLE, |last| last + 1);
    &text[..end]
}
