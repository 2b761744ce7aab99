//! The market as flat arrays: what discovery reads from a snapshot once and then computes on.
//!
//! Comes in: a snapshot, already cut to what was known on the day. Leaves: typed, dense, sorted arrays. Never writes,
//! never scores. Each part can be read alone.

mod accounts;
pub mod column;
mod dealings;
mod groups;
mod people;
mod purchases;
mod tenures;
mod trade;

pub use accounts::{AccountIndex, Accounts, Named, end_of_iri, id_of_iri, intervals, named, names, number, table};
pub use dealings::{Channel, Interaction, TeamRole};
pub use groups::{Cycle, Groups, Parent};
pub use people::{People, PersonIndex, Persons, PostIndex, Posts};
pub use purchases::{LeftOut, Purchases};
pub use tenures::{Line, Membership, Seen, SeenRun};
pub use trade::{Due, Opportunity, Outcome, PurchaseKind, Settings, Sighting, Trade};

use crate::model::Day;
use crate::store::Snapshot;

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
    /// Reads a snapshot as known on `as_of`.
    pub fn read(snapshot: &Snapshot, as_of: Day, settings: &Settings) -> Self {
        let snapshot = snapshot.as_of(as_of);
        let accounts = Accounts::read(&snapshot);
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
}
