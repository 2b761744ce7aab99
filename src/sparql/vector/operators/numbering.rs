//! Numbers for the keys of rows, in the order in which keys come.
//!
//! Ids are numbers, and the ordinals of those of one column mostly lie close together: so long as the product of the
//! columns' ranges is not much more than the rows, a key's number stands in an array at the place that its ids give.
//! Otherwise keys are hashed. Both number alike, so that it does not matter when one becomes the other.

use super::keys::KeyTable;
use crate::sparql::vector::Batch;
use crate::sparql::vector::pattern::Slot;
use crate::store::{Id, Ordinals};

/// Places that the array may have whatever the number of rows.
const FEW_PLACES: u64 = 1 << 16;
/// Places that the array may have for each row.
const PLACES_A_ROW: u64 = 8;
/// Rows that are expected at most, since what is expected may not come.
const MOST_EXPECTED: f64 = 1e6;

/// Distinct keys, numbered in the order of their coming.
pub(super) struct Numbering {
    width: usize,
    n_rows: u64,
    n_expected: u64,
    places: Places,
}

enum Places {
    Array(Array),
    Hashed(KeyTable),
}

/// Numbers by the place that a key's ids give: one more than the number, 0 where there is no key.
#[derive(Default)]
struct Array {
    ranges: Vec<Range>,
    /// Where the ids of each column lie, if that is known.
    expected: Vec<Range>,
    numbers: Vec<u32>,
    /// The place of each key.
    keys: Vec<u32>,
    ordinals: Ordinals,
}

/// The ordinals of one column: place 0 is no id, place 1 the first.
#[derive(Clone, Copy, PartialEq)]
struct Range {
    first: u64,
    n: u64,
}

impl Range {
    /// What the column has; one place where it has nothing.
    fn of(column: Option<&[Id]>, ordinals: Ordinals) -> Self {
        let Some(column) = column else { return Self { first: 0, n: 0 } };
        let all = column.iter().map(|id| ordinals.ordinal(*id));
        let (least, end) = all.fold((u64::MAX, 0), |(least, end), at| (at.min(least), at.wrapping_add(1).max(end)));
        Self { first: least, n: end.saturating_sub(least) }
    }

    fn n_places(self) -> u64 {
        self.n.saturating_add(1)
    }

    fn holds(self, other: Self) -> bool {
        other.n == 0 || (self.first <= other.first && other.end() <= self.end())
    }

    fn end(self) -> u64 {
        self.first.saturating_add(self.n)
    }

    fn with(self, other: Self) -> Self {
        match (self.n, other.n) {
            (_, 0) => self,
            (0, _) => other,
            _ => {
                let first = self.first.min(other.first);
                Self { first, n: self.end().max(other.end()) - first }
            }
        }
    }

    /// Half as wide again on the side on which it has grown, so that it does not grow with every batch.
    fn ahead_of(self, before: Self) -> Self {
        if before.n == 0 || before == self {
            return self;
        }
        let more = self.n / 2;
        let first = if self.first < before.first { self.first.saturating_sub(more) } else { self.first };
        let end = if self.end() > before.end() { self.end().saturating_add(more) } else { self.end() };
        Self { first, n: end - first }
    }

    fn place(self, id: Id, ordinals: Ordinals) -> u64 {
        if id == Id::NONE { 0 } else { ordinals.ordinal(id) - self.first + 1 }
    }

    fn id(self, place: u64, ordinals: Ordinals) -> Id {
        if place == 0 { Id::NONE } else { ordinals.id(self.first + place - 1) }
    }
}

impl Numbering {
    /// For keys of `width` ids, of so many rows.
    pub fn new(width: usize, n_expected: f64, ordinals: Ordinals) -> Self {
        let places = match width {
            0 => Places::Hashed(KeyTable::new(0)),
            _ => Places::Array(Array { ordinals, ..Array::default() }),
        };
        Self { width, n_rows: 0, n_expected: n_expected.min(MOST_EXPECTED) as u64, places }
    }

    /// The same with the ids between which those of each column lie, where that is known.
    pub fn between(mut self, extents: impl Iterator<Item = Option<(Id, Id)>>) -> Self {
        if let Places::Array(array) = &mut self.places {
            let range = |extent: Option<(Id, Id)>| {
                let ordinal = |id| array.ordinals.ordinal(id);
                let (first, last) =
                    extent.map_or((0, 0), |(low, high)| (ordinal(low), ordinal(high).saturating_add(1)));
                Range { first, n: last.saturating_sub(first) }
            };
            array.expected = extents.map(range).collect();
        }
        self
    }

    /// Number of keys.
    pub fn len(&self) -> usize {
        match &self.places {
            Places::Array(array) => array.keys.len(),
            Places::Hashed(table) => table.len(),
        }
    }

    /// Appends the numbers of the keys of all rows.
    pub fn enter_rows(&mut self, batch: &Batch, slots: &[Slot], numbers: &mut Vec<u32>) {
        self.n_rows += batch.len as u64;
        let most =
            FEW_PLACES.max(self.n_rows.max(self.n_expected).saturating_mul(PLACES_A_ROW)).min(u64::from(u32::MAX));
        if let Places::Array(array) = &mut self.places {
            if array.make_room(batch, slots, most) {
                return array.enter(batch, slots, numbers);
            }
            let mut table = KeyTable::new(self.width);
            let keys = array.as_batch();
            table.enter_rows(&keys, &(0..self.width).collect::<Vec<_>>(), &mut Vec::new(), |_| ());
            self.places = Places::Hashed(table);
        }
        if let Places::Hashed(table) = &mut self.places {
            table.enter_rows(batch, slots, numbers, |_| ());
        }
    }

    /// Enters the keys of another; tells their numbers here.
    pub fn merge(&mut self, other: &Self) -> Vec<u32> {
        let mut numbers = Vec::with_capacity(other.len());
        self.n_rows += other.n_rows - other.len() as u64;
        let columns = (0..self.width).map(|at| other.column(at, 0..other.len())).collect();
        let keys = Batch { columns, len: other.len() };
        self.enter_rows(&keys, &(0..self.width).collect::<Vec<_>>(), &mut numbers);
        numbers
    }

    /// One id of each of some keys.
    pub fn column(&self, at: usize, keys: std::ops::Range<usize>) -> Vec<Id> {
        match &self.places {
            Places::Array(array) => array.column(at, &array.keys[keys]),
            Places::Hashed(table) => keys.map(|number| table.key(number)[at]).collect(),
        }
    }

    /// Bytes that it holds.
    pub fn bytes(&self) -> usize {
        match &self.places {
            Places::Array(array) => (array.numbers.len() + array.keys.len()) * 4,
            Places::Hashed(table) => table.bytes(),
        }
    }
}

impl Array {
    /// Has a place for every key of a batch, unless that takes more than `most` places.
    fn make_room(&mut self, batch: &Batch, slots: &[Slot], most: u64) -> bool {
        let wanted: Vec<_> = slots.iter().map(|slot| Range::of(batch.column(*slot), self.ordinals)).collect();
        let is_new = self.ranges.is_empty();
        if !is_new && self.ranges.iter().zip(&wanted).all(|(range, wanted)| range.holds(*wanted)) {
            return true;
        }
        let before = if is_new { vec![Range { first: 0, n: 0 }; slots.len()] } else { self.ranges.clone() };
        let exact: Vec<_> = before.iter().zip(&wanted).map(|(range, wanted)| range.with(*wanted)).collect();
        let ahead = exact.iter().zip(&before).enumerate().map(|(at, (range, before))| {
            let expected = self.expected.get(at).filter(|expected| expected.n > 0);
            expected.map_or_else(|| range.ahead_of(*before), |expected| range.with(*expected))
        });
        let ahead: Vec<_> = ahead.collect();
        let n_places = |ranges: &[Range]| {
            ranges.iter().try_fold(1u64, |n, range| n.checked_mul(range.n_places())).filter(|n| *n <= most)
        };
        let Some((ranges, n)) = [ahead, exact].into_iter().find_map(|ranges| n_places(&ranges).map(|n| (ranges, n)))
        else {
            return false;
        };
        let keys = self.as_batch();
        self.ranges = ranges;
        self.keys = self.places(&keys, &(0..slots.len()).collect::<Vec<_>>());
        self.numbers = vec![0; n as usize];
        for (number, place) in (1..).zip(&self.keys) {
            self.numbers[*place as usize] = number;
        }
        true
    }

    /// The place of each row's key.
    fn places(&self, batch: &Batch, slots: &[Slot]) -> Vec<u32> {
        let (mut places, ordinals) = (vec![0u32; batch.len], self.ordinals);
        for (slot, range) in slots.iter().zip(&self.ranges) {
            let n = range.n_places() as u32;
            match batch.column(*slot) {
                None => places.iter_mut().for_each(|place| *place *= n),
                Some(column) => {
                    places
                        .iter_mut()
                        .zip(column)
                        .for_each(|(place, id)| *place = *place * n + range.place(*id, ordinals) as u32);
                }
            }
        }
        places
    }

    /// The ids of a column at some places.
    fn column(&self, at: usize, places: &[u32]) -> Vec<Id> {
        // nothing has a place yet
        let Some((range, after)) = self.ranges.get(at..).and_then(<[_]>::split_first) else { return Vec::new() };
        let step = after.iter().map(|range| range.n_places() as u32).product::<u32>();
        let n = range.n_places() as u32;
        places.iter().map(|place| range.id((place / step % n).into(), self.ordinals)).collect()
    }

    fn enter(&mut self, batch: &Batch, slots: &[Slot], numbers: &mut Vec<u32>) {
        numbers.reserve(batch.len);
        for place in self.places(batch, slots) {
            let number = &mut self.numbers[place as usize];
            if *number == 0 {
                self.keys.push(place);
                *number = self.keys.len() as u32;
            }
            numbers.push(*number - 1);
        }
    }

    /// The keys.
    fn as_batch(&self) -> Batch {
        let columns = (0..self.ranges.len()).map(|at| self.column(at, &self.keys)).collect();
        Batch { columns, len: self.keys.len() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ids() -> impl Strategy<Value = Id> {
        prop_oneof![
            6 => (0..40u64).prop_map(Id::from_bits),
            2 => Just(Id::NONE),
            1 => (0..3u64).prop_map(|at| Id::from_bits(at * 3000)),
            1 => any::<u64>().prop_map(Id::from_bits),
        ]
    }

    proptest! {
        #[test]
        fn keys_are_numbered_in_the_order_of_their_coming(
            rows in prop::collection::vec((ids(), ids()), 1..200), piece in 1..60usize, is_bound: bool,
            n_expected in prop_oneof![Just(0.0), Just(2e4)], most in prop_oneof![Just(40u64), Just(1 << 14)],
        ) {
            let extents = [Some((Id::from_bits(0), Id::from_bits(most))), None];
            let numbering = |n_expected| Numbering::new(2, n_expected, Ordinals::default());
            let mut lanes = [numbering(0.0), numbering(n_expected).between(extents.into_iter())];
            let (mut numbers, mut known) = ([Vec::new(), Vec::new()], Vec::new());
            for (at, rows) in rows.chunks(piece).enumerate() {
                let second = if is_bound { rows.iter().map(|row| row.1).collect() } else { Vec::new() };
                let batch = Batch { columns: vec![rows.iter().map(|row| row.0).collect(), second], len: rows.len() };
                lanes[at % 2].enter_rows(&batch, &[0, 1], &mut numbers[at % 2]);
            }
            let places = { let [one, other] = &mut lanes; one.merge(other) };
            let own = |at: usize| rows.chunks(piece).skip(at).step_by(2).flatten().copied();
            for (row, number) in own(0).zip(&numbers[0]).chain(own(1).zip(numbers[1].iter().map(|at| &places[*at as usize]))) {
                let key = (row.0, if is_bound { row.1 } else { Id::NONE });
                let expected = known.iter().position(|other| *other == key).unwrap_or_else(|| {
                    known.push(key);
                    known.len() - 1
                });
                prop_assert_eq!(*number as usize, expected);
                let found = [0, 1].map(|at| lanes[0].column(at, expected..expected + 1));
                prop_assert_eq!(found, [vec![key.0], vec![key.1]]);
            }
            prop_assert_eq!(lanes[0].len(), known.len());
        }
    }
}
