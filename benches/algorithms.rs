//! Seconds by the clock and of all threads, arcs a second, peak memory and its estimate, for the graph view and every
//! algorithm, on one R-MAT graph of 2^19 nodes and 5.24 M undirected links drawn from a seed. `RAYON_NUM_THREADS` sets
//! the threads. The exit code is 1 when an estimate is below the peak or above four times it.
//!
//! `cargo bench --bench algorithms -- [--scale 19] [--runs 3] [--only leiden,pagerank] [--folder FOLDER]`; with a folder
//! the graph, the answers and the seconds are written there, for `algorithms_compare.py`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::path::PathBuf;
use std::time::Instant;

use kagraph::algorithms::*;
use kagraph::graph::{Direction, Graph, Layer, ViewSettings};
use peak_alloc::PeakAlloc;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Counts the bytes in use.
#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// Bytes by which an estimate may miss: what no formula by nodes and links counts.
const SLACK: u64 = 1 << 20;

const LINKS_PER_NODE: usize = 10;

/// 2^11 nodes, where exact betweenness is to be had.
const SMALL_SCALE: u32 = 11;

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

/// What is measured, and where to.
struct Bench {
    scale: u32,
    n_runs: usize,
    only: Vec<String>,
    folder: Option<PathBuf>,
    seconds: BTreeMap<String, f64>,
    processor_seconds: BTreeMap<String, f64>,
    answers: BTreeMap<String, f64>,
    /// Names of what took more memory than estimated, or less than a quarter of it.
    misjudged: Vec<String>,
}

impl Bench {
    fn from_arguments() -> Self {
        let arguments: Vec<String> = std::env::args().collect();
        let value =
            |name: &str| arguments.iter().position(|it| it == name).and_then(|at| arguments.get(at + 1).cloned());
        let only = value("--only").map(|names| names.split(',').map(str::to_owned).collect()).unwrap_or_default();
        Self {
            scale: value("--scale").map_or(19, |scale| scale.parse().unwrap()),
            n_runs: value("--runs").map_or(3, |runs| runs.parse().unwrap()),
            only,
            folder: value("--folder").map(PathBuf::from),
            seconds: BTreeMap::new(),
            processor_seconds: BTreeMap::new(),
            answers: BTreeMap::new(),
            misjudged: Vec::new(),
        }
    }

    /// The best of some runs, as a row of the table; `None` when it is not asked for.
    fn measure<T>(&mut self, name: &str, (n, memory): (usize, u64), mut run: impl FnMut() -> T) -> Option<T> {
        let is_asked_for = self.only.is_empty() || self.only.iter().any(|only| name.starts_with(only.as_str()));
        if !is_asked_for {
            return None;
        }
        let (mut best, mut busy, mut result) = (f64::INFINITY, f64::INFINITY, None);
        let before = HEAP.current_usage();
        HEAP.reset_peak_usage();
        for _ in 0..self.n_runs {
            drop(result.take());
            let (start, busy_before) = (Instant::now(), processor_seconds());
            result = Some(black_box(run()));
            best = best.min(start.elapsed().as_secs_f64());
            busy = busy.min(processor_seconds() - busy_before);
        }
        let peak = HEAP.peak_usage().saturating_sub(before) as u64;
        let (rate, shown, estimate) = (n as f64 / best / 1e6, peak >> 20, memory >> 20);
        println!(
            "{name:<44} {best:>9.4} s, all threads {busy:>7.2} s {rate:>9.1} M arcs/s {shown:>6} MiB, estimate {estimate:>6}"
        );
        if memory > 0 && !(peak..=4 * peak + SLACK).contains(&(memory + SLACK)) {
            self.misjudged.push(format!("{name}: {peak} bytes, estimate {memory}"));
        }
        self.seconds.insert(name.to_owned(), best);
        self.processor_seconds.insert(name.to_owned(), busy);
        result
    }

    fn answer(&mut self, name: &str, value: f64) {
        println!("{:<44} {value:>11}", format!("  {name}"));
        self.answers.insert(name.to_owned(), value);
    }

    fn write(&self, name: &str, bytes: impl Iterator<Item = u8>) {
        if let Some(folder) = &self.folder {
            fs::create_dir_all(folder).unwrap();
            fs::write(folder.join(name), bytes.collect::<Vec<u8>>()).unwrap();
        }
    }

    fn write_numbers(&self, name: &str, numbers: &[f64]) {
        self.write(name, numbers.iter().flat_map(|number| number.to_le_bytes()));
    }
}

/// Seconds that all threads together have worked, in steps of 10 ms; 0 where it cannot be told.
fn processor_seconds() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

struct Graphs {
    plain: Graph,
    weighted: Graph,
    forward: Graph,
}

fn build(n_nodes: u64, links: &[(u64, u64)], weights: Option<&[f64]>, direction: Direction) -> Graph {
    let layer = Layer::new(links);
    let layer = if let Some(weights) = weights { layer.weighted(weights) } else { layer };
    let nodes: Vec<u64> = (0..n_nodes).collect();
    Graph::with_nodes(&nodes, &[layer], &ViewSettings { direction, ..ViewSettings::default() }).unwrap()
}

/// Each link once, from the smaller node to the greater, none from a node to itself.
fn distinct(mut links: Vec<(u64, u64)>) -> Vec<(u64, u64)> {
    links.iter_mut().for_each(|(a, b)| (*a, *b) = ((*a).min(*b), (*a).max(*b)));
    links.retain(|(a, b)| a != b);
    links.sort_unstable();
    links.dedup();
    links
}

/// The same links, every other one from the greater node to the smaller: no longer a graph without circles.
fn arcs(links: &[(u64, u64)]) -> Vec<(u64, u64)> {
    links.iter().map(|&(a, b)| if (a + b) % 2 == 1 { (b, a) } else { (a, b) }).collect()
}

fn numbers_of(values: &[u32]) -> Vec<f64> {
    values.iter().map(|value| f64::from(*value)).collect()
}

fn measure_ranks(bench: &mut Bench, graphs: &Graphs) {
    let (graph, n) = (&graphs.plain, graphs.plain.n_arcs());
    let settings = PageRankSettings { tolerance: 1e-8, ..PageRankSettings::default() };
    let size = (n, memory::pagerank(graph));
    if let Some(found) = bench.measure("pagerank", size, || pagerank(graph, &settings, &Unwatched).unwrap()) {
        bench.answer("pagerank iterations", found.n_iterations as f64);
        bench.write_numbers("pagerank", &found.ranks);
    }
    bench.measure("pagerank, weighted", size, || pagerank(&graphs.weighted, &settings, &Unwatched).unwrap());
    let seeds = |set: u32| (0..3).map(|at| ((set * 997 + at * 31) % graph.n_nodes() as u32, 1.0)).collect::<Vec<_>>();
    let sets: Vec<Vec<(u32, f64)>> = (0..16).map(seeds).collect();
    let one = || personalised_pagerank(graph, &sets[0], &settings, &Unwatched).unwrap();
    if let Some(found) = bench.measure("personalised pagerank", size, one) {
        bench.write_numbers("personalised", &found.ranks);
    }
    let many = (n, memory::personalised_pageranks(graph, sets.len()));
    let all = || personalised_pageranks(graph, &sets, &settings, &Unwatched).unwrap();
    bench.measure("personalised pageranks of 16 sets", many, all);
}

fn measure_structure(bench: &mut Bench, graphs: &Graphs) {
    let (graph, forward, n) = (&graphs.plain, &graphs.forward, graphs.plain.n_arcs());
    let size = (n, memory::weakly_connected_components(graph));
    let components = || weakly_connected_components(graph, &Unwatched).unwrap();
    if let Some(found) = bench.measure("components", size, components) {
        bench.answer("components", found.n_components() as f64);
    }
    let directed = || weakly_connected_components(forward, &Unwatched).unwrap();
    bench.measure("components, directed view", size, directed);
    let size = (forward.n_arcs(), memory::strongly_connected_components(forward));
    let strong = || strongly_connected_components(forward, &Unwatched).unwrap();
    if let Some(found) = bench.measure("strongly connected components", size, strong) {
        bench.answer("strongly connected components", found.n_components() as f64);
    }
    let size = (n, memory::core_numbers(graph));
    if let Some(cores) = bench.measure("core numbers", size, || core_numbers(graph, &Unwatched).unwrap()) {
        bench.answer("greatest core", f64::from(*cores.iter().max().unwrap()));
        bench.write_numbers("cores", &numbers_of(&cores));
    }
    let size = (n, memory::bridges(graph));
    if let Some(cuts) = bench.measure("bridges", size, || bridges(graph, &Unwatched).unwrap()) {
        bench.answer("bridges", cuts.len() as f64);
    }
    let points = || articulation_points(graph, &Unwatched).unwrap();
    if let Some(points) = bench.measure("articulation points", size, points) {
        bench.answer("articulation points", points.len() as f64);
    }
    let size = (forward.n_arcs(), memory::dominators(forward));
    if let Some(tree) = bench.measure("dominators", size, || dominators(forward, &[0], &Unwatched).unwrap()) {
        let above: Vec<u32> = forward.nodes().map(|node| tree.immediate_dominator(node).unwrap_or(u32::MAX)).collect();
        bench.write_numbers("dominators", &numbers_of(&above));
    }
}

fn measure_communities(bench: &mut Bench, graphs: &Graphs) {
    let (graph, n) = (&graphs.plain, graphs.plain.n_arcs());
    for (name, graph) in [("leiden", graph), ("leiden, weighted", &graphs.weighted)] {
        let settings = LeidenSettings::default();
        let size = (n, memory::leiden(graph));
        if let Some(found) = bench.measure(name, size, || leiden(graph, &settings, &Unwatched).unwrap()) {
            bench.answer(&format!("{name}: rounds"), found.n_iterations as f64);
            bench.answer(&format!("{name}: communities"), found.n_communities as f64);
            bench.answer(&format!("{name}: modularity"), found.modularity);
        }
    }
    let size = (n, memory::label_propagation(graph));
    let ten = LabelPropagationSettings::synchronous(10);
    bench.measure("label propagation, 10 rounds", size, || label_propagation(graph, &ten, &Unwatched).unwrap());
    let settling = LabelPropagationSettings::default();
    let settle = || label_propagation(graph, &settling, &Unwatched).unwrap();
    if let Some(found) = bench.measure("label propagation, until it settles", size, settle) {
        bench.answer("label propagation: rounds", found.n_iterations as f64);
        bench.answer("label propagation: modularity", modularity(graph, &found.labels, 1.0, false).unwrap());
    }
}

fn measure_centrality(bench: &mut Bench, graphs: &Graphs) {
    let (graph, n) = (&graphs.plain, graphs.plain.n_arcs());
    let size = (n, memory::clustering_coefficients(graph));
    let clustering = || clustering_coefficients(graph, &Unwatched).unwrap();
    if let Some(found) = bench.measure("clustering coefficients", size, clustering) {
        bench.answer("triangles", found.n_triangles as f64);
        bench.write_numbers("clustering", &found.local);
    }
    let settings = BetweennessSettings { n_samples: Some(64), seed: 1 };
    let size = (64 * n, memory::betweenness(graph));
    let between = || betweenness(graph, &settings, &Unwatched).unwrap();
    if let Some(found) = bench.measure("betweenness from 64 nodes", size, between) {
        bench.write_numbers("betweenness", &found);
    }
    let settings = ClosenessSettings { n_samples: Some(512), seed: 1 };
    let size = (512 * n, memory::closeness(graph));
    if let Some(found) =
        bench.measure("closeness to 512 nodes", size, || closeness(graph, &settings, &Unwatched).unwrap())
    {
        bench.write_numbers("closeness", &found.closeness);
    }
}

/// Exact measures, on a graph small enough for them.
fn measure_exactly(bench: &mut Bench) {
    let links = distinct(rmat(SMALL_SCALE, 7));
    let graph = build(1 << SMALL_SCALE, &links, None, Direction::Both);
    bench.write("small_links", links.iter().flat_map(|(a, b)| [*a as u32, *b as u32]).flat_map(u32::to_le_bytes));
    let n = graph.n_nodes() * graph.n_arcs();
    let between = || betweenness(&graph, &BetweennessSettings::default(), &Unwatched).unwrap();
    if let Some(found) = bench.measure("exact betweenness, small", (n, memory::betweenness(&graph)), between) {
        bench.write_numbers("exact_betweenness", &found);
    }
    let near = || closeness(&graph, &ClosenessSettings::default(), &Unwatched).unwrap();
    if let Some(found) = bench.measure("exact closeness, small", (n, memory::closeness(&graph)), near) {
        bench.write_numbers("exact_harmonic", &found.harmonic);
    }
    let all: Vec<u32> = graph.nodes().collect();
    let settings = SimilaritySettings::default();
    let size = (n, memory::similar_nodes(&graph, all.len(), &settings));
    let alike = || similar_nodes(&graph, &all, &settings, &Unwatched).unwrap();
    if let Some(found) = bench.measure("the 10 likest of each by Jaccard, small", size, alike) {
        bench.write_numbers("jaccard", &likest(&found, &all, settings.top));
    }
}

/// The similarities of each node's likest, greatest first, 0 where there are fewer.
fn likest(found: &[Similar], nodes: &[u32], top: usize) -> Vec<f64> {
    let of_node = |node: &u32| {
        let own = found.iter().skip_while(|pair| pair.node != *node).take_while(|pair| pair.node == *node);
        own.map(|pair| pair.similarity).chain(std::iter::repeat(0.0)).take(top).collect::<Vec<_>>()
    };
    nodes.iter().flat_map(of_node).collect()
}

fn measure_similarity(bench: &mut Bench, graphs: &Graphs) {
    let (graph, n) = (&graphs.plain, graphs.plain.n_arcs());
    let nodes: Vec<u32> = (0..2000).map(|node| node * 251 % graph.n_nodes() as u32).collect();
    for measure in [Measure::Jaccard, Measure::AdamicAdar] {
        let settings = SimilaritySettings { measure, max_shared_degree: 1000, ..SimilaritySettings::default() };
        let size = (n, memory::similar_nodes(graph, nodes.len(), &settings));
        let similar = || similar_nodes(graph, &nodes, &settings, &Unwatched).unwrap();
        bench.measure(&format!("similar nodes of 2000, {measure:?}"), size, similar);
    }
    let settings = SimilaritySettings { measure: Measure::AdamicAdar, ..SimilaritySettings::default() };
    let few = &nodes[..16];
    let size = (n, memory::similar_nodes(graph, few.len(), &settings));
    let likest_of_few = || similar_nodes(graph, few, &settings, &Unwatched).unwrap();
    if let Some(found) = bench.measure("the 10 likest of 16 by Adamic-Adar", size, likest_of_few) {
        bench.write_numbers("adamic_adar", &likest(&found, few, settings.top));
    }
    let settings = FastRpSettings { dimension: 64, ..FastRpSettings::default() };
    let size = (n, memory::fast_rp(graph, &settings));
    bench.measure("fast random projection, 64 numbers", size, || fast_rp(graph, &settings, &Unwatched).unwrap());
    let sets: Vec<u32> = graphs.forward.nodes().collect();
    let settings = SetCoverSettings { max_sets: 1000, ..SetCoverSettings::default() };
    let size = (graphs.forward.n_arcs(), memory::set_cover(&graphs.forward, &sets));
    let cover = || set_cover(&graphs.forward, &sets, &settings, &Unwatched).unwrap();
    bench.measure("set cover by 1000 sets", size, cover);
}

fn measure_paths(bench: &mut Bench, graphs: &Graphs) {
    let (graph, weighted, n) = (&graphs.plain, &graphs.weighted, graphs.plain.n_arcs());
    let size = (n, memory::breadth_first_levels(graph));
    let levels = || breadth_first_levels(graph, &[0], &Unwatched).unwrap();
    if let Some(found) = bench.measure("breadth-first levels", size, levels) {
        bench.write_numbers("levels", &numbers_of(&found));
    }
    let size = (n, memory::shortest_paths(weighted));
    let settings = PathSettings::default();
    let paths = || shortest_paths(weighted, &[0], &settings, &Unwatched).unwrap();
    if let Some(found) = bench.measure("shortest paths", size, paths) {
        bench.write_numbers("distances", found.costs());
    }
    let targets: Vec<u32> = (1..=10).map(|target| target * 5003 % weighted.n_nodes() as u32).collect();
    let three = |target: &u32| k_shortest_paths(weighted, &[0, 7, 9], *target, 3, &settings, &Unwatched).unwrap().len();
    let all = || targets.iter().map(three).sum::<usize>();
    let size = (n, memory::k_shortest_paths(weighted));
    bench.measure("3 cheapest paths to each of 10 nodes", size, all);
    let pair = || k_shortest_paths(weighted, &[0], targets[0], 3, &settings, &Unwatched).unwrap();
    if let Some(found) = bench.measure("3 cheapest paths from one node to another", size, pair) {
        bench.write_numbers("path_costs", &found.iter().map(|path| path.cost).collect::<Vec<_>>());
    }
}

fn main() {
    let mut bench = Bench::from_arguments();
    let links = distinct(rmat(bench.scale, 42));
    let weights: Vec<f64> = (0..links.len()).map(|link| 0.1 + (link % 89) as f64 / 100.0).collect();
    let (n, n_nodes) = (2 * links.len(), 1 << bench.scale);
    println!("{} threads, best of {}", rayon::current_num_threads(), bench.n_runs);
    let view = |weights, direction| build(n_nodes, &links, weights, direction);
    let plain = bench.measure("graph view, undirected", (n, 0), || view(None, Direction::Both));
    let weighted = bench.measure("graph view, undirected, weighted", (n, 0), || view(Some(&weights), Direction::Both));
    let arcs = arcs(&links);
    let directed = || build(n_nodes, &arcs, None, Direction::Forward);
    let forward = bench.measure("graph view, directed", (n, 0), directed);
    let graphs = Graphs {
        plain: plain.unwrap_or_else(|| view(None, Direction::Both)),
        weighted: weighted.unwrap_or_else(|| view(Some(&weights), Direction::Both)),
        forward: forward.unwrap_or_else(directed),
    };
    println!("{} nodes, {} links, each once", graphs.plain.n_nodes(), links.len());
    let ends = links.iter().flat_map(|(a, b)| [*a as u32, *b as u32]);
    bench.write("links", ends.flat_map(u32::to_le_bytes));
    bench.write("arcs", arcs.iter().flat_map(|(a, b)| [*a as u32, *b as u32]).flat_map(u32::to_le_bytes));
    bench.write_numbers("weights", &weights);
    measure_structure(&mut bench, &graphs);
    measure_ranks(&mut bench, &graphs);
    measure_communities(&mut bench, &graphs);
    measure_centrality(&mut bench, &graphs);
    measure_exactly(&mut bench);
    measure_similarity(&mut bench, &graphs);
    measure_paths(&mut bench, &graphs);
    let report = serde_json::json!({
        "n_nodes": n_nodes,
        "seconds": bench.seconds,
        "processor_seconds": bench.processor_seconds,
        "answers": bench.answers,
        "misjudged": bench.misjudged,
    });
    bench.write("kagraph.json", report.to_string().into_bytes().into_iter());
    if !bench.misjudged.is_empty() {
        eprintln!("memory misjudged:\n{}", bench.misjudged.join("\n"));
        std::process::exit(1);
    }
}
