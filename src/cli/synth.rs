//! `kagraph synth`: makes a market with planted truth.

use std::path::PathBuf;

use clap::Args;

use crate::error::Failure;
use crate::model::Day;
use crate::synthetic::{self, Settings, SyntheticError, Written, scale};

/// Makes a market with planted truth: five source systems with defects, their mappings, and what should be found.
#[derive(Args, Debug)]
pub struct Synth {
    /// New or empty folder to write into.
    folder: PathBuf,
    /// Seed of all dice.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Relations, such as 10M: statements of the graph that the files become. The market then has a long tail of small
    /// accounts, so that size and not number of accounts is given.
    #[arg(long, value_name = "N", value_parser = scale::relations, conflicts_with = "accounts")]
    relations: Option<u64>,
    /// Accounts; every forty have one of each plant.
    #[arg(long, default_value_t = 120)]
    accounts: u32,
    /// Months of history, at least 24.
    #[arg(long, default_value_t = 30)]
    months: u32,
    /// Employees of ours, at least 8; without it 14, with --relations one for every 20,000.
    #[arg(long)]
    employees: Option<u32>,
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
        let written = synthetic::write(&self.settings(), &self.folder).map_err(failure)?;
        print(&written);
        Ok(())
    }

    fn settings(&self) -> Settings {
        let Self { seed, accounts, months, until, defects, .. } = *self;
        let sized = match self.relations {
            Some(relations) => Settings::of_relations(relations),
            None => Settings { accounts, ..Settings::default() },
        };
        let employees = self.employees.unwrap_or(sized.employees);
        Settings { seed, months, employees, until, defects, ..sized }
    }
}

fn failure(error: SyntheticError) -> Failure {
    match error {
        SyntheticError::Write { .. } => Failure::Internal(error.into()),
        SyntheticError::Size { .. } | SyntheticError::FolderInUse { .. } => Failure::User(error.into()),
    }
}

fn print(written: &Written) {
    println!("{} relations (statements of the graph), to within some percent", written.relations);
    for (title, rows) in [("rows", &written.rows), ("planted", &written.planted), ("defects", &written.defects)] {
        println!("{title}");
        for (what, n) in rows {
            println!("{n:>10}  {what}");
        }
    }
}
