//! petgraph's visit traits on [`Graph`], so that its algorithms run on the same arrays.
//!
//! A graph made with [`crate::graph::Direction::Both`] shows itself as a directed graph with an arc each way.

use fixedbitset::FixedBitSet;
use petgraph::visit::{
    Data, EdgeCount, EdgeRef, GetAdjacencyMatrix, GraphBase, GraphProp, IntoEdgeReferences, IntoEdges, IntoNeighbors,
    IntoNeighborsDirected, IntoNodeIdentifiers, IntoNodeReferences, NodeCompactIndexable, NodeCount, NodeIndexable,
    Visitable,
};

use crate::graph::{Graph, Link};

/// The neighbours of one node, ascending.
pub type Neighbours<'g> = std::iter::Copied<std::slice::Iter<'g, u32>>;

impl GraphBase for Graph {
    type NodeId = u32;
    type EdgeId = usize;
}

impl Data for Graph {
    type NodeWeight = u64;
    type EdgeWeight = f64;
}

impl GraphProp for Graph {
    type EdgeType = petgraph::Directed;
}

impl NodeCount for Graph {
    fn node_count(&self) -> usize {
        self.n_nodes()
    }
}

impl EdgeCount for Graph {
    fn edge_count(&self) -> usize {
        self.n_arcs()
    }
}

impl NodeIndexable for Graph {
    fn node_bound(&self) -> usize {
        self.n_nodes()
    }

    fn to_index(&self, node: u32) -> usize {
        node as usize
    }

    fn from_index(&self, index: usize) -> u32 {
        index as u32
    }
}

impl NodeCompactIndexable for Graph {}

impl Visitable for Graph {
    type Map = FixedBitSet;

    fn visit_map(&self) -> FixedBitSet {
        FixedBitSet::with_capacity(self.n_nodes())
    }

    fn reset_map(&self, map: &mut FixedBitSet) {
        map.clear();
        map.grow(self.n_nodes());
    }
}

impl GetAdjacencyMatrix for Graph {
    type AdjMatrix = ();

    fn adjacency_matrix(&self) {}

    fn is_adjacent(&self, _: &(), from: u32, to: u32) -> bool {
        self.outgoing().row(from).binary_search(&to).is_ok()
    }
}

impl<'g> IntoNeighbors for &'g Graph {
    type Neighbors = Neighbours<'g>;

    fn neighbors(self, node: u32) -> Neighbours<'g> {
        self.outgoing().row(node).iter().copied()
    }
}

impl<'g> IntoNeighborsDirected for &'g Graph {
    type NeighborsDirected = Neighbours<'g>;

    fn neighbors_directed(self, node: u32, direction: petgraph::Direction) -> Neighbours<'g> {
        match direction {
            petgraph::Outgoing => self.neighbors(node),
            petgraph::Incoming => self.incoming().row(node).iter().copied(),
        }
    }
}

impl IntoNodeIdentifiers for &Graph {
    type NodeIdentifiers = std::ops::Range<u32>;

    fn node_identifiers(self) -> std::ops::Range<u32> {
        self.nodes()
    }
}

impl<'g> IntoNodeReferences for &'g Graph {
    type NodeRef = (u32, &'g u64);
    type NodeReferences = std::iter::Zip<std::ops::Range<u32>, std::slice::Iter<'g, u64>>;

    fn node_references(self) -> Self::NodeReferences {
        self.nodes().zip(self.ids())
    }
}

impl EdgeRef for Link<'_> {
    type NodeId = u32;
    type EdgeId = usize;
    type Weight = f64;

    fn source(&self) -> u32 {
        self.source
    }

    fn target(&self) -> u32 {
        self.target
    }

    fn weight(&self) -> &f64 {
        self.weight
    }

    fn id(&self) -> usize {
        self.arc
    }
}

/// Arcs of the nodes `nodes`, row by row.
#[derive(Clone, Debug)]
pub struct Links<'g> {
    graph: &'g Graph,
    nodes: std::ops::Range<u32>,
    source: u32,
    arcs: std::ops::Range<usize>,
}

impl<'g> Iterator for Links<'g> {
    type Item = Link<'g>;

    fn next(&mut self) -> Option<Link<'g>> {
        loop {
            if let Some(arc) = self.arcs.next() {
                return Some(self.graph.link(self.source, arc));
            }
            self.source = self.nodes.next()?;
            self.arcs = self.graph.outgoing().range(self.source);
        }
    }
}

impl<'g> IntoEdgeReferences for &'g Graph {
    type EdgeRef = Link<'g>;
    type EdgeReferences = Links<'g>;

    fn edge_references(self) -> Links<'g> {
        Links { graph: self, nodes: self.nodes(), source: 0, arcs: 0..0 }
    }
}

impl<'g> IntoEdges for &'g Graph {
    type Edges = Links<'g>;

    fn edges(self, node: u32) -> Links<'g> {
        Links { graph: self, nodes: node..node + 1, source: node, arcs: 0..0 }
    }
}

#[cfg(test)]
mod tests {
    use petgraph::algo::{connected_components, dijkstra, dominators::simple_fast, kosaraju_scc, toposort};
    use petgraph::visit::{Bfs, EdgeRef, IntoEdgeReferences, IntoNeighborsDirected, Walker};

    use crate::graph::{Graph, Layer, ViewSettings};

    fn diamond_and_pair() -> Graph {
        let links = [(1, 2), (1, 3), (2, 4), (3, 4), (4, 5), (8, 9)];
        let layer = Layer::new(&links[..]).weighted(&[1.0, 5.0, 1.0, 0.5, 2.0, 1.0][..]);
        Graph::from_layers(&[layer], &ViewSettings::default()).unwrap()
    }

    #[test]
    fn petgraphs_dijkstra_runs_on_the_graph() {
        let graph = diamond_and_pair();
        let costs = dijkstra(&graph, 0, None, |link| *link.weight());
        let sorted: std::collections::BTreeMap<u32, f64> = costs.into_iter().collect();
        assert_eq!(sorted.into_values().collect::<Vec<_>>(), [0.0, 1.0, 5.0, 2.0, 4.0]);
    }

    #[test]
    fn petgraphs_components_dominators_and_orders_run_on_the_graph() {
        let graph = diamond_and_pair();
        assert_eq!(connected_components(&graph), 2);
        assert_eq!(kosaraju_scc(&graph).len(), 7);
        assert_eq!(toposort(&graph, None).map(|order| order.len()), Ok(7));
        assert_eq!(simple_fast(&graph, 0).immediate_dominator(4), Some(3));
        assert_eq!(simple_fast(&graph, 0).immediate_dominator(3), Some(0));
        assert_eq!(Bfs::new(&graph, 0).iter(&graph).count(), 5);
    }

    #[test]
    fn every_arc_is_handed_out_once_with_its_place_and_weight() {
        let graph = diamond_and_pair();
        let links: Vec<_> =
            graph.edge_references().map(|link| (link.source, link.target, link.arc, *link.weight)).collect();
        let expected = [(0, 1, 0, 1.0), (0, 2, 1, 5.0), (1, 3, 2, 1.0), (2, 3, 3, 0.5), (3, 4, 4, 2.0), (5, 6, 5, 1.0)];
        assert_eq!(links, expected);
        assert_eq!(graph.neighbors_directed(3, petgraph::Incoming).collect::<Vec<_>>(), [1, 2]);
    }
}
