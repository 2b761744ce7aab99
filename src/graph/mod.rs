//! A snapshot's links seen as a graph of numbered nodes: layers, weights, decay, a day.
//!
//! In come plain arrays of links between 64-bit ids, in [`Layer`]s, with optional weights and days. Out goes a [`Graph`]:
//! compressed sparse rows over dense 32-bit nodes in both directions, on which [`crate::algorithms`] and petgraph's own
//! algorithms run. Nothing here knows what a link means: no RDF, no accounts, no files.
//!
//! Cost: time linear in the links apart from the sort inside each row, spread over all threads; 4 bytes a link and
//! direction, 8 more when there are weights. The same links give the same graph, bit for bit, in whatever order they
//! come and however many threads there are.

mod arcs;
mod error;
mod layer;
mod numbering;
mod rows;
mod view;
mod visit;

pub use error::GraphError;
pub use layer::{Direction, Layer, Parallel, ViewSettings};
pub use rows::Rows;
pub use view::{Graph, Link};
pub use visit::{Links, Neighbours};
