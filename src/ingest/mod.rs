//! Bytes to records, each with its place (file, row, column).

pub mod quarantine;
