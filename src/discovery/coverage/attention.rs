//! Which accounts deserve attention, and how much.
//!
//! Comes in: who is a key account, the candidates, the classes. Leaves: a tier and an importance for each such account.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::discovery::market::{AccountIndex, Market, id_of_iri};
use crate::discovery::{Finding, FindingKind};
use crate::evidence::Bilingual;

/// Why an account deserves attention. Ordered from the highest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// A key account.
    Key,
    /// A potential key account.
    Candidate,
    /// Of class A by spend.
    ClassA,
}

/// How much attention an account deserves.
#[derive(Clone, PartialEq, Debug)]
pub struct Attention {
    /// Why.
    pub tier: Tier,
    /// In [0, 1].
    pub importance: f64,
    /// Why, in words.
    pub why: Bilingual,
}

/// The attention that accounts deserve: key accounts 1, candidates from 0.7 up by score, class A 0.6. Of several reasons
/// the highest counts. A group that is a candidate stands for all its accounts.
pub fn attention(
    market: &Market,
    is_key: &[bool],
    candidates: &[Finding],
    top_candidates: usize,
    abc: &[char],
) -> BTreeMap<AccountIndex, Attention> {
    let mut all = BTreeMap::new();
    let mut pay = |account: AccountIndex, tier, importance: f64, why: &Bilingual| {
        all.entry(account).or_insert_with(|| Attention { tier, importance, why: why.clone() });
    };
    let key = Bilingual::new("a key account", "重点客户");
    market.accounts.indexes().zip(is_key).filter(|it| *it.1).for_each(|it| pay(it.0, Tier::Key, 1.0, &key));
    for candidate in candidates.iter().take(top_candidates) {
        let FindingKind::Candidate(detail) = &candidate.kind else { continue };
        let why = Bilingual::new(
            format!("potential key account, place {} in the list", detail.rank),
            format!("潜在重点客户，榜单第{}位", detail.rank),
        );
        let importance = 0.7 + 0.3 * candidate.score.value();
        for account in accounts_of(market, &candidate.account) {
            pay(account, Tier::Candidate, importance, &why);
        }
    }
    let class_a = Bilingual::new("class A by spend", "采购额A类客户");
    market.accounts.indexes().zip(abc).filter(|it| *it.1 == 'A').for_each(|it| pay(it.0, Tier::ClassA, 0.6, &class_a));
    all
}

/// The account of an IRI, or the accounts of a group's.
fn accounts_of(market: &Market, iri: &str) -> Vec<AccountIndex> {
    let Some(id) = id_of_iri(&market.snapshot, iri) else { return Vec::new() };
    let of_group = market.groups.ids.binary_search(&id).ok().and_then(|node| market.groups.members.get(&(node as u32)));
    let own = market.accounts.index_of(id);
    own.into_iter().chain(of_group.into_iter().flatten().copied().filter(|it| Some(*it) != own)).collect()
}
