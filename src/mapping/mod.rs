//! Records to statements, as a declarative file says.
//!
//! Comes in: records of [`ingest`](crate::ingest) and a [`Mapping`]. Leaves: [`Statements`] in the order of the rows,
//! and rejects. Never interprets what is not written in the mapping. How a mapping is written stands in [`spec`].

mod cleaning;
mod field;
mod filter;
mod mistake;
mod parse;
mod parse_value;
mod reading;
pub mod spec;
mod statement;
mod template;
mod value;

pub use mistake::{MappingError, Mistake};
pub use spec::Mapping;
pub use statement::{Known, LocalTerm, Statement, Statements, TermText};
