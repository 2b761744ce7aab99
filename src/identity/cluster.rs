//! From pairs to entities.
//!
//! Comes in: scored pairs, a scorer for pairs that were not proposed, and what must not come together. Leaves: the entity of
//! each record. Never chains: two groups become one when, over all pairs between them, the evidence is for it. Costs the
//! scores between groups that touch, linear in the records while entities are small.
//!
//! Groups grow by the best average of log odds between their records, ends of the scale cut off, until no average is above
//! the threshold: average-link clustering, a greedy solution of correlation clustering (N. Bansal, A. Blum, S. Chawla,
//! 2004). A bridge, one record that resembles two groups, is outvoted by the pairs that do not.
//!
//! Records that leave out what tells relatives apart, a date of birth, resemble father and son alike and would outvote the
//! dates. Where both of two groups have records with one, the evidence must be for it over the pairs of these, too.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::Add;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::identity::training::Pair;

/// A pair with its log odds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Scored {
    /// The two records.
    pub pair: Pair,
    /// Log odds that they are one, the partners of both considered.
    pub ln_odds: f32,
    /// Log odds of the pair looked at alone.
    pub alone: f32,
}

impl Scored {
    /// A pair of which nothing else is known.
    pub fn alone(pair: Pair, alone: f32) -> Self {
        Self { pair, ln_odds: alone, alone }
    }
}

/// One pair's log odds count no more than this, for or against.
const MOST: f32 = 8.0;

/// What must not come together.
#[derive(Clone, Copy)]
pub struct Constraints<'a> {
    /// For each record the sources that know it and are free of doubles, a bit each.
    pub single: &'a [u64],
    /// Pairs that are not one.
    pub apart: &'a FxHashSet<Pair>,
    /// Whether two records have something that one entity cannot have.
    pub is_apart: &'a (dyn Fn(u32, u32) -> bool + Sync),
    /// Pairs that are one.
    pub together: &'a [Pair],
    /// For each record whether it has what tells relatives apart.
    pub is_telling: &'a [bool],
}

/// The entity of each record, named by its first record.
///
/// `threshold` is the average of log odds above which two groups are one.
pub fn cluster(
    n_records: usize,
    scored: &[Scored],
    score: &(dyn Fn(u32, u32) -> f32 + Sync),
    constraints: Constraints<'_>,
    threshold: f32,
) -> Vec<u32> {
    let mut roots: Vec<u32> = (0..n_records as u32).collect();
    let links = scored.iter().filter(|it| it.ln_odds > threshold).map(|it| it.pair);
    for (one, other) in links.chain(constraints.together.iter().copied()) {
        join(&mut roots, one, other);
    }
    let mut by_component: FxHashMap<u32, (Vec<Scored>, Vec<Pair>)> = FxHashMap::default();
    for it in scored {
        let root = find(&mut roots, it.pair.0);
        if root == find(&mut roots, it.pair.1) {
            by_component.entry(root).or_default().0.push(*it);
        }
    }
    for &pair in constraints.together {
        by_component.entry(find(&mut roots, pair.0)).or_default().1.push(pair);
    }
    let mut components: Vec<_> = by_component.into_iter().collect();
    components.sort_unstable_by_key(|(root, _)| *root);
    let groups: Vec<Vec<Vec<u32>>> = components
        .into_par_iter()
        .map(|(_, (scored, together))| {
            let mut groups = Groups::of(scored, score, constraints, threshold);
            groups.bring_together(&together);
            groups.grow()
        })
        .collect();
    let mut entities: Vec<u32> = (0..n_records as u32).collect();
    for group in groups.into_iter().flatten() {
        let first = group.iter().copied().min().unwrap_or_default();
        group.iter().for_each(|&record| entities[record as usize] = first);
    }
    entities
}

fn find(roots: &mut [u32], record: u32) -> u32 {
    let mut at = record;
    while roots[at as usize] != at {
        roots[at as usize] = roots[roots[at as usize] as usize];
        at = roots[at as usize];
    }
    at
}

fn join(roots: &mut [u32], one: u32, other: u32) {
    let (one, other) = (find(roots, one), find(roots, other));
    roots[one.max(other) as usize] = one.min(other);
}

/// Two groups that may become one.
#[derive(Clone, Copy, PartialEq)]
struct Merge {
    average: f32,
    groups: (u32, u32),
}

impl Eq for Merge {}

impl Ord for Merge {
    fn cmp(&self, other: &Self) -> Ordering {
        self.average.total_cmp(&other.average).then_with(|| other.groups.cmp(&self.groups))
    }
}

impl PartialOrd for Merge {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Log odds over the pairs between two groups: of all, and of those in which both records are telling.
#[derive(Clone, Copy, PartialEq, Default)]
struct Sum {
    all: f32,
    telling: f32,
}

impl Add for Sum {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { all: self.all + other.all, telling: self.telling + other.telling }
    }
}

/// The groups of one component; a group keeps the number of one of its records.
struct Groups<'a> {
    members: FxHashMap<u32, Vec<u32>>,
    sums: FxHashMap<u32, FxHashMap<u32, Sum>>,
    heap: BinaryHeap<Merge>,
    score: &'a (dyn Fn(u32, u32) -> f32 + Sync),
    constraints: Constraints<'a>,
    threshold: f32,
}

impl<'a> Groups<'a> {
    fn of(
        scored: Vec<Scored>,
        score: &'a (dyn Fn(u32, u32) -> f32 + Sync),
        constraints: Constraints<'a>,
        threshold: f32,
    ) -> Self {
        let (members, sums) = (FxHashMap::default(), FxHashMap::default());
        let mut groups = Self { members, sums, heap: BinaryHeap::new(), score, constraints, threshold };
        for Scored { pair: (one, other), ln_odds, .. } in scored {
            let value = groups.sum_of(one, other, ln_odds);
            for (from, to) in [(one, other), (other, one)] {
                groups.members.entry(from).or_insert_with(|| vec![from]);
                groups.sums.entry(from).or_default().insert(to, value);
            }
            groups.propose(one, other, value);
        }
        groups
    }

    fn sum_of(&self, one: u32, other: u32, ln_odds: f32) -> Sum {
        let all = ln_odds.clamp(-MOST, MOST);
        let is_telling = [one, other].iter().all(|record| self.constraints.is_telling[*record as usize]);
        Sum { all, telling: if is_telling { all } else { 0.0 } }
    }

    fn propose(&mut self, one: u32, other: u32, sum: Sum) {
        let average = self.average(one, other, sum);
        if average > self.threshold {
            self.heap.push(Merge { average, groups: (one.min(other), one.max(other)) });
        }
    }

    /// The average over all pairs, or over those of telling records where it is lower.
    fn average(&self, one: u32, other: u32, sum: Sum) -> f32 {
        let is_telling = |record: &&u32| self.constraints.is_telling[**record as usize];
        let [ones, others] = [&self.members[&one], &self.members[&other]];
        let n_telling = ones.iter().filter(is_telling).count() * others.iter().filter(is_telling).count();
        let of_all = sum.all / (ones.len() * others.len()) as f32;
        if n_telling == 0 { of_all } else { of_all.min(sum.telling / n_telling as f32) }
    }

    /// Joins what is known to be one, whatever the evidence; only what is known to be two stays two.
    fn bring_together(&mut self, pairs: &[Pair]) {
        for &(one, other) in pairs {
            let (one, other) = (self.group_of(one), self.group_of(other));
            if one != other && !self.is_any(one, other, |a, b| self.is_apart(a, b)) {
                self.merge(one.min(other), one.max(other));
            }
        }
    }

    fn group_of(&mut self, record: u32) -> u32 {
        let found = self.members.iter().find(|(_, members)| members.contains(&record)).map(|(group, _)| *group);
        found.unwrap_or_else(|| {
            self.members.insert(record, vec![record]);
            record
        })
    }

    fn is_any(&self, one: u32, other: u32, is: impl Fn(u32, u32) -> bool) -> bool {
        let (ones, others) = (&self.members[&one], &self.members[&other]);
        ones.iter().any(|&a| others.iter().any(|&b| is(a, b)))
    }

    fn is_apart(&self, one: u32, other: u32) -> bool {
        self.constraints.apart.contains(&(one.min(other), one.max(other)))
    }

    fn is_double(&self, one: u32, other: u32) -> bool {
        self.constraints.single[one as usize] & self.constraints.single[other as usize] != 0
    }

    fn grow(mut self) -> Vec<Vec<u32>> {
        while let Some(merge) = self.heap.pop() {
            let (one, other) = merge.groups;
            let sum = self.sums.get(&one).and_then(|sums| sums.get(&other)).copied();
            let is_current = self.members.contains_key(&one)
                && self.members.contains_key(&other)
                && sum.is_some_and(|sum| self.average(one, other, sum) == merge.average);
            if is_current && self.may_join(one, other) {
                self.merge(one, other);
            }
        }
        self.members.into_values().collect()
    }

    fn may_join(&self, one: u32, other: u32) -> bool {
        let is_apart = self.constraints.is_apart;
        !self.is_any(one, other, |a, b| self.is_double(a, b) || self.is_apart(a, b) || is_apart(a, b))
    }

    /// Takes the second group into the first; sums that are not known yet are scored.
    fn merge(&mut self, one: u32, other: u32) {
        let mut ones = self.sums.remove(&one).unwrap_or_default();
        let mut others = self.sums.remove(&other).unwrap_or_default();
        ones.remove(&other);
        others.remove(&one);
        let mut neighbours: Vec<u32> = ones.keys().chain(others.keys()).copied().collect();
        neighbours.sort_unstable();
        neighbours.dedup();
        let mut sums = FxHashMap::default();
        for neighbour in neighbours {
            let sum = |sums: &FxHashMap<u32, Sum>, group| {
                sums.get(&neighbour).copied().unwrap_or_else(|| self.scored(group, neighbour))
            };
            sums.insert(neighbour, sum(&ones, one) + sum(&others, other));
        }
        let joined = self.members.remove(&other).unwrap_or_default();
        self.members.entry(one).or_default().extend(joined);
        let mut sorted: Vec<(u32, Sum)> = sums.iter().map(|(&group, &sum)| (group, sum)).collect();
        sorted.sort_unstable_by_key(|(group, _)| *group);
        self.sums.insert(one, sums);
        for (neighbour, sum) in sorted {
            let back = self.sums.entry(neighbour).or_default();
            back.remove(&other);
            back.insert(one, sum);
            self.propose(one, neighbour, sum);
        }
    }

    fn scored(&self, one: u32, other: u32) -> Sum {
        let (ones, others) = (&self.members[&one], &self.members[&other]);
        let pairs = ones.iter().flat_map(|&a| others.iter().map(move |&b| (a.min(b), a.max(b))));
        pairs.map(|(a, b)| self.sum_of(a, b, (self.score)(a, b))).fold(Sum::default(), Sum::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entities(n_records: usize, links: &[(u32, u32, f32)], single: &[u64]) -> Vec<u32> {
        let scored: Vec<_> = links.iter().map(|&(a, b, ln_odds)| Scored::alone((a, b), ln_odds)).collect();
        let apart = FxHashSet::default();
        let is_telling = vec![false; n_records];
        let constraints =
            Constraints { single, apart: &apart, is_apart: &|_, _| false, together: &[], is_telling: &is_telling };
        cluster(n_records, &scored, &|_, _| -5.0, constraints, 0.0)
    }

    #[test]
    fn a_bridge_does_not_chain_two_groups() {
        let links = [(0, 1, 6.0), (0, 2, 6.0), (1, 2, 6.0), (3, 4, 6.0), (3, 5, 6.0), (4, 5, 6.0), (2, 3, 3.0)];
        assert_eq!(entities(6, &links, &[0; 6]), [0, 0, 0, 3, 3, 3]);
    }

    #[test]
    fn decisions_are_stronger_than_any_evidence() {
        let scored = [Scored::alone((0, 1), 9.0), Scored::alone((1, 2), -9.0)];
        let apart = FxHashSet::from_iter([(0, 1)]);
        let together = [(1, 2), (2, 3)];
        let constraints = Constraints {
            single: &[0; 4],
            apart: &apart,
            is_apart: &|_, _| false,
            together: &together,
            is_telling: &[true; 4],
        };
        assert_eq!(cluster(4, &scored, &|_, _| -5.0, constraints, 0.0), [0, 1, 1, 1]);
    }

    #[test]
    fn a_source_without_doubles_gives_one_record_to_an_entity() {
        let links = [(0, 2, 5.0), (1, 2, 4.0)];
        assert_eq!(entities(3, &links, &[1, 1, 2]), [0, 1, 0]);
    }

    #[test]
    fn records_without_a_date_of_birth_do_not_make_father_and_son_one() {
        // 0, 1: the father with his date; 2, 3: the son with his; 4, 5, 6: one of the two, without any
        let of_dated = [(0, 1, 8.0), (2, 3, 8.0), (0, 2, -3.0), (0, 3, -3.0), (1, 2, -3.0), (1, 3, -3.0)];
        let of_others = (4..7).flat_map(|one| (0..one).map(move |other| (other, one, 5.0)));
        let scored: Vec<_> =
            of_dated.into_iter().chain(of_others).map(|(a, b, ln_odds)| Scored::alone((a, b), ln_odds)).collect();
        let entities = |is_telling: &[bool]| {
            let apart = FxHashSet::default();
            let constraints =
                Constraints { single: &[0; 7], apart: &apart, is_apart: &|_, _| false, together: &[], is_telling };
            cluster(7, &scored, &|_, _| -5.0, constraints, 0.0)
        };
        let told = entities(&[true, true, true, true, false, false, false]);
        assert!(told[0] == told[1] && told[2] == told[3] && told[0] != told[2], "{told:?}");
        assert_eq!(entities(&[true; 7]), [0; 7], "where all are heard, those without a date outvote it");
    }
}
