//! Betweenness: on how many shortest paths between others a node lies.
//!
//! Brandes: one breadth-first search a source counts shortest paths, then dependencies are added up from the farthest
//! level back. Both ways a node sums over its neighbours in one array that is zero everywhere but on the level next to
//! it, so that no distance needs to be looked up for a link. Several sources are searched at once, each by one thread;
//! what they find is added source by source.

use rayon::prelude::*;

use crate::algorithms::watch::{Progress, Watch};
use crate::algorithms::{AlgorithmError, draw, gather};
use crate::graph::Graph;

const BETWEENNESS: &str = "betweenness";

/// A level whose nodes have more than this part of all arcs is pulled by the nodes that are not reached yet.
const PULLED_PART: usize = 20;

/// Nodes whose sums one task adds up.
const NODES_PER_TASK: usize = 1 << 12;

/// Not reached.
const UNREACHED: u32 = u32::MAX;

/// From which nodes paths are counted.
#[derive(Clone, Copy, Debug, PartialEq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BetweennessSettings {
    /// Number of drawn sources; without it all nodes, which is exact.
    pub n_samples: Option<usize>,
    /// Decides which sources are drawn.
    pub seed: u64,
}

impl Default for BetweennessSettings {
    fn default() -> Self {
        Self { n_samples: None, seed: 1 }
    }
}

/// For every node the number of pairs of others between which it lies, a pair with several shortest paths counted in
/// parts.
///
/// # Arguments
/// `graph`: paths follow its arcs and are as short as they have few links; weights do not matter, parallel links are
/// several paths. `settings`: see [`BetweennessSettings`].
///
/// # Returns
/// One number a node, not scaled by the number of pairs; in an undirected graph each pair counts once. From drawn
/// sources the expected value is that of all of them.
///
/// # Errors
/// [`AlgorithmError::Stopped`].
///
/// # Complexity
/// Time O(sources · (nodes + arcs)), a source a thread; space 32 bytes a node and thread. Paths are counted in doubles:
/// a
/// node to which there are more than 10³⁰⁸ has no share that could be told, and is left out.
///
/// # Determinism
/// Same bits for any number of threads.
///
/// # Source
/// Brandes: A Faster Algorithm for Betweenness Centrality, 2001; Brandes, Pich: Centrality Estimation in Large Networks,
/// 2007.
///
/// # Example
/// ```
/// use kagraph::algorithms::{BetweennessSettings, Unwatched, betweenness};
/// use kagraph::graph::{Direction, Graph, Layer, ViewSettings};
///
/// let both = ViewSettings { direction: Direction::Both, ..ViewSettings::default() };
/// let graph = Graph::from_layers(&[Layer::new(&[(1, 2), (2, 3), (2, 4)][..])], &both)?;
/// assert_eq!(betweenness(&graph, &BetweennessSettings::default(), &Unwatched)?, [0.0, 3.0, 0.0, 0.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn betweenness(
    graph: &Graph,
    settings: &BetweennessSettings,
    watch: &dyn Watch,
) -> Result<Vec<f64>, AlgorithmError> {
    let n = graph.n_nodes();
    let sources = draw::nodes(n, settings.n_samples.unwrap_or(n), settings.seed);
    let progress = Progress::new(BETWEENNESS, sources.len(), watch);
    let mut searches: Vec<Search> = (0..n_at_once().min(sources.len())).map(|_| Search::new(n)).collect();
    let mut scores = vec![0.0; n];
    for sources in sources.chunks(searches.len().max(1)) {
        searches.par_iter_mut().zip(sources).try_for_each(|(search, source)| {
            search.run(graph, *source);
            progress.advance(1)
        })?;
        add(&mut scores, &searches[..sources.len()], sources);
    }
    let pairs_twice = if graph.is_undirected() { 0.5 } else { 1.0 };
    let scale = pairs_twice * n as f64 / sources.len().max(1) as f64;
    scores.par_iter_mut().for_each(|score| *score *= scale);
    Ok(scores)
}

/// Bytes that [`betweenness`] takes beyond the graph.
pub fn memory(graph: &Graph) -> u64 {
    graph.n_nodes() as u64 * (12 + 32 * n_at_once() as u64)
}

/// How many sources are searched before their findings are added: two a thread, so that none waits long.
fn n_at_once() -> usize {
    2 * rayon::current_num_threads()
}

/// Adds what the searches found, source by source; a source does not lie between itself and others.
fn add(scores: &mut [f64], searches: &[Search], sources: &[u32]) {
    let of_task = |(task, scores): (usize, &mut [f64])| {
        let first = task * NODES_PER_TASK;
        for (search, source) in searches.iter().zip(sources) {
            let found = search.dependencies[first..].iter().zip(&search.paths[first..]).zip(first as u32..);
            for (score, ((dependency, paths), node)) in scores.iter_mut().zip(found) {
                let is_counted = node != *source && paths.is_finite();
                *score += if is_counted { dependency * paths } else { 0.0 };
            }
        }
    };
    scores.par_chunks_mut(NODES_PER_TASK).enumerate().for_each(of_task);
}

/// The search from one source.
struct Search {
    /// Number of shortest paths from the source.
    paths: Vec<f64>,
    /// Dependency of the source on each node, by path.
    dependencies: Vec<f64>,
    /// The paths, and on the way back (1 + dependency) / paths, on one level; zero elsewhere.
    on_level: Vec<f64>,
    levels: Vec<u32>,
    /// Reached nodes level by level.
    order: Vec<u32>,
    /// Where each level begins in `order`.
    begins: Vec<usize>,
}

impl Search {
    fn new(n: usize) -> Self {
        let zeros = || vec![0.0; n];
        let (order, begins) = (Vec::with_capacity(n), Vec::new());
        Self { paths: zeros(), dependencies: zeros(), on_level: zeros(), levels: vec![UNREACHED; n], order, begins }
    }

    fn run(&mut self, graph: &Graph, source: u32) {
        self.clear();
        (self.levels[source as usize], self.paths[source as usize]) = (0, 1.0);
        self.order.push(source);
        self.begins.push(0);
        let mut n_left = graph.n_arcs();
        for level in 1.. {
            let begin = self.begins[level as usize - 1];
            let end = self.order.len();
            if begin == end {
                break;
            }
            let n_arcs: usize = self.order[begin..].iter().map(|node| graph.outgoing().degree(*node)).sum();
            n_left = n_left.saturating_sub(n_arcs);
            if n_arcs > n_left / 2 && n_arcs > graph.n_arcs() / PULLED_PART {
                self.pull(graph, level, begin);
            } else {
                self.push(graph, level, begin);
            }
            self.begins.push(end);
        }
        self.go_back(graph);
    }

    fn clear(&mut self) {
        for node in self.order.drain(..) {
            self.levels[node as usize] = UNREACHED;
            (self.paths[node as usize], self.dependencies[node as usize]) = (0.0, 0.0);
        }
        self.begins.clear();
    }

    fn push(&mut self, graph: &Graph, level: u32, begin: usize) {
        for place in begin..self.order.len() {
            let node = self.order[place];
            let paths = self.paths[node as usize];
            for other in graph.outgoing().row(node) {
                let reached = &mut self.levels[*other as usize];
                if *reached == UNREACHED {
                    *reached = level;
                    self.order.push(*other);
                }
                if *reached == level {
                    self.paths[*other as usize] += paths;
                }
            }
        }
    }

    fn pull(&mut self, graph: &Graph, level: u32, begin: usize) {
        let last = begin..self.order.len();
        last.clone().for_each(|place| self.set_on_level(place, |search, node| search.paths[node]));
        for node in graph.nodes() {
            if self.levels[node as usize] == UNREACHED {
                let paths = gather::sum(graph.incoming().row(node), &self.on_level);
                if paths > 0.0 {
                    (self.levels[node as usize], self.paths[node as usize]) = (level, paths);
                    self.order.push(node);
                }
            }
        }
        last.for_each(|place| self.set_on_level(place, |_, _| 0.0));
    }

    /// Dependencies, from the farthest level to the source.
    fn go_back(&mut self, graph: &Graph) {
        let mut above = self.order.len()..self.order.len();
        for begin in self.begins.clone().into_iter().rev() {
            let level = begin..above.start;
            for place in level.clone() {
                let node = self.order[place];
                self.dependencies[node as usize] = gather::sum(graph.outgoing().row(node), &self.on_level);
            }
            above.for_each(|place| self.set_on_level(place, |_, _| 0.0));
            level.clone().for_each(|place| self.set_on_level(place, Self::handed_back));
            above = level;
        }
        above.for_each(|place| self.set_on_level(place, |_, _| 0.0));
    }

    /// What each path to a node hands back: (1 + dependency of the node) / paths to it.
    fn handed_back(&self, node: usize) -> f64 {
        1.0 / self.paths[node] + self.dependencies[node]
    }

    fn set_on_level(&mut self, place: usize, value: impl Fn(&Self, usize) -> f64) {
        let node = self.order[place] as usize;
        self.on_level[node] = value(self, node);
    }
}
