//! How a term is kept: a head that many terms share, and a tail of its own.
//!
//! The head of an IRI ends with its last `/` or `#`, that of a blank node with its first `-` (the batch's own mark), that
//! of a literal is its datatype or language. Each head is kept once, which makes lists of terms several times smaller
//! than the terms written out and their comparison one among short texts.

use oxigraph::model::TermRef;

use crate::mapping::TermText;

/// What kind of term.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub(in crate::store) enum Kind {
    Iri,
    Blank,
    Typed,
    Lang,
}

/// A term as head and tail.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(in crate::store) struct Key<'a> {
    pub kind: Kind,
    pub head: &'a str,
    pub tail: &'a str,
}

impl Kind {
    pub fn from_number(number: u8) -> Option<Self> {
        [Self::Iri, Self::Blank, Self::Typed, Self::Lang].get(usize::from(number)).copied()
    }
}

impl<'a> Key<'a> {
    pub fn of(term: TermText<'a>) -> Self {
        match term {
            TermText::Iri(iri) => Self::split(Kind::Iri, iri, iri.rfind(['/', '#'])),
            TermText::Blank(label) => Self::split(Kind::Blank, label, label.find('-')),
            TermText::Typed(lexical, datatype) => Self { kind: Kind::Typed, head: datatype, tail: lexical },
            TermText::Lang(lexical, language) => Self { kind: Kind::Lang, head: language, tail: lexical },
        }
    }

    fn split(kind: Kind, text: &'a str, last_of_head: Option<usize>) -> Self {
        let (head, tail) = text.split_at(last_of_head.map_or(0, |at| at + 1));
        Self { kind, head, tail }
    }
}

/// A term as dictionaries keep it: kind, datatype or language (empty for nodes), and text.
pub(in crate::store) fn named(term: TermText<'_>) -> (Kind, &str, &str) {
    match term {
        TermText::Iri(iri) => (Kind::Iri, "", iri),
        TermText::Blank(label) => (Kind::Blank, "", label),
        TermText::Typed(lexical, datatype) => (Kind::Typed, datatype, lexical),
        TermText::Lang(lexical, language) => (Kind::Lang, language, lexical),
    }
}

/// The same term as mapping writes it; language tags are expected in lower case.
pub(in crate::store) fn text_of<'a>(term: TermRef<'a>) -> TermText<'a> {
    match term {
        TermRef::NamedNode(node) => TermText::Iri(node.as_str()),
        TermRef::BlankNode(node) => TermText::Blank(node.as_str()),
        TermRef::Literal(literal) => match literal.language() {
            Some(language) => TermText::Lang(literal.value(), language),
            None => TermText::Typed(literal.value(), literal.datatype().as_str()),
        },
    }
}
