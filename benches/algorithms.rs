//! Seconds and links a second of the graph view and every algorithm on one R-MAT graph of 2^19 nodes and 5.24 M
//! undirected links drawn from a seed. `RAYON_NUM_THREADS` sets the threads; a first argument sets the scale.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::hint::black_box;
use std::time::Instant;

use kagraph::algorithms::{
    Cost, PageRankSettings, PathSettings, articulation_points, bridges, core_numbers, dominators, k_shortest_paths,
    pagerank, personalised_pagerank, shortest_paths, weakly_connected_components,
};
use kagraph::graph::{Direction, Graph, Layer, ViewSettings};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const LINKS_PER_NODE: usize = 10;
const N_RUNS: usize = 3;

/// Graph500's R-MAT: each bit of both ends falls into one of four quadrants.
fn rmat(scale: u32, seed: u64) -> Vec<(u64, u64)> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    (0..LINKS_PER_NODE << scale).map(|_| rmat_link(scale, &mut random)).collect()
}

fn rmat_link(scale: u32, random: &mut impl Rng) -> (u64, u64) {
    (0..scale).fold((0, 0), |(a, b), _| {
        let place: f64 = random.random();
        let (right, below) = ((0.57..0.76).contains(&place) || place >= 0.95, place >= 0.76);
        (a << 1 | u64::from(below), b << 1 | u64::from(right))
    })
}

/// The best of some runs, as a row of the table.
fn measure<T>(name: &str, n_links: usize, mut run: impl FnMut() -> T) -> T {
    let mut best = f64::INFINITY;
    let mut result = None;
    for _ in 0..N_RUNS {
        let start = Instant::now();
        result = Some(black_box(run()));
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!("{name:<44} {best:>9.4} s {:>10.1} M links/s", n_links as f64 / best / 1e6);
    result.unwrap()
}

fn build(links: &[(u64, u64)], weights: Option<&[f64]>, direction: Direction) -> Graph {
    let layer = Layer::new(links);
    let layer = if let Some(weights) = weights { layer.weighted(weights) } else { layer };
    Graph::from_layers(&[layer], &ViewSettings { direction, ..ViewSettings::default() }).unwrap()
}

fn measure_ranks(graph: &Graph, weighted: &Graph, n: usize) {
    let settings = PageRankSettings { tolerance: 1e-8, ..PageRankSettings::default() };
    let ranks = measure("pagerank to 1e-8", n, || pagerank(graph, &settings).unwrap());
    println!("{:<44} {:>9}", "  iterations", ranks.n_iterations);
    measure("pagerank to 1e-8, weighted", n, || pagerank(weighted, &settings).unwrap());
    let seeds: Vec<(u32, f64)> = (0..100).map(|seed| (seed * 997 % graph.n_nodes() as u32, 1.0)).collect();
    measure("personalised pagerank to 1e-8, 100 seeds", n, || personalised_pagerank(graph, &seeds, &settings).unwrap());
}

fn measure_structure(graph: &Graph, forward: &Graph, n: usize) {
    let components = measure("weakly connected components", n, || weakly_connected_components(graph));
    println!("{:<44} {:>9}", "  components", components.n_components());
    measure("weakly connected components, directed view", n, || weakly_connected_components(forward));
    let cores = measure("core numbers", n, || core_numbers(graph).unwrap());
    println!("{:<44} {:>9}", "  greatest core", cores.iter().max().unwrap());
    let cuts = measure("bridges", n, || bridges(graph).unwrap());
    println!("{:<44} {:>9}", "  bridges", cuts.len());
    measure("articulation points", n, || articulation_points(graph).unwrap());
    measure("dominators, directed view", n, || dominators(forward, &[0]).unwrap());
}

fn measure_paths(weighted: &Graph, n: usize) {
    measure("shortest paths from one node", n, || shortest_paths(weighted, &[0], &PathSettings::default()).unwrap());
    let hops = PathSettings { cost: Cost::Hops, ..PathSettings::default() };
    measure("shortest paths from one node, by links", n, || shortest_paths(weighted, &[0], &hops).unwrap());
    let targets: Vec<u32> = (1..=100).map(|target| target * 5003 % weighted.n_nodes() as u32).collect();
    let settings = PathSettings::default();
    let all =
        || targets.iter().map(|target| k_shortest_paths(weighted, &[0, 7, 9], *target, 3, &settings).unwrap().len());
    measure("3 cheapest paths to each of 100 nodes", n, || all().sum::<usize>());
}

fn main() {
    let scale = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(19);
    let links = rmat(scale, 42);
    let weights: Vec<f64> = (0..links.len()).map(|link| 0.1 + (link % 89) as f64 / 100.0).collect();
    let n = links.len();
    println!("{n} links drawn, {} threads, best of {N_RUNS}", rayon::current_num_threads());
    let graph = measure("graph view, undirected", n, || build(&links, None, Direction::Both));
    let weighted = measure("graph view, undirected, weighted", n, || build(&links, Some(&weights), Direction::Both));
    let forward = measure("graph view, directed", n, || build(&links, None, Direction::Forward));
    println!("{:<44} {:>9} nodes {:>9} distinct links", "", graph.n_nodes(), graph.n_arcs() / 2);
    measure_ranks(&graph, &weighted, n);
    measure_structure(&graph, &forward, n);
    measure_paths(&weighted, n);
}
