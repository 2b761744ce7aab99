//! The market as flat arrays: what discovery reads from a snapshot once and then computes on.
//!
//! Comes in: a snapshot, already cut to what was known on the day. Leaves: typed, dense, sorted arrays. Never writes,
//! never scores. Each part can be read alone.

mod accounts;
pub mod column;

pub use accounts::{AccountIndex, Accounts, Named, end_of_iri, id_of_iri, intervals, named, names, number, table};
