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
}
