//! Nodes by the number of their neighbours, greatest first, each with its neighbours of better rank.

use rayon::prelude::*;

use crate::graph::Graph;

/// Nodes whose rows one task makes.
const NODES_PER_TASK: usize = 1 << 10;

/// Half of the links of a graph without directions, parallel links and links from a node to itself.
pub(super) struct Ranked {
    /// The rank of each node.
    ranks: Vec<u32>,
    /// Number of neighbours of each node.
    degrees: Vec<u32>,
    offsets: Vec<usize>,
    neighbours: Vec<u32>,
    /// How many arcs, one or two, a directed graph has between the two; beside `neighbours`.
    arcs: Option<Vec<u8>>,
}

/// Rows of a range of ranks.
#[derive(Default)]
struct Part {
    lengths: Vec<usize>,
    neighbours: Vec<u32>,
    arcs: Vec<u8>,
}

impl Ranked {
    pub(super) fn of(graph: &Graph) -> Self {
        let count = |node: u32| {
            let mut n = 0;
            for_each_neighbour(graph, node, |_, _| n += 1);
            n
        };
        let nodes = graph.nodes().into_par_iter().with_min_len(NODES_PER_TASK);
        let degrees: Vec<u32> = nodes.map(count).collect();
        let order = by_degree(&degrees);
        let mut ranks = vec![0; order.len()];
        order.iter().zip(0..).for_each(|(node, rank)| ranks[*node as usize] = rank);
        let parts: Vec<Part> = order.par_chunks(NODES_PER_TASK).map(|nodes| Part::of(graph, nodes, &ranks)).collect();
        Self::joined(parts, ranks, degrees, graph.is_undirected())
    }

    fn joined(parts: Vec<Part>, ranks: Vec<u32>, degrees: Vec<u32>, is_undirected: bool) -> Self {
        let n_links = parts.iter().map(|part| part.neighbours.len()).sum();
        let (mut offsets, mut end) = (Vec::with_capacity(ranks.len() + 1), 0);
        offsets.push(0);
        let mut neighbours = Vec::with_capacity(n_links);
        let mut arcs = Vec::with_capacity(if is_undirected { 0 } else { n_links });
        for part in parts {
            offsets.extend(part.lengths.iter().map(|length| {
                end += length;
                end
            }));
            neighbours.extend(part.neighbours);
            arcs.extend(part.arcs);
        }
        Self { ranks, degrees, offsets, neighbours, arcs: (!is_undirected).then_some(arcs) }
    }

    pub(super) fn n_nodes(&self) -> usize {
        self.ranks.len()
    }

    pub(super) fn rank(&self, node: u32) -> u32 {
        self.ranks[node as usize]
    }

    /// Number of neighbours of a node.
    pub(super) fn degree(&self, node: u32) -> u32 {
        self.degrees[node as usize]
    }

    /// The better ranks among the neighbours of a rank, ascending.
    pub(super) fn row(&self, rank: u32) -> &[u32] {
        &self.neighbours[self.offsets[rank as usize]..self.offsets[rank as usize + 1]]
    }

    /// How many arcs there are to and from each of [`Ranked::row`]; `None` for undirected graphs.
    pub(super) fn row_arcs(&self, rank: u32) -> Option<&[u8]> {
        self.arcs.as_ref().map(|arcs| &arcs[self.offsets[rank as usize]..self.offsets[rank as usize + 1]])
    }

    pub(super) fn has_both_ways(&self) -> bool {
        self.arcs.is_some()
    }
}

impl Part {
    fn of(graph: &Graph, nodes: &[u32], ranks: &[u32]) -> Self {
        let mut part = Self::default();
        let mut row = Vec::new();
        for &node in nodes {
            let own = ranks[node as usize];
            for_each_neighbour(graph, node, |other, n_arcs| row.push((ranks[other as usize], n_arcs)));
            row.retain(|(rank, _)| *rank < own);
            row.sort_unstable();
            part.lengths.push(row.len());
            part.neighbours.extend(row.iter().map(|(rank, _)| rank));
            if !graph.is_undirected() {
                part.arcs.extend(row.iter().map(|(_, n_arcs)| n_arcs));
            }
            row.clear();
        }
        part
    }
}

/// Calls `visit(neighbour, arcs)` once for every other node that is linked with this one either way.
fn for_each_neighbour(graph: &Graph, node: u32, mut visit: impl FnMut(u32, u8)) {
    let mut ahead = distinct(graph.outgoing().row(node), node).peekable();
    let behind = if graph.is_undirected() { &[][..] } else { graph.incoming().row(node) };
    let mut behind = distinct(behind, node).peekable();
    loop {
        match (ahead.peek().copied(), behind.peek().copied()) {
            (Some(a), Some(b)) if a == b => {
                visit(a, 2);
                ahead.next();
                behind.next();
            }
            (Some(a), b) if b.is_none_or(|b| a < b) => {
                visit(a, 1);
                ahead.next();
            }
            (_, Some(b)) => {
                visit(b, 1);
                behind.next();
            }
            _ => return,
        }
    }
}

/// The other nodes of an ascending row, each once.
fn distinct(row: &[u32], node: u32) -> impl Iterator<Item = u32> + '_ {
    row.chunk_by(u32::eq).map(|run| run[0]).filter(move |other| *other != node)
}

/// All nodes, those with the most neighbours first, then by number.
fn by_degree(degrees: &[u32]) -> Vec<u32> {
    let greatest = degrees.iter().max().map_or(0, |greatest| *greatest as usize);
    let mut next = vec![0u32; greatest + 2];
    let class = |degree: u32| greatest - degree as usize;
    degrees.iter().for_each(|degree| next[class(*degree) + 1] += 1);
    (0..=greatest).for_each(|class| next[class + 1] += next[class]);
    let mut order = vec![0; degrees.len()];
    for (node, degree) in degrees.iter().enumerate() {
        let place = &mut next[class(*degree)];
        order[*place as usize] = node as u32;
        *place += 1;
    }
    order
}
