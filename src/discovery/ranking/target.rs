//! What is predicted: who rises into the top tier.
//!
//! Comes in: what accounts spent in a window. Leaves: where the top tier begins, and who is in it. Never looks at scores.
//!
//! The **top tier** of a window is the tenth of the accounts with positive spend in it that spent most: `n` accounts make
//! a tier of `n / 10`, rounded up, and whoever spent as much as the last of them is in it. A **riser** at a day spent
//! something in the window before, is not in that window's top tier, and is in the top tier of the window after.

use serde::Deserialize;

/// Which part of the accounts with positive spend is the top tier: one in so many.
const ONE_IN: usize = 10;

/// How far from the border an account stays counts too: these are parts of where the top tier begins, and what passing
/// each of them is worth. Passing the border itself is worth most; together it is one.
const STEPS: [(f64, f32); 5] = [(0.25, 0.05), (0.5, 0.125), (1.0, 0.7), (2.0, 0.075), (4.0, 0.05)];

/// Of whom the top tier of the window that follows is a tenth.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TierOf {
    /// Of the accounts that spend something in it.
    #[default]
    Active,
    /// Of the accounts that spent something in the window before: who stays away takes a place at the bottom.
    Known,
}

/// What returns and credits do to spend.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Returns {
    /// They are taken off on their day.
    #[default]
    Deducted,
    /// They are left out: what was bought counts, whether it was kept or not.
    Ignored,
}

impl Returns {
    /// Whether an amount counts.
    pub fn counts(self, amount: f64) -> bool {
        self == Self::Deducted || amount > 0.0
    }
}

impl TierOf {
    /// Where the top tier of the following window begins: `spent` by every account in it, and those of them again, in
    /// `known`, that spent something before. Infinite when nobody spends anything.
    pub fn begins(self, spent: impl Iterator<Item = f64>, known: impl Iterator<Item = f64>) -> f64 {
        match self {
            Self::Active => top_tier_begins(spent),
            Self::Known => {
                let mut known: Vec<f64> = known.collect();
                let n_top = known.len().div_ceil(ONE_IN);
                if n_top == 0 || !known.iter().any(|spend| *spend > 0.0) {
                    return f64::INFINITY;
                }
                known.select_nth_unstable_by(n_top - 1, |a, b| b.total_cmp(a)).1.max(f64::MIN_POSITIVE)
            }
        }
    }
}

/// What is learned of an account that spent so much after, in [0, 1]: whether it rose, and how near it came.
///
/// Risers are few. Who missed the border by a little tells nearly as much about rising as who passed it by a little.
pub fn closeness(spent: f64, begins: f64) -> f32 {
    STEPS.iter().filter(|(part, _)| spent >= part * begins).map(|(_, worth)| worth).sum()
}

/// What the last account of the top tier spent; infinite when nobody spent anything.
pub fn top_tier_begins(spend: impl Iterator<Item = f64>) -> f64 {
    let mut positive: Vec<f64> = spend.filter(|spend| *spend > 0.0).collect();
    let n_top = positive.len().div_ceil(ONE_IN);
    if n_top == 0 {
        return f64::INFINITY;
    }
    *positive.select_nth_unstable_by(n_top - 1, |a, b| b.total_cmp(a)).1
}

/// Whether an account below the top tier can rise.
pub fn can_rise(spend: f64, begins: f64) -> bool {
    spend > 0.0 && spend < begins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_rounded_up_is_the_top_tier() {
        let spend = |n: usize| (1..=n).map(|it| it as f64);
        assert_eq!(top_tier_begins(spend(20)), 19.0);
        assert_eq!(top_tier_begins(spend(21)), 19.0);
        assert_eq!(top_tier_begins(spend(3)), 3.0);
        assert_eq!(top_tier_begins([0.0, -5.0].into_iter()), f64::INFINITY);
    }

    #[test]
    fn who_stays_away_takes_a_place_when_the_known_are_counted() {
        let begins = |of: TierOf, known: &[f64]| of.begins([9.0, 8.0].into_iter(), known.iter().copied());
        assert_eq!(begins(TierOf::Active, &[8.0; 3]), 9.0);
        let mut known = vec![0.0; 18];
        known.extend([8.0, 7.0]);
        assert_eq!(begins(TierOf::Known, &known), 7.0);
        known[19] = -1.0;
        assert_eq!(begins(TierOf::Known, &known), f64::MIN_POSITIVE);
        assert_eq!(begins(TierOf::Known, &[0.0]), f64::INFINITY);
    }

    #[test]
    fn coming_near_is_worth_something_and_passing_far_is_worth_all() {
        let worth: Vec<f32> = [0.1, 0.3, 0.9, 1.0, 3.0, 4.0].map(|spent| closeness(spent, 1.0)).to_vec();
        assert!(worth.is_sorted() && worth[0] == 0.0 && (worth[5] - 1.0).abs() < 1e-6, "{worth:?}");
        assert!(worth[3] - worth[2] > 0.6, "{worth:?}");
    }

    #[test]
    fn who_spent_nothing_or_is_on_top_does_not_rise() {
        assert!(can_rise(1.0, 2.0) && !can_rise(0.0, 2.0) && !can_rise(2.0, 2.0));
    }
}
