//! Signals: one file each, every one a number for every prospect with the words and the facts behind it.
//!
//! Comes in: a [`Context`]. Leaves: for every prospect what was measured, a score in [0, 1], and, for those that are
//! reported, a text in two languages and the source rows. A signal never knows the other signals or their weights.
//!
//! Unless a signal says otherwise, its score is the **mid-rank percentile**: the share of the active accounts below, plus
//! half of those that are equal. A group is placed among the accounts.

mod centrality;
mod context;
mod fact;
mod group_size;
mod growth;
mod likeness;
mod margin;
mod payment;
mod percentile;
mod pipeline;
mod product_breadth;
mod recency;
mod rhythm;
mod spend;
mod strategic_fit;
mod unit_breadth;
mod web;

use serde::Deserialize;

pub use context::{Context, Window};
pub use fact::account_facts;
pub use growth::Growth;
pub use likeness::{Alike, most_alike};
pub use percentile::mid_ranks;
pub use web::Web;

use crate::evidence::{Bilingual, Facts};

/// How signals measure.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Length of the spend window in months.
    pub window_months: i32,
    /// After how many days without a purchase the recency score is halved.
    pub recency_half_life_days: f64,
    /// A sector with fewer active accounts is compared with all accounts instead.
    pub minimum_peers: usize,
    /// Fewer days of purchase than this show no rhythm.
    pub minimum_purchase_days: usize,
    /// Fewer amounts due than this show no payment behaviour.
    pub minimum_dues: usize,
    /// An account must have been buying for this many days before the recent window to show growth.
    pub minimum_history_days: i32,
    /// Chance to go on walking in the graph of accounts, products, units, contacts, sectors and groups.
    pub damping: f64,
}

/// One measurement of every prospect.
pub trait Signal: Sync {
    /// A stable identifier, also the key of its weight in the settings.
    fn name(&self) -> &'static str;

    /// The heading under which it stands in the evidence.
    fn pillar(&self) -> Pillar;

    /// Its name for people.
    fn title(&self) -> Bilingual;

    /// What was measured, for every prospect in order; `None` where it is not known.
    fn measure(&self, context: &Context<'_>) -> Vec<Option<f64>>;

    /// Scores in [0, 1] of what was measured.
    fn scores(&self, context: &Context<'_>, values: &[Option<f64>]) -> Vec<Option<f64>> {
        mid_ranks(values, |place| context.is_reference(place))
    }

    /// What was seen, with its numbers.
    fn text(&self, context: &Context<'_>, place: usize, reading: Reading) -> Bilingual;

    /// A value as people say it; `None` where only its score says something.
    fn value_words(&self, _context: &Context<'_>, _value: f64) -> Option<Bilingual> {
        None
    }

    /// The same as part of a sentence, where it is worth saying.
    fn clause(&self, _context: &Context<'_>, _place: usize, _reading: Reading) -> Option<Bilingual> {
        None
    }

    /// A warning that the sentence should not leave out.
    fn caution(&self, _context: &Context<'_>, _place: usize, _reading: Reading) -> Option<Bilingual> {
        None
    }

    /// What was read.
    fn facts(&self, context: &Context<'_>, place: usize) -> Facts;
}

/// What was measured of a prospect, and its score.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Reading {
    /// In the signal's unit.
    pub value: f64,
    /// In [0, 1].
    pub score: f64,
}

/// The headings of the scorecard.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Pillar {
    /// What it is worth today.
    Value,
    /// Where it is going.
    Growth,
    /// How steady it is.
    Loyalty,
    /// How broadly it buys.
    Breadth,
    /// What it means beyond its spend.
    Strategy,
}

impl Pillar {
    /// All of them, in their order.
    pub const ALL: [Self; 5] = [Self::Value, Self::Growth, Self::Loyalty, Self::Breadth, Self::Strategy];

    /// A stable identifier.
    pub fn name(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Growth => "growth",
            Self::Loyalty => "loyalty",
            Self::Breadth => "breadth",
            Self::Strategy => "strategy",
        }
    }

    /// Its name for people.
    pub fn title(self) -> Bilingual {
        match self {
            Self::Value => Bilingual::new("What it is worth today", "当前价值"),
            Self::Growth => Bilingual::new("Where it is going", "增长潜力"),
            Self::Loyalty => Bilingual::new("How steady it is", "稳定程度"),
            Self::Breadth => Bilingual::new("How broadly it buys", "采购广度"),
            Self::Strategy => Bilingual::new("What it means beyond its spend", "战略意义"),
        }
    }
}

/// Every signal, in the order in which evidence lists them.
pub const ALL: &[&dyn Signal] = &[
    &spend::Spend,
    &margin::Margin,
    &growth::Growth,
    &pipeline::Pipeline,
    &recency::Recency,
    &rhythm::Rhythm,
    &payment::Payment,
    &product_breadth::ProductBreadth,
    &unit_breadth::UnitBreadth,
    &group_size::GroupSize,
    &likeness::Likeness,
    &centrality::Centrality,
    &strategic_fit::StrategicFit,
];

/// The signal of this name.
pub fn by_name(name: &str) -> Option<&'static dyn Signal> {
    ALL.iter().copied().find(|signal| signal.name() == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn source(name: &str) -> String {
        let path = format!("{}/src/discovery/signals/{name}.rs", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn every_signal_says_what_it_sees_why_it_matters_and_when_it_misleads() {
        for signal in ALL {
            let text = source(signal.name());
            assert!(text.starts_with(&format!("//! `{}`: ", signal.name())), "{}", signal.name());
            for word in ["**Sees**", "**Matters**", "**Misleads**"] {
                assert!(text.contains(word), "{} does not say {word}", signal.name());
            }
            let title = signal.title();
            assert!(!title.en.is_empty() && !title.zh.is_empty());
        }
    }

    #[test]
    fn every_signal_has_a_weight_in_the_defaults_and_no_other_has() {
        let settings = crate::settings::Settings::load(None).unwrap().discovery.candidate;
        let names: BTreeSet<&str> = ALL.iter().map(|signal| signal.name()).collect();
        assert_eq!(names.len(), ALL.len());
        assert!(ALL.iter().all(|signal| settings.weights.of(*signal) > 0.0));
    }
}
