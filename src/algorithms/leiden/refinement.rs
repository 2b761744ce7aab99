//! Refinement: each community is built anew from single nodes, along links inside of it.
//!
//! A node that is still alone joins the group inside its community where the quality gains most, if both are well
//! connected with the rest of the community. A group that hangs together only by nodes that left it, as local moving may
//! leave behind, falls apart here: groups grow along links only, and nobody leaves a group. Communities do not know of
//! each other, so each is one task.

use rayon::prelude::*;

use crate::algorithms::AlgorithmError;
use crate::algorithms::leiden::level::{Level, Members};
use crate::algorithms::leiden::partition::{Partition, renumbered};
use crate::algorithms::pool::Pool;
use crate::algorithms::tally::Tally;
use crate::algorithms::watch::Progress;

/// Groups inside the communities of a partition.
pub(super) struct Refined {
    /// The group of each node, from 0 without gaps, in the order of their first nodes.
    pub(super) groups: Vec<u32>,
    pub(super) n_groups: usize,
    /// The community of each group, renumbered.
    pub(super) labels: Vec<u32>,
}

/// Groups of the communities of `partition`; nodes join in this order.
pub(super) fn refine(
    level: &Level<'_>,
    partition: &Partition,
    (order, resolution): (&[u32], f64),
    progress: &Progress<'_>,
) -> Result<Refined, AlgorithmError> {
    let (communities, n_communities) = renumbered(&partition.labels);
    let members = Members::of(&communities, n_communities, order.iter().copied());
    let mut places = vec![0u32; level.n_nodes()];
    for community in 0..n_communities as u32 {
        members.group(community).iter().zip(0..).for_each(|(node, place)| places[*node as usize] = place);
    }
    let tallies = Pool::new(|| Tally::new(level.n_nodes()));
    let task = |range: &std::ops::Range<u32>| {
        progress.advance(0)?;
        let community = Community { level, communities: &communities, places: &places, resolution };
        let leaders = |tally: &mut Tally| {
            let of_one = |label: u32| community.leaders(members.group(label), tally);
            range.clone().flat_map(of_one).collect::<Vec<(u32, u32)>>()
        };
        Ok(tallies.with(leaders))
    };
    let ranges = members.ranges(|node| level.degree(node));
    let parts: Vec<Vec<(u32, u32)>> = ranges.par_iter().map(task).collect::<Result<_, AlgorithmError>>()?;
    let mut leaders = places;
    parts.into_iter().flatten().for_each(|(node, leader)| leaders[node as usize] = leader);
    let (groups, n_groups) = renumbered(&leaders);
    let mut labels = vec![0; n_groups];
    groups.iter().zip(&communities).for_each(|(group, community)| labels[*group as usize] = *community);
    Ok(Refined { groups, n_groups, labels })
}

/// What a task reads.
struct Community<'a, 'g> {
    level: &'a Level<'g>,
    communities: &'a [u32],
    /// The place of each node among the members of its community.
    places: &'a [u32],
    resolution: f64,
}

/// The groups of one community, by the place of the node that began each.
struct Groups {
    /// The group of each place.
    of_places: Vec<u32>,
    /// Sum of the strengths of each group.
    totals: Vec<f64>,
    /// Weight of the links from each group to the rest of the community.
    outward: Vec<f64>,
    is_alone: Vec<bool>,
}

impl Community<'_, '_> {
    /// Each member with the node that began its group; members join in their order.
    fn leaders(&self, members: &[u32], tally: &mut Tally) -> Vec<(u32, u32)> {
        if members.len() == 1 {
            return vec![(members[0], members[0])];
        }
        let mut groups = Groups {
            of_places: (0..members.len() as u32).collect(),
            totals: members.iter().map(|node| self.level.strengths[*node as usize]).collect(),
            outward: members.iter().map(|node| self.inward(*node)).collect(),
            is_alone: vec![true; members.len()],
        };
        let total = groups.totals.iter().sum();
        for place in 0..members.len() as u32 {
            if groups.is_alone[place as usize] && self.is_well_connected(&groups, place, total) {
                self.join_best(&mut groups, (members[place as usize], place), total, tally);
            }
        }
        members.iter().zip(&groups.of_places).map(|(node, place)| (*node, members[*place as usize])).collect()
    }

    /// Weight of a node's links inside of its community.
    fn inward(&self, node: u32) -> f64 {
        let mut sum = 0.0;
        self.for_each_inside(node, |_, weight| sum += weight);
        sum
    }

    fn for_each_inside(&self, node: u32, mut visit: impl FnMut(u32, f64)) {
        let own = self.communities[node as usize];
        self.level.for_each_arc(node, |other, weight| {
            if self.communities[other as usize] == own {
                visit(self.places[other as usize], weight);
            }
        });
    }

    fn is_well_connected(&self, groups: &Groups, group: u32, total: f64) -> bool {
        let own = groups.totals[group as usize];
        groups.outward[group as usize] >= self.resolution * own * (total - own) / self.level.total
    }

    /// A node that is alone joins the well-connected group where the quality gains most, if any gains.
    fn join_best(&self, groups: &mut Groups, (node, place): (u32, u32), total: f64, tally: &mut Tally) {
        self.for_each_inside(node, |other, weight| tally.add(groups.of_places[other as usize], weight));
        let strength = self.level.strengths[node as usize];
        let mut best = (0.0, place, 0.0);
        for (group, links) in tally.iter() {
            let gain = links - self.resolution * strength * groups.totals[group as usize] / self.level.total;
            let is_better = gain > best.0 || (gain == best.0 && group < best.1);
            if is_better && self.is_well_connected(groups, group, total) {
                best = (gain, group, links);
            }
        }
        tally.clear();
        let (_, target, links) = best;
        if target != place {
            groups.of_places[place as usize] = target;
            groups.totals[target as usize] += strength;
            groups.outward[target as usize] += groups.outward[place as usize] - 2.0 * links;
            groups.is_alone[target as usize] = false;
        }
    }
}
