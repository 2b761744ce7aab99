//! PageRank and personalised PageRank: how often a random walker who now and then starts anew is at each node.
//!
//! Power iteration by pulling: a node adds up what its in-neighbours hand on, so that no two threads write to the same
//! place. The iteration itself, for one or several vectors at once, is in `walk`.

use crate::algorithms::AlgorithmError;
use crate::algorithms::error::{check_nodes, check_setting};
use crate::algorithms::walk::walk;
use crate::algorithms::watch::{Progress, Watch};
use crate::graph::Graph;

const PAGERANK: &str = "pagerank";

/// How many vectors are computed in one go: as many as have their sums in registers.
const N_AT_ONCE: usize = 4;

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
#[derive(Clone, Debug, Default, PartialEq)]
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
/// A setting outside of its range; [`AlgorithmError::Stopped`].
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
/// use kagraph::algorithms::{PageRankSettings, Unwatched, pagerank};
/// use kagraph::graph::{Graph, Layer, ViewSettings};
///
/// let graph = Graph::from_layers(&[Layer::new(&[(1, 3), (2, 3)][..])], &ViewSettings::default())?;
/// let ranks = pagerank(&graph, &PageRankSettings::default(), &Unwatched)?.ranks;
/// assert!(ranks[2] > ranks[0] && (ranks.iter().sum::<f64>() - 1.0).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn pagerank(graph: &Graph, settings: &PageRankSettings, watch: &dyn Watch) -> Result<PageRank, AlgorithmError> {
    settings.check()?;
    let progress = Progress::new(PAGERANK, settings.max_iterations, watch);
    let share = 1.0 / graph.n_nodes() as f64;
    let [ranks] = walk(graph, settings, vec![[share]; graph.n_nodes()], &progress)?;
    Ok(ranks)
}

/// Bytes that [`pagerank`] and [`personalised_pagerank`] take beyond the graph.
pub fn memory(graph: &Graph) -> u64 {
    graph.n_nodes() as u64 * 48
}

/// Bytes that [`personalised_pageranks`] takes beyond the graph.
pub fn memory_of_many(graph: &Graph, n_seed_sets: usize) -> u64 {
    graph.n_nodes() as u64 * (8 + 32 * N_AT_ONCE + 8 * n_seed_sets) as u64
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
/// A setting outside of its range; a seed that is no node; a seed's weight, or their sum, that is not above 0 and finite;
/// [`AlgorithmError::Stopped`].
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
/// use kagraph::algorithms::{PageRankSettings, Unwatched, personalised_pagerank};
/// use kagraph::graph::{Direction, Graph, Layer, ViewSettings};
///
/// let both = ViewSettings { direction: Direction::Both, ..ViewSettings::default() };
/// let graph = Graph::from_layers(&[Layer::new(&[(1, 2), (2, 3), (3, 4)][..])], &both)?;
/// let ranks = personalised_pagerank(&graph, &[(0, 1.0)], &PageRankSettings::default(), &Unwatched)?.ranks;
/// assert!(ranks[1] > ranks[2] && ranks[2] > ranks[3]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn personalised_pagerank(
    graph: &Graph,
    seeds: &[(u32, f64)],
    settings: &PageRankSettings,
    watch: &dyn Watch,
) -> Result<PageRank, AlgorithmError> {
    settings.check()?;
    check_seeds(graph, seeds)?;
    let progress = Progress::new(PAGERANK, settings.max_iterations, watch);
    let [ranks] = walk(graph, settings, starts(graph, &[seeds]), &progress)?;
    Ok(ranks)
}

/// [`personalised_pagerank`] of many sets of seeds: four at a time, so that each arc is read once for all of them.
///
/// # Returns
/// One result a set, in their order, bit for bit that of [`personalised_pagerank`].
///
/// # Errors
/// As [`personalised_pagerank`].
///
/// # Complexity
/// As [`personalised_pagerank`] for every four sets, each arc costing little more than for one.
///
/// # Determinism
/// Same bits for any number of threads.
///
/// # Example
/// ```
/// use kagraph::algorithms::{PageRankSettings, Unwatched, personalised_pagerank, personalised_pageranks};
/// use kagraph::graph::{Direction, Graph, Layer, ViewSettings};
///
/// let both = ViewSettings { direction: Direction::Both, ..ViewSettings::default() };
/// let graph = Graph::from_layers(&[Layer::new(&[(1, 2), (2, 3), (3, 4)][..])], &both)?;
/// let (settings, seed_sets) = (PageRankSettings::default(), [vec![(0, 1.0)], vec![(3, 1.0), (2, 0.5)]]);
/// let all = personalised_pageranks(&graph, &seed_sets, &settings, &Unwatched)?;
/// assert_eq!(all[1], personalised_pagerank(&graph, &seed_sets[1], &settings, &Unwatched)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn personalised_pageranks(
    graph: &Graph,
    seed_sets: &[Vec<(u32, f64)>],
    settings: &PageRankSettings,
    watch: &dyn Watch,
) -> Result<Vec<PageRank>, AlgorithmError> {
    settings.check()?;
    seed_sets.iter().try_for_each(|seeds| check_seeds(graph, seeds))?;
    let n_walks = seed_sets.len().div_ceil(N_AT_ONCE);
    let progress = Progress::new(PAGERANK, n_walks * settings.max_iterations, watch);
    let mut found = Vec::with_capacity(seed_sets.len());
    for seed_sets in seed_sets.chunks(N_AT_ONCE) {
        let last = &seed_sets[seed_sets.len() - 1];
        let padded: [&[(u32, f64)]; N_AT_ONCE] = std::array::from_fn(|at| &seed_sets.get(at).unwrap_or(last)[..]);
        let ranks = walk(graph, settings, starts(graph, &padded), &progress)?;
        found.extend(ranks.into_iter().take(seed_sets.len()));
    }
    Ok(found)
}

fn check_seeds(graph: &Graph, seeds: &[(u32, f64)]) -> Result<(), AlgorithmError> {
    let nodes: Vec<u32> = seeds.iter().map(|(node, _)| *node).collect();
    check_nodes(graph, PAGERANK, &nodes)?;
    let total: f64 = seeds.iter().map(|(_, weight)| weight).sum();
    for weight in seeds.iter().map(|(_, weight)| *weight).chain([total]) {
        let is_in_range = weight > 0.0 && weight.is_finite();
        check_setting(PAGERANK, ("weights of seeds", "above 0 and finite"), weight, is_in_range)?;
    }
    Ok(())
}

/// Where walkers start anew, one a set of seeds.
fn starts<const K: usize>(graph: &Graph, seed_sets: &[&[(u32, f64)]; K]) -> Vec<[f64; K]> {
    let mut starts = vec![[0.0; K]; graph.n_nodes()];
    for (walker, seeds) in seed_sets.iter().enumerate() {
        let total: f64 = seeds.iter().map(|(_, weight)| weight).sum();
        seeds.iter().for_each(|(node, weight)| starts[*node as usize][walker] += weight / total);
    }
    starts
}
