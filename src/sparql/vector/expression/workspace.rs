//! What a thread keeps while it computes an expression: values that have no id yet, and results by argument.
//!
//! A column holds ids. A value that no id can hold (a string, a double) stands in a list here, and its place is the id
//! until the column leaves the expression: only then is it spelled and looked up. One list lasts for a batch, the other
//! as long as the results that are remembered by the id of their argument.

use std::borrow::Cow;

use spareval::ExpressionTerm as Value;

use super::memo::Memo;
use super::value::{id_of, inline_id, respelled, value_of};
use crate::sparql::vector::Terms;
use crate::store::Id;

/// Tags of places in the lists; the store gives none with them.
const PASSING: u64 = 13 << 60;
const REMEMBERED: u64 = 14 << 60;
const TAG: u64 = 15 << 60;

/// Values that are remembered at most, over all parts of the expression, and places for results.
const MOST_REMEMBERED: usize = 1 << 17;
const MOST_PLACES: usize = 1 << 22;

/// Whether the id is a place in one of the lists.
pub(super) fn is_passing(id: Id) -> bool {
    matches!(id.bits() & TAG, PASSING | REMEMBERED)
}

/// Lists of values, and results by argument.
#[derive(Default)]
pub(super) struct Workspace {
    passing: Vec<Value>,
    remembered: Vec<Value>,
    /// The ids of remembered values that have left the expression before; [`Id::NONE`] for those that have not.
    spelled: Vec<Id>,
    /// For each part of the expression that is remembered, its results by the id of the variable.
    results: Vec<Memo>,
}

impl Workspace {
    /// Forgets what belongs to the batch before, and everything when it has become much.
    pub fn start_batch(&mut self, n_remembering: usize) {
        self.passing.clear();
        let n_places = self.results.iter().map(Memo::len).sum::<usize>();
        if n_places > MOST_PLACES || self.remembered.len() > MOST_REMEMBERED {
            self.results.clear();
            self.remembered.clear();
            self.spelled.clear();
        }
        self.results.resize_with(n_remembering, Memo::default);
    }

    /// The id of a value, for this batch.
    pub fn pass(&mut self, value: Option<Value>) -> Id {
        let Some(value) = value else { return Id::NONE };
        inline_id(&value).unwrap_or_else(|| {
            self.passing.push(value);
            Id::from_bits(PASSING | (self.passing.len() as u64 - 1))
        })
    }

    /// The results of a part.
    pub fn results(&mut self, part: usize) -> &mut Memo {
        &mut self.results[part]
    }

    /// Remembers the result of a part for an argument.
    pub fn remember(&mut self, part: usize, argument: Id, result: Option<Value>) -> Id {
        let id = match result {
            None => Id::NONE,
            Some(value) => inline_id(&value).unwrap_or_else(|| {
                self.remembered.push(value);
                self.spelled.push(Id::NONE);
                Id::from_bits(REMEMBERED | (self.remembered.len() as u64 - 1))
            }),
        };
        self.results[part].set(argument, id);
        id
    }

    /// The value of an id, whoever gave it.
    pub fn value(&self, id: Id, terms: &Terms) -> Option<Cow<'_, Value>> {
        let place = (id.bits() & !TAG) as usize;
        match id.bits() & TAG {
            PASSING => self.passing.get(place).map(Cow::Borrowed),
            REMEMBERED => self.remembered.get(place).map(Cow::Borrowed),
            _ => value_of(id, terms).map(Cow::Owned),
        }
    }

    /// The id with which a value leaves the expression: that of its own spelling.
    pub fn leave(&mut self, id: Id, terms: &Terms) -> Id {
        let place = (id.bits() & !TAG) as usize;
        match id.bits() & TAG {
            PASSING => id_of(self.passing[place].clone(), terms),
            REMEMBERED => {
                if self.spelled[place] == Id::NONE {
                    self.spelled[place] = id_of(self.remembered[place].clone(), terms);
                }
                self.spelled[place]
            }
            _ if id == Id::NONE => id,
            _ => respelled(id, terms),
        }
    }
}
