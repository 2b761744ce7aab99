//! Random numbers by place: what is thrown for one part of the market does not depend on any other part.
//!
//! In: the seed, a part, an index. Out: small integers and choices. Only integer arithmetic, so that every machine
//! throws the same. Never reads a clock or the system's entropy. Constant cost a throw.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The parts of the market, each with its own streams. The numbers are part of the format: never renumber.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Which slot of its block an account takes.
    Block = 1,
    /// Company master data.
    Company = 2,
    /// A person's name.
    Person = 3,
    /// Posts and who holds them.
    Chart = 4,
    /// Planted changes of a chart.
    Change = 5,
    /// Interactions.
    Interaction = 6,
    /// Orders and invoices.
    Trade = 7,
    /// Opportunities and sightings.
    Opportunity = 8,
    /// Our employees.
    Employee = 9,
    /// Products.
    Product = 10,
    /// Damage to rows; a table adds its own number.
    Damage = 100,
}

/// A stream of throws.
#[derive(Clone, Debug)]
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of one part and one index.
    pub fn of(seed: u64, part: Part, index: u64) -> Self {
        Self::numbered(seed, part as u64, index)
    }

    /// The stream of the damage done to one row of the table with number `table`.
    pub fn of_damage(seed: u64, table: u64, row: u64) -> Self {
        Self::numbered(seed, Part::Damage as u64 + table, row)
    }

    fn numbered(seed: u64, part: u64, index: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&part.to_le_bytes());
        key[16..24].copy_from_slice(&index.to_le_bytes());
        Self(ChaCha8Rng::from_seed(key))
    }

    /// A number in `0..n`; 0 when `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        ((u64::from(self.0.next_u32()) * n as u64) >> 32) as usize
    }

    /// A number in `low..=high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1) as usize) as i64
    }

    /// A number of days in `low..=high`.
    pub fn days(&mut self, low: i32, high: i32) -> i32 {
        self.between(i64::from(low), i64::from(high)) as i32
    }

    /// True `permille` times in 1000.
    pub fn chance(&mut self, permille: u32) -> bool {
        self.below(1000) < permille as usize
    }

    /// One of `choices`, which is not empty.
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    /// The numbers `0..n` in a random order (Fisher and Yates).
    pub fn shuffled(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        for last in (1..n).rev() {
            order.swap(last, self.below(last + 1));
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_depends_on_seed_part_and_index_only() {
        let throw = |seed, part, index| Dice::of(seed, part, index).below(1_000_000);
        assert_eq!(throw(7, Part::Trade, 3), throw(7, Part::Trade, 3));
        assert_ne!(throw(7, Part::Trade, 3), throw(8, Part::Trade, 3));
        assert_ne!(throw(7, Part::Trade, 3), throw(7, Part::Chart, 3));
        assert_ne!(throw(7, Part::Trade, 3), throw(7, Part::Trade, 4));
    }

    #[test]
    fn numbers_stay_in_their_range_and_orders_are_permutations() {
        let mut dice = Dice::of(1, Part::Block, 0);
        assert!((0..1000).all(|_| (3..=9).contains(&dice.between(3, 9))));
        let mut order = dice.shuffled(40);
        order.sort_unstable();
        assert_eq!(order, (0..40).collect::<Vec<_>>());
        assert_eq!(dice.below(0), 0);
    }
}
