//! `likeness`: how much the prospect resembles today's key accounts.
//!
//! **Sees** its PageRank as seen from the key accounts (walks that start at them over shared products, buying units,
//! contacts, sectors and groups), divided by its plain PageRank so that mere size does not count. **Matters** because
//! what made others key accounts is at work here too. **Misleads** where key accounts were chosen by chance. Key accounts
//! themselves are not compared with. Not known without key accounts. **Settings** `damping`.

use crate::discovery::market::{AccountIndex, Purchases};
use crate::discovery::prospect::Prospect;
use crate::discovery::signals::{Context, Pillar, Reading, Signal, Window, mid_ranks};
use crate::discovery::wording::{percent, percent_zh};
use crate::evidence::{Bilingual, Facts};
use crate::ontology as o;

/// See the module.
pub struct Likeness;

/// A key account beside a prospect.
pub struct Alike {
    /// The key account.
    pub account: AccountIndex,
    /// The products that both buy, ascending.
    pub shared: Vec<u32>,
    /// How many products the prospect buys.
    pub n_own: usize,
    /// How alike the two sets of products are, in [0, 1].
    pub cosine: f64,
}

impl Signal for Likeness {
    fn name(&self) -> &'static str {
        "likeness"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Strategy
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Likeness to key accounts", "与大客户相似度")
    }

    fn measure(&self, context: &Context<'_>) -> Vec<Option<f64>> {
        let (near, all) = (&context.web.rank_from_key, &context.web.rank);
        let sum = |prospect: &Prospect, ranks: &[Option<f64>]| {
            prospect.members.iter().filter_map(|member| ranks[member.index()]).reduce(|a, b| a + b)
        };
        context.each(|prospect| {
            let others = Prospect { members: without_key(context, prospect), ..prospect.clone() };
            Some(sum(&others, near)? / sum(&others, all)?)
        })
    }

    fn scores(&self, context: &Context<'_>, values: &[Option<f64>]) -> Vec<Option<f64>> {
        mid_ranks(values, |place| context.is_reference(place) && !context.is_key[place])
    }

    fn text(&self, context: &Context<'_>, place: usize, reading: Reading) -> Bilingual {
        let (score, score_zh) = (percent(reading.score), percent_zh(reading.score));
        let (key, key_zh) = context.key_account_words();
        let (mut en, mut zh) = (
            format!("closer to today's {key}s than {score} of the others"),
            format!("与现有{key_zh}的相似度高于{score_zh}的其他客户"),
        );
        if let Some(nearest) = nearest(context, place) {
            let (name, n_shared) = (context.market.accounts.name(nearest.account), nearest.shared.len());
            en.push_str(&format!("; {n_shared} of its {} products are also bought by {name}", nearest.n_own));
            zh.push_str(&format!("；其{}种产品中有{n_shared}种{name}也采购", nearest.n_own));
        }
        Bilingual::new(en, zh)
    }

    fn clause(&self, context: &Context<'_>, place: usize, _: Reading) -> Option<Bilingual> {
        let nearest = nearest(context, place)?;
        let (name, n_shared) = (context.market.accounts.name(nearest.account), nearest.shared.len());
        let (key, key_zh) = context.key_account_words();
        let clause = Bilingual::new(
            format!("with {n_shared} products in common with {key} {name}"),
            format!("与{key_zh}{name}有{n_shared}种产品相同"),
        );
        (n_shared > 1).then_some(clause)
    }

    fn facts(&self, context: &Context<'_>, place: usize) -> Facts {
        let (prospect, purchases) = (context.at(place), &context.market.trade.purchases);
        let runs = context.runs(prospect, window(context));
        let Some(nearest) = nearest(context, place) else {
            return super::by_name("centrality").map_or_else(Facts::default, |signal| signal.facts(context, place));
        };
        let is_shared = |row: &usize| nearest.shared.binary_search(&purchases.products[*row]).is_ok();
        let shared: Vec<_> = runs.into_iter().flatten().filter(is_shared).map(|row| row..row + 1).collect();
        context.largest_by_place(&shared, &purchases.products, o::PRODUCT_OF)
    }
}

fn without_key(context: &Context<'_>, prospect: &Prospect) -> Vec<AccountIndex> {
    let others: Vec<_> = prospect.members.iter().copied().filter(|member| !context.is_key[member.index()]).collect();
    if others.is_empty() { prospect.members.clone() } else { others }
}

fn window(context: &Context<'_>) -> Window {
    Window { after: context.year_before.after, until: context.year.until }
}

fn nearest(context: &Context<'_>, place: usize) -> Option<Alike> {
    most_alike(context, place).into_iter().next()
}

/// Today's key accounts that share a product with the prospect, the most alike first (cosine of the sets of products).
pub fn most_alike(context: &Context<'_>, place: usize) -> Vec<Alike> {
    let (prospect, products) = (context.at(place), &context.market.trade.purchases.products);
    let own = Purchases::distinct(products, &context.runs(prospect, window(context)));
    let alike = |(account, theirs): &(AccountIndex, Vec<u32>)| {
        let shared: Vec<u32> = own.iter().copied().filter(|product| theirs.binary_search(product).is_ok()).collect();
        let cosine = shared.len() as f64 / ((own.len() * theirs.len()).max(1) as f64).sqrt();
        Alike { account: *account, shared, n_own: own.len(), cosine }
    };
    let others = context.products_of_key.iter().filter(|(account, _)| !prospect.members.contains(account)).map(alike);
    let mut found: Vec<Alike> = others.filter(|alike| !alike.shared.is_empty()).collect();
    found.sort_by(|a, b| b.cosine.total_cmp(&a.cosine).then(a.account.cmp(&b.account)));
    found
}

#[cfg(test)]
mod tests {
    use crate::discovery::trial::Trial;

    fn shops() -> Trial {
        let trial =
            Trial::default().account("key", "; ka:isKeyAccount true").account("twin", "").account("stranger", "");
        let buys = |trial: Trial, who: &str, products: &[&str]| {
            products
                .iter()
                .fold(trial, |trial, it| trial.sale(who, "2025-01-01", 1.0, &format!("; ka:product id:{it}")))
        };
        let trial = buys(buys(trial, "key", &["p", "q", "r"]), "twin", &["p", "q"]);
        buys(trial, "stranger", &["r", "s", "t", "u"])
    }

    #[test]
    fn who_buys_what_a_key_account_buys_is_like_it() {
        let said = shops().ask("likeness", "twin");
        assert_eq!(said.reading.map(|it| it.score), Some(0.75));
        assert!(said.text.en.ends_with("; 2 of its 2 products are also bought by key"), "{}", said.text.en);
        assert_eq!(said.facts.n_facts, 2);
    }

    #[test]
    fn who_buys_other_things_is_not() {
        assert_eq!(shops().score("likeness", "stranger"), Some(0.25));
    }

    #[test]
    fn who_shares_nothing_with_anybody_is_not_known() {
        assert_eq!(shops().account("island", "").value("likeness", "island"), None);
    }
}
