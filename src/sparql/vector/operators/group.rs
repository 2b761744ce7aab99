//! Groups rows by their keys and computes aggregates.
//!
//! Where the only key lies between two ids that are not far apart, a group is a place in an array; otherwise keys are
//! numbered as they come. Lanes keep their own groups, which are merged from left to right, so that the result does not depend on
//! threads.

use super::count::number;
use super::keys::{KeyTable, hashes};
use super::numbering::Numbering;
use super::value_sets::{SharedBits, ValueSets};
use super::{LANES, Run, in_lanes};
use crate::sparql::vector::Batch;
use crate::sparql::vector::account::{Held, Kept};
use crate::sparql::vector::aggregate::Accumulator;
use crate::sparql::vector::context::Halt;
use crate::sparql::vector::pattern::{Counted, Measure, Slot};
use crate::sparql::vector::plan::{Grouping, Whole};
use crate::store::{Id, Ordinals};

/// Arrays of groups may have so many places, or twice the rows if that is more.
const PLACES: u64 = 1 << 12;

/// Which group a row is in.
enum Groups {
    One,
    /// Groups by the distance of the key's ordinal from `first`; `is_seen` tells which there are.
    Dense {
        first: u64,
        ordinals: Ordinals,
        is_seen: Vec<bool>,
    },
    Keys(Numbering),
}

/// One aggregate in one lane.
enum State {
    Rows(Vec<u64>),
    Accumulated(Accumulator),
    /// `COUNT(DISTINCT *)`: all slots of the rows with their group.
    DistinctRows {
        slots: Vec<Slot>,
        seen: KeyTable,
        counts: Vec<u64>,
    },
    /// The bits are shared by all lanes.
    Shared,
    Sets(ValueSets),
}

/// The groups of one lane.
struct Lane {
    groups: Groups,
    states: Vec<State>,
    held: Held,
}

/// The groups of a plan's rows.
pub(super) fn group(run: Run<'_>, whole: &Whole, grouping: &Grouping) -> Result<Kept, Halt> {
    let Grouping { keys, measures, extents, .. } = grouping;
    let (rows, ordinals) = (whole.input.rows_out(), run.context.terms.snapshot().ordinals());
    let dense =
        if let [key] = keys[..] { extents.get(&key).and_then(|extent| near(*extent, ordinals, rows)) } else { None };
    let n_groups = dense.map_or(if keys.is_empty() { 1 } else { 0 }, |(_, n)| n);
    let bits = measures
        .iter()
        .map(|it| it.distinct_slot().and_then(|slot| SharedBits::new(run, n_groups, rows, *extents.get(&slot)?)));
    let bits: Vec<Option<SharedBits>> = bits.collect();
    let start = || Lane::new(grouping, dense, &bits, whole, ordinals, Held::new(&run.context.account));
    let lanes =
        in_lanes(run, &whole.input, n_lanes(grouping.n_groups.max(n_groups as f64), rows), start, |lane, batch| {
            lane.add(run, keys, measures, &bits, batch)
        })?;
    let mut lanes = lanes.into_iter();
    let mut merged = lanes.next().unwrap_or_else(start);
    for lane in lanes {
        merged.merge(run, measures, lane)?;
    }
    run.context.check()?;
    Kept::of(vec![merged.finish(run, keys, measures, &bits)], &run.context.account)
}

/// The first ordinal and the number of places, when the ids are near enough.
fn near((low, high): (Id, Id), ordinals: Ordinals, rows: f64) -> Option<(u64, usize)> {
    let first = ordinals.ordinal(low);
    let n = ordinals.ordinal(high).checked_sub(first)?.checked_add(1)?;
    (n <= PLACES.max((2.0 * rows) as u64)).then_some((first, n as usize))
}

/// So many lanes that merging them costs less than adding the rows.
fn n_lanes(groups: f64, rows: f64) -> usize {
    ((rows / (4.0 * groups.max(1.0))) as usize).clamp(2, LANES)
}

impl Lane {
    fn new(
        grouping: &Grouping,
        dense: Option<(u64, usize)>,
        bits: &[Option<SharedBits>],
        whole: &Whole,
        ordinals: Ordinals,
        held: Held,
    ) -> Self {
        let Grouping { keys, measures, extents, .. } = grouping;
        let groups = match dense {
            Some((first, n)) => Groups::Dense { first, ordinals, is_seen: vec![false; n] },
            None if keys.is_empty() => Groups::One,
            None => {
                let numbering = Numbering::new(keys.len(), whole.input.rows_out(), ordinals);
                Groups::Keys(numbering.between(keys.iter().map(|key| extents.get(key).copied())))
            }
        };
        let sets = |slot: &Slot| extents.get(slot).and_then(|extent| ValueSets::new(*extent, ordinals));
        let state = |(measure, bits): (&Measure, &Option<SharedBits>)| match (&measure.aggregate, measure.counts) {
            (_, Some(Counted::Rows)) => State::Rows(Vec::new()),
            (Some(_), Some(Counted::DistinctSlot(_))) if bits.is_some() => State::Shared,
            (Some(_), Some(Counted::DistinctSlot(slot))) if let Some(sets) = sets(&slot) => State::Sets(sets),
            (Some(aggregate), _) => State::Accumulated(aggregate.accumulator()),
            (None, _) => {
                let slots: Vec<_> = whole.input_slots.iter().copied().collect();
                State::DistinctRows { seen: KeyTable::new(slots.len() + 1), slots, counts: Vec::new() }
            }
        };
        let states = measures.iter().zip(bits).map(state).collect();
        Self { groups, states, held }
    }

    fn n_groups(&self) -> usize {
        match &self.groups {
            Groups::One => 1,
            Groups::Dense { is_seen, .. } => is_seen.len(),
            Groups::Keys(numbering) => numbering.len(),
        }
    }

    fn add(
        &mut self,
        run: Run<'_>,
        keys: &[Slot],
        measures: &[Measure],
        bits: &[Option<SharedBits>],
        mut batch: Batch,
    ) -> Result<(), Halt> {
        let groups = self.numbers(keys, &batch);
        let n_groups = self.n_groups();
        for ((state, measure), bits) in self.states.iter_mut().zip(measures).zip(bits) {
            match state {
                State::Rows(counts) => {
                    counts.resize(n_groups, 0);
                    groups.iter().for_each(|group| counts[*group as usize] += 1);
                }
                State::Accumulated(accumulator) => {
                    measure.slots.iter().for_each(|slot| batch.fill(*slot));
                    if let Some(aggregate) = &measure.aggregate {
                        aggregate.add(accumulator, n_groups, &groups, &batch, &run.context.terms);
                    }
                }
                State::DistinctRows { slots, seen, counts } => {
                    counts.resize(n_groups, 0);
                    add_distinct_rows(slots, seen, counts, &groups, &batch);
                }
                State::Shared => {
                    if let (Some(bits), Some(slot)) = (bits, measure.distinct_slot()) {
                        bits.add(&groups, batch.column(slot).unwrap_or_default());
                    }
                }
                State::Sets(sets) => {
                    if let Some(slot) = measure.distinct_slot() {
                        sets.add(n_groups, &groups, batch.column(slot).unwrap_or_default());
                    }
                }
            }
        }
        self.held.set(self.bytes())
    }

    /// Bytes that grow with the groups.
    fn bytes(&self) -> usize {
        let of_states = self.states.iter().map(|state| match state {
            State::Rows(counts) => counts.len() * size_of::<u64>(),
            State::Accumulated(accumulator) => accumulator.bytes(),
            State::DistinctRows { seen, counts, .. } => seen.bytes() + counts.len() * size_of::<u64>(),
            State::Sets(sets) => sets.bytes(),
            State::Shared => 0,
        });
        let of_groups = match &self.groups {
            Groups::One => 0,
            Groups::Dense { is_seen, .. } => is_seen.len(),
            Groups::Keys(numbering) => numbering.bytes(),
        };
        of_groups + of_states.sum::<usize>()
    }

    fn numbers(&mut self, keys: &[Slot], batch: &Batch) -> Vec<u32> {
        match &mut self.groups {
            Groups::One => vec![0; batch.len],
            Groups::Dense { first, ordinals, is_seen } => {
                let column = batch.column(keys[0]).unwrap_or_default();
                let number = |id: &Id| {
                    let group = (ordinals.ordinal(*id) - *first) as u32;
                    is_seen[group as usize] = true;
                    group
                };
                column.iter().map(number).collect()
            }
            Groups::Keys(numbering) => {
                let mut numbers = Vec::with_capacity(batch.len);
                numbering.enter_rows(batch, keys, &mut numbers);
                numbers
            }
        }
    }

    /// Adds the groups of the lane to the right.
    fn merge(&mut self, run: Run<'_>, measures: &[Measure], right: Self) -> Result<(), Halt> {
        let places: Vec<u32> = match (&mut self.groups, &right.groups) {
            (Groups::Dense { is_seen, .. }, Groups::Dense { is_seen: others, .. }) => {
                is_seen.iter_mut().zip(others).for_each(|(seen, other)| *seen |= other);
                (0..others.len() as u32).collect()
            }
            (Groups::Keys(numbering), Groups::Keys(others)) => numbering.merge(others),
            _ => vec![0],
        };
        let n_groups = self.n_groups();
        for ((state, right), measure) in self.states.iter_mut().zip(right.states).zip(measures) {
            match (state, right) {
                (State::Rows(counts), State::Rows(others)) => {
                    counts.resize(n_groups, 0);
                    places.iter().zip(others).for_each(|(place, count)| counts[*place as usize] += count);
                }
                (State::Accumulated(accumulator), State::Accumulated(mut others)) if measure.aggregate.is_some() => {
                    others.grow(places.len());
                    accumulator.merge(others, &places, &run.context.terms);
                }
                (State::Sets(sets), State::Sets(others)) => sets.merge(n_groups, others, &places),
                (State::DistinctRows { seen, counts, .. }, State::DistinctRows { seen: others, .. }) => {
                    counts.resize(n_groups, 0);
                    for at in 0..others.len() {
                        let mut key = others.key(at).to_vec();
                        let group = places[key[0].bits() as usize];
                        key[0] = Id::from_bits(group.into());
                        let hash = rehash(&key);
                        counts[group as usize] += u64::from(seen.enter(hash, &key).1);
                    }
                }
                _ => (),
            }
        }
        self.held.set(self.bytes())
    }

    /// One row a group.
    fn finish(self, run: Run<'_>, keys: &[Slot], measures: &[Measure], bits: &[Option<SharedBits>]) -> Batch {
        let n_groups = self.n_groups();
        let mut batch = Batch::empty(run.n_slots);
        batch.len = n_groups;
        let keep = match self.groups {
            Groups::One => None,
            Groups::Dense { first, ordinals, is_seen } => {
                batch.columns[keys[0]] = (0..n_groups as u64).map(|at| ordinals.id(first + at)).collect();
                Some(is_seen)
            }
            Groups::Keys(numbering) => {
                for (at, slot) in keys.iter().enumerate() {
                    batch.columns[*slot] = numbering.column(at, 0..n_groups);
                }
                None
            }
        };
        for ((state, measure), bits) in self.states.into_iter().zip(measures).zip(bits) {
            batch.columns[measure.slot] = match state {
                State::Accumulated(mut accumulator) => {
                    accumulator.grow(n_groups);
                    accumulator.finish(&run.context.terms)
                }
                State::Rows(counts) | State::DistinctRows { counts, .. } => {
                    (0..n_groups).map(|group| number(counts.get(group).copied().unwrap_or(0))).collect()
                }
                State::Sets(sets) => sets.counts(n_groups).into_iter().map(number).collect(),
                State::Shared => {
                    let count = |group| bits.as_ref().map_or(0, |bits| bits.count(group));
                    (0..n_groups).map(|group| number(count(group))).collect()
                }
            };
        }
        let all: Vec<_> = (0..run.n_slots).collect();
        match keep {
            Some(keep) => batch.keep(&keep, &all),
            None => batch,
        }
    }
}

/// The hash of a key as `hashes` computes it for a row.
fn rehash(key: &[Id]) -> u64 {
    let columns = key.iter().map(|id| vec![*id]).collect();
    let slots: Vec<_> = (0..key.len()).collect();
    hashes(&Batch { columns, len: 1 }, &slots)[0]
}

fn add_distinct_rows(slots: &[Slot], seen: &mut KeyTable, counts: &mut [u64], groups: &[u32], batch: &Batch) {
    let mut key = vec![Id::NONE; slots.len() + 1];
    for (row, group) in groups.iter().enumerate() {
        key[0] = Id::from_bits(u64::from(*group));
        for (id, slot) in key[1..].iter_mut().zip(slots) {
            *id = batch.value(*slot, row);
        }
        counts[*group as usize] += u64::from(seen.enter(rehash(&key), &key).1);
    }
}
