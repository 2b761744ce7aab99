//! A market with planted truth, from a seed and a size.
