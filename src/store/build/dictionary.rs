//! Sorts terms into a dictionary and numbers them by rank.
//!
//! In comes a [`TermList`] with repetitions; out come the dictionary's sections and the id of every listed term.
//! Sorting compares a head's rank and a tail's first eight bytes before it looks at texts. Costs sixteen bytes a term
//! and is the same for any number of threads.

use rayon::prelude::*;

use crate::store::build::sink::{Prepared, Sink};
use crate::store::key::Kind;
use crate::store::snapshot::manifest::DictionarySections;
use crate::store::terms::TermList;
use crate::store::{Id, StoreError};

/// A dictionary in the file, and the ids of the terms that it was made of.
pub(in crate::store) struct Written {
    pub sections: DictionarySections,
    pub n_terms: u64,
    /// One for each listed term.
    pub ids: Vec<Id>,
}

#[derive(Clone, Copy)]
struct SortKey {
    first_bytes: u64,
    head: u32,
    term: u32,
}

/// Writes the dictionary of all listed terms.
pub(in crate::store) fn write(terms: &TermList, is_derived: bool, sink: &mut Sink) -> Result<Written, StoreError> {
    let heads = sorted_heads(terms);
    let order = sorted_terms(terms, &heads);
    let mut ids = vec![Id(0); terms.len()];
    let mut first_terms = vec![0; heads.len() + 1];
    let mut ends = Vec::new();
    let mut tails = sink.open()?;
    let mut written = 0;
    let mut previous = None;
    for key in &order {
        let tail = terms.tail(key.term);
        if previous != Some((key.head, tail)) {
            tails.write(tail.as_bytes())?;
            written += tail.len() as u64;
            ends.push(written);
            previous = Some((key.head, tail));
        }
        first_terms[key.head as usize + 1] = ends.len() as u64;
        let kind = terms.groups()[heads[key.head as usize] as usize].0;
        ids[key.term as usize] = Id::of_place(kind, ends.len() as u64 - 1, is_derived);
    }
    let tails = tails.close();
    drop(order);
    let n_terms = ends.len() as u64;
    let tail_ends = sink.put(&Prepared::of_u64s(ends.into_iter()))?;
    let first_terms = sink.put(&Prepared::of_u64s(first_terms.into_iter()))?;
    let heads: Vec<_> = heads.iter().map(|at| &terms.groups()[*at as usize]).collect();
    let (kinds, head_ends, heads) = write_heads(&heads, sink)?;
    let sections = DictionarySections { kinds, head_ends, heads, first_terms, tail_ends, tails };
    Ok(Written { sections, n_terms, ids })
}

type Section = crate::store::snapshot::manifest::Section;

fn write_heads(heads: &[&(Kind, Box<str>)], sink: &mut Sink) -> Result<(Section, Section, Section), StoreError> {
    let kinds = heads.iter().map(|(kind, _)| *kind as u8).collect();
    let ends = heads.iter().scan(0, |end, (_, head)| {
        *end += head.len() as u64;
        Some(*end)
    });
    let ends: Vec<u64> = ends.collect();
    let text = heads.iter().flat_map(|(_, head)| head.bytes()).collect();
    let kinds = sink.put(&Prepared::of_bytes(kinds))?;
    let ends = sink.put(&Prepared::of_u64s(ends.into_iter()))?;
    Ok((kinds, ends, sink.put(&Prepared::of_bytes(text))?))
}

/// Numbers of the heads in the order of kind and text.
fn sorted_heads(terms: &TermList) -> Vec<u32> {
    let groups = terms.groups();
    let mut heads: Vec<u32> = (0..groups.len() as u32).collect();
    heads.par_sort_unstable_by_key(|at| &groups[*at as usize]);
    heads
}

fn sorted_terms(terms: &TermList, heads: &[u32]) -> Vec<SortKey> {
    let mut rank = vec![0; heads.len()];
    for (at, head) in (0u32..).zip(heads) {
        rank[*head as usize] = at;
    }
    let key =
        |term| SortKey { first_bytes: first_bytes(terms.tail(term)), head: rank[terms.group(term) as usize], term };
    let mut order: Vec<_> = (0..terms.len() as u32).into_par_iter().map(key).collect();
    order.par_sort_unstable_by(|left, right| {
        let bytes = |key: &SortKey| (key.head, key.first_bytes);
        let texts = || terms.tail(left.term).cmp(terms.tail(right.term));
        bytes(left).cmp(&bytes(right)).then_with(texts).then(left.term.cmp(&right.term))
    });
    order
}

/// The first eight bytes as a number that orders as they do; shorter texts are filled with zeros.
fn first_bytes(text: &str) -> u64 {
    let mut bytes = [0; 8];
    let length = text.len().min(8);
    bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
    u64::from_be_bytes(bytes)
}
