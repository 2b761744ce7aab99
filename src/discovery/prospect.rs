//! Who can be a candidate: every account, and every group of several accounts as one.
//!
//! Comes in: accounts and groups. Leaves: one list, the accounts first in their order, then the groups in the order of
//! their ultimate parents. Never decides who is one. Costs: one pass.

use crate::discovery::market::{AccountIndex, Market};
use crate::store::Id;

/// An account, or a group as a whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Prospect {
    /// Id of the account or of the group's ultimate parent.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Whether it is a whole group.
    pub is_group: bool,
    /// The accounts that it is made of; the account alone when it is no group.
    pub members: Vec<AccountIndex>,
    /// The sector; of a group the one that most of its accounts name (ties: the first).
    pub sector: Option<u32>,
}

/// All prospects: place `i` below the number of accounts is account `i`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Prospects {
    /// The prospects.
    pub list: Vec<Prospect>,
    /// How many of them are accounts.
    pub n_accounts: usize,
}

impl Prospects {
    /// Accounts and groups of a market.
    pub fn of(market: &Market) -> Self {
        let accounts = market.accounts.indexes().map(|account| single(market, account));
        let groups = market.groups.of_several().map(|(top, members)| group(market, top, members));
        Self { list: accounts.chain(groups).collect(), n_accounts: market.accounts.len() }
    }

    /// The prospect at a place.
    pub fn at(&self, place: usize) -> &Prospect {
        &self.list[place]
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

fn single(market: &Market, account: AccountIndex) -> Prospect {
    Prospect {
        id: market.accounts.ids[account.index()],
        name: market.accounts.name(account).to_owned(),
        is_group: false,
        members: vec![account],
        sector: market.accounts.sector[account.index()],
    }
}

fn group(market: &Market, top: u32, members: &[AccountIndex]) -> Prospect {
    let sectors: Vec<u32> = members.iter().filter_map(|member| market.accounts.sector[member.index()]).collect();
    Prospect {
        id: market.groups.ids[top as usize],
        name: market.groups.names[top as usize].clone(),
        is_group: true,
        members: members.to_vec(),
        sector: most_frequent(sectors),
    }
}

fn most_frequent(mut values: Vec<u32>) -> Option<u32> {
    values.sort_unstable();
    let runs = values.chunk_by(|a, b| a == b);
    runs.max_by(|a, b| a.len().cmp(&b.len()).then(b[0].cmp(&a[0]))).map(|run| run[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_equally_frequent_sectors_counts() {
        assert_eq!(most_frequent(vec![3, 1, 3, 1, 2]), Some(1));
        assert_eq!(most_frequent(vec![]), None);
    }
}
