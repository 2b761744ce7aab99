//! Parallel, deterministic graph algorithms; they know numbers only.
//!
//! In comes a [`crate::graph::Graph`] (and a small settings struct where there is something to choose), out come plain
//! arrays over its nodes, or paths. One file an algorithm, each with its cost, its source and what its result depends
//! on. Every result is the same, bit for bit, for any number of threads; ties are broken by node number, which is the
//! order of the ids. Nothing here knows accounts or people, reads files, recurses, or looks at a clock.
//!
//! Before a run [`memory`] tells what it will take; during it a [`Watch`] is told how far it is and may stop it.

mod articulation_points;
mod betweenness;
mod breadth_first_levels;
mod bridges;
mod closeness;
mod clustering_coefficients;
mod components;
mod core_numbers;
mod cost_queue;
mod dominators;
mod draw;
mod error;
mod fast_rp;
mod forest;
mod gather;
mod k_shortest_paths;
mod label_propagation;
mod leiden;
mod lowlink;
mod modularity;
mod pagerank;
mod path_search;
mod pool;
mod ranked;
mod set_cover;
mod shortest_paths;
mod similar_nodes;
mod strongly_connected_components;
mod tally;
mod walk;
mod watch;
mod weakly_connected_components;

pub use articulation_points::articulation_points;
pub use betweenness::{BetweennessSettings, betweenness};
pub use breadth_first_levels::{UNREACHED, breadth_first_levels};
pub use bridges::bridges;
pub use closeness::{Closeness, ClosenessSettings, closeness};
pub use clustering_coefficients::{Clustering, clustering_coefficients};
pub use components::Components;
pub use core_numbers::core_numbers;
pub use dominators::{Dominators, dominators};
pub use error::AlgorithmError;
pub use fast_rp::{Embeddings, FastRpSettings, fast_rp, nearest_embeddings};
pub use k_shortest_paths::{k_shortest_paths, shortest_path};
pub use label_propagation::{LabelPropagation, LabelPropagationSettings, PropagationMode, label_propagation};
pub use leiden::{Communities, LeidenSettings, leiden};
pub use modularity::modularity;
pub use pagerank::{PageRank, PageRankSettings, pagerank, personalised_pagerank, personalised_pageranks};
pub use set_cover::{ChosenSet, SetCover, SetCoverSettings, set_cover};
pub use shortest_paths::{Cost, Path, PathSettings, ShortestPaths, shortest_paths};
pub use similar_nodes::{Measure, Similar, SimilaritySettings, similar_nodes};
pub use strongly_connected_components::strongly_connected_components;
pub use watch::{Unwatched, Watch};
pub use weakly_connected_components::weakly_connected_components;

/// Bytes that each algorithm takes beyond the graph at most, its result included, before it runs.
///
/// They follow from the sizes of the graph, the settings and the number of threads.
pub mod memory {
    pub use super::articulation_points::memory as articulation_points;
    pub use super::betweenness::memory as betweenness;
    pub use super::breadth_first_levels::memory as breadth_first_levels;
    pub use super::bridges::memory as bridges;
    pub use super::closeness::memory as closeness;
    pub use super::clustering_coefficients::memory as clustering_coefficients;
    pub use super::core_numbers::memory as core_numbers;
    pub use super::dominators::memory as dominators;
    pub use super::fast_rp::memory as fast_rp;
    pub use super::k_shortest_paths::memory as k_shortest_paths;
    pub use super::label_propagation::memory as label_propagation;
    pub use super::leiden::memory as leiden;
    pub use super::modularity::memory as modularity;
    pub use super::pagerank::memory as pagerank;
    pub use super::pagerank::memory as personalised_pagerank;
    pub use super::pagerank::memory_of_many as personalised_pageranks;
    pub use super::set_cover::memory as set_cover;
    pub use super::shortest_paths::memory as shortest_paths;
    pub use super::similar_nodes::memory as similar_nodes;
    pub use super::strongly_connected_components::memory as strongly_connected_components;
    pub use super::weakly_connected_components::memory as weakly_connected_components;
}
