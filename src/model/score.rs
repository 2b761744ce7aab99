//! A score in [0, 1].

use std::cmp::Ordering;
use std::fmt;

/// A number in [0, 1], never NaN, so that scores have a total order.
#[derive(Clone, Copy, PartialEq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(from = "f64")]
pub struct Score(f64);

impl Score {
    /// The number cut to [0, 1]; NaN becomes 0.
    pub fn clamped(value: f64) -> Self {
        Self(if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) })
    }

    /// The number.
    pub fn value(self) -> f64 {
        self.0
    }
}

impl From<f64> for Score {
    fn from(value: f64) -> Self {
        Self::clamped(value)
    }
}

impl Eq for Score {}

impl Ord for Score {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Score {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_is_cut_to_its_range() {
        assert_eq!(Score::clamped(f64::NAN).value(), 0.0);
        assert_eq!(Score::clamped(7.0).value(), 1.0);
        assert!(Score::clamped(0.2) < Score::clamped(0.3));
    }
}
