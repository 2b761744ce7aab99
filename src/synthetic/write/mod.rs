//! Writes a market as the files of five source systems, their mappings, and the truth.
//!
//! In: settings, an empty folder. Out: files. Accounts are computed and written one after the other, so memory does not
//! grow with the market (but for two words a defect).

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
use crate::synthetic::scale::Course;
use crate::synthetic::trade::{self, Order};
use crate::synthetic::truth::{ChangeTruth, GapTruth};
use crate::synthetic::{Settings, SyntheticError};

/// What was written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Written {
    /// Relations that the rows become, to within some percent.
    pub relations: u64,
    /// Data rows by file, in the order of writing.
    pub rows: Vec<(String, u64)>,
    /// Planted things by kind, such as `change: joined`, sorted.
    pub planted: Vec<(String, u64)>,
    /// Defects by kind, sorted.
    pub defects: Vec<(String, u64)>,
}

/// Everything about one account.
pub(in crate::synthetic) struct Dossier {
    pub account: Account,
    pub chart: Chart,
    pub changes: Vec<ChangeTruth>,
    pub met: Vec<Interaction>,
    pub gaps: Vec<GapTruth>,
    pub orders: Vec<Order>,
    pub opportunities: Vec<Opportunity>,
    pub sightings: Vec<Sighting>,
}

impl Dossier {
    pub fn new(settings: &Settings, number: u32) -> Self {
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
    let mut course = Course::new(settings);
    while let Some(number) = course.next() {
        let dossier = Dossier::new(settings, number);
        course.count(&dossier);
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
    let mut written = Written { relations: course.n_relations(), ..Written::default() };
    for table in tables.into_iter().flatten() {
        let ended = table.finish()?;
        ended.defects().try_for_each(|it| truth.defect(&it))?;
        written.rows.push((ended.path, ended.n_rows));
    }
    ownership.finish()?;
    truth.finish(&mut written)?;
    guide::write(settings, folder, &written)?;
    Ok(written)
}

/// A folder with other files in it would become a mixture.
fn refuse_full(folder: &Path) -> Result<(), SyntheticError> {
    let is_full = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if is_full { Err(SyntheticError::FolderInUse { path: folder.display().to_string() }) } else { Ok(()) }
}
