//! One opened snapshot folder: the source graphs, or the derived graphs that rest on them.
//!
//! Opening checks the manifest's checksum, the format, the array file's header and length, and that every section fits;
//! a file below [`SMALL`] bytes is checked to the last bit. [`Layer::verify`] checks every bit of any file.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::store::error::OrIo;
use crate::store::snapshot::codes::Codes;
use crate::store::snapshot::dictionary::Dictionary;
use crate::store::snapshot::manifest::{ARRAYS, BLOCK, FORMAT, LayerManifest, MAGIC, MANIFEST, checksum};
use crate::store::snapshot::map::Map;
use crate::store::snapshot::table::Table;
use crate::store::{Id, StoreError};

/// Array files up to this length are verified whole when they are opened; it takes some milliseconds.
const SMALL: u64 = 8 << 20;

/// An opened folder.
pub(in crate::store) struct Layer {
    pub manifest: LayerManifest,
    /// Those of the layer below and its own.
    pub codes: Codes,
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
    /// Opens a folder; `base` is the layer below derived graphs, `hint` says what helps when it is damaged.
    pub fn open(folder: &Path, base: Option<&Self>, hint: &'static str) -> Result<Self, StoreError> {
        let manifest = read_manifest(&folder.join(MANIFEST), hint)?;
        if let Some(base) = base {
            let (expected, found) = (manifest.base.clone().unwrap_or_default(), &base.manifest.checksum);
            if expected != *found {
                return Err(StoreError::ForeignBase { path: folder.into(), expected, found: found.clone() });
            }
        }
        let path = folder.join(ARRAYS);
        let file = File::open(&path).or_io("open", &path)?;
        let found = file.metadata().or_io("open", &path)?.len();
        if found != manifest.bytes {
            let text = format!("expected {} bytes, found {found}", manifest.bytes);
            return Err(StoreError::damaged(&path, hint, text));
        }
        let map = Map::of_file(&file).or_io("map", &path)?;
        let layer = Self::of_map(manifest, base, map, path, hint)?;
        if found <= SMALL {
            layer.verify()?;
        }
        Ok(layer)
    }

    /// Over arrays in memory.
    pub fn in_memory(manifest: LayerManifest, arrays: &[u8]) -> Result<Self, StoreError> {
        Self::of_map(manifest, None, Map::of_bytes(arrays), PathBuf::from("memory"), "")
    }

    fn of_map(
        manifest: LayerManifest,
        base: Option<&Self>,
        map: Map,
        path: PathBuf,
        hint: &'static str,
    ) -> Result<Self, StoreError> {
        let damaged = |found: String| StoreError::damaged(&path, hint, found);
        check_header(map.bytes(), &path, hint)?;
        let codes = match base {
            None => Codes::of(manifest.n_terms),
            Some(base) => base.codes.with_derived(manifest.n_terms),
        };
        let codes = codes.ok_or_else(|| damaged("it has more terms than there are codes".into()))?;
        let n_terms = manifest.n_terms.iter().map(|n| u64::from(*n)).sum();
        let dictionary = Dictionary::open(&map, &manifest.dictionary, n_terms);
        let dictionary = dictionary.ok_or_else(|| damaged("the dictionary does not fit the manifest".into()))?;
        let misfit = |iri: &str| damaged(format!("the arrays of {iri} do not fit the manifest"));
        let open = |table| Table::open(&map, table, codes);
        let tables = manifest.tables.iter().map(|table| open(table).ok_or_else(|| misfit(&table.iri)));
        let tables = tables.collect::<Result<_, _>>()?;
        let graphs = manifest.graphs.iter().copied().map(Id::from_bits).collect();
        Ok(Self { manifest, codes, dictionary, tables, graphs, map, path, hint })
    }

    /// Compares every block with its checksum; names the first that is damaged.
    pub fn verify(&self) -> Result<(), StoreError> {
        let blocks = self.map.bytes().par_chunks(BLOCK as usize);
        let expected = &self.manifest.blocks;
        let n_blocks = self.manifest.bytes.div_ceil(BLOCK) as usize;
        let is_damaged = |(bytes, expected): &(&[u8], &String)| checksum(bytes) != **expected;
        match blocks.zip(expected.par_iter()).position_first(|pair| is_damaged(&pair)) {
            None if expected.len() == n_blocks => Ok(()),
            found => {
                let at = found.unwrap_or(expected.len()) as u64;
                let (from, to) = (at * BLOCK, ((at + 1) * BLOCK).min(self.manifest.bytes));
                let found = format!("block {at}, bytes {from} to {to}, has another checksum");
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

    /// The places of those of some graphs that it has, each once, ascending.
    pub fn places_of(&self, graphs: &[Id]) -> Arc<[u32]> {
        let mut places: Vec<_> = graphs.iter().filter_map(|graph| self.graph_of(*graph)).collect();
        places.sort_unstable();
        places.dedup();
        places.into()
    }
}

fn check_header(bytes: &[u8], path: &Path, hint: &'static str) -> Result<(), StoreError> {
    let (magic, format) = (bytes.get(..8), bytes.get(8..12).and_then(|it| <[u8; 4]>::try_from(it).ok()));
    match (magic, format.map(u32::from_le_bytes)) {
        (Some(magic), Some(FORMAT)) if magic == MAGIC => Ok(()),
        (Some(magic), Some(found)) if magic == MAGIC => Err(other_format(path, found, hint)),
        _ => Err(StoreError::damaged(path, hint, "it does not begin as an array file does")),
    }
}

fn other_format(path: &Path, found: u32, hint: &'static str) -> StoreError {
    let path = path.to_path_buf();
    if found > FORMAT {
        return StoreError::NewerFormat { path, found, supported: FORMAT };
    }
    StoreError::OlderFormat { path, found, expected: FORMAT, hint }
}

/// Reads the manifest of a folder: the format first, so that another version's file is told apart from a damaged one.
pub(in crate::store) fn read_manifest(path: &Path, hint: &'static str) -> Result<LayerManifest, StoreError> {
    #[derive(serde::Deserialize)]
    struct Format {
        format: u32,
    }
    let text = fs::read(path).or_io("read", path)?;
    let damaged = |error: serde_json::Error| StoreError::damaged(path, hint, error.to_string());
    let found = serde_json::from_slice::<Format>(&text).map_err(damaged)?.format;
    if found != FORMAT {
        return Err(other_format(path, found, hint));
    }
    let manifest: LayerManifest = serde_json::from_slice(&text).map_err(damaged)?;
    if manifest.hash() != manifest.checksum {
        return Err(StoreError::damaged(path, hint, "its checksum is another"));
    }
    Ok(manifest)
}
