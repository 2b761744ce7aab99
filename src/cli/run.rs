//! `kagraph run`: load, build, discover and publish in one go.

use clap::Args;

use crate::cli::discover::{DayArguments, discover_and_publish};
use crate::cli::failure::store_failure;
use crate::cli::journal::noted;
use crate::cli::load::DataArguments;
use crate::cli::memory::MemoryArgument;
use crate::cli::settings_file::SettingsArgument;
use crate::error::Failure;

/// Does everything in one go: load → build → discover → publish. Can be repeated; what is done already is skipped.
#[derive(Args, Debug)]
pub struct Run {
    #[command(flatten)]
    data: DataArguments,
    #[command(flatten)]
    days: DayArguments,
    #[command(flatten)]
    memory: MemoryArgument,
    #[command(flatten)]
    settings: SettingsArgument,
}

impl Run {
    /// Runs and prints the summary.
    pub fn run(&self) -> Result<(), Failure> {
        let settings = self.settings.load()?;
        let load = settings.for_pipeline().load;
        let (workspace, data) = match self.data.as_workspace()? {
            Some(workspace) => (workspace, None),
            None => {
                let data = self.data.data()?;
                (data.workspace()?, Some(data))
            }
        };
        let writing = workspace.write().map_err(store_failure)?;
        let writing = self.memory.bound(writing, load);
        noted("run", &writing, || {
            data.iter().try_for_each(|data| data.load(&writing, load))?;
            discover_and_publish(&workspace, &writing, &self.days, &settings)
        })
    }
}
