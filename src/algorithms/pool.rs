//! Working memory that tasks use one after the other: as many pieces as threads work at once, not as many as tasks.

use std::sync::{Mutex, PoisonError};

/// Pieces of working memory, made when one is needed and none is free.
pub(super) struct Pool<S, F> {
    free: Mutex<Vec<S>>,
    make: F,
}

impl<S, F: Fn() -> S> Pool<S, F> {
    pub(super) fn new(make: F) -> Self {
        Self { free: Mutex::new(Vec::new()), make }
    }

    /// Works with a piece that nobody else uses meanwhile. Which one is chance: it must come back as it was, or hold
    /// sums whose order does not matter.
    pub(super) fn with<R>(&self, work: impl FnOnce(&mut S) -> R) -> R {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut piece = free.unwrap_or_else(&self.make);
        let result = work(&mut piece);
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(piece);
        result
    }

    /// All pieces that were made.
    pub(super) fn into_pieces(self) -> Vec<S> {
        self.free.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
