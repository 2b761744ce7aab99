//! SPARQL's expressions over columns of ids.
//!
//! Comes in: an expression of the algebra, once; then batches. Leaves: for each row the id of the value, or whether
//! the row is kept. An error is no value: [`Id::NONE`], and the row is not kept. Gives exactly what spareval 0.2.9
//! gives on the same terms, spelling included; whatever cannot be so is refused before anything is read.

mod alike;
mod arithmetic;
mod bounds;
mod call;
mod columns;
mod compare;
mod compile;
mod memo;
mod node;
mod normal;
mod numbers;
mod order;
mod remember;
mod text;
mod text_test;
mod value;
mod workspace;

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use oxigraph::model::Variable;
use spareval::ExpressionTerm as Value;
use spargebra::algebra::Expression;

pub(super) use alike::Alike;
use columns::{Columns, Rows};
pub(super) use compare::sort_order;
use compile::Compiler;
use node::Node;
use normal::{is_settled, normal};
pub(super) use order::decimal_parts;
pub(in crate::sparql) use order::order_of;
pub(super) use value::{decimal_id, id_of, inline_id, parts_of, respelled, value_of};
use workspace::Workspace;

use crate::sparql::vector::{Batch, Terms};
use crate::store::Id;

/// An expression that is ready to be computed over batches, by many threads at once.
pub(in crate::sparql) struct Compiled {
    node: Node,
    is_term: bool,
    n_remembering: usize,
    /// Those that no thread uses at the moment.
    workspaces: Mutex<Vec<Workspace>>,
}

/// Looks ids up that have not left the expression.
pub(super) struct Values<'a> {
    workspace: &'a Workspace,
    terms: &'a Terms,
}

impl Values<'_> {
    /// The value of an id.
    pub fn get(&self, id: Id) -> Option<Cow<'_, Value>> {
        self.workspace.value(id, self.terms)
    }
}

impl Compiled {
    /// The expression, its variables being the columns that `slots` says (a variable without a column is never bound).
    /// Nothing when it is not covered: `EXISTS`, which the plan puts into a column of its own first; `IRI` where
    /// the query declares a base; `RAND`, `UUID`, `STRUUID` and `BNODE`; functions that nobody knows; sums in time whose
    /// sides the evaluator's optimizer orders by the pattern around them.
    pub fn of(expression: &Expression, slots: &dyn Fn(&Variable) -> Option<usize>, terms: &Terms) -> Option<Self> {
        if !is_settled(expression) {
            return None;
        }
        let compiler = Compiler { slots, terms, is_optimized: true };
        Self::of_node(compiler.node(&normal(expression))?)
    }

    /// The argument of an aggregate, which the evaluator's optimizer does not touch.
    pub(super) fn as_written(
        expression: &Expression,
        slots: &dyn Fn(&Variable) -> Option<usize>,
        terms: &Terms,
    ) -> Option<Self> {
        Self::of_node(Compiler { slots, terms, is_optimized: false }.node(expression)?)
    }

    fn of_node(node: Node) -> Option<Self> {
        let (is_term, mut n_remembering) = (node.is_term(), 0);
        let node = node.remembering(&mut n_remembering);
        Some(Self { node, is_term, n_remembering, workspaces: Mutex::default() })
    }

    /// Whether terms pass through with their spelling, so that `COUNT` counts what is bound and not errors.
    pub fn is_term(&self) -> bool {
        self.is_term
    }

    /// Appends the id of the value in each row; [`Id::NONE`] where it is unbound or an error.
    pub fn values(&self, batch: &Batch, terms: &Terms, out: &mut Vec<Id>) {
        self.with_workspace(|workspace| {
            let ids = Columns { batch, terms, workspace }.ids(&self.node, Rows::All(batch.len));
            match self.is_term || Alike::of(&ids).is_some_and(Alike::is_spelled) {
                true => out.extend_from_slice(&ids),
                false => out.extend(ids.iter().map(|id| workspace.leave(*id, terms))),
            }
        });
    }

    /// Appends for each row whether the effective boolean value is true; an error is false.
    pub fn keep(&self, batch: &Batch, terms: &Terms, out: &mut Vec<bool>) {
        self.with_workspace(|workspace| {
            let truths = Columns { batch, terms, workspace }.truths(&self.node, Rows::All(batch.len));
            out.extend(truths.into_iter().map(|truth| truth == Some(true)));
        });
    }

    /// Hands over the ids of the values as they are inside the expression, for who needs the values and no terms.
    pub(super) fn read(&self, batch: &Batch, terms: &Terms, use_ids: impl FnOnce(&[Id], &Values<'_>)) {
        self.with_workspace(|workspace| {
            let ids = Columns { batch, terms, workspace }.ids(&self.node, Rows::All(batch.len));
            use_ids(&ids, &Values { workspace, terms });
        });
    }

    /// Whether texts have to be read.
    pub fn looks_into_terms(&self) -> bool {
        self.n_remembering > 0 || self.node.looks_into_terms()
    }

    fn with_workspace(&self, compute: impl FnOnce(&mut Workspace)) {
        let mut workspaces = self.workspaces.lock().unwrap_or_else(PoisonError::into_inner);
        let mut workspace = workspaces.pop().unwrap_or_default();
        drop(workspaces);
        workspace.start_batch(self.n_remembering);
        compute(&mut workspace);
        self.workspaces.lock().unwrap_or_else(PoisonError::into_inner).push(workspace);
    }
}
