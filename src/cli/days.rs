//! The clock: the only place that reads it.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::error::Failure;
use crate::model::Day;

/// Today in UTC.
pub fn today() -> Result<Day, Failure> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|error| Failure::Internal(error.into()))?;
    let days = i32::try_from(seconds.as_secs() / 86_400).ok().and_then(Day::from_days);
    days.ok_or_else(|| Failure::Internal("the clock shows no day that can be written".into()))
}

/// Seconds since 1970, for the journal.
pub fn now_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
