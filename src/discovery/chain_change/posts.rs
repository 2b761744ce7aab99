//! Changes of posts and reporting lines that no person's change tells.
//!
//! Comes in: a comparison whose persons are done. Leaves: more changes in it. Costs one pass over all posts and lines.

use std::collections::{BTreeMap, BTreeSet};

use crate::discovery::chain_change::detect::{Certainty, Change, ChangeKind, Comparison};
use crate::discovery::market::{AccountIndex, PersonIndex, PostIndex};
use crate::discovery::spell::Bracket;

impl Comparison<'_> {
    /// What no person's change tells: posts left empty by who rose or moved, empty posts that come and go.
    pub(super) fn compare_posts(&mut self) {
        let told: BTreeSet<PostIndex> = self
            .changes
            .iter()
            .filter(|it| matches!(it.kind, ChangeKind::PostVacant | ChangeKind::PostGone | ChangeKind::Left))
            .filter_map(|it| it.post_before)
            .collect();
        let new: BTreeSet<PostIndex> = self.changes.iter().filter_map(|it| it.post_after).collect();
        let moved: BTreeMap<PostIndex, Change> = self
            .changes
            .iter()
            .filter(|it| it.kind != ChangeKind::Joined)
            .filter_map(|it| Some((it.post_before?, it.clone())))
            .collect();
        for post in 0..self.people.posts.len() as u32 {
            let Some(account) = self.people.posts.account[post as usize] else { continue };
            let was_held = !self.chains.holders_on(post, self.since).is_empty();
            let is_held = !self.chains.holders_on(post, self.until).is_empty();
            let life = self.chains.spells.life(post);
            let told_by = moved.get(&post);
            let (kind, when) = match () {
                () if told.contains(&post) || is_held || self.successions.has_told(account, post) => continue,
                () if was_held && !self.is_gone(post) && self.is_vacant(post) => {
                    (ChangeKind::PostVacant, self.last_end(post))
                }
                () if !was_held && self.is_gone(post) => (ChangeKind::PostGone, life.ended),
                () if self.is_new(post) && !new.contains(&post) => (ChangeKind::PostNew, life.began),
                () => continue,
            };
            let is_coming = kind == ChangeKind::PostNew;
            let rows = self.chains.spells.of_post(post).iter().flat_map(|it| it.rows.iter().copied()).collect();
            self.changes.push(Change {
                account,
                kind,
                person: told_by.and_then(|it| it.person).or_else(|| self.last_holder(post)).filter(|_| was_held),
                post_before: (!is_coming).then_some(post),
                post_after: is_coming.then_some(post),
                account_before: None,
                predecessor: None,
                successor: None,
                superiors: None,
                when,
                is_vacancy: !is_coming,
                certainty: Certainty::Probable,
                rows,
            });
        }
    }

    /// A post that goes and one that comes under the same title are one post with a new number: only who holds it can
    /// have changed. Who is not named on either side may be the same person.
    pub(super) fn join_renumbered(&mut self) {
        let mut pairs: BTreeMap<(AccountIndex, BTreeSet<String>), [Vec<usize>; 2]> = BTreeMap::new();
        for (place, change) in self.changes.iter().enumerate() {
            let (side, post) = match change.kind {
                ChangeKind::PostGone => (0, change.post_before),
                ChangeKind::PostNew => (1, change.post_after),
                _ => continue,
            };
            let words = post.map(|post| self.title_words(post)).unwrap_or_default();
            pairs.entry((change.account, words)).or_default()[side].push(place);
        }
        let mut is_told = vec![false; self.changes.len()];
        let is_pair = |it: &&[Vec<usize>; 2]| it[0].len() == it[1].len();
        for [gone, new] in pairs.values().filter(is_pair) {
            for (gone, new) in gone.iter().zip(new) {
                let (before, after) = (self.changes[*gone].person, self.changes[*new].person);
                if before.is_none() || after.is_none() {
                    (is_told[*gone], is_told[*new]) = (true, true);
                    continue;
                }
                (self.changes[*gone].kind, self.changes[*gone].successor) = (ChangeKind::Left, after);
                (self.changes[*new].kind, self.changes[*new].predecessor) = (ChangeKind::Joined, before);
            }
        }
        let mut told = is_told.iter();
        self.changes.retain(|_| told.next() == Some(&false));
    }

    fn last_end(&self, post: PostIndex) -> Option<Bracket> {
        let ended = self.chains.spells.of_post(post).iter().filter_map(|it| it.ended);
        ended.filter(|it| it.latest <= self.until).max_by_key(|it| it.latest)
    }

    fn last_holder(&self, post: PostIndex) -> Option<PersonIndex> {
        let there = self.chains.spells.of_post(post).iter().filter(|it| it.holds_on(self.since));
        there.max_by_key(|it| (it.ended, it.person)).map(|it| it.person)
    }

    /// Posts held on both days whose solid superior is another post, held by another person.
    pub(super) fn compare_lines(&mut self) {
        let mut reporting: Vec<PostIndex> = self.people.lines.iter().map(|line| line.reporting).collect();
        reporting.dedup();
        for post in reporting {
            let Some(account) = self.people.posts.account[post as usize] else { continue };
            let above = |day| self.chains.superiors_on(post, day, false);
            let (before, after) = (above(self.since), above(self.until));
            let (Some(lost), Some(gained)) = (
                before.iter().copied().find(|it| !after.contains(it)),
                after.iter().copied().find(|it| !before.contains(it)),
            ) else {
                continue;
            };
            let who = |post, day| self.chains.holders_on(post, day);
            let is_held = !who(post, self.since).is_empty() && !who(post, self.until).is_empty();
            let one_person = |list: Vec<PersonIndex>| list.into_iter().map(|it| self.chains.spells.one_person(it));
            let bosses: BTreeSet<_> = one_person(who(lost, self.since)).collect();
            let is_same_boss = one_person(who(gained, self.until)).any(|it| bosses.contains(&it));
            if !is_held || is_same_boss {
                continue;
            }
            self.changes.push(Change {
                account,
                kind: ChangeKind::ChangedReportingLine,
                person: who(post, self.until).first().copied(),
                post_before: Some(post),
                post_after: Some(post),
                account_before: None,
                predecessor: None,
                successor: None,
                superiors: Some((lost, gained)),
                when: self.chains.line_began(post, gained, self.until),
                is_vacancy: false,
                certainty: Certainty::Probable,
                rows: Vec::new(),
            });
        }
    }
}
