//! Consecutive rows of one file as one arena of text.
//!
//! Readers put rows in, the mapping reads them by row and column. A chunk owns one string and one array of field ends,
//! so a field costs four bytes besides its text, and nothing is allocated a field. Never interprets a value.

use std::fmt::Write;
use std::sync::Arc;

/// Set in a field's end when the field is null, which only typed formats know.
const NULL: u32 = 1 << 31;

/// Consecutive accepted rows of one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Records {
    file: Arc<str>,
    columns: Arc<[String]>,
    text: String,
    ends: Vec<u32>,
    numbers: Vec<u64>,
}

impl Records {
    /// The file, relative to the data folder.
    pub fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// The columns' names, unique, in the order of the fields.
    pub fn columns(&self) -> &Arc<[String]> {
        &self.columns
    }

    /// How many rows there are.
    pub fn n_rows(&self) -> usize {
        self.numbers.len()
    }

    /// The row at a place of this chunk, below [`Self::n_rows`].
    pub fn row(&self, at: usize) -> RowRef<'_> {
        RowRef { records: self, at }
    }

    /// All rows in the order of the file.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = RowRef<'_>> {
        (0..self.n_rows()).map(|at| self.row(at))
    }

    /// The place of the column with this exact name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }
}

/// One row of a chunk.
#[derive(Clone, Copy, Debug)]
pub struct RowRef<'a> {
    records: &'a Records,
    at: usize,
}

impl<'a> RowRef<'a> {
    /// The 1-based number of the data row in its file; refused rows count too, a header does not.
    pub fn number(&self) -> u64 {
        self.records.numbers[self.at]
    }

    /// The text of a field; `None` when it is null (an empty field of a CSV file is `Some("")`) or no such column is.
    pub fn field(&self, column: usize) -> Option<&'a str> {
        let width = self.records.columns.len();
        if column >= width {
            return None;
        }
        let place = self.at * width + column;
        let end = self.records.ends[place];
        let start = if place == 0 { 0 } else { self.records.ends[place - 1] & !NULL };
        (end & NULL == 0).then(|| &self.records.text[start as usize..end as usize])
    }

    /// All fields in the order of the columns.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = Option<&'a str>> + use<'a> {
        let row = *self;
        (0..self.records.columns.len()).map(move |column| row.field(column))
    }

    /// The row as a line of comma-separated text, for the quarantine.
    pub fn raw(&self) -> String {
        let mut line = String::new();
        for (column, field) in self.fields().enumerate() {
            if column > 0 {
                line.push(',');
            }
            push_quoted(&mut line, field.unwrap_or_default());
        }
        line
    }
}

fn push_quoted(line: &mut String, field: &str) {
    if field.contains([',', '"', '\r', '\n']) {
        let _ = write!(line, "\"{}\"", field.replace('"', "\"\""));
    } else {
        line.push_str(field);
    }
}

/// Collects rows until they are enough for a chunk.
pub(super) struct RecordsBuilder {
    text: Vec<u8>,
    ends: Vec<u32>,
    numbers: Vec<u64>,
}

impl RecordsBuilder {
    /// An empty chunk with room for `n_rows` rows of `n_columns`.
    pub(super) fn with_capacity(n_rows: usize, n_columns: usize) -> Self {
        Self {
            text: Vec::with_capacity(n_rows * n_columns * 8),
            ends: Vec::with_capacity(n_rows * n_columns),
            numbers: Vec::with_capacity(n_rows),
        }
    }

    /// Bytes of text so far.
    pub(super) fn n_bytes(&self) -> usize {
        self.text.len()
    }

    /// Rows so far.
    pub(super) fn n_rows(&self) -> usize {
        self.numbers.len()
    }

    /// Adds a whole row: its text and where in it each field ends.
    pub(super) fn push_row(&mut self, number: u64, text: &[u8], ends: &[usize]) {
        let base = self.text.len();
        self.text.extend_from_slice(text);
        self.ends.extend(ends.iter().map(|end| (base + end) as u32));
        self.numbers.push(number);
    }

    /// Adds a whole row: its text and, for each field, where in it it ends and whether it has a value.
    pub(super) fn push_nullable_row(&mut self, number: u64, text: &str, ends: &[(usize, bool)]) {
        let base = self.text.len();
        self.text.extend_from_slice(text.as_bytes());
        self.ends.extend(ends.iter().map(|(end, is_there)| (base + end) as u32 | if *is_there { 0 } else { NULL }));
        self.numbers.push(number);
    }

    /// Adds the next field of the row that [`Self::end_row`] will close.
    pub(super) fn push_bytes(&mut self, field: &[u8]) {
        self.text.extend_from_slice(field);
        self.ends.push(self.text.len() as u32);
    }

    /// Closes a row whose fields were pushed one by one.
    pub(super) fn end_row(&mut self, number: u64) {
        self.numbers.push(number);
    }

    /// The chunk. The text is valid by construction; a reader's fault would show as replacement characters.
    pub(super) fn finish(self, file: Arc<str>, columns: Arc<[String]>) -> Records {
        let text =
            String::from_utf8(self.text).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        Records { file, columns, text, ends: self.ends, numbers: self.numbers }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records() -> Records {
        let mut builder = RecordsBuilder::with_capacity(2, 3);
        builder.push_row(1, "aébc".as_bytes(), &[1, 3, 5]);
        builder.push_nullable_row(3, "d,\"e\"", &[(0, true), (0, false), (5, true)]);
        builder.finish("a.csv".into(), ["x", "y", "z"].map(String::from).into())
    }

    #[test]
    fn a_field_is_found_by_row_and_column() {
        let records = records();
        assert_eq!(records.n_rows(), 2);
        let rows: Vec<_> = records.rows().map(|row| (row.number(), row.fields().collect::<Vec<_>>())).collect();
        assert_eq!(rows[0], (1, vec![Some("a"), Some("é"), Some("bc")]));
        assert_eq!(rows[1], (3, vec![Some(""), None, Some("d,\"e\"")]));
        assert_eq!(records.row(0).field(3), None);
        assert_eq!(records.column("z"), Some(2));
    }

    #[test]
    fn a_row_is_written_as_the_csv_line_that_gives_it_again() {
        assert_eq!(records().row(0).raw(), "a,é,bc");
        assert_eq!(records().row(1).raw(), ",,\"d,\"\"e\"\"\"");
    }
}
