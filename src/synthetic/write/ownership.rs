//! `ownership/ownership.ttl`: groups, parents with share and dates, as RDF.
//!
//! In: accounts. Out: Turtle in the project's own vocabulary, so that no mapping of columns is needed.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use crate::model::Day;
use crate::ontology;
use crate::synthetic::accounts::{self, Account};
use crate::synthetic::dice::{Dice, Part};
use crate::synthetic::names;
use crate::synthetic::plan::ChartSize;
use crate::synthetic::write::table::create_file;
use crate::synthetic::{Settings, SyntheticError};

const PATH: &str = "ownership/ownership.ttl";

/// The file of the groups.
pub struct Ownership {
    out: BufWriter<File>,
}

impl Ownership {
    /// Begins the file with its prefixes.
    pub fn create(_settings: &Settings, folder: &Path) -> Result<Self, SyntheticError> {
        let mut this = Self { out: create_file(folder, PATH)? };
        for (prefix, iri) in ontology::PREFIXES.iter().filter(|(it, _)| ["ka", "org", "schema", "xsd"].contains(it)) {
            this.put(&format!("@prefix {prefix}: <{iri}> .\n"))?;
        }
        Ok(this)
    }

    /// Writes the group that an account heads, and its parents.
    pub fn write(&mut self, settings: &Settings, account: &Account) -> Result<(), SyntheticError> {
        if account.slot.chart == ChartSize::Holding {
            let group = group_iri(account.number);
            let name = names::group(account.number, account.country);
            self.put(&format!("\n<{group}> a ka:Group ; schema:name \"{name}\" .\n"))?;
            self.put(&format!("<{}> org:subOrganizationOf <{group}> .\n", account_iri(account.number)))?;
        }
        let mut dice = Dice::of(settings.seed, Part::Company, 3 << 40 | u64::from(account.number));
        let since = settings.first_day() + -dice.days(400, 5000);
        let share = dice.between(51, 100);
        let sold_on = settings.until + -dice.days(380, 600);
        let former = account.former_parent(settings);
        if let Some(former) = former {
            self.ownership(account.number, former, share, since, Some(sold_on))?;
        }
        if let Some(parent) = account.parent(settings) {
            let since = if former.is_some() { sold_on } else { since };
            self.ownership(account.number, parent, share, since, None)?;
            let (child, parent) = (account_iri(account.number), account_iri(parent));
            self.put(&format!("<{child}> org:subOrganizationOf <{parent}> .\n"))?;
        }
        Ok(())
    }

    /// Ends the file.
    pub fn finish(mut self) -> Result<(), SyntheticError> {
        self.out.flush().map_err(|source| SyntheticError::Write { path: PATH.to_owned(), source })
    }

    fn ownership(
        &mut self,
        child: u32,
        parent: u32,
        percent: i64,
        from: Day,
        to: Option<Day>,
    ) -> Result<(), SyntheticError> {
        let (child_iri, parent_iri) = (account_iri(child), account_iri(parent));
        let iri = format!("{}ownership/{}-{}", ontology::ID, accounts::key(child), accounts::key(parent));
        let share = format!("{}.{:02}", percent / 100, percent % 100);
        let end = to.map(|day| format!(" ;\n    schema:endDate \"{day}\"^^xsd:date")).unwrap_or_default();
        self.put(&format!(
            "\n<{iri}> a ka:Ownership ;\n    ka:child <{child_iri}> ;\n    ka:parent <{parent_iri}> ;\n    \
             ka:share {share} ;\n    schema:startDate \"{from}\"^^xsd:date{end} .\n"
        ))
    }

    fn put(&mut self, text: &str) -> Result<(), SyntheticError> {
        let put = self.out.write_all(text.as_bytes());
        put.map_err(|source| SyntheticError::Write { path: PATH.to_owned(), source })
    }
}

/// The IRI of account `number`, as the shipped mappings give it.
pub fn account_iri(number: u32) -> String {
    format!("{}account/{}", ontology::ID, accounts::key(number))
}

/// The IRI of the group that account `number` heads.
pub fn group_iri(number: u32) -> String {
    format!("{}group/{}", ontology::ID, accounts::key(number))
}
