//! `kagraph load`: reads the files of a data folder into batches.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::days::today;
use crate::cli::failure::{pipeline_failure, store_failure};
use crate::cli::journal::noted;
use crate::cli::progress::Bar;
use crate::cli::settings_file::SettingsArgument;
use crate::cli::stdout::say;
use crate::cli::workspace::workspace_beside;
use crate::error::Failure;
use crate::model::Day;
use crate::pipeline::{self, LoadSettings, Loaded};
use crate::store::{Workspace, Writing};

/// What to load, and how.
#[derive(Args, Debug, Clone)]
pub struct DataArguments {
    /// Mapping file or shipped profile; may be repeated. Without it: the folder's *.toml files, else the profile that fits.
    #[arg(long, value_name = "FILE|PROFILE")]
    pub mapping: Vec<String>,
    /// The day on which rows become known that say no day of their own (default: today).
    #[arg(long, value_name = "DAY")]
    pub known_on: Option<Day>,
}

/// Reads the files of a data folder into the workspace's batches.
#[derive(Args, Debug)]
pub struct Load {
    /// Data folder.
    folder: PathBuf,
    /// Workspace folder; without it `<data folder>.kag` here.
    #[arg(long, short, value_name = "FOLDER")]
    workspace: Option<PathBuf>,
    #[command(flatten)]
    data: DataArguments,
    #[command(flatten)]
    settings: SettingsArgument,
}

impl Load {
    /// Loads and prints what became of every file.
    pub fn run(&self) -> Result<(), Failure> {
        let settings = self.settings.load()?;
        let folder = self.workspace.clone().map_or_else(|| workspace_beside(&self.folder), Ok)?;
        let workspace = Workspace::open_or_create(&folder).map_err(store_failure)?;
        let writing = workspace.write().map_err(store_failure)?;
        let load = settings.for_pipeline().load;
        noted("load", &writing, || load_folder(&writing, &self.folder, &self.data, load))
    }
}

/// Loads every source of a data folder; prints what became of every file.
pub fn load_folder(
    writing: &Writing<'_>,
    folder: &Path,
    data: &DataArguments,
    settings: LoadSettings,
) -> Result<(), Failure> {
    let load_day = data.known_on.map_or_else(today, Ok)?;
    let sources = |error: pipeline::SourcesError| Failure::User(error.into());
    for mapping in pipeline::mappings_of(folder, &data.mapping).map_err(sources)? {
        let bar = Bar::default();
        let loaded = pipeline::load(writing, folder, &mapping, load_day, settings, &bar).map_err(pipeline_failure)?;
        print(&loaded);
    }
    Ok(())
}

fn print(loaded: &Loaded) {
    let batch = &loaded.batch;
    if !loaded.is_new {
        let rows = batch.rows();
        say!("{}: unchanged, loaded before, {} rows, {} statements", batch.title, rows.read, batch.n_statements);
        return;
    }
    say!("{}: loaded, {} statements", batch.title, batch.n_statements);
    for (file, outcome) in &loaded.files {
        let rows = outcome.rows;
        say!("  {file} ({})", outcome.report);
        say!("    {} rows read = {} mapped + {} quarantined", rows.read, rows.mapped, rows.quarantined);
        if outcome.n_filtered > 0 {
            say!("    {} of the mapped rows were set aside by the mapping's filters", outcome.n_filtered);
        }
        if outcome.n_rejected_values > 0 {
            say!("    {} values were refused, their rows used without them", outcome.n_rejected_values);
        }
    }
    if batch.n_rejects > 0 {
        say!("  {} rows and values with reasons in batches/{}/quarantine.csv", batch.n_rejects, batch.hash);
    }
}
