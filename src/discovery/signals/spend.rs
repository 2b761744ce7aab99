//! `spend`: what the prospect bought for in the last 12 months, among the accounts of its sector.
//!
//! **Sees** the net sum of purchases (returns count against it). **Matters** because a key account must be worth the
//! attention; the sector makes a large baker comparable with large bakers. **Misleads** after a single project order, and
//! where the window ends in the middle of a season. **Settings** `window_months`, `minimum_peers`.

use std::collections::BTreeMap;

use crate::discovery::signals::percentile::mid_rank;
use crate::discovery::signals::{Context, Pillar, Reading, Signal};
use crate::discovery::wording::{percent, percent_zh};
use crate::evidence::{Bilingual, Facts};
use crate::ontology as o;

/// See the module.
pub struct Spend;

impl Signal for Spend {
    fn name(&self) -> &'static str {
        "spend"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Value
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Spend", "采购额")
    }

    fn measure(&self, context: &Context<'_>) -> Vec<Option<f64>> {
        context.each(|prospect| {
            context.first_and_last(prospect)?;
            Some(context.spend(prospect, context.year).value())
        })
    }

    fn scores(&self, context: &Context<'_>, values: &[Option<f64>]) -> Vec<Option<f64>> {
        let peers = Peers::of(context, values);
        let score = |(place, value): (usize, &Option<f64>)| Some(mid_rank(peers.around(context, place), (*value)?));
        values.iter().enumerate().map(score).collect()
    }

    fn value_words(&self, context: &Context<'_>, value: f64) -> Option<Bilingual> {
        Some(context.money(value))
    }

    fn text(&self, context: &Context<'_>, place: usize, reading: Reading) -> Bilingual {
        let (money, months) = (context.money(reading.value), context.settings.window_months);
        let sector = compared_sector(context, place);
        let among = sector.map_or_else(|| "of all accounts".to_owned(), |it| format!("of the accounts in {}", it.name));
        let among_zh = sector.map_or_else(|| "全部客户".to_owned(), |it| format!("“{}”行业客户", it.name_zh));
        Bilingual::new(
            format!("bought for {} in the last {months} months, ahead of {} {among}", money.en, percent(reading.score)),
            format!("近{months}个月采购额{}，高于{among_zh}中的{}", money.zh, percent_zh(reading.score)),
        )
    }

    fn facts(&self, context: &Context<'_>, place: usize) -> Facts {
        let prospect = context.at(place);
        let runs = context.runs(prospect, context.year);
        if runs.is_empty() {
            let all = |member| context.market.trade.purchases.of(member);
            let runs: Vec<_> = prospect.members.iter().map(|member| all(*member)).collect();
            return context.largest_purchases(&runs, o::DATE);
        }
        context.largest_purchases(&runs, o::AMOUNT)
    }
}

/// Sorted values of active accounts: of each sector, and of all.
struct Peers {
    by_sector: BTreeMap<u32, Vec<f64>>,
    all: Vec<f64>,
}

impl Peers {
    fn of(context: &Context<'_>, values: &[Option<f64>]) -> Self {
        let mut peers = Self { by_sector: BTreeMap::new(), all: Vec::new() };
        for (place, value) in values.iter().enumerate().filter(|(place, _)| context.is_reference(*place)) {
            let Some(value) = *value else { continue };
            peers.all.push(value);
            if let Some(sector) = context.at(place).sector {
                peers.by_sector.entry(sector).or_default().push(value);
            }
        }
        peers.all.sort_unstable_by(f64::total_cmp);
        peers.by_sector.values_mut().for_each(|values| values.sort_unstable_by(f64::total_cmp));
        peers.by_sector.retain(|_, values| values.len() >= context.settings.minimum_peers);
        peers
    }

    fn around(&self, context: &Context<'_>, place: usize) -> &[f64] {
        let sector = context.at(place).sector.and_then(|sector| self.by_sector.get(&sector));
        sector.unwrap_or(&self.all)
    }
}

fn compared_sector<'a>(context: &Context<'a>, place: usize) -> Option<&'a crate::discovery::market::Named> {
    let sector = context.at(place).sector?;
    let is_peer = |other: &usize| context.is_reference(*other) && context.at(*other).sector == Some(sector);
    let n_peers = (0..context.prospects.n_accounts).filter(is_peer).count();
    (n_peers >= context.settings.minimum_peers).then(|| &context.market.accounts.sectors[sector as usize])
}

#[cfg(test)]
mod tests {
    use crate::discovery::trial::Trial;

    fn bakers(n: usize) -> Trial {
        let trial = Trial::default().say("id:bakers skos:prefLabel 'Bakers'@en, '烘焙'@zh .");
        let trial = trial.account("mill", "").sale("mill", "2025-01-01", 1e6, "");
        let names = (0..n).map(|n| format!("baker{n}"));
        names.enumerate().fold(trial, |trial, (n, name)| {
            let trial = trial.account(&name, "; ka:sector id:bakers");
            trial.sale(&name, "2024-07-01", 10.0 * (n + 1) as f64, "").sale(&name, "2024-06-30", 999.0, "")
        })
    }

    #[test]
    fn an_account_is_compared_with_its_sector_and_only_the_window_counts() {
        let said = bakers(5).ask("spend", "baker4");
        assert_eq!(said.reading.map(|it| (it.value, it.score)), Some((50.0, 0.9)));
        assert_eq!(said.text.en, "bought for 50 in the last 12 months, ahead of 90 % of the accounts in Bakers");
        assert_eq!(said.text.zh, "近12个月采购额50，高于“烘焙”行业客户中的90%");
        assert_eq!((said.facts.n_facts, said.facts.shown[0].origins[0].file.as_str()), (1, "trial.ttl"));
    }

    #[test]
    fn a_small_sector_is_compared_with_all_and_an_account_that_never_bought_is_not_known() {
        assert_eq!(bakers(4).score("spend", "baker3"), Some(0.7));
        assert_eq!(bakers(4).account("new", "").value("spend", "new"), None);
    }

    #[test]
    fn returns_count_against_the_spend_and_heads_of_lines_do_not_count_twice() {
        let trial = bakers(1).sale("baker0", "2025-01-01", -4.0, "");
        let trial = trial
            .sale("baker0", "2025-01-01", 7.0, "")
            .say("id:line ka:partOf id:order5 ; a ka:Order ; ka:amount 7.0 .");
        assert_eq!(trial.value("spend", "baker0"), Some(13.0));
    }
}
