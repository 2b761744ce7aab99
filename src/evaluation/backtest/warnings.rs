//! Warnings: which accounts were said to be at risk on a past day, and which of them fell.
//!
//! Comes in: the market as known on the day, and a later one. Leaves: for every examined account whether and since when it
//! was warned of, by the risks' own rule and by a naive one, and when it fell. Never lets a later row reach a warning.
//! Costs: the risks of the day.
//!
//! An account **fell** when it spent less than half of what it spent in a stretch of the same length before the day. The
//! **naive rule** warns when the last quarter lies below half of a usual one of the year before, whatever the season. The
//! lead of a warning is the time from when it was first seen to the month's end on which twelve months bring less than
//! half of those up to the day. Changes in decision chains take no part here.

use std::collections::BTreeMap;
use std::fmt::Write;

use rayon::prelude::*;

use crate::discovery::market::{AccountIndex, Market};
use crate::discovery::risk::course::course;
use crate::discovery::risk::signs::Signs;
use crate::discovery::risk::{Settings, Thresholds, examined, in_danger_since};
use crate::evaluation::backtest::Backtest;
use crate::model::Day;
use crate::store::Id;

/// Warnings that come true so many standard deviations more often than by chance are no chance (97.5 %).
const SURE: f64 = 1.96;

/// Below this part of what it was an account has fallen.
const HALF: f64 = 0.5;

/// The naive rule opens and closes here.
const NAIVE: Thresholds = Thresholds { open: HALF, close: HALF };

/// Months of a year and of a quarter.
const YEAR: i32 = 12;
const QUARTER: i32 = 3;

/// An examined account.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Watched {
    /// Since when each rule warned of it, in the order of [`Rule::ALL`].
    pub since: [Option<Day>; 3],
    /// Whether it fell.
    pub fell: bool,
    /// From when on it lay below half for good, when within what is known.
    pub fallen_on: Option<Day>,
}

/// Who warns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rule {
    /// The indicators of risk: red or yellow.
    Risk,
    /// The same, red alone.
    Red,
    /// The naive rule.
    Naive,
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Risk, Self::Red, Self::Naive];

    /// A stable identifier.
    pub fn name(self) -> &'static str {
        match self {
            Self::Risk => "risk",
            Self::Red => "red",
            Self::Naive => "naive",
        }
    }
}

/// How a rule did.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Warned {
    /// How many accounts were examined.
    pub n_watched: usize,
    /// How many of them fell.
    pub n_fell: usize,
    /// How many were warned of.
    pub n_warned: usize,
    /// How many of these fell.
    pub n_right: usize,
    /// Days from warning to fall, of those that were right and whose fall is dated, ascending.
    pub leads: Vec<i32>,
}

/// What was known on `market`'s day of the accounts that matter, and what `later` knows.
pub fn watch(market: &Market, later: &Market, until: Day, settings: &Settings) -> Vec<Watched> {
    let day = market.as_of;
    let places: BTreeMap<Id, AccountIndex> =
        later.accounts.indexes().map(|account| (later.accounts.ids[account.index()], account)).collect();
    let signs = Signs::new(market, settings);
    let before = day + -(until - day);
    let watched = |account: &AccountIndex| {
        let spend = spend(market, *account, before, day);
        if spend <= 0.0 {
            return None;
        }
        let now = places.get(&market.accounts.ids[account.index()]);
        let after = now.map_or(0.0, |account| self::spend(later, *account, day, until));
        let [risk, red] = in_danger_since(&signs.case(*account, day), settings);
        let readings = (0..=settings.history_months).rev().map(|back| day.plus_months(-back));
        let naive = course(readings.map(|at| (at, naive(market, *account, at))), NAIVE).map(|open| open.since);
        let fell = after < HALF * spend;
        let fallen_on = now.filter(|_| fell).and_then(|account| fallen_on(later, *account, day, until));
        Some(Watched { since: [risk, red, naive], fell, fallen_on })
    };
    examined(market, settings).par_iter().filter_map(watched).collect()
}

fn spend(market: &Market, account: AccountIndex, after: Day, until: Day) -> f64 {
    let purchases = &market.trade.purchases;
    purchases.sum(purchases.between(account, after, until)).value()
}

fn naive(market: &Market, account: AccountIndex, day: Day) -> Option<f64> {
    let [begin, before] = [-QUARTER, -QUARTER - YEAR].map(|months| day.plus_months(months));
    let usual = spend(market, account, before, begin) / f64::from(YEAR / QUARTER);
    (usual > 0.0).then(|| 1.0 - spend(market, account, begin, day) / usual)
}

fn fallen_on(later: &Market, account: AccountIndex, day: Day, until: Day) -> Option<Day> {
    let year = |at: Day| spend(later, account, at.plus_months(-YEAR), at);
    let (then, ends) = (year(day), (1..=YEAR).map(|months| day.plus_months(months)));
    let ends: Vec<Day> = ends.take_while(|at| *at <= until).collect();
    let n_below = ends.iter().rev().take_while(|at| year(**at) < HALF * then).count();
    ends.get(ends.len() - n_below).copied()
}

impl Warned {
    /// How a rule did with what was watched.
    pub fn of(watched: &[Watched], rule: Rule) -> Self {
        let mut done = Self::default();
        for account in watched {
            let since = account.since[rule as usize];
            done.n_watched += 1;
            done.n_fell += usize::from(account.fell);
            done.n_warned += usize::from(since.is_some());
            done.n_right += usize::from(account.fell && since.is_some());
            let dated = since.zip(account.fallen_on).filter(|_| account.fell);
            done.leads.extend(dated.map(|(since, fallen)| fallen - since));
        }
        done.leads.sort_unstable();
        done
    }

    /// Share of the warnings that came true; none when nothing was warned of.
    pub fn precision(&self) -> f64 {
        share(self.n_right, self.n_warned)
    }

    /// Share of the falls that were warned of.
    pub fn recall(&self) -> f64 {
        share(self.n_right, self.n_fell)
    }

    /// Precision over the share of all accounts that fell.
    pub fn lift(&self) -> f64 {
        let all = share(self.n_fell, self.n_watched);
        if all > 0.0 { self.precision() / all } else { 0.0 }
    }

    /// How many standard deviations more warnings came true than of as many drawn by chance (hypergeometric); `None` when
    /// chance has no choice.
    pub fn surprise(&self) -> Option<f64> {
        let [n, fell, warned] = [self.n_watched, self.n_fell, self.n_warned].map(|n| n as f64);
        let expected = warned * fell / n;
        let variance = expected * (1.0 - fell / n) * (n - warned) / (n - 1.0);
        (n > 1.0 && variance > 0.0).then(|| (self.n_right as f64 - expected) / variance.sqrt())
    }

    /// The middle lead in days.
    pub fn middle_lead(&self) -> Option<i32> {
        self.leads.get(self.leads.len() / 2).copied()
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Both rules on each day and over all days.
pub fn warnings_csv(backtest: &Backtest, data: &str) -> String {
    let mut out = "data,day,rule,accounts,fell,warned,right,precision,recall,lift,lead_days\n".to_owned();
    for rule in Rule::ALL {
        for question in &backtest.questions {
            row(&mut out, data, &question.day.to_string(), rule, &Warned::of(&question.watched, rule));
        }
        row(&mut out, data, "all", rule, &all(backtest, rule));
    }
    out
}

fn row(out: &mut String, data: &str, day: &str, rule: Rule, done: &Warned) {
    let Warned { n_watched, n_fell, n_warned, n_right, .. } = done;
    let (precision, recall, lift) = (done.precision(), done.recall(), done.lift());
    let lead = done.middle_lead().map(|days| days.to_string()).unwrap_or_default();
    let _ = write!(out, "{data},{day},{},{n_watched},{n_fell},{n_warned},{n_right},", rule.name());
    let _ = writeln!(out, "{precision:.3},{recall:.3},{lift:.2},{lead}");
}

/// How a rule did on all days.
pub fn all(backtest: &Backtest, rule: Rule) -> Warned {
    let watched: Vec<Watched> = backtest.questions.iter().flat_map(|it| it.watched.iter().copied()).collect();
    Warned::of(&watched, rule)
}

/// All rules in words.
pub fn told(backtest: &Backtest) -> String {
    let mut out = String::new();
    let all = Rule::ALL.map(|rule| (rule, all(backtest, rule)));
    let (n_watched, n_fell) = (all[0].1.n_watched, all[0].1.n_fell);
    if n_watched == 0 {
        return out;
    }
    let _ = writeln!(out, "\nOf {n_watched} accounts that mattered {n_fell} fell to less than half.");
    let _ = writeln!(out, "warnings   given  precision  recall  lift  days ahead (middle)");
    for (rule, done) in &all {
        let lead = done.middle_lead().map_or_else(|| "–".to_owned(), |days| days.to_string());
        let (precision, recall, lift) = (done.precision(), done.recall(), done.lift());
        let (name, n) = (rule.name(), done.n_warned);
        let _ = writeln!(out, "{name:<10} {n:>5}  {precision:>9.3}  {recall:>6.3}  {lift:>4.1}  {lead:>5}");
    }
    let _ = writeln!(out, "{}", verdict(&all[0].1));
    out
}

fn verdict(done: &Warned) -> &'static str {
    match done.surprise() {
        None => "Nothing can be said of the warnings.",
        Some(surprise) if surprise > SURE => "More of the warnings came true than chance would have it.",
        Some(_) => "The warnings came true no more often than chance would have it: do not act on them alone.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_are_counted_by_what_came() {
        let day = |n: i32| Day::from_days(n).unwrap();
        let watched = |risk: Option<i32>, fell: bool, on: Option<i32>| Watched {
            since: [risk.map(day), None, None],
            fell,
            fallen_on: on.map(day),
        };
        let all = [
            watched(Some(10), true, Some(100)),
            watched(Some(10), false, None),
            watched(None, true, Some(50)),
            watched(None, false, None),
        ];
        let done = Warned::of(&all, Rule::Risk);
        assert_eq!((done.precision(), done.recall(), done.lift(), done.middle_lead()), (0.5, 0.5, 1.0, Some(90)));
        assert_eq!(Warned::of(&all, Rule::Naive).n_warned, 0);
        assert_eq!(Warned::default().lift(), 0.0);
    }

    #[test]
    fn warnings_are_held_against_as_many_drawn_by_chance() {
        let done = |n_right| Warned { n_watched: 100, n_fell: 20, n_warned: 20, n_right, leads: Vec::new() };
        assert!(done(4).surprise().unwrap().abs() < 1e-12);
        assert!(done(12).surprise().unwrap() > SURE && done(5).surprise().unwrap() < SURE);
        assert_eq!(Warned::default().surprise(), None);
        assert_eq!(Warned { n_warned: 0, ..done(0) }.surprise(), None);
    }
}
