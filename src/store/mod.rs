//! Statements to immutable batches, batches to a snapshot.

mod error;
mod id;
mod snapshot;

pub use error::StoreError;
pub use id::Id;
pub use snapshot::{GraphPattern, Links, Origin, Quad, Snapshot};
