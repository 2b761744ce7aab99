//! A query from its text to its answer.
//!
//! Comes in: text, parameters, a snapshot. Leaves: an [`Answer`] whose solutions are computed while they are read.
//! Never evaluates updates or asks other endpoints.

use std::fmt;

use oxigraph::model::{NamedNode, Term, Variable};
use oxigraph::sparql::{QueryEvaluationError, QueryResults, QuerySolution, SparqlEvaluator};

use crate::ontology::PREFIXES;
use crate::sparql::service::{Calls, ServiceError};
use crate::sparql::substitute::{Refusal, substitute};
use crate::sparql::table::shortened;
use crate::sparql::vector::Prepared;
use crate::sparql::{SnapshotDataset, SparqlError, Stop, absent, functions, order_class, parameter, syntax};
use crate::store::Snapshot;

/// A parsed query, with the parameters given so far.
#[derive(Clone, Debug)]
pub struct Query {
    text: String,
    algebra: spargebra::Query,
    given: Vec<(String, Term)>,
}

/// What a query asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// `SELECT`: solutions.
    Select,
    /// `ASK`: a truth.
    Ask,
    /// `CONSTRUCT` or `DESCRIBE`: triples.
    Graph,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Select => "SELECT",
            Self::Ask => "ASK",
            Self::Graph => "CONSTRUCT or DESCRIBE",
        })
    }
}

/// An answer; its terms are looked up, or it is computed, while it is read.
pub struct Answer {
    /// The solutions, the truth or the triples.
    pub results: QueryResults<'static>,
    way: WayTaken,
    stop: Stop,
}

/// How a query is to be answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Way {
    /// In columns where that is covered, otherwise by Oxigraph's evaluator.
    #[default]
    Either,
    /// In columns, or not at all.
    Columns,
    /// By Oxigraph's evaluator.
    Rows,
}

impl std::str::FromStr for Way {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "either" => Ok(Self::Either),
            "columns" => Ok(Self::Columns),
            "rows" => Ok(Self::Rows),
            _ => Err("expected columns, rows or either".to_owned()),
        }
    }
}

/// How a query is to be answered, and within which memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Answering {
    /// Who computes the answer.
    pub way: Way,
    /// Bytes of rows that operators in columns may hold at a time, and bytes that each called algorithm may take.
    pub memory_bytes: usize,
}

/// Who computed an answer.
enum WayTaken {
    Columns(Box<Prepared>),
    Rows(String),
}

impl Default for Answering {
    fn default() -> Self {
        Self { way: Way::Either, memory_bytes: 4 << 30 }
    }
}

impl Query {
    /// Parses a query; kagraph's prefixes need no declaration, and a query's own declaration goes before them.
    pub fn parse(text: &str) -> Result<Self, SparqlError> {
        Self::parse_with(text, syntax::parser())
    }

    /// Parses a query whose relative IRIs are meant relative to `base`.
    pub fn parse_relative_to(text: &str, base: &str) -> Result<Self, SparqlError> {
        let parser = syntax::parser();
        Self::parse_with(text, parser.clone().with_base_iri(base).unwrap_or(parser))
    }

    fn parse_with(text: &str, parser: spargebra::SparqlParser) -> Result<Self, SparqlError> {
        match parser.parse_query(text) {
            Ok(mut algebra) => {
                if let (spargebra::Query::Select { pattern, .. }, true) = (&mut algebra, syntax::selects_all(text)) {
                    order_columns(pattern, &syntax::variables(text));
                }
                Ok(Self { text: text.to_owned(), algebra, given: Vec::new() })
            }
            Err(error) => Err(syntax::explained(text, &error)),
        }
    }

    /// The query in the algebra.
    #[cfg(test)]
    pub(super) fn algebra(&self) -> &spargebra::Query {
        &self.algebra
    }

    /// A query that was never a text.
    pub(super) fn of_algebra(algebra: spargebra::Query) -> Self {
        Self { text: String::new(), algebra, given: Vec::new() }
    }

    /// What the query asks for.
    pub fn form(&self) -> Form {
        match self.algebra {
            spargebra::Query::Select { .. } => Form::Select,
            spargebra::Query::Ask { .. } => Form::Ask,
            spargebra::Query::Construct { .. } | spargebra::Query::Describe { .. } => Form::Graph,
        }
    }

    /// The variables that the text names and that have not been given, in their order.
    pub fn variables(&self) -> Vec<&str> {
        let all = syntax::variables(&self.text).into_iter();
        all.filter(|name| !self.given.iter().any(|(given, _)| given == name)).collect()
    }

    /// The columns of a `SELECT`, in their order; empty for other forms.
    pub fn columns(&self) -> Vec<&str> {
        match &self.algebra {
            spargebra::Query::Select { pattern, .. } => projected(pattern),
            _ => Vec::new(),
        }
    }

    /// The query with a variable fixed to a value, as a person writes it: `<iri>`, `prefix:name`, `"text"@en`,
    /// `"5"^^xsd:integer`, a bare number, day or `true`, or else a plain string.
    pub fn with_parameter(self, name: &str, value: &str) -> Result<Self, SparqlError> {
        let own = syntax::declared_prefixes(&self.text);
        let prefixes: Vec<_> = PREFIXES.iter().copied().chain(own).collect();
        let term = parameter::parse(value, &prefixes).map_err(|reason| SparqlError::ParameterValue {
            name: name.to_owned(),
            value: value.to_owned(),
            reason,
        })?;
        self.with_term(name, &term)
    }

    /// The query with a variable fixed to a term, everywhere in the query.
    pub fn with_term(mut self, name: &str, term: &Term) -> Result<Self, SparqlError> {
        let name = name.strip_prefix(['?', '$']).unwrap_or(name);
        let unknown = |query: &Self| SparqlError::UnknownParameter {
            name: name.to_owned(),
            known: query.variables().into_iter().map(str::to_owned).collect(),
        };
        let Ok(variable) = Variable::new(name) else { return Err(unknown(&self)) };
        match substitute(self.algebra.clone(), &variable, term) {
            Ok(algebra) => self.algebra = algebra,
            Err(Refusal::NotThere) => return Err(unknown(&self)),
            Err(Refusal::Place(reason)) => {
                return Err(SparqlError::ParameterPlace { name: name.to_owned(), reason });
            }
        }
        self.given.push((name.to_owned(), term.clone()));
        Ok(self)
    }

    /// The query over another dataset than its own `FROM` clauses say: the default graph is the merge of `default`, and
    /// `GRAPH` sees `named` (`None`: all).
    #[must_use]
    pub fn with_dataset(mut self, default: Vec<NamedNode>, named: Option<Vec<NamedNode>>) -> Self {
        use spargebra::Query::{Ask, Construct, Describe, Select};
        let (Select { dataset, .. } | Construct { dataset, .. } | Describe { dataset, .. } | Ask { dataset, .. }) =
            &mut self.algebra;
        *dataset = Some(spargebra::algebra::QueryDataset { default, named });
        self
    }

    /// Answers the query; `stop` ends it early.
    pub fn answer(&self, snapshot: &Snapshot, stop: &Stop) -> Result<Answer, SparqlError> {
        self.answer_with(snapshot, stop, Answering::default())
    }

    /// Answers the query in a given way.
    pub fn answer_with(&self, snapshot: &Snapshot, stop: &Stop, how: Answering) -> Result<Answer, SparqlError> {
        let mut algebra = self.algebra.clone();
        let calls = Calls::take(&mut algebra)?;
        let reason = match how.way {
            Way::Rows => "as it was asked".to_owned(),
            Way::Either | Way::Columns => match Prepared::new(&algebra, &calls, snapshot, stop, how.memory_bytes) {
                Ok(prepared) => {
                    let results = prepared.answer()?;
                    return Ok(Answer { results, way: WayTaken::Columns(Box::new(prepared)), stop: stop.clone() });
                }
                Err(reason) if how.way == Way::Columns => {
                    return Err(SparqlError::NotCovered(reason.reason().to_owned()));
                }
                Err(reason) => format!("not covered in columns: {}", reason.reason()),
            },
        };
        let results = by_rows(SparqlEvaluator::new(), algebra, calls, snapshot, stop, how.memory_bytes as u64)?;
        Ok(Answer { results, way: WayTaken::Rows(reason), stop: stop.clone() })
    }

    /// The answer of Oxigraph's evaluator without its optimizer: the algebra as the standard reads it, from inside out.
    #[cfg(test)]
    pub(super) fn answer_as_written(&self, snapshot: &Snapshot) -> Result<Answer, SparqlError> {
        let (stop, evaluator) = (Stop::never(), SparqlEvaluator::new().without_optimizations());
        let results = by_rows(evaluator, self.algebra.clone(), Calls::default(), snapshot, &stop, u64::MAX)?;
        Ok(Answer { results, way: WayTaken::Rows(String::new()), stop })
    }
}

/// What Oxigraph's evaluator answers; each call may use `max_bytes`.
fn by_rows(
    evaluator: SparqlEvaluator,
    algebra: spargebra::Query,
    calls: Calls,
    snapshot: &Snapshot,
    stop: &Stop,
    max_bytes: u64,
) -> Result<QueryResults<'static>, SparqlError> {
    let mut dataset = SnapshotDataset::new(snapshot.clone());
    let evaluator = functions::register(evaluator.with_cancellation_token(stop.token()), snapshot);
    let evaluator = order_class::register(evaluator);
    let evaluator = calls.register(evaluator, snapshot, algebra.dataset(), stop, max_bytes);
    let from = algebra.dataset().cloned();
    let mut prepared = evaluator.for_query(order_class::with_classes(algebra));
    if let Some(from) = from {
        // the dataset merges the graphs itself, so that a statement in two of them is one statement
        dataset = dataset.with_default_graphs(&from.default);
        prepared.dataset_mut().set_default_graph(vec![oxigraph::model::GraphName::DefaultGraph]);
        // a dataset has a named graph once, however often the query names it
        if let Some(named) = from.named {
            let named: std::collections::BTreeSet<_> = named.into_iter().collect();
            prepared.dataset_mut().set_available_named_graphs(named.into_iter().map(Into::into).collect());
        }
    }
    prepared.on_queryable_dataset(dataset).execute().map_err(|error| explained(error, stop))
}

impl Query {
    /// Why an answer without rows may have none: one sentence for each predicate and class that the query names, and each
    /// IRI that a parameter was given, which the snapshot does not have.
    pub fn absent(&self, snapshot: &Snapshot) -> Vec<String> {
        let mut hints = absent::unknown_values(&self.given, snapshot);
        hints.extend(absent::hints(&self.algebra, snapshot));
        hints
    }

    /// One sentence for each graph that the query names and the snapshot does not have, whatever the answer is.
    pub fn unknown_graphs(&self, snapshot: &Snapshot) -> Vec<String> {
        absent::unknown_graphs(&self.algebra, snapshot)
    }

    /// Whether the answer is one row also where nothing fits, as with `COUNT` without `GROUP BY`.
    pub fn is_total(&self) -> bool {
        use spargebra::algebra::GraphPattern::{Distinct, Extend, Group, Project, Slice};
        let spargebra::Query::Select { pattern, .. } = &self.algebra else { return false };
        let mut pattern = pattern;
        while let Project { inner, .. } | Extend { inner, .. } | Distinct { inner } | Slice { inner, .. } = pattern {
            pattern = inner;
        }
        matches!(pattern, Group { variables, .. } if variables.is_empty())
    }

    /// All solutions of a `SELECT`, one value a column; empty for other forms.
    pub(super) fn rows(
        &self,
        snapshot: &Snapshot,
        stop: &Stop,
        how: Answering,
    ) -> Result<Vec<Vec<Option<Term>>>, SparqlError> {
        let answer = self.answer_with(snapshot, stop, how)?;
        let QueryResults::Solutions(solutions) = answer.results else { return Ok(Vec::new()) };
        let row = |solution: QuerySolution| solution.values().to_vec();
        solutions.map(|solution| solution.map(row).map_err(|error| explained(error, stop))).collect()
    }
}

impl Answer {
    /// What the evaluator says, in words for the query's author.
    pub fn explained(stop: &Stop, error: QueryEvaluationError) -> SparqlError {
        explained(error, stop)
    }

    /// Which way was taken and why; for columns the plan, with what it expected and what it has done.
    pub fn explanation(&self) -> String {
        match &self.way {
            WayTaken::Columns(prepared) => format!("computed in columns\n{}", prepared.explained()),
            WayTaken::Rows(reason) => format!("computed by Oxigraph's evaluator, {reason}\n"),
        }
    }

    /// The results, and what stops them.
    pub(super) fn into_parts(self) -> (QueryResults<'static>, Stop) {
        (self.results, self.stop)
    }
}

fn explained(error: QueryEvaluationError, stop: &Stop) -> SparqlError {
    match error {
        QueryEvaluationError::Cancelled => stop.reason(),
        QueryEvaluationError::Service(error) => match error.downcast::<ServiceError>().map(|error| *error) {
            Ok(ServiceError::Stopped) => stop.reason(),
            Ok(error) => SparqlError::Call(error),
            Err(error) => SparqlError::Evaluation(QueryEvaluationError::Service(error)),
        },
        QueryEvaluationError::UnsupportedService(name) => SparqlError::Service(name.to_string()),
        QueryEvaluationError::UnsupportedCustomFunction(name) => unknown_function(name),
        other => SparqlError::Evaluation(other),
    }
}

fn unknown_function(name: NamedNode) -> SparqlError {
    let names: Vec<_> = functions::names().map(shortened).collect();
    let hint = match syntax::nearest(&shortened(name.as_str()), names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {near} ?"),
        None => format!("our own are {}", names.join(", ")),
    };
    SparqlError::UnknownFunction { name, hint }
}

/// Puts the columns of `SELECT *` in the order in which the text names them.
fn order_columns(pattern: &mut spargebra::algebra::GraphPattern, names: &[&str]) {
    use spargebra::algebra::GraphPattern::{Distinct, Project, Reduced, Slice};
    match pattern {
        Project { variables, .. } => {
            variables.sort_by_key(|variable| names.iter().position(|name| *name == variable.as_str()));
        }
        Distinct { inner } | Reduced { inner } | Slice { inner, .. } => order_columns(inner, names),
        _ => (),
    }
}

fn projected(pattern: &spargebra::algebra::GraphPattern) -> Vec<&str> {
    use spargebra::algebra::GraphPattern::{Distinct, Project, Reduced, Slice};
    match pattern {
        Project { variables, .. } => variables.iter().map(Variable::as_str).collect(),
        Distinct { inner } | Reduced { inner } | Slice { inner, .. } => projected(inner),
        _ => Vec::new(),
    }
}
