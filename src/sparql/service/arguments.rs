//! The values of a call's parameters, checked and complete.

use std::collections::BTreeMap;

use oxigraph::model::NamedNodeRef;

use crate::model::Day;
use crate::sparql::service::registry::{Algorithm, Kind, Preset};
use crate::store::Id;

/// One value of a parameter.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Value {
    Number(f64),
    Count(u64),
    Choice(&'static str),
    Day(Day),
    Node(Id),
    Iri(String),
}

/// The values of all parameters that are given or have a preset; accessors give what their parameter's kind holds.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Arguments {
    values: BTreeMap<&'static str, Vec<Value>>,
    /// Node numbers of the node parameters, known once the graph is.
    nodes: BTreeMap<&'static str, Vec<u32>>,
}

impl Arguments {
    /// The given values, and the presets of all other parameters of the algorithm.
    pub fn new(algorithm: &Algorithm, mut values: BTreeMap<&'static str, Vec<Value>>) -> Self {
        for parameter in algorithm.all_parameters() {
            let preset = match parameter.kind {
                Kind::Number(Preset::Value(value)) => Value::Number(value),
                Kind::Count(Preset::Value(value)) => Value::Count(value),
                Kind::Choice(_, Preset::Value(value)) => Value::Choice(value),
                _ => continue,
            };
            values.entry(parameter.name.as_str()).or_insert_with(|| vec![preset]);
        }
        Self { values, nodes: BTreeMap::new() }
    }

    fn all(&self, name: NamedNodeRef<'_>) -> &[Value] {
        self.values.get(name.as_str()).map_or(&[], Vec::as_slice)
    }

    /// A number; `None` when it is not given.
    pub fn number(&self, name: NamedNodeRef<'_>) -> Option<f64> {
        self.all(name).iter().find_map(|value| if let Value::Number(number) = value { Some(*number) } else { None })
    }

    /// A whole number; `None` when it is not given.
    pub fn count(&self, name: NamedNodeRef<'_>) -> Option<u64> {
        self.all(name).iter().find_map(|value| if let Value::Count(count) = value { Some(*count) } else { None })
    }

    /// A word; `None` when it is not given.
    pub fn choice(&self, name: NamedNodeRef<'_>) -> Option<&'static str> {
        self.all(name).iter().find_map(|value| if let Value::Choice(word) = value { Some(*word) } else { None })
    }

    /// A day; `None` when it is not given.
    pub fn day(&self, name: NamedNodeRef<'_>) -> Option<Day> {
        self.all(name).iter().find_map(|value| if let Value::Day(day) = value { Some(*day) } else { None })
    }

    /// IRIs.
    pub fn iris(&self, name: NamedNodeRef<'_>) -> impl Iterator<Item = &str> {
        self.all(name).iter().filter_map(|value| if let Value::Iri(iri) = value { Some(iri.as_str()) } else { None })
    }

    /// The ids of all node parameters.
    pub fn ids(&self) -> impl Iterator<Item = Id> {
        self.values.values().flatten().filter_map(|value| if let Value::Node(id) = value { Some(*id) } else { None })
    }

    /// Turns the ids of node parameters into the numbers of a graph that has all of them.
    pub fn number_nodes(&mut self, node: impl Fn(Id) -> Option<u32>) {
        let number = |value: &Value| if let Value::Node(id) = value { node(*id) } else { None };
        self.nodes =
            self.values.iter().map(|(name, values)| (*name, values.iter().filter_map(number).collect())).collect();
    }

    /// The nodes of a parameter, in the order given.
    pub fn nodes(&self, name: NamedNodeRef<'_>) -> &[u32] {
        self.nodes.get(name.as_str()).map_or(&[], Vec::as_slice)
    }
}
