//! One post that several records of one account have: a person who holds it in two of them is one holder.
//!
//! Comes in: a snapshot, its accounts with what identity has found, posts. Leaves: which posts stand for which. Two posts are
//! one when their accounts are two records of one company, their titles are the same words, and one person holds or held
//! both; without a common holder, two posts of one title can be two ("sales manager"). Costs nothing where no account has
//! several records, else a pass over posts and memberships.

use std::collections::{BTreeMap, BTreeSet};

use crate::discovery::market::{Accounts, Identities, column};
use crate::ontology as o;
use crate::store::{Id, Snapshot};

/// A post of one of several records of an account.
struct Double {
    post: Id,
    /// The record that it is a post of.
    record: Id,
    holders: BTreeSet<Id>,
}

/// The posts that stand for others.
pub(super) fn doubles(snapshot: &Snapshot, accounts: &Accounts, posts: &[Id]) -> Identities {
    let identities = &accounts.identities;
    if identities.is_empty() {
        return Identities::default();
    }
    let [title, account] = column::columns(snapshot, posts, [o::TITLE, o::ORG_POST_IN]);
    let holders = holders(snapshot, identities);
    let mut by_title: BTreeMap<(Id, String), Vec<Double>> = BTreeMap::new();
    for (place, &post) in posts.iter().enumerate() {
        let (Some(title), Some(record)) = (title[place], account[place]) else { continue };
        let main = identities.main(record);
        if identities.records(main).nth(1).is_some() {
            let holders = holders.get(&post).cloned().unwrap_or_default();
            by_title.entry((main, words(&snapshot.text(title)))).or_default().push(Double { post, record, holders });
        }
    }
    Identities::new(by_title.into_values().flat_map(pairs))
}

/// Each post with the first that it is one with.
fn pairs(doubles: Vec<Double>) -> Vec<(Id, Id)> {
    let mut pairs: Vec<(Id, Id)> = Vec::new();
    for (at, double) in doubles.iter().enumerate() {
        let is_main = |it: &&Double| !pairs.iter().any(|(post, _)| *post == it.post);
        let is_one = |it: &&Double| it.record != double.record && !it.holders.is_disjoint(&double.holders);
        if let Some(main) = doubles[..at].iter().filter(is_main).find(is_one) {
            pairs.push((double.post, main.post));
        }
    }
    pairs
}

/// For each post the persons that hold or held it.
fn holders(snapshot: &Snapshot, identities: &Identities) -> BTreeMap<Id, BTreeSet<Id>> {
    let mut members: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    for (membership, person) in snapshot.links(o::ORG_MEMBER) {
        members.entry(membership).or_default().push(identities.main(person));
    }
    let mut holders: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
    for (membership, post) in snapshot.links(o::IN_POST) {
        holders.entry(post).or_default().extend(members.get(&membership).into_iter().flatten());
    }
    holders
}

/// The words of a title, whatever its case.
fn words(title: &str) -> String {
    title.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use crate::discovery::trial::{TODAY, Trial};

    /// Two records of one company, each with a post of some title and its holder.
    fn market(titles: [&str; 2], holders: [&str; 2]) -> crate::discovery::market::Market {
        let post = |at: usize| {
            let account = ["a", "b"][at];
            let (title, holder) = (titles[at], holders[at]);
            format!(
                "id:post{at} a org:Post ; ka:title '{title}' ; org:postIn id:{account} . \
                 id:m{at} a org:Membership ; org:member id:{holder} ; ka:inPost id:post{at} ; \
                 org:organization id:{account} . id:{holder} a foaf:Person ."
            )
        };
        let same = "id:a ka:entity id:e . id:b ka:entity id:e . id:e ka:mainRecord id:a . \
                    id:p ka:entity id:f . id:q ka:entity id:f . id:f ka:mainRecord id:p .";
        let trial = Trial::default().account("a", "").account("b", "");
        trial.say(&post(0)).say(&post(1)).say(same).market_on(TODAY)
    }

    #[test]
    fn who_holds_a_post_in_two_records_of_one_company_is_one_holder() {
        let market = market(["Head of Purchasing", "HEAD OF  PURCHASING"], ["p", "q"]);
        let people = &market.people;
        assert_eq!((people.posts.len(), people.persons.len()), (1, 1));
        assert!(people.memberships.iter().all(|it| it.post == Some(0) && it.person == 0));
        assert_eq!(people.posts_by_account().len(), 1);
    }

    #[test]
    fn other_titles_and_other_holders_are_other_posts() {
        assert_eq!(market(["Head of Purchasing", "Head of Sales"], ["p", "q"]).people.posts.len(), 2);
        assert_eq!(market(["Sales Manager", "Sales Manager"], ["p", "r"]).people.posts.len(), 2);
    }
}
