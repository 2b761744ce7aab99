//! `kagraph evaluate`: what is found against what is known to be true.

use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, Subcommand};
use rustc_hash::FxHashMap;

use crate::cli::resolve::identity_failure;
use crate::cli::stdout::put;
use crate::error::Failure;
use crate::evaluation::identity::{TruthError, report, truth_of};
use crate::identity::{RecordTable, Resolution, Settings};

/// Compares what is found with what is known to be true.
#[derive(Args, Debug)]
pub struct Evaluate {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    Identity(Identity),
}

/// Which records are one company or person.
#[derive(Args, Debug)]
struct Identity {
    /// Files of records, each a source.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// A file with a column entity (or cluster, cluster_id) and the records' keys under the names that they have in the
    /// data; or, with a leading =, the column of the data that says the entity.
    #[arg(long, value_name = "FILE|=COLUMN")]
    truth: String,
    /// Writes one line of comma-separated values, under this name, in the place of the report.
    #[arg(long, value_name = "NAME")]
    csv: Option<String>,
    /// Shows so many errors of each kind.
    #[arg(long, default_value_t = 5)]
    examples: usize,
}

impl Evaluate {
    /// Writes the report on stdout.
    pub fn run(&self) -> Result<(), Failure> {
        let What::Identity(identity) = &self.what;
        identity.run()
    }
}

impl Identity {
    fn run(&self) -> Result<(), Failure> {
        let mut table = RecordTable::read(&self.files).map_err(identity_failure)?;
        let truth = match self.truth.strip_prefix('=') {
            Some(column) => table
                .take_column(column)
                .map(|it| it.cells)
                .ok_or_else(|| Failure::User(TruthError::NoColumn { column: column.to_owned() }.into()))?,
            None => {
                let truth = RecordTable::read(&[&self.truth]).map_err(identity_failure)?;
                truth_of(&table, &truth).map_err(|error| Failure::User(error.into()))?
            }
        };
        let mut numbers: FxHashMap<&str, u32> = FxHashMap::default();
        let truth: Vec<Option<u32>> = truth
            .iter()
            .map(|entity| {
                let next = numbers.len() as u32;
                (!entity.is_empty()).then(|| *numbers.entry(entity).or_insert(next))
            })
            .collect();
        let begun = Instant::now();
        let resolution = Resolution::of(&table, &Settings::default());
        let seconds = begun.elapsed().as_secs_f64();
        let report = report(&table, &resolution, &truth, self.examples);
        match &self.csv {
            Some(name) => put(&format!("{}\n", report.csv_line(name))),
            None => put(&format!("{report}\nresolved in {seconds:.1} s\n")),
        }
    }
}
