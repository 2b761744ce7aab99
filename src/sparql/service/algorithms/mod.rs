//! The algorithms as a query sees them: one entry each, with what turns arguments into settings and results into columns.

pub(super) mod community;
pub(super) mod cut;
pub(super) mod likeness;
pub(super) mod path;
pub(super) mod rank;
