//! `crm/`, UTF-8 with commas: accounts, sectors, teams, interactions, opportunities, competitors.
//!
//! In: dossiers. Out: files. One row a thing.

use std::path::Path;

use crate::synthetic::employees::{self, Employee, GONE};
use crate::synthetic::plan::Care;
use crate::synthetic::products;
use crate::synthetic::words::{COMPETITORS, SECTORS};
use crate::synthetic::write::Dossier;
use crate::synthetic::write::damage::Damage;
use crate::synthetic::write::money::with_point;
use crate::synthetic::write::table::{PLAIN, Table, cells};
use crate::synthetic::{Settings, SyntheticError, accounts};

/// The files of the CRM that are about business.
pub struct Crm {
    accounts: Table,
    teams: Table,
    interactions: Table,
    opportunities: Table,
    sightings: Table,
    small: Vec<Table>,
    n_sightings: u64,
}

const ACCOUNTS: &[&str] = &[
    "account_id",
    "name",
    "legal_name",
    "sector",
    "country",
    "city",
    "owner",
    "key_account",
    "strategic_fit",
    "employees",
    "tax_id",
    "customer_no",
];
const TEAMS: &[&str] = &["account_id", "user_id", "role", "from", "to"];
const INTERACTIONS: &[&str] = &["interaction_id", "date", "type", "direction", "user_id", "contact_id", "account_id"];
const OPPORTUNITIES: &[&str] = &[
    "opportunity_id",
    "account_id",
    "product",
    "owner",
    "stage",
    "outcome",
    "amount_eur",
    "opened",
    "closes",
    "competitor",
];
const SIGHTINGS: &[&str] = &["sighting_id", "competitor", "account_id", "date", "product"];

impl Crm {
    /// Begins the files and writes those that do not grow with the accounts.
    pub fn create(settings: &Settings, folder: &Path) -> Result<Self, SyntheticError> {
        let table = |path, columns, damage| Table::create(settings, folder, path, PLAIN, columns, damage);
        let accounts = Damage { table: 1, texts: &[1, 5], is_master: true, ..Damage::default() };
        let interactions =
            Damage { table: 2, dates: &[1], numbers: &[], texts: &[2, 4], bytes: &[2], is_master: false };
        let opportunities = Damage { table: 3, dates: &[7], numbers: &[6], texts: &[4], bytes: &[], is_master: false };
        Ok(Self {
            accounts: table("crm/accounts.csv", ACCOUNTS, accounts)?,
            teams: table("crm/teams.csv", TEAMS, Damage::default())?,
            interactions: table("crm/interactions.csv", INTERACTIONS, interactions)?,
            opportunities: table("crm/opportunities.csv", OPPORTUNITIES, opportunities)?,
            sightings: table("crm/sightings.csv", SIGHTINGS, Damage::default())?,
            small: vec![sectors(settings, folder)?, users(settings, folder)?, competitors(settings, folder)?],
            n_sightings: 0,
        })
    }

    /// Writes one account's rows.
    pub fn write(&mut self, settings: &Settings, dossier: &Dossier) -> Result<(), SyntheticError> {
        self.account(dossier)?;
        self.team(settings, dossier)?;
        self.interactions(dossier)?;
        self.opportunities(dossier)?;
        self.sightings(dossier)
    }

    /// The files, to be ended.
    pub fn into_tables(self) -> Vec<Table> {
        let mut tables = vec![self.accounts, self.teams, self.interactions, self.opportunities, self.sightings];
        tables.extend(self.small);
        tables
    }

    fn account(&mut self, dossier: &Dossier) -> Result<(), SyntheticError> {
        let account = &dossier.account;
        self.accounts.row(cells![
            account.key(),
            account.name.short,
            account.name.legal,
            account.sector().code,
            account.country().code,
            account.city,
            employees::key(account.owner),
            if account.is_key() { "yes" } else { "no" },
            format!("0.{:02}", account.strategic_fit),
            account.n_employees,
            account.tax_id(),
            account.customer_number(),
        ])
    }

    fn team(&mut self, settings: &Settings, dossier: &Dossier) -> Result<(), SyntheticError> {
        let account = &dossier.account;
        let from = settings.first_day() + -200;
        let is_gone = account.owner == GONE;
        let until = if is_gone { settings.gone_day().to_string() } else { String::new() };
        let key = account.key();
        self.teams.row(cells![key, employees::key(account.owner), "account manager", from, until])?;
        if account.slot.care != Care::OneOfOurs {
            self.teams.row(cells![key, employees::key(account.second), "product manager", from, ""])?;
        }
        if account.is_key() {
            self.teams.row(cells![key, employees::key(1 + account.number % 2), "sponsor", from, ""])?;
        }
        Ok(())
    }

    fn interactions(&mut self, dossier: &Dossier) -> Result<(), SyntheticError> {
        let account = &dossier.account;
        for (number, it) in (1..).zip(&dossier.met) {
            self.interactions.row(cells![
                format!("INT-{:05}-{number:03}", account.number + 1),
                it.date,
                it.channel,
                if it.is_inbound { "in" } else { "out" },
                employees::key(it.employee),
                it.contact,
                account.key(),
            ])?;
        }
        Ok(())
    }

    fn opportunities(&mut self, dossier: &Dossier) -> Result<(), SyntheticError> {
        let account = &dossier.account;
        for (number, it) in (1..).zip(&dossier.opportunities) {
            let outcome = match it.stage {
                "Closed won" => "won",
                "Closed lost" => "lost",
                _ => "open",
            };
            self.opportunities.row(cells![
                format!("OPP-{:05}-{number:02}", account.number + 1),
                account.key(),
                products::key(it.product),
                employees::key(account.owner),
                it.stage,
                outcome,
                with_point(it.amount),
                it.opened,
                it.closes,
                it.competitor.map(competitor_key).unwrap_or_default(),
            ])?;
        }
        Ok(())
    }

    fn sightings(&mut self, dossier: &Dossier) -> Result<(), SyntheticError> {
        for it in &dossier.sightings {
            self.n_sightings += 1;
            self.sightings.row(cells![
                format!("CS-{:05}", self.n_sightings),
                competitor_key(it.competitor),
                accounts::key(dossier.account.number),
                it.date,
                products::key(it.product),
            ])?;
        }
        Ok(())
    }
}

fn competitor_key(number: usize) -> String {
    format!("C{:02}", number + 1)
}

fn competitors(settings: &Settings, folder: &Path) -> Result<Table, SyntheticError> {
    let columns = &["competitor", "name"];
    let mut table = Table::create(settings, folder, "crm/competitors.csv", PLAIN, columns, Damage::default())?;
    for (number, name) in COMPETITORS.iter().enumerate() {
        table.row(cells![competitor_key(number), name])?;
    }
    Ok(table)
}

fn sectors(settings: &Settings, folder: &Path) -> Result<Table, SyntheticError> {
    let columns = &["sector", "name_en", "name_zh"];
    let mut table = Table::create(settings, folder, "crm/sectors.csv", PLAIN, columns, Damage::default())?;
    for sector in SECTORS {
        table.row(cells![sector.code, sector.name, sector.name_zh])?;
    }
    Ok(table)
}

fn users(settings: &Settings, folder: &Path) -> Result<Table, SyntheticError> {
    let columns = &["user_id", "name", "title", "level", "reports_to", "left_on", "email"];
    let mut table = Table::create(settings, folder, "crm/users.csv", PLAIN, columns, Damage::default())?;
    for number in 0..settings.n_employees() {
        let it = Employee::new(settings, number);
        let manager = it.manager.map(employees::key).unwrap_or_default();
        let left_on = it.left_on.map(|day| day.to_string()).unwrap_or_default();
        let email = format!("{}@seller.example.com", it.key().to_lowercase());
        table.row(cells![it.key(), it.name, it.title, it.level, manager, left_on, email])?;
    }
    Ok(table)
}
