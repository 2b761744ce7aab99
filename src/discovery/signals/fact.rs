//! From what was measured back to the rows: facts with their origins.

use std::ops::Range;

use oxigraph::model::NamedNodeRef;

use crate::discovery::signals::Context;
use crate::evidence::{Fact, Facts};
use crate::ontology as o;
use crate::store::{Id, Snapshot};

/// At most this many facts are shown.
const SHOWN: usize = 10;

impl Context<'_> {
    /// Facts of one predicate about subjects that come the most telling first; `n_facts` is how many there are.
    pub fn facts_about(
        &self,
        subjects: impl IntoIterator<Item = Id>,
        predicate: NamedNodeRef<'_>,
        n_facts: usize,
    ) -> Facts {
        let snapshot = &self.market.snapshot;
        let about = subjects
            .into_iter()
            .filter_map(|subject| fact(snapshot, subject, predicate, *snapshot.objects(subject, predicate).first()?));
        Facts { n_facts: n_facts as u64, shown: about.take(SHOWN).collect() }
    }

    /// The largest purchases of runs, as facts about `predicate`.
    pub fn largest_purchases(&self, runs: &[Range<usize>], predicate: NamedNodeRef<'_>) -> Facts {
        let purchases = &self.market.trade.purchases;
        let mut rows: Vec<usize> = runs.iter().flat_map(Clone::clone).collect();
        let n_facts = rows.len();
        let larger = |row: &usize| (std::cmp::Reverse(purchases.amounts[*row].abs()), purchases.ids[*row]);
        if rows.len() > SHOWN {
            rows.select_nth_unstable_by_key(SHOWN - 1, larger);
            rows.truncate(SHOWN);
        }
        rows.sort_unstable_by_key(larger);
        self.facts_about(rows.into_iter().map(|row| purchases.ids[row]), predicate, n_facts)
    }

    /// One purchase for each distinct place of a column (the largest one), the places in the order of spend.
    pub fn largest_by_place(&self, runs: &[Range<usize>], column: &[u32], predicate: NamedNodeRef<'_>) -> Facts {
        let purchases = &self.market.trade.purchases;
        let rows =
            runs.iter().flat_map(Clone::clone).filter(|row| column[*row] != crate::discovery::market::column::NONE);
        let mut keyed: Vec<_> =
            rows.map(|row| (column[row], std::cmp::Reverse(purchases.amounts[row]), purchases.ids[row])).collect();
        keyed.sort_unstable();
        keyed.dedup_by_key(|key| key.0);
        keyed.sort_unstable_by_key(|key| (key.1, key.2));
        let n_facts = keyed.len();
        self.facts_about(keyed.into_iter().map(|key| key.2), predicate, n_facts)
    }
}

/// That the prospect's accounts are there at all: what an absence rests on.
pub fn account_facts(context: &Context<'_>, place: usize) -> Facts {
    let members = &context.at(place).members;
    let ids = members.iter().map(|member| context.market.accounts.ids[member.index()]);
    let snapshot = &context.market.snapshot;
    let class = snapshot.id(o::ACCOUNT.into());
    let facts = ids.filter_map(|id| fact(snapshot, id, o::RDF_TYPE, class?));
    Facts { n_facts: members.len() as u64, shown: facts.take(SHOWN).collect() }
}

/// A statement with its origins.
pub fn fact(snapshot: &Snapshot, subject: Id, predicate: NamedNodeRef<'_>, object: Id) -> Option<Fact> {
    Facts::read(snapshot, &[(subject, predicate, object)]).shown.pop()
}
