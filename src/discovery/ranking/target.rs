//! What is predicted: who rises into the top tier.
//!
//! Comes in: what accounts spent in a window. Leaves: where the top tier begins, and who is in it. Never looks at scores.
//!
//! The **top tier** of a window is the tenth of the accounts with positive spend in it that spent most: `n` accounts make
//! a tier of `n / 10`, rounded up, and whoever spent as much as the last of them is in it. A **riser** at a day spent
//! something in the window before, is not in that window's top tier, and is in the top tier of the window after.

/// Which part of the accounts with positive spend is the top tier: one in so many.
const ONE_IN: usize = 10;

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
    fn who_spent_nothing_or_is_on_top_does_not_rise() {
        assert!(can_rise(1.0, 2.0) && !can_rise(0.0, 2.0) && !can_rise(2.0, 2.0));
    }
}
