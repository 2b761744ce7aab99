//! `unit_breadth`: in how many departments the business stands.
//!
//! **Sees** the distinct buying units of the purchases of the last 12 months. **Matters** because business with one
//! department ends with one person; several need somebody who holds it together. **Misleads** where departments are cost
//! centres. Not known when the purchases name no buying unit. **Settings** `window_months`.

use crate::discovery::market::Purchases;
use crate::discovery::signals::{Context, Pillar, Reading, Signal};
use crate::discovery::wording::{count, percent, percent_zh};
use crate::evidence::{Bilingual, Facts};
use crate::ontology as o;

/// See the module.
pub struct UnitBreadth;

impl Signal for UnitBreadth {
    fn name(&self) -> &'static str {
        "unit_breadth"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Breadth
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Breadth of departments", "部门广度")
    }

    fn measure(&self, context: &Context<'_>) -> Vec<Option<f64>> {
        let purchases = &context.market.trade.purchases;
        context.each(|prospect| {
            let units = Purchases::distinct(&purchases.units, &context.runs(prospect, context.year));
            (!units.is_empty()).then_some(units.len() as f64)
        })
    }

    fn value_words(&self, _: &Context<'_>, value: f64) -> Option<Bilingual> {
        Some(Bilingual::new(count(value as usize, "department", "departments"), format!("{value:.0}个部门")))
    }

    fn text(&self, _: &Context<'_>, _: usize, reading: Reading) -> Bilingual {
        let n_units = reading.value as usize;
        Bilingual::new(
            format!(
                "business with {}, more than {} of accounts",
                count(n_units, "department", "departments"),
                percent(reading.score)
            ),
            format!("业务涉及{n_units}个部门，多于{}的客户", percent_zh(reading.score)),
        )
    }

    fn clause(&self, _: &Context<'_>, _: usize, reading: Reading) -> Option<Bilingual> {
        let n_units = reading.value as usize;
        let clause = Bilingual::new(format!("with {n_units} departments"), format!("涉及{n_units}个部门"));
        (n_units > 1).then_some(clause)
    }

    fn facts(&self, context: &Context<'_>, place: usize) -> Facts {
        let runs = context.runs(context.at(place), context.year);
        context.largest_by_place(&runs, &context.market.trade.purchases.units, o::BUYING_UNIT)
    }
}

#[cfg(test)]
mod tests {
    use crate::discovery::trial::Trial;

    fn shops() -> Trial {
        let trial = Trial::default().account("broad", "").account("narrow", "").account("plain", "");
        let trial = trial.sale("broad", "2025-01-01", 1.0, "; ka:buyingUnit id:u").sale(
            "broad",
            "2025-01-02",
            1.0,
            "; ka:buyingUnit id:v",
        );
        trial.sale("narrow", "2025-01-01", 1.0, "; ka:buyingUnit id:u").sale("plain", "2025-01-01", 1.0, "")
    }

    #[test]
    fn each_department_counts_once() {
        let said = shops().ask("unit_breadth", "broad");
        assert_eq!(said.reading.map(|it| (it.value, it.score)), Some((2.0, 0.75)));
        assert_eq!(said.text.en, "business with 2 departments, more than 75 % of accounts");
        assert_eq!(shops().score("unit_breadth", "narrow"), Some(0.25));
    }

    #[test]
    fn without_departments_nothing_is_known() {
        assert_eq!(shops().value("unit_breadth", "plain"), None);
    }
}
