//! Who sits where at an account, and how well ours know them.
//!
//! Comes in: a decision chain with its relations. Leaves: its posts, each with the one above it. Never draws.

use serde::{Deserialize, Serialize};

use crate::discovery::coverage;
use crate::discovery::decision_chain::{DecisionChain, Link};
use crate::discovery::market::PersonIndex;
use crate::discovery::relations::Relations;

/// A post with who holds it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Seat {
    /// Its title.
    pub title: String,
    /// Who holds it; empty when vacant.
    pub holders: Vec<String>,
    /// How well ours know them.
    pub coverage: Coverage,
    /// Who of ours knows or knew them best.
    pub known_by: Option<String>,
    /// How strong that tie is, in [0, 1].
    pub strength: f64,
    /// Place in the chart of the post that it reports to.
    pub superior: Option<usize>,
    /// Whether it signs purchases.
    pub signs: bool,
}

/// How well ours know who holds a post.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Coverage {
    /// Well enough, and lately.
    Known,
    /// Not well enough.
    Thin,
    /// Not for long.
    Stale,
    /// Not at all.
    Unknown,
    /// Nobody is known to hold it.
    Vacant,
}

/// The seats of a chain, in its order.
pub(super) fn seats(relations: &Relations<'_>, chain: &DecisionChain, settings: &coverage::Settings) -> Vec<Seat> {
    let seat = |(place, link): (usize, &Link)| {
        let persons = &relations.market.people.persons;
        let tie = |who: &PersonIndex| relations.ties.best(&relations.market.people, *who);
        let best = link.holders.iter().filter_map(tie).max_by(|a, b| {
            a.strength.total_cmp(&b.strength).then((b.employee, b.contact).cmp(&(a.employee, a.contact)))
        });
        let is_old = best.is_some_and(|tie| relations.market.as_of - tie.last > settings.stale_days);
        let coverage = match best {
            _ if link.holders.is_empty() => Coverage::Vacant,
            None => Coverage::Unknown,
            Some(_) if is_old => Coverage::Stale,
            Some(tie) if tie.strength >= settings.sufficient_strength => Coverage::Known,
            Some(tie) if tie.strength >= relations.settings.known_strength => Coverage::Thin,
            Some(_) => Coverage::Unknown,
        };
        Seat {
            title: relations.market.people.posts.title(link.post).to_owned(),
            holders: link.holders.iter().map(|who| persons.name(*who).to_owned()).collect(),
            coverage,
            known_by: best.map(|tie| persons.name(tie.employee).to_owned()),
            strength: best.map_or(0.0, |tie| tie.strength),
            superior: link.superiors.first().copied().filter(|above| *above != place),
            signs: link.is_approver,
        }
    };
    chain.links.iter().enumerate().map(seat).collect()
}
