//! In which order the members of a group are joined.
//!
//! From every member in turn the cheapest next member that shares a variable is added until none is left; the order with
//! the least work over all steps wins. Work is counted in rows touched, with a weight for reading out of order.

use super::estimate::{State, Statistics};
use crate::sparql::vector::pattern::{Condition, Pattern};

/// Members from which an order is tried, the smallest first.
const STARTS: usize = 8;

/// Places of the members in the order in which they are joined, beginning from `state`.
pub(super) fn ordered(
    members: &[Pattern],
    conditions: &[Condition],
    state: &State,
    statistics: &Statistics<'_>,
) -> Vec<usize> {
    let kept: Vec<_> = conditions.iter().map(|condition| statistics.kept(condition, members)).collect();
    let group = Group { members, conditions, kept, statistics };
    if members.len() < 2 || !state.possible.is_empty() {
        return group.greedy(Vec::new(), state.clone()).1;
    }
    let mut starts: Vec<_> = (0..members.len()).collect();
    starts.sort_by(|a, b| group.rows(*a, state).total_cmp(&group.rows(*b, state)).then(a.cmp(b)));
    starts.truncate(STARTS);
    let orders = starts.into_iter().map(|start| group.greedy(vec![start], state.clone()));
    orders.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, order)| order).unwrap_or_default()
}

struct Group<'a> {
    members: &'a [Pattern],
    conditions: &'a [Condition],
    kept: Vec<f64>,
    statistics: &'a Statistics<'a>,
}

impl Group<'_> {
    fn rows(&self, member: usize, state: &State) -> f64 {
        self.statistics.member(&self.members[member], state).fan_out
    }

    /// The order that begins with `start`, and its work.
    fn greedy(&self, start: Vec<usize>, mut state: State) -> (f64, Vec<usize>) {
        let mut order = Vec::new();
        let (mut cost, mut applied) = (0.0, vec![false; self.conditions.len()]);
        let mut next = start.first().copied().or_else(|| self.best(&order, &state));
        while let Some(member) = next {
            let estimate = self.statistics.member(&self.members[member], &state);
            cost += estimate.cost;
            self.statistics.bind(&mut state, &self.members[member], estimate.fan_out);
            order.push(member);
            cost += self.filter(&mut state, &mut applied);
            next = self.best(&order, &state);
        }
        (cost, order)
    }

    /// Counts the filters that the rows can be asked now; tells their work.
    fn filter(&self, state: &mut State, applied: &mut [bool]) -> f64 {
        let mut cost = 0.0;
        for (at, condition) in self.conditions.iter().enumerate() {
            if !applied[at] && condition.reads().iter().all(|slot| state.possible.contains(slot)) {
                applied[at] = true;
                cost += state.rows * Statistics::cost(condition);
                state.rows *= self.kept[at];
            }
        }
        cost
    }

    /// The cheapest member that is left, one that shares a variable if there is any.
    fn best(&self, order: &[usize], state: &State) -> Option<usize> {
        let left = (0..self.members.len()).filter(|member| !order.contains(member));
        let weight = |member: usize| {
            let pattern = &self.members[member];
            let is_apart = !state.possible.is_empty() && (&pattern.possible() & &state.possible).is_empty();
            let estimate = self.statistics.member(pattern, state);
            (is_apart, state.rows * estimate.fan_out, estimate.cost)
        };
        let weights = left.map(|member| (weight(member), member));
        let order = |a: &(bool, f64, f64), b: &(bool, f64, f64)| {
            a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.total_cmp(&b.2))
        };
        weights.min_by(|(a, _), (b, _)| order(a, b)).map(|(_, member)| member)
    }
}
