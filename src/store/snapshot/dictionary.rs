//! The dictionary of a snapshot: terms in segments, each sorted by text; a term's number is its rank.
//!
//! A segment holds the IRIs or the blank nodes of one class, so that nodes of a kind stand together, or the literals of
//! one datatype or language. What all texts of a segment begin with is kept once; the rest is front-coded in blocks of
//! [`TERMS_A_BLOCK`]. A look-up by text is a binary search among the blocks of the segments that can hold it, one by
//! number reads one block. Nothing is read before it is asked for.

use std::borrow::Cow;
use std::ops::Range;

use oxigraph::model::vocab::xsd;

use crate::store::key::Kind;
use crate::store::snapshot::manifest::DictionarySections;
use crate::store::snapshot::map::{Column, Map};
use crate::store::snapshot::packed::{Packed, bytes_of, first_place};

/// So many terms share a block, in which a text repeats only what differs from the one before.
pub(in crate::store) const TERMS_A_BLOCK: u32 = 16;

/// A mapped dictionary.
pub(in crate::store) struct Dictionary {
    /// Where the segments of each kind end.
    kind_ends: [usize; 4],
    name_ends: Packed,
    names: Column<u8>,
    prefix_ends: Packed,
    prefixes: Column<u8>,
    first_terms: Packed,
    first_blocks: Packed,
    block_starts: Packed,
    texts: Column<u8>,
}

/// A term of the dictionary.
pub(in crate::store) struct Entry<'a> {
    pub kind: Kind,
    /// Datatype or language, empty for nodes.
    pub name: Cow<'a, str>,
    /// IRI, label or lexical form.
    pub text: String,
}

/// Reads terms by their ranks, quickest in ascending order: then each block is read once.
pub(in crate::store) struct Cursor<'a> {
    dictionary: &'a Dictionary,
    segment: usize,
    /// Ranks of the segment's terms; empty before the first is read.
    terms: Range<u64>,
    /// The rank of the term that the reader gives next.
    next: u64,
    reader: Reader<'a>,
    text: Vec<u8>,
}

/// Reads the terms of a block, one after the other.
struct Reader<'a> {
    rest: &'a [u8],
    text: Vec<u8>,
    is_first: bool,
}

impl Dictionary {
    /// `None` when the sections do not fit the file or each other.
    pub fn open(map: &Map, sections: &DictionarySections, n_terms: u64) -> Option<Self> {
        let mut end = 0;
        let kind_ends = sections.n_segments.map(|n| {
            end += n as usize;
            end
        });
        let n = end as u64;
        let it = Self {
            kind_ends,
            name_ends: Packed::open(map, &sections.name_ends, n)?,
            names: bytes_of(map, sections.names)?,
            prefix_ends: Packed::open(map, &sections.prefix_ends, n)?,
            prefixes: bytes_of(map, sections.prefixes)?,
            first_terms: Packed::open(map, &sections.first_terms, n + 1)?,
            first_blocks: Packed::open(map, &sections.first_blocks, n + 1)?,
            block_starts: Packed::open(map, &sections.block_starts, sections.block_starts.n)?,
            texts: bytes_of(map, sections.texts)?,
        };
        let fits = it.first_terms.get(end) as u64 == n_terms
            && it.first_blocks.get(end) + 1 == it.block_starts.len() as i64
            && it.block_starts.greatest() as usize == it.texts.len();
        fits.then_some(it)
    }

    /// The rank of a term, which is named by kind, datatype or language (empty for nodes) and text.
    pub fn find(&self, kind: Kind, name: &str, text: &str) -> Option<u64> {
        let segments = self.segments(kind);
        let segments = match kind {
            Kind::Iri | Kind::Blank => segments,
            Kind::Typed | Kind::Lang => {
                let at = first_place(segments.clone(), |at| self.name(at) < name.as_bytes());
                let is_it = at < segments.end && self.name(at) == name.as_bytes();
                if is_it { at..at + 1 } else { 0..0 }
            }
        };
        segments.into_iter().find_map(|segment| self.find_in(segment, text.as_bytes()))
    }

    fn find_in(&self, segment: usize, text: &[u8]) -> Option<u64> {
        let text = text.strip_prefix(self.prefix(segment))?;
        let (first, end) = (self.first_blocks.place(segment), self.first_blocks.place(segment + 1));
        let block = first_place(first..end, |block| self.first_of_block(block) <= text).checked_sub(1)?;
        if block < first {
            return None;
        }
        let mut reader = self.block(block);
        let at_first = self.first_terms.get(segment) as u64 + (block - first) as u64 * u64::from(TERMS_A_BLOCK);
        let n = (self.first_terms.get(segment + 1) as u64).saturating_sub(at_first).min(TERMS_A_BLOCK.into());
        (at_first..at_first + n).find(|_| reader.advance().is_some() && reader.text == text)
    }

    /// The term of a rank.
    pub fn entry(&self, place: u64) -> Option<Entry<'_>> {
        let (segment, mut reader) = self.read_from(place)?;
        reader.advance()?;
        Some(Entry {
            kind: self.kind(segment)?,
            name: String::from_utf8_lossy(self.name(segment)),
            text: self.whole(segment, &reader),
        })
    }

    /// A cursor that has read nothing.
    pub fn cursor(&self) -> Cursor<'_> {
        let reader = Reader { rest: &[], text: Vec::new(), is_first: true };
        Cursor { dictionary: self, segment: 0, terms: 0..0, next: 0, reader, text: Vec::new() }
    }

    /// Whether the terms of two ranks stand in one segment, in the order of their texts, which is that of the terms: so it
    /// is for IRIs, blank nodes, and strings of one language or of none.
    pub fn are_sorted(&self, one: u64, other: u64) -> bool {
        let Some(segment) = self.segment_of(one) else { return false };
        let end = |at: usize| self.first_terms.get(at) as u64;
        let is_sorted = match self.kind(segment) {
            Some(Kind::Typed) => self.name(segment) == xsd::STRING.as_str().as_bytes(),
            kind => kind.is_some(),
        };
        is_sorted && (end(segment)..end(segment + 1)).contains(&other)
    }

    /// Whether there are literals of a datatype, apart from those that stand in ids.
    pub fn has_datatype(&self, datatype: &str) -> bool {
        self.segments(Kind::Typed).any(|segment| self.name(segment) == datatype.as_bytes())
    }

    /// The segment of a rank.
    fn segment_of(&self, place: u64) -> Option<usize> {
        let place = i64::try_from(place).ok()?;
        let n = self.first_terms.len().checked_sub(1)?;
        let segment = first_place(0..n, |at| self.first_terms.get(at) <= place).checked_sub(1)?;
        (place < self.first_terms.get(segment + 1)).then_some(segment)
    }

    /// A reader that stands before a term, and the term's segment.
    fn read_from(&self, place: u64) -> Option<(usize, Reader<'_>)> {
        let segment = self.segment_of(place)?;
        let within = (place - self.first_terms.get(segment) as u64) as usize;
        let block = self.first_blocks.place(segment) + within / TERMS_A_BLOCK as usize;
        let mut reader = self.block(block);
        (0..within % TERMS_A_BLOCK as usize).try_for_each(|_| reader.advance())?;
        Some((segment, reader))
    }

    fn whole(&self, segment: usize, reader: &Reader<'_>) -> String {
        let prefix = self.prefix(segment);
        let mut text = Vec::with_capacity(prefix.len() + reader.text.len());
        text.extend_from_slice(prefix);
        text.extend_from_slice(&reader.text);
        String::from_utf8(text).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    fn kind(&self, segment: usize) -> Option<Kind> {
        self.kind_ends.iter().position(|end| segment < *end).and_then(|at| Kind::from_number(at as u8))
    }

    /// The segments of a kind.
    fn segments(&self, kind: Kind) -> Range<usize> {
        let at = kind as usize;
        let first = if at == 0 { 0 } else { self.kind_ends[at - 1] };
        first..self.kind_ends[at]
    }

    fn name(&self, segment: usize) -> &[u8] {
        part(&self.names, &self.name_ends, segment)
    }

    fn prefix(&self, segment: usize) -> &[u8] {
        part(&self.prefixes, &self.prefix_ends, segment)
    }

    fn block(&self, block: usize) -> Reader<'_> {
        let (start, end) = (self.block_starts.place(block), self.block_starts.place(block + 1));
        Reader { rest: self.texts.get(start..end).unwrap_or_default(), text: Vec::new(), is_first: true }
    }

    /// The first text of a block, without reading the others.
    fn first_of_block(&self, block: usize) -> &[u8] {
        let start = self.block_starts.place(block);
        let mut rest = self.texts.get(start..).unwrap_or_default();
        let length = take_number(&mut rest).unwrap_or_default();
        rest.get(..length).unwrap_or_default()
    }
}

impl<'a> Cursor<'a> {
    /// The term of a rank: its kind, its datatype or language, and its text.
    pub fn read(&mut self, place: u64) -> Option<(Kind, &str, &str)> {
        if !self.terms.contains(&place) {
            self.segment = self.dictionary.segment_of(place)?;
            let end = |at: usize| self.dictionary.first_terms.get(at) as u64;
            (self.terms, self.next) = (end(self.segment)..end(self.segment + 1), u64::MAX);
        }
        let block = |place: u64| place.saturating_sub(self.terms.start) / u64::from(TERMS_A_BLOCK);
        if self.next > place && self.next != place + 1 || block(self.next.max(1) - 1) != block(place) {
            self.enter(block(place) as usize);
        }
        while self.next <= place {
            self.reader.advance()?;
            self.next += 1;
        }
        self.text.clear();
        self.text.extend_from_slice(self.dictionary.prefix(self.segment));
        self.text.extend_from_slice(&self.reader.text);
        let (name, text) = (self.dictionary.name(self.segment), &self.text);
        Some((self.dictionary.kind(self.segment)?, str::from_utf8(name).ok()?, str::from_utf8(text).ok()?))
    }

    /// Stands before the first term of a block of the segment.
    fn enter(&mut self, block: usize) {
        let at = self.dictionary.first_blocks.place(self.segment) + block;
        let text = std::mem::take(&mut self.reader.text);
        self.reader = Reader { text, ..self.dictionary.block(at) };
        self.reader.text.clear();
        self.next = self.terms.start + block as u64 * u64::from(TERMS_A_BLOCK);
    }
}

impl Reader<'_> {
    /// Reads the next text; `None` at the end of the block.
    fn advance(&mut self) -> Option<()> {
        let shared = if std::mem::take(&mut self.is_first) { 0 } else { take_number(&mut self.rest)? };
        let length = take_number(&mut self.rest)?;
        let own = self.rest.get(..length)?;
        self.text.truncate(shared);
        self.text.extend_from_slice(own);
        self.rest = &self.rest[length..];
        Some(())
    }
}

/// Adds a number, seven bits a byte, the last with its highest bit clear.
pub(in crate::store) fn put_number(mut number: usize, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Takes what [`put_number`] put.
pub(in crate::store) fn take_number(rest: &mut &[u8]) -> Option<usize> {
    let mut number = 0;
    for (at, byte) in rest.iter().enumerate().take(9) {
        number |= usize::from(byte & 0x7f) << (7 * at);
        if *byte < 0x80 {
            *rest = &rest[at + 1..];
            return Some(number);
        }
    }
    None
}

fn part<'a>(bytes: &'a [u8], ends: &Packed, at: usize) -> &'a [u8] {
    let start = if at == 0 { 0 } else { ends.place(at - 1) };
    bytes.get(start..ends.place(at)).unwrap_or_default()
}
