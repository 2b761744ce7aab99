//! Sorts terms by kind, by datatype or language, and by text, within the budget.
//!
//! In come terms with repetitions, each listed under the next number; out they come in order, as often as asked for.
//! Sorting compares the first eight bytes after what a term shares with many others before it looks at texts. Terms that
//! do not fit into memory go to scratch files as sorted, front-coded runs, which are merged each time they are read.

use std::cmp::Ordering;

use rayon::prelude::*;

use crate::store::StoreError;
use crate::store::build::budget::Budget;
use crate::store::build::term_merge::{Merge, Run};
use crate::store::key::{Key, Kind};
use crate::store::terms::TermList;

/// A term in its place in the order.
pub(in crate::store) struct Listed<'a> {
    pub kind: Kind,
    /// Datatype or language, empty for nodes.
    pub name: &'a str,
    pub text: &'a [u8],
    /// The number under which it was listed.
    pub number: u64,
}

/// Terms on their way to be sorted.
pub(in crate::store) struct TermRuns {
    list: TermList,
    /// The number of the first term in the list.
    first: u64,
    order: Option<Vec<SortKey>>,
    runs: Vec<Run>,
    limit: usize,
    budget: Budget,
}

#[derive(Clone, Copy)]
struct SortKey {
    first_bytes: u64,
    head: u32,
    term: u32,
}

/// Heads in the order of kind and text.
struct Heads {
    /// Of each head in the list, its place in the order.
    ranks: Vec<u32>,
    /// Of each place, the head in the list.
    heads: Vec<u32>,
    /// Of each place, where the heads that begin with this one end: only among these a longer head can come first.
    ends: Vec<u32>,
}

impl TermRuns {
    pub fn new(budget: &Budget) -> Self {
        let limit = budget.records(3, 1);
        Self { list: TermList::default(), first: 0, order: None, runs: Vec::new(), limit, budget: budget.clone() }
    }

    /// How many terms were listed.
    pub fn len(&self) -> u64 {
        self.first + self.list.len() as u64
    }

    /// Lists a term; gives its number.
    pub fn push(&mut self, key: Key<'_>) -> Result<u64, StoreError> {
        if self.list.bytes() >= self.limit {
            self.spill()?;
        }
        Ok(self.first + u64::from(self.list.push(key)?))
    }

    /// Lists all terms of another list; gives the number of the first.
    pub fn append(&mut self, list: &TermList) -> Result<u64, StoreError> {
        if self.list.len() > 0 && self.list.bytes() + list.bytes() > self.limit {
            self.spill()?;
        }
        let first = self.len();
        self.list.append(list)?;
        Ok(first)
    }

    fn spill(&mut self) -> Result<(), StoreError> {
        let list = std::mem::take(&mut self.list);
        let mut run = Run::new(&self.budget)?;
        for_each_in(&list, self.first, &sorted(&list), &mut |term| run.push(&term))?;
        self.first += list.len() as u64;
        self.runs.push(run);
        Ok(())
    }

    /// Gives all terms in order, terms that are equal in the order of their numbers.
    pub fn for_each(&mut self, take: &mut dyn FnMut(Listed<'_>) -> Result<(), StoreError>) -> Result<(), StoreError> {
        if self.runs.is_empty() {
            let order = self.order.get_or_insert_with(|| sorted(&self.list));
            return for_each_in(&self.list, 0, order, take);
        }
        if self.list.len() > 0 {
            self.spill()?;
        }
        Merge::of(&mut self.runs)?.for_each(take)
    }
}

fn for_each_in(
    list: &TermList,
    first: u64,
    order: &[SortKey],
    take: &mut dyn FnMut(Listed<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut text = Vec::new();
    for key in order {
        let Key { kind, head, tail } = list.key(key.term);
        let number = first + u64::from(key.term);
        let is_node = matches!(kind, Kind::Iri | Kind::Blank);
        if is_node {
            text.clear();
            text.extend_from_slice(head.as_bytes());
            text.extend_from_slice(tail.as_bytes());
            take(Listed { kind, name: "", text: &text, number })?;
        } else {
            take(Listed { kind, name: head, text: tail.as_bytes(), number })?;
        }
    }
    Ok(())
}

fn sorted(list: &TermList) -> Vec<SortKey> {
    let heads = Heads::of(list);
    let key = |term| SortKey {
        first_bytes: first_bytes(list.tail(term)),
        head: heads.ranks[list.group(term) as usize],
        term,
    };
    let mut order: Vec<_> = (0..list.len() as u32).into_par_iter().map(key).collect();
    order.par_sort_unstable_by(|left, right| heads.compare(list, left, right));
    order
}

impl Heads {
    fn of(list: &TermList) -> Self {
        let groups = list.groups();
        let mut heads: Vec<u32> = (0..groups.len() as u32).collect();
        heads.par_sort_unstable_by_key(|at| &groups[*at as usize]);
        let mut ranks = vec![0; heads.len()];
        (0u32..).zip(&heads).for_each(|(rank, head)| ranks[*head as usize] = rank);
        let mut ends: Vec<u32> = (1..=heads.len() as u32).collect();
        let mut open: Vec<usize> = Vec::new();
        for (rank, head) in heads.iter().enumerate() {
            let (kind, text) = &groups[*head as usize];
            let begins_with = |outer: &usize| {
                let (outer_kind, outer) = &groups[heads[*outer] as usize];
                outer_kind == kind && text.starts_with(&**outer)
            };
            while open.last().is_some_and(|outer| !begins_with(outer)) {
                open.pop();
            }
            open.iter().for_each(|outer| ends[*outer] = rank as u32 + 1);
            if matches!(kind, Kind::Iri | Kind::Blank) {
                open.push(rank);
            }
        }
        Self { ranks, heads, ends }
    }

    fn compare(&self, list: &TermList, left: &SortKey, right: &SortKey) -> Ordering {
        if left.head == right.head {
            let texts = || list.tail(left.term).cmp(list.tail(right.term));
            return left.first_bytes.cmp(&right.first_bytes).then_with(texts).then(left.term.cmp(&right.term));
        }
        if left.head > right.head {
            return self.compare(list, right, left).reverse();
        }
        if right.head >= self.ends[left.head as usize] {
            return Ordering::Less;
        }
        let head = |key: &SortKey| &*list.groups()[self.heads[key.head as usize] as usize].1;
        let rest = &head(right).as_bytes()[head(left).len()..];
        list.tail(left.term).bytes().cmp(rest.iter().copied().chain(list.tail(right.term).bytes()))
    }
}

/// The first eight bytes as a number that orders as they do; shorter texts are filled with zeros.
fn first_bytes(text: &str) -> u64 {
    let mut bytes = [0; 8];
    let length = text.len().min(8);
    bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::mapping::TermText;
    use crate::store::key::named;

    proptest! {
        #[test]
        fn terms_come_out_by_kind_name_and_text_with_any_budget(
            texts in prop::collection::vec(("[ab/#-]{0,6}", 0..4usize), 0..60), is_tiny: bool,
        ) {
            let home = tempfile::tempdir().unwrap();
            let budget = if is_tiny { Budget::tiny(home.path()) } else { Budget::unlimited() };
            let mut runs = TermRuns::new(&budget);
            let mut expected = Vec::new();
            for (text, kind) in &texts {
                let term = match kind {
                    0 => TermText::Iri(text),
                    1 => TermText::Blank(text),
                    2 => TermText::Typed(text, "urn:d"),
                    _ => TermText::Lang(text, "en"),
                };
                let number = runs.push(Key::of(term)).unwrap();
                let (kind, name, text) = named(term);
                expected.push((kind, name.to_owned(), text.as_bytes().to_vec(), number));
            }
            expected.sort();
            for _ in 0..2 {
                let mut found = Vec::new();
                runs.for_each(&mut |it| {
                    found.push((it.kind, it.name.to_owned(), it.text.to_vec(), it.number));
                    Ok(())
                }).unwrap();
                prop_assert_eq!(&found, &expected);
            }
        }
    }
}
