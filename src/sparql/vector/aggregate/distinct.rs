//! What `DISTINCT` lets through: each value once a group.

use hashbrown::HashMap;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use spareval::ExpressionTerm as Value;

use crate::sparql::vector::Terms;
use crate::sparql::vector::expression::{respelled, value_of};
use crate::store::{Id, Inline};

/// The values that each group has seen.
pub(super) struct Distinct {
    seen: FxHashSet<(u32, Id)>,
    /// In the order in which they were seen.
    order: Vec<(u32, Id)>,
    /// One id for all ids of equal values; nothing when terms are told apart by their spelling.
    values: Option<Values>,
}

/// One id for each value, such as that of the first of several instants that are the same.
#[derive(Default)]
struct Values {
    by_id: FxHashMap<Id, Id>,
    by_value: HashMap<Value, Id, FxBuildHasher>,
}

impl Distinct {
    /// Terms are the same when they are spelled the same.
    pub fn by_term() -> Self {
        Self { seen: FxHashSet::default(), order: Vec::new(), values: None }
    }

    /// Terms are the same when their values are.
    pub fn by_value() -> Self {
        Self { values: Some(Values::default()), ..Self::by_term() }
    }

    /// Whether the group has not seen the value before.
    pub fn insert(&mut self, group: u32, id: Id, terms: &Terms) -> bool {
        let key = self.values.as_mut().map_or(id, |values| values.representative(id, terms));
        let is_new = self.seen.insert((group, key));
        if is_new {
            self.order.push((group, id));
        }
        is_new
    }

    /// All groups with their values, in the order in which they were seen.
    pub fn into_pairs(self) -> impl Iterator<Item = (u32, Id)> {
        self.order.into_iter()
    }
}

impl Values {
    fn representative(&mut self, id: Id, terms: &Terms) -> Id {
        match id.inline() {
            Some(Inline::DateTime { .. }) | None if id.is_literal() => {}
            _ => return respelled(id, terms),
        }
        if let Some(&known) = self.by_id.get(&id) {
            return known;
        }
        let value = value_of(id, terms);
        let known = value.map_or(id, |value| *self.by_value.entry(value).or_insert_with(|| respelled(id, terms)));
        self.by_id.insert(id, known);
        known
    }
}
