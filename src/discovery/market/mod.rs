//! The market as flat arrays: what discovery reads from a snapshot once and then computes on.
//!
//! Comes in: a snapshot, already cut to what was known on the day. Leaves: typed, dense, sorted arrays. Never writes,
//! never scores. Each part can be read alone.

mod accounts;
pub mod column;
mod groups;
mod purchases;
mod trade;

pub use accounts::{AccountIndex, Accounts, Named, end_of_iri, id_of_iri, intervals, named, names, number, table};
pub use groups::{Cycle, Groups, Parent};
pub use purchases::{LeftOut, Purchases};
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
}

impl Market {
    /// Reads a snapshot as known on `as_of`.
    pub fn read(snapshot: &Snapshot, as_of: Day, settings: &Settings) -> Self {
        let snapshot = snapshot.as_of(as_of);
        let accounts = Accounts::read(&snapshot);
        let (groups, trade) = rayon::join(
            || Groups::read(&snapshot, &accounts, as_of, settings.minimum_share),
            || Trade::read(&snapshot, &accounts, as_of, settings),
        );
        Self { as_of, accounts, groups, trade, snapshot }
    }
}
