//! Which accounts belong together: every account rolled up to its ultimate parent.
//!
//! Comes in: `org:subOrganizationOf` links and `ka:Ownership` nodes that hold on the day. Leaves: one parent a node, the
//! ultimate parent, the members of every group, and the cycles that had to be cut. Never guesses from names. Costs: time
//! and space linear in accounts and links.
//!
//! A child with several parents goes to the one that holds the greatest share on the day (a link without a share counts
//! as the whole; ties go to the smaller id). Where an ownership node speaks of a pair, it alone decides about this pair.
//! A cycle is cut at its weakest link (ties: at the child with the smallest id).

use std::collections::{BTreeMap, BTreeSet};

use crate::discovery::market::accounts::{intervals, names_with, number};
use crate::discovery::market::{AccountIndex, Accounts, Identities, column};
use crate::model::Day;
use crate::ontology as o;
use crate::store::{Id, Snapshot};

/// Accounts and groups with their parents. Nodes are numbered in the order of their ids.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    /// Ids of all nodes: accounts, groups and whatever else is named as a parent.
    pub ids: Vec<Id>,
    /// Names of the nodes.
    pub names: Vec<String>,
    /// The one parent that counts.
    pub parents: Vec<Option<Parent>>,
    /// The ultimate parent of every node; itself where there is none above.
    pub tops: Vec<u32>,
    /// The node of every account.
    pub node_of_account: Vec<u32>,
    /// By ultimate parent, the accounts below and at it.
    pub members: BTreeMap<u32, Vec<AccountIndex>>,
    /// Whether the source marks the node as a key account.
    pub is_key: Vec<bool>,
    /// What had to be cut, in the order of the cut child.
    pub cycles: Vec<Cycle>,
}

/// A link to a parent.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Parent {
    /// The parent's node.
    pub node: u32,
    /// The share that it holds, in [0, 1]; 1 where the source does not say.
    pub share: f64,
    /// The `ka:Ownership` node that says so; `None` for a direct link.
    pub ownership: Option<Id>,
}

/// Nodes that were each other's parents.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cycle {
    /// The nodes, each followed by its parent, beginning with the one that lost its parent.
    pub nodes: Vec<u32>,
}

#[derive(Clone, Copy)]
struct Claim {
    child: Id,
    parent: Id,
    share: f64,
    ownership: Option<Id>,
}

impl Groups {
    /// Reads the links that hold on `as_of`; shares below `minimum_share` do not make a group.
    pub fn read(snapshot: &Snapshot, accounts: &Accounts, as_of: Day, minimum_share: f64) -> Self {
        let identities = &accounts.identities;
        let claims: Vec<_> =
            claims(snapshot, identities, as_of).into_iter().filter(|it| it.share >= minimum_share).collect();
        let named = claims.iter().flat_map(|claim| [claim.child, claim.parent]);
        let groups = column::instances(snapshot, o::GROUP);
        let mut ids: Vec<Id> = accounts.ids.iter().copied().chain(groups).chain(named).collect();
        ids.sort_unstable();
        ids.dedup();
        let [marks] = identities.columns(snapshot, &ids, [o::IS_KEY_ACCOUNT]);
        let is_key = marks.iter().map(|mark| mark.and_then(|mark| snapshot.boolean(mark)) == Some(true)).collect();
        let names = names_with(snapshot, &ids, identities);
        Self { is_key, ..Self::new(ids, names, accounts, &claims) }
    }

    fn new(ids: Vec<Id>, names: Vec<String>, accounts: &Accounts, claims: &[Claim]) -> Self {
        let mut parents = strongest_parents(&ids, claims);
        let cycles = cut_cycles(&mut parents);
        let tops = ultimate_parents(&parents);
        let node = |id: &Id| ids.binary_search(id).map_or(column::NONE, |place| place as u32);
        let node_of_account: Vec<u32> = accounts.ids.iter().map(node).collect();
        let mut members: BTreeMap<u32, Vec<AccountIndex>> = BTreeMap::new();
        for (account, node) in accounts.indexes().zip(&node_of_account) {
            members.entry(tops[*node as usize]).or_default().push(account);
        }
        Self { ids, names, parents, tops, node_of_account, members, is_key: Vec::new(), cycles }
    }

    /// Whether the account, or a group above it, is marked as a key account. A marked account above does not count: it
    /// is a key account of its own.
    pub fn is_marked(&self, account: AccountIndex) -> bool {
        let own = self.node_of_account[account.index()];
        let above = std::iter::successors(Some(own), |node| self.parents[*node as usize].map(|parent| parent.node));
        let mut marked = above.filter(|node| self.is_key[*node as usize]);
        marked.any(|node| node == own || self.node_of_account.binary_search(&node).is_err())
    }

    /// The ultimate parent's node of an account.
    pub fn top_of(&self, account: AccountIndex) -> u32 {
        self.tops[self.node_of_account[account.index()] as usize]
    }

    /// All accounts of the group that an account belongs to, itself included.
    pub fn members_beside(&self, account: AccountIndex) -> &[AccountIndex] {
        self.members.get(&self.top_of(account)).map_or(&[], Vec::as_slice)
    }

    /// Groups of at least two accounts, in the order of the ultimate parents' ids.
    pub fn of_several(&self) -> impl Iterator<Item = (u32, &[AccountIndex])> {
        self.members.iter().filter(|(_, members)| members.len() > 1).map(|(top, members)| (*top, members.as_slice()))
    }
}

fn claims(snapshot: &Snapshot, identities: &Identities, as_of: Day) -> Vec<Claim> {
    let owned = ownerships(snapshot, identities);
    let spoken_of: BTreeSet<(Id, Id)> = owned.iter().map(|(claim, _)| (claim.child, claim.parent)).collect();
    let direct = snapshot.links(o::ORG_SUB_ORGANIZATION_OF).into_iter();
    let direct = direct.map(|(child, parent)| (identities.main(child), identities.main(parent)));
    let direct = direct.filter(|pair| !spoken_of.contains(pair));
    let direct = direct.map(|(child, parent)| Claim { child, parent, share: 1.0, ownership: None });
    let valid = owned.into_iter().filter(|(_, holds)| holds.contains(as_of)).map(|(claim, _)| claim);
    direct.chain(valid).filter(|claim| claim.child != claim.parent).collect()
}

fn ownerships(snapshot: &Snapshot, identities: &Identities) -> Vec<(Claim, crate::model::Interval)> {
    let ids = column::instances(snapshot, o::OWNERSHIP);
    let [child, parent, share] = column::columns(snapshot, &ids, [o::CHILD, o::PARENT, o::SHARE]);
    let [from, to] = column::columns(snapshot, &ids, [o::SCHEMA_START_DATE, o::SCHEMA_END_DATE]);
    let spans = intervals(snapshot, &from, &to);
    let claim = |place: usize| {
        let share = number(snapshot, share[place]).unwrap_or(1.0);
        let (child, parent) = (identities.main(child[place]?), identities.main(parent[place]?));
        Some((Claim { child, parent, share, ownership: Some(ids[place]) }, spans[place]))
    };
    (0..ids.len()).filter_map(claim).collect()
}

fn strongest_parents(ids: &[Id], claims: &[Claim]) -> Vec<Option<Parent>> {
    let mut parents: Vec<Option<Parent>> = vec![None; ids.len()];
    let node = |id: Id| ids.binary_search(&id).ok();
    let mut sorted: Vec<&Claim> = claims.iter().collect();
    sorted.sort_by(|a, b| {
        b.share.total_cmp(&a.share).then_with(|| (a.parent, a.ownership).cmp(&(b.parent, b.ownership)))
    });
    for claim in sorted {
        if let (Some(child), Some(parent)) = (node(claim.child), node(claim.parent)) {
            let found = Parent { node: parent as u32, share: claim.share, ownership: claim.ownership };
            parents[child].get_or_insert(found);
        }
    }
    parents
}

/// Walks up from every node; a walk that meets itself has found a cycle.
fn cut_cycles(parents: &mut [Option<Parent>]) -> Vec<Cycle> {
    const NEW: u32 = u32::MAX;
    let mut walk_of = vec![NEW; parents.len()];
    let mut cycles = Vec::new();
    for start in 0..parents.len() {
        let mut node = start;
        while walk_of[node] == NEW {
            walk_of[node] = start as u32;
            match parents[node] {
                Some(parent) => node = parent.node as usize,
                None => break,
            }
        }
        if walk_of[node] == start as u32 && parents[node].is_some() {
            cycles.push(cut(parents, node));
        }
    }
    cycles.sort_by_key(|cycle| cycle.nodes[0]);
    cycles
}

fn cut(parents: &mut [Option<Parent>], start: usize) -> Cycle {
    let mut nodes = vec![start as u32];
    while let Some(parent) = parents[nodes[nodes.len() - 1] as usize].filter(|parent| parent.node as usize != start) {
        nodes.push(parent.node);
    }
    let share = |node: u32| parents[node as usize].map_or(0.0, |parent| parent.share);
    let weakest = (0..nodes.len()).min_by(|a, b| {
        let (a, b) = (nodes[*a], nodes[*b]);
        share(a).total_cmp(&share(b)).then(a.cmp(&b))
    });
    nodes.rotate_left(weakest.unwrap_or(0));
    parents[nodes[0] as usize] = None;
    Cycle { nodes }
}

fn ultimate_parents(parents: &[Option<Parent>]) -> Vec<u32> {
    let mut tops = vec![column::NONE; parents.len()];
    let mut path = Vec::new();
    for start in 0..parents.len() {
        let mut node = start;
        while tops[node] == column::NONE {
            path.push(node);
            match parents[node] {
                Some(parent) => node = parent.node as usize,
                None => tops[node] = node as u32,
            }
        }
        let top = tops[node];
        path.drain(..).for_each(|below| tops[below] = top);
    }
    tops
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::trial::{TODAY, Trial};

    fn parent(node: u32, share: f64) -> Option<Parent> {
        Some(Parent { node, share, ownership: None })
    }

    #[test]
    fn every_node_rolls_up_to_the_node_above_which_there_is_none() {
        let parents = [parent(1, 1.0), parent(2, 1.0), None, None, parent(1, 0.6)];
        assert_eq!(ultimate_parents(&parents), [2, 2, 2, 3, 2]);
    }

    #[test]
    fn a_cycle_is_cut_at_its_weakest_link_and_reported_once() {
        let mut parents = [parent(1, 0.9), parent(2, 0.6), parent(0, 0.8), parent(0, 1.0)];
        let cycles = cut_cycles(&mut parents);
        assert_eq!(cycles, [Cycle { nodes: vec![1, 2, 0] }]);
        assert_eq!(ultimate_parents(&parents), [1, 1, 1, 1]);
    }

    #[test]
    fn equal_shares_are_cut_at_the_smallest_child() {
        let mut parents = [None, parent(2, 1.0), parent(1, 1.0)];
        assert_eq!(cut_cycles(&mut parents), [Cycle { nodes: vec![1, 2] }]);
        assert_eq!(ultimate_parents(&parents), [0, 1, 1]);
    }

    fn top_of(trial: &Trial, name: &str) -> String {
        let market = trial.market_on(TODAY);
        let account = market.accounts.indexes().find(|it| market.accounts.name(*it) == name).unwrap();
        market.groups.names[market.groups.top_of(account) as usize].clone()
    }

    #[test]
    fn the_greatest_share_that_holds_on_the_day_decides() {
        let ownership = |parent: &str, share: &str, more: &str| {
            format!("[] a ka:Ownership ; ka:child id:child ; ka:parent id:{parent} ; ka:share {share} {more} .")
        };
        let trial = Trial::default().account("child", "").account("old", "").account("new", "").account("small", "");
        let trial = trial.say(&ownership("old", "0.9", "; schema:endDate '2025-06-30'^^xsd:date"));
        let trial = trial.say(&ownership("new", "0.6", "; schema:startDate '2025-06-30'^^xsd:date"));
        let trial = trial.say(&ownership("small", "0.3", ""));
        assert_eq!(top_of(&trial, "child"), "new");
        assert_eq!(top_of(&trial.say("id:new org:subOrganizationOf id:old ."), "child"), "old");
    }

    #[test]
    fn a_marked_group_makes_key_accounts_of_its_members_and_a_marked_account_does_not() {
        let trial =
            Trial::default().account("a", "; org:subOrganizationOf id:g").account("b", "; org:subOrganizationOf id:a");
        let marked = |trial: &Trial| {
            let market = trial.market_on(TODAY);
            market.accounts.indexes().filter(|it| market.groups.is_marked(*it)).count()
        };
        assert_eq!(marked(&trial.clone().say("id:g a ka:Group ; ka:isKeyAccount true .")), 2);
        assert_eq!(marked(&trial.clone().say("id:a ka:isKeyAccount true .")), 1);
        assert_eq!(marked(&trial), 0);
    }
}
