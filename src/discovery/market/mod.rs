//! The market as flat arrays: what discovery reads from a snapshot once and then computes on.
//!
//! Comes in: a snapshot, already cut to what was known on the day. Leaves: typed, dense, sorted arrays. Never writes,
//! never scores. Each part can be read alone.

mod accounts;
pub mod column;
mod dealings;
mod groups;
mod identities;
mod people;
mod post_doubles;
mod purchases;
mod tenures;
mod trade;

pub use accounts::{
    AccountIndex, Accounts, Named, end_of_iri, id_of_iri, intervals, named, names, names_with, number, table,
};
pub use dealings::{Channel, Interaction, TeamRole};
pub use groups::{Cycle, Groups, Parent};
pub use identities::Identities;
pub use people::{People, PersonIndex, Persons, PostIndex, Posts};
pub use purchases::{LeftOut, Purchases};
pub use tenures::{Line, Membership, Seen, SeenRun};
pub use trade::{Due, Opportunity, Outcome, PurchaseKind, Settings, Sighting, Trade};

use oxigraph::model::NamedNodeRef;

use crate::model::Day;
use crate::store::{Id, Snapshot};

/// Everything that discovery reads, as of a day.
#[derive(Clone)]
pub struct Market {
    /// The snapshot, cut to what was known on the day.
    pub snapshot: Snapshot,
    /// The day.
    pub as_of: Day,
    /// Accounts.
    pub accounts: Accounts,
    /// Which of them belong together.
    pub groups: Groups,
    /// Their business with us.
    pub trade: Trade,
    /// Their people and ours.
    pub people: People,
}

impl Market {
    /// Reads a snapshot as known on `as_of`, with the identities that its derived graphs say.
    pub fn read(snapshot: &Snapshot, as_of: Day, settings: &Settings) -> Self {
        Self::read_with(snapshot, as_of, settings, &Identities::read(snapshot))
    }

    /// Reads a snapshot as known on `as_of`, each entity as one account or person.
    pub fn read_with(snapshot: &Snapshot, as_of: Day, settings: &Settings, identities: &Identities) -> Self {
        let snapshot = snapshot.as_of(as_of);
        let accounts = Accounts::read_with(&snapshot, identities);
        let ((groups, trade), people) = rayon::join(
            || {
                rayon::join(
                    || Groups::read(&snapshot, &accounts, as_of, settings.minimum_share),
                    || Trade::read(&snapshot, &accounts, as_of, settings),
                )
            },
            || People::read(&snapshot, &accounts, as_of),
        );
        Self { as_of, accounts, groups, trade, people, snapshot }
    }

    /// The record from which the market knows what a predicate says of an account.
    pub fn speaker(&self, account: AccountIndex, predicate: NamedNodeRef<'_>) -> Id {
        self.accounts.identities.speaker(&self.snapshot, self.accounts.ids[account.index()], predicate)
    }
}
