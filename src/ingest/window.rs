//! The part of a file's text that is being looked at: grows at its end, is given up at its beginning.
//!
//! Costs as much memory as the longest row asked for, and one block.

use super::IngestError;
use super::encoding::{Decoder, Malformed};

/// A moving view on a decoded file.
pub(super) struct Window {
    decoder: Decoder,
    text: Vec<u8>,
    start: usize,
    /// Where in the whole decoded text the unread part begins.
    at: u64,
}

impl Window {
    pub(super) fn new(decoder: Decoder) -> Self {
        Self { decoder, text: Vec::new(), start: 0, at: 0 }
    }

    /// What decodes the file.
    pub(super) fn decoder(&self) -> &Decoder {
        &self.decoder
    }

    /// The text that was not given up, as far as it is there: valid UTF-8, but for a sequence that a cut splits.
    pub(super) fn unread(&self) -> &[u8] {
        &self.text[self.start..]
    }

    /// The first bytes of the unread text.
    pub(super) fn lossy(&self, n_bytes: usize) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.unread()[..n_bytes])
    }

    /// Reads on; `false` at the end of the file.
    pub(super) fn grow(&mut self) -> Result<bool, IngestError> {
        self.text.drain(..self.start);
        self.start = 0;
        self.decoder.append_to(&mut self.text)
    }

    /// Reads on until there are `n_bytes` or the file ends.
    pub(super) fn grow_to(&mut self, n_bytes: usize) -> Result<(), IngestError> {
        while self.unread().len() < n_bytes && self.grow()? {}
        Ok(())
    }

    /// Gives up the first bytes of the unread text.
    pub(super) fn skip(&mut self, n_bytes: usize) {
        self.start += n_bytes;
        self.at += n_bytes as u64;
        while self.decoder.malformed.front().is_some_and(|place| place.at < self.at) {
            self.decoder.malformed.pop_front();
        }
    }

    /// Gives up the text up to and with the next line end, or to the end of the file; how many bytes that were.
    pub(super) fn skip_line(&mut self) -> Result<u64, IngestError> {
        let before = self.at;
        loop {
            if let Some(end) = memchr::memchr2(b'\n', b'\r', self.unread()) {
                self.skip(end);
                return Ok(self.at - before + self.skip_line_end()?);
            }
            self.skip(self.unread().len());
            if !self.grow()? {
                return Ok(self.at - before);
            }
        }
    }

    fn skip_line_end(&mut self) -> Result<u64, IngestError> {
        self.grow_to(2)?;
        let length = if self.unread().starts_with(b"\r\n") { 2 } else { 1 };
        self.skip(length);
        Ok(length as u64)
    }

    /// The first place that could not be read in the first bytes of the unread text.
    pub(super) fn malformed_within(&self, n_bytes: usize) -> Option<Malformed> {
        self.decoder.malformed.front().copied().filter(|place| place.at < self.at + n_bytes as u64)
    }

    /// The first place that could not be read between two places of the unread text.
    pub(super) fn malformed_between(&self, start: usize, end: usize) -> Option<Malformed> {
        let places = self.at + start as u64..self.at + end as u64;
        let first = self.decoder.malformed.partition_point(|place| place.at < places.start);
        self.decoder.malformed.get(first).copied().filter(|place| place.at < places.end)
    }
}
