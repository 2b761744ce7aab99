//! `kagraph load`: reads the files of a data folder into batches.

use std::path::PathBuf;

use clap::Args;

use crate::cli::days::today;
use crate::cli::failure::{pipeline_failure, store_failure};
use crate::cli::journal::noted;
use crate::cli::progress::Bar;
use crate::cli::settings_file::SettingsArgument;
use crate::cli::stdout::say;
use crate::cli::workspace::workspace_beside;
use crate::error::Failure;
use crate::mapping::Mapping;
use crate::model::Day;
use crate::pipeline::{self, LoadSettings, Loaded};
use crate::store::{Workspace, Writing};

/// What to load, how, and into which workspace.
#[derive(Args, Debug, Clone)]
pub struct DataArguments {
    /// Data folder (where data can be done without: or a workspace).
    pub folder: PathBuf,
    /// Workspace folder for a data folder; without it `<data folder>.kag` here.
    #[arg(long, short, value_name = "FOLDER")]
    workspace: Option<PathBuf>,
    /// Mapping file or shipped profile; may be repeated. Without it: the folder's *.toml files, else the profile that fits.
    #[arg(long, value_name = "FILE|PROFILE")]
    mapping: Vec<String>,
    /// The day on which rows become known that say no day of their own (default: today).
    #[arg(long, value_name = "DAY")]
    known_on: Option<Day>,
}

/// A data folder with what is to be read of it.
pub struct Data<'a> {
    arguments: &'a DataArguments,
    mappings: Vec<Mapping>,
}

/// Reads the files of a data folder into the workspace's batches.
#[derive(Args, Debug)]
pub struct Load {
    #[command(flatten)]
    data: DataArguments,
    #[command(flatten)]
    settings: SettingsArgument,
}

impl Load {
    /// Loads and prints what became of every file.
    pub fn run(&self) -> Result<(), Failure> {
        let settings = self.settings.load()?;
        let data = self.data.data()?;
        let workspace = data.workspace()?;
        let writing = workspace.write().map_err(store_failure)?;
        let load = settings.for_pipeline().load;
        noted("load", &writing, || data.load(&writing, load))
    }
}

impl DataArguments {
    /// The workspace, where the folder is one.
    pub fn as_workspace(&self) -> Result<Option<Workspace>, Failure> {
        let Ok(workspace) = Workspace::open(&self.folder) else { return Ok(None) };
        let unused = [
            ("--mapping", !self.mapping.is_empty()),
            ("--known-on", self.known_on.is_some()),
            ("--workspace", self.workspace.is_some()),
        ];
        let Some((name, _)) = unused.iter().find(|(_, is_given)| *is_given) else { return Ok(Some(workspace)) };
        let folder = self.folder.display();
        let text = format!("{folder} is a workspace, whose data are loaded; {name} goes with a data folder");
        Err(Failure::User(format!("{text}\nhint: name the data folder, and the workspace with --workspace").into()))
    }

    /// The data folder and its mappings, before anything is read or made.
    pub fn data(&self) -> Result<Data<'_>, Failure> {
        if !self.folder.is_dir() {
            let text = format!("{} is not a folder", self.folder.display());
            return Err(Failure::User(format!("{text}\nhint: name a folder with data, or a workspace").into()));
        }
        let sources = |error: pipeline::SourcesError| Failure::User(error.into());
        Ok(Data { arguments: self, mappings: pipeline::mappings_of(&self.folder, &self.mapping).map_err(sources)? })
    }
}

impl Data<'_> {
    /// The workspace for the data, made if need be.
    pub fn workspace(&self) -> Result<Workspace, Failure> {
        let DataArguments { folder, workspace, .. } = self.arguments;
        let folder = workspace.clone().map_or_else(|| workspace_beside(folder), Ok)?;
        Workspace::open_or_create(&folder).map_err(store_failure)
    }

    /// Loads every source; prints what became of every file.
    pub fn load(&self, writing: &Writing<'_>, settings: LoadSettings) -> Result<(), Failure> {
        let load_day = self.arguments.known_on.map_or_else(today, Ok)?;
        for mapping in &self.mappings {
            let bar = Bar::default();
            let loaded = pipeline::load(writing, &self.arguments.folder, mapping, load_day, settings, &bar);
            print(&loaded.map_err(pipeline_failure)?);
        }
        Ok(())
    }
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
    for file in &loaded.changed {
        say!("  {file} was loaded before with other content, which counts beside this");
    }
    if !loaded.changed.is_empty() {
        say!("  hint: where each export holds the whole source, say export = \"full\" at the head of the mapping");
    }
    if batch.n_rejects > 0 {
        say!("  {} rows and values with reasons in batches/{}/quarantine.csv", batch.n_rejects, batch.hash);
    }
}
