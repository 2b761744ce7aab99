//! One level of the hierarchy: the graph itself, or communities of the level below as nodes.

use std::borrow::Cow;
use std::ops::Range;

use rayon::prelude::*;

use crate::algorithms::AlgorithmError;
use crate::algorithms::pool::Pool;
use crate::algorithms::tally::Tally;
use crate::algorithms::watch::Progress;
use crate::graph::{Graph, Rows};

/// Arcs that one task looks at.
pub(super) const ARCS_PER_TASK: usize = 1 << 14;

/// An undirected graph with weights; a link from a node to itself counts twice in its strength.
pub(super) struct Level<'g> {
    offsets: Cow<'g, [usize]>,
    neighbours: Cow<'g, [u32]>,
    weights: Option<Cow<'g, [f64]>>,
    /// Sum of the weights of a node's links, those to itself twice.
    pub(super) strengths: Vec<f64>,
    /// Weight of the links of a node to itself.
    pub(super) loops: Vec<f64>,
    /// Sum of all strengths: twice the weight of all links.
    pub(super) total: f64,
}

impl<'g> Level<'g> {
    /// The graph's own rows.
    pub(super) fn of(graph: &'g Graph, is_weighted: bool) -> Self {
        let rows = graph.outgoing();
        let weights = if is_weighted { rows.weights().map(Cow::Borrowed) } else { None };
        let loops = graph.nodes().into_par_iter().map(|node| loops_of(rows, node, is_weighted)).collect();
        let (offsets, neighbours) = (Cow::Borrowed(rows.offsets()), Cow::Borrowed(rows.neighbours()));
        let mut level = Self { offsets, neighbours, weights, strengths: Vec::new(), loops, total: 0.0 };
        level.strengths = graph.nodes().into_par_iter().map(|node| level.strength(node)).collect();
        level.total = level.strengths.iter().sum();
        level
    }

    fn strength(&self, node: u32) -> f64 {
        let mut sum = self.loops[node as usize];
        self.for_each_arc(node, |_, weight| sum += weight);
        sum + self.loops[node as usize]
    }

    pub(super) fn n_nodes(&self) -> usize {
        self.loops.len()
    }

    pub(super) fn n_arcs(&self) -> usize {
        self.neighbours.len()
    }

    pub(super) fn degree(&self, node: u32) -> usize {
        self.offsets[node as usize + 1] - self.offsets[node as usize]
    }

    pub(super) fn row(&self, node: u32) -> &[u32] {
        &self.neighbours[self.offsets[node as usize]..self.offsets[node as usize + 1]]
    }

    /// Calls `visit(neighbour, weight)` for the arcs to other nodes, in the order of the row.
    #[inline]
    pub(super) fn for_each_arc(&self, node: u32, mut visit: impl FnMut(u32, f64)) {
        let range = self.offsets[node as usize]..self.offsets[node as usize + 1];
        let row = self.neighbours[range.clone()].iter().copied();
        match &self.weights {
            None => row.filter(|other| *other != node).for_each(|other| visit(other, 1.0)),
            Some(weights) => {
                let arcs = row.zip(weights[range].iter().copied());
                arcs.filter(|(other, _)| *other != node).for_each(|(other, weight)| visit(other, weight));
            }
        }
    }

    /// The graph whose nodes are the groups; `groups` gives the group of each node, from 0 without gaps.
    pub(super) fn grouped(
        &self,
        groups: &[u32],
        n_groups: usize,
        progress: &Progress<'_>,
    ) -> Result<Level<'static>, AlgorithmError> {
        let members = Members::of(groups, n_groups, 0..groups.len() as u32);
        let tallies = Pool::new(|| Tally::new(n_groups));
        let rows_of = |range: &Range<u32>| {
            progress.advance(0)?;
            let rows = |tally: &mut Tally| GroupRows::of(self, &members, groups, range.clone(), tally);
            Ok(tallies.with(rows))
        };
        let ranges = members.ranges(|node| self.degree(node));
        let parts: Vec<GroupRows> = ranges.par_iter().map(rows_of).collect::<Result<_, AlgorithmError>>()?;
        Ok(joined(parts, n_groups))
    }
}

fn loops_of(rows: &Rows, node: u32, is_weighted: bool) -> f64 {
    let loops = rows.arcs(node).filter(|(other, _)| *other == node);
    loops.map(|(_, weight)| if is_weighted { weight } else { 1.0 }).fold(0.0, |sum, weight| sum + weight)
}

/// The nodes of each group.
pub(super) struct Members {
    offsets: Vec<usize>,
    nodes: Vec<u32>,
}

impl Members {
    /// The members of each group as they come in `order`, which holds every node.
    pub(super) fn of(groups: &[u32], n_groups: usize, order: impl Iterator<Item = u32>) -> Self {
        let mut offsets = vec![0usize; n_groups + 1];
        groups.iter().for_each(|group| offsets[*group as usize + 1] += 1);
        (0..n_groups).for_each(|group| offsets[group + 1] += offsets[group]);
        let (mut next, mut nodes) = (offsets.clone(), vec![0; groups.len()]);
        for node in order {
            let place = &mut next[groups[node as usize] as usize];
            nodes[*place] = node;
            *place += 1;
        }
        Self { offsets, nodes }
    }

    pub(super) fn group(&self, group: u32) -> &[u32] {
        &self.nodes[self.offsets[group as usize]..self.offsets[group as usize + 1]]
    }

    /// Ranges of groups with about [`ARCS_PER_TASK`] arcs each.
    pub(super) fn ranges(&self, degree: impl Fn(u32) -> usize) -> Vec<Range<u32>> {
        let n_groups = self.offsets.len() - 1;
        let (mut ranges, mut start, mut n_arcs) = (Vec::new(), 0, 0);
        for group in 0..n_groups as u32 {
            n_arcs += self.group(group).iter().map(|node| 1 + degree(*node)).sum::<usize>();
            if n_arcs >= ARCS_PER_TASK || group as usize + 1 == n_groups {
                ranges.push(start..group + 1);
                (start, n_arcs) = (group + 1, 0);
            }
        }
        ranges
    }
}

/// Rows of a range of groups.
#[derive(Default)]
struct GroupRows {
    degrees: Vec<usize>,
    neighbours: Vec<u32>,
    weights: Vec<f64>,
    strengths: Vec<f64>,
    loops: Vec<f64>,
}

impl GroupRows {
    fn of(level: &Level<'_>, members: &Members, groups: &[u32], range: Range<u32>, tally: &mut Tally) -> Self {
        let mut rows = Self::default();
        for group in range {
            let (mut loops, mut strength, mut inside) = (0.0, 0.0, 0.0);
            for &node in members.group(group) {
                loops += level.loops[node as usize];
                strength += level.strengths[node as usize];
                level.for_each_arc(node, |other, weight| match groups[other as usize] {
                    own if own == group => inside += weight,
                    other => tally.add(other, weight),
                });
            }
            rows.degrees.push(tally.keys().len());
            rows.neighbours.extend_from_slice(tally.keys());
            rows.weights.extend(tally.iter().map(|(_, weight)| weight));
            rows.strengths.push(strength);
            rows.loops.push(loops + inside / 2.0);
            tally.clear();
        }
        rows
    }
}

fn joined(parts: Vec<GroupRows>, n_groups: usize) -> Level<'static> {
    let n_arcs = parts.iter().map(|part| part.neighbours.len()).sum();
    let (mut offsets, mut neighbours, mut weights) = (vec![0], Vec::with_capacity(n_arcs), Vec::with_capacity(n_arcs));
    let (mut strengths, mut loops) = (Vec::with_capacity(n_groups), Vec::with_capacity(n_groups));
    let mut end = 0;
    for part in parts {
        offsets.extend(part.degrees.iter().map(|degree| {
            end += degree;
            end
        }));
        neighbours.extend(part.neighbours);
        weights.extend(part.weights);
        strengths.extend(part.strengths);
        loops.extend(part.loops);
    }
    let total = strengths.iter().sum();
    let weights = Some(Cow::Owned(weights));
    Level { offsets: Cow::Owned(offsets), neighbours: Cow::Owned(neighbours), weights, strengths, loops, total }
}
