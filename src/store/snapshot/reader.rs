//! Terms one after the other, quickest in the order of their ids.
//!
//! In come ids, out come the terms without a copy. A block of the dictionary is read once for all its terms that are
//! asked for in ascending order; a look-up by [`Snapshot::term`] reads the block each time.

use oxigraph::model::{BlankNodeRef, LiteralRef, NamedNodeRef, TermRef, vocab::xsd};

use crate::store::Id;
use crate::store::id::Meaning;
use crate::store::key::Kind;
use crate::store::snapshot::Snapshot;
use crate::store::snapshot::dictionary::Cursor;

/// Reads terms of a snapshot's dictionaries.
pub struct TermReader<'a> {
    /// Of each layer.
    cursors: Vec<Cursor<'a>>,
}

impl Snapshot {
    /// A reader of terms, for one thread.
    pub fn reader(&self) -> TermReader<'_> {
        TermReader { cursors: self.layers.parts.iter().map(|part| part.dictionary.cursor()).collect() }
    }
}

impl Snapshot {
    /// Whether all terms whose ids lie from one to another order as their ids do: certain for IRIs or blank nodes of one
    /// class and for strings of one language (or of none) in one layer.
    pub fn are_sorted(&self, one: Id, other: Id) -> bool {
        match (one.meaning(), other.meaning()) {
            (Meaning::Base(one), Meaning::Base(other)) => self.is_sorted_in(0, one, other),
            (Meaning::Derived(one), Meaning::Derived(other)) => self.is_sorted_in(1, one, other),
            _ => false,
        }
    }

    fn is_sorted_in(&self, layer: usize, one: u64, other: u64) -> bool {
        self.layers.parts.get(layer).is_some_and(|part| part.dictionary.are_sorted(one, other))
    }

    /// Whether there are literals of a datatype that do not stand in ids.
    pub fn has_datatype(&self, datatype: &str) -> bool {
        self.layers.parts.iter().any(|part| part.dictionary.has_datatype(datatype))
    }
}

impl TermReader<'_> {
    /// The term of an id; nothing for values that stand in ids, and for ids that the snapshot did not give.
    pub fn read(&mut self, id: Id) -> Option<TermRef<'_>> {
        let (layer, place) = match id.meaning() {
            Meaning::Base(place) => (0, place),
            Meaning::Derived(place) => (1, place),
            Meaning::Value(_) | Meaning::Foreign => return None,
        };
        let (kind, name, text) = self.cursors.get_mut(layer)?.read(place)?;
        Some(match kind {
            Kind::Iri => NamedNodeRef::new_unchecked(text).into(),
            Kind::Blank => BlankNodeRef::new_unchecked(text).into(),
            Kind::Lang => LiteralRef::new_language_tagged_literal_unchecked(text, name).into(),
            Kind::Typed if name == xsd::STRING.as_str() => LiteralRef::new_simple_literal(text).into(),
            Kind::Typed => LiteralRef::new_typed_literal(text, NamedNodeRef::new_unchecked(name)).into(),
        })
    }
}
