//! The outlook of a candidate: its wallet and head-room, what it is expected to spend, how likely and when it becomes key.
//!
//! Comes in: a context, the ledger, and the learned ranker where there is one. Leaves: an outlook for each candidate asked
//! about, every number with the words and the rows behind it. Never changes the order of candidates. Costs: one pass over
//! past days for the forecast, then a look at the peers of each candidate.

mod changes;
mod forecast;
mod wallet;
mod words;

use serde::{Deserialize, Serialize};

use crate::discovery::market::AccountIndex;
use crate::discovery::prospect::Prospect;
use crate::discovery::ranking::Ranking;
use crate::discovery::ranking::ledger::Ledger;
use crate::discovery::signals::Context;
use crate::evidence::Evidence;

pub use forecast::{Amounts, Forecast};
pub use wallet::{Likeness, Wallet, Wallets};

/// How outlooks are made.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// At most so many peers are looked at.
    pub peers: usize,
    /// With fewer there is no wallet.
    pub minimum_peers: usize,
    /// Which quantile of the peers' spend the wallet is, in (0, 1].
    pub wallet_quantile: f64,
    /// How many months ahead spend is expected; fewer where the history is shorter than twice that.
    pub horizon_months: i32,
    /// How many past changes of accounts at about the same level are looked at.
    pub neighbours: usize,
    /// How often spend is to lie in the interval, in (0, 1).
    pub interval: f64,
}

/// What can be expected of a candidate.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Outlook {
    /// What accounts like it spend at their best; `None` where too few are like it.
    pub wallet: Option<WalletOf>,
    /// What it is expected to spend; `None` where the history is too short.
    pub expected: Option<Expected>,
    /// How likely it rises into the top tier; `None` where nothing was learned.
    pub probability: Option<Chance>,
    /// When its spend reaches the top tier.
    pub time: Option<TimeToKey>,
    /// Why, in the order above; nothing of it adds to the score.
    pub reasons: Vec<Evidence>,
}

/// A candidate's wallet.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct WalletOf {
    /// The wallet for 12 months, in the market's currency; of a group the sum of its accounts'.
    pub amount: f64,
    /// What is left of it beside what the candidate spends, at least 0.
    pub head_room: f64,
    /// How many peers there are.
    pub n_peers: usize,
    /// By what they are like it; of a group, by what those of its largest account are.
    pub by: Likeness,
}

/// What a candidate is expected to spend.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Expected {
    /// In so many months.
    pub months: i32,
    /// The lower end of the interval.
    pub low: f64,
    /// As likely more as less.
    pub middle: f64,
    /// The upper end.
    pub high: f64,
    /// Whether the interval was checked on days held out.
    pub is_calibrated: bool,
}

/// A learned probability.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Chance {
    /// In (0, 1).
    pub probability: f64,
    /// Within so many months.
    pub months: i32,
}

/// When the spend of 12 months reaches what the last account of the top tenth spends today.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct TimeToKey {
    /// What has to be reached.
    pub border: f64,
    /// In so many months on the middle course; 0 when it is there already, `None` when that course does not lead there.
    pub months: Option<f64>,
    /// The same on the upper end of the interval.
    pub months_at_best: Option<f64>,
}

/// What outlooks are read from.
pub struct Outlooks<'a> {
    context: &'a Context<'a>,
    wallets: Wallets<'a>,
    forecast: Option<Forecast<'a>>,
    ranking: Option<&'a Ranking>,
    settings: &'a Settings,
    border: f64,
}

/// Further ahead no course is followed.
const FURTHEST_MONTHS: f64 = 60.0;

/// Months of a year.
const YEAR: f64 = 12.0;

impl<'a> Outlooks<'a> {
    /// Prepares what all candidates share; `border` is where the top tier of the last 12 months begins.
    pub fn new(
        context: &'a Context<'a>,
        ledger: &'a Ledger,
        ranking: Option<&'a Ranking>,
        border: f64,
        settings: &'a Settings,
    ) -> Self {
        let forecast = Forecast::learn(ledger, context.market.as_of, settings.horizon_months, settings);
        Self { context, wallets: Wallets::new(context, settings), forecast, ranking, settings, border }
    }

    /// The outlook of the prospect at a place.
    pub fn of(&self, place: usize) -> Outlook {
        let prospect = self.context.at(place);
        let wallets: Vec<(AccountIndex, Option<Wallet>)> =
            prospect.members.iter().map(|member| (*member, self.wallets.of(*member))).collect();
        let spend = self.context.spend(prospect, self.context.year).value();
        let wallet = self.wallet(&wallets, spend);
        let expected = self.expected(place);
        let probability =
            self.ranking.map(|it| Chance { probability: it.probability(place), months: it.schedule.horizon_months });
        let time = expected.filter(|_| self.border.is_finite()).map(|it| time_to_key(spend, &it, self.border));
        let mut outlook = Outlook { wallet, expected, probability, time, reasons: Vec::new() };
        outlook.reasons = self.reasons(place, &outlook, &wallets);
        outlook
    }

    /// The sum of the members' wallets; a member without peers has the wallet that it spends.
    fn wallet(&self, wallets: &[(AccountIndex, Option<Wallet>)], spend: f64) -> Option<WalletOf> {
        let known = wallets.iter().filter(|it| it.1.is_some());
        let (_, largest) =
            known.max_by(|a, b| self.wallets.spend(a.0).total_cmp(&self.wallets.spend(b.0)).then(b.0.cmp(&a.0)))?;
        let largest = largest.as_ref()?;
        let own = |member: AccountIndex| self.wallets.spend(member).max(0.0);
        let amount: f64 = wallets.iter().map(|(member, it)| it.as_ref().map_or(own(*member), |it| it.amount)).sum();
        let n_peers = wallets.iter().filter_map(|it| it.1.as_ref()).map(|it| it.peers.len()).sum();
        Some(WalletOf { amount, head_room: (amount - spend).max(0.0), n_peers, by: largest.by })
    }

    fn expected(&self, place: usize) -> Option<Expected> {
        let forecast = self.forecast.as_ref()?;
        let Amounts { low, middle, high } = forecast.of(place)?;
        Some(Expected { months: forecast.months(), low, middle, high, is_calibrated: forecast.is_calibrated() })
    }

    /// What the prospect's members bought in the last two windows.
    fn own_rows(&self, prospect: &Prospect) -> Vec<std::ops::Range<usize>> {
        let window =
            crate::discovery::signals::Window { after: self.context.year_before.after, until: self.context.year.until };
        self.context.runs(prospect, window)
    }
}

fn time_to_key(spend: f64, expected: &Expected, border: f64) -> TimeToKey {
    let a_year = YEAR / f64::from(expected.months);
    let until = |amount: f64| months_until(spend, amount * a_year, border);
    TimeToKey { border, months: until(expected.middle), months_at_best: until(expected.high) }
}

/// In how many months the spend of 12 months reaches the border when it goes from `now` to `then` in a year: straight
/// within the year, at the same rate of growth after it.
fn months_until(now: f64, then: f64, border: f64) -> Option<f64> {
    if now >= border {
        return Some(0.0);
    }
    if then >= border {
        return Some(YEAR * (border - now) / (then - now));
    }
    if now <= 0.0 || then <= now {
        return None;
    }
    let months = YEAR * (border / now).ln() / (then / now).ln();
    (months <= FURTHEST_MONTHS).then_some(months)
}

#[cfg(test)]
mod tests;
