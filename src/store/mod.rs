//! Statements to immutable batches, batches to a snapshot.
//!
//! In come chunks of statements ([`BatchWriter`]), out come answers to patterns ([`Snapshot`]) with the rows they rest
//! on; in between everything on disk is immutable and replaced by rename ([`Workspace`]). Only this stage knows the
//! layout of files; it never interprets a statement.

mod batch;
mod build;
mod derived;
#[cfg(test)]
mod disk_laws;
mod durable;
mod error;
mod id;
mod in_use;
mod inline;
mod key;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod link_laws;
mod provenance;
mod snapshot;
mod terms;
mod workspace;

pub use batch::{BatchManifest, BatchSpec, BatchWriter, Input, LoadedInput};
pub use build::Part;
pub use derived::write_derived;
pub use error::StoreError;
pub use id::Id;
pub use inline::Inline;
pub use snapshot::{
    GraphPattern, Links, NumberColumn, ObjectKind, Ordinals, Origin, Quad, Scan, Snapshot, TermReader, extent_over,
};
pub use workspace::{Built, Current, Load, RunDraft, Workspace, Writing};
