//! What mapping produces: a chunk of statements with their own small term table, ready to be appended to a batch.
//!
//! A chunk holds the statements of some thousand consecutive rows of one file. Its terms stand once each in the order
//! of their first use, so that whoever appends it looks up a term once a chunk and not once a statement. Chunks are
//! produced in parallel and appended in the order of the rows.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use crate::model::Day;

/// The place of a term in its chunk's table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LocalTerm(u32);

impl LocalTerm {
    /// The place as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A borrowed RDF term.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TermText<'a> {
    /// An absolute IRI.
    Iri(&'a str),
    /// A blank node, its label unique within the batch.
    Blank(&'a str),
    /// A literal: lexical form as it is to come out again, datatype IRI.
    Typed(&'a str, &'a str),
    /// A string with a language tag, lower case.
    Lang(&'a str, &'a str),
}

/// One statement: who says what of whom, where it was read and from which day on it was known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Statement {
    /// Subject.
    pub subject: LocalTerm,
    /// Predicate, an IRI.
    pub predicate: LocalTerm,
    /// Object.
    pub object: LocalTerm,
    /// The named graph; `None` is the source's own graph.
    pub graph: Option<LocalTerm>,
    /// 1-based data row (for RDF files: line) in the chunk's file.
    pub row: u64,
    /// From which day on the statement was known.
    pub known: Known,
}

/// From which day on a statement was known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Known {
    /// Master data without a date: holds on any day asked for.
    Always,
    /// From this day on, as the row itself says.
    On(Day),
    /// From the day on which the batch was loaded.
    OnLoad,
}

/// The statements of a run of rows of one file, with their terms.
#[derive(Default, Debug)]
pub struct Statements {
    text: String,
    terms: Vec<TermSpan>,
    lookup: HashTable<u32>,
    /// The statements in the order of their rows.
    pub statements: Vec<Statement>,
}

/// A state of a chunk.
#[derive(Clone, Copy, Debug)]
pub(in crate::mapping) struct Mark {
    n_statements: usize,
    n_terms: usize,
}

#[derive(Clone, Copy, Debug)]
struct TermSpan {
    kind: Kind,
    start: u32,
    middle: u32,
    end: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Kind {
    Iri,
    Blank,
    Typed,
    Lang,
}

impl Statements {
    /// The place of `term`, entered at its first use.
    pub fn term(&mut self, term: TermText<'_>) -> LocalTerm {
        let hash = hash_of(term);
        let (text, terms) = (&self.text, &self.terms);
        let known = self.lookup.find(hash, |&at| resolve(text, terms[at as usize]) == term);
        if let Some(&at) = known {
            return LocalTerm(at);
        }
        self.enter(term, hash)
    }

    /// The term at a place.
    pub fn resolve(&self, term: LocalTerm) -> TermText<'_> {
        resolve(&self.text, self.terms[term.index()])
    }

    /// All terms in the order of their places.
    pub fn terms(&self) -> impl ExactSizeIterator<Item = TermText<'_>> {
        self.terms.iter().map(|span| resolve(&self.text, *span))
    }

    /// How far the chunk is filled, to come back to with [`Self::rewind`].
    pub(in crate::mapping) fn mark(&self) -> Mark {
        Mark { n_statements: self.statements.len(), n_terms: self.terms.len() }
    }

    /// Takes back every statement and term that came after `mark`.
    pub(in crate::mapping) fn rewind(&mut self, mark: Mark) {
        self.statements.truncate(mark.n_statements);
        while self.terms.len() > mark.n_terms {
            let at = self.terms.len() - 1;
            let hash = hash_of(resolve(&self.text, self.terms[at]));
            if let Ok(entry) = self.lookup.find_entry(hash, |&it| it as usize == at) {
                entry.remove();
            }
            self.text.truncate(self.terms[at].start as usize);
            self.terms.pop();
        }
    }

    fn enter(&mut self, term: TermText<'_>, hash: u64) -> LocalTerm {
        let (kind, first, second) = match term {
            TermText::Iri(iri) => (Kind::Iri, iri, ""),
            TermText::Blank(label) => (Kind::Blank, label, ""),
            TermText::Typed(lexical, datatype) => (Kind::Typed, lexical, datatype),
            TermText::Lang(lexical, language) => (Kind::Lang, lexical, language),
        };
        let start = self.text.len() as u32;
        self.text.push_str(first);
        let middle = self.text.len() as u32;
        self.text.push_str(second);
        let end = self.text.len() as u32;
        let at = self.terms.len() as u32;
        self.terms.push(TermSpan { kind, start, middle, end });
        let (text, terms) = (&self.text, &self.terms);
        self.lookup.insert_unique(hash, at, |&at| hash_of(resolve(text, terms[at as usize])));
        LocalTerm(at)
    }
}

/// Without datatype and language: they are long, and tell few literals apart.
fn hash_of(term: TermText<'_>) -> u64 {
    let (TermText::Iri(text) | TermText::Blank(text) | TermText::Typed(text, _) | TermText::Lang(text, _)) = term;
    FxBuildHasher.hash_one(text)
}

fn resolve(text: &str, span: TermSpan) -> TermText<'_> {
    let first = &text[span.start as usize..span.middle as usize];
    let second = &text[span.middle as usize..span.end as usize];
    match span.kind {
        Kind::Iri => TermText::Iri(first),
        Kind::Blank => TermText::Blank(first),
        Kind::Typed => TermText::Typed(first, second),
        Kind::Lang => TermText::Lang(first, second),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_back_leaves_no_trace() {
        let mut chunk = Statements::default();
        chunk.term(TermText::Iri("kept"));
        let mark = chunk.mark();
        let again = chunk.term(TermText::Iri("kept"));
        let gone = chunk.term(TermText::Typed("gone", "x"));
        let statement =
            Statement { subject: again, predicate: again, object: gone, graph: None, row: 1, known: Known::Always };
        chunk.statements.push(statement);
        chunk.rewind(mark);
        assert_eq!((chunk.statements.len(), chunk.terms().collect::<Vec<_>>()), (0, vec![TermText::Iri("kept")]));
        assert_eq!((chunk.term(TermText::Iri("new")).index(), chunk.term(TermText::Iri("kept")).index()), (1, 0));
    }

    #[test]
    fn a_term_stands_once_however_often_it_is_used() {
        let mut chunk = Statements::default();
        let used = [TermText::Iri("a"), TermText::Blank("a"), TermText::Typed("a", "b"), TermText::Lang("a", "b")];
        let places: Vec<_> = used.iter().chain(&used).map(|term| chunk.term(*term)).collect();
        assert_eq!(places[..4], places[4..]);
        assert_eq!(chunk.terms().collect::<Vec<_>>(), used);
        assert!(places.iter().zip(used.iter().cycle()).all(|(place, term)| chunk.resolve(*place) == *term));
    }
}
