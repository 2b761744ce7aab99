//! How findings are made: one table a finder in the settings file, `[discovery.…]`.

use serde::Deserialize;

/// Settings of all finders. Every field's defaults stand in `data/settings.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {}
