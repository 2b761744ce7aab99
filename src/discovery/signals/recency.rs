//! `recency`: how long ago the last purchase was.
//!
//! **Sees** the days since the last purchase. The score halves with every `recency_half_life_days`, whatever the others
//! do. **Matters** because who has stopped buying is no candidate however large the year was. **Misleads** for accounts
//! that buy once a year; there `rhythm` says more. **Settings** `recency_half_life_days`.

use crate::discovery::signals::{Context, Pillar, Reading, Signal};
use crate::discovery::wording::count;
use crate::evidence::{Bilingual, Facts};
use crate::ontology as o;

/// See the module.
pub struct Recency;

impl Signal for Recency {
    fn name(&self) -> &'static str {
        "recency"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Loyalty
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Recency", "最近采购")
    }

    fn measure(&self, context: &Context<'_>) -> Vec<Option<f64>> {
        context.each(|prospect| Some(f64::from(context.year.until - context.first_and_last(prospect)?.1)))
    }

    fn scores(&self, context: &Context<'_>, values: &[Option<f64>]) -> Vec<Option<f64>> {
        let half_life = context.settings.recency_half_life_days.max(1.0);
        values.iter().map(|value| value.map(|days| (-days / half_life).exp2())).collect()
    }

    fn value_words(&self, _: &Context<'_>, value: f64) -> Option<Bilingual> {
        Some(Bilingual::new(format!("last bought {value:.0} days ago"), format!("{value:.0}天前采购")))
    }

    fn text(&self, _: &Context<'_>, _: usize, reading: Reading) -> Bilingual {
        match reading.value as usize {
            0 => Bilingual::new("bought on the last day", "当日仍有采购"),
            days => Bilingual::new(
                format!("last bought {} ago", count(days, "day", "days")),
                format!("{days}天前最近一次采购"),
            ),
        }
    }

    fn caution(&self, context: &Context<'_>, _: usize, reading: Reading) -> Option<Bilingual> {
        let days = reading.value;
        let caution = Bilingual::new(format!("has not bought for {days:.0} days"), format!("已{days:.0}天未采购"));
        (days > context.settings.recency_half_life_days).then_some(caution)
    }

    fn facts(&self, context: &Context<'_>, place: usize) -> Facts {
        let purchases = &context.market.trade.purchases;
        let Some((_, last)) = context.first_and_last(context.at(place)) else { return Facts::default() };
        let runs = context.at(place).members.iter().map(|member| purchases.between(*member, last + -1, last));
        context.largest_purchases(&runs.collect::<Vec<_>>(), o::DATE)
    }
}

#[cfg(test)]
mod tests {
    use crate::discovery::trial::Trial;

    #[test]
    fn the_score_halves_with_every_half_life() {
        let trial = Trial::default().account("a", "").sale("a", "2025-04-01", 1.0, "").sale("a", "2020-01-01", 1.0, "");
        let said = trial.ask("recency", "a");
        assert_eq!(said.reading.map(|it| (it.value, it.score)), Some((90.0, 0.5)));
        assert_eq!((said.text.en.as_str(), said.facts.n_facts), ("last bought 90 days ago", 1));
    }

    #[test]
    fn who_never_bought_has_no_last_purchase() {
        assert_eq!(Trial::default().account("a", "").value("recency", "a"), None);
    }
}
