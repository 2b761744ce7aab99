//! An expression over all rows of a batch, part by part.
//!
//! Each part gives a column of ids, or of truths, for the rows that are asked for. Comparisons and arithmetic of
//! numbers, days and truths stay in the ids. A part that calls functions and reads one variable is computed once for
//! each of the variable's ids; a part that calls functions and reads several is computed row by row. `&&`, `||`, `IF`
//! and `COALESCE` ask their later parts only for the rows that the earlier ones left open.

use std::borrow::Cow;
use std::cmp::Ordering;

use spareval::ExpressionTerm as Value;
use spargebra::algebra::Function;

use super::alike::Alike;
use super::arithmetic::{self, Operation};
use super::bounds::Bounds;
use super::compare;
use super::node::{Comparison, Node, Row};
use super::numbers::Number;
use super::order::inline_order;
use super::text_test::TextTest;
use super::value::{Given, each_value};
use super::workspace::{Workspace, is_passing};
use crate::sparql::vector::{Batch, Terms};
use crate::store::{Id, Inline};

/// The effective boolean value of one row; nothing is an error.
pub(super) type Truth = Option<bool>;

/// The rows that a part is asked for: all, or some by their places.
#[derive(Clone, Copy)]
pub(super) enum Rows<'a> {
    All(usize),
    Some(&'a [u32]),
}

impl Rows<'_> {
    fn len(self) -> usize {
        match self {
            Self::All(len) => len,
            Self::Some(places) => places.len(),
        }
    }

    fn places(self) -> impl Iterator<Item = usize> {
        (0..self.len()).map(move |at| match self {
            Self::All(_) => at,
            Self::Some(places) => places[at] as usize,
        })
    }

    /// The rows among these whose number here is in `chosen`.
    fn among(self, chosen: &[usize]) -> Vec<u32> {
        let place = |at: &usize| match self {
            Self::All(_) => *at as u32,
            Self::Some(places) => places[*at],
        };
        chosen.iter().map(place).collect()
    }
}

/// One batch on its way through an expression.
pub(super) struct Columns<'a, 'w> {
    pub batch: &'a Batch,
    pub terms: &'a Terms,
    pub workspace: &'w mut Workspace,
}

impl<'a> Columns<'a, '_> {
    /// The id of the part's value in each row; not always spelled as it leaves the expression.
    pub fn ids(&mut self, node: &Node, rows: Rows<'_>) -> Cow<'a, [Id]> {
        match node {
            Node::Slot(slot) => self.slot(*slot, rows),
            Node::Constant { id, .. } | Node::Computed { id, .. } => Cow::Owned(vec![*id; rows.len()]),
            Node::Unbound => Cow::Owned(vec![Id::NONE; rows.len()]),
            Node::Calculate(operation, sides) => self.calculate(*operation, sides, rows).into(),
            Node::Minus(part) => self.negated(part, rows).into(),
            Node::If(parts) => self.chosen(parts, rows).into(),
            Node::Coalesce(parts) => self.first_bound(parts, rows).into(),
            Node::Remember { slot, part, node } => self.remembered(*slot, *part, node, rows).into(),
            Node::Call(call, parts) if let (Some(function), [part]) = (call.rounding(), parts.as_slice()) => {
                self.rounded(function, part, rows).into()
            }
            node if node.is_truth() => {
                let truths = self.truths(node, rows);
                truths.into_iter().map(truth_id).collect()
            }
            node => self.row_by_row(node, rows).into(),
        }
    }

    /// The effective boolean value of the part in each row.
    pub fn truths(&mut self, node: &Node, rows: Rows<'_>) -> Vec<Truth> {
        match node {
            Node::Or(parts) => self.joined(parts, rows, true),
            Node::And(parts) => self.joined(parts, rows, false),
            Node::Not(part) => {
                let truths = self.truths(part, rows);
                truths.into_iter().map(|truth| truth.map(|truth| !truth)).collect()
            }
            Node::Bound(slot) => rows.places().map(|place| Some(self.batch.value(*slot, place) != Id::NONE)).collect(),
            Node::Equal(sides) => self.compared(None, sides, rows),
            Node::Compare(comparison, sides) => self.compared(Some(*comparison), sides, rows),
            Node::SameTerm(sides) if node.is_truth() => {
                let (left, right) = (self.ids(&sides[0], rows), self.ids(&sides[1], rows));
                let is_same = |left: Id, right: Id| (left != Id::NONE && right != Id::NONE).then_some(left == right);
                left.iter().zip(right.iter()).map(|(left, right)| is_same(*left, *right)).collect()
            }
            Node::Among(part, iris) => {
                let ids = self.ids(part, rows);
                let ids = ids.iter().map(|id| self.workspace.leave(*id, self.terms));
                ids.map(|id| (id != Id::NONE).then(|| iris.contains(&id))).collect()
            }
            node => {
                let ids = self.ids(node, rows);
                ids.iter().map(|id| self.truth_of(*id)).collect()
            }
        }
    }

    fn truth_of(&self, id: Id) -> Truth {
        match id.inline() {
            Some(Inline::Boolean(truth)) => Some(truth),
            _ => compare::truth(&*self.workspace.value(id, self.terms)?),
        }
    }

    fn slot(&self, slot: usize, rows: Rows<'_>) -> Cow<'a, [Id]> {
        match (self.batch.column(slot), rows) {
            (None, _) => vec![Id::NONE; rows.len()].into(),
            (Some(column), Rows::All(_)) => Cow::Borrowed(column),
            (Some(column), Rows::Some(places)) => places.iter().map(|place| column[*place as usize]).collect(),
        }
    }

    fn row_by_row(&mut self, node: &Node, rows: Rows<'_>) -> Vec<Id> {
        let (batch, terms) = (self.batch, self.terms);
        rows.places().map(|at| self.workspace.pass(node.value(Row { batch, at, terms, known: None }))).collect()
    }

    fn remembered(&mut self, slot: usize, part: usize, node: &Node, rows: Rows<'_>) -> Vec<Id> {
        let arguments = self.slot(slot, rows);
        let memo = self.workspace.results(part);
        memo.expect(&arguments);
        let mut open: Vec<_> = arguments.iter().copied().filter(|argument| memo.get(*argument).is_none()).collect();
        open.sort_unstable();
        open.dedup();
        self.learn(slot, part, node, open);
        let memo = self.workspace.results(part);
        arguments.iter().map(|argument| memo.get(*argument).unwrap_or(Id::NONE)).collect()
    }

    /// Computes a part for arguments that are new, which are in order.
    fn learn(&mut self, slot: usize, part: usize, node: &Node, arguments: Vec<Id>) {
        let (mut batch, terms) = (Batch { len: arguments.len(), ..Batch::default() }, self.terms);
        batch.columns.resize(slot + 1, Vec::new());
        batch.columns[slot] = arguments;
        let test = TextTest::of(node);
        each_value(&batch.columns[slot], terms, test.as_ref(), |at, given| {
            let result = match given {
                Given::Answer(truth) => Some(truth.into()),
                Given::Value(value) => node.value(Row { batch: &batch, at, terms, known: value.as_ref() }),
            };
            self.workspace.remember(part, batch.columns[slot][at], result);
        });
    }

    fn rounded(&mut self, function: &Function, part: &Node, rows: Rows<'_>) -> Vec<Id> {
        let ids = self.ids(part, rows);
        let rounded = |id: &Id| {
            let in_place = Number::of(*id).and_then(|number| number.rounded(function));
            in_place.unwrap_or_else(|| {
                let value = self.workspace.value(*id, self.terms);
                let result = value.and_then(|value| arithmetic::rounded(function, &value));
                self.workspace.pass(result)
            })
        };
        ids.iter().map(rounded).collect()
    }

    /// `||` when `decisive`, else `&&`: the truth that decides, or an error if there was one, or the other truth. Parts
    /// that look into no term are cheaper for all rows than for those that are still open.
    fn joined(&mut self, parts: &[Node], rows: Rows<'_>, decisive: bool) -> Vec<Truth> {
        let mut results = vec![Some(!decisive); rows.len()];
        for part in parts {
            let open = |at: &usize| results[*at] != Some(decisive);
            if !part.looks_into_terms() {
                let truths = self.truths(part, rows);
                results.iter_mut().zip(truths).for_each(|(result, truth)| *result = both(*result, truth, decisive));
                continue;
            }
            let open: Vec<usize> = (0..rows.len()).filter(open).collect();
            let truths = self.truths(part, Rows::Some(&rows.among(&open)));
            open.iter().zip(truths).for_each(|(at, truth)| results[*at] = both(results[*at], truth, decisive));
        }
        results
    }

    fn compared(&mut self, comparison: Option<Comparison>, sides: &[Node; 2], rows: Rows<'_>) -> Vec<Truth> {
        let turned = comparison.map(Comparison::reversed);
        match (sides[0].constant(), sides[1].constant()) {
            (None, Some((value, id))) => self.compared_with(comparison, &sides[0], value, id, rows),
            (Some((value, id)), None) => self.compared_with(turned, &sides[1], value, id, rows),
            _ => {
                let (left, right) = (self.ids(&sides[0], rows), self.ids(&sides[1], rows));
                let pairs = left.iter().zip(right.iter());
                if Alike::of(&left).zip(Alike::of(&right)).is_some_and(|(left, right)| left.is_as(right)) {
                    let accepts = |order: Ordering| comparison.map_or(order.is_eq(), |it| it.accepts(order));
                    return pairs.map(|(left, right)| Some(accepts(left.cmp(right)))).collect();
                }
                pairs.map(|(left, right)| self.compare(comparison, *left, *right)).collect()
            }
        }
    }

    fn compared_with(
        &mut self,
        comparison: Option<Comparison>,
        node: &Node,
        constant: &Value,
        constant_id: Id,
        rows: Rows<'_>,
    ) -> Vec<Truth> {
        let ids = self.ids(node, rows);
        let bounds = Bounds::of(comparison, constant, constant_id);
        let alike = Alike::of(&ids);
        if let Some((alike, (range, first))) =
            alike.and_then(|alike| Some((alike, bounds.as_ref()?.range(alike.first())?)))
        {
            return ids.iter().map(|id| Some(range.accepts(first + alike.distance(*id)))).collect();
        }
        let is_iri = matches!(constant, Value::NamedNode(_));
        let result = |id: Id| match (&bounds, comparison) {
            (Some(bounds), _) if let Some(is_accepted) = bounds.accept(id) => Some(is_accepted),
            _ if id == Id::NONE => None,
            (None, None) if is_iri && !is_passing(id) => Some(id == constant_id),
            _ => {
                let value = self.workspace.value(id, self.terms)?;
                compared(comparison, &value, constant)
            }
        };
        ids.iter().map(|id| result(*id)).collect()
    }

    fn compare(&self, comparison: Option<Comparison>, left: Id, right: Id) -> Truth {
        if left == Id::NONE || right == Id::NONE {
            return None;
        }
        let is_node = |id: Id| id.is_iri() || id.is_blank();
        let has_node = is_node(left) || is_node(right);
        if comparison.is_none() && has_node && !is_passing(left) && !is_passing(right) {
            return Some(left == right);
        }
        if let Some(order) = inline_order(left, right) {
            return Some(comparison.map_or(order.is_eq(), |comparison| comparison.accepts(order)));
        }
        let value = |id| self.workspace.value(id, self.terms);
        compared(comparison, &*value(left)?, &*value(right)?)
    }

    fn calculate(&mut self, operation: Operation, sides: &[Node; 2], rows: Rows<'_>) -> Vec<Id> {
        let (left, right) = (self.ids(&sides[0], rows), self.ids(&sides[1], rows));
        left.iter().zip(right.iter()).map(|(left, right)| self.calculate_one(operation, *left, *right)).collect()
    }

    #[inline]
    fn calculate_one(&mut self, operation: Operation, left: Id, right: Id) -> Id {
        let numbers = Number::of(left).zip(Number::of(right));
        if let Some(result) = numbers.and_then(|(left, right)| left.calculate(operation, right)) {
            return result;
        }
        let value = |id| self.workspace.value(id, self.terms);
        let result =
            value(left).zip(value(right)).and_then(|(left, right)| arithmetic::calculate(operation, &left, &right));
        self.workspace.pass(result)
    }

    fn negated(&mut self, part: &Node, rows: Rows<'_>) -> Vec<Id> {
        let ids = self.ids(part, rows);
        let negated = |id: &Id| {
            let in_place = Number::of(*id).and_then(Number::negated);
            in_place.unwrap_or_else(|| {
                let value = self.workspace.value(*id, self.terms);
                let result = value.and_then(|value| arithmetic::negate(&value));
                self.workspace.pass(result)
            })
        };
        ids.iter().map(negated).collect()
    }

    fn chosen(&mut self, parts: &[Node; 3], rows: Rows<'_>) -> Vec<Id> {
        let truths = self.truths(&parts[0], rows);
        if parts[1].is_leaf() && parts[2].is_leaf() {
            let (yes, no) = (self.ids(&parts[1], rows), self.ids(&parts[2], rows));
            let one = |at: usize| truths[at].map_or(Id::NONE, |truth| if truth { yes[at] } else { no[at] });
            return (0..truths.len()).map(one).collect();
        }
        let mut results = vec![Id::NONE; rows.len()];
        for (part, wanted) in [(&parts[1], true), (&parts[2], false)] {
            let at: Vec<_> = (0..truths.len()).filter(|at| truths[*at] == Some(wanted)).collect();
            let ids = self.ids(part, Rows::Some(&rows.among(&at)));
            at.iter().zip(ids.iter()).for_each(|(at, id)| results[*at] = *id);
        }
        results
    }

    fn first_bound(&mut self, parts: &[Node], rows: Rows<'_>) -> Vec<Id> {
        let mut results = vec![Id::NONE; rows.len()];
        let mut open: Vec<usize> = (0..rows.len()).collect();
        for part in parts {
            let ids = self.ids(part, Rows::Some(&rows.among(&open)));
            open.iter().zip(ids.iter()).for_each(|(at, id)| results[*at] = *id);
            open.retain(|at| results[*at] == Id::NONE);
        }
        results
    }
}

/// What two parts of `||` or `&&` give together.
fn both(one: Truth, other: Truth, decisive: bool) -> Truth {
    if one == Some(decisive) || other == Some(decisive) {
        return Some(decisive);
    }
    one.and(other)
}

fn compared(comparison: Option<Comparison>, left: &Value, right: &Value) -> Truth {
    match comparison {
        None => compare::equal(left, right),
        Some(comparison) => compare::order(left, right).map(|order| comparison.accepts(order)),
    }
}

fn truth_id(truth: Truth) -> Id {
    truth.and_then(|truth| Id::of_inline(Inline::Boolean(truth))).unwrap_or(Id::NONE)
}
