//! Which records are one account, one person, as identity has found it: the market sees each entity once.
//!
//! Comes in: `ka:entity` of records and `ka:mainRecord` of entities, or the same pairs as a list. Leaves: for each record
//! the one that stands for its entity, and the records behind it. Never rewrites a statement: what another record says
//! counts where the main one says nothing. Costs a binary search a look-up.

use std::collections::BTreeMap;
use std::sync::Arc;

use oxigraph::model::NamedNodeRef;

use crate::discovery::market::column;
use crate::ontology as o;
use crate::store::{Id, Snapshot};

/// Records of one entity; cheap to clone.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Identities {
    /// Record and main record, sorted, of the records that are not the main one.
    mains: Arc<[(Id, Id)]>,
    /// Main record and record, sorted, of the same.
    others: Arc<[(Id, Id)]>,
}

impl Identities {
    /// Of pairs of a record and the main record of its entity.
    pub fn new(pairs: impl IntoIterator<Item = (Id, Id)>) -> Self {
        let mut mains: Vec<(Id, Id)> = pairs.into_iter().filter(|(record, main)| record != main).collect();
        mains.sort_unstable();
        mains.dedup_by_key(|pair| pair.0);
        let mut others: Vec<(Id, Id)> = mains.iter().map(|&(record, main)| (main, record)).collect();
        others.sort_unstable();
        Self { mains: mains.into(), others: others.into() }
    }

    /// As a snapshot's derived graphs say it.
    pub fn read(snapshot: &Snapshot) -> Self {
        let mains: BTreeMap<Id, Id> = snapshot.links(o::MAIN_RECORD).into_iter().collect();
        let records = snapshot.links(o::ENTITY_OF).into_iter();
        Self::new(records.filter_map(|(record, entity)| Some((record, *mains.get(&entity)?))))
    }

    /// Each record that another one stands for, with that one.
    pub fn pairs(&self) -> impl Iterator<Item = (Id, Id)> + '_ {
        self.mains.iter().copied()
    }

    /// Whether every record stands for itself.
    pub fn is_empty(&self) -> bool {
        self.mains.is_empty()
    }

    /// The record that stands for the entity of a record; the record itself where it is alone.
    pub fn main(&self, record: Id) -> Id {
        self.mains.binary_search_by_key(&record, |pair| pair.0).map_or(record, |place| self.mains[place].1)
    }

    /// The records that a main record stands for: itself first, the others in the order of their ids.
    pub fn records(&self, main: Id) -> impl Iterator<Item = Id> + '_ {
        let start = self.others.partition_point(|pair| pair.0 < main);
        let others = self.others[start..].iter().take_while(move |pair| pair.0 == main).map(|pair| pair.1);
        std::iter::once(main).chain(others)
    }

    /// The main records of sorted records, sorted, each once.
    #[must_use]
    pub fn fold(&self, records: Vec<Id>) -> Vec<Id> {
        if self.is_empty() {
            return records;
        }
        let mut mains: Vec<Id> = records.into_iter().map(|record| self.main(record)).collect();
        mains.sort_unstable();
        mains.dedup();
        mains
    }

    /// [`column::columns`] of entities: where the main record says nothing of a predicate, the first other that does.
    pub fn columns<const N: usize>(
        &self,
        snapshot: &Snapshot,
        mains: &[Id],
        predicates: [NamedNodeRef<'_>; N],
    ) -> [Vec<Option<Id>>; N] {
        let mut columns = column::columns(snapshot, mains, predicates);
        if self.is_empty() {
            return columns;
        }
        let records: Vec<Id> = self.mains.iter().map(|pair| pair.0).collect();
        let said = column::columns(snapshot, &records, predicates);
        for (column, said) in columns.iter_mut().zip(said) {
            for ((_, main), said) in self.mains.iter().zip(said) {
                if let Ok(place) = mains.binary_search(main) {
                    column[place] = column[place].or(said);
                }
            }
        }
        columns
    }

    /// The record of an entity that says something by a predicate: the one that [`Self::columns`] listens to.
    pub fn speaker(&self, snapshot: &Snapshot, main: Id, predicate: NamedNodeRef<'_>) -> Id {
        if self.is_empty() {
            return main;
        }
        self.records(main).find(|record| !snapshot.objects(*record, predicate).is_empty()).unwrap_or(main)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::trial::{TODAY, Trial};

    fn two_of_one() -> Trial {
        let trial = Trial::default()
            .account("a", "; schema:addressCountry 'DE'")
            .account("b", "; ka:strategicFit 0.8 ; org:subOrganizationOf id:g")
            .account("c", "");
        trial
            .sale("a", "2025-01-01", 10.0, "")
            .sale("b", "2025-02-01", 20.0, "")
            .say("id:a ka:entity id:e . id:b ka:entity id:e . id:c ka:entity id:f . id:e ka:mainRecord id:a .")
    }

    #[test]
    fn the_market_has_one_account_an_entity_with_the_business_of_all_its_records() {
        let market = two_of_one().market_on(TODAY);
        let names: Vec<&str> = market.accounts.indexes().map(|it| market.accounts.name(it)).collect();
        assert_eq!(names, ["a", "c"]);
        let first = market.accounts.indexes().next().unwrap();
        assert_eq!(market.trade.purchases.of(first).len(), 2);
        assert_eq!(market.accounts.strategic_fit[0], Some(0.8));
        assert_eq!(market.groups.names[market.groups.top_of(first) as usize], "g");
    }

    #[test]
    fn what_only_another_record_says_is_shown_with_the_row_of_that_record() {
        let said = two_of_one().ask("strategic_fit", "a");
        assert_eq!(said.reading.map(|it| it.value), Some(0.8));
        assert!(said.facts.shown[0].statement[0].ends_with("/b"), "{:?}", said.facts);
    }

    #[test]
    fn without_entities_every_record_stands_for_itself() {
        let trial = Trial::default().account("a", "").account("b", "");
        let market = trial.market_on(TODAY);
        assert!(Identities::read(&market.snapshot).is_empty());
        assert_eq!(market.accounts.len(), 2);
    }
}
