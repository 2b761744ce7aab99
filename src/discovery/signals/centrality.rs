//! `centrality`: how central the prospect is in the graph of accounts and what they share.
//!
//! **Sees** its PageRank over products, buying units, contacts, sectors and groups (of a group the sum). **Matters**
//! because who buys what many others buy sets an example. **Misleads** towards whoever has many links: read it beside
//! breadth. Not known for an account that shares nothing. **Settings** `damping`.

use crate::discovery::signals::{Context, Pillar, Reading, Signal, Window, account_facts};
use crate::discovery::wording::{percent, percent_zh};
use crate::evidence::{Bilingual, Facts};
use crate::ontology as o;

/// See the module.
pub struct Centrality;

impl Signal for Centrality {
    fn name(&self) -> &'static str {
        "centrality"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Strategy
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Centrality", "网络影响力")
    }

    fn measure(&self, context: &Context<'_>) -> Vec<Option<f64>> {
        let rank = &context.web.rank;
        context.each(|prospect| prospect.members.iter().filter_map(|member| rank[member.index()]).reduce(|a, b| a + b))
    }

    fn text(&self, _: &Context<'_>, _: usize, reading: Reading) -> Bilingual {
        let (score, score_zh) = (percent(reading.score), percent_zh(reading.score));
        Bilingual::new(
            format!(
                "more connected than {score} of accounts through products, departments, contacts and groups it shares"
            ),
            format!("通过共同的产品、部门、联系人和集团，网络联系强于{score_zh}的客户"),
        )
    }

    fn facts(&self, context: &Context<'_>, place: usize) -> Facts {
        let window = Window { after: context.year_before.after, until: context.year.until };
        let runs = context.runs(context.at(place), window);
        let purchases = &context.market.trade.purchases;
        let products = context.largest_by_place(&runs, &purchases.products, o::PRODUCT_OF);
        if !products.shown.is_empty() {
            return products;
        }
        let units = context.largest_by_place(&runs, &purchases.units, o::BUYING_UNIT);
        if units.shown.is_empty() { account_facts(context, place) } else { units }
    }
}

#[cfg(test)]
mod tests {
    use crate::discovery::trial::Trial;

    fn shops() -> Trial {
        let trial = Trial::default().account("hub", "").account("leaf", "").account("rim", "").account("island", "");
        let trial = ["p", "q", "r"]
            .iter()
            .fold(trial, |trial, product| trial.sale("hub", "2025-01-01", 1.0, &format!("; ka:product id:{product}")));
        let trial = trial.sale("leaf", "2025-01-01", 1.0, "; ka:product id:p").sale(
            "rim",
            "2025-01-01",
            1.0,
            "; ka:product id:q",
        );
        trial.sale("island", "2025-01-01", 1.0, "")
    }

    #[test]
    fn who_shares_most_is_most_central() {
        assert_eq!(shops().score("centrality", "hub"), Some(5.0 / 6.0));
        assert_eq!(shops().score("centrality", "leaf"), shops().score("centrality", "rim"));
        assert_eq!(shops().ask("centrality", "hub").facts.n_facts, 3);
    }

    #[test]
    fn who_shares_nothing_has_no_place() {
        assert_eq!(shops().value("centrality", "island"), None);
    }
}
