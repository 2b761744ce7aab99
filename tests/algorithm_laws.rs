//! Laws of communities, centrality, similarity, embeddings and covers on random graphs: agreement with the plainest
//! second implementation, guarantees that their papers state, and that each can be watched and stopped.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use kagraph::algorithms::*;
use kagraph::graph::{Direction, Graph, Layer, Parallel, ViewSettings};
use proptest::prelude::*;

const N_NODES: u64 = 9;
const N: usize = N_NODES as usize;

/// Links between a few nodes, with small whole weights, so that sums are exact in any order.
type Links = Vec<(u64, u64, u8)>;
type Matrix = Vec<Vec<f64>>;

fn links(at_most: usize) -> impl Strategy<Value = Links> {
    prop::collection::vec((0..N_NODES, 0..N_NODES, 1u8..8), 0..at_most)
}

fn graph_of(links: &Links, direction: Direction) -> Graph {
    let ends: Vec<(u64, u64)> = links.iter().map(|(a, b, _)| (*a, *b)).collect();
    let weights: Vec<f64> = links.iter().map(|(_, _, weight)| f64::from(*weight)).collect();
    let nodes: Vec<u64> = (0..N_NODES).collect();
    let settings = ViewSettings { direction, parallel: Parallel::Sum, ..ViewSettings::default() };
    Graph::with_nodes(&nodes, &[Layer::new(ends).weighted(weights)], &settings).unwrap()
}

fn either(links: &Links, is_directed: bool) -> Graph {
    graph_of(links, if is_directed { Direction::Forward } else { Direction::Both })
}

/// The weight of the arc between each two nodes, 0 where there is none.
fn matrix(graph: &Graph, is_weighted: bool) -> Matrix {
    let mut matrix = vec![vec![0.0; N]; N];
    for node in graph.nodes() {
        for (other, weight) in graph.outgoing().arcs(node) {
            matrix[node as usize][other as usize] = if is_weighted { weight } else { 1.0 };
        }
    }
    matrix
}

/// Distances in links and numbers of shortest paths between each two nodes.
fn distances(graph: &Graph) -> (Matrix, Matrix) {
    let (mut far, mut paths) = (vec![vec![f64::INFINITY; N]; N], vec![vec![0.0; N]; N]);
    let matrix = matrix(graph, false);
    for source in 0..N {
        (far[source][source], paths[source][source]) = (0.0, 1.0);
        for level in 0..N {
            let last: Vec<usize> = (0..N).filter(|node| far[source][*node] == level as f64).collect();
            for (from, to) in last.iter().flat_map(|from| (0..N).map(move |to| (*from, to))) {
                if matrix[from][to] > 0.0 && far[source][to] > level as f64 {
                    far[source][to] = level as f64 + 1.0;
                    paths[source][to] += paths[source][from];
                }
            }
        }
    }
    (far, paths)
}

fn assert_near(found: &[f64], expected: &[f64]) -> Result<(), TestCaseError> {
    prop_assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        prop_assert!((found - expected).abs() < 1e-11, "found {}, expected {}", found, expected);
    }
    Ok(())
}

fn dense_modularity(graph: &Graph, labels: &[u32], resolution: f64, is_weighted: bool) -> f64 {
    let mut matrix = matrix(graph, is_weighted);
    (0..N).for_each(|node| matrix[node][node] *= 2.0);
    let strengths: Vec<f64> = matrix.iter().map(|row| row.iter().sum()).collect();
    let total: f64 = strengths.iter().sum();
    let pair = |a: usize, b: usize| matrix[a][b] - resolution * strengths[a] * strengths[b] / total;
    let together = |a: usize| (0..N).filter(move |b| labels[a] == labels[*b]).map(move |b| pair(a, b));
    if total == 0.0 { 0.0 } else { (0..N).flat_map(together).sum::<f64>() / total }
}

/// Labels after some rounds, as LDBC Graphalytics' specification words it.
fn plain_labels(graph: &Graph, n_rounds: usize) -> Vec<u32> {
    let matrix = matrix(graph, false);
    let mut labels: Vec<u32> = graph.nodes().collect();
    for _ in 0..n_rounds {
        let count = |node: usize, label: u32| {
            let of =
                |other: &usize| matrix[node][*other] + if graph.is_undirected() { 0.0 } else { matrix[*other][node] };
            (0..N).filter(|other| labels[*other] == label).map(|other| of(&other)).sum::<f64>()
        };
        let best = |node: usize| {
            let most = graph.nodes().map(|label| count(node, label)).fold(0.0, f64::max);
            if most == 0.0 { labels[node] } else { graph.nodes().find(|label| count(node, *label) == most).unwrap() }
        };
        labels = (0..N).map(best).collect();
    }
    labels
}

fn plain_similarity(matrix: &Matrix, (a, b): (usize, usize), measure: Measure) -> f64 {
    let pairs = || matrix[a].iter().zip(&matrix[b]);
    let (sum_a, sum_b): (f64, f64) = (matrix[a].iter().sum(), matrix[b].iter().sum());
    let least: f64 = pairs().map(|(a, b)| a.min(*b)).sum();
    let length = |row: &Vec<f64>| row.iter().map(|value| value * value).sum::<f64>().sqrt();
    let n_links = |shared: usize| matrix.iter().filter(|row| row[shared] > 0.0).count() as f64;
    let shared = (0..N).filter(|node| matrix[a][*node] > 0.0 && matrix[b][*node] > 0.0);
    match measure {
        Measure::Jaccard => least / pairs().map(|(a, b)| a.max(*b)).sum::<f64>(),
        Measure::Cosine => pairs().map(|(a, b)| a * b).sum::<f64>() / (length(&matrix[a]) * length(&matrix[b])),
        Measure::Overlap => least / sum_a.min(sum_b),
        Measure::AdamicAdar => shared.map(|node| 1.0 / n_links(node).ln()).sum::<f64>(),
    }
}

/// The most that sets can cover within a budget, by trying all choices.
fn best_cover(sets: &[BTreeSet<u32>], costs: &[f64], weights: &[f64], budget: f64) -> f64 {
    let worth = |choice: u32| {
        let chosen = || (0..sets.len()).filter(move |set| choice >> set & 1 == 1);
        let covered: BTreeSet<u32> = chosen().flat_map(|set| sets[set].iter().copied()).collect();
        let cost: f64 = chosen().map(|set| costs[set]).sum();
        if cost <= budget { covered.iter().map(|node| weights[*node as usize]).sum() } else { 0.0 }
    };
    (0..1u32 << sets.len()).map(worth).fold(0.0, f64::max)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn a_strong_component_is_what_reaches_each_other(links in links(24)) {
        let graph = either(&links, true);
        let (far, found) = (distances(&graph).0, strongly_connected_components(&graph, &Unwatched).unwrap());
        for (node, from) in far.iter().enumerate() {
            let same: Vec<usize> = (0..N).filter(|other| from[*other].is_finite() && far[*other][node].is_finite()).collect();
            prop_assert_eq!(found.labels()[node] as usize, same[0]);
        }
        prop_assert_eq!(found.members().len(), found.n_components());
    }

    #[test]
    fn levels_are_distances(links in links(20), a in 0..N, b in 0..N, is_directed: bool) {
        let graph = either(&links, is_directed);
        let (far, levels) = (distances(&graph).0, breadth_first_levels(&graph, &[a as u32, b as u32], &Unwatched).unwrap());
        for node in 0..N {
            let expected = far[a][node].min(far[b][node]);
            prop_assert_eq!(if levels[node] == UNREACHED { f64::INFINITY } else { f64::from(levels[node]) }, expected);
        }
    }

    #[test]
    fn betweenness_counts_the_pairs_between_which_a_node_lies(links in links(24), is_directed: bool) {
        let graph = either(&links, is_directed);
        let (far, paths) = distances(&graph);
        let share = |over: usize, from: usize, to: usize| {
            let is_between = over != from && over != to && from != to && far[from][to].is_finite();
            let is_on_way = is_between && far[from][over] + far[over][to] == far[from][to];
            if is_on_way { paths[from][over] * paths[over][to] / paths[from][to] } else { 0.0 }
        };
        let pairs = || (0..N).flat_map(|from| (0..N).map(move |to| (from, to)));
        let of_all = |over: usize| pairs().map(|(from, to)| share(over, from, to)).sum::<f64>() / if is_directed { 1.0 } else { 2.0 };
        let expected: Vec<f64> = (0..N).map(of_all).collect();
        assert_near(&betweenness(&graph, &BetweennessSettings::default(), &Unwatched).unwrap(), &expected)?;
        let all = BetweennessSettings { n_samples: Some(N), seed: 7 };
        assert_near(&betweenness(&graph, &all, &Unwatched).unwrap(), &expected)?;
    }

    #[test]
    fn betweenness_from_each_node_alone_sums_to_all_of_it(links in links(24), is_directed: bool) {
        let graph = either(&links, is_directed);
        let all = betweenness(&graph, &BetweennessSettings::default(), &Unwatched).unwrap();
        let mut one_by_one: BTreeSet<Vec<u64>> = BTreeSet::new();
        for seed in 0..200 {
            let one = betweenness(&graph, &BetweennessSettings { n_samples: Some(1), seed }, &Unwatched).unwrap();
            one_by_one.insert(one.iter().map(|score| score.to_bits()).collect());
        }
        let greatest = |node: usize| one_by_one.iter().map(|one| f64::from_bits(one[node])).fold(0.0, f64::max);
        for (node, exact) in all.iter().enumerate() {
            prop_assert!(greatest(node) + 1e-9 >= *exact);
            prop_assert!((*exact == 0.0) == (greatest(node) == 0.0));
        }
    }

    #[test]
    fn closeness_is_that_of_the_distances(links in links(20), is_directed: bool) {
        let graph = either(&links, is_directed);
        let (far, found) = (distances(&graph).0, closeness(&graph, &ClosenessSettings::default(), &Unwatched).unwrap());
        let others = |node: usize| far[node].iter().copied().filter(|far| *far > 0.0 && far.is_finite()).collect::<Vec<f64>>();
        let near = |node: usize| {
            let (n, sum) = (others(node).len() as f64, others(node).iter().sum::<f64>());
            if n == 0.0 { 0.0 } else { n / (N as f64 - 1.0) * n / sum }
        };
        assert_near(&found.closeness, &(0..N).map(near).collect::<Vec<_>>())?;
        let inverse = |node: usize| others(node).iter().map(|far| 1.0 / far).sum::<f64>() / (N as f64 - 1.0);
        assert_near(&found.harmonic, &(0..N).map(inverse).collect::<Vec<_>>())?;
    }

    #[test]
    fn clustering_is_the_part_of_neighbours_that_are_linked(links in links(40), is_directed: bool) {
        let graph = either(&links, is_directed);
        let (matrix, found) = (matrix(&graph, false), clustering_coefficients(&graph, &Unwatched).unwrap());
        let linked = |a: usize, b: usize| a != b && matrix[a][b] + matrix[b][a] > 0.0;
        let (mut n_pairs, mut n_closed) = (0, 0);
        for node in 0..N {
            let near: Vec<usize> = (0..N).filter(|other| linked(node, *other)).collect();
            let pairs = || near.iter().flat_map(|a| near.iter().map(move |b| (*a, *b))).filter(|(a, b)| a != b);
            let n_arcs: f64 = pairs().map(|(a, b)| matrix[a][b]).sum();
            let n_linked = pairs().filter(|(a, b)| linked(*a, *b)).count();
            let expected = if near.len() > 1 { n_arcs / pairs().count() as f64 } else { 0.0 };
            prop_assert!((found.local[node] - expected).abs() < 1e-12);
            prop_assert_eq!(found.triangles[node] as usize, n_linked / 2);
            (n_pairs, n_closed) = (n_pairs + pairs().count(), n_closed + n_linked);
        }
        prop_assert_eq!(found.n_triangles as usize, n_closed / 6);
        prop_assert!((found.global - n_closed as f64 / (n_pairs as f64).max(1.0)).abs() < 1e-12);
        prop_assert!((found.mean - found.local.iter().sum::<f64>() / N as f64).abs() < 1e-12);
    }

    #[test]
    fn labels_are_those_of_most_neighbours(links in links(24), is_directed: bool, n_rounds in 0usize..6) {
        let graph = either(&links, is_directed);
        let found = label_propagation(&graph, &LabelPropagationSettings::synchronous(n_rounds), &Unwatched).unwrap();
        prop_assert_eq!(found.labels, plain_labels(&graph, n_rounds));
    }

    #[test]
    fn settled_labels_are_among_the_most_frequent(links in links(24), seed in 0u64..9) {
        let graph = either(&links, false);
        let settings = LabelPropagationSettings { seed, is_weighted: false, ..LabelPropagationSettings::default() };
        let found = label_propagation(&graph, &settings, &Unwatched).unwrap();
        prop_assert!(found.is_converged);
        for node in graph.nodes() {
            let count = |label: u32| graph.outgoing().row(node).iter().filter(|other| found.labels[**other as usize] == label).count();
            let most = graph.nodes().map(count).max().unwrap();
            prop_assert!(count(found.labels[node as usize]) == most);
        }
    }

    #[test]
    fn modularity_is_the_sum_over_pairs(links in links(30), labels in prop::collection::vec(0u32..4, N), is_weighted: bool, resolution in 0.2f64..3.0) {
        let graph = either(&links, false);
        let found = modularity(&graph, &labels, resolution, is_weighted).unwrap();
        prop_assert!((found - dense_modularity(&graph, &labels, resolution, is_weighted)).abs() < 1e-12);
    }

    #[test]
    fn leidens_communities_are_connected_and_no_node_alone_is_worse(links in links(40), is_weighted: bool, resolution in 0.2f64..3.0, seed in 0u64..9) {
        let graph = either(&links, false);
        let settings = LeidenSettings { resolution, is_weighted, seed, ..LeidenSettings::default() };
        let found = leiden(&graph, &settings, &Unwatched).unwrap();
        let quality = dense_modularity(&graph, &found.labels, resolution, is_weighted);
        prop_assert!((found.modularity - quality).abs() < 1e-12);
        let singles: Vec<u32> = graph.nodes().collect();
        prop_assert!(quality >= dense_modularity(&graph, &singles, resolution, is_weighted) - 1e-12);
        let inside: Links = links.iter().copied().filter(|(a, b, _)| found.labels[*a as usize] == found.labels[*b as usize]).collect();
        let parts = weakly_connected_components(&either(&inside, false), &Unwatched).unwrap();
        prop_assert_eq!(parts.n_components(), found.n_communities);
        let firsts: Vec<u32> = (0..found.n_communities as u32).collect();
        let mut seen = Vec::new();
        found.labels.iter().for_each(|label| if !seen.contains(label) { seen.push(*label) });
        prop_assert_eq!(seen, firsts);
    }

    #[test]
    fn similar_nodes_are_those_of_the_formulas(links in links(40), is_directed: bool, is_weighted: bool, top in 0usize..10, threshold in 0.0f64..0.6) {
        let graph = either(&links, is_directed);
        let matrix = matrix(&graph, is_weighted);
        let nodes: Vec<u32> = graph.nodes().collect();
        for measure in [Measure::Jaccard, Measure::Cosine, Measure::Overlap, Measure::AdamicAdar] {
            let settings = SimilaritySettings { measure, top, threshold, is_weighted, ..SimilaritySettings::default() };
            let found = similar_nodes(&graph, &nodes, &settings, &Unwatched).unwrap();
            for node in 0..N {
                let shares = |other: &usize| *other != node && (0..N).any(|at| matrix[node][at] > 0.0 && matrix[*other][at] > 0.0);
                let score = |other: usize| plain_similarity(&matrix, (node, other), measure);
                let mut expected: Vec<f64> = (0..N).filter(shares).map(score).filter(|score| *score >= threshold).collect();
                expected.sort_by(|a, b| b.total_cmp(a));
                expected.truncate(top);
                let of_node: Vec<Similar> = found.iter().copied().filter(|found| found.node as usize == node).collect();
                assert_near(&of_node.iter().map(|found| found.similarity).collect::<Vec<_>>(), &expected)?;
                for found in of_node {
                    prop_assert!((score(found.other as usize) - found.similarity).abs() < 1e-12);
                }
            }
        }
    }

    #[test]
    fn nodes_with_the_same_neighbours_have_the_same_vector(links in links(30), is_weighted: bool, seed in 0u64..99) {
        let graph = either(&links, false);
        let settings = FastRpSettings { dimension: 16, is_weighted, seed, ..FastRpSettings::default() };
        let vectors = fast_rp(&graph, &settings, &Unwatched).unwrap();
        let matrix = matrix(&graph, is_weighted);
        for (a, b) in (0..N).flat_map(|a| (0..N).map(move |b| (a, b))) {
            if matrix[a] == matrix[b] {
                prop_assert_eq!(vectors.vector(a as u32), vectors.vector(b as u32));
            }
        }
        prop_assert!(graph.nodes().all(|node| graph.outgoing().degree(node) > 0 || vectors.vector(node).iter().all(|value| *value == 0.0)));
        let nearest = nearest_embeddings(&vectors, &[0], (3, -1.0), &Unwatched).unwrap();
        let mut all: Vec<f64> = (1..N as u32).map(|other| vectors.similarity(0, other)).collect();
        all.sort_by(|a, b| b.total_cmp(a));
        prop_assert!(nearest.iter().zip(&all).all(|(found, expected)| (found.similarity - expected).abs() < 1e-5));
        prop_assert_eq!(nearest.len(), 3);
    }

    #[test]
    fn a_cover_is_as_good_as_its_guarantee(links in links(30), costs in prop::collection::vec(1u8..6, N), weights in prop::collection::vec(0u8..5, N), budget in 0u8..20) {
        let graph = either(&links, true);
        let (costs, weights): (Vec<f64>, Vec<f64>) = (costs.iter().map(|it| f64::from(*it)).collect(), weights.iter().map(|it| f64::from(*it)).collect());
        let nodes: Vec<u32> = graph.nodes().collect();
        let sets: Vec<BTreeSet<u32>> = graph.nodes().map(|node| graph.outgoing().row(node).iter().copied().collect()).collect();
        for budget in [f64::from(budget), f64::INFINITY] {
            let settings = SetCoverSettings { costs: Some(&costs), weights: Some(&weights), budget, ..SetCoverSettings::default() };
            let cover = set_cover(&graph, &nodes, &settings, &Unwatched).unwrap();
            let mut covered: BTreeSet<u32> = BTreeSet::new();
            for chosen in &cover.chosen {
                let new: f64 = sets[chosen.set as usize].difference(&covered).map(|node| weights[*node as usize]).sum();
                prop_assert!(new == chosen.gain && new > 0.0 && chosen.cost == costs[chosen.set as usize]);
                covered.extend(&sets[chosen.set as usize]);
            }
            let best = best_cover(&sets, &costs, &weights, budget);
            prop_assert!(cover.cost <= budget && cover.covered <= best);
            prop_assert!(cover.covered >= best * (1.0 - (-0.5f64).exp()) - 1e-12);
            prop_assert!(budget.is_finite() || cover.covered == cover.coverable && cover.covered == best);
        }
    }

    #[test]
    fn many_walks_at_once_are_the_same_as_one_by_one(links in links(30), seeds in prop::collection::vec((0..N as u32, 0..N as u32), 1..20), is_weighted: bool) {
        let graph = either(&links, true);
        let seed_sets: Vec<Vec<(u32, f64)>> = seeds.iter().map(|(a, b)| vec![(*a, 1.0), (*b, 0.5)]).collect();
        let settings = PageRankSettings { is_weighted, tolerance: 1e-6, ..PageRankSettings::default() };
        let all = personalised_pageranks(&graph, &seed_sets, &settings, &Unwatched).unwrap();
        prop_assert_eq!(all.len(), seed_sets.len());
        for (found, seeds) in all.iter().zip(&seed_sets) {
            prop_assert_eq!(found, &personalised_pagerank(&graph, seeds, &settings, &Unwatched).unwrap());
        }
    }
}

/// Zachary's karate club, of which the greatest modularity is known to be 0.4198.
const KARATE: &str = "1-2 1-3 1-4 1-5 1-6 1-7 1-8 1-9 1-11 1-12 1-13 1-14 1-18 1-20 1-22 1-32 2-3 2-4 2-8 2-14 2-18 2-20 2-22 \
    2-31 3-4 3-8 3-9 3-10 3-14 3-28 3-29 3-33 4-8 4-13 4-14 5-7 5-11 6-7 6-11 6-17 7-17 9-31 9-33 9-34 10-34 14-34 15-33 \
    15-34 16-33 16-34 19-33 19-34 20-34 21-33 21-34 23-33 23-34 24-26 24-28 24-30 24-33 24-34 25-26 25-28 25-32 26-32 \
    27-30 27-34 28-34 29-32 29-34 30-33 30-34 31-33 31-34 32-33 32-34 33-34";

fn karate() -> Graph {
    let number = |text: &str| text.parse::<u64>().unwrap();
    let links: Vec<(u64, u64)> = KARATE
        .split_whitespace()
        .map(|pair| pair.split_once('-').unwrap())
        .map(|(a, b)| (number(a), number(b)))
        .collect();
    let both = ViewSettings { direction: Direction::Both, ..ViewSettings::default() };
    Graph::from_layers(&[Layer::new(links)], &both).unwrap()
}

#[test]
fn the_karate_club_splits_as_well_as_it_can() {
    let graph = karate();
    assert_eq!(graph.n_arcs(), 156);
    let with_seed =
        |seed| leiden(&graph, &LeidenSettings { seed, ..LeidenSettings::default() }, &Unwatched).unwrap().modularity;
    let found: Vec<f64> = (0..20).map(with_seed).collect();
    let (least, most) = (found.iter().copied().fold(1.0, f64::min), found.iter().copied().fold(0.0, f64::max));
    assert!(least > 0.41 && (most - 0.419_789_6).abs() < 1e-6, "{least} to {most}");
}

/// Lets so many calls pass, then asks for the end.
struct Patience {
    n_left: AtomicU64,
    n_ticks: AtomicU64,
}

impl Watch for Patience {
    fn tick(&self, done: u64, total: u64) {
        assert!(done <= total);
        self.n_ticks.fetch_add(1, Relaxed);
    }

    fn is_stopped(&self) -> bool {
        let lower = |left: u64| Some(left.saturating_sub(1));
        self.n_left.fetch_update(Relaxed, Relaxed, lower).unwrap_or(0) == 0
    }
}

type Run = Box<dyn Fn(&dyn Watch) -> Option<AlgorithmError>>;

/// Every algorithm on a graph that is large enough for it to look at the watch.
fn runs() -> Vec<(&'static str, Run)> {
    let n = 200_000u64;
    let links: Vec<(u64, u64)> = (1..n).map(|node| (node - 1, node)).collect();
    let view = |direction| {
        Graph::from_layers(&[Layer::new(links.clone())], &ViewSettings { direction, ..Default::default() }).unwrap()
    };
    let (both, forward, small) = (view(Direction::Both), view(Direction::Forward), karate());
    macro_rules! run {
        ($name:literal, $graph:expr, $call:expr) => {{
            let graph = $graph.clone();
            let run: Run = Box::new(move |watch| {
                let call = $call;
                call(&graph, watch).err()
            });
            ($name, run)
        }};
    }
    vec![
        run!("pagerank", both, |graph: &Graph, watch| pagerank(graph, &Default::default(), watch)),
        run!("personalised", small, |graph: &Graph, watch| personalised_pageranks(
            graph,
            &[vec![(0, 1.0)]],
            &Default::default(),
            watch
        )),
        run!("weak", both, |graph: &Graph, watch| weakly_connected_components(graph, watch)),
        run!("strong", forward, |graph: &Graph, watch| strongly_connected_components(graph, watch)),
        run!("cores", both, |graph: &Graph, watch| core_numbers(graph, watch)),
        run!("bridges", both, |graph: &Graph, watch| bridges(graph, watch)),
        run!("points", both, |graph: &Graph, watch| articulation_points(graph, watch)),
        run!("dominators", forward, |graph: &Graph, watch| dominators(graph, &[0], watch)),
        run!("paths", forward, |graph: &Graph, watch| shortest_paths(graph, &[0], &Default::default(), watch)),
        run!("k paths", small, |graph: &Graph, watch| k_shortest_paths(graph, &[0], 30, 5, &Default::default(), watch)),
        run!("levels", forward, |graph: &Graph, watch| breadth_first_levels(graph, &[0], watch)),
        run!("leiden", both, |graph: &Graph, watch| leiden(graph, &Default::default(), watch)),
        run!("labels", both, |graph: &Graph, watch| label_propagation(graph, &Default::default(), watch)),
        run!("betweenness", small, |graph: &Graph, watch| betweenness(graph, &Default::default(), watch)),
        run!("closeness", small, |graph: &Graph, watch| closeness(graph, &Default::default(), watch)),
        run!("clustering", both, |graph: &Graph, watch| clustering_coefficients(graph, watch)),
        run!("similar", small, |graph: &Graph, watch| similar_nodes(graph, &[0, 1, 2], &Default::default(), watch)),
        run!("vectors", small, |graph: &Graph, watch| fast_rp(graph, &Default::default(), watch)),
        run!("nearest", small, |graph: &Graph, watch| {
            let vectors = fast_rp(graph, &Default::default(), &Unwatched).unwrap();
            nearest_embeddings(&vectors, &[0, 1, 2], (3, 0.0), watch)
        }),
        run!("cover", small, |graph: &Graph, watch| set_cover(graph, &[0, 1, 2], &Default::default(), watch)),
    ]
}

#[test]
fn every_algorithm_tells_how_far_it_is_and_stops_when_asked() {
    for (name, run) in runs() {
        let patience = |n_left| Patience { n_left: AtomicU64::new(n_left), n_ticks: AtomicU64::new(0) };
        let stopped = run(&patience(0));
        assert!(matches!(stopped, Some(AlgorithmError::Stopped { .. })), "{name}: {stopped:?}");
        let patient = patience(u64::MAX);
        assert_eq!(run(&patient), None, "{name}");
        assert!(patient.n_ticks.into_inner() > 0, "{name}");
    }
}

#[test]
fn estimates_hold_at_least_the_result() {
    let graph = karate();
    let n = graph.n_nodes() as u64;
    let similarity = SimilaritySettings::default();
    let estimates = [
        memory::pagerank(&graph),
        memory::personalised_pageranks(&graph, 3) / 3,
        2 * memory::weakly_connected_components(&graph),
        memory::core_numbers(&graph),
        memory::closeness(&graph),
        memory::betweenness(&graph),
        memory::clustering_coefficients(&graph),
        memory::similar_nodes(&graph, 34, &similarity),
        memory::fast_rp(&graph, &FastRpSettings::default()) / 64,
    ];
    assert!(estimates.iter().all(|bytes| *bytes >= 8 * n), "{estimates:?}");
}
