//! Queries in columns: whole batches of ids at a time, over the snapshot's own arrays, on all threads.
//!
//! Comes in: the algebra of a query, a snapshot. Leaves: the same solutions that Oxigraph's evaluator gives, much sooner
//! for queries that read many statements. A query that is not covered is refused before anything is read, and goes to
//! Oxigraph's evaluator.

pub(in crate::sparql) mod aggregate;
mod batch;
pub(in crate::sparql) mod expression;

pub(in crate::sparql) use batch::{Batch, Terms};
