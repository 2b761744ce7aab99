//! Purchases by prospect, ready to be looked at from any past day.
//!
//! Comes in: a market and its prospects. Leaves: flat arrays sorted by prospect and day, a group's rows merged. Never
//! holds a row later than the market's day. Costs: one pass and 24 bytes a purchase.

use std::ops::Range;

use rayon::prelude::*;

use crate::discovery::market::{Due, Market};
use crate::discovery::prospect::Prospects;
use crate::discovery::ranking::lifetime::Buyer;
use crate::discovery::ranking::target::Returns;
use crate::discovery::today;
use crate::model::Day;

/// What every prospect bought and owed, in the order of the prospects.
#[derive(Clone)]
pub struct Ledger {
    /// How many of the prospects are single accounts; they come first.
    pub n_accounts: usize,
    /// Days of purchase.
    pub days: Vec<Day>,
    /// Amounts in the market's currency.
    pub amounts: Vec<f64>,
    /// Places of buying units, `NONE` where not known.
    pub units: Vec<u32>,
    /// Places of products, `NONE` where not known.
    pub products: Vec<u32>,
    /// How many buying units there are.
    pub n_units: usize,
    /// Whether purchases name products.
    pub has_products: bool,
    /// For every prospect a number that looks random and stays the same while its IRI does.
    pub keys: Vec<u64>,
    /// For every prospect its sector.
    pub sectors: Vec<Option<u32>>,
    /// The first day that counts, when there is any purchase.
    pub since: Option<Day>,
    /// The market's day.
    pub until: Day,
    starts: Vec<usize>,
    dues: Vec<Vec<Due>>,
}

impl Ledger {
    /// Reads the purchases and dues of all prospects.
    pub fn read(market: &Market, prospects: &Prospects, returns: Returns) -> Self {
        let purchases = &market.trade.purchases;
        let counts = |row: &usize| returns.counts(purchases.amounts[*row].value());
        let mut rows: Vec<u32> = Vec::with_capacity(purchases.len());
        let mut starts = vec![0];
        for prospect in &prospects.list {
            let begin = rows.len();
            let runs = prospect.members.iter().map(|member| purchases.of(*member));
            rows.extend(runs.flatten().filter(counts).map(|row| row as u32));
            rows[begin..].sort_by_key(|row| purchases.days[*row as usize]);
            starts.push(rows.len());
        }
        let dues = |prospect: &crate::discovery::prospect::Prospect| {
            prospect.members.iter().flat_map(|member| market.trade.dues_of(*member)).copied().collect()
        };
        let column = |column: &[u32]| rows.iter().map(|row| column[*row as usize]).collect();
        Self {
            n_accounts: prospects.n_accounts,
            days: rows.iter().map(|row| purchases.days[*row as usize]).collect(),
            amounts: rows.iter().map(|row| purchases.amounts[*row as usize].value()).collect(),
            units: column(&purchases.units),
            products: column(&purchases.products),
            n_units: purchases.unit_ids.len(),
            has_products: !purchases.product_ids.is_empty(),
            keys: prospects.list.par_iter().map(|prospect| key_of(&market.snapshot.text(prospect.id))).collect(),
            sectors: prospects.list.iter().map(|prospect| prospect.sector).collect(),
            since: today::span(purchases.days.iter().copied()).map(|span| span.first),
            until: market.as_of,
            dues: prospects.list.iter().map(dues).collect(),
            starts,
        }
    }

    /// How many prospects there are.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The prospect's rows.
    pub fn of(&self, place: usize) -> Range<usize> {
        self.starts[place]..self.starts[place + 1]
    }

    /// The prospect's rows after the day `after` and not after `until`.
    pub fn between(&self, place: usize, after: Day, until: Day) -> Range<usize> {
        let all = self.of(place);
        let days = &self.days[all.clone()];
        let at = |day: Day| all.start + days.partition_point(|it| *it <= day);
        at(after)..at(until).max(at(after))
    }

    /// What the prospect bought for after the day `after` and not after `until`.
    pub fn sum(&self, place: usize, after: Day, until: Day) -> f64 {
        self.amounts[self.between(place, after, until)].iter().sum()
    }

    /// What lifetime value reads of the prospect on a day.
    pub fn buyer(&self, place: usize, day: Day) -> Buyer {
        let rows = self.between(place, Day::MIN, day);
        let days = &self.days[rows.clone()];
        let n_days = days.chunk_by(|a, b| a == b).count().max(1) as f64;
        let (first, last) = (days.first().copied().unwrap_or(day), days.last().copied().unwrap_or(day));
        Buyer {
            repeats: n_days - 1.0,
            recency_days: f64::from(last - first),
            age_days: f64::from(day - first).max(1.0),
            mean_spend: self.amounts[rows].iter().sum::<f64>() / n_days,
        }
    }

    /// What the prospect had to pay.
    pub fn dues_of(&self, place: usize) -> &[Due] {
        &self.dues[place]
    }
}

/// A number that looks random and stays the same while an IRI does.
pub fn key_of(iri: &str) -> u64 {
    let hash = blake3::hash(iri.as_bytes());
    hash.as_bytes().iter().take(8).fold(0, |key, byte| key << 8 | u64::from(*byte))
}
