//! All statements of a snapshot as N-Triples or N-Quads, for other programs to read.
//!
//! In: a snapshot, as of a day if it is cut to one. Out: one line a statement, predicate by predicate. N-Triples is the
//! union of all graphs, every statement once; N-Quads names the graph and repeats what several graphs say. Costs one
//! scan; nothing is kept but the current line.

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use oxigraph::model::Term;

use crate::store::{GraphPattern, Id, Snapshot};

/// How statements are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExportFormat {
    /// Subject, predicate, object.
    NTriples,
    /// Subject, predicate, object, graph.
    NQuads,
}

impl fmt::Display for ExportFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NTriples => "ntriples",
            Self::NQuads => "nquads",
        })
    }
}

impl FromStr for ExportFormat {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = [Self::NTriples, Self::NQuads].into_iter().find(|format| format.to_string() == name);
        found.ok_or_else(|| format!("expected ntriples or nquads, found \"{name}\""))
    }
}

/// A term that is written again as long as it stays the same, as subjects and predicates of neighbours do.
#[derive(Default)]
struct Repeated {
    id: Option<Id>,
    text: String,
}

impl Repeated {
    fn of(&mut self, id: Id, snapshot: &Snapshot) -> &str {
        if self.id != Some(id) {
            self.id = Some(id);
            self.text.clear();
            push(&mut self.text, &snapshot.term(id));
        }
        &self.text
    }
}

fn push(text: &mut String, term: &Term) {
    // writing to a string does not fail
    let _ = fmt::Write::write_fmt(text, format_args!("{term}"));
}

/// Writes all statements and returns how many.
///
/// # Errors
/// When `out` does not take them.
pub fn write_statements(snapshot: &Snapshot, format: ExportFormat, out: &mut impl Write) -> io::Result<u64> {
    let pattern = match format {
        ExportFormat::NTriples => GraphPattern::Union,
        ExportFormat::NQuads => GraphPattern::AnyNamed,
    };
    let [mut subject, mut predicate, mut graph] = [Repeated::default(), Repeated::default(), Repeated::default()];
    let (mut object, mut n_statements) = (String::new(), 0);
    for quad in snapshot.scan(None, None, None, pattern) {
        object.clear();
        push(&mut object, &snapshot.term(quad.object));
        let (subject, predicate) = (subject.of(quad.subject, snapshot), predicate.of(quad.predicate, snapshot));
        match quad.graph {
            Some(id) => writeln!(out, "{subject} {predicate} {object} {} .", graph.of(id, snapshot))?,
            None => writeln!(out, "{subject} {predicate} {object} .")?,
        }
        n_statements += 1;
    }
    out.flush()?;
    Ok(n_statements)
}
