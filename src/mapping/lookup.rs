//! Columns of other files, found by key.
//!
//! Comes in: the files that the mapping's lookups name. Leaves: one hash table a file and key, shared by all threads.
//! A row costs its text, four bytes a cell and about five bytes of the hash table; nothing is allocated a row. The
//! first row with a key counts. Never holds columns that nobody takes.

use std::hash::BuildHasher;
use std::path::Path;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use super::drive::MapError;
use super::spec::TableSpec;
use crate::ingest::{Records, Source};

/// Stands between the parts of a key; no cell of a text file has it.
pub(in crate::mapping) const KEY_SEPARATOR: char = '\u{1f}';

/// All tables of a mapping, in its order.
#[derive(Default, Debug)]
pub struct Lookups {
    tables: Vec<Table>,
}

#[derive(Default, Debug)]
struct Table {
    n_takes: usize,
    text: String,
    /// The ends of the cells: the key, then what is taken, row by row.
    ends: Vec<u32>,
    rows: HashTable<u32>,
}

impl Lookups {
    /// Reads every table from `folder`.
    pub(in crate::mapping) fn load(folder: &Path, specs: &[TableSpec]) -> Result<Self, MapError> {
        let tables = specs.iter().map(|spec| Table::load(folder, spec)).collect::<Result<_, _>>()?;
        Ok(Self { tables })
    }

    /// The cell `take` of the row with this key.
    pub(in crate::mapping) fn find(&self, table: usize, key: &str, take: usize) -> Option<&str> {
        let table = self.tables.get(table)?;
        table.find(key).map(|row| table.cell(row as usize, take + 1))
    }
}

impl Table {
    fn load(folder: &Path, spec: &TableSpec) -> Result<Self, MapError> {
        let mut columns: Vec<&String> = spec.keys.iter().chain(&spec.takes).collect();
        columns.sort();
        columns.dedup();
        let source = Source::open(&folder.join(&spec.path), &spec.path, &spec.read)?;
        let mut source = source.with_columns(&columns)?;
        let mut table = Self { n_takes: spec.takes.len(), ..Self::default() };
        while let Some(chunk) = source.next_chunk()? {
            table.add(&chunk.records, spec);
            if u32::try_from(table.text.len()).is_err() {
                return Err(MapError::LookupTooLarge { path: spec.path.clone() });
            }
        }
        Ok(table)
    }

    fn add(&mut self, records: &Records, spec: &TableSpec) {
        let columns = |names: &[String]| names.iter().map(|name| records.column(name)).collect::<Vec<_>>();
        let (keys, takes) = (columns(&spec.keys), columns(&spec.takes));
        let mut key = String::new();
        for row in records.rows() {
            let cell = |column: Option<usize>| column.and_then(|it| row.field(it)).unwrap_or_default().trim();
            key.clear();
            for (at, column) in keys.iter().enumerate() {
                if at > 0 {
                    key.push(KEY_SEPARATOR);
                }
                key.push_str(cell(*column));
            }
            if key.trim_matches(KEY_SEPARATOR).is_empty() || self.find(&key).is_some() {
                continue;
            }
            self.enter(&key, takes.iter().map(|column| cell(*column)));
        }
    }

    fn enter<'a>(&mut self, key: &'a str, takes: impl Iterator<Item = &'a str>) {
        let row = (self.ends.len() / (self.n_takes + 1)) as u32;
        for cell in std::iter::once(key).chain(takes) {
            self.text.push_str(cell);
            self.ends.push(self.text.len() as u32);
        }
        let (text, ends, width) = (&self.text, &self.ends, self.n_takes + 1);
        let hash_of = |&row: &u32| FxBuildHasher.hash_one(cell_of(text, ends, row as usize * width));
        self.rows.insert_unique(FxBuildHasher.hash_one(key), row, hash_of);
    }

    fn find(&self, key: &str) -> Option<u32> {
        self.rows.find(FxBuildHasher.hash_one(key), |&row| self.cell(row as usize, 0) == key).copied()
    }

    fn cell(&self, row: usize, cell: usize) -> &str {
        cell_of(&self.text, &self.ends, row * (self.n_takes + 1) + cell)
    }
}

fn cell_of<'a>(text: &'a str, ends: &[u32], at: usize) -> &'a str {
    let start = if at == 0 { 0 } else { ends[at - 1] };
    &text[start as usize..ends[at] as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::ReadOptions;

    #[test]
    fn the_first_row_with_a_key_counts_and_empty_keys_are_none() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.csv"), "k,l,v,w\n1,x,one,\n2,x,two,zwei\n1,x,uno,eins\n,,none,\n")
            .unwrap();
        let texts = |texts: &[&str]| texts.iter().map(|&it| it.to_owned()).collect::<Vec<_>>();
        let spec = |keys: &[&str]| TableSpec {
            at: 0,
            path: "a.csv".to_owned(),
            read: ReadOptions::default(),
            keys: texts(keys),
            takes: texts(&["v", "w"]),
        };
        let lookups = Lookups::load(folder.path(), &[spec(&["k"]), spec(&["k", "l"])]).unwrap();
        assert_eq!(lookups.find(0, "1", 0), Some("one"));
        assert_eq!(lookups.find(0, "2", 1), Some("zwei"));
        assert_eq!((lookups.find(0, "3", 0), lookups.find(0, "", 0)), (None, None));
        assert_eq!((lookups.find(1, "2\u{1f}x", 0), lookups.find(1, "2", 0)), (Some("two"), None));
    }
}
