//! The source graphs and, on top of them, the derived graphs of at most one run, seen as one.

use std::sync::Arc;

use hashbrown::HashMap;
use oxigraph::model::{TermRef, vocab::xsd};
use rustc_hash::FxBuildHasher;

use crate::mapping::TermText;
use crate::store::Id;
use crate::store::id::Meaning;
use crate::store::inline::Inline;
use crate::store::key::{Kind, named, text_of};
use crate::store::snapshot::Quad;
use crate::store::snapshot::codes::Codes;
use crate::store::snapshot::dictionary::Entry;
use crate::store::snapshot::layer::Layer;

/// One or two layers; the first holds the source graphs.
pub(in crate::store) struct Layers {
    pub parts: Vec<Arc<Layer>>,
    pub predicates: Vec<Id>,
    pub graphs: Vec<Id>,
    by_iri: HashMap<String, Id, FxBuildHasher>,
}

/// What an id stands for.
pub(in crate::store) enum Found<'a> {
    Value(Inline),
    Entry(Entry<'a>),
}

impl Layers {
    pub fn new(parts: Vec<Arc<Layer>>) -> Self {
        let mut predicates: Vec<_> =
            parts.iter().flat_map(|it| it.tables.iter().map(|table| table.predicate)).collect();
        let mut graphs: Vec<_> = parts.iter().flat_map(|it| it.graphs.iter().copied()).collect();
        for ids in [&mut predicates, &mut graphs] {
            ids.sort_unstable();
            ids.dedup();
        }
        let iris = parts.iter().flat_map(|it| &it.manifest.tables);
        let by_iri = iris.map(|table| (table.iri.clone(), Id::from_bits(table.predicate))).collect();
        Self { parts, predicates, graphs, by_iri }
    }

    /// How codes and ids belong together in all layers.
    pub fn codes(&self) -> Codes {
        self.parts.last().map(|layer| layer.codes).unwrap_or_default()
    }

    /// The id of a predicate that has statements.
    pub fn predicate(&self, iri: &str) -> Option<Id> {
        self.by_iri.get(iri).copied()
    }

    pub fn id(&self, term: TermRef<'_>) -> Option<Id> {
        match text_of(term) {
            TermText::Lang(lexical, language) if language.bytes().any(|byte| byte.is_ascii_uppercase()) => {
                self.id_of_text(TermText::Lang(lexical, &language.to_ascii_lowercase()))
            }
            text => self.id_of_text(text),
        }
    }

    pub fn id_of_text(&self, term: TermText<'_>) -> Option<Id> {
        if let TermText::Typed(lexical, datatype) = term
            && datatype != xsd::STRING.as_str()
            && let Some(value) = Inline::parse(lexical, datatype)
        {
            return Some(Id::of_value(value));
        }
        let (kind, name, text) = named(term);
        let in_part = |(at, part): (usize, &Arc<Layer>)| {
            let place = part.dictionary.find(kind, name, text)?;
            Some(Id::of_place(kind, place, at > 0))
        };
        self.parts.iter().enumerate().find_map(in_part)
    }

    pub fn find(&self, id: Id) -> Option<Found<'_>> {
        let (part, place) = match id.meaning() {
            Meaning::Value(value) => return Some(Found::Value(value)),
            Meaning::Foreign => return None,
            Meaning::Base(place) => (0, place),
            Meaning::Derived(place) => (1, place),
        };
        self.parts.get(part)?.dictionary.entry(place).map(Found::Entry)
    }

    /// Lexical form and datatype of a literal without language.
    pub fn literal(&self, id: Id) -> Option<(String, String)> {
        match self.find(id)? {
            Found::Value(value) => Some((value.to_string(), value.datatype().to_owned())),
            Found::Entry(entry) if entry.kind == Kind::Typed => Some((entry.text, entry.name.into_owned())),
            Found::Entry(_) => None,
        }
    }

    /// Whether a lower layer says a statement, in its graph or (when it names none) in any, by the day.
    pub fn is_said_below(&self, layer: usize, quad: &Quad, day: i32) -> bool {
        self.parts[..layer].iter().any(|part| {
            let Some(table) = part.table_of(quad.predicate).map(|at| &part.tables[at]) else { return false };
            let is_said = |place| match quad.graph {
                None => table.is_shown(place, None, day),
                Some(graph) => part.graph_of(graph).is_some_and(|graph| table.is_shown(place, Some(&[graph]), day)),
            };
            table.of_both(quad.subject, quad.object).any(is_said)
        })
    }
}
