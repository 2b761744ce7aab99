//! From the algebra of an expression to a [`Node`].
//!
//! What does not depend on the row is computed here, once.

use oxigraph::model::{Literal, Term, Variable};
use spareval::ExpressionTerm as Value;
use spargebra::algebra::{Expression, Function};

use super::arithmetic::Operation;
use super::call::Call;
use super::node::{Comparison, Node, Row};
use super::value::{id_of, inline_id};
use crate::sparql::vector::{Batch, Terms};

/// Where variables stand, and the terms of the query.
pub(super) struct Compiler<'a> {
    /// The column of a variable; nothing if it is never bound.
    pub slots: &'a dyn Fn(&Variable) -> Option<usize>,
    /// The query's terms.
    pub terms: &'a Terms,
    /// Whether the evaluator's optimizer changes the expression.
    pub is_optimized: bool,
}

impl Compiler<'_> {
    /// The node of an expression; nothing if a part of it is not covered.
    pub fn node(&self, expression: &Expression) -> Option<Node> {
        let node = self.unfolded(expression)?;
        Some(self.folded(node))
    }

    fn unfolded(&self, expression: &Expression) -> Option<Node> {
        use Expression as E;
        Some(match expression {
            E::NamedNode(iri) => self.constant(iri.clone().into()),
            E::Literal(literal) => self.constant(literal.clone().into()),
            E::Variable(variable) => (self.slots)(variable).map_or(Node::Unbound, Node::Slot),
            E::Bound(variable) => {
                (self.slots)(variable).map_or_else(|| self.constant(Literal::from(false).into()), Node::Bound)
            }
            E::Or(left, right) => Node::Or(vec![self.node(left)?, self.node(right)?]),
            E::And(left, right) => Node::And(vec![self.node(left)?, self.node(right)?]),
            E::Not(inner) => Node::Not(Box::new(self.node(inner)?)),
            E::Equal(left, right) => Node::Equal(self.both(left, right)?),
            E::SameTerm(left, right) => Node::SameTerm(self.both(left, right)?),
            E::Greater(left, right) => Node::Compare(Comparison::Greater, self.both(left, right)?),
            E::GreaterOrEqual(left, right) => Node::Compare(Comparison::GreaterOrEqual, self.both(left, right)?),
            E::Less(left, right) => Node::Compare(Comparison::Less, self.both(left, right)?),
            E::LessOrEqual(left, right) => Node::Compare(Comparison::LessOrEqual, self.both(left, right)?),
            E::In(left, list) => self.is_in(left, list)?,
            E::Add(left, right) => Node::Calculate(Operation::Add, self.both(left, right)?),
            E::Subtract(left, right) => Node::Calculate(Operation::Subtract, self.both(left, right)?),
            E::Multiply(left, right) => Node::Calculate(Operation::Multiply, self.both(left, right)?),
            E::Divide(left, right) => Node::Calculate(Operation::Divide, self.both(left, right)?),
            E::UnaryPlus(inner) => Node::Plus(Box::new(self.node(inner)?)),
            E::UnaryMinus(inner) => Node::Minus(Box::new(self.node(inner)?)),
            E::If(condition, yes, no) => {
                let parts = [self.node(condition)?, self.node(yes)?, self.node(no)?];
                let is_known = !self.is_optimized || told_apart(&parts[1..]) && !may_lose_a_branch(&parts);
                Node::If(Box::new(is_known.then_some(parts)?))
            }
            E::Coalesce(all) => {
                let parts = self.all(all)?;
                Node::Coalesce((!self.is_optimized || told_apart(&parts)).then_some(parts)?)
            }
            E::FunctionCall(function, arguments) => self.call(function, arguments)?,
            E::Exists(_) => return None,
        })
    }

    fn both(&self, left: &Expression, right: &Expression) -> Option<Box<[Node; 2]>> {
        Some(Box::new([self.node(left)?, self.node(right)?]))
    }

    fn all(&self, expressions: &[Expression]) -> Option<Vec<Node>> {
        expressions.iter().map(|expression| self.node(expression)).collect()
    }

    /// `IN` nothing is false, but an error where the left side has no truth: so the evaluator has it.
    fn is_in(&self, left: &Expression, list: &[Expression]) -> Option<Node> {
        let (left, list) = (self.node(left)?, self.all(list)?);
        let no = || self.constant(Literal::from(false).into());
        let iris = list.iter().map(|node| match node {
            Node::Constant { value: Value::NamedNode(_), id } => Some(*id),
            _ => None,
        });
        Some(match iris.collect() {
            _ if list.is_empty() => Node::If(Box::new([left, no(), no()])),
            Some(iris) => Node::Among(Box::new(left), iris),
            None => Node::In(Box::new(left), list),
        })
    }

    fn call(&self, function: &Function, arguments: &[Expression]) -> Option<Node> {
        if *function == Function::Now {
            return Some(self.computed(self.terms.now()?));
        }
        let constants: Vec<_> = arguments.iter().map(literal).collect();
        let call = Call::of(function, &constants, self.terms)?;
        Some(Node::Call(call, self.all(arguments)?))
    }

    fn constant(&self, term: Term) -> Node {
        Node::Constant { id: self.terms.intern(term.clone()), value: Value::from(term) }
    }

    fn computed(&self, value: Value) -> Node {
        Node::Computed { id: id_of(value.clone(), self.terms), value }
    }

    /// The node's value if it is the same in every row.
    fn folded(&self, node: Node) -> Node {
        if matches!(node, Node::Constant { .. } | Node::Computed { .. }) || node.is_term() || !node.is_constant() {
            return node;
        }
        let row = Row { batch: &Batch::default(), at: 0, terms: self.terms, known: None };
        match node.value(row) {
            Some(value) => self.computed(value),
            None => node,
        }
    }
}

/// Whether it is certain that terms keep their spelling, or that they do not: the optimizer makes `BOUND` a constant
/// where the pattern around it says so, which is not known here.
fn told_apart(parts: &[Node]) -> bool {
    let is_unsure = |part: &Node| matches!(part, Node::Bound(_));
    let are_terms = parts.iter().all(|part| part.is_term() || is_unsure(part));
    !(are_terms && parts.iter().any(is_unsure) && parts.iter().any(keeps_a_spelling))
}

/// Whether the optimizer may leave one branch of `IF`, by making a `BOUND` of its condition a constant, and a term would
/// then keep the spelling that it loses beside a branch that is no term.
fn may_lose_a_branch([condition, branches @ ..]: &[Node; 3]) -> bool {
    reads_bound(condition) && !branches.iter().all(Node::is_term) && branches.iter().any(keeps_a_spelling)
}

fn reads_bound(node: &Node) -> bool {
    matches!(node, Node::Bound(_)) || node.children().into_iter().any(reads_bound)
}

/// Whether the node hands a term through whose spelling may not be that of its value.
fn keeps_a_spelling(node: &Node) -> bool {
    node.is_term() && node.constant().is_none_or(|(value, id)| inline_id(value) != Some(id))
}

fn literal(expression: &Expression) -> Option<&Literal> {
    if let Expression::Literal(literal) = expression { Some(literal) } else { None }
}

impl Node {
    /// The nodes right below.
    pub fn children(&self) -> Vec<&Self> {
        match self {
            Self::Constant { .. } | Self::Computed { .. } | Self::Slot(_) | Self::Unbound | Self::Bound(_) => {
                Vec::new()
            }
            Self::Or(all) | Self::And(all) | Self::Coalesce(all) | Self::Call(_, all) => all.iter().collect(),
            Self::Not(node) | Self::Plus(node) | Self::Minus(node) | Self::Among(node, _) => vec![node],
            Self::Remember { node, .. } => vec![node],
            Self::Equal(sides) | Self::SameTerm(sides) | Self::Compare(_, sides) | Self::Calculate(_, sides) => {
                sides.iter().collect()
            }
            Self::If(parts) => parts.iter().collect(),
            Self::In(node, list) => std::iter::once(&**node).chain(list).collect(),
        }
    }

    /// Whether no column is read.
    pub fn is_constant(&self) -> bool {
        !matches!(self, Self::Slot(_) | Self::Bound(_)) && self.children().into_iter().all(Self::is_constant)
    }
}
