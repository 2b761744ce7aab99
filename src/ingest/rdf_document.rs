//! Turtle and TriG: statements over lines, up to the first mistake.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use oxigraph::io::{RdfParseError, RdfParser, ReaderQuadParser};
use oxigraph::model::Quad;

use super::rdf::{label_prefix, open_window, relabelled};
use super::rdf_lines::Read;
use super::window::Window;
use super::{IngestError, Reject, quoting};

/// Quads of a chunk.
const CHUNK_QUADS: usize = 8_192;

/// Reads a Turtle or TriG file.
pub(super) struct Document {
    parser: ReaderQuadParser<LineByLine>,
    state: Arc<Mutex<State>>,
    path: PathBuf,
    file: Arc<str>,
    prefix: String,
    labels: HashMap<String, usize>,
    is_ended: bool,
}

/// What the reader below the parser knows.
#[derive(Default)]
struct State {
    n_lines: u64,
    failure: Option<IngestError>,
    malformed: Option<u64>,
}

/// Hands out at most one line at a time, so that the number of lines handed out is where the parser stands.
struct LineByLine {
    window: Window,
    is_within_line: bool,
    state: Arc<Mutex<State>>,
}

impl Document {
    pub(super) fn new(window: Window, parser: RdfParser, path: &Path, file: Arc<str>) -> Self {
        let state = Arc::<Mutex<State>>::default();
        let parser = parser.for_reader(LineByLine { window, is_within_line: false, state: state.clone() });
        let prefix = label_prefix(&file);
        Self { parser, state, path: path.to_path_buf(), file, prefix, labels: HashMap::new(), is_ended: false }
    }

    /// The next quads; nothing after the last.
    pub(super) fn next_quads(&mut self) -> Result<Read, IngestError> {
        let mut read = Read::default();
        while !self.is_ended && read.0.len() < CHUNK_QUADS {
            match self.parser.next() {
                None => self.is_ended = true,
                Some(Ok(quad)) => {
                    let quad = self.relabelled(quad);
                    read.0.push((quad, self.line()));
                }
                Some(Err(error)) => {
                    self.is_ended = true;
                    read.1.push(self.rest(&error)?);
                }
            }
        }
        Ok(read)
    }

    /// Labels are numbered as they come: the parser gives nodes without label a random one.
    fn relabelled(&mut self, quad: Quad) -> Quad {
        let (labels, prefix) = (&mut self.labels, &self.prefix);
        relabelled(quad, &mut |label| {
            let next = labels.len();
            let number = *labels.entry(label.to_owned()).or_insert(next);
            format!("{prefix}{number}")
        })
    }

    fn line(&self) -> u64 {
        self.state.lock().map_or(0, |state| state.n_lines)
    }

    /// The reject for the first mistake and all that is behind it.
    fn rest(&mut self, error: &RdfParseError) -> Result<Reject, IngestError> {
        let (n_lines, failure, malformed) = match self.state.lock() {
            Ok(mut state) => (state.n_lines, state.failure.take(), state.malformed),
            Err(_) => (0, None, None),
        };
        if let Some(failure) = failure {
            return Err(failure);
        }
        let (line, reason) = match (error, malformed) {
            (_, Some(byte)) => (n_lines, format!("expected UTF-8, found a malformed sequence at byte {byte}")),
            (RdfParseError::Syntax(error), _) => {
                (error.location().map_or(n_lines, |location| location.start.line + 1), error.to_string())
            }
            (RdfParseError::Io(error), _) => (n_lines, error.to_string()),
        };
        let (raw, n_lost) = self.line_and_rest(line)?;
        let reason = format!("{reason}; nothing behind it is read, {n_lost} lines with this one");
        Ok(Reject::row(&self.file, line, reason, &raw))
    }

    /// The text of a line, and how many lines there are from it on; by reading the file again.
    fn line_and_rest(&self, line: u64) -> Result<(String, u64), IngestError> {
        let mut window = open_window(&self.path)?;
        for _ in 1..line {
            window.skip_line()?;
        }
        window.grow_to(1 << 16)?;
        let length = quoting::first_line(window.unread());
        let raw = quoting::without_line_ends(&window.lossy(length)).to_owned();
        let mut n_lost = 0;
        while window.skip_line()? > 0 {
            n_lost += 1;
        }
        Ok((raw, n_lost))
    }
}

impl LineByLine {
    fn next_piece(&mut self, buffer: &mut [u8]) -> Result<usize, IngestError> {
        self.window.grow_to(1)?;
        let unread = self.window.unread();
        let end = memchr::memchr(b'\n', unread).map_or(unread.len(), |end| end + 1);
        let length = end.min(buffer.len());
        buffer[..length].copy_from_slice(&unread[..length]);
        let begins_line = length > 0 && !self.is_within_line;
        self.is_within_line = length > 0 && buffer[length - 1] != b'\n';
        let malformed = self.window.malformed_within(length).map(|place| place.source);
        self.window.skip(length);
        if let Ok(mut state) = self.state.lock() {
            state.n_lines += u64::from(begins_line);
            state.malformed = malformed;
        }
        Ok(length)
    }
}

impl io::Read for LineByLine {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.next_piece(buffer);
        let mut state = self.state.lock().map_err(|_| io::Error::other("the reader failed before"))?;
        match read {
            Ok(_) if state.malformed.is_some() => Err(io::Error::other("malformed sequence")),
            Ok(length) => Ok(length),
            Err(failure) => {
                state.failure = Some(failure);
                Err(io::Error::other("the file cannot be read"))
            }
        }
    }
}
