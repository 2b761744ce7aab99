//! A parameter's term put in place of its variable, in the query's algebra.
//!
//! Comes in: a parsed query, a variable, a term. Leaves: the query that asks the same with the variable fixed. The
//! evaluator's own substitution knows only the variables that the outermost `SELECT` projects; a parameter has to reach
//! filters, sub-queries and aggregates too, so it is done here. Text is never pasted: the term stays a term.
//!
//! Where removing the variable would change what a construct means, the construct keeps it: a projected parameter stays
//! a column, a group keeps its key, both sides of `MINUS` share it where the right one names it, and a row of `VALUES`
//! stays when it agrees.

use oxigraph::model::{Literal, Term, Variable};
use spargebra::Query;
use spargebra::algebra::{AggregateExpression, Expression, GraphPattern, OrderExpression};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern, TriplePattern};

use crate::sparql::algebra::parts;

/// Why a variable cannot be fixed.
pub(super) enum Refusal {
    /// The query never names it.
    NotThere,
    /// The query names it, but it cannot be given.
    Place(&'static str),
}

/// The query with `variable` fixed to `term`.
pub(super) fn substitute(mut query: Query, variable: &Variable, term: &Term) -> Result<Query, Refusal> {
    let mut fixing = Fixing { variable, term, n_places: 0, refusal: None };
    match &mut query {
        Query::Select { pattern, .. } | Query::Ask { pattern, .. } | Query::Describe { pattern, .. } => {
            fixing.pattern(pattern, true);
        }
        Query::Construct { pattern, template, .. } => {
            fixing.pattern(pattern, true);
            template.iter_mut().for_each(|triple| fixing.triple(triple));
        }
    }
    match fixing.refusal {
        Some(reason) => Err(Refusal::Place(reason)),
        None if fixing.n_places == 0 => Err(Refusal::NotThere),
        None => Ok(query),
    }
}

struct Fixing<'a> {
    variable: &'a Variable,
    term: &'a Term,
    n_places: usize,
    refusal: Option<&'static str>,
}

impl Fixing<'_> {
    fn is_it(&mut self, variable: &Variable) -> bool {
        let is_it = variable == self.variable;
        self.n_places += usize::from(is_it);
        is_it
    }

    fn constant(&mut self) -> Expression {
        match self.term {
            Term::NamedNode(node) => node.clone().into(),
            Term::Literal(literal) => literal.clone().into(),
            Term::BlankNode(_) => self.refused("a blank node cannot be given"),
        }
    }

    fn refused(&mut self, reason: &'static str) -> Expression {
        self.refusal.get_or_insert(reason);
        Literal::from(false).into()
    }

    /// `pattern`, with the variable bound to the term in every solution.
    fn bind(&mut self, pattern: &mut GraphPattern) {
        let expression = self.constant();
        let inner = Box::new(std::mem::take(pattern));
        *pattern = GraphPattern::Extend { inner, variable: self.variable.clone(), expression };
    }

    fn has(&self, pattern: &GraphPattern) -> bool {
        let mut has = false;
        pattern.on_in_scope_variable(|variable| has |= variable == self.variable);
        has
    }

    fn pattern(&mut self, pattern: &mut GraphPattern, is_outermost: bool) {
        match pattern {
            GraphPattern::Bgp { patterns } => patterns.iter_mut().for_each(|triple| self.triple(triple)),
            GraphPattern::Path { subject, object, .. } => {
                self.node(subject);
                self.node(object);
            }
            GraphPattern::Join { left, right }
            | GraphPattern::Union { left, right }
            | GraphPattern::Lateral { left, right } => self.both(left, right),
            GraphPattern::LeftJoin { left, right, expression } => {
                self.both(left, right);
                expression.iter_mut().for_each(|it| self.expression(it));
            }
            GraphPattern::Minus { left, right } => self.minus(left, right),
            GraphPattern::Filter { expr, inner } => {
                self.expression(expr);
                self.pattern(inner, is_outermost);
            }
            GraphPattern::Graph { name, inner } | GraphPattern::Service { name, inner, .. } => {
                self.name(name);
                self.pattern(inner, false);
            }
            GraphPattern::Extend { inner, variable, expression } => {
                if self.is_it(variable) {
                    self.refused("the query computes it itself");
                }
                self.expression(expression);
                self.pattern(inner, is_outermost);
            }
            GraphPattern::Values { variables, bindings } => self.values(variables, bindings),
            GraphPattern::OrderBy { inner, expression } => {
                for OrderExpression::Asc(key) | OrderExpression::Desc(key) in expression {
                    self.expression(key);
                }
                self.pattern(inner, is_outermost);
            }
            GraphPattern::Distinct { inner } | GraphPattern::Reduced { inner } | GraphPattern::Slice { inner, .. } => {
                self.pattern(inner, is_outermost);
            }
            GraphPattern::Project { inner, variables } => self.project(inner, variables, is_outermost),
            GraphPattern::Group { inner, variables, aggregates } => self.group(inner, variables, aggregates),
        }
    }

    fn both(&mut self, left: &mut GraphPattern, right: &mut GraphPattern) {
        self.pattern(left, false);
        self.pattern(right, false);
    }

    fn minus(&mut self, left: &mut GraphPattern, right: &mut GraphPattern) {
        let is_shared = self.has(right);
        self.both(left, right);
        if is_shared {
            self.bind(left);
            self.bind(right);
        }
    }

    fn values(&mut self, variables: &mut Vec<Variable>, bindings: &mut Vec<Vec<Option<GroundTerm>>>) {
        let Some(at) = variables.iter().position(|variable| self.is_it(variable)) else { return };
        let term = self.term;
        let agrees = |value: &Option<GroundTerm>| value.clone().is_none_or(|value| Term::from(value) == *term);
        bindings.retain(|row| agrees(&row[at]));
        variables.remove(at);
        bindings.iter_mut().for_each(|row| drop(row.remove(at)));
    }

    fn project(&mut self, inner: &mut GraphPattern, variables: &mut Vec<Variable>, is_outermost: bool) {
        self.pattern(inner, false);
        let is_column = variables.iter().any(|variable| self.is_it(variable));
        if is_column && !is_outermost {
            variables.retain(|variable| variable != self.variable);
        } else if is_column && !self.has(inner) {
            self.bind(inner);
        }
    }

    fn group(
        &mut self,
        inner: &mut GraphPattern,
        variables: &[Variable],
        aggregates: &mut [(Variable, AggregateExpression)],
    ) {
        self.pattern(inner, false);
        for (_, aggregate) in aggregates {
            if let AggregateExpression::FunctionCall { expr, .. } = aggregate {
                self.expression(expr);
            }
        }
        if variables.iter().any(|variable| self.is_it(variable)) && !self.has(inner) {
            self.bind(inner);
        }
    }

    fn triple(&mut self, triple: &mut TriplePattern) {
        self.node(&mut triple.subject);
        self.name(&mut triple.predicate);
        self.node(&mut triple.object);
    }

    fn node(&mut self, node: &mut TermPattern) {
        let TermPattern::Variable(variable) = node else { return };
        if self.is_it(&variable.clone()) {
            *node = self.term.clone().into();
        }
    }

    fn name(&mut self, name: &mut NamedNodePattern) {
        let NamedNodePattern::Variable(variable) = name else { return };
        if !self.is_it(&variable.clone()) {
            return;
        }
        match self.term {
            Term::NamedNode(node) => *name = node.clone().into(),
            _ => drop(self.refused("it stands where only an IRI can stand (a predicate or a graph)")),
        }
    }

    fn expression(&mut self, expression: &mut Expression) {
        match expression {
            Expression::Variable(variable) => {
                if self.is_it(&variable.clone()) {
                    *expression = self.constant();
                }
            }
            Expression::Bound(variable) => {
                if self.is_it(&variable.clone()) {
                    *expression = Literal::from(true).into();
                }
            }
            Expression::Exists(pattern) => self.pattern(pattern, false),
            other => self.expressions(parts(other)),
        }
    }

    fn expressions<'e>(&mut self, expressions: impl IntoIterator<Item = &'e mut Expression>) {
        expressions.into_iter().for_each(|expression| self.expression(expression));
    }
}
