//! How sure a mean average precision is: accounts and days drawn again and again; and what chance alone makes.
//!
//! Comes in: questions with the orders of all rankers. Leaves: for every draw the mean average precision of each ranker,
//! or of an order that knows nothing. Never depends on the number of threads: each draw has a seed of its own. Costs: one pass over every order a draw.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use crate::discovery::ranking::boosting::mixed;
use crate::evaluation::backtest::metrics::{Quality, order};
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
    pub fn of(draws: Vec<f64>) -> Self {
        Self::leaving(draws, TAIL)
    }

    /// How far `value` lies above draws that know nothing, so that with 95 % none of `n_values` that know nothing either
    /// lies above zero (Bonferroni).
    pub fn above(value: f64, chance: &[f64], n_values: usize) -> Self {
        let chance = Self::leaving(chance.to_vec(), TAIL / n_values.max(1) as f64);
        Self { low: value - chance.high, high: value - chance.low }
    }

    fn leaving(mut draws: Vec<f64>, tail: f64) -> Self {
        draws.sort_by(f64::total_cmp);
        let at = |share: f64| draws.get(((draws.len() as f64 - 1.0) * share).round() as usize).copied();
        Self { low: at(tail).unwrap_or(0.0), high: at(1.0 - tail).unwrap_or(0.0) }
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

/// For every draw the mean average precision of each ranker. An account is drawn equally often on all days, since what
/// it does on one of them it often does on the next; then the days themselves are drawn.
pub fn resample(questions: &[Question], orders: &[Vec<Vec<usize>>], settings: &Settings) -> Vec<Vec<f64>> {
    let draw = |number: usize| {
        let seed = settings.seed.wrapping_add(number as u64);
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut sums = vec![0.0; orders.first().map_or(0, Vec::len)];
        for (day, n_times) in times(&mut random, questions.len()).into_iter().enumerate().filter(|it| it.1 > 0) {
            let question = &questions[day];
            let accounts: Vec<u32> = question.keys.iter().map(|key| times_of(*key, seed)).collect();
            for (sum, order) in sums.iter_mut().zip(&orders[day]) {
                *sum += f64::from(n_times) * Quality::of(order, &question.rose, &accounts).average_precision;
            }
        }
        sums.iter().map(|sum| sum / questions.len() as f64).collect()
    };
    (0..settings.resamples).into_par_iter().map(draw).collect()
}

/// For every draw the mean average precision of an order that knows nothing: any one, but the same on all days, as the
/// orders are that it is held against. This is what chance makes of these very outcomes (a permutation test).
pub fn by_chance(questions: &[Question], settings: &Settings) -> Vec<f64> {
    let draw = |number: usize| {
        let seed = mixed(settings.seed.wrapping_add(number as u64));
        let precision = |question: &Question| {
            let scores: Vec<f64> = question.keys.iter().map(|key| mixed(key ^ seed) as f64).collect();
            let order = order(&scores, &question.keys);
            Quality::of(&order, &question.rose, &vec![1; scores.len()]).average_precision
        };
        questions.iter().map(precision).sum::<f64>() / questions.len() as f64
    };
    (0..settings.resamples).into_par_iter().map(draw).collect()
}

/// How often each of `n` days is drawn in `n` draws.
fn times(random: &mut ChaCha8Rng, n: usize) -> Vec<u32> {
    let mut times = vec![0; n];
    for _ in 0..n {
        let at = (u64::from(random.next_u32()) * n as u64) >> 32;
        times[at as usize] += 1;
    }
    times
}

/// How often the account with this key is drawn: Poisson with mean 1, what drawing as many as there are comes to when
/// they are many (Chamandy et al., *Estimating uncertainty for massive data streams*, 2012).
fn times_of(key: u64, seed: u64) -> u32 {
    let chance = (mixed(key ^ mixed(seed)) >> 11) as f64 / (1_u64 << 53) as f64;
    let (mut n, mut exactly) = (0, (-1.0_f64).exp());
    let mut up_to = exactly;
    while chance >= up_to && n < MOST_TIMES {
        n += 1;
        exactly /= f64::from(n);
        up_to += exactly;
    }
    n
}

/// More often no account is drawn; the chance of it is below 10⁻¹².
const MOST_TIMES: u32 = 14;

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
        let drawn: Vec<u32> = (0..20_000).map(|key| times_of(key, 3)).collect();
        let (mean, none) = (drawn.iter().sum::<u32>() as f64 / 20_000.0, drawn.iter().filter(|it| **it == 0).count());
        assert!((mean - 1.0).abs() < 0.03 && none.abs_diff(7358) < 250, "{mean} {none}");
    }

    #[test]
    fn of_many_values_by_chance_hardly_one_is_taken_for_knowledge() {
        let chance: Vec<f64> = (0..=1000).map(f64::from).collect();
        assert!(Interval::above(980.0, &chance, 1).is_above_zero());
        assert!(!Interval::above(980.0, &chance, 6).is_above_zero());
        assert!(Interval::above(1000.0, &chance, 6).is_above_zero());
    }
}
