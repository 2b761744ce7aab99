//! RDF files to quads, each with its line.
//!
//! Comes in: N-Triples, N-Quads, Turtle or TriG, plain or compressed, in UTF-8. Leaves: chunks of quads, and what could
//! not be read. In the two formats of lines, a bad line costs itself; in the other two nothing tells where the next
//! statement begins, so the first mistake ends the file, and one reject says how many lines are lost. Labels of blank
//! nodes are made unique to the file and are the same at every reading. Costs one block and one chunk, and in Turtle and
//! TriG the labels of all blank nodes.

use std::path::Path;
use std::sync::Arc;

use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{BlankNode, GraphName, Literal, NamedNode, NamedOrBlankNode, Quad, Term};

use super::compression::Input;
use super::encoding::Decoder;
use super::rdf_document::Document;
use super::rdf_lines::{Lines, Part};
use super::window::Window;
use super::{Format, IngestError, Progress, ReadOptions, Reject, Report};

/// Consecutive quads of a file, and what could not be read between them.
#[derive(Clone, PartialEq, Debug)]
pub struct RdfChunk {
    /// The file, relative to the data folder.
    pub file: Arc<str>,
    /// Each quad with its 1-based line: where it stands, or in Turtle and TriG the one by which it was read.
    pub quads: Vec<(Quad, u64)>,
    /// Lines that could not be read; in Turtle and TriG one for all that was lost.
    pub rejects: Vec<Reject>,
}

/// A term as it stands in a file, its blank nodes labelled anew.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RdfTerm<'a> {
    /// An absolute IRI.
    Iri(&'a str),
    /// A blank node's label.
    Blank(&'a str),
    /// Lexical form and datatype.
    Typed(&'a str, &'a str),
    /// Text and language, in lower case.
    Lang(&'a str, &'a str),
}

/// Consecutive statements of a file, which may still have to be read: [`RdfBlock::read`] takes the time.
#[derive(Debug)]
pub struct RdfBlock {
    file: Arc<str>,
    part: Part,
}

/// A file of RDF.
pub struct RdfSource {
    file: Arc<str>,
    format: RdfFormat,
    compression: Option<&'static str>,
    progress: Progress,
    reader: Reader,
}

enum Reader {
    Lines(Box<Lines>),
    Document(Box<Document>),
}

impl RdfSource {
    /// Opens the file at `path`, called `name` in places. Its format is the one given, or the one its name tells.
    ///
    /// # Errors
    /// When the file cannot be read, its name tells no RDF format, or the base of its IRIs is none.
    pub fn open(path: &Path, name: &str, options: &ReadOptions) -> Result<Self, IngestError> {
        let Some(format) = options.format.or_else(|| Format::of_name(name)).and_then(rdf_format) else {
            let hint = "name it .nt, .nq, .ttl or .trig, or give its format";
            return Err(IngestError::Format { path: path.to_path_buf(), found: "of no RDF format", hint });
        };
        let window = open_window(path)?;
        let compression = window.decoder().input().compression;
        let progress = window.decoder().input().progress.clone();
        let file: Arc<str> = name.into();
        let parser = parser(format, name, options)?;
        let reader = match format {
            RdfFormat::NTriples | RdfFormat::NQuads => {
                Reader::Lines(Box::new(Lines::new(window, format, file.clone())))
            }
            _ => Reader::Document(Box::new(Document::new(window, parser, path, file.clone()))),
        };
        Ok(Self { file, format, compression, progress, reader })
    }

    /// The next statements; `None` after the last.
    ///
    /// # Errors
    /// When the file cannot be read on.
    pub fn next_block(&mut self) -> Result<Option<RdfBlock>, IngestError> {
        let part = match &mut self.reader {
            Reader::Lines(lines) => lines.next_part()?,
            Reader::Document(document) => {
                let (quads, rejects) = document.next_quads()?;
                let is_end = quads.is_empty() && rejects.is_empty();
                (!is_end).then_some(Part::Read((quads, rejects)))
            }
        };
        Ok(part.map(|part| RdfBlock { file: self.file.clone(), part }))
    }

    /// The next quads; `None` after the last.
    ///
    /// # Errors
    /// When the file cannot be read on.
    pub fn next_chunk(&mut self) -> Result<Option<RdfChunk>, IngestError> {
        while let Some(block) = self.next_block()? {
            let chunk = block.into_chunk();
            if !(chunk.quads.is_empty() && chunk.rejects.is_empty()) {
                return Ok(Some(chunk));
            }
        }
        Ok(None)
    }

    /// How the file was understood.
    pub fn report(&self) -> Report {
        Report { format: self.format.name(), compression: self.compression, ..Report::default() }
    }

    /// How far the file is read.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }
}

impl RdfBlock {
    /// Gives the terms of every statement, the graph unless it is the default one, and the line; returns what could not
    /// be read.
    pub fn read(&self, mut take: impl FnMut([RdfTerm<'_>; 3], Option<RdfTerm<'_>>, u64)) -> Vec<Reject> {
        match &self.part {
            Part::Unread(lines) => lines.read(&mut take),
            Part::Read((quads, rejects)) => {
                for (quad, line) in quads {
                    let (terms, graph) = quad_terms(quad);
                    take(terms, graph, *line);
                }
                rejects.clone()
            }
        }
    }

    fn into_chunk(self) -> RdfChunk {
        let (quads, rejects) = match self.part {
            Part::Read(read) => read,
            Part::Unread(lines) => {
                let mut quads = Vec::new();
                let rejects =
                    lines.read(&mut |terms, graph, line| quads.extend(quad_of(terms, graph).map(|it| (it, line))));
                (quads, rejects)
            }
        };
        RdfChunk { file: self.file, quads, rejects }
    }
}

/// The terms of a quad, and its graph unless it is the default one.
pub(super) fn quad_terms(quad: &Quad) -> ([RdfTerm<'_>; 3], Option<RdfTerm<'_>>) {
    let subject = match &quad.subject {
        NamedOrBlankNode::NamedNode(node) => RdfTerm::Iri(node.as_str()),
        NamedOrBlankNode::BlankNode(node) => RdfTerm::Blank(node.as_str()),
    };
    let object = match &quad.object {
        Term::NamedNode(node) => RdfTerm::Iri(node.as_str()),
        Term::BlankNode(node) => RdfTerm::Blank(node.as_str()),
        Term::Literal(literal) => match literal.language() {
            Some(language) => RdfTerm::Lang(literal.value(), language),
            None => RdfTerm::Typed(literal.value(), literal.datatype().as_str()),
        },
    };
    let graph = match &quad.graph_name {
        GraphName::NamedNode(graph) => Some(RdfTerm::Iri(graph.as_str())),
        GraphName::BlankNode(graph) => Some(RdfTerm::Blank(graph.as_str())),
        GraphName::DefaultGraph => None,
    };
    ([subject, RdfTerm::Iri(quad.predicate.as_str()), object], graph)
}

/// The quad of such terms.
fn quad_of([subject, predicate, object]: [RdfTerm<'_>; 3], graph: Option<RdfTerm<'_>>) -> Option<Quad> {
    let object: Term = match object {
        RdfTerm::Iri(iri) => NamedNode::new_unchecked(iri).into(),
        RdfTerm::Blank(label) => BlankNode::new_unchecked(label).into(),
        RdfTerm::Typed(text, datatype) => Literal::new_typed_literal(text, NamedNode::new_unchecked(datatype)).into(),
        RdfTerm::Lang(text, language) => Literal::new_language_tagged_literal_unchecked(text, language).into(),
    };
    let RdfTerm::Iri(predicate) = predicate else { return None };
    let graph = match graph {
        None => GraphName::DefaultGraph,
        Some(graph) => node_of(graph)?.into(),
    };
    Some(Quad::new(node_of(subject)?, NamedNode::new_unchecked(predicate), object, graph))
}

fn node_of(term: RdfTerm<'_>) -> Option<NamedOrBlankNode> {
    match term {
        RdfTerm::Iri(iri) => Some(NamedNode::new_unchecked(iri).into()),
        RdfTerm::Blank(label) => Some(BlankNode::new_unchecked(label).into()),
        RdfTerm::Typed(..) | RdfTerm::Lang(..) => None,
    }
}

fn rdf_format(format: Format) -> Option<RdfFormat> {
    Some(match format {
        Format::NTriples => RdfFormat::NTriples,
        Format::NQuads => RdfFormat::NQuads,
        Format::Turtle => RdfFormat::Turtle,
        Format::TriG => RdfFormat::TriG,
        Format::Csv | Format::Tsv | Format::Parquet => return None,
    })
}

fn parser(format: RdfFormat, name: &str, options: &ReadOptions) -> Result<RdfParser, IngestError> {
    let parser = RdfParser::from_format(format);
    let Some(base) = &options.base else {
        return Ok(parser);
    };
    parser.with_base_iri(base).map_err(|_| IngestError::Option {
        file: name.to_owned(),
        option: "base",
        expected: "an absolute IRI",
        found: base.clone(),
    })
}

/// RDF is always in UTF-8.
pub(super) fn open_window(path: &Path) -> Result<Window, IngestError> {
    Ok(Window::new(Decoder::new(Input::open(path)?, Some(encoding_rs::UTF_8))?))
}

/// What the labels of a file's blank nodes begin with: sixteen digits that its name determines.
pub(super) fn label_prefix(file: &str) -> String {
    let digest = blake3::hash(file.as_bytes()).to_hex();
    format!("f{}_", &digest[..16])
}

/// The quad with its blank nodes labelled anew.
pub(super) fn relabelled(quad: Quad, label: &mut impl FnMut(&str) -> String) -> Quad {
    let mut anew = |node: &BlankNode| BlankNode::new_unchecked(label(node.as_str()));
    let subject = match quad.subject {
        NamedOrBlankNode::BlankNode(node) => anew(&node).into(),
        named @ NamedOrBlankNode::NamedNode(_) => named,
    };
    let object = match quad.object {
        Term::BlankNode(node) => anew(&node).into(),
        other => other,
    };
    let graph_name = match quad.graph_name {
        GraphName::BlankNode(node) => anew(&node).into(),
        other => other,
    };
    Quad { subject, predicate: quad.predicate, object, graph_name }
}
