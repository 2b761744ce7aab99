//! The cheapest path to one target past forbidden nodes and first steps, for many searches to the same target.
//!
//! One search backwards from the target gives every node near it a lower bound on the rest of its way. Later searches
//! go forward by cost so far plus that bound (A*), so they look at little more than the path itself. State is kept for
//! the nodes that are met only: a search costs nothing for the rest of the graph.

use std::collections::BinaryHeap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::algorithms::shortest_paths::Waiting;
use crate::algorithms::{Path, PathSettings};
use crate::graph::{Graph, Rows};

/// Lower bounds on the cost from any node to the target.
pub(super) struct PathSearch<'g> {
    graph: &'g Graph,
    settings: PathSettings,
    target: u32,
    /// Exact costs to the target of the nodes nearest to it.
    near: FxHashMap<u32, f64>,
    /// No node outside of `near` costs less.
    radius: f64,
}

/// Where a search may begin and what it must not touch.
pub(super) struct Detour<'a> {
    /// What is already paid at the starts.
    pub(super) paid: f64,
    /// Where the rest may begin.
    pub(super) starts: &'a [u32],
    /// Nodes that must not be visited again.
    pub(super) closed: &'a [u32],
    /// Nodes that must not be the first step from a start.
    pub(super) closed_first: &'a FxHashSet<u32>,
}

/// The cheapest way found so far to the nodes that were met.
#[derive(Default)]
struct Met {
    ways: FxHashMap<u32, (f64, Option<u32>)>,
    heap: BinaryHeap<Waiting>,
}

impl Met {
    /// Notes a way to a node when it is cheaper than the one known.
    fn offer(&mut self, node: u32, cost: f64, bound: f64, before: Option<u32>) {
        let is_cheaper = self.ways.get(&node).is_none_or(|(known, _)| cost < *known);
        if is_cheaper {
            self.ways.insert(node, (cost, before));
            self.heap.push(Waiting { cost: cost + bound, node });
        }
    }

    fn cost(&self, node: u32) -> f64 {
        self.ways.get(&node).map_or(f64::INFINITY, |(cost, _)| *cost)
    }

    fn nodes_to(&self, target: u32) -> Vec<u32> {
        let before = |node: &u32| self.ways.get(node).and_then(|(_, before)| *before);
        let mut nodes: Vec<u32> = std::iter::successors(Some(target), before).collect();
        nodes.reverse();
        nodes
    }
}

impl<'g> PathSearch<'g> {
    /// Looks back from the target until one of the sources is met; `None` when there is no path within the greatest cost.
    pub(super) fn to(graph: &'g Graph, target: u32, sources: &FxHashSet<u32>, settings: &PathSettings) -> Option<Self> {
        let mut search = Self { graph, settings: *settings, target, near: FxHashMap::default(), radius: 0.0 };
        let mut met = Met::default();
        met.offer(target, 0.0, 0.0, None);
        while let Some(Waiting { cost, node }) = met.heap.pop() {
            if cost > met.cost(node) {
                continue;
            }
            search.near.insert(node, cost);
            search.radius = cost;
            if sources.contains(&node) {
                return Some(search);
            }
            for (other, step) in search.steps(graph.incoming(), node) {
                if settings.allows(cost + step) {
                    met.offer(other, cost + step, 0.0, None);
                }
            }
        }
        None
    }

    /// The cheapest way from one of the starts to the target, as nodes.
    pub(super) fn find(&self, detour: &Detour<'_>) -> Option<Vec<u32>> {
        let closed: FxHashSet<u32> = detour.closed.iter().copied().collect();
        let starts: FxHashSet<u32> = detour.starts.iter().copied().collect();
        let mut met = Met::default();
        detour.starts.iter().for_each(|start| met.offer(*start, detour.paid, self.bound(*start), None));
        let mut done: FxHashMap<u32, f64> = FxHashMap::default();
        while let Some(Waiting { node, .. }) = met.heap.pop() {
            if node == self.target {
                return Some(met.nodes_to(node));
            }
            let cost = met.cost(node);
            if done.insert(node, cost) == Some(cost) {
                continue;
            }
            for (other, step) in self.steps(self.graph.outgoing(), node) {
                let is_closed =
                    closed.contains(&other) || starts.contains(&node) && detour.closed_first.contains(&other);
                let (cost, bound) = (cost + step, self.bound(other));
                if !is_closed && self.settings.allows(cost + bound) {
                    met.offer(other, cost, bound, Some(node));
                }
            }
        }
        None
    }

    /// The path along these nodes, its cost added from the first to the last.
    pub(super) fn path(&self, nodes: Vec<u32>) -> Path {
        let cost = nodes.windows(2).map(|ends| self.step(ends[0], ends[1])).fold(0.0, |sum, step| sum + step);
        Path { nodes, cost }
    }

    /// The cost of the cheapest link between two nodes.
    pub(super) fn step(&self, from: u32, to: u32) -> f64 {
        let steps = self.steps(self.graph.outgoing(), from).filter(|(other, _)| *other == to);
        steps.map(|(_, step)| step).fold(f64::INFINITY, f64::min)
    }

    fn steps<'r>(&self, rows: &'r Rows, node: u32) -> impl Iterator<Item = (u32, f64)> + use<'r> {
        let cost = self.settings.cost;
        rows.arcs(node).map(move |(other, weight)| (other, cost.of(weight))).filter(|(_, step)| step.is_finite())
    }

    fn bound(&self, node: u32) -> f64 {
        self.near.get(&node).copied().unwrap_or(self.radius)
    }
}
