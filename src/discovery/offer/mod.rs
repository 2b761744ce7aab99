//! What to offer an account next: products that it does not buy and is likely to, with reasons.
//!
//! Comes in: a context. Leaves: at most five products for each account asked about. Never offers what the account has
//! bought. Costs: one pass over first purchases in the order of their days, and two offers for each of some accounts.
//!
//! Several ways to tell what an account buys next are known ([`Way`]); which of them holds on these data is asked of the
//! data themselves: each is tried on new products of the past (leave-last-out), and the one that told most is taken.
//! What most accounts buy is one of the ways, so that nothing cleverer is used where it does not tell more.

mod bought;
mod leave_last_out;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::discovery::NamedIri;
use crate::discovery::market::column::NONE;
use crate::discovery::market::{AccountIndex, Market, Purchases};
use crate::discovery::ranking::ledger::key_of;
use crate::discovery::signals::Context;

pub use bought::Way;
pub use leave_last_out::{Hits, LeaveLastOut, OFFERED};

use bought::Bought;
use leave_last_out::{First, leave_last_out};

/// How many of the accounts most alike a reason counts.
const MODELS: usize = 10;

/// A product to offer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Offer {
    /// Which, by its place.
    pub product: NamedIri,
    /// Its Chinese name.
    pub name_zh: String,
    /// So many of the accounts most alike buy it.
    pub n_alike: usize,
    /// Of so many.
    pub of_alike: usize,
    /// Of today's key accounts most alike so many buy it.
    pub n_key: usize,
    /// Of so many.
    pub of_key: usize,
}

impl Offer {
    /// The product with its reason, such as `Valve (8 of the 10 most similar buy it)`.
    pub fn words(&self) -> String {
        format!("{} ({} of the {} most similar buy it)", self.product.name, self.n_alike, self.of_alike)
    }
}

/// What offers are read from.
pub struct Offers {
    bought: Bought,
    way: Way,
    /// How the ways did.
    pub tested: LeaveLastOut,
}

impl Offers {
    /// Learns from all first purchases up to the market's day.
    pub fn learn(market: &Market) -> Self {
        let keys: Vec<u64> = market.accounts.ids.par_iter().map(|id| key_of(&market.snapshot.text(*id))).collect();
        let n_products = market.trade.purchases.product_ids.len();
        let (tested, bought) = leave_last_out(&firsts(market), &keys, n_products);
        Self { bought, way: tested.last.and(tested.before).best(), tested }
    }

    /// The way that is taken.
    pub fn way(&self) -> Way {
        self.way
    }

    /// What to offer the prospect at a place, the most likely first; `key` are today's key accounts most like it.
    pub fn of(&self, context: &Context<'_>, place: usize, key: &[AccountIndex]) -> Vec<Offer> {
        let members: Vec<u32> = context.at(place).members.iter().map(|it| it.0).collect();
        let mut own: Vec<u32> = members.iter().flat_map(|it| &self.bought.products[*it as usize]).copied().collect();
        own.sort_unstable();
        own.dedup();
        if own.is_empty() {
            return Vec::new();
        }
        let alike = self.bought.alike(&own, &members);
        let alike: Vec<u32> = alike.iter().take(MODELS).map(|it| it.0).collect();
        let buy = |accounts: &[u32], product: u32| {
            accounts.iter().filter(|it| self.bought.products[**it as usize].contains(&product)).count()
        };
        let key: Vec<u32> = key.iter().take(MODELS).map(|it| it.0).collect();
        let offer = |product: u32| {
            let named = &context.market.trade.products[product as usize];
            Offer {
                product: NamedIri { iri: named.iri.clone(), name: named.name.clone() },
                name_zh: named.name_zh.clone(),
                n_alike: buy(&alike, product),
                of_alike: alike.len(),
                n_key: buy(&key, product),
                of_key: key.len(),
            }
        };
        let scores = self.bought.scores(&own, &members, self.way);
        let is_bought_alike = |it: &Offer| it.n_alike > 0 || it.n_key > 0;
        self.bought.best(&scores, OFFERED).into_iter().map(offer).filter(is_bought_alike).collect()
    }
}

/// The first purchase of each product by each account, in the order of their days.
fn firsts(market: &Market) -> Vec<First> {
    let purchases: &Purchases = &market.trade.purchases;
    let of_account = |at: u32| {
        let rows = purchases.of(AccountIndex(at));
        let bought = rows.filter(|row| purchases.products[*row] != NONE && purchases.amounts[*row].value() > 0.0);
        let mut firsts: Vec<First> = bought
            .map(|row| First { day: purchases.days[row], account: at, product: purchases.products[row] })
            .collect();
        firsts.sort_unstable_by_key(|it| (it.product, it.day));
        firsts.dedup_by_key(|it| it.product);
        firsts
    };
    let mut firsts: Vec<First> = (0..market.accounts.len() as u32).into_par_iter().flat_map_iter(of_account).collect();
    firsts.par_sort_unstable();
    firsts
}
