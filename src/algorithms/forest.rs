//! Union-find for many threads. A union always hangs the larger root below the smaller one, so every tree ends with its
//! smallest node as root, whatever the order of the unions was.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use rayon::prelude::*;

/// Parents; a parent is never larger than its child.
pub(super) struct Forest(Vec<AtomicU32>);

impl Forest {
    /// Every node for itself.
    pub(super) fn new(n_nodes: usize) -> Self {
        Self((0..n_nodes as u32).map(AtomicU32::new).collect())
    }

    pub(super) fn parent(&self, node: u32) -> u32 {
        self.0[node as usize].load(Relaxed)
    }

    pub(super) fn unite(&self, a: u32, b: u32) {
        let (mut a, mut b) = (self.parent(a), self.parent(b));
        while a != b {
            let (low, high) = (a.min(b), a.max(b));
            let above = self.parent(high);
            if above == low || (above == high && self.hang(high, low)) {
                return;
            }
            (a, b) = (self.parent(self.parent(high)), self.parent(low));
        }
    }

    /// Hangs a root below a smaller node, unless another thread was quicker.
    fn hang(&self, root: u32, below: u32) -> bool {
        self.0[root as usize].compare_exchange(root, below, Relaxed, Relaxed).is_ok()
    }

    /// Hangs every node directly below its root.
    pub(super) fn flatten(&self) {
        self.0.par_iter().with_min_len(1 << 12).for_each(|place| {
            let mut parent = place.load(Relaxed);
            while parent != self.parent(parent) {
                parent = self.parent(parent);
            }
            place.store(parent, Relaxed);
        });
    }

    /// Parents of every `step`-th node.
    pub(super) fn sampled(&self, step: usize) -> Vec<u32> {
        self.0.iter().step_by(step).map(|parent| parent.load(Relaxed)).collect()
    }

    /// The smallest node of the tree of each node.
    pub(super) fn into_roots(self) -> Vec<u32> {
        self.flatten();
        self.0.into_iter().map(AtomicU32::into_inner).collect()
    }
}
