//! The mappings that are shipped, and which of them a folder is.
//!
//! Comes in: a data folder. Leaves: the shipped mapping whose files it holds. A folder is recognised by the names of its
//! files only.

use std::path::Path;

use super::mistake::MappingError;
use super::spec::Mapping;

macro_rules! profiles {
    ($($name:literal),+ $(,)?) => {
        /// All shipped mappings by name, as text.
        pub const ALL: &[(&str, &str)] = &[
            $(($name, include_str!(concat!("../../data/profiles/", $name, ".toml")))),+
        ];
    };
}

profiles!(
    "crm_maven",
    "enron_igraphdata",
    "uci_online_retail",
    "uk_council_spending",
    "uk_ministers_ifg",
    "uk_organograms",
    "us_congress_roles",
    "wide_world_importers",
);

/// The shipped mapping with this name.
///
/// # Errors
/// Never for a shipped mapping; a test parses all of them.
pub fn named(name: &str) -> Option<Result<Mapping, MappingError>> {
    ALL.iter().find(|(it, _)| *it == name).map(|(name, text)| Mapping::parse(text, &format!("{name}.toml")))
}

/// The shipped mapping that a folder fits; of several, the one that needs most files, then the first by name.
///
/// # Errors
/// Never for a shipped mapping; a test parses all of them.
pub fn recognise(folder: &Path) -> Result<Option<Mapping>, MappingError> {
    let mut best: Option<Mapping> = None;
    for (name, text) in ALL {
        let mapping = Mapping::parse(text, &format!("{name}.toml"))?;
        let is_better = best.as_ref().is_none_or(|best| mapping.needed.len() > best.needed.len());
        if is_better && mapping.fits(folder) {
            best = Some(mapping);
        }
    }
    Ok(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_mapping_is_free_of_mistakes_and_named_like_its_source() {
        for (name, text) in ALL {
            let mapping = Mapping::parse(text, name).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(mapping.source(), *name);
            assert!(!mapping.needed.is_empty() && mapping.title.is_some(), "{name}");
        }
    }

    #[test]
    fn a_folder_is_recognised_by_its_files() {
        let folder = tempfile::tempdir().unwrap();
        assert!(recognise(folder.path()).unwrap().is_none());
        for name in ["accounts.csv", "products.csv", "sales_pipeline.csv", "sales_teams.csv"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(recognise(folder.path()).unwrap().unwrap().source(), "crm_maven");
    }
}
