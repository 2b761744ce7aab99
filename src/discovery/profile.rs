//! What accounts buy, as vectors: who buys alike.
//!
//! Comes in: for every account the things that it bought (products, or buying units) and how often. Leaves: the accounts
//! most like one, with a cosine in (0, 1]. Never looks at amounts, so that a small account can be like a large one. Costs:
//! one pass to build; a look at the buyers of each of its things for one account asked about.
//!
//! A thing weighs (1 + ln times) · ln(1 + accounts / buyers of it): what everybody buys tells little (Salton and Buckley,
//! *Term-weighting approaches in automatic text retrieval*, 1988).

use rayon::prelude::*;

use crate::discovery::market::column::NONE;
use crate::discovery::market::{AccountIndex, Market};
use crate::discovery::signals::Window;

/// Accounts as vectors of length one over things.
#[derive(Clone, Debug, Default)]
pub struct Profiles {
    things: Vec<Vec<(u32, f32)>>,
    buyers: Vec<Vec<(u32, f32)>>,
}

impl Profiles {
    /// What accounts bought in a window: products, or the units that bought where no purchase names a product.
    pub fn of(market: &Market, window: Window) -> Self {
        let purchases = &market.trade.purchases;
        let (column, n_things) = match purchases.product_ids.is_empty() {
            false => (&purchases.products, purchases.product_ids.len()),
            true => (&purchases.units, purchases.unit_ids.len()),
        };
        let counted = |at: u32| counted(&column[purchases.between(AccountIndex(at), window.after, window.until)]);
        Self::new((0..market.accounts.len() as u32).into_par_iter().map(counted).collect(), n_things)
    }

    /// Vectors from counts: for every account the things ascending, each with how often.
    pub fn new(counts: Vec<Vec<(u32, u32)>>, n_things: usize) -> Self {
        let mut n_buyers = vec![0_u32; n_things];
        counts.iter().flatten().for_each(|(thing, _)| n_buyers[*thing as usize] += 1);
        let n_accounts = counts.iter().filter(|it| !it.is_empty()).count() as f64;
        let rarity = |thing: u32| (1.0 + n_accounts / f64::from(n_buyers[thing as usize])).ln();
        let vector = |counts: Vec<(u32, u32)>| {
            let weights = counts.into_iter().map(|(thing, n)| (thing, (1.0 + f64::from(n).ln()) * rarity(thing)));
            let weights: Vec<(u32, f64)> = weights.collect();
            let length = weights.iter().map(|it| it.1 * it.1).sum::<f64>().sqrt();
            weights.into_iter().map(|(thing, weight)| (thing, (weight / length) as f32)).collect::<Vec<_>>()
        };
        let things: Vec<Vec<(u32, f32)>> = counts.into_par_iter().map(vector).collect();
        let mut buyers = vec![Vec::new(); n_things];
        for (account, vector) in (0_u32..).zip(&things) {
            vector.iter().for_each(|(thing, weight)| buyers[*thing as usize].push((account, *weight)));
        }
        Self { things, buyers }
    }

    /// Whether nothing is known of what the account buys.
    pub fn is_unknown(&self, account: AccountIndex) -> bool {
        self.things[account.index()].is_empty()
    }

    /// At most `most` accounts that buy alike and may be taken, the most alike first (ties: the first account).
    pub fn nearest(
        &self,
        account: AccountIndex,
        most: usize,
        may_take: impl Fn(AccountIndex) -> bool,
    ) -> Vec<(AccountIndex, f64)> {
        let mut cosines = vec![0.0_f64; self.things.len()];
        for (thing, own) in &self.things[account.index()] {
            for (other, weight) in &self.buyers[*thing as usize] {
                cosines[*other as usize] += f64::from(*own) * f64::from(*weight);
            }
        }
        let others = (0..cosines.len() as u32).map(AccountIndex).zip(cosines);
        let mut found: Vec<(AccountIndex, f64)> =
            others.filter(|(other, cosine)| *cosine > 0.0 && *other != account && may_take(*other)).collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(most);
        found
    }
}

/// Distinct places, ascending, with how often they stand there.
fn counted(column: &[u32]) -> Vec<(u32, u32)> {
    let mut places: Vec<u32> = column.iter().copied().filter(|place| *place != NONE).collect();
    places.sort_unstable();
    places.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u32)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profiles() -> Profiles {
        let once = |things: &[u32]| things.iter().map(|thing| (*thing, 1)).collect::<Vec<_>>();
        Profiles::new(vec![once(&[0, 1, 2]), once(&[0, 1, 3]), once(&[0, 4]), once(&[5]), once(&[])], 6)
    }

    #[test]
    fn who_shares_what_few_buy_is_most_alike_and_who_shares_nothing_is_not_alike() {
        let nearest = profiles().nearest(AccountIndex(0), 9, |_| true);
        let accounts: Vec<u32> = nearest.iter().map(|it| it.0.0).collect();
        assert_eq!(accounts, [1, 2]);
        assert!(nearest[0].1 > nearest[1].1 && nearest[0].1 < 1.0, "{nearest:?}");
    }

    #[test]
    fn whoever_may_not_be_taken_is_left_out_and_whoever_buys_nothing_is_unknown() {
        let profiles = profiles();
        assert_eq!(profiles.nearest(AccountIndex(0), 9, |it| it.0 != 1).len(), 1);
        assert!(profiles.is_unknown(AccountIndex(4)) && profiles.nearest(AccountIndex(4), 9, |_| true).is_empty());
        assert_eq!(profiles.nearest(AccountIndex(3), 9, |_| true), []);
    }
}
