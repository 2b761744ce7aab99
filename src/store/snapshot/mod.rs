//! An immutable, memory-mapped picture of all batches: a dictionary of terms and, a predicate at a time, its links.
//!
//! In comes a snapshot's folder (and that of a run's derived graphs), out come terms and statements by pattern. Nothing
//! is read before it is asked for, nothing is ever written. Opening costs some milliseconds whatever the size.

pub(in crate::store) mod adjacency;
pub(in crate::store) mod code_set;
pub(in crate::store) mod codes;
pub(in crate::store) mod dictionary;
pub(in crate::store) mod layer;
pub(in crate::store) mod layers;
mod links;
pub(in crate::store) mod manifest;
pub(in crate::store) mod map;
mod numbers;
pub(in crate::store) mod objects;
pub(in crate::store) mod packed;
mod reader;
mod scan;
pub(in crate::store) mod table;

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use oxigraph::model::{BlankNode, Literal, NamedNode, NamedNodeRef, Term, TermRef};
use rust_decimal::Decimal;

use crate::mapping::TermText;
use crate::model::Day;
use crate::store::error::{HINT_BUILD, HINT_DISCOVER};
use crate::store::id::Meaning;
use crate::store::inline::Inline;
use crate::store::key::Kind;
use crate::store::{Id, StoreError};
pub use codes::Ordinals;
use layer::Layer;
use layers::{Found, Layers};
pub use links::{Links, extent_over};
pub use numbers::{NumberColumn, ObjectKind};
pub use reader::TermReader;
pub use scan::Scan;

/// A snapshot, open for reading; cheap to clone, safe to share between threads. What [`Snapshot::as_of`] returns shows
/// only what was known on that day. A snapshot may carry the derived graphs of one run on top of the source graphs.
#[derive(Clone)]
pub struct Snapshot {
    layers: Arc<Layers>,
    /// The last day that is shown.
    day: i32,
}

/// One statement of a scan.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Quad {
    /// Subject.
    pub subject: Id,
    /// Predicate.
    pub predicate: Id,
    /// Object.
    pub object: Id,
    /// The named graph; `None` when the union of all graphs was asked.
    pub graph: Option<Id>,
}

/// Which graphs a scan looks at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GraphPattern {
    /// The default graph: the union of all named graphs, every statement once.
    Union,
    /// One named graph.
    Named(Id),
    /// Every named graph, the statement once for each that holds it.
    AnyNamed,
}

/// The row where a statement was read.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub struct Origin {
    /// Hash of the batch, hexadecimal.
    pub batch: String,
    /// File as the source names it.
    pub file: String,
    /// 1-based data row (for RDF files: line).
    pub row: u64,
}

impl Snapshot {
    /// Opens a snapshot's folder. Checked are the manifest (by its checksum), the format, and the array file's header,
    /// length and sections; array files below 8 MiB are checked to the last bit, larger ones by [`Snapshot::verify`].
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        Layer::open(folder, None, HINT_BUILD).map(Self::of_layer)
    }

    pub(in crate::store) fn of_layer(layer: Layer) -> Self {
        Self { layers: Arc::new(Layers::new(vec![Arc::new(layer)])), day: i32::MAX }
    }

    /// The same source graphs with the derived graphs in `folder`, which were made for them, on top.
    pub fn with_derived(&self, folder: &Path) -> Result<Self, StoreError> {
        let base = &self.layers.parts[0];
        let derived = Layer::open(folder, Some(base), HINT_DISCOVER)?;
        let layers = Layers::new(vec![Arc::clone(base), Arc::new(derived)]);
        Ok(Self { layers: Arc::new(layers), day: self.day })
    }

    /// The same snapshot without derived graphs.
    #[must_use]
    pub fn sources(&self) -> Self {
        Self { layers: Arc::new(Layers::new(vec![Arc::clone(&self.layers.parts[0])])), day: self.day }
    }

    /// Compares every byte on the disk with its checksum. Costs the reading of the files.
    pub fn verify(&self) -> Result<(), StoreError> {
        self.layers.parts.iter().try_for_each(|layer| layer.verify())
    }

    /// The hash of everything in the source graphs: equal batches give equal hashes.
    pub fn hash(&self) -> &str {
        &self.layers.parts[0].manifest.checksum
    }

    /// A hash of everything that this view shows: the source graphs, the derived graphs on top, and the day.
    pub fn view_hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for layer in &self.layers.parts {
            hasher.update(layer.manifest.checksum.as_bytes());
        }
        hasher.update(&self.day.to_le_bytes()).finalize().to_hex().to_string()
    }

    /// Hashes of the batches that the source graphs are made of, in the order of source and hash.
    pub fn batch_hashes(&self) -> Vec<String> {
        self.layers.parts[0].manifest.batches.iter().map(|batch| batch.hash.clone()).collect()
    }

    /// The same snapshot as known on `day`. Ids stay the same; predicates, graphs and terms of which nothing was known
    /// are still listed.
    #[must_use]
    pub fn as_of(&self, day: Day) -> Self {
        Self { layers: Arc::clone(&self.layers), day: day.days() }
    }

    /// Statements of the default graph. Counted for views, known otherwise.
    pub fn n_statements(&self) -> u64 {
        if self.layers.parts.len() == 1 && self.day == i32::MAX {
            return self.layers.parts[0].manifest.n_links;
        }
        self.scan(None, None, None, GraphPattern::Union).count() as u64
    }

    /// All predicates in the order of their ids.
    pub fn predicates(&self) -> &[Id] {
        &self.layers.predicates
    }

    /// All named graphs in the order of their ids.
    pub fn named_graphs(&self) -> &[Id] {
        &self.layers.graphs
    }

    /// The id of a term, if the snapshot (or an inline number, day, boolean) has it.
    pub fn id(&self, term: TermRef<'_>) -> Option<Id> {
        self.layers.id(term)
    }

    /// The id of a term as mapping writes it.
    pub(in crate::store) fn id_of_text(&self, term: TermText<'_>) -> Option<Id> {
        self.layers.id_of_text(term)
    }

    /// The term of an id of this snapshot; for an id that it did not give, an empty string.
    pub fn term(&self, id: Id) -> Term {
        let Some(found) = self.layers.find(id) else { return Literal::new_simple_literal("").into() };
        match found {
            Found::Value(value) => {
                let datatype = NamedNodeRef::new_unchecked(value.datatype());
                Literal::new_typed_literal(value.to_string(), datatype).into()
            }
            Found::Entry(entry) => match entry.kind {
                Kind::Iri => NamedNode::new_unchecked(entry.text).into(),
                Kind::Blank => BlankNode::new_unchecked(entry.text).into(),
                Kind::Lang => Literal::new_language_tagged_literal_unchecked(entry.text, entry.name).into(),
                Kind::Typed => Literal::new_typed_literal(entry.text, NamedNode::new_unchecked(entry.name)).into(),
            },
        }
    }

    /// The IRI, the blank node's label or the literal's lexical form.
    pub fn text(&self, id: Id) -> Cow<'_, str> {
        match self.layers.find(id) {
            None => Cow::Borrowed(""),
            Some(Found::Value(value)) => Cow::Owned(value.to_string()),
            Some(Found::Entry(entry)) => Cow::Owned(entry.text),
        }
    }

    /// The number, when the term is an integer or a decimal (or a double, exactly convertible).
    pub fn number(&self, id: Id) -> Option<Decimal> {
        match id.meaning() {
            Meaning::Value(Inline::Integer(value)) => Some(Decimal::from(value)),
            Meaning::Value(Inline::Decimal { mantissa, scale }) => Some(Decimal::new(mantissa, scale.into())),
            Meaning::Value(_) => None,
            _ if id.is_literal() => self.layers.literal(id).and_then(|(text, datatype)| number(&text, &datatype)),
            _ => None,
        }
    }

    /// The day, when the term is an `xsd:date`, or an `xsd:dateTime` (its date part).
    pub fn day(&self, id: Id) -> Option<Day> {
        match id.meaning() {
            Meaning::Value(Inline::Date(day)) => Some(day),
            Meaning::Value(Inline::DateTime { seconds, .. }) => {
                Day::from_days(i32::try_from(seconds.div_euclid(86_400)).ok()?)
            }
            Meaning::Value(_) => None,
            _ if id.is_literal() => self.layers.literal(id).and_then(|(text, datatype)| day(&text, &datatype)),
            _ => None,
        }
    }

    /// The truth, when the term is an `xsd:boolean`.
    pub fn boolean(&self, id: Id) -> Option<bool> {
        match id.meaning() {
            Meaning::Value(Inline::Boolean(value)) => Some(value),
            Meaning::Value(_) => None,
            _ => self.layers.literal(id).and_then(|(text, datatype)| boolean(&text, &datatype)),
        }
    }

    /// Every statement of the default graph with this predicate, sorted by subject and then object.
    pub fn links(&self, predicate: NamedNodeRef<'_>) -> Vec<(Id, Id)> {
        let Some(predicate) = self.layers.predicate(predicate.as_str()) else { return Vec::new() };
        let links = self.links_of(predicate, GraphPattern::Union);
        let (mut subjects, mut objects) = (Vec::with_capacity(links.len()), Vec::with_capacity(links.len()));
        links.read(0..links.len(), &mut subjects, &mut objects);
        let mut links: Vec<_> = subjects.into_iter().zip(objects).collect();
        if !links.is_sorted() {
            links.sort_unstable();
        }
        links
    }

    /// Number of codes: terms of the snapshot other than values that stand in ids.
    pub fn n_codes(&self) -> usize {
        self.layers.codes().len()
    }

    /// The code of a term, below [`Snapshot::n_codes`]: what arrays by term are indexed with. Terms of one class, datatype
    /// or language have codes side by side. `None` for values that stand in ids.
    pub fn code(&self, id: Id) -> Option<u32> {
        self.layers.codes().code(id)
    }

    /// The terms one after the other.
    pub fn ordinals(&self) -> Ordinals {
        Ordinals::of(self.layers.codes())
    }

    /// The id of a code.
    pub fn id_of_code(&self, code: u32) -> Id {
        self.layers.codes().id(code)
    }

    pub(in crate::store) fn layers(&self) -> &Layers {
        &self.layers
    }

    /// The last day that is shown, as days since 1970-01-01.
    pub(in crate::store) fn last_day(&self) -> i32 {
        self.day
    }

    /// Statements that fit a pattern; `None` fits all. Deterministic order, see [`Scan`].
    pub fn scan(&self, subject: Option<Id>, predicate: Option<Id>, object: Option<Id>, graph: GraphPattern) -> Scan {
        Scan::new(Arc::clone(&self.layers), self.day, (subject, predicate, object), graph)
    }

    /// Objects of one subject and predicate in the default graph, in the order of their ids.
    pub fn objects(&self, subject: Id, predicate: NamedNodeRef<'_>) -> Vec<Id> {
        let Some(predicate) = self.layers.predicate(predicate.as_str()) else { return Vec::new() };
        let scan = self.scan(Some(subject), Some(predicate), None, GraphPattern::Union);
        let mut objects: Vec<_> = scan.map(|quad| quad.object).collect();
        objects.sort_unstable();
        objects
    }

    /// Subjects of one predicate and object in the default graph, in the order of their ids.
    pub fn subjects(&self, predicate: NamedNodeRef<'_>, object: Id) -> Vec<Id> {
        let Some(predicate) = self.layers.predicate(predicate.as_str()) else { return Vec::new() };
        let scan = self.scan(None, Some(predicate), Some(object), GraphPattern::Union);
        let mut subjects: Vec<_> = scan.map(|quad| quad.subject).collect();
        subjects.sort_unstable();
        subjects
    }
}

/// The number that a literal of the dictionary spells.
fn number(lexical: &str, datatype: &str) -> Option<Decimal> {
    let lexical = lexical.trim();
    match datatype.strip_prefix("http://www.w3.org/2001/XMLSchema#")? {
        "double" | "float" => lexical.parse().ok().or_else(|| Decimal::from_scientific(lexical).ok()),
        "integer" | "decimal" | "long" | "int" | "short" | "byte" | "nonNegativeInteger" | "positiveInteger"
        | "nonPositiveInteger" | "negativeInteger" | "unsignedLong" | "unsignedInt" | "unsignedShort"
        | "unsignedByte" => lexical.parse().ok(),
        _ => None,
    }
}

fn day(lexical: &str, datatype: &str) -> Option<Day> {
    match datatype.strip_prefix("http://www.w3.org/2001/XMLSchema#")? {
        "date" | "dateTime" => lexical.trim().get(..10)?.parse().ok(),
        _ => None,
    }
}

fn boolean(lexical: &str, datatype: &str) -> Option<bool> {
    match (datatype.strip_prefix("http://www.w3.org/2001/XMLSchema#")?, lexical.trim()) {
        ("boolean", "true" | "1") => Some(true),
        ("boolean", "false" | "0") => Some(false),
        _ => None,
    }
}
