//! kagraph finds a company's next key accounts.

pub mod algorithms;
pub mod cli;
pub mod discovery;
pub mod error;
pub mod evaluation;
pub mod evidence;
pub mod graph;
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
