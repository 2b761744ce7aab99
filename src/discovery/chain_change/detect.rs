//! What differs between two days, one change for one real-world event.
//!
//! Comes in: chains and two days. Leaves: [`Change`]s in the order of account, person and post. Never scores.
//!
//! A person's holdings on both days are compared account by account. Who appears at one account and disappears from
//! another within the gap has moved; who only changes posts inside has been promoted or moved; the rest joined or left.
//! What happens to posts is told on its own only where no person's change tells it: a new post takes in "joined" of its
//! first holder, an abolished or vacant one "left" of its last.

use std::collections::{BTreeMap, BTreeSet};

use crate::discovery::chain_change::succession::Successions;
use crate::discovery::decision_chain::{self, Chains};
use crate::discovery::market::{AccountIndex, Accounts, People, PersonIndex, PostIndex};
use crate::discovery::spell::{Bracket, Spell};
use crate::identity::person_name::{Likeness, PersonName};
use crate::model::Day;

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ChangeKind {
    /// Came to the account.
    Joined,
    /// Left the account; whether the post goes on is not known, or somebody follows.
    Left,
    /// Rose inside the account.
    Promoted,
    /// Came from another account.
    MovedAccount,
    /// Took another post at the account, no higher one.
    MovedPost,
    /// Has another superior.
    ChangedReportingLine,
    /// Nobody holds the post any more.
    PostVacant,
    /// Somebody who is at the account anyway took on the post as well.
    PostFilled,
    /// The post is new.
    PostNew,
    /// The post is abolished.
    PostGone,
    /// The account goes on under another: renamed, merged or split.
    AccountSucceeded,
}

impl ChangeKind {
    /// As findings write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Joined => "joined",
            Self::Left => "left",
            Self::Promoted => "promoted",
            Self::MovedAccount => "moved-account",
            Self::MovedPost => "moved-post",
            Self::ChangedReportingLine => "changed-reporting-line",
            Self::PostVacant => "post-vacant",
            Self::PostFilled => "post-filled",
            Self::PostNew => "post-new",
            Self::PostGone => "post-gone",
            Self::AccountSucceeded => "account-succeeded",
        }
    }
}

/// How sure a change is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Certainty {
    /// The source dates it.
    Confirmed,
    /// It follows from two lists of which one shows it and the other does not.
    Probable,
    /// It rests on the likeness of two names in different posts.
    Suspected,
}

impl Certainty {
    /// As findings write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Probable => "probable",
            Self::Suspected => "suspected",
        }
    }
}

/// One change.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Change {
    /// Where; for a move between accounts where the person is now.
    pub account: AccountIndex,
    /// What.
    pub kind: ChangeKind,
    /// Who.
    pub person: Option<PersonIndex>,
    /// The post before.
    pub post_before: Option<PostIndex>,
    /// The post after.
    pub post_after: Option<PostIndex>,
    /// The account before, for a move between accounts.
    pub account_before: Option<AccountIndex>,
    /// Who held the post after before.
    pub predecessor: Option<PersonIndex>,
    /// Who holds the post before now.
    pub successor: Option<PersonIndex>,
    /// Superior posts before and after, for a changed reporting line.
    pub superiors: Option<(PostIndex, PostIndex)>,
    /// When.
    pub when: Option<Bracket>,
    /// Whether the post was there before and nobody held it (for who comes), or is vacant now (for who goes).
    pub is_vacancy: bool,
    /// How sure it is.
    pub certainty: Certainty,
    /// Places in [`People::memberships`] of the rows that say it.
    pub rows: Vec<u32>,
}

/// A post that a person holds on one of the days.
#[derive(Clone, Copy)]
pub(super) struct Held<'a> {
    pub(super) post: PostIndex,
    pub(super) spell: &'a Spell,
    pub(super) grade: i32,
}

/// What a person holds at an account on both days.
#[derive(Default)]
pub(super) struct Holdings<'a> {
    pub(super) before: Vec<Held<'a>>,
    pub(super) after: Vec<Held<'a>>,
}

pub(super) type PersonHoldings<'a> = BTreeMap<AccountIndex, Holdings<'a>>;

/// Compares two days.
pub struct Comparison<'a> {
    pub(super) people: &'a People,
    pub(super) chains: &'a Chains,
    pub(super) since: Day,
    pub(super) until: Day,
    pub(super) move_gap_days: i32,
    chain: &'a decision_chain::Settings,
    pub(super) successions: Successions,
    pub(super) changes: Vec<Change>,
}

/// All changes between two days, sorted.
pub fn changes(
    accounts: &Accounts,
    people: &People,
    chains: &Chains,
    [since, until]: [Day; 2],
    move_gap_days: i32,
    chain: &decision_chain::Settings,
) -> Vec<Change> {
    let successions = Successions::between(accounts, chains, [since, until]);
    let changes = Vec::new();
    let mut comparison = Comparison { people, chains, since, until, move_gap_days, chain, successions, changes };
    let holdings = comparison.holdings();
    let changed: BTreeMap<_, _> =
        holdings.into_iter().filter(|(_, held)| held.values().any(Holdings::differ)).collect();
    let mut changed = comparison.with_spellings(changed);
    comparison.carry_over(&mut changed);
    for held in changed.into_values() {
        comparison.compare_person(&held);
    }
    comparison.compare_posts();
    comparison.join_renumbered();
    comparison.compare_lines();
    let mut changes = comparison.changes;
    for change in changes.iter_mut().filter(|it| it.certainty == Certainty::Probable) {
        if change.when.is_some_and(|when| when.earliest == when.latest) {
            change.certainty = Certainty::Confirmed;
        }
    }
    changes.sort_unstable();
    changes
}

impl Holdings<'_> {
    fn differ(&self) -> bool {
        let posts = |held: &[Held<'_>]| held.iter().map(|it| it.post).collect::<BTreeSet<_>>();
        posts(&self.before) != posts(&self.after)
    }
}

impl<'a> Comparison<'a> {
    /// What every person holds on both days, under one index for all spellings.
    fn holdings(&self) -> BTreeMap<PersonIndex, PersonHoldings<'a>> {
        let mut all: BTreeMap<PersonIndex, PersonHoldings<'a>> = BTreeMap::new();
        for spell in &self.chains.spells.spells {
            let (was, is) = (spell.holds_on(self.since), spell.holds_on(self.until));
            let Some(account) = spell.account.filter(|_| was || is) else { continue };
            let grade = self.chains.standings[spell.post as usize].grade;
            let held = Held { post: spell.post, spell, grade };
            let person = self.chains.spells.one_person(spell.person);
            let holdings = all.entry(person).or_default().entry(account).or_default();
            holdings.before.extend(was.then_some(held));
            holdings.after.extend(is.then_some(held));
        }
        for holdings in all.values_mut().flat_map(BTreeMap::values_mut) {
            for held in [&mut holdings.before, &mut holdings.after] {
                held.sort_by_key(|it| (-it.grade, it.post));
                held.dedup_by_key(|it| it.post);
            }
        }
        all
    }

    /// Who disappears and who appears at one account under the same name, written as two persons, is one.
    fn with_spellings(
        &self,
        mut changed: BTreeMap<PersonIndex, PersonHoldings<'a>>,
    ) -> BTreeMap<PersonIndex, PersonHoldings<'a>> {
        let mut gone: BTreeMap<AccountIndex, Vec<(PersonName, PersonIndex)>> = BTreeMap::new();
        let mut come = gone.clone();
        for (person, holdings) in &changed {
            for (account, held) in holdings {
                let list = match (held.before.is_empty(), held.after.is_empty()) {
                    (false, true) => &mut gone,
                    (true, false) => &mut come,
                    _ => continue,
                };
                let name = PersonName::read(self.people.persons.name(*person));
                list.entry(*account).or_default().push((name, *person));
            }
        }
        for (account, gone) in gone {
            let come = come.remove(&account).unwrap_or_default();
            for (person, other) in one_by_name(&gone, come) {
                let Some(after) = changed.get_mut(&other).and_then(|it| it.remove(&account)) else { continue };
                let own = changed.entry(person).or_default().entry(account).or_default();
                own.after.extend(after.after);
            }
        }
        changed
    }

    /// Posts inside one account: what was given up and what was taken on.
    pub(super) fn compare_inside(&mut self, account: AccountIndex, held: &Holdings<'a>) {
        let posts = |list: &[Held<'a>]| list.iter().map(|it| it.post).collect::<BTreeSet<_>>();
        let (before, after) = (posts(&held.before), posts(&held.after));
        let mut lost: Vec<Held<'a>> = held.before.iter().filter(|it| !after.contains(&it.post)).copied().collect();
        let gained = held.after.iter().filter(|it| !before.contains(&it.post)).copied();
        let highest = held.before.iter().map(|it| it.grade).max().unwrap_or_default();
        for after in gained {
            let before = if lost.is_empty() { None } else { Some(lost.remove(0)) };
            if before.is_some_and(|before| self.is_only_rewritten(before.post, after.post)) {
                continue;
            }
            let kind = match before {
                Some(before) if self.is_higher(after.post, before.post) => ChangeKind::Promoted,
                Some(_) => ChangeKind::MovedPost,
                None if after.grade > highest && highest > 0 => ChangeKind::Promoted,
                None => ChangeKind::PostFilled,
            };
            let mut change = self.change(account, kind, before, Some(after));
            change.when = after.spell.began;
            self.changes.push(change);
        }
    }

    pub(super) fn change(
        &self,
        account: AccountIndex,
        kind: ChangeKind,
        before: Option<Held<'a>>,
        after: Option<Held<'a>>,
    ) -> Change {
        let rows = before.iter().chain(&after).flat_map(|it| it.spell.rows.iter().copied());
        Change {
            account,
            kind,
            person: after.or(before).map(|it| it.spell.person),
            post_before: before.map(|it| it.post),
            post_after: after.map(|it| it.post),
            account_before: None,
            predecessor: after.and_then(|it| self.predecessor(it.post, it.spell)),
            successor: before.and_then(|it| self.successor(it.post, it.spell)),
            superiors: None,
            when: None,
            is_vacancy: false,
            certainty: self.certainty(before, after),
            rows: rows.collect(),
        }
    }

    /// Suspected where one name takes over another post under another spelling.
    fn certainty(&self, before: Option<Held<'a>>, after: Option<Held<'a>>) -> Certainty {
        let (Some(before), Some(after)) = (before, after) else { return Certainty::Probable };
        let person = |it: Held<'_>| self.chains.spells.one_person(it.spell.person);
        let name = |it: Held<'_>| PersonName::read(self.people.persons.name(it.spell.person));
        let is_one = person(before) == person(after) || name(before).likeness(&name(after)) == Likeness::Same;
        if is_one { Certainty::Probable } else { Certainty::Suspected }
    }

    /// Who held the post on the first day and no longer does.
    fn predecessor(&self, post: PostIndex, own: &Spell) -> Option<PersonIndex> {
        let others = self.chains.spells.of_post(post).iter().filter(|it| it.person != own.person);
        let gone = others.filter(|it| it.holds_on(self.since) && !it.holds_on(self.until));
        gone.max_by_key(|it| (it.ended, it.person)).map(|it| it.person)
    }

    /// Who holds the post on the last day and did not on the first.
    fn successor(&self, post: PostIndex, own: &Spell) -> Option<PersonIndex> {
        let others = self.chains.spells.of_post(post).iter().filter(|it| it.person != own.person);
        let new = others.filter(|it| it.holds_on(self.until) && !it.holds_on(self.since));
        new.min_by_key(|it| (it.began, it.person)).map(|it| it.person)
    }

    pub(super) fn is_new(&self, post: PostIndex) -> bool {
        let life = self.chains.spells.life(post);
        life.is_own && life.began.is_some_and(|it| it.latest > self.since && it.latest <= self.until)
    }

    pub(super) fn is_gone(&self, post: PostIndex) -> bool {
        let life = self.chains.spells.life(post);
        life.is_own && life.ended.is_some_and(|it| it.latest > self.since && it.latest <= self.until)
    }

    pub(super) fn is_vacant(&self, post: PostIndex) -> bool {
        self.chains.holders_on(post, self.until).is_empty()
            && self.chains.is_there_on(self.people, post, self.until, self.chain)
    }

    /// The source's own order where it has one for both, else seniority as read from the titles.
    pub(super) fn is_higher(&self, one: PostIndex, other: PostIndex) -> bool {
        let rank = |post: PostIndex| self.people.posts.rank[post as usize];
        let grade = |post: PostIndex| self.chains.standings[post as usize].grade;
        match (rank(one), rank(other)) {
            (Some(one), Some(other)) => one < other,
            _ => grade(one) > grade(other) && grade(other) > 0,
        }
    }

    /// Whether the same words in another order or case name a post that begins where the other ends.
    fn is_only_rewritten(&self, before: PostIndex, after: PostIndex) -> bool {
        let is_over = self.chains.holders_on(before, self.until).is_empty();
        let is_fresh = self.chains.holders_on(after, self.since).is_empty();
        is_over && is_fresh && self.title_words(before) == self.title_words(after)
    }

    /// The words of a post's title in any order and case, without little words.
    pub(super) fn title_words(&self, post: PostIndex) -> BTreeSet<String> {
        let title = self.people.posts.title(post).to_lowercase();
        let words = title.split(|c: char| !c.is_alphanumeric()).filter(|it| !matches!(*it, "" | "of" | "the" | "and"));
        words.map(str::to_owned).collect()
    }
}

type NamedPerson = (PersonName, PersonIndex);

/// Who of those that are gone is who of those that came: by the same name, else by a variant that fits nobody else.
fn one_by_name(gone: &[NamedPerson], mut come: Vec<NamedPerson>) -> Vec<(PersonIndex, PersonIndex)> {
    let mut pairs = Vec::new();
    let mut rest: Vec<&NamedPerson> = Vec::new();
    for it in gone {
        match come.iter().position(|other| it.0.likeness(&other.0) == Likeness::Same) {
            Some(place) => pairs.push((it.1, come.remove(place).1)),
            None => rest.push(it),
        }
    }
    let is_full = |name: &PersonName| name.words().len() > 1;
    let fits = |one: &NamedPerson, other: &NamedPerson| {
        is_full(&one.0) && is_full(&other.0) && one.0.likeness(&other.0) == Likeness::Variant
    };
    for it in &rest {
        let fitting: Vec<&NamedPerson> = come.iter().filter(|other| fits(it, other)).collect();
        if let [other] = fitting[..]
            && rest.iter().filter(|one| fits(one, other)).count() == 1
        {
            pairs.push((it.1, other.1));
        }
    }
    pairs
}
