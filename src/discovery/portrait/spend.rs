//! What an account bought by quarter, and what is to be expected of the next one.
//!
//! Comes in: a market's purchases. Leaves: sums of three months each, the last ending on the market's day, and an
//! [`NextQuarter`] with an interval. Never looks at other accounts. Costs a sum a quarter.
//!
//! What is expected lies half-way between the same quarter of the year before, which knows the season, and the mean of the
//! last two quarters, which knows the level. The interval is 1.28 times the root mean square of the errors that the same
//! rule made of the quarters shown: errors that are normal lie inside it in four of five cases. A year of a candidate
//! is another question, with an answer that was tested on the past: [`crate::discovery::outlook`].

use serde::{Deserialize, Serialize};

use crate::discovery::market::{AccountIndex, Market};
use crate::model::Day;

/// Months of a quarter.
const QUARTER: i32 = 3;
/// Quarters of a year.
const YEAR: usize = 4;
/// With fewer errors nothing is said of the next quarter.
const FEWEST_ERRORS: usize = 3;
/// Of a normal distribution four fifths lie within so many standard deviations.
const FOUR_FIFTHS: f64 = 1.2816;

/// What was bought by quarter.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SpendCourse {
    /// The quarters from the first purchase on, the earliest first.
    pub quarters: Vec<Quarter>,
    /// What is to be expected next; `None` when the history is too short to say.
    pub expected: Option<NextQuarter>,
    /// The currency, when known.
    pub currency: Option<String>,
}

/// Three months.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Quarter {
    /// Their last day.
    pub until: Day,
    /// What was bought in them.
    pub spend: f64,
}

/// What is to be expected of the next quarter, with an interval of four in five.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct NextQuarter {
    /// In one of ten cases it is less.
    pub low: f64,
    /// What is to be expected.
    pub middle: f64,
    /// In one of ten cases it is more.
    pub high: f64,
}

impl SpendCourse {
    /// The course of an account; at most so many quarters, without those before its first purchase.
    pub fn read(market: &Market, account: AccountIndex, quarters: usize) -> Option<Self> {
        let purchases = &market.trade.purchases;
        let quarter = |back: i32| {
            let [after, until] = [back + 1, back].map(|back| market.as_of.plus_months(-QUARTER * back));
            Quarter { until, spend: purchases.sum(purchases.between(account, after, until)).value() }
        };
        let first = purchases.between(account, Day::MIN, market.as_of).next()?;
        let begin = purchases.days[first];
        let shown = (0..quarters as i32).rev().map(quarter);
        let quarters: Vec<Quarter> = shown.skip_while(|it| it.until < begin).collect();
        // the quarter in which it began is not a whole one
        let whole: Vec<f64> =
            quarters.iter().filter(|it| it.until.plus_months(-QUARTER) >= begin).map(|it| it.spend).collect();
        let currency = market.trade.currency.clone();
        (!quarters.is_empty()).then(|| Self { expected: expected(&whole), quarters, currency })
    }
}

/// What is to be expected after quarters, the earliest first.
fn expected(quarters: &[f64]) -> Option<NextQuarter> {
    let middle = rule(quarters)?;
    let errors: Vec<f64> =
        (YEAR..quarters.len()).filter_map(|at| Some(quarters[at] - rule(&quarters[..at])?)).collect();
    if errors.len() < FEWEST_ERRORS {
        return None;
    }
    let deviation = (errors.iter().map(|it| it * it).sum::<f64>() / errors.len() as f64).sqrt();
    let (low, high) = (middle - FOUR_FIFTHS * deviation, middle + FOUR_FIFTHS * deviation);
    Some(NextQuarter { low: low.max(0.0), middle: middle.max(0.0), high: high.max(0.0) })
}

fn rule(quarters: &[f64]) -> Option<f64> {
    let [.., year_ago, _, before, last] = quarters else { return None };
    Some((year_ago + (before + last) / 2.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::trial::{TODAY, Trial};

    #[test]
    fn a_steady_account_is_expected_to_go_on_and_a_season_comes_again() {
        let steady = expected(&[10.0; 8]).unwrap();
        assert_eq!((steady.low, steady.middle, steady.high), (10.0, 10.0, 10.0));
        let season = [40.0, 10.0, 10.0, 10.0];
        let at_the_peak = expected(&season.repeat(2)).unwrap();
        let after_the_peak = expected(&[&season.repeat(2)[..], &[40.0]].concat()).unwrap();
        assert!(at_the_peak.middle > 20.0 && after_the_peak.middle < at_the_peak.middle);
        assert!(at_the_peak.low < at_the_peak.middle && at_the_peak.middle < at_the_peak.high);
    }

    #[test]
    fn too_short_a_history_says_nothing_and_returns_expect_nothing_negative() {
        assert_eq!(expected(&[10.0; 6]), None);
        assert_eq!(expected(&[]), None);
        assert_eq!(expected(&[-5.0; 9]).map(|it| it.middle), Some(0.0));
    }

    #[test]
    fn quarters_end_on_the_day_and_begin_with_the_first_purchase() {
        let trial = Trial::default().account("a", "").account("never", "");
        let trial = (0..10).fold(trial, |trial, back| {
            let on = TODAY.parse::<Day>().unwrap().plus_months(-3 * back).to_string();
            trial.sale("a", &on, 100.0, "")
        });
        let market = trial.market_on(TODAY);
        let of = |name: &str| {
            let account = market.accounts.indexes().find(|it| market.accounts.name(*it) == name).unwrap();
            SpendCourse::read(&market, account, 8)
        };
        let course = of("a").unwrap();
        assert_eq!((course.quarters.len(), course.quarters[7].until.to_string()), (8, TODAY.to_owned()));
        assert!(course.quarters.iter().all(|it| it.spend == 100.0));
        assert_eq!(course.expected.map(|it| it.middle), Some(100.0));
        assert_eq!(of("never"), None);
    }
}
