//! N-Triples and N-Quads: a statement a line.
//!
//! Many lines are parsed together. Only when something in them is not as it should be, they are parsed one by one, so
//! that a bad line is found, and costs itself only.

use std::sync::Arc;

use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::Quad;

use super::rdf::{label_prefix, relabelled};
use super::window::Window;
use super::{IngestError, Reject, quoting};

/// Bytes parsed together, at least.
const BLOCK: usize = 256 << 10;
/// The longest line, in bytes.
const MAX_LINE: usize = 8 << 20;

/// What a block of lines gave.
pub(super) type Read = (Vec<(Quad, u64)>, Vec<Reject>);

/// Reads a file of lines.
pub(super) struct Lines {
    window: Window,
    format: RdfFormat,
    file: Arc<str>,
    prefix: String,
    n_lines: u64,
}

impl Lines {
    pub(super) fn new(window: Window, format: RdfFormat, file: Arc<str>) -> Self {
        let prefix = label_prefix(&file);
        Self { window, format, file, prefix, n_lines: 0 }
    }

    /// The next quads; nothing after the last.
    pub(super) fn next_quads(&mut self) -> Result<Read, IngestError> {
        let mut read = Read::default();
        while read.0.is_empty() && read.1.is_empty() && self.fill()? {
            read = self.read_block()?;
        }
        Ok(read)
    }

    /// Reads on until there is a whole line; `false` at the end.
    fn fill(&mut self) -> Result<bool, IngestError> {
        self.window.grow_to(BLOCK)?;
        while whole_lines(self.window.unread()) == 0 && self.window.unread().len() < MAX_LINE && self.window.grow()? {}
        Ok(!self.window.unread().is_empty())
    }

    fn read_block(&mut self) -> Result<Read, IngestError> {
        let unread = self.window.unread();
        let length = match whole_lines(unread) {
            0 if unread.len() >= MAX_LINE => return self.refuse_endless(),
            0 => unread.len(),
            length => length,
        };
        let text = &unread[..length];
        let read = match self.window.malformed_within(length) {
            None => self.read_together(text).map(|quads| (quads, Vec::new())),
            Some(_) => None,
        };
        let read = read.unwrap_or_else(|| self.read_apart(text));
        self.n_lines += lines(text).count() as u64;
        self.window.skip(length);
        Ok(read)
    }

    /// Parses all lines at once; `None` unless each gives its quad.
    fn read_together(&self, text: &[u8]) -> Option<Vec<(Quad, u64)>> {
        let mut label = |label: &str| format!("{}{label}", self.prefix);
        let numbered = lines(text).zip(self.n_lines + 1..);
        let mut numbers = numbered.filter(|((_, line), _)| is_statement(line)).map(|(_, number)| number);
        let mut quads = Vec::new();
        for quad in RdfParser::from_format(self.format).for_slice(text) {
            quads.push((relabelled(quad.ok()?, &mut label), numbers.next()?));
        }
        numbers.next().is_none().then_some(quads)
    }

    fn read_apart(&self, text: &[u8]) -> Read {
        let (mut quads, mut rejects) = Read::default();
        let mut label = |label: &str| format!("{}{label}", self.prefix);
        for ((start, line), number) in lines(text).zip(self.n_lines + 1..) {
            match self.read_line(start, line) {
                Ok(None) => {}
                Ok(Some(quad)) => quads.push((relabelled(quad, &mut label), number)),
                Err(reason) => {
                    let raw = String::from_utf8_lossy(line);
                    rejects.push(Reject::row(&self.file, number, reason, raw.trim_end_matches(['\r', '\n'])));
                }
            }
        }
        (quads, rejects)
    }

    fn read_line(&self, start: usize, line: &[u8]) -> Result<Option<Quad>, String> {
        if let Some(place) = self.window.malformed_between(start, start + line.len()) {
            return Err(format!("expected UTF-8, found a malformed sequence at byte {}", place.source));
        }
        let mut found = RdfParser::from_format(self.format).for_slice(line);
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

    fn refuse_endless(&mut self) -> Result<Read, IngestError> {
        self.n_lines += 1;
        let raw = self.window.lossy(MAX_LINE).into_owned();
        let n_bytes = self.window.skip_line()?;
        let reason = format!("expected a line of at most {MAX_LINE} bytes, found one of {n_bytes}, which is left out");
        Ok((Vec::new(), vec![Reject::row(&self.file, self.n_lines, reason, &raw)]))
    }
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
