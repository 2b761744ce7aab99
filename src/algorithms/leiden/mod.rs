//! Leiden: communities, each connected, in which nodes have more links than chance would give them.
//!
//! Three phases in turn: nodes move to where the quality gains ([`local_moving`]), each community is built anew from
//! well-connected groups ([`refinement`]), the groups become the nodes of the next level ([`level`]), until every
//! community is one node. All of it again from there, as long as that gains.

mod level;
mod local_moving;
mod partition;
mod refinement;

use rayon::prelude::*;

use crate::algorithms::error::{check_setting, check_undirected};
use crate::algorithms::forest::Forest;
use crate::algorithms::modularity::quality;
use crate::algorithms::watch::{Progress, Watch};
use crate::algorithms::{AlgorithmError, draw};
use crate::graph::Graph;
use level::Level;
use local_moving::move_nodes;
use partition::{Partition, renumbered};
use refinement::{Refined, refine};

const LEIDEN: &str = "leiden";

/// How fine the communities are, and how long to look for better ones.
#[derive(Clone, Copy, Debug, PartialEq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LeidenSettings {
    /// Above 0; 1 is modularity, more gives more and smaller communities.
    pub resolution: f64,
    /// Whether links count by their weight, or all alike.
    pub is_weighted: bool,
    /// Rounds at most, each from single nodes up to the whole.
    pub max_iterations: usize,
    /// Stop when a round raises the modularity by less than this. The preset takes about three rounds; a tenth of it about
    /// five, for a little better communities; 0 with many rounds goes on as long as anything gains.
    pub tolerance: f64,
    /// Decides the order in which nodes are looked at; another seed gives other communities of like quality.
    pub seed: u64,
}

impl Default for LeidenSettings {
    fn default() -> Self {
        Self { resolution: 1.0, is_weighted: true, max_iterations: 10, tolerance: 1e-3, seed: 1 }
    }
}

impl LeidenSettings {
    fn check(&self) -> Result<(), AlgorithmError> {
        let (resolution, tolerance) = (self.resolution, self.tolerance);
        let is_in_range = resolution > 0.0 && resolution.is_finite();
        check_setting(LEIDEN, ("resolution", "above 0 and finite"), resolution, is_in_range)?;
        check_setting(LEIDEN, ("tolerance", "of at least 0"), tolerance, tolerance >= 0.0)
    }
}

/// A division of all nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct Communities {
    /// The community of each node, from 0 in the order of their first nodes.
    pub labels: Vec<u32>,
    /// Number of communities.
    pub n_communities: usize,
    /// The quality at the settings' resolution; see [`crate::algorithms::modularity`].
    pub modularity: f64,
    /// Rounds done.
    pub n_iterations: usize,
}

/// Communities of high modularity, each connected.
///
/// # Arguments
/// `graph`: undirected. `settings`: see [`LeidenSettings`]. A link from a node to itself counts twice in the node's
/// strength, as in igraph and NetworKit.
///
/// # Returns
/// The communities. Between the nodes of each there is a path inside of it. A node without links is alone.
///
/// # Errors
/// A directed graph; a setting outside of its range; [`AlgorithmError::Stopped`].
///
/// # Complexity
/// Time O(arcs · log nodes) in practice for each round; space O(nodes + arcs), see [`memory`].
///
/// # Determinism
/// Same bits for any number of threads; depends on the seed.
///
/// # Source
/// Traag, Waltman, van Eck: From Louvain to Leiden: Guaranteeing Well-Connected Communities, 2019; with the greatest
/// gain in place of a drawn one in the refinement.
///
/// # Example
/// ```
/// use kagraph::algorithms::{LeidenSettings, Unwatched, leiden};
/// use kagraph::graph::{Direction, Graph, Layer, ViewSettings};
///
/// let both = ViewSettings { direction: Direction::Both, ..ViewSettings::default() };
/// let two_triangles = [(1, 2), (2, 3), (3, 1), (3, 4), (4, 5), (5, 6), (6, 4)];
/// let graph = Graph::from_layers(&[Layer::new(&two_triangles[..])], &both)?;
/// let found = leiden(&graph, &LeidenSettings::default(), &Unwatched)?;
/// assert_eq!(found.labels, [0, 0, 0, 1, 1, 1]);
/// assert!((found.modularity - 5.0 / 14.0).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn leiden(graph: &Graph, settings: &LeidenSettings, watch: &dyn Watch) -> Result<Communities, AlgorithmError> {
    check_undirected(graph, LEIDEN)?;
    settings.check()?;
    let progress = Progress::new(LEIDEN, settings.max_iterations, watch);
    // once into the pool, not once for each of many small steps
    rayon::scope(|_| rounds(graph, settings, &progress))
}

/// Bytes that [`leiden`] takes beyond the graph at most: the level above the graph may be almost as large as it.
pub fn memory(graph: &Graph) -> u64 {
    let n_threads = rayon::current_num_threads() as u64;
    let per_node = 16 + 2 * 4 + 24 + 4 * 4 + 40 + 9 + 12 * n_threads;
    graph.n_nodes() as u64 * per_node + graph.n_arcs() as u64 * 32
}

/// Rounds until one gains too little.
fn rounds(graph: &Graph, settings: &LeidenSettings, progress: &Progress<'_>) -> Result<Communities, AlgorithmError> {
    let level = Level::of(graph, settings.is_weighted);
    let mut best = Division::of_singles(&level, settings);
    let mut n_iterations = 0;
    while n_iterations < settings.max_iterations && level.total > 0.0 {
        n_iterations += 1;
        let found = Round { settings, number: n_iterations as u64, progress }.run(&level, &best.labels)?;
        let gained = found.quality - best.quality;
        best = if gained > 0.0 { found } else { best };
        progress.advance(1)?;
        if gained < settings.tolerance || gained <= 0.0 {
            break;
        }
    }
    let (labels, n_communities) = renumbered(&connected(&level, &best.labels));
    let modularity = quality_of(&level, &labels, settings.resolution);
    Ok(Communities { labels, n_communities, modularity, n_iterations })
}

/// Labels below the number of nodes, and how good they are.
struct Division {
    labels: Vec<u32>,
    quality: f64,
}

impl Division {
    /// Every node alone.
    fn of_singles(level: &Level<'_>, settings: &LeidenSettings) -> Self {
        let labels: Vec<u32> = (0..level.n_nodes() as u32).collect();
        let insides: Vec<f64> = level.loops.iter().map(|weight| 2.0 * weight).collect();
        let quality = quality(&insides, &level.strengths, (&labels, labels.len()), settings.resolution);
        Self { labels, quality }
    }
}

/// The quality of a division of the nodes of a level, which is that of the division of all nodes below them.
fn quality_of(level: &Level<'_>, labels: &[u32], resolution: f64) -> f64 {
    let inside = |node: u32| {
        let mut sum = 2.0 * level.loops[node as usize];
        level.for_each_arc(node, |other, weight| {
            sum += if labels[other as usize] == labels[node as usize] { weight } else { 0.0 };
        });
        sum
    };
    let insides: Vec<f64> = (0..level.n_nodes() as u32).into_par_iter().map(inside).collect();
    quality(&insides, &level.strengths, (labels, level.n_nodes()), resolution)
}

/// Labels of the connected parts of communities: the smallest node of each.
fn connected(level: &Level<'_>, labels: &[u32]) -> Vec<u32> {
    let forest = Forest::new(level.n_nodes());
    (0..level.n_nodes() as u32).into_par_iter().for_each(|node| {
        let others = level.row(node).iter().filter(|other| **other < node);
        others.filter(|other| labels[**other as usize] == labels[node as usize]).for_each(|o| forest.unite(node, *o));
    });
    forest.into_roots()
}

/// One way from single nodes up to the whole.
struct Round<'a> {
    settings: &'a LeidenSettings,
    number: u64,
    progress: &'a Progress<'a>,
}

impl Round<'_> {
    /// A new division, beginning with these labels.
    fn run(&self, level: &Level<'_>, labels: &[u32]) -> Result<Division, AlgorithmError> {
        let (mut partition, mut refined) = self.improve(level, labels.to_vec(), 0)?;
        let mut node_groups: Vec<u32> = (0..level.n_nodes() as u32).collect();
        let mut upper: Option<Level<'static>> = None;
        let mut height = 0;
        while refined.n_groups < partition.labels.len() && partition.n_communities() < partition.labels.len() {
            height += 1;
            node_groups.par_iter_mut().for_each(|group| *group = refined.groups[*group as usize]);
            let below = upper.as_ref().unwrap_or(level);
            let grouped = below.grouped(&refined.groups, refined.n_groups, self.progress)?;
            (partition, refined) = self.improve(&grouped, refined.labels, height)?;
            upper = Some(grouped);
        }
        let quality = quality_of(upper.as_ref().unwrap_or(level), &partition.labels, self.settings.resolution);
        let labels = node_groups.par_iter().map(|group| partition.labels[*group as usize]).collect();
        Ok(Division { labels, quality })
    }

    /// Moves the nodes of a level, then refines its communities.
    fn improve(
        &self,
        level: &Level<'_>,
        labels: Vec<u32>,
        height: u64,
    ) -> Result<(Partition, Refined), AlgorithmError> {
        let seed = draw::number(self.settings.seed, self.number << 32 | height);
        let (order, resolution) = (draw::order(level.n_nodes(), seed), self.settings.resolution);
        let mut partition = Partition::of(level, labels);
        move_nodes(level, &mut partition, (&order, resolution), self.progress)?;
        let refined = refine(level, &partition, (&order, resolution), self.progress)?;
        Ok((partition, refined))
    }
}
