//! Triangles and clustering coefficients: how many of a node's neighbours know each other.
//!
//! Nodes are ranked by the number of their neighbours, greatest first, and each keeps only its neighbours of better rank.
//! So every triangle is found once, from its node of worst rank, and no list is long. One list is marked in a bit set,
//! the lists of its members are looked up in it; most of what is looked up are the few best ranks, which stay in cache.

use std::ops::Range;

use rayon::prelude::*;

use crate::algorithms::AlgorithmError;
use crate::algorithms::pool::Pool;
use crate::algorithms::ranked::Ranked;
use crate::algorithms::watch::{Progress, Watch};
use crate::graph::Graph;

const CLUSTERING: &str = "clustering coefficients";

/// Nodes whose triangles one task counts.
const NODES_PER_TASK: usize = 1 << 7;

/// How closed the surroundings of each node, and of all, are.
#[derive(Clone, Debug, PartialEq)]
pub struct Clustering {
    /// For each node the part of the possible links between its neighbours that is there; 0 with fewer than two. In a
    /// directed graph neighbours are those of either direction, and a link each way between them is two.
    pub local: Vec<f64>,
    /// In how many triangles each node is; directions do not matter.
    pub triangles: Vec<u64>,
    /// How many triangles there are.
    pub n_triangles: u64,
    /// The part of all pairs of neighbours of a node that are linked (transitivity); 0 without pairs.
    pub global: f64,
    /// Mean of `local` over all nodes.
    pub mean: f64,
}

/// Triangles and clustering coefficients of all nodes.
///
/// # Arguments
/// `graph`: directed or undirected. Weights do not matter; links from a node to itself do not count, parallel ones once.
///
/// # Returns
/// See [`Clustering`].
///
/// # Errors
/// [`AlgorithmError::Stopped`].
///
/// # Complexity
/// Time O(arcs^1.5) at worst; space 5 bytes an arc and 24 bytes a node, 16 more for each thread.
///
/// # Determinism
/// Triangles are counted in whole numbers; means are taken in the order of nodes.
///
/// # Source
/// Watts, Strogatz: Collective Dynamics of 'Small-World' Networks, 1998; Schank, Wagner: Finding, Counting and Listing
/// All Triangles in Large Graphs, 2005; directed graphs as in LDBC Graphalytics 1.0.5.
///
/// # Example
/// ```
/// use kagraph::algorithms::{Unwatched, clustering_coefficients};
/// use kagraph::graph::{Direction, Graph, Layer, ViewSettings};
///
/// let both = ViewSettings { direction: Direction::Both, ..ViewSettings::default() };
/// let graph = Graph::from_layers(&[Layer::new(&[(1, 2), (2, 3), (3, 1), (3, 4)][..])], &both)?;
/// let found = clustering_coefficients(&graph, &Unwatched)?;
/// assert_eq!(found.local, [1.0, 1.0, 1.0 / 3.0, 0.0]);
/// assert_eq!((found.n_triangles, found.global), (1, 0.6));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn clustering_coefficients(graph: &Graph, watch: &dyn Watch) -> Result<Clustering, AlgorithmError> {
    let n = graph.n_nodes();
    let progress = Progress::new(CLUSTERING, n, watch);
    let ranked = Ranked::of(graph);
    let pool = Pool::new(|| Counter::new(n, ranked.has_both_ways()));
    (0..n.div_ceil(NODES_PER_TASK)).into_par_iter().try_for_each(|task| {
        let first = task * NODES_PER_TASK;
        let ranks = first as u32..n.min(first + NODES_PER_TASK) as u32;
        pool.with(|counter| counter.count(&ranked, ranks.clone()));
        progress.advance(ranks.len())
    })?;
    let counter = pool.into_pieces().into_iter().reduce(Counter::joined).unwrap_or_default();
    Ok(clustering(&ranked, &counter))
}

/// Bytes that [`clustering_coefficients`] takes beyond the graph at most.
pub fn memory(graph: &Graph) -> u64 {
    let (n_nodes, n_threads) = (graph.n_nodes() as u64, rayon::current_num_threads() as u64);
    let n_neighbours = graph.n_arcs() as u64 / if graph.is_undirected() { 2 } else { 1 };
    let of_rows = n_neighbours * if graph.is_undirected() { 4 } else { 5 };
    // rows are joined from parts that may have grown to twice their size; then each thread counts
    (n_nodes * 28 + 3 * of_rows).max(n_nodes * (36 + 17 * n_threads) + of_rows)
}

fn clustering(ranked: &Ranked, counter: &Counter) -> Clustering {
    let of_nodes = |node: usize| {
        let (rank, degree) = (ranked.rank(node as u32) as usize, ranked.degree(node as u32) as u64);
        let (triangles, links) = (counter.triangles[rank], counter.links(rank));
        let n_pairs = degree * degree.saturating_sub(1);
        let local = if n_pairs > 0 { links as f64 / n_pairs as f64 } else { 0.0 };
        (local, (triangles, n_pairs / 2))
    };
    let n = ranked.n_nodes();
    let (local, counts): (Vec<f64>, Vec<(u64, u64)>) = (0..n).into_par_iter().map(of_nodes).unzip();
    let n_pairs: u64 = counts.par_iter().map(|(_, n_pairs)| n_pairs).sum();
    let triangles: Vec<u64> = counts.into_iter().map(|(triangles, _)| triangles).collect();
    let n_corners: u64 = triangles.par_iter().sum();
    let global = if n_pairs > 0 { n_corners as f64 / n_pairs as f64 } else { 0.0 };
    let mean = local.iter().sum::<f64>() / n.max(1) as f64;
    Clustering { local, triangles, n_triangles: n_corners / 3, global, mean }
}

/// What one thread counted, by rank.
#[derive(Default)]
struct Counter {
    /// The ranks in the marked list.
    marks: Vec<u64>,
    triangles: Vec<u64>,
    /// Arcs between neighbours, where they are not twice the triangles.
    arcs: Option<Vec<u64>>,
}

impl Counter {
    fn new(n: usize, has_both_ways: bool) -> Self {
        Self { marks: vec![0; n.div_ceil(64)], triangles: vec![0; n], arcs: has_both_ways.then(|| vec![0; n]) }
    }

    fn links(&self, rank: usize) -> u64 {
        self.arcs.as_ref().map_or(2 * self.triangles[rank], |arcs| arcs[rank])
    }

    fn count(&mut self, ranked: &Ranked, ranks: Range<u32>) {
        for rank in ranks {
            ranked.row(rank).iter().for_each(|other| self.marks[*other as usize / 64] |= 1 << (other % 64));
            match ranked.row_arcs(rank) {
                None => self.count_plain(ranked, rank),
                Some(arcs) => self.count_arcs(ranked, rank, arcs),
            }
            ranked.row(rank).iter().for_each(|other| self.marks[*other as usize / 64] = 0);
        }
    }

    fn count_plain(&mut self, ranked: &Ranked, rank: u32) {
        let mut n_all = 0;
        for &second in ranked.row(rank) {
            let mut n = 0;
            for &third in ranked.row(second) {
                if self.is_marked(third) {
                    self.triangles[third as usize] += 1;
                    n += 1;
                }
            }
            self.triangles[second as usize] += n;
            n_all += n;
        }
        self.triangles[rank as usize] += n_all;
    }

    /// As [`Counter::count_plain`]; `arcs` says for each neighbour how many arcs lead to and from it.
    fn count_arcs(&mut self, ranked: &Ranked, rank: u32, arcs: &[u8]) {
        for (&second, &to_second) in ranked.row(rank).iter().zip(arcs) {
            let others = ranked.row(second).iter().zip(ranked.row_arcs(second).unwrap_or_default());
            for (&third, &second_to_third) in others {
                if self.is_marked(third) {
                    let to_third = ranked.row(rank).binary_search(&third).map_or(0, |place| arcs[place]);
                    self.add(rank, second_to_third);
                    self.add(second, to_third);
                    self.add(third, to_second);
                }
            }
        }
    }

    fn is_marked(&self, rank: u32) -> bool {
        self.marks[rank as usize / 64] >> (rank % 64) & 1 == 1
    }

    fn add(&mut self, rank: u32, n_arcs: u8) {
        self.triangles[rank as usize] += 1;
        if let Some(arcs) = &mut self.arcs {
            arcs[rank as usize] += u64::from(n_arcs);
        }
    }

    fn joined(mut self, other: Self) -> Self {
        self.triangles.par_iter_mut().zip(&other.triangles).for_each(|(sum, more)| *sum += more);
        if let (Some(arcs), Some(more)) = (&mut self.arcs, &other.arcs) {
            arcs.par_iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        }
        self
    }
}
