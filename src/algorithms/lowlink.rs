//! Depth-first search with low points, the common ground of bridges and articulation points.
//!
//! A node's low point is the earliest node of the search that its subtree reaches by one link beyond the tree. The search
//! keeps its way back in the parents, so a chain of any length needs no stack.

use crate::algorithms::AlgorithmError;
use crate::algorithms::watch::{Progress, Watch};
use crate::graph::Graph;

/// Nodes between two looks at the watch.
const NODES_PER_LOOK: u32 = 1 << 16;

/// No parent: the node is a root.
pub(super) const NONE: u32 = u32::MAX;

/// A depth-first forest: roots ascending, links in the order of the rows.
pub(super) struct LowPoints {
    /// When each node was found, from 1.
    pub(super) found: Vec<u32>,
    /// The low point of each node as the time when it was found.
    pub(super) low: Vec<u32>,
    /// The node from which each was found, or [`NONE`].
    pub(super) parents: Vec<u32>,
}

impl LowPoints {
    /// Searches the whole of an undirected graph. Time O(nodes + arcs), space 16 bytes a node.
    pub(super) fn of(graph: &Graph, algorithm: &'static str, watch: &dyn Watch) -> Result<Self, AlgorithmError> {
        let n = graph.n_nodes();
        let progress = Progress::new(algorithm, n, watch);
        let mut points = Self { found: vec![0; n], low: vec![0; n], parents: vec![NONE; n] };
        let mut next_links = vec![0u32; n];
        let mut time = 0;
        for root in graph.nodes() {
            if points.found[root as usize] == 0 {
                points.search(graph, root, (&mut next_links, &mut time), &progress)?;
            }
        }
        Ok(points)
    }

    fn search(
        &mut self,
        graph: &Graph,
        root: u32,
        (next_links, time): (&mut [u32], &mut u32),
        progress: &Progress<'_>,
    ) -> Result<(), AlgorithmError> {
        self.find(root, NONE, time);
        let mut node = root;
        loop {
            let row = graph.outgoing().row(node);
            let place = next_links[node as usize] as usize;
            next_links[node as usize] += 1;
            if let Some(&other) = row.get(place) {
                if self.found[other as usize] == 0 {
                    self.find(other, node, time);
                    node = other;
                    if time.is_multiple_of(NODES_PER_LOOK) {
                        progress.advance(NODES_PER_LOOK as usize)?;
                    }
                } else if other != self.parents[node as usize] || is_second(row, place) {
                    self.reach(node, self.found[other as usize]);
                }
            } else {
                let parent = self.parents[node as usize];
                if parent == NONE {
                    return Ok(());
                }
                self.reach(parent, self.low[node as usize]);
                node = parent;
            }
        }
    }

    fn find(&mut self, node: u32, parent: u32, time: &mut u32) {
        *time += 1;
        (self.found[node as usize], self.low[node as usize], self.parents[node as usize]) = (*time, *time, parent);
    }

    fn reach(&mut self, node: u32, time: u32) {
        let low = &mut self.low[node as usize];
        *low = time.min(*low);
    }
}

/// Whether the link is parallel to the one before it in the row: then it is a second way back to the parent.
fn is_second(row: &[u32], place: usize) -> bool {
    place > 0 && row[place - 1] == row[place]
}
