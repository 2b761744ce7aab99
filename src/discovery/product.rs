//! A score that is a product, told as contributions that sum.
//!
//! Comes in: factors in [0, 1] with exponents that sum to 1. Leaves: evidence whose total is the product
//! Π valueᵉˣᵖᵒⁿᵉⁿᵗ, a weighted geometric mean: one factor near zero pulls the whole down. Every factor is credited with
//! the part of the product that its exponent × value has in the sum over all factors, and a factor's parts likewise, so
//! the credits sum to the product and a greater factor never gets less than a smaller one of the same exponent.

use crate::evidence::{Bilingual, Evidence, Facts};

/// One factor of a product.
pub struct Factor {
    /// The signal's name.
    pub signal: &'static str,
    /// What was seen.
    pub text: Bilingual,
    /// Its exponent; all exponents sum to 1.
    pub exponent: f64,
    /// What it is the weighted mean of; at least one.
    pub parts: Vec<Part>,
}

/// What a factor is made of.
pub struct Part {
    /// The signal's name.
    pub signal: &'static str,
    /// What was seen.
    pub text: Bilingual,
    /// In [0, 1].
    pub value: f64,
    /// Share in the factor; the shares of one factor sum to 1.
    pub weight: f64,
    /// What was read.
    pub facts: Facts,
}

impl Factor {
    /// The weighted mean of its parts.
    pub fn value(&self) -> f64 {
        self.parts.iter().map(|part| part.weight * part.value).sum::<f64>().clamp(0.0, 1.0)
    }
}

/// The evidence of a product of factors.
pub fn product(signal: &str, text: Bilingual, factors: Vec<Factor>) -> Evidence {
    let total: f64 = factors.iter().map(|factor| factor.value().powf(factor.exponent)).product();
    let shares: Vec<f64> = factors.iter().map(|factor| factor.exponent * factor.value()).collect();
    let credits = credits(total, &shares);
    let parts = factors.into_iter().zip(credits).map(|(factor, credit)| node(factor, credit)).collect();
    Evidence::sum(signal, text, 1.0, parts)
}

fn node(factor: Factor, credit: f64) -> Evidence {
    let value = factor.value();
    let shares: Vec<f64> = factor.parts.iter().map(|part| part.weight * part.value).collect();
    let credits = credits(credit, &shares);
    let leaf = |(part, credit): (Part, f64)| {
        Evidence::leaf(part.signal, part.text, Some(part.value), part.weight, credit, part.facts)
    };
    let parts = factor.parts.into_iter().zip(credits).map(leaf).collect();
    let mut node = Evidence::sum(factor.signal, factor.text, factor.exponent, parts);
    node.value = Some(value);
    node
}

fn credits(total: f64, shares: &[f64]) -> Vec<f64> {
    let sum: f64 = shares.iter().sum();
    shares.iter().map(|share| if sum > 0.0 { total * share / sum } else { 0.0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factor(exponent: f64, values: &[f64]) -> Factor {
        let weight = 1.0 / values.len() as f64;
        let part = |value: &f64| Part {
            signal: "part",
            text: Bilingual::default(),
            value: *value,
            weight,
            facts: Facts::default(),
        };
        Factor { signal: "factor", text: Bilingual::default(), exponent, parts: values.iter().map(part).collect() }
    }

    #[test]
    fn the_credits_sum_to_the_weighted_geometric_mean() {
        let factors = vec![factor(0.5, &[0.9, 0.3]), factor(0.3, &[0.5]), factor(0.2, &[1.0])];
        let expected = 0.6f64.powf(0.5) * 0.5f64.powf(0.3);
        let evidence = product("severity", Bilingual::default(), factors);
        assert!((evidence.contribution - expected).abs() < 1e-12 && (evidence.total() - expected).abs() < 1e-12);
        assert!(evidence.parts[0].contribution > evidence.parts[1].contribution);
    }

    #[test]
    fn a_factor_of_zero_makes_nothing_of_the_whole() {
        let evidence = product("severity", Bilingual::default(), vec![factor(0.5, &[0.0]), factor(0.5, &[1.0])]);
        assert_eq!((evidence.contribution, evidence.total()), (0.0, 0.0));
    }
}
