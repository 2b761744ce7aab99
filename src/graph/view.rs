//! The graph itself: nodes, their ids, and their neighbours both ways.

use rayon::prelude::*;

use crate::graph::arcs::Arcs;
use crate::graph::{Direction, GraphError, Layer, Rows, ViewSettings};

/// A graph of nodes `0..n_nodes()`, numbered in the order of their ids, with the neighbours of each in both directions.
///
/// With [`Direction::Both`] every link is there as one arc from either end. Immutable, safe to share between threads.
///
/// ```
/// use kagraph::graph::{Direction, Graph, Layer, ViewSettings};
///
/// let links = [(30, 10), (10, 20)];
/// let graph = Graph::from_layers(&[Layer::new(&links[..])], &ViewSettings::default())?;
/// let (ten, twenty) = (graph.node(10).unwrap(), graph.node(20).unwrap());
/// assert_eq!((ten, twenty, graph.node(40)), (0, 1, None));
/// assert_eq!(graph.outgoing().row(ten), [twenty]);
/// assert_eq!(graph.id(graph.incoming().row(ten)[0]), 30);
/// # Ok::<(), kagraph::graph::GraphError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    ids: Vec<u64>,
    outgoing: Rows,
    /// `None` when the rows are the same both ways.
    incoming: Option<Rows>,
    greatest_weight: f64,
}

/// An arc of a [`Graph`], as petgraph's traits hand it out.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Link<'g> {
    /// The node where the arc begins.
    pub source: u32,
    /// The node where it ends.
    pub target: u32,
    /// Its place in the order of all arcs, row by row.
    pub arc: usize,
    /// Its weight.
    pub weight: &'g f64,
}

impl Graph {
    /// The graph of the links' ends and the links.
    ///
    /// Errors when a layer's arrays differ in length, a weight, factor or half-life is out of its range, or there are
    /// more nodes than 32 bits number.
    pub fn from_layers(layers: &[Layer<'_>], settings: &ViewSettings) -> Result<Self, GraphError> {
        Self::with_nodes(&[], layers, settings)
    }

    /// As [`Graph::from_layers`], with these ids as nodes even where no link touches them; repeated ids count once.
    pub fn with_nodes(nodes: &[u64], layers: &[Layer<'_>], settings: &ViewSettings) -> Result<Self, GraphError> {
        let (ids, arcs) = Arcs::of(nodes, layers, settings)?;
        let rows = |direction| Rows::build(ids.len(), &arcs, direction, settings.parallel);
        let (outgoing, incoming) = match settings.direction {
            Direction::Both => (rows(Direction::Both), None),
            Direction::Forward => (rows(Direction::Forward), Some(rows(Direction::Reverse))),
            Direction::Reverse => (rows(Direction::Reverse), Some(rows(Direction::Forward))),
        };
        let greatest_weight = greatest(&outgoing);
        Ok(Self { ids, outgoing, incoming, greatest_weight })
    }

    /// Number of nodes.
    pub fn n_nodes(&self) -> usize {
        self.ids.len()
    }

    /// Number of arcs; with [`Direction::Both`] a link between two nodes is two arcs.
    pub fn n_arcs(&self) -> usize {
        self.outgoing.n_arcs()
    }

    /// All nodes, in the order of their ids.
    pub fn nodes(&self) -> std::ops::Range<u32> {
        0..self.ids.len() as u32
    }

    /// The node of an id; by binary search.
    pub fn node(&self, id: u64) -> Option<u32> {
        self.ids.binary_search(&id).ok().map(|place| place as u32)
    }

    /// The id of a node. The node must be one of [`Graph::nodes`].
    pub fn id(&self, node: u32) -> u64 {
        self.ids[node as usize]
    }

    /// The ids of all nodes, ascending.
    pub fn ids(&self) -> &[u64] {
        &self.ids
    }

    /// Where each node's arcs lead.
    pub fn outgoing(&self) -> &Rows {
        &self.outgoing
    }

    /// Where the arcs to each node come from.
    pub fn incoming(&self) -> &Rows {
        self.incoming.as_ref().unwrap_or(&self.outgoing)
    }

    /// Whether the graph was made with [`Direction::Both`].
    pub fn is_undirected(&self) -> bool {
        self.incoming.is_none()
    }

    /// The greatest weight of any arc, 0 without arcs.
    pub fn greatest_weight(&self) -> f64 {
        self.greatest_weight
    }

    /// Bytes of its arrays.
    pub fn n_bytes(&self) -> u64 {
        let incoming = self.incoming.as_ref().map_or(0, Rows::n_bytes);
        size_of_val(&self.ids[..]) as u64 + self.outgoing.n_bytes() + incoming
    }

    pub(super) fn link(&self, source: u32, arc: usize) -> Link<'_> {
        let weight = self.outgoing.weights().map_or(&1.0, |weights| &weights[arc]);
        Link { source, target: self.outgoing.neighbour(arc), arc, weight }
    }
}

fn greatest(rows: &Rows) -> f64 {
    match rows.weights() {
        Some(weights) => weights.par_iter().copied().reduce(|| 0.0, f64::max),
        None => f64::from(u8::from(rows.n_arcs() > 0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Parallel;

    fn arcs(graph: &Graph) -> Vec<(u64, u64, f64)> {
        let of_node =
            |node| graph.outgoing().arcs(node).map(move |(to, weight)| (graph.id(node), graph.id(to), weight));
        graph.nodes().flat_map(of_node).collect()
    }

    #[test]
    fn links_become_sorted_rows_in_the_direction_asked_for() {
        let links = [(7, 3), (3, 9), (7, 1)];
        let view = |direction| {
            Graph::from_layers(&[Layer::new(&links[..])], &ViewSettings { direction, ..Default::default() }).unwrap()
        };
        assert_eq!(arcs(&view(Direction::Forward)), [(3, 9, 1.0), (7, 1, 1.0), (7, 3, 1.0)]);
        assert_eq!(arcs(&view(Direction::Reverse)), [(1, 7, 1.0), (3, 7, 1.0), (9, 3, 1.0)]);
        let both = [(1, 7, 1.0), (3, 7, 1.0), (3, 9, 1.0), (7, 1, 1.0), (7, 3, 1.0), (9, 3, 1.0)];
        assert_eq!(arcs(&view(Direction::Both)), both);
        assert_eq!(view(Direction::Forward).incoming(), view(Direction::Reverse).outgoing());
    }

    #[test]
    fn parallel_links_are_summed_over_layers_or_kept() {
        let calls = Layer::new(&[(1, 2), (1, 2)][..]).weighted(&[0.25, 0.5][..]);
        let mails = Layer::new(&[(2, 1), (1, 1)][..]).scaled(2.0);
        let view = |parallel| {
            let settings = ViewSettings { direction: Direction::Both, parallel, ..Default::default() };
            arcs(&Graph::from_layers(&[calls.clone(), mails.clone()], &settings).unwrap())
        };
        assert_eq!(view(Parallel::Sum), [(1, 1, 2.0), (1, 2, 2.75), (2, 1, 2.75)]);
        let (there, back) = ([(1, 2, 0.25), (1, 2, 0.5), (1, 2, 2.0)], [(2, 1, 0.25), (2, 1, 0.5), (2, 1, 2.0)]);
        assert_eq!(view(Parallel::Keep), [&[(1, 1, 2.0)][..], &there, &back].concat());
    }

    #[test]
    fn later_links_are_hidden_and_older_ones_weigh_less() {
        let layer = Layer::new(&[(1, 2), (1, 3), (1, 4)][..]).dated(&[100, 90, 101][..]);
        let undated = Layer::new(&[(1, 5)][..]);
        let settings = ViewSettings { as_of: Some(100), half_life_days: Some(10.0), ..Default::default() };
        let graph = Graph::from_layers(&[layer, undated], &settings).unwrap();
        assert_eq!(arcs(&graph), [(1, 2, 1.0), (1, 3, 0.5), (1, 5, 1.0)]);
        assert_eq!(graph.node(4), None);
    }

    #[test]
    fn without_a_day_decay_counts_up_to_the_latest_link() {
        let layer = Layer::new(&[(1, 2), (1, 3)][..]).dated(&[100, 80][..]);
        let settings = ViewSettings { half_life_days: Some(10.0), ..Default::default() };
        assert_eq!(arcs(&Graph::from_layers(&[layer], &settings).unwrap()), [(1, 2, 1.0), (1, 3, 0.25)]);
    }

    #[test]
    fn nodes_without_links_and_graphs_without_nodes_are_graphs() {
        let graph = Graph::with_nodes(&[9, 4, 4], &[Layer::new(&[(5, 4)][..])], &ViewSettings::default()).unwrap();
        assert_eq!((graph.ids(), graph.outgoing().degree(2)), (&[4, 5, 9][..], 0));
        let empty = Graph::from_layers(&[], &ViewSettings::default()).unwrap();
        assert_eq!((empty.n_nodes(), empty.n_arcs(), empty.node(1)), (0, 0, None));
    }

    #[test]
    fn layers_that_make_no_sense_are_refused_with_their_place() {
        let fine = || Layer::new(&[(1, 2), (2, 3)][..]);
        let message = |layer: Layer<'_>, half_life_days| {
            let settings = ViewSettings { half_life_days, ..Default::default() };
            Graph::from_layers(&[fine(), layer], &settings).unwrap_err().to_string()
        };
        let short = message(fine().weighted(&[1.0][..]), None);
        assert_eq!(short, "layer 1: expected 2 weights, one a link, found 1");
        let negative = message(fine().weighted(&[1.0, -2.0][..]), None);
        assert_eq!(negative, "layer 1, link 1: expected a weight of at least 0 and finite, found -2");
        assert!(message(fine().scaled(f64::NAN), None).starts_with("layer 1: expected a factor"));
        assert!(message(fine(), Some(0.0)).starts_with("expected a half-life"));
    }
}
