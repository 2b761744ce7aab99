//! An immutable, memory-mapped picture of all batches: a dictionary of terms and, a predicate at a time, its links.

use std::borrow::Cow;
use std::path::Path;

use oxigraph::model::{NamedNodeRef, Term, TermRef};
use rust_decimal::Decimal;

use crate::model::Day;
use crate::store::{Id, StoreError};

/// A snapshot, open for reading; cheap to clone, safe to share between threads. What [`Snapshot::as_of`] returns shows
/// only what was known on that day. A snapshot may carry the derived graphs of one run on top of the source graphs.
#[derive(Clone)]
pub struct Snapshot {}

/// The default graph's statements with one predicate, each once, sorted by subject and then object.
#[derive(Clone, Copy)]
pub struct Links<'a> {
    /// Subjects.
    pub subjects: &'a [Id],
    /// Objects, one for each subject.
    pub objects: &'a [Id],
}

/// One statement of a scan.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Quad {
    /// Subject.
    pub subject: Id,
    /// Predicate.
    pub predicate: Id,
    /// Object.
    pub object: Id,
    /// The named graph; `None` when the union of all graphs was asked.
    pub graph: Option<Id>,
}

/// Which graphs a scan looks at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GraphPattern {
    /// The default graph: the union of all named graphs, every statement once.
    Union,
    /// One named graph.
    Named(Id),
    /// Every named graph, the statement once for each that holds it.
    AnyNamed,
}

/// The row where a statement was read.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub struct Origin {
    /// Hash of the batch, hexadecimal.
    pub batch: String,
    /// File as the source names it.
    pub file: String,
    /// 1-based data row (for RDF files: line).
    pub row: u64,
}

impl Snapshot {
    /// Opens a snapshot's folder: checks format version and checksums of the headers.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        todo!("{folder:?}")
    }

    /// The same snapshot as known on `day`.
    #[must_use]
    pub fn as_of(&self, day: Day) -> Self {
        todo!("{day}")
    }

    /// Statements of the default graph.
    pub fn n_statements(&self) -> u64 {
        todo!()
    }

    /// All predicates in the order of their ids.
    pub fn predicates(&self) -> &[Id] {
        todo!()
    }

    /// All named graphs in the order of their ids.
    pub fn named_graphs(&self) -> &[Id] {
        todo!()
    }

    /// The id of a term, if the snapshot (or an inline number, day, boolean) has it.
    pub fn id(&self, term: TermRef<'_>) -> Option<Id> {
        todo!("{term}")
    }

    /// The term of an id of this snapshot.
    pub fn term(&self, id: Id) -> Term {
        todo!("{id:?}")
    }

    /// The IRI, the blank node's label or the literal's lexical form.
    pub fn text(&self, id: Id) -> Cow<'_, str> {
        todo!("{id:?}")
    }

    /// The number, when the term is an integer or a decimal (or a double, exactly convertible).
    pub fn number(&self, id: Id) -> Option<Decimal> {
        todo!("{id:?}")
    }

    /// The day, when the term is an `xsd:date`, or an `xsd:dateTime` (its date part).
    pub fn day(&self, id: Id) -> Option<Day> {
        todo!("{id:?}")
    }

    /// The truth, when the term is an `xsd:boolean`.
    pub fn boolean(&self, id: Id) -> Option<bool> {
        todo!("{id:?}")
    }

    /// Every statement of the default graph with this predicate, owned where a view has to filter, borrowed otherwise.
    pub fn links(&self, predicate: NamedNodeRef<'_>) -> Vec<(Id, Id)> {
        todo!("{predicate}")
    }

    /// Statements that fit a pattern; `None` fits all. Deterministic order.
    pub fn scan(
        &self,
        subject: Option<Id>,
        predicate: Option<Id>,
        object: Option<Id>,
        graph: GraphPattern,
    ) -> impl Iterator<Item = Quad> + Send + 'static {
        let _ = (subject, predicate, object, graph);
        std::iter::empty()
    }

    /// Objects of one subject and predicate in the default graph, in the order of their ids.
    pub fn objects(&self, subject: Id, predicate: NamedNodeRef<'_>) -> Vec<Id> {
        todo!("{subject:?} {predicate}")
    }

    /// Subjects of one predicate and object in the default graph, in the order of their ids.
    pub fn subjects(&self, predicate: NamedNodeRef<'_>, object: Id) -> Vec<Id> {
        todo!("{object:?} {predicate}")
    }

    /// Where a statement was read: every row of every batch that says it. Empty for derived statements.
    pub fn origins(&self, subject: Id, predicate: Id, object: Id) -> Vec<Origin> {
        todo!("{subject:?} {predicate:?} {object:?}")
    }
}
