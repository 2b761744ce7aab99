//! Which required counterparts are missing, on their side and on ours.
//!
//! Comes in: relations and settings. Leaves: the gaps of one account. Never scores.

use std::collections::BTreeSet;

use crate::discovery::coverage::{Required, Settings, Tier};
use crate::discovery::decision_chain::{DecisionChain, Link};
use crate::discovery::market::{AccountIndex, PersonIndex};
use crate::discovery::relations::Relations;
use crate::discovery::tie::Tie;
use crate::model::{Day, Function, Level};

/// What is missing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum GapKind {
    /// Nobody of ours ever dealt with the person, or no such person is known.
    Unknown,
    /// The last dealing lies too far back, or who dealt with them is gone.
    Stale,
    /// All of the account's ties go through one of ours.
    SingleThreaded,
    /// Nobody of ours is in charge.
    VacantOnOurSide,
    /// The post is known, its holder not.
    KnownPostWithoutPerson,
}

impl GapKind {
    /// As findings write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Stale => "stale",
            Self::SingleThreaded => "single-threaded",
            Self::VacantOnOurSide => "vacant-on-our-side",
            Self::KnownPostWithoutPerson => "known-post-without-person",
        }
    }
}

/// One gap.
#[derive(Clone, PartialEq, Debug)]
pub struct Gap {
    /// Where.
    pub account: AccountIndex,
    /// What.
    pub kind: GapKind,
    /// Who is not known well enough.
    pub person: Option<PersonIndex>,
    /// The post.
    pub link: Option<Link>,
    /// Level required.
    pub level: Option<Level>,
    /// Function required.
    pub function: Option<Function>,
    /// Our role that is missing.
    pub role: Option<String>,
    /// Of ours: through whom alone it goes, or who dealt with them last.
    pub ours: Option<PersonIndex>,
    /// The last dealing.
    pub last: Option<Day>,
    /// Strength of the best tie of ours.
    pub best_strength: f64,
    /// Places of the dealings that it rests on, in the order of days.
    pub dealings: Vec<u32>,
}

/// How well a contact is known.
struct Acquaintance<'a> {
    best: Option<&'a Tie>,
    latest: Option<&'a Tie>,
}

/// What is the same for all accounts.
pub struct Detection<'a> {
    relations: &'a Relations<'a>,
    settings: &'a Settings,
    has_posts: bool,
    roles_there: BTreeSet<&'a str>,
    has_owners: bool,
    n_of_ours: usize,
    direct: BTreeSet<(AccountIndex, PersonIndex)>,
}

impl<'a> Detection<'a> {
    /// Looks at what the data hold at all.
    pub fn new(relations: &'a Relations<'a>, settings: &'a Settings) -> Self {
        let market = relations.market;
        let ours: BTreeSet<PersonIndex> = relations.ties.ties.iter().map(|tie| tie.employee).collect();
        Self {
            relations,
            settings,
            has_posts: !market.people.posts.is_empty(),
            roles_there: market.people.team_roles.iter().map(|role| role.role.as_str()).collect(),
            has_owners: market.accounts.owner.iter().any(Option::is_some),
            n_of_ours: ours.len(),
            direct: (0u32..)
                .zip(&market.people.persons.account)
                .filter_map(|(person, account)| Some(((*account)?, person)))
                .collect(),
        }
    }

    /// The gaps of an account, in no order of importance.
    pub fn gaps(&self, account: AccountIndex, tier: Tier) -> Vec<Gap> {
        let chain = self.relations.chain_on(account, self.relations.market.as_of);
        let mut gaps = Vec::new();
        if self.has_posts {
            let required = self.settings.required.iter().filter(|it| it.tiers.contains(&tier));
            required.for_each(|it| self.check(&chain, it, &mut gaps));
            let approver = chain.approver.map(|place| &chain.links[place]);
            gaps.extend(approver.and_then(|link| self.gap_of(account, link)));
        }
        gaps.extend(self.single_thread(&chain));
        let ours = self.settings.ours.iter().filter(|it| it.tiers.contains(&tier));
        gaps.extend(ours.filter_map(|it| self.vacancy(account, &it.role)));
        once_each(gaps)
    }

    fn check(&self, chain: &DecisionChain, required: &Required, gaps: &mut Vec<Gap>) {
        let is_level = |link: &&Link| link.standing.level.is_some_and(|it| it.value == required.level);
        let is_function = |link: &&Link| {
            required.function.is_none_or(|wanted| link.standing.function.is_some_and(|it| it.value == wanted))
        };
        let fitting: Vec<&Link> = chain.links.iter().filter(is_level).filter(is_function).collect();
        if required.each {
            gaps.extend(fitting.iter().filter_map(|link| self.gap_of(chain.account, link)));
        } else if !fitting.iter().any(|link| self.is_covered(link)) {
            let weights = &self.relations.settings.weights;
            let weight = |link: &Link| weights.of_link(link) + link.importance;
            let held = fitting.iter().filter(|link| !link.holders.is_empty());
            let candidates: Vec<&&Link> =
                if held.clone().next().is_some() { held.collect() } else { fitting.iter().collect() };
            let best = candidates
                .into_iter()
                .max_by(|one, other| weight(one).total_cmp(&weight(other)).then(other.post.cmp(&one.post)));
            gaps.extend(best.and_then(|link| self.gap_of(chain.account, link)));
        }
        if fitting.is_empty() {
            let mut gap = Gap::at(chain.account, GapKind::Unknown);
            (gap.level, gap.function) = (Some(required.level), required.function);
            gaps.push(gap);
        }
    }

    fn is_covered(&self, link: &Link) -> bool {
        let sufficient = self.settings.sufficient_strength;
        link.holders.iter().any(|who| self.acquaintance(*who).best.is_some_and(|tie| tie.strength >= sufficient))
    }

    /// The gap at one post, if there is one: about its holder known best.
    fn gap_of(&self, account: AccountIndex, link: &Link) -> Option<Gap> {
        let mut gap = Gap::at(account, GapKind::KnownPostWithoutPerson);
        gap.level = link.standing.level.map(|it| it.value);
        gap.function = link.standing.function.map(|it| it.value);
        gap.link = Some(link.clone());
        let strength = |who: &PersonIndex| self.acquaintance(*who).best.map_or(0.0, |tie| tie.strength);
        let known_best =
            link.holders.iter().max_by(|one, other| strength(one).total_cmp(&strength(other)).then(other.cmp(one)));
        let Some(who) = known_best else { return Some(gap) };
        let known = self.acquaintance(*who);
        gap.person = Some(*who);
        gap.best_strength = known.best.map_or(0.0, |tie| tie.strength);
        if let Some(tie) = known.latest {
            (gap.ours, gap.last) = (Some(tie.employee), Some(tie.last));
            gap.dealings = (tie.start..tie.end).collect();
        }
        let today = self.relations.market.as_of;
        let is_old = known.best.or(known.latest).is_some_and(|tie| today - tie.last > self.settings.stale_days);
        let is_met = known.best.is_some_and(|tie| tie.strength >= self.relations.settings.known_strength);
        gap.kind = match known.latest {
            None => GapKind::Unknown,
            Some(_) if is_old || known.best.is_none() => GapKind::Stale,
            Some(_) if is_met => return None,
            Some(_) => GapKind::Unknown,
        };
        Some(gap)
    }

    /// The best tie of anybody still with us, and the latest of anybody.
    fn acquaintance(&self, who: PersonIndex) -> Acquaintance<'_> {
        let people = &self.relations.market.people;
        let latest = self.relations.ties.of_contact(who).max_by_key(|tie| (tie.last, tie.employee));
        Acquaintance { best: self.relations.ties.best(people, who), latest }
    }

    /// Whether only one of ours has ties to the account's contacts.
    fn single_thread(&self, chain: &DecisionChain) -> Option<Gap> {
        let people = &self.relations.market.people;
        let holders: BTreeSet<PersonIndex> = chain.links.iter().flat_map(|link| link.holders.iter().copied()).collect();
        let all = (chain.account, PersonIndex::MIN)..=(chain.account, PersonIndex::MAX);
        let direct = self.direct.range(all).map(|it| it.1);
        let contacts: BTreeSet<PersonIndex> = holders.into_iter().chain(direct).collect();
        let known = self.relations.settings.known_strength;
        let ties = contacts.iter().flat_map(|who| self.relations.ties.of_contact(*who));
        let ours = ties.filter(|tie| tie.strength >= known && people.persons.is_ours(tie.employee));
        let ours: Vec<&Tie> = ours.collect();
        let first = ours.first()?;
        if self.n_of_ours < 2 || ours.iter().any(|tie| tie.employee != first.employee) {
            return None;
        }
        let best = ours.iter().copied().max_by(|one, other| one.strength.total_cmp(&other.strength))?;
        let mut gap = Gap::at(chain.account, GapKind::SingleThreaded);
        (gap.ours, gap.last, gap.best_strength) = (Some(best.employee), Some(best.last), best.strength);
        gap.dealings = (best.start..best.end).collect();
        Some(gap)
    }

    /// Whether nobody of ours holds a role for the account, in data that know the role.
    fn vacancy(&self, account: AccountIndex, role: &str) -> Option<Gap> {
        let market = self.relations.market;
        let people = &market.people;
        let is_owned_role = role == "account manager";
        let is_told = self.roles_there.contains(role) || (is_owned_role && self.has_owners);
        if !is_told {
            return None;
        }
        let start = people.team_roles.partition_point(|it| it.account < account);
        let team: Vec<_> = people.team_roles[start..].iter().take_while(|it| it.account == account).collect();
        let in_role = || team.iter().filter(|it| it.role == role);
        let is_there = in_role().any(|it| it.span.contains(market.as_of) && people.persons.is_ours(it.employee));
        let owner = market.accounts.owner_of(account).map(|owner| people.persons.index_of(owner.id));
        let is_owned = is_owned_role && owner.is_some_and(|it| it.is_none_or(|it| people.persons.is_ours(it)));
        let has_left_role = is_owned_role && in_role().next().is_some();
        if is_there || (is_owned && !has_left_role) {
            return None;
        }
        let mut gap = Gap::at(account, GapKind::VacantOnOurSide);
        gap.role = Some(role.to_owned());
        gap.ours = in_role().max_by_key(|it| it.span.to).map(|it| it.employee).or(owner.flatten());
        Some(gap)
    }
}

impl Gap {
    fn at(account: AccountIndex, kind: GapKind) -> Self {
        Self {
            account,
            kind,
            person: None,
            link: None,
            level: None,
            function: None,
            role: None,
            ours: None,
            last: None,
            best_strength: 0.0,
            dealings: Vec::new(),
        }
    }
}

/// One gap a person, post or missing counterpart, in the order in which they were found.
fn once_each(gaps: Vec<Gap>) -> Vec<Gap> {
    let mut seen = BTreeSet::new();
    let mut once = Vec::with_capacity(gaps.len());
    for gap in gaps {
        let post = gap.link.as_ref().map(|link| link.post);
        let required = if post.is_none() { (gap.level, gap.function, gap.role.clone()) } else { (None, None, None) };
        let about = if gap.person.is_some() { (gap.person, None) } else { (None, post) };
        if seen.insert((about, required, gap.kind == GapKind::SingleThreaded)) {
            once.push(gap);
        }
    }
    once
}
