//! FastRP: a short vector for every node, alike for nodes with like surroundings.
//!
//! Every node draws a sparse random vector; then, a few times, takes the mean of its neighbours' vectors. What the vectors
//! were after each time, scaled to length 1, is added with a weight of its own.

use rayon::prelude::*;

use crate::algorithms::error::check_setting;
use crate::algorithms::similar_nodes::best;
use crate::algorithms::watch::{Progress, Watch};
use crate::algorithms::{AlgorithmError, Similar, draw};
use crate::graph::Graph;

const FAST_RP: &str = "fast random projection";

/// Nodes that one task computes.
const NODES_PER_TASK: usize = 1 << 8;

/// The shape of the vectors, and how far they look.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FastRpSettings {
    /// Numbers a vector has.
    pub dimension: usize,
    /// How much what is one, two, ... links away counts.
    pub iteration_weights: Vec<f32>,
    /// The power of a node's degree with which its drawn vector is scaled: below 0 hubs count less.
    pub degree_power: f64,
    /// Whether a neighbour counts by the link's weight, or all alike.
    pub is_weighted: bool,
    /// Decides the drawn vectors.
    pub seed: u64,
}

impl Default for FastRpSettings {
    fn default() -> Self {
        Self { dimension: 128, iteration_weights: vec![0.0, 1.0, 1.0], degree_power: 0.0, is_weighted: true, seed: 1 }
    }
}

/// One vector a node, in single precision.
#[derive(Clone, Debug, PartialEq)]
pub struct Embeddings {
    dimension: usize,
    values: Vec<f32>,
}

impl Embeddings {
    /// Numbers a vector has.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// Number of vectors.
    pub fn n_nodes(&self) -> usize {
        self.values.len() / self.dimension
    }

    /// The vector of a node.
    pub fn vector(&self, node: u32) -> &[f32] {
        &self.values[node as usize * self.dimension..(node as usize + 1) * self.dimension]
    }

    /// The cosine of the angle between two nodes' vectors; 0 where one of them is zero.
    pub fn similarity(&self, a: u32, b: u32) -> f64 {
        let (a, b) = (self.vector(a), self.vector(b));
        let lengths = f64::from(length(a)) * f64::from(length(b));
        if lengths > 0.0 { f64::from(dot(a, b)) / lengths } else { 0.0 }
    }
}

/// Vectors for all nodes by fast random projection.
///
/// # Arguments
/// `graph`: a node looks along its arcs. `settings`: see [`FastRpSettings`].
///
/// # Returns
/// One vector a node; zero for nodes without arcs.
///
/// # Errors
/// A dimension of 0; [`AlgorithmError::Stopped`].
///
/// # Complexity
/// Time O(dimension · (nodes + arcs) · iterations); space 12 bytes a node and dimension.
///
/// # Determinism
/// Same bits for any number of threads; depends on the seed.
///
/// # Source
/// Chen, Sultan, Tian, Chen, Skiena: Fast and Accurate Network Embeddings via Very Sparse Random Projection, CIKM 2019.
///
/// # Example
/// ```
/// use kagraph::algorithms::{FastRpSettings, Unwatched, fast_rp};
/// use kagraph::graph::{Direction, Graph, Layer, ViewSettings};
///
/// let both = ViewSettings { direction: Direction::Both, ..ViewSettings::default() };
/// let two_stars = [(1, 2), (1, 3), (4, 5), (4, 6)];
/// let graph = Graph::from_layers(&[Layer::new(&two_stars[..])], &both)?;
/// let vectors = fast_rp(&graph, &FastRpSettings::default(), &Unwatched)?;
/// assert!(vectors.similarity(1, 2) > 0.99 && vectors.similarity(1, 4) < 0.9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fast_rp(graph: &Graph, settings: &FastRpSettings, watch: &dyn Watch) -> Result<Embeddings, AlgorithmError> {
    let dimension = settings.dimension;
    check_setting(FAST_RP, ("a dimension", "above 0"), dimension as f64, dimension > 0)?;
    let progress = Progress::new(FAST_RP, graph.n_nodes() * settings.iteration_weights.len(), watch);
    let mut last = drawn(graph, settings);
    let mut next = vec![0.0f32; last.len()];
    let mut values = vec![0.0f32; last.len()];
    for weight in &settings.iteration_weights {
        let task = dimension * NODES_PER_TASK;
        let tasks = next.par_chunks_mut(task).zip(values.par_chunks_mut(task)).enumerate();
        tasks.try_for_each(|(task, (next, values))| {
            let nodes = next.chunks_mut(dimension).zip(values.chunks_mut(dimension)).zip(task * NODES_PER_TASK..);
            for ((next, values), node) in nodes {
                add_neighbours(graph, node as u32, settings.is_weighted, &last, next);
                let scale = inverse(length(next));
                next.iter_mut().for_each(|value| *value *= scale);
                values.iter_mut().zip(next).for_each(|(sum, value)| *sum += *value * weight);
            }
            progress.advance(NODES_PER_TASK)
        })?;
        std::mem::swap(&mut last, &mut next);
    }
    Ok(Embeddings { dimension, values })
}

/// Bytes that [`fast_rp`] takes beyond the graph.
pub fn memory(graph: &Graph, settings: &FastRpSettings) -> u64 {
    graph.n_nodes() as u64 * 12 * settings.dimension as u64
}

/// For each of some nodes those whose vectors point most nearly the same way.
///
/// # Arguments
/// `embeddings`: from [`fast_rp`]. `nodes`: for which others are looked for. `top`, `threshold`: how many others a node
/// gets at most, and the least cosine.
///
/// # Returns
/// For each node, in the order given, the others, the most similar first, then by number.
///
/// # Errors
/// A node without a vector; [`AlgorithmError::Stopped`].
///
/// # Complexity
/// Time O(nodes asked for · all nodes · dimension), exact; space 24 bytes a node and thread.
///
/// # Determinism
/// Same bits for any number of threads.
///
/// # Source
/// Exhaustive search.
///
/// # Example
/// ```
/// use kagraph::algorithms::{FastRpSettings, Unwatched, fast_rp, nearest_embeddings};
/// use kagraph::graph::{Direction, Graph, Layer, ViewSettings};
///
/// let both = ViewSettings { direction: Direction::Both, ..ViewSettings::default() };
/// let two_stars = [(1, 2), (1, 3), (4, 5), (4, 6)];
/// let graph = Graph::from_layers(&[Layer::new(&two_stars[..])], &both)?;
/// let vectors = fast_rp(&graph, &FastRpSettings::default(), &Unwatched)?;
/// let nearest = nearest_embeddings(&vectors, &[1], (2, 0.0), &Unwatched)?;
/// assert_eq!(nearest.iter().map(|found| found.other).collect::<Vec<_>>(), [0, 2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn nearest_embeddings(
    embeddings: &Embeddings,
    nodes: &[u32],
    (top, threshold): (usize, f64),
    watch: &dyn Watch,
) -> Result<Vec<Similar>, AlgorithmError> {
    let n_nodes = embeddings.n_nodes();
    if let Some(&node) = nodes.iter().find(|node| **node as usize >= n_nodes) {
        return Err(AlgorithmError::NoSuchNode { algorithm: FAST_RP, node, n_nodes });
    }
    let progress = Progress::new(FAST_RP, nodes.len(), watch);
    let scales: Vec<f32> =
        (0..n_nodes as u32).into_par_iter().map(|node| inverse(length(embeddings.vector(node)))).collect();
    let nearest = |node: &u32| {
        progress.advance(1)?;
        let (own, scale) = (embeddings.vector(*node), scales[*node as usize]);
        let cosine = |other: u32| f64::from(dot(own, embeddings.vector(other)) * scale * scales[other as usize]);
        let similar = |other: u32| Similar { node: *node, other, similarity: cosine(other) };
        let others = (0..n_nodes as u32).filter(|other| other != node).map(similar);
        Ok(best(others.filter(|found| found.similarity >= threshold).collect(), top))
    };
    let found: Vec<Vec<Similar>> = nodes.par_iter().map(nearest).collect::<Result<_, AlgorithmError>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// A random vector a node: a third of the numbers is ±√3, scaled by the degree.
fn drawn(graph: &Graph, settings: &FastRpSettings) -> Vec<f32> {
    let dimension = settings.dimension;
    let mut values = vec![0.0f32; graph.n_nodes() * dimension];
    let fill = |(node, vector): (usize, &mut [f32])| {
        let degree = graph.outgoing().degree(node as u32).max(1) as f64;
        let size = (3f64.sqrt() * degree.powf(settings.degree_power)) as f32;
        let own = draw::number(settings.seed, node as u64);
        for (place, value) in vector.iter_mut().enumerate() {
            *value = match draw::number(own, place as u64) % 6 {
                0 => size,
                1 => -size,
                _ => 0.0,
            };
        }
    };
    values.par_chunks_mut(dimension).enumerate().for_each(fill);
    values
}

/// The sum of the neighbours' vectors, in the order of the row.
fn add_neighbours(graph: &Graph, node: u32, is_weighted: bool, last: &[f32], sum: &mut [f32]) {
    sum.fill(0.0);
    for (other, weight) in graph.outgoing().arcs(node) {
        let weight = if is_weighted { weight as f32 } else { 1.0 };
        let vector = &last[other as usize * sum.len()..(other as usize + 1) * sum.len()];
        sum.iter_mut().zip(vector).for_each(|(sum, value)| *sum += weight * value);
    }
}

/// The product of two vectors, in eight lanes.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0f32; 8];
    for (a, b) in a.chunks(8).zip(b.chunks(8)) {
        lanes.iter_mut().zip(a.iter().zip(b)).for_each(|(lane, (a, b))| *lane += a * b);
    }
    lanes.iter().sum()
}

fn length(vector: &[f32]) -> f32 {
    dot(vector, vector).sqrt()
}

fn inverse(length: f32) -> f32 {
    if length > 0.0 { 1.0 / length } else { 0.0 }
}
