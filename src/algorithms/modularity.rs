//! Modularity: by how much more of the links' weight lies inside communities than chance would put there.

use rayon::prelude::*;

use crate::algorithms::AlgorithmError;
use crate::algorithms::error::{check_length, check_undirected};
use crate::graph::Graph;

const MODULARITY: &str = "modularity";

/// The modularity of a division of the nodes.
///
/// # Arguments
/// `graph`: undirected. `labels`: one a node, any numbers. `resolution`: how much chance counts, 1 for modularity itself.
/// `is_weighted`: whether links count by their weight, or all alike. A link from a node to itself counts twice in the
/// node's strength.
///
/// # Returns
/// Σ over communities of (weight inside / weight of all − resolution · (strength / strength of all)²); 0 without links.
///
/// # Errors
/// A directed graph; more or fewer labels than nodes.
///
/// # Complexity
/// Time O(nodes + arcs), in parallel; space 28 bytes a node.
///
/// # Determinism
/// Sums are taken in the order of nodes and rows, for any number of threads.
///
/// # Source
/// Newman, Girvan: Finding and Evaluating Community Structure in Networks, 2004; Reichardt, Bornholdt, 2006.
///
/// # Example
/// ```
/// use kagraph::algorithms::modularity;
/// use kagraph::graph::{Direction, Graph, Layer, ViewSettings};
///
/// let both = ViewSettings { direction: Direction::Both, ..ViewSettings::default() };
/// let graph = Graph::from_layers(&[Layer::new(&[(1, 2), (3, 4)][..])], &both)?;
/// assert_eq!(modularity(&graph, &[7, 7, 9, 9], 1.0, true)?, 0.5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn modularity(graph: &Graph, labels: &[u32], resolution: f64, is_weighted: bool) -> Result<f64, AlgorithmError> {
    check_undirected(graph, MODULARITY)?;
    check_length(MODULARITY, "labels, one a node", graph.n_nodes(), labels.len())?;
    let sums = |node: u32| {
        let (mut inside, mut all) = (0.0, 0.0);
        for (other, weight) in graph.outgoing().arcs(node) {
            let counted = (if is_weighted { weight } else { 1.0 }) * (if other == node { 2.0 } else { 1.0 });
            all += counted;
            inside += if labels[other as usize] == labels[node as usize] { counted } else { 0.0 };
        }
        (inside, all)
    };
    let (insides, strengths): (Vec<f64>, Vec<f64>) = graph.nodes().into_par_iter().map(sums).unzip();
    let mut distinct = labels.to_vec();
    distinct.par_sort_unstable();
    distinct.dedup();
    let number = |label: &u32| distinct.partition_point(|other| other < label) as u32;
    let numbers: Vec<u32> = labels.par_iter().map(number).collect();
    Ok(quality(&insides, &strengths, (&numbers, distinct.len()), resolution))
}

/// Bytes that [`modularity`] takes beyond the graph.
pub fn memory(graph: &Graph) -> u64 {
    graph.n_nodes() as u64 * 28
}

/// Modularity from each node's weight inside its community (both directions of a link) and strength.
pub(super) fn quality(insides: &[f64], strengths: &[f64], (labels, n_labels): (&[u32], usize), resolution: f64) -> f64 {
    let total: f64 = strengths.iter().sum();
    if total == 0.0 {
        return 0.0;
    }
    let mut totals = vec![0.0; n_labels];
    labels.iter().zip(strengths).for_each(|(label, strength)| totals[*label as usize] += strength);
    let by_chance: f64 = totals.iter().map(|sum| (sum / total) * (sum / total)).sum();
    insides.iter().sum::<f64>() / total - resolution * by_chance
}
