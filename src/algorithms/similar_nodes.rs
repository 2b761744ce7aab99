//! Nodes with like neighbourhoods: who buys what others buy, who knows whom others know.
//!
//! For each node the neighbours of its neighbours are added up in a flat array, so only nodes that share at least one
//! neighbour are ever looked at.

use rayon::prelude::*;

use crate::algorithms::AlgorithmError;
use crate::algorithms::error::{check_nodes, check_setting};
use crate::algorithms::pool::Pool;
use crate::algorithms::tally::Tally;
use crate::algorithms::watch::{Progress, Watch};
use crate::graph::Graph;

const SIMILAR: &str = "similar nodes";

/// Nodes that one task compares with others.
const NODES_PER_TASK: usize = 8;

/// How alike two neighbourhoods are. Formulas are for links of weight 1; a and b are the neighbourhoods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// |a ∩ b| / |a ∪ b|; with weights sums of minima over sums of maxima.
    #[default]
    Jaccard,
    /// |a ∩ b| / √(|a| · |b|); with weights the cosine of the angle between them.
    Cosine,
    /// |a ∩ b| / min(|a|, |b|); with weights sums of minima over the smaller sum.
    Overlap,
    /// Σ over a ∩ b of 1 / ln(links of the shared neighbour); weights do not matter.
    AdamicAdar,
}

/// What is alike, and how much of it is wanted.
#[derive(Clone, Copy, Debug, PartialEq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SimilaritySettings {
    /// How alike two neighbourhoods are.
    pub measure: Measure,
    /// How many of the most similar a node gets.
    pub top: usize,
    /// The least similarity; 0 takes all that share a neighbour.
    pub threshold: f64,
    /// Neighbours with more links than this are not looked through: they say little and cost much. They still count in
    /// the sizes of neighbourhoods.
    pub max_shared_degree: usize,
    /// Whether links count by their weight, or all alike.
    pub is_weighted: bool,
}

impl Default for SimilaritySettings {
    fn default() -> Self {
        let (measure, is_weighted) = (Measure::Jaccard, false);
        Self { measure, top: 10, threshold: 0.0, max_shared_degree: usize::MAX, is_weighted }
    }
}

/// A node that is like another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Similar {
    /// The node for which others were looked for.
    pub node: u32,
    /// The other.
    pub other: u32,
    /// How alike they are.
    pub similarity: f64,
}

/// For each of some nodes those whose neighbourhoods are most alike.
///
/// # Arguments
/// `graph`: a neighbourhood are the nodes to which a node's arcs lead, so the graph may be bipartite (accounts to
/// products) or not; parallel links should be summed. `nodes`: for which others are looked for. `settings`: see
/// [`SimilaritySettings`].
///
/// # Returns
/// For each node, in the order given, at most `top` others, the most similar first, then by number.
///
/// # Errors
/// A node that the graph does not have; a negative threshold; [`AlgorithmError::Stopped`].
///
/// # Complexity
/// Time O(Σ over a node's neighbours of their links) for each node, nodes in parallel; space 8 bytes a node, and 12 a
/// node and thread.
///
/// # Determinism
/// Sums are taken in the order of rows: same bits for any number of threads.
///
/// # Source
/// Jaccard, 1901; Adamic, Adar: Friends and Neighbors on the Web, 2003.
///
/// # Example
/// ```
/// use kagraph::algorithms::{SimilaritySettings, Unwatched, similar_nodes};
/// use kagraph::graph::{Graph, Layer, ViewSettings};
///
/// let bought = [(1, 11), (1, 12), (2, 11), (2, 12), (2, 13), (3, 13)];
/// let graph = Graph::from_layers(&[Layer::new(&bought[..])], &ViewSettings::default())?;
/// let found = similar_nodes(&graph, &[0], &SimilaritySettings::default(), &Unwatched)?;
/// assert_eq!((found.len(), found[0].other, found[0].similarity), (1, 1, 2.0 / 3.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn similar_nodes(
    graph: &Graph,
    nodes: &[u32],
    settings: &SimilaritySettings,
    watch: &dyn Watch,
) -> Result<Vec<Similar>, AlgorithmError> {
    check_nodes(graph, SIMILAR, nodes)?;
    let threshold = settings.threshold;
    check_setting(SIMILAR, ("a threshold", "of at least 0"), threshold, threshold >= 0.0)?;
    let progress = Progress::new(SIMILAR, nodes.len(), watch);
    let sizes = graph.nodes().into_par_iter().map(|node| size(graph, node, settings)).collect();
    let search = Search { graph, settings, sizes };
    let tallies = Pool::new(|| Tally::new(graph.n_nodes()));
    let of_task = |nodes: &[u32]| {
        progress.advance(nodes.len())?;
        let found = |tally: &mut Tally| nodes.iter().flat_map(|node| search.of(*node, tally)).collect::<Vec<_>>();
        Ok(tallies.with(found))
    };
    let of_tasks: Vec<Vec<Similar>> =
        nodes.par_chunks(NODES_PER_TASK).map(of_task).collect::<Result<_, AlgorithmError>>()?;
    Ok(of_tasks.into_iter().flatten().collect())
}

/// Bytes that [`similar_nodes`] takes beyond the graph at most.
pub fn memory(graph: &Graph, n_nodes: usize, settings: &SimilaritySettings) -> u64 {
    let per_node = 8 + 28 * rayon::current_num_threads() as u64;
    let n_found = n_nodes as u64 * settings.top.min(graph.n_nodes()) as u64;
    graph.n_nodes() as u64 * per_node + n_found.saturating_mul(2 * size_of::<Similar>() as u64)
}

/// The best of some candidates: the most similar first, then by number.
pub(super) fn best(mut found: Vec<Similar>, top: usize) -> Vec<Similar> {
    let order = |a: &Similar, b: &Similar| b.similarity.total_cmp(&a.similarity).then(a.other.cmp(&b.other));
    if top == 0 {
        return Vec::new();
    }
    if found.len() > top {
        found.select_nth_unstable_by(top - 1, order);
        found.truncate(top);
    }
    found.sort_unstable_by(order);
    found
}

/// What the measure needs to know of one neighbourhood.
fn size(graph: &Graph, node: u32, settings: &SimilaritySettings) -> f64 {
    let weights = graph.outgoing().row_weights(node).filter(|_| settings.is_weighted);
    match (weights, settings.measure) {
        (_, Measure::AdamicAdar) => 0.0,
        (None, Measure::Cosine) => (graph.outgoing().degree(node) as f64).sqrt(),
        (Some(weights), Measure::Cosine) => weights.iter().map(|weight| weight * weight).sum::<f64>().sqrt(),
        (None, _) => graph.outgoing().degree(node) as f64,
        (Some(weights), _) => weights.iter().sum(),
    }
}

struct Search<'a> {
    graph: &'a Graph,
    settings: &'a SimilaritySettings,
    sizes: Vec<f64>,
}

impl Search<'_> {
    fn of(&self, node: u32, tally: &mut Tally) -> Vec<Similar> {
        for (shared, weight) in self.graph.outgoing().arcs(node) {
            if self.graph.incoming().degree(shared) <= self.settings.max_shared_degree {
                self.add_all(shared, weight, tally);
            }
        }
        let similar = |(other, sum)| Similar { node, other, similarity: self.similarity(node, other, sum) };
        let others = tally.iter().filter(|(other, _)| *other != node).map(similar);
        let found = others.filter(|found| found.similarity >= self.settings.threshold).collect();
        tally.clear();
        best(found, self.settings.top)
    }

    /// Adds to every node that shares a neighbour what sharing it counts.
    fn add_all(&self, shared: u32, own: f64, tally: &mut Tally) {
        let rows = self.graph.incoming();
        let weights = rows.row_weights(shared).filter(|_| self.settings.is_weighted);
        match (weights, self.settings.measure) {
            (_, Measure::AdamicAdar) => {
                let counted = 1.0 / (rows.degree(shared) as f64).ln();
                rows.row(shared).iter().for_each(|other| tally.add(*other, counted));
            }
            (None, _) => rows.row(shared).iter().for_each(|other| tally.add(*other, 1.0)),
            (Some(weights), Measure::Cosine) => {
                let arcs = rows.row(shared).iter().zip(weights);
                arcs.for_each(|(other, weight)| tally.add(*other, own * weight));
            }
            (Some(weights), _) => {
                let arcs = rows.row(shared).iter().zip(weights);
                arcs.for_each(|(other, weight)| tally.add(*other, own.min(*weight)));
            }
        }
    }

    fn similarity(&self, node: u32, other: u32, sum: f64) -> f64 {
        let (a, b) = (self.sizes[node as usize], self.sizes[other as usize]);
        match self.settings.measure {
            Measure::Jaccard => sum / (a + b - sum),
            Measure::Cosine => sum / (a * b),
            Measure::Overlap => sum / a.min(b),
            Measure::AdamicAdar => sum,
        }
    }
}
