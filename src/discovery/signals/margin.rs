//! `margin`: the share of the spend that stays with us.
//!
//! **Sees** margin over amount of the purchases of the last 12 months whose margin is known. **Matters** because spend
//! without margin is work without pay. **Misleads** where margins are standard costs, or known for few purchases only.
//! **Settings** `window_months`.

use crate::discovery::signals::{Context, Pillar, Reading, Signal};
use crate::discovery::wording::{percent, percent_zh};
use crate::evidence::{Bilingual, Facts};
use crate::ontology as o;

/// See the module.
pub struct Margin;

impl Signal for Margin {
    fn name(&self) -> &'static str {
        "margin"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Value
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Margin", "毛利")
    }

    fn measure(&self, context: &Context<'_>) -> Vec<Option<f64>> {
        let purchases = &context.market.trade.purchases;
        if purchases.margins.is_empty() {
            return vec![None; context.prospects.len()];
        }
        context.each(|prospect| {
            let rows = context.runs(prospect, context.year).into_iter().flatten();
            let known = rows.filter(|row| !purchases.margins[*row].is_nan());
            let (margin, amount) = known.fold((0.0, 0.0), |(margin, amount), row| {
                (margin + purchases.margins[row], amount + purchases.amounts[row].value())
            });
            (amount > 0.0).then(|| (margin / amount).clamp(-1.0, 1.0))
        })
    }

    fn value_words(&self, _: &Context<'_>, value: f64) -> Option<Bilingual> {
        Some(Bilingual::new(percent(value), percent_zh(value)))
    }

    fn text(&self, _: &Context<'_>, _: usize, reading: Reading) -> Bilingual {
        Bilingual::new(
            format!(
                "leaves a margin of {}, better than {} of accounts",
                percent(reading.value),
                percent(reading.score)
            ),
            format!("毛利率{}，高于{}的客户", percent_zh(reading.value), percent_zh(reading.score)),
        )
    }

    fn clause(&self, _: &Context<'_>, _: usize, reading: Reading) -> Option<Bilingual> {
        let (en, zh) = (percent(reading.value), percent_zh(reading.value));
        Some(Bilingual::new(format!("at a margin of {en}"), format!("毛利率{zh}")))
    }

    fn facts(&self, context: &Context<'_>, place: usize) -> Facts {
        context.largest_purchases(&context.runs(context.at(place), context.year), o::MARGIN)
    }
}

#[cfg(test)]
mod tests {
    use crate::discovery::trial::Trial;

    fn shops() -> Trial {
        let trial = Trial::default().account("thin", "").account("thick", "").account("silent", "");
        let trial = trial.sale("thin", "2025-01-01", 100.0, "; ka:margin 5.0").sale("thin", "2025-01-02", 900.0, "");
        trial.sale("thick", "2025-01-01", 200.0, "; ka:margin 60.0").sale("silent", "2025-01-01", 5.0, "")
    }

    #[test]
    fn the_margin_is_taken_over_purchases_that_have_one() {
        assert_eq!(shops().value("margin", "thin"), Some(0.05));
        assert_eq!(shops().score("margin", "thick"), Some(0.75));
        assert_eq!(shops().ask("margin", "thick").text.en, "leaves a margin of 30 %, better than 75 % of accounts");
    }

    #[test]
    fn without_a_margin_nothing_is_known() {
        assert_eq!(shops().value("margin", "silent"), None);
    }
}
