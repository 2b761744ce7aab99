//! Decision-chain changes between two days, as findings.
//!
//! Comes in: a market's relations and a first day; the last is the market's. Leaves: findings, the gravest
//! first. Never reads anything later than the market's day. Costs one pass over the spells, and for every account that
//! changed its chain on both days.
//!
//! Severity = standing⁰·⁴ × structure⁰·³ × business⁰·³ of [`crate::discovery::product`]: level and buying role of the
//! post, its place in the chain while it was held, and the account's open opportunities and spend.

mod detect;
mod moves;
mod posts;
mod sentence;
mod succession;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Deserialize;

pub use detect::{Certainty, Change, ChangeKind, changes};

use crate::discovery::decision_chain::DecisionChain;
use crate::discovery::importance::{standing_factor, structure_factor};
use crate::discovery::market::{AccountIndex, PostIndex};
use crate::discovery::product::{Factor, product};
use crate::discovery::relations::Relations;
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
}

/// Changes as they are told.
struct Telling<'a> {
    relations: &'a Relations<'a>,
    chains: BTreeMap<AccountIndex, [DecisionChain; 2]>,
}

/// The changes from `since` (the window before the market's day, when not given) to the market's day, gravest first;
/// ties by id.
pub fn findings(relations: &Relations<'_>, since: Option<Day>, settings: &Settings) -> Vec<Finding> {
    let (market, chain) = (relations.market, &relations.settings.chain);
    let since = since.unwrap_or(market.as_of + -settings.window_days);
    let changes = changes(
        &market.accounts,
        &market.people,
        &relations.chains,
        [since, market.as_of],
        settings.move_gap_days,
        chain,
    );
    let touched = changes.iter().flat_map(|it| [Some(it.account), it.account_before]);
    let mut accounts: Vec<AccountIndex> = touched.flatten().collect();
    accounts.sort_unstable();
    accounts.dedup();
    let both = |account: &AccountIndex| {
        let both = [since, market.as_of].map(|day| relations.chain_on(*account, day));
        (*account, both)
    };
    let telling = Telling { relations, chains: accounts.par_iter().map(both).collect() };
    let mut findings: Vec<Finding> = changes.par_iter().map(|change| telling.finding(change)).collect();
    findings.sort_by(|one, other| other.score.cmp(&one.score).then_with(|| one.id.cmp(&other.id)));
    findings
}

impl Telling<'_> {
    fn finding(&self, change: &Change) -> Finding {
        let market = self.relations.market;
        let text = Bilingual::new("how grave the change is", "变动的严重程度");
        let evidence = product("severity", text, self.factors(change));
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
            owner: self.relations.owner(change.account),
            next_step: self.next_step(change),
            as_of: market.as_of,
        }
    }

    fn factors(&self, change: &Change) -> Vec<Factor> {
        let Relations { market, chains, business, settings, .. } = self.relations;
        let weights = &settings.weights;
        let post = change.post_after.or(change.post_before);
        let account_of = |post: PostIndex| market.people.posts.account[post as usize];
        let link = post.and_then(|post| {
            let both = self.chains.get(&account_of(post)?)?;
            let day = usize::from(change.post_after.is_some());
            both[day].link_of(post).or_else(|| both[1 - day].link_of(post))
        });
        let mut standing = standing_factor(market, chains, post, weights);
        let rows = self.facts(change);
        if rows.n_facts > 0 {
            standing.parts.iter_mut().for_each(|part| part.facts = rows.clone());
        }
        let mut structure = structure_factor(market, link, settings.chain.unknown);
        structure.parts.iter_mut().filter(|part| part.facts.n_facts == 0).for_each(|part| part.facts = rows.clone());
        vec![standing, structure, business.factor(market, change.account, weights)]
    }

    /// The rows that say the change: memberships with their posts and days, or the post's own statements.
    fn facts(&self, change: &Change) -> Facts {
        let market = self.relations.market;
        let people = &market.people;
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
        let relations = self.relations;
        let about = change.post_after.or(change.post_before);
        let standing = about.map(|post| relations.chains.standings[post as usize]).unwrap_or_default();
        ChainChangeDetail {
            change: change.kind.name().to_owned(),
            contact: change.person.map(|it| relations.person(it)),
            post_before: change.post_before.map(|it| relations.post(it)),
            post_after: change.post_after.map(|it| relations.post(it)),
            account_before: change.account_before.map(|it| relations.account(it)),
            predecessor: change.predecessor.map(|it| relations.person(it)),
            successor: change.successor.map(|it| relations.person(it)),
            certainty: change.certainty.name().to_owned(),
            earliest: change.when.map(|it| it.earliest),
            latest: change.when.map(|it| it.latest),
            level: standing.level.map(|it| it.value.name().to_owned()),
            buying_role: standing.role.map(|it| it.value.name().to_owned()),
        }
    }
}

/// The same for the same kind, account, person and posts.
fn id(account: &str, detail: &ChainChangeDetail) -> String {
    let iri = |it: &Option<NamedIri>| it.as_ref().map(|it| it.iri.clone()).unwrap_or_default();
    let about = [iri(&detail.contact), iri(&detail.post_before), iri(&detail.post_after), iri(&detail.account_before)];
    let text = format!("{}\n{account}\n{}", detail.change, about.join("\n"));
    format!("chg-{}", &blake3::hash(text.as_bytes()).to_hex()[..16])
}
