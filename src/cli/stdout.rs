//! Data on stdout, words for people on stderr.

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

/// Writes a line for people to stderr. Nobody needs to read it: what is written to nowhere is no failure.
pub fn write_line(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// A line for people, as `eprintln!` writes it, which ends no run when nobody reads on.
macro_rules! say {
    ($($part:tt)*) => { $crate::cli::stdout::write_line(format_args!($($part)*)) };
}
pub(in crate::cli) use say;
