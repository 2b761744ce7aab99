//! Progress of a running algorithm, and the way to stop it.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::algorithms::AlgorithmError;

/// Whoever looks at a running algorithm: told how far it is, asked whether it shall stop.
///
/// Both are called from any of the threads that compute, at least once in some ten thousand nodes or one iteration, so
/// they should return at once. They never change a result.
pub trait Watch: Sync {
    /// `done` of `total` steps are done; what a step is differs between algorithms. Calls from several threads may come
    /// out of order; where an algorithm ends early, `total` is never reached.
    fn tick(&self, done: u64, total: u64);

    /// Whether the algorithm shall end soon with [`AlgorithmError::Stopped`].
    fn is_stopped(&self) -> bool;
}

/// Nobody looks; nothing stops.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn tick(&self, _: u64, _: u64) {}

    fn is_stopped(&self) -> bool {
        false
    }
}

/// The steps of one run.
pub(super) struct Progress<'w> {
    algorithm: &'static str,
    watch: &'w dyn Watch,
    done: AtomicU64,
    total: u64,
}

impl<'w> Progress<'w> {
    pub(super) fn new(algorithm: &'static str, total: usize, watch: &'w dyn Watch) -> Self {
        Self { algorithm, watch, done: AtomicU64::new(0), total: total as u64 }
    }

    /// Notes that further steps are done; an error when the watch wants the end.
    pub(super) fn advance(&self, n_steps: usize) -> Result<(), AlgorithmError> {
        let done = self.done.fetch_add(n_steps as u64, Relaxed) + n_steps as u64;
        self.watch.tick(done.min(self.total), self.total);
        if self.watch.is_stopped() { Err(AlgorithmError::Stopped { algorithm: self.algorithm }) } else { Ok(()) }
    }
}
