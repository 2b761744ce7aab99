//! Statements to immutable batches, batches to a snapshot.

mod build;
mod error;
mod id;
mod inline;
mod key;
#[cfg(test)]
mod laws;
mod provenance;
mod snapshot;
mod terms;

pub use build::Part;
pub use error::StoreError;
pub use id::Id;
pub use inline::Inline;
pub use snapshot::{GraphPattern, Origin, Quad, Scan, Snapshot};
