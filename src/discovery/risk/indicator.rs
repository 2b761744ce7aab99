//! What can be at risk, and from where on.

use serde::Deserialize;

use crate::discovery::risk::Settings;

/// What is looked at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Indicator {
    /// The last quarter beside what was to be expected.
    PurchaseSwing,
    /// The purchase that should have come.
    Overdue,
    /// Somebody left the decision chain.
    Personnel,
    /// A competitor was seen.
    Competitor,
    /// Payment comes later than it did.
    Payment,
    /// The account does not fit the strategy.
    StrategicFit,
}

/// From where on an indicator is open, and below where it is closed again.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// It opens here.
    pub open: f64,
    /// It closes below.
    pub close: f64,
}

impl Indicator {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::PurchaseSwing, Self::Overdue, Self::Personnel, Self::Competitor, Self::Payment, Self::StrategicFit];

    /// A stable identifier.
    pub fn name(self) -> &'static str {
        match self {
            Self::PurchaseSwing => "purchase-swing",
            Self::Overdue => "overdue",
            Self::Personnel => "personnel",
            Self::Competitor => "competitor",
            Self::Payment => "payment",
            Self::StrategicFit => "strategic-fit",
        }
    }

    /// Its thresholds.
    pub fn thresholds(self, settings: &Settings) -> Thresholds {
        match self {
            Self::PurchaseSwing => settings.purchase_swing,
            Self::Overdue => settings.overdue,
            Self::Personnel => settings.personnel,
            Self::Competitor => settings.competitor,
            Self::Payment => settings.payment,
            Self::StrategicFit => settings.strategic_fit,
        }
    }
}

impl Thresholds {
    /// How grave a reading is, in [0, 1): one half where it opens, more beyond.
    pub fn severity(self, value: f64) -> f64 {
        let value = value.max(0.0);
        if value + self.open > 0.0 { value / (value + self.open) } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_at_the_threshold_is_half_grave() {
        let thresholds = Thresholds { open: 15.0, close: 5.0 };
        assert_eq!(thresholds.severity(15.0), 0.5);
        assert!(thresholds.severity(60.0) > 0.75 && thresholds.severity(-3.0) == 0.0);
    }
}
