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
use oxigraph::model::{BlankNode, GraphName, NamedOrBlankNode, Quad, Term};

use super::compression::Input;
use super::encoding::Decoder;
use super::rdf_document::Document;
use super::rdf_lines::Lines;
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

    /// The next quads; `None` after the last.
    ///
    /// # Errors
    /// When the file cannot be read on.
    pub fn next_chunk(&mut self) -> Result<Option<RdfChunk>, IngestError> {
        let (quads, rejects) = match &mut self.reader {
            Reader::Lines(lines) => lines.next_quads()?,
            Reader::Document(document) => document.next_quads()?,
        };
        let is_end = quads.is_empty() && rejects.is_empty();
        Ok((!is_end).then(|| RdfChunk { file: self.file.clone(), quads, rejects }))
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
