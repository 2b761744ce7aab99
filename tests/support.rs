//! Small snapshots for tests.

use kagraph::mapping::{Known, Statement, Statements, TermText};
use kagraph::model::Day;
use kagraph::store::{Part, Snapshot};
use oxigraph::model::{GraphName, NamedOrBlankNode, Quad, Term};

/// A snapshot with these statements, each in its named graph; those of the default graph in one of their own.
pub fn snapshot(quads: &[Quad]) -> Snapshot {
    let statements = statements(quads);
    let part = Part { graph: "https://example.org/graph", file: "data.ttl", statements: &statements };
    Snapshot::from_statements(&[part], Day::MIN).unwrap()
}

/// The statements as mapping would hand them over, each in a row of its own.
pub fn statements(quads: &[Quad]) -> Statements {
    let mut statements = Statements::default();
    for (row, quad) in (1..).zip(quads) {
        let subject = match &quad.subject {
            NamedOrBlankNode::NamedNode(node) => TermText::Iri(node.as_str()),
            NamedOrBlankNode::BlankNode(node) => TermText::Blank(node.as_str()),
        };
        let object = match &quad.object {
            Term::NamedNode(node) => TermText::Iri(node.as_str()),
            Term::BlankNode(node) => TermText::Blank(node.as_str()),
            Term::Literal(literal) => match literal.language() {
                Some(language) => TermText::Lang(literal.value(), language),
                None => TermText::Typed(literal.value(), literal.datatype().as_str()),
            },
        };
        let graph = match &quad.graph_name {
            GraphName::NamedNode(node) => Some(statements.term(TermText::Iri(node.as_str()))),
            GraphName::BlankNode(node) => Some(statements.term(TermText::Blank(node.as_str()))),
            GraphName::DefaultGraph => None,
        };
        let statement = Statement {
            subject: statements.term(subject),
            predicate: statements.term(TermText::Iri(quad.predicate.as_str())),
            object: statements.term(object),
            graph,
            row,
            known: Known::Always,
        };
        statements.statements.push(statement);
    }
    statements
}
