//! Who is a key account today.
//!
//! Comes in: what the sources mark, else spend. Leaves: one answer an account. Never looks at scores.
//!
//! Sources seldom mark key accounts. Where none does, the top tier by spend of the last 12 months stands in for them: a
//! share of all active accounts, but not too many, a group of several counted as one.

use serde::Deserialize;

use crate::discovery::market::Market;
use crate::discovery::prospect::Prospects;
use crate::discovery::signals::Window;
use crate::model::Money;

/// Who is a candidate when no account is marked as a key account.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhenNoneMarked {
    /// Everybody below the top tier: the next key accounts are wanted, not those that everybody knows.
    SkipTopTier,
    /// Everybody; the top tier only serves for likeness.
    RankAll,
}

/// How large the top tier is.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopTier {
    /// Which share of the active accounts it is, in [0, 1].
    pub share: f64,
    /// But not more than so many: nobody looks after hundreds of key accounts.
    pub at_most: usize,
}

/// Today's key accounts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyAccounts {
    /// For every account whether it is one, or stands in for one.
    pub is_key: Vec<bool>,
    /// Whether the sources mark any; otherwise the top tier by spend stands in.
    pub are_marked: bool,
}

impl KeyAccounts {
    /// Marked accounts and members of marked groups; else the members of the top tier.
    pub fn of(market: &Market, prospects: &Prospects, year: Window, top_tier: &TopTier) -> Self {
        let marked: Vec<bool> = market.accounts.indexes().map(|account| market.groups.is_marked(account)).collect();
        if marked.contains(&true) {
            return Self { is_key: marked, are_marked: true };
        }
        Self { is_key: top(market, prospects, year, top_tier), are_marked: false }
    }
}

fn top(market: &Market, prospects: &Prospects, year: Window, tier: &TopTier) -> Vec<bool> {
    let purchases = &market.trade.purchases;
    let stands_alone = |place: usize| {
        let prospect = prospects.at(place);
        prospect.is_group || prospect.members.iter().all(|member| market.groups.members_beside(*member).len() < 2)
    };
    let spend = |place: usize| -> Money {
        let members = prospects.at(place).members.iter();
        members.map(|member| purchases.sum(purchases.between(*member, year.after, year.until))).sum()
    };
    let whole = (0..prospects.len()).filter(|place| stands_alone(*place)).map(|place| (spend(place), place));
    let mut ranked: Vec<(Money, usize)> = whole.filter(|(spend, _)| *spend > Money::ZERO).collect();
    ranked.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let n_top = (ranked.len() as f64 * tier.share.clamp(0.0, 1.0)).ceil() as usize;
    let mut is_key = vec![false; prospects.n_accounts];
    for member in ranked.iter().take(n_top.min(tier.at_most)).flat_map(|(_, place)| &prospects.at(*place).members) {
        is_key[member.index()] = true;
    }
    is_key
}
