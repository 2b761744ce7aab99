//! Any SPARQL 1.1 query over a snapshot.
//!
//! Comes in: the text of a query (or the name of one in [`Library`]), values of its parameters, a
//! [`Snapshot`](crate::store::Snapshot). Leaves: solutions, a truth or triples, written in a [`Format`]. Never changes
//! the snapshot, never opens a network connection. Costs: in columns some nanoseconds a row and step, in memory what
//! groups, joins by hash and sorted rows hold; otherwise what Oxigraph's evaluator costs on sorted arrays. Terms stay
//! eight-byte ids until somebody looks into them.
//!
//! A [`Query`] is parsed by Oxigraph's grammar with kagraph's prefixes, gets its parameters as terms, and is computed in
//! columns (`vector`) or, where it has something that is not covered there, by Oxigraph's evaluator on
//! [`SnapshotDataset`]; both give the same, and [`Answer::explanation`] tells which way was taken and why. The default
//! graph is the union of all named graphs, every statement once; `FROM`, `FROM NAMED` and `GRAPH` see the source graphs
//! one by one. [`functions`] adds what analysts of accounts need beyond the standard, [`service`] makes every graph
//! algorithm callable from a query, and [`describe`] tells all of it in a service description.
//!
//! ```no_run
//! use std::path::Path;
//!
//! use kagraph::sparql::{Format, Query, Stop, write};
//! use kagraph::store::Snapshot;
//!
//! let snapshot = Snapshot::open(Path::new("acme.kag/snapshots/1"))?;
//! let query = Query::parse("SELECT ?name { ?account a ka:Account ; schema:name ?name ; ka:sector ?sector }")?;
//! let answer = query.with_parameter("sector", "id:sector/energy")?.answer(&snapshot, &Stop::never())?;
//! write(answer, Format::Csv, &mut std::io::stdout())?;
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

mod absent;
mod algebra;
mod dataset;
mod description;
mod error;
mod evaluate;
pub mod functions;
mod library;
mod near;
mod order_class;
mod parameter;
mod results;
pub mod service;
mod stop;
mod substitute;
mod syntax;
mod table;
mod tokens;
mod vector;

pub use dataset::{QueryTerm, SnapshotDataset};
pub use description::describe;
pub use error::SparqlError;
pub use evaluate::{Answer, Answering, Form, Query, Way};
pub use library::{Library, LibraryQuery, Parameter};
pub use results::{Format, write};
pub use stop::Stop;
