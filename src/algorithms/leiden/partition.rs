//! Which community each node of a level is in, and what each community weighs.

use crate::algorithms::leiden::level::Level;

/// Communities with labels below the number of nodes; some labels are free.
pub(super) struct Partition {
    pub(super) labels: Vec<u32>,
    /// Sum of the strengths of each community.
    pub(super) totals: Vec<f64>,
    sizes: Vec<u32>,
    /// Labels of communities without nodes; the last is taken first.
    free: Vec<u32>,
}

impl Partition {
    /// The communities that the labels say.
    pub(super) fn of(level: &Level<'_>, labels: Vec<u32>) -> Self {
        let n = level.n_nodes();
        let (mut totals, mut sizes) = (vec![0.0; n], vec![0u32; n]);
        for (label, strength) in labels.iter().zip(&level.strengths) {
            totals[*label as usize] += strength;
            sizes[*label as usize] += 1;
        }
        let free = (0..n as u32).rev().filter(|label| sizes[*label as usize] == 0).collect();
        Self { labels, totals, sizes, free }
    }

    /// A label that no node has.
    pub(super) fn free_label(&self) -> Option<u32> {
        self.free.last().copied()
    }

    /// Whether a node is all of its community.
    pub(super) fn is_alone(&self, node: u32) -> bool {
        self.sizes[self.labels[node as usize] as usize] == 1
    }

    /// Whether any node has the label.
    pub(super) fn has_nodes(&self, label: u32) -> bool {
        self.sizes[label as usize] > 0
    }

    /// Moves a node of this strength; a free target must be [`Partition::free_label`].
    pub(super) fn assign(&mut self, node: u32, strength: f64, target: u32) {
        let source = std::mem::replace(&mut self.labels[node as usize], target);
        if self.sizes[target as usize] == 0 {
            self.free.pop();
        }
        self.totals[source as usize] -= strength;
        self.totals[target as usize] += strength;
        self.sizes[source as usize] -= 1;
        self.sizes[target as usize] += 1;
        if self.sizes[source as usize] == 0 {
            self.totals[source as usize] = 0.0;
            self.free.push(source);
        }
    }

    pub(super) fn n_communities(&self) -> usize {
        self.labels.len() - self.free.len()
    }
}

/// Labels from 0 without gaps, in the order of their first nodes, and how many there are.
pub(super) fn renumbered(labels: &[u32]) -> (Vec<u32>, usize) {
    let mut numbers = vec![u32::MAX; labels.iter().max().map_or(0, |greatest| *greatest as usize + 1)];
    let mut n_labels = 0;
    let mut number = |label: &u32| {
        let number = &mut numbers[*label as usize];
        if *number == u32::MAX {
            *number = n_labels;
            n_labels += 1;
        }
        *number
    };
    let renumbered = labels.iter().map(&mut number).collect();
    (renumbered, n_labels as usize)
}
