//! Decision-chain changes between two days, as findings.
//!
//! Comes in: a market, its chains, its ties and a first day; the last is the market's. Leaves: findings, the gravest
//! first. Never reads anything later than the market's day. Costs one pass over the spells, and for every account that
//! changed its chain on both days.
//!
//! Severity = standing⁰·⁴ × structure⁰·³ × business⁰·³ of [`crate::discovery::product`]: level and buying role of the
//! post, its place in the chain while it was held, and the account's open opportunities and spend.

mod detect;
mod posts;
mod sentence;

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Deserialize;

pub use detect::{Change, ChangeKind, changes};

use crate::discovery::decision_chain::{self, Chains, DecisionChain};
use crate::discovery::importance::{Business, Weights, standing_factor, structure_factor};
use crate::discovery::market::{AccountIndex, Market, PersonIndex, PostIndex};
use crate::discovery::product::{Factor, product};
use crate::discovery::tie::Ties;
use crate::discovery::{ChainChangeDetail, Finding, FindingKind, NamedIri};
use crate::evidence::{Bilingual, Facts};
use crate::model::{Day, Score};
use crate::ontology as o;

/// How changes are found.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Days before the last that are compared with it, when no first day is given.
    pub window_days: i32,
    /// Who comes to another account within so many days of leaving one has moved.
    pub move_gap_days: i32,
    /// From which strength of tie on we know somebody.
    pub known_strength: f64,
    /// How chains are read.
    pub chain: decision_chain::Settings,
    /// What levels and roles weigh.
    pub weights: Weights,
}

/// What changes are told with.
pub struct Telling<'a> {
    /// The market as of the last day.
    pub market: &'a Market,
    /// Spells, standings and lines.
    pub chains: &'a Chains,
    /// Who of ours knows whom.
    pub ties: &'a Ties,
    /// Business with every account.
    pub business: &'a Business,
    /// How changes are found.
    pub settings: &'a Settings,
}

impl Telling<'_> {
    /// The changes since a day (its own state included as the first), gravest first; ties by id.
    pub fn findings(&self, since: Day) -> Vec<Finding> {
        let changes = changes(&self.market.people, self.chains, since, self.market.as_of, self.settings);
        let touched = changes.iter().flat_map(|it| [Some(it.account), it.account_before]);
        let mut accounts: Vec<AccountIndex> = touched.flatten().collect();
        accounts.sort_unstable();
        accounts.dedup();
        let chain = |account: &AccountIndex| {
            let both = [since, self.market.as_of].map(|day| self.chain_on(*account, day));
            (*account, both)
        };
        let chains: BTreeMap<AccountIndex, [DecisionChain; 2]> = accounts.par_iter().map(chain).collect();
        let mut findings: Vec<Finding> = changes.par_iter().map(|change| self.finding(change, &chains)).collect();
        findings.sort_by(|one, other| other.score.cmp(&one.score).then_with(|| one.id.cmp(&other.id)));
        findings
    }

    /// The account's chain on a day.
    pub fn chain_on(&self, account: AccountIndex, day: Day) -> DecisionChain {
        let is_known = |person: PersonIndex| self.knows(person).is_some();
        self.chains.on(&self.market.people, account, day, &is_known, &self.settings.chain)
    }

    /// Who of ours knows a contact best, if anybody does.
    fn knows(&self, contact: PersonIndex) -> Option<PersonIndex> {
        let best = self.ties.best(&self.market.people, contact)?;
        (best.strength >= self.settings.known_strength).then_some(best.employee)
    }

    fn finding(&self, change: &Change, chains: &BTreeMap<AccountIndex, [DecisionChain; 2]>) -> Finding {
        let market = self.market;
        let evidence = product(
            "severity",
            Bilingual::new("how grave the change is", "变动的严重程度"),
            self.factors(change, chains),
        );
        let detail = self.detail(change);
        let account = market.accounts.iri(change.account).to_owned();
        Finding {
            id: id(&account, &detail),
            kind: FindingKind::ChainChange(detail),
            account,
            account_name: market.accounts.name(change.account).to_owned(),
            score: Score::clamped(evidence.contribution),
            evidence,
            sentence: self.sentence(change),
            owner: market.accounts.owner_of(change.account).map(|it| named(&it.iri, &it.name)),
            next_step: self.next_step(change),
            as_of: market.as_of,
        }
    }

    fn factors(&self, change: &Change, chains: &BTreeMap<AccountIndex, [DecisionChain; 2]>) -> Vec<Factor> {
        let (market, weights) = (self.market, &self.settings.weights);
        let post = change.post_after.or(change.post_before);
        let account_of = |post: PostIndex| market.people.posts.account[post as usize];
        let link = post.and_then(|post| {
            let both = chains.get(&account_of(post)?)?;
            let day = usize::from(change.post_after.is_some());
            both[day].link_of(post).or_else(|| both[1 - day].link_of(post))
        });
        let mut standing = standing_factor(market, self.chains, post, weights);
        let rows = self.facts(change);
        if rows.n_facts > 0 {
            standing.parts.iter_mut().for_each(|part| part.facts = rows.clone());
        }
        let mut structure = structure_factor(market, link, self.settings.chain.unknown);
        structure.parts.iter_mut().filter(|part| part.facts.n_facts == 0).for_each(|part| part.facts = rows.clone());
        vec![standing, structure, self.business.factor(market, change.account, weights)]
    }

    /// The rows that say the change: memberships with their posts and days, or the post's own statements.
    fn facts(&self, change: &Change) -> Facts {
        let (market, people) = (self.market, &self.market.people);
        let said = [o::ORG_MEMBER, o::SCHEMA_START_DATE, o::SCHEMA_END_DATE, o::SEEN_ON];
        let rows = change.rows.iter().map(|row| people.memberships[*row as usize].id);
        let posts = change.post_before.iter().chain(&change.post_after).map(|post| people.posts.ids[*post as usize]);
        let titles =
            posts.flat_map(|id| market.snapshot.objects(id, o::TITLE).into_iter().map(move |it| (id, o::TITLE, it)));
        let mut statements = Vec::new();
        for id in rows {
            for predicate in said {
                let objects = market.snapshot.objects(id, predicate);
                let shown = objects.len().saturating_sub(2);
                statements.extend(objects.into_iter().skip(shown).map(|object| (id, predicate, object)));
            }
        }
        statements.extend(titles);
        Facts::read(&market.snapshot, &statements)
    }

    fn detail(&self, change: &Change) -> ChainChangeDetail {
        let people = &self.market.people;
        let person = |it: PersonIndex| named(people.persons.iri(it), people.persons.name(it));
        let post = |it: PostIndex| named(&people.posts.iris[it as usize], people.posts.title(it));
        let about = change.post_after.or(change.post_before);
        let standing = about.map(|post| self.chains.standings[post as usize]).unwrap_or_default();
        let account = |it: AccountIndex| named(self.market.accounts.iri(it), self.market.accounts.name(it));
        ChainChangeDetail {
            change: change.kind.name().to_owned(),
            contact: change.person.map(person),
            post_before: change.post_before.map(post),
            post_after: change.post_after.map(post),
            account_before: change.account_before.map(account),
            predecessor: change.predecessor.map(person),
            successor: change.successor.map(person),
            earliest: change.when.map(|it| it.earliest),
            latest: change.when.map(|it| it.latest),
            level: standing.level.map(|it| it.value.name().to_owned()),
            buying_role: standing.role.map(|it| it.value.name().to_owned()),
        }
    }
}

/// An IRI with its name.
fn named(iri: &str, name: &str) -> NamedIri {
    NamedIri { iri: iri.to_owned(), name: name.to_owned() }
}

/// The same for the same kind, account, person and posts.
fn id(account: &str, detail: &ChainChangeDetail) -> String {
    let iri = |it: &Option<NamedIri>| it.as_ref().map(|it| it.iri.clone()).unwrap_or_default();
    let about = [iri(&detail.contact), iri(&detail.post_before), iri(&detail.post_after), iri(&detail.account_before)];
    let text = format!("{}\n{account}\n{}", detail.change, about.join("\n"));
    format!("chg-{}", &blake3::hash(text.as_bytes()).to_hex()[..16])
}
