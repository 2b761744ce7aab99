//! Findings to files that people and programs read.
