//! `kagraph synth`: makes a market with planted truth.

use std::path::PathBuf;

use clap::Args;

use crate::error::Failure;
use crate::model::Day;
use crate::synthetic::{self, Settings, SyntheticError, Written};

/// Makes a market with planted truth: five source systems with defects, their mappings, and what should be found.
#[derive(Args, Debug)]
pub struct Synth {
    /// New or empty folder to write into.
    folder: PathBuf,
    /// Seed of all dice.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Accounts; every forty have one of each plant.
    #[arg(long, default_value_t = 120)]
    accounts: u32,
    /// Months of history, at least 24.
    #[arg(long, default_value_t = 30)]
    months: u32,
    /// Employees of ours, at least 8.
    #[arg(long, default_value_t = 14)]
    employees: u32,
    /// The last day on which anything happens.
    #[arg(long, default_value = "2025-06-30")]
    until: Day,
    /// Damaged rows in a thousand, in the tables that have damage.
    #[arg(long, default_value_t = 12)]
    defects: u32,
}

impl Synth {
    /// Writes the market; prints rows, plants and defects.
    pub fn run(&self) -> Result<(), Failure> {
        let Self { seed, accounts, months, employees, until, defects, .. } = *self;
        let settings = Settings { seed, accounts, months, employees, until, defects };
        let written = synthetic::write(&settings, &self.folder).map_err(failure)?;
        print(&written);
        Ok(())
    }
}

fn failure(error: SyntheticError) -> Failure {
    match error {
        SyntheticError::Write { .. } => Failure::Internal(error.into()),
        SyntheticError::Size { .. } | SyntheticError::FolderInUse { .. } => Failure::User(error.into()),
    }
}

fn print(written: &Written) {
    for (title, rows) in [("rows", &written.rows), ("planted", &written.planted), ("defects", &written.defects)] {
        println!("{title}");
        for (what, n) in rows {
            println!("{n:>10}  {what}");
        }
    }
}
