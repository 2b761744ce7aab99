//! Any SPARQL 1.1 query over a snapshot.
