//! Expected and found answers, and whether they are the same but for the names of blank nodes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::str::FromStr;

use oxigraph::model::graph::CanonicalizationAlgorithm;
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Graph, Literal, NamedNode, Term, TermRef, Triple};
use oxigraph::sparql::QueryResults;
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsParser, SliceQueryResultsParserOutput};

use oxsdatatypes::{Boolean, Decimal, Double, Float, Integer};

use super::manifest::{file, read_graph};

const RS: &str = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#";

/// A solution: bound variables only.
pub type Row = BTreeMap<String, Term>;

/// An answer, all of it.
#[derive(Debug)]
pub enum Answers {
    Truth(bool),
    Solutions { variables: Vec<String>, rows: Vec<Row> },
    Triples(Graph),
}

impl Answers {
    /// Reads an evaluator's results to their end.
    pub fn of(results: QueryResults<'_>) -> Result<Self, String> {
        Ok(match results {
            QueryResults::Boolean(truth) => Self::Truth(truth),
            QueryResults::Graph(triples) => {
                Self::Triples(triples.collect::<Result<Graph, _>>().map_err(|error| error.to_string())?)
            }
            QueryResults::Solutions(solutions) => {
                let variables = solutions.variables().iter().map(|it| it.as_str().to_owned()).collect();
                let rows = solutions.map(|row| row.map(|row| bound(&row)).map_err(|error| error.to_string()));
                Self::Solutions { variables, rows: rows.collect::<Result<_, _>>()? }
            }
        })
    }

    /// Reads an expected answer.
    pub fn read(folder: &Path, iri: &str) -> Self {
        let extension = iri.rsplit('.').next().unwrap();
        let Some(format) = QueryResultsFormat::from_extension(extension) else { return Self::from_rdf(folder, iri) };
        let text = fs::read(file(folder, iri)).unwrap();
        match QueryResultsParser::from_format(format).for_slice(&text).unwrap_or_else(|error| panic!("{iri}: {error}"))
        {
            SliceQueryResultsParserOutput::Boolean(truth) => Self::Truth(truth),
            SliceQueryResultsParserOutput::Solutions(solutions) => {
                let variables = solutions.variables().iter().map(|it| it.as_str().to_owned()).collect();
                Self::Solutions { variables, rows: solutions.map(|row| bound(&row.unwrap())).collect() }
            }
        }
    }

    fn from_rdf(folder: &Path, iri: &str) -> Self {
        let graph = read_graph(folder, iri);
        let (set, truth, variable) = (rs("ResultSet"), rs("boolean"), rs("resultVariable"));
        let Some(node) = graph.subjects_for_predicate_object(oxigraph::model::vocab::rdf::TYPE, &set).next() else {
            return Self::Triples(graph);
        };
        if let Some(TermRef::Literal(value)) = graph.object_for_subject_predicate(node, &truth) {
            return Self::Truth(value.value() == "true");
        }
        let variables = graph.objects_for_subject_predicate(node, &variable).map(text).collect();
        let mut rows: Vec<(i64, Row)> = Vec::new();
        for solution in graph.objects_for_subject_predicate(node, &rs("solution")) {
            let TermRef::BlankNode(solution) = solution else { panic!("{iri}: {solution}") };
            let index =
                graph.object_for_subject_predicate(solution, &rs("index")).map_or(0, |it| text(it).parse().unwrap());
            let mut row = Row::new();
            for binding in graph.objects_for_subject_predicate(solution, &rs("binding")) {
                let TermRef::BlankNode(binding) = binding else { panic!("{iri}: {binding}") };
                let part = |local: &str| graph.object_for_subject_predicate(binding, &rs(local)).unwrap();
                row.insert(text(part("variable")), canonical_term(part("value").into_owned()));
            }
            rows.push((index, row));
        }
        rows.sort_by_key(|(index, _)| *index);
        Self::Solutions { variables, rows: rows.into_iter().map(|(_, row)| row).collect() }
    }

    /// Whether both say the same; rows in the same order if `is_ordered`, every row once if `is_lax`.
    pub fn is_same(&self, other: &Self, is_ordered: bool, is_lax: bool) -> bool {
        match (self, other) {
            (Self::Truth(left), Self::Truth(right)) => left == right,
            (Self::Triples(left), Self::Triples(right)) => canonical(left) == canonical(right),
            (Self::Solutions { variables, rows }, Self::Solutions { variables: others, rows: other_rows }) => {
                let names = |names: &[String]| {
                    let mut names = names.to_vec();
                    names.sort();
                    names
                };
                let (left, right) = (normal(rows, is_ordered, is_lax), normal(other_rows, is_ordered, is_lax));
                names(variables) == names(others) && left.len() == right.len() && {
                    let mut search = Search {
                        left: &left,
                        right: &right,
                        is_ordered,
                        used: vec![false; right.len()],
                        pairs: Vec::new(),
                    };
                    search.matches(0)
                }
            }
            _ => false,
        }
    }
}

fn bound(row: &oxigraph::sparql::QuerySolution) -> Row {
    row.iter().map(|(variable, term)| (variable.as_str().to_owned(), canonical_term(term.clone()))).collect()
}

/// The term with its language in lower case, or the canonical spelling of its number or truth: the tests compare values,
/// and the evaluator may spell a computed 2.0 as 2.
fn canonical_term(term: Term) -> Term {
    let Term::Literal(literal) = &term else { return term };
    if let Some(language) = literal.language() {
        return Literal::new_language_tagged_literal_unchecked(literal.value(), language.to_lowercase()).into();
    }
    fn spelled<T: FromStr + ToString>(text: &str) -> Option<String> {
        text.parse::<T>().ok().map(|value| value.to_string())
    }
    let value = match literal.datatype() {
        xsd::INTEGER => spelled::<Integer>(literal.value()),
        xsd::DECIMAL => spelled::<Decimal>(literal.value()),
        xsd::DOUBLE => spelled::<Double>(literal.value()),
        xsd::FLOAT => spelled::<Float>(literal.value()),
        xsd::BOOLEAN => spelled::<Boolean>(literal.value()),
        _ => None,
    };
    value.map_or_else(|| term.clone(), |value| Literal::new_typed_literal(value, literal.datatype()).into())
}

fn rs(local: &str) -> NamedNode {
    NamedNode::new(format!("{RS}{local}")).unwrap()
}

fn text(term: TermRef<'_>) -> String {
    match term {
        TermRef::Literal(literal) => literal.value().to_owned(),
        other => panic!("expected a literal, found {other}"),
    }
}

fn canonical(graph: &Graph) -> Graph {
    let values = graph.iter().map(|triple| {
        let Triple { subject, predicate, object } = triple.into_owned();
        Triple { subject, predicate, object: canonical_term(object) }
    });
    let mut graph: Graph = values.collect();
    graph.canonicalize(CanonicalizationAlgorithm::Unstable);
    graph
}

fn normal(rows: &[Row], is_ordered: bool, is_lax: bool) -> Vec<Row> {
    let mut rows = rows.to_vec();
    if !is_ordered || is_lax {
        rows.sort_by_key(shape);
    }
    if is_lax {
        rows.dedup();
    }
    rows
}

/// A row with its blank nodes taken as one.
fn shape(row: &Row) -> String {
    row.iter()
        .map(|(name, term)| if term.is_blank_node() { format!("{name} _:\n") } else { format!("{name} {term}\n") })
        .collect()
}

/// A search for a one-to-one mapping of blank nodes under which the rows are the same.
struct Search<'a> {
    left: &'a [Row],
    right: &'a [Row],
    is_ordered: bool,
    used: Vec<bool>,
    pairs: Vec<(Term, Term)>,
}

impl Search<'_> {
    fn matches(&mut self, at: usize) -> bool {
        let Some(row) = self.left.get(at) else { return true };
        let shape_of_row = shape(row);
        let choices = if self.is_ordered { at..at + 1 } else { 0..self.right.len() };
        for choice in choices {
            if self.used[choice] || shape(&self.right[choice]) != shape_of_row {
                continue;
            }
            let n_pairs = self.pairs.len();
            self.used[choice] = true;
            if self.pair(row, choice) && self.matches(at + 1) {
                return true;
            }
            self.used[choice] = false;
            self.pairs.truncate(n_pairs);
            if !shape_of_row.contains(" _:\n") {
                return false;
            }
        }
        false
    }

    fn pair(&mut self, row: &Row, choice: usize) -> bool {
        for (left, right) in row.values().zip(self.right[choice].values()) {
            if !left.is_blank_node() {
                continue;
            }
            let known = self.pairs.iter().find(|(one, other)| one == left || other == right);
            match known {
                Some((one, other)) if one == left && other == right => (),
                Some(_) => return false,
                None => self.pairs.push((left.clone(), right.clone())),
            }
        }
        true
    }
}
