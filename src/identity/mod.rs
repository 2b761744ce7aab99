//! Which records are one company, one person.
//!
//! Comes in: records of any number of sources as a [`RecordTable`]. Leaves: a [`Resolution`]: probabilities of pairs,
//! entities, and the reasons. Never changes a record, never needs labels or rules. Costs some microseconds a proposed pair;
//! pairs grow linearly with the records.
//!
//! The way: columns get a [`kind`], cells one spelling ([`normalize`]), values become an [`attribute`] with frequencies;
//! [`blocking`] proposes pairs, [`comparison`] says how far they agree, [`training`] learns what that is worth,
//! [`match_weight`] adds it up, [`alternatives`] weighs partners that exclude each other, [`cluster`] makes entities of it.
//! Words and method are those of Fellegi and Sunter and of Splink.

pub mod alternatives;
pub mod attribute;
pub mod batch;
pub mod blocking;
pub mod cluster;
pub mod comparison;
pub mod decision_lines;
pub mod decisions;
pub mod kind;
pub mod match_weight;
pub mod normalize;
pub mod person_name;
pub mod record_table;
pub mod resolve;
pub mod schema;
pub mod stable_ids;
pub mod training;
pub mod trusted;
pub mod words;

pub use batch::Learnt;
pub use record_table::RecordTable;
pub use resolve::{Conflict, Resolution, Settings, WithinSource};
pub use trusted::Trusted;

/// Why records cannot be resolved.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// A file cannot be read.
    #[error(transparent)]
    Ingest(#[from] crate::ingest::IngestError),
}
