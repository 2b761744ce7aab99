//! The cheapest path between some starts and one target, past forbidden nodes and first steps.
//!
//! Two searches, one forward from the starts and one backward from the target, take turns by cost until they cannot
//! meet more cheaply than they have (bidirectional Dijkstra). In networks of people, where some know thousands, each
//! side stays small. State is kept for the nodes that are met only: a search costs nothing for the rest of the graph.

use std::collections::BinaryHeap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::algorithms::shortest_paths::Waiting;
use crate::algorithms::{Path, PathSettings};
use crate::graph::{Graph, Rows};

/// Paths to one target.
pub(super) struct PathSearch<'g> {
    graph: &'g Graph,
    settings: PathSettings,
    target: u32,
}

/// Where a search may begin and what it must not touch.
pub(super) struct Detour<'a> {
    /// Where the path may begin; ascending.
    pub(super) starts: &'a [u32],
    /// Nodes that it must not visit.
    pub(super) closed: FxHashSet<u32>,
    /// Nodes that must not be the first step from a start.
    pub(super) closed_first: FxHashSet<u32>,
    /// What it may cost, up to rounding.
    pub(super) at_most: f64,
}

impl Detour<'_> {
    fn is_open(&self, from: u32, to: u32, entered: u32) -> bool {
        let is_closed_first = self.closed_first.contains(&to) && self.starts.binary_search(&from).is_ok();
        !is_closed_first && !self.closed.contains(&entered)
    }
}

/// One of the two searches: the cheapest way found so far to the nodes that it met, with the node before.
struct Side<'g> {
    rows: &'g Rows,
    is_forward: bool,
    ways: FxHashMap<u32, (f64, Option<u32>)>,
    heap: BinaryHeap<Waiting>,
}

/// Where the searches meet most cheaply so far.
struct Meeting {
    cost: f64,
    node: Option<u32>,
}

impl<'g> Side<'g> {
    fn new(rows: &'g Rows, is_forward: bool) -> Self {
        Self { rows, is_forward, ways: FxHashMap::default(), heap: BinaryHeap::new() }
    }

    fn cost(&self, node: u32) -> f64 {
        self.ways.get(&node).map_or(f64::INFINITY, |(cost, _)| *cost)
    }

    /// The cost of the next node; dearer ways to nodes that a cheaper one was found to are dropped.
    fn least(&mut self) -> Option<f64> {
        while let Some(Waiting { cost, node }) = self.heap.peek().copied() {
            if cost <= self.cost(node) {
                return Some(cost);
            }
            self.heap.pop();
        }
        None
    }

    /// Notes a way to a node, if it is the cheapest and may still become part of a cheaper path than the best. Nodes that
    /// the other side has not passed yet are at least `other_least` away from its end.
    fn offer(&mut self, way: (u32, f64, Option<u32>), other: &Self, other_least: f64, best: &mut Meeting) {
        let (node, cost, before) = way;
        let met = cost + other.cost(node);
        if cost >= self.cost(node) || (met >= best.cost && cost + other_least >= best.cost) {
            return;
        }
        if met < best.cost {
            *best = Meeting { cost: met, node: Some(node) };
        }
        self.ways.insert(node, (cost, before));
        self.heap.push(Waiting { cost, node });
    }

    fn nodes_from(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(Some(node), |node| self.ways.get(node).and_then(|(_, before)| *before))
    }
}

impl<'g> PathSearch<'g> {
    pub(super) fn to(graph: &'g Graph, target: u32, settings: &PathSettings) -> Self {
        Self { graph, settings: *settings, target }
    }

    /// The cheapest way from one of the starts to the target, as nodes.
    pub(super) fn find(&self, detour: &Detour<'_>) -> Option<Vec<u32>> {
        let mut best = Meeting { cost: detour.at_most.next_up(), node: None };
        let (mut front, mut back) = (Side::new(self.graph.outgoing(), true), Side::new(self.graph.incoming(), false));
        detour.starts.iter().for_each(|start| front.offer((*start, 0.0, None), &back, 0.0, &mut best));
        back.offer((self.target, 0.0, None), &front, 0.0, &mut best);
        while let (Some(ahead), Some(behind)) = (front.least(), back.least()) {
            if ahead + behind >= best.cost {
                break;
            }
            if ahead <= behind {
                self.step(&mut front, (&back, behind), detour, &mut best);
            } else {
                self.step(&mut back, (&front, ahead), detour, &mut best);
            }
        }
        let meeting = best.node?;
        let mut nodes: Vec<u32> = front.nodes_from(meeting).collect();
        nodes.reverse();
        nodes.extend(back.nodes_from(meeting).skip(1));
        Some(without_loops(nodes))
    }

    /// Looks from the next node of one side.
    fn step(
        &self,
        side: &mut Side<'g>,
        (other, other_least): (&Side<'g>, f64),
        detour: &Detour<'_>,
        best: &mut Meeting,
    ) {
        let Some(Waiting { cost, node }) = side.heap.pop() else { return };
        for (next, step) in self.steps(side.rows, node) {
            let (from, to) = if side.is_forward { (node, next) } else { (next, node) };
            if detour.is_open(from, to, next) {
                side.offer((next, cost + step, Some(node)), other, other_least, best);
            }
        }
    }

    /// The path along these nodes, its cost added from the first to the last.
    pub(super) fn path(&self, nodes: Vec<u32>) -> Path {
        let cost = nodes.windows(2).map(|ends| self.cost(ends[0], ends[1])).fold(0.0, |sum, cost| sum + cost);
        Path { nodes, cost }
    }

    /// The cost of the cheapest link between two nodes.
    pub(super) fn cost(&self, from: u32, to: u32) -> f64 {
        let parallel = self.steps(self.graph.outgoing(), from).filter(|(other, _)| *other == to);
        parallel.map(|(_, cost)| cost).fold(f64::INFINITY, f64::min)
    }

    fn steps<'r>(&self, rows: &'r Rows, node: u32) -> impl Iterator<Item = (u32, f64)> + use<'r> {
        let cost = self.settings.cost;
        rows.arcs(node).map(move |(other, weight)| (other, cost.of(weight))).filter(|(_, cost)| cost.is_finite())
    }
}

/// Leaves out what lies between two visits of a node: where links cost nothing, the halves of a path may overlap.
fn without_loops(nodes: Vec<u32>) -> Vec<u32> {
    let last_visits: FxHashMap<u32, usize> = nodes.iter().enumerate().map(|(place, node)| (*node, place)).collect();
    let next = |place: &usize| Some(last_visits[&nodes[*place]] + 1).filter(|next| *next < nodes.len());
    std::iter::successors(Some(0), next).map(|place| nodes[place]).collect()
}
