//! Weakly connected components: which nodes hang together when the direction of links does not matter.
//!
//! Afforest: nodes are united along a few links each; most nodes then already lie in one large component, and only the
//! others look at the rest of their links. A union always hangs the larger root below the smaller one, so every
//! component ends with its smallest node as root, whatever the order of the unions was.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use rayon::prelude::*;

use crate::graph::Graph;

/// Links of each node that are united before the largest component is guessed.
const N_FIRST_LINKS: usize = 2;

/// Nodes that are looked at to guess the largest component.
const N_SAMPLES: usize = 1 << 10;

/// Components, each named by its smallest node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Components {
    labels: Vec<u32>,
    n_components: usize,
}

impl Components {
    /// The smallest node of the component of each node.
    pub fn labels(&self) -> &[u32] {
        &self.labels
    }

    /// Number of components.
    pub fn n_components(&self) -> usize {
        self.n_components
    }

    /// Whether two nodes are in the same component.
    pub fn are_connected(&self, a: u32, b: u32) -> bool {
        self.labels[a as usize] == self.labels[b as usize]
    }

    /// The nodes of every component, ascending; components in the order of their smallest nodes.
    pub fn members(&self) -> Vec<Vec<u32>> {
        let mut places = vec![0; self.labels.len()];
        let mut members: Vec<Vec<u32>> = Vec::with_capacity(self.n_components);
        for (node, label) in self.labels.iter().enumerate() {
            if *label as usize == node {
                places[node] = members.len();
                members.push(Vec::new());
            }
            members[places[*label as usize]].push(node as u32);
        }
        members
    }
}

/// The weakly connected components of a graph.
///
/// # Arguments
/// `graph`: directed or undirected; directions and weights do not matter.
///
/// # Returns
/// For every node the smallest node of its component.
///
/// # Errors
/// None.
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
/// use kagraph::algorithms::weakly_connected_components;
/// use kagraph::graph::{Graph, Layer, ViewSettings};
///
/// let graph = Graph::from_layers(&[Layer::new(&[(5, 1), (5, 4), (2, 3)][..])], &ViewSettings::default())?;
/// let components = weakly_connected_components(&graph);
/// assert_eq!(components.labels(), [0, 1, 1, 0, 0]);
/// assert_eq!(components.members(), [vec![0, 3, 4], vec![1, 2]]);
/// # Ok::<(), kagraph::graph::GraphError>(())
/// ```
pub fn weakly_connected_components(graph: &Graph) -> Components {
    let forest = Forest(graph.nodes().map(AtomicU32::new).collect());
    let rows = graph.outgoing();
    graph.nodes().into_par_iter().for_each(|node| forest.unite_all(node, rows.row(node).iter().take(N_FIRST_LINKS)));
    forest.flatten();
    let large = forest.frequent_root();
    graph.nodes().into_par_iter().filter(|node| Some(forest.parent(*node)) != large).for_each(|node| {
        forest.unite_all(node, rows.row(node).iter().skip(N_FIRST_LINKS));
        if !graph.is_undirected() {
            forest.unite_all(node, graph.incoming().row(node).iter());
        }
    });
    forest.flatten();
    let labels: Vec<u32> = forest.0.into_iter().map(AtomicU32::into_inner).collect();
    let n_components = labels.par_iter().enumerate().filter(|(node, label)| **label as usize == *node).count();
    Components { labels, n_components }
}

/// Parents of a union-find forest; a parent is never larger than its child.
struct Forest(Vec<AtomicU32>);

impl Forest {
    fn parent(&self, node: u32) -> u32 {
        self.0[node as usize].load(Relaxed)
    }

    fn unite_all<'a>(&self, node: u32, others: impl Iterator<Item = &'a u32>) {
        others.for_each(|other| self.unite(node, *other));
    }

    fn unite(&self, a: u32, b: u32) {
        let (mut a, mut b) = (self.parent(a), self.parent(b));
        while a != b {
            let (low, high) = (a.min(b), a.max(b));
            let above = self.parent(high);
            if above == low || (above == high && self.hang(high, low)) {
                return;
            }
            (a, b) = (self.parent(self.parent(high)), self.parent(low));
        }
    }

    /// Hangs a root below a smaller node, unless another thread was quicker.
    fn hang(&self, root: u32, below: u32) -> bool {
        self.0[root as usize].compare_exchange(root, below, Relaxed, Relaxed).is_ok()
    }

    /// Hangs every node directly below its root.
    fn flatten(&self) {
        self.0.par_iter().with_min_len(1 << 12).for_each(|place| {
            let mut parent = place.load(Relaxed);
            while parent != self.parent(parent) {
                parent = self.parent(parent);
            }
            place.store(parent, Relaxed);
        });
    }

    /// The root that is met most often at evenly spread nodes.
    fn frequent_root(&self) -> Option<u32> {
        let step = self.0.len().div_ceil(N_SAMPLES).max(1);
        let mut roots: Vec<u32> = self.0.iter().step_by(step).map(|parent| parent.load(Relaxed)).collect();
        roots.sort_unstable();
        roots.chunk_by(u32::eq).max_by_key(|run| run.len()).map(|run| run[0])
    }
}
