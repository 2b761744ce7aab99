//! The backtest in words.

use std::fmt::Write;

use crate::evaluation::backtest::warnings::told;
use crate::evaluation::backtest::{Backtest, Question, Ranker, Result, forecasts, offers};

/// What was asked, how every ranker did, and what that means.
pub fn text(backtest: &Backtest) -> String {
    let mut out = String::from(
        "Who spends something, is not among the tenth that spends most, and is among it in the months after?\n\n",
    );
    for question in &backtest.questions {
        let (n, risers) = (question.rose.len(), question.rose.iter().filter(|it| **it).count());
        let _ = writeln!(out, "  {} to {}: {risers} of {n} rose{}", question.day, question.until, by(question));
    }
    out.push_str(
        "\nranker               average precision  (95 %)          P@20   P@50   P@100  recall@50  lift@50  AUC\n",
    );
    backtest.results.iter().for_each(|result| row(&mut out, result));
    promises(&mut out, backtest);
    let _ = writeln!(out, "\n{}", verdict(backtest));
    out.push_str(&told(backtest));
    out.push_str(&forecasts::told(backtest));
    out.push_str(&offers::told(backtest));
    out
}

fn by(question: &Question) -> String {
    match &question.probabilities {
        Ok(_) => String::new(),
        Err(too_short) => format!(" ({})", too_short.text().en),
    }
}

fn row(out: &mut String, result: &Result) {
    let (mean, interval) = (&result.mean, result.interval);
    let [p20, p50, p100] = mean.precision;
    let _ = write!(out, "{:<20} {:.3}              ", result.ranker.name(), mean.average_precision);
    let _ = write!(out, "({:.3} – {:.3})   ", interval.low, interval.high);
    let (recall, lift, area) = (mean.recall_50, mean.lift_50, mean.area);
    let _ = writeln!(out, "{p20:.3}  {p50:.3}  {p100:.3}  {recall:.3}      {lift:>5.1}    {area:.3}");
}

fn promises(out: &mut String, backtest: &Backtest) {
    if backtest.promises.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nlearned probability (mean of a tenth of the accounts) and how many of them rose:");
    for promise in &backtest.promises {
        let _ = writeln!(out, "  {:.3}  {:.3}  of {}", promise.said, promise.rose, promise.n);
    }
}

/// What the intervals allow to be said.
pub fn verdict(backtest: &Backtest) -> String {
    let n_risers: usize = backtest.questions.iter().map(|it| it.rose.iter().filter(|rose| **rose).count()).sum();
    if n_risers == 0 {
        return "Nobody rose, so no order can be judged.".to_owned();
    }
    let informed = backtest.results.iter().filter(|it| it.ranker != Ranker::Random);
    let better: Vec<&Result> = informed.filter(|it| it.above_random.is_above_zero()).collect();
    if better.is_empty() {
        return "No order does better than chance: the past of these data does not tell who rises. A list made from \
                them names the largest of today, not the key accounts of tomorrow."
            .to_owned();
    }
    let names: Vec<&str> = better.iter().map(|it| it.ranker.name()).collect();
    let mut said = format!("Better than chance: {}.", names.join(", "));
    if let Some(learned) = backtest.results.iter().find(|it| it.ranker == Ranker::Learned) {
        said.push_str(&beside_spend(learned));
    }
    said
}

fn beside_spend(learned: &Result) -> String {
    let ends = format!("({:+.3} to {:+.3})", learned.above_spend.low, learned.above_spend.high);
    if learned.above_spend.is_above_zero() {
        format!("\nThe learned order finds risers better than past spend does {ends}.")
    } else if learned.above_spend.is_below_zero() {
        format!("\nThe learned order finds risers worse than past spend does {ends}: rank by spend.")
    } else {
        format!("\nWhether the learned order is better than past spend, these data cannot tell {ends}.")
    }
}
