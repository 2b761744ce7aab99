//! kagraph finds a company's next key accounts: customer, contact and transaction data from many systems become one
//! knowledge graph; parallel graph algorithms find potential key accounts, changes of decision chains and gaps in our
//! relationships, and explain each down to the source row; everything is open to SPARQL.
//!
//! # The way of the data
//!
//! ```text
//!  files, tables, CRM exports
//!    ingest       bytes → records, each with its place (file, row, column)
//!    mapping      records → typed statements, as a declarative file says
//!    store        statements → immutable batches → a snapshot: terms and sorted links, memory-mapped
//!         ├── sparql       any SPARQL 1.1 query over a snapshot, in columns
//!         └── graph        the same links seen as a graph → algorithms
//!    discovery    candidates · chain changes · coverage gaps, each finding with evidence
//!         ├── publish      findings → RDF in the graph, CSV, HTML
//!         └── evaluation   findings compared with what is true
//!    pipeline     all of it in one go
//! ```
//!
//! | stage | what to read first |
//! |---|---|
//! | [`ingest`] | [`ingest::Source`], [`ingest::Records`], [`ingest::Reject`] |
//! | [`mapping`] | [`mapping::spec`] (the language), [`mapping::Mapping`], [`mapping::Statements`] |
//! | [`store`] | [`store::Workspace`], [`store::Snapshot`], [`store::Id`] |
//! | [`sparql`] | the module page; `kagraph query` is a thin layer over it |
//! | [`graph`], [`algorithms`] | [`graph::Graph`]; one file an algorithm, each with its source and complexity |
//! | [`identity`] | [`identity::RecordTable`], [`identity::Resolution`]: which records are one company, one person; [`pipeline::entities`] is its part in a run |
//! | [`discovery`] | [`discovery::Finding`], [`discovery::market::Market`], [`discovery::signals`], [`discovery::candidate`], [`discovery::chain_change`], [`discovery::coverage`] |
//! | [`evidence`] | [`evidence::Evidence`]: the tree whose total is the score |
//! | [`publish`] | [`publish::RunReport`] |
//! | [`pipeline`] | load → build → resolve → discover → publish |
//! | [`synthetic`], [`evaluation`] | a market with planted truth, and how well it is found |
//! | [`model`], [`ontology`], [`settings`], [`error`] | small values, every IRI, every setting, who must act |
//! | [`cli`] | one file a command |
//!
//! A stage may use what stands above it in the way of the data, never below; `tests/tidy.rs` holds the table.
//!
//! # Invariants, each kept by a test
//!
//! 1. Rows read = rows mapped + rows quarantined; a quarantined row keeps its place, reason and raw text.
//! 2. Only [`ontology`] spells an IRI of ours; only [`store`] knows the layout of files.
//! 3. No clock below [`cli`].
//! 4. A snapshot as of a day holds no fact that was not known on that day.
//! 5. Score = total of its evidence, to 1e-9; every leaf with a value leads to a source row.
//! 6. Same input, same bytes: at 1, 2 and 8 threads, and when run again.
//! 7. Queries over a snapshot answer as Oxigraph's own store does, also when they are computed in columns.
//! 8. Derived graphs are replaced whole; batches are never edited.
//! 9. Bad data are a value (a [`ingest::Reject`]), not an error.
//!
//! # What is deliberately absent
//!
//! No server, no background threads, no mutable store: every command opens files, computes and ends. No golden record:
//! records that identity takes as one stay as their systems say them, and are joined by a link.

pub mod algorithms;
pub mod cli;
pub mod discovery;
pub mod error;
pub mod evaluation;
pub mod evidence;
pub mod graph;
pub mod identity;
pub mod ingest;
pub mod mapping;
pub mod model;
pub mod ontology;
pub mod pipeline;
pub mod publish;
pub mod settings;
pub mod sparql;
pub mod store;
pub mod synthetic;
