//! `erp/`, the European system: Windows-1252, semicolons, decimal commas, German headers and dates.
//!
//! In: dossiers of accounts outside China. Out: customers, their CRM numbers, articles, order lines, invoices.

use std::path::Path;

use encoding_rs::WINDOWS_1252;

use crate::synthetic::products::{self, N_PRODUCTS};
use crate::synthetic::trade::Order;
use crate::synthetic::words::DEPARTMENTS;
use crate::synthetic::write::Dossier;
use crate::synthetic::write::damage::Damage;
use crate::synthetic::write::money::{german_day, or_empty, with_comma};
use crate::synthetic::write::table::{Dialect, Table, cells};
use crate::synthetic::{Settings, SyntheticError};

const DIALECT: Dialect = Dialect { encoding: WINDOWS_1252, delimiter: ';', line_end: "\r\n" };

/// The files of the ERP.
pub struct Erp {
    customers: Table,
    numbers: Table,
    articles: Table,
    lines: Table,
    invoices: Table,
}

const CUSTOMERS: &[&str] = &["Kundennr", "Name", "Land", "Ort", "Kreditlimit"];
const NUMBERS: &[&str] = &["Kundennr", "CRM-Konto"];
const ARTICLES: &[&str] = &["Artikelnr", "Bezeichnung", "Warengruppe", "Listenpreis"];
const LINES: &[&str] = &[
    "Auftragsnr",
    "Pos",
    "Kundennr",
    "Auftragsdatum",
    "Abteilung",
    "Artikelnr",
    "Menge",
    "Betrag",
    "Deckungsbeitrag",
    "Währung",
];
const INVOICES: &[&str] =
    &["Rechnungsnr", "Auftragsnr", "Kundennr", "Rechnungsdatum", "Betrag", "Währung", "Fällig", "Bezahlt"];

impl Erp {
    /// Begins the files and writes the articles.
    pub fn create(settings: &Settings, folder: &Path) -> Result<Self, SyntheticError> {
        let table = |path, columns, damage| Table::create(settings, folder, path, DIALECT, columns, damage);
        let lines = Damage { table: 5, dates: &[3], numbers: &[6, 7], texts: &[4, 5], bytes: &[], is_master: false };
        let invoices = Damage { table: 6, dates: &[3], numbers: &[4], texts: &[2], bytes: &[], is_master: false };
        let mut erp = Self {
            customers: table("erp/kunden.csv", CUSTOMERS, Damage::default())?,
            numbers: table("erp/zuordnung.csv", NUMBERS, Damage::default())?,
            articles: table("erp/artikel.csv", ARTICLES, Damage::default())?,
            lines: table("erp/auftragspositionen.csv", LINES, lines)?,
            invoices: table("erp/rechnungen.csv", INVOICES, invoices)?,
        };
        for it in 0..N_PRODUCTS {
            let price = with_comma(products::price(it));
            erp.articles.row(cells![products::key(it), products::name(it), products::category(it), price])?;
        }
        Ok(erp)
    }

    /// Writes one account's rows.
    pub fn write(&mut self, dossier: &Dossier) -> Result<(), SyntheticError> {
        let account = &dossier.account;
        let number = account.customer_number();
        let limit = with_comma(account.n_employees.clamp(50, 2_000) * 10_000);
        self.customers.row(cells![number, account.name.legal, account.country().code, account.city, limit])?;
        self.numbers.row(cells![number, account.key()])?;
        for order in &dossier.orders {
            self.order(account.number, &number, order)?;
        }
        Ok(())
    }

    /// The files, to be ended.
    pub fn into_tables(self) -> Vec<Table> {
        vec![self.customers, self.numbers, self.articles, self.lines, self.invoices]
    }

    fn order(&mut self, account: u32, customer: &str, order: &Order) -> Result<(), SyntheticError> {
        let key = format!("{:05}-{:04}", account + 1, order.number);
        for (position, line) in (1..).zip(&order.lines) {
            self.lines.row(cells![
                format!("A{key}"),
                position,
                customer,
                german_day(order.date),
                DEPARTMENTS[order.department],
                products::key(line.product),
                line.quantity,
                with_comma(line.amount),
                with_comma(line.margin),
                "EUR",
            ])?;
        }
        let total: i64 = order.lines.iter().map(|line| line.amount).sum();
        let (due, paid) = (german_day(order.due), or_empty(order.paid, german_day));
        let (invoice, order_key) = (format!("R{key}"), format!("A{key}"));
        let date = german_day(order.date);
        self.invoices.row(cells![invoice, order_key, customer, date, with_comma(total), "EUR", due, paid])
    }
}
