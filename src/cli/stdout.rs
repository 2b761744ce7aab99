//! Data on stdout.

use std::io::{self, ErrorKind, Write};

use crate::error::Failure;

/// Writes data to stdout. Nobody reads on, as with `| head`: that is an end like any other.
pub fn put(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::Internal(error.into())),
        _ => Ok(()),
    }
}
