//! The ledger as seen from one day: only rows up to that day, in months counted back from it.
//!
//! Comes in: a ledger and a day. Leaves: for any prospect what the measures read. Never sees a later row. Costs: one pass
//! over two years of rows for the buying units, then one pass over five years of a prospect's rows for each prospect.

use rayon::prelude::*;

use crate::discovery::market::column::NONE;
use crate::discovery::ranking::ledger::Ledger;
use crate::discovery::ranking::lifetime::{Buyer, Lifetime};
use crate::discovery::ranking::target::{can_rise, top_tier_begins};
use crate::model::Day;

/// How many months back a prospect is seen.
pub const MONTHS: usize = 60;

/// Mean length of a month.
pub const DAYS_A_MONTH: f64 = 365.25 / 12.0;

/// Months of a year.
const YEAR: i32 = 12;

/// What stands for nothing on the scale of logarithms, as a part of where the top tier begins.
const FLOOR: f64 = 0.01;

/// The ledger on a day.
pub struct View<'a> {
    /// The rows.
    pub ledger: &'a Ledger,
    /// The day.
    pub day: Day,
    /// Where the top tier of the past 12 months begins.
    pub tier: f64,
    /// What every prospect bought for in the past 12 months.
    pub year: Vec<f64>,
    /// What lifetime value says of the accounts that could rise.
    pub lifetime: Lifetime,
    bounds: Vec<Day>,
    shares: Vec<Vec<UnitShare>>,
    budgets: Vec<Budget>,
    peers: Vec<Peers>,
}

/// A buying unit from which a prospect gets its business.
#[derive(Clone, Copy, Debug)]
struct UnitShare {
    unit: u32,
    spend: f64,
    share: f64,
    is_new: bool,
}

/// What a buying unit spends with all accounts.
#[derive(Clone, Copy, Default, Debug)]
struct Budget {
    half_year: f64,
    year: f64,
    year_before: f64,
}

/// How those do that buy through the same unit, or are of the same sector.
#[derive(Clone, Copy, Debug)]
pub struct Peers {
    /// Mean growth of the last half year against the year, on the scale of logarithms.
    pub growth: f64,
    /// Mean level.
    pub level: f64,
}

/// One month of a prospect.
#[derive(Clone, Copy, Default, Debug)]
pub struct Month {
    /// What was bought for, returns taken off.
    pub spend: f64,
    /// Returns and credits, positive.
    pub returned: f64,
    /// The largest amount.
    pub largest: f64,
    /// Rows.
    pub n_rows: u32,
    /// Days with a row.
    pub n_days: u32,
}

/// A prospect as seen on the day.
pub struct Seen<'a> {
    /// From where.
    pub view: &'a View<'a>,
    /// Which prospect.
    pub place: usize,
    /// Its months, the last one first.
    pub months: Vec<Month>,
    /// Days since its first row.
    pub tenure_days: i32,
    /// Days since its last positive row.
    pub idle_days: i32,
    /// Mean days between its days of purchase, when there are at least two.
    pub gap_days: Option<f64>,
}

impl<'a> View<'a> {
    /// Looks at the ledger from a day.
    pub fn new(ledger: &'a Ledger, day: Day) -> Self {
        let bounds: Vec<Day> = (0..=MONTHS as i32).map(|months| day.plus_months(-months)).collect();
        let places = 0..ledger.len();
        let year: Vec<f64> = places.clone().into_par_iter().map(|at| ledger.sum(at, bounds[12], day)).collect();
        let half: Vec<f64> = places.clone().into_par_iter().map(|at| ledger.sum(at, bounds[6], day)).collect();
        let tier = top_tier_begins(year[..ledger.n_accounts].iter().copied());
        let shares: Vec<_> = places.into_par_iter().map(|at| unit_shares(ledger, at, &bounds)).collect();
        let budgets = budgets(ledger, &bounds);
        let lifetime = Lifetime::fit(&some_buyers(ledger, day, &year, tier));
        let mut view = Self { ledger, day, tier, year, lifetime, bounds, shares, budgets, peers: Vec::new() };
        view.peers = view.compare_peers(&half);
        view
    }

    /// An amount beside where the top tier begins, as a logarithm: 0 is just there.
    pub fn level(&self, amount: f64) -> f64 {
        ((amount.max(0.0) + FLOOR * self.tier) / self.tier).ln()
    }

    /// The day so many months back.
    pub fn months_back(&self, months: usize) -> Day {
        self.bounds[months.min(MONTHS)]
    }

    /// Looks at a prospect.
    pub fn see(&'a self, place: usize) -> Seen<'a> {
        let rows = self.ledger.between(place, Day::MIN, self.day);
        let (days, amounts) = (&self.ledger.days[rows.clone()], &self.ledger.amounts[rows]);
        let mut months = vec![Month::default(); MONTHS];
        let mut back = 0;
        for at in (0..days.len()).rev() {
            while back < MONTHS && days[at] <= self.bounds[back + 1] {
                back += 1;
            }
            let Some(month) = months.get_mut(back) else { break };
            month.add(amounts[at], days.get(at + 1) != Some(&days[at]));
        }
        let first = days.first().copied().unwrap_or(self.day);
        let last_positive = (0..days.len()).rev().find(|at| amounts[*at] > 0.0).map_or(first, |at| days[at]);
        let mut n_days = 0;
        days.chunk_by(|a, b| a == b).for_each(|_| n_days += 1);
        let span = f64::from(days.last().map_or(0, |last| *last - first));
        Seen {
            view: self,
            place,
            months,
            tenure_days: self.day - first,
            idle_days: self.day - last_positive,
            gap_days: (n_days > 1).then(|| span / f64::from(n_days - 1)),
        }
    }

    fn compare_peers(&self, half: &[f64]) -> Vec<Peers> {
        let key = |place: usize| self.peer_key(place);
        let n_keys =
            self.ledger.n_units + 1 + self.ledger.sectors.iter().flatten().max().map_or(0, |it| *it as usize + 1);
        let mut sums = vec![(0.0, 0.0, 0_u32); n_keys];
        let growth = |place: usize| self.level(2.0 * half[place]) - self.level(self.year[place]);
        for place in (0..self.ledger.n_accounts).filter(|place| self.year[*place] > 0.0) {
            let sum = &mut sums[key(place)];
            *sum = (sum.0 + growth(place), sum.1 + self.level(self.year[place]), sum.2 + 1);
        }
        let mean = |place: usize| match sums[key(place)] {
            (_, _, 0) => Peers { growth: 0.0, level: self.level(0.0) },
            (growth, level, n) => Peers { growth: growth / f64::from(n), level: level / f64::from(n) },
        };
        (0..self.ledger.len()).map(mean).collect()
    }

    /// Peers share the main buying unit, else the sector; the rest are peers of each other.
    fn peer_key(&self, place: usize) -> usize {
        let main = self.shares[place].iter().max_by(|a, b| a.spend.total_cmp(&b.spend).then(b.unit.cmp(&a.unit)));
        match (main, self.ledger.sectors[place]) {
            (Some(main), _) => main.unit as usize,
            (None, Some(sector)) => self.ledger.n_units + 1 + sector as usize,
            (None, None) => self.ledger.n_units,
        }
    }
}

/// Lifetime value is fitted to at most so many accounts, those with the smallest keys.
const FITTED: usize = 600;

fn some_buyers(ledger: &Ledger, day: Day, year: &[f64], tier: f64) -> Vec<Buyer> {
    let mut places: Vec<usize> = (0..ledger.n_accounts).filter(|place| can_rise(year[*place], tier)).collect();
    places.sort_unstable_by_key(|place| (ledger.keys[*place], *place));
    places.iter().take(FITTED).map(|place| ledger.buyer(*place, day)).collect()
}

impl Month {
    fn add(&mut self, amount: f64, is_new_day: bool) {
        self.spend += amount;
        self.returned += (-amount).max(0.0);
        self.largest = self.largest.max(amount);
        self.n_rows += 1;
        self.n_days += u32::from(is_new_day);
    }
}

fn unit_shares(ledger: &Ledger, place: usize, bounds: &[Day]) -> Vec<UnitShare> {
    let rows = ledger.between(place, bounds[(2 * YEAR) as usize], bounds[0]);
    let named = rows.filter(|row| ledger.units[*row] != NONE);
    let mut cells: Vec<(u32, Day, f64)> =
        named.map(|row| (ledger.units[row], ledger.days[row], ledger.amounts[row])).collect();
    cells.sort_by_key(|cell| (cell.0, cell.1));
    let mut shares: Vec<UnitShare> = cells
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|run| run.last().is_some_and(|last| last.1 > bounds[12]))
        .map(|run| {
            let spend: f64 = run.iter().filter(|cell| cell.1 > bounds[12]).map(|cell| cell.2).sum();
            UnitShare { unit: run[0].0, spend: spend.max(0.0), share: 0.0, is_new: run[0].1 > bounds[6] }
        })
        .collect();
    let total: f64 = shares.iter().map(|it| it.spend).sum();
    shares.iter_mut().for_each(|it| it.share = if total > 0.0 { it.spend / total } else { 0.0 });
    shares
}

fn budgets(ledger: &Ledger, bounds: &[Day]) -> Vec<Budget> {
    let mut budgets = vec![Budget::default(); ledger.n_units];
    for place in 0..ledger.n_accounts {
        for row in ledger.between(place, bounds[24], bounds[0]) {
            let Some(budget) = budgets.get_mut(ledger.units[row] as usize) else { continue };
            let (day, amount) = (ledger.days[row], ledger.amounts[row]);
            match day > bounds[12] {
                true => budget.year += amount,
                false => budget.year_before += amount,
            }
            budget.half_year += if day > bounds[6] { amount } else { 0.0 };
        }
    }
    budgets
}

/// What a prospect's buying units tell, weighed by how much of its business each is.
#[derive(Clone, Copy, Debug)]
pub struct Units {
    /// How many bought in the past 12 months.
    pub n: usize,
    /// How many of them bought for the first time in two years in the last 6 months.
    pub n_new: usize,
    /// Concentration of the business on units: 1 is all on one.
    pub concentration: f64,
    /// Growth of their budgets over a year, on the scale of logarithms.
    pub budget_growth: f64,
    /// The same of the last half year against the year.
    pub budget_growth_recent: f64,
    /// The budgets beside where the top tier begins, on the scale of logarithms.
    pub budget_level: f64,
    /// The greatest share that it has of a unit's budget, 0 to 1.
    pub share_of_budget: f64,
}

impl Seen<'_> {
    /// What was bought for in the months `from..until` counted back (0 is the last one).
    pub fn spend(&self, from: usize, until: usize) -> f64 {
        self.months[from..until].iter().map(|month| month.spend).sum()
    }

    /// The same a year, on the scale of levels.
    pub fn yearly_level(&self, from: usize, until: usize) -> f64 {
        self.view.level(self.spend(from, until) * f64::from(YEAR) / (until - from) as f64)
    }

    /// What lifetime value reads of it.
    pub fn buyer(&self) -> Buyer {
        self.view.ledger.buyer(self.place, self.view.day)
    }

    /// How its peers do.
    pub fn peers(&self) -> Peers {
        self.view.peers[self.place]
    }

    /// What its buying units tell; `None` when purchases name none.
    pub fn units(&self) -> Option<Units> {
        let shares = &self.view.shares[self.place];
        let tier = self.view.tier;
        let ratio = |above: f64, below: f64| ((above.max(0.0) + tier) / (below.max(0.0) + tier)).ln();
        let budget = |it: &UnitShare| self.view.budgets[it.unit as usize];
        let weighed = |of: &dyn Fn(Budget) -> f64| shares.iter().map(|it| it.share * of(budget(it))).sum();
        (!shares.is_empty()).then(|| Units {
            n: shares.len(),
            n_new: shares.iter().filter(|it| it.is_new).count(),
            concentration: shares.iter().map(|it| it.share * it.share).sum(),
            budget_growth: weighed(&|it| ratio(it.year, it.year_before)),
            budget_growth_recent: weighed(&|it| ratio(2.0 * it.half_year, it.year)),
            budget_level: weighed(&|it| (it.year.max(1.0) / tier).ln()),
            share_of_budget: shares
                .iter()
                .map(|it| (it.spend / budget(it).year.max(1.0)).clamp(0.0, 1.0))
                .fold(0.0, f64::max),
        })
    }

    /// How many products were bought in the last `months`.
    pub fn n_products(&self, months: usize) -> usize {
        let ledger = self.view.ledger;
        let rows = ledger.between(self.place, self.view.months_back(months), self.view.day);
        let mut products: Vec<u32> = ledger.products[rows].to_vec();
        products.sort_unstable();
        products.dedup();
        products.iter().filter(|product| **product != NONE).count()
    }

    /// Mean days from due to paid of what fell due in the months `from..until` counted back, when anything did.
    pub fn delay_days(&self, from: usize, until: usize) -> Option<f64> {
        let (late, early) = (self.view.months_back(from), self.view.months_back(until));
        let day = self.view.day;
        let dues = self.view.ledger.dues_of(self.place).iter().filter(|due| due.due > early && due.due <= late);
        let delays: Vec<f64> =
            dues.map(|it| f64::from(it.paid.filter(|paid| *paid <= day).unwrap_or(day) - it.due)).collect();
        (!delays.is_empty()).then(|| delays.iter().sum::<f64>() / delays.len() as f64)
    }
}
