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
