//! An expression whose variables are columns, and its value in one row.
//!
//! A [`Node`] is either a *term*, which hands terms through with their spelling (a variable, a constant, `IF` and
//! `COALESCE` of such), or a *value*, which is spelled anew. The difference is the evaluator's: `BIND(?x AS ?y)` keeps
//! `"049.50"`, `BIND(?x + 0 AS ?y)` gives `49.5`.

use std::cmp::Ordering;

use rustc_hash::FxHashSet;
use spareval::ExpressionTerm as Value;

use super::arithmetic::{self, Operation};
use super::call::Call;
use super::compare;
use super::value::{id_of, value_of};
use crate::sparql::vector::{Batch, Terms};
use crate::store::Id;

/// Which orders a comparison accepts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    /// Whether the order is one of them.
    pub fn accepts(self, order: Ordering) -> bool {
        match self {
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }

    /// The comparison with both sides exchanged.
    pub fn reversed(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
        }
    }
}

/// A compiled expression.
pub(super) enum Node {
    /// A term that stands in the query; the id keeps its spelling.
    Constant {
        value: Value,
        id: Id,
    },
    /// A value that does not depend on the row.
    Computed {
        value: Value,
        id: Id,
    },
    /// The variable in a column.
    Slot(usize),
    /// A variable that is bound nowhere.
    Unbound,
    Bound(usize),
    Or(Vec<Node>),
    And(Vec<Node>),
    Not(Box<Node>),
    Equal(Box<[Node; 2]>),
    SameTerm(Box<[Node; 2]>),
    Compare(Comparison, Box<[Node; 2]>),
    /// Whether the first equals one of the others.
    In(Box<Node>, Vec<Node>),
    /// Whether it is one of these IRIs.
    Among(Box<Node>, FxHashSet<Id>),
    Calculate(Operation, Box<[Node; 2]>),
    Plus(Box<Node>),
    Minus(Box<Node>),
    If(Box<[Node; 3]>),
    Coalesce(Vec<Node>),
    Call(Call, Vec<Node>),
    /// A node that reads one column only, whose results are remembered by what stands there; the `part`-th of these.
    Remember {
        slot: usize,
        part: usize,
        node: Box<Node>,
    },
}

/// One row of a batch.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub batch: &'a Batch,
    pub at: usize,
    pub terms: &'a Terms,
    /// The value of the only column that is read, when it is known.
    pub known: Option<&'a Value>,
}

impl Row<'_> {
    fn id(self, slot: usize) -> Option<Id> {
        Some(self.batch.value(slot, self.at)).filter(|id| *id != Id::NONE)
    }

    fn value(self, slot: usize) -> Option<Value> {
        if let Some(known) = self.known {
            return Some(known.clone());
        }
        value_of(self.id(slot)?, self.terms)
    }
}

impl Node {
    /// Whether terms keep their spelling in it.
    pub fn is_term(&self) -> bool {
        match self {
            Self::Constant { .. } | Self::Slot(_) | Self::Unbound => true,
            Self::Coalesce(all) => all.iter().all(Self::is_term),
            Self::If(parts) => parts[1].is_term() && parts[2].is_term(),
            _ => false,
        }
    }

    /// Whether it is computed as a column of truths.
    pub fn is_truth(&self) -> bool {
        match self {
            Self::Or(_) | Self::And(_) | Self::Not(_) | Self::Bound(_) | Self::Among(..) => true,
            Self::Equal(_) | Self::Compare(..) => true,
            Self::SameTerm(sides) => sides.iter().all(Self::is_leaf),
            _ => false,
        }
    }

    /// Whether it is a term without parts.
    pub fn is_leaf(&self) -> bool {
        matches!(self, Self::Constant { .. } | Self::Slot(_) | Self::Unbound)
    }

    /// The value that is the same in every row, and its id.
    pub fn constant(&self) -> Option<(&Value, Id)> {
        match self {
            Self::Constant { value, id } | Self::Computed { value, id } => Some((value, *id)),
            _ => None,
        }
    }

    /// The term in one row, for nodes that are terms; nothing where it is unbound or an error.
    pub fn term(&self, row: Row<'_>) -> Option<Id> {
        match self {
            Self::Constant { id, .. } => Some(*id),
            Self::Slot(slot) => row.id(*slot),
            Self::Coalesce(all) if self.is_term() => all.iter().find_map(|node| node.term(row)),
            Self::If(parts) if self.is_term() => {
                if parts[0].truth(row)? {
                    parts[1].term(row)
                } else {
                    parts[2].term(row)
                }
            }
            _ => None,
        }
    }

    /// The id of what comes out in one row.
    pub fn id(&self, row: Row<'_>) -> Option<Id> {
        if self.is_term() { self.term(row) } else { Some(id_of(self.value(row)?, row.terms)) }
    }

    /// The effective boolean value in one row.
    pub fn truth(&self, row: Row<'_>) -> Option<bool> {
        compare::truth(&self.value(row)?)
    }

    /// The value in one row; nothing where it is unbound or an error.
    pub fn value(&self, row: Row<'_>) -> Option<Value> {
        match self {
            Self::Constant { value, .. } | Self::Computed { value, .. } => Some(value.clone()),
            Self::Slot(slot) => row.value(*slot),
            Self::Unbound => None,
            Self::Bound(slot) => Some(row.id(*slot).is_some().into()),
            Self::Or(all) => any(all.iter().map(|node| node.truth(row))).map(Value::from),
            Self::And(all) => every(all.iter().map(|node| node.truth(row))).map(Value::from),
            Self::Not(node) => Some((!node.truth(row)?).into()),
            Self::Equal(sides) => compare::equal(&sides[0].value(row)?, &sides[1].value(row)?).map(Value::from),
            Self::SameTerm(sides) => same_term(&sides[0], &sides[1], row).map(Value::from),
            Self::Compare(comparison, sides) => {
                let order = compare::order(&sides[0].value(row)?, &sides[1].value(row)?)?;
                Some(comparison.accepts(order).into())
            }
            Self::In(node, list) => {
                let value = node.value(row);
                let equals = |other: &Node| compare::equal(value.as_ref()?, &other.value(row)?);
                any(list.iter().map(equals)).map(Value::from)
            }
            Self::Among(node, iris) => Some(iris.contains(&id_of(node.value(row)?, row.terms)).into()),
            Self::Calculate(operation, sides) => {
                arithmetic::calculate(*operation, &sides[0].value(row)?, &sides[1].value(row)?)
            }
            Self::Plus(node) => arithmetic::keep_sign(node.value(row)?),
            Self::Minus(node) => arithmetic::negate(&node.value(row)?),
            Self::If(parts) => {
                if parts[0].truth(row)? {
                    parts[1].value(row)
                } else {
                    parts[2].value(row)
                }
            }
            Self::Coalesce(all) => all.iter().find_map(|node| node.value(row)),
            Self::Call(call, arguments) => call.value(&mut arguments.iter().map(|node| node.value(row))),
            Self::Remember { node, .. } => node.value(row),
        }
    }
}

fn same_term(left: &Node, right: &Node, row: Row<'_>) -> Option<bool> {
    if left.is_term() || right.is_term() {
        return Some(left.id(row)? == right.id(row)?);
    }
    Some(left.value(row)? == right.value(row)?)
}

/// True if one is true, else an error if one is.
pub(super) fn any(truths: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(false);
    for truth in truths {
        match truth {
            Some(true) => return Some(true),
            Some(false) => {}
            None => result = None,
        }
    }
    result
}

/// False if one is false, else an error if one is.
pub(super) fn every(truths: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for truth in truths {
        match truth {
            Some(true) => {}
            Some(false) => return Some(false),
            None => result = None,
        }
    }
    result
}
