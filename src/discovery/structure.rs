//! What a post's place in the lines of its decision chain weighs, before anybody leaves.
//!
//! Comes in: the links of a chain with who reports to whom, and who signs. Leaves: for each link where it stands and its
//! structural importance. Never looks at titles or ties. Costs a few passes over the posts and lines, and a search from
//! each post, or from 512 of them in larger chains.
//!
//! Walking up the reporting lines from the contacts whom we know (else from the users at the bottom), a post without which
//! no path reaches the approver *dominates* it (Lengauer, Tarjan 1979): whoever sits there can stop us. A post whose loss
//! would cut the chain in two is an articulation point (Hopcroft, Tarjan 1973). Word goes along lines both ways: a post
//! *lies between* two others when it is on the shortest way from one to the other (Freeman 1977), in parts where there are
//! several.

use crate::algorithms::{BetweennessSettings, Unwatched, articulation_points, betweenness, dominators};
use crate::discovery::decision_chain::{Link, Settings};
use crate::discovery::market::PersonIndex;
use crate::graph::{Direction, Graph, Layer, ViewSettings};

/// Posts from which the shortest ways are counted; in larger chains so many are drawn.
const MOST_SOURCES: usize = 512;

/// Marks where each link stands, and weighs it.
pub fn add(links: &mut [Link], approver: Option<usize>, is_known: &dyn Fn(PersonIndex) -> bool, settings: &Settings) {
    mark(links, approver, is_known);
    weigh(links, settings);
}

/// How many posts stand below each.
pub fn count_below(links: &mut [Link]) {
    let mut below = vec![0u32; links.len()];
    for start in 0..links.len() {
        let mut is_seen = vec![false; links.len()];
        let mut open = links[start].superiors.clone();
        is_seen[start] = true;
        while let Some(place) = open.pop() {
            if !std::mem::replace(&mut is_seen[place], true) {
                below[place] += 1;
                open.extend(&links[place].superiors);
            }
        }
    }
    links.iter_mut().zip(below).for_each(|(link, n_below)| link.n_below = n_below);
}

fn mark(links: &mut [Link], approver: Option<usize>, is_known: &dyn Fn(PersonIndex) -> bool) {
    let nodes: Vec<u64> = (0..links.len() as u64).collect();
    let arcs: Vec<(u64, u64)> = (0u64..)
        .zip(links.iter())
        .flat_map(|(place, link)| link.superiors.iter().map(move |above| (place, *above as u64)))
        .collect();
    if arcs.is_empty() {
        return;
    }
    let graph = |direction| {
        let settings = ViewSettings { direction, ..ViewSettings::default() };
        Graph::with_nodes(&nodes, &[Layer::new(&arcs[..])], &settings).ok()
    };
    if let Some(both) = graph(Direction::Both) {
        let cuts = articulation_points(&both, &Unwatched).unwrap_or_default();
        cuts.iter().for_each(|node| links[*node as usize].is_articulation = true);
        lie_between(links, &both);
    }
    let Some(approver) = approver else { return };
    let roots = roots(links, approver, is_known);
    let Some(found) = graph(Direction::Forward).and_then(|graph| dominators(&graph, &roots, &Unwatched).ok()) else {
        return;
    };
    let above: Vec<u32> = found.strict_dominators(approver as u32).collect();
    above.iter().for_each(|node| links[*node as usize].is_dominator = true);
}

/// For each link the share of the pairs of others between which it lies.
fn lie_between(links: &mut [Link], both: &Graph) {
    let n = links.len();
    if n < 3 {
        return;
    }
    let drawn = BetweennessSettings { n_samples: Some(n.min(MOST_SOURCES)), ..BetweennessSettings::default() };
    let n_pairs = ((n - 1) * (n - 2) / 2) as f64;
    let pairs = betweenness(both, &drawn, &Unwatched).unwrap_or_default();
    links.iter_mut().zip(pairs).for_each(|(link, pairs)| link.between = pairs / n_pairs);
}

/// Where paths to the approver begin: the contacts whom we know, else the posts with nobody below.
fn roots(links: &[Link], approver: usize, is_known: &dyn Fn(PersonIndex) -> bool) -> Vec<u32> {
    let others = || (0..links.len()).filter(|place| *place != approver);
    let known: Vec<u32> =
        others().filter(|place| links[*place].holders.iter().any(|who| is_known(*who))).map(|it| it as u32).collect();
    if known.is_empty() {
        others().filter(|place| links[*place].n_below == 0).map(|it| it as u32).collect()
    } else {
        known
    }
}

fn weigh(links: &mut [Link], settings: &Settings) {
    let has_lines = links.iter().any(|link| !link.superiors.is_empty());
    let others = (links.len().max(2) - 1) as f64;
    for link in links {
        let mark = |is: bool, weight: f64| if is { weight } else { 0.0 };
        let of_lines = settings.base
            + mark(link.is_dominator, settings.dominator)
            + mark(link.is_articulation, settings.articulation)
            + settings.below * f64::from(link.n_below) / others
            + settings.between * link.between;
        let known = if has_lines { of_lines.clamp(0.0, 1.0) } else { settings.unknown };
        link.importance = if link.is_approver { 1.0 } else { known };
    }
}
