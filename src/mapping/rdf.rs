//! RDF files straight to statements.
//!
//! Comes in: blocks of [`ingest`](crate::ingest), which are read here. Leaves: their quads as statements. A quad's graph is kept; what
//! stands in the default graph goes to the source's own. Blank nodes get the file's mark in front, so that equal labels
//! of two files stay two nodes. Nothing is interpreted.

use super::apply::Mapped;
use super::statement::{Known, LocalTerm, Statement, Statements, TermText};
use crate::ingest::{RdfBlock, RdfTerm, RowCount};

/// What is to be done with the quads of one file.
#[derive(Debug)]
pub(in crate::mapping) struct RdfWork {
    /// The graph for quads of the default graph, when it is not the mapping's own.
    pub(in crate::mapping) graph: Option<String>,
    pub(in crate::mapping) known: Known,
    /// Stands before every blank node's label.
    mark: String,
}

impl RdfWork {
    pub(in crate::mapping) fn new(path: &str, graph: Option<String>, known: Known) -> Self {
        let mark = format!("f{}", &blake3::hash(path.as_bytes()).to_hex()[..8]);
        Self { graph, known, mark }
    }

    /// The statements of a block; each counts as a row read and mapped, each reject as one read and refused.
    pub(in crate::mapping) fn apply(&self, block: &RdfBlock) -> Mapped {
        let mut out = Statements::default();
        let rejects = block.read(|[subject, predicate, object], graph, row| {
            let graph = match graph {
                Some(graph) => Some(self.term(&mut out, graph)),
                None => self.graph.as_deref().map(|graph| out.term(TermText::Iri(graph))),
            };
            let [subject, predicate, object] = [subject, predicate, object].map(|term| self.term(&mut out, term));
            out.statements.push(Statement { subject, predicate, object, graph, row, known: self.known });
        });
        let (mapped, quarantined) = (out.statements.len() as u64, rejects.len() as u64);
        let rows = RowCount { read: mapped + quarantined, mapped, quarantined };
        Mapped { statements: out, rejects, rows, ..Mapped::default() }
    }

    fn term(&self, out: &mut Statements, term: RdfTerm<'_>) -> LocalTerm {
        match term {
            RdfTerm::Iri(iri) => out.term(TermText::Iri(iri)),
            RdfTerm::Blank(label) => out.term(TermText::Blank(&format!("{}{label}", self.mark))),
            RdfTerm::Typed(text, datatype) => out.term(TermText::Typed(text, datatype)),
            RdfTerm::Lang(text, language) => out.term(TermText::Lang(text, language)),
        }
    }
}
