//! `kagraph run`: load, build, discover and publish in one go.

use std::path::PathBuf;

use clap::Args;

use crate::cli::discover::{DayArguments, discover_and_publish};
use crate::cli::failure::store_failure;
use crate::cli::journal::noted;
use crate::cli::load::{DataArguments, load_folder};
use crate::cli::memory::MemoryArgument;
use crate::cli::settings_file::SettingsArgument;
use crate::cli::workspace::workspace_beside;
use crate::error::Failure;
use crate::store::Workspace;

/// Does everything in one go: load → build → discover → publish. Can be repeated; what is done already is skipped.
#[derive(Args, Debug)]
pub struct Run {
    /// Data folder, or a workspace.
    folder: PathBuf,
    /// Workspace folder for a data folder; without it `<data folder>.kag` here.
    #[arg(long, short, value_name = "FOLDER")]
    workspace: Option<PathBuf>,
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
        if !self.folder.is_dir() {
            let text =
                format!("{} is not a folder\nhint: name a folder with data, or a workspace", self.folder.display());
            return Err(Failure::User(text.into()));
        }
        let is_workspace = Workspace::open(&self.folder).is_ok();
        let folder = match (&self.workspace, is_workspace) {
            (Some(folder), false) => folder.clone(),
            (None, false) => workspace_beside(&self.folder)?,
            (_, true) => self.folder.clone(),
        };
        let workspace = Workspace::open_or_create(&folder).map_err(store_failure)?;
        let writing = workspace.write().map_err(store_failure)?;
        let writing = self.memory.bound(writing, settings.for_pipeline().load);
        noted("run", &writing, || {
            if !is_workspace {
                load_folder(&writing, &self.folder, &self.data, settings.for_pipeline().load)?;
            }
            discover_and_publish(&workspace, &writing, &self.days, &settings)
        })
    }
}
