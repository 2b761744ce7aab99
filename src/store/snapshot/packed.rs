//! Columns of numbers in as few bytes as their range needs (frame of reference).
//!
//! A number is kept as its difference to the least of the column, in 0, 1, 2, 4 or 8 bytes. Any place outside the column
//! reads as the least, so that a damaged file gives wrong numbers and nothing worse. Reading a range costs one pass over
//! its bytes.

use std::ops::Range;

use crate::store::snapshot::manifest::{PackedSection, Section};
use crate::store::snapshot::map::{Column, Map, Plain};

/// A mapped column.
#[derive(Clone)]
pub(in crate::store) struct Packed {
    n: usize,
    least: i64,
    greatest: i64,
    differences: Differences,
}

#[derive(Clone)]
enum Differences {
    None,
    One(Column<u8>),
    Two(Column<u16>),
    Four(Column<u32>),
    Eight(Column<u64>),
}

/// The bytes that a difference needs.
pub(in crate::store) fn width(least: i64, greatest: i64) -> u8 {
    match greatest.wrapping_sub(least) as u64 {
        0 => 0,
        1..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xffff_ffff => 4,
        _ => 8,
    }
}

/// Bytes of a section.
pub(in crate::store) fn bytes_of<T: Plain>(map: &Map, section: Section) -> Option<Column<T>> {
    map.column(section.offset, section.bytes)
}

impl Packed {
    /// `None` when the section does not fit the file or is not of `n` numbers.
    pub fn open(map: &Map, section: &PackedSection, n: u64) -> Option<Self> {
        let bytes = section.n.checked_mul(u64::from(section.width))?;
        let differences = match section.width {
            0 => Differences::None,
            1 => Differences::One(map.column(section.offset, bytes)?),
            2 => Differences::Two(map.column(section.offset, bytes)?),
            4 => Differences::Four(map.column(section.offset, bytes)?),
            8 => Differences::Eight(map.column(section.offset, bytes)?),
            _ => return None,
        };
        let n = (section.n == n).then(|| usize::try_from(n).ok())??;
        Some(Self { n, least: section.least, greatest: section.greatest, differences })
    }

    pub fn len(&self) -> usize {
        self.n
    }

    /// The least number of the column; 0 when it is empty.
    pub fn least(&self) -> i64 {
        self.least
    }

    /// The greatest number of the column; 0 when it is empty.
    pub fn greatest(&self) -> i64 {
        self.greatest
    }

    /// Whether all numbers are the same.
    pub fn is_constant(&self) -> bool {
        matches!(self.differences, Differences::None)
    }

    #[inline]
    pub fn get(&self, at: usize) -> i64 {
        let difference = match &self.differences {
            Differences::None => 0,
            Differences::One(all) => all.get(at).copied().unwrap_or_default().into(),
            Differences::Two(all) => all.get(at).copied().unwrap_or_default().into(),
            Differences::Four(all) => all.get(at).copied().unwrap_or_default().into(),
            Differences::Eight(all) => all.get(at).copied().unwrap_or_default(),
        };
        self.least.wrapping_add(difference as i64)
    }

    /// The number as a place.
    #[inline]
    pub fn place(&self, at: usize) -> usize {
        self.get(at) as usize
    }

    /// The numbers of a range, which is cut to the column, each turned into what is wanted.
    pub fn read<T>(&self, range: Range<usize>, out: &mut Vec<T>, turn: impl Fn(i64) -> T) {
        let range = range.start.min(self.n)..range.end.min(self.n);
        let least = self.least;
        match &self.differences {
            Differences::None => out.extend(range.map(|_| turn(least))),
            Differences::One(all) => extend(&all[range], out, |it| turn(least.wrapping_add(i64::from(it)))),
            Differences::Two(all) => extend(&all[range], out, |it| turn(least.wrapping_add(i64::from(it)))),
            Differences::Four(all) => extend(&all[range], out, |it| turn(least.wrapping_add(i64::from(it)))),
            Differences::Eight(all) => extend(&all[range], out, |it| turn(least.wrapping_add(it as i64))),
        }
    }

    /// The numbers at some places, each turned into what is wanted; `missing` where a place lies outside of the column.
    pub fn gather<T: Copy>(&self, places: &[u32], out: &mut Vec<T>, missing: T, turn: impl Fn(i64) -> T) {
        let (n, least) = (self.n, self.least);
        match &self.differences {
            Differences::None => {
                let only = turn(least);
                out.extend(places.iter().map(|place| if (*place as usize) < n { only } else { missing }));
            }
            Differences::One(all) => pick(&all[..], places, out, missing, |it| turn(least.wrapping_add(i64::from(it)))),
            Differences::Two(all) => pick(&all[..], places, out, missing, |it| turn(least.wrapping_add(i64::from(it)))),
            Differences::Four(all) => {
                pick(&all[..], places, out, missing, |it| turn(least.wrapping_add(i64::from(it))))
            }
            Differences::Eight(all) => pick(&all[..], places, out, missing, |it| turn(least.wrapping_add(it as i64))),
        }
    }

    /// In a sorted range, the first place whose number is at least `wanted`.
    pub fn first_at_least(&self, range: Range<usize>, wanted: i64) -> usize {
        first_place(range, |at| self.get(at) < wanted)
    }
}

fn extend<T: Plain, U>(values: &[T], out: &mut Vec<U>, turn: impl Fn(T) -> U) {
    out.extend(values.iter().map(|value| turn(*value)));
}

fn pick<T: Plain, U: Copy>(values: &[T], places: &[u32], out: &mut Vec<U>, missing: U, turn: impl Fn(T) -> U) {
    out.extend(places.iter().map(|place| values.get(*place as usize).map_or(missing, |value| turn(*value))));
}

/// The first place of a range that is not below what is searched.
pub(in crate::store) fn first_place(range: Range<usize>, is_below: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (range.start, range.end);
    while low < high {
        let middle = low + (high - low) / 2;
        if is_below(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}
