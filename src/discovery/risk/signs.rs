//! What an account shows on a day.
//!
//! Comes in: a market. Leaves: numbers, by indicator, account and day. Never reads a row later than the day asked, also
//! where the market knows later ones: what was paid after the day was open on it. Costs: a sort of the market's purchases
//! by day once, then a few looks at an account's rows each.

use oxigraph::model::NamedNodeRef;

use crate::discovery::market::{AccountIndex, Due, Market};
use crate::discovery::risk::{Indicator, Settings};
use crate::model::Day;
use crate::ontology as o;
use crate::store::Id;

/// Months of the stretch that is looked at, and of the one before it.
const QUARTER: i32 = 3;
const YEAR: i32 = 12;

/// Days of purchase of so many months make the cycle.
const CYCLE_MONTHS: i32 = 24;

/// Payment of so many months is held against that of the year before them.
const PAYMENT_MONTHS: i32 = 6;

/// A cycle shorter than this is none: a weekend passes without a purchase.
const SHORTEST_CYCLE_DAYS: f64 = 7.0;

/// So many rows are shown as reasons.
const SHOWN: usize = 3;

/// A statement: subject, predicate, object.
pub type Said = (Id, NamedNodeRef<'static>, Id);

/// What accounts show.
pub struct Signs<'a> {
    /// The market.
    pub market: &'a Market,
    /// How risks are found.
    pub settings: &'a Settings,
    days: Vec<Day>,
    up_to: Vec<f64>,
}

/// A cycle of purchases.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Cycle {
    /// The last day of purchase.
    pub last: Day,
    /// A tenth of the gaps is not longer.
    pub short_days: f64,
    /// Half of the gaps are not longer.
    pub middle_days: f64,
    /// Nine tenths of the gaps are not longer.
    pub long_days: f64,
}

/// The last quarter of an account.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Quarter {
    /// What it bought for.
    pub spend: f64,
    /// What was to be expected.
    pub expected: f64,
}

impl<'a> Signs<'a> {
    /// Gets ready to read a market.
    pub fn new(market: &'a Market, settings: &'a Settings) -> Self {
        let purchases = &market.trade.purchases;
        let mut rows: Vec<u32> = (0..purchases.len() as u32).collect();
        rows.sort_by_key(|row| purchases.days[*row as usize]);
        let mut total = 0.0;
        let mut add = |row: &u32| {
            total += purchases.amounts[*row as usize].value();
            total
        };
        Self {
            market,
            settings,
            up_to: rows.iter().map(&mut add).collect(),
            days: rows.iter().map(|row| purchases.days[*row as usize]).collect(),
        }
    }

    /// What an indicator reads of an account on a day; `None` when it cannot tell.
    pub fn read(&self, indicator: Indicator, account: AccountIndex, day: Day) -> Option<f64> {
        match indicator {
            Indicator::PurchaseSwing => self.quarter(account, day).map(Quarter::fall),
            Indicator::Overdue => self.cycle(account, day).map(|cycle| cycle.overdue(day)),
            Indicator::Competitor => self.competitors(account, day),
            Indicator::Payment => self.payment(account, day),
            Indicator::StrategicFit => {
                let fit = self.market.accounts.strategic_fit[account.index()];
                fit.filter(|_| day == self.market.as_of).map(|fit| 1.0 - fit)
            }
            Indicator::Personnel => None,
        }
    }

    /// The last quarter beside what was to be expected: a quarter of the year before, less when the whole market buys less,
    /// and less when the account has a low season. `None` when nothing is usual.
    pub fn quarter(&self, account: AccountIndex, day: Day) -> Option<Quarter> {
        let purchases = &self.market.trade.purchases;
        let [begin, before] = [-QUARTER, -QUARTER - YEAR].map(|months| day.plus_months(months));
        let rows = purchases.between(account, before, begin);
        let mut months: Vec<i32> = purchases.days[rows.clone()].iter().map(|day| day.month_index()).collect();
        months.dedup();
        if months.len() < self.settings.minimum_months {
            return None;
        }
        let usual = purchases.sum(rows).value() / 4.0;
        let market = self.market_spend(before, begin) / 4.0;
        let ratio = if market > 0.0 { (self.market_spend(begin, day) / market).clamp(0.0, 1.0) } else { 1.0 };
        let season = self.season(account, day).unwrap_or(f64::INFINITY);
        let expected = (usual * ratio).min(season).max(0.0);
        Some(Quarter { spend: self.spend(account, begin, day), expected })
    }

    /// What the account bought for in the same months of the two years before, the larger of both: a quarter that was low
    /// once was low by chance, one that was low twice is a season. `None` for who bought nothing before these.
    fn season(&self, account: AccountIndex, day: Day) -> Option<f64> {
        let of = |years: i32| {
            let until = day.plus_months(-years * YEAR);
            (until.plus_months(-QUARTER), self.spend(account, until.plus_months(-QUARTER), until))
        };
        let ((_, last), (begin, before)) = (of(1), of(2));
        let is_known = !self.market.trade.purchases.between(account, Day::MIN, begin).is_empty();
        is_known.then(|| last.max(before))
    }

    fn spend(&self, account: AccountIndex, after: Day, until: Day) -> f64 {
        let purchases = &self.market.trade.purchases;
        purchases.sum(purchases.between(account, after, until)).value()
    }

    fn market_spend(&self, after: Day, until: Day) -> f64 {
        let up_to = |day: Day| match self.days.partition_point(|it| *it <= day) {
            0 => 0.0,
            n => self.up_to[n - 1],
        };
        up_to(until) - up_to(after)
    }

    /// The account's cycle of purchases as known on a day; `None` with too few days of purchase.
    pub fn cycle(&self, account: AccountIndex, day: Day) -> Option<Cycle> {
        let purchases = &self.market.trade.purchases;
        let rows = purchases.between(account, day.plus_months(-CYCLE_MONTHS), day);
        let bought = rows.filter(|row| purchases.amounts[*row].value() > 0.0);
        let mut days: Vec<Day> = bought.map(|row| purchases.days[row]).collect();
        days.dedup();
        if days.len() < self.settings.minimum_purchase_days.max(2) {
            return None;
        }
        let mut gaps: Vec<f64> = days.windows(2).map(|pair| f64::from(pair[1] - pair[0])).collect();
        gaps.sort_by(f64::total_cmp);
        let at = |share: f64| gaps[(share * (gaps.len() - 1) as f64).round() as usize];
        let (short_days, middle_days, long_days) = (at(0.1), at(0.5), at(0.9));
        Some(Cycle { last: *days.last()?, short_days, middle_days, long_days })
    }

    /// Between which days the next purchase is expected.
    pub fn next_purchase(&self, account: AccountIndex, day: Day) -> Option<[Day; 2]> {
        let cycle = self.cycle(account, day)?;
        Some([cycle.short_days, cycle.long_days].map(|days| cycle.last + days as i32))
    }

    fn competitors(&self, account: AccountIndex, day: Day) -> Option<f64> {
        let recent = self.market.trade.recent_sightings_of(account, day);
        let mut names: Vec<&str> = recent.map(|it| it.competitor.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        Some(names.len() as f64)
    }

    fn payment(&self, account: AccountIndex, day: Day) -> Option<f64> {
        let begin = day.plus_months(-PAYMENT_MONTHS);
        let now = self.mean_late(account, begin, day, day)?;
        let before = self.mean_late(account, begin.plus_months(-YEAR), begin, day);
        Some(now - before.unwrap_or(0.0).max(0.0))
    }

    /// Mean days late, as known on a day, of what fell due in a window.
    fn mean_late(&self, account: AccountIndex, after: Day, until: Day, known: Day) -> Option<f64> {
        let dues = self.market.trade.dues_of(account).iter().filter(|due| due.due > after && due.due <= until);
        let late: Vec<i32> = dues.map(|due| days_late(due, known)).collect();
        let is_enough = late.len() >= self.settings.minimum_dues.max(1);
        is_enough.then(|| f64::from(late.iter().sum::<i32>()) / late.len() as f64)
    }

    /// The statements on which a reading of the market's day rests.
    pub fn statements(&self, account: AccountIndex, indicator: Indicator) -> Vec<Said> {
        let Market { trade, as_of, .. } = self.market;
        let said = |ids: Vec<Id>, predicate: NamedNodeRef<'static>| -> Vec<Said> {
            let objects =
                |id: Id| self.market.snapshot.objects(id, predicate).into_iter().map(move |it| (id, predicate, it));
            ids.into_iter().flat_map(objects).collect()
        };
        match indicator {
            Indicator::PurchaseSwing => self.latest(account, o::AMOUNT, said),
            Indicator::Overdue => self.latest(account, o::DATE, said),
            Indicator::Payment => {
                let mut dues: Vec<&Due> = trade.dues_of(account).iter().filter(|due| due.due <= *as_of).collect();
                dues.sort_by_key(|due| (std::cmp::Reverse(due.due), due.id));
                said(dues.into_iter().take(SHOWN).map(|due| due.id).collect(), o::DUE_DATE)
            }
            Indicator::Competitor => {
                let seen = trade.sightings_of(account).iter().rev().filter(|it| it.day.is_some());
                said(seen.take(SHOWN).map(|it| it.id).collect(), o::DATE)
            }
            Indicator::StrategicFit => said(vec![self.market.accounts.ids[account.index()]], o::STRATEGIC_FIT),
            Indicator::Personnel => Vec::new(),
        }
    }

    fn latest(
        &self,
        account: AccountIndex,
        predicate: NamedNodeRef<'static>,
        said: impl Fn(Vec<Id>, NamedNodeRef<'static>) -> Vec<Said>,
    ) -> Vec<Said> {
        let purchases = &self.market.trade.purchases;
        let rows = purchases.between(account, Day::MIN, self.market.as_of).rev().take(SHOWN);
        said(rows.map(|row| purchases.ids[row]).collect(), predicate)
    }
}

fn days_late(due: &Due, known: Day) -> i32 {
    due.paid.filter(|paid| *paid <= known).unwrap_or(known) - due.due
}

impl Quarter {
    /// By which share it lies below what was to be expected, in [0, 1].
    pub fn fall(self) -> f64 {
        if self.expected > 0.0 { (1.0 - self.spend / self.expected).clamp(0.0, 1.0) } else { 0.0 }
    }
}

impl Cycle {
    /// Days since the last purchase over the longest usual gap.
    pub fn overdue(self, day: Day) -> f64 {
        f64::from(day - self.last) / self.long_days.max(SHORTEST_CYCLE_DAYS)
    }
}
