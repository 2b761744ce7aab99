//! `pipeline`: open opportunities.
//!
//! **Sees** the worth of the opportunities that were open on the day; where none has an amount, their number. **Matters**
//! because it is business that has not been counted yet. **Misleads** where opportunities are never closed. Not known
//! when the data have no opportunities at all; an account without one among others that have some counts as 0.

use crate::discovery::prospect::Prospect;
use crate::discovery::signals::{Context, Pillar, Reading, Signal, account_facts};
use crate::discovery::wording::count;
use crate::evidence::{Bilingual, Facts};
use crate::ontology as o;

/// See the module.
pub struct Pipeline;

impl Signal for Pipeline {
    fn name(&self) -> &'static str {
        "pipeline"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Growth
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Open opportunities", "在谈商机")
    }

    fn measure(&self, context: &Context<'_>) -> Vec<Option<f64>> {
        if context.market.trade.opportunities.is_empty() {
            return vec![None; context.prospects.len()];
        }
        let has_amounts = has_amounts(context);
        context.each(|prospect| Some(worth(context, prospect, has_amounts)))
    }

    fn value_words(&self, context: &Context<'_>, value: f64) -> Option<Bilingual> {
        has_amounts(context).then(|| context.money(value))
    }

    fn text(&self, context: &Context<'_>, place: usize, reading: Reading) -> Bilingual {
        let n_open = context.open_opportunities(context.at(place)).count();
        if n_open == 0 {
            return Bilingual::new("no open opportunity", "暂无在谈商机");
        }
        let (en, zh) = (count(n_open, "open opportunity", "open opportunities"), format!("{n_open}个在谈商机"));
        if !has_amounts(context) {
            return Bilingual::new(en, zh);
        }
        let money = context.money(reading.value);
        Bilingual::new(format!("{en} worth {}", money.en), format!("{zh}，金额{}", money.zh))
    }

    fn clause(&self, context: &Context<'_>, place: usize, reading: Reading) -> Option<Bilingual> {
        let text = self.text(context, place, reading);
        (reading.value > 0.0).then(|| Bilingual::new(format!("with {}", text.en), format!("有{}", text.zh)))
    }

    fn facts(&self, context: &Context<'_>, place: usize) -> Facts {
        let mut open: Vec<_> = context.open_opportunities(context.at(place)).collect();
        open.sort_by_key(|it| (std::cmp::Reverse(it.amount), it.id));
        if open.is_empty() {
            return account_facts(context, place);
        }
        let predicate = if open[0].amount.is_some() { o::AMOUNT } else { o::ACCOUNT_OF };
        context.facts_about(open.iter().map(|it| it.id), predicate, open.len())
    }
}

fn has_amounts(context: &Context<'_>) -> bool {
    context.market.trade.opportunities.iter().any(|it| it.amount.is_some())
}

fn worth(context: &Context<'_>, prospect: &Prospect, has_amounts: bool) -> f64 {
    let open = context.open_opportunities(prospect);
    if has_amounts { open.filter_map(|it| it.amount).sum::<crate::model::Money>().value() } else { open.count() as f64 }
}

#[cfg(test)]
mod tests {
    use crate::discovery::trial::Trial;

    fn shops() -> Trial {
        let trial = Trial::default().account("open", "").account("won", "").account("none", "");
        let trial = trial.sale("none", "2025-01-01", 1.0, "").sale("won", "2025-01-01", 1.0, "");
        let opportunity = |name: &str, account: &str, more: &str| {
            format!(
                "id:{name} a ka:Opportunity ; ka:account id:{account} ; ka:amount 500.0 ; ka:date '2025-01-01'^^xsd:date {more} ."
            )
        };
        let trial = trial.say(&opportunity("o1", "open", "; ka:outcome 'open'"));
        let trial = trial.say(&opportunity("o2", "open", "; ka:outcome 'won' ; ka:closeDate '2025-07-01'^^xsd:date"));
        trial.say(&opportunity("o3", "won", "; ka:outcome 'won' ; ka:closeDate '2025-02-01'^^xsd:date"))
    }

    #[test]
    fn what_is_open_on_the_day_counts_even_if_it_is_won_later() {
        let said = shops().ask("pipeline", "open");
        assert_eq!(said.reading.map(|it| it.value), Some(1000.0));
        assert_eq!((said.text.en.as_str(), said.facts.n_facts), ("2 open opportunities worth 1,000", 2));
    }

    #[test]
    fn what_is_decided_counts_nothing_and_no_opportunities_at_all_are_not_known() {
        assert_eq!(shops().value("pipeline", "won"), Some(0.0));
        assert_eq!(shops().ask("pipeline", "none").text.en, "no open opportunity");
        assert_eq!(Trial::default().account("a", "").sale("a", "2025-01-01", 1.0, "").value("pipeline", "a"), None);
    }
}
