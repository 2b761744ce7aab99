//! PageRank and personalised PageRank: how often a random walker who now and then starts anew is at each node.
//!
//! Power iteration by pulling: a node adds up what its in-neighbours hand on, so that no two threads write to the same
//! place. Every node adds in the order of its row, and sums over all nodes are made of sums over fixed ranges of nodes,
//! added in order: the bits do not depend on the number of threads.
//!
//! Cost: each iteration reads every arc once (4 bytes, 12 with weights) and one random 8-byte value for it; memory is
//! five numbers a node.

use rayon::prelude::*;

use crate::algorithms::AlgorithmError;
use crate::algorithms::error::{check_nodes, check_setting};
use crate::graph::Graph;

const PAGERANK: &str = "pagerank";

/// Nodes that one task computes; part of the result's definition, because partial sums end at its multiples.
const NODES_PER_RANGE: usize = 1 << 11;

/// When to stop, and how far the walker goes.
#[derive(Clone, Copy, Debug, PartialEq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PageRankSettings {
    /// Chance in [0, 1) to follow a link instead of starting anew.
    pub damping: f64,
    /// Stop when the ranks of all nodes together moved by less than this in an iteration; 0 never stops early.
    pub tolerance: f64,
    /// Stop after this many iterations.
    pub max_iterations: usize,
    /// Whether a link is followed in proportion to its weight, or all links of a node alike.
    pub is_weighted: bool,
}

impl Default for PageRankSettings {
    fn default() -> Self {
        Self { damping: 0.85, tolerance: 1e-10, max_iterations: 200, is_weighted: true }
    }
}

impl PageRankSettings {
    /// Exactly this many iterations on links of equal weight, as LDBC Graphalytics defines its PageRank.
    pub fn fixed(damping: f64, n_iterations: usize) -> Self {
        Self { damping, tolerance: 0.0, max_iterations: n_iterations, is_weighted: false }
    }

    fn check(&self) -> Result<(), AlgorithmError> {
        let (damping, tolerance) = (self.damping, self.tolerance);
        check_setting(PAGERANK, ("damping", "from 0 to below 1"), damping, (0.0..1.0).contains(&damping))?;
        check_setting(PAGERANK, ("tolerance", "of at least 0"), tolerance, tolerance >= 0.0)
    }
}

/// The ranks, and how the iteration ended.
#[derive(Clone, Debug, PartialEq)]
pub struct PageRank {
    /// One rank a node; they sum to 1.
    pub ranks: Vec<f64>,
    /// Iterations done.
    pub n_iterations: usize,
    /// By how much the ranks of all nodes together moved in the last iteration.
    pub moved: f64,
    /// Whether `moved` fell below the tolerance.
    pub is_converged: bool,
}

/// PageRank of every node; the walker starts anew at any node alike.
///
/// # Arguments
/// `graph`: directed or undirected. `settings`: see [`PageRankSettings`].
///
/// # Returns
/// Ranks that sum to 1. A node without out-links (or only with links of weight 0) hands its rank on to all nodes alike.
///
/// # Errors
/// A setting outside of its range.
///
/// # Complexity
/// Time O((nodes + arcs) · iterations), iterations at most log(tolerance) / log(damping); space O(nodes).
///
/// # Determinism
/// Same bits for any number of threads.
///
/// # Source
/// Page, Brin, Motwani, Winograd: The PageRank Citation Ranking, 1999; dangling nodes as in LDBC Graphalytics 1.0.5.
///
/// # Example
/// ```
/// use kagraph::algorithms::{PageRankSettings, pagerank};
/// use kagraph::graph::{Graph, Layer, ViewSettings};
///
/// let graph = Graph::from_layers(&[Layer::new(&[(1, 3), (2, 3)][..])], &ViewSettings::default())?;
/// let ranks = pagerank(&graph, &PageRankSettings::default())?.ranks;
/// assert!(ranks[2] > ranks[0] && (ranks.iter().sum::<f64>() - 1.0).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn pagerank(graph: &Graph, settings: &PageRankSettings) -> Result<PageRank, AlgorithmError> {
    settings.check()?;
    let share = 1.0 / graph.n_nodes() as f64;
    Ok(Walk::new(graph, settings, vec![share; graph.n_nodes()]).run())
}

/// PageRank as seen from some nodes; the walker starts anew at these seeds only.
///
/// # Arguments
/// `seeds`: nodes with weights above 0, scaled to sum to 1 here; a node given twice counts with both weights.
///
/// # Returns
/// Ranks that sum to 1; 0 for nodes that no path from a seed reaches. A node without out-links hands its rank to the seeds.
///
/// # Errors
/// A setting outside of its range; a seed that is no node; a seed's weight, or their sum, that is not above 0 and finite.
///
/// # Complexity
/// As [`pagerank`].
///
/// # Determinism
/// Same bits for any number of threads.
///
/// # Source
/// Haveliwala: Topic-Sensitive PageRank, WWW 2002.
///
/// # Example
/// ```
/// use kagraph::algorithms::{PageRankSettings, personalised_pagerank};
/// use kagraph::graph::{Direction, Graph, Layer, ViewSettings};
///
/// let both = ViewSettings { direction: Direction::Both, ..ViewSettings::default() };
/// let graph = Graph::from_layers(&[Layer::new(&[(1, 2), (2, 3), (3, 4)][..])], &both)?;
/// let ranks = personalised_pagerank(&graph, &[(0, 1.0)], &PageRankSettings::default())?.ranks;
/// assert!(ranks[1] > ranks[2] && ranks[2] > ranks[3]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn personalised_pagerank(
    graph: &Graph,
    seeds: &[(u32, f64)],
    settings: &PageRankSettings,
) -> Result<PageRank, AlgorithmError> {
    settings.check()?;
    let nodes: Vec<u32> = seeds.iter().map(|(node, _)| *node).collect();
    check_nodes(graph, PAGERANK, &nodes)?;
    let total: f64 = seeds.iter().map(|(_, weight)| weight).sum();
    for weight in seeds.iter().map(|(_, weight)| *weight).chain([total]) {
        let is_in_range = weight > 0.0 && weight.is_finite();
        check_setting(PAGERANK, ("weights of seeds", "above 0 and finite"), weight, is_in_range)?;
    }
    let mut start = vec![0.0; graph.n_nodes()];
    seeds.iter().for_each(|(node, weight)| start[*node as usize] += weight / total);
    Ok(Walk::new(graph, settings, start).run())
}

/// The state of a power iteration.
struct Walk<'a> {
    graph: &'a Graph,
    settings: &'a PageRankSettings,
    /// Where the walker starts anew; sums to 1.
    start: Vec<f64>,
    /// 1 / sum of the weights of a node's out-links; 0 where there is none.
    per_weight: Vec<f64>,
    ranks: Vec<f64>,
    /// What a node hands on to an in-link of weight 1 in this iteration, and in the next.
    handed_on: [Vec<f64>; 2],
}

/// Sums over a range of nodes.
#[derive(Clone, Copy, Default)]
struct Sums {
    moved: f64,
    dangling: f64,
}

impl<'a> Walk<'a> {
    fn new(graph: &'a Graph, settings: &'a PageRankSettings, start: Vec<f64>) -> Self {
        let rows = graph.outgoing();
        let strength = |node| if settings.is_weighted { rows.strength(node) } else { rows.degree(node) as f64 };
        let inverse = |sum: f64| if sum > 0.0 { 1.0 / sum } else { 0.0 };
        let per_weight: Vec<f64> = graph.nodes().into_par_iter().map(|node| inverse(strength(node))).collect();
        let handed_on = start.iter().zip(&per_weight).map(|(rank, per_weight)| rank * per_weight).collect();
        let ranks = start.clone();
        Self { graph, settings, handed_on: [handed_on, vec![0.0; start.len()]], start, per_weight, ranks }
    }

    fn run(mut self) -> PageRank {
        let dangling = |(rank, per_weight): (&f64, &f64)| if *per_weight == 0.0 { *rank } else { 0.0 };
        let mut sums =
            Sums { moved: f64::INFINITY, dangling: self.ranks.iter().zip(&self.per_weight).map(dangling).sum() };
        let mut n_iterations = 0;
        while n_iterations < self.settings.max_iterations && sums.moved >= self.settings.tolerance {
            sums = self.step(sums.dangling);
            n_iterations += 1;
        }
        let is_converged = sums.moved < self.settings.tolerance || self.ranks.is_empty();
        PageRank { ranks: self.ranks, n_iterations, moved: sums.moved, is_converged }
    }

    /// One iteration; what nodes without out-links held is spread as the walker's start is.
    fn step(&mut self, dangling: f64) -> Sums {
        let damping = self.settings.damping;
        let anew = 1.0 - damping + damping * dangling;
        let [handed_on, next] = &mut self.handed_on;
        let weights = self.settings.is_weighted && self.graph.incoming().has_weights();
        let pull = |node: usize| {
            let node = node as u32;
            if weights { pull_weighted(self.graph, handed_on, node) } else { pull_plain(self.graph, handed_on, node) }
        };
        let (start, per_weight) = (&self.start, &self.per_weight);
        let ranges = self.ranks.par_chunks_mut(NODES_PER_RANGE).zip(next.par_chunks_mut(NODES_PER_RANGE));
        let of_range = |(range, (ranks, next)): (usize, (&mut [f64], &mut [f64]))| {
            let mut sums = Sums::default();
            for (place, (rank, next)) in ranks.iter_mut().zip(next).enumerate() {
                let node = range * NODES_PER_RANGE + place;
                let new = anew * start[node] + damping * pull(node);
                sums.moved += (new - std::mem::replace(rank, new)).abs();
                sums.dangling += if per_weight[node] == 0.0 { new } else { 0.0 };
                *next = new * per_weight[node];
            }
            sums
        };
        let of_ranges: Vec<Sums> = ranges.enumerate().map(of_range).collect();
        self.handed_on.swap(0, 1);
        let add = |a: Sums, b: &Sums| Sums { moved: a.moved + b.moved, dangling: a.dangling + b.dangling };
        of_ranges.iter().fold(Sums::default(), add)
    }
}

fn pull_plain(graph: &Graph, handed_on: &[f64], node: u32) -> f64 {
    graph.incoming().row(node).iter().map(|from| handed_on[*from as usize]).sum()
}

fn pull_weighted(graph: &Graph, handed_on: &[f64], node: u32) -> f64 {
    let weights = graph.incoming().row_weights(node).unwrap_or_default();
    let arcs = graph.incoming().row(node).iter().zip(weights);
    arcs.map(|(from, weight)| handed_on[*from as usize] * weight).sum()
}
