//! Who came to an account, who left one, and which of both together is a move.
//!
//! Comes in: what one person holds on both days, account by account. Leaves: joined, left and moved in the comparison.
//! Never matches two persons. Costs the accounts left times the accounts entered, and one pass over the person's spells.
//!
//! An account left leads to every account entered near it: who gives up one and takes on two came to both from there, and
//! is known from there at both. Where several were left, each is told as the origin of one before it is of a second. Who
//! stays where they were and takes on another account as well has moved from nowhere.

use std::collections::BTreeSet;

use crate::discovery::chain_change::detect::{ChangeKind, Comparison, Held, PersonHoldings};
use crate::discovery::market::AccountIndex;
use crate::discovery::spell::Spell;

impl<'a> Comparison<'a> {
    pub(super) fn compare_person(&mut self, held: &PersonHoldings<'a>) {
        let mut lost: Vec<(AccountIndex, Held<'a>)> = Vec::new();
        let mut gained: Vec<(AccountIndex, Held<'a>)> = Vec::new();
        for (account, holdings) in held {
            match (holdings.before.first(), holdings.after.first()) {
                (Some(before), None) => lost.push((*account, *before)),
                (None, Some(after)) => gained.push((*account, *after)),
                _ => self.compare_inside(*account, holdings),
            }
        }
        let mut origins = BTreeSet::new();
        for (account, after) in gained {
            let near = lost.iter().filter(|(_, before)| self.is_one_move(before.spell, after.spell));
            let nearest =
                near.min_by_key(|(from, before)| (origins.contains(from), gap_days(before.spell, after.spell), *from));
            origins.extend(nearest.map(|(from, _)| *from));
            let before = nearest.map(|(_, before)| *before).or_else(|| self.earlier(after));
            self.came(account, before, after);
        }
        for (account, before) in lost.into_iter().filter(|(account, _)| !origins.contains(account)) {
            self.left(account, before);
        }
    }

    /// Whether an end and a beginning may lie within the gap.
    fn is_one_move(&self, before: &Spell, after: &Spell) -> bool {
        gap_days(before, after).is_some_and(|days| days <= self.move_gap_days)
    }

    /// The last post at another account that the person had left, before the first day or since, if within the gap.
    fn earlier(&self, after: Held<'a>) -> Option<Held<'a>> {
        let own = || after.spell.written_as.iter().flat_map(|who| self.chains.spells.of_person(*who));
        let is_there = |account| own().any(|it| it.account == account && it.holds_on(self.until));
        let earlier = own().filter(|it| {
            let is_over = it.ended.is_some_and(|ended| ended.latest <= self.until) && !it.holds_on(self.since);
            is_over && it.account.is_some() && !is_there(it.account) && self.is_one_move(it, after.spell)
        });
        let latest = earlier.max_by_key(|it| (it.ended, self.chains.standings[it.post as usize].grade, it.post))?;
        let grade = self.chains.standings[latest.post as usize].grade;
        Some(Held { post: latest.post, spell: latest, grade })
    }

    fn came(&mut self, account: AccountIndex, before: Option<Held<'a>>, after: Held<'a>) {
        let kind = if before.is_some() { ChangeKind::MovedAccount } else { ChangeKind::Joined };
        let is_new = self.is_new(after.post) && before.is_none();
        let mut change = self.change(account, if is_new { ChangeKind::PostNew } else { kind }, before, Some(after));
        change.account_before = before.and_then(|it| it.spell.account);
        change.when = after.spell.began;
        change.is_vacancy = change.predecessor.is_none() && !is_new;
        self.changes.push(change);
    }

    fn left(&mut self, account: AccountIndex, before: Held<'a>) {
        let mut change = self.change(account, ChangeKind::Left, Some(before), None);
        change.when = before.spell.ended;
        let is_gone = self.is_gone(before.post);
        let is_vacant = !is_gone && self.is_vacant(before.post) && !self.successions.is_dissolved(account);
        if is_gone {
            change.kind = ChangeKind::PostGone;
        } else if is_vacant {
            change.kind = ChangeKind::PostVacant;
        }
        change.is_vacancy = is_vacant;
        self.changes.push(change);
    }
}

/// The fewest days that can lie between an end and a beginning, in either order: lists that tell only between which days
/// each lies cannot tell more. `None` when one of them is not known.
fn gap_days(before: &Spell, after: &Spell) -> Option<i32> {
    let (ended, began) = (before.ended?, after.began?);
    Some((began.earliest - ended.latest).max(ended.earliest - began.latest).max(0))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::discovery::chain_change::tests::{Chart, chart, detail, found, told};

    #[test]
    fn who_leaves_one_account_for_two_has_moved_to_both_and_who_stays_has_joined_another() {
        let chart = || {
            chart()
                .account("West", "")
                .say("id:seat a org:Post ; ka:title 'Finance Director' ; org:postIn id:West .")
                .person("li", "Li Na")
                .holds("li", "seat", "2025-03-05", "")
        };
        let leaves = chart().holds("li", "buy", "2020-01-01", "2025-03-03").holds("li", "ceo2", "2025-03-20", "");
        let expected = ["moved-account Li Na South", "moved-account Li Na West", "post-vacant Li Na North"];
        assert_eq!(told(&leaves, "2025-01-01", "2025-04-01"), expected);
        let both = leaves.say("id:m-li-cfo a org:Membership ; org:member id:li ; ka:inPost id:cfo .");
        let joined = ["joined Li Na South", "joined Li Na West"];
        let told_of_both = told(&both, "2025-01-01", "2025-04-01");
        assert!(joined.iter().all(|it| told_of_both.contains(&(*it).to_owned())), "{told_of_both:?}");
        // also when the post given up there lies before the window
        let told_later = told(&both, "2025-03-04", "2025-04-01");
        assert!(joined.iter().all(|it| told_later.contains(&(*it).to_owned())), "{told_later:?}");
        let swaps = chart()
            .holds("li", "buy", "2020-01-01", "2025-03-05")
            .holds("li", "ceo2", "2020-01-01", "2025-03-05")
            .account("East", "")
            .say("id:east a org:Post ; ka:title 'Finance Director' ; org:postIn id:East .")
            .holds("li", "east", "2025-03-05", "");
        let origins: BTreeSet<_> = found(&swaps, "2025-01-01", "2025-04-01")
            .iter()
            .filter_map(|it| Some(detail(it).account_before.as_ref()?.name.clone()))
            .collect();
        assert_eq!(origins.len(), 2, "each account left is the origin of one before it is of two");
    }

    #[test]
    fn lists_that_leave_open_how_far_apart_an_end_and_a_beginning_lie_tell_of_a_move() {
        let days = ["2024-01-01", "2024-07-01", "2025-01-01", "2025-07-01"];
        let came = |last: &[&str], first: &[&str]| {
            let trial = chart()
                .person("ann", "Ann Boss")
                .person("tom", "Tom Reed")
                .person("li", "Li Na")
                .say("id:sales a org:Post ; ka:title 'Sales Director' ; org:postIn id:South .")
                .seen("ann", "ceo", &days)
                .seen("tom", "sales", &days)
                .seen("li", "buy", last)
                .seen("li", "ceo2", first);
            told(&trial, "2025-01-01", "2025-07-01")
        };
        assert_eq!(came(&days[..2], &days[3..]), ["moved-account Li Na South"]);
        assert_eq!(came(&days[..1], &days[3..]), ["joined Li Na South"]);
    }
}
