//! The k cheapest paths without a repeated node, from any of some sources to one target.
//!
//! Yen: every further path leaves an earlier one at some node. Lawler: a path needs to be left only from where it left
//! its own forerunner on, so no path is found twice. Several sources act as one node before all of them.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use crate::algorithms::error::check_nodes;
use crate::algorithms::path_search::{Detour, PathSearch};
use crate::algorithms::watch::{Progress, Watch};
use crate::algorithms::{AlgorithmError, Path, PathSettings};
use crate::graph::Graph;

const K_SHORTEST_PATHS: &str = "k shortest paths";

/// The cheapest path from any of the sources to the target; see [`k_shortest_paths`].
///
/// # Errors
/// As [`k_shortest_paths`].
pub fn shortest_path(
    graph: &Graph,
    sources: &[u32],
    target: u32,
    settings: &PathSettings,
    watch: &dyn Watch,
) -> Result<Option<Path>, AlgorithmError> {
    Ok(k_shortest_paths(graph, sources, target, 1, settings, watch)?.pop())
}

/// The `k` cheapest simple paths from any of the sources to the target.
///
/// # Arguments
/// `graph`: paths follow its arcs. `sources`: where a path may begin; a path may also lead over another source.
/// `settings`: what a link costs ([`crate::algorithms::Cost::Strength`] for products of strengths), and the greatest cost.
///
/// # Returns
/// At most `k` paths as nodes and cost, cheapest first; equal costs by number of nodes, then by nodes. Parallel links are
/// one step, the cheapest. The path of a target that is itself a source is that node alone, with cost 0.
///
/// # Errors
/// A source or target that is no node; a negative greatest cost; weights above 1 where strengths are expected;
/// [`AlgorithmError::Stopped`].
///
/// # Complexity
/// Time O(k · length · (nodes + arcs) · log nodes) at worst; searched from both ends, and no further than the k-th
/// candidate costs, each of the k · length detours mostly touches few nodes. Space is in the nodes met.
///
/// # Determinism
/// Sequential. Which of several paths of exactly equal cost is left out at the k-th place follows from node numbers.
///
/// # Source
/// Yen: Finding the K Shortest Loopless Paths in a Network, 1971; Lawler: A Procedure for Computing the K Best Solutions
/// to Discrete Optimization Problems, 1972; Pohl: Bi-directional Search, 1971.
///
/// # Example
/// ```
/// use kagraph::algorithms::{PathSettings, Unwatched, k_shortest_paths};
/// use kagraph::graph::{Direction, Graph, Layer, ViewSettings};
///
/// let both = ViewSettings { direction: Direction::Both, ..ViewSettings::default() };
/// let ties = Layer::new(&[(1, 2), (2, 4), (1, 3), (3, 4)][..]).weighted(&[0.9, 0.5, 0.8, 0.7][..]);
/// let graph = Graph::from_layers(&[ties], &both)?;
/// let paths = k_shortest_paths(&graph, &[0], 3, 2, &PathSettings::strength(0.1), &Unwatched)?;
/// assert_eq!(paths[0].nodes, [0, 2, 3]);
/// assert!((paths[0].strength() - 0.56).abs() < 1e-12 && (paths[1].strength() - 0.45).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn k_shortest_paths(
    graph: &Graph,
    sources: &[u32],
    target: u32,
    k: usize,
    settings: &PathSettings,
    watch: &dyn Watch,
) -> Result<Vec<Path>, AlgorithmError> {
    settings.check(graph)?;
    check_nodes(graph, K_SHORTEST_PATHS, sources)?;
    check_nodes(graph, K_SHORTEST_PATHS, &[target])?;
    let mut sources = sources.to_vec();
    sources.sort_unstable();
    sources.dedup();
    let search = PathSearch::to(graph, target, settings);
    let yen = Yen { search, sources, k, max_cost: settings.limit(), found: Vec::new(), candidates: BTreeSet::new() };
    yen.run(&Progress::new(K_SHORTEST_PATHS, k, watch))
}

/// Bytes that [`k_shortest_paths`] and [`shortest_path`] take beyond the graph, but for the paths, where no more than two
/// ways to a node wait; at worst every arc has one in either direction.
pub fn memory(graph: &Graph) -> u64 {
    let (n_nodes, n_arcs) = (graph.n_nodes() as u64, graph.n_arcs() as u64);
    n_nodes * 32 + n_arcs.min(2 * n_nodes) * 16
}

struct Yen<'g> {
    search: PathSearch<'g>,
    sources: Vec<u32>,
    k: usize,
    max_cost: f64,
    found: Vec<Candidate>,
    candidates: BTreeSet<Candidate>,
}

/// A path and the number of nodes that it shares with the path that it left.
#[derive(Clone, Debug)]
struct Candidate {
    path: Path,
    n_shared: usize,
}

impl Yen<'_> {
    fn run(mut self, progress: &Progress<'_>) -> Result<Vec<Path>, AlgorithmError> {
        if self.k > 0 {
            self.leave(&[], 0.0);
        }
        while let Some(next) = self.candidates.pop_first() {
            self.found.push(next.clone());
            if self.found.len() == self.k {
                break;
            }
            progress.advance(1)?;
            self.leave_everywhere(&next, progress)?;
        }
        Ok(self.found.into_iter().map(|candidate| candidate.path).collect())
    }

    /// Every way to leave a path from the place on where it left its own forerunner.
    fn leave_everywhere(&mut self, candidate: &Candidate, progress: &Progress<'_>) -> Result<(), AlgorithmError> {
        let (nodes, first) = (&candidate.path.nodes, candidate.n_shared);
        let mut paid = self.search.path(nodes[..first].to_vec()).cost;
        self.leave(&nodes[..first], paid);
        for n_shared in first + 1..nodes.len() {
            if n_shared > 1 {
                paid += self.search.cost(nodes[n_shared - 2], nodes[n_shared - 1]);
            }
            self.leave(&nodes[..n_shared], paid);
            progress.advance(0)?;
        }
        Ok(())
    }

    /// The cheapest path that begins with these nodes, for `paid`, and goes on as none of the found paths does.
    fn leave(&mut self, shared: &[u32], paid: f64) {
        let same = self.found.iter().filter(|found| found.path.nodes.starts_with(shared));
        let taken: FxHashSet<u32> = same.filter_map(|found| found.path.nodes.get(shared.len()).copied()).collect();
        let at_most = self.worth_finding() - paid;
        let (before, detour) = match shared.split_last() {
            Some((_, before)) => {
                let closed = before.iter().copied().collect();
                (before, Detour { starts: &shared[before.len()..], closed, closed_first: taken, at_most })
            }
            None => {
                self.sources.retain(|source| !taken.contains(source));
                (shared, Detour { starts: &self.sources, closed: no_nodes(), closed_first: no_nodes(), at_most })
            }
        };
        if let Some(rest) = self.search.find(&detour) {
            let path = self.search.path([before, &rest].concat());
            self.candidates.insert(Candidate { path, n_shared: shared.len() });
        }
    }

    /// What a path may cost to be among the first k: no more than as many candidates as are still needed.
    fn worth_finding(&self) -> f64 {
        let n_needed = self.k - self.found.len();
        let last_needed = self.candidates.iter().nth(n_needed - 1);
        last_needed.map_or(self.max_cost, |last| PathSettings::rounded_up(last.path.cost).min(self.max_cost))
    }
}

fn no_nodes() -> FxHashSet<u32> {
    FxHashSet::default()
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        let (a, b) = (&self.path, &other.path);
        let by_cost = a.cost.total_cmp(&b.cost);
        by_cost.then(a.nodes.len().cmp(&b.nodes.len())).then_with(|| a.nodes.cmp(&b.nodes))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate {}
