//! The triples of a `CONSTRUCT` from its solutions.

use std::sync::Arc;

use oxigraph::model::{BlankNode, NamedOrBlankNode, Term, Triple, Variable};
use oxigraph::sparql::QueryTripleIter;
use rustc_hash::{FxHashMap, FxHashSet};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

use super::context::Context;
use super::pattern::Slot;
use super::{Batch, NotCovered};

/// What a `CONSTRUCT` makes of each solution.
#[derive(Clone)]
pub(super) struct Template(Vec<[Part; 3]>);

#[derive(Clone)]
enum Part {
    Term(Term),
    Slot(Slot),
    /// A node that is new in each solution.
    Blank(BlankNode),
}

impl Template {
    /// The variables that a template names.
    pub fn variables(template: &[TriplePattern]) -> Vec<Variable> {
        let mut variables = Vec::new();
        for triple in template {
            let predicate = match &triple.predicate {
                NamedNodePattern::Variable(variable) => Some(variable),
                NamedNodePattern::NamedNode(_) => None,
            };
            let ends = [&triple.subject, &triple.object].into_iter().filter_map(|end| match end {
                TermPattern::Variable(variable) => Some(variable),
                _ => None,
            });
            variables.extend(ends.chain(predicate).cloned());
        }
        variables
    }

    /// The template, its variables being the slots beside them.
    pub fn new(template: &[TriplePattern], variables: &[Variable], slots: &[Slot]) -> Result<Self, NotCovered> {
        let slot = |variable: &Variable| {
            let at = variables.iter().position(|known| known == variable);
            at.map(|at| Part::Slot(slots[at])).ok_or_else(|| NotCovered::new("a template"))
        };
        let node = |node: &TermPattern| match node {
            TermPattern::Variable(variable) => slot(variable),
            TermPattern::NamedNode(node) => Ok(Part::Term(node.clone().into())),
            TermPattern::Literal(literal) => Ok(Part::Term(literal.clone().into())),
            TermPattern::BlankNode(node) => Ok(Part::Blank(node.clone())),
        };
        let triple = |triple: &TriplePattern| {
            let predicate = match &triple.predicate {
                NamedNodePattern::Variable(variable) => slot(variable)?,
                NamedNodePattern::NamedNode(node) => Part::Term(node.clone().into()),
            };
            Ok([node(&triple.subject)?, predicate, node(&triple.object)?])
        };
        template.iter().map(triple).collect::<Result<_, _>>().map(Self)
    }
}

/// The triples of all solutions, each once but for those with blank nodes, as Oxigraph's evaluator has it.
pub(super) fn triples(context: Arc<Context>, rows: Vec<Batch>, template: Template) -> QueryTripleIter<'static> {
    let mut seen = FxHashSet::default();
    let places = rows.into_iter().flat_map(|batch| {
        let batch = Arc::new(batch);
        (0..batch.len).map(move |row| (Arc::clone(&batch), row))
    });
    let triples = places.flat_map(move |(batch, row)| {
        let triples = of_row(&context, &batch, row, &template).into_iter();
        triples.filter(|triple| has_blank(triple) || seen.insert(triple.clone())).collect::<Vec<_>>()
    });
    QueryTripleIter::new(triples.map(Ok))
}

fn of_row(context: &Context, batch: &Batch, row: usize, template: &Template) -> Vec<Triple> {
    let mut blanks = FxHashMap::default();
    let parts = template.0.iter();
    parts
        .filter_map(|parts| triple(parts.each_ref().map(|part| term(context, batch, row, part, &mut blanks))))
        .collect()
}

fn has_blank(triple: &Triple) -> bool {
    triple.subject.is_blank_node() || triple.object.is_blank_node()
}

fn term(
    context: &Context,
    batch: &Batch,
    row: usize,
    part: &Part,
    blanks: &mut FxHashMap<BlankNode, BlankNode>,
) -> Option<Term> {
    match part {
        Part::Term(term) => Some(term.clone()),
        Part::Slot(slot) => context.terms.term(batch.value(*slot, row)),
        Part::Blank(node) => Some(blanks.entry(node.clone()).or_default().clone().into()),
    }
}

/// The triple of three terms, if these may stand where they do.
pub(super) fn triple([subject, predicate, object]: [Option<Term>; 3]) -> Option<Triple> {
    let subject: NamedOrBlankNode = match subject? {
        Term::NamedNode(node) => node.into(),
        Term::BlankNode(node) => node.into(),
        Term::Literal(_) => return None,
    };
    let Term::NamedNode(predicate) = predicate? else { return None };
    Some(Triple { subject, predicate, object: object? })
}
