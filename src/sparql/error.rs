//! What can go wrong with a query, in words that let its author mend it.

use std::time::Duration;

use oxigraph::model::NamedNode;
use oxigraph::sparql::QueryEvaluationError;

use crate::sparql::service::ServiceError;
use crate::sparql::{Form, Format};

/// An error of parsing, binding, answering or printing a query.
#[derive(Debug, thiserror::Error)]
pub enum SparqlError {
    /// The text is not a SPARQL 1.1 query.
    #[error("the query does not parse at line {line}, column {column}: {reason}\n{excerpt}")]
    Syntax {
        /// 1-based line.
        line: usize,
        /// 1-based column, in characters.
        column: usize,
        /// What was expected.
        reason: String,
        /// The line, with a caret under the column.
        excerpt: String,
    },
    /// The text uses a prefix that neither it nor kagraph declares.
    #[error("the prefix {prefix}: at line {line}, column {column} is not declared\n{excerpt}\nhint: {hint}")]
    Prefix {
        /// The prefix without its colon.
        prefix: String,
        /// 1-based line.
        line: usize,
        /// 1-based column, in characters.
        column: usize,
        /// The line, with a caret under the column.
        excerpt: String,
        /// The nearest known prefix, or how to declare it.
        hint: String,
    },
    /// The text is a SPARQL update.
    #[error(
        "this is a SPARQL update; a snapshot is never edited\nhint: load a file with the new statements, or ask with SELECT, ASK, CONSTRUCT or DESCRIBE"
    )]
    Update,
    /// A parameter was given that the query does not have.
    #[error("the query has no parameter {name}; it has {known}", known = listed(.known))]
    UnknownParameter {
        /// What was given.
        name: String,
        /// What could have been given.
        known: Vec<String>,
    },
    /// A parameter that the query needs was not given.
    #[error("the query needs the parameter {name} ({meaning})\nhint: --param {name}={example}")]
    MissingParameter {
        /// Its name.
        name: String,
        /// What it means.
        meaning: String,
        /// A value that could be given.
        example: String,
    },
    /// A parameter's value cannot be read.
    #[error("parameter {name}: {reason}, found {value}")]
    ParameterValue {
        /// The parameter.
        name: String,
        /// What was given.
        value: String,
        /// What was expected.
        reason: String,
    },
    /// A parameter cannot be given, because the query computes the variable itself or has it where an IRI must stand.
    #[error("parameter {name}: {reason}")]
    ParameterPlace {
        /// The parameter.
        name: String,
        /// Why it cannot be given.
        reason: &'static str,
    },
    /// There is no query of that name.
    #[error("there is no query named {name}\nhint: {hint}")]
    UnknownQuery {
        /// What was asked for.
        name: String,
        /// The nearest name, or how to list them.
        hint: String,
    },
    /// A library query's header does not say what it must.
    #[error("query {name}, line {line}: {reason}")]
    Header {
        /// The query's name.
        name: String,
        /// 1-based line; 0 for the header as a whole.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// An output format of that name does not exist.
    #[error("there is no output format {name}; there are {known}", known = Format::names())]
    UnknownFormat {
        /// What was asked for.
        name: String,
    },
    /// The format does not fit the form of the query.
    #[error("{format} cannot hold the answer of {form}; {fitting} can", fitting = Format::fitting(*.form))]
    FormatDoesNotFit {
        /// What was asked for.
        format: Format,
        /// The query's form.
        form: Form,
    },
    /// The query asks another endpoint.
    #[error("SERVICE {0} is not asked: kagraph opens no network connection\nhint: load that data as a batch")]
    Service(String),
    /// The query calls one of our algorithms in a way that cannot be answered.
    #[error(transparent)]
    Call(#[from] ServiceError),
    /// The query calls a function that nobody defines.
    #[error("there is no function {name}\nhint: {hint}")]
    UnknownFunction {
        /// The function.
        name: NamedNode,
        /// The nearest one of ours, or all.
        hint: String,
    },
    /// The query ran longer than allowed.
    #[error("the query was stopped after {:.1} s, its time limit\nhint: --timeout allows more", .0.as_secs_f64())]
    TimedOut(Duration),
    /// Somebody stopped the query.
    #[error("the query was interrupted after {:.1} s", .0.as_secs_f64())]
    Interrupted(Duration),
    /// The query holds more rows than it may.
    #[error(
        "the query needs more than {} MiB of memory, its limit\nhint: --memory allows more, LIMIT or a narrower pattern needs less", .limit_bytes >> 20
    )]
    OutOfMemory {
        /// The limit.
        limit_bytes: u64,
    },
    /// The query was to be computed in columns, and is not covered.
    #[error("the query is not computed in columns: {0}")]
    NotCovered(String),
    /// The evaluator failed otherwise.
    #[error("the query cannot be answered")]
    Evaluation(#[source] QueryEvaluationError),
    /// The answer cannot be written, or a query file cannot be read.
    #[error("cannot {action}")]
    Io {
        /// What was being done, and to what.
        action: String,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
}

impl SparqlError {
    /// Whether the reader of our output has gone away, which is no fault of anybody's.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == std::io::ErrorKind::BrokenPipe)
    }

    /// Whether the machine or kagraph has failed, and not the query's author.
    pub fn is_of_the_machine(&self) -> bool {
        match self {
            Self::Io { source, .. } => source.kind() != std::io::ErrorKind::NotFound,
            Self::Evaluation(error) => !matches!(error, QueryEvaluationError::UnboundService),
            _ => false,
        }
    }

    pub(super) fn writing(source: std::io::Error) -> Self {
        Self::Io { action: "write the answer".to_owned(), source }
    }
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
