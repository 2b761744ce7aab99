//! `kagraph info`: what a workspace holds.

use std::fmt::Write;

use clap::Args;

use crate::cli::failure::store_failure;
use crate::cli::stdout::put;
use crate::cli::workspace::WorkspaceArgument;
use crate::error::Failure;
use crate::ingest::RowCount;
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
        let mut text = format!("workspace {}\n", workspace.folder().display());
        for batch in workspace.batches().map_err(store_failure)? {
            let RowCount { read, mapped, quarantined } = batch.rows();
            let (hash, title, day, n) = (&batch.hash, &batch.title, batch.load_day, batch.n_statements);
            let is_in_use = workspace.is_in_use(&batch).map_err(store_failure)?;
            let replaced = if is_in_use { "" } else { " · replaced by a newer export" };
            let _ = writeln!(text, "batch {hash} · {title} · known on {day} · {n} statements{replaced}");
            let _ = writeln!(text, "  {read} rows read = {mapped} mapped + {quarantined} quarantined");
        }
        match workspace.current() {
            Ok(current) => {
                let (hash, n_statements) = (current.snapshot.hash(), current.snapshot.n_statements());
                let _ = writeln!(text, "snapshot {hash} · {n_statements} statements");
                let _ = writeln!(text, "run {}", current.run.as_deref().unwrap_or("none yet"));
            }
            Err(StoreError::NothingBuilt { .. }) => text.push_str("snapshot none yet\n"),
            Err(error) => return Err(store_failure(error)),
        }
        put(&text)
    }
}
