//! Local moving: nodes go to the community of a neighbour where the quality gains most, until none gains.
//!
//! Nodes wait in a queue and are taken in batches. All threads together look for the best move of each node of a batch
//! while nothing moves. Of moves that would spoil each other's reckoning (of neighbours, where one leaves or enters a
//! community that the other leaves or enters) only the first goes on; the others wait for a later batch. So what a node
//! knows of its links is exact when it moves, and only the communities' totals have changed, by which its gain is
//! reckoned again before it moves. Every move raises the quality, and none depends on how many threads there are.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use rayon::prelude::*;

use crate::algorithms::AlgorithmError;
use crate::algorithms::leiden::level::{ARCS_PER_TASK, Level};
use crate::algorithms::leiden::partition::Partition;
use crate::algorithms::pool::Pool;
use crate::algorithms::tally::Tally;
use crate::algorithms::watch::Progress;

/// A batch is this part of the waiting nodes, within the bounds below. Small batches decide on fresher totals, large
/// ones keep threads busy.
const BATCHES: usize = 64;
const LEAST_BATCH: usize = 1 << 8;
const GREATEST_BATCH: usize = 1 << 12;

/// Nodes of a batch that one task looks at at least; a batch of less than [`ARCS_PER_TASK`] arcs is one task.
const NODES_PER_TASK: usize = 1 << 5;

/// Gains below this part of the whole weight are rounding.
const LEAST_GAIN: f64 = 1e-13;

/// A node with more than [`FEW_LINKS`] is looked at again when this part of all links has moved since.
const MOVED_PART: f32 = 0.25;
const FEW_LINKS: usize = 4;

/// A move that looked best when its batch began.
struct Proposal {
    node: u32,
    source: u32,
    target: u32,
    /// Weight of the links to the target less those to the rest of the source.
    links_gained: f64,
}

struct Mover<'a, 'g> {
    level: &'a Level<'g>,
    partition: &'a mut Partition,
    resolution: f64,
    /// One bit a node: a neighbour moved since it was looked at.
    waiting: Vec<AtomicU64>,
    /// The links of all nodes that moved since the beginning, in parts of all links.
    moved_part: f32,
    /// What `moved_part` was when each node was looked at.
    looked_at: Vec<f32>,
    /// One bit a node: it has a proposal in the batch, and at which place.
    proposes: Vec<u64>,
    places: Vec<u32>,
}

/// Moves the nodes of `order`, then all that wait because a neighbour moved.
pub(super) fn move_nodes(
    level: &Level<'_>,
    partition: &mut Partition,
    (order, resolution): (&[u32], f64),
    progress: &Progress<'_>,
) -> Result<(), AlgorithmError> {
    let n = level.n_nodes();
    let waiting = (0..n.div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
    let (proposes, places, looked_at) = (vec![0; n.div_ceil(64)], vec![0; n], vec![0.0; n]);
    let mut mover = Mover { level, partition, resolution, waiting, moved_part: 0.0, looked_at, proposes, places };
    let tallies = Pool::new(|| Tally::new(n));
    let mut due = Cow::Borrowed(order);
    while !due.is_empty() {
        let n_batch = (due.len() / BATCHES).clamp(LEAST_BATCH, GREATEST_BATCH);
        for batch in due.chunks(n_batch) {
            progress.advance(0)?;
            mover.move_batch(batch, &tallies);
        }
        due = Cow::Owned(mover.due());
    }
    Ok(())
}

impl Mover<'_, '_> {
    fn move_batch<F: Fn() -> Tally + Sync>(&mut self, batch: &[u32], tallies: &Pool<Tally, F>) {
        batch.iter().for_each(|node| self.look_at(*node));
        let of_task = |nodes: &[u32]| {
            let proposals = |tally: &mut Tally| nodes.iter().filter_map(|node| self.proposal(*node, tally)).collect();
            tallies.with(proposals)
        };
        let n_arcs: usize = batch.iter().map(|node| self.level.degree(*node)).sum();
        let n_at_least = if n_arcs < ARCS_PER_TASK { batch.len() } else { NODES_PER_TASK };
        let of_tasks: Vec<Vec<Proposal>> = batch.par_chunks(n_at_least).map(of_task).collect();
        let proposals: Vec<Proposal> = of_tasks.into_iter().flatten().collect();
        for (Proposal { node, .. }, place) in proposals.iter().zip(0..) {
            self.places[*node as usize] = place;
            self.proposes[*node as usize / 64] |= 1 << (node % 64);
        }
        let is_first = |(place, proposal): (usize, &Proposal)| !self.meets_earlier(place, proposal, &proposals);
        let with_places = proposals.par_iter().with_min_len(n_at_least).enumerate();
        let are_first: Vec<bool> = with_places.map(is_first).collect();
        let mut moved = Vec::with_capacity(proposals.len());
        for (proposal, is_first) in proposals.iter().zip(are_first) {
            self.proposes[proposal.node as usize / 64] = 0;
            if is_first && self.apply(proposal) { moved.push(proposal.node) } else { self.postpone(proposal.node) }
        }
        moved.par_iter().with_min_len(n_at_least).for_each(|node| self.wake_neighbours(*node));
        let n_arcs: usize = moved.iter().map(|node| self.level.degree(*node)).sum();
        self.moved_part += n_arcs as f32 / self.level.n_arcs() as f32;
    }

    /// The best move of a node, if there is one that gains.
    fn proposal(&self, node: u32, tally: &mut Tally) -> Option<Proposal> {
        let (labels, totals) = (&self.partition.labels, &self.partition.totals);
        let (source, strength) = (labels[node as usize], self.level.strengths[node as usize]);
        self.level.for_each_arc(node, |other, weight| tally.add(labels[other as usize], weight));
        let (at_home, rest) = (tally.sum(source), totals[source as usize] - strength);
        let by_chance = self.resolution * strength / self.level.total;
        let mut best = (self.least_gain(), source, 0.0);
        for (target, links) in tally.iter() {
            let gain = links - at_home - by_chance * (totals[target as usize] - rest);
            if (gain > best.0 || (gain == best.0 && target < best.1)) && target != source {
                best = (gain, target, links - at_home);
            }
        }
        tally.clear();
        if best.1 == source && !self.partition.is_alone(node) {
            let free = self.partition.free_label().map(|free| (self.gain(node, source, free, -at_home), free));
            best = free.filter(|(gain, _)| *gain > best.0).map_or(best, |(gain, free)| (gain, free, -at_home));
        }
        (best.1 != source).then_some(Proposal { node, source, target: best.1, links_gained: best.2 })
    }

    /// What the quality gains, in units of weight.
    fn gain(&self, node: u32, source: u32, target: u32, links_gained: f64) -> f64 {
        let (strength, totals) = (self.level.strengths[node as usize], &self.partition.totals);
        let rest = totals[source as usize] - strength;
        links_gained - self.resolution * strength * (totals[target as usize] - rest) / self.level.total
    }

    fn least_gain(&self) -> f64 {
        self.level.total * LEAST_GAIN
    }

    /// Whether an earlier proposal is a neighbour's and touches a community that this one touches.
    fn meets_earlier(&self, place: usize, proposal: &Proposal, proposals: &[Proposal]) -> bool {
        let touches = |label: u32| label == proposal.source || label == proposal.target;
        let proposes = |other: &&u32| self.proposes[**other as usize / 64] >> (**other % 64) & 1 == 1;
        self.level.row(proposal.node).iter().filter(proposes).any(|other| {
            let earlier = self.places[*other as usize] as usize;
            earlier < place && (touches(proposals[earlier].source) || touches(proposals[earlier].target))
        })
    }

    /// Moves the node if that still gains.
    fn apply(&mut self, proposal: &Proposal) -> bool {
        let Proposal { node, source, target, links_gained } = *proposal;
        let is_there = self.partition.has_nodes(target) || self.partition.free_label() == Some(target);
        let gains = is_there && self.gain(node, source, target, links_gained) > self.least_gain();
        if gains {
            self.partition.assign(node, self.level.strengths[node as usize], target);
        }
        gains
    }

    /// Notes that a node is looked at now: only what moves from here on makes it wait again.
    fn look_at(&mut self, node: u32) {
        *self.waiting[node as usize / 64].get_mut() &= !(1 << (node % 64));
        self.looked_at[node as usize] = self.moved_part;
    }

    fn is_waiting(&self, node: u32) -> bool {
        self.waiting[node as usize / 64].load(Relaxed) >> (node % 64) & 1 == 1
    }

    fn wait(&self, node: u32) {
        self.waiting[node as usize / 64].fetch_or(1 << (node % 64), Relaxed);
    }

    /// Looks at a node again in the next round, whatever moves.
    fn postpone(&mut self, node: u32) {
        self.looked_at[node as usize] = f32::NEG_INFINITY;
        self.wait(node);
    }

    fn wake_neighbours(&self, node: u32) {
        let label = self.partition.labels[node as usize];
        let asleep = self.level.row(node).iter().filter(|other| !self.is_waiting(**other));
        asleep.filter(|other| self.partition.labels[**other as usize] != label).for_each(|other| self.wait(*other));
    }

    /// The nodes of the next round, ascending: of the waiting ones those with few links or near which, by the part of
    /// all links that moved, enough has changed; when there are none, all that wait. Else nodes with very many links,
    /// near which something always moves, would be looked at in every round.
    fn due(&self) -> Vec<u32> {
        let mut due = Vec::new();
        for (word, first) in self.waiting.iter().zip((0u32..).step_by(64)) {
            let mut bits = word.load(Relaxed);
            while bits != 0 {
                due.push(first + bits.trailing_zeros());
                bits &= bits - 1;
            }
        }
        let latest = self.moved_part - MOVED_PART;
        let is_due = |node: &u32| self.looked_at[*node as usize] <= latest || self.level.degree(*node) <= FEW_LINKS;
        if due.iter().any(is_due) {
            due.retain(is_due);
        }
        due
    }
}
