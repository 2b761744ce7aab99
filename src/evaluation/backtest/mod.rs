//! The backtest: the list as it would have been known on past days, and what followed.
//!
//! Comes in: a snapshot and the days to ask on. Leaves: for every ranker its quality at every day and in the mean, with
//! intervals, how well probabilities kept their word, and what that means in words. Never lets a fact after a day reach a
//! score of that day. Costs: a discovery of candidates for each day, and resampling.
//!
//! What is asked is in [`crate::discovery::ranking::target`]: who spends something below the top tier, and is in it in the
//! window after. Intervals are from resampling accounts and days (Efron's bootstrap, 95 %); differences between rankers
//! are taken within a resample, so that what both share cancels. Whether an order knows anything is asked of chance
//! itself: it must do better than orders that know nothing do with the same outcomes.

pub mod forecasts;
pub mod metrics;
pub mod offers;
mod question;
mod resampling;
mod table;
pub mod warnings;
mod words;

use serde::Deserialize;

pub use question::{Question, Ranker};
pub use resampling::Interval;
pub use table::csv;
pub use words::text;

use crate::discovery::market::Market;
use crate::discovery::offer::{LeaveLastOut, Offers};
use crate::discovery::today;
use crate::evaluation::backtest::metrics::{Quality, order};
use crate::evaluation::backtest::resampling::{by_chance, resample};
use crate::model::Day;
use crate::store::Snapshot;

/// How the past is asked.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// At most so many days, a year apart, the last one as long before the end of the data as one looks ahead.
    pub most_days: usize,
    /// How many months of what followed are looked at, or as many as there are.
    pub horizon_months: i32,
    /// How often accounts are drawn again for the intervals.
    pub resamples: usize,
    /// Seed of the drawing and of the random order.
    pub seed: u64,
}

/// How a ranker did.
#[derive(Clone, Debug)]
pub struct Result {
    /// Who.
    pub ranker: Ranker,
    /// On each day.
    pub by_day: Vec<Quality>,
    /// The mean over the days.
    pub mean: Quality,
    /// Where the mean average precision lies.
    pub interval: Interval,
    /// By how much it lies above that of spend.
    pub above_spend: Interval,
    /// By how much it lies above orders that know nothing, 95 % sure for all rankers together.
    pub above_random: Interval,
}

/// Accounts that were given about the same probability.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Promise {
    /// Their mean probability.
    pub said: f64,
    /// The share that rose.
    pub rose: f64,
    /// How many they are.
    pub n: usize,
}

/// All of it.
pub struct Backtest {
    /// The questions, the earliest first.
    pub questions: Vec<Question>,
    /// The rankers, in the order of [`Ranker::ALL`].
    pub results: Vec<Result>,
    /// How probabilities kept their word, the smallest first; empty when nothing was learned.
    pub promises: Vec<Promise>,
    /// How often what an account bought next would have been offered to it.
    pub offers: LeaveLastOut,
    /// How often spend was to lie in the interval that was expected.
    pub interval: f64,
}

/// Probabilities are told in so many groups of equal size.
const N_PROMISES: usize = 10;

/// The days on which a question can be asked when none is named: yearly, back from the last day whose outcome is known.
pub fn days(snapshot: &Snapshot, last: Day, settings: &Settings, discovery: &crate::discovery::Settings) -> Vec<Day> {
    let market = Market::read(snapshot, last, &discovery.market);
    let Some(span) = today::span(market.trade.purchases.days.iter().copied()) else { return Vec::new() };
    let earliest = span.first.plus_months(settings.horizon_months) + -1;
    let back = (1..).map(|years| last.plus_months(-settings.horizon_months * years));
    let mut days: Vec<Day> = back.take_while(|day| *day >= earliest).take(settings.most_days).collect();
    days.reverse();
    days
}

/// Asks on every day (ascending); `last` is the last day with activity.
pub fn run(
    snapshot: &Snapshot,
    days: &[Day],
    last: Day,
    settings: &Settings,
    discovery: &crate::discovery::Settings,
) -> Backtest {
    let later = Market::read(snapshot, last, &discovery.market);
    let ask = |day: &Day| {
        let until = day.plus_months(settings.horizon_months).min(last);
        question::ask(snapshot, *day, until, &later, discovery, settings.seed)
    };
    let questions: Vec<Question> = days.iter().map(ask).collect();
    let interval = discovery.candidate.outlook.interval;
    let (results, promises) = (results(&questions, settings), promises(&questions));
    Backtest { results, promises, questions, offers: Offers::learn(&later).tested, interval }
}

fn results(questions: &[Question], settings: &Settings) -> Vec<Result> {
    let orders: Vec<Vec<Vec<usize>>> = questions
        .iter()
        .map(|question| question.scores.iter().map(|scores| order(scores, &question.keys)).collect())
        .collect();
    let draws = resample(questions, &orders, settings);
    let place = |wanted: Ranker| Ranker::ALL.iter().position(|it| *it == wanted).unwrap_or_default();
    let (spend, chance) = (place(Ranker::Spend), by_chance(questions, settings));
    let result = |(at, ranker): (usize, &Ranker)| {
        let quality = |(question, orders): (&Question, &Vec<Vec<usize>>)| {
            Quality::of(&orders[at], &question.rose, &vec![1; question.rose.len()])
        };
        let by_day: Vec<Quality> = questions.iter().zip(&orders).map(quality).collect();
        let mean = Quality::mean(&by_day);
        Result {
            ranker: *ranker,
            mean,
            by_day,
            interval: Interval::of(draws.iter().map(|draw| draw[at]).collect()),
            above_spend: Interval::of(draws.iter().map(|draw| draw[at] - draw[spend]).collect()),
            above_random: Interval::above(mean.average_precision, &chance, Ranker::ALL.len() - 1),
        }
    };
    Ranker::ALL.iter().enumerate().map(result).collect()
}

fn promises(questions: &[Question]) -> Vec<Promise> {
    let mut said: Vec<(f64, bool)> = Vec::new();
    for question in questions {
        let Ok(probabilities) = &question.probabilities else { continue };
        said.extend(probabilities.iter().copied().zip(question.rose.iter().copied()));
    }
    said.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let size = said.len().div_ceil(N_PROMISES).max(1);
    let promise = |group: &[(f64, bool)]| Promise {
        said: group.iter().map(|it| it.0).sum::<f64>() / group.len() as f64,
        rose: group.iter().filter(|it| it.1).count() as f64 / group.len() as f64,
        n: group.len(),
    };
    said.chunks(size).map(promise).collect()
}
