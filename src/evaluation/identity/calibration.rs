//! Whether a probability of 0.8 is right in eight cases of ten, and what each threshold on it would give.
//!
//! Comes in: scored pairs, and which of them are true. Leaves: a reliability table, the calibration error, a threshold curve.
//! Pairs of records without a known entity are left out. Costs a pass over the pairs a threshold.
//!
//! Source: the reliability table of A. Murphy (1973); the expected calibration error of M. Naeini, G. Cooper and M. Hauskrecht,
//! "Obtaining Well Calibrated Probabilities Using Bayesian Binning" (2015).

use super::Quality;
use crate::identity::Resolution;
use crate::identity::match_weight::probability;
use crate::identity::training::Pair;

/// Whether a pair is truly one, where it is known.
pub(super) type IsTrue<'a> = dyn Fn(Pair) -> Option<bool> + 'a;

/// Thresholds of the curve.
const THRESHOLDS: [f64; 9] = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999];
/// Upper bounds of the classes of the reliability table.
const CLASSES: [f64; 8] = [0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 1.0];

/// Compared pairs whose probabilities lie between two bounds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Class {
    /// The upper bound; the lower one is that of the class before.
    pub up_to: f64,
    /// How many pairs.
    pub n_pairs: u64,
    /// Their mean probability.
    pub probability: f64,
    /// The share of them that is true.
    pub share_true: f64,
}

/// The reliability table; pairs that are out of the question are not in it.
pub(super) fn reliability(resolution: &Resolution, is_true: &IsTrue<'_>) -> Vec<Class> {
    let mut classes = CLASSES.map(|up_to| Class { up_to, n_pairs: 0, probability: 0.0, share_true: 0.0 });
    for it in &resolution.scored {
        let p = probability(f64::from(it.ln_odds));
        if let (Some(truth), Some(class)) = (is_true(it.pair), classes.iter_mut().find(|class| p <= class.up_to)) {
            class.n_pairs += 1;
            class.probability += p;
            class.share_true += f64::from(u8::from(truth));
        }
    }
    for class in &mut classes {
        let n_pairs = class.n_pairs.max(1) as f64;
        class.probability /= n_pairs;
        class.share_true /= n_pairs;
    }
    classes.to_vec()
}

/// How far probabilities are from the shares that are true, on average over the pairs of all classes but the first: pairs that
/// are surely two are so many that they would hide all others.
pub fn calibration_error(classes: &[Class]) -> f64 {
    let open = || classes.iter().skip(1);
    let n_pairs: u64 = open().map(|class| class.n_pairs).sum();
    let error = |class: &Class| class.n_pairs as f64 * (class.probability - class.share_true).abs();
    open().map(error).sum::<f64>() / n_pairs.max(1) as f64
}

/// Precision and recall over pairs, were all from a threshold on taken as one.
pub(super) fn curve(resolution: &Resolution, is_true: &IsTrue<'_>, n_true: u64) -> Vec<(f64, Quality)> {
    let quality = |threshold: f64| {
        let (mut both, mut said) = (0.0, 0.0);
        for it in &resolution.scored {
            if let (Some(truth), true) = (is_true(it.pair), probability(f64::from(it.ln_odds)) >= threshold) {
                said += 1.0;
                both += f64::from(u8::from(truth));
            }
        }
        (threshold, Quality::of_counts(both, said, n_true as f64))
    };
    THRESHOLDS.map(quality).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_is_the_mean_distance_without_the_pairs_that_are_surely_two() {
        let class = |up_to, n_pairs, probability, share_true| Class { up_to, n_pairs, probability, share_true };
        let classes = [class(0.01, 9000, 0.0, 0.0), class(0.5, 30, 0.4, 0.5), class(1.0, 10, 0.9, 0.5)];
        assert!((calibration_error(&classes) - (30.0 * 0.1 + 10.0 * 0.4) / 40.0).abs() < 1e-12);
        assert_eq!(calibration_error(&[]), 0.0);
    }
}
