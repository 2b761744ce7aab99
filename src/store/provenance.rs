//! From a statement back to the rows that say it.

use crate::store::Id;
use crate::store::snapshot::{Origin, Snapshot};

impl Snapshot {
    /// Where a statement was read: every row of every batch that says it. Empty for derived statements.
    pub fn origins(&self, subject: Id, predicate: Id, object: Id) -> Vec<Origin> {
        let parts = self.layers().parts.iter();
        let tables = parts.filter_map(|part| Some((part, &part.tables[part.table_of(predicate)?])));
        let rows = tables.flat_map(|(part, table)| {
            let places = table.of_both(subject, object);
            let statements = places.flat_map(|place| table.statements(place));
            let known = statements.filter(|at| table.graph_by(*at, self.last_day()).is_some());
            known.filter_map(|at| {
                let (file, row) = table.origin(at);
                let (batch, file) = part.manifest.file(file)?;
                Some(Origin { batch: batch.to_owned(), file: file.to_owned(), row: row.into() })
            })
        });
        let mut origins: Vec<_> = rows.collect();
        origins.sort_unstable();
        origins.dedup();
        origins
    }

    /// The last day on which any source said a statement, as days since 1970-01-01 and as far as this view shows it; `None`
    /// for what has always been known, or is not said.
    pub fn last_said(&self, subject: Id, predicate: Id, object: Id) -> Option<i32> {
        let parts = self.layers().parts.iter();
        let tables = parts.filter_map(|part| Some(&part.tables[part.table_of(predicate)?]));
        let days = tables.flat_map(|table| {
            let statements = table.of_both(subject, object).flat_map(|place| table.statements(place));
            statements.filter_map(|at| table.known_since(at, self.last_day()))
        });
        days.max()
    }
}
