//! The backtest as a table.

use std::fmt::Write;

use crate::evaluation::backtest::metrics::Quality;
use crate::evaluation::backtest::{Backtest, Interval};

/// The columns.
const HEAD: &str = "data,day,until,ranker,accounts,risers,average_precision,low,high,above_spend_low,above_spend_high,\
above_random_low,above_random_high,precision_20,precision_50,precision_100,recall_50,lift_50,area,learned";

/// One row for each ranker and day, and one for its mean over the days; `data` names what was asked.
pub fn csv(backtest: &Backtest, data: &str) -> String {
    let mut out = format!("{HEAD}\n");
    for result in &backtest.results {
        let name = result.ranker.name();
        for (question, quality) in backtest.questions.iter().zip(&result.by_day) {
            let (n, n_risers) = (question.rose.len(), question.rose.iter().filter(|rose| **rose).count());
            let learned = if question.probabilities.is_ok() { "yes" } else { "no" };
            let _ = write!(out, "{data},{},{},{name},{n},{n_risers},", question.day, question.until);
            let _ = writeln!(out, "{:.4},,,,,,,{},{learned}", quality.average_precision, numbers(quality));
        }
        let n_learned = backtest.questions.iter().filter(|it| it.probabilities.is_ok()).count();
        let _ = write!(out, "{data},mean,,{name},,,{:.4},", result.mean.average_precision);
        let intervals = [result.interval, result.above_spend, result.above_random].map(ends).join(",");
        let _ = writeln!(out, "{intervals},{},{n_learned} of {}", numbers(&result.mean), backtest.questions.len());
    }
    out
}

fn ends(interval: Interval) -> String {
    format!("{:.4},{:.4}", interval.low, interval.high)
}

fn numbers(quality: &Quality) -> String {
    let [p20, p50, p100] = quality.precision;
    let Quality { recall_50, lift_50, area, .. } = quality;
    format!("{p20:.3},{p50:.3},{p100:.3},{recall_50:.3},{lift_50:.2},{area:.3}")
}
