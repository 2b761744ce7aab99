//! Every algorithm that a query may call: its name, parameters, result columns, and what runs it.
//!
//! One [`Algorithm`] an entry; parsing, messages, documentation and the service description all read it here.

use oxigraph::model::{Literal, NamedNodeRef};

use crate::algorithms::Watch;
use crate::graph::Graph;
use crate::ontology;
use crate::sparql::service::algorithms;
use crate::sparql::service::arguments::Arguments;
use crate::sparql::service::error::ServiceError;
use crate::sparql::service::solutions::Table;

/// An algorithm as a query sees it.
pub struct Algorithm {
    /// What stands behind `SERVICE`.
    pub name: NamedNodeRef<'static>,
    /// What it computes, in a sentence.
    pub meaning: &'static str,
    /// Its own parameters, beside those of every graph, [`GRAPH_PARAMETERS`].
    pub parameters: &'static [Parameter],
    /// What a solution may bind.
    pub columns: &'static [Column],
    /// How links are followed unless the request says otherwise.
    pub direction: &'static str,
    /// Whether it is defined on undirected graphs only.
    pub is_undirected: bool,
    /// A query that calls it, on data such as the demo's.
    pub example: &'static str,
    /// Bytes that it needs at most beyond the graph, results included.
    pub(super) memory: fn(&Graph, &Arguments) -> u64,
    /// Computes its table.
    pub(super) run: fn(&View<'_>, &Arguments) -> Result<Table, ServiceError>,
}

/// What an algorithm works on.
pub(super) struct View<'a> {
    /// Nodes and links.
    pub graph: &'a Graph,
    /// What ends it early.
    pub watch: &'a dyn Watch,
}

/// What a request may or must say.
#[derive(PartialEq, Debug)]
pub struct Parameter {
    /// The property.
    pub name: NamedNodeRef<'static>,
    /// What stands behind it.
    pub kind: Kind,
    /// Whether it may be said several times.
    pub is_repeated: bool,
    /// What it does, in half a sentence.
    pub meaning: &'static str,
}

/// The value that a parameter takes, and what holds without it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Kind {
    /// A number.
    Number(Preset<f64>),
    /// A whole number of at least 0.
    Count(Preset<u64>),
    /// One of some words.
    Choice(&'static [&'static str], Preset<&'static str>),
    /// An `xsd:date`.
    Day,
    /// Nodes of the graph: terms of the data.
    Nodes(Preset<()>),
    /// The IRI of a class or of a named graph.
    Iri,
    /// Links, see the page of [`crate::sparql::service`].
    Layer,
}

/// What holds when a parameter is not given.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Preset<T> {
    /// It has to be given.
    Required,
    /// It may be missing.
    Missing,
    /// This value.
    Value(T),
}

/// A column of results.
#[derive(PartialEq, Debug)]
pub struct Column {
    /// The property behind which its variable stands.
    pub name: NamedNodeRef<'static>,
    /// What it holds: `node`, `integer`, `double` or `boolean`.
    pub holds: &'static str,
    /// What it means, in half a sentence.
    pub meaning: &'static str,
}

/// Parameters of every algorithm: which graph it sees.
pub const GRAPH_PARAMETERS: &[Parameter] = &[
    Parameter {
        name: ontology::LAYER,
        kind: Kind::Layer,
        is_repeated: true,
        meaning: "links of the graph: a predicate, a path, or a description of a link",
    },
    Parameter {
        name: ontology::DIRECTION,
        kind: Kind::Choice(&["forward", "reverse", "both"], Preset::Missing),
        is_repeated: false,
        meaning: "how links are followed",
    },
    Parameter {
        name: ontology::PARALLEL,
        kind: Kind::Choice(&["sum", "keep"], Preset::Value("sum")),
        is_repeated: false,
        meaning: "whether links between the same two nodes become one with the sum of their weights, or stay",
    },
    Parameter {
        name: ontology::AS_OF,
        kind: Kind::Day,
        is_repeated: false,
        meaning: "the graph as it was known on this day, without links of later days",
    },
    Parameter {
        name: ontology::HALF_LIFE_DAYS,
        kind: Kind::Number(Preset::Missing),
        is_repeated: false,
        meaning: "in how many days a link with a day loses half of its weight",
    },
    Parameter {
        name: ontology::NODE_CLASS,
        kind: Kind::Iri,
        is_repeated: true,
        meaning: "a class whose instances are nodes also where no link touches them",
    },
    Parameter {
        name: ontology::IN_GRAPH,
        kind: Kind::Iri,
        is_repeated: true,
        meaning: "a named graph from which links are read; without it, the default graph",
    },
];

/// All algorithms, in the order of their names.
pub const ALGORITHMS: &[&Algorithm] = &[
    &algorithms::cut::ARTICULATION_POINTS,
    &algorithms::rank::BETWEENNESS,
    &algorithms::cut::BRIDGES,
    &algorithms::rank::CLOSENESS,
    &algorithms::community::CLUSTERING,
    &algorithms::community::COMPONENTS,
    &algorithms::cut::CORE_NUMBERS,
    &algorithms::rank::DEGREE,
    &algorithms::cut::DOMINATORS,
    &algorithms::likeness::EMBEDDINGS,
    &algorithms::community::LABEL_PROPAGATION,
    &algorithms::community::LEIDEN,
    &algorithms::likeness::NEAREST_NODES,
    &algorithms::rank::PAGERANK,
    &algorithms::path::PATHS,
    &algorithms::likeness::PERSONAL_RANKS,
    &algorithms::likeness::SET_COVER,
    &algorithms::path::SHORTEST_PATHS,
    &algorithms::likeness::SIMILAR_NODES,
    &algorithms::community::STRONG_COMPONENTS,
];

impl Algorithm {
    /// The algorithm of a name.
    pub fn named(name: &str) -> Option<&'static Self> {
        ALGORITHMS.iter().copied().find(|algorithm| algorithm.name.as_str() == name)
    }

    /// All parameters: those of every graph and its own.
    pub fn all_parameters(&self) -> impl Iterator<Item = &'static Parameter> + use<> {
        GRAPH_PARAMETERS.iter().chain(self.parameters)
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        self.all_parameters().find(|parameter| parameter.name.as_str() == name)
    }

    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name.as_str() == name)
    }
}

impl Kind {
    /// Whether a request without it is refused.
    pub fn is_required(self) -> bool {
        match self {
            Self::Number(Preset::Required)
            | Self::Count(Preset::Required)
            | Self::Choice(_, Preset::Required)
            | Self::Nodes(Preset::Required)
            | Self::Layer => true,
            Self::Number(_) | Self::Count(_) | Self::Choice(..) | Self::Nodes(_) | Self::Day | Self::Iri => false,
        }
    }

    /// What has to stand behind the property, in words.
    pub fn expected(self) -> String {
        match self {
            Self::Number(_) => "a number".to_owned(),
            Self::Count(_) => "a whole number of at least 0".to_owned(),
            Self::Choice(words, _) => {
                let quoted: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
                quoted.join(" or ")
            }
            Self::Day => "a day such as \"2025-06-30\"^^xsd:date".to_owned(),
            Self::Nodes(_) => "a node of the graph".to_owned(),
            Self::Iri => "an IRI".to_owned(),
            Self::Layer => "a predicate, a path or a description of a link".to_owned(),
        }
    }

    /// What holds without it, as a request would say it.
    pub fn preset(self) -> Option<Literal> {
        match self {
            Self::Number(Preset::Value(value)) => Some(Literal::from(value)),
            Self::Count(Preset::Value(value)) => Some(Literal::from(value)),
            Self::Choice(_, Preset::Value(value)) => Some(Literal::from(value)),
            _ => None,
        }
    }
}
