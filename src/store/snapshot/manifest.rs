//! What stands where in a snapshot's array file, as `snapshot.json` says it.
//!
//! The manifest holds no times, only hashes and counts, so that the same batches give the same bytes. Its own checksum
//! covers all its other fields, and through the blocks' checksums the array file.

use serde::{Deserialize, Serialize};

/// The format of snapshots, raised with every change that older versions cannot read.
pub(in crate::store) const FORMAT: u32 = 2;
/// The first bytes of an array file.
pub(in crate::store) const MAGIC: &[u8; 8] = b"kagraph\0";
/// Sections begin at multiples of this.
pub(in crate::store) const ALIGNMENT: u64 = 64;
/// So many bytes of the array file share a checksum.
pub(in crate::store) const BLOCK: u64 = 1 << 20;
/// The array file's name.
pub(in crate::store) const ARRAYS: &str = "arrays.bin";
/// The manifest's name.
pub(in crate::store) const MANIFEST: &str = "snapshot.json";

/// The place of bytes in the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::store) struct Section {
    pub offset: u64,
    pub bytes: u64,
}

/// A column of numbers: differences to the least, in as few bytes as the greatest difference needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::store) struct PackedSection {
    pub n: u64,
    pub least: i64,
    pub greatest: i64,
    /// Bytes of a difference: 0 when all numbers are the least, else 1, 2, 4 or 8.
    pub width: u8,
    pub offset: u64,
}

/// A sorted set of term codes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub(in crate::store) enum CodeSetSection {
    /// All from `first` on.
    Run { first: u32, n: u64 },
    /// A bit for each code from `first`, a multiple of 64, to `last`; and of every 256 bits, how many are set before.
    Bits { first: u32, last: u32, n: u64, words: Section, ranks: Section },
    /// The codes themselves.
    List(PackedSection),
}

/// The distinct ends of links on one side, and which links belong to each.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::store) struct AdjacencySection {
    pub codes: CodeSetSection,
    /// Of each code the first link, and one more at the end; missing when each code has one link.
    pub offsets: Option<PackedSection>,
}

/// The objects of the links, in the order of the links.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub(in crate::store) enum ObjectsSection {
    /// Codes of terms; and by object, the codes of the subjects.
    Terms { codes: PackedSection, back: AdjacencySection, subjects: PackedSection },
    /// Values of one kind that stand in ids.
    Values {
        /// As `Inline::pack` numbers them.
        kind: u8,
        /// Integers, decimals without their point, days, seconds or truths.
        numbers: PackedSection,
        /// Digits after the point; of width 0 when all agree.
        scales: PackedSection,
        /// Places of links by value; missing when the links are in that order.
        order: Option<PackedSection>,
    },
    /// Ids of terms and values.
    Mixed { ids: PackedSection, order: Option<PackedSection> },
}

/// The dictionary's arrays. A segment holds the IRIs or blank nodes of one class, or the literals of one datatype or
/// language, in the order of their texts; a block holds some terms of one segment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::store) struct DictionarySections {
    /// Segments of each kind: IRIs, blank nodes, literals with datatype, literals with language.
    pub n_segments: [u32; 4],
    /// Of each segment: where its datatype or language, empty for nodes, ends in `names`.
    pub name_ends: PackedSection,
    pub names: Section,
    /// Of each segment: where the text with which all its terms begin ends in `prefixes`.
    pub prefix_ends: PackedSection,
    pub prefixes: Section,
    /// Of each segment the first term and the first block; one more at the end.
    pub first_terms: PackedSection,
    pub first_blocks: PackedSection,
    /// Of each block: where it begins in `texts`; one more at the end.
    pub block_starts: PackedSection,
    pub texts: Section,
}

/// The links that are said more than once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::store) struct RepeatsSection {
    pub places: CodeSetSection,
    /// Of each such link, how many statements more than links come before; one more at the end.
    pub extra: PackedSection,
}

/// The arrays of one predicate.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::store) struct TableSections {
    /// For readers; the id decides.
    pub iri: String,
    pub predicate: u64,
    pub n_links: u64,
    pub n_statements: u64,
    /// The latest day on which any of the statements became known; the smallest number when all were always known.
    pub latest_known: i32,
    pub subjects: AdjacencySection,
    pub objects: ObjectsSection,
    /// Missing when each link is said once.
    pub repeats: Option<RepeatsSection>,
    pub graph: PackedSection,
    pub file: PackedSection,
    pub row: PackedSection,
    pub known: PackedSection,
    /// Whether the least day stands for always.
    pub has_always: bool,
}

/// One batch that a snapshot was built from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::store) struct BatchFiles {
    pub hash: String,
    pub source: String,
    /// In the order of their numbers.
    pub files: Vec<String>,
}

/// `snapshot.json`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::store) struct LayerManifest {
    pub format: u32,
    /// For derived graphs: the hash of the snapshot that they rest on.
    pub base: Option<String>,
    pub batches: Vec<BatchFiles>,
    /// Terms of each kind: IRIs, blank nodes, literals.
    pub n_terms: [u32; 3],
    pub n_links: u64,
    pub n_statements: u64,
    pub graphs: Vec<u64>,
    pub dictionary: DictionarySections,
    pub tables: Vec<TableSections>,
    /// Length of the array file.
    pub bytes: u64,
    /// Of each block of the array file.
    pub blocks: Vec<String>,
    /// Hash of everything above.
    pub checksum: String,
}

impl LayerManifest {
    /// Hash of all fields but the checksum.
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

/// The first 128 bits of BLAKE3, hexadecimal.
pub(in crate::store) fn checksum(bytes: &[u8]) -> String {
    short(&blake3::hash(bytes))
}

/// The first 128 bits, hexadecimal.
pub(in crate::store) fn short(hash: &blake3::Hash) -> String {
    hash.to_hex()[..32].to_owned()
}
