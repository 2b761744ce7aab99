//! The next key accounts: accounts and whole groups, ranked by what the past teaches, each with its reasons; the
//! scorecard stands beside, and ranks where there is too little past.
//!
//! Comes in: a market, settings, and what the people's side knows about owners and introductions. Leaves: the list, the
//! class of every account, and notes on what the data lacked. Never changes the graph. Costs: the signals over all
//! prospects, then evidence for those that are listed only.
//!
//! An account is a candidate when it is not a key account yet, is not our own, has not ended, and had business in the
//! last two windows. A group of several accounts stands for its members; a member is listed beside it only when it
//! scores higher alone.

mod next_step;
mod notes;
mod order;
mod sentence;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde::Deserialize;

use crate::discovery::class::{self, Class, classes};
use crate::discovery::key_account::{KeyAccounts, TopTier, WhenNoneMarked};
use crate::discovery::market::{AccountIndex, Market, Named, named};
use crate::discovery::prospect::{Prospect, Prospects};
use crate::discovery::ranking::{self, ledger::Ledger};
use crate::discovery::scorecard::{Missing, Preset, Scorecard, Weights};
use crate::discovery::signals::{self, Context, Window};
use crate::discovery::{CandidateDetail, Finding, FindingKind, NamedIri};
use crate::evidence::{Bilingual, Evidence};
use crate::model::Score;

pub use order::{Order, RankedBy};

/// How candidates are found.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// At most how many are listed.
    pub most: usize,
    /// What orders the list.
    pub ranked_by: RankedBy,
    /// Where weights come from.
    pub preset: Preset,
    /// What a signal counts that is not known.
    pub missing: Missing,
    /// When an account is listed beside its group.
    pub list_members: ListMembers,
    /// Whether the other accounts of a key account's group are left out, because whoever owns the key account has them.
    pub skip_groups_of_key_accounts: bool,
    /// Who is a candidate when no account is marked as a key account.
    pub when_none_marked: WhenNoneMarked,
    /// How many of the active accounts stand in for key accounts when none is marked.
    pub top_tier: TopTier,
    /// IRIs or names of our own companies, which are no candidates.
    pub own_accounts: BTreeSet<String>,
    /// The weight of each signal.
    pub weights: Weights,
    /// How the ranker learns.
    pub ranker: ranking::Settings,
    /// How signals measure.
    pub signals: signals::Settings,
    /// ABC classes and quadrants.
    pub classes: class::Settings,
}

/// When an account is listed beside its group.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListMembers {
    /// When it scores higher alone.
    Stronger,
    /// Whenever it is a candidate.
    Always,
    /// Not when the group is a candidate.
    Never,
}

/// What the people's side knows; empty where it knows nothing.
#[derive(Clone, Debug, Default)]
pub struct Introductions {
    /// Who looks after an account, where the account itself does not say.
    pub owners: BTreeMap<AccountIndex, NamedIri>,
    /// The contacts known best at an account, the best first.
    pub through: BTreeMap<AccountIndex, Vec<NamedIri>>,
}

/// The list, and what was found on the way to it.
#[derive(Clone, Debug)]
pub struct Candidates {
    /// The candidates, the best first.
    pub findings: Vec<Finding>,
    /// The class of every account, in the order of the accounts.
    pub classes: Vec<Class>,
    /// How many accounts and groups were candidates, listed or not.
    pub n_eligible: usize,
    /// What the data lacked and what was done about it.
    pub notes: Vec<Bilingual>,
}

/// Finds the candidates of a market.
pub fn find(market: &Market, settings: &Settings, people: &Introductions) -> Candidates {
    let prospects = Prospects::of(market);
    let year = Window::ending(market.as_of, settings.signals.window_months);
    let key = KeyAccounts::of(market, &prospects, year, &settings.top_tier);
    let context = Context::new(market, &prospects, key.clone(), &settings.signals);
    let card = Scorecard::new(&context, &settings.weights, settings.preset, settings.missing);
    let classes = classes(&context, &card, &settings.classes);
    let ledger = Ledger::read(market, &prospects, settings.ranker.returns);
    let order = Order::new(&ledger, settings);
    let ranked = rank(&context, order.scores(&card), &key, settings);
    let listed = ranked.par_iter().take(settings.most).enumerate();
    let list = List { context: &context, card: &card, order: &order, classes: &classes, people };
    let findings = listed.map(|(place, found)| list.finding(place as u32 + 1, found.0)).collect();
    let notes = notes::notes(&context, &card, &key, settings, order.note());
    Candidates { findings, n_eligible: ranked.len(), notes, classes: classes[..prospects.n_accounts].to_vec() }
}

/// Places of the candidates with their totals, the best first, ties by id.
fn rank(context: &Context<'_>, totals: Vec<f64>, key: &KeyAccounts, settings: &Settings) -> Vec<(usize, f64)> {
    let eligible: Vec<bool> =
        context.prospects.list.par_iter().map(|prospect| is_eligible(context, prospect, key, settings)).collect();
    let group_of = group_of_accounts(context.prospects);
    let is_listed = |place: &usize| {
        let group = group_of.get(*place).copied().flatten().filter(|group| eligible[*group]);
        eligible[*place]
            && group.is_none_or(|group| match settings.list_members {
                ListMembers::Stronger => totals[*place] > totals[group],
                ListMembers::Always => true,
                ListMembers::Never => false,
            })
    };
    let mut ranked: Vec<(usize, f64)> =
        (0..eligible.len()).filter(is_listed).map(|place| (place, totals[place])).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    ranked
}

fn group_of_accounts(prospects: &Prospects) -> Vec<Option<usize>> {
    let mut group_of = vec![None; prospects.n_accounts];
    for (place, group) in prospects.list.iter().enumerate().skip(prospects.n_accounts) {
        group.members.iter().for_each(|member| group_of[member.index()] = Some(place));
    }
    group_of
}

fn is_eligible(context: &Context<'_>, prospect: &Prospect, key: &KeyAccounts, settings: &Settings) -> bool {
    let is_stand_in = !key.are_marked && settings.when_none_marked == WhenNoneMarked::RankAll;
    let beside = match prospect.members.first() {
        Some(first) if settings.skip_groups_of_key_accounts => context.market.groups.members_beside(*first),
        _ => &prospect.members,
    };
    let is_key = !is_stand_in && beside.iter().any(|member| key.is_key[member.index()]);
    let accounts = &context.market.accounts;
    let has_ended =
        |member: &AccountIndex| accounts.active[member.index()].to.is_some_and(|ended| ended <= context.market.as_of);
    let is_own = |name: &str, iri: &str| settings.own_accounts.contains(name) || settings.own_accounts.contains(iri);
    let own = |member: &AccountIndex| is_own(accounts.name(*member), accounts.iri(*member));
    let has_business = context.is_active(prospect)
        && (context.spend(prospect, context.year) + context.spend(prospect, context.year_before)
            > crate::model::Money::ZERO
            || context.open_opportunities(prospect).next().is_some());
    !is_key && has_business && !prospect.members.iter().all(has_ended) && !prospect.members.iter().any(own)
}

struct List<'a> {
    context: &'a Context<'a>,
    card: &'a Scorecard,
    order: &'a Order<'a>,
    classes: &'a [Class],
    people: &'a Introductions,
}

impl List<'_> {
    fn finding(&self, rank: u32, place: usize) -> Finding {
        let (context, prospect) = (self.context, self.context.at(place));
        let account = context.market.snapshot.text(prospect.id).into_owned();
        let (evidence, scorecard) = self.order.evidence(context, self.card, place);
        let (owner, through) = (self.owner(prospect), self.through(prospect));
        Finding {
            id: stable_id(prospect.is_group, &account),
            kind: FindingKind::Candidate(Box::new(self.detail(rank, place, through.clone(), scorecard))),
            account,
            account_name: prospect.name.clone(),
            score: Score::clamped(evidence.contribution),
            sentence: sentence::sentence(context, self.card, place),
            next_step: next_step::next_step(context, self.card, place, owner.as_ref(), &through),
            owner,
            evidence,
            as_of: context.market.as_of,
        }
    }

    fn detail(&self, rank: u32, place: usize, through: Vec<NamedIri>, scorecard: Option<Evidence>) -> CandidateDetail {
        let (context, prospect, class) = (self.context, self.context.at(place), self.classes[place]);
        CandidateDetail {
            rank,
            is_group: prospect.is_group,
            n_accounts: prospect.members.len() as u32,
            sector: prospect.sector.map(|sector| context.market.accounts.sectors[sector as usize].name.clone()),
            abc_class: class.abc,
            quadrant: class.quadrant.name().to_owned(),
            spend_12m: context.spend(prospect, context.year).value(),
            spend_previous_12m: context.spend(prospect, context.year_before).value(),
            through,
            ranked_by: if scorecard.is_some() { "learned" } else { "scorecard" }.to_owned(),
            scorecard_score: self.card.total(place),
            scorecard,
            doubt: None,
        }
    }

    /// The owner of the account; of a group the owner of the member with the greatest spend that has one.
    fn owner(&self, prospect: &Prospect) -> Option<NamedIri> {
        let of = |member: &AccountIndex| {
            let own = self.context.market.accounts.owner_of(*member).map(named_iri);
            own.or_else(|| self.people.owners.get(member).cloned())
        };
        self.largest_first(prospect).iter().find_map(of)
    }

    /// The contacts known best; where nobody is known, those named in purchases.
    fn through(&self, prospect: &Prospect) -> Vec<NamedIri> {
        let members = self.largest_first(prospect);
        let known = members.iter().filter_map(|member| self.people.through.get(member)).flatten();
        let mut through: Vec<NamedIri> = known.cloned().collect();
        if through.is_empty() {
            let contacts = &self.context.market.trade.purchases.contacts;
            let of = |member: &AccountIndex| {
                let start = contacts.partition_point(|pair| pair.0 < *member);
                contacts[start..].iter().take_while(|pair| pair.0 == *member).map(|pair| pair.1).collect::<Vec<_>>()
            };
            let mut ids: Vec<_> = members.iter().flat_map(of).take(SHOWN_CONTACTS).collect();
            ids.sort_unstable();
            ids.dedup();
            through = named(&self.context.market.snapshot, &ids).iter().map(named_iri).collect();
        }
        through.truncate(SHOWN_CONTACTS);
        through
    }

    fn largest_first(&self, prospect: &Prospect) -> Vec<AccountIndex> {
        let purchases = &self.context.market.trade.purchases;
        let year = self.context.year;
        let spend = |member: &AccountIndex| purchases.sum(purchases.between(*member, year.after, year.until));
        let mut members = prospect.members.clone();
        members.sort_by_cached_key(|member| (std::cmp::Reverse(spend(member)), *member));
        members
    }
}

/// How many contacts a candidate names.
const SHOWN_CONTACTS: usize = 3;

fn named_iri(named: &Named) -> NamedIri {
    NamedIri { iri: named.iri.clone(), name: named.name.clone() }
}

/// Stable while it is about the same account or group.
fn stable_id(is_group: bool, iri: &str) -> String {
    let hash = blake3::hash(iri.as_bytes()).to_hex();
    format!("{}-{}", if is_group { "group" } else { "cand" }, &hash[..12])
}
