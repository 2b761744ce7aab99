//! Which workspace a command means.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::failure::store_failure;
use crate::error::Failure;
use crate::model::Day;
use crate::store::{Snapshot, Workspace};

/// What every command takes that reads or writes a workspace.
#[derive(Args, Debug, Clone)]
pub struct WorkspaceArgument {
    /// Workspace folder; without it the only *.kag folder here.
    #[arg(long, short, value_name = "FOLDER")]
    pub workspace: Option<PathBuf>,
}

impl WorkspaceArgument {
    /// The workspace, which must be there.
    pub fn open(&self) -> Result<Workspace, Failure> {
        let folder = match &self.workspace {
            Some(folder) => folder.clone(),
            None => only_workspace_here()?,
        };
        Workspace::open(&folder).map_err(store_failure)
    }

    /// The current snapshot, as known on a day if one is given.
    pub fn snapshot(&self, as_of: Option<Day>) -> Result<Snapshot, Failure> {
        let current = self.open()?.current().map_err(store_failure)?;
        Ok(as_of.map_or(current.snapshot.clone(), |day| current.snapshot.as_of(day)))
    }
}

/// The workspace for a data folder when none is named: `<name of the folder>.kag` here.
pub fn workspace_beside(data: &Path) -> Result<PathBuf, Failure> {
    let data = data
        .canonicalize()
        .map_err(|error| Failure::User(format!("cannot open {}: {error}", data.display()).into()))?;
    let name = data.file_name().map_or_else(|| "kagraph".into(), |name| name.to_string_lossy().into_owned());
    Ok(PathBuf::from(format!("{name}.kag")))
}

fn only_workspace_here() -> Result<PathBuf, Failure> {
    let entries = fs::read_dir(".").map_err(|error| Failure::Internal(error.into()))?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut found: Vec<_> = paths.filter(|path| path.extension().is_some_and(|it| it == "kag")).collect();
    found.sort();
    match found.len() {
        1 => Ok(found.swap_remove(0)),
        0 => Err(Failure::User(
            "there is no workspace here\nhint: name one with --workspace, or make one with `kagraph run DATA-FOLDER`"
                .into(),
        )),
        _ => {
            let names: Vec<_> = found.iter().map(|path| path.display().to_string()).collect();
            Err(Failure::User(
                format!("there are several workspaces here: {}\nhint: name one with --workspace", names.join(", "))
                    .into(),
            ))
        }
    }
}
