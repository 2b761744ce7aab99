//! Leave-last-out: what would have been offered on the day before an account bought something new, and what it bought.
//!
//! Comes in: first purchases in the order of their days. Leaves: how often each way had the product among the first five,
//! at the last new product of each account, and at the one before that. Never lets a purchase of that day or later, by
//! anybody, reach an offer: days are gone through once, each asked before it is learned. Costs: two offers by every way for
//! each of some accounts.

use rayon::prelude::*;

use crate::discovery::offer::bought::{Bought, Way};
use crate::model::Day;

/// The first so many products are offered.
pub const OFFERED: usize = 5;

/// At most so many accounts are asked about, those with the smallest keys.
const MOST_ASKED: usize = 2000;

/// A first purchase of a product by an account.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct First {
    /// When.
    pub day: Day,
    /// Whose.
    pub account: u32,
    /// Of what.
    pub product: u32,
}

/// How often each way had it among the first five.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Hits {
    /// How many accounts were asked about.
    pub n: usize,
    /// How many were told, in the order of [`Way::ALL`].
    pub told: [usize; 6],
}

/// What was told of the last new products, and of those before.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct LeaveLastOut {
    /// Of the last new product of each account.
    pub last: Hits,
    /// Of the last new product of an earlier day: what a way is chosen by.
    pub before: Hits,
}

impl Hits {
    /// The share that a way told, 0 to 1.
    pub fn rate(&self, way: Way) -> f64 {
        let told = Way::ALL.iter().zip(self.told).find(|it| *it.0 == way).map_or(0, |it| it.1);
        told as f64 / self.n.max(1) as f64
    }

    /// The way that told most; of equal ones the first.
    pub fn best(&self) -> Way {
        let best = Way::ALL.into_iter().zip(self.told).max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)));
        best.map_or(Way::Popular, |it| it.0)
    }

    fn add(&mut self, told: [bool; 6]) {
        self.n += 1;
        self.told.iter_mut().zip(told).for_each(|(sum, told)| *sum += usize::from(told));
    }

    /// Both together.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.n += other.n;
        self.told.iter_mut().zip(other.told).for_each(|(sum, told)| *sum += told);
        self
    }
}

/// Goes through the days; `firsts` ascending, `keys` a number for each account that looks random. Leaves also what is
/// known at the end.
pub fn leave_last_out(firsts: &[First], keys: &[u64], n_products: usize) -> (LeaveLastOut, Bought) {
    let mut bought = Bought::new(keys.len(), n_products);
    let mut tested = LeaveLastOut::default();
    let asked = asked(firsts, keys);
    let mut rest = asked.as_slice();
    for of_day in firsts.chunk_by(|a, b| a.day == b.day) {
        let n = rest.iter().take_while(|it| it.0.day == of_day[0].day).count();
        let told: Vec<Option<[bool; 6]>> = rest[..n].par_iter().map(|(first, _)| told(&bought, *first)).collect();
        for ((_, is_last), told) in rest[..n].iter().zip(told) {
            if let Some(told) = told {
                if *is_last { tested.last.add(told) } else { tested.before.add(told) }
            }
        }
        rest = &rest[n..];
        of_day.iter().for_each(|it| bought.add(it.day, it.account, it.product));
    }
    (tested, bought)
}

/// For each account one first purchase of its last day with any, and one of the day with any before that. Where several
/// products are new on that day, one is drawn by key.
fn asked(firsts: &[First], keys: &[u64]) -> Vec<(First, bool)> {
    let mut by_account: Vec<First> = firsts.to_vec();
    by_account.sort_unstable_by_key(|it| (it.account, it.day, it.product));
    let mut accounts: Vec<&[First]> = by_account.chunk_by(|a, b| a.account == b.account).collect();
    accounts.sort_unstable_by_key(|it| (keys[it[0].account as usize], it[0].account));
    let mut asked = Vec::new();
    for account in accounts.into_iter().take(MOST_ASKED) {
        let days: Vec<&[First]> = account.chunk_by(|a, b| a.day == b.day).collect();
        // nothing can be told of an account that has bought nothing yet
        for (back, of_day) in days.iter().skip(1).rev().take(2).enumerate() {
            let drawn = (keys[of_day[0].account as usize] % of_day.len() as u64) as usize;
            asked.push((of_day[drawn], back == 0));
        }
    }
    asked.sort_unstable();
    asked
}

fn told(bought: &Bought, first: First) -> Option<[bool; 6]> {
    let own = &bought.products[first.account as usize];
    if own.is_empty() {
        return None;
    }
    let is_told = |way: Way| bought.best(&bought.scores(own, &[first.account], way), OFFERED).contains(&first.product);
    Some(Way::ALL.map(is_told))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(day: i32, account: u32, product: u32) -> First {
        First { day: Day::from_days(day).unwrap(), account, product }
    }

    /// Two kinds of accounts: one buys products 0 to 9 in some order, the other 10 to 19; later ones follow earlier ones.
    fn firsts() -> Vec<First> {
        let of_account = |account: u32| {
            (0..8_u32).map(move |n| {
                let product = 10 * (account % 2) + (account * 7 + n * 3) % 10;
                first((account + 40 * n) as i32, account, product)
            })
        };
        let mut firsts: Vec<First> = (0..60).flat_map(of_account).collect();
        firsts.sort_unstable();
        firsts
    }

    #[test]
    fn who_buys_alike_tells_more_than_what_all_buy() {
        let keys: Vec<u64> = (0..60).collect();
        let (tested, bought) = leave_last_out(&firsts(), &keys, 20);
        assert_eq!((tested.last.n, tested.before.n), (60, 60));
        assert!(tested.last.rate(Way::Alike) > 0.9, "{tested:?}");
        assert!(tested.last.rate(Way::Popular) < 0.7, "{tested:?}");
        assert_eq!(bought.products[0].len(), 8);
    }

    #[test]
    fn later_purchases_of_others_change_nothing_that_was_told_before() {
        let keys: Vec<u64> = (0..61).collect();
        let mut more = firsts();
        more.extend((0..20).map(|product| first(1000, 60, product)));
        let (before, after) = (leave_last_out(&firsts(), &keys, 20).0, leave_last_out(&more, &keys, 20).0);
        assert_eq!(before, after);
    }
}
