//! Solutions as aligned columns in a terminal.
//!
//! IRIs are shortened with kagraph's prefixes, literals shown as their text, numbers on the right, unbound cells empty.
//! Control characters are shown as escapes, so that a value can neither break the table nor drive the terminal.

use std::io::{self, Write};

use comfy_table::{CellAlignment, presets};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Term, TermRef, Variable};
use oxigraph::sparql::QuerySolution;

use crate::ontology::PREFIXES;

/// A table that grows row by row and is written at the end.
pub(super) struct Table {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Whether each column holds numbers and nothing else.
    is_numeric: Vec<bool>,
}

impl Table {
    /// An empty table with these columns.
    pub fn new(variables: &[Variable]) -> Self {
        let names: Vec<_> = variables.iter().map(|variable| variable.as_str().to_owned()).collect();
        Self { is_numeric: vec![true; names.len()], names, rows: Vec::new() }
    }

    /// Adds a row.
    pub fn add(&mut self, solution: &QuerySolution) {
        let values = (0..self.names.len()).map(|at| solution.get(at));
        let mut row = Vec::with_capacity(self.names.len());
        for (value, is_numeric) in values.zip(&mut self.is_numeric) {
            *is_numeric &= value.is_none_or(is_number);
            row.push(value.map_or_else(String::new, |term| cell(term.as_ref())));
        }
        self.rows.push(row);
    }

    /// Number of rows.
    pub fn n_rows(&self) -> u64 {
        self.rows.len() as u64
    }

    /// Writes the table; nothing when it has no columns.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        if self.names.is_empty() {
            return Ok(());
        }
        let mut table = comfy_table::Table::new();
        table.load_style(presets::UTF8_FULL_CONDENSED).set_header(&self.names);
        table.add_rows(&self.rows);
        for (column, is_numeric) in table.column_iter_mut().zip(&self.is_numeric) {
            let is_right = *is_numeric && !self.rows.is_empty();
            column.set_cell_alignment(if is_right { CellAlignment::Right } else { CellAlignment::Left });
        }
        writeln!(out, "{table}")
    }
}

fn is_number(term: &Term) -> bool {
    let Term::Literal(literal) = term else { return false };
    [xsd::INTEGER, xsd::DECIMAL, xsd::DOUBLE, xsd::FLOAT].contains(&literal.datatype())
}

fn cell(term: TermRef<'_>) -> String {
    match term {
        TermRef::NamedNode(node) => shortened(node.as_str()),
        TermRef::BlankNode(node) => node.to_string(),
        TermRef::Literal(literal) => escaped(literal.value()),
    }
}

/// The IRI with the prefix of the longest namespace that it begins with.
pub(super) fn shortened(iri: &str) -> String {
    let fitting = PREFIXES.iter().filter(|(_, namespace)| iri.starts_with(namespace));
    match fitting.max_by_key(|(_, namespace)| namespace.len()) {
        Some((prefix, namespace)) => format!("{prefix}:{}", &iri[namespace.len()..]),
        None => format!("<{iri}>"),
    }
}

fn escaped(text: &str) -> String {
    if !text.contains(char::is_control) {
        return text.to_owned();
    }
    text.chars().flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxigraph::model::{Literal, NamedNode};

    fn written(values: &[[Option<Term>; 2]]) -> String {
        let variables = [Variable::new("name").unwrap(), Variable::new("amount").unwrap()];
        let mut table = Table::new(&variables);
        for row in values {
            table.add(&(variables.to_vec(), row.to_vec()).into());
        }
        let mut out = Vec::new();
        table.write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_are_aligned_also_with_wide_characters() {
        let text = written(&[
            [Some(Literal::from("电子有限公司").into()), Some(Literal::from(7).into())],
            [Some(NamedNode::new("https://w3id.org/kagraph/ns#Account").unwrap().into()), None],
            [None, Some(Literal::from(1200).into())],
        ]);
        let expected = "\
┌──────────────┬────────┐
│ name         ┆ amount │
╞══════════════╪════════╡
│ 电子有限公司 ┆      7 │
│ ka:Account   ┆        │
│              ┆   1200 │
└──────────────┴────────┘
";
        assert_eq!(text, expected);
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let text = written(&[[Some(Literal::from("a\nb\u{1b}[31m").into()), None]]);
        assert!(text.contains("a\\nb\\u{1b}[31m") && !text.contains('\u{1b}'));
    }
}
