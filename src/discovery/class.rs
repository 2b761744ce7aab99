//! ABC class and matrix quadrant of every account.
//!
//! Comes in: what the scorecard measured. Leaves: one class and one quadrant an account. Never looks at groups. Costs: one
//! sort.
//!
//! **ABC**: accounts by spend of the last 12 months, the largest first; A until the accounts before it have reached
//! `a_share` of all spend, B until `b_share`, C the rest; equal spend, equal class; who bought nothing is C.
//!
//! **Quadrant**: two axes of [0, 1]. *Value* is the mean of the spend and margin scores; *strategic* is the mean of the
//! strategic fit, centrality and growth scores; what is not known is left out, and an axis without any is 0. From their
//! thresholds on an account is high: both high `strategic`, only strategic high `lighthouse`, only value high `profit`,
//! neither `ordinary`. An account without business in the last two windows is `ordinary`.

use serde::Deserialize;

use crate::discovery::candidate;
use crate::discovery::key_account::KeyAccounts;
use crate::discovery::market::Market;
use crate::discovery::prospect::Prospects;
use crate::discovery::scorecard::{Preset, Scorecard};
use crate::discovery::signals::{Context, Window};
use crate::model::{Day, Money};

/// Where classes begin and end.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Share of all spend that class A makes up.
    pub a_share: f64,
    /// Share of all spend that classes A and B make up together.
    pub b_share: f64,
    /// From which value on an account is worth much.
    pub value_threshold: f64,
    /// From which value on an account matters strategically.
    pub strategic_threshold: f64,
}

/// Where an account stands.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Class {
    /// `A`, `B` or `C`.
    pub abc: char,
    /// The field of the matrix.
    pub quadrant: Quadrant,
    /// The value axis, in [0, 1].
    pub value: f64,
    /// The strategic axis, in [0, 1].
    pub strategic: f64,
}

/// A field of the matrix.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Quadrant {
    /// Worth much and strategic.
    Strategic,
    /// Strategic, not yet worth much.
    Lighthouse,
    /// Worth much, not strategic.
    Profit,
    /// Neither.
    Ordinary,
}

impl Quadrant {
    /// A stable identifier.
    pub fn name(self) -> &'static str {
        match self {
            Self::Strategic => "strategic",
            Self::Lighthouse => "lighthouse",
            Self::Profit => "profit",
            Self::Ordinary => "ordinary",
        }
    }

    fn of(is_valuable: bool, is_strategic: bool) -> Self {
        match (is_valuable, is_strategic) {
            (true, true) => Self::Strategic,
            (false, true) => Self::Lighthouse,
            (true, false) => Self::Profit,
            (false, false) => Self::Ordinary,
        }
    }
}

/// The class of every prospect; a group gets the class of its total spend among the accounts.
pub fn classes(context: &Context<'_>, card: &Scorecard, settings: &Settings) -> Vec<Class> {
    let spends: Vec<Money> = context.prospects.list.iter().map(|it| context.spend(it, context.year)).collect();
    let abc = abc(&spends, context.prospects.n_accounts, settings);
    let class = |place: usize| {
        let axis = |signals: &[&str]| axis(card, place, signals);
        let (value, strategic) = (axis(&["spend", "margin"]), axis(&["strategic_fit", "centrality", "growth"]));
        let is_active = context.is_active(context.at(place));
        let is_valuable = is_active && value >= settings.value_threshold;
        let is_strategic = is_active && strategic >= settings.strategic_threshold;
        Class { abc: abc[place], quadrant: Quadrant::of(is_valuable, is_strategic), value, strategic }
    };
    (0..spends.len()).map(class).collect()
}

/// Signals that the axes are made of.
const OF_AXES: [&str; 5] = ["spend", "margin", "strategic_fit", "centrality", "growth"];

/// The class of every account as of an earlier day, with what is known now.
pub fn classes_on(day: Day, market: &Market, prospects: &Prospects, settings: &candidate::Settings) -> Vec<Class> {
    let year = Window::ending(day, settings.signals.window_months);
    let key = KeyAccounts::of(market, prospects, year, &settings.top_tier);
    let context = Context::on(day, market, prospects, key, &settings.signals);
    let card = Scorecard::new(&context, &settings.weights.only(&OF_AXES), Preset::Own, settings.missing);
    classes(&context, &card, &settings.classes)
}

fn axis(card: &Scorecard, place: usize, signals: &[&str]) -> f64 {
    let scores: Vec<f64> = signals.iter().filter_map(|signal| Some(card.reading(signal, place)?.score)).collect();
    if scores.is_empty() { 0.0 } else { scores.iter().sum::<f64>() / scores.len() as f64 }
}

/// Classes by cumulated spend. A group stands where its spend would stand among the accounts.
fn abc(spends: &[Money], n_accounts: usize, settings: &Settings) -> Vec<char> {
    let mut sorted: Vec<Money> = spends[..n_accounts].iter().copied().filter(|spend| *spend > Money::ZERO).collect();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let total = sorted.iter().copied().sum::<Money>().value();
    let mut before = Money::ZERO;
    let mut least = [Money::ZERO; 2];
    for spend in &sorted {
        let share = before.value() / total;
        for (least, _) in least.iter_mut().zip([settings.a_share, settings.b_share]).filter(|(_, end)| share < *end) {
            *least = *spend;
        }
        before = before + *spend;
    }
    let class = |spend: &Money| match *spend {
        spend if spend <= Money::ZERO => 'C',
        spend if spend >= least[0] => 'A',
        spend if spend >= least[1] => 'B',
        _ => 'C',
    };
    spends.iter().map(class).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings { a_share: 0.8, b_share: 0.95, value_threshold: 0.6, strategic_threshold: 0.6 }
    }

    #[test]
    fn the_account_that_crosses_the_share_still_belongs_to_the_class() {
        let spends = [5, 50, 25, 15, 0, 5, -3].map(Money::from_units);
        assert_eq!(abc(&spends, 7, &settings()), ['B', 'A', 'A', 'A', 'C', 'B', 'C']);
        let spends = [60, 25, 10, 3, 2].map(Money::from_units);
        assert_eq!(abc(&spends, 5, &settings()), ['A', 'A', 'B', 'C', 'C']);
    }

    #[test]
    fn a_group_stands_where_its_spend_would_stand_and_moves_nobody() {
        let spends = [60, 25, 10, 5, 70].map(Money::from_units);
        assert_eq!(abc(&spends, 4, &settings()), ['A', 'A', 'B', 'C', 'A']);
        assert_eq!(abc(&[], 0, &settings()), []);
    }

    #[test]
    fn the_four_fields_are_the_four_ways_to_be_high() {
        assert_eq!(Quadrant::of(true, true).name(), "strategic");
        assert_eq!(Quadrant::of(false, true).name(), "lighthouse");
        assert_eq!(Quadrant::of(true, false).name(), "profit");
        assert_eq!(Quadrant::of(false, false).name(), "ordinary");
    }
}
