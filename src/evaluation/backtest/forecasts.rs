//! Forecasts: what accounts were expected to spend on a past day, and what they spent.
//!
//! Comes in: the ledger as known on the day, and what followed. Leaves: for every account that was buying the interval and
//! the outcome. Never lets a later row reach a forecast. Costs: the forecasts of the day.
//!
//! An interval keeps its word when as many accounts lie in it as it says, and as many below as above. The middle is held
//! against expecting the months before once more. A wallet says what is possible: of accounts that can exceed theirs few
//! should.

use std::fmt::Write;

use crate::discovery::outlook::{Amounts, Forecast, Wallets};
use crate::discovery::ranking::ledger::Ledger;
use crate::evaluation::backtest::Backtest;
use crate::model::Day;

/// The wallets of at most so many accounts are looked at, those with the smallest keys.
const MOST_WALLETS: usize = 500;

/// Wallets are of a whole year.
const YEAR: i32 = 12;

/// An account whose spend was foreseen.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Foreseen {
    /// What was expected.
    pub expected: Amounts,
    /// What it spent in as many months before the day.
    pub before: f64,
    /// What it spent after the day.
    pub was: f64,
}

/// The forecasts of a day.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Foresight {
    /// For how many months.
    pub months: i32,
    /// Whether the interval had been checked on days held out.
    pub is_calibrated: bool,
    /// The accounts.
    pub accounts: Vec<Foreseen>,
    /// Wallets beside what was spent after the day, of some accounts.
    pub wallets: Vec<(f64, f64)>,
}

/// How forecasts did.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Kept {
    /// How many accounts were foreseen.
    pub n: usize,
    /// The share that spent less than the lower end.
    pub below: f64,
    /// The share that spent more than the upper end.
    pub above: f64,
    /// Sum of the distances between middle and outcome, over all that was spent.
    pub error: f64,
    /// The same of expecting the months before once more.
    pub error_as_before: f64,
    /// How many wallets were looked at.
    pub n_wallets: usize,
    /// The share of them that was exceeded.
    pub above_wallet: f64,
}

/// How many whole months lie between two days, at most a year.
pub fn months_between(day: Day, until: Day) -> i32 {
    (1..=YEAR).take_while(|months| day.plus_months(*months) <= until).last().unwrap_or(0)
}

/// What was foreseen on a day; `spent` knows what every account spent in the months after it.
pub fn foresee(
    ledger: &Ledger,
    forecast: &Forecast<'_>,
    wallets: &Wallets<'_>,
    spent: impl Fn(usize) -> f64,
) -> Foresight {
    let (months, day) = (forecast.months(), ledger.until);
    let before = day.plus_months(-months);
    let foreseen = |place: usize| {
        let expected = forecast.of(place)?;
        Some(Foreseen { expected, before: ledger.sum(place, before, day), was: spent(place) })
    };
    let accounts = (0..ledger.n_accounts).filter_map(foreseen).collect();
    let mut places: Vec<usize> = (0..ledger.n_accounts).filter(|at| ledger.sum(*at, before, day) > 0.0).collect();
    places.sort_unstable_by_key(|place| (ledger.keys[*place], *place));
    places.truncate(if months == YEAR { MOST_WALLETS } else { 0 });
    let wallet =
        |place: usize| Some((wallets.of(crate::discovery::market::AccountIndex(place as u32))?.amount, spent(place)));
    let wallets = places.into_iter().filter_map(wallet).collect();
    Foresight { months, is_calibrated: forecast.is_calibrated(), accounts, wallets }
}

impl Kept {
    /// How all of some forecasts did.
    pub fn of<'a>(foresights: impl Iterator<Item = &'a Foresight> + Clone) -> Self {
        let accounts: Vec<Foreseen> = foresights.clone().flat_map(|it| it.accounts.iter().copied()).collect();
        let wallets: Vec<(f64, f64)> = foresights.flat_map(|it| it.wallets.iter().copied()).collect();
        let share = |n: usize, of: usize| n as f64 / of.max(1) as f64;
        let n_of = |is: &dyn Fn(&Foreseen) -> bool| share(accounts.iter().filter(|it| is(it)).count(), accounts.len());
        let spent: f64 = accounts.iter().map(|it| it.was.max(0.0)).sum();
        let error = |of: &dyn Fn(&Foreseen) -> f64| {
            let missed: f64 = accounts.iter().map(|it| (it.was - of(it)).abs()).sum();
            if spent > 0.0 { missed / spent } else { 0.0 }
        };
        Self {
            n: accounts.len(),
            below: n_of(&|it| it.was < it.expected.low - CENT),
            above: n_of(&|it| it.was > it.expected.high + CENT),
            error: error(&|it| it.expected.middle),
            error_as_before: error(&|it| it.before),
            n_wallets: wallets.len(),
            above_wallet: share(wallets.iter().filter(|(wallet, was)| *was > wallet + CENT).count(), wallets.len()),
        }
    }

    /// The share that spent what the interval says.
    pub fn inside(&self) -> f64 {
        1.0 - self.below - self.above
    }
}

/// Amounts that differ by less are one.
const CENT: f64 = 0.005;

/// How forecasts did on each day and over all days.
pub fn forecasts_csv(backtest: &Backtest, data: &str) -> String {
    let mut out = "data,day,months,calibrated,accounts,inside,below,above,error,error_as_before,wallets,above_wallet\n"
        .to_owned();
    for question in backtest.questions.iter().filter(|it| !it.foresight.accounts.is_empty()) {
        let foresight = &question.foresight;
        let calibrated = if foresight.is_calibrated { "yes" } else { "no" };
        let head = format!("{data},{},{},{calibrated}", question.day, foresight.months);
        row(&mut out, &head, &Kept::of(std::iter::once(foresight)));
    }
    let n_calibrated = backtest.questions.iter().filter(|it| it.foresight.is_calibrated).count();
    let head = format!("{data},all,,{n_calibrated} of {}", backtest.questions.len());
    row(&mut out, &head, &Kept::of(backtest.questions.iter().map(|it| &it.foresight)));
    out
}

fn row(out: &mut String, head: &str, kept: &Kept) {
    let Kept { n, below, above, error, error_as_before, n_wallets, above_wallet } = kept;
    let _ = write!(out, "{head},{n},{:.3},{below:.3},{above:.3},", kept.inside());
    let _ = writeln!(out, "{error:.3},{error_as_before:.3},{n_wallets},{above_wallet:.3}");
}

/// The same in words.
pub fn told(backtest: &Backtest) -> String {
    let kept = Kept::of(backtest.questions.iter().map(|it| &it.foresight));
    let mut out = String::new();
    if kept.n == 0 {
        return out;
    }
    let percent = |share: f64| format!("{:.0} %", 100.0 * share);
    let n_checked = backtest.questions.iter().filter(|it| it.foresight.is_calibrated).count();
    let _ = writeln!(
        out,
        "\nexpected spend of {} accounts: {} lay in the interval of {}, {} below, {} above (checked on held-out days before \
         {n_checked} of {} days)",
        kept.n,
        percent(kept.inside()),
        percent(backtest.interval),
        percent(kept.below),
        percent(kept.above),
        backtest.questions.len()
    );
    let _ = writeln!(
        out,
        "its middle was wrong by {} of what was spent, the months before once more by {}",
        percent(kept.error),
        percent(kept.error_as_before)
    );
    if kept.n_wallets > 0 {
        let _ = writeln!(
            out,
            "of {} wallets {} were exceeded in the year after",
            kept.n_wallets,
            percent(kept.above_wallet)
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forecasts_are_counted_by_what_came() {
        let foreseen =
            |was: f64| Foreseen { expected: Amounts { low: 50.0, middle: 100.0, high: 150.0 }, before: 120.0, was };
        let foresight = Foresight {
            months: 12,
            is_calibrated: true,
            accounts: [40.0, 50.0, 100.0, 210.0].map(foreseen).to_vec(),
            wallets: vec![(100.0, 99.0), (100.0, 101.0)],
        };
        let kept = Kept::of([foresight].iter());
        assert_eq!((kept.inside(), kept.below, kept.above, kept.above_wallet), (0.5, 0.25, 0.25, 0.5));
        assert!((kept.error - 220.0 / 400.0).abs() < 1e-12 && (kept.error_as_before - 260.0 / 400.0).abs() < 1e-12);
        assert_eq!(Kept::of([].iter()).inside(), 1.0);
    }

    #[test]
    fn whole_months_are_counted_up_to_a_year() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        assert_eq!(months_between(day("2011-08-31"), day("2011-12-09")), 3);
        assert_eq!(months_between(day("2011-08-31"), day("2015-12-09")), 12);
        assert_eq!(months_between(day("2011-08-31"), day("2011-09-09")), 0);
    }
}
