//! `kagraph verify`: compares every byte of the snapshot in use with its checksum.

use clap::Args;

use crate::cli::failure::store_failure;
use crate::cli::stdout::say;
use crate::cli::workspace::WorkspaceArgument;
use crate::error::Failure;

/// Compares every byte of the snapshot in use with its checksum.
#[derive(Args, Debug)]
pub struct Verify {
    #[command(flatten)]
    workspace: WorkspaceArgument,
}

impl Verify {
    /// Verifies.
    pub fn run(&self) -> Result<(), Failure> {
        let snapshot = self.workspace.snapshot(None)?;
        snapshot.verify().map_err(store_failure)?;
        say!("the snapshot is undamaged");
        Ok(())
    }
}
