//! The graph of accounts and what they share: products, buying units, contacts, sectors, groups.
//!
//! Comes in: a market and today's key accounts. Leaves: for every account its PageRank and, as seen from the key
//! accounts, its personalised PageRank. Costs: one sort of the purchases of two windows, and some 50 passes over the
//! distinct pairs of account and thing.
//!
//! A pair weighs 1 + ln(number of purchases), so that a daily order does not drown everything; a sector or a group weighs
//! as much as one purchase.

use rayon::prelude::*;

use crate::algorithms::{PageRankSettings, Unwatched, pagerank, personalised_pagerank};
use crate::discovery::market::column::NONE;
use crate::discovery::market::{AccountIndex, Market};
use crate::discovery::signals::Window;
use crate::graph::{Direction, Graph, Layer, ViewSettings};

/// Iterations stop when the ranks move by less than this.
const TOLERANCE: f64 = 1e-10;

/// Accounts seen through what they share; one value an account.
#[derive(Clone, Debug, Default)]
pub struct Web {
    /// PageRank; `None` for an account that shares nothing.
    pub rank: Vec<Option<f64>>,
    /// PageRank as seen from today's key accounts; `None` without key accounts, or when none can be reached.
    pub rank_from_key: Vec<Option<f64>>,
}

/// A pair of account and thing with its weight.
type Pair = ((u64, u64), f64);

impl Web {
    /// Both ranks over the purchases of a window.
    pub fn new(market: &Market, is_key: &[bool], window: Window, damping: f64) -> Self {
        let pairs = pairs(market, window);
        let (links, weights): (Vec<(u64, u64)>, Vec<f64>) = pairs.into_iter().unzip();
        let view = ViewSettings { direction: Direction::Both, ..ViewSettings::default() };
        let layer = Layer::new(links).weighted(weights);
        let Ok(graph) = Graph::from_layers(&[layer], &view) else { return Self::unknown(market.accounts.len()) };
        let settings = PageRankSettings { damping, tolerance: TOLERANCE, ..PageRankSettings::default() };
        let nodes: Vec<Option<u32>> = market.accounts.ids.iter().map(|id| graph.node(id.bits())).collect();
        let seeds = nodes.iter().zip(is_key).filter(|(_, is_key)| **is_key);
        let seeds: Vec<(u32, f64)> = seeds.filter_map(|(node, _)| Some(((*node)?, 1.0))).collect();
        let all = pagerank(&graph, &settings, &Unwatched).map(|found| found.ranks);
        let near = personalised_pagerank(&graph, &seeds, &settings, &Unwatched).map(|found| found.ranks);
        let of_accounts = |ranks: Vec<f64>| nodes.iter().map(|node| Some(ranks[(*node)? as usize])).collect();
        let unknown = || vec![None; market.accounts.len()];
        Self {
            rank: all.map_or_else(|_| unknown(), of_accounts),
            rank_from_key: near.map_or_else(|_| unknown(), of_accounts),
        }
    }

    fn unknown(n_accounts: usize) -> Self {
        Self { rank: vec![None; n_accounts], rank_from_key: vec![None; n_accounts] }
    }
}

fn pairs(market: &Market, window: Window) -> Vec<Pair> {
    let purchases = &market.trade.purchases;
    let columns = [(&purchases.products, &purchases.product_ids), (&purchases.units, &purchases.unit_ids)];
    let mut pairs: Vec<Pair> = Vec::new();
    for (column, ids) in columns {
        let of_account = |account: AccountIndex| {
            let run = purchases.between(account, window.after, window.until);
            let id = market.accounts.ids[account.index()].bits();
            counted(&column[run])
                .into_iter()
                .map(move |(place, n)| ((id, ids[place as usize].bits()), 1.0 + f64::from(n).ln()))
        };
        pairs.par_extend(
            (0..market.accounts.len() as u32).into_par_iter().flat_map_iter(|at| of_account(AccountIndex(at))),
        );
    }
    pairs.extend(purchases.contacts.iter().map(|(account, contact)| single(market, *account, contact.bits())));
    for account in market.accounts.indexes() {
        pairs.extend(market.accounts.sector_of(account).map(|sector| single(market, account, sector.id.bits())));
        let top = market.groups.ids[market.groups.top_of(account) as usize];
        pairs.extend((market.groups.members_beside(account).len() > 1).then(|| single(market, account, top.bits())));
    }
    pairs.retain(|(ends, _)| ends.0 != ends.1);
    pairs
}

fn single(market: &Market, account: AccountIndex, thing: u64) -> Pair {
    ((market.accounts.ids[account.index()].bits(), thing), 1.0)
}

/// Distinct places with how often they stand there.
fn counted(column: &[u32]) -> Vec<(u32, u32)> {
    let mut places: Vec<u32> = column.iter().copied().filter(|place| *place != NONE).collect();
    places.sort_unstable();
    places.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u32)).collect()
}
