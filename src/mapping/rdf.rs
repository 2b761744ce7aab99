//! RDF files straight to statements.
//!
//! Comes in: quads of [`ingest`](crate::ingest). Leaves: the same quads as statements. A quad's graph is kept; what
//! stands in the default graph goes to the source's own. Blank nodes get the file's mark in front, so that equal labels
//! of two files stay two nodes. Nothing is interpreted.

use oxigraph::model::{GraphName, NamedOrBlankNode, Term};

use super::apply::Mapped;
use super::statement::{Known, LocalTerm, Statement, Statements, TermText};
use crate::ingest::{RdfChunk, RowCount};

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

    /// The statements of a chunk; each quad counts as a row read and mapped, each reject as one read and refused.
    pub(in crate::mapping) fn apply(&self, chunk: &RdfChunk) -> Mapped {
        let mut out = Statements::default();
        for (quad, row) in &chunk.quads {
            let graph = match &quad.graph_name {
                GraphName::NamedNode(graph) => Some(out.term(TermText::Iri(graph.as_str()))),
                GraphName::BlankNode(graph) => Some(self.blank(&mut out, graph.as_str())),
                GraphName::DefaultGraph => self.graph.as_deref().map(|graph| out.term(TermText::Iri(graph))),
            };
            let subject = match &quad.subject {
                NamedOrBlankNode::NamedNode(node) => out.term(TermText::Iri(node.as_str())),
                NamedOrBlankNode::BlankNode(node) => self.blank(&mut out, node.as_str()),
            };
            let predicate = out.term(TermText::Iri(quad.predicate.as_str()));
            let object = self.object(&mut out, &quad.object);
            out.statements.push(Statement { subject, predicate, object, graph, row: *row, known: self.known });
        }
        let (mapped, quarantined) = (chunk.quads.len() as u64, chunk.rejects.len() as u64);
        let rows = RowCount { read: mapped + quarantined, mapped, quarantined };
        Mapped { statements: out, rejects: chunk.rejects.clone(), rows, ..Mapped::default() }
    }

    fn object(&self, out: &mut Statements, object: &Term) -> LocalTerm {
        match object {
            Term::NamedNode(node) => out.term(TermText::Iri(node.as_str())),
            Term::BlankNode(node) => self.blank(out, node.as_str()),
            Term::Literal(literal) => match literal.language() {
                Some(language) => out.term(TermText::Lang(literal.value(), language)),
                None => out.term(TermText::Typed(literal.value(), literal.datatype().as_str())),
            },
        }
    }

    fn blank(&self, out: &mut Statements, label: &str) -> LocalTerm {
        out.term(TermText::Blank(&format!("{}{label}", self.mark)))
    }
}
