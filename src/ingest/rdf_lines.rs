//! N-Triples and N-Quads: a statement a line.
//!
//! The file is cut into blocks of whole lines, which anybody can read, several at once. Lines of the usual form are read
//! as they stand, see [`rdf_fast`]; the others go to the complete parser, one by one, so that a bad line is found, and
//! costs itself only, or together when there are many of them.

use std::sync::Arc;

use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::Quad;

use super::rdf::{RdfTerm, label_prefix, quad_terms, relabelled};
use super::window::Window;
use super::{IngestError, Reject, quoting, rdf_fast};

/// Bytes of a block, at least.
const BLOCK: usize = 1 << 20;
/// The longest line, in bytes.
const MAX_LINE: usize = 8 << 20;
/// After so many unusual lines the rest of a block is given to the parser as a whole.
const MANY: usize = 64;

/// What lines gave.
pub(super) type Read = (Vec<(Quad, u64)>, Vec<Reject>);

/// Reads a file of lines.
pub(super) struct Lines {
    window: Window,
    format: RdfFormat,
    file: Arc<str>,
    prefix: Arc<str>,
    n_lines: u64,
}

/// Whole lines of a file, in UTF-8.
#[derive(Debug)]
pub(super) struct LineBlock {
    text: String,
    /// Lines of the file before these.
    n_before: u64,
    format: RdfFormat,
    file: Arc<str>,
    prefix: Arc<str>,
}

/// A part of a file of lines.
#[derive(Debug)]
pub(super) enum Part {
    Unread(LineBlock),
    Read(Read),
}

impl Lines {
    pub(super) fn new(window: Window, format: RdfFormat, file: Arc<str>) -> Self {
        let prefix = label_prefix(&file).into();
        Self { window, format, file, prefix, n_lines: 0 }
    }

    /// The next lines; nothing after the last.
    pub(super) fn next_part(&mut self) -> Result<Option<Part>, IngestError> {
        self.window.grow_to(BLOCK)?;
        while whole_lines(self.window.unread()) == 0 && self.window.unread().len() < MAX_LINE && self.window.grow()? {}
        let unread = self.window.unread();
        let length = match whole_lines(unread) {
            _ if unread.is_empty() => return Ok(None),
            0 if unread.len() >= MAX_LINE => return self.refuse_endless().map(Some),
            0 => unread.len(),
            length => length,
        };
        let text = &unread[..length];
        let is_whole = self.window.malformed_within(length).is_none();
        let part = match std::str::from_utf8(text).ok().filter(|_| is_whole) {
            Some(text) => Part::Unread(self.block(text)),
            None => Part::Read(self.read_apart(text)),
        };
        self.n_lines += lines(text).count() as u64;
        self.window.skip(length);
        Ok(Some(part))
    }

    fn block(&self, text: &str) -> LineBlock {
        let (file, prefix) = (Arc::clone(&self.file), Arc::clone(&self.prefix));
        LineBlock { text: text.to_owned(), n_before: self.n_lines, format: self.format, file, prefix }
    }

    /// Reads lines of which some are not in UTF-8.
    fn read_apart(&self, text: &[u8]) -> Read {
        let (mut quads, mut rejects) = Read::default();
        let mut label = |label: &str| format!("{}{label}", self.prefix);
        for ((start, line), number) in lines(text).zip(self.n_lines + 1..) {
            let malformed = self.window.malformed_between(start, start + line.len());
            let read = match malformed {
                None => read_line(self.format, line),
                Some(place) => Err(format!("expected UTF-8, found a malformed sequence at byte {}", place.source)),
            };
            match read {
                Ok(None) => {}
                Ok(Some(quad)) => quads.push((relabelled(quad, &mut label), number)),
                Err(reason) => rejects.push(refused(&self.file, number, reason, line)),
            }
        }
        (quads, rejects)
    }

    fn refuse_endless(&mut self) -> Result<Part, IngestError> {
        self.n_lines += 1;
        let raw = self.window.lossy(MAX_LINE).into_owned();
        let n_bytes = self.window.skip_line()?;
        let reason = format!("expected a line of at most {MAX_LINE} bytes, found one of {n_bytes}, which is left out");
        Ok(Part::Read((Vec::new(), vec![Reject::row(&self.file, self.n_lines, reason, &raw)])))
    }
}

/// Takes a statement: its terms, its graph if it names one, its line.
type TakeStatement<'a> = dyn FnMut([RdfTerm<'_>; 3], Option<RdfTerm<'_>>, u64) + 'a;

impl LineBlock {
    /// Gives the terms of every statement, with its line; returns the lines that could not be read.
    pub(super) fn read(&self, take: &mut TakeStatement<'_>) -> Vec<Reject> {
        let (mut rejects, mut labels, mut n_unusual) = (Vec::new(), Labels::new(&self.prefix), 0);
        for ((start, line), number) in lines(self.text.as_bytes()).zip(self.n_before + 1..) {
            let text = self.text.get(start..start + line.len()).unwrap_or_default();
            let usual = rdf_fast::terms(text.trim_end_matches(['\r', '\n']));
            if let Some((terms, graph)) = usual.filter(|(_, graph)| self.format.supports_datasets() || graph.is_none())
            {
                labels.relabel(terms, graph, number, take);
                continue;
            }
            n_unusual += 1;
            if n_unusual > MANY
                && let Some(quads) = self.read_together(start, number)
            {
                quads.iter().for_each(|(quad, number)| {
                    let (terms, graph) = quad_terms(quad);
                    take(terms, graph, *number);
                });
                return rejects;
            }
            match read_line(self.format, line) {
                Ok(None) => {}
                Ok(Some(quad)) => {
                    let (terms, graph) = quad_terms(&quad);
                    labels.relabel(terms, graph, number, take);
                }
                Err(reason) => rejects.push(refused(&self.file, number, reason, line)),
            }
        }
        rejects
    }

    /// Parses all lines from a place on at once; `None` unless each gives its quad.
    fn read_together(&self, start: usize, first: u64) -> Option<Vec<(Quad, u64)>> {
        let text = self.text.get(start..)?.as_bytes();
        let mut label = |label: &str| format!("{}{label}", self.prefix);
        let numbered = lines(text).zip(first..);
        let mut numbers = numbered.filter(|((_, line), _)| is_statement(line)).map(|(_, number)| number);
        let mut quads = Vec::new();
        for quad in RdfParser::from_format(self.format).for_slice(text) {
            quads.push((relabelled(quad.ok()?, &mut label), numbers.next()?));
        }
        numbers.next().is_none().then_some(quads)
    }
}

/// Blank nodes of a file get its prefix.
struct Labels<'a> {
    prefix: &'a str,
    anew: [String; 4],
}

impl<'a> Labels<'a> {
    fn new(prefix: &'a str) -> Self {
        Self { prefix, anew: Default::default() }
    }

    fn relabel(
        &mut self,
        [subject, predicate, object]: [RdfTerm<'_>; 3],
        graph: Option<RdfTerm<'_>>,
        number: u64,
        take: &mut TakeStatement<'_>,
    ) {
        let [first, second, third, fourth] = &mut self.anew;
        let [subject, predicate, object] = [(subject, first), (predicate, second), (object, third)]
            .map(|(term, anew)| with_prefix(term, self.prefix, anew));
        take([subject, predicate, object], graph.map(|graph| with_prefix(graph, self.prefix, fourth)), number);
    }
}

fn with_prefix<'a>(term: RdfTerm<'a>, prefix: &str, anew: &'a mut String) -> RdfTerm<'a> {
    let RdfTerm::Blank(label) = term else { return term };
    anew.clear();
    anew.push_str(prefix);
    anew.push_str(label);
    RdfTerm::Blank(anew)
}

fn read_line(format: RdfFormat, line: &[u8]) -> Result<Option<Quad>, String> {
    let mut found = RdfParser::from_format(format).for_slice(line);
    let Some(quad) = found.next() else {
        return Ok(None);
    };
    let quad = quad.map_err(|error| error.to_string())?;
    match found.next() {
        None => Ok(Some(quad)),
        Some(Ok(_)) => Err("expected one statement, found several".to_owned()),
        Some(Err(error)) => Err(error.to_string()),
    }
}

fn refused(file: &str, number: u64, reason: String, line: &[u8]) -> Reject {
    let raw = String::from_utf8_lossy(line);
    Reject::row(file, number, reason, raw.trim_end_matches(['\r', '\n']))
}

/// The length of the whole lines at the beginning. A carriage return at the very end may be half a line end.
fn whole_lines(text: &[u8]) -> usize {
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    memchr::memrchr2(b'\n', b'\r', text).map_or(0, |last| last + 1)
}

/// The lines with their ends, and where they begin.
fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let length = quoting::first_line(&text[start..]);
        let line = (start, &text[start..start + length]);
        start += length;
        (length > 0).then_some(line)
    })
}

fn is_statement(line: &[u8]) -> bool {
    line.trim_ascii_start().first().is_some_and(|byte| *byte != b'#')
}
