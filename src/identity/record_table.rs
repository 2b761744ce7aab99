//! Records of one or more sources as one table of texts.
//!
//! Comes in: files of rows, or rows one by one. Leaves: columns by name over all sources; a source without a column has
//! empty cells there. Never interprets a cell. Costs one allocation a cell that holds something.

use std::path::Path;

use rustc_hash::FxHashSet;

use crate::identity::IdentityError;
use crate::identity::kind::header_words;
use crate::ingest::{ReadOptions, Source};

/// Records of some sources; a record is known by its place.
#[derive(Clone, Debug, Default)]
pub struct RecordTable {
    /// The sources' names.
    pub sources: Vec<String>,
    /// For each record, the place of its source in [`Self::sources`].
    pub source: Vec<u16>,
    /// For each record the sources that know it, a bit each by their places; those from the 64th on have none.
    pub known_by: Vec<u64>,
    /// The columns, in the order in which they were met.
    pub columns: Vec<Column>,
}

/// One column over all records.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name as in the first file that has it.
    pub name: String,
    /// A cell a record; empty where the record says nothing.
    pub cells: Vec<Box<str>>,
}

impl RecordTable {
    /// How many records there are.
    pub fn n_records(&self) -> usize {
        self.source.len()
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Takes a column out of the table, for instance the truth.
    pub fn take_column(&mut self, name: &str) -> Option<Column> {
        let at = self.columns.iter().position(|column| column.name == name)?;
        Some(self.columns.remove(at))
    }

    /// Begins a source; records that follow belong to it.
    pub fn begin_source(&mut self, name: &str) {
        self.sources.push(name.to_owned());
    }

    /// Adds a record of the latest source.
    pub fn push<'a>(&mut self, cells: impl IntoIterator<Item = (&'a str, &'a str)>) {
        let at = self.n_records();
        for (name, cell) in cells {
            let place = self.columns.iter().position(|column| column.name == name).unwrap_or_else(|| {
                self.columns.push(Column { name: name.to_owned(), cells: Vec::new() });
                self.columns.len() - 1
            });
            let column = &mut self.columns[place].cells;
            column.resize(at, Box::default());
            column.push(cell.trim().into());
        }
        let source = self.sources.len().saturating_sub(1);
        self.source.push(u16::try_from(source).unwrap_or(u16::MAX));
        self.known_by.push(source_bit(source));
    }

    /// A key of each record that stays when the file is sorted anew: source and number, where the source has a column of
    /// numbers that are all there and all different; else source and row.
    pub fn keys(&self) -> Vec<String> {
        let columns: Vec<Option<&Column>> =
            (0..self.sources.len()).map(|source| self.key_column(source as u16)).collect();
        let mut rows = vec![0u64; self.sources.len()];
        let key = |(record, &source): (usize, &u16)| {
            let at = usize::from(source);
            rows[at] += 1;
            match columns[at] {
                Some(column) => format!("{}/{}", self.sources[at], column.cells[record]),
                None => format!("{}#row={}", self.sources[at], rows[at]),
            }
        };
        self.source.iter().enumerate().map(key).collect()
    }

    fn key_column(&self, source: u16) -> Option<&Column> {
        let is_key = |column: &&Column| {
            let header = header_words(&column.name);
            let is_number = header.iter().any(|word| matches!(word.as_str(), "id" | "key" | "uuid" | "guid" | "编号"));
            let mut seen = FxHashSet::default();
            let own = self.source.iter().zip(&column.cells).filter(|(it, _)| **it == source);
            is_number && own.into_iter().all(|(_, cell)| !cell.is_empty() && seen.insert(cell))
        };
        self.columns.iter().find(is_key)
    }

    /// The same records in another order, given by their places.
    #[must_use]
    pub fn in_order(&self, order: &[u32]) -> Self {
        let cells = |column: &Column| order.iter().map(|&at| column.cells[at as usize].clone()).collect();
        let columns = self.columns.iter().map(|column| Column { name: column.name.clone(), cells: cells(column) });
        Self {
            sources: self.sources.clone(),
            source: order.iter().map(|&at| self.source[at as usize]).collect(),
            known_by: order.iter().map(|&at| self.known_by[at as usize]).collect(),
            columns: columns.collect(),
        }
    }

    /// Makes all columns as long as the table; called once after the last [`Self::push`].
    pub fn finish(&mut self) {
        let n_records = self.n_records();
        self.columns.iter_mut().for_each(|column| column.cells.resize(n_records, Box::default()));
    }

    /// Reads files, each a source named by its file name.
    ///
    /// # Errors
    /// When a file cannot be read; a row that is no row is left out.
    pub fn read(paths: &[impl AsRef<Path>]) -> Result<Self, IdentityError> {
        let mut table = Self::default();
        for path in paths {
            let path = path.as_ref();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let mut source = Source::open(path, &name, &ReadOptions::default())?;
            table.begin_source(&name);
            let columns: Vec<String> = source.columns().iter().map(|name| name.trim().to_owned()).collect();
            while let Some(chunk) = source.next_chunk()? {
                for row in chunk.records.rows() {
                    let cells = row.fields().map(Option::unwrap_or_default);
                    table.push(columns.iter().map(String::as_str).zip(cells));
                }
            }
        }
        table.finish();
        Ok(table)
    }
}

/// The bit of a source in [`RecordTable::known_by`].
pub fn source_bit(source: usize) -> u64 {
    u32::try_from(source).ok().and_then(|source| 1u64.checked_shl(source)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_numbers_where_all_are_there_and_different() {
        let mut table = RecordTable::default();
        table.begin_source("a");
        table.push([("id", "7"), ("name", "Ann")]);
        table.push([("id", "9"), ("name", "Bob")]);
        table.begin_source("b");
        table.push([("id", "1")]);
        table.push([("id", "1")]);
        table.finish();
        assert_eq!(table.keys(), ["a/7", "a/9", "b#row=1", "b#row=2"]);
    }

    #[test]
    fn sources_with_other_columns_stand_in_one_table() {
        let mut table = RecordTable::default();
        table.begin_source("a");
        table.push([("name", " Ann "), ("city", "Bonn")]);
        table.begin_source("b");
        table.push([("name", "Bob"), ("email", "b@example.org")]);
        table.push([("name", "Carl")]);
        table.finish();
        let cells = |name: &str| table.column(name).map(|it| it.cells.iter().map(|c| &**c).collect::<Vec<_>>());
        assert_eq!(table.source, [0, 1, 1]);
        assert_eq!(cells("name"), Some(vec!["Ann", "Bob", "Carl"]));
        assert_eq!(cells("city"), Some(vec!["Bonn", "", ""]));
        assert_eq!(cells("email"), Some(vec!["", "b@example.org", ""]));
    }
}
