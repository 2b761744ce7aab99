//! Findings against what is known to be true, and lists of the past against what followed.

pub mod backtest;
pub mod identity;
pub mod planted;
