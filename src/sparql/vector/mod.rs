//! Queries in columns: whole batches of ids at a time, over the snapshot's own arrays, on all threads.
//!
//! Comes in: the algebra of a query, a snapshot. Leaves: the same solutions that Oxigraph's evaluator gives, much sooner
//! for queries that read many statements. A query that is not covered is refused before anything is read, and goes to
//! Oxigraph's evaluator.
//!
//! `pattern` (variables become slots, terms ids) → `plan` (order of joins from exact counts) → `operators` (batches of
//! some ten thousand rows through steps, many at a time) → solutions, whose terms are looked up when they are read.

mod account;
pub(in crate::sparql) mod aggregate;
mod batch;
mod construct;
mod context;
mod describe;
mod explain;
pub(in crate::sparql) mod expression;
#[cfg(test)]
mod expression_agreement;
mod operators;
mod pattern;
mod plan;
mod prepared;
#[cfg(test)]
mod query_agreement;
#[cfg(test)]
mod random_data;
#[cfg(test)]
mod random_expression;
#[cfg(test)]
mod random_pattern;
#[cfg(test)]
mod random_query;
mod rows;

pub(in crate::sparql) use batch::{Batch, Terms};
pub(in crate::sparql) use prepared::{NotCovered, Prepared};
