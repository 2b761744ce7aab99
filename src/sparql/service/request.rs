//! The braces of a call taken apart: the request itself, and the pattern that gives its variables their values.
//!
//! The request is what hangs on the one blank node that has a `ka:layer`: its properties, and those of the blank nodes
//! behind them. Every other triple and pattern between the braces is ordinary SPARQL.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::NamedNode;
use spargebra::algebra::GraphPattern;
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

use crate::ontology;

/// A property of a blank node and what stands behind it.
pub(super) type Property = (NamedNode, TermPattern);

/// A request and the pattern beside it.
pub(super) struct Request {
    /// Properties of the request's node, in the order of the text.
    pub properties: Vec<Property>,
    /// Properties of the blank nodes behind them, by label.
    nodes: BTreeMap<String, Vec<Property>>,
    /// The rest between the braces.
    pub input: GraphPattern,
}

impl Request {
    /// Takes a pattern apart; otherwise says what was found instead of one request.
    pub fn of(pattern: &GraphPattern) -> Result<Self, String> {
        let mut input = pattern.clone();
        let mut triples = Vec::new();
        for_each_triples(&mut input, &mut |found| triples.extend(found.iter().cloned()));
        let roots: BTreeSet<_> = triples.iter().filter(|it| is_layer(it)).filter_map(subject).collect();
        let root = match (roots.len(), roots.first()) {
            (1, Some(root)) => (*root).to_owned(),
            (0, _) => return Err("no blank node with a ka:layer".to_owned()),
            (n, _) => return Err(format!("{n} blank nodes with a ka:layer")),
        };
        let own = reached(&root, &triples);
        let is_own = |triple: &TriplePattern| subject(triple).is_some_and(|label| own.contains(label));
        for_each_triples(&mut input, &mut |found| found.retain(|triple| !is_own(triple)));
        let mut nodes: BTreeMap<String, Vec<Property>> = BTreeMap::new();
        for triple in triples.iter().filter(|triple| is_own(triple)) {
            let NamedNodePattern::NamedNode(name) = &triple.predicate else {
                return Err(format!("the variable {} as a property of the request", triple.predicate));
            };
            let label = subject(triple).unwrap_or_default().to_owned();
            nodes.entry(label).or_default().push((name.clone(), triple.object.clone()));
        }
        let properties = nodes.get(&root).cloned().unwrap_or_default();
        Ok(Self { properties, nodes, input })
    }

    /// What is said of a blank node.
    pub fn of_node(&self, term: &TermPattern) -> &[Property] {
        match term {
            TermPattern::BlankNode(node) => self.nodes.get(node.as_str()).map_or(&[], Vec::as_slice),
            _ => &[],
        }
    }
}

/// Calls `visit` with the triples of every basic graph pattern that every solution has to fit.
fn for_each_triples(pattern: &mut GraphPattern, visit: &mut impl FnMut(&mut Vec<TriplePattern>)) {
    match pattern {
        GraphPattern::Bgp { patterns } => visit(patterns),
        GraphPattern::Join { left, right } | GraphPattern::Lateral { left, right } => {
            for_each_triples(left, visit);
            for_each_triples(right, visit);
        }
        GraphPattern::LeftJoin { left: inner, .. }
        | GraphPattern::Minus { left: inner, .. }
        | GraphPattern::Filter { inner, .. }
        | GraphPattern::Extend { inner, .. } => for_each_triples(inner, visit),
        _ => (),
    }
}

fn is_layer(triple: &TriplePattern) -> bool {
    matches!(&triple.predicate, NamedNodePattern::NamedNode(name) if name.as_ref() == ontology::LAYER)
}

fn subject(triple: &TriplePattern) -> Option<&str> {
    if let TermPattern::BlankNode(node) = &triple.subject { Some(node.as_str()) } else { None }
}

/// The labels of the root and of every blank node that hangs on it.
fn reached(root: &str, triples: &[TriplePattern]) -> BTreeSet<String> {
    let mut reached = BTreeSet::from([root.to_owned()]);
    let mut open = vec![root.to_owned()];
    while let Some(label) = open.pop() {
        for triple in triples.iter().filter(|triple| subject(triple) == Some(&label)) {
            if let TermPattern::BlankNode(node) = &triple.object
                && reached.insert(node.as_str().to_owned())
            {
                open.push(node.as_str().to_owned());
            }
        }
    }
    reached
}
