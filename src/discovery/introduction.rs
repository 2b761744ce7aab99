//! How to be introduced to a contact: paths of people who know each other, from one of ours to the contact.
//!
//! Comes in: relations, and a contact at an account. Leaves: at most a few paths, the strongest first. Never invents
//! acquaintance: every step rests on dealings, a shared account, a shared post or a shared group. Never goes through a
//! person who must not be used (`ka:isOffLimits`). Costs a small graph
//! around the contact and the k shortest paths in it (Yen 1971) by −ln of the strengths, so that the strength of a path
//! is the product of its steps.
//!
//! Steps: one of ours and a contact by their tie; two of ours as colleagues; two contacts who report to each other, are
//! at the same account, were there at the same time, held the same post, or are in one group of companies.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::algorithms::{PathSettings, Unwatched, k_shortest_paths};
use crate::discovery::IntroductionPath;
use crate::discovery::market::{AccountIndex, PersonIndex};
use crate::discovery::relations::Relations;
use crate::discovery::spell::Spell;
use crate::graph::{Direction, Graph, Layer, ViewSettings};

/// What steps are worth, each a strength in (0, 1], and which paths are shown.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// At most so many paths.
    pub most: usize,
    /// Weaker paths are not shown.
    pub least_strength: f64,
    /// Two of ours.
    pub our_colleague: f64,
    /// Two contacts of whom one reports to the other.
    pub reports_to: f64,
    /// Two contacts at one account.
    pub same_account: f64,
    /// Two contacts who were at one account at the same time, or held the same post.
    pub shared_past: f64,
    /// Two contacts at accounts of one group.
    pub same_group: f64,
}

/// Everything that paths are found on.
pub struct Ways<'a> {
    relations: &'a Relations<'a>,
    settings: &'a Settings,
    /// Contacts by account, today.
    today: BTreeMap<AccountIndex, Vec<PersonIndex>>,
    /// Spells of each account that ever was, by place in the spells.
    spells: BTreeMap<AccountIndex, Vec<u32>>,
}

type Steps = BTreeMap<(PersonIndex, PersonIndex), f64>;

impl<'a> Ways<'a> {
    /// Indexes who is and was where.
    pub fn read(relations: &'a Relations<'a>, settings: &'a Settings) -> Self {
        let market = relations.market;
        let mut today: BTreeMap<AccountIndex, Vec<PersonIndex>> = BTreeMap::new();
        let mut spells: BTreeMap<AccountIndex, Vec<u32>> = BTreeMap::new();
        for (spell, place) in relations.chains.spells.spells.iter().zip(0..) {
            let Some(account) = spell.account else { continue };
            spells.entry(account).or_default().push(place);
            if spell.holds_on(market.as_of) {
                today.entry(account).or_default().push(spell.person);
            }
        }
        for (person, account) in (0u32..).zip(&market.people.persons.account) {
            if let Some(account) = account {
                today.entry(*account).or_default().push(person);
            }
        }
        for people in today.values_mut() {
            people.sort_unstable();
            people.dedup();
        }
        Self { relations, settings, today, spells }
    }

    /// The contacts of an account today, ascending.
    pub fn contacts(&self, account: AccountIndex) -> &[PersonIndex] {
        self.today.get(&account).map_or(&[], Vec::as_slice)
    }

    /// The strongest paths to a contact at an account.
    pub fn paths(&self, account: AccountIndex, contact: PersonIndex) -> Vec<IntroductionPath> {
        let mut steps = Steps::new();
        self.add_contacts(account, contact, &mut steps);
        let near: BTreeSet<PersonIndex> = steps.keys().flat_map(|pair| [pair.0, pair.1]).chain([contact]).collect();
        let ours = self.add_ties(&near, &mut steps);
        let asked = self.in_charge(account);
        self.add_colleagues(&asked, &ours, &mut steps);
        let is_off_limits =
            |who: PersonIndex| who != contact && self.relations.market.people.persons.is_off_limits[who as usize];
        steps.retain(|(one, other), _| !is_off_limits(*one) && !is_off_limits(*other));
        let sources: BTreeSet<PersonIndex> = if asked.is_empty() { ours } else { asked };
        self.shortest(&sources, contact, &steps)
    }

    fn shortest(&self, sources: &BTreeSet<PersonIndex>, contact: PersonIndex, steps: &Steps) -> Vec<IntroductionPath> {
        let links: Vec<(u64, u64)> = steps.keys().map(|(one, other)| (u64::from(*one), u64::from(*other))).collect();
        let weights: Vec<f64> = steps.values().copied().collect();
        let settings = ViewSettings { direction: Direction::Both, ..ViewSettings::default() };
        let layer = Layer::new(&links[..]).weighted(&weights[..]);
        let Ok(graph) = Graph::from_layers(&[layer], &settings) else { return Vec::new() };
        let node = |person: &PersonIndex| graph.node(u64::from(*person));
        let Some(target) = node(&contact) else { return Vec::new() };
        let sources: Vec<u32> = sources.iter().filter(|it| **it != contact).filter_map(node).collect();
        let limit = PathSettings::strength(self.settings.least_strength);
        let paths =
            k_shortest_paths(&graph, &sources, target, self.settings.most, &limit, &Unwatched).unwrap_or_default();
        let told = paths.iter().map(|path| IntroductionPath {
            strength: path.strength(),
            people: path.nodes.iter().map(|node| self.relations.person(graph.id(*node) as PersonIndex)).collect(),
        });
        told.collect()
    }

    /// Contacts who can speak to the contact.
    fn add_contacts(&self, account: AccountIndex, contact: PersonIndex, steps: &mut Steps) {
        let settings = self.settings;
        for other in self.contacts(account) {
            raise(steps, contact, *other, settings.same_account);
        }
        for other in self.reporting(contact) {
            raise(steps, contact, other, settings.reports_to);
        }
        let own: Vec<&Spell> = self.relations.chains.spells.of_person(contact).collect();
        for spell in &own {
            let beside = spell.account.and_then(|account| self.spells.get(&account)).into_iter().flatten();
            for other in beside.map(|place| &self.relations.chains.spells.spells[*place as usize]) {
                if other.post == spell.post || overlap(spell, other) {
                    raise(steps, contact, other.person, settings.shared_past);
                }
            }
        }
        for beside in self.relations.market.groups.members_beside(account).iter().filter(|it| **it != account) {
            for other in self.contacts(*beside) {
                raise(steps, contact, *other, settings.same_group);
            }
        }
    }

    /// Who holds a post above or below one that the contact holds today.
    fn reporting(&self, contact: PersonIndex) -> Vec<PersonIndex> {
        let (chains, day) = (&self.relations.chains, self.relations.market.as_of);
        let held: Vec<_> = chains.spells.of_person(contact).filter(|it| it.holds_on(day)).collect();
        let mut found = Vec::new();
        for spell in held {
            found.extend(chains.superiors_on(spell.post, day, true));
            let beside = spell.account.into_iter().flat_map(|account| chains.posts_of(account));
            found.extend(beside.filter(|post| chains.superiors_on(*post, day, true).contains(&spell.post)));
        }
        found.into_iter().flat_map(|post| chains.holders_on(post, day)).collect()
    }

    /// Ties of ours to all who are near; returns whose.
    fn add_ties(&self, near: &BTreeSet<PersonIndex>, steps: &mut Steps) -> BTreeSet<PersonIndex> {
        let people = &self.relations.market.people;
        let mut ours = BTreeSet::new();
        for contact in near {
            for tie in self.relations.ties.of_contact(*contact) {
                if tie.strength >= self.settings.least_strength && people.persons.is_ours(tie.employee) {
                    raise(steps, tie.employee, *contact, tie.strength);
                    ours.insert(tie.employee);
                }
            }
        }
        ours
    }

    fn add_colleagues(&self, asked: &BTreeSet<PersonIndex>, ours: &BTreeSet<PersonIndex>, steps: &mut Steps) {
        for one in asked {
            for other in ours {
                raise(steps, *one, *other, self.settings.our_colleague);
            }
        }
    }

    /// The account's owner and team, as far as they are with us.
    pub fn in_charge(&self, account: AccountIndex) -> BTreeSet<PersonIndex> {
        let (market, people) = (self.relations.market, &self.relations.market.people);
        let owner = market.accounts.owner_of(account).and_then(|owner| people.persons.index_of(owner.id));
        let start = people.team_roles.partition_point(|it| it.account < account);
        let team = people.team_roles[start..].iter().take_while(|it| it.account == account);
        let now = team.filter(|it| it.span.contains(market.as_of)).map(|it| it.employee);
        owner.into_iter().chain(now).filter(|it| people.persons.is_ours(*it)).collect()
    }
}

/// Notes a step both ways, the strongest where there are several.
fn raise(steps: &mut Steps, one: PersonIndex, other: PersonIndex, strength: f64) {
    if one == other || strength <= 0.0 {
        return;
    }
    let known = steps.entry((one.min(other), one.max(other))).or_insert(0.0);
    *known = known.max(strength.min(1.0));
}

fn overlap(one: &Spell, other: &Spell) -> bool {
    let begins = |it: &Spell| it.began.map(|it| it.latest);
    let ends = |it: &Spell| it.ended.map(|it| it.latest);
    let before =
        |one: &Spell, other: &Spell| matches!((ends(one), begins(other)), (Some(end), Some(begin)) if end <= begin);
    !before(one, other) && !before(other, one)
}
