//! `manifest.json` of a batch: what was loaded, how, and what became of it.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::ingest::quarantine::RowCount;
use crate::model::Day;
use crate::store::StoreError;
use crate::store::error::{HINT_LOAD, OrIo};

/// The format of batches, raised with every change that older versions cannot read.
pub(in crate::store) const FORMAT: u32 = 1;
pub(in crate::store) const MANIFEST: &str = "manifest.json";
pub(in crate::store) const TERMS: &str = "terms.parquet";
pub(in crate::store) const QUARANTINE: &str = "quarantine.csv";

/// What is to be loaded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BatchSpec {
    /// The source's short name, such as `crm`.
    pub source: String,
    /// Its name for people.
    pub title: String,
    /// IRI of the graph for statements that name none.
    pub graph: String,
    /// The files, in the order in which they are numbered.
    pub inputs: Vec<Input>,
    /// Hash of everything that decides how records become statements.
    pub mapping: String,
    /// The day on which statements become known that say no day of their own.
    pub load_day: Day,
}

/// One file to load.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Input {
    /// As the source names it, relative to the data folder.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// Hash of its bytes, hexadecimal.
    pub blake3: String,
}

/// A loaded batch, as its manifest says it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BatchManifest {
    /// The batch's format.
    pub format: u32,
    /// Hash of inputs, mapping and format: the batch's name.
    pub hash: String,
    /// The version of kagraph that wrote it.
    pub kagraph: String,
    /// The source's short name.
    pub source: String,
    /// The source's name for people.
    pub title: String,
    /// IRI of the source's graph.
    pub graph: String,
    /// Hash of the mapping.
    pub mapping: String,
    /// The day on which statements became known that say no day of their own.
    pub load_day: Day,
    /// The files with what became of their rows, in the order of their numbers.
    pub inputs: Vec<LoadedInput>,
    /// Distinct terms.
    pub n_terms: u64,
    /// Statements, one for each row that says one.
    pub n_statements: u64,
    /// Entries of the quarantine.
    pub n_rejects: u64,
    /// Term numbers of the graphs.
    pub(in crate::store) graphs: Vec<u32>,
    /// The statement tables in the order of their predicates' term numbers.
    pub(in crate::store) tables: Vec<TableFile>,
    /// Every other file of the folder.
    pub(in crate::store) files: Vec<FileHash>,
}

/// One loaded file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LoadedInput {
    /// Which file.
    #[serde(flatten)]
    pub input: Input,
    /// What became of its rows.
    #[serde(flatten)]
    pub rows: RowCount,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(in crate::store) struct TableFile {
    pub predicate: u32,
    pub iri: String,
    pub file: String,
    pub n_statements: u64,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(in crate::store) struct FileHash {
    pub file: String,
    pub bytes: u64,
    pub blake3: String,
}

impl BatchSpec {
    /// The batch's name: inputs, mapping and format, but neither title nor day of loading.
    pub fn hash(&self) -> String {
        let mut hash = blake3::Hasher::new();
        let mut field = |text: &str| {
            hash.update(&(text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        field("kagraph batch");
        [&FORMAT.to_string(), &self.source, &self.graph, &self.mapping].into_iter().for_each(|text| field(text));
        for input in &self.inputs {
            field(&input.file);
            field(&input.blake3);
        }
        crate::store::snapshot::manifest::short(&hash.finalize())
    }
}

impl BatchManifest {
    /// Rows of all files.
    pub fn rows(&self) -> RowCount {
        let mut sum = RowCount::default();
        self.inputs.iter().for_each(|input| sum += input.rows);
        sum
    }

    /// Reads the manifest of a batch's folder.
    pub(in crate::store) fn read(folder: &Path) -> Result<Self, StoreError> {
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        let path = folder.join(MANIFEST);
        let text = fs::read(&path).or_io("read", &path)?;
        let damaged = |error: serde_json::Error| StoreError::damaged(&path, HINT_LOAD, error.to_string());
        let found = serde_json::from_slice::<Format>(&text).map_err(damaged)?.format;
        if found > FORMAT {
            return Err(StoreError::NewerFormat { path, found, supported: FORMAT });
        }
        serde_json::from_slice(&text).map_err(damaged)
    }

    /// Writes the manifest; the caller brings it to the disk.
    pub(in crate::store) fn write(&self, folder: &Path) -> Result<(), StoreError> {
        let path = folder.join(MANIFEST);
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        fs::write(&path, text).or_io("write", &path)
    }
}
