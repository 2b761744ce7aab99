//! `strategic_fit`: how well the account fits the strategy, as people judged it.
//!
//! **Sees** `ka:strategicFit` as given, in [0, 1]; of a group the mean over its accounts that have one. The score is the
//! value. **Matters** because strategy is not in the ledgers. **Misleads** when everybody's favourite gets a 1. Not known
//! where nobody judged.

use crate::discovery::market::AccountIndex;
use crate::discovery::signals::{Context, Pillar, Reading, Signal};
use crate::evidence::{Bilingual, Facts};
use crate::ontology as o;

/// See the module.
pub struct StrategicFit;

impl Signal for StrategicFit {
    fn name(&self) -> &'static str {
        "strategic_fit"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Strategy
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Strategic fit", "战略契合度")
    }

    fn measure(&self, context: &Context<'_>) -> Vec<Option<f64>> {
        context.each(|prospect| {
            let given: Vec<f64> = prospect.members.iter().filter_map(|member| fit(context, *member)).collect();
            (!given.is_empty()).then(|| given.iter().sum::<f64>() / given.len() as f64)
        })
    }

    fn scores(&self, _: &Context<'_>, values: &[Option<f64>]) -> Vec<Option<f64>> {
        values.iter().map(|value| value.map(|fit| fit.clamp(0.0, 1.0))).collect()
    }

    fn value_words(&self, _: &Context<'_>, value: f64) -> Option<Bilingual> {
        Some(Bilingual::new(format!("judged as {value:.2} of 1"), format!("评为{value:.2}（满分1）")))
    }

    fn text(&self, _: &Context<'_>, _: usize, reading: Reading) -> Bilingual {
        let fit = reading.value;
        Bilingual::new(format!("strategic fit judged as {fit:.2} of 1"), format!("战略契合度评分{fit:.2}（满分1）"))
    }

    fn facts(&self, context: &Context<'_>, place: usize) -> Facts {
        let judged: Vec<_> =
            context.at(place).members.iter().filter(|member| fit(context, **member).is_some()).copied().collect();
        let ids = judged.iter().map(|member| context.market.speaker(*member, o::STRATEGIC_FIT));
        context.facts_about(ids, o::STRATEGIC_FIT, judged.len())
    }
}

fn fit(context: &Context<'_>, account: AccountIndex) -> Option<f64> {
    context.market.accounts.strategic_fit[account.index()]
}

#[cfg(test)]
mod tests {
    use crate::discovery::trial::Trial;

    #[test]
    fn what_people_judged_is_the_score_and_a_group_has_the_mean() {
        let trial = Trial::default().account("a", "; ka:strategicFit 0.8").account("b", "; ka:strategicFit 0.4");
        assert_eq!(trial.score("strategic_fit", "a"), Some(0.8));
        let group =
            trial.say("id:a org:subOrganizationOf id:g . id:b org:subOrganizationOf id:g . id:g schema:name 'G' .");
        assert!(group.value("strategic_fit", "G").is_some_and(|fit| (fit - 0.6).abs() < 1e-12));
        assert_eq!(group.ask("strategic_fit", "G").facts.n_facts, 2);
    }

    #[test]
    fn what_nobody_judged_is_not_known() {
        assert_eq!(Trial::default().account("a", "").value("strategic_fit", "a"), None);
    }
}
