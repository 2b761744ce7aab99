//! Risks: accounts that matter and show that they may be lost, one case an account.
//!
//! Comes in: a market as known on a day, and the changes in its decision chains. Leaves: findings, the gravest first, each
//! with the indicators that are open, since when, and why. Never reads a fact later than the market's day, nor for the
//! past one later than that past day. Costs: for every examined account some dozens of looks at its purchases.
//!
//! An indicator ([`Indicator`]) gives an account a number on a day ([`signs::Signs`]). It **opens** when the number reaches
//! one threshold and **closes** only when it falls below a lower one, so that it does not flicker ([`mod@course`]); the first of
//! these days is when the risk was first seen. Any open indicator opens a case. With one the account is **yellow**, with
//! two or a grave one it is **red**; without any it is green, and there is no finding.
//!
//! Severities come together as chances do that do not know of each other: each takes its part of what the graver ones
//! leave. So the parts add up to the score, and no number of small worries makes more than one.

pub mod course;
mod indicator;
mod sentence;
pub mod signs;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde::Deserialize;

pub use indicator::{Indicator, Thresholds};

use crate::discovery::market::{AccountIndex, Market};
use crate::discovery::relations::Relations;
use crate::discovery::risk::course::{Open, course};
use crate::discovery::risk::signs::Signs;
use crate::discovery::{ChainChangeDetail, Finding, FindingKind, OpenRisk, RiskDetail, chain_change};
use crate::evidence::{Bilingual, Evidence, Facts};
use crate::model::{Day, Score};

/// How risks are found.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The accounts that together make up this share of the spend of the last two years are examined, and key accounts.
    pub examined_share: f64,
    /// Indicators are followed from so many months ago on.
    pub history_months: i32,
    /// With purchases in fewer of the 12 months before the last quarter nothing is usual.
    pub minimum_months: usize,
    /// With fewer days of purchase in two years there is no cycle.
    pub minimum_purchase_days: usize,
    /// Fewer amounts due show no payment behaviour.
    pub minimum_dues: usize,
    /// Who left the decision chain counts for so many days.
    pub recent_days: i32,
    /// From this severity on one indicator makes an account red.
    pub grave: f64,
    /// Fall of the last quarter below what was to be expected, as a share.
    pub purchase_swing: Thresholds,
    /// Days since the last purchase over the longest usual gap.
    pub overdue: Thresholds,
    /// Severity of the gravest loss in the decision chain.
    pub personnel: Thresholds,
    /// Competitors seen.
    pub competitor: Thresholds,
    /// Days by which payment has become later.
    pub payment: Thresholds,
    /// What the account lacks to a perfect strategic fit.
    pub strategic_fit: Thresholds,
}

/// What is open at an account.
pub type Case = Vec<(Indicator, Open)>;

/// The cases of a market on its day, the gravest first; ties by id.
pub fn findings(relations: &Relations<'_>, changes: &chain_change::Settings, settings: &Settings) -> Vec<Finding> {
    let market = relations.market;
    let losses = losses(relations, changes, settings);
    let signs = Signs::new(market, settings);
    let of = |account: &AccountIndex| {
        let mut case = signs.case(*account, market.as_of);
        let loss = losses.get(market.accounts.iri(*account));
        case.extend(loss.and_then(|loss| personnel(loss, settings)));
        (!case.is_empty()).then(|| finding(relations, &signs, *account, case, loss, settings))
    };
    let mut findings: Vec<Finding> = examined(market, settings).par_iter().filter_map(of).collect();
    findings.sort_by(|one, other| other.score.cmp(&one.score).then_with(|| one.id.cmp(&other.id)));
    findings
}

/// The accounts that matter: key accounts, and those that make up most of the spend of the last two years, so that one
/// that has already fallen is still among them. Ascending.
pub fn examined(market: &Market, settings: &Settings) -> Vec<AccountIndex> {
    let (purchases, after) = (&market.trade.purchases, market.as_of.plus_months(-24));
    let spend = |account: AccountIndex| purchases.sum(purchases.between(account, after, market.as_of)).value().max(0.0);
    let mut spends: Vec<(f64, AccountIndex)> = market.accounts.indexes().map(|it| (spend(it), it)).collect();
    spends.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut rest = settings.examined_share * spends.iter().map(|it| it.0).sum::<f64>();
    let is_key = |account: &AccountIndex| market.accounts.is_key[account.index()] == Some(true);
    let mut examined = Vec::new();
    for (spend, account) in spends {
        if (rest > 0.0 && spend > 0.0) || is_key(&account) {
            examined.push(account);
        }
        rest -= spend;
    }
    examined.sort_unstable();
    examined
}

/// Whether open indicators of these severities make an account red.
fn is_red(severities: impl Iterator<Item = f64>, settings: &Settings) -> bool {
    let severities: Vec<f64> = severities.collect();
    severities.len() > 1 || severities.iter().any(|severity| *severity >= settings.grave)
}

/// Since when an account has been in danger, and since when in grave danger if it is: the first day on which anything that
/// is open was seen.
pub fn in_danger_since(case: &Case, settings: &Settings) -> [Option<Day>; 2] {
    let since = case.iter().map(|(_, open)| open.since).min();
    let severities = case.iter().map(|(indicator, open)| indicator.thresholds(settings).severity(open.value));
    [since, since.filter(|_| is_red(severities, settings))]
}

/// By account the gravest recent change that takes somebody away.
fn losses(
    relations: &Relations<'_>,
    changes: &chain_change::Settings,
    settings: &Settings,
) -> BTreeMap<String, Finding> {
    let since = relations.market.as_of + -settings.recent_days;
    let found = chain_change::findings(relations, Some(since), changes);
    let who = |change: &Finding, detail: &ChainChangeDetail| {
        detail.contact.as_ref().map(|it| (change.account.clone(), it.iri.clone()))
    };
    // who took another post at the same account is still there
    let rose: BTreeSet<_> = found
        .iter()
        .filter_map(|change| match &change.kind {
            FindingKind::ChainChange(detail) if STAYED.contains(&detail.change.as_str()) => Some(who(change, detail)),
            _ => None,
        })
        .collect();
    let mut losses = BTreeMap::new();
    for change in found {
        let FindingKind::ChainChange(detail) = &change.kind else { continue };
        if LOSSES.contains(&detail.change.as_str()) && !rose.contains(&who(&change, detail)) {
            // who moved is told of at the account that he came to; the one that he left has lost him
            let left = detail.account_before.as_ref().filter(|_| detail.change == "moved-account");
            let account = left.map_or_else(|| change.account.clone(), |it| it.iri.clone());
            losses.entry(account).or_insert(change);
        }
    }
    losses
}

/// Changes after which somebody is missing.
const LOSSES: [&str; 4] = ["left", "moved-account", "post-vacant", "post-gone"];

/// Changes of somebody who is still at the account.
const STAYED: [&str; 3] = ["promoted", "moved-post", "post-filled"];

fn personnel(loss: &Finding, settings: &Settings) -> Option<(Indicator, Open)> {
    let FindingKind::ChainChange(detail) = &loss.kind else { return None };
    let value = loss.score.value();
    let since = detail.latest.or(detail.earliest).unwrap_or(loss.as_of);
    (value >= settings.personnel.open).then_some((Indicator::Personnel, Open { since, value }))
}

fn finding(
    relations: &Relations<'_>,
    signs: &Signs<'_>,
    account: AccountIndex,
    case: Case,
    loss: Option<&Finding>,
    settings: &Settings,
) -> Finding {
    let market = relations.market;
    let mut severe: Vec<(f64, Indicator, Open)> =
        case.into_iter().map(|(it, open)| (it.thresholds(settings).severity(open.value), it, open)).collect();
    severe.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut rest = 1.0;
    let part = |(severity, indicator, open): &(f64, Indicator, Open)| {
        let contribution = rest * severity;
        rest -= contribution;
        let text = sentence::reason(signs, account, *indicator, *open, loss);
        let facts = facts(signs, account, *indicator, loss);
        Evidence::leaf(indicator.name(), text, Some(open.value), 1.0, contribution, facts)
    };
    let parts: Vec<Evidence> = severe.iter().map(part).collect();
    let text = Bilingual::new("how much the account is at risk", "客户流失风险程度");
    let evidence = Evidence::sum("risk", text, 1.0, parts);
    let health = if is_red(severe.iter().map(|it| it.0), settings) { "red" } else { "yellow" };
    let iri = market.accounts.iri(account).to_owned();
    let open = severe.iter().map(|(severity, indicator, open)| OpenRisk {
        indicator: indicator.name().to_owned(),
        first_seen: open.since,
        value: open.value,
        severity: *severity,
    });
    let detail = RiskDetail {
        health: health.to_owned(),
        open: open.collect(),
        next_purchase: signs.next_purchase(account, market.as_of),
        loss: loss.filter(|_| severe.iter().any(|it| it.1 == Indicator::Personnel)).map(|it| it.id.clone()),
    };
    Finding {
        id: format!("risk-{}", &blake3::hash(iri.as_bytes()).to_hex()[..16]),
        account_name: market.accounts.name(account).to_owned(),
        account: iri,
        score: Score::clamped(evidence.contribution),
        sentence: sentence::sentence(market.accounts.name(account), &detail, &evidence),
        next_step: sentence::next_step(severe[0].1, loss),
        evidence,
        kind: FindingKind::Risk(detail),
        owner: relations.owner(account),
        as_of: market.as_of,
    }
}

fn facts(signs: &Signs<'_>, account: AccountIndex, indicator: Indicator, loss: Option<&Finding>) -> Facts {
    let statements = signs.statements(account, indicator);
    match (indicator, loss) {
        (Indicator::Personnel, Some(loss)) => {
            let leaves = loss.evidence.leaves();
            leaves.into_iter().map(|it| &it.facts).find(|it| it.n_facts > 0).cloned().unwrap_or_default()
        }
        _ => Facts::read(&signs.market.snapshot, &statements),
    }
}

/// The days on which indicators are read: the last days of the months before a day, the earliest first, and the day. So
/// the next night's run, too, says the same first day.
fn days_until(day: Day, months: i32) -> impl Iterator<Item = Day> {
    let (_, _, of_month) = day.ymd();
    let before = day + -i32::from(of_month);
    (0..months.max(0)).rev().map(move |back| before.last_of_month(-back)).chain([day])
}

impl Signs<'_> {
    /// What is open at an account on a day, without its decision chain.
    pub fn case(&self, account: AccountIndex, day: Day) -> Case {
        let open = |indicator: Indicator| {
            let readings =
                days_until(day, self.settings.history_months).map(|at| (at, self.read(indicator, account, at)));
            Some((indicator, course(readings, indicator.thresholds(self.settings))?))
        };
        Indicator::ALL.into_iter().filter_map(open).collect()
    }
}
