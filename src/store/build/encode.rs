//! Columns on their way to the file: numbers packed into the bytes that their range needs, codes as sets.
//!
//! In come numbers one by one, out come bytes and a section without its place, which the sink gives.

use crate::store::StoreError;
use crate::store::build::budget::Budget;
use crate::store::build::spool::{Record, Spool};
use crate::store::snapshot::code_set::BITS_A_RANK;
use crate::store::snapshot::manifest::PackedSection;
use crate::store::snapshot::packed::width;

/// A number of a column.
pub(in crate::store) trait Number: Record {
    fn wide(self) -> i64;
}

impl Number for u32 {
    fn wide(self) -> i64 {
        self.into()
    }
}

impl Number for i32 {
    fn wide(self) -> i64 {
        self.into()
    }
}

impl Number for u64 {
    fn wide(self) -> i64 {
        self as i64
    }
}

impl Number for i64 {
    fn wide(self) -> i64 {
        self
    }
}

/// A column that grows.
pub(in crate::store) struct Numbers<T> {
    all: Spool<T>,
    least: i64,
    greatest: i64,
}

/// Bytes that wait to be written.
pub(in crate::store) enum Bytes {
    Memory(Vec<u8>),
    Scratch(Spool<u8>),
}

/// A packed column that waits to be written.
pub(in crate::store) struct Encoded {
    pub section: PackedSection,
    pub bytes: Bytes,
}

/// A set of codes that waits to be written.
pub(in crate::store) enum EncodedCodes {
    Run { first: u32, n: u64 },
    Bits { first: u32, last: u32, n: u64, words: Vec<u8>, ranks: Vec<u8> },
    List(Encoded),
}

impl<T: Number> Numbers<T> {
    pub fn new(budget: &Budget, limit: usize) -> Self {
        Self { all: Spool::new(budget, limit), least: i64::MAX, greatest: i64::MIN }
    }

    pub fn len(&self) -> u64 {
        self.all.len()
    }

    #[inline]
    pub fn push(&mut self, number: T) -> Result<(), StoreError> {
        let wide = number.wide();
        (self.least, self.greatest) = (self.least.min(wide), self.greatest.max(wide));
        self.all.push(number)
    }

    pub fn read(&mut self) -> Result<crate::store::build::spool::Reading<'_, T>, StoreError> {
        self.all.read()
    }

    /// Packs the column.
    pub fn encode(mut self, budget: &Budget, limit: usize) -> Result<Encoded, StoreError> {
        let n = self.len();
        let (least, greatest) = if n == 0 { (0, 0) } else { (self.least, self.greatest) };
        let width = width(least, greatest);
        let section = PackedSection { n, least, greatest, width, offset: 0 };
        let difference = |number: T| (number.wide().wrapping_sub(least) as u64).to_le_bytes();
        if width == 0 {
            return Ok(Encoded { section, bytes: Bytes::Memory(Vec::new()) });
        }
        if let Some(numbers) = self.all.in_memory() {
            let bytes = match width {
                1 => packed::<1, T>(numbers, difference),
                2 => packed::<2, T>(numbers, difference),
                4 => packed::<4, T>(numbers, difference),
                _ => packed::<8, T>(numbers, difference),
            };
            return Ok(Encoded { section, bytes: Bytes::Memory(bytes) });
        }
        let mut bytes = Spool::new(budget, limit);
        let put = |number: T| bytes.extend(&difference(number)[..usize::from(width)]);
        self.read()?.for_each(put)?;
        Ok(Encoded { section, bytes: Bytes::Scratch(bytes) })
    }
}

fn packed<const WIDTH: usize, T: Number>(numbers: &[T], difference: impl Fn(T) -> [u8; 8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(numbers.len() * WIDTH);
    numbers.iter().for_each(|number| bytes.extend_from_slice(&difference(*number)[..WIDTH]));
    bytes
}

/// Packs sorted codes in whichever way takes the fewest bytes and answers fast.
pub(in crate::store) fn encode_codes(
    mut codes: Numbers<u32>,
    budget: &Budget,
    limit: usize,
) -> Result<EncodedCodes, StoreError> {
    let n = codes.len();
    if n == 0 {
        return Ok(EncodedCodes::Run { first: 0, n: 0 });
    }
    let (first, last) = (codes.least as u32, codes.greatest as u32);
    if u64::from(last - first) + 1 == n {
        return Ok(EncodedCodes::Run { first, n });
    }
    let aligned = first & !63;
    let n_words = (last - aligned) as usize / 64 + 1;
    let list_bytes = n * u64::from(width(first.into(), last.into()));
    if n_words as u64 * 8 >= list_bytes {
        return codes.encode(budget, limit).map(EncodedCodes::List);
    }
    let mut words = vec![0u64; n_words];
    codes.read()?.for_each(|code| {
        let bit = (code - aligned) as usize;
        words[bit / 64] |= 1 << (bit % 64);
        Ok(())
    })?;
    let mut before = 0u32;
    let mut ranks = Vec::with_capacity(n_words.div_ceil(BITS_A_RANK / 64) * 4);
    for block in words.chunks(BITS_A_RANK / 64) {
        ranks.extend_from_slice(&before.to_le_bytes());
        before += block.iter().map(|word| word.count_ones()).sum::<u32>();
    }
    let words = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    Ok(EncodedCodes::Bits { first: aligned, last, n, words, ranks })
}

/// A column whose numbers are at hand.
pub(in crate::store) fn encode_all<T: Number>(numbers: impl IntoIterator<Item = T>) -> Result<Encoded, StoreError> {
    let budget = Budget::unlimited();
    let mut all = Numbers::new(&budget, usize::MAX);
    numbers.into_iter().try_for_each(|number| all.push(number))?;
    all.encode(&budget, usize::MAX)
}
