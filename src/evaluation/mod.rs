//! Findings against what is known to be true.

pub mod identity;
pub mod planted;
