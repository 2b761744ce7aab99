//! How findings are made: one table a finder in the settings file, `[discovery.…]`.

use serde::Deserialize;

use crate::discovery::{candidate, case, chain_change, coverage, market, portrait, relations, risk, visit_plan};

/// Settings of all finders. Every field's defaults stand in `data/settings.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How the market is read.
    pub market: market::Settings,
    /// How candidates are found.
    pub candidate: candidate::Settings,
    /// How chains, ties and importance are read.
    pub relations: relations::Settings,
    /// How chain changes are found.
    pub chain_change: chain_change::Settings,
    /// How coverage gaps are found.
    pub coverage: coverage::Settings,
    /// How risks are found.
    pub risk: risk::Settings,
    /// How cases become alerts.
    pub case: case::Settings,
    /// How visits are planned.
    pub visit_plan: visit_plan::Settings,
    /// How many accounts the report portrays.
    pub portrait: portrait::Settings,
}
