//! Graphs and algorithms at sizes where threads matter: the same bits for any number of them, and no stack that a long
//! chain could exhaust.

use kagraph::algorithms::*;
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

/// What else runs in parallel, as bits.
fn further_results() -> Vec<Vec<u64>> {
    let directed = drawn_graph(Direction::Forward, Parallel::Sum, false);
    let both = drawn_graph(Direction::Both, Parallel::Sum, false);
    let bits = |values: Vec<f64>| values.into_iter().map(f64::to_bits).collect::<Vec<u64>>();
    let wide = |labels: Vec<u32>| labels.into_iter().map(u64::from).collect::<Vec<u64>>();
    let mut results = Vec::new();
    let communities = leiden(&both, &LeidenSettings::default(), &Unwatched).unwrap();
    results.extend([wide(communities.labels), vec![communities.modularity.to_bits()]]);
    results.push(wide(label_propagation(&both, &LabelPropagationSettings::default(), &Unwatched).unwrap().labels));
    for graph in [&directed, &both] {
        let rounds = LabelPropagationSettings { is_weighted: true, ..LabelPropagationSettings::synchronous(5) };
        results.push(wide(label_propagation(graph, &rounds, &Unwatched).unwrap().labels));
        results.push(wide(breadth_first_levels(graph, &[0], &Unwatched).unwrap()));
        let drawn = BetweennessSettings { n_samples: Some(21), seed: 3 };
        results.push(bits(betweenness(graph, &drawn, &Unwatched).unwrap()));
        let near = closeness(graph, &ClosenessSettings { n_samples: Some(700), seed: 3 }, &Unwatched).unwrap();
        results.extend([bits(near.closeness), bits(near.harmonic)]);
        let clustering = clustering_coefficients(graph, &Unwatched).unwrap();
        results.extend([bits(clustering.local), clustering.triangles]);
        let nodes: Vec<u32> = graph.nodes().step_by(97).collect();
        let settings = SimilaritySettings { measure: Measure::Cosine, is_weighted: true, ..Default::default() };
        let similar = similar_nodes(graph, &nodes, &settings, &Unwatched).unwrap();
        results.push(similar.iter().flat_map(|found| [u64::from(found.other), found.similarity.to_bits()]).collect());
        let settings = FastRpSettings { dimension: 16, ..FastRpSettings::default() };
        let vectors = fast_rp(graph, &settings, &Unwatched).unwrap();
        results.push(
            graph.nodes().flat_map(|node| vectors.vector(node)).map(|value| u64::from(value.to_bits())).collect(),
        );
        let sets: Vec<Vec<(u32, f64)>> = (0..11).map(|node| vec![(node * 31, 1.0)]).collect();
        let walks = personalised_pageranks(graph, &sets, &PageRankSettings::default(), &Unwatched).unwrap();
        results.extend(walks.into_iter().map(|walk| bits(walk.ranks)));
        let sets: Vec<u32> = graph.nodes().step_by(3).collect();
        let cover =
            set_cover(graph, &sets, &SetCoverSettings { max_sets: 50, ..Default::default() }, &Unwatched).unwrap();
        results.push(cover.chosen.iter().map(|chosen| u64::from(chosen.set)).collect());
    }
    results
}

#[test]
fn further_algorithms_give_the_same_bits_at_one_two_and_eight_threads() {
    let with = |n| rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap().install(further_results);
    let one = with(1);
    assert!(one.iter().all(|result| !result.is_empty()));
    for n in [2, 8] {
        assert!(one == with(n), "{n} threads differ from one");
    }
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
    assert_eq!(strongly_connected_components(&forward, &Unwatched).unwrap().n_components() as u64, CHAIN);
    assert_eq!(strongly_connected_components(&both, &Unwatched).unwrap().n_components(), 1);
    let far = breadth_first_levels(&forward, &[0], &Unwatched).unwrap();
    assert_eq!(far.last(), Some(&(CHAIN as u32 - 1)));
    let near = closeness(&both, &ClosenessSettings { n_samples: Some(1), seed: 1 }, &Unwatched).unwrap();
    assert!(near.closeness.iter().all(|closeness| *closeness < 1.1));
    assert!(leiden(&both, &LeidenSettings::default(), &Unwatched).unwrap().modularity > 0.99);
}
