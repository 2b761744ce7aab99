//! What components are: a division of the nodes, each part named by its smallest node.

/// Components, each named by its smallest node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Components {
    labels: Vec<u32>,
    n_components: usize,
}

impl Components {
    /// Components from labels that are already their smallest nodes.
    pub(super) fn of(labels: Vec<u32>) -> Self {
        let n_components = labels.iter().zip(0..).filter(|(label, node)| *label == node).count();
        Self { labels, n_components }
    }

    /// The smallest node of the component of each node.
    pub fn labels(&self) -> &[u32] {
        &self.labels
    }

    /// Number of components.
    pub fn n_components(&self) -> usize {
        self.n_components
    }

    /// Whether two nodes are in the same component.
    pub fn are_connected(&self, a: u32, b: u32) -> bool {
        self.labels[a as usize] == self.labels[b as usize]
    }

    /// The nodes of every component, ascending; components in the order of their smallest nodes.
    pub fn members(&self) -> Vec<Vec<u32>> {
        let mut places = vec![0; self.labels.len()];
        let mut members: Vec<Vec<u32>> = Vec::with_capacity(self.n_components);
        for (node, label) in self.labels.iter().enumerate() {
            if *label as usize == node {
                places[node] = members.len();
                members.push(Vec::new());
            }
            members[places[*label as usize]].push(node as u32);
        }
        members
    }
}
