//! Who has bought what by a day, and what that says an account buys next.
//!
//! Comes in: first purchases of a product by an account, day after day. Leaves: for an account a score for every product
//! that it does not buy, by one of several ways. Never knows a purchase of a later day. Costs: a look at what the account
//! buys for each first purchase; for a score, one row of a square table for each product that it buys, or a look at the
//! buyers of these.

use std::collections::VecDeque;

use crate::model::Day;

/// How many of the accounts most alike are asked.
pub const NEIGHBOURS: usize = 50;

/// First purchases of so many days are lately.
const LATELY_DAYS: i32 = 90;

/// What few accounts buy together is held back as if so many more had bought neither with the other.
const HELD_BACK: f64 = 10.0;

/// Of more products only those count together that were there first: the table is square.
const MOST_IN_TABLE: usize = 6000;

/// A way to tell what an account buys next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Way {
    /// What most accounts buy.
    Popular,
    /// What most accounts began to buy lately.
    Lately,
    /// What the accounts most alike buy.
    Alike,
    /// What is bought together with what the account buys.
    Together,
    /// What the accounts most alike buy, more if others began with it lately.
    AlikeLately,
    /// What is bought together, more if others began with it lately.
    TogetherLately,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Popular, Self::Lately, Self::Alike, Self::Together, Self::AlikeLately, Self::TogetherLately];

    /// A stable identifier.
    pub fn name(self) -> &'static str {
        match self {
            Self::Popular => "popular",
            Self::Lately => "lately",
            Self::Alike => "alike",
            Self::Together => "together",
            Self::AlikeLately => "alike_lately",
            Self::TogetherLately => "together_lately",
        }
    }
}

/// First purchases up to a day.
pub struct Bought {
    /// For every account its products, in the order in which it began to buy them.
    pub products: Vec<Vec<u32>>,
    /// For every product its buyers, in the order in which they began to buy it.
    pub buyers: Vec<Vec<u32>>,
    together: Vec<u32>,
    n_in_table: usize,
    lately: Vec<u32>,
    recent: VecDeque<(Day, u32)>,
}

impl Bought {
    /// Nothing yet.
    pub fn new(n_accounts: usize, n_products: usize) -> Self {
        let n_in_table = n_products.min(MOST_IN_TABLE);
        Self {
            products: vec![Vec::new(); n_accounts],
            buyers: vec![Vec::new(); n_products],
            together: vec![0; n_in_table * n_in_table],
            n_in_table,
            lately: vec![0; n_products],
            recent: VecDeque::new(),
        }
    }

    /// An account begins to buy a product; days must not go back.
    pub fn add(&mut self, day: Day, account: u32, product: u32) {
        while self.recent.front().is_some_and(|first| first.0 + LATELY_DAYS <= day) {
            let Some((_, product)) = self.recent.pop_front() else { break };
            self.lately[product as usize] -= 1;
        }
        let n = self.n_in_table;
        if (product as usize) < n {
            for other in self.products[account as usize].iter().map(|it| *it as usize).filter(|other| *other < n) {
                self.together[other * n + product as usize] += 1;
                self.together[product as usize * n + other] += 1;
            }
        }
        self.products[account as usize].push(product);
        self.buyers[product as usize].push(account);
        self.lately[product as usize] += 1;
        self.recent.push_back((day, product));
    }

    /// A score for every product, the same for the same purchases; products in `own` have none.
    pub fn scores(&self, own: &[u32], beside: &[u32], way: Way) -> Vec<f64> {
        let popular = |product: usize| self.buyers[product].len() as f64;
        let n_products = self.buyers.len();
        let mut scores: Vec<f64> = match way {
            Way::Popular => (0..n_products).map(popular).collect(),
            Way::Lately => self.lately.iter().map(|n| f64::from(*n)).collect(),
            Way::Alike | Way::AlikeLately => self.of_alike(own, beside),
            Way::Together | Way::TogetherLately => self.of_together(own),
        };
        if matches!(way, Way::AlikeLately | Way::TogetherLately) {
            let all = self.recent.len() as f64 / self.buyers.iter().map(|it| it.len() as f64).sum::<f64>().max(1.0);
            for (product, score) in scores.iter_mut().enumerate() {
                *score *= (f64::from(self.lately[product]) + HELD_BACK * all) / (popular(product) + HELD_BACK);
            }
        }
        own.iter().for_each(|product| scores[*product as usize] = f64::NEG_INFINITY);
        scores
    }

    /// The first of the products by their scores; equal ones by how many buy them, then by place.
    pub fn best(&self, scores: &[f64], most: usize) -> Vec<u32> {
        let mut products: Vec<u32> = (0..scores.len() as u32).filter(|it| scores[*it as usize].is_finite()).collect();
        let key = |it: u32| (scores[it as usize], self.buyers[it as usize].len());
        let order = |a: &u32, b: &u32| {
            let ((one, n_one), (other, n_other)) = (key(*a), key(*b));
            other.total_cmp(&one).then(n_other.cmp(&n_one)).then(a.cmp(b))
        };
        if products.len() > most && most > 0 {
            products.select_nth_unstable_by(most - 1, order);
            products.truncate(most);
        }
        products.sort_by(order);
        products
    }

    /// The accounts that buy most alike, the most alike first: what few buy counts more (Adamic and Adar, *Friends and
    /// neighbors on the web*, 2003), beside how much the other buys in all.
    pub fn alike(&self, own: &[u32], beside: &[u32]) -> Vec<(u32, f64)> {
        let mut shared = vec![0.0_f64; self.products.len()];
        for product in own {
            let buyers = &self.buyers[*product as usize];
            let worth = 1.0 / (2.0 + buyers.len() as f64).ln();
            buyers.iter().for_each(|account| shared[*account as usize] += worth);
        }
        let likeness = |(account, shared): (usize, &f64)| {
            let n_theirs = self.products[account].len() as f64;
            (account as u32, shared / (n_theirs + HELD_BACK).sqrt())
        };
        let mut alike: Vec<(u32, f64)> = shared
            .iter()
            .enumerate()
            .filter(|it| *it.1 > 0.0)
            .map(likeness)
            .filter(|it| !beside.contains(&it.0))
            .collect();
        let order = |a: &(u32, f64), b: &(u32, f64)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        if alike.len() > NEIGHBOURS {
            alike.select_nth_unstable_by(NEIGHBOURS - 1, order);
            alike.truncate(NEIGHBOURS);
        }
        alike.sort_by(order);
        alike
    }

    fn of_alike(&self, own: &[u32], beside: &[u32]) -> Vec<f64> {
        let mut scores = vec![0.0; self.buyers.len()];
        for (account, likeness) in self.alike(own, beside) {
            self.products[account as usize].iter().for_each(|product| scores[*product as usize] += likeness);
        }
        scores
    }

    /// For each product how likely who buys one of the account's products buys it too, held back towards how many buy
    /// it at all, in the mean over the account's products.
    fn of_together(&self, own: &[u32]) -> Vec<f64> {
        let n_accounts = self.products.iter().filter(|it| !it.is_empty()).count().max(1) as f64;
        let n = self.n_in_table;
        let (mut together, mut at_all) = (vec![0.0; n], 0.0);
        for product in own.iter().map(|it| *it as usize).filter(|it| *it < n) {
            let weight = 1.0 / (self.buyers[product].len() as f64 + HELD_BACK);
            let row = &self.together[product * n..(product + 1) * n];
            together.iter_mut().zip(row).for_each(|(sum, times)| *sum += weight * f64::from(*times));
            at_all += weight * HELD_BACK;
        }
        let score = |product: usize| {
            let base = at_all * self.buyers[product].len() as f64 / n_accounts;
            base + together.get(product).copied().unwrap_or(0.0)
        };
        (0..self.buyers.len()).map(score).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Accounts 0 to 3 buy 0 and 1; accounts 4 to 9 buy 2; account 10 buys 0.
    fn bought() -> Bought {
        let mut bought = Bought::new(11, 4);
        let day = |n: i32| Day::from_days(n).unwrap();
        for account in 0..4 {
            bought.add(day(0), account, 0);
            bought.add(day(0), account, 1);
        }
        (4..10).for_each(|account| bought.add(day(1), account, 2));
        bought.add(day(200), 10, 0);
        bought.add(day(201), 9, 3);
        bought
    }

    fn first(way: Way) -> u32 {
        let bought = bought();
        bought.best(&bought.scores(&[0], &[10], way), 1)[0]
    }

    #[test]
    fn each_way_tells_what_its_name_says() {
        assert_eq!(first(Way::Popular), 2);
        assert_eq!(first(Way::Lately), 3);
        assert_eq!((first(Way::Alike), first(Way::Together)), (1, 1));
    }

    #[test]
    fn what_is_bought_already_is_not_told_and_who_is_left_out_is_not_asked() {
        let bought = bought();
        assert_eq!(bought.best(&bought.scores(&[0, 1, 2], &[], Way::Popular), 9), [3]);
        assert!(bought.alike(&[0], &[0, 1, 2, 3]).iter().all(|it| it.0 == 10));
    }
}
