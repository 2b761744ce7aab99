//! The cheapest path between some starts and one target, past forbidden nodes and first steps.
//!
//! Two searches, one forward from the starts and one backward from the target, take turns by cost until they cannot
//! meet more cheaply than they have (bidirectional Dijkstra). In networks of people, where some know thousands, each
//! side stays small. Their arrays are zeroed pages that a search touches only where it goes, and are used again by the
//! next search to the same target: entries carry the number of the search that wrote them.

use std::collections::BinaryHeap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::algorithms::cost_queue::Waiting;
use crate::algorithms::{Cost, Path, PathSettings};
use crate::graph::{Graph, Rows};

/// No node before: an end of the path.
const NONE: u32 = u32::MAX;

/// Paths to one target.
pub(super) struct PathSearch<'g> {
    graph: &'g Graph,
    settings: PathSettings,
    target: u32,
    front: Side<'g>,
    back: Side<'g>,
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

/// One of the two searches.
struct Side<'g> {
    rows: &'g Rows,
    is_forward: bool,
    /// Number of the search, from 1.
    search: u32,
    /// For each node the cost of the cheapest way found so far, the node before, and the search that found it. Tuples of
    /// zeros, because only those are taken as untouched pages from the allocator.
    ways: Vec<(f64, u32, u32)>,
    heap: BinaryHeap<Waiting>,
}

/// Where the searches meet most cheaply so far.
struct Meeting {
    cost: f64,
    node: Option<u32>,
}

impl<'g> Side<'g> {
    fn new(rows: &'g Rows, is_forward: bool) -> Self {
        Self { rows, is_forward, search: 0, ways: vec![(0.0, 0, 0); rows.len()], heap: BinaryHeap::new() }
    }

    fn begin_search(&mut self) {
        self.heap.clear();
        if self.search == u32::MAX {
            self.ways.fill((0.0, 0, 0));
            self.search = 0;
        }
        self.search += 1;
    }

    fn cost(&self, node: u32) -> f64 {
        let (cost, _, search) = self.ways[node as usize];
        if search == self.search { cost } else { f64::INFINITY }
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

    /// Notes the cheapest way to a node so far, if it may still become part of a cheaper path than the best. Nodes that
    /// the other side has not passed yet are at least `other_least` away from its end.
    fn offer(&mut self, (node, cost, before): (u32, f64, u32), other: &Self, other_least: f64, best: &mut Meeting) {
        let met = cost + other.cost(node);
        if met >= best.cost && cost + other_least >= best.cost {
            return;
        }
        if met < best.cost {
            *best = Meeting { cost: met, node: Some(node) };
        }
        self.ways[node as usize] = (cost, before, self.search);
        self.heap.push(Waiting { cost, node });
    }

    /// Looks from the next node.
    fn step(&mut self, cost_of: Cost, (other, other_least): (&Self, f64), detour: &Detour<'_>, best: &mut Meeting) {
        let Some(Waiting { cost, node }) = self.heap.pop() else { return };
        for (next, step) in steps(self.rows, node, cost_of) {
            let (cost, (from, to)) = (cost + step, if self.is_forward { (node, next) } else { (next, node) });
            if cost < best.cost && cost < self.cost(next) && detour.is_open(from, to, next) {
                self.offer((next, cost, node), other, other_least, best);
            }
        }
    }

    fn nodes_from(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(Some(node), |node| Some(self.ways[*node as usize].1).filter(|before| *before != NONE))
    }
}

impl<'g> PathSearch<'g> {
    pub(super) fn to(graph: &'g Graph, target: u32, settings: &PathSettings) -> Self {
        let (front, back) = (Side::new(graph.outgoing(), true), Side::new(graph.incoming(), false));
        Self { graph, settings: *settings, target, front, back }
    }

    /// The cheapest way from one of the starts to the target, as nodes.
    pub(super) fn find(&mut self, detour: &Detour<'_>) -> Option<Vec<u32>> {
        let mut best = Meeting { cost: detour.at_most.next_up(), node: None };
        let (front, back) = (&mut self.front, &mut self.back);
        front.begin_search();
        back.begin_search();
        detour.starts.iter().for_each(|start| front.offer((*start, 0.0, NONE), back, 0.0, &mut best));
        back.offer((self.target, 0.0, NONE), front, 0.0, &mut best);
        while let (Some(ahead), Some(behind)) = (front.least(), back.least()) {
            if ahead + behind >= best.cost {
                break;
            }
            if ahead <= behind {
                front.step(self.settings.cost, (back, behind), detour, &mut best);
            } else {
                back.step(self.settings.cost, (front, ahead), detour, &mut best);
            }
        }
        let meeting = best.node?;
        let mut nodes: Vec<u32> = front.nodes_from(meeting).collect();
        nodes.reverse();
        nodes.extend(back.nodes_from(meeting).skip(1));
        Some(without_loops(nodes))
    }

    /// The path along these nodes, its cost added from the first to the last.
    pub(super) fn path(&self, nodes: Vec<u32>) -> Path {
        let cost = nodes.windows(2).map(|ends| self.cost(ends[0], ends[1])).fold(0.0, |sum, cost| sum + cost);
        Path { nodes, cost }
    }

    /// The cost of the cheapest link between two nodes.
    pub(super) fn cost(&self, from: u32, to: u32) -> f64 {
        let parallel = steps(self.graph.outgoing(), from, self.settings.cost).filter(|(other, _)| *other == to);
        parallel.map(|(_, cost)| cost).fold(f64::INFINITY, f64::min)
    }
}

fn steps(rows: &Rows, node: u32, cost: Cost) -> impl Iterator<Item = (u32, f64)> + use<'_> {
    rows.arcs(node).map(move |(other, weight)| (other, cost.of(weight))).filter(|(_, cost)| cost.is_finite())
}

/// Leaves out what lies between two visits of a node: where links cost nothing, the halves of a path may overlap.
fn without_loops(nodes: Vec<u32>) -> Vec<u32> {
    let last_visits: FxHashMap<u32, usize> = nodes.iter().enumerate().map(|(place, node)| (*node, place)).collect();
    let next = |place: &usize| Some(last_visits[&nodes[*place]] + 1).filter(|next| *next < nodes.len());
    std::iter::successors(Some(0), next).map(|place| nodes[place]).collect()
}
