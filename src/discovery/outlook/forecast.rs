//! What an account is expected to spend in the months that follow, with an interval that keeps its word.
//!
//! Comes in: a ledger and a day. Leaves: for every prospect a low, a middle and a high amount; nothing where the history is
//! shorter than twice the months looked ahead. Never sees a row later than the day. Costs: a few sums for each account and
//! past day, a sort of them, and a look at some hundred of them for each prospect asked about.
//!
//! The forecast is **empirical**: on past days accounts stood at the same level and on the same course; how their spend
//! changed from the months before such a day to as many months after it are the changes that can be expected. To those are
//! mixed the account's own past changes, by the share that told past days best. Windows of a whole year hold every season
//! once, and the course compares a half year with the same half year before, so that a season is no trend. The interval is
//! **calibrated** on days held out, each asked of what was known on it: its ends are moved by as much as it was missed
//! there (Romano, Patterson, Candès, *Conformalized quantile regression*, 2019).

use rayon::prelude::*;

use crate::discovery::outlook::Settings;
use crate::discovery::outlook::changes::{Change, Changes, Course, Cut, level};
use crate::discovery::ranking::ledger::Ledger;
use crate::model::Day;

/// An account's own changes count for none, a quarter or a half of what is expected: what past days show is taken.
const OWN_SHARES: [f64; 3] = [0.0, 0.25, 0.5];

/// At most so many past days are held out, as far apart as one looks ahead.
const HELD_OUT_DAYS: i32 = 3;

/// With fewer accounts on days held out the ends of the interval stay where they are.
const ENOUGH_HELD_OUT: usize = 50;

/// With fewer changes nothing is expected.
const ENOUGH: usize = 50;

/// An account asked about on a day held out: its share of own changes by share, and what followed.
type Asked = (Vec<[f64; 3]>, f64);

/// What accounts are expected to spend.
pub struct Forecast<'a> {
    ledger: &'a Ledger,
    settings: &'a Settings,
    changes: Changes,
    sorted: Vec<Vec<(f64, f64)>>,
    now: Cut,
    own_share: f64,
    moved: Option<[f64; 2]>,
}

/// What a prospect is expected to spend.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Amounts {
    /// So much or more but for one half of what the interval leaves out.
    pub low: f64,
    /// As likely more as less.
    pub middle: f64,
    /// So much or less but for the other half.
    pub high: f64,
}

impl<'a> Forecast<'a> {
    /// Learns changes of `months` (fewer where the history is shorter than twice that) from days before `day`.
    pub fn learn(ledger: &'a Ledger, day: Day, months: i32, settings: &'a Settings) -> Option<Self> {
        let changes = Changes::read(ledger, day, months)?;
        if changes.all.len() < ENOUGH {
            return None;
        }
        let now = Cut::new(ledger, day, changes.months);
        if !now.tier.is_finite() {
            return None;
        }
        let sorted = changes.sorted();
        let mut forecast = Self { ledger, settings, changes, sorted, now, own_share: 0.0, moved: None };
        forecast.calibrate();
        Some(forecast)
    }

    /// How many months are looked ahead.
    pub fn months(&self) -> i32 {
        self.changes.months
    }

    /// On how many past days accounts were looked at.
    pub fn n_days(&self) -> usize {
        self.changes.cuts.len()
    }

    /// Whether the interval was checked on days held out.
    pub fn is_calibrated(&self) -> bool {
        self.moved.is_some()
    }

    /// What a prospect is expected to spend; `None` when it has bought nothing in two windows.
    pub fn of(&self, place: usize) -> Option<Amounts> {
        let (before, course) = self.now.see(self.ledger, place, self.changes.months)?;
        let [low, middle, high] = self.expected(&self.sorted, &self.now, place, (before, course), self.own_share);
        let [down, up] = self.moved.unwrap_or_default();
        let amount = |level| self.now.amount(level);
        let middle = amount(middle);
        Some(Amounts { low: amount(low - down).min(middle), middle, high: amount(high + up).max(middle) })
    }

    /// Chooses how much own changes count, and by how much the ends move.
    fn calibrate(&mut self) {
        let mut asked: Vec<Asked> = Vec::new();
        for back in 1..=HELD_OUT_DAYS {
            let until = self.now.day.plus_months(-self.changes.months * back);
            let held_out = self.changes.cuts.iter().find(|cut| cut.day <= until);
            asked.extend(held_out.map(|cut| self.ask(cut)).unwrap_or_default());
        }
        if asked.len() < ENOUGH_HELD_OUT {
            return;
        }
        let ends = self.ends();
        let loss = |at: usize| -> f64 {
            let of = |(said, was): &Asked| (0..3).map(|end| pinball(*was - said[at][end], ends[end])).sum::<f64>();
            asked.iter().map(of).sum()
        };
        let losses: Vec<f64> = (0..OWN_SHARES.len()).map(loss).collect();
        let best = losses.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |it| it.0);
        self.own_share = OWN_SHARES[best];
        let missed = |of: &dyn Fn(&Asked) -> f64| {
            let mut missed: Vec<f64> = asked.iter().map(of).collect();
            missed.sort_by(f64::total_cmp);
            // the rank of conformal prediction: one more than there are, so that few held out move the ends further
            let rank = ((missed.len() + 1) as f64 * ends[2]).ceil() as usize;
            missed[rank.clamp(1, missed.len()) - 1]
        };
        self.moved = Some([missed(&|(said, was)| said[best][0] - was), missed(&|(said, was)| was - said[best][2])]);
    }

    /// What would have been expected on a past day, from what was known on it, and what came.
    fn ask(&self, cut: &Cut) -> Vec<Asked> {
        let known = self.changes.known_on(cut.day);
        if known.all.len() < ENOUGH {
            return Vec::new();
        }
        let sorted = known.sorted();
        let of_day: Vec<&Change> = self.changes.all.iter().filter(|it| it.day == cut.day).collect();
        let ask = |change: &&Change| {
            let place = change.place as usize;
            let said = |share: &f64| self.expected(&sorted, cut, place, (change.before, change.course), *share);
            (OWN_SHARES.iter().map(said).collect(), change.before + change.change)
        };
        of_day.par_iter().map(ask).collect()
    }

    /// Levels: low, middle, high.
    fn expected(
        &self,
        sorted: &[Vec<(f64, f64)>],
        cut: &Cut,
        place: usize,
        (before, course): (f64, Course),
        own_share: f64,
    ) -> [f64; 3] {
        let alike = Changes::nearest(sorted, before, course, self.settings.neighbours);
        let own = if own_share > 0.0 { cut.own_changes(self.ledger, place, self.changes.months) } else { Vec::new() };
        // one change of its own tells less than several
        let own_share = own_share * own.len() as f64 / (own.len() + 1) as f64;
        let mut weighed: Vec<(f64, f64)> =
            alike.iter().map(|it| (it.1, (1.0 - own_share) / alike.len() as f64)).collect();
        weighed.extend(own.iter().map(|change| (*change, own_share / own.len() as f64)));
        weighed.sort_by(|a, b| a.0.total_cmp(&b.0));
        self.ends().map(|share| (before + quantile(&weighed, share)).max(level(0.0)))
    }

    /// The shares of low, middle and high.
    fn ends(&self) -> [f64; 3] {
        let out = (1.0 - self.settings.interval) / 2.0;
        [out, 0.5, 1.0 - out]
    }
}

/// The loss whose least mean is at the quantile.
fn pinball(above: f64, share: f64) -> f64 {
    if above >= 0.0 { share * above } else { (share - 1.0) * above }
}

/// The first of ascending values up to which their weights make up a share.
fn quantile(weighed: &[(f64, f64)], share: f64) -> f64 {
    let total: f64 = weighed.iter().map(|it| it.1).sum();
    let mut so_far = 0.0;
    for (value, weight) in weighed {
        so_far += weight;
        if so_far >= share * total - 1e-9 {
            return *value;
        }
    }
    weighed.last().map_or(0.0, |it| it.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_counts_weights() {
        let weighed = [(1.0, 0.1), (2.0, 0.1), (3.0, 0.6), (4.0, 0.2)];
        assert_eq!([0.1, 0.15, 0.5, 0.8, 0.9].map(|share| quantile(&weighed, share)), [1.0, 2.0, 3.0, 3.0, 4.0]);
        assert_eq!(quantile(&[], 0.5), 0.0);
    }

    #[test]
    fn the_loss_is_least_at_the_quantile() {
        let values: Vec<f64> = (0..100).map(f64::from).collect();
        let loss = |at: f64| values.iter().map(|value| pinball(value - at, 0.9)).sum::<f64>();
        assert!(loss(89.0) < loss(80.0) && loss(89.0) < loss(96.0));
    }
}
