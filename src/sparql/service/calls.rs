//! The calls of a query, taken out of its algebra before it is evaluated.
//!
//! Comes in: the algebra. Leaves: the calls, and the algebra with a place in each call's stead: a service that gives the
//! call's solutions and names no variables but theirs, so that what a request uses inside is not seen outside. Queries in
//! columns take the solutions as [`Given`] rows, Oxigraph's evaluator through a service handler. Calls that are wrong are
//! refused here, before anything is read. `SERVICE SILENT` is as the standard has it: a call that
//! is wrong is one solution without values.

use std::sync::Arc;

use oxigraph::model::{BlankNode, NamedNode, Variable};
use oxigraph::sparql::{QuerySolutionIter, ServiceHandler, SparqlEvaluator};
use spargebra::algebra::{GraphPattern, QueryDataset};
use spargebra::term::{NamedNodePattern, TriplePattern};

use crate::ontology;
use crate::sparql::algebra::{children, pattern_of};
use crate::sparql::service::answer::Context;
use crate::sparql::service::call::Call;
use crate::sparql::service::error::ServiceError;
use crate::sparql::vector::Terms;
use crate::sparql::{SparqlError, Stop};
use crate::store::{Id, Snapshot};

/// The calls of one query.
#[derive(Default)]
pub(in crate::sparql) struct Calls {
    calls: Vec<Call>,
}

impl Calls {
    /// Takes the calls out of a query.
    pub fn take(query: &mut spargebra::Query) -> Result<Self, SparqlError> {
        let mut calls = Self::default();
        calls.pattern(pattern_of(query), None)?;
        Ok(calls)
    }

    /// The rows of all calls before they are answered: their columns, and no rows.
    pub fn unanswered(&self) -> Vec<Given> {
        let given = |call: &Call| Given { call: call.shown(), variables: call.variables(), rows: Arc::new([]) };
        self.calls.iter().map(given).collect()
    }

    /// The rows of all calls, as ids of `terms`; each call may use `max_bytes`.
    pub fn answered(
        &self,
        terms: &Terms,
        dataset: Option<&QueryDataset>,
        stop: &Stop,
        max_bytes: u64,
    ) -> Result<Vec<Given>, ServiceError> {
        let context = Context { snapshot: terms.snapshot(), terms, dataset, stop, max_bytes };
        let given = |call: &Call| {
            let solutions = call.solutions(&context)?;
            let rows = (0..solutions.len()).map(|at| solutions.ids(at, terms)).collect();
            Ok(Given { call: call.shown(), variables: solutions.variables, rows })
        };
        self.calls.iter().map(given).collect()
    }

    /// The number of the call whose place in the algebra has this name.
    pub fn at(place: &NamedNodePattern) -> Option<usize> {
        let NamedNodePattern::NamedNode(name) = place else { return None };
        name.as_str().strip_prefix(PLACE)?.parse().ok()
    }

    /// The evaluator with the calls' solutions at their places; each call may use `max_bytes`.
    pub fn register(
        self,
        evaluator: SparqlEvaluator,
        snapshot: &Snapshot,
        dataset: Option<&QueryDataset>,
        stop: &Stop,
        max_bytes: u64,
    ) -> SparqlEvaluator {
        if self.calls.is_empty() {
            return evaluator;
        }
        let around = Arc::new(Around {
            snapshot: snapshot.clone(),
            terms: Terms::new(snapshot.clone()),
            dataset: dataset.cloned(),
            stop: stop.clone(),
            max_bytes,
        });
        self.calls.into_iter().enumerate().fold(evaluator, |evaluator, (at, call)| {
            evaluator.with_service_handler(place(at), Answerer { call, around: Arc::clone(&around) })
        })
    }

    fn pattern(&mut self, pattern: &mut GraphPattern, within: Option<&NamedNodePattern>) -> Result<(), SparqlError> {
        match pattern {
            GraphPattern::Service { name, inner, silent } => self.service(name, inner, *silent, within),
            GraphPattern::Graph { name, inner } => self.pattern(inner, Some(name)),
            other => children(other).into_iter().try_for_each(|inner| self.pattern(inner, within)),
        }
    }

    fn service(
        &mut self,
        name: &mut NamedNodePattern,
        inner: &mut GraphPattern,
        is_silent: bool,
        within: Option<&NamedNodePattern>,
    ) -> Result<(), SparqlError> {
        let NamedNodePattern::NamedNode(iri) = &*name else { return Ok(()) };
        if !Call::is_ours(iri) {
            return Ok(());
        }
        let within = match within {
            None => None,
            Some(NamedNodePattern::NamedNode(graph)) => Some(graph),
            Some(NamedNodePattern::Variable(variable)) => {
                return Err(ServiceError::InGraphVariable { variable: variable.to_string() }.into());
            }
        };
        match Call::of(iri, inner, within) {
            Ok(call) => {
                (*name, *inner) = (place(self.calls.len()).into(), outline(&call.variables()));
                self.calls.push(call);
                Ok(())
            }
            Err(_) if is_silent => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The solutions of a call as rows of ids.
pub(in crate::sparql) struct Given {
    /// The call's name, for people.
    pub call: String,
    /// One a column.
    pub variables: Vec<Variable>,
    /// One id a variable.
    pub rows: Arc<[Vec<Id>]>,
}

const PLACE: &str = "urn:kagraph:call:";

/// The name of a call's place in the algebra.
fn place(at: usize) -> NamedNode {
    NamedNode::new_unchecked(format!("{PLACE}{at}"))
}

/// A pattern that says of a place's solutions no more than their variables.
fn outline(variables: &[Variable]) -> GraphPattern {
    let node = BlankNode::default();
    let triple = |variable: &Variable| TriplePattern {
        subject: node.clone().into(),
        predicate: ontology::VALUE.into_owned().into(),
        object: variable.clone().into(),
    };
    GraphPattern::Bgp { patterns: variables.iter().map(triple).collect() }
}

/// What all calls of a query see.
struct Around {
    snapshot: Snapshot,
    terms: Terms,
    dataset: Option<QueryDataset>,
    stop: Stop,
    max_bytes: u64,
}

/// Answers one call for Oxigraph's evaluator.
struct Answerer {
    call: Call,
    around: Arc<Around>,
}

impl ServiceHandler for Answerer {
    type Error = ServiceError;

    fn handle(
        &self,
        _: &GraphPattern,
        _: Option<&oxiri::Iri<String>>,
    ) -> Result<QuerySolutionIter<'static>, ServiceError> {
        let around = Arc::clone(&self.around);
        let Around { snapshot, terms, dataset, stop, max_bytes } = &*around;
        let context = Context { snapshot, terms, dataset: dataset.as_ref(), stop, max_bytes: *max_bytes };
        let solutions = self.call.solutions(&context)?;
        let variables: Arc<[Variable]> = solutions.variables.clone().into();
        let names = Arc::clone(&variables);
        let rows =
            (0..solutions.len()).map(move |at| Ok((Arc::clone(&names), solutions.terms(at, &around.terms)).into()));
        Ok(QuerySolutionIter::new(variables, rows))
    }
}
