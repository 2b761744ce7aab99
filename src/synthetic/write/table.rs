//! A delimited file that is written row by row, in its system's encoding, with its defects.
//!
//! In: rows of cells. Out: the file, the number of rows, the defects done. Never keeps a row. Linear in the bytes.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use encoding_rs::{Encoding, UTF_8};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::synthetic::truth::DefectTruth;
use crate::synthetic::write::damage::{Damage, Defect, damage_cells};
use crate::synthetic::{Settings, SyntheticError};

/// How a system writes its files.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    /// Encoding.
    pub encoding: &'static Encoding,
    /// Between cells.
    pub delimiter: char,
    /// Ends a row.
    pub line_end: &'static str,
}

/// Comma, UTF-8.
pub const PLAIN: Dialect = Dialect { encoding: UTF_8, delimiter: ',', line_end: "\n" };

/// A file being written.
pub struct Table {
    path: String,
    out: Out,
    dialect: Dialect,
    columns: Vec<String>,
    damage: Damage,
    seed: u64,
    permille: u32,
    /// Data rows written.
    pub n_rows: u64,
    /// Row and kind of the defects done.
    defects: Vec<(u64, Defect)>,
}

/// A file that is written.
pub struct Ended {
    /// The path below the folder.
    pub path: String,
    /// Data rows.
    pub n_rows: u64,
    columns: Vec<String>,
    defects: Vec<(u64, Defect)>,
}

impl Ended {
    /// The defects done, by row.
    pub fn defects(&self) -> impl Iterator<Item = DefectTruth> {
        self.defects.iter().map(|(row, defect)| DefectTruth {
            file: self.path.clone(),
            row: *row,
            defect: defect.name(),
            column: defect.column().map(|at| self.columns[at].clone()).unwrap_or_default(),
            expected: defect.expected(),
        })
    }
}

enum Out {
    Plain(BufWriter<File>),
    Gzip(Box<GzEncoder<BufWriter<File>>>),
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(out) => out.write(bytes),
            Self::Gzip(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.flush(),
            Self::Gzip(out) => out.flush(),
        }
    }
}

impl Table {
    /// Begins `path` below `folder` with a header row; a name that ends in `.gz` is compressed.
    pub fn create(
        settings: &Settings,
        folder: &Path,
        path: &str,
        dialect: Dialect,
        columns: &[&str],
        damage: Damage,
    ) -> Result<Self, SyntheticError> {
        let file = create_file(folder, path)?;
        let out = if path.ends_with(".gz") {
            Out::Gzip(Box::new(GzEncoder::new(file, Compression::default())))
        } else {
            Out::Plain(file)
        };
        let columns: Vec<_> = columns.iter().map(|it| (*it).to_owned()).collect();
        let (seed, permille) = (settings.seed, settings.defects);
        let path = path.to_owned();
        let mut table = Self { path, out, dialect, columns, damage, seed, permille, n_rows: 0, defects: Vec::new() };
        let header = table.encode(&table.columns, None);
        table.put(&header)?;
        Ok(table)
    }

    /// Writes a row, damaged when its dice say so.
    pub fn row(&mut self, mut cells: Vec<String>) -> Result<(), SyntheticError> {
        let row = self.n_rows + 1;
        let defect = self.damage.defect(self.seed, row, self.permille).filter(|it| has_value(&cells, *it));
        if let Some(defect) = defect {
            damage_cells(&mut cells, defect, row);
        }
        let broken = match defect {
            Some(Defect::BrokenByte(at)) => Some(at),
            _ => None,
        };
        let bytes = self.encode(&cells, broken);
        self.put(&bytes)?;
        self.n_rows += 1;
        if defect == Some(Defect::Twice) {
            self.put(&bytes)?;
            self.n_rows += 1;
        }
        if let Some(defect) = defect {
            self.defects.push((self.n_rows, defect));
        }
        Ok(())
    }

    /// Ends the file.
    pub fn finish(self) -> Result<Ended, SyntheticError> {
        let done = match self.out {
            Out::Plain(mut out) => out.flush(),
            Out::Gzip(out) => out.finish().and_then(|mut inner| inner.flush()),
        };
        let Self { path, n_rows, columns, defects, .. } = self;
        match done {
            Ok(()) => Ok(Ended { path, n_rows, columns, defects }),
            Err(source) => Err(SyntheticError::Write { path, source }),
        }
    }

    fn encode(&self, cells: &[String], broken: Option<usize>) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(128);
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                bytes.push(self.dialect.delimiter as u8);
            }
            bytes.extend_from_slice(&self.dialect.encoding.encode(&self.quoted(cell)).0);
            if broken == Some(at) {
                bytes.push(0xFF);
            }
        }
        bytes.extend_from_slice(self.dialect.line_end.as_bytes());
        bytes
    }

    fn quoted(&self, cell: &str) -> String {
        let needs = cell.contains([self.dialect.delimiter, '"', '\n', '\r']);
        if needs { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), SyntheticError> {
        self.out.write_all(bytes).map_err(|source| SyntheticError::Write { path: self.path.clone(), source })
    }
}

/// A defect needs something to damage.
fn has_value(cells: &[String], defect: Defect) -> bool {
    defect.column().is_none_or(|at| !cells[at].is_empty())
}

/// Begins a file below `folder`, with the folders that it needs.
pub fn create_file(folder: &Path, path: &str) -> Result<BufWriter<File>, SyntheticError> {
    let full = folder.join(path);
    let parent = full.parent().unwrap_or(folder);
    let file = fs::create_dir_all(parent).and_then(|()| File::create(&full));
    file.map(BufWriter::new).map_err(|source| SyntheticError::Write { path: full.display().to_string(), source })
}

/// Cells from anything that displays.
macro_rules! cells {
    ($($cell:expr),+ $(,)?) => { vec![$($cell.to_string()),+] };
}
pub(super) use cells;
