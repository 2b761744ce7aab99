//! From Oxigraph's algebra to patterns over slots.
//!
//! As Oxigraph's evaluator does it: the graph of a `GRAPH` block stands at every triple in it, also when it is a
//! variable; what a sub-query does not project is another variable than one of the same name outside; `REDUCED` removes
//! duplicates; keys of `ORDER BY` that are no variables are computed first.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::Arc;

use oxigraph::model::{BlankNode, NamedNode, Term, Variable};
use rustc_hash::FxHashMap;
use spargebra::algebra::{
    AggregateExpression, AggregateFunction, Expression, GraphPattern, OrderExpression, PropertyPathExpression,
};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

use super::expressions::{cannot_fail, conjuncts, depth, one_of, range, unsteady, walk};
use super::{Between, Condition, Counted, Formula, Measure, Path, Pattern, Position, Route, Slot, SortKey, Triple};
use crate::sparql::service::{Calls, Given};
use crate::sparql::vector::aggregate::Aggregate;
use crate::sparql::vector::expression::Compiled;
use crate::sparql::vector::{NotCovered, Terms};
use crate::store::Id;

/// What a pattern is translated with.
pub(in crate::sparql::vector) struct Translation<'a> {
    terms: &'a Terms,
    /// The rows of calls.
    given: &'a [Given],
    /// Of each slot the name of its variable, empty where the plan itself needs a slot.
    names: RefCell<Vec<String>>,
    depth: Cell<usize>,
}

/// How deep patterns and expressions may be nested; worker threads have small stacks.
const MAX_DEPTH: usize = 100;

/// The variables that may be named at one place of the query.
#[derive(Default)]
struct Scope {
    slots: RefCell<FxHashMap<Variable, Slot>>,
    blanks: RefCell<FxHashMap<BlankNode, Slot>>,
}

type Graph = Option<Position>;

impl<'a> Translation<'a> {
    /// No slots yet.
    pub fn new(terms: &'a Terms, given: &'a [Given]) -> Self {
        Self { terms, given, names: RefCell::default(), depth: Cell::new(0) }
    }

    /// The pattern of a query, and the slots of its columns.
    pub fn query(&self, pattern: &GraphPattern, columns: &[Variable]) -> Result<(Pattern, Vec<Slot>), NotCovered> {
        let scope = Scope::default();
        let slots = columns.iter().map(|variable| self.slot(&scope, variable)).collect();
        let pattern = self.pattern(pattern, None, &scope)?;
        Ok((pattern, slots))
    }

    /// Names of all slots.
    pub fn into_names(self) -> Vec<String> {
        self.names.into_inner()
    }

    fn fresh(&self, name: &str) -> Slot {
        let mut names = self.names.borrow_mut();
        names.push(name.to_owned());
        names.len() - 1
    }

    fn slot(&self, scope: &Scope, variable: &Variable) -> Slot {
        let mut slots = scope.slots.borrow_mut();
        *slots.entry(variable.clone()).or_insert_with(|| self.fresh(variable.as_str()))
    }

    fn id(&self, term: impl Into<Term>) -> Id {
        self.terms.intern(term.into())
    }

    fn pattern(&self, pattern: &GraphPattern, graph: Graph, scope: &Scope) -> Result<Pattern, NotCovered> {
        if self.depth.replace(self.depth.get() + 1) > MAX_DEPTH {
            return Err(NotCovered::new("patterns that are nested very deep"));
        }
        let pattern = self.pattern_within(pattern, graph, scope);
        self.depth.set(self.depth.get() - 1);
        pattern
    }

    fn pattern_within(&self, pattern: &GraphPattern, graph: Graph, scope: &Scope) -> Result<Pattern, NotCovered> {
        let inside = |inner: &GraphPattern| self.pattern(inner, graph, scope).map(Box::new);
        Ok(match pattern {
            GraphPattern::Bgp { patterns } => self.triples(patterns, graph, scope)?,
            GraphPattern::Path { subject, path, object } => self.route(subject, path, object, graph, scope)?,
            GraphPattern::Join { left, right } => Pattern::Join(vec![*inside(left)?, *inside(right)?]),
            GraphPattern::Union { left, right } => Pattern::Union(vec![*inside(left)?, *inside(right)?]),
            GraphPattern::Minus { left, right } => Pattern::Minus { left: inside(left)?, right: inside(right)? },
            GraphPattern::LeftJoin { left, right, expression } => {
                let conditions = expression.iter().map(|it| self.conditions(it, graph, scope));
                let conditions = conditions.collect::<Result<Vec<_>, _>>()?.concat();
                Pattern::LeftJoin { left: inside(left)?, right: inside(right)?, conditions }
            }
            GraphPattern::Filter { expr, inner } => {
                Pattern::Filter { inner: inside(inner)?, conditions: self.conditions(expr, graph, scope)? }
            }
            GraphPattern::Graph { name, inner } => self.pattern(inner, Some(self.name(name, scope)), scope)?,
            GraphPattern::Extend { inner, variable, expression } => {
                self.extend(*inside(inner)?, variable, expression, graph, scope)?
            }
            GraphPattern::Values { variables, bindings } => {
                let slots = variables.iter().map(|variable| self.slot(scope, variable)).collect();
                let id =
                    |term: &Option<_>| term.clone().map_or(Id::NONE, |term: spargebra::term::GroundTerm| self.id(term));
                Pattern::Values { slots, rows: bindings.iter().map(|row| row.iter().map(id).collect()).collect() }
            }
            GraphPattern::OrderBy { inner, expression } => self.order_by(*inside(inner)?, expression, graph, scope)?,
            GraphPattern::Distinct { inner } | GraphPattern::Reduced { inner } => Pattern::Distinct(inside(inner)?),
            GraphPattern::Slice { inner, start, length } => {
                Pattern::Slice { inner: inside(inner)?, start: *start, length: *length }
            }
            GraphPattern::Project { inner, variables } => self.project(inner, variables, graph, scope)?,
            GraphPattern::Group { inner, variables, aggregates } => {
                let mut inner = *inside(inner)?;
                let keys = variables.iter().map(|variable| self.slot(scope, variable)).collect();
                let mut measures = Vec::with_capacity(aggregates.len());
                for (variable, aggregate) in aggregates {
                    let mut aggregate = aggregate.clone();
                    inner = self.exists_first(inner, &mut aggregate, graph, scope)?;
                    measures.push(self.measure(variable, &aggregate, scope)?);
                }
                Pattern::Group { inner: Box::new(inner), keys, measures }
            }
            GraphPattern::Service { name, .. } => self.given(name, scope)?,
            GraphPattern::Lateral { .. } => return Err(NotCovered::new("LATERAL")),
        })
    }

    /// The rows of a call; the graph around it is known to the call.
    fn given(&self, place: &NamedNodePattern, scope: &Scope) -> Result<Pattern, NotCovered> {
        let given = Calls::at(place).and_then(|at| self.given.get(at));
        let given = given.ok_or_else(|| NotCovered::new("SERVICE of others"))?;
        let slots = given.variables.iter().map(|variable| self.slot(scope, variable)).collect();
        Ok(Pattern::Values { slots, rows: Arc::clone(&given.rows) })
    }

    fn triples(&self, triples: &[TriplePattern], graph: Graph, scope: &Scope) -> Result<Pattern, NotCovered> {
        match (triples, graph) {
            ([], Some(name)) => Ok(Pattern::Graphs(name)),
            _ => {
                let triples = triples.iter().map(|triple| self.triple(triple, graph, scope).map(Pattern::Triple));
                Ok(Pattern::Join(triples.collect::<Result<_, _>>()?))
            }
        }
    }

    fn route(
        &self,
        subject: &TermPattern,
        path: &PropertyPathExpression,
        object: &TermPattern,
        graph: Graph,
        scope: &Scope,
    ) -> Result<Pattern, NotCovered> {
        let (subject, object) = (self.node(subject, scope)?, self.node(object, scope)?);
        let is_given = subject.slot().is_none() && object.slot().is_none();
        let is_repeated = matches!(innermost(path), PropertyPathExpression::OneOrMore(_));
        // the evaluator gives a graph once for each first step, and for each link
        if is_given && matches!(graph, Some(Position::Slot(_))) && (is_repeated || is_negated_set(path)) {
            return Err(NotCovered::new("a property path between two given ends inside GRAPH with a variable"));
        }
        Ok(Pattern::Route(Route { subject, path: Arc::new(self.path(path)), object, graph }))
    }

    fn triple(&self, triple: &TriplePattern, graph: Graph, scope: &Scope) -> Result<Triple, NotCovered> {
        Ok(Triple {
            subject: self.node(&triple.subject, scope)?,
            predicate: self.name(&triple.predicate, scope),
            object: self.node(&triple.object, scope)?,
            graph,
        })
    }

    fn node(&self, node: &TermPattern, scope: &Scope) -> Result<Position, NotCovered> {
        Ok(match node {
            TermPattern::NamedNode(node) => Position::Term(self.id(node.clone())),
            TermPattern::Literal(literal) => Position::Term(self.id(literal.clone())),
            TermPattern::Variable(variable) => Position::Slot(self.slot(scope, variable)),
            TermPattern::BlankNode(node) => {
                let mut blanks = scope.blanks.borrow_mut();
                Position::Slot(*blanks.entry(node.clone()).or_insert_with(|| self.fresh("")))
            }
        })
    }

    fn name(&self, name: &NamedNodePattern, scope: &Scope) -> Position {
        match name {
            NamedNodePattern::NamedNode(node) => Position::Term(self.id(node.clone())),
            NamedNodePattern::Variable(variable) => Position::Slot(self.slot(scope, variable)),
        }
    }

    fn path(&self, path: &PropertyPathExpression) -> Path {
        use PropertyPathExpression as P;
        let inner = |path: &P| Box::new(self.path(path));
        match path {
            P::NamedNode(node) => Path::Link(self.id(node.clone())),
            P::Reverse(path) => Path::Reverse(inner(path)),
            P::Sequence(first, second) => Path::Sequence(inner(first), inner(second)),
            P::Alternative(one, other) => Path::Either(inner(one), inner(other)),
            P::ZeroOrMore(path) => Path::ZeroOrMore(inner(path)),
            P::OneOrMore(path) => Path::OneOrMore(inner(path)),
            P::ZeroOrOne(path) => Path::ZeroOrOne(inner(path)),
            P::NegatedPropertySet(nodes) => {
                Path::NoneOf(nodes.iter().map(|node: &NamedNode| self.id(node.clone())).collect())
            }
        }
    }

    fn extend(
        &self,
        inner: Pattern,
        variable: &Variable,
        expression: &Expression,
        graph: Graph,
        scope: &Scope,
    ) -> Result<Pattern, NotCovered> {
        let slot = self.slot(scope, variable);
        let sure = inner.sure();
        let is_sure = cannot_fail(expression, &|variable| sure.contains(&self.slot(scope, variable)));
        let formula = self.formula(expression, graph, scope)?;
        Ok(Pattern::Extend { inner: Box::new(inner), slot, formula, is_sure })
    }

    fn order_by(
        &self,
        mut inner: Pattern,
        by: &[OrderExpression],
        graph: Graph,
        scope: &Scope,
    ) -> Result<Pattern, NotCovered> {
        let mut keys = Vec::new();
        for key in by {
            let (expression, is_descending) = match key {
                OrderExpression::Asc(expression) => (expression, false),
                OrderExpression::Desc(expression) => (expression, true),
            };
            let slot = if let Expression::Variable(variable) = expression {
                self.slot(scope, variable)
            } else {
                let (slot, formula) = (self.fresh(""), self.formula(expression, graph, scope)?);
                inner = Pattern::Extend { inner: Box::new(inner), slot, formula, is_sure: false };
                slot
            };
            keys.push(SortKey { slot, is_descending });
        }
        Ok(Pattern::OrderBy { inner: Box::new(inner), keys })
    }

    /// Projected variables are those outside; all others are the sub-query's own.
    fn project(
        &self,
        inner: &GraphPattern,
        variables: &[Variable],
        graph: Graph,
        scope: &Scope,
    ) -> Result<Pattern, NotCovered> {
        let own = Scope::default();
        let slots: Vec<_> = variables.iter().map(|variable| self.slot(scope, variable)).collect();
        own.slots.borrow_mut().extend(variables.iter().cloned().zip(slots.iter().copied()));
        let graph = match graph {
            Some(Position::Slot(name)) if !slots.contains(&name) => Some(Position::Slot(self.fresh(""))),
            other => other,
        };
        let inner = Box::new(self.pattern(inner, graph, &own)?);
        Ok(Pattern::Project { inner, slots: slots.into_iter().collect() })
    }

    /// The pattern with what the `EXISTS` of an aggregate find, which then reads it as variables.
    fn exists_first(
        &self,
        mut inner: Pattern,
        aggregate: &mut AggregateExpression,
        graph: Graph,
        scope: &Scope,
    ) -> Result<Pattern, NotCovered> {
        let AggregateExpression::FunctionCall { expr, .. } = aggregate else { return Ok(inner) };
        check_depth(expr)?;
        let mut found = Vec::new();
        walk(expr, &mut |part| {
            if let Expression::Exists(_) = part {
                let slot = self.fresh("");
                let variable = Variable::new_unchecked(format!("found {slot}"));
                scope.slots.borrow_mut().insert(variable.clone(), slot);
                found.push((slot, std::mem::replace(part, Expression::Variable(variable))));
            }
        });
        for (slot, exists) in found {
            let formula = self.formula(&exists, graph, scope)?;
            inner = Pattern::Extend { inner: Box::new(inner), slot, formula, is_sure: true };
        }
        Ok(inner)
    }

    fn measure(
        &self,
        variable: &Variable,
        aggregate: &AggregateExpression,
        scope: &Scope,
    ) -> Result<Measure, NotCovered> {
        let slot = self.slot(scope, variable);
        let text: Arc<str> = aggregate.to_string().into();
        let mut measure = Measure { slot, aggregate: None, slots: Default::default(), counts: None, text };
        match aggregate {
            AggregateExpression::CountSolutions { distinct: true } => return Ok(measure),
            AggregateExpression::CountSolutions { distinct: false } => measure.counts = Some(Counted::Rows),
            AggregateExpression::FunctionCall { name, expr, distinct } => {
                check_depth(expr)?;
                measure.slots = self.replace_exists(&mut expr.clone(), None, scope)?.0;
                if let (Expression::Variable(counted), AggregateFunction::Count) = (expr, name) {
                    let slot = self.slot(scope, counted);
                    measure.counts = Some(if *distinct { Counted::DistinctSlot(slot) } else { Counted::Slot(slot) });
                }
            }
        }
        let slots = |variable: &Variable| Some(self.slot(scope, variable));
        let compiled = Aggregate::of(aggregate, &slots, self.terms);
        let compiled = compiled.ok_or_else(|| NotCovered::new(format!("the aggregate {}", measure.text)))?;
        measure.aggregate = Some(Arc::new(compiled));
        Ok(measure)
    }

    fn conditions(&self, expression: &Expression, graph: Graph, scope: &Scope) -> Result<Vec<Condition>, NotCovered> {
        conjuncts(expression).into_iter().map(|it| self.condition(it, graph, scope)).collect()
    }

    fn condition(&self, expression: &Expression, graph: Graph, scope: &Scope) -> Result<Condition, NotCovered> {
        let (pattern, is_negated) = match expression {
            Expression::Exists(pattern) => (pattern, false),
            Expression::Not(inner) => match &**inner {
                Expression::Exists(pattern) => (pattern, true),
                _ => return self.formula(expression, graph, scope).map(Condition::Formula),
            },
            _ => return self.formula(expression, graph, scope).map(Condition::Formula),
        };
        Ok(Condition::Exists { pattern: Box::new(self.exists(pattern, graph, scope)?), is_negated })
    }

    /// A pattern inside `EXISTS`: it sees the same variables, its blank nodes are its own.
    fn exists(&self, pattern: &GraphPattern, graph: Graph, scope: &Scope) -> Result<Pattern, NotCovered> {
        let blanks = scope.blanks.take();
        let pattern = self.pattern(pattern, graph, scope);
        scope.blanks.replace(blanks);
        pattern
    }

    fn formula(&self, expression: &Expression, graph: Graph, scope: &Scope) -> Result<Formula, NotCovered> {
        check_depth(expression)?;
        let mut expression = expression.clone();
        let text: Arc<str> = expression.to_string().into();
        let (slots, exists) = self.replace_exists(&mut expression, graph, scope)?;
        let range =
            range(&expression).map(|(variable, low, high)| Between { slot: self.slot(scope, variable), low, high });
        let one_of = one_of(&expression).map(|(variable, terms)| {
            let ids: BTreeSet<_> = terms.into_iter().map(|term| self.id(term)).collect();
            (self.slot(scope, variable), ids.into_iter().collect())
        });
        let slot_of = |variable: &Variable| Some(self.slot(scope, variable));
        let compiled = Compiled::of(&expression, &slot_of, self.terms);
        let compiled = compiled.ok_or_else(|| NotCovered::new(format!("the expression {text}")))?;
        Ok(Formula { compiled: Arc::new(compiled), slots, exists, range, one_of, text })
    }

    /// Puts a variable of its own in place of every `EXISTS`; tells which slots the expression then reads.
    fn replace_exists(
        &self,
        expression: &mut Expression,
        graph: Graph,
        scope: &Scope,
    ) -> Result<(super::Slots, Vec<(Slot, Pattern)>), NotCovered> {
        let (mut slots, mut exists, mut fault) = (super::Slots::new(), Vec::new(), None);
        walk(expression, &mut |part| {
            if let Some(name) = unsteady(part) {
                fault = Some(NotCovered::new(format!("{name}, which is another value at every call")));
            }
            if let Expression::Exists(pattern) = part {
                let slot = self.fresh("");
                let variable = Variable::new_unchecked(format!("exists {slot}"));
                scope.slots.borrow_mut().insert(variable.clone(), slot);
                match self.exists(pattern, graph, scope) {
                    Ok(pattern) => exists.push((slot, pattern)),
                    Err(reason) => fault = Some(reason),
                }
                *part = Expression::Variable(variable);
            }
            if let Expression::Variable(variable) | Expression::Bound(variable) = part {
                slots.insert(self.slot(scope, variable));
            }
        });
        fault.map_or(Ok((slots, exists)), Err)
    }
}

fn is_negated_set(path: &PropertyPathExpression) -> bool {
    matches!(innermost(path), PropertyPathExpression::NegatedPropertySet(_))
}

/// What a path is when it is walked in its own direction.
fn innermost(path: &PropertyPathExpression) -> &PropertyPathExpression {
    if let PropertyPathExpression::Reverse(inner) = path { innermost(inner) } else { path }
}

fn check_depth(expression: &Expression) -> Result<(), NotCovered> {
    let is_deep = depth(&mut expression.clone()) > MAX_DEPTH;
    if is_deep { Err(NotCovered::new("expressions that are nested very deep")) } else { Ok(()) }
}
