//! What the ranker learns from: the same question asked at earlier days, with the answers that are known by now.
//!
//! Comes in: a ledger. Leaves: rows of numbers with what followed. Never uses a row later than the ledger's day: a day is
//! asked only when its outcome window has ended by then. Costs: one view a day, and one row for each account that could
//! rise.

use rayon::prelude::*;

use crate::discovery::ranking::Judgement;
use crate::discovery::ranking::boosting::{Sample, mixed};
use crate::discovery::ranking::ledger::Ledger;
use crate::discovery::ranking::measures;
use crate::discovery::ranking::target::{TierOf, can_rise, closeness};
use crate::discovery::ranking::view::View;
use crate::model::Day;

/// The history is cut in so many equal parts: one to look back on, one to choose days from, one to look at what followed.
const PARTS: i32 = 3;

/// A shorter outcome window tells nothing about a year.
const SHORTEST_MONTHS: i32 = 3;

/// With fewer monthly days than this, days are taken closer together.
const FEW_DAYS: usize = 12;

/// How close.
const CLOSE_DAYS: i32 = 10;

/// Of the smaller half of the accounts that did not rise one in so many is kept, and stands for the others: they are many
/// and alike.
const ONE_OF: u64 = 6;

/// About so many rows of accounts that did not rise are read in all; where there are more, those with the smallest keys
/// stand for the others. Accounts that rose are few and all read, and a model of some dozens of columns learns no more
/// from the hundredth that did not rise for each that did (Breslow, *Design of case-control studies*, 1982). So what a
/// lesson costs does not grow with the market.
const MOST_ROWS: usize = 120_000;

/// The days that are asked, and how long after them the outcome is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Schedule {
    /// Length of the outcome window in months.
    pub horizon_months: i32,
    /// The days, the latest first.
    pub days: Vec<Day>,
}

/// The rows of one day.
struct Asked {
    rows: Vec<Vec<f32>>,
    labels: Vec<bool>,
    targets: Vec<f32>,
    weights: Vec<f32>,
    keys: Vec<u64>,
    risers: Vec<u32>,
}

/// An account whose row is read on a day.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Chosen {
    place: usize,
    key: u64,
    rises: bool,
    /// How many rows it stands for.
    weight: f32,
}

/// Rows of several days.
#[derive(Clone, Debug, Default)]
pub struct Lessons {
    /// The rows.
    pub sample: Sample,
    /// For each row the place of its day in the schedule.
    pub day_of_row: Vec<u32>,
    /// How many different accounts rose.
    pub n_risers: usize,
}

impl Schedule {
    /// The days between `since` and `until` that can teach about `horizon_months`; `None` when the history is too short.
    pub fn new(since: Day, until: Day, horizon_months: i32, most_days: usize) -> Option<Self> {
        let n_months = (1..).take_while(|months| since.plus_months(*months) <= until + 1).last()?;
        let horizon_months = horizon_months.min(n_months / PARTS);
        if horizon_months < SHORTEST_MONTHS {
            return None;
        }
        let (first, last) = (since.plus_months(horizon_months) + -1, until.plus_months(-horizon_months));
        let monthly = (0..).map(|back| until.plus_months(-horizon_months - back));
        let mut days: Vec<Day> = monthly.take_while(|day| *day >= first).take(most_days).collect();
        if days.len() < FEW_DAYS {
            let close = (0..).map(|back| last + -CLOSE_DAYS * back);
            days = close.take_while(|day| *day >= first).take(most_days).collect();
        }
        Some(Self { horizon_months, days })
    }
}

impl Lessons {
    /// Asks every day of a schedule.
    pub fn read(ledger: &Ledger, schedule: &Schedule, tier_of: TierOf) -> Self {
        let asked: Vec<Asked> = schedule.days.par_iter().map(|day| ask(ledger, *day, schedule, tier_of)).collect();
        let mut risers: Vec<u32> = asked.iter().flat_map(|it| it.risers.iter().copied()).collect();
        risers.sort_unstable();
        risers.dedup();
        let mut lessons = Self { n_risers: risers.len(), ..Self::default() };
        lessons.sample.columns = vec![Vec::new(); measures::directions().len()];
        for (place, asked) in asked.iter().enumerate() {
            lessons.add(place, asked);
        }
        lessons
    }

    /// The rows of some of the days.
    pub fn of_days(&self, is_wanted: impl Fn(usize) -> bool) -> Sample {
        let rows = (0..self.day_of_row.len()).filter(|row| is_wanted(self.day_of_row[*row] as usize));
        let rows: Vec<usize> = rows.collect();
        let take = |column: &Vec<f32>| rows.iter().map(|row| column[*row]).collect();
        Sample {
            columns: self.sample.columns.par_iter().map(take).collect(),
            labels: rows.iter().map(|row| self.sample.labels[*row]).collect(),
            targets: take(&self.sample.targets),
            weights: take(&self.sample.weights),
            keys: rows.iter().map(|row| self.sample.keys[*row]).collect(),
        }
    }

    /// The rows, and one more for each decision of a person, which counts as much as `rows` of them: what was known of the
    /// account on that day, and that it is to be followed or not.
    pub fn with(&self, judged: &[Judgement], ledger: &Ledger, rows: f32) -> Sample {
        let mut sample = self.sample.clone();
        let mut judged = judged.to_vec();
        judged.sort_unstable_by_key(|it| (it.day, it.place));
        for of_day in judged.chunk_by(|a, b| a.day == b.day) {
            let view = View::new(ledger, of_day[0].day);
            for it in of_day {
                let numbers = measures::read(&view.see(it.place));
                sample.columns.iter_mut().zip(numbers).for_each(|(column, value)| column.push(value));
                sample.labels.push(it.is_wanted);
                sample.targets.push(if it.is_wanted { 1.0 } else { 0.0 });
                sample.weights.push(rows);
                sample.keys.push(mixed(row_key(ledger, it.place, it.day)));
            }
        }
        sample
    }

    fn add(&mut self, place: usize, asked: &Asked) {
        for row in &asked.rows {
            self.sample.columns.iter_mut().zip(row).for_each(|(column, value)| column.push(*value));
        }
        self.sample.labels.extend(&asked.labels);
        self.sample.targets.extend(&asked.targets);
        self.sample.weights.extend(&asked.weights);
        self.sample.keys.extend(&asked.keys);
        self.day_of_row.extend(std::iter::repeat_n(place as u32, asked.rows.len()));
    }
}

fn ask(ledger: &Ledger, day: Day, schedule: &Schedule, tier_of: TierOf) -> Asked {
    let view = View::new(ledger, day);
    let until = day.plus_months(schedule.horizon_months);
    let after: Vec<f64> = (0..ledger.n_accounts).map(|place| ledger.sum(place, day, until)).collect();
    let known = (0..ledger.n_accounts).filter(|place| view.year[*place] > 0.0).map(|place| after[place]);
    let begins = tier_of.begins(after.iter().copied(), known);
    let middle = middle_of(&view);
    let mut chosen = Vec::new();
    for place in (0..ledger.n_accounts).filter(|place| can_rise(view.year[*place], view.tier)) {
        let (rises, key) = (after[place] >= begins, row_key(ledger, place, day));
        let is_small = view.year[place] < middle && !rises;
        if !is_small || key.is_multiple_of(ONE_OF) {
            chosen.push(Chosen { place, key, rises, weight: if is_small { ONE_OF as f32 } else { 1.0 } });
        }
    }
    thin(&mut chosen, MOST_ROWS / schedule.days.len());
    Asked {
        rows: chosen.iter().map(|it| measures::read(&view.see(it.place))).collect(),
        labels: chosen.iter().map(|it| it.rises).collect(),
        targets: chosen.iter().map(|it| closeness(after[it.place], begins)).collect(),
        weights: chosen.iter().map(|it| it.weight).collect(),
        keys: chosen.iter().map(|it| it.key).collect(),
        risers: chosen.iter().filter(|it| it.rises).map(|it| it.place as u32).collect(),
    }
}

/// Keeps about `most` of the rows that did not rise, whose weight is that of all.
fn thin(chosen: &mut Vec<Chosen>, most: usize) {
    let n_others = chosen.iter().filter(|it| !it.rises).count();
    if n_others <= most {
        return;
    }
    let share = most as f64 / n_others as f64;
    // the key itself already chose among the small ones
    let limit = (share * u64::MAX as f64) as u64;
    chosen.retain(|it| it.rises || mixed(it.key) <= limit);
    chosen.iter_mut().filter(|it| !it.rises).for_each(|it| it.weight /= share as f32);
}

/// The middle spend of the accounts that could rise.
fn middle_of(view: &View<'_>) -> f64 {
    let accounts = &view.year[..view.ledger.n_accounts];
    let mut spends: Vec<f64> = accounts.iter().copied().filter(|spend| can_rise(*spend, view.tier)).collect();
    let middle = spends.len() / 2;
    if spends.is_empty() { 0.0 } else { *spends.select_nth_unstable_by(middle, f64::total_cmp).1 }
}

/// A number that looks random, the same for the same account and day.
fn row_key(ledger: &Ledger, place: usize, day: Day) -> u64 {
    mixed(ledger.keys[place] ^ i64::from(day.days()) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_is_asked_only_when_its_outcome_is_known() {
        let schedule = Schedule::new(day("2011-01-01"), day("2018-12-31"), 12, 200).unwrap();
        assert_eq!((schedule.horizon_months, schedule.days.len()), (12, 73));
        assert_eq!((schedule.days[0], *schedule.days.last().unwrap()), (day("2017-12-31"), day("2011-12-31")));
        assert!(schedule.days.iter().all(|it| it.plus_months(12) <= day("2018-12-31")));
    }

    #[test]
    fn of_many_rows_a_part_stands_for_all_and_who_rose_stays() {
        let rows = |n: u64| {
            (0..n).map(|place| Chosen { place: place as usize, key: mixed(place), rises: place % 50 == 0, weight: 1.0 })
        };
        let mut few: Vec<Chosen> = rows(900).collect();
        thin(&mut few, 900);
        assert!(few.iter().copied().eq(rows(900)));
        let mut many: Vec<Chosen> = rows(100_000).collect();
        thin(&mut many, 10_000);
        let (risers, others): (Vec<Chosen>, Vec<Chosen>) = many.iter().partition(|it| it.rises);
        assert!(risers.len() == 2000 && risers.iter().all(|it| it.weight == 1.0));
        assert!(others.len().abs_diff(10_000) < 300, "{}", others.len());
        let stands_for: f32 = others.iter().map(|it| it.weight).sum();
        assert!((stands_for / 98_000.0 - 1.0).abs() < 0.03, "{stands_for}");
        let mut more: Vec<Chosen> = rows(100_001).collect();
        thin(&mut more, 10_000);
        assert!(
            more.iter().filter(|it| !it.rises).count().abs_diff(others.len()) < 10,
            "one more row changes the choice"
        );
    }

    #[test]
    fn a_short_history_looks_ahead_less_far_and_a_shorter_one_not_at_all() {
        let schedule = Schedule::new(day("2010-12-01"), day("2011-08-31"), 12, 200).unwrap();
        assert_eq!((schedule.horizon_months, schedule.days[0]), (3, day("2011-05-31")));
        assert!(schedule.days.len() > 6 && schedule.days.iter().all(|it| *it >= day("2011-02-28")));
        assert_eq!(Schedule::new(day("2011-01-01"), day("2011-08-31"), 12, 200), None);
    }
}
