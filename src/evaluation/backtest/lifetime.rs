//! Customer lifetime value: how often an account will buy, and for how much; the baseline that marketing uses.
//!
//! Comes in: for every account its days of purchase and what it bought for on them. Leaves: what it is expected to buy for
//! in the next window. Never looks beyond the day. Costs: a few hundred passes over the accounts.
//!
//! Frequency: the MBG/NBD model (Batislam, Denizel, Filiztekin, *Empirical validation and comparison of models for customer
//! base analysis*, 2007): an account buys at a rate of its own until it is gone, and may be gone after any purchase, the
//! first one too. Value: gamma-gamma (Fader and Hardie, 2013). Both by maximum likelihood.

use libm::lgamma;
use rayon::prelude::*;

use crate::evaluation::backtest::simplex::least;

/// Days of a unit of time.
const DAYS_A_WEEK: f64 = 7.0;

/// Terms of the hypergeometric series; it has converged long before.
const TERMS: usize = 2000;

/// What the model reads of an account.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Buyer {
    /// Days of purchase after the first one.
    pub repeats: f64,
    /// Days from the first to the last.
    pub recency_days: f64,
    /// Days from the first to today.
    pub age_days: f64,
    /// Mean spend on a day of purchase; not positive where returns outweigh.
    pub mean_spend: f64,
}

#[derive(Clone, Copy)]
struct Frequency {
    r: f64,
    alpha: f64,
    a: f64,
    b: f64,
}

#[derive(Clone, Copy)]
struct Value {
    p: f64,
    q: f64,
    v: f64,
}

/// What each buyer is expected to buy for in the next `days`.
pub fn expected_spend(buyers: &[Buyer], days: f64) -> Vec<f64> {
    let (frequency, value) = (Frequency::fit(buyers), Value::fit(buyers));
    let weeks = days / DAYS_A_WEEK;
    buyers.par_iter().map(|buyer| frequency.expected(buyer, weeks) * value.expected(buyer)).collect()
}

/// The sum of a function over the buyers, in their order.
fn total(buyers: &[Buyer], of: impl Fn(&Buyer) -> f64 + Sync + Send) -> f64 {
    let each: Vec<f64> = buyers.par_iter().map(of).collect();
    each.iter().sum()
}

impl Frequency {
    fn of(logs: &[f64; 4]) -> Self {
        let [r, alpha, a, b] = logs.map(|log| log.clamp(-8.0, 8.0).exp());
        Self { r, alpha, a, b }
    }

    fn fit(buyers: &[Buyer]) -> Self {
        let penalty = |logs: &[f64; 4]| logs.iter().map(|log| 1e-3 * log * log).sum::<f64>();
        let loss =
            |logs: &[f64; 4]| penalty(logs) - total(buyers, |it| Self::of(logs).likelihood(it)) / buyers.len() as f64;
        Self::of(&least(loss, [0.0, 2.0, 0.0, 0.5]))
    }

    fn likelihood(self, buyer: &Buyer) -> f64 {
        let Self { r, alpha, a, b } = self;
        let (x, last, age) = (buyer.repeats, buyer.recency_days / DAYS_A_WEEK, buyer.age_days / DAYS_A_WEEK);
        let rate = lgamma(r + x) - lgamma(r) + r * alpha.ln() - (r + x) * (alpha + age).ln();
        let alive = lgamma(a + b) + lgamma(b + x + 1.0) - lgamma(b) - lgamma(a + b + x + 1.0);
        let gone = (a / (b + x)).ln() + (r + x) * ((alpha + age) / (alpha + last)).ln();
        rate + alive + gone.max(0.0) + (-gone.abs()).exp().ln_1p()
    }

    fn expected(self, buyer: &Buyer, weeks: f64) -> f64 {
        let Self { r, alpha, b, .. } = self;
        let a = if (self.a - 1.0).abs() < 1e-6 { self.a + 1e-5 } else { self.a };
        let (x, last, age) = (buyer.repeats, buyer.recency_days / DAYS_A_WEEK, buyer.age_days / DAYS_A_WEEK);
        let series = hypergeometric(r + x, b + x + 1.0, a + b + x, weeks / (alpha + age + weeks));
        let alive = 1.0 + a / (b + x) * ((alpha + age) / (alpha + last)).powf(r + x);
        let left = 1.0 - series * ((alpha + age) / (alpha + age + weeks)).powf(r + x);
        let expected = (a + b + x) / (a - 1.0) * left / alive;
        if expected.is_finite() { expected.max(0.0) } else { 0.0 }
    }
}

impl Value {
    fn of(logs: &[f64; 3]) -> Self {
        let [p, q, v] = logs.map(|log| log.clamp(-8.0, 20.0).exp());
        Self { p, q, v }
    }

    fn fit(buyers: &[Buyer]) -> Self {
        let known: Vec<Buyer> = buyers.iter().copied().filter(|it| it.repeats > 0.0 && it.mean_spend > 0.0).collect();
        let loss = |logs: &[f64; 3]| -total(&known, |it| Self::of(logs).likelihood(it)) / known.len().max(1) as f64;
        Self::of(&least(loss, [1.0, 1.0, 4.0]))
    }

    fn likelihood(self, buyer: &Buyer) -> f64 {
        let (Self { p, q, v }, x, mean) = (self, buyer.repeats + 1.0, buyer.mean_spend);
        lgamma(p * x + q) - lgamma(p * x) - lgamma(q) + q * v.ln() + (p * x - 1.0) * mean.ln() + p * x * x.ln()
            - (p * x + q) * (x * mean + v).ln()
    }

    fn expected(self, buyer: &Buyer) -> f64 {
        let (Self { p, q, v }, x) = (self, buyer.repeats + 1.0);
        let below = p * x + q - 1.0;
        if below > 0.0 { p * (v + x * buyer.mean_spend.max(0.0)) / below } else { buyer.mean_spend.max(0.0) }
    }
}

/// Gauss's series 2F1(a, b; c; z) for 0 ≤ z < 1.
fn hypergeometric(a: f64, b: f64, c: f64, z: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    for n in 0..TERMS {
        let n = n as f64;
        term *= (a + n) * (b + n) / (c + n) * z / (n + 1.0);
        sum += term;
        if term.abs() < 1e-12 * sum.abs() {
            break;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_is_gausss() {
        assert!((hypergeometric(1.0, 1.0, 2.0, 0.5) - 2.0 * 2.0_f64.ln()).abs() < 1e-9);
        assert!((hypergeometric(2.5, 3.0, 3.0, 0.25) - 0.75_f64.powf(-2.5)).abs() < 1e-9);
    }

    #[test]
    fn who_buys_more_often_and_for_more_is_worth_more_and_who_has_gone_quiet_less() {
        let buyer = |repeats: f64, recency_days: f64, mean_spend: f64| Buyer {
            repeats,
            recency_days,
            age_days: 300.0,
            mean_spend,
        };
        let mut buyers: Vec<Buyer> = (1..60)
            .map(|n| buyer(f64::from(n % 12), 300.0 - f64::from(n % 7) * 40.0, 50.0 + f64::from(n % 5) * 20.0))
            .collect();
        buyers.extend([
            buyer(10.0, 290.0, 100.0),
            buyer(3.0, 290.0, 100.0),
            buyer(10.0, 60.0, 100.0),
            buyer(10.0, 290.0, 200.0),
        ]);
        let expected = expected_spend(&buyers, 90.0);
        let [often, seldom, quiet, dear] = [59, 60, 61, 62].map(|at| expected[at]);
        assert!(often > seldom && often > quiet && dear > often, "{often} {seldom} {quiet} {dear}");
    }
}
