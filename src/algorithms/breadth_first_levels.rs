//! How many links every node is away from the nearest source.
//!
//! Level by level, all threads on one level. Small levels push: their nodes look for unreached neighbours. Large levels
//! are pulled: unreached nodes look for a neighbour in the last level and stop at the first.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use rayon::prelude::*;

use crate::algorithms::AlgorithmError;
use crate::algorithms::error::check_nodes;
use crate::algorithms::watch::{Progress, Watch};
use crate::graph::Graph;

const LEVELS: &str = "breadth-first levels";

/// The level of nodes that no source reaches.
pub const UNREACHED: u32 = u32::MAX;

/// A level whose nodes have more than this part of all arcs is pulled.
const PULLED_PART: usize = 20;

/// Nodes that one task looks at.
const NODES_PER_TASK: usize = 1 << 10;

/// The number of links from the nearest source to every node.
///
/// # Arguments
/// `graph`: paths follow its arcs; weights do not matter. `sources`: one or several.
///
/// # Returns
/// One number a node: 0 for sources, [`UNREACHED`] where no path leads.
///
/// # Errors
/// A source that is no node; [`AlgorithmError::Stopped`].
///
/// # Complexity
/// Time O(nodes + arcs), in practice less than every arc once; space 8 bytes a node.
///
/// # Determinism
/// The levels are unique.
///
/// # Source
/// Beamer, Asanović, Patterson: Direction-Optimizing Breadth-First Search, SC 2012.
///
/// # Example
/// ```
/// use kagraph::algorithms::{UNREACHED, Unwatched, breadth_first_levels};
/// use kagraph::graph::{Graph, Layer, ViewSettings};
///
/// let graph = Graph::from_layers(&[Layer::new(&[(1, 2), (2, 3), (1, 3), (4, 1)][..])], &ViewSettings::default())?;
/// assert_eq!(breadth_first_levels(&graph, &[0], &Unwatched)?, [0, 1, 1, UNREACHED]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn breadth_first_levels(graph: &Graph, sources: &[u32], watch: &dyn Watch) -> Result<Vec<u32>, AlgorithmError> {
    check_nodes(graph, LEVELS, sources)?;
    let progress = Progress::new(LEVELS, graph.n_nodes(), watch);
    let levels: Vec<AtomicU32> = (0..graph.n_nodes()).map(|_| AtomicU32::new(UNREACHED)).collect();
    let mut last: Vec<u32> = sources.iter().copied().filter(|source| reach(&levels, *source, 0)).collect();
    for level in 1.. {
        if last.is_empty() {
            break;
        }
        progress.advance(last.len())?;
        let n_arcs: usize =
            last.par_iter().with_min_len(NODES_PER_TASK).map(|node| graph.outgoing().degree(*node)).sum();
        let is_pulled = n_arcs > graph.n_arcs() / PULLED_PART;
        last = if is_pulled { pull(graph, &levels, level) } else { push(graph, &levels, level, &last) };
    }
    Ok(levels.into_iter().map(AtomicU32::into_inner).collect())
}

/// Bytes that [`breadth_first_levels`] takes beyond the graph at most.
pub fn memory(graph: &Graph) -> u64 {
    graph.n_nodes() as u64 * 16
}

/// Gives an unreached node its level, unless another thread was quicker.
fn reach(levels: &[AtomicU32], node: u32, level: u32) -> bool {
    let place = &levels[node as usize];
    place.load(Relaxed) == UNREACHED && place.compare_exchange(UNREACHED, level, Relaxed, Relaxed).is_ok()
}

fn push(graph: &Graph, levels: &[AtomicU32], level: u32, last: &[u32]) -> Vec<u32> {
    let from = |nodes: &[u32]| {
        let others = nodes.iter().flat_map(|node| graph.outgoing().row(*node)).copied();
        others.filter(|other| reach(levels, *other, level)).collect::<Vec<u32>>()
    };
    if last.len() <= NODES_PER_TASK {
        return from(last);
    }
    last.par_chunks(NODES_PER_TASK).flat_map_iter(from).collect()
}

fn pull(graph: &Graph, levels: &[AtomicU32], level: u32) -> Vec<u32> {
    let is_next = |node: &u32| {
        let place = &levels[*node as usize];
        let is_last = |other: &u32| levels[*other as usize].load(Relaxed) == level - 1;
        let is_next = place.load(Relaxed) == UNREACHED && graph.incoming().row(*node).iter().any(is_last);
        if is_next {
            place.store(level, Relaxed);
        }
        is_next
    };
    graph.nodes().into_par_iter().with_min_len(NODES_PER_TASK).filter(is_next).collect()
}
