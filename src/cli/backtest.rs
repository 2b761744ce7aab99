//! `kagraph backtest`: the list as it would have been known on past days, and what followed.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::days::today;
use crate::cli::failure::store_failure;
use crate::cli::load::{DataArguments, load_folder};
use crate::cli::settings_file::SettingsArgument;
use crate::cli::stdout::put;
use crate::cli::workspace::workspace_beside;
use crate::discovery::today::last_activity;
use crate::error::Failure;
use crate::evaluation::backtest;
use crate::model::Day;
use crate::store::{Snapshot, Workspace};

/// Asks on past days who will rise, and prints how well each order told.
#[derive(Args, Debug)]
pub struct Backtest {
    /// Workspace, or a data folder.
    folder: PathBuf,
    /// Workspace folder for a data folder; without it `<data folder>.kag` here.
    #[arg(long, short, value_name = "FOLDER")]
    workspace: Option<PathBuf>,
    /// A day to ask on; may be repeated (default: yearly, back from the last day whose outcome is known).
    #[arg(long = "cut", value_name = "DAY")]
    cuts: Vec<Day>,
    /// Also writes the numbers to this file, as CSV.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Also writes how warnings of risk came true to this file, as CSV.
    #[arg(long, value_name = "FILE")]
    warnings: Option<PathBuf>,
    /// Also writes how expected spend came true to this file, as CSV.
    #[arg(long, value_name = "FILE")]
    forecasts: Option<PathBuf>,
    /// Also writes how often what was bought next would have been offered to this file, as CSV.
    #[arg(long, value_name = "FILE")]
    offers: Option<PathBuf>,
    /// What the data are called in the table (default: the folder's name).
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    data: DataArguments,
    #[command(flatten)]
    settings: SettingsArgument,
}

impl Backtest {
    /// Asks and prints.
    pub fn run(&self) -> Result<(), Failure> {
        let settings = self.settings.load()?;
        let snapshot = self.snapshot(settings.for_pipeline().load)?;
        let settings = &settings.settings;
        let last = last_activity(&snapshot, today()?).ok_or_else(|| Failure::Data("no statement has a date".into()))?;
        let mut days = self.cuts.clone();
        days.sort_unstable();
        days.dedup();
        days.retain(|day| *day < last);
        if days.is_empty() {
            days = backtest::days(&snapshot, last, &settings.backtest, &settings.discovery);
        }
        if days.is_empty() {
            let text = "the data are too short to look back and ahead as far as the settings say";
            return Err(Failure::User(format!("{text}\nhint: name a day with --cut").into()));
        }
        let asked = backtest::run(&snapshot, &days, last, &settings.backtest, &settings.discovery);
        write(self.csv.as_deref(), &backtest::csv(&asked, &self.title()))?;
        write(self.warnings.as_deref(), &backtest::warnings::warnings_csv(&asked, &self.title()))?;
        write(self.forecasts.as_deref(), &backtest::forecasts::forecasts_csv(&asked, &self.title()))?;
        write(self.offers.as_deref(), &backtest::offers::offers_csv(&asked, &self.title()))?;
        put(&backtest::text(&asked))
    }

    fn title(&self) -> String {
        let stem = || self.folder.file_stem().map(|it| it.to_string_lossy().into_owned());
        self.name.clone().or_else(stem).unwrap_or_default()
    }

    fn snapshot(&self, load: crate::pipeline::LoadSettings) -> Result<Snapshot, Failure> {
        if let Ok(workspace) = Workspace::open(&self.folder) {
            return Ok(workspace.current().map_err(store_failure)?.snapshot);
        }
        let folder = self.workspace.clone().map_or_else(|| workspace_beside(&self.folder), Ok)?;
        let workspace = Workspace::open_or_create(&folder).map_err(store_failure)?;
        let writing = workspace.write().map_err(store_failure)?;
        load_folder(&writing, &self.folder, &self.data, load)?;
        Ok(writing.prepare().map_err(store_failure)?.snapshot)
    }
}

fn write(path: Option<&Path>, text: &str) -> Result<(), Failure> {
    let Some(path) = path else { return Ok(()) };
    let unwritable = |error| Failure::User(format!("cannot write {}: {error}", path.display()).into());
    std::fs::write(path, text).map_err(unwritable)
}
