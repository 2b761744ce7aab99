//! An answer written for people or machines.
//!
//! Comes in: an [`Answer`], a [`Format`]. Leaves: bytes, and the number of rows. Machine formats are streamed: nothing
//! is kept but the current solution. A table has to know its widest cells, so it holds all its rows.

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use oxigraph::io::{RdfFormat, RdfSerializer};
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsSerializer};
use oxigraph::sparql::{QueryResults, QuerySolutionIter, QueryTripleIter};

use crate::ontology::PREFIXES;
use crate::sparql::table::Table;
use crate::sparql::{Answer, Form, SparqlError, Stop};

/// How an answer is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Aligned columns for people; IRIs with kagraph's prefixes.
    Table,
    /// SPARQL 1.1 Query Results CSV.
    Csv,
    /// SPARQL 1.1 Query Results TSV.
    Tsv,
    /// SPARQL 1.1 Query Results JSON.
    Json,
    /// SPARQL Query Results XML.
    Xml,
    /// Turtle, with kagraph's prefixes.
    Turtle,
    /// N-Triples.
    NTriples,
}

const NAMES: &[(Format, &str)] = &[
    (Format::Table, "table"),
    (Format::Csv, "csv"),
    (Format::Tsv, "tsv"),
    (Format::Json, "json"),
    (Format::Xml, "xml"),
    (Format::Turtle, "turtle"),
    (Format::NTriples, "ntriples"),
];

impl Format {
    /// What people expect when they do not say.
    pub fn default_for(form: Form) -> Self {
        if form == Form::Graph { Self::Turtle } else { Self::Table }
    }

    /// Refuses a format that cannot hold the answer of such a query.
    pub fn check(self, form: Form) -> Result<Self, SparqlError> {
        if self.fits(form) { Ok(self) } else { Err(SparqlError::FormatDoesNotFit { format: self, form }) }
    }

    fn fits(self, form: Form) -> bool {
        (form == Form::Graph) == self.rdf().is_some()
    }

    fn rdf(self) -> Option<RdfFormat> {
        match self {
            Self::Turtle => Some(RdfFormat::Turtle),
            Self::NTriples => Some(RdfFormat::NTriples),
            _ => None,
        }
    }

    fn results(self) -> Option<QueryResultsFormat> {
        match self {
            Self::Csv => Some(QueryResultsFormat::Csv),
            Self::Tsv => Some(QueryResultsFormat::Tsv),
            Self::Json => Some(QueryResultsFormat::Json),
            Self::Xml => Some(QueryResultsFormat::Xml),
            _ => None,
        }
    }

    pub(super) fn names() -> String {
        let names: Vec<_> = NAMES.iter().map(|(_, name)| *name).collect();
        names.join(", ")
    }

    pub(super) fn fitting(form: Form) -> String {
        let names: Vec<_> = NAMES.iter().filter(|(format, _)| format.fits(form)).map(|(_, name)| *name).collect();
        names.join(", ")
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NAMES.iter().find(|(format, _)| format == self).map_or("", |(_, name)| *name);
        f.write_str(name)
    }
}

impl FromStr for Format {
    type Err = SparqlError;

    fn from_str(name: &str) -> Result<Self, SparqlError> {
        let found = NAMES.iter().find(|(_, known)| *known == name).map(|(format, _)| *format);
        found.ok_or_else(|| SparqlError::UnknownFormat { name: name.to_owned() })
    }
}

/// Writes an answer and returns the number of its rows: solutions, triples, or 1 for a truth.
pub fn write(answer: Answer, format: Format, out: &mut impl Write) -> Result<u64, SparqlError> {
    let (results, stop) = answer.into_parts();
    match results {
        QueryResults::Boolean(truth) => write_truth(truth, format, out),
        QueryResults::Solutions(solutions) => match format.results() {
            Some(kind) => write_solutions(solutions, &stop, kind, out),
            None => write_table(solutions, &stop, format, out),
        },
        QueryResults::Graph(triples) => write_triples(triples, &stop, format, out),
    }
}

fn write_truth(truth: bool, format: Format, out: &mut impl Write) -> Result<u64, SparqlError> {
    format.check(Form::Ask)?;
    match format.results() {
        Some(kind @ (QueryResultsFormat::Json | QueryResultsFormat::Xml)) => {
            let serializer = QueryResultsSerializer::from_format(kind);
            serializer.serialize_boolean_to_writer(&mut *out, truth).map(drop)
        }
        _ => writeln!(out, "{truth}"),
    }
    .and_then(|()| out.flush())
    .map_err(SparqlError::writing)?;
    Ok(1)
}

fn write_solutions(
    solutions: QuerySolutionIter<'static>,
    stop: &Stop,
    kind: QueryResultsFormat,
    out: &mut impl Write,
) -> Result<u64, SparqlError> {
    let serializer = QueryResultsSerializer::from_format(kind);
    let mut writer = serializer
        .serialize_solutions_to_writer(&mut *out, solutions.variables().to_vec())
        .map_err(SparqlError::writing)?;
    let mut n_rows = 0;
    for solution in solutions {
        let solution = solution.map_err(|error| Answer::explained(stop, error))?;
        writer.serialize(&solution).map_err(SparqlError::writing)?;
        n_rows += 1;
    }
    writer.finish().and_then(|out| out.flush()).map_err(SparqlError::writing)?;
    Ok(n_rows)
}

fn write_table(
    solutions: QuerySolutionIter<'static>,
    stop: &Stop,
    format: Format,
    out: &mut impl Write,
) -> Result<u64, SparqlError> {
    format.check(Form::Select)?;
    let mut table = Table::new(solutions.variables());
    for solution in solutions {
        table.add(&solution.map_err(|error| Answer::explained(stop, error))?);
    }
    table.write(out).and_then(|()| out.flush()).map_err(SparqlError::writing)?;
    Ok(table.n_rows())
}

fn write_triples(
    triples: QueryTripleIter<'static>,
    stop: &Stop,
    format: Format,
    out: &mut impl Write,
) -> Result<u64, SparqlError> {
    let Some(kind) = format.rdf() else { return Err(SparqlError::FormatDoesNotFit { format, form: Form::Graph }) };
    let mut writer = serializer(kind).for_writer(&mut *out);
    let mut n_triples = 0;
    for triple in triples {
        let triple = triple.map_err(|error| Answer::explained(stop, error))?;
        writer.serialize_triple(&triple).map_err(SparqlError::writing)?;
        n_triples += 1;
    }
    writer.finish().and_then(io::Write::flush).map_err(SparqlError::writing)?;
    Ok(n_triples)
}

fn serializer(format: RdfFormat) -> RdfSerializer {
    PREFIXES.iter().fold(RdfSerializer::from_format(format), |serializer, (name, iri)| {
        serializer.clone().with_prefix(*name, *iri).unwrap_or(serializer)
    })
}
