//! A market with planted truth, from a seed and a size.
//!
//! In: [`Settings`] and a folder. Out: the files of five source systems with their defects, a mapping for each, and
//! beside them `truth/`: what was planted and why. The same settings give the same bytes; a bigger market begins with
//! the accounts of the smaller one. Never reads a clock, never keeps more than one account in memory: time is linear in
//! the rows, memory constant.
//!
//! An account is computed from the seed and its number alone: [`accounts`] (who it is), [`chart`] and [`events`] (its
//! posts, who held them, what changed), [`coverage`] (who of ours met whom), [`trade`] and [`opportunities`] (what it
//! buys). [`plan`] says what is planted where, [`scale`] how a
//! market of so many relations is made up; [`write()`] turns it into files. Companies and persons are made up.

pub mod accounts;
pub mod chart;
pub mod coverage;
pub mod dice;
pub mod employees;
pub mod events;
pub mod names;
pub mod opportunities;
pub mod plan;
pub mod posts;
pub mod products;
pub mod scale;
pub mod trade;
pub mod truth;
pub mod words;
pub mod write;

use crate::model::Day;

pub use write::{Written, write};

/// The seed and the size of a market.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// Seed of all dice.
    pub seed: u64,
    /// How many relations the market is to have (see [`scale`]); `None`: as many as its accounts bring.
    pub relations: Option<u64>,
    /// Accounts, at most. Forty accounts have one of each plant; fewer have some of them.
    pub accounts: u32,
    /// Months of history, at least 24.
    pub months: u32,
    /// Employees of ours, at least [`employees::FEWEST`].
    pub employees: u32,
    /// The last day on which anything happens.
    pub until: Day,
    /// Damaged rows in a thousand, in the tables that have damage.
    pub defects: u32,
}

/// Why a market could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SyntheticError {
    /// A file or folder.
    #[error("cannot write {path}")]
    Write {
        /// Which.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A folder that holds something already.
    #[error("cannot write a market into {path}: it is not empty\nhint: name a new folder")]
    FolderInUse {
        /// Which.
        path: String,
    },
    /// Settings that make no market.
    #[error("a market needs at least 24 months and 1 account, found {months} months and {accounts} accounts")]
    Size {
        /// Months asked for.
        months: u32,
        /// Accounts asked for.
        accounts: u32,
    },
}

impl Default for Settings {
    fn default() -> Self {
        let until = Day::from_ymd(2025, 6, 30).unwrap_or(Day::MIN);
        Self { seed: 7, relations: None, accounts: 120, months: 30, employees: 14, until, defects: 12 }
    }
}

impl Settings {
    /// The first day of the history.
    pub fn first_day(&self) -> Day {
        (self.until + 1).plus_months(-(self.months as i32))
    }

    fn check(&self) -> Result<(), SyntheticError> {
        let Self { months, accounts, .. } = *self;
        if months < 24 || accounts == 0 { Err(SyntheticError::Size { months, accounts }) } else { Ok(()) }
    }
}
