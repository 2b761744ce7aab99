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

mod ground;
mod hindrance;
mod next_step;
mod notes;
mod order;
mod sentence;
#[cfg(test)]
mod tests;
mod why_not;
#[cfg(test)]
mod why_not_tests;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde::Deserialize;

use crate::discovery::case::Decided;
use crate::discovery::class::{self, Class, classes, classes_on};
use crate::discovery::concentration::{self, Concentration, Standing};
use crate::discovery::key_account::{TopTier, WhenNoneMarked};
use crate::discovery::look_alike::{self, LookAlikes};
use crate::discovery::market::{AccountIndex, Market, Named, named};
use crate::discovery::offer::{Offer, Offers};
use crate::discovery::outlook::{self, Outlooks};
use crate::discovery::prospect::Prospect;
use crate::discovery::ranking;
use crate::discovery::scorecard::{Missing, Preset, Scorecard, Weights};
use crate::discovery::signals::{self, Context};
use crate::discovery::{CandidateDetail, Finding, FindingKind, NamedIri};
use crate::evidence::{Bilingual, Evidence};
use crate::model::Score;

pub use order::{Order, RankedBy};
pub use why_not::{WhyNot, why_not};

use ground::{Ground, on_ground};

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
    /// For so many months after the day on which people rejected it a candidate is not listed.
    pub rejected_months: i32,
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
    /// Who is like the accounts that people mark.
    pub look_alike: look_alike::Settings,
    /// What is expected of candidates.
    pub outlook: outlook::Settings,
    /// How signals measure.
    pub signals: signals::Settings,
    /// ABC classes and quadrants.
    pub classes: class::Settings,
    /// How far the business depends on single accounts.
    pub concentration: concentration::Settings,
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
    /// The same a quarter before, with what is known now.
    pub classes_before: Vec<Class>,
    /// What hangs on every account, in the order of the accounts.
    pub standings: Vec<Standing>,
    /// How many accounts and groups were candidates, listed or not.
    pub n_eligible: usize,
    /// What the data lacked and what was done about it.
    pub notes: Vec<Bilingual>,
}

/// Finds the candidates of a market.
pub fn find(market: &Market, settings: &Settings, people: &Introductions, decided: &Decided) -> Candidates {
    on_ground(market, settings, decided, |ground| candidates(ground, people))
}

/// The place of every candidate that would be listed, by the IRI of its account or group.
pub fn places(market: &Market, settings: &Settings, decided: &Decided) -> BTreeMap<String, u32> {
    on_ground(market, settings, decided, |ground| {
        let iri = |place: usize| market.snapshot.text(ground.context.at(place).id).into_owned();
        (1..).zip(ground.ranked.iter().take(settings.most)).map(|(rank, found)| (iri(found.0), rank)).collect()
    })
}

fn candidates(ground: &Ground<'_>, people: &Introductions) -> Candidates {
    let (context, order, gate) = (ground.context, ground.order, ground.gate);
    let (market, prospects, settings) = (context.market, context.prospects, gate.settings);
    let classes = classes(context, ground.card, &settings.classes);
    let before = classes_on(market.as_of.plus_months(-QUARTER), market, prospects, settings);
    let concentration = Concentration::of(context);
    let outlooks = Outlooks::new(context, ground.ledger, order.ranking(), order.tier(), &settings.outlook);
    let look_alikes = LookAlikes::learn(context, ground.card, ground.ledger, &settings.look_alike);
    let list = List {
        context,
        card: ground.card,
        order,
        outlooks: &outlooks,
        offers: &Offers::learn(market),
        look_alikes: look_alikes.as_ref(),
        classes: [&classes, &before],
        standings: &concentration.standings,
        people,
    };
    let listed = ground.ranked.par_iter().take(settings.most).enumerate();
    let findings = listed.map(|(place, found)| list.finding(place as u32 + 1, found.0)).collect();
    let mut notes = notes::notes(context, ground.card, gate.key, settings, order.note());
    notes.extend(concentration.note(prospects, &settings.concentration));
    let of_accounts = |classes: &[Class]| classes[..prospects.n_accounts].to_vec();
    Candidates {
        findings,
        n_eligible: ground.ranked.len(),
        notes,
        classes: of_accounts(&classes),
        classes_before: of_accounts(&before),
        standings: concentration.standings[..prospects.n_accounts].to_vec(),
    }
}

/// Classes are held against those of so many months before.
const QUARTER: i32 = 3;

struct List<'a> {
    context: &'a Context<'a>,
    card: &'a Scorecard,
    order: &'a Order<'a>,
    outlooks: &'a Outlooks<'a>,
    offers: &'a Offers,
    look_alikes: Option<&'a LookAlikes>,
    /// Today's, and those of a quarter before.
    classes: [&'a [Class]; 2],
    standings: &'a [Standing],
    people: &'a Introductions,
}

impl List<'_> {
    fn finding(&self, rank: u32, place: usize) -> Finding {
        let (context, prospect) = (self.context, self.context.at(place));
        let account = context.market.snapshot.text(prospect.id).into_owned();
        let (evidence, scorecard) = self.order.evidence(context, self.card, place);
        let (owner, through) = (self.owner(prospect), self.through(prospect));
        let alike: Vec<AccountIndex> = signals::most_alike(context, place).iter().map(|it| it.account).collect();
        let offers = self.offers.of(context, place, &alike);
        let next_step = next_step::next_step(context, self.card, place, owner.as_ref(), &through, &offers);
        Finding {
            id: stable_id(prospect.is_group, &account),
            kind: FindingKind::Candidate(Box::new(self.detail(rank, place, through, offers, scorecard))),
            account,
            account_name: prospect.name.clone(),
            score: Score::clamped(evidence.contribution),
            sentence: sentence::sentence(context, self.card, place),
            next_step,
            owner,
            evidence,
            as_of: context.market.as_of,
        }
    }

    fn detail(
        &self,
        rank: u32,
        place: usize,
        through: Vec<NamedIri>,
        offers: Vec<Offer>,
        scorecard: Option<Evidence>,
    ) -> CandidateDetail {
        let (context, prospect) = (self.context, self.context.at(place));
        let [class, before] = self.classes.map(|classes| classes[place]);
        CandidateDetail {
            rank,
            is_group: prospect.is_group,
            n_accounts: prospect.members.len() as u32,
            sector: prospect.sector.map(|sector| context.market.accounts.sectors[sector as usize].name.clone()),
            abc_class: class.abc,
            quadrant: class.quadrant.name().to_owned(),
            abc_class_before: Some(before.abc),
            quadrant_before: before.quadrant.name().to_owned(),
            share: self.standings[place].share,
            dependency: self.standings[place].dependency,
            spend_12m: context.spend(prospect, context.year).value(),
            spend_previous_12m: context.spend(prospect, context.year_before).value(),
            through,
            ranked_by: if scorecard.is_some() { "learned" } else { "scorecard" }.to_owned(),
            scorecard_score: self.card.total(place),
            scorecard,
            outlook: Some(self.outlooks.of(place)),
            offers,
            look_alike: self.look_alikes.map(|it| it.of(place)),
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
