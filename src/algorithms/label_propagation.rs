//! Label propagation: every node takes the label that most of its neighbours have.
//!
//! Either all nodes at once, in a fixed number of rounds, as LDBC Graphalytics defines it (labels may swing for ever); or
//! group after group of drawn nodes, where a node sees what earlier groups have become, until no label changes. After
//! a few rounds neighbours no longer change together: then every change raises the weight between nodes of one label, so
//! it ends.

use fixedbitset::FixedBitSet;
use rayon::prelude::*;

use crate::algorithms::pool::Pool;
use crate::algorithms::tally::Tally;
use crate::algorithms::watch::{Progress, Watch};
use crate::algorithms::{AlgorithmError, draw};
use crate::graph::{Graph, Rows};

const LABEL_PROPAGATION: &str = "label propagation";

/// Into how many groups nodes are drawn where they do not all change at once.
const N_GROUPS: u64 = 16;

/// Rounds of settling in which neighbours of one group may change together: they bring most labels near their end.
const N_CARELESS_ROUNDS: usize = 5;

/// Nodes that one task looks at.
const NODES_PER_TASK: usize = 1 << 8;

/// Which nodes change their labels at the same time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PropagationMode {
    /// All; of labels that are equally frequent the smallest is taken. LDBC Graphalytics' CDLP.
    Synchronous,
    /// Groups of drawn nodes, one after the other; a node that has one of the most frequent labels keeps it.
    #[default]
    Settling,
}

/// How labels spread, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LabelPropagationSettings {
    /// Which nodes change their labels at the same time.
    pub mode: PropagationMode,
    /// Rounds at most; it ends earlier when no label changes.
    pub max_iterations: usize,
    /// Whether a neighbour counts by the link's weight, or all alike.
    pub is_weighted: bool,
    /// Decides the groups, and between equally frequent labels when settling.
    pub seed: u64,
}

impl Default for LabelPropagationSettings {
    fn default() -> Self {
        Self { mode: PropagationMode::Settling, max_iterations: 100, is_weighted: true, seed: 1 }
    }
}

impl LabelPropagationSettings {
    /// Exactly this many rounds of all nodes at once on links of equal weight, as LDBC Graphalytics defines its CDLP.
    pub fn synchronous(n_iterations: usize) -> Self {
        let mode = PropagationMode::Synchronous;
        Self { mode, max_iterations: n_iterations, is_weighted: false, ..Self::default() }
    }
}

/// The labels, and how the rounds ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelPropagation {
    /// One label a node: the number of a node, at which it began.
    pub labels: Vec<u32>,
    /// Rounds done.
    pub n_iterations: usize,
    /// Whether no label would change in a further round.
    pub is_converged: bool,
}

/// Communities by label propagation.
///
/// # Arguments
/// `graph`: in a directed graph a node counts its neighbours in both directions, one of both twice. `settings`: see
/// [`LabelPropagationSettings`].
///
/// # Returns
/// Labels; nodes of one label need not be connected. A node without links keeps its own number.
///
/// # Errors
/// [`AlgorithmError::Stopped`].
///
/// # Complexity
/// Time O(arcs) a round; space 8 bytes a node, and 8 a node and thread.
///
/// # Determinism
/// Same bits for any number of threads; when settling, depends on the seed.
///
/// # Source
/// Raghavan, Albert, Kumara: Near Linear Time Algorithm to Detect Community Structures, 2007; LDBC Graphalytics 1.0.5;
/// Cordasco, Gargano: Community Detection via Semi-Synchronous Label Propagation, 2010.
///
/// # Example
/// ```
/// use kagraph::algorithms::{LabelPropagationSettings, Unwatched, label_propagation};
/// use kagraph::graph::{Direction, Graph, Layer, ViewSettings};
///
/// let both = ViewSettings { direction: Direction::Both, ..ViewSettings::default() };
/// let two_triangles = [(1, 2), (2, 3), (3, 1), (3, 4), (4, 5), (5, 6), (6, 4)];
/// let graph = Graph::from_layers(&[Layer::new(&two_triangles[..])], &both)?;
/// let found = label_propagation(&graph, &LabelPropagationSettings::synchronous(3), &Unwatched)?;
/// assert_eq!(found.labels, [0, 0, 0, 2, 2, 2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn label_propagation(
    graph: &Graph,
    settings: &LabelPropagationSettings,
    watch: &dyn Watch,
) -> Result<LabelPropagation, AlgorithmError> {
    let progress = Progress::new(LABEL_PROPAGATION, settings.max_iterations, watch);
    let mut found = LabelPropagation { labels: graph.nodes().collect(), n_iterations: 0, is_converged: false };
    let groups = groups(graph, settings);
    let tallies = Pool::new(|| Tally::new(graph.n_nodes()));
    let mut stale = FixedBitSet::with_capacity(graph.n_nodes());
    stale.insert_range(..);
    while !found.is_converged && found.n_iterations < settings.max_iterations {
        for group in &groups {
            let due: Vec<u32> = group.iter().copied().filter(|node| stale.contains(*node as usize)).collect();
            due.iter().for_each(|node| stale.remove(*node as usize));
            let new = new_labels(graph, settings, (&due, &found.labels), &tallies);
            let is_careful = settings.mode == PropagationMode::Settling && found.n_iterations >= N_CARELESS_ROUNDS;
            change(graph, is_careful, due.into_iter().zip(new), &mut found.labels, &mut stale);
            progress.advance(0)?;
        }
        found.n_iterations += 1;
        found.is_converged = stale.is_clear();
        progress.advance(1)?;
    }
    Ok(found)
}

/// Bytes that [`label_propagation`] takes beyond the graph at most, which it does when all nodes change together.
pub fn memory(graph: &Graph) -> u64 {
    graph.n_nodes() as u64 * (28 + 12 * rayon::current_num_threads() as u64)
}

/// The nodes that change at the same time.
fn groups(graph: &Graph, settings: &LabelPropagationSettings) -> Vec<Vec<u32>> {
    if settings.mode == PropagationMode::Synchronous {
        return vec![graph.nodes().collect()];
    }
    let mut groups = vec![Vec::new(); N_GROUPS as usize];
    for node in graph.nodes() {
        groups[(draw::number(settings.seed, u64::from(node)) % N_GROUPS) as usize].push(node);
    }
    groups
}

/// What the labels of a group become.
fn new_labels<F: Fn() -> Tally + Sync>(
    graph: &Graph,
    settings: &LabelPropagationSettings,
    (group, labels): (&[u32], &[u32]),
    tallies: &Pool<Tally, F>,
) -> Vec<u32> {
    let rows = [Some(graph.outgoing()), Some(graph.incoming()).filter(|_| !graph.is_undirected())];
    let of_task = |nodes: &[u32]| {
        let new = |tally: &mut Tally| {
            let mut of_node = |node: &u32| {
                rows.iter().flatten().for_each(|rows| add(rows, *node, labels, settings.is_weighted, tally));
                let best = most_frequent(tally, labels[*node as usize], settings);
                tally.clear();
                best
            };
            nodes.iter().map(&mut of_node).collect::<Vec<u32>>()
        };
        tallies.with(new)
    };
    group.par_chunks(NODES_PER_TASK).flat_map_iter(of_task).collect()
}

fn add(rows: &Rows, node: u32, labels: &[u32], is_weighted: bool, tally: &mut Tally) {
    match rows.row_weights(node).filter(|_| is_weighted) {
        None => rows.row(node).iter().for_each(|other| tally.add(labels[*other as usize], 1.0)),
        Some(weights) => {
            let arcs = rows.row(node).iter().zip(weights);
            arcs.for_each(|(other, weight)| tally.add(labels[*other as usize], *weight));
        }
    }
}

fn most_frequent(tally: &Tally, own: u32, settings: &LabelPropagationSettings) -> u32 {
    let greatest = tally.iter().map(|(_, sum)| sum).fold(0.0, f64::max);
    let best = tally.iter().filter(|(_, sum)| *sum == greatest).map(|(label, _)| label);
    match settings.mode {
        PropagationMode::Synchronous => best.min().unwrap_or(own),
        PropagationMode::Settling if tally.sum(own) == greatest => own,
        PropagationMode::Settling => {
            best.min_by_key(|label| (draw::number(settings.seed, u64::from(*label)), *label)).unwrap_or(own)
        }
    }
}

/// Gives nodes their new labels; when careful, no neighbours together. Their neighbours, and nodes that must wait with
/// their change, are stale.
fn change(
    graph: &Graph,
    is_careful: bool,
    new: impl Iterator<Item = (u32, u32)>,
    labels: &mut [u32],
    stale: &mut FixedBitSet,
) {
    let mut changes: Vec<(u32, u32)> = new.filter(|(node, new)| labels[*node as usize] != *new).collect();
    if is_careful {
        changes.iter().for_each(|(node, _)| stale.insert(*node as usize));
        changes = without_neighbours(graph, changes);
        changes.iter().for_each(|(node, _)| stale.remove(*node as usize));
    }
    for (node, new) in changes {
        labels[node as usize] = new;
        let neighbours = graph.outgoing().row(node).iter().chain(graph.incoming().row(node));
        neighbours.for_each(|other| stale.insert(*other as usize));
    }
}

/// Of changes at neighbours only the one at the smaller node: two that took each other's labels would do so for ever.
fn without_neighbours(graph: &Graph, changes: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    let mut is_changing = FixedBitSet::with_capacity(graph.n_nodes());
    changes.iter().for_each(|(node, _)| is_changing.insert(*node as usize));
    let meets = |node: u32, rows: &Rows| {
        let earlier = rows.row(node).iter().take_while(|other| **other < node);
        earlier.copied().any(|other| is_changing.contains(other as usize))
    };
    let is_first = |(node, _): &(u32, u32)| !meets(*node, graph.outgoing()) && !meets(*node, graph.incoming());
    changes.into_par_iter().with_min_len(NODES_PER_TASK).filter(is_first).collect()
}
