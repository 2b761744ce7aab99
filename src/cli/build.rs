//! `kagraph build`: makes the snapshot of all batches.

use clap::Args;

use crate::cli::failure::store_failure;
use crate::cli::journal::noted;
use crate::cli::memory::MemoryArgument;
use crate::cli::settings_file::SettingsArgument;
use crate::cli::stdout::say;
use crate::cli::workspace::WorkspaceArgument;
use crate::error::Failure;

/// Makes the snapshot of all batches and puts it in use.
#[derive(Args, Debug)]
pub struct Build {
    #[command(flatten)]
    workspace: WorkspaceArgument,
    #[command(flatten)]
    memory: MemoryArgument,
    #[command(flatten)]
    settings: SettingsArgument,
}

impl Build {
    /// Builds.
    pub fn run(&self) -> Result<(), Failure> {
        let settings = self.settings.load()?;
        let workspace = self.workspace.open()?;
        let writing = workspace.write().map_err(store_failure)?;
        let writing = self.memory.bound(writing, settings.for_pipeline().load);
        noted("build", &writing, || {
            let built = writing.build().map_err(store_failure)?;
            let state = if built.is_new { "built" } else { "up to date" };
            say!("{state}: {} statements", built.snapshot.n_statements());
            Ok(())
        })
    }
}
