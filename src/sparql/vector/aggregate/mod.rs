//! `COUNT`, `SUM`, `AVG`, `MIN`, `MAX`, `SAMPLE`, `GROUP_CONCAT` and our own statistics over columns of ids.
//!
//! Comes in: the number of each row's group, and the values of the argument. Leaves: one id a group. Sums of integers
//! and decimals are exact, whatever the order of the rows; floats and doubles are added in the order in which rows come
//! and accumulators are merged, so that whoever merges in a fixed order gets the same bits at any number of threads.
//!
//! The rules are those of spareval 0.2.9. One row without a value (unbound or an error) leaves its group without a
//! result, but `COUNT` of a variable and `SAMPLE` pass it over. Results are spelled anew: the least of `"049.50"` and
//! `"60"` is `49.5`. `SUM` and `AVG` of nothing are 0, `GROUP_CONCAT` of nothing is empty, all others are unbound.

mod accumulate;
mod concat;
mod distinct;
mod extreme;
mod listed;
mod statistic;
mod sum;

use oxigraph::model::Variable;
use spargebra::algebra::{AggregateExpression, AggregateFunction};

pub(in crate::sparql) use accumulate::Accumulator;

use crate::sparql::functions::aggregates::{self, Statistic};
use crate::sparql::vector::expression::Compiled;
use crate::sparql::vector::{Batch, Terms};
use crate::store::Id;

/// An aggregate that is ready to be computed.
pub(in crate::sparql) struct Aggregate {
    function: Function,
    is_distinct: bool,
    argument: Option<Compiled>,
}

/// What is computed of the values of a group.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Function {
    /// Of rows.
    CountRows,
    /// Of rows that have a value; what is unbound is passed over.
    CountBound,
    /// Of rows, all of which must have a value.
    CountValues,
    Sum,
    Average,
    Least,
    Greatest,
    Sample,
    Concat(String),
    Statistic(Statistic),
}

impl Aggregate {
    /// The aggregate, its variables being the columns that `slots` says. Nothing when it is not covered:
    /// `COUNT(DISTINCT *)`, others' functions, or an argument that is no covered expression.
    pub fn of(
        expression: &AggregateExpression,
        slots: &dyn Fn(&Variable) -> Option<usize>,
        terms: &Terms,
    ) -> Option<Self> {
        match expression {
            AggregateExpression::CountSolutions { distinct: true } => None,
            AggregateExpression::CountSolutions { distinct: false } => {
                Some(Self { function: Function::CountRows, is_distinct: false, argument: None })
            }
            AggregateExpression::FunctionCall { name, expr, distinct } => {
                let argument = Compiled::as_written(expr, slots, terms)?;
                let function = Function::of(name, argument.is_term())?;
                let is_distinct = *distinct && function != Function::Sample;
                Some(Self { function, is_distinct, argument: Some(argument) })
            }
        }
    }

    /// An accumulator that has seen nothing.
    pub fn accumulator(&self) -> Accumulator {
        Accumulator::new(&self.function, self.is_distinct)
    }

    /// Adds the rows of a batch, row `i` to the group `groups[i]`, each below `n_groups`.
    pub fn add(&self, to: &mut Accumulator, n_groups: usize, groups: &[u32], batch: &Batch, terms: &Terms) {
        to.grow(n_groups);
        match &self.argument {
            None => to.add(groups, &[], terms),
            Some(argument) if to.is_sum() => {
                argument.read(batch, terms, |ids, values| to.add_numbers(groups, ids, values));
            }
            Some(argument) => {
                let mut values = Vec::with_capacity(batch.len);
                argument.values(batch, terms, &mut values);
                to.add(groups, &values, terms);
            }
        }
    }
}

impl Function {
    fn of(function: &AggregateFunction, is_term: bool) -> Option<Self> {
        Some(match function {
            AggregateFunction::Count if is_term => Self::CountBound,
            AggregateFunction::Count => Self::CountValues,
            AggregateFunction::Sum => Self::Sum,
            AggregateFunction::Avg => Self::Average,
            AggregateFunction::Min => Self::Least,
            AggregateFunction::Max => Self::Greatest,
            AggregateFunction::Sample => Self::Sample,
            AggregateFunction::GroupConcat { separator } => {
                Self::Concat(separator.clone().unwrap_or_else(|| " ".to_owned()))
            }
            AggregateFunction::Custom(name) => Self::Statistic(aggregates::find(name.as_ref())?),
        })
    }
}

/// A group whose result is an error, among the groups' flags.
fn fail(failed: &mut [bool], group: u32, value: Id) -> bool {
    let is_error = value == Id::NONE;
    failed[group as usize] |= is_error;
    is_error
}
