//! Why a call of an algorithm cannot be answered, in words that let the query's author mend it.

use crate::algorithms::AlgorithmError;
use crate::graph::GraphError;
use crate::sparql::SparqlError;

/// A call that is refused or fails. Names are written with kagraph's prefixes.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// There is no such algorithm.
    #[error("there is no algorithm {name}\nhint: {hint}")]
    UnknownAlgorithm {
        /// What was called.
        name: String,
        /// The nearest one, or all.
        hint: String,
    },
    /// Nothing in the braces is a request, or several things are.
    #[error("SERVICE {algorithm}: expected one request such as [] {example}, found {found}")]
    Request {
        /// The algorithm.
        algorithm: String,
        /// A request that would do.
        example: String,
        /// What was found.
        found: String,
    },
    /// The algorithm has no such parameter or result.
    #[error("SERVICE {algorithm}: {name} is neither a parameter nor a result of it\nhint: {hint}")]
    UnknownProperty {
        /// The algorithm.
        algorithm: String,
        /// The property.
        name: String,
        /// The nearest one, or all.
        hint: String,
    },
    /// A parameter that must be given is missing.
    #[error("SERVICE {algorithm}: {name} is missing, {meaning}; expected {expected}")]
    Missing {
        /// The algorithm.
        algorithm: String,
        /// The parameter.
        name: String,
        /// What it means.
        meaning: &'static str,
        /// What has to stand behind it.
        expected: String,
    },
    /// A value of the wrong kind, or one too many.
    #[error("SERVICE {algorithm}: {name}: expected {expected}, found {found}")]
    Value {
        /// The algorithm.
        algorithm: String,
        /// The parameter.
        name: String,
        /// What has to stand behind it.
        expected: String,
        /// What does.
        found: String,
    },
    /// A variable whose values the request does not say.
    #[error(
        "SERVICE {algorithm}: {name} has the variable ?{variable}, which nothing inside of the braces binds\nhint: variables from outside do not reach in; bind it inside, with VALUES ?{variable} {{ … }} or a pattern"
    )]
    Unbound {
        /// The algorithm.
        algorithm: String,
        /// The parameter.
        name: String,
        /// The variable.
        variable: String,
    },
    /// The request asks for no result.
    #[error("SERVICE {algorithm}: the request asks for no result\nhint: it has {columns}")]
    NoResult {
        /// The algorithm.
        algorithm: String,
        /// What it could ask for.
        columns: String,
    },
    /// A call inside of `GRAPH` with a variable.
    #[error(
        "SERVICE inside of GRAPH {variable}: a call reads one graph or all\nhint: write GRAPH with an IRI, or name graphs in the request with ka:graph"
    )]
    InGraphVariable {
        /// The variable.
        variable: String,
    },
    /// More memory than the query may use.
    #[error(
        "SERVICE {algorithm}: {what} needs about {needed_mb} MB, the query may use {allowed_mb} MB\nhint: fewer layers or an earlier ka:asOf need less"
    )]
    Memory {
        /// The algorithm.
        algorithm: String,
        /// What takes it.
        what: String,
        /// Estimated.
        needed_mb: u64,
        /// The limit.
        allowed_mb: u64,
    },
    /// The query was stopped.
    #[error("the query was stopped")]
    Stopped,
    /// Links that make no graph.
    #[error("SERVICE {algorithm}: {source}")]
    Graph {
        /// The algorithm.
        algorithm: String,
        /// Why not.
        source: GraphError,
    },
    /// Arguments on which the algorithm has no answer.
    #[error(transparent)]
    Algorithm(#[from] AlgorithmError),
    /// The pattern that gives the values of the request's variables cannot be answered.
    #[error("SERVICE {algorithm}: {source}")]
    Pattern {
        /// The algorithm.
        algorithm: String,
        /// Why not.
        source: Box<SparqlError>,
    },
}
