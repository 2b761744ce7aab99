//! One opened snapshot folder: the source graphs, or the derived graphs that rest on them.
//!
//! Opening checks the manifest's checksum, the format, the array file's header and length, and that every section fits;
//! a file below [`SMALL`] bytes is checked to the last bit. [`Layer::verify`] checks every bit of any file.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::store::error::OrIo;
use crate::store::snapshot::dictionary::Dictionary;
use crate::store::snapshot::manifest::{ARRAYS, FORMAT, LayerManifest, MAGIC, MANIFEST};
use crate::store::snapshot::map::Map;
use crate::store::snapshot::table::Table;
use crate::store::{Id, StoreError};

/// Array files up to this length are verified whole when they are opened; it takes some milliseconds.
const SMALL: u64 = 8 << 20;

/// An opened folder.
pub(in crate::store) struct Layer {
    pub manifest: LayerManifest,
    pub dictionary: Dictionary,
    /// In the order of their predicates.
    pub tables: Vec<Table>,
    /// In the order of their ids.
    pub graphs: Vec<Id>,
    map: Map,
    path: PathBuf,
    hint: &'static str,
}

impl Layer {
    /// Opens a folder; `hint` says what helps when it is damaged.
    pub fn open(folder: &Path, hint: &'static str) -> Result<Self, StoreError> {
        let manifest = read_manifest(&folder.join(MANIFEST), hint)?;
        let path = folder.join(ARRAYS);
        let file = File::open(&path).or_io("open", &path)?;
        let found = file.metadata().or_io("open", &path)?.len();
        if found != manifest.bytes {
            let text = format!("expected {} bytes, found {found}", manifest.bytes);
            return Err(StoreError::damaged(&path, hint, text));
        }
        let map = Map::of_file(&file).or_io("map", &path)?;
        let layer = Self::of_map(manifest, map, path, hint)?;
        if found <= SMALL {
            layer.verify()?;
        }
        Ok(layer)
    }

    /// Over arrays in memory.
    pub fn in_memory(manifest: LayerManifest, arrays: &[u8]) -> Result<Self, StoreError> {
        Self::of_map(manifest, Map::of_bytes(arrays), PathBuf::from("memory"), "")
    }

    fn of_map(manifest: LayerManifest, map: Map, path: PathBuf, hint: &'static str) -> Result<Self, StoreError> {
        let damaged = |found: String| StoreError::damaged(&path, hint, found);
        check_header(map.bytes(), &path, hint)?;
        let dictionary = Dictionary::open(&map, &manifest.dictionary, manifest.n_terms);
        let dictionary = dictionary.ok_or_else(|| damaged("the dictionary does not fit the manifest".into()))?;
        let misfit = |iri: &str| damaged(format!("the arrays of {iri} do not fit the manifest"));
        let tables = manifest.tables.iter().map(|table| Table::open(&map, table).ok_or_else(|| misfit(&table.iri)));
        let tables = tables.collect::<Result<_, _>>()?;
        let graphs = manifest.graphs.iter().copied().map(Id::from_bits).collect();
        Ok(Self { manifest, dictionary, tables, graphs, map, path, hint })
    }

    /// Compares every section with its checksum.
    pub fn verify(&self) -> Result<(), StoreError> {
        let dictionary = self.manifest.dictionary.sections();
        let tables = self.manifest.tables.iter().flat_map(|table| table.sections());
        let sections: Vec<_> = dictionary.into_iter().chain(tables).collect();
        let is_whole = |section: &&&_| {
            let section: &crate::store::snapshot::manifest::Section = section;
            let end = section.offset + section.bytes;
            self.map.bytes().get(section.offset as usize..end as usize).is_some_and(|bytes| section.fits(bytes))
        };
        match sections.par_iter().find_first(|section| !is_whole(section)) {
            None => Ok(()),
            Some(section) => {
                let found = format!("the {} bytes at {} have another checksum", section.bytes, section.offset);
                Err(StoreError::damaged(&self.path, self.hint, found))
            }
        }
    }

    /// The table of a predicate.
    pub fn table_of(&self, predicate: Id) -> Option<usize> {
        self.tables.binary_search_by_key(&predicate, |table| table.predicate).ok()
    }

    /// The place of a graph in the list of graphs.
    pub fn graph_of(&self, graph: Id) -> Option<u32> {
        self.graphs.binary_search(&graph).ok().map(|at| at as u32)
    }
}

fn check_header(bytes: &[u8], path: &Path, hint: &'static str) -> Result<(), StoreError> {
    let (magic, format) = (bytes.get(..8), bytes.get(8..12).and_then(|it| <[u8; 4]>::try_from(it).ok()));
    match (magic, format.map(u32::from_le_bytes)) {
        (Some(magic), Some(FORMAT)) if magic == MAGIC => Ok(()),
        (Some(magic), Some(found)) if magic == MAGIC && found > FORMAT => {
            Err(StoreError::NewerFormat { path: path.into(), found, supported: FORMAT })
        }
        _ => Err(StoreError::damaged(path, hint, "it does not begin as an array file does")),
    }
}

/// Reads the manifest of a folder: the format first, so that a later version's file is told apart from a damaged one.
pub(in crate::store) fn read_manifest(path: &Path, hint: &'static str) -> Result<LayerManifest, StoreError> {
    #[derive(serde::Deserialize)]
    struct Format {
        format: u32,
    }
    let text = fs::read(path).or_io("read", path)?;
    let damaged = |error: serde_json::Error| StoreError::damaged(path, hint, error.to_string());
    let found = serde_json::from_slice::<Format>(&text).map_err(damaged)?.format;
    if found > FORMAT {
        return Err(StoreError::NewerFormat { path: path.into(), found, supported: FORMAT });
    }
    let manifest: LayerManifest = serde_json::from_slice(&text).map_err(damaged)?;
    if manifest.hash() != manifest.checksum {
        return Err(StoreError::damaged(path, hint, "its checksum is another"));
    }
    Ok(manifest)
}
