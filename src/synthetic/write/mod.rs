//! Writes a market as the files of five source systems, their mappings, and the truth.
//!
//! In: settings, an empty folder. Out: files. Accounts are computed and written one after the other, so memory does not
//! grow with the market (but for the list of defects).

mod china;
mod crm;
mod damage;
mod erp;
mod guide;
mod money;
mod orgchart;
mod ownership;
mod people;
mod table;
mod truth;

use std::fs;
use std::path::Path;

use crate::synthetic::accounts::Account;
use crate::synthetic::chart::Chart;
use crate::synthetic::coverage::{self, Interaction};
use crate::synthetic::events;
use crate::synthetic::opportunities::{self, Opportunity, Sighting};
use crate::synthetic::trade::{self, Order};
use crate::synthetic::truth::{ChangeTruth, DefectTruth, GapTruth};
use crate::synthetic::{Settings, SyntheticError};

/// What was written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Written {
    /// Data rows by file, in the order of writing.
    pub rows: Vec<(String, u64)>,
    /// Planted things by kind, such as `change: joined`, sorted.
    pub planted: Vec<(String, u64)>,
    /// Defects by kind, sorted.
    pub defects: Vec<(String, u64)>,
}

/// Everything about one account.
struct Dossier {
    account: Account,
    chart: Chart,
    changes: Vec<ChangeTruth>,
    met: Vec<Interaction>,
    gaps: Vec<GapTruth>,
    orders: Vec<Order>,
    opportunities: Vec<Opportunity>,
    sightings: Vec<Sighting>,
}

impl Dossier {
    fn new(settings: &Settings, number: u32) -> Self {
        let account = Account::new(settings, number);
        let mut chart = Chart::new(settings, &account);
        let changes = events::plant(settings, &account, &mut chart);
        let met = coverage::interactions(settings, &account, &chart);
        let gaps = coverage::gaps(settings, &account, &chart, &met);
        let orders = trade::orders(settings, &account);
        let opportunities = opportunities::opportunities(settings, &account);
        let sightings = opportunities::sightings(settings, &account);
        Self { account, chart, changes, met, gaps, orders, opportunities, sightings }
    }
}

/// Writes the market into `folder`, which must be new or empty.
pub fn write(settings: &Settings, folder: &Path) -> Result<Written, SyntheticError> {
    settings.check()?;
    refuse_full(folder)?;
    let mut crm = crm::Crm::create(settings, folder)?;
    let mut people = people::People::create(settings, folder)?;
    let mut erp = erp::Erp::create(settings, folder)?;
    let mut china = china::China::create(settings, folder)?;
    let mut orgchart = orgchart::Orgchart::create(settings, folder)?;
    let mut ownership = ownership::Ownership::create(settings, folder)?;
    let mut truth = truth::Truth::create(settings, folder)?;
    for number in 0..settings.accounts {
        let dossier = Dossier::new(settings, number);
        crm.write(settings, &dossier)?;
        people.write(settings, &dossier)?;
        if dossier.account.is_chinese() {
            china.write(&dossier)?
        } else {
            erp.write(&dossier)?
        };
        orgchart.write(settings, &dossier)?;
        ownership.write(settings, &dossier.account)?;
        truth.write(settings, &dossier)?;
    }
    let tables =
        [crm.into_tables(), people.into_tables(), erp.into_tables(), china.into_tables(), orgchart.into_tables()];
    let mut written = Written::default();
    let mut defects: Vec<DefectTruth> = Vec::new();
    for table in tables.into_iter().flatten() {
        let path = table.path().to_owned();
        let (n_rows, of_table) = table.finish()?;
        written.rows.push((path, n_rows));
        defects.extend(of_table);
    }
    ownership.finish()?;
    truth.finish(&defects, &mut written)?;
    guide::write(settings, folder, &written)?;
    Ok(written)
}

/// A folder with other files in it would become a mixture.
fn refuse_full(folder: &Path) -> Result<(), SyntheticError> {
    let is_full = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if is_full { Err(SyntheticError::FolderInUse { path: folder.display().to_string() }) } else { Ok(()) }
}
