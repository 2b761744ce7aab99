//! What stands where in a snapshot's array file, as `snapshot.json` says it.
//!
//! The manifest holds no times, only hashes and counts, so that the same batches give the same bytes. Its own checksum
//! covers all its other fields.

use serde::{Deserialize, Serialize};

/// The format of snapshots, raised with every change that older versions cannot read.
pub(in crate::store) const FORMAT: u32 = 1;
/// The first bytes of an array file.
pub(in crate::store) const MAGIC: &[u8; 8] = b"kagraph\0";
/// Sections begin at multiples of this.
pub(in crate::store) const ALIGNMENT: u64 = 64;
/// The array file's name.
pub(in crate::store) const ARRAYS: &str = "arrays.bin";
/// The manifest's name.
pub(in crate::store) const MANIFEST: &str = "snapshot.json";

/// An array's place in the file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(in crate::store) struct Section {
    pub offset: u64,
    pub bytes: u64,
    pub checksum: String,
}

/// A value for each statement of a table, or one for all.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::store) enum SpreadSection {
    Same(i64),
    Each(Section),
}

/// The dictionary's arrays.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(in crate::store) struct DictionarySections {
    /// Of each head: the kind of its terms.
    pub kinds: Section,
    /// Of each head: where it ends in `heads`.
    pub head_ends: Section,
    pub heads: Section,
    /// Of each head: its first term; one more at the end, the number of terms.
    pub first_terms: Section,
    /// Of each term: where its tail ends in `tails`.
    pub tail_ends: Section,
    pub tails: Section,
}

/// The arrays of one predicate.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(in crate::store) struct TableSections {
    /// For readers; the id decides.
    pub iri: String,
    pub predicate: u64,
    pub n_links: u64,
    pub n_statements: u64,
    /// The latest day on which any of the statements became known; the smallest number when all were always known.
    pub latest_known: i32,
    pub subjects: Section,
    pub objects: Section,
    pub by_object: Section,
    pub positions: Section,
    /// Of each link the first statement, and one more at the end; missing when each link is said once.
    pub starts: Option<Section>,
    pub graph: SpreadSection,
    pub file: SpreadSection,
    pub row: SpreadSection,
    pub known: SpreadSection,
}

/// One batch that a snapshot was built from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(in crate::store) struct BatchFiles {
    pub hash: String,
    pub source: String,
    /// In the order of their numbers.
    pub files: Vec<String>,
}

/// `snapshot.json`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(in crate::store) struct LayerManifest {
    pub format: u32,
    /// For derived graphs: the hash of the snapshot that they rest on.
    pub base: Option<String>,
    pub batches: Vec<BatchFiles>,
    pub n_terms: u64,
    pub n_links: u64,
    pub n_statements: u64,
    pub graphs: Vec<u64>,
    /// Length of the array file.
    pub bytes: u64,
    pub dictionary: DictionarySections,
    pub tables: Vec<TableSections>,
    /// Hash of everything above.
    pub checksum: String,
}

impl LayerManifest {
    /// Hash of all fields but the checksum; through the sections' checksums it covers the array file too.
    pub fn hash(&self) -> String {
        let bare = Self { checksum: String::new(), ..self.clone() };
        let text = serde_json::to_vec(&bare).unwrap_or_default();
        checksum(&text)
    }

    /// Batch and name of a file, by its number over all batches.
    pub fn file(&self, number: u32) -> Option<(&str, &str)> {
        let files = self.batches.iter().flat_map(|batch| batch.files.iter().map(|file| (&*batch.hash, &**file)));
        files.into_iter().nth(number as usize)
    }

    /// The file's text.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

impl Section {
    /// Whether the section's bytes are what was written.
    pub fn fits(&self, bytes: &[u8]) -> bool {
        checksum(bytes) == self.checksum
    }
}

impl DictionarySections {
    pub fn sections(&self) -> [&Section; 6] {
        [&self.kinds, &self.head_ends, &self.heads, &self.first_terms, &self.tail_ends, &self.tails]
    }
}

impl TableSections {
    pub fn sections(&self) -> impl Iterator<Item = &Section> {
        let spreads = [&self.graph, &self.file, &self.row, &self.known].into_iter().filter_map(|spread| match spread {
            SpreadSection::Same(_) => None,
            SpreadSection::Each(section) => Some(section),
        });
        let links = [&self.subjects, &self.objects, &self.by_object, &self.positions];
        links.into_iter().chain(&self.starts).chain(spreads)
    }
}

/// The first 128 bits of BLAKE3, hexadecimal.
pub(in crate::store) fn checksum(bytes: &[u8]) -> String {
    short(&blake3::hash(bytes))
}

/// The first 128 bits, hexadecimal.
pub(in crate::store) fn short(hash: &blake3::Hash) -> String {
    hash.to_hex()[..32].to_owned()
}
