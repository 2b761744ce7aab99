//! `crm/`, the people: contacts of all accounts; posts, memberships and reporting lines of those whose chart is dated.
//!
//! In: dossiers. Out: files. One row a thing.

use std::path::Path;

use crate::model::Day;
use crate::synthetic::chart::{Chart, Seat};
use crate::synthetic::write::Dossier;
use crate::synthetic::write::damage::Damage;
use crate::synthetic::write::table::{PLAIN, Table, cells};
use crate::synthetic::{Settings, SyntheticError};

/// The files of the CRM that are about people at accounts.
pub struct People {
    contacts: Table,
    posts: Table,
    memberships: Table,
    lines: Table,
}

const CONTACTS: &[&str] = &["contact_id", "account_id", "name", "email", "phone"];
const POSTS: &[&str] =
    &["post_id", "account_id", "title", "level", "function", "buying_role", "rank", "valid_from", "valid_to"];
const MEMBERSHIPS: &[&str] = &["membership_id", "post_id", "contact_id", "account_id", "from", "to"];
const LINES: &[&str] = &["line_id", "post_id", "reports_to", "kind", "from", "to"];

impl People {
    /// Begins the files.
    pub fn create(settings: &Settings, folder: &Path) -> Result<Self, SyntheticError> {
        let table = |path, columns, damage| Table::create(settings, folder, path, PLAIN, columns, damage);
        let contacts = Damage { table: 4, texts: &[2], is_master: true, ..Damage::default() };
        Ok(Self {
            contacts: table("crm/contacts.csv", CONTACTS, contacts)?,
            posts: table("crm/posts.csv", POSTS, Damage::default())?,
            memberships: table("crm/memberships.csv", MEMBERSHIPS, Damage::default())?,
            lines: table("crm/reporting_lines.csv", LINES, Damage::default())?,
        })
    }

    /// Writes one account's rows.
    pub fn write(&mut self, settings: &Settings, dossier: &Dossier) -> Result<(), SyntheticError> {
        self.contacts(dossier)?;
        if dossier.account.slot.by_snapshots {
            return Ok(());
        }
        for seat in &dossier.chart.seats {
            self.post(&dossier.chart, seat)?;
            self.memberships(&dossier.chart, seat)?;
            self.lines(settings, &dossier.chart, seat)?;
        }
        Ok(())
    }

    /// The files, to be ended.
    pub fn into_tables(self) -> Vec<Table> {
        vec![self.contacts, self.posts, self.memberships, self.lines]
    }

    /// People who came from another account are in that account's rows.
    fn contacts(&mut self, dossier: &Dossier) -> Result<(), SyntheticError> {
        let own = format!("CT-{:05}-", dossier.account.number + 1);
        let tenures = dossier.chart.seats.iter().flat_map(|seat| &seat.tenures);
        let mut written: Vec<&str> = Vec::new();
        for person in tenures.map(|tenure| &tenure.person).filter(|person| person.key.starts_with(&own)) {
            if written.contains(&person.key.as_str()) {
                continue;
            }
            written.push(&person.key);
            let account = dossier.account.key();
            self.contacts.row(cells![person.key, account, person.name, person.email, person.telephone])?;
        }
        Ok(())
    }

    fn post(&mut self, chart: &Chart, seat: &Seat) -> Result<(), SyntheticError> {
        let post = seat.template;
        self.posts.row(cells![
            chart.post_key(post.code),
            chart.account,
            seat.title,
            post.level,
            post.function,
            post.buying_role,
            post.rank,
            day(seat.opened),
            day(seat.closed),
        ])
    }

    fn memberships(&mut self, chart: &Chart, seat: &Seat) -> Result<(), SyntheticError> {
        let post = chart.post_key(seat.template.code);
        for tenure in &seat.tenures {
            let key = format!("{post}/{}", tenure.person.key);
            self.memberships.row(cells![key, post, tenure.person.key, chart.account, tenure.from, day(tenure.to)])?;
        }
        Ok(())
    }

    fn lines(&mut self, settings: &Settings, chart: &Chart, seat: &Seat) -> Result<(), SyntheticError> {
        let Some(superior) = seat.superior else { return Ok(()) };
        let post = chart.post_key(seat.template.code);
        let from = seat.opened.unwrap_or(settings.first_day() + -1200);
        let later = seat.later_superior;
        let end = day(seat.closed.or(later.map(|(_, changed)| changed)));
        let above = chart.post_key(superior);
        self.lines.row(cells![format!("{post}>{superior}"), post, above, "solid", from, end])?;
        if let Some((superior, changed)) = later {
            let above = chart.post_key(superior);
            self.lines.row(cells![format!("{post}>{superior}"), post, above, "solid", changed, day(seat.closed)])?;
        }
        Ok(())
    }
}

fn day(day: Option<Day>) -> String {
    day.map(|it| it.to_string()).unwrap_or_default()
}
