//! The dictionary of a snapshot: terms sorted by kind, head and tail; a term's number is its rank.
//!
//! Look-up by term is two binary searches (heads, then tails under the head); look-up by number is one among the heads.
//! Nothing is read before it is asked for.

use std::borrow::Cow;

use crate::store::key::{Key, Kind};
use crate::store::snapshot::manifest::{DictionarySections, Section};
use crate::store::snapshot::map::{Column, Map};

/// A mapped dictionary.
pub(in crate::store) struct Dictionary {
    kinds: Column<u8>,
    head_ends: Column<u64>,
    heads: Column<u8>,
    first_terms: Column<u64>,
    tail_ends: Column<u64>,
    tails: Column<u8>,
}

/// A term of the dictionary, as head and tail; owned only where a damaged file is no UTF-8.
pub(in crate::store) struct Entry<'a> {
    pub kind: Kind,
    pub head: Cow<'a, str>,
    pub tail: Cow<'a, str>,
}

impl Dictionary {
    /// `None` when the sections do not fit the file or each other.
    pub fn open(map: &Map, sections: &DictionarySections, n_terms: u64) -> Option<Self> {
        let longs = |section: &Section| map.column(section.offset, section.bytes);
        let bytes = |section: &Section| map.column(section.offset, section.bytes);
        let it = Self {
            kinds: bytes(&sections.kinds)?,
            head_ends: longs(&sections.head_ends)?,
            heads: bytes(&sections.heads)?,
            first_terms: longs(&sections.first_terms)?,
            tail_ends: longs(&sections.tail_ends)?,
            tails: bytes(&sections.tails)?,
        };
        let n_heads = it.kinds.len();
        let fits = it.head_ends.len() == n_heads
            && it.first_terms.len() == n_heads + 1
            && it.tail_ends.len() as u64 == n_terms
            && it.kinds.iter().all(|kind| Kind::from_number(*kind).is_some());
        fits.then_some(it)
    }

    /// The rank of a term.
    pub fn find(&self, key: Key<'_>) -> Option<u64> {
        let wanted = (key.kind as u8, key.head.as_bytes());
        let head = first_at_least(0..self.kinds.len(), |at| (self.kinds[at], self.head(at)) < wanted);
        if head >= self.kinds.len() || (self.kinds[head], self.head(head)) != wanted {
            return None;
        }
        let (first, end) = (self.first_terms[head] as usize, self.first_terms[head + 1] as usize);
        let tail = key.tail.as_bytes();
        let place = first_at_least(first..end, |at| self.tail(at) < tail);
        (place < end && self.tail(place) == tail).then_some(place as u64)
    }

    /// The term of a rank.
    pub fn entry(&self, place: u64) -> Option<Entry<'_>> {
        let head = self.first_terms.partition_point(|first| *first <= place).checked_sub(1)?;
        let kind = Kind::from_number(*self.kinds.get(head)?)?;
        let (head, tail) = (self.head(head), self.tail(place as usize));
        Some(Entry { kind, head: String::from_utf8_lossy(head), tail: String::from_utf8_lossy(tail) })
    }

    fn head(&self, at: usize) -> &[u8] {
        part(&self.heads, &self.head_ends, at)
    }

    fn tail(&self, at: usize) -> &[u8] {
        part(&self.tails, &self.tail_ends, at)
    }
}

impl Entry<'_> {
    /// The IRI, the label or the lexical form.
    pub fn text(self) -> String {
        match self.kind {
            Kind::Typed | Kind::Lang => self.tail.into_owned(),
            Kind::Iri | Kind::Blank => [self.head, self.tail].concat(),
        }
    }
}

fn part<'a>(bytes: &'a [u8], ends: &[u64], at: usize) -> &'a [u8] {
    let start = if at == 0 { 0 } else { ends.get(at - 1).copied().unwrap_or(0) };
    let end = ends.get(at).copied().unwrap_or(0);
    bytes.get(start as usize..end as usize).unwrap_or_default()
}

/// The first place in `range` that is not below what is searched.
fn first_at_least(range: std::ops::Range<usize>, is_below: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (range.start, range.end);
    while low < high {
        let middle = low + (high - low) / 2;
        if is_below(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}
