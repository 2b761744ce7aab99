//! Accounts that go on under another: renamed, merged or split ones. Their people have neither left nor joined.
//!
//! Comes in: which account derives from which, and what every person holds on both days. Leaves: one change for each
//! account and its successor, and a change of post for who rose or fell on the way; takes out of the holdings who only
//! went along. Never guesses a successor: the source must name it. Costs one pass over the spells.
//!
//! A named pair counts between two days when the earlier account is empty by the last, or nobody had ever held a post of
//! the later one by the first; tasks handed from one living account to another make nobody's move less of a move.

use std::collections::{BTreeMap, BTreeSet};

use crate::discovery::chain_change::detect::{Certainty, Change, ChangeKind, Comparison, Holdings, PersonHoldings};
use crate::discovery::decision_chain::Chains;
use crate::discovery::market::{AccountIndex, Accounts, PersonIndex, PostIndex};
use crate::model::Day;

/// Which accounts went on under which, between two days.
#[derive(Default)]
pub struct Successions {
    later: BTreeMap<AccountIndex, BTreeSet<AccountIndex>>,
    dissolved: BTreeSet<AccountIndex>,
    carried: BTreeSet<PostIndex>,
}

type Went = BTreeMap<(AccountIndex, AccountIndex), Vec<u32>>;

impl Successions {
    /// Reads them from the accounts' own links, over several steps as well.
    pub fn between(accounts: &Accounts, chains: &Chains, [since, until]: [Day; 2]) -> Self {
        if accounts.derived_from.is_empty() {
            return Self::default();
        }
        let lives = lives(chains, since, until);
        let life = |account: &AccountIndex| lives.get(account).copied().unwrap_or_default();
        let mut direct: BTreeMap<AccountIndex, Vec<AccountIndex>> = BTreeMap::new();
        for (later, earlier) in &accounts.derived_from {
            let (before, after) = (life(earlier), life(later));
            let has_ended = before.was_held && !before.is_held;
            let is_new = after.was_held && !after.is_old;
            if before.was_held && after.was_held && (has_ended || is_new) {
                direct.entry(*earlier).or_default().push(*later);
            }
        }
        let mut all = Self::default();
        for earlier in direct.keys().filter(|it| life(it).is_old) {
            let later = reachable(*earlier, &direct);
            let living: BTreeSet<_> = later.into_iter().filter(|it| life(it).is_held).collect();
            if !living.is_empty() {
                all.dissolved.extend((!life(earlier).is_held).then_some(*earlier));
                all.later.insert(*earlier, living);
            }
        }
        all
    }

    /// Whether an account is empty because it goes on under another.
    pub fn is_dissolved(&self, account: AccountIndex) -> bool {
        self.dissolved.contains(&account)
    }

    /// Whether what became of a post is told by what became of its account.
    pub fn has_told(&self, account: AccountIndex, post: PostIndex) -> bool {
        self.is_dissolved(account) || self.carried.contains(&post)
    }
}

/// Whether an account's posts were held up to the first day, between the two, and on the last.
#[derive(Clone, Copy, Default)]
struct Life {
    is_old: bool,
    was_held: bool,
    is_held: bool,
}

fn lives(chains: &Chains, since: Day, until: Day) -> BTreeMap<AccountIndex, Life> {
    let mut lives: BTreeMap<AccountIndex, Life> = BTreeMap::new();
    for spell in &chains.spells.spells {
        let Some(account) = spell.account else { continue };
        let has_begun_by = |day: Day| spell.began.is_none_or(|it| it.latest <= day);
        let ends_after = |day: Day| spell.ended.is_none_or(|it| it.latest > day);
        let life = lives.entry(account).or_default();
        life.is_old |= has_begun_by(since);
        life.was_held |= has_begun_by(until) && ends_after(since);
        life.is_held |= spell.holds_on(until);
    }
    lives
}

fn reachable(earlier: AccountIndex, direct: &BTreeMap<AccountIndex, Vec<AccountIndex>>) -> BTreeSet<AccountIndex> {
    let mut found = BTreeSet::new();
    let mut open = vec![earlier];
    while let Some(account) = open.pop() {
        open.extend(direct.get(&account).into_iter().flatten().filter(|it| **it != earlier && found.insert(**it)));
    }
    found
}

impl<'a> Comparison<'a> {
    /// Tells what became of accounts, and takes who only went along out of the holdings.
    pub(super) fn carry_over(&mut self, changed: &mut BTreeMap<PersonIndex, PersonHoldings<'a>>) {
        let later = std::mem::take(&mut self.successions.later);
        if later.is_empty() {
            return;
        }
        let mut went = Went::new();
        for held in changed.values_mut() {
            for (earlier, later) in &later {
                self.carry_person(held, *earlier, later, &mut went);
            }
        }
        for ((earlier, later), rows) in went {
            self.succeeded(earlier, later, rows);
        }
        self.successions.later = later;
    }

    fn carry_person(
        &mut self,
        held: &mut PersonHoldings<'a>,
        earlier: AccountIndex,
        later: &BTreeSet<AccountIndex>,
        went: &mut Went,
    ) {
        let is_lost = held.get(&earlier).is_some_and(|it| !it.before.is_empty() && it.after.is_empty());
        let there = later.iter().filter(|it| held.get(it).is_some_and(|it| !it.after.is_empty()));
        let there: Vec<AccountIndex> = there.copied().collect();
        if !is_lost || there.is_empty() {
            return;
        }
        let Some(lost) = held.remove(&earlier) else { return };
        for account in there {
            let Some(now) = held.get(&account) else { continue };
            let both = lost.before.iter().chain(&now.after);
            went.entry((earlier, account))
                .or_default()
                .extend(both.clone().flat_map(|it| it.spell.rows.iter().copied()));
            self.successions.carried.extend(both.map(|it| it.post));
            if now.before.is_empty() {
                self.changed_rank(earlier, &lost, now);
                held.remove(&account);
            }
        }
    }

    /// A change of post on the way, where the highest post is not of the same rank.
    fn changed_rank(&mut self, earlier: AccountIndex, lost: &Holdings<'a>, now: &Holdings<'a>) {
        let (Some(before), Some(after)) = (lost.before.first(), now.after.first()) else { return };
        let is_higher = self.is_higher(after.post, before.post);
        if !is_higher && !self.is_higher(before.post, after.post) {
            return;
        }
        let kind = if is_higher { ChangeKind::Promoted } else { ChangeKind::MovedPost };
        let Some(account) = after.spell.account else { return };
        let mut change = self.change(account, kind, Some(*before), Some(*after));
        change.account_before = Some(earlier);
        change.when = after.spell.began;
        self.changes.push(change);
    }

    fn succeeded(&mut self, earlier: AccountIndex, later: AccountIndex, rows: Vec<u32>) {
        let of_later = |row: &&u32| self.people.memberships[**row as usize].account == Some(later);
        let posts = rows.iter().filter(of_later).filter_map(|row| self.people.memberships[*row as usize].post);
        let spells = posts.flat_map(|post| self.chains.spells.of_post(post));
        let began = spells.filter(|it| it.holds_on(self.until) && !it.holds_on(self.since)).filter_map(|it| it.began);
        self.changes.push(Change {
            account: later,
            kind: ChangeKind::AccountSucceeded,
            person: None,
            post_before: None,
            post_after: None,
            account_before: Some(earlier),
            predecessor: None,
            successor: None,
            superiors: None,
            when: began.min_by_key(|it| (it.latest, it.earliest)),
            is_vacancy: false,
            certainty: Certainty::Probable,
            rows,
        });
    }
}
