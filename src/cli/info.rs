//! `kagraph info`: what a workspace holds.

use clap::Args;

use crate::cli::failure::store_failure;
use crate::cli::workspace::WorkspaceArgument;
use crate::error::Failure;
use crate::store::StoreError;

/// Shows what a workspace holds: sources with their rows, the snapshot, the run in use.
#[derive(Args, Debug)]
pub struct Info {
    #[command(flatten)]
    workspace: WorkspaceArgument,
}

impl Info {
    /// Prints.
    pub fn run(&self) -> Result<(), Failure> {
        let workspace = self.workspace.open()?;
        println!("workspace {}", workspace.folder().display());
        for batch in workspace.batches().map_err(store_failure)? {
            let rows = batch.rows();
            println!(
                "batch {} · {} · known on {} · {} statements",
                batch.hash, batch.title, batch.load_day, batch.n_statements
            );
            println!("  {} rows read = {} mapped + {} quarantined", rows.read, rows.mapped, rows.quarantined);
        }
        match workspace.current() {
            Ok(current) => {
                println!("snapshot {} · {} statements", current.snapshot.hash(), current.snapshot.n_statements());
                println!("run {}", current.run.as_deref().unwrap_or("none yet"));
                Ok(())
            }
            Err(StoreError::NothingBuilt { .. }) => {
                println!("snapshot none yet");
                Ok(())
            }
            Err(error) => Err(store_failure(error)),
        }
    }
}
