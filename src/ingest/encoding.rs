//! Bytes in any encoding to UTF-8, with the places of what could not be read.
//!
//! The encoding is what the options say, else the byte order mark, else what [`super::guess`] finds at the first place
//! that is not plain ASCII, be it gigabytes into the file: before it, all recognised encodings agree. A malformed
//! sequence becomes U+FFFD and its place is kept, so that the row it stands in can be refused. Costs one copy.

use std::collections::VecDeque;

use encoding_rs::{DecoderResult, Encoding, UTF_8};

use super::IngestError;
use super::compression::Input;
use super::guess;

/// Bytes looked at to tell the encoding, and at least read at once there.
const SAMPLE: usize = 4 << 20;
/// Bytes read at once.
const BLOCK: usize = 256 << 10;
/// Bytes decoded at once.
const ROOM: usize = 64 << 10;

/// A place that could not be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Malformed {
    /// Where the replacement character stands in the decoded text, in bytes from the beginning.
    pub(super) at: u64,
    /// Where the malformed sequence begins in the (decompressed) file, in bytes from the beginning.
    pub(super) source: u64,
}

/// Decodes a file from its beginning to its end.
pub(super) struct Decoder {
    input: Input,
    raw: Vec<u8>,
    decoded: Vec<u8>,
    is_last: bool,
    is_finished: bool,
    encoding: Option<&'static Encoding>,
    decoder: encoding_rs::Decoder,
    n_read: u64,
    n_decoded: u64,
    /// The places that could not be read, in their order; whoever uses the text takes them away.
    pub(super) malformed: VecDeque<Malformed>,
}

impl Decoder {
    /// Decodes `input`, in the encoding given or the one recognised.
    pub(super) fn new(mut input: Input, given: Option<&'static Encoding>) -> Result<Self, IngestError> {
        let mut raw = vec![0; SAMPLE];
        let n_raw = input.fill(&mut raw)?;
        let is_last = n_raw < raw.len();
        raw.truncate(n_raw);
        let encoding = given.or_else(|| guess::encoding_of(&raw, is_last));
        let decoder = encoding.unwrap_or(UTF_8).new_decoder_with_bom_removal();
        Ok(Self {
            input,
            raw,
            decoded: vec![0; ROOM],
            is_last,
            is_finished: false,
            encoding,
            decoder,
            n_read: 0,
            n_decoded: 0,
            malformed: VecDeque::new(),
        })
    }

    /// The file that is decoded.
    pub(super) fn input(&self) -> &Input {
        &self.input
    }

    /// The encoding's name; pure ASCII is called UTF-8, which it is.
    pub(super) fn encoding_name(&self) -> &'static str {
        self.encoding.unwrap_or(UTF_8).name()
    }

    /// Appends the next block's text to `text`; `false` when there is no more.
    pub(super) fn append_to(&mut self, text: &mut Vec<u8>) -> Result<bool, IngestError> {
        if self.is_finished {
            return Ok(false);
        }
        if self.raw.is_empty() && !self.is_last {
            self.read(0, BLOCK)?;
            self.recognise_late()?;
        }
        self.decode(text);
        self.is_finished = self.is_last;
        Ok(true)
    }

    /// Reads on until `raw` holds `size` bytes of which `kept` were there.
    fn read(&mut self, kept: usize, size: usize) -> Result<(), IngestError> {
        self.raw.resize(size, 0);
        let n_new = self.input.fill(&mut self.raw[kept..])?;
        self.is_last = n_new < size - kept;
        self.raw.truncate(kept + n_new);
        Ok(())
    }

    fn recognise_late(&mut self) -> Result<(), IngestError> {
        if self.encoding.is_some() || self.raw.is_ascii() {
            return Ok(());
        }
        let kept = self.raw.len();
        if !self.is_last {
            self.read(kept, SAMPLE)?;
        }
        self.encoding = guess::encoding_of(&self.raw, self.is_last);
        self.decoder = self.encoding.unwrap_or(UTF_8).new_decoder_without_bom_handling();
        Ok(())
    }

    fn decode(&mut self, text: &mut Vec<u8>) {
        let mut used = 0;
        loop {
            let (result, n_read, n_written) =
                self.decoder.decode_to_utf8_without_replacement(&self.raw[used..], &mut self.decoded, self.is_last);
            text.extend_from_slice(&self.decoded[..n_written]);
            self.n_decoded += n_written as u64;
            used += n_read;
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(n_bad, n_after) => {
                    let source = self.n_read + used as u64 - u64::from(n_bad) - u64::from(n_after);
                    self.replace(source, text);
                }
            }
        }
        self.n_read += self.raw.len() as u64;
        self.raw.clear();
    }

    fn replace(&mut self, source: u64, text: &mut Vec<u8>) {
        self.malformed.push_back(Malformed { at: self.n_decoded, source });
        let replacement = "\u{FFFD}".as_bytes();
        text.extend_from_slice(replacement);
        self.n_decoded += replacement.len() as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn decode(content: &[u8], given: Option<&'static Encoding>) -> (String, &'static str, Vec<Malformed>) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content).unwrap();
        let mut decoder = Decoder::new(Input::open(file.path()).unwrap(), given).unwrap();
        let mut text = Vec::new();
        while decoder.append_to(&mut text).unwrap() {}
        assert!(!decoder.append_to(&mut text).unwrap());
        let malformed = decoder.malformed.iter().copied().collect();
        (String::from_utf8(text).unwrap(), decoder.encoding_name(), malformed)
    }

    #[test]
    fn a_byte_order_mark_names_the_encoding_and_is_no_text() {
        let utf16 = |bytes: fn(u16) -> [u8; 2]| "\u{FEFF}a,中".encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        assert_eq!(decode(&utf16(u16::to_le_bytes), None), ("a,中".into(), "UTF-16LE", vec![]));
        assert_eq!(decode(&utf16(u16::to_be_bytes), None), ("a,中".into(), "UTF-16BE", vec![]));
        assert_eq!(decode("\u{FEFF}a,中".as_bytes(), None), ("a,中".into(), "UTF-8", vec![]));
        assert_eq!(decode(b"", None), (String::new(), "UTF-8", vec![]));
    }

    #[test]
    fn a_malformed_sequence_is_replaced_and_its_place_kept() {
        let (text, encoding, malformed) = decode("äöü\u{1}x".replace('\u{1}', "?").as_bytes(), None);
        assert_eq!((text.as_str(), encoding, malformed.len()), ("äöü?x", "UTF-8", 0));
        let (text, _, malformed) = decode(b"\xC3\xA4\xFFb\xE4\xBD", Some(UTF_8));
        assert_eq!(text, "ä\u{FFFD}b\u{FFFD}");
        assert_eq!(malformed, [Malformed { at: 2, source: 2 }, Malformed { at: 6, source: 4 }]);
    }

    #[test]
    fn names_far_behind_plain_text_still_tell_the_encoding() {
        let mut content = b"id,name\n".repeat(700_000);
        content.extend_from_slice(b"1,\xB1\xB1\xBE\xA9\xBF\xC6\xBC\xBC\xD3\xD0\xCF\xDE\xB9\xAB\xCB\xBE\n");
        let (text, encoding, malformed) = decode(&content, None);
        assert!(text.ends_with("1,北京科技有限公司\n"));
        assert_eq!((encoding, malformed), ("gb18030", vec![]));
    }
}
