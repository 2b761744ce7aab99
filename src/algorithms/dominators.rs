//! Dominators: the nodes without which no path from the roots reaches a node.
//!
//! Semi-NCA: a depth-first numbering, semidominators by evaluation with path compression, then immediate dominators as
//! nearest common ancestors. All over arrays in depth-first order, without recursion; place 0 is a virtual root above
//! all given roots.

use crate::algorithms::AlgorithmError;
use crate::algorithms::error::check_nodes;
use crate::algorithms::watch::{Progress, Watch};
use crate::graph::Graph;

/// A node that no root reaches.
const UNREACHED: u32 = u32::MAX;

/// Places between two looks at the watch.
const PLACES_PER_LOOK: usize = 1 << 16;

/// The dominator tree of a graph from some roots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dominators {
    /// Nodes in depth-first order, from place 1.
    nodes: Vec<u32>,
    /// Place of each node, or [`UNREACHED`].
    places: Vec<u32>,
    /// Place of the immediate dominator of each place; 0 when there is none.
    immediate: Vec<u32>,
}

impl Dominators {
    /// Whether a path leads from a root to the node.
    pub fn is_reached(&self, node: u32) -> bool {
        self.places[node as usize] != UNREACHED
    }

    /// The last node before `node` on which all paths from the roots to it agree; `None` for roots, for nodes on whose
    /// paths there is none (with several roots), and for nodes that are not reached.
    pub fn immediate_dominator(&self, node: u32) -> Option<u32> {
        let place = self.places[node as usize];
        let above = if place == UNREACHED { 0 } else { self.immediate[place as usize] };
        (above != 0).then(|| self.nodes[above as usize])
    }

    /// Every node but `node` itself without which no root reaches `node`, from the nearest to the farthest.
    pub fn strict_dominators(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(self.immediate_dominator(node), |node| self.immediate_dominator(*node))
    }

    /// Whether no root reaches `node` without `dominator`; a reached node dominates itself.
    pub fn dominates(&self, dominator: u32, node: u32) -> bool {
        self.is_reached(node) && (dominator == node || self.strict_dominators(node).any(|above| above == dominator))
    }

    /// For every node how many others are reached only through it; 0 where it is not reached.
    pub fn n_dominated(&self) -> Vec<u32> {
        let mut below = vec![0; self.nodes.len()];
        for place in (1..self.nodes.len()).rev() {
            below[self.immediate[place] as usize] += below[place] + 1;
        }
        let mut n_dominated = vec![0; self.places.len()];
        (1..self.nodes.len()).for_each(|place| n_dominated[self.nodes[place] as usize] = below[place]);
        n_dominated
    }
}

/// The dominator tree of the nodes that are reached from `roots`.
///
/// # Arguments
/// `graph`: paths follow its arcs; weights do not matter. `roots`: where paths begin, one or several.
///
/// # Returns
/// The tree; with several roots a node that two of them reach by disjoint paths has no dominator but itself.
///
/// # Errors
/// A root that is no node; [`AlgorithmError::Stopped`].
///
/// # Complexity
/// Time O((nodes + arcs) · log nodes) in practice, quadratic at worst; space 24 bytes a node. No recursion.
///
/// # Determinism
/// Sequential; the dominator tree is unique.
///
/// # Source
/// Georgiadis, Tarjan, Werneck: Finding Dominators in Practice, 2006 (Semi-NCA).
///
/// # Example
/// ```
/// use kagraph::algorithms::{Unwatched, dominators};
/// use kagraph::graph::{Graph, Layer, ViewSettings};
///
/// let diamond = [(1, 2), (1, 3), (2, 4), (3, 4), (4, 5)];
/// let graph = Graph::from_layers(&[Layer::new(&diamond[..])], &ViewSettings::default())?;
/// let tree = dominators(&graph, &[0], &Unwatched)?;
/// assert_eq!(tree.immediate_dominator(3), Some(0));
/// assert_eq!(tree.strict_dominators(4).collect::<Vec<_>>(), [3, 0]);
/// assert_eq!(tree.n_dominated(), [4, 0, 0, 1, 0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn dominators(graph: &Graph, roots: &[u32], watch: &dyn Watch) -> Result<Dominators, AlgorithmError> {
    check_nodes(graph, "dominators", roots)?;
    let progress = Progress::new("dominators", 2 * graph.n_nodes(), watch);
    let search = Search::of(graph, roots);
    progress.advance(search.nodes.len())?;
    let semi = Semidominators::of(graph, roots, &search, &progress)?;
    let mut immediate = search.parents;
    for place in 1..search.nodes.len() {
        let mut above = immediate[place];
        while above > semi.semi[place] {
            above = immediate[above as usize];
        }
        immediate[place] = above;
    }
    Ok(Dominators { nodes: search.nodes, places: search.places, immediate })
}

/// Bytes that [`dominators`] takes beyond the graph at most.
pub fn memory(graph: &Graph) -> u64 {
    graph.n_nodes() as u64 * 32
}

/// A depth-first tree below the virtual root.
struct Search {
    nodes: Vec<u32>,
    places: Vec<u32>,
    /// Place of the parent of each place.
    parents: Vec<u32>,
}

impl Search {
    fn of(graph: &Graph, roots: &[u32]) -> Self {
        let mut search = Self { nodes: vec![UNREACHED], places: vec![UNREACHED; graph.n_nodes()], parents: vec![0] };
        let mut next_links = vec![0u32];
        for &root in roots {
            if search.places[root as usize] == UNREACHED {
                search.descend(graph, root, &mut next_links);
            }
        }
        search
    }

    fn descend(&mut self, graph: &Graph, root: u32, next_links: &mut Vec<u32>) {
        self.find(root, 0, next_links);
        let mut place = self.places[root as usize] as usize;
        while place != 0 {
            let next = &mut next_links[place];
            *next += 1;
            match graph.outgoing().row(self.nodes[place]).get(*next as usize - 1) {
                Some(&other) if self.places[other as usize] == UNREACHED => {
                    self.find(other, place as u32, next_links);
                    place = self.nodes.len() - 1;
                }
                Some(_) => {}
                None => place = self.parents[place] as usize,
            }
        }
    }

    fn find(&mut self, node: u32, parent: u32, next_links: &mut Vec<u32>) {
        self.places[node as usize] = self.nodes.len() as u32;
        self.nodes.push(node);
        self.parents.push(parent);
        next_links.push(0);
    }
}

/// Semidominators, all as places; those of places above the current one are final.
struct Semidominators {
    semi: Vec<u32>,
    /// The place with the least semidominator on the compressed way up.
    labels: Vec<u32>,
    ancestors: Vec<u32>,
    way: Vec<u32>,
}

impl Semidominators {
    fn of(graph: &Graph, roots: &[u32], search: &Search, progress: &Progress<'_>) -> Result<Self, AlgorithmError> {
        let places: Vec<u32> = (0..search.nodes.len() as u32).collect();
        let mut below_virtual_root = vec![false; places.len()];
        roots.iter().for_each(|root| below_virtual_root[search.places[*root as usize] as usize] = true);
        let ancestors = search.parents.clone();
        let mut semidominators = Self { semi: places.clone(), labels: places, ancestors, way: Vec::new() };
        for place in (1..search.nodes.len()).rev() {
            let least = if below_virtual_root[place] { 0 } else { semidominators.least_before(graph, search, place) };
            semidominators.semi[place] = least;
            if place % PLACES_PER_LOOK == 0 {
                progress.advance(PLACES_PER_LOOK)?;
            }
        }
        Ok(semidominators)
    }

    /// The semidominator of a place: the least that any arc into it leads up to.
    fn least_before(&mut self, graph: &Graph, search: &Search, place: usize) -> u32 {
        let mut least = search.parents[place];
        for before in graph.incoming().row(search.nodes[place]) {
            let before = search.places[*before as usize];
            if before != UNREACHED {
                let label = self.label(before, place as u32 + 1);
                least = least.min(self.semi[label as usize]);
            }
        }
        least
    }

    /// The place with the least semidominator on the way from `place` up to the places below `first_linked`; the way
    /// becomes shorter for the next time.
    fn label(&mut self, mut place: u32, first_linked: u32) -> u32 {
        if self.ancestors[place as usize] < first_linked {
            return self.labels[place as usize];
        }
        while self.ancestors[place as usize] >= first_linked {
            self.way.push(place);
            place = self.ancestors[place as usize];
        }
        let (top, mut best) = (self.ancestors[place as usize], self.labels[place as usize]);
        while let Some(below) = self.way.pop() {
            self.ancestors[below as usize] = top;
            let label = &mut self.labels[below as usize];
            if self.semi[best as usize] < self.semi[*label as usize] {
                *label = best;
            }
            best = *label;
        }
        best
    }
}
