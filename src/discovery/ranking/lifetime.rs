//! Customer lifetime value: how often an account will buy, and for how much; what marketing ranks by, and one of the
//! measures here.
//!
//! Comes in: for every account its days of purchase and what it bought for on them. Leaves: what it is expected to buy for
//! in the next window. Never looks beyond the day. Costs: a few hundred passes over the accounts.
//!
//! Frequency: the MBG/NBD model (Batislam, Denizel, Filiztekin, *Empirical validation and comparison of models for customer
//! base analysis*, 2007): an account buys at a rate of its own until it is gone, and may be gone after any purchase, the
//! first one too. Value: gamma-gamma (Fader and Hardie, 2013). Both by maximum likelihood.

use libm::lgamma;

use crate::discovery::ranking::simplex::least;

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

#[derive(Clone, Copy, PartialEq, Debug)]
struct Frequency {
    r: f64,
    alpha: f64,
    a: f64,
    b: f64,
}

#[derive(Clone, Copy, PartialEq, Debug)]
struct Value {
    p: f64,
    q: f64,
    v: f64,
}

/// The two models, fitted to a market.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Lifetime {
    frequency: Frequency,
    value: Value,
}

impl Lifetime {
    /// Fits both to buyers; a few hundred are enough for seven numbers.
    pub fn fit(buyers: &[Buyer]) -> Self {
        Self { frequency: Frequency::fit(buyers), value: Value::fit(buyers) }
    }

    /// On how many days a buyer is expected to buy in the next `days`.
    pub fn expected_days(&self, buyer: &Buyer, days: f64) -> f64 {
        self.frequency.expected(buyer, days / DAYS_A_WEEK)
    }

    /// What a buyer is expected to spend on a day of purchase.
    pub fn expected_size(&self, buyer: &Buyer) -> f64 {
        self.value.expected(buyer)
    }

    /// How likely a buyer is still one, in (0, 1].
    pub fn alive(&self, buyer: &Buyer) -> f64 {
        1.0 / self.frequency.inverse_alive(buyer)
    }
}

/// The sum of a function over the buyers, in their order.
fn total(buyers: &[Buyer], of: impl Fn(&Buyer) -> f64) -> f64 {
    buyers.iter().map(of).sum()
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

    fn inverse_alive(self, buyer: &Buyer) -> f64 {
        let Self { r, alpha, a, b } = self;
        let (x, last, age) = (buyer.repeats, buyer.recency_days / DAYS_A_WEEK, buyer.age_days / DAYS_A_WEEK);
        1.0 + a / (b + x) * ((alpha + age) / (alpha + last)).powf(r + x)
    }

    fn expected(self, buyer: &Buyer, weeks: f64) -> f64 {
        let Self { r, alpha, b, .. } = self;
        let a = if (self.a - 1.0).abs() < 1e-6 { self.a + 1e-5 } else { self.a };
        let (x, age) = (buyer.repeats, buyer.age_days / DAYS_A_WEEK);
        let series = hypergeometric(r + x, b + x + 1.0, a + b + x, weeks / (alpha + age + weeks));
        let left = 1.0 - series * ((alpha + age) / (alpha + age + weeks)).powf(r + x);
        let expected = (a + b + x) / (a - 1.0) * left / self.inverse_alive(buyer);
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
        let lifetime = Lifetime::fit(&buyers);
        let spend = |buyer: &Buyer| lifetime.expected_days(buyer, 90.0) * lifetime.expected_size(buyer);
        let expected: Vec<f64> = buyers.iter().map(spend).collect();
        let [often, seldom, quiet, dear] = [59, 60, 61, 62].map(|at| expected[at]);
        assert!(often > seldom && often > quiet && dear > often, "{often} {seldom} {quiet} {dear}");
    }
}
