//! Closeness and harmonic closeness: how near a node is to all others.
//!
//! Breadth-first searches from 512 nodes at once, one bit each: what of them has reached a node stands in one cache line,
//! and a link hands on all of them in one step. Distances are added up at the nodes that are reached, not at the
//! sources, so drawn sources give an estimate for every node, and all of them the exact value. Searches run against the
//! arcs, so that what is added up at a node are distances from it.

use rayon::prelude::*;

use crate::algorithms::watch::{Progress, Watch};
use crate::algorithms::{AlgorithmError, draw};
use crate::graph::Graph;

const CLOSENESS: &str = "closeness";

/// Words of bits a node.
const N_WORDS: usize = 8;

/// Sources at once.
const N_AT_ONCE: usize = 64 * N_WORDS;

/// Nodes that one task looks at.
const NODES_PER_TASK: usize = 1 << 9;

/// A level whose nodes have less than this part of all arcs is pushed instead of looked for at every node.
const PUSHED_PART: usize = 40;

type Bits = [u64; N_WORDS];

/// To which nodes distances are taken.
#[derive(Clone, Copy, Debug, PartialEq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClosenessSettings {
    /// Number of drawn nodes; without it all nodes, which is exact.
    pub n_samples: Option<usize>,
    /// Decides which nodes are drawn.
    pub seed: u64,
}

impl Default for ClosenessSettings {
    fn default() -> Self {
        Self { n_samples: None, seed: 1 }
    }
}

/// Two ways to say how near a node is to all others, one number a node each.
#[derive(Clone, Debug, PartialEq)]
pub struct Closeness {
    /// (reached / others) · (reached / sum of distances to them); 0 where no other node is reached, 1 next to all.
    pub closeness: Vec<f64>,
    /// Mean over all others of 1 / distance, which is 0 for those that are not reached.
    pub harmonic: Vec<f64>,
}

/// How near every node is to all others.
///
/// # Arguments
/// `graph`: paths follow its arcs, from the node to the others; weights do not matter. `settings`: see
/// [`ClosenessSettings`].
///
/// # Returns
/// Both measures in [0, 1]. With drawn nodes, distances to them stand for those to all.
///
/// # Errors
/// [`AlgorithmError::Stopped`].
///
/// # Complexity
/// Time O(⌈targets / 512⌉ · levels · arcs) at worst, where most nodes are far apart O(targets · arcs); space 212 bytes a
/// node.
///
/// # Determinism
/// Same bits for any number of threads.
///
/// # Source
/// Wasserman, Faust: Social Network Analysis, 1994; Marchiori, Latora: Harmony in the Small-World, 2000; Eppstein, Wang:
/// Fast Approximation of Centrality, 2004; Then et al.: The More the Merrier: Efficient Multi-Source Graph Traversal,
/// VLDB 2014.
///
/// # Example
/// ```
/// use kagraph::algorithms::{ClosenessSettings, Unwatched, closeness};
/// use kagraph::graph::{Direction, Graph, Layer, ViewSettings};
///
/// let both = ViewSettings { direction: Direction::Both, ..ViewSettings::default() };
/// let graph = Graph::from_layers(&[Layer::new(&[(1, 2), (2, 3)][..])], &both)?;
/// let near = closeness(&graph, &ClosenessSettings::default(), &Unwatched)?;
/// assert_eq!(near.closeness, [2.0 / 3.0, 1.0, 2.0 / 3.0]);
/// assert_eq!(near.harmonic, [0.75, 1.0, 0.75]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn closeness(graph: &Graph, settings: &ClosenessSettings, watch: &dyn Watch) -> Result<Closeness, AlgorithmError> {
    let n = graph.n_nodes();
    let targets = draw::nodes(n, settings.n_samples.unwrap_or(n), settings.seed);
    let progress = Progress::new(CLOSENESS, targets.len(), watch);
    let mut sums = vec![Sums::default(); n];
    let mut search = Search::new(n);
    for targets in targets.chunks(N_AT_ONCE) {
        search.run(graph, targets, &mut sums, &progress)?;
        progress.advance(targets.len())?;
    }
    drop(search);
    targets.iter().for_each(|target| sums[*target as usize].is_target = true);
    let measures = sums.par_iter().map(|sums| sums.measures(n, targets.len()));
    let (closeness, harmonic) = measures.unzip();
    Ok(Closeness { closeness, harmonic })
}

/// Bytes that [`closeness`] takes beyond the graph.
pub fn memory(graph: &Graph) -> u64 {
    graph.n_nodes() as u64 * (3 * 64 + 4 + 32)
}

/// What is added up at one node.
#[derive(Clone, Copy, Default)]
struct Sums {
    distances: u64,
    inverses: f64,
    n_reached: u32,
    is_target: bool,
}

impl Sums {
    fn add(&mut self, n_new: u32, level: u32) {
        self.distances += u64::from(n_new) * u64::from(level);
        self.inverses += f64::from(n_new) / f64::from(level);
        self.n_reached += n_new;
    }

    fn measures(&self, n_nodes: usize, n_targets: usize) -> (f64, f64) {
        let n_others = n_targets - usize::from(self.is_target);
        if self.n_reached == 0 {
            return (0.0, 0.0);
        }
        debug_assert!(n_nodes > 1 && n_others > 0);
        let reached = f64::from(self.n_reached);
        let closeness = (reached / n_others as f64) * (reached / self.distances as f64);
        (closeness, self.inverses / n_others as f64)
    }
}

/// Searches from up to [`N_AT_ONCE`] nodes.
struct Search {
    /// Which searches have reached a node.
    seen: Vec<Bits>,
    /// Which reached it on the last level, and on this one.
    last: Vec<Bits>,
    next: Vec<Bits>,
    /// Whether no bit of `next` is set.
    is_next_empty: bool,
    /// Nodes that any search reached on the last level.
    active: Vec<u32>,
}

impl Search {
    fn new(n: usize) -> Self {
        let empty = || vec![[0; N_WORDS]; n];
        Self { seen: empty(), last: empty(), next: empty(), is_next_empty: true, active: Vec::new() }
    }

    fn run(
        &mut self,
        graph: &Graph,
        targets: &[u32],
        sums: &mut [Sums],
        progress: &Progress<'_>,
    ) -> Result<(), AlgorithmError> {
        [&mut self.seen, &mut self.last, &mut self.next].into_iter().for_each(|bits| empty(bits));
        self.is_next_empty = true;
        for (place, target) in targets.iter().enumerate() {
            self.last[*target as usize][place / 64] |= 1 << (place % 64);
            self.seen[*target as usize][place / 64] |= 1 << (place % 64);
        }
        self.active = targets.to_vec();
        for level in 1.. {
            if self.active.is_empty() {
                break;
            }
            progress.advance(0)?;
            let n_arcs: usize = self.active.iter().map(|node| graph.incoming().degree(*node)).sum();
            if n_arcs < graph.n_arcs() / PUSHED_PART {
                self.push(graph, level, sums);
            } else {
                self.pull(graph, level, full(targets.len()), sums);
            }
        }
        Ok(())
    }

    /// The nodes of the last level hand on their bits.
    fn push(&mut self, graph: &Graph, level: u32, sums: &mut [Sums]) {
        if !std::mem::replace(&mut self.is_next_empty, true) {
            empty(&mut self.next);
        }
        let mut touched = Vec::new();
        for node in self.active.drain(..) {
            let bits = std::mem::take(&mut self.last[node as usize]);
            for other in graph.incoming().row(node) {
                let next = &mut self.next[*other as usize];
                if *next == [0; N_WORDS] {
                    touched.push(*other);
                }
                join(next, &bits);
            }
        }
        touched.retain(|node| {
            let (seen, next) = (&mut self.seen[*node as usize], &mut self.next[*node as usize]);
            settle(seen, next, level, &mut sums[*node as usize])
        });
        std::mem::swap(&mut self.last, &mut self.next);
        self.active = touched;
    }

    /// Every node looks for the bits that it lacks.
    fn pull(&mut self, graph: &Graph, level: u32, full: Bits, sums: &mut [Sums]) {
        let last = &self.last;
        let look = |(node, ((seen, next), sums)): (usize, ((&mut Bits, &mut Bits), &mut Sums))| {
            *next = [0; N_WORDS];
            if *seen == full {
                return None;
            }
            for other in graph.outgoing().row(node as u32) {
                join(next, &last[*other as usize]);
            }
            settle(seen, next, level, sums).then_some(node as u32)
        };
        let nodes = self.seen.par_iter_mut().zip(&mut self.next).zip(sums).enumerate();
        self.active = nodes.with_min_len(NODES_PER_TASK).filter_map(look).collect();
        std::mem::swap(&mut self.last, &mut self.next);
        self.is_next_empty = false;
    }
}

fn empty(all: &mut [Bits]) {
    all.par_iter_mut().with_min_len(NODES_PER_TASK).for_each(|bits| *bits = [0; N_WORDS]);
}

/// The bits of this many searches.
fn full(n_searches: usize) -> Bits {
    let mut bits = [0; N_WORDS];
    (0..n_searches).for_each(|search| bits[search / 64] |= 1 << (search % 64));
    bits
}

#[inline]
fn join(bits: &mut Bits, more: &Bits) {
    bits.iter_mut().zip(more).for_each(|(bits, more)| *bits |= more);
}

/// Keeps of the bits that came to a node those that are new, and adds them up; whether there are any.
#[inline]
fn settle(seen: &mut Bits, next: &mut Bits, level: u32, sums: &mut Sums) -> bool {
    let mut n_new = 0;
    for (seen, next) in seen.iter_mut().zip(next) {
        *next &= !*seen;
        *seen |= *next;
        n_new += next.count_ones();
    }
    if n_new > 0 {
        sums.add(n_new, level);
    }
    n_new > 0
}
