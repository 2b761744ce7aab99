//! Set cover: few sets, or cheap ones, that together cover much.
//!
//! Greedy: always the set that covers most of what is still uncovered for its cost. What a set still covers only shrinks,
//! so a set is reckoned anew only when it comes to the top of the heap (lazy evaluation).

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

use fixedbitset::FixedBitSet;
use rayon::prelude::*;

use crate::algorithms::AlgorithmError;
use crate::algorithms::error::{check_length, check_nodes, check_setting};
use crate::algorithms::watch::{Progress, Watch};
use crate::graph::Graph;

const SET_COVER: &str = "set cover";

/// What sets cost and elements weigh, and how much may be spent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SetCoverSettings<'a> {
    /// What each set costs, above 0, in the order of the sets; 1 each without it.
    pub costs: Option<&'a [f64]>,
    /// What covering each node of the graph is worth, at least 0; 1 each without it.
    pub weights: Option<&'a [f64]>,
    /// What all chosen sets together may cost.
    pub budget: f64,
    /// How many sets may be chosen.
    pub max_sets: usize,
    /// For each set the group whose own budget it takes from; no such budgets without it.
    pub groups: Option<&'a [u32]>,
    /// What the chosen sets of one group may cost.
    pub group_budget: f64,
}

impl Default for SetCoverSettings<'_> {
    fn default() -> Self {
        Self {
            costs: None,
            weights: None,
            budget: f64::INFINITY,
            max_sets: usize::MAX,
            groups: None,
            group_budget: f64::INFINITY,
        }
    }
}

/// The chosen sets.
#[derive(Clone, Debug, PartialEq)]
pub struct SetCover {
    /// In the order in which they were chosen.
    pub chosen: Vec<ChosenSet>,
    /// Weight of the elements that they cover.
    pub covered: f64,
    /// What they cost.
    pub cost: f64,
    /// Weight of the elements that all sets together would cover.
    pub coverable: f64,
}

/// A chosen set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChosenSet {
    /// The node that stands for the set.
    pub set: u32,
    /// Weight of the elements that no set chosen before covers.
    pub gain: f64,
    /// What it costs.
    pub cost: f64,
}

/// Sets that together cover as much as possible for a budget, or all that can be covered.
///
/// # Arguments
/// `graph`: a set is a node, its elements the nodes to which its arcs lead. `sets`: the nodes among which to choose.
/// `settings`: see [`SetCoverSettings`].
///
/// # Returns
/// The chosen sets. Without a budget they cover all that can be covered, for at most ln(elements) + 1 times the least
/// cost. With a budget they cover at least (1 − 1/√e) of the best; with equal costs at least (1 − 1/e). With
/// budgets of groups and equal costs they cover at least half of the best.
///
/// # Errors
/// A set that is no node; costs or weights that do not stand beside sets and nodes, or are out of their range; a budget
/// below 0; [`AlgorithmError::Stopped`].
///
/// # Complexity
/// Time O(arcs of the sets · log sets) in practice, times the number of chosen sets at worst; space 24 bytes a set, 1 bit
/// a node.
///
/// # Determinism
/// Sums are taken in the order of rows; between equal sets the first given is chosen.
///
/// # Source
/// Chvátal: A Greedy Heuristic for the Set-Covering Problem, 1979; Minoux: Accelerated Greedy Algorithms, 1978; Khuller,
/// Moss, Naor: The Budgeted Maximum Coverage Problem, 1999; Fisher, Nemhauser, Wolsey: An Analysis of Approximations for
/// Maximizing Submodular Set Functions II, 1978 (groups).
///
/// # Example
/// ```
/// use kagraph::algorithms::{SetCoverSettings, Unwatched, set_cover};
/// use kagraph::graph::{Graph, Layer, ViewSettings};
///
/// let knows = [(1, 11), (1, 12), (2, 12), (2, 13), (3, 13)];
/// let graph = Graph::from_layers(&[Layer::new(&knows[..])], &ViewSettings::default())?;
/// let cover = set_cover(&graph, &[0, 1, 2], &SetCoverSettings::default(), &Unwatched)?;
/// assert_eq!(cover.chosen.iter().map(|chosen| (chosen.set, chosen.gain)).collect::<Vec<_>>(), [(0, 2.0), (1, 1.0)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn set_cover(
    graph: &Graph,
    sets: &[u32],
    settings: &SetCoverSettings<'_>,
    watch: &dyn Watch,
) -> Result<SetCover, AlgorithmError> {
    check(graph, sets, settings)?;
    let progress = Progress::new(SET_COVER, sets.len(), watch);
    let covered = FixedBitSet::with_capacity(graph.n_nodes());
    let mut choice = Choice { graph, sets, settings, covered };
    let all = (0..sets.len()).into_par_iter().map(|place| choice.candidate(place as u32));
    let candidates: Vec<Candidate> = all.filter(|candidate| candidate.gain > 0.0).collect();
    let coverable = choice.coverable();
    let affordable = settings.budget.min(settings.group_limit());
    let best_alone = candidates.iter().filter(|candidate| candidate.cost <= affordable);
    let best_alone = best_alone.max_by(|a, b| a.gain.total_cmp(&b.gain).then(b.place.cmp(&a.place))).copied();
    let greedy = choice.run(candidates.into(), coverable, &progress)?;
    Ok(match best_alone {
        Some(alone) if alone.gain > greedy.covered && settings.max_sets > 0 => {
            let chosen = vec![ChosenSet { set: sets[alone.place as usize], gain: alone.gain, cost: alone.cost }];
            SetCover { chosen, covered: alone.gain, cost: alone.cost, coverable }
        }
        _ => greedy,
    })
}

/// Bytes that [`set_cover`] takes beyond the graph at most.
pub fn memory(graph: &Graph, sets: &[u32]) -> u64 {
    graph.n_nodes() as u64 / 4 + sets.len() as u64 * (size_of::<Candidate>() * 2 + size_of::<ChosenSet>()) as u64
}

impl SetCoverSettings<'_> {
    fn group_limit(&self) -> f64 {
        if self.groups.is_some() { self.group_budget } else { f64::INFINITY }
    }
}

fn check(graph: &Graph, sets: &[u32], settings: &SetCoverSettings<'_>) -> Result<(), AlgorithmError> {
    check_nodes(graph, SET_COVER, sets)?;
    let (costs, weights) = (settings.costs.unwrap_or_default(), settings.weights.unwrap_or_default());
    if settings.costs.is_some() {
        check_length(SET_COVER, "costs, one a set", sets.len(), costs.len())?;
    }
    if let Some(groups) = settings.groups {
        check_length(SET_COVER, "groups, one a set", sets.len(), groups.len())?;
    }
    if settings.weights.is_some() {
        check_length(SET_COVER, "weights, one a node", graph.n_nodes(), weights.len())?;
    }
    for cost in costs {
        check_setting(SET_COVER, ("costs", "above 0 and finite"), *cost, *cost > 0.0 && cost.is_finite())?;
    }
    for weight in weights {
        check_setting(
            SET_COVER,
            ("weights", "of at least 0 and finite"),
            *weight,
            *weight >= 0.0 && weight.is_finite(),
        )?;
    }
    let group_budget = settings.group_budget;
    check_setting(SET_COVER, ("a group's budget", "of at least 0"), group_budget, group_budget >= 0.0)?;
    check_setting(SET_COVER, ("a budget", "of at least 0"), settings.budget, settings.budget >= 0.0)
}

struct Choice<'a> {
    graph: &'a Graph,
    sets: &'a [u32],
    settings: &'a SetCoverSettings<'a>,
    covered: FixedBitSet,
}

impl Choice<'_> {
    fn run(
        &mut self,
        mut heap: BinaryHeap<Candidate>,
        coverable: f64,
        progress: &Progress<'_>,
    ) -> Result<SetCover, AlgorithmError> {
        let mut cover = SetCover { chosen: Vec::new(), covered: 0.0, cost: 0.0, coverable };
        let mut spent: BTreeMap<u32, f64> = BTreeMap::new();
        while let Some(top) = heap.pop() {
            if cover.chosen.len() >= self.settings.max_sets {
                break;
            }
            let group = self.settings.groups.map(|groups| groups[top.place as usize]);
            let of_group = group.and_then(|group| spent.get(&group)).copied().unwrap_or(0.0);
            if cover.cost + top.cost > self.settings.budget || of_group + top.cost > self.settings.group_limit() {
                continue;
            }
            let fresh = self.candidate(top.place);
            if heap.peek().is_some_and(|next| *next > fresh) {
                heap.push(fresh);
            } else if fresh.gain > 0.0 {
                let set = self.sets[fresh.place as usize];
                self.graph.outgoing().row(set).iter().for_each(|element| self.covered.insert(*element as usize));
                cover.chosen.push(ChosenSet { set, gain: fresh.gain, cost: fresh.cost });
                (cover.covered, cover.cost) = (cover.covered + fresh.gain, cover.cost + fresh.cost);
                group.map(|group| spent.insert(group, of_group + fresh.cost));
                progress.advance(1)?;
            }
        }
        Ok(cover)
    }

    /// What a set covers now.
    fn candidate(&self, place: u32) -> Candidate {
        let row = self.graph.outgoing().row(self.sets[place as usize]);
        let elements = row.chunk_by(u32::eq).map(|run| run[0]);
        let gain = elements.filter(|element| !self.covered.contains(*element as usize)).map(|it| self.weight(it)).sum();
        let cost = self.settings.costs.map_or(1.0, |costs| costs[place as usize]);
        Candidate { gain, cost, place }
    }

    fn weight(&self, element: u32) -> f64 {
        self.settings.weights.map_or(1.0, |weights| weights[element as usize])
    }

    /// Weight of the elements of all sets.
    fn coverable(&self) -> f64 {
        let mut all = FixedBitSet::with_capacity(self.graph.n_nodes());
        let elements = self.sets.iter().flat_map(|set| self.graph.outgoing().row(*set));
        elements.for_each(|element| all.insert(*element as usize));
        all.ones().map(|element| self.weight(element as u32)).sum()
    }
}

/// A set and what it covered when that was last looked at; the greatest covers most for its cost.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    gain: f64,
    cost: f64,
    place: u32,
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_ratio = (self.gain / self.cost).total_cmp(&(other.gain / other.cost));
        by_ratio.then(other.place.cmp(&self.place))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate {}
