//! One TOML file for every stage's settings; unknown keys are refused. `data/settings.toml` holds the defaults.

use serde::Deserialize;

/// The defaults, as shipped.
pub const DEFAULTS: &str = include_str!("../data/settings.toml");

/// Every stage's settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {}
