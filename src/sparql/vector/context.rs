//! What all operators of a query share: the snapshot and its graphs, the terms, and what ends the query early.

use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use super::account::{Account, Held};
use crate::sparql::vector::Terms;
use crate::sparql::{SparqlError, Stop};
use crate::store::{GraphPattern, Id, Links};

/// The graphs of a query.
pub(super) struct Graphs {
    /// What patterns outside `GRAPH` look at.
    pub default: DefaultGraph,
    /// What `GRAPH` sees, ascending; all named graphs of the snapshot when the query names none.
    pub named: Option<Vec<Id>>,
}

/// What patterns outside `GRAPH` look at.
pub(super) enum DefaultGraph {
    /// All named graphs of the snapshot.
    Union,
    /// The graphs that `FROM` names, none when the query names only named graphs; what several say is one statement.
    Merge(Vec<Id>),
}

/// Shared by all operators and threads of one query.
pub(super) struct Context {
    pub terms: Terms,
    graphs: Graphs,
    stop: Stop,
    pub account: Arc<Account>,
    links: RwLock<FxHashMap<(Id, Option<Id>), Links>>,
}

/// Why an operator ends before its input does.
#[derive(Debug)]
pub(super) enum Halt {
    /// Whoever reads the rows has enough.
    Enough,
    /// The query was told to stop.
    Stopped,
    /// It holds more memory than it may.
    Memory,
}

impl Context {
    /// Nothing read yet.
    pub fn new(terms: Terms, graphs: Graphs, stop: Stop, limit_bytes: usize) -> Self {
        Self { terms, graphs, stop, account: Account::new(limit_bytes), links: RwLock::default() }
    }

    /// The links of a predicate in the default graph, or in a named graph.
    pub fn links(&self, predicate: Id, graph: Option<Id>) -> Option<Links> {
        let key = (predicate, graph);
        if let Some(links) = self.links.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Some(links.clone());
        }
        let snapshot = self.terms.snapshot();
        let links = match (graph, &self.graphs.default) {
            (Some(graph), _) if !self.sees(graph) => return None,
            (Some(graph), _) => snapshot.links_of(predicate, GraphPattern::Named(graph)),
            (None, DefaultGraph::Union) => snapshot.links_of(predicate, GraphPattern::Union),
            (None, DefaultGraph::Merge(graphs)) if graphs.is_empty() => return None,
            (None, DefaultGraph::Merge(graphs)) => snapshot.links_of_merge(predicate, graphs),
        };
        self.links.write().unwrap_or_else(PoisonError::into_inner).insert(key, links.clone());
        Some(links)
    }

    /// All predicates.
    pub fn predicates(&self) -> &[Id] {
        self.terms.snapshot().predicates()
    }

    /// The named graphs that `GRAPH` sees.
    pub fn named_graphs(&self) -> &[Id] {
        self.graphs.named.as_deref().unwrap_or_else(|| self.terms.snapshot().named_graphs())
    }

    /// Whether `GRAPH` sees a graph.
    pub fn sees(&self, graph: Id) -> bool {
        self.named_graphs().binary_search(&graph).is_ok()
    }

    /// Ends the query when it has been told to stop.
    pub fn check(&self) -> Result<(), Halt> {
        if self.stop.is_stopped() { Err(Halt::Stopped) } else { Ok(()) }
    }

    /// Bytes that an operator is about to hold.
    pub fn held(&self, bytes: usize) -> Result<Held, Halt> {
        let mut held = Held::new(&self.account);
        held.set(bytes)?;
        Ok(held)
    }

    /// The error that tells the query's author why it ended.
    pub fn explained(&self, halt: &Halt) -> SparqlError {
        match halt {
            Halt::Memory => SparqlError::OutOfMemory { limit_bytes: self.account.limit_bytes() as u64 },
            Halt::Stopped | Halt::Enough => self.stop.reason(),
        }
    }
}
