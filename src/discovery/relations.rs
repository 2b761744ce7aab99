//! Everything about people that chain changes and coverage gaps share: chains, ties, business, and what they weigh.
//!
//! Comes in: a market. Leaves: [`Relations`], computed once a run. Never makes findings itself.

use serde::Deserialize;

use crate::discovery::NamedIri;
use crate::discovery::candidate::Introductions;
use crate::discovery::decision_chain::{self, Chains, DecisionChain};
use crate::discovery::importance::{Business, Weights};
use crate::discovery::introduction::Ways;
use crate::discovery::market::{AccountIndex, Market, Named, PersonIndex, PostIndex, TeamRole};
use crate::discovery::tie::{self, Ties};
use crate::model::Day;

/// Through how many contacts a candidate can be approached.
const MOST_SHOWN: usize = 3;

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

    /// Our employee who owns an account: as the account says, unless that one is gone, else its account manager today.
    pub fn owner(&self, account: AccountIndex) -> Option<NamedIri> {
        let named = |it: &Named| NamedIri { iri: it.iri.clone(), name: it.name.clone() };
        let persons = &self.market.people.persons;
        let is_gone = |it: &&Named| persons.index_of(it.id).is_some_and(|it| persons.gone[it as usize].is_some());
        let owner = self.market.accounts.owner_of(account).filter(|it| !is_gone(it));
        owner.map(named).or_else(|| self.account_manager(account))
    }

    fn account_manager(&self, account: AccountIndex) -> Option<NamedIri> {
        let people = &self.market.people;
        let start = people.team_roles.partition_point(|it| it.account < account);
        let mut team = people.team_roles[start..].iter().take_while(|it| it.account == account);
        let is_there = |it: &&TeamRole| {
            it.role == "account manager" && it.span.contains(self.market.as_of) && people.persons.is_ours(it.employee)
        };
        team.find(is_there).map(|it| self.person(it.employee))
    }

    /// What candidates want to know of people: who looks after an account, and whom there we know best.
    pub fn introductions(&self, ways: &Ways<'_>) -> Introductions {
        let owners = self.market.accounts.indexes().filter_map(|it| Some((it, self.account_manager(it)?))).collect();
        let known = |account: AccountIndex| {
            let best = |who: &PersonIndex| Some((self.ties.best(&self.market.people, *who)?.strength, *who));
            let may_ask = |who: &&PersonIndex| !self.market.people.persons.is_off_limits[**who as usize];
            let mut ties: Vec<_> = ways.contacts(account).iter().filter(may_ask).filter_map(best).collect();
            ties.retain(|tie| tie.0 >= self.settings.known_strength);
            ties.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
            let through: Vec<_> = ties.iter().take(MOST_SHOWN).map(|tie| self.person(tie.1)).collect();
            (!through.is_empty()).then_some((account, through))
        };
        Introductions { owners, through: self.market.accounts.indexes().filter_map(known).collect() }
    }
}
