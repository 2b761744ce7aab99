//! What an algorithm found, as columns; and what the request asked of it, as solutions.

use std::sync::Arc;

use oxigraph::model::{Literal, NamedNodeRef, Term, Variable};
use spargebra::term::TermPattern;

use crate::sparql::vector::Terms;
use crate::store::Id;

/// The values of one column.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::sparql) enum Values {
    /// Nodes of the graph, as terms of the data; [`Id::NONE`] where there is none.
    Nodes(Vec<Id>),
    /// `xsd:integer`.
    Integers(Vec<i64>),
    /// `xsd:double`.
    Doubles(Vec<f64>),
}

/// All columns of an algorithm, of the same length, in the order in which its entry names them.
#[derive(Clone, Default, PartialEq, Debug)]
pub(super) struct Table {
    columns: Vec<(NamedNodeRef<'static>, Values)>,
}

/// No node, in a column of node numbers.
pub(super) const NO_NODE: u32 = u32::MAX;

impl Table {
    /// The table with a column of nodes; [`NO_NODE`] where there is none. `ids` gives their terms.
    pub fn nodes(self, name: NamedNodeRef<'static>, nodes: impl IntoIterator<Item = u32>, ids: &[u64]) -> Self {
        let id = |node: u32| ids.get(node as usize).map_or(Id::NONE, |bits| Id::from_bits(*bits));
        self.with(name, Values::Nodes(nodes.into_iter().map(id).collect()))
    }

    /// The table with a column of whole numbers.
    pub fn integers<N: TryInto<i64>>(self, name: NamedNodeRef<'static>, values: impl IntoIterator<Item = N>) -> Self {
        let integer = |value: N| value.try_into().unwrap_or(i64::MAX);
        self.with(name, Values::Integers(values.into_iter().map(integer).collect()))
    }

    /// The table with a column of numbers.
    pub fn doubles(self, name: NamedNodeRef<'static>, values: Vec<f64>) -> Self {
        self.with(name, Values::Doubles(values))
    }

    fn with(mut self, name: NamedNodeRef<'static>, values: Values) -> Self {
        self.columns.push((name, values));
        self
    }

    /// Rows.
    pub fn len(&self) -> usize {
        self.columns.first().map_or(0, |(_, values)| values.len())
    }

    /// Bytes of the columns.
    pub fn n_bytes(&self) -> u64 {
        self.columns.iter().map(|(_, values)| values.len() as u64 * 8).sum()
    }
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Self::Nodes(values) => values.len(),
            Self::Integers(values) => values.len(),
            Self::Doubles(values) => values.len(),
        }
    }

    fn has_gaps(&self) -> bool {
        if let Self::Nodes(values) = self { values.contains(&Id::NONE) } else { false }
    }

    fn term(&self, row: usize, terms: &Terms) -> Option<Term> {
        match self {
            Self::Nodes(values) => terms.term(values[row]),
            Self::Integers(values) => Some(Literal::from(values[row]).into()),
            Self::Doubles(values) => Some(Literal::from(values[row]).into()),
        }
    }

    fn id(&self, row: usize, terms: &Terms) -> Id {
        match self {
            Self::Nodes(values) => values[row],
            _ => self.term(row, terms).map_or(Id::NONE, |term| terms.intern(term)),
        }
    }

    fn is_term(&self, row: usize, wanted: &Term, terms: &Terms) -> bool {
        match self {
            Self::Nodes(values) => values[row] == terms.intern(wanted.clone()),
            Self::Integers(values) => number(wanted) == Some(values[row] as f64),
            Self::Doubles(values) => number(wanted) == Some(values[row]),
        }
    }
}

fn number(term: &Term) -> Option<f64> {
    if let Term::Literal(literal) = term { super::shown::number(literal) } else { None }
}

/// The solutions of a call: rows of a table, seen through the request's variables.
pub(in crate::sparql) struct Solutions {
    /// One a column.
    pub variables: Vec<Variable>,
    table: Arc<Table>,
    /// Of each variable: its column of the table.
    columns: Vec<usize>,
    /// The rows that fit the request's constants; `None` is all.
    rows: Option<Vec<u32>>,
}

impl Solutions {
    /// What a request asks of a table: behind each column a variable, which it binds, or a term, which has to be there.
    /// As with any pattern, a row that lacks what is asked for is no solution.
    pub(super) fn of(table: Arc<Table>, asked: &[(usize, TermPattern)], terms: &Terms) -> Self {
        let mut rows: Option<Vec<u32>> = None;
        let (mut variables, mut columns) = (Vec::new(), Vec::new());
        let mut keep = |fits: &dyn Fn(usize) -> bool| {
            let all = 0..table.len() as u32;
            let kept = rows.take().unwrap_or_else(|| all.collect()).into_iter().filter(|row| fits(*row as usize));
            rows = Some(kept.collect());
        };
        for (column, pattern) in asked {
            let values = &table.columns[*column].1;
            match pattern {
                TermPattern::Variable(variable) => match variables.iter().position(|it| it == variable) {
                    None => {
                        variables.push(variable.clone());
                        columns.push(*column);
                        if values.has_gaps() {
                            keep(&|row| values.id(row, terms) != Id::NONE);
                        }
                    }
                    Some(place) => {
                        let other = &table.columns[columns[place]].1;
                        keep(&|row| values.term(row, terms) == other.term(row, terms));
                    }
                },
                TermPattern::NamedNode(node) => keep(&|row| values.is_term(row, &node.clone().into(), terms)),
                TermPattern::Literal(literal) => keep(&|row| values.is_term(row, &literal.clone().into(), terms)),
                TermPattern::BlankNode(_) => (),
            }
        }
        Self { variables, table, columns, rows }
    }

    /// Rows.
    pub fn len(&self) -> usize {
        self.rows.as_ref().map_or(self.table.len(), Vec::len)
    }

    #[cfg(test)]
    pub(super) fn table(&self) -> Arc<Table> {
        Arc::clone(&self.table)
    }

    fn row(&self, at: usize) -> usize {
        self.rows.as_ref().map_or(at, |rows| rows[at] as usize)
    }

    /// The ids of a row, one a variable.
    pub fn ids(&self, at: usize, terms: &Terms) -> Vec<Id> {
        let row = self.row(at);
        self.columns.iter().map(|column| self.table.columns[*column].1.id(row, terms)).collect()
    }

    /// The terms of a row, one a variable.
    pub fn terms(&self, at: usize, terms: &Terms) -> Vec<Option<Term>> {
        let row = self.row(at);
        self.columns.iter().map(|column| self.table.columns[*column].1.term(row, terms)).collect()
    }
}
