//! The mappings that are shipped, and which of them a folder is.
//!
//! Comes in: a data folder. Leaves: the shipped mapping that fits it: all its files are there, with the columns that it
//! names. Costs a look at the files' beginnings.

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

/// The shipped mapping that fits a folder's files and their columns; of several, the one that needs most files, then the first by name.
///
/// # Errors
/// Never for a shipped mapping; a test parses all of them.
pub fn recognise(folder: &Path) -> Result<Option<Mapping>, MappingError> {
    let mut best: Option<Mapping> = None;
    for (name, text) in ALL {
        let mapping = Mapping::parse(text, &format!("{name}.toml"))?;
        let is_better = best.as_ref().is_none_or(|best| mapping.needed.len() > best.needed.len());
        if is_better && mapping.fits(folder) && mapping.plan(folder).is_ok() {
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
    fn a_folder_is_recognised_by_its_files_and_their_columns() {
        let folder = tempfile::tempdir().unwrap();
        assert!(recognise(folder.path()).unwrap().is_none());
        let write = |name: &str, header: &str| std::fs::write(folder.path().join(name), format!("{header}\n")).unwrap();
        write("accounts.csv", "account,sector,year_established,revenue,employees,office_location,subsidiary_of");
        write("products.csv", "product,series,sales_price");
        write("sales_teams.csv", "sales_agent,manager,regional_office");
        write("sales_pipeline.csv", "id,name");
        assert!(recognise(folder.path()).unwrap().is_none(), "other columns are another system's export");
        write(
            "sales_pipeline.csv",
            "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value",
        );
        assert_eq!(recognise(folder.path()).unwrap().unwrap().source(), "crm_maven");
    }
}
