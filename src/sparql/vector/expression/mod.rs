//! SPARQL's expressions over columns of ids.
//!
//! Comes in: an expression of the algebra, once; then batches. Leaves: for each row the id of the value, or whether
//! the row is kept. An error is no value: [`Id::NONE`], and the row is not kept. Gives exactly what spareval 0.2.9
//! gives on the same terms, spelling included; whatever cannot be so is refused before anything is read.

mod arithmetic;
mod call;
mod compare;
mod compile;
mod node;
mod order;
mod text;
mod value;

use oxigraph::model::Variable;
use spargebra::algebra::Expression;

use compile::Compiler;
use node::{Node, Row};
pub(in crate::sparql) use order::order_of;
pub(super) use value::{id_of, parts_of, respelled, value_of};

use crate::sparql::vector::{Batch, Terms};
use crate::store::Id;

/// An expression that is ready to be computed over batches, by many threads at once.
pub(in crate::sparql) struct Compiled {
    node: Node,
}

impl Compiled {
    /// The expression, its variables being the columns that `slots` says (a variable without a column is never bound).
    /// Nothing when it is not covered: `EXISTS`, which the plan puts into a column of its own first; `IRI`, which needs
    /// the query's base; `RAND`, `NOW`, `UUID`, `STRUUID` and `BNODE`; functions that nobody knows.
    pub fn of(expression: &Expression, slots: &dyn Fn(&Variable) -> Option<usize>, terms: &Terms) -> Option<Self> {
        Some(Self { node: Compiler { slots, terms }.node(expression)? })
    }

    /// Whether terms pass through with their spelling, so that `COUNT` counts what is bound and not errors.
    pub fn is_term(&self) -> bool {
        self.node.is_term()
    }

    /// Appends the id of the value in each row; [`Id::NONE`] where it is unbound or an error.
    pub fn values(&self, batch: &Batch, terms: &Terms, out: &mut Vec<Id>) {
        out.extend((0..batch.len).map(|at| self.node.id(Row { batch, at, terms }).unwrap_or(Id::NONE)));
    }

    /// Appends for each row whether the effective boolean value is true; an error is false.
    pub fn keep(&self, batch: &Batch, terms: &Terms, out: &mut Vec<bool>) {
        out.extend((0..batch.len).map(|at| self.node.truth(Row { batch, at, terms }) == Some(true)));
    }
}
