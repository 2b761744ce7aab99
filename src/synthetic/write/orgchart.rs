//! `orgchart/`, half-yearly charts of some accounts: one compressed file a snapshot, with titles as people write them.
//!
//! In: dossiers. Out: a row for every post that was there on the day; an empty holder where nobody held it.

use std::path::Path;

use crate::model::Day;
use crate::synthetic::chart::{Chart, Seat};
use crate::synthetic::write::Dossier;
use crate::synthetic::write::damage::Damage;
use crate::synthetic::write::table::{PLAIN, Table, cells};
use crate::synthetic::{Settings, SyntheticError};

/// The files of the charts, oldest first.
pub struct Orgchart {
    tables: Vec<(Day, Table)>,
}

const COLUMNS: &[&str] =
    &["snapshot_date", "account_id", "post_id", "title", "rank", "holder_id", "holder_name", "reports_to"];

impl Orgchart {
    /// Begins one file a snapshot.
    pub fn create(settings: &Settings, folder: &Path) -> Result<Self, SyntheticError> {
        let begin = |day: Day| {
            let path = format!("orgchart/chart-{day}.csv.gz");
            let table = Table::create(settings, folder, &path, PLAIN, COLUMNS, Damage::default())?;
            Ok((day, table))
        };
        Ok(Self { tables: settings.snapshot_days().into_iter().map(begin).collect::<Result<_, _>>()? })
    }

    /// Writes one account's rows into every snapshot.
    pub fn write(&mut self, settings: &Settings, dossier: &Dossier) -> Result<(), SyntheticError> {
        if !dossier.account.slot.by_snapshots {
            return Ok(());
        }
        let days = settings.snapshot_days();
        for (day, table) in &mut self.tables {
            let is_last = days.last() == Some(&*day);
            for seat in dossier.chart.seats.iter().filter(|seat| seat.is_there(*day)) {
                table.row(row(&dossier.chart, seat, *day, is_last))?;
            }
        }
        Ok(())
    }

    /// The files, to be ended.
    pub fn into_tables(self) -> Vec<Table> {
        self.tables.into_iter().map(|(_, table)| table).collect()
    }
}

fn row(chart: &Chart, seat: &Seat, day: Day, is_last: bool) -> Vec<String> {
    let retitled = seat.retitled.as_deref().filter(|_| is_last);
    let holder = seat.holder(day);
    cells![
        day,
        chart.account,
        chart.post_key(seat.template.code),
        retitled.unwrap_or(seat.title),
        seat.template.rank,
        holder.map(|it| it.key.as_str()).unwrap_or_default(),
        holder.map(|it| it.name.as_str()).unwrap_or_default(),
        seat.superior(day).map(|code| chart.post_key(code)).unwrap_or_default(),
    ]
}
