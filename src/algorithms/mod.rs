//! Parallel, deterministic graph algorithms; they know numbers only.
//!
//! In comes a [`crate::graph::Graph`] (and a small settings struct where there is something to choose), out come plain
//! arrays over its nodes, or paths. One file an algorithm, each with its cost, its source and what its result depends
//! on. Every result is the same, bit for bit, for any number of threads; ties are broken by node number, which is the
//! order of the ids. Nothing here knows accounts or people, reads files, recurses, or looks at a clock.

mod articulation_points;
mod bridges;
mod core_numbers;
mod dominators;
mod error;
mod k_shortest_paths;
mod lowlink;
mod pagerank;
mod path_search;
mod shortest_paths;
mod weakly_connected_components;

pub use articulation_points::articulation_points;
pub use bridges::bridges;
pub use core_numbers::core_numbers;
pub use dominators::{Dominators, dominators};
pub use error::AlgorithmError;
pub use k_shortest_paths::{k_shortest_paths, shortest_path};
pub use pagerank::{PageRank, PageRankSettings, pagerank, personalised_pagerank};
pub use shortest_paths::{Cost, Path, PathSettings, ShortestPaths, shortest_paths};
pub use weakly_connected_components::{Components, weakly_connected_components};
