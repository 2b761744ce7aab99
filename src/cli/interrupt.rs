//! Ctrl-C and time limits of a query, as the command line sees them.

use std::process;
use std::thread;
use std::time::Duration;

use crate::cli::stdout::say;
use crate::error::Failure;
use crate::sparql::Stop;

/// How long a query that was told to stop may take to do so.
const GRACE: Duration = Duration::from_millis(300);
const STEP: Duration = Duration::from_millis(50);

/// Stops a query after `limit` and at Ctrl-C. The evaluator looks whether it has to stop whenever it reads a statement;
/// where it reads none for long (a product of large intermediate results), the process ends after a grace.
pub(super) fn stop_after(limit: Option<Duration>) -> Result<Stop, Failure> {
    let stop = limit.map_or_else(Stop::never, Stop::after);
    let asked = stop.clone();
    ctrlc::set_handler(move || asked.interrupt()).map_err(|error| Failure::Internal(error.into()))?;
    let watched = stop.clone();
    thread::spawn(move || {
        while !watched.is_stopped() {
            thread::sleep(STEP);
        }
        thread::sleep(GRACE);
        let failure = Failure::User(watched.reason().into());
        say!("error: {}", failure.message());
        process::exit(failure.exit_code().into());
    });
    Ok(stop)
}
