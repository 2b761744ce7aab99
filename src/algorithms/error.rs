//! Why an algorithm cannot run on a graph.

use crate::graph::Graph;

/// Arguments on which an algorithm has no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AlgorithmError {
    /// The algorithm is defined on undirected graphs.
    #[error(
        "{algorithm}: expected an undirected graph, found a directed one\nhint: build the view with direction both"
    )]
    Directed {
        /// The algorithm's name.
        algorithm: &'static str,
    },
    /// A node that the graph does not have.
    #[error("{algorithm}: expected a node below {n_nodes}, found {node}")]
    NoSuchNode {
        /// The algorithm's name.
        algorithm: &'static str,
        /// The node.
        node: u32,
        /// How many nodes the graph has.
        n_nodes: usize,
    },
    /// A setting outside of its range.
    #[error("{algorithm}: expected {setting} {expected}, found {found}")]
    Setting {
        /// The algorithm's name.
        algorithm: &'static str,
        /// The setting's name.
        setting: &'static str,
        /// Its range in words.
        expected: &'static str,
        /// Its value.
        found: f64,
    },
    /// Labels or other values that do not stand one to one beside the nodes.
    #[error("{algorithm}: expected {expected} {what}, found {found}")]
    Lengths {
        /// The algorithm's name.
        algorithm: &'static str,
        /// What there is too much or too little of.
        what: &'static str,
        /// How many there must be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// The watch asked for the end.
    #[error("{algorithm}: stopped before it was done")]
    Stopped {
        /// The algorithm's name.
        algorithm: &'static str,
    },
}

pub(super) fn check_undirected(graph: &Graph, algorithm: &'static str) -> Result<(), AlgorithmError> {
    if graph.is_undirected() { Ok(()) } else { Err(AlgorithmError::Directed { algorithm }) }
}

pub(super) fn check_nodes(graph: &Graph, algorithm: &'static str, nodes: &[u32]) -> Result<(), AlgorithmError> {
    let n_nodes = graph.n_nodes();
    match nodes.iter().find(|node| **node as usize >= n_nodes) {
        Some(&node) => Err(AlgorithmError::NoSuchNode { algorithm, node, n_nodes }),
        None => Ok(()),
    }
}

pub(super) fn check_length(
    algorithm: &'static str,
    what: &'static str,
    expected: usize,
    found: usize,
) -> Result<(), AlgorithmError> {
    if found == expected { Ok(()) } else { Err(AlgorithmError::Lengths { algorithm, what, expected, found }) }
}

pub(super) fn check_setting(
    algorithm: &'static str,
    (setting, expected): (&'static str, &'static str),
    found: f64,
    is_in_range: bool,
) -> Result<(), AlgorithmError> {
    if is_in_range { Ok(()) } else { Err(AlgorithmError::Setting { algorithm, setting, expected, found }) }
}
