//! `kagraph discover`: finds and publishes, from the batches that are there.

use clap::Args;

use crate::cli::days::today;
use crate::cli::failure::{pipeline_failure, store_failure};
use crate::cli::journal::noted;
use crate::cli::memory::MemoryArgument;
use crate::cli::settings_file::{Loaded, SettingsArgument};
use crate::cli::stdout::{put, say};
use crate::cli::workspace::WorkspaceArgument;
use crate::error::Failure;
use crate::model::Day;
use crate::pipeline::{self, Asked};
use crate::store::{Workspace, Writing};

/// For which days.
#[derive(Args, Debug, Clone)]
pub struct DayArguments {
    /// The day as of which findings hold (default: the last day with activity in the data).
    #[arg(long, value_name = "DAY")]
    as_of: Option<Day>,
    /// The day since which changes are told (default: as long before as settings say).
    #[arg(long, value_name = "DAY")]
    since: Option<Day>,
}

/// Builds if needed, finds, and publishes a run.
#[derive(Args, Debug)]
pub struct Discover {
    #[command(flatten)]
    workspace: WorkspaceArgument,
    #[command(flatten)]
    days: DayArguments,
    #[command(flatten)]
    memory: MemoryArgument,
    #[command(flatten)]
    settings: SettingsArgument,
}

impl Discover {
    /// Discovers and prints the summary.
    pub fn run(&self) -> Result<(), Failure> {
        let settings = self.settings.load()?;
        let workspace = self.workspace.open()?;
        let writing = workspace.write().map_err(store_failure)?;
        let writing = self.memory.bound(writing, settings.for_pipeline().load);
        noted("discover", &writing, || discover_and_publish(&workspace, &writing, &self.days, &settings))
    }
}

/// Builds if needed, finds, publishes, and prints the summary and where the files are.
pub fn discover_and_publish(
    workspace: &Workspace,
    writing: &Writing<'_>,
    days: &DayArguments,
    settings: &Loaded,
) -> Result<(), Failure> {
    let asked = Asked { as_of: days.as_of, since: days.since, today: today()? };
    let run = pipeline::discover_and_publish(workspace, writing, &asked, &settings.for_pipeline());
    let published = run.map_err(pipeline_failure)?;
    put(&pipeline::summary(&published))?;
    say!("\nwritten to {}", published.folder.display());
    Ok(())
}
