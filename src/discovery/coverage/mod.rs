//! Coverage gaps: people who matter and whom we do not know well enough.
//!
//! Comes in: a market's relations, and which accounts deserve attention and how much. Leaves: findings, the gravest
//! first. Never looks at candidates itself: who deserves attention is an argument. Costs one chain an account, accounts
//! in parallel.
//!
//! Every tier of attention requires counterparts by level and function, and people of ours in charge. A gap is *unknown*
//! (nobody of ours ever dealt with the person, or no such person is known), *stale* (the last dealing lies too far back,
//! or who dealt with them is gone), *single-threaded* (all of the account's ties go through one of ours),
//! *vacant-on-our-side* (nobody of ours is in charge), *known-post-without-person*. What a source does not hold at all
//! is no gap: without any account team in the data nobody is missing from one.
//!
//! Score = person⁰·⁴ × account⁰·³ × weakness⁰·³ of [`crate::discovery::product`].

mod attention;
mod detect;
mod sentence;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Deserialize;

pub use attention::{Attention, Tier, attention};
pub use detect::{Gap, GapKind};

use crate::discovery::importance::{line_facts, post_facts};
use crate::discovery::introduction::{self, Ways};
use crate::discovery::market::AccountIndex;
use crate::discovery::product::{Factor, Part, product};
use crate::discovery::relations::Relations;
use crate::discovery::{CoverageGapDetail, Finding, FindingKind};
use crate::evidence::{Bilingual, Facts};
use crate::model::{Function, Level, Score};
use crate::ontology as o;

/// How gaps are found.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Which accounts are examined.
    pub examined: Vec<Tier>,
    /// So many of the best candidates are examined.
    pub top_candidates: usize,
    /// From this strength of a tie on a counterpart is covered.
    pub sufficient_strength: f64,
    /// A last dealing longer ago is stale, in days.
    pub stale_days: i32,
    /// At most so many gaps an account, the gravest.
    pub most_per_account: usize,
    /// Required counterparts on their side.
    pub required: Vec<Required>,
    /// Required people on our side.
    pub ours: Vec<RequiredOfOurs>,
    /// How introductions are looked for.
    pub introduction: introduction::Settings,
}

/// A counterpart that must be known.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Required {
    /// For which accounts.
    pub tiers: Vec<Tier>,
    /// At which level.
    pub level: Level,
    /// In which function; in any when not given.
    pub function: Option<Function>,
    /// Whether everybody there must be known, not just somebody.
    #[serde(default)]
    pub each: bool,
}

/// Somebody of ours who must be in charge.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequiredOfOurs {
    /// For which accounts.
    pub tiers: Vec<Tier>,
    /// As what, such as `account manager`, which an account's owner is as well.
    pub role: String,
}

struct Telling<'a> {
    relations: &'a Relations<'a>,
    ways: Ways<'a>,
}

/// The gaps of all accounts that deserve attention, gravest first; ties by id.
pub fn findings(
    relations: &Relations<'_>,
    attention: &BTreeMap<AccountIndex, Attention>,
    settings: &Settings,
) -> Vec<Finding> {
    let examined: Vec<_> = attention.iter().filter(|(_, it)| settings.examined.contains(&it.tier)).collect();
    let ways = Ways::read(relations, &settings.introduction);
    let telling = Telling { relations, ways };
    let detection = detect::Detection::new(relations, settings);
    let of_account = |(account, attention): &(&AccountIndex, &Attention)| {
        let gaps = detection.gaps(**account, attention.tier);
        let mut found: Vec<Finding> = gaps.iter().map(|gap| telling.finding(gap, attention)).collect();
        found.sort_by(|one, other| other.score.cmp(&one.score).then_with(|| one.id.cmp(&other.id)));
        found.truncate(settings.most_per_account);
        found
    };
    let mut findings: Vec<Finding> = examined.par_iter().flat_map_iter(of_account).collect();
    findings.sort_by(|one, other| other.score.cmp(&one.score).then_with(|| one.id.cmp(&other.id)));
    findings
}

impl Telling<'_> {
    fn finding(&self, gap: &Gap, attention: &Attention) -> Finding {
        let (relations, market) = (self.relations, self.relations.market);
        let text = Bilingual::new("how much the gap matters", "缺口的重要程度");
        let factors = vec![self.person(gap), self.account(gap, attention), self.weakness(gap)];
        let evidence = product("gap", text, factors);
        let introductions = gap.person.map(|who| self.ways.paths(gap.account, who)).unwrap_or_default();
        let detail = CoverageGapDetail {
            gap: gap.kind.name().to_owned(),
            contact: gap.person.map(|it| relations.person(it)),
            post: gap.link.as_ref().map(|it| relations.post(it.post)),
            level: gap.level.map(|it| it.name().to_owned()),
            function: gap.function.map(|it| it.name().to_owned()),
            best_strength: gap.best_strength,
            introductions,
        };
        let account = relations.account(gap.account);
        Finding {
            id: id(&account.iri, &detail, gap),
            sentence: self.sentence(gap, &detail),
            next_step: self.next_step(gap, &detail),
            kind: FindingKind::CoverageGap(detail),
            account: account.iri,
            account_name: account.name,
            score: Score::clamped(evidence.contribution),
            evidence,
            owner: relations.owner(gap.account),
            as_of: market.as_of,
        }
    }

    /// Level, buying role and place in the chain of who is not known.
    fn person(&self, gap: &Gap) -> Factor {
        let (market, settings) = (self.relations.market, self.relations.settings);
        let weights = &settings.weights;
        let about_post = || gap.link.as_ref().map(|link| post_facts(market, link.post));
        let facts = || about_post().filter(|it| it.n_facts > 0).unwrap_or_else(|| self.account_facts(gap));
        let level = gap.link.as_ref().and_then(|it| it.standing.level);
        let role = gap.link.as_ref().and_then(|it| it.standing.role);
        let named = |what: &str, zh: &str, name: Option<(&str, &str)>| match name {
            Some((name, name_zh)) => Bilingual::new(format!("{what}: {name}"), format!("{zh}：{name_zh}")),
            None => Bilingual::new(format!("{what}: not known"), format!("{zh}：未知")),
        };
        let of_level = level.map_or_else(|| weights.of_required(gap.level), |it| weights.level(Some(it)));
        let level_name = level.map(|it| it.value).or(gap.level).map(|it| (it.name(), it.name_zh()));
        let lines = gap.link.as_ref().map(|link| line_facts(market, link.post)).filter(|it| it.n_facts > 0);
        let structure = gap.link.as_ref().map_or(settings.chain.unknown, |it| it.importance);
        let part = |signal, text, value, weight, facts| Part { signal, text, value, weight, facts };
        let place = Bilingual::new("place in the decision chain", "在决策链中的位置");
        let role_name = role.map(|it| (it.value.name(), it.value.name_zh()));
        Factor {
            signal: "person",
            text: Bilingual::new("importance of the person", "关键人的重要性"),
            exponent: 0.4,
            parts: vec![
                part("level", named("level", "层级", level_name), of_level, 0.3, facts()),
                part("buying_role", named("buying role", "采购角色", role_name), weights.role(role), 0.3, facts()),
                part("place_in_chain", place, structure, 0.4, lines.unwrap_or_else(facts)),
            ],
        }
    }

    fn account(&self, gap: &Gap, attention: &Attention) -> Factor {
        let part = Part {
            signal: "attention",
            text: attention.why.clone(),
            value: attention.importance,
            weight: 1.0,
            facts: self.account_facts(gap),
        };
        let text = Bilingual::new("importance of the account", "客户的重要性");
        Factor { signal: "account", text, exponent: 0.3, parts: vec![part] }
    }

    fn weakness(&self, gap: &Gap) -> Factor {
        let strength = gap.best_strength;
        let text = if strength > 0.0 {
            Bilingual::new(format!("best tie of ours: {strength:.2} of 1"), format!("我方最强关系强度 {strength:.2}"))
        } else {
            Bilingual::new("no tie of ours", "我方无任何联系")
        };
        let value = match gap.kind {
            GapKind::SingleThreaded => 0.6,
            _ => (1.0 - strength).clamp(0.05, 1.0),
        };
        let facts = self.tie_facts(gap);
        let part = Part { signal: "tie", text, value, weight: 1.0, facts };
        let text = Bilingual::new("weakness of our tie", "我方关系的薄弱程度");
        Factor { signal: "weakness", text, exponent: 0.3, parts: vec![part] }
    }

    fn account_facts(&self, gap: &Gap) -> Facts {
        let market = self.relations.market;
        let said = [o::IS_KEY_ACCOUNT, o::OWNER, o::RDF_TYPE];
        let statements = said.iter().flat_map(|predicate| {
            let id = market.speaker(gap.account, *predicate);
            market.snapshot.objects(id, *predicate).into_iter().map(move |object| (id, *predicate, object))
        });
        Facts::read(&market.snapshot, &statements.collect::<Vec<_>>())
    }

    /// The last dealings that the gap rests on; where there were none, what is known of the person or the account.
    fn tie_facts(&self, gap: &Gap) -> Facts {
        let (market, people) = (self.relations.market, &self.relations.market.people);
        let dealings = gap.dealings.iter().rev();
        let dates = dealings.flat_map(|place| {
            let id = people.interactions[*place as usize].id;
            market.snapshot.objects(id, o::DATE).into_iter().map(move |date| (id, o::DATE, date))
        });
        let mut statements: Vec<_> = dates.collect();
        if let (true, Some(person)) = (statements.is_empty(), gap.person) {
            let id = people.persons.ids[person as usize];
            let names = market.snapshot.objects(id, o::FOAF_NAME);
            statements.extend(names.into_iter().map(|name| (id, o::FOAF_NAME, name)));
        }
        if statements.is_empty() { self.account_facts(gap) } else { Facts::read(&market.snapshot, &statements) }
    }
}

/// The same for the same kind, account, person and post (or required counterpart).
fn id(account: &str, detail: &CoverageGapDetail, gap: &Gap) -> String {
    let iri = |it: &Option<crate::discovery::NamedIri>| it.as_ref().map(|it| it.iri.clone()).unwrap_or_default();
    let required = match (&detail.contact, &detail.post) {
        (None, None) => format!("{:?} {:?} {}", gap.level, gap.function, gap.role.as_deref().unwrap_or("")),
        _ => String::new(),
    };
    let text = format!("{}\n{account}\n{}\n{}\n{required}", detail.gap, iri(&detail.contact), iri(&detail.post));
    format!("gap-{}", &blake3::hash(text.as_bytes()).to_hex()[..16])
}
