//! The settings that a command works with.

use std::fs;
use std::path::PathBuf;

use clap::Args;

use crate::error::Failure;
use crate::pipeline::PipelineSettings;
use crate::settings::Settings;

/// The settings file.
#[derive(Args, Debug, Clone)]
pub struct SettingsArgument {
    /// Settings that differ from the defaults, as TOML.
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
}

/// Settings with their hash.
pub struct Loaded {
    /// The settings.
    pub settings: Settings,
    hash: String,
}

impl SettingsArgument {
    /// Reads the file over the defaults.
    pub fn load(&self) -> Result<Loaded, Failure> {
        let user = match &self.settings {
            None => None,
            Some(path) => {
                let unreadable =
                    |error| Failure::User(format!("cannot read the settings {}: {error}", path.display()).into());
                Some((path.display().to_string(), fs::read_to_string(path).map_err(unreadable)?))
            }
        };
        let user = user.as_ref().map(|(name, text)| (name.as_str(), text.as_str()));
        let refused = |error: crate::settings::SettingsError| Failure::User(error.into());
        Ok(Loaded { settings: Settings::load(user).map_err(refused)?, hash: Settings::hash(user).map_err(refused)? })
    }
}

impl Loaded {
    /// What the pipeline needs of them.
    pub fn for_pipeline(&self) -> PipelineSettings<'_> {
        let Settings { load, identity, discovery, .. } = &self.settings;
        PipelineSettings { load: *load, identity, discovery, hash: &self.hash }
    }
}
