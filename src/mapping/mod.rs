//! Records to statements, as a declarative file says.
//!
//! Comes in: a data folder, or records of [`ingest`](crate::ingest), and a [`Mapping`]. Leaves: [`Statements`] in the
//! order of the rows, and rejects. Never interprets what is not written in the mapping; never holds a file whole, but
//! for the columns that are looked up.
//!
//! ```text
//! text ── Mapping::parse ─→ Mapping ── plan(folder) ─→ Plan ── run(sink) ─→ Piece, Piece, …
//!                              │ names               │ columns            │ statements, rejects, counts
//! ```
//!
//! How a mapping is written stands in [`spec`]; the shipped ones are in [`profiles`].

mod apply;
mod cleaning;
mod compile;
mod drive;
mod emit;
mod evaluate;
mod field;
mod filter;
mod folder;
mod lookup;
mod mistake;
mod parse;
mod parse_value;
pub mod profiles;
mod rdf;
mod reading;
pub mod spec;
mod statement;
mod template;
mod value;

pub use apply::Mapped;
pub(crate) use cleaning::registration;
pub use compile::Mapper;
pub use drive::{FileOutcome, MapError, Piece, Plan, PlannedFile};
pub use lookup::Lookups;
pub use mistake::{MappingError, Mistake};
pub use spec::Mapping;
pub use statement::{Known, LocalTerm, Statement, Statements, TermText};
