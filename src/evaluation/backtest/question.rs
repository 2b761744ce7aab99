//! The question asked at one past day: who will rise, by every ranker, and who did.
//!
//! Comes in: a snapshot and a day. Leaves: scores computed from what was known on that day, and what followed. Never lets
//! what followed reach a score: the market is read as of the day, and a later one is read only for the answers. Costs: a
//! whole discovery of candidates.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::discovery::candidate;
use crate::discovery::key_account::KeyAccounts;
use crate::discovery::market::Market;
use crate::discovery::outlook::{Forecast, Wallets};
use crate::discovery::prospect::Prospects;
use crate::discovery::ranking::boosting::mixed;
use crate::discovery::ranking::ledger::Ledger;
use crate::discovery::ranking::target::{Returns, can_rise};
use crate::discovery::ranking::view::View;
use crate::discovery::ranking::{Ranking, TooShort};
use crate::discovery::scorecard::Scorecard;
use crate::discovery::signals::{Context, Window};
use crate::evaluation::backtest::forecasts::{Foresight, foresee, months_between};
use crate::evaluation::backtest::warnings::{Watched, watch};
use crate::model::Day;
use crate::store::{Id, Snapshot};

/// Who orders the accounts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Ranker {
    /// The learned ranker; where the history is too short for it, the scorecard.
    Learned,
    /// The scorecard with its stated weights.
    Scorecard,
    /// Spend of the past 12 months.
    Spend,
    /// Spend of the past 3 months.
    Quarter,
    /// Days of purchase in the past 12 months, held back by how long ago the last one was.
    RecencyFrequency,
    /// Customer lifetime value.
    Lifetime,
    /// Any order.
    Random,
}

impl Ranker {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 7] = [
        Self::Learned,
        Self::Scorecard,
        Self::Spend,
        Self::Quarter,
        Self::RecencyFrequency,
        Self::Lifetime,
        Self::Random,
    ];

    /// A stable identifier.
    pub fn name(self) -> &'static str {
        match self {
            Self::Learned => "learned",
            Self::Scorecard => "scorecard",
            Self::Spend => "spend_12m",
            Self::Quarter => "spend_3m",
            Self::RecencyFrequency => "recency_frequency",
            Self::Lifetime => "lifetime_value",
            Self::Random => "random",
        }
    }
}

/// A question with its answers.
pub struct Question {
    /// The day on which it is asked.
    pub day: Day,
    /// The last day of what followed.
    pub until: Day,
    /// For each account that could rise a number that looks random.
    pub keys: Vec<u64>,
    /// Whether it rose.
    pub rose: Vec<bool>,
    /// Scores by ranker, in the order of [`Ranker::ALL`].
    pub scores: Vec<Vec<f64>>,
    /// The learned probabilities, when something was learned.
    pub probabilities: Result<Vec<f64>, TooShort>,
    /// Accounts that matter, and which of them were warned of and fell.
    pub watched: Vec<Watched>,
    /// What accounts were expected to spend, and what they spent.
    pub foresight: Foresight,
}

/// What accounts spent in a window, by id.
type Spend = BTreeMap<Id, f64>;

/// What every account spent after `after` and not after `until`, as known at the end of the data.
fn spend(market: &Market, after: Day, until: Day, returns: Returns) -> Spend {
    let purchases = &market.trade.purchases;
    let of = |account| {
        let amounts = purchases.amounts[purchases.between(account, after, until)].iter().map(|amount| amount.value());
        amounts.filter(|amount| returns.counts(*amount)).sum::<f64>()
    };
    market.accounts.indexes().map(|account| (market.accounts.ids[account.index()], of(account))).collect()
}

/// Asks on a day; `later` knows what followed, of which counts what is not after `until`.
pub fn ask(
    snapshot: &Snapshot,
    day: Day,
    until: Day,
    later: &Market,
    settings: &crate::discovery::Settings,
    seed: u64,
) -> Question {
    let market = Market::read(snapshot, day, &settings.market);
    let (prospects, ranker) = (Prospects::of(&market), &settings.candidate.ranker);
    let ledger = Ledger::read(&market, &prospects, ranker.returns);
    let view = View::new(&ledger, day);
    let places: Vec<usize> = (0..ledger.n_accounts).filter(|place| can_rise(view.year[*place], view.tier)).collect();
    let spent_later = spend(later, day, until, ranker.returns);
    let watched = watch(&market, later, until, &settings.risk);
    let foresight = foresight(&market, &prospects, &ledger, later, until, &settings.candidate);
    let later = |place: &usize| spent_later.get(&market.accounts.ids[*place]).copied().unwrap_or(0.0);
    let known: Vec<usize> = (0..ledger.n_accounts).filter(|place| view.year[*place] > 0.0).collect();
    let begins = ranker.tier_of.begins(spent_later.values().copied(), known.iter().map(later));
    let card = scorecard(&market, &prospects, &settings.candidate, &places);
    let learned = Ranking::learn(&view, &[], ranker);
    let probabilities = learned.map(|it| places.iter().map(|place| it.probability(*place)).collect::<Vec<_>>());
    let keys: Vec<u64> = places.iter().map(|place| ledger.keys[*place]).collect();
    let random = keys.iter().map(|key| mixed(key ^ mixed(seed ^ i64::from(day.days()) as u64)) as f64).collect();
    let days = f64::from(until - day);
    let scores = vec![
        probabilities.as_ref().map_or_else(|_| card.clone(), Clone::clone),
        card,
        places.iter().map(|place| view.year[*place]).collect(),
        places.iter().map(|place| ledger.sum(*place, view.months_back(3), day)).collect(),
        places.par_iter().map(|place| recency_frequency(&ledger, &view, *place)).collect(),
        places.par_iter().map(|place| lifetime_value(&view, *place, days)).collect(),
        random,
    ];
    let rose = places.iter().map(|place| later(place) >= begins).collect();
    Question { day, until, keys, rose, scores, probabilities, watched, foresight }
}

/// The forecasts of the day, as far ahead as is known what followed.
fn foresight(
    market: &Market,
    prospects: &Prospects,
    ledger: &Ledger,
    later: &Market,
    until: Day,
    settings: &candidate::Settings,
) -> Foresight {
    let day = market.as_of;
    let months = months_between(day, until).min(settings.outlook.horizon_months);
    let Some(forecast) = Forecast::learn(ledger, day, months, &settings.outlook) else { return Foresight::default() };
    let spent = spend(later, day, day.plus_months(forecast.months()), settings.ranker.returns);
    let year = Window::ending(day, settings.signals.window_months);
    let key = KeyAccounts::of(market, prospects, year, &settings.top_tier);
    let context = Context::new(market, prospects, key, &settings.signals);
    let wallets = Wallets::new(&context, &settings.outlook);
    foresee(ledger, &forecast, &wallets, |place| spent.get(&market.accounts.ids[place]).copied().unwrap_or(0.0))
}

fn scorecard(market: &Market, prospects: &Prospects, settings: &candidate::Settings, places: &[usize]) -> Vec<f64> {
    let year = Window::ending(market.as_of, settings.signals.window_months);
    let key = KeyAccounts::of(market, prospects, year, &settings.top_tier);
    let context = Context::new(market, prospects, key, &settings.signals);
    let card = Scorecard::new(&context, &settings.weights, settings.preset, settings.missing);
    places.par_iter().map(|place| card.total(*place)).collect()
}

fn recency_frequency(ledger: &Ledger, view: &View<'_>, place: usize) -> f64 {
    let rows = ledger.between(place, view.months_back(12), view.day);
    let n_days = ledger.days[rows.clone()].chunk_by(|a, b| a == b).count() as f64;
    let idle = ledger.days[rows].last().map_or(365.0, |last| f64::from(view.day - *last));
    n_days / (1.0 + idle / 30.0)
}

fn lifetime_value(view: &View<'_>, place: usize, days: f64) -> f64 {
    let buyer = view.ledger.buyer(place, view.day);
    view.lifetime.expected_days(&buyer, days) * view.lifetime.expected_size(&buyer)
}
