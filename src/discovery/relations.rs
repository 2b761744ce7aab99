//! Everything about people that chain changes and coverage gaps share: chains, ties, business, and what they weigh.
//!
//! Comes in: a market. Leaves: [`Relations`], computed once a run. Never makes findings itself.

use serde::Deserialize;

use crate::discovery::NamedIri;
use crate::discovery::decision_chain::{self, Chains, DecisionChain};
use crate::discovery::importance::{Business, Weights};
use crate::discovery::market::{AccountIndex, Market, PersonIndex, PostIndex};
use crate::discovery::tie::{self, Ties};
use crate::model::Day;

/// How chains, ties and importance are read.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// From which strength of tie on we know somebody.
    pub known_strength: f64,
    /// How chains are read.
    pub chain: decision_chain::Settings,
    /// How strength is computed.
    pub tie: tie::Settings,
    /// What levels and roles weigh.
    pub weights: Weights,
}

/// A market's people with what follows from their rows.
pub struct Relations<'a> {
    /// The market as of its day.
    pub market: &'a Market,
    /// Spells, standings and lines.
    pub chains: Chains,
    /// Who of ours knows whom.
    pub ties: Ties,
    /// Business with every account.
    pub business: Business,
    /// How they are read.
    pub settings: &'a Settings,
}

impl<'a> Relations<'a> {
    /// Computes all of it, in parallel.
    pub fn read(market: &'a Market, settings: &'a Settings) -> Self {
        let ((chains, ties), business) = rayon::join(
            || {
                rayon::join(
                    || Chains::read(&market.people, &settings.chain),
                    || Ties::read(&market.people, market.as_of, &settings.tie),
                )
            },
            || Business::read(market),
        );
        Self { market, chains, ties, business, settings }
    }

    /// The decision chain of an account on a day not after the market's.
    pub fn chain_on(&self, account: AccountIndex, day: Day) -> DecisionChain {
        let is_known = |person: PersonIndex| self.knows(person).is_some();
        self.chains.on(&self.market.people, account, day, &is_known, &self.settings.chain)
    }

    /// Who of ours knows a contact best, if anybody does.
    pub fn knows(&self, contact: PersonIndex) -> Option<PersonIndex> {
        let best = self.ties.best(&self.market.people, contact)?;
        (best.strength >= self.settings.known_strength).then_some(best.employee)
    }

    /// A person with IRI and name.
    pub fn person(&self, person: PersonIndex) -> NamedIri {
        let persons = &self.market.people.persons;
        NamedIri { iri: persons.iri(person).to_owned(), name: persons.name(person).to_owned() }
    }

    /// A post with IRI and title.
    pub fn post(&self, post: PostIndex) -> NamedIri {
        let posts = &self.market.people.posts;
        NamedIri { iri: posts.iris[post as usize].clone(), name: posts.title(post).to_owned() }
    }

    /// An account with IRI and name.
    pub fn account(&self, account: AccountIndex) -> NamedIri {
        let accounts = &self.market.accounts;
        NamedIri { iri: accounts.iri(account).to_owned(), name: accounts.name(account).to_owned() }
    }

    /// Our employee who owns an account, when the source says so.
    pub fn owner(&self, account: AccountIndex) -> Option<NamedIri> {
        let owner = self.market.accounts.owner_of(account)?;
        Some(NamedIri { iri: owner.iri.clone(), name: owner.name.clone() })
    }
}
