//! `rhythm`: how regularly the prospect buys.
//!
//! **Sees** the gaps between its days of purchase in the last two windows; the value is 1 / (1 + spread / mean), 1 for a
//! clockwork. **Matters** because regular business can be planned, and a missed beat is seen early. **Misleads** where
//! the source books on fixed days whatever the customer does. Not known with fewer than `minimum_purchase_days`.
//! **Settings** `minimum_purchase_days`, `window_months`.

use crate::discovery::prospect::Prospect;
use crate::discovery::signals::{Context, Pillar, Reading, Signal, Window};
use crate::discovery::wording::{count, percent, percent_zh};
use crate::evidence::{Bilingual, Facts};
use crate::model::Day;
use crate::ontology as o;

/// See the module.
pub struct Rhythm;

/// The gaps between days of purchase.
struct Gaps {
    mean: f64,
    regularity: f64,
    n_days: usize,
}

impl Signal for Rhythm {
    fn name(&self) -> &'static str {
        "rhythm"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Loyalty
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Rhythm", "采购规律")
    }

    fn measure(&self, context: &Context<'_>) -> Vec<Option<f64>> {
        context.each(|prospect| gaps(context, prospect).map(|gaps| gaps.regularity))
    }

    fn text(&self, context: &Context<'_>, place: usize, reading: Reading) -> Bilingual {
        let Some(gaps) = gaps(context, context.at(place)) else { return Bilingual::default() };
        let (every, every_zh) = every(gaps.mean);
        let (score, score_zh) = (percent(reading.score), percent_zh(reading.score));
        Bilingual::new(
            format!(
                "buys {every} on average ({} with a purchase), steadier than {score} of accounts",
                count(gaps.n_days, "day", "days")
            ),
            format!("平均{every_zh}采购一次（共{}个采购日），规律性高于{score_zh}的客户", gaps.n_days),
        )
    }

    fn clause(&self, context: &Context<'_>, place: usize, _: Reading) -> Option<Bilingual> {
        let (every, every_zh) = every(gaps(context, context.at(place))?.mean);
        Some(Bilingual::new(format!("regularly, {every} on average"), format!("采购稳定，平均{every_zh}一次")))
    }

    fn facts(&self, context: &Context<'_>, place: usize) -> Facts {
        context.largest_purchases(&context.runs(context.at(place), both_years(context)), o::DATE)
    }
}

fn both_years(context: &Context<'_>) -> Window {
    Window { after: context.year_before.after, until: context.year.until }
}

fn gaps(context: &Context<'_>, prospect: &Prospect) -> Option<Gaps> {
    let rows = context.runs(prospect, both_years(context)).into_iter().flatten();
    let mut days: Vec<Day> = rows.map(|row| context.market.trade.purchases.days[row]).collect();
    days.sort_unstable();
    days.dedup();
    if days.len() < context.settings.minimum_purchase_days.max(3) {
        return None;
    }
    let gaps: Vec<f64> = days.windows(2).map(|pair| f64::from(pair[1] - pair[0])).collect();
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
    Some(Gaps { mean, regularity: 1.0 / (1.0 + variance.sqrt() / mean), n_days: days.len() })
}

fn every(mean: f64) -> (String, String) {
    match mean.round() as u64 {
        0 | 1 => ("every day".to_owned(), "每天".to_owned()),
        days => (format!("every {days} days"), format!("每{days}天")),
    }
}

#[cfg(test)]
mod tests {
    use crate::discovery::trial::Trial;

    fn shops() -> Trial {
        let days = ["2025-01-01", "2025-01-11", "2025-01-21", "2025-01-31", "2025-02-10"];
        let trial = Trial::default().account("clock", "").account("whim", "").account("twice", "");
        let trial = days.iter().fold(trial, |trial, day| trial.sale("clock", day, 1.0, "").sale("clock", day, 1.0, ""));
        let days = ["2024-01-01", "2025-01-11", "2025-01-12", "2025-01-13"];
        let trial = days.iter().fold(trial, |trial, day| trial.sale("whim", day, 1.0, ""));
        trial.sale("twice", "2025-01-01", 1.0, "").sale("twice", "2025-02-01", 1.0, "")
    }

    #[test]
    fn a_clockwork_has_regularity_one() {
        let said = shops().ask("rhythm", "clock");
        assert_eq!(said.reading.map(|it| (it.value, it.score)), Some((1.0, 0.75)));
        assert_eq!(
            said.text.en,
            "buys every 10 days on average (5 days with a purchase), steadier than 75 % of accounts"
        );
    }

    #[test]
    fn whims_score_low_and_two_days_show_no_rhythm() {
        assert_eq!(shops().score("rhythm", "whim"), Some(0.25));
        assert_eq!(shops().value("rhythm", "twice"), None);
    }
}
