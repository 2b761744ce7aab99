//! Power iteration of `K` random walkers at once, who now and then start anew.
//!
//! A node adds up what its in-neighbours hand on, so that no two threads write to the same place. Every node adds in the
//! order of its row, and sums over all nodes are made of sums over fixed ranges of nodes, added in order: the bits depend
//! neither on the number of threads nor on how many walkers go together.
//!
//! Cost: each iteration reads every arc once (4 bytes, 12 with weights) and `K` doubles at a random place for it; memory
//! is four times `K` doubles a node, and one more.

use rayon::prelude::*;

use crate::algorithms::watch::Progress;
use crate::algorithms::{AlgorithmError, PageRank, PageRankSettings, gather};
use crate::graph::Graph;

/// Nodes that one task computes; part of the result's definition, because partial sums end at its multiples.
const NODES_PER_RANGE: usize = 1 << 11;

/// The state of the iteration.
struct Walk<'a, const K: usize> {
    graph: &'a Graph,
    settings: &'a PageRankSettings,
    /// Where the walkers start anew; each sums to 1.
    start: Vec<[f64; K]>,
    /// 1 / sum of the weights of a node's out-links; 0 where there is none.
    per_weight: Vec<f64>,
    ranks: Vec<[f64; K]>,
    /// What a node hands on to an in-link of weight 1 in this iteration, and in the next.
    handed_on: [Vec<[f64; K]>; 2],
}

/// What walkers have at each of a range of nodes.
type Columns<'a, const K: usize> = &'a mut [[f64; K]];

/// Sums over a range of nodes.
#[derive(Clone, Copy)]
struct Sums<const K: usize> {
    moved: [f64; K],
    dangling: [f64; K],
}

impl<const K: usize> Sums<K> {
    const ZERO: Self = Self { moved: [0.0; K], dangling: [0.0; K] };

    fn plus(mut self, other: &Self) -> Self {
        for walker in 0..K {
            self.moved[walker] += other.moved[walker];
            self.dangling[walker] += other.dangling[walker];
        }
        self
    }
}

/// The ranks of walkers who start at `start`; each walker ends when its own ranks move little enough.
pub(super) fn walk<const K: usize>(
    graph: &Graph,
    settings: &PageRankSettings,
    start: Vec<[f64; K]>,
    progress: &Progress<'_>,
) -> Result<[PageRank; K], AlgorithmError> {
    let mut walk = Walk::new(graph, settings, start);
    let mut sums = Sums { moved: [f64::INFINITY; K], dangling: walk.first_dangling() };
    let mut ended: [Option<PageRank>; K] = [const { None }; K];
    for n_iterations in 0.. {
        for (walker, ended) in ended.iter_mut().enumerate().filter(|(_, ended)| ended.is_none()) {
            let moved = sums.moved[walker];
            if n_iterations == settings.max_iterations || moved < settings.tolerance {
                *ended = Some(walk.ended(walker, n_iterations, moved));
            }
        }
        if ended.iter().all(Option::is_some) {
            break;
        }
        sums = walk.step(sums.dangling);
        progress.advance(1)?;
    }
    Ok(ended.map(Option::unwrap_or_default))
}

impl<'a, const K: usize> Walk<'a, K> {
    fn new(graph: &'a Graph, settings: &'a PageRankSettings, start: Vec<[f64; K]>) -> Self {
        let rows = graph.outgoing();
        let strength = |node| if settings.is_weighted { rows.strength(node) } else { rows.degree(node) as f64 };
        let inverse = |sum: f64| if sum > 0.0 { 1.0 / sum } else { 0.0 };
        let per_weight: Vec<f64> = graph.nodes().into_par_iter().map(|node| inverse(strength(node))).collect();
        let handed_on = start.iter().zip(&per_weight).map(|(ranks, per_weight)| ranks.map(|rank| rank * per_weight));
        let handed_on = [handed_on.collect(), vec![[0.0; K]; start.len()]];
        Self { graph, settings, ranks: start.clone(), handed_on, start, per_weight }
    }

    fn ended(&self, walker: usize, n_iterations: usize, moved: f64) -> PageRank {
        let ranks: Vec<f64> = self.ranks.iter().map(|ranks| ranks[walker]).collect();
        let is_converged = moved < self.settings.tolerance || ranks.is_empty();
        PageRank { ranks, n_iterations, moved, is_converged }
    }

    fn first_dangling(&self) -> [f64; K] {
        let dangling = self.ranks.iter().zip(&self.per_weight).filter(|(_, per_weight)| **per_weight == 0.0);
        let add = |sums: [f64; K], (ranks, _): (&[f64; K], &f64)| std::array::from_fn(|at| sums[at] + ranks[at]);
        dangling.fold([0.0; K], add)
    }

    /// One iteration; what nodes without out-links held is spread as the walkers' starts are.
    fn step(&mut self, dangling: [f64; K]) -> Sums<K> {
        let damping = self.settings.damping;
        let anew = dangling.map(|dangling| 1.0 - damping + damping * dangling);
        let [handed_on, next] = &mut self.handed_on;
        let rows = self.graph.incoming();
        let weights = rows.weights().filter(|_| self.settings.is_weighted);
        let pull = |node: u32| match weights {
            None => gather::sums(rows.row(node), handed_on),
            Some(_) => gather::weighted_sums(rows.row(node), rows.row_weights(node).unwrap_or_default(), handed_on),
        };
        let (start, per_weight) = (&self.start, &self.per_weight);
        let ranges = self.ranks.par_chunks_mut(NODES_PER_RANGE).zip(next.par_chunks_mut(NODES_PER_RANGE));
        let of_range = |(range, (ranks, next)): (usize, (Columns<'_, K>, Columns<'_, K>))| {
            let mut sums = Sums::ZERO;
            for (place, (ranks, next)) in ranks.iter_mut().zip(next).enumerate() {
                let node = range * NODES_PER_RANGE + place;
                let pulled = pull(node as u32);
                for walker in 0..K {
                    let new = anew[walker] * start[node][walker] + damping * pulled[walker];
                    sums.moved[walker] += (new - std::mem::replace(&mut ranks[walker], new)).abs();
                    sums.dangling[walker] += if per_weight[node] == 0.0 { new } else { 0.0 };
                    next[walker] = new * per_weight[node];
                }
            }
            sums
        };
        let of_ranges: Vec<Sums<K>> = ranges.enumerate().map(of_range).collect();
        self.handed_on.swap(0, 1);
        of_ranges.iter().fold(Sums::ZERO, Sums::plus)
    }
}
