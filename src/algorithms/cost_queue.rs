//! Nodes in the order of their costs, for searches whose costs never fall below what was taken last.
//!
//! A radix heap with a small heap before it. Nodes wait unsorted in buckets, by the highest bit in which their cost differs
//! from a floor. The cheapest few of all are in a binary heap that fits into the fastest memory: it is filled from the
//! cheapest buckets, of which a large one is first dealt out over those below it, and gives its dearest back when it
//! grows. What was found more cheaply meanwhile is dropped on the way. So most nodes are written to the end of an array
//! and read from front to back, where a single heap would touch memory all over.
//!
//! Source: Ahuja, Mehlhorn, Orlin, Tarjan: Faster Algorithms for the Shortest Path Problem, 1990; on the bits of
//! floating-point costs, which are ordered as the costs are.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Buckets: one for each highest differing bit of two costs, and one for costs that do not differ.
const N_BUCKETS: usize = u64::BITS as usize + 1;

/// Nodes with which the heap is filled at most: 16 KiB. At four times as many it gives some back.
const FILL: usize = 1 << 10;
const MOST: usize = 4 * FILL;

/// Nodes with costs of at least 0, cheapest first, equal costs by node.
pub(super) struct CostQueue {
    /// No cost in `buckets` is below it.
    floor: u64,
    buckets: [Vec<Waiting>; N_BUCKETS],
    /// All nodes that cost less than `near_end`.
    near: BinaryHeap<Waiting>,
    near_end: u64,
    /// How large `near` may grow before it gives nodes back.
    most: usize,
}

impl CostQueue {
    pub(super) fn new() -> Self {
        let buckets = std::array::from_fn(|_| Vec::new());
        Self { floor: 0, buckets, near: BinaryHeap::new(), near_end: 0, most: MOST }
    }

    /// Adds a node; its cost is at least that of the last one that was taken.
    #[inline]
    pub(super) fn push(&mut self, cost: f64, node: u32) {
        let next = Waiting { cost, node };
        if cost.to_bits() >= self.near_end {
            self.put_by(next);
            return;
        }
        self.near.push(next);
        if self.near.len() > self.most {
            self.give_back();
        }
    }

    /// Takes the next node that is still worth looking at.
    pub(super) fn pop(&mut self, is_due: impl Fn(f64, u32) -> bool) -> Option<(f64, u32)> {
        loop {
            while let Some(Waiting { cost, node }) = self.near.pop() {
                if is_due(cost, node) {
                    return Some((cost, node));
                }
            }
            let cheapest = self.buckets.iter().position(|bucket| !bucket.is_empty())?;
            if cheapest > 0 && self.buckets[cheapest].len() > FILL {
                self.deal_out(cheapest, &is_due);
            } else {
                self.fill(cheapest, &is_due);
            }
        }
    }

    fn put_by(&mut self, next: Waiting) {
        self.buckets[bucket(next.cost.to_bits(), self.floor)].push(next);
    }

    /// Fills the heap from this bucket on, with as many whole buckets as it takes.
    fn fill(&mut self, cheapest: usize, is_due: &impl Fn(f64, u32) -> bool) {
        for at in cheapest..N_BUCKETS {
            let bucket = &mut self.buckets[at];
            if bucket.is_empty() {
                continue;
            }
            if at > cheapest && self.near.len() + bucket.len() > FILL {
                break;
            }
            self.near.extend(bucket.drain(..).filter(|waiting| is_due(waiting.cost, waiting.node)));
            self.near_end = end_of(at, self.floor);
        }
        self.most = MOST.max(2 * self.near.len());
    }

    /// Deals the nodes of the cheapest bucket out over those below it, which are empty.
    fn deal_out(&mut self, cheapest: usize, is_due: &impl Fn(f64, u32) -> bool) {
        let mut waiting = std::mem::take(&mut self.buckets[cheapest]);
        waiting.retain(|waiting| is_due(waiting.cost, waiting.node));
        self.floor = waiting.iter().map(|waiting| waiting.cost.to_bits()).min().unwrap_or(self.floor);
        waiting.drain(..).for_each(|next| self.put_by(next));
        self.buckets[cheapest] = waiting;
    }

    /// Puts the dearest nodes of the heap back into buckets, unless they cost what the cheapest do.
    fn give_back(&mut self) {
        let mut waiting = std::mem::take(&mut self.near).into_vec();
        let (_, pivot, _) = waiting.select_nth_unstable_by(FILL, |a, b| b.cmp(a));
        let first_back = pivot.cost.to_bits();
        let (near, back): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|waiting| waiting.cost.to_bits() < first_back);
        if near.is_empty() {
            self.near = back.into();
        } else {
            (self.near, self.near_end) = (near.into(), first_back);
            back.into_iter().for_each(|next| self.put_by(next));
        }
        self.most = MOST.max(2 * self.near.len());
    }
}

/// The bucket of a cost: how many low bits it takes to tell it from the floor.
#[inline]
fn bucket(bits: u64, floor: u64) -> usize {
    (u64::BITS - (bits ^ floor).leading_zeros()) as usize
}

/// The first cost behind those of a bucket.
fn end_of(at: usize, floor: u64) -> u64 {
    let Some(low) = at.checked_sub(1) else { return floor + 1 };
    ((floor >> low | 1) << low) + (1 << low)
}

/// A node in a heap; the greatest is the cheapest, then the one with the smallest number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    pub(super) cost: f64,
    pub(super) node: u32,
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        other.cost.total_cmp(&self.cost).then(other.node.cmp(&self.node))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Waiting {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::algorithms::draw;

    /// Draws costs that grow with what was taken, many of them equal, some zero steps; both queues have to agree.
    #[test]
    fn nodes_come_in_the_order_of_a_plain_heap() {
        let (mut queue, mut plain) = (CostQueue::new(), BinaryHeap::new());
        let push = |queue: &mut CostQueue, plain: &mut BinaryHeap<Waiting>, from: f64, place: u64| {
            let drawn = draw::number(7, place);
            let (cost, node) = (from + (drawn % 64) as f64 / 16.0, (drawn >> 32) as u32 % 1000);
            queue.push(cost, node);
            plain.push(Waiting { cost, node });
        };
        (0..5000).for_each(|place| push(&mut queue, &mut plain, 0.0, place));
        let mut n_taken = 0u64;
        while let Some((cost, node)) = queue.pop(|_, _| true) {
            assert_eq!(plain.pop(), Some(Waiting { cost, node }));
            n_taken += 1;
            if n_taken < 20_000 {
                push(&mut queue, &mut plain, cost, n_taken << 20);
            }
        }
        assert!(plain.is_empty() && n_taken == 24_999);
    }

    #[test]
    fn what_is_not_due_never_comes() {
        let mut queue = CostQueue::new();
        (0..5000u32).for_each(|node| queue.push(f64::from(node % 7), node));
        let mut taken: Vec<u32> = std::iter::from_fn(|| queue.pop(|_, node| node % 2 == 0)).map(|it| it.1).collect();
        taken.sort_unstable();
        assert_eq!(taken, (0..5000).step_by(2).collect::<Vec<_>>());
    }
}
