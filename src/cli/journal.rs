//! The journal of a workspace: which command wrote when, how long it took, how it ended.

use std::time::Instant;

use serde::Serialize;

use crate::cli::days::now_seconds;
use crate::cli::failure::store_failure;
use crate::error::Failure;
use crate::store::Writing;

/// One line of the journal.
#[derive(Serialize)]
struct Entry<'a> {
    command: &'a str,
    version: &'static str,
    started_unix_seconds: u64,
    took_seconds: f64,
    outcome: String,
}

/// Does `work` and notes in the workspace's journal how it went.
pub fn noted(command: &str, writing: &Writing<'_>, work: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    let (started, clock) = (now_seconds(), Instant::now());
    let done = work();
    let entry = Entry {
        command,
        version: env!("CARGO_PKG_VERSION"),
        started_unix_seconds: started,
        took_seconds: clock.elapsed().as_secs_f64(),
        outcome: done.as_ref().map_or_else(Failure::message, |()| "done".to_owned()),
    };
    let noted = writing.note(&entry).map_err(store_failure);
    done.and(noted)
}
