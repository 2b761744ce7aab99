//! Bridges: links without which a component falls apart.

use crate::algorithms::AlgorithmError;
use crate::algorithms::error::check_undirected;
use crate::algorithms::lowlink::{LowPoints, NONE};
use crate::algorithms::watch::Watch;
use crate::graph::Graph;

/// The bridges of a graph.
///
/// # Arguments
/// `graph`: undirected. Weights do not matter; kept parallel links are no bridges.
///
/// # Returns
/// Pairs of nodes, the smaller one first, ascending.
///
/// # Errors
/// A directed graph; [`AlgorithmError::Stopped`].
///
/// # Complexity
/// Time O(nodes + arcs), sequential; space 16 bytes a node. No recursion: a chain of a million nodes is no danger.
///
/// # Determinism
/// Sequential; the set of bridges is unique.
///
/// # Source
/// Tarjan: A Note on Finding the Bridges of a Graph, 1974.
///
/// # Example
/// ```
/// use kagraph::algorithms::{Unwatched, bridges};
/// use kagraph::graph::{Direction, Graph, Layer, ViewSettings};
///
/// let both = ViewSettings { direction: Direction::Both, ..ViewSettings::default() };
/// let graph = Graph::from_layers(&[Layer::new(&[(1, 2), (2, 3), (3, 1), (3, 4)][..])], &both)?;
/// assert_eq!(bridges(&graph, &Unwatched)?, [(2, 3)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn bridges(graph: &Graph, watch: &dyn Watch) -> Result<Vec<(u32, u32)>, AlgorithmError> {
    check_undirected(graph, "bridges")?;
    let points = LowPoints::of(graph, "bridges", watch)?;
    let is_bridge =
        |node: u32| points.parents[node as usize] != NONE && points.low[node as usize] == points.found[node as usize];
    let in_order = |node: u32| (node.min(points.parents[node as usize]), node.max(points.parents[node as usize]));
    let mut bridges: Vec<(u32, u32)> = graph.nodes().filter(|node| is_bridge(*node)).map(in_order).collect();
    bridges.sort_unstable();
    Ok(bridges)
}

/// Bytes that [`bridges`] takes beyond the graph at most.
pub fn memory(graph: &Graph) -> u64 {
    graph.n_nodes() as u64 * 24
}
