//! Sorts records that may not fit into memory: sorted runs in scratch files, merged when they are read.
//!
//! Records that the order does not tell apart come out as they went in. Costs the records of one run, twice while it is
//! sorted; a merge costs a buffer for each run.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use crate::store::StoreError;
use crate::store::build::budget::Budget;
use crate::store::build::spool::{Reading, Record, Spool};

const DIGIT: u32 = 11;

/// A record with an order, and the fast way to sort many of it.
pub(in crate::store) trait Sortable: Record {
    fn order(&self, other: &Self) -> Ordering;
    fn sort(records: &mut Vec<Self>);
}

/// A number by which to sort, and what belongs to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::store) struct Pair {
    pub key: u64,
    pub value: u32,
}

impl Record for Pair {
    const BYTES: usize = 12;

    fn put(self, out: &mut [u8]) {
        self.key.put(&mut out[..8]);
        self.value.put(&mut out[8..]);
    }

    fn take(bytes: &[u8]) -> Self {
        Self { key: Record::take(&bytes[..8]), value: Record::take(&bytes[8..]) }
    }
}

impl Sortable for Pair {
    fn order(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }

    fn sort(records: &mut Vec<Self>) {
        sort_by_number(records, |pair| pair.key);
    }
}

/// Sorts stably by a number, digit by digit; costs as many passes as the range of the numbers has digits.
pub(in crate::store) fn sort_by_number<T: Copy>(items: &mut Vec<T>, number: impl Fn(&T) -> u64) {
    let (mut least, mut greatest, mut previous, mut is_sorted) = (u64::MAX, 0, 0, true);
    for number in items.iter().map(&number) {
        is_sorted &= previous <= number;
        (least, greatest, previous) = (least.min(number), greatest.max(number), number);
    }
    if is_sorted {
        return;
    }
    if items.len() < 1 << DIGIT {
        return items.sort_by_key(number);
    }
    let mut other = items.clone();
    let bits = u64::BITS - (greatest - least).leading_zeros();
    for shift in (0..bits).step_by(DIGIT as usize) {
        let digit = |item: &T| ((number(item) - least) >> shift) as usize & ((1 << DIGIT) - 1);
        let mut places = vec![0; 1 << DIGIT];
        items.iter().for_each(|item| places[digit(item)] += 1);
        let mut sum = 0;
        for place in &mut places {
            sum += std::mem::replace(place, sum);
        }
        for item in items.iter() {
            let place = &mut places[digit(item)];
            other[*place] = *item;
            *place += 1;
        }
        std::mem::swap(items, &mut other);
    }
}

/// Records on their way to be sorted.
pub(in crate::store) struct Runs<T> {
    waiting: Vec<T>,
    /// Records of a run.
    limit: usize,
    budget: Budget,
    spilled: Vec<Spool<T>>,
}

/// All records in order.
pub(in crate::store) enum Sorted<'a, T> {
    Memory(std::slice::Iter<'a, T>),
    Merge(BinaryHeap<Head<'a, T>>),
}

/// The next record of a run.
pub(in crate::store) struct Head<'a, T> {
    record: T,
    run: usize,
    rest: Reading<'a, T>,
}

impl<T: Sortable> Runs<T> {
    pub fn new(budget: &Budget, limit: usize) -> Self {
        Self { waiting: Vec::new(), limit, budget: budget.clone(), spilled: Vec::new() }
    }

    pub fn reserve(&mut self, n: usize) {
        self.waiting.reserve(n.min(self.limit));
    }

    pub fn push(&mut self, record: T) -> Result<(), StoreError> {
        self.waiting.push(record);
        if self.waiting.len() >= self.limit { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> Result<(), StoreError> {
        T::sort(&mut self.waiting);
        let mut run = Spool::new(&self.budget, 1 << 10);
        run.extend(&self.waiting)?;
        self.waiting.clear();
        self.spilled.push(run);
        Ok(())
    }

    /// Sorts what waits and gives everything in order.
    pub fn sorted(&mut self) -> Result<Sorted<'_, T>, StoreError> {
        if self.spilled.is_empty() {
            T::sort(&mut self.waiting);
            return Ok(Sorted::Memory(self.waiting.iter()));
        }
        self.spill()?;
        self.waiting = Vec::new();
        let mut heads = BinaryHeap::with_capacity(self.spilled.len());
        for (run, spool) in self.spilled.iter_mut().enumerate() {
            let mut rest = spool.read()?;
            heads.extend(rest.next()?.map(|record| Head { record, run, rest }));
        }
        Ok(Sorted::Merge(heads))
    }
}

impl<T: Sortable> Sorted<'_, T> {
    /// The next record; `None` after the last.
    pub fn next(&mut self) -> Result<Option<T>, StoreError> {
        match self {
            Self::Memory(records) => Ok(records.next().copied()),
            Self::Merge(heads) => {
                let Some(mut head) = heads.peek_mut() else { return Ok(None) };
                let record = head.record;
                match head.rest.next()? {
                    Some(next) => head.record = next,
                    None => drop(PeekMut::pop(head)),
                }
                Ok(Some(record))
            }
        }
    }

    /// Takes all that are left.
    pub fn for_each(mut self, mut take: impl FnMut(T) -> Result<(), StoreError>) -> Result<(), StoreError> {
        if let Self::Memory(records) = self {
            return records.copied().try_for_each(take);
        }
        while let Some(record) = self.next()? {
            take(record)?;
        }
        Ok(())
    }
}

/// The least head is the greatest of the heap.
impl<T: Sortable> Ord for Head<'_, T> {
    fn cmp(&self, other: &Self) -> Ordering {
        other.record.order(&self.record).then(other.run.cmp(&self.run))
    }
}

impl<T: Sortable> PartialOrd for Head<'_, T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: Sortable> Eq for Head<'_, T> {}

impl<T: Sortable> PartialEq for Head<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn runs_come_out_as_a_stable_sort(keys in prop::collection::vec(0..9u64, 0..60), is_tiny: bool) {
            let home = tempfile::tempdir().unwrap();
            let budget = if is_tiny { Budget::tiny(home.path()) } else { Budget::unlimited() };
            let pairs: Vec<_> = (0u32..).zip(&keys).map(|(value, key)| Pair { key: *key, value }).collect();
            let mut runs = Runs::new(&budget, budget.records(8, 12).min(1000));
            pairs.iter().try_for_each(|pair| runs.push(*pair)).unwrap();
            let mut found = Vec::new();
            runs.sorted().unwrap().for_each(|pair| {
                found.push(pair);
                Ok(())
            }).unwrap();
            let mut expected = pairs;
            expected.sort_by_key(|pair| pair.key);
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn many_numbers_of_any_range_are_sorted() {
        for shift in [0, 20, 50, 63] {
            let mut numbers: Vec<u64> =
                (0..5000u64).map(|at| at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> shift).collect();
            let mut expected = numbers.clone();
            expected.sort_unstable();
            sort_by_number(&mut numbers, |number| *number);
            assert_eq!(numbers, expected);
        }
    }
}
