//! What a query holds in memory, against what it may hold.
//!
//! Bytes are counted where they grow with the data (gathered batches, tables of groups, built sides, what a path has
//! reached) as the lengths of their columns, so that never more is counted than is allocated; batches on their way through
//! steps are not counted, they stay small. Whoever holds bytes has a [`Held`], and they are given back when it is dropped.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::context::Halt;
use super::rows::BATCH_ROWS;
use crate::sparql::vector::Batch;

/// The bytes that all operators and threads of one query hold.
pub(super) struct Account {
    limit_bytes: usize,
    held_bytes: AtomicUsize,
}

/// Bytes that are counted as held until this is dropped.
pub(super) struct Held {
    account: Arc<Account>,
    bytes: usize,
}

impl Account {
    /// Nothing held, of so many bytes.
    pub fn new(limit_bytes: usize) -> Arc<Self> {
        Arc::new(Self { limit_bytes, held_bytes: AtomicUsize::new(0) })
    }

    /// Bytes that may be held.
    pub fn limit_bytes(&self) -> usize {
        self.limit_bytes
    }
}

impl Held {
    /// No bytes yet.
    pub fn new(account: &Arc<Account>) -> Self {
        Self { account: Arc::clone(account), bytes: 0 }
    }

    /// Holds so many bytes from now on, whatever it held before.
    pub fn set(&mut self, bytes: usize) -> Result<(), Halt> {
        let held = &self.account.held_bytes;
        let before = std::mem::replace(&mut self.bytes, bytes);
        if bytes <= before {
            held.fetch_sub(before - bytes, Ordering::Relaxed);
            return Ok(());
        }
        let more = bytes - before;
        let all = held.fetch_add(more, Ordering::Relaxed) + more;
        if all > self.account.limit_bytes { Err(Halt::Memory) } else { Ok(()) }
    }

    /// Holds so many bytes more.
    pub fn more(&mut self, bytes: usize) -> Result<(), Halt> {
        self.set(self.bytes + bytes)
    }

    /// Holds what another held, too.
    fn take_over(&mut self, mut other: Self) {
        self.bytes += std::mem::take(&mut other.bytes);
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.account.held_bytes.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// Batches that an operator holds.
pub(super) struct Kept {
    pub batches: Vec<Batch>,
    held: Held,
}

impl Kept {
    /// No batches yet.
    pub fn new(account: &Arc<Account>) -> Self {
        Self { batches: Vec::new(), held: Held::new(account) }
    }

    /// These batches.
    pub fn of(batches: Vec<Batch>, account: &Arc<Account>) -> Result<Self, Halt> {
        let mut kept = Self { batches, held: Held::new(account) };
        kept.count()?;
        Ok(kept)
    }

    /// Counts the bytes of the batches anew.
    pub fn count(&mut self) -> Result<(), Halt> {
        self.held.set(self.batches.iter().map(Batch::bytes).sum())
    }

    /// Adds a batch; small ones are put together, so that what comes after them has less to look at.
    pub fn push(&mut self, batch: Batch) -> Result<(), Halt> {
        let before = self.batches.last().map_or(0, Batch::bytes);
        match self.batches.last_mut() {
            Some(last) if last.len + batch.len <= BATCH_ROWS => {
                last.append(&batch);
                self.held.more(last.bytes() - before)
            }
            _ => {
                let bytes = batch.bytes();
                self.batches.push(batch);
                self.held.more(bytes)
            }
        }
    }

    /// The batches of all, in their order.
    pub fn joined(all: impl IntoIterator<Item = Self>) -> Option<Self> {
        all.into_iter().reduce(|mut left, right| {
            left.batches.extend(right.batches);
            left.held.take_over(right.held);
            left
        })
    }

    /// Rows of all batches.
    pub fn n_rows(&self) -> usize {
        self.batches.iter().map(|batch| batch.len).sum()
    }

    /// All rows in one batch; each column is freed when it has been copied.
    pub fn into_one(mut self, n_slots: usize) -> (Batch, Held) {
        let all = match self.batches.len() {
            1 => self.batches.remove(0),
            _ => Batch::concatenated(self.batches, n_slots),
        };
        (all, self.held)
    }
}

/// What an operator has computed, until nobody needs it any more.
pub(super) struct Ready<T>(RwLock<Option<Arc<T>>>);

impl<T> Ready<T> {
    /// Nothing yet.
    pub fn new() -> Self {
        Self(RwLock::new(None))
    }

    /// What has been computed.
    pub fn get(&self) -> Option<Arc<T>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps what has been computed.
    pub fn set(&self, computed: T) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(computed));
    }

    /// Forgets what has been computed; gives it to the caller when nobody else reads it.
    pub fn take(&self) -> Option<T> {
        let taken = self.0.write().unwrap_or_else(PoisonError::into_inner).take();
        taken.and_then(Arc::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Id;

    fn batch(n_rows: usize) -> Batch {
        Batch { columns: vec![vec![Id::NONE; n_rows], Vec::new()], len: n_rows }
    }

    #[test]
    fn bytes_are_counted_while_they_are_held_and_no_longer() {
        let account = Account::new(1000);
        let held = || account.held_bytes.load(Ordering::Relaxed);
        let mut kept = Kept::new(&account);
        kept.push(batch(3)).unwrap();
        kept.push(batch(2)).unwrap();
        assert_eq!((kept.batches.len(), kept.n_rows(), held()), (1, 5, 40));
        let other = Kept::of(vec![batch(10), batch(20)], &account).unwrap();
        assert_eq!(held(), 280);
        let (one, bytes) = Kept::joined([kept, other]).unwrap().into_one(2);
        assert_eq!((one, held()), (batch(35), 280));
        drop(bytes);
        assert_eq!(held(), 0);
    }

    #[test]
    fn what_would_be_more_than_the_limit_is_refused() {
        let account = Account::new(100);
        let (mut one, mut other) = (Held::new(&account), Held::new(&account));
        assert!(one.more(60).is_ok() && other.more(40).is_ok());
        assert!(matches!(other.more(1), Err(Halt::Memory)));
        drop(one);
        assert!(other.set(100).is_ok());
        assert!(matches!(Kept::of(vec![batch(1)], &account), Err(Halt::Memory)));
    }
}
