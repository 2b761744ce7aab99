//! Graphs and algorithms at sizes where threads matter: the same bits for any number of them, and no stack that a long
//! chain could exhaust.

use kagraph::algorithms::{
    PageRank, PageRankSettings, PathSettings, Unwatched, articulation_points, bridges, core_numbers, dominators,
    pagerank, personalised_pagerank, shortest_path, weakly_connected_components,
};
use kagraph::graph::{Direction, Graph, Layer, Parallel, ViewSettings};

const CHAIN: u64 = 1_000_000;

/// Links that a small generator draws; most nodes have few, some have many.
fn drawn_links(n_links: usize) -> Vec<(u64, u64)> {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (((state >> 33) * below) >> 31).min(below - 1)
    };
    let skewed = |a: u64, b: u64| a * b / 20_000;
    (0..n_links).map(|_| (skewed(draw(20_000), draw(20_000)), 7 * draw(20_000))).collect()
}

fn drawn_graph(direction: Direction, parallel: Parallel, far_apart: bool) -> Graph {
    let mut links = drawn_links(150_000);
    if far_apart {
        links.iter_mut().for_each(|link| link.1 <<= 40);
    }
    let weights: Vec<f64> = (0..links.len()).map(|link| 0.1 + (link % 17) as f64 / 3.0).collect();
    let days: Vec<i32> = (0..links.len()).map(|link| 20_000 - (link % 1000) as i32).collect();
    let dated =
        Layer::new(links[..100_000].to_vec()).weighted(weights[..100_000].to_vec()).dated(days[..100_000].to_vec());
    let plain = Layer::new(links[100_000..].to_vec()).scaled(0.3);
    let settings = ViewSettings { direction, as_of: Some(19_990), half_life_days: Some(180.0), parallel };
    Graph::from_layers(&[dated, plain], &settings).unwrap()
}

/// Everything that runs in parallel, on a few views.
fn results() -> (Vec<Graph>, Vec<PageRank>, Vec<Vec<u32>>) {
    let views = [
        drawn_graph(Direction::Forward, Parallel::Sum, false),
        drawn_graph(Direction::Both, Parallel::Sum, true),
        drawn_graph(Direction::Both, Parallel::Keep, false),
    ];
    let (plain, weighted) = (PageRankSettings::fixed(0.85, 20), PageRankSettings::default());
    let ranks = views.iter().flat_map(|graph| {
        let personal = personalised_pagerank(graph, &[(5, 1.0), (900, 0.5), (33, 2.0)], &weighted, &Unwatched);
        [
            pagerank(graph, &plain, &Unwatched).unwrap(),
            pagerank(graph, &weighted, &Unwatched).unwrap(),
            personal.unwrap(),
        ]
    });
    let ranks = ranks.collect();
    let labels =
        views.iter().map(|graph| weakly_connected_components(graph, &Unwatched).unwrap().labels().to_vec()).collect();
    (views.to_vec(), ranks, labels)
}

#[test]
fn one_two_and_eight_threads_give_the_same_bits() {
    let with = |n| rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap().install(results);
    let one = with(1);
    assert!(one.0[0].n_arcs() > 100_000 && one.1.iter().all(|ranks| ranks.ranks.iter().all(|rank| *rank >= 0.0)));
    for n in [2, 8] {
        assert!(one == with(n), "{n} threads differ from one");
    }
}

fn chain(direction: Direction) -> Graph {
    let links: Vec<(u64, u64)> = (1..CHAIN).map(|node| (node - 1, node)).collect();
    Graph::from_layers(&[Layer::new(links)], &ViewSettings { direction, ..ViewSettings::default() }).unwrap()
}

#[test]
fn a_chain_of_a_million_nodes_is_no_danger() {
    let (forward, both) = (chain(Direction::Forward), chain(Direction::Both));
    assert_eq!(bridges(&both, &Unwatched).unwrap().len() as u64, CHAIN - 1);
    assert_eq!(articulation_points(&both, &Unwatched).unwrap().len() as u64, CHAIN - 2);
    assert!(core_numbers(&both, &Unwatched).unwrap().iter().all(|core| *core == 1));
    assert_eq!(weakly_connected_components(&forward, &Unwatched).unwrap().n_components(), 1);
    let tree = dominators(&forward, &[0], &Unwatched).unwrap();
    assert_eq!(tree.immediate_dominator(CHAIN as u32 - 1), Some(CHAIN as u32 - 2));
    assert_eq!(u64::from(tree.n_dominated()[0]), CHAIN - 1);
    let path = shortest_path(&forward, &[0], CHAIN as u32 - 1, &PathSettings::default(), &Unwatched).unwrap().unwrap();
    assert_eq!(path.cost, CHAIN as f64 - 1.0);
}
