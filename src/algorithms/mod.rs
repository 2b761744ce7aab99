//! Parallel, deterministic graph algorithms; they know numbers only.
