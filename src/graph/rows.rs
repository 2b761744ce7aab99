//! Compressed sparse rows: for every node its neighbours, ascending, in one array.

use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed};

use crate::graph::arcs::Arcs;
use crate::graph::{Direction, Parallel};

/// Arcs that one task sorts; more are split between threads.
const ARCS_PER_TASK: usize = 1 << 15;

/// The neighbours of every node in one direction, with weights unless every link weighs 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    offsets: Vec<usize>,
    neighbours: Vec<u32>,
    weights: Option<Vec<f64>>,
}

impl Rows {
    /// Number of rows, one a node.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there are no nodes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of arcs over all rows.
    pub fn n_arcs(&self) -> usize {
        self.neighbours.len()
    }

    /// Number of arcs of a node.
    pub fn degree(&self, node: u32) -> usize {
        self.range(node).len()
    }

    /// Neighbours of a node, ascending.
    pub fn row(&self, node: u32) -> &[u32] {
        &self.neighbours[self.range(node)]
    }

    /// Weights beside [`Rows::row`]; `None` when every link weighs 1.
    pub fn row_weights(&self, node: u32) -> Option<&[f64]> {
        self.weights.as_ref().map(|weights| &weights[self.range(node)])
    }

    /// Neighbours and weights of a node, ascending by neighbour.
    pub fn arcs(&self, node: u32) -> impl Iterator<Item = (u32, f64)> + '_ {
        let range = self.range(node);
        range.map(|arc| (self.neighbours[arc], self.weight(arc)))
    }

    /// Sum of the weights of a node's arcs, added in the order of the row.
    pub fn strength(&self, node: u32) -> f64 {
        self.row_weights(node).map_or(self.degree(node) as f64, |weights| weights.iter().sum())
    }

    /// Whether links have weights of their own.
    pub fn has_weights(&self) -> bool {
        self.weights.is_some()
    }

    /// Bytes of its arrays.
    pub fn n_bytes(&self) -> u64 {
        let weights = self.weights.as_deref().map_or(0, size_of_val);
        (size_of_val(&self.offsets[..]) + size_of_val(&self.neighbours[..]) + weights) as u64
    }

    /// Where each row begins in [`Rows::neighbours`], and where the last one ends.
    pub(crate) fn offsets(&self) -> &[usize] {
        &self.offsets
    }

    /// The neighbours of all nodes, row by row.
    pub(crate) fn neighbours(&self) -> &[u32] {
        &self.neighbours
    }

    /// Places of a node's arcs in the order of all rows.
    pub(super) fn range(&self, node: u32) -> std::ops::Range<usize> {
        self.offsets[node as usize]..self.offsets[node as usize + 1]
    }

    pub(super) fn neighbour(&self, arc: usize) -> u32 {
        self.neighbours[arc]
    }

    /// Weight of the arc at a place in the order of all rows.
    pub(super) fn weight(&self, arc: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[arc])
    }

    /// Weights beside [`Rows::neighbours`]; `None` when every link weighs 1.
    pub(crate) fn weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    /// Rows of `n_nodes` nodes by counting sort. Threads fill a row in any order, so each row is then sorted by
    /// neighbour and weight: the result depends on the set of links alone.
    pub(super) fn build(n_nodes: usize, arcs: &Arcs, direction: Direction, parallel: Parallel) -> Self {
        let mut rows = Self::scatter(n_nodes, arcs, direction);
        sort_rows(&rows.offsets, &mut rows.neighbours, rows.weights.as_deref_mut());
        match parallel {
            Parallel::Sum => rows.merged(),
            Parallel::Keep => rows,
        }
    }

    fn scatter(n_nodes: usize, arcs: &Arcs, direction: Direction) -> Self {
        let cursors: Vec<AtomicUsize> = (0..n_nodes).map(|_| AtomicUsize::new(0)).collect();
        arcs.for_each(direction, |from, _, _| {
            cursors[from as usize].fetch_add(1, Relaxed);
        });
        let offsets = offsets_of(&cursors);
        let n_arcs = offsets[n_nodes];
        let neighbours: Vec<AtomicU32> = (0..n_arcs).map(|_| AtomicU32::new(0)).collect();
        let n_weights = if arcs.has_weights() { n_arcs } else { 0 };
        let weights: Vec<AtomicU64> = (0..n_weights).map(|_| AtomicU64::new(0)).collect();
        arcs.for_each(direction, |from, to, weight| {
            let place = cursors[from as usize].fetch_add(1, Relaxed);
            neighbours[place].store(to, Relaxed);
            if n_weights > 0 {
                weights[place].store(weight.to_bits(), Relaxed);
            }
        });
        let neighbours = neighbours.into_iter().map(AtomicU32::into_inner).collect();
        let weights = weights.into_iter().map(|bits| f64::from_bits(bits.into_inner())).collect();
        Self { offsets, neighbours, weights: arcs.has_weights().then_some(weights) }
    }

    /// Arcs of a row to the same neighbour become one; their weights are added in ascending order.
    fn merged(mut self) -> Self {
        let (mut read, mut written) = (0, 0);
        for row in 0..self.len() {
            let (start, end) = (written, self.offsets[row + 1]);
            self.offsets[row] = start;
            while read < end {
                if written > start && self.neighbours[written - 1] == self.neighbours[read] {
                    self.add_weight(written - 1, read);
                } else {
                    self.copy_arc(written, read);
                    written += 1;
                }
                read += 1;
            }
        }
        self.cut(written);
        self
    }

    fn add_weight(&mut self, to: usize, from: usize) {
        if let Some(weights) = &mut self.weights {
            weights[to] += weights[from];
        }
    }

    fn copy_arc(&mut self, to: usize, from: usize) {
        self.neighbours[to] = self.neighbours[from];
        if let Some(weights) = &mut self.weights {
            weights[to] = weights[from];
        }
    }

    fn cut(&mut self, n_arcs: usize) {
        if let Some(end) = self.offsets.last_mut() {
            *end = n_arcs;
        }
        self.neighbours.truncate(n_arcs);
        self.neighbours.shrink_to_fit();
        if let Some(weights) = &mut self.weights {
            weights.truncate(n_arcs);
            weights.shrink_to_fit();
        }
    }
}

/// Where each row begins and the last one ends; the counts become the rows' beginnings.
fn offsets_of(counts: &[AtomicUsize]) -> Vec<usize> {
    let mut next = 0;
    let mut offsets = Vec::with_capacity(counts.len() + 1);
    for count in counts {
        offsets.push(next);
        next += count.swap(next, Relaxed);
    }
    offsets.push(next);
    offsets
}

/// Sorts every row by neighbour and weight; `offsets` may begin anywhere.
fn sort_rows(offsets: &[usize], neighbours: &mut [u32], weights: Option<&mut [f64]>) {
    let n_rows = offsets.len() - 1;
    if n_rows <= 1 || neighbours.len() <= ARCS_PER_TASK {
        return sort_each_row(offsets, neighbours, weights);
    }
    let middle = middle_row(offsets);
    let n_left = offsets[middle] - offsets[0];
    let (left, right) = neighbours.split_at_mut(n_left);
    let (left_weights, right_weights) = match weights.map(|weights| weights.split_at_mut(n_left)) {
        Some((left, right)) => (Some(left), Some(right)),
        None => (None, None),
    };
    rayon::join(
        || sort_rows(&offsets[..=middle], left, left_weights),
        || sort_rows(&offsets[middle..], right, right_weights),
    );
}

/// The row at which about half of the arcs lie on either side, with at least one row on each.
fn middle_row(offsets: &[usize]) -> usize {
    let n_rows = offsets.len() - 1;
    let half = offsets[0] + (offsets[n_rows] - offsets[0]) / 2;
    offsets.partition_point(|offset| *offset < half).clamp(1, n_rows - 1)
}

fn sort_each_row(offsets: &[usize], neighbours: &mut [u32], mut weights: Option<&mut [f64]>) {
    let base = offsets[0];
    let mut together = Vec::new();
    for ends in offsets.windows(2) {
        let range = ends[0] - base..ends[1] - base;
        let row = &mut neighbours[range.clone()];
        match weights.as_mut().map(|weights| &mut weights[range]) {
            None => row.sort_unstable(),
            Some(weights) => sort_weighted_row(row, weights, &mut together),
        }
    }
}

fn sort_weighted_row(row: &mut [u32], weights: &mut [f64], together: &mut Vec<(u32, f64)>) {
    together.clear();
    together.extend(row.iter().copied().zip(weights.iter().copied()));
    together.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    for (place, (neighbour, weight)) in together.iter().enumerate() {
        (row[place], weights[place]) = (*neighbour, *weight);
    }
}
