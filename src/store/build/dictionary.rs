//! Numbers terms by rank and writes them as a dictionary.
//!
//! In come sorted terms and the class of each node; out come the dictionary's sections and the code of every listed term.
//! Terms are read in order twice: once to tell equal ones, once to write them, where each class's segment grows on its
//! own until all nodes are there. Costs nine bytes a listed term and the dictionary's own bytes, or what the budget
//! allows of them.

use crate::store::StoreError;
use crate::store::build::budget::Budget;
use crate::store::build::classes::{Types, classes};
use crate::store::build::encode::{Numbers, encode_all};
use crate::store::build::segment::Segment;
use crate::store::build::sink::Sink;
use crate::store::build::term_runs::{Listed, TermRuns};
use crate::store::key::Kind;
use crate::store::snapshot::manifest::{DictionarySections, Section};

/// A dictionary in the file, and the ranks of the terms that it was made of.
pub(in crate::store) struct Written {
    pub sections: DictionarySections,
    /// IRIs, blank nodes, literals.
    pub n_terms: [u32; 3],
    /// One for each listed term.
    pub ranks: Vec<u32>,
}

/// Terms of all kinds, each once, in their order.
pub(in crate::store) struct Numbered {
    /// Of each listed term, its place.
    pub places: Vec<u32>,
    n_terms: [u32; 3],
}

/// Where the terms of each class begin among the ranks, by kind and class.
type Starts = [[u32; 256]; 2];

impl Numbered {
    /// Tells equal terms.
    pub fn of(terms: &mut TermRuns) -> Result<Self, StoreError> {
        let mut places = vec![0; terms.len() as usize];
        let mut n_terms = [0u32; 3];
        let mut last = None;
        let (mut last_text, mut last_name) = (Vec::new(), String::new());
        let mut n = 0u32;
        terms.for_each(&mut |term| {
            let is_same = last == Some(term.kind) && last_text == term.text && last_name == term.name;
            if !is_same {
                n = n.checked_add(1).ok_or(StoreError::TooMany { what: "terms", limit: u32::MAX.into() })?;
                n_terms[(term.kind as usize).min(2)] += 1;
                last = Some(term.kind);
                term.name.clone_into(&mut last_name);
                last_text.clear();
                last_text.extend_from_slice(term.text);
            }
            places[term.number as usize] = n - 1;
            Ok(())
        })?;
        Ok(Self { places, n_terms })
    }

    /// Number of IRIs and blank nodes, which come first.
    pub fn n_nodes(&self) -> u32 {
        self.n_terms[0] + self.n_terms[1]
    }
}

/// Writes the dictionary.
pub(in crate::store) fn write(
    mut terms: TermRuns,
    numbered: Numbered,
    types: &Types<'_>,
    sink: &mut Sink,
    budget: &Budget,
) -> Result<Written, StoreError> {
    let n_nodes = numbered.n_nodes();
    let of = classes(n_nodes as usize, types)?;
    let mut writer = Writer::new(&of, numbered.n_terms[0], sink, budget)?;
    let mut next = 0;
    terms.for_each(&mut |term| {
        if numbered.places[term.number as usize] == next {
            writer.push(next, &term)?;
            next += 1;
        }
        Ok(())
    })?;
    drop(terms);
    let sections = writer.finish()?;
    let ranks = ranks(numbered.places, &of, numbered.n_terms[0]);
    Ok(Written { sections, n_terms: numbered.n_terms, ranks })
}

/// Turns places into ranks: nodes by class, literals as they are.
fn ranks(mut places: Vec<u32>, of: &[u8], n_iris: u32) -> Vec<u32> {
    let mut starts: Starts = [[0; 256]; 2];
    let kind = |at: usize| usize::from(at >= n_iris as usize);
    of.iter().enumerate().for_each(|(at, class)| starts[kind(at)][usize::from(*class)] += 1);
    let mut sum = 0;
    for start in starts.iter_mut().flatten() {
        sum += std::mem::replace(start, sum);
    }
    let rank = |(at, class): (usize, &u8)| {
        let start = &mut starts[kind(at)][usize::from(*class)];
        *start += 1;
        *start - 1
    };
    let rank_of: Vec<u32> = of.iter().enumerate().map(rank).collect();
    for place in &mut places {
        *place = rank_of.get(*place as usize).copied().unwrap_or(*place);
    }
    places
}

struct Writer<'a> {
    of: &'a [u8],
    n_iris: u32,
    sink: &'a mut Sink,
    budget: &'a Budget,
    texts: Section,
    /// Segments of nodes by kind and class, until the first literal comes.
    nodes: Vec<Option<Segment>>,
    /// The segment of the last literal.
    literals: Option<(Kind, Segment)>,
    n_segments: [u32; 4],
    names: Vec<u8>,
    name_ends: Vec<u32>,
    prefixes: Vec<u8>,
    prefix_ends: Vec<u32>,
    first_terms: Vec<u32>,
    first_blocks: Vec<u32>,
    block_starts: Numbers<u64>,
    n_bytes: u64,
}

impl<'a> Writer<'a> {
    fn new(of: &'a [u8], n_iris: u32, sink: &'a mut Sink, budget: &'a Budget) -> Result<Self, StoreError> {
        Ok(Self {
            of,
            n_iris,
            texts: sink.begin()?,
            sink,
            budget,
            nodes: (0..512).map(|_| None).collect(),
            literals: None,
            n_segments: [0; 4],
            names: Vec::new(),
            name_ends: Vec::new(),
            prefixes: Vec::new(),
            prefix_ends: Vec::new(),
            first_terms: vec![0],
            first_blocks: vec![0],
            block_starts: Numbers::new(budget, budget.records(16, 8)),
            n_bytes: 0,
        })
    }

    fn push(&mut self, place: u32, term: &Listed<'_>) -> Result<(), StoreError> {
        if let Some(class) = self.of.get(place as usize) {
            let at = usize::from(place >= self.n_iris) * 256 + usize::from(*class);
            let budget = self.budget;
            return self.nodes[at].get_or_insert_with(|| Segment::new("", budget)).push(term.text);
        }
        let is_same = self.literals.as_ref().is_some_and(|(kind, it)| *kind == term.kind && it.name() == term.name);
        if !is_same {
            self.close()?;
            self.literals = Some((term.kind, Segment::new(term.name, self.budget)));
        }
        self.literals.as_mut().map_or(Ok(()), |(_, segment)| segment.push(term.text))
    }

    /// Writes the segments that are complete.
    fn close(&mut self) -> Result<(), StoreError> {
        for (at, segment) in std::mem::take(&mut self.nodes).into_iter().enumerate() {
            if let Some(segment) = segment {
                self.write(if at < 256 { Kind::Iri } else { Kind::Blank }, segment)?;
            }
        }
        match self.literals.take() {
            Some((kind, segment)) => self.write(kind, segment),
            None => Ok(()),
        }
    }

    fn write(&mut self, kind: Kind, mut segment: Segment) -> Result<(), StoreError> {
        self.n_segments[kind as usize] += 1;
        self.names.extend_from_slice(segment.name().as_bytes());
        self.name_ends.push(self.names.len() as u32);
        self.prefixes.extend_from_slice(segment.prefix());
        self.prefix_ends.push(self.prefixes.len() as u32);
        let last = |all: &[u32]| all.last().copied().unwrap_or_default();
        self.first_terms.push(last(&self.first_terms) + segment.n_terms());
        self.first_blocks.push(last(&self.first_blocks) + segment.n_blocks());
        let Self { sink, block_starts, n_bytes, .. } = self;
        segment.for_each_block(&mut |block| {
            block_starts.push(*n_bytes)?;
            *n_bytes += block.len() as u64;
            sink.write(block)
        })
    }

    fn finish(mut self) -> Result<DictionarySections, StoreError> {
        self.close()?;
        self.block_starts.push(self.n_bytes)?;
        let texts = self.sink.end(self.texts);
        let starts = self.block_starts.encode(self.budget, self.budget.records(16, 8))?;
        Ok(DictionarySections {
            n_segments: self.n_segments,
            name_ends: self.sink.put_column(encode_all(self.name_ends)?)?,
            names: self.sink.put(&self.names)?,
            prefix_ends: self.sink.put_column(encode_all(self.prefix_ends)?)?,
            prefixes: self.sink.put(&self.prefixes)?,
            first_terms: self.sink.put_column(encode_all(self.first_terms)?)?,
            first_blocks: self.sink.put_column(encode_all(self.first_blocks)?)?,
            block_starts: self.sink.put_column(starts)?,
            texts,
        })
    }
}
