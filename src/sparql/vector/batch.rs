//! Solutions in columns of ids, and the table of terms that a query computes.
//!
//! Equality of ids is `sameTerm`: a term is the snapshot's id or the value itself where there is one, and otherwise a
//! place in the query's own table, where each term stands once. Costs one look-up in the dictionary for each computed
//! term that is no number, day or truth; numbers, days and truths cost nothing.

use std::hash::BuildHasher;
use std::sync::{PoisonError, RwLock};

use hashbrown::HashTable;
use oxigraph::model::Term;
use rustc_hash::FxBuildHasher;

use crate::store::{Id, Snapshot};

/// The tag of ids in the query's own table; the store gives none with it.
const COMPUTED: u64 = 12 << 60;

/// Rows of a query: one column a variable, all of the same length; [`Id::NONE`] where the variable is unbound.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::sparql) struct Batch {
    /// One for each slot of the plan.
    pub columns: Vec<Vec<Id>>,
    /// Rows; the columns of a batch without columns have a length too.
    pub len: usize,
}

/// What the ids of one query stand for; shared by all threads that work on it.
pub(in crate::sparql) struct Terms {
    snapshot: Snapshot,
    computed: RwLock<Computed>,
}

#[derive(Default)]
struct Computed {
    terms: Vec<Term>,
    places: HashTable<u32>,
}

impl Terms {
    /// No computed terms yet.
    pub fn new(snapshot: Snapshot) -> Self {
        Self { snapshot, computed: RwLock::default() }
    }

    /// The snapshot that gave all other ids.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The id of a term: the snapshot's or the value itself if there is one, otherwise a place in the table.
    pub fn intern(&self, term: Term) -> Id {
        if let Some(id) = self.snapshot.id(term.as_ref()) {
            return id;
        }
        let mut computed = self.computed.write().unwrap_or_else(PoisonError::into_inner);
        Id::from_bits(COMPUTED | u64::from(computed.place(term)))
    }

    /// The term of an id; nothing for an unbound variable.
    pub fn term(&self, id: Id) -> Option<Term> {
        if id == Id::NONE {
            return None;
        }
        match id.bits().checked_sub(COMPUTED) {
            Some(place) if place <= u64::from(u32::MAX) => {
                let computed = self.computed.read().unwrap_or_else(PoisonError::into_inner);
                computed.terms.get(place as usize).cloned()
            }
            _ => Some(self.snapshot.term(id)),
        }
    }
}

impl Computed {
    fn place(&mut self, term: Term) -> u32 {
        let hash = FxBuildHasher.hash_one(&term);
        let terms = &self.terms;
        if let Some(&at) = self.places.find(hash, |&at| terms[at as usize] == term) {
            return at;
        }
        let at = self.terms.len() as u32;
        self.terms.push(term);
        let terms = &self.terms;
        self.places.insert_unique(hash, at, |&at| FxBuildHasher.hash_one(&terms[at as usize]));
        at
    }
}
