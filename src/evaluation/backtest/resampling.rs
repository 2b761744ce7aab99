//! How sure a mean average precision is: accounts drawn again and again.
//!
//! Comes in: questions with the orders of all rankers. Leaves: for every draw the mean average precision of each ranker.
//! Never depends on the number of threads: each draw has a seed of its own. Costs: one pass over every order a draw.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use crate::evaluation::backtest::metrics::Quality;
use crate::evaluation::backtest::{Question, Settings};

/// Where a number lies, 95 % sure.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Interval {
    /// From here.
    pub low: f64,
    /// To here.
    pub high: f64,
}

/// The share left out at each end.
const TAIL: f64 = 0.025;

impl Interval {
    /// The middle 95 % of draws.
    pub fn of(mut draws: Vec<f64>) -> Self {
        draws.sort_by(f64::total_cmp);
        let at = |share: f64| draws.get(((draws.len() as f64 - 1.0) * share).round() as usize).copied();
        Self { low: at(TAIL).unwrap_or(0.0), high: at(1.0 - TAIL).unwrap_or(0.0) }
    }

    /// Whether it lies above zero.
    pub fn is_above_zero(self) -> bool {
        self.low > 0.0
    }

    /// Whether it lies below zero.
    pub fn is_below_zero(self) -> bool {
        self.high < 0.0
    }
}

/// For every draw the mean average precision of each ranker.
pub fn resample(questions: &[Question], orders: &[Vec<Vec<usize>>], settings: &Settings) -> Vec<Vec<f64>> {
    let draw = |number: usize| {
        let mut random = ChaCha8Rng::seed_from_u64(settings.seed.wrapping_add(number as u64));
        let mut sums = vec![0.0; orders.first().map_or(0, Vec::len)];
        for (question, orders) in questions.iter().zip(orders) {
            let times = times(&mut random, question.rose.len());
            for (sum, order) in sums.iter_mut().zip(orders) {
                *sum += Quality::of(order, &question.rose, &times).average_precision;
            }
        }
        sums.iter().map(|sum| sum / questions.len() as f64).collect()
    };
    (0..settings.resamples).into_par_iter().map(draw).collect()
}

/// How often each of `n` accounts is drawn in `n` draws.
fn times(random: &mut ChaCha8Rng, n: usize) -> Vec<u32> {
    let mut times = vec![0; n];
    for _ in 0..n {
        let at = (u64::from(random.next_u32()) * n as u64) >> 32;
        times[at as usize] += 1;
    }
    times
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_leaves_out_the_ends() {
        let interval = Interval::of((0..=1000).rev().map(f64::from).collect());
        assert_eq!(interval, Interval { low: 25.0, high: 975.0 });
        assert!(interval.is_above_zero() && !Interval::default().is_above_zero());
    }

    #[test]
    fn as_many_are_drawn_as_there_are() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        assert_eq!(times(&mut random, 500).iter().sum::<u32>(), 500);
    }
}
