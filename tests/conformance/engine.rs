//! The two ways a test is run: on our snapshot, and on Oxigraph's own in-memory store.

use std::fs;
use std::path::Path;

use kagraph::sparql::{Format, Query, Stop, write};
use oxigraph::model::{GraphName, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad};
use oxigraph::sparql::{PreparedSparqlQuery, SparqlEvaluator};
use oxigraph::store::Store;

use super::answers::Answers;
use super::manifest::{BASE, Case, file, read_graph};
use crate::support::snapshot;

/// The named graph that holds a test's default graph; in our snapshots every statement is in a named graph.
const DEFAULT: NamedNodeRef<'static> = NamedNodeRef::new_unchecked("https://example.org/default-graph-of-the-test");

/// Who answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    Ours,
    Oxigraph,
}

impl Engine {
    /// Answers a test's query over the test's data.
    pub fn answers(self, folder: &Path, case: &Case, text: &str) -> Result<Answers, String> {
        let reference = SparqlEvaluator::new().with_base_iri(&case.query).unwrap().parse_query(text);
        let mut reference = reference.map_err(|error| error.to_string())?;
        let from = FromClause::of(&reference);
        let quads = quads(folder, case, &from);
        match self {
            Self::Ours => {
                let query = query(case, text, &from)?;
                let answer = query.answer(&snapshot(&quads), &Stop::never()).map_err(|error| error.to_string())?;
                Answers::of(answer.results)
            }
            Self::Oxigraph => {
                let store = Store::new().unwrap();
                store.extend(quads).unwrap();
                if from.is_empty() {
                    reference.dataset_mut().set_default_graph(vec![DEFAULT.into_owned().into()]);
                    let named = case.graphs.iter().map(|(name, _)| NamedNode::new(name).unwrap().into()).collect();
                    reference.dataset_mut().set_available_named_graphs(named);
                }
                Answers::of(reference.on_store(&store).execute().map_err(|error| error.to_string())?)
            }
        }
    }

    /// Answers a test's query as CSV.
    pub fn csv(self, folder: &Path, case: &Case) -> Result<String, String> {
        let text = fs::read_to_string(file(folder, &case.query)).unwrap();
        let query = query(case, &text, &FromClause::default())?;
        let quads = quads(folder, case, &FromClause::default());
        let answer = query.answer(&snapshot(&quads), &Stop::never()).map_err(|error| error.to_string())?;
        let mut out = Vec::new();
        write(answer, Format::Csv, &mut out).map_err(|error| error.to_string())?;
        Ok(String::from_utf8(out).unwrap())
    }
}

/// What the query itself says about its dataset.
#[derive(Default)]
struct FromClause {
    graphs: Vec<String>,
}

impl FromClause {
    fn of(query: &PreparedSparqlQuery) -> Self {
        let dataset = query.dataset();
        if dataset.is_default_dataset() {
            return Self::default();
        }
        let default = dataset.default_graph_graphs().unwrap_or_default().iter().filter_map(|graph| match graph {
            GraphName::NamedNode(node) => Some(node.as_str().to_owned()),
            _ => None,
        });
        let named = dataset.available_named_graphs().unwrap_or_default().iter().filter_map(|graph| match graph {
            NamedOrBlankNode::NamedNode(node) => Some(node.as_str().to_owned()),
            NamedOrBlankNode::BlankNode(_) => None,
        });
        Self { graphs: default.chain(named).collect() }
    }

    fn is_empty(&self) -> bool {
        self.graphs.is_empty()
    }
}

fn query(case: &Case, text: &str, from: &FromClause) -> Result<Query, String> {
    let query = Query::parse_relative_to(text, &case.query).map_err(|error| error.to_string())?;
    if !from.is_empty() {
        return Ok(query);
    }
    let named = case.graphs.iter().map(|(name, _)| NamedNode::new(name).unwrap());
    Ok(query.with_dataset(vec![DEFAULT.into_owned()], Some(named.collect())))
}

fn quads(folder: &Path, case: &Case, from: &FromClause) -> Vec<Quad> {
    let mut quads = Vec::new();
    let mut add = |iri: &str, name: NamedNode| {
        let graph = read_graph(folder, iri);
        quads.extend(graph.iter().map(|triple| triple.into_owned().in_graph(name.clone())));
    };
    for iri in &case.data {
        add(iri, DEFAULT.into_owned());
    }
    for (name, iri) in &case.graphs {
        add(iri, NamedNode::new(name).unwrap());
    }
    let mut files: Vec<_> = from.graphs.iter().filter(|iri| iri.starts_with(BASE)).collect();
    files.sort();
    files.dedup();
    for iri in files {
        add(iri, NamedNode::new(iri).unwrap());
    }
    quads
}
