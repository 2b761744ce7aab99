//! Weakly connected components: which nodes hang together when the direction of links does not matter.
//!
//! Afforest: nodes are united along a few links each; most nodes then already lie in one large component, and only the
//! others look at the rest of their links. The components and their names do not depend on the order of the unions.

use rayon::prelude::*;

use crate::algorithms::forest::Forest;
use crate::algorithms::watch::{Progress, Watch};
use crate::algorithms::{AlgorithmError, Components};
use crate::graph::Graph;

/// Links of each node that are united before the largest component is guessed.
const N_FIRST_LINKS: usize = 2;

/// Nodes that are looked at to guess the largest component.
const N_SAMPLES: usize = 1 << 10;

/// Nodes that are united between two looks at the watch.
const NODES_PER_TASK: usize = 1 << 12;

/// The weakly connected components of a graph.
///
/// # Arguments
/// `graph`: directed or undirected; directions and weights do not matter.
///
/// # Returns
/// For every node the smallest node of its component.
///
/// # Errors
/// [`AlgorithmError::Stopped`].
///
/// # Complexity
/// Time O(nodes + arcs) in practice (each union O(log nodes) expected); space 4 bytes a node.
///
/// # Determinism
/// The labels do not depend on the number of threads nor on the order of links.
///
/// # Source
/// Sutton, Ben-Nun, Barak: Optimizing Parallel Graph Connectivity Computation via Subgraph Sampling, IPDPS 2018.
///
/// # Example
/// ```
/// use kagraph::algorithms::{Unwatched, weakly_connected_components};
/// use kagraph::graph::{Graph, Layer, ViewSettings};
///
/// let graph = Graph::from_layers(&[Layer::new(&[(5, 1), (5, 4), (2, 3)][..])], &ViewSettings::default())?;
/// let components = weakly_connected_components(&graph, &Unwatched)?;
/// assert_eq!(components.labels(), [0, 1, 1, 0, 0]);
/// assert_eq!(components.members(), [vec![0, 3, 4], vec![1, 2]]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn weakly_connected_components(graph: &Graph, watch: &dyn Watch) -> Result<Components, AlgorithmError> {
    let progress = Progress::new("weakly connected components", 2 * graph.n_nodes(), watch);
    let forest = Forest::new(graph.n_nodes());
    let rows = graph.outgoing();
    for_all(graph, &progress, |node| unite_all(&forest, node, rows.row(node).iter().take(N_FIRST_LINKS)))?;
    forest.flatten();
    let large = frequent_root(&forest, graph.n_nodes());
    for_all(graph, &progress, |node| {
        if Some(forest.parent(node)) == large {
            return;
        }
        unite_all(&forest, node, rows.row(node).iter().skip(N_FIRST_LINKS));
        if !graph.is_undirected() {
            unite_all(&forest, node, graph.incoming().row(node).iter());
        }
    })?;
    Ok(Components::of(forest.into_roots()))
}

/// Bytes that [`weakly_connected_components`] takes beyond the graph.
pub fn memory(graph: &Graph) -> u64 {
    graph.n_nodes() as u64 * 4
}

fn for_all(graph: &Graph, progress: &Progress<'_>, visit: impl Fn(u32) + Sync) -> Result<(), AlgorithmError> {
    let n = graph.n_nodes();
    (0..n.div_ceil(NODES_PER_TASK)).into_par_iter().try_for_each(|task| {
        let nodes = task * NODES_PER_TASK..n.min((task + 1) * NODES_PER_TASK);
        progress.advance(nodes.len())?;
        nodes.for_each(|node| visit(node as u32));
        Ok(())
    })
}

fn unite_all<'a>(forest: &Forest, node: u32, others: impl Iterator<Item = &'a u32>) {
    others.for_each(|other| forest.unite(node, *other));
}

/// The root that is met most often at evenly spread nodes.
fn frequent_root(forest: &Forest, n_nodes: usize) -> Option<u32> {
    let mut roots = forest.sampled(n_nodes.div_ceil(N_SAMPLES).max(1));
    roots.sort_unstable();
    roots.chunk_by(u32::eq).max_by_key(|run| run.len()).map(|run| run[0])
}
