//! The state of one aggregate over all groups.

use std::borrow::Cow;

use spareval::ExpressionTerm as Value;

use super::concat::joined;
use super::distinct::Distinct;
use super::extreme::Extremes;
use super::listed::Listed;
use super::statistic::statistic_of;
use super::sum::Sums;
use super::{Function, fail};
use crate::sparql::functions::aggregates::Statistic;
use crate::sparql::vector::Terms;
use crate::sparql::vector::expression::{Alike, Values, id_of, respelled, value_of};
use crate::store::{Id, Inline};

/// What an aggregate has seen so far, group by group.
pub(in crate::sparql) struct Accumulator {
    state: State,
    /// Groups that have no result because a row had no value.
    failed: Vec<bool>,
    distinct: Option<Distinct>,
}

enum State {
    Rows(Vec<u64>),
    Bound(Vec<u64>),
    Values(Vec<u64>),
    Sums(Sums),
    Averages(Sums),
    Extremes(Extremes),
    Samples(Vec<Id>),
    Concats(Listed, String),
    Statistics(Listed, Statistic),
}

impl Accumulator {
    pub(super) fn new(function: &Function, is_distinct: bool) -> Self {
        let state = match function {
            Function::CountRows => State::Rows(Vec::new()),
            Function::CountBound => State::Bound(Vec::new()),
            Function::CountValues => State::Values(Vec::new()),
            Function::Sum => State::Sums(Sums::default()),
            Function::Average => State::Averages(Sums::default()),
            Function::Least => State::Extremes(Extremes::least()),
            Function::Greatest => State::Extremes(Extremes::greatest()),
            Function::Sample => State::Samples(Vec::new()),
            Function::Concat(separator) => State::Concats(Listed::default(), separator.clone()),
            Function::Statistic(statistic) => State::Statistics(Listed::default(), *statistic),
        };
        let distinct = is_distinct.then(|| match function {
            Function::CountBound => Distinct::by_term(),
            _ => Distinct::by_value(),
        });
        Self { state, failed: Vec::new(), distinct }
    }

    /// Makes room for so many groups; those that are there stay.
    pub fn grow(&mut self, n_groups: usize) {
        if n_groups <= self.failed.len() {
            return;
        }
        self.failed.resize(n_groups, false);
        match &mut self.state {
            State::Rows(counts) | State::Bound(counts) | State::Values(counts) => counts.resize(n_groups, 0),
            State::Sums(sums) | State::Averages(sums) => sums.grow(n_groups),
            State::Extremes(extremes) => extremes.grow(n_groups),
            State::Samples(samples) => samples.resize(n_groups, Id::NONE),
            State::Concats(..) | State::Statistics(..) => {}
        }
    }

    /// Bytes that it holds, at least.
    pub fn bytes(&self) -> usize {
        let of_state = match &self.state {
            State::Rows(counts) | State::Bound(counts) | State::Values(counts) => counts.len() * size_of::<u64>(),
            State::Sums(sums) | State::Averages(sums) => sums.bytes(),
            State::Extremes(extremes) => extremes.bytes(),
            State::Samples(samples) => samples.len() * size_of::<Id>(),
            State::Concats(listed, _) | State::Statistics(listed, _) => listed.bytes(),
        };
        of_state + self.failed.len() + self.distinct.as_ref().map_or(0, Distinct::bytes)
    }

    /// Whether it sums numbers of all rows.
    pub(super) fn is_sum(&self) -> bool {
        self.distinct.is_none() && matches!(self.state, State::Sums(_) | State::Averages(_))
    }

    /// Adds numbers that have not left their expression, when it [sums](Self::is_sum).
    pub(super) fn add_numbers(&mut self, groups: &[u32], ids: &[Id], values: &Values<'_>) {
        if let State::Sums(sums) | State::Averages(sums) = &mut self.state {
            let is_alike = Alike::of(ids).is_some_and(|alike| sums.add_alike(groups, ids, alike));
            if is_alike || sums.add_decimals(groups, ids) {
                return;
            }
            for (&group, &id) in groups.iter().zip(ids) {
                if !fail(&mut self.failed, group, id) {
                    sums.add(group, id, |id| values.get(id).map(Cow::into_owned));
                }
            }
        }
    }

    /// Adds `values[i]` to the group `groups[i]`; [`Id::NONE`] is an error or unbound. `COUNT(*)` needs no values.
    pub fn add(&mut self, groups: &[u32], values: &[Id], terms: &Terms) {
        let Some(distinct) = &mut self.distinct else { return self.add_each(groups, values, terms) };
        let (mut new_groups, mut new_values) = (Vec::new(), Vec::new());
        for (&group, &value) in groups.iter().zip(values) {
            if value == Id::NONE || distinct.insert(group, self.failed.len(), value, terms) {
                new_groups.push(group);
                new_values.push(value);
            }
        }
        self.add_each(&new_groups, &new_values, terms);
    }

    fn add_each(&mut self, groups: &[u32], values: &[Id], terms: &Terms) {
        let rows = || groups.iter().copied().zip(values.iter().copied());
        let failed = &mut self.failed;
        match &mut self.state {
            State::Rows(counts) => groups.iter().for_each(|&group| counts[group as usize] += 1),
            State::Bound(counts) => {
                rows().for_each(|(group, value)| counts[group as usize] += u64::from(value != Id::NONE));
            }
            State::Values(counts) => {
                rows().for_each(|(group, value)| counts[group as usize] += u64::from(!fail(failed, group, value)));
            }
            State::Sums(sums) | State::Averages(sums) => {
                for (group, value) in rows() {
                    if !fail(failed, group, value) {
                        sums.add(group, value, |id| value_of(id, terms));
                    }
                }
            }
            State::Extremes(extremes) if let Some(alike) = Alike::of(values) => {
                extremes.add_alike(groups, values, alike, terms);
            }
            State::Extremes(extremes) => {
                for (group, value) in rows() {
                    if !fail(failed, group, value) {
                        extremes.add(group, value, terms);
                    }
                }
            }
            State::Samples(samples) => {
                for (group, value) in rows().filter(|(_, value)| *value != Id::NONE) {
                    let sample = &mut samples[group as usize];
                    *sample = if *sample == Id::NONE { value } else { *sample };
                }
            }
            State::Concats(listed, _) | State::Statistics(listed, _) => {
                for (group, value) in rows() {
                    if !fail(failed, group, value) {
                        listed.add(group, value);
                    }
                }
            }
        }
    }

    /// Adds what another accumulator of the same aggregate has seen after this one: its group `i` is group `into[i]`
    /// here.
    pub fn merge(&mut self, other: Self, into: &[u32], terms: &Terms) {
        let n_groups = into.iter().map(|group| *group as usize + 1).max().unwrap_or(0);
        self.grow(n_groups);
        for (&group, &failed) in into.iter().zip(&other.failed) {
            self.failed[group as usize] |= failed;
        }
        if let Some(seen) = other.distinct {
            let (groups, values): (Vec<_>, Vec<_>) =
                seen.into_pairs().map(|(group, value)| (into[group as usize], value)).unzip();
            return self.add(&groups, &values, terms);
        }
        match (&mut self.state, other.state) {
            (State::Rows(counts), State::Rows(others))
            | (State::Bound(counts), State::Bound(others))
            | (State::Values(counts), State::Values(others)) => {
                into.iter().zip(others).for_each(|(&group, count)| counts[group as usize] += count);
            }
            (State::Sums(sums), State::Sums(others)) | (State::Averages(sums), State::Averages(others)) => {
                sums.merge(&others, into);
            }
            (State::Extremes(extremes), State::Extremes(others)) => extremes.merge(&others, into, terms),
            (State::Samples(samples), State::Samples(others)) => {
                for (&group, value) in into.iter().zip(others) {
                    let sample = &mut samples[group as usize];
                    *sample = if *sample == Id::NONE { value } else { *sample };
                }
            }
            (State::Concats(listed, _), State::Concats(others, _))
            | (State::Statistics(listed, _), State::Statistics(others, _)) => listed.merge(others, into),
            _ => {}
        }
    }

    /// The result of each group; [`Id::NONE`] where it has none.
    pub fn finish(self, terms: &Terms) -> Vec<Id> {
        let count = |count: u64| {
            let count = i64::try_from(count).ok().map(Inline::Integer);
            count.and_then(Id::of_inline).unwrap_or(Id::NONE)
        };
        let spelled = |result: Result<Id, Option<Value>>| {
            result.unwrap_or_else(|value| value.map_or(Id::NONE, |value| id_of(value, terms)))
        };
        let mut results: Vec<Id> = match self.state {
            State::Rows(counts) | State::Bound(counts) | State::Values(counts) => {
                counts.into_iter().map(count).collect()
            }
            State::Sums(sums) => sums.totals().map(spelled).collect(),
            State::Averages(sums) => sums.averages().map(spelled).collect(),
            State::Extremes(extremes) => extremes.into_ids().map(|id| respelled(id, terms)).collect(),
            State::Samples(samples) => samples.into_iter().map(|id| respelled(id, terms)).collect(),
            State::Concats(listed, separator) => listed.finish(self.failed.len(), |ids| joined(ids, &separator, terms)),
            State::Statistics(listed, statistic) => {
                listed.finish(self.failed.len(), |ids| statistic_of(statistic, ids, terms))
            }
        };
        for (result, _) in results.iter_mut().zip(&self.failed).filter(|(_, failed)| **failed) {
            *result = Id::NONE;
        }
        results
    }
}
