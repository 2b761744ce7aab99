//! Moving rows between batches.

use super::pattern::Slot;
use crate::sparql::vector::Batch;
use crate::store::Id;

/// Rows of a batch that operators aim at: columns of this length stay in the second-level cache.
pub(super) const BATCH_ROWS: usize = 1 << 14;

impl Batch {
    /// One row that binds nothing.
    pub fn unit(n_slots: usize) -> Self {
        Self { columns: vec![Vec::new(); n_slots], len: 1 }
    }

    /// No rows.
    pub fn empty(n_slots: usize) -> Self {
        Self { columns: vec![Vec::new(); n_slots], len: 0 }
    }

    /// The column of a slot; nothing where no row binds it.
    pub fn column(&self, slot: Slot) -> Option<&[Id]> {
        self.columns.get(slot).map(Vec::as_slice).filter(|column| !column.is_empty())
    }

    /// The value of a slot in a row.
    pub fn value(&self, slot: Slot, row: usize) -> Id {
        self.column(slot).map_or(Id::NONE, |column| column[row])
    }

    /// Makes the column of a slot as long as the batch.
    pub fn fill(&mut self, slot: Slot) {
        if self.columns[slot].is_empty() {
            self.columns[slot] = vec![Id::NONE; self.len];
        }
    }

    /// The rows at these places, in this order; only the columns in `live`.
    pub fn gather(&self, rows: &[u32], live: &[Slot]) -> Self {
        let mut batch = Self::empty(self.columns.len());
        batch.len = rows.len();
        for slot in live {
            if let Some(column) = self.column(*slot) {
                batch.columns[*slot] = rows.iter().map(|row| column[*row as usize]).collect();
            }
        }
        batch
    }

    /// The rows that are to be kept; only the columns in `live`.
    pub fn keep(mut self, keep: &[bool], live: &[Slot]) -> Self {
        let n_kept = keep.iter().filter(|keep| **keep).count();
        if n_kept == self.len {
            self.drop_dead(live);
            return self;
        }
        let mut batch = Self::empty(self.columns.len());
        batch.len = n_kept;
        for slot in live {
            if let Some(column) = self.column(*slot) {
                let mut kept = Vec::with_capacity(n_kept);
                kept.extend(column.iter().zip(keep).filter(|(_, keep)| **keep).map(|(id, _)| *id));
                batch.columns[*slot] = kept;
            }
        }
        batch
    }

    /// Forgets all columns but those in `live`, which are in order.
    pub fn drop_dead(&mut self, live: &[Slot]) {
        let columns = self.columns.iter_mut().enumerate();
        for (_, column) in columns.filter(|(slot, _)| live.binary_search(slot).is_err()) {
            *column = Vec::new();
        }
    }

    /// The rows in a range.
    pub fn slice(&self, start: usize, end: usize) -> Self {
        let part = |column: &Vec<Id>| if column.is_empty() { Vec::new() } else { column[start..end].to_vec() };
        Self { columns: self.columns.iter().map(part).collect(), len: end - start }
    }

    /// Appends the rows of another batch.
    pub fn append(&mut self, other: &Self) {
        if self.columns.len() < other.columns.len() {
            self.columns.resize(other.columns.len(), Vec::new());
        }
        for (slot, column) in self.columns.iter_mut().enumerate() {
            match other.column(slot) {
                Some(more) => {
                    column.resize(self.len, Id::NONE);
                    column.extend_from_slice(more);
                }
                None if !column.is_empty() => column.resize(self.len + other.len, Id::NONE),
                None => (),
            }
        }
        self.len += other.len;
    }

    /// All rows of many batches in one; each column is freed when it has been copied.
    pub fn concatenated(mut batches: Vec<Self>, n_slots: usize) -> Self {
        let mut all = Self::empty(n_slots);
        all.len = batches.iter().map(|batch| batch.len).sum();
        for slot in 0..n_slots {
            if batches.iter().all(|batch| batch.column(slot).is_none()) {
                continue;
            }
            let mut column = Vec::with_capacity(all.len);
            for batch in &mut batches {
                match batch.columns.get_mut(slot).map(std::mem::take).filter(|own| !own.is_empty()) {
                    Some(own) => column.extend(own),
                    None => column.resize(column.len() + batch.len, Id::NONE),
                }
            }
            all.columns[slot] = column;
        }
        all
    }

    /// The rows at these places, in this order; each column is freed when its rows have been taken.
    pub fn at_places(mut self, rows: &[u32]) -> Self {
        for column in self.columns.iter_mut().filter(|column| !column.is_empty()) {
            *column = rows.iter().map(|row| column[*row as usize]).collect();
        }
        self.len = rows.len();
        self
    }

    /// Bytes of its columns.
    pub fn bytes(&self) -> usize {
        self.columns.iter().map(|column| column.len() * size_of::<Id>()).sum()
    }
}
