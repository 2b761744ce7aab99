//! Offers: whether what an account bought next would have been offered to it.
//!
//! Comes in: what leave-last-out told. Leaves: a table, and the same in words. Costs: nothing.

use std::fmt::Write;

use crate::discovery::offer::{LeaveLastOut, OFFERED, Way};
use crate::evaluation::backtest::Backtest;

/// Rates that differ by so many standard deviations differ by more than chance (97.5 %).
const SURE: f64 = 1.96;

/// One row for each way: the share of accounts whose last new product was among the first five, and of those before.
pub fn offers_csv(backtest: &Backtest, data: &str) -> String {
    let mut out = "data,way,accounts,hit_rate_5,accounts_before,hit_rate_5_before,taken\n".to_owned();
    let LeaveLastOut { last, before } = backtest.offers;
    for way in Way::ALL.into_iter().filter(|_| last.n > 0) {
        let taken = if way == before.best() { "yes" } else { "no" };
        let (rate, rate_before) = (last.rate(way), before.rate(way));
        let _ = writeln!(out, "{data},{},{},{rate:.4},{},{rate_before:.4},{taken}", way.name(), last.n, before.n);
    }
    out
}

/// The same in words.
pub fn told(backtest: &Backtest) -> String {
    let LeaveLastOut { last, before } = backtest.offers;
    let mut out = String::new();
    if last.n == 0 {
        return out;
    }
    let taken = before.best();
    let _ = writeln!(
        out,
        "\nOf {} accounts' last new product, each asked about on the day before, was among the first {OFFERED} offered:",
        last.n
    );
    for way in Way::ALL {
        let mark = if way == taken { "  <- taken, as the new products before those would have it" } else { "" };
        let _ = writeln!(out, "  {:<16} {:.3}{mark}", way.name(), last.rate(way));
    }
    let _ = writeln!(out, "{}", verdict(&last, taken));
    out
}

fn verdict(last: &crate::discovery::offer::Hits, taken: Way) -> &'static str {
    let (rate, popular, n) = (last.rate(taken), last.rate(Way::Popular), last.n as f64);
    let mean = f64::midpoint(rate, popular);
    let deviation = (2.0 * mean * (1.0 - mean) / n).sqrt();
    if rate - popular > SURE * deviation {
        "The offers tell more than what most accounts buy."
    } else {
        "The offers tell no more than what most accounts buy."
    }
}
