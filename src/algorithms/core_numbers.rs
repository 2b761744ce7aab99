//! k-core: how deep in the dense part of a graph each node lies.
//!
//! Nodes are taken away in the order of their remaining degree; the greatest degree seen so far when a node goes is its
//! core number. A bucket order that is kept by swaps makes this linear.

use crate::algorithms::AlgorithmError;
use crate::algorithms::error::check_undirected;
use crate::algorithms::watch::{Progress, Watch};
use crate::graph::Graph;

/// Nodes between two looks at the watch.
const NODES_PER_LOOK: usize = 1 << 16;

/// The core number of every node: the greatest k for which it is in a subgraph where every node has k links.
///
/// # Arguments
/// `graph`: undirected. Weights do not matter, links from a node to itself do not count, parallel links count each.
///
/// # Returns
/// One number a node. Nodes with a number of at least k are the k-core.
///
/// # Errors
/// A directed graph; [`AlgorithmError::Stopped`].
///
/// # Complexity
/// Time O(nodes + arcs); space 16 bytes a node.
///
/// # Determinism
/// Sequential; core numbers are unique.
///
/// # Source
/// Batagelj, Zaveršnik: An O(m) Algorithm for Cores Decomposition of Networks, 2003.
///
/// # Example
/// ```
/// use kagraph::algorithms::{Unwatched, core_numbers};
/// use kagraph::graph::{Direction, Graph, Layer, ViewSettings};
///
/// let both = ViewSettings { direction: Direction::Both, ..ViewSettings::default() };
/// let graph = Graph::from_layers(&[Layer::new(&[(1, 2), (2, 3), (3, 1), (3, 4)][..])], &both)?;
/// assert_eq!(core_numbers(&graph, &Unwatched)?, [2, 2, 2, 1]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn core_numbers(graph: &Graph, watch: &dyn Watch) -> Result<Vec<u32>, AlgorithmError> {
    check_undirected(graph, "core numbers")?;
    let progress = Progress::new("core numbers", graph.n_nodes(), watch);
    let mut order = DegreeOrder::of(graph);
    for place in 0..graph.n_nodes() {
        if place % NODES_PER_LOOK == 0 {
            progress.advance(NODES_PER_LOOK)?;
        }
        let node = order.nodes[place];
        for &other in graph.outgoing().row(node) {
            if order.degrees[other as usize] > order.degrees[node as usize] {
                order.lower(other);
            }
        }
    }
    Ok(order.degrees)
}

/// Bytes that [`core_numbers`] takes beyond the graph at most.
pub fn memory(graph: &Graph) -> u64 {
    graph.n_nodes() as u64 * 20
}

/// All nodes in the order of their degrees, with the place where each degree begins.
struct DegreeOrder {
    degrees: Vec<u32>,
    nodes: Vec<u32>,
    places: Vec<u32>,
    begins: Vec<u32>,
}

impl DegreeOrder {
    fn of(graph: &Graph) -> Self {
        let loops = |node| graph.outgoing().row(node).iter().filter(|other| **other == node).count();
        let degrees: Vec<u32> =
            graph.nodes().map(|node| (graph.outgoing().degree(node) - loops(node)) as u32).collect();
        let mut begins = vec![0u32; degrees.iter().max().map_or(0, |max| *max as usize + 2)];
        degrees.iter().for_each(|degree| begins[*degree as usize + 1] += 1);
        (1..begins.len()).for_each(|degree| begins[degree] += begins[degree - 1]);
        let (mut nodes, mut places, mut next) = (vec![0; degrees.len()], vec![0; degrees.len()], begins.clone());
        for node in graph.nodes() {
            let place = &mut next[degrees[node as usize] as usize];
            (places[node as usize], nodes[*place as usize]) = (*place, node);
            *place += 1;
        }
        Self { degrees, nodes, places, begins }
    }

    /// Takes one link from a node: it changes places with the first node of its degree and leaves that degree.
    fn lower(&mut self, node: u32) {
        let degree = &mut self.degrees[node as usize];
        let begin = &mut self.begins[*degree as usize];
        let (place, first_place) = (self.places[node as usize], *begin);
        let first = self.nodes[first_place as usize];
        (self.nodes[place as usize], self.nodes[first_place as usize]) = (first, node);
        (self.places[first as usize], self.places[node as usize]) = (place, first_place);
        *begin += 1;
        *degree -= 1;
    }
}
