//! `payment`: whether the prospect pays when it should, and whether that is getting worse.
//!
//! **Sees** days from due to paid of what fell due in the last 12 months; what is still open counts up to the day. When
//! the later half of the window is worse than the earlier half, the difference is added: a drift weighs as much as a
//! delay. Fewer days score higher. **Matters** because a large account that pays late is a credit. **Misleads** where due
//! dates are not the agreed ones. Not known with fewer than `minimum_dues`. **Settings** `minimum_dues`, `window_months`.

use crate::discovery::market::Due;
use crate::discovery::prospect::Prospect;
use crate::discovery::signals::{Context, Pillar, Reading, Signal, Window, mid_ranks};
use crate::evidence::{Bilingual, Facts};
use crate::model::Day;
use crate::ontology as o;

/// A delay from which on it is said in the sentence.
const WORTH_A_WORD_DAYS: f64 = 5.0;

/// See the module.
pub struct Payment;

/// How a prospect pays.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Behaviour {
    mean_delay: f64,
    drift: Option<f64>,
    n_dues: usize,
}

impl Signal for Payment {
    fn name(&self) -> &'static str {
        "payment"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Loyalty
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Payment", "付款")
    }

    fn measure(&self, context: &Context<'_>) -> Vec<Option<f64>> {
        context.each(|prospect| {
            let behaviour = behaviour(context, prospect)?;
            Some(behaviour.mean_delay + behaviour.drift.unwrap_or(0.0).max(0.0))
        })
    }

    fn scores(&self, context: &Context<'_>, values: &[Option<f64>]) -> Vec<Option<f64>> {
        let punctual: Vec<Option<f64>> = values.iter().map(|value| value.map(|days| -days)).collect();
        mid_ranks(&punctual, |place| context.is_reference(place))
    }

    fn value_words(&self, _: &Context<'_>, value: f64) -> Option<Bilingual> {
        Some(Bilingual::new(format!("paid {value:.0} days after it was due"), format!("逾期{value:.0}天付款")))
    }

    fn text(&self, context: &Context<'_>, place: usize, _: Reading) -> Bilingual {
        let Some(behaviour) = behaviour(context, context.at(place)) else { return Bilingual::default() };
        let (delay, delay_zh) = delay(behaviour.mean_delay);
        let (drift, drift_zh) = drift(behaviour.drift);
        Bilingual::new(
            format!("pays {delay} on average over {} dues{drift}", behaviour.n_dues),
            format!("{}笔应付款平均{delay_zh}{drift_zh}", behaviour.n_dues),
        )
    }

    fn clause(&self, context: &Context<'_>, place: usize, _: Reading) -> Option<Bilingual> {
        let behaviour = behaviour(context, context.at(place))?;
        let (delay, delay_zh) = delay(behaviour.mean_delay);
        let is_punctual = behaviour.mean_delay < 0.5;
        is_punctual.then(|| Bilingual::new(format!("paying {delay}"), format!("付款{delay_zh}")))
    }

    fn caution(&self, context: &Context<'_>, place: usize, reading: Reading) -> Option<Bilingual> {
        let (delay, delay_zh) = delay(behaviour(context, context.at(place))?.mean_delay);
        let is_late = reading.value >= WORTH_A_WORD_DAYS && reading.score < 0.3;
        is_late.then(|| Bilingual::new(format!("pays {delay} on average"), format!("付款平均{delay_zh}")))
    }

    fn facts(&self, context: &Context<'_>, place: usize) -> Facts {
        let mut dues = dues(context, context.at(place));
        let n_dues = dues.len();
        dues.sort_by_key(|due| (std::cmp::Reverse(days_late(due, context.year.until)), due.id));
        context.facts_about(dues.iter().map(|due| due.id), o::DUE_DATE, n_dues)
    }
}

fn days_late(due: &Due, as_of: Day) -> i32 {
    due.paid.unwrap_or(as_of) - due.due
}

/// What fell due in the last window.
fn dues(context: &Context<'_>, prospect: &Prospect) -> Vec<Due> {
    let Window { after, until } = context.year;
    let all = prospect.members.iter().flat_map(|member| context.market.trade.dues_of(*member));
    all.filter(|due| due.due > after && due.due <= until).copied().collect()
}

fn behaviour(context: &Context<'_>, prospect: &Prospect) -> Option<Behaviour> {
    let (dues, least) = (dues(context, prospect), context.settings.minimum_dues.max(1));
    let middle = context.year.until.plus_months(-context.settings.window_months / 2);
    let (earlier, later): (Vec<Due>, Vec<Due>) = dues.iter().partition(|due| due.due <= middle);
    let mean = |dues: &[Due]| {
        let days: i64 = dues.iter().map(|due| i64::from(days_late(due, context.year.until))).sum();
        (dues.len() >= least).then(|| days as f64 / dues.len() as f64)
    };
    let drift = mean(&later).zip(mean(&earlier)).map(|(later, earlier)| later - earlier);
    Some(Behaviour { mean_delay: mean(&dues)?, drift, n_dues: dues.len() })
}

fn delay(days: f64) -> (String, String) {
    match days.round() as i64 {
        0 => ("on time".to_owned(), "准时".to_owned()),
        1 => ("a day late".to_owned(), "逾期1天".to_owned()),
        days if days > 0 => (format!("{days} days late"), format!("逾期{days}天")),
        -1 => ("a day early".to_owned(), "提前1天".to_owned()),
        days => (format!("{} days early", -days), format!("提前{}天", -days)),
    }
}

fn days_of(days: i64) -> String {
    if days == 1 { "a day".to_owned() } else { format!("{days} days") }
}

fn drift(days: Option<f64>) -> (String, String) {
    match days.map_or(0, |days| days.round() as i64) {
        days if days >= 1 => {
            (format!(", {} later than half a year before", days_of(days)), format!("，较半年前推迟{days}天"))
        }
        days if days <= -1 => {
            (format!(", {} sooner than half a year before", days_of(-days)), format!("，较半年前提早{}天", -days))
        }
        _ => (String::new(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use crate::discovery::trial::Trial;

    fn invoices(trial: Trial, account: &str, due_and_paid: &[(&str, &str)]) -> Trial {
        due_and_paid.iter().enumerate().fold(trial.account(account, ""), |trial, (n, (due, paid))| {
            let paid = if paid.is_empty() { String::new() } else { format!("; ka:paidDate '{paid}'^^xsd:date") };
            trial.say(&format!("id:{account}{n} ka:account id:{account} ; ka:dueDate '{due}'^^xsd:date {paid} ."))
        })
    }

    fn shops() -> Trial {
        let trial = invoices(
            Trial::default(),
            "good",
            &[("2025-01-10", "2025-01-10"), ("2025-02-10", "2025-02-08"), ("2025-03-10", "2025-03-09")],
        );
        let trial =
            invoices(trial, "late", &[("2025-06-10", ""), ("2025-02-10", "2025-02-20"), ("2025-03-10", "2025-07-09")]);
        let trial = invoices(trial, "few", &[("2025-01-10", "2025-01-10")]);
        ["good", "late", "few"].iter().fold(trial, |trial, name| trial.sale(name, "2025-01-01", 1.0, ""))
    }

    #[test]
    fn what_is_still_open_on_the_day_counts_up_to_the_day() {
        let said = shops().ask("payment", "late");
        assert_eq!(said.reading.map(|it| (it.value, it.score)), Some((f64::from(20 + 10 + 112) / 3.0, 0.25)));
        assert_eq!(said.text.en, "pays 47 days late on average over 3 dues");
        assert_eq!(shops().score("payment", "good"), Some(0.75));
    }

    #[test]
    fn a_single_due_shows_no_behaviour() {
        assert_eq!(shops().value("payment", "few"), None);
    }

    #[test]
    fn getting_worse_weighs_as_much_as_being_late() {
        let early = [("2024-08-01", "2024-08-01"), ("2024-09-01", "2024-09-01"), ("2024-10-01", "2024-10-01")];
        let later = [("2025-02-01", "2025-02-11"), ("2025-03-01", "2025-03-11"), ("2025-04-01", "2025-04-11")];
        let trial = invoices(Trial::default(), "slides", &[early, later].concat());
        let said = trial.ask("payment", "slides");
        assert_eq!(said.reading.map(|it| it.value), Some(15.0));
        assert!(said.text.en.ends_with(", 10 days later than half a year before"), "{}", said.text.en);
    }
}
