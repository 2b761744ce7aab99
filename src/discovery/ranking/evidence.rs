//! Why a prospect's probability is what it is.
//!
//! Comes in: a ranking, and the prospect as seen on the day. Leaves: evidence whose total is the probability. Costs: one
//! walk through the trees for a prospect.
//!
//! The model adds up log-odds; a probability is their logistic function. Going from the log-odds of any prospect straight
//! to those of this one, each measure takes part in the same proportion all the way, so its share of the way in
//! log-odds is its share of the way in probability (Aumann and Shapley, *Values of Non-Atomic Games*, 1974; Sundararajan
//! et al., *Axiomatic Attribution*, ICML 2017). So the parts add up to the probability, and keep their signs.

use crate::discovery::ranking::Ranking;
use crate::discovery::ranking::calibration::probability;
use crate::discovery::ranking::measures::{self, Measure};
use crate::discovery::ranking::view::Seen;
use crate::discovery::signals::{Context, Pillar, Window};
use crate::discovery::wording::percent;
use crate::evidence::{Bilingual, Evidence, Facts};
use crate::ontology as o;

/// Closer than this the way from any prospect to this one has no length, and a step is worth the slope.
const NO_WAY: f64 = 1e-9;

impl Ranking {
    /// Evidence for the prospect: where any prospect stands, then each measure under its heading.
    pub fn evidence(&self, context: &Context<'_>, seen: &Seen<'_>) -> Evidence {
        let (base, added) = self.explain(seen.place);
        let (from, to) = (probability(base), self.probability(seen.place));
        let way: f64 = added.iter().sum();
        let worth = if way.abs() < NO_WAY { from * (1.0 - from) } else { (to - from) / way };
        let total: f64 = added.iter().map(|it| it.abs()).sum();
        let weight = |added: f64| if total > 0.0 { added.abs() / total } else { 0.0 };
        let mut parts = vec![self.base(context, seen, from)];
        for pillar in Pillar::ALL {
            let inside = measures::ALL.iter().zip(&added).filter(|(measure, _)| measure.pillar() == pillar);
            let inside: Vec<(&&dyn Measure, &f64)> = inside.collect();
            let share: f64 = inside.iter().map(|it| weight(*it.1)).sum();
            let leaf = |(measure, added): &(&&dyn Measure, &f64)| {
                let weight = if share > 0.0 { weight(**added) / share } else { 0.0 };
                self.leaf(context, seen, **measure, weight, worth * **added)
            };
            parts.push(Evidence::sum(pillar.name(), pillar.title(), share, inside.iter().map(leaf).collect()));
        }
        Evidence::sum("rise", Bilingual::new("Could rise into the top tier", "有望升入头部客户"), 1.0, parts)
    }

    fn base(&self, context: &Context<'_>, seen: &Seen<'_>, share: f64) -> Evidence {
        let (n, percent) = (self.schedule.days.len(), percent(share));
        let text = Bilingual::new(
            format!("Any account: about {percent} rise, as {n} earlier days show"),
            format!("任一客户：依据{n}个历史时点，约{percent}会升入头部"),
        );
        let facts = crate::discovery::signals::account_facts(context, seen.place);
        Evidence::leaf("base_rate", text, Some(share), 0.0, share, facts)
    }

    fn leaf(
        &self,
        context: &Context<'_>,
        seen: &Seen<'_>,
        measure: &dyn Measure,
        weight: f64,
        contribution: f64,
    ) -> Evidence {
        let (title, said) = (measure.title(), measure.text(seen));
        let text = Bilingual::new(format!("{}: {}", title.en, said.en), format!("{}：{}", title.zh, said.zh));
        let mut numbers = Vec::new();
        measure.read(seen, &mut numbers);
        let value = numbers.first().filter(|it| !it.is_nan()).map(|it| f64::from(*it));
        Evidence::leaf(measure.name(), text, value, weight, contribution, facts(context, seen, value.is_some()))
    }
}

/// The largest purchases of five years; where there is none, that the prospect is there.
fn facts(context: &Context<'_>, seen: &Seen<'_>, is_known: bool) -> Facts {
    if !is_known {
        return Facts::default();
    }
    let years = Window { after: seen.view.months_back(super::view::MONTHS), until: seen.view.day };
    let runs = context.runs(context.at(seen.place), years);
    if runs.is_empty() {
        return crate::discovery::signals::account_facts(context, seen.place);
    }
    context.largest_purchases(&runs, o::AMOUNT)
}
