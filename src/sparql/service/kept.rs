//! Tables of earlier calls, kept in this process.
//!
//! A table depends on nothing but what its [`Key`] hashes, so a kept one is the one that would be computed. The tables
//! together hold at most [`MAX_BYTES`]; the one that was asked for longest ago goes first.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::sparql::service::solutions::Table;

/// A hash of the snapshot as the call sees it, the algorithm, and all arguments.
pub(super) type Key = [u8; 32];

const MAX_BYTES: u64 = 256 << 20;

static KEPT: Mutex<VecDeque<(Key, Arc<Table>)>> = Mutex::new(VecDeque::new());

/// The table of a key, if it is kept.
pub(super) fn get(key: &Key) -> Option<Arc<Table>> {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let at = kept.iter().position(|(other, _)| other == key)?;
    let found = kept.remove(at)?;
    let table = Arc::clone(&found.1);
    kept.push_back(found);
    Some(table)
}

/// Keeps a table, unless it alone is too large.
pub(super) fn put(key: Key, table: &Arc<Table>) {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    kept.retain(|(other, _)| *other != key);
    kept.push_back((key, Arc::clone(table)));
    let mut n_bytes: u64 = kept.iter().map(|(_, table)| table.n_bytes()).sum();
    while n_bytes > MAX_BYTES
        && let Some((_, oldest)) = kept.pop_front()
    {
        n_bytes -= oldest.n_bytes();
    }
}
