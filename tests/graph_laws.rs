//! Laws of the graph view and the algorithms on random graphs: agreement with the plainest second implementation,
//! independence of link order, node numbers and number of threads.

use std::collections::BTreeSet;

use kagraph::algorithms::{
    Cost, PageRankSettings, Path, PathSettings, Unwatched, articulation_points, bridges, core_numbers, dominators,
    k_shortest_paths, pagerank, personalised_pagerank, shortest_path, shortest_paths, weakly_connected_components,
};
use kagraph::graph::{Direction, Graph, Layer, Parallel, ViewSettings};
use proptest::prelude::*;

const N_NODES: u64 = 9;

/// Links between a few nodes, with small whole weights, so that sums are exact in any order.
type Links = Vec<(u64, u64, u8)>;

fn links(at_most: usize) -> impl Strategy<Value = Links> {
    prop::collection::vec((0..N_NODES, 0..N_NODES, 1u8..8), 0..at_most)
}

fn graph_of(links: &Links, direction: Direction, parallel: Parallel) -> Graph {
    let ends: Vec<(u64, u64)> = links.iter().map(|(a, b, _)| (*a, *b)).collect();
    let weights: Vec<f64> = links.iter().map(|(_, _, weight)| f64::from(*weight)).collect();
    let nodes: Vec<u64> = (0..N_NODES).collect();
    let settings = ViewSettings { direction, parallel, ..ViewSettings::default() };
    Graph::with_nodes(&nodes, &[Layer::new(ends).weighted(weights)], &settings).unwrap()
}

fn directed(links: &Links) -> Graph {
    graph_of(links, Direction::Forward, Parallel::Sum)
}

fn undirected(links: &Links) -> Graph {
    graph_of(links, Direction::Both, Parallel::Sum)
}

/// Nodes reached from `from` without touching `without`.
fn reached(graph: &Graph, from: &[u32], without: Option<u32>) -> BTreeSet<u32> {
    let mut open: Vec<u32> = from.iter().copied().filter(|node| Some(*node) != without).collect();
    let mut seen: BTreeSet<u32> = open.iter().copied().collect();
    while let Some(node) = open.pop() {
        let next = graph.outgoing().row(node).iter().copied().filter(|next| Some(*next) != without);
        next.for_each(|next| {
            if seen.insert(next) {
                open.push(next)
            }
        });
    }
    seen
}

fn n_components_without(graph: &Graph, without: Option<u32>) -> usize {
    let mut left: BTreeSet<u32> = graph.nodes().filter(|node| Some(*node) != without).collect();
    let mut n = 0;
    while let Some(node) = left.first().copied() {
        reached(graph, &[node], without).iter().for_each(|node| {
            left.remove(node);
        });
        n += 1;
    }
    n
}

/// PageRank as the textbook writes it: a dense matrix times a vector, many times.
fn dense_pagerank(graph: &Graph, start: &[f64], is_weighted: bool) -> Vec<f64> {
    let n = graph.n_nodes();
    let mut matrix = vec![vec![0.0; n]; n];
    for node in graph.nodes() {
        let weight = |weight: f64| if is_weighted { weight } else { 1.0 };
        let total: f64 = graph.outgoing().arcs(node).map(|(_, own)| weight(own)).sum();
        (0..n).filter(|_| total == 0.0).for_each(|to| matrix[to][node as usize] = start[to]);
        graph.outgoing().arcs(node).for_each(|(to, own)| matrix[to as usize][node as usize] += weight(own) / total);
    }
    let mut ranks = start.to_vec();
    for _ in 0..300 {
        let row = |to: usize| 0.15 * start[to] + 0.85 * matrix[to].iter().zip(&ranks).map(|(m, r)| m * r).sum::<f64>();
        ranks = (0..n).map(row).collect();
    }
    ranks
}

/// Every simple path between two nodes with its cost, cheapest first.
fn all_paths(graph: &Graph, sources: &[u32], target: u32) -> Vec<Path> {
    let mut open: Vec<Path> = sources.iter().map(|source| Path { nodes: vec![*source], cost: 0.0 }).collect();
    let mut paths = Vec::new();
    while let Some(path) = open.pop() {
        let last = *path.nodes.last().unwrap();
        if last == target {
            paths.push(path);
            continue;
        }
        for (next, weight) in graph.outgoing().arcs(last).filter(|(next, _)| !path.nodes.contains(next)) {
            open.push(Path { nodes: [&path.nodes[..], &[next]].concat(), cost: path.cost + weight });
        }
    }
    paths.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    paths
}

fn floyd_warshall(graph: &Graph) -> Vec<Vec<f64>> {
    let n = graph.n_nodes();
    let mut costs = vec![vec![f64::INFINITY; n]; n];
    for node in graph.nodes() {
        graph.outgoing().arcs(node).for_each(|(to, weight)| costs[node as usize][to as usize] = weight);
        costs[node as usize][node as usize] = 0.0;
    }
    for (over, from, to) in (0..n).flat_map(|a| (0..n).flat_map(move |b| (0..n).map(move |c| (a, b, c)))) {
        costs[from][to] = costs[from][to].min(costs[from][over] + costs[over][to]);
    }
    costs
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn the_view_does_not_depend_on_the_order_of_links(links in links(40), turn in 0usize..40) {
        let mut turned = links.clone();
        turned.rotate_left(turn.min(links.len()));
        for direction in [Direction::Forward, Direction::Reverse, Direction::Both] {
            for parallel in [Parallel::Sum, Parallel::Keep] {
                prop_assert_eq!(graph_of(&links, direction, parallel), graph_of(&turned, direction, parallel));
            }
        }
    }

    #[test]
    fn pagerank_is_the_matrix_power(links in links(30), is_weighted: bool) {
        let settings = PageRankSettings { tolerance: 1e-13, max_iterations: 1000, is_weighted, ..Default::default() };
        let graph = directed(&links);
        let found = pagerank(&graph, &settings, &Unwatched).unwrap();
        prop_assert!(found.is_converged);
        let start = vec![1.0 / graph.n_nodes() as f64; graph.n_nodes()];
        for (found, expected) in found.ranks.iter().zip(dense_pagerank(&graph, &start, is_weighted)) {
            prop_assert!((found - expected).abs() < 1e-11);
        }
    }

    #[test]
    fn personalised_pagerank_is_the_matrix_power(links in links(30), a in 0..N_NODES as u32, b in 0..N_NODES as u32) {
        let settings = PageRankSettings { tolerance: 1e-13, max_iterations: 1000, ..Default::default() };
        let graph = undirected(&links);
        let found = personalised_pagerank(&graph, &[(a, 3.0), (b, 1.0)], &settings, &Unwatched).unwrap().ranks;
        let mut start = vec![0.0; graph.n_nodes()];
        start[a as usize] += 0.75;
        start[b as usize] += 0.25;
        let near = reached(&graph, &[a, b], None);
        for (node, (found, expected)) in found.iter().zip(dense_pagerank(&graph, &start, true)).enumerate() {
            prop_assert!((found - expected).abs() < 1e-11);
            prop_assert_eq!(*found > 0.0, near.contains(&(node as u32)));
        }
    }

    #[test]
    fn components_are_what_a_walk_reaches(links in links(12)) {
        let (both, components) = (undirected(&links), weakly_connected_components(&directed(&links), &Unwatched).unwrap());
        for node in both.nodes() {
            let reached = reached(&both, &[node], None);
            prop_assert_eq!(components.labels()[node as usize], *reached.first().unwrap());
            for other in both.nodes() {
                prop_assert_eq!(components.are_connected(node, other), reached.contains(&other));
            }
        }
        prop_assert_eq!(&components, &weakly_connected_components(&both, &Unwatched).unwrap());
        prop_assert_eq!(components.members().len(), components.n_components());
    }

    #[test]
    fn a_core_is_what_is_left_when_weak_nodes_go(links in links(40), keep: bool) {
        let parallel = if keep { Parallel::Keep } else { Parallel::Sum };
        let graph = graph_of(&links, Direction::Both, parallel);
        let cores = core_numbers(&graph, &Unwatched).unwrap();
        for k in 0..10u32 {
            let mut left: BTreeSet<u32> = graph.nodes().collect();
            let n_links = |node: u32, left: &BTreeSet<u32>| {
                graph.outgoing().row(node).iter().filter(|other| **other != node && left.contains(*other)).count() as u32
            };
            while let Some(node) = left.iter().copied().find(|node| n_links(*node, &left) < k) {
                left.remove(&node);
            }
            let expected: BTreeSet<u32> = graph.nodes().filter(|node| cores[*node as usize] >= k).collect();
            prop_assert_eq!(left, expected);
        }
    }

    #[test]
    fn an_articulation_point_is_a_node_whose_removal_splits_a_component(links in links(18)) {
        let graph = undirected(&links);
        let before = n_components_without(&graph, None);
        let splits = |node: &u32| {
            let is_alone = graph.outgoing().row(*node).iter().all(|other| other == node);
            n_components_without(&graph, Some(*node)) + usize::from(is_alone) > before
        };
        let expected: Vec<u32> = graph.nodes().filter(|node| splits(node)).collect();
        prop_assert_eq!(articulation_points(&graph, &Unwatched).unwrap(), expected);
    }

    #[test]
    fn a_bridge_is_a_link_whose_removal_splits_a_component(links in links(18), keep: bool) {
        let parallel = if keep { Parallel::Keep } else { Parallel::Sum };
        let graph = graph_of(&links, Direction::Both, parallel);
        let before = n_components_without(&graph, None);
        let same = |a: &(u64, u64, u8), b: &(u64, u64, u8)| (a.0, a.1) == (b.0, b.1) || (a.0, a.1) == (b.1, b.0);
        let without = |place: usize| -> Links {
            let others = links.iter().enumerate().filter(|(other, link)| *other != place && (keep || !same(link, &links[place])));
            others.map(|(_, link)| *link).collect()
        };
        let splits = |place: &usize| n_components_without(&undirected(&without(*place)), None) > before;
        let pair = |place: usize| (links[place].0.min(links[place].1) as u32, links[place].0.max(links[place].1) as u32);
        let expected: BTreeSet<(u32, u32)> = (0..links.len()).filter(splits).map(pair).collect();
        prop_assert_eq!(bridges(&graph, &Unwatched).unwrap(), expected.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn a_dominator_is_a_node_whose_removal_cuts_off_another(links in links(30), roots in prop::collection::vec(0..N_NODES as u32, 1..4)) {
        let graph = directed(&links);
        let (tree, all) = (dominators(&graph, &roots, &Unwatched).unwrap(), reached(&graph, &roots, None));
        let n_dominated = tree.n_dominated();
        for above in graph.nodes() {
            let left = reached(&graph, &roots, Some(above));
            let cut_off: Vec<u32> = all.iter().copied().filter(|node| *node != above && !left.contains(node)).collect();
            prop_assert_eq!(n_dominated[above as usize] as usize, if all.contains(&above) { cut_off.len() } else { 0 });
            for node in graph.nodes() {
                let expected = cut_off.contains(&node) || (node == above && all.contains(&node));
                prop_assert_eq!(tree.dominates(above, node), expected);
            }
        }
        for node in graph.nodes() {
            prop_assert_eq!(tree.is_reached(node), all.contains(&node));
            let chain: Vec<u32> = tree.strict_dominators(node).collect();
            prop_assert!(chain.windows(2).all(|pair| tree.dominates(pair[1], pair[0])));
        }
    }

    #[test]
    fn distances_are_floyd_warshalls(links in links(30), a in 0..N_NODES as u32, b in 0..N_NODES as u32) {
        let graph = directed(&links);
        let (costs, paths) = (floyd_warshall(&graph), shortest_paths(&graph, &[a, b], &PathSettings::default(), &Unwatched).unwrap());
        for node in graph.nodes() {
            let expected = costs[a as usize][node as usize].min(costs[b as usize][node as usize]);
            prop_assert_eq!(paths.costs()[node as usize], expected);
            let pair = shortest_path(&graph, &[a, b], node, &PathSettings::default(), &Unwatched).unwrap();
            prop_assert_eq!(pair.map(|path| path.cost), paths.path(node).map(|path| path.cost));
        }
    }

    #[test]
    fn the_k_shortest_paths_are_the_first_of_all_paths(
        links in links(26), a in 0..N_NODES as u32, b in 0..N_NODES as u32, target in 0..N_NODES as u32, k in 0usize..12, max in 0u8..30,
    ) {
        let graph = directed(&links);
        let settings = PathSettings { max_cost: f64::from(max), ..PathSettings::default() };
        let found = k_shortest_paths(&graph, &[a, b, a], target, k, &settings, &Unwatched).unwrap();
        let sources: BTreeSet<u32> = [a, b].into();
        let mut all = all_paths(&graph, &Vec::from_iter(sources), target);
        all.retain(|path| path.cost <= settings.max_cost);
        let costs = |paths: &[Path]| paths.iter().take(k).map(|path| path.cost).collect::<Vec<_>>();
        prop_assert_eq!(costs(&found), costs(&all));
        prop_assert!(found.iter().all(|path| all.contains(path)));
        let distinct: BTreeSet<&Vec<u32>> = found.iter().map(|path| &path.nodes).collect();
        prop_assert_eq!(distinct.len(), found.len());
    }

    #[test]
    fn the_strongest_path_has_the_greatest_product(links in links(24), target in 0..N_NODES as u32) {
        let strengths: Vec<f64> = links.iter().map(|link| f64::from(link.2) / 7.0).collect();
        let ends: Vec<(u64, u64)> = links.iter().map(|link| (link.0, link.1)).collect();
        let settings = ViewSettings { direction: Direction::Both, parallel: Parallel::Keep, ..Default::default() };
        let graph = Graph::with_nodes(&[0, 1, 2, 3, 4, 5, 6, 7, 8], &[Layer::new(ends).weighted(strengths)], &settings).unwrap();
        let product = |path: &Path| {
            let best = |pair: &[u32]| graph.outgoing().arcs(pair[0]).filter(|arc| arc.0 == pair[1]).map(|arc| arc.1).fold(0.0, f64::max);
            path.nodes.windows(2).map(best).product::<f64>()
        };
        let found = k_shortest_paths(&graph, &[0], target, 3, &PathSettings::strength(0.01), &Unwatched).unwrap();
        let mut best: Vec<(f64, Vec<u32>)> = all_paths(&graph, &[0], target).into_iter().map(|path| (product(&path), path.nodes)).collect();
        best.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        best.dedup();
        best.retain(|(product, _)| *product >= 0.01 * (1.0 - 1e-12));
        prop_assert_eq!(found.len(), best.len().min(3));
        for (found, (expected, _)) in found.iter().zip(&best) {
            prop_assert!((found.strength() - expected).abs() < 1e-12);
            prop_assert!((product(found) - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn results_follow_the_nodes_when_ids_are_dealt_anew(links in links(24), order in Just((0..N_NODES).collect::<Vec<_>>()).prop_shuffle()) {
        let dealt: Links = links.iter().map(|(a, b, weight)| (order[*a as usize], order[*b as usize], *weight)).collect();
        let new = |node: u32| order[node as usize] as u32;
        let (before, after) = (undirected(&links), undirected(&dealt));
        let (cores, new_cores) = (core_numbers(&before, &Unwatched).unwrap(), core_numbers(&after, &Unwatched).unwrap());
        let (ranks, new_ranks) = (pagerank(&before, &Default::default(), &Unwatched).unwrap(), pagerank(&after, &Default::default(), &Unwatched).unwrap());
        for node in before.nodes() {
            prop_assert_eq!(cores[node as usize], new_cores[new(node) as usize]);
            prop_assert!((ranks.ranks[node as usize] - new_ranks.ranks[new(node) as usize]).abs() < 1e-12);
        }
        let points: BTreeSet<u32> = articulation_points(&before, &Unwatched).unwrap().into_iter().map(new).collect();
        prop_assert_eq!(Vec::from_iter(points), articulation_points(&after, &Unwatched).unwrap());
        let costs = |graph: &Graph, a, b| shortest_path(graph, &[a], b, &PathSettings { cost: Cost::Weight, ..Default::default() }, &Unwatched).unwrap().map(|path| path.cost);
        prop_assert_eq!(costs(&before, 0, 5), costs(&after, new(0), new(5)));
    }
}
