//! When a query has to stop: after its time limit, or because somebody asks.
//!
//! Comes in: a time limit, or a call from another thread. Leaves: the evaluator's cancellation token, and afterwards the
//! reason. Costs: one sleeping thread while a query with a limit runs.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use oxigraph::sparql::CancellationToken;

use crate::algorithms::Watch;
use crate::sparql::SparqlError;

/// Stops a query; clones stop the same one.
#[derive(Clone)]
pub struct Stop {
    token: CancellationToken,
    started: Instant,
    is_timed_out: Arc<AtomicBool>,
    /// Dropped with the last clone, which ends the watching thread.
    _watch: Arc<Mutex<Option<Sender<()>>>>,
}

impl Stop {
    /// Stops only when [`Stop::interrupt`] is called.
    pub fn never() -> Self {
        Self {
            token: CancellationToken::new(),
            started: Instant::now(),
            is_timed_out: Arc::default(),
            _watch: Arc::default(),
        }
    }

    /// Stops after `limit`, counted from now, or when [`Stop::interrupt`] is called.
    pub fn after(limit: Duration) -> Self {
        let (alive, watched) = mpsc::channel::<()>();
        let stop = Self { _watch: Arc::new(Mutex::new(Some(alive))), ..Self::never() };
        let (token, is_timed_out) = (stop.token.clone(), Arc::clone(&stop.is_timed_out));
        thread::spawn(move || {
            if watched.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                is_timed_out.store(true, Ordering::SeqCst);
                token.cancel();
            }
        });
        stop
    }

    /// Stops now.
    pub fn interrupt(&self) {
        self.token.cancel();
    }

    /// Whether the query has been told to stop.
    pub fn is_stopped(&self) -> bool {
        self.token.is_cancelled()
    }

    /// Why it stopped, and how long it had run.
    pub fn reason(&self) -> SparqlError {
        let ran = self.started.elapsed();
        let is_timed_out = self.is_timed_out.load(Ordering::SeqCst);
        if is_timed_out { SparqlError::TimedOut(ran) } else { SparqlError::Interrupted(ran) }
    }

    pub(super) fn token(&self) -> CancellationToken {
        self.token.clone()
    }
}

/// Algorithms that a query calls end with it.
impl Watch for Stop {
    fn tick(&self, _: u64, _: u64) {}

    fn is_stopped(&self) -> bool {
        self.token.is_cancelled()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_tells_a_time_limit_from_an_interruption() {
        let limited = Stop::after(Duration::from_millis(1));
        while !limited.is_stopped() {
            thread::sleep(Duration::from_millis(1));
        }
        assert!(matches!(limited.reason(), SparqlError::TimedOut(_)));
        let interrupted = Stop::after(Duration::from_secs(3600));
        interrupted.clone().interrupt();
        assert!(interrupted.is_stopped() && matches!(interrupted.reason(), SparqlError::Interrupted(_)));
    }
}
