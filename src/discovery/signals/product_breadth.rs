//! `product_breadth`: how many products the prospect buys.
//!
//! **Sees** the distinct products bought in the last 12 months. **Matters** because who buys many things from us is hard
//! to win away, and needs someone who looks after the whole. **Misleads** where one product has many article numbers.
//! Not known when the data name no products. **Settings** `window_months`.

use crate::discovery::market::Purchases;
use crate::discovery::signals::{Context, Pillar, Reading, Signal};
use crate::discovery::wording::{count, percent, percent_zh};
use crate::evidence::{Bilingual, Facts};
use crate::ontology as o;

/// See the module.
pub struct ProductBreadth;

impl Signal for ProductBreadth {
    fn name(&self) -> &'static str {
        "product_breadth"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Breadth
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Breadth of products", "产品广度")
    }

    fn measure(&self, context: &Context<'_>) -> Vec<Option<f64>> {
        let purchases = &context.market.trade.purchases;
        context.each(|prospect| {
            let products = Purchases::distinct(&purchases.products, &context.runs(prospect, context.year));
            (!products.is_empty()).then_some(products.len() as f64)
        })
    }

    fn value_words(&self, _: &Context<'_>, value: f64) -> Option<Bilingual> {
        Some(Bilingual::new(count(value as usize, "product", "products"), format!("{value:.0}种产品")))
    }

    fn text(&self, _: &Context<'_>, _: usize, reading: Reading) -> Bilingual {
        let n_products = reading.value as usize;
        Bilingual::new(
            format!(
                "buys {}, more than {} of accounts",
                count(n_products, "product", "products"),
                percent(reading.score)
            ),
            format!("采购{n_products}种产品，多于{}的客户", percent_zh(reading.score)),
        )
    }

    fn clause(&self, _: &Context<'_>, _: usize, reading: Reading) -> Option<Bilingual> {
        let n_products = reading.value as usize;
        let clause = Bilingual::new(format!("across {} products", n_products), format!("涉及{n_products}种产品"));
        (n_products > 1).then_some(clause)
    }

    fn facts(&self, context: &Context<'_>, place: usize) -> Facts {
        let runs = context.runs(context.at(place), context.year);
        context.largest_by_place(&runs, &context.market.trade.purchases.products, o::PRODUCT_OF)
    }
}

#[cfg(test)]
mod tests {
    use crate::discovery::trial::Trial;

    fn shops() -> Trial {
        let trial = Trial::default().account("broad", "").account("narrow", "").account("old", "");
        let trial = trial.sale("broad", "2025-01-01", 1.0, "; ka:product id:p").sale(
            "broad",
            "2025-01-02",
            1.0,
            "; ka:product id:q",
        );
        let trial = trial.sale("narrow", "2025-01-01", 1.0, "; ka:product id:p").sale(
            "narrow",
            "2025-01-02",
            1.0,
            "; ka:product id:p",
        );
        trial.sale("old", "2023-01-01", 1.0, "; ka:product id:p")
    }

    #[test]
    fn each_product_counts_once() {
        let said = shops().ask("product_breadth", "broad");
        assert_eq!(said.reading.map(|it| (it.value, it.score)), Some((2.0, 0.75)));
        assert_eq!((said.text.en.as_str(), said.facts.n_facts), ("buys 2 products, more than 75 % of accounts", 2));
        assert_eq!(shops().value("product_breadth", "narrow"), Some(1.0));
    }

    #[test]
    fn products_of_earlier_years_do_not_count() {
        assert_eq!(shops().value("product_breadth", "old"), None);
    }
}
