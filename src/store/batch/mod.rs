//! One load on disk: statements with their source rows as Parquet tables by predicate, quarantine, manifest.
//!
//! In come chunks of statements in the order of files and rows; out comes an immutable folder
//! `batches/<hash of inputs and mapping>/`:
//!
//! ```text
//! manifest.json                              what was loaded, counts, hash of every file
//! terms.parquet                              term, kind (iri, blank, literal), value, datatype, language
//! statements/<term>-<local name>.parquet     subject, object, graph (term numbers), file (place in the manifest's inputs),
//!                                            row (1-based data row), known_from (day; null: always)
//! quarantine.csv                             file, row, column, reason, raw
//! ```
//!
//! Any engine that reads Parquet can join a predicate's statements with the terms, DuckDB for one:
//!
//! ```sql
//! SELECT s.value AS subject, o.value AS object, t.file, t.row, t.known_from
//! FROM 'statements/7-name.parquet' t
//! JOIN 'terms.parquet' s ON s.term = t.subject
//! JOIN 'terms.parquet' o ON o.term = t.object
//! ORDER BY t.file, t.row
//! ```

pub(in crate::store) mod columns;
pub(in crate::store) mod manifest;
pub(in crate::store) mod writer;

pub use manifest::{BatchManifest, BatchSpec, Input, LoadedInput};
pub use writer::BatchWriter;
