//! From log-odds to a probability that keeps its word.
//!
//! Comes in: log-odds of rows that the model had not seen, and what followed. Leaves: a line. Never changes the order of
//! candidates. Costs: a few passes.
//!
//! Platt, *Probabilistic outputs for support vector machines* (1999), with his smoothed targets; Newton steps.

/// A line from the model's log-odds to calibrated ones.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Calibration {
    slope: f64,
    shift: f64,
}

/// The slope stays in these bounds: outside them the held-out rows contradict the model, and few rows can do that.
const SLOPES: (f64, f64) = (0.25, 2.0);

/// Newton steps; the loss is convex and smooth, so that few are enough.
const STEPS: usize = 30;

impl Calibration {
    /// Takes the model's word.
    pub const NONE: Self = Self { slope: 1.0, shift: 0.0 };

    /// Fits held-out log-odds to what followed; the third number is how many rows each stands for.
    pub fn fit(held_out: &[(f64, bool, f64)]) -> Self {
        let n_of = |label: bool| held_out.iter().filter(|it| it.1 == label).map(|it| it.2).sum::<f64>();
        let (n_positive, n_negative) = (n_of(true), n_of(false));
        if n_positive == 0.0 || n_negative == 0.0 {
            return Self::NONE;
        }
        let targets = ((n_positive + 1.0) / (n_positive + 2.0), 1.0 / (n_negative + 2.0));
        let mut line = Self::NONE;
        for _ in 0..STEPS {
            line = line.stepped(held_out, targets);
        }
        line.slope = line.slope.clamp(SLOPES.0, SLOPES.1);
        for _ in 0..STEPS {
            line.shift = line.stepped_shift(held_out, targets);
        }
        line
    }

    /// Moves log-odds so that their mean probability is the share of rows that were followed by the outcome: for rows that
    /// the model learned from, which can tell its level but not its boldness.
    pub fn shift(learned: &[(f64, bool, f64)]) -> Self {
        let n_of = |label: bool| learned.iter().filter(|it| it.1 == label).map(|it| it.2).sum::<f64>();
        let mut line = Self::NONE;
        if n_of(true) > 0.0 && n_of(false) > 0.0 {
            for _ in 0..STEPS {
                line.shift = line.stepped_shift(learned, (1.0, 0.0));
            }
        }
        line
    }

    /// Calibrated log-odds.
    pub fn log_odds(self, model: f64) -> f64 {
        self.slope * model + self.shift
    }

    /// By what the model's log-odds are multiplied.
    pub fn slope(self) -> f64 {
        self.slope
    }

    fn stepped(self, held_out: &[(f64, bool, f64)], targets: (f64, f64)) -> Self {
        let (mut g, mut h) = ([0.0; 2], [1e-9, 0.0, 1e-9]);
        for (odds, label, rows) in held_out {
            let expected = probability(self.log_odds(*odds));
            let error = rows * (expected - if *label { targets.0 } else { targets.1 });
            let weight = rows * expected * (1.0 - expected);
            g = [g[0] + error * odds, g[1] + error];
            h = [h[0] + weight * odds * odds, h[1] + weight * odds, h[2] + weight];
        }
        let determinant = h[0] * h[2] - h[1] * h[1];
        if determinant.abs() < 1e-12 {
            return self;
        }
        let slope = self.slope - (h[2] * g[0] - h[1] * g[1]) / determinant;
        let shift = self.shift - (h[0] * g[1] - h[1] * g[0]) / determinant;
        Self { slope: slope.clamp(-10.0, 10.0), shift: shift.clamp(-20.0, 20.0) }
    }

    fn stepped_shift(self, held_out: &[(f64, bool, f64)], targets: (f64, f64)) -> f64 {
        let (mut g, mut h) = (0.0, 1e-9);
        for (odds, label, rows) in held_out {
            let expected = probability(self.log_odds(*odds));
            g += rows * (expected - if *label { targets.0 } else { targets.1 });
            h += rows * expected * (1.0 - expected);
        }
        (self.shift - g / h).clamp(-20.0, 20.0)
    }
}

/// The probability of log-odds.
pub fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odds_that_are_too_bold_by_two_are_halved() {
        let rows = (0..4000).map(|n| (f64::from(n % 40) / 5.0 - 4.0, n));
        let held_out: Vec<(f64, bool, f64)> =
            rows.map(|(odds, n)| (odds, f64::from(n / 40) + 0.5 < 100.0 * probability(odds / 2.0), 1.0)).collect();
        let line = Calibration::fit(&held_out);
        assert!((line.slope - 0.5).abs() < 0.03 && line.shift.abs() < 0.05, "{line:?}");
    }

    #[test]
    fn a_shift_meets_the_share_that_rose() {
        let learned: Vec<(f64, bool, f64)> = (0..100).map(|n| (f64::from(n) / 25.0, n % 10 == 0, 1.0)).collect();
        let line = Calibration::shift(&learned);
        let said: f64 = learned.iter().map(|it| probability(line.log_odds(it.0))).sum();
        assert!((said - 10.0).abs() < 1e-6 && line.slope == 1.0, "{said}");
    }

    #[test]
    fn without_both_outcomes_the_models_word_is_taken() {
        assert_eq!(Calibration::fit(&[(1.0, true, 1.0), (2.0, true, 1.0)]), Calibration::NONE);
        assert_eq!(Calibration::fit(&[]), Calibration::NONE);
    }
}
