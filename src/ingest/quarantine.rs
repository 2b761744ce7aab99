//! Rows that could not be used: each keeps its place, the reason and the raw text.

/// One refused row, or one refused value of a row that is used otherwise.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize)]
pub struct Reject {
    /// File as named by the source, relative to the data folder.
    pub file: String,
    /// 1-based data row (for RDF files: line); 0 when it concerns the whole file.
    pub row: u64,
    /// Column, when one value is to blame.
    pub column: Option<String>,
    /// What was expected and what was found.
    pub reason: String,
    /// The raw text of the row or value.
    pub raw: String,
}

/// The longest raw text that a reject keeps, in bytes.
const MAX_RAW: usize = 4096;

impl Reject {
    /// A refused row.
    pub fn row(file: &str, row: u64, reason: String, raw: &str) -> Self {
        Self { file: file.to_owned(), row, column: None, reason, raw: excerpt(raw) }
    }
}

/// The text, or as much of its beginning as a reject keeps, saying how long the whole is.
pub fn excerpt(text: &str) -> String {
    if text.len() <= MAX_RAW {
        return text.to_owned();
    }
    let end = (0..=MAX_RAW).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    format!("{}… ({} bytes in all)", &text[..end], text.len())
}

/// How many rows were read and what became of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct RowCount {
    /// Rows read.
    pub read: u64,
    /// Rows that gave statements, or that a filter of the mapping set aside on purpose.
    pub mapped: u64,
    /// Rows refused.
    pub quarantined: u64,
}

impl RowCount {
    /// Whether nothing was lost: read = mapped + quarantined.
    pub fn is_complete(self) -> bool {
        self.read == self.mapped + self.quarantined
    }
}

impl std::ops::AddAssign for RowCount {
    fn add_assign(&mut self, other: Self) {
        self.read += other.read;
        self.mapped += other.mapped;
        self.quarantined += other.quarantined;
    }
}
