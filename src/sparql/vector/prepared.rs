//! A query that is planned and ready to run.

use std::sync::Arc;

use oxigraph::model::{NamedNode, Variable};
use oxigraph::sparql::{QueryResults, QuerySolutionIter};
use spargebra::Query;
use spargebra::algebra::{GraphPattern as Algebra, QueryDataset};

use super::construct::{Template, triples};
use super::context::{Context, DefaultGraph, Graphs, Halt};
use super::operators::{Run, collected, first_rows, let_go, prepare};
use super::pattern::{Pattern, Slot, Translation};
use super::plan::{Plan, Planner};
use super::{Batch, Terms, describe, explain};
use crate::sparql::service::{Calls, Given};
use crate::sparql::{SparqlError, Stop};
use crate::store::{Id, Snapshot};

/// Why a query is not computed in columns.
#[derive(Clone, Debug)]
pub(in crate::sparql) struct NotCovered(String);

impl NotCovered {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }

    /// What the query has that is not covered.
    pub fn reason(&self) -> &str {
        &self.0
    }
}

/// A planned query.
pub(in crate::sparql) struct Prepared {
    context: Arc<Context>,
    plan: Plan,
    n_slots: usize,
    form: Form,
    /// Of each slot the name of its variable.
    names: Vec<String>,
    given: Vec<Given>,
}

enum Form {
    Select { variables: Arc<[Variable]>, slots: Vec<Slot> },
    Ask,
    Construct(Template),
    Describe(Vec<Slot>),
}

impl Prepared {
    /// Plans a query; nothing but counts is read. Its calls are answered first, when all else is covered.
    pub fn new(
        query: &Query,
        calls: &Calls,
        snapshot: &Snapshot,
        stop: &Stop,
        limit_bytes: usize,
    ) -> Result<Self, NotCovered> {
        let (pattern, columns) = match query {
            Query::Select { pattern, .. } | Query::Describe { pattern, .. } => (pattern, columns_of(pattern)),
            Query::Ask { pattern, .. } => (pattern, Vec::new()),
            Query::Construct { pattern, template, .. } => (pattern, Template::variables(template)),
        };
        let terms = Terms::new(snapshot.clone()).with_base(query.base_iri().is_some());
        let graphs = graphs_of(query.dataset(), &terms);
        let mut given = calls.unanswered();
        let mut translated = translated(pattern, &columns, &terms, &given)?;
        if !given.is_empty() {
            let answered = calls.answered(&terms, query.dataset(), stop, limit_bytes as u64);
            given = answered.map_err(|error| NotCovered::new(format!("a call that fails: {error}")))?;
            translated = self::translated(pattern, &columns, &terms, &given)?;
        }
        let (pattern, slots, names) = translated;
        let form = match query {
            Query::Ask { .. } => Form::Ask,
            Query::Construct { template, .. } => Form::Construct(Template::new(template, &columns, &slots)?),
            Query::Describe { .. } => Form::Describe(slots.clone()),
            Query::Select { .. } => Form::Select { variables: columns.into(), slots: slots.clone() },
        };
        let context = Arc::new(Context::new(terms, graphs, stop.clone(), limit_bytes));
        let needed = slots.into_iter().collect();
        let (plan, n_slots) = Planner::new(&context, names.len()).plan(&pattern, &needed)?;
        Ok(Self { context, plan, n_slots, form, names, given })
    }

    /// Runs the query; terms are looked up when the results are read.
    pub fn answer(&self) -> Result<QueryResults<'static>, SparqlError> {
        let rows = self.rows().map_err(|halt| self.context.explained(&halt))?;
        Ok(match &self.form {
            Form::Ask => QueryResults::Boolean(rows.iter().any(|batch| batch.len > 0)),
            Form::Select { variables, slots } => {
                let solutions = solutions(Arc::clone(&self.context), rows, slots.clone());
                QueryResults::Solutions(QuerySolutionIter::from_tuples(Arc::clone(variables), solutions.map(Ok)))
            }
            Form::Construct(template) => {
                QueryResults::Graph(triples(Arc::clone(&self.context), rows, template.clone()))
            }
            Form::Describe(slots) => {
                let statements = describe::described(&self.context, &rows, slots);
                let statements = statements.map_err(|halt| self.context.explained(&halt))?;
                QueryResults::Graph(describe::triples(Arc::clone(&self.context), statements))
            }
        })
    }

    fn rows(&self) -> Result<Vec<Batch>, Halt> {
        let run = Run { context: &self.context, n_slots: self.n_slots };
        prepare(run, &self.plan)?;
        let kept = match self.form {
            Form::Ask => first_rows(run, &self.plan, 1)?,
            _ => collected(run, &self.plan)?,
        };
        let_go(&self.plan);
        Ok(kept.batches)
    }

    /// The plan as a tree, with what it expected and what it has done so far.
    pub fn explained(&self) -> String {
        let tree = explain::tree(&self.plan, &self.names, self.context.terms.snapshot());
        let calls = self.given.iter().map(|given| format!("call {}: {} rows\n", given.call, given.rows.len()));
        calls.chain([tree]).collect()
    }
}

/// A pattern, the slots of its columns, and the names of all slots.
type Translated = (Pattern, Vec<Slot>, Vec<String>);

fn translated(
    pattern: &Algebra,
    columns: &[Variable],
    terms: &Terms,
    given: &[Given],
) -> Result<Translated, NotCovered> {
    let translation = Translation::new(terms, given);
    let (pattern, slots) = translation.query(pattern, columns)?;
    Ok((pattern, slots, translation.into_names()))
}

/// Solutions as terms, one after the other.
fn solutions(
    context: Arc<Context>,
    rows: Vec<Batch>,
    slots: Vec<Slot>,
) -> impl Iterator<Item = Vec<Option<oxigraph::model::Term>>> {
    rows.into_iter().flat_map(move |batch| {
        let (context, slots) = (Arc::clone(&context), slots.clone());
        (0..batch.len).map(move |row| slots.iter().map(|slot| context.terms.term(batch.value(*slot, row))).collect())
    })
}

/// The columns of a `SELECT`, in their order.
fn columns_of(pattern: &Algebra) -> Vec<Variable> {
    match pattern {
        Algebra::Project { variables, .. } => variables.clone(),
        Algebra::Distinct { inner } | Algebra::Reduced { inner } | Algebra::Slice { inner, .. } => columns_of(inner),
        other => {
            let mut variables = Vec::new();
            other.on_in_scope_variable(|variable| {
                if !variables.contains(variable) {
                    variables.push(variable.clone());
                }
            });
            variables
        }
    }
}

/// What the query sees as its default graph and as named graphs.
fn graphs_of(dataset: Option<&QueryDataset>, terms: &Terms) -> Graphs {
    let Some(dataset) = dataset else { return Graphs { default: DefaultGraph::Union, named: None } };
    let ids = |nodes: &[NamedNode]| {
        let mut ids: Vec<Id> = nodes.iter().map(|node| terms.intern(node.clone().into())).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    let default = DefaultGraph::Merge(ids(&dataset.default));
    Graphs { default, named: dataset.named.as_deref().map(ids) }
}
