//! How a term is kept: a head that many terms share, and a tail of its own.
//!
//! The head of an IRI ends with its last `/` or `#`, that of a blank node with its first `-` (the batch's own mark), that
//! of a literal is its datatype or language. Dictionaries are sorted by kind, head and tail and store each head once,
//! which makes them several times smaller than the terms written out and their look-up a search among short texts.

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
