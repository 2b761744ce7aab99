//! Strongly connected components: nodes that reach each other along directed links.
//!
//! One depth-first search without recursion. Each open node knows the earliest open node that its subtree reaches; a
//! node that reaches nothing earlier than itself closes a component.

use crate::algorithms::watch::{Progress, Watch};
use crate::algorithms::{AlgorithmError, Components};
use crate::graph::Graph;

/// Nodes between two looks at the watch.
const NODES_PER_LOOK: u32 = 1 << 16;

/// In a component that is closed: later than any open node.
const CLOSED: u32 = u32::MAX;

/// The strongly connected components of a graph.
///
/// # Arguments
/// `graph`: paths follow its arcs; weights do not matter. In an undirected graph they are the connected components.
///
/// # Returns
/// For every node the smallest node of its component.
///
/// # Errors
/// [`AlgorithmError::Stopped`].
///
/// # Complexity
/// Time O(nodes + arcs), sequential; space 24 bytes a node at most. No recursion.
///
/// # Determinism
/// Sequential; the components are unique.
///
/// # Source
/// Tarjan: Depth-First Search and Linear Graph Algorithms, 1972; Pearce: A Space-Efficient Algorithm for Finding
/// Strongly Connected Components, 2016.
///
/// # Example
/// ```
/// use kagraph::algorithms::{Unwatched, strongly_connected_components};
/// use kagraph::graph::{Graph, Layer, ViewSettings};
///
/// let links = [(1, 2), (2, 3), (3, 1), (3, 4), (4, 5), (5, 4)];
/// let graph = Graph::from_layers(&[Layer::new(&links[..])], &ViewSettings::default())?;
/// assert_eq!(strongly_connected_components(&graph, &Unwatched)?.labels(), [0, 0, 0, 3, 3]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn strongly_connected_components(graph: &Graph, watch: &dyn Watch) -> Result<Components, AlgorithmError> {
    let n = graph.n_nodes();
    let progress = Progress::new("strongly connected components", n, watch);
    let labels: Vec<u32> = graph.nodes().collect();
    let mut search = Search { graph, early: vec![0; n], labels, way: Vec::new(), open: Vec::new(), n_found: 0 };
    for root in graph.nodes() {
        if search.early[root as usize] == 0 {
            search.run(root, &progress)?;
        }
    }
    Ok(Components::of(search.labels))
}

/// Bytes that [`strongly_connected_components`] takes beyond the graph at most.
pub fn memory(graph: &Graph) -> u64 {
    graph.n_nodes() as u64 * 36
}

struct Search<'g> {
    graph: &'g Graph,
    /// 0 for nodes that are not found; the time of the earliest open node known to be reached from an open one.
    early: Vec<u32>,
    labels: Vec<u32>,
    /// The nodes from the root to the current one.
    way: Vec<Step>,
    /// Found nodes in no closed component that are not on the way.
    open: Vec<u32>,
    n_found: u32,
}

/// A node on the way.
struct Step {
    node: u32,
    /// When it was found, from 1.
    found: u32,
    /// How many of its links were followed.
    n_followed: u32,
}

impl Search<'_> {
    fn run(&mut self, root: u32, progress: &Progress<'_>) -> Result<(), AlgorithmError> {
        self.find(root, progress)?;
        while let Some(step) = self.way.last_mut() {
            let row = self.graph.outgoing().row(step.node);
            let next = row[step.n_followed as usize..].iter().position(|other| {
                let early = self.early[*other as usize];
                let own = &mut self.early[step.node as usize];
                *own = if early == 0 { *own } else { early.min(*own) };
                early == 0
            });
            match next {
                Some(skipped) => {
                    let next = row[step.n_followed as usize + skipped];
                    step.n_followed += skipped as u32 + 1;
                    self.find(next, progress)?;
                }
                None => self.leave(),
            }
        }
        Ok(())
    }

    fn find(&mut self, node: u32, progress: &Progress<'_>) -> Result<(), AlgorithmError> {
        self.n_found += 1;
        self.early[node as usize] = self.n_found;
        self.way.push(Step { node, found: self.n_found, n_followed: 0 });
        if self.n_found.is_multiple_of(NODES_PER_LOOK) { progress.advance(NODES_PER_LOOK as usize) } else { Ok(()) }
    }

    /// Goes back from the current node, whose links are all followed.
    fn leave(&mut self) {
        let Some(Step { node, found, .. }) = self.way.pop() else { return };
        let early = self.early[node as usize];
        self.open.push(node);
        if early == found {
            self.close(node, found);
        } else if let Some(above) = self.way.last() {
            let above = &mut self.early[above.node as usize];
            *above = early.min(*above);
        }
    }

    /// Closes the component that begins with a node: the open nodes found since.
    fn close(&mut self, node: u32, found: u32) {
        let is_inside = |open: &u32| self.early[*open as usize] >= found;
        let n_outside = self.open.iter().rposition(|open| !is_inside(open)).map_or(0, |place| place + 1);
        let smallest = self.open[n_outside..].iter().copied().min().unwrap_or(node);
        for member in self.open.drain(n_outside..) {
            self.early[member as usize] = CLOSED;
            self.labels[member as usize] = smallest;
        }
    }
}
