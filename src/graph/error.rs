//! Why links cannot become a graph.

/// A layer or a setting from which no graph can be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum GraphError {
    /// Weights or days of a layer do not stand one to one beside its links.
    #[error("layer {layer}: expected {expected} {what}, one a link, found {found}")]
    Lengths {
        /// Place of the layer in the list.
        layer: usize,
        /// "weights" or "days".
        what: &'static str,
        /// How many links there are.
        expected: usize,
        /// How many values there are.
        found: usize,
    },
    /// A weight that is negative, infinite or not a number.
    #[error("layer {layer}, link {link}: expected a weight of at least 0 and finite, found {found}")]
    Weight {
        /// Place of the layer in the list.
        layer: usize,
        /// Place of the link in the layer.
        link: usize,
        /// The weight.
        found: f64,
    },
    /// A layer's factor that is negative, infinite or not a number.
    #[error("layer {layer}: expected a factor of at least 0 and finite, found {found}")]
    Factor {
        /// Place of the layer in the list.
        layer: usize,
        /// The factor.
        found: f64,
    },
    /// A half-life that is not a positive number of days.
    #[error("expected a half-life of more than 0 days, found {0}")]
    HalfLife(f64),
    /// More nodes than 32 bits can number.
    #[error("expected at most {max} nodes, found {found}\nhint: split the graph by component or drop a layer")]
    TooManyNodes {
        /// How many can be numbered.
        max: usize,
        /// How many there are.
        found: usize,
    },
}
