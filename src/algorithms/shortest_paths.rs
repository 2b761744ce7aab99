//! Shortest paths from one or several sources to every node.
//!
//! Dijkstra's algorithm with a queue of buckets by cost ([`super::cost_queue`]). What a link costs is chosen by [`Cost`]: its weight, one step, or, for
//! weights that are strengths in [0, 1], minus the logarithm, so that the cheapest path is the one with the greatest
//! product of strengths.

use crate::algorithms::AlgorithmError;
use crate::algorithms::cost_queue::CostQueue;
use crate::algorithms::error::{check_nodes, check_setting};
use crate::algorithms::watch::{Progress, Watch};
use crate::graph::{Graph, Rows};

const SHORTEST_PATHS: &str = "shortest paths";

/// No node before: a source, or a node that is not reached.
const NONE: u32 = u32::MAX;

/// Nodes between two looks at the watch.
const NODES_PER_LOOK: usize = 1 << 14;

/// What following a link costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Cost {
    /// The link's weight.
    #[default]
    Weight,
    /// 1 for every link: paths of the fewest links.
    Hops,
    /// −ln of the weight, a strength in [0, 1]: paths of the greatest product of strengths. Strength 0 is no way.
    Strength,
}

impl Cost {
    /// The cost of a link of this weight.
    pub fn of(self, weight: f64) -> f64 {
        match self {
            Self::Weight => weight,
            Self::Hops => 1.0,
            Self::Strength => (-weight.ln()).max(0.0) + 0.0,
        }
    }
}

/// What a path costs, and where looking ends.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PathSettings {
    /// What following a link costs.
    pub cost: Cost,
    /// Paths that cost more (by more than rounding, a part in 10¹²) are not looked for. For [`Cost::Strength`] and a
    /// least product p this is −ln p.
    pub max_cost: f64,
}

impl Default for PathSettings {
    fn default() -> Self {
        Self { cost: Cost::Weight, max_cost: f64::INFINITY }
    }
}

impl PathSettings {
    /// Paths with a product of strengths of at least `least` in (0, 1].
    pub fn strength(least: f64) -> Self {
        Self { cost: Cost::Strength, max_cost: Cost::Strength.of(least) }
    }

    /// The greatest cost, with room for the rounding of sums taken in another order.
    pub(super) fn limit(&self) -> f64 {
        Self::rounded_up(self.max_cost)
    }

    pub(super) fn rounded_up(cost: f64) -> f64 {
        cost * (1.0 + 1e-12)
    }

    pub(super) fn check(&self, graph: &Graph) -> Result<(), AlgorithmError> {
        check_setting(SHORTEST_PATHS, ("a greatest cost", "of at least 0"), self.max_cost, self.max_cost >= 0.0)?;
        let (greatest, is_strength) = (graph.greatest_weight(), self.cost == Cost::Strength);
        check_setting(SHORTEST_PATHS, ("strengths", "from 0 to 1"), greatest, !is_strength || greatest <= 1.0)
    }
}

/// A way through the graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// The nodes from source to target, each once.
    pub nodes: Vec<u32>,
    /// What its links cost, added from source to target.
    pub cost: f64,
}

impl Path {
    /// The product of the strengths of its links, when it was found with [`Cost::Strength`].
    pub fn strength(&self) -> f64 {
        (-self.cost).exp()
    }
}

/// The cheapest way from the sources to every node.
#[derive(Clone, Debug, PartialEq)]
pub struct ShortestPaths {
    costs: Vec<f64>,
    before: Vec<u32>,
}

impl ShortestPaths {
    /// The cost of the cheapest path to every node; infinite where there is none.
    pub fn costs(&self) -> &[f64] {
        &self.costs
    }

    /// The cheapest path to a node; `None` where there is none.
    pub fn path(&self, target: u32) -> Option<Path> {
        let cost = self.costs[target as usize];
        let before = |node: &u32| Some(self.before[*node as usize]).filter(|before| *before != NONE);
        let mut nodes: Vec<u32> = std::iter::successors(Some(target), before).collect();
        nodes.reverse();
        cost.is_finite().then_some(Path { nodes, cost })
    }
}

/// The cheapest paths from the nearest of some sources to every node.
///
/// # Arguments
/// `graph`: paths follow its arcs. `sources`: one or several. `settings`: what a link costs, where looking ends.
///
/// # Returns
/// Costs and paths. Between paths of equal cost the one stays that was found first, looking at nodes in the order of cost
/// and then number.
///
/// # Errors
/// A source that is no node; a negative greatest cost; weights above 1 where strengths are expected;
/// [`AlgorithmError::Stopped`].
///
/// # Complexity
/// Time O((nodes + arcs) · log nodes); space 12 bytes a node, and 16 bytes an arc for the queue at worst.
///
/// # Determinism
/// Sequential. Costs are sums in the order of the path.
///
/// # Source
/// Dijkstra: A Note on Two Problems in Connexion with Graphs, 1959.
///
/// # Example
/// ```
/// use kagraph::algorithms::{PathSettings, Unwatched, shortest_paths};
/// use kagraph::graph::{Graph, Layer, ViewSettings};
///
/// let layer = Layer::new(&[(1, 2), (2, 3), (1, 3)][..]).weighted(&[1.0, 1.5, 4.0][..]);
/// let graph = Graph::from_layers(&[layer], &ViewSettings::default())?;
/// let paths = shortest_paths(&graph, &[0], &PathSettings::default(), &Unwatched)?;
/// assert_eq!(paths.costs(), [0.0, 1.0, 2.5]);
/// assert_eq!(paths.path(2).unwrap().nodes, [0, 1, 2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn shortest_paths(
    graph: &Graph,
    sources: &[u32],
    settings: &PathSettings,
    watch: &dyn Watch,
) -> Result<ShortestPaths, AlgorithmError> {
    settings.check(graph)?;
    check_nodes(graph, SHORTEST_PATHS, sources)?;
    let mut paths = ShortestPaths { costs: vec![f64::INFINITY; graph.n_nodes()], before: vec![NONE; graph.n_nodes()] };
    let progress = Progress::new(SHORTEST_PATHS, graph.n_nodes(), watch);
    let mut queue = CostQueue::new();
    let mut n_done = 0;
    for &source in sources {
        paths.costs[source as usize] = 0.0;
        queue.push(0.0, source);
    }
    let limit = settings.limit();
    while let Some((_, node)) = queue.pop(|cost, node| cost == paths.costs[node as usize]) {
        paths.relax(graph.outgoing(), node, (settings.cost, limit), &mut queue);
        n_done += 1;
        if n_done % NODES_PER_LOOK == 0 {
            progress.advance(NODES_PER_LOOK)?;
        }
    }
    Ok(paths)
}

/// Bytes that [`shortest_paths`] takes beyond the graph, where no more than four ways to a node wait at the same time; at
/// worst every arc has one.
pub fn memory(graph: &Graph) -> u64 {
    let (n_nodes, n_arcs) = (graph.n_nodes() as u64, graph.n_arcs() as u64);
    n_nodes * 12 + n_arcs.min(4 * n_nodes) * 16
}

impl ShortestPaths {
    /// Looks from a node whose cost is final.
    fn relax(&mut self, rows: &Rows, node: u32, (cost, limit): (Cost, f64), queue: &mut CostQueue) {
        let before = self.costs[node as usize];
        let mut offer = |other: u32, step: f64| {
            let cost = before + step;
            if cost < self.costs[other as usize] && cost <= limit {
                (self.costs[other as usize], self.before[other as usize]) = (cost, node);
                queue.push(cost, other);
            }
        };
        match (rows.row_weights(node), cost) {
            (Some(weights), Cost::Weight | Cost::Strength) => {
                let arcs = rows.row(node).iter().zip(weights);
                arcs.for_each(|(other, weight)| offer(*other, cost.of(*weight)));
            }
            _ => rows.row(node).iter().for_each(|other| offer(*other, cost.of(1.0))),
        }
    }
}
