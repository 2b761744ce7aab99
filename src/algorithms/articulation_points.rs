//! Articulation points: nodes without which a component falls apart.

use crate::algorithms::AlgorithmError;
use crate::algorithms::error::check_undirected;
use crate::algorithms::lowlink::{LowPoints, NONE};
use crate::algorithms::watch::Watch;
use crate::graph::Graph;

/// The articulation points of a graph.
///
/// # Arguments
/// `graph`: undirected. Weights and parallel links do not matter.
///
/// # Returns
/// Nodes, ascending.
///
/// # Errors
/// A directed graph; [`AlgorithmError::Stopped`].
///
/// # Complexity
/// Time O(nodes + arcs), sequential; space 16 bytes a node. No recursion: a chain of a million nodes is no danger.
///
/// # Determinism
/// Sequential; the set of articulation points is unique.
///
/// # Source
/// Hopcroft, Tarjan: Algorithm 447, Efficient Algorithms for Graph Manipulation, 1973.
///
/// # Example
/// ```
/// use kagraph::algorithms::{Unwatched, articulation_points};
/// use kagraph::graph::{Direction, Graph, Layer, ViewSettings};
///
/// let both = ViewSettings { direction: Direction::Both, ..ViewSettings::default() };
/// let graph = Graph::from_layers(&[Layer::new(&[(1, 2), (2, 3), (3, 1), (3, 4)][..])], &both)?;
/// assert_eq!(articulation_points(&graph, &Unwatched)?, [2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn articulation_points(graph: &Graph, watch: &dyn Watch) -> Result<Vec<u32>, AlgorithmError> {
    check_undirected(graph, "articulation points")?;
    let points = LowPoints::of(graph, "articulation points", watch)?;
    let mut is_cut = vec![false; graph.n_nodes()];
    let mut n_children_of_roots = vec![0u32; graph.n_nodes()];
    for node in graph.nodes() {
        let parent = points.parents[node as usize];
        if parent == NONE {
            continue;
        }
        if points.parents[parent as usize] == NONE {
            n_children_of_roots[parent as usize] += 1;
        } else if points.low[node as usize] >= points.found[parent as usize] {
            is_cut[parent as usize] = true;
        }
    }
    let is_point = |node: &u32| is_cut[*node as usize] || n_children_of_roots[*node as usize] > 1;
    Ok(graph.nodes().filter(is_point).collect())
}

/// Bytes that [`articulation_points`] takes beyond the graph at most.
pub fn memory(graph: &Graph) -> u64 {
    graph.n_nodes() as u64 * 25
}
