//! Cases: all that was found about one account, with one next step, in one list for each owner.
//!
//! Comes in: findings of all kinds, what people decided, and the cases of an earlier day. Leaves: one case for each account
//! or group that anything was found about, those of an owner together, the most urgent first; and those of the earlier day
//! about which nothing is found any more. Never drops a finding: what people rejected or snoozed is in its case and says
//! so; what they rejected comes back when there is something new about it, what they snoozed on its day. Costs: a sort.
//!
//! Scores of different kinds cannot be compared: a chance to rise is no severity of a change. So findings are compared by
//! their places in the lists of their kinds, and a case gets 1 / (60 + place) for its best finding of each kind
//! (reciprocal rank fusion: Cormack, Clarke and Büttcher, 2009). Of the cases that nobody has decided about, the first few
//! of each owner are **alerts**; the others wait until those are done.

mod decided;
mod earlier;
mod rejected;
#[cfg(test)]
mod tests;
mod told_once;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use decided::{Decided, Decision, InForce, Unknown, Verdict, case_id};
pub use earlier::{Earlier, KeptCases};
pub use rejected::Rejected;

use told_once::{Telling, told_once};

use crate::discovery::{Finding, FindingKind, NamedIri};
use crate::evidence::Bilingual;
use crate::model::Day;

/// How cases become alerts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// So many cases of an owner are alerts at a time.
    pub alerts_per_owner: usize,
}

/// What is to be done with a case.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Now.
    Alert,
    /// When the alerts before it are done.
    Waiting,
    /// Somebody took it on.
    Accepted,
    /// Later, as people decided.
    Snoozed,
    /// Nothing, as people decided.
    Rejected,
    /// Nothing is found any more.
    Closed,
}

/// How a case stands beside the earlier day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum News {
    /// It was not there.
    New,
    /// Other things are found about the account, or a risk has other signs.
    Changed,
    /// As it was.
    Same,
    /// It was there and is no more.
    Gone,
}

/// All that was found about an account.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Case {
    /// `case-` and a hash of the account: the same in all runs.
    pub id: String,
    /// The account or group.
    pub account: NamedIri,
    /// Who looks after it.
    pub owner: Option<NamedIri>,
    /// Its place in the owner's list, from 1 on; 0 for what is closed.
    pub place: usize,
    /// What is to be done with it.
    pub status: Status,
    /// How it stands beside the earlier day.
    pub news: News,
    /// The day of the first run that had it, without one between that had it not.
    pub since: Day,
    /// What was found, the most urgent first; what people rejected or snoozed is last.
    pub findings: Vec<Told>,
    /// What to do next: that of the most urgent finding.
    pub next_step: Bilingual,
    /// Why people decided as they did, in their words.
    pub reason: String,
    /// Another one when other things are found, or a risk has other signs.
    pub mark: String,
    /// What was there when people rejected findings of it, or it, by the id that they named.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rejected: BTreeMap<String, Rejected>,
}

/// A finding in a case.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Told {
    /// The finding.
    pub id: String,
    /// `risk`, `change`, `gap` or `candidate`.
    pub kind: String,
    /// Its place among its kind.
    pub place: usize,
    /// What it says, and what those that are told by it add.
    pub sentence: Bilingual,
    /// The finding of the case that tells this one as well, where another does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_by: Option<String>,
    /// What people decided about it, while that holds.
    pub decision: Option<Decision>,
}

/// Places count as if so many stood before the first, so that it does not outweigh all others.
const BEFORE_THE_FIRST: f64 = 60.0;

/// A finding with its place among its kind.
type Placed<'a> = (usize, &'a Finding);

impl Status {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::Waiting => "waiting",
            Self::Accepted => "accepted",
            Self::Snoozed => "snoozed",
            Self::Rejected => "rejected",
            Self::Closed => "closed",
        }
    }
}

impl News {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Same => "same",
            Self::Gone => "gone",
        }
    }
}

/// The cases of lists of findings, each list the most urgent first.
pub fn cases(lists: &[&[Finding]], as_of: Day, decided: &Decided, earlier: &Earlier, settings: &Settings) -> Vec<Case> {
    let mut by_account: BTreeMap<&str, Vec<Placed<'_>>> = BTreeMap::new();
    for (place, finding) in lists.iter().flat_map(|list| (1..).zip(list.iter())) {
        by_account.entry(&finding.account).or_default().push((place, finding));
    }
    let mut weighed: Vec<(f64, Case)> =
        by_account.into_values().map(|found| case(found, as_of, decided, earlier)).collect();
    weighed.sort_by(|a, b| {
        let owner = |case: &Case| case.owner.as_ref().map_or((true, String::new()), |it| (false, it.iri.clone()));
        owner(&a.1).cmp(&owner(&b.1)).then(b.0.total_cmp(&a.0)).then_with(|| a.1.id.cmp(&b.1.id))
    });
    let mut cases: Vec<Case> = weighed.into_iter().map(|it| it.1).collect();
    cases.chunk_by_mut(|a, b| a.owner == b.owner).for_each(|owned| place(owned, settings.alerts_per_owner));
    let closed = earlier.gone(&cases);
    cases.extend(closed);
    cases
}

/// One account's case, and how much it weighs.
fn case(mut found: Vec<Placed<'_>>, as_of: Day, decided: &Decided, earlier: &Earlier) -> (f64, Case) {
    let account = NamedIri { iri: found[0].1.account.clone(), name: found[0].1.account_name.clone() };
    let id = case_id(&account.iri);
    let all: Vec<&Finding> = found.iter().map(|it| it.1).collect();
    let rejected = decided.rejected(&all, &id, earlier.rejected(&id));
    let decision = |finding: &Finding| decided.in_force(finding, &id, as_of, &rejected).cloned();
    let is_live = |finding: &Finding| decision(finding).is_none_or(|it| !it.verdict.sets_aside());
    found.sort_by_key(|(place, finding)| (!is_live(finding), *place, kind_of(finding), &finding.id));
    let live: Vec<Placed<'_>> = found.iter().copied().filter(|it| is_live(it.1)).collect();
    let said = found.iter().filter_map(|it| decided.about(&it.1.id, &id));
    let in_force =
        |is_so: fn(Verdict) -> bool| found.iter().filter_map(|it| decision(it.1)).any(|it| is_so(it.verdict));
    let status = match live.is_empty() {
        true if in_force(|it| matches!(it, Verdict::Snoozed(_))) => Status::Snoozed,
        true => Status::Rejected,
        false if in_force(|it| it == Verdict::Accepted) => Status::Accepted,
        false => Status::Waiting,
    };
    let mark = mark(&live);
    let (news, since) = earlier.news(&id, &mark, as_of);
    let case = Case {
        owner: found.iter().find_map(|it| it.1.owner.clone()),
        place: 0,
        status,
        news,
        since,
        findings: told(&found, live.len(), decision),
        next_step: found[0].1.next_step.clone(),
        reason: reasons(said.map(|it| it.reason.as_str())),
        account,
        mark,
        id,
        rejected,
    };
    (weight(&live), case)
}

/// Gives the cases of one owner their places; the first of those that nobody decided about are alerts.
fn place(owned: &mut [Case], alerts: usize) {
    (1..).zip(owned.iter_mut()).for_each(|(place, case)| case.place = place);
    let undecided = owned.iter_mut().filter(|case| case.status == Status::Waiting);
    undecided.take(alerts).for_each(|case| case.status = Status::Alert);
}

fn weight(live: &[Placed<'_>]) -> f64 {
    let best = |kind: Kind| live.iter().filter(|it| kind_of(it.1) == kind).map(|it| it.0).min();
    Kind::ALL.into_iter().filter_map(best).map(|place| 1.0 / (BEFORE_THE_FIRST + place as f64)).sum()
}

/// The findings of a case, the first of which nobody set aside; these tell one fact once.
fn told(found: &[Placed<'_>], n_live: usize, decision: impl Fn(&Finding) -> Option<Decision>) -> Vec<Told> {
    let live: Vec<&Finding> = found[..n_live].iter().map(|it| it.1).collect();
    let aside = found[n_live..].iter().map(|it| Telling::Own(it.1.sentence.clone()));
    let tellings = told_once(&live).into_iter().chain(aside);
    let tell = |((place, finding), telling): (&Placed<'_>, Telling)| {
        let (sentence, told_by) = match telling {
            Telling::Own(sentence) => (sentence, None),
            Telling::By(other) => (finding.sentence.clone(), Some(found[other].1.id.clone())),
        };
        let kind = kind_of(finding).name().to_owned();
        Told { id: finding.id.clone(), kind, place: *place, sentence, told_by, decision: decision(finding) }
    };
    found.iter().zip(tellings).map(tell).collect()
}

/// Different reasons, in their order.
fn reasons<'a>(said: impl Iterator<Item = &'a str>) -> String {
    let mut reasons: Vec<&str> = Vec::new();
    for reason in said.filter(|reason| !reason.is_empty()) {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons.join("; ")
}

/// What makes a case another one: which findings it has, and which signs a risk has. Scores move every day and do not.
fn mark(live: &[Placed<'_>]) -> String {
    let mut lines: Vec<String> = live.iter().map(|it| format!("{} {}", it.1.id, state(it.1))).collect();
    lines.sort_unstable();
    blake3::hash(lines.join("\n").as_bytes()).to_hex()[..16].to_owned()
}

fn state(finding: &Finding) -> String {
    let FindingKind::Risk(detail) = &finding.kind else { return String::new() };
    let mut signs: Vec<&str> = detail.open.iter().map(|open| open.indicator.as_str()).collect();
    signs.sort_unstable();
    format!("{} {}", detail.health, signs.join(" "))
}

/// Kinds of findings; of those at the same place the first here is the most urgent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Kind {
    Risk,
    Change,
    Gap,
    Candidate,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Risk, Self::Change, Self::Gap, Self::Candidate];

    fn name(self) -> &'static str {
        match self {
            Self::Risk => "risk",
            Self::Change => "change",
            Self::Gap => "gap",
            Self::Candidate => "candidate",
        }
    }
}

fn kind_of(finding: &Finding) -> Kind {
    match finding.kind {
        FindingKind::Risk(_) => Kind::Risk,
        FindingKind::ChainChange(_) => Kind::Change,
        FindingKind::CoverageGap(_) => Kind::Gap,
        FindingKind::Candidate(_) => Kind::Candidate,
    }
}
