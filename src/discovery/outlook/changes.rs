//! How spend changed from the months before a past day to as many months after it.
//!
//! Comes in: a ledger and a day. Leaves: a change for every account and past day whose outcome is known by then. Never
//! sees a row later than the day. Costs: a few sums an account and past day.
//!
//! Amounts stand beside where the top tier of the window began on that day, as logarithms, so that a year of the past
//! teaches about today although prices and sizes have changed.

use rayon::prelude::*;

use crate::discovery::ranking::boosting::mixed;
use crate::discovery::ranking::ledger::Ledger;
use crate::discovery::ranking::target::top_tier_begins;
use crate::model::Day;

/// Past days stand so many months apart.
const STEP_MONTHS: i32 = 3;

/// At most so many past days.
const MOST_DAYS: usize = 24;

/// About so many changes are read in all; those with the smallest keys stand for the others.
const MOST_CHANGES: usize = 200_000;

/// A shorter window tells nothing.
const SHORTEST_MONTHS: i32 = 3;

/// What stands for nothing on the scale of logarithms, as a part of where the top tier begins.
const FLOOR: f64 = 0.01;

/// Who bought in so many months is still buying.
const RECENT_MONTHS: i32 = 3;

/// The course compares so many months with the same months a year before.
const COURSE_MONTHS: i32 = 6;

/// Months of a year.
const YEAR: i32 = 12;

/// A course is down or up from this change on, on the scale of logarithms: a quarter more, a fifth less.
const TURNED: f64 = 0.223;

/// With fewer changes of one course those of all courses are looked at.
const ENOUGH_OF_A_COURSE: usize = 60;

/// How many courses there are.
const N_COURSES: usize = 10;

/// On which course an account is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Course(u8);

/// A change that was seen.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Change {
    /// The day.
    pub day: Day,
    /// Whose.
    pub place: u32,
    /// Level of the months before.
    pub before: f64,
    /// The course then.
    pub course: Course,
    /// By how much the level of the months after was another.
    pub change: f64,
}

/// A day from which windows are counted.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Cut {
    /// The day.
    pub day: Day,
    /// Where the top tier of the window before begins.
    pub tier: f64,
    /// Whether the data reach back far enough to compare with a year before.
    knows_the_year_before: bool,
}

/// All changes that are known.
#[derive(Clone, PartialEq, Debug)]
pub struct Changes {
    /// Length of the windows in months.
    pub months: i32,
    /// The days, the latest first.
    pub cuts: Vec<Cut>,
    /// The changes, by day and place.
    pub all: Vec<Change>,
}

/// An amount as a part of where the top tier begins, as a logarithm: 0 is just there.
pub fn level(part: f64) -> f64 {
    (part.max(0.0) + FLOOR).ln()
}

impl Cut {
    /// A day on which one looks back `months`.
    pub fn new(ledger: &Ledger, day: Day, months: i32) -> Self {
        let before = day.plus_months(-months);
        let spend: Vec<f64> =
            (0..ledger.n_accounts).into_par_iter().map(|place| ledger.sum(place, before, day)).collect();
        let reaches = day.plus_months(-YEAR - COURSE_MONTHS) + 1;
        let knows_the_year_before = ledger.since.is_some_and(|since| since <= reaches);
        Self { day, tier: top_tier_begins(spend.into_iter()), knows_the_year_before }
    }

    /// The level of an amount.
    pub fn level(&self, amount: f64) -> f64 {
        level(amount / self.tier)
    }

    /// The amount of a level.
    pub fn amount(&self, level: f64) -> f64 {
        ((level.exp() - FLOOR) * self.tier).max(0.0)
    }

    /// A prospect's level and course; `None` when it bought nothing in two windows.
    pub fn see(&self, ledger: &Ledger, place: usize, months: i32) -> Option<(f64, Course)> {
        let back = |months: i32| self.day.plus_months(-months);
        let rows = ledger.between(place, back(2 * months), self.day);
        let is_recent = *ledger.days.get(rows.clone().last()?)? > back(RECENT_MONTHS);
        let first = ledger.days[ledger.of(place).start];
        let direction = if first > back(YEAR) {
            0
        } else if self.knows_the_year_before {
            let half = |until: i32| self.level(2.0 * ledger.sum(place, back(until + COURSE_MONTHS), back(until)));
            match half(0) - half(YEAR) {
                turned if turned <= -TURNED => 1,
                turned if turned < TURNED => 2,
                _ => 3,
            }
        } else {
            4
        };
        let before = self.level(ledger.sum(place, back(months), self.day));
        Some((before, Course(2 * direction + u8::from(is_recent))))
    }

    /// How the prospect's own level changed over earlier windows that do not overlap.
    pub fn own_changes(&self, ledger: &Ledger, place: usize, months: i32) -> Vec<f64> {
        let first = ledger.of(place).start;
        let Some(first) = ledger.days.get(first).copied() else { return Vec::new() };
        let sum = |back: i32| {
            let until = self.day.plus_months(-months * back);
            (first <= until.plus_months(-months) + 1).then(|| ledger.sum(place, until.plus_months(-months), until))
        };
        let levels: Vec<f64> = (0..).map_while(sum).map(|amount| self.level(amount)).collect();
        levels.windows(2).map(|pair| pair[0] - pair[1]).collect()
    }
}

impl Changes {
    /// The changes that are known on a day; `None` when the history is too short for any.
    pub fn read(ledger: &Ledger, day: Day, months: i32) -> Option<Self> {
        let since = ledger.since?;
        let n_months = (1..).take_while(|months| since.plus_months(*months) <= day + 1).last()?;
        let months = months.min(n_months / 2);
        if months < SHORTEST_MONTHS {
            return None;
        }
        let first = since.plus_months(months) + -1;
        let days = (0..).map(|step| day.plus_months(-months - STEP_MONTHS * step)).take_while(|day| *day >= first);
        let cuts: Vec<Cut> = days.take(MOST_DAYS).map(|day| Cut::new(ledger, day, months)).collect();
        let share = MOST_CHANGES as f64 / (cuts.len() * ledger.n_accounts).max(1) as f64;
        let limit = (share.min(1.0) * u64::MAX as f64) as u64;
        let is_read = |cut: &Cut, place: usize| mixed(ledger.keys[place] ^ i64::from(cut.day.days()) as u64) <= limit;
        let change = |cut: &Cut, place: usize| {
            let (before, course) = cut.see(ledger, place, months).filter(|_| is_read(cut, place))?;
            let after = cut.level(ledger.sum(place, cut.day, cut.day.plus_months(months)));
            Some(Change { day: cut.day, place: place as u32, before, course, change: after - before })
        };
        let of_cut = |cut: &Cut| (0..ledger.n_accounts).filter_map(|place| change(cut, place)).collect::<Vec<_>>();
        let all = cuts.par_iter().filter(|cut| cut.tier.is_finite()).map(of_cut).flatten_iter().collect();
        Some(Self { months, cuts, all })
    }

    /// Those whose outcome was known on an earlier day.
    #[must_use]
    pub fn known_on(&self, day: Day) -> Self {
        let is_known = |it: Day| it.plus_months(self.months) <= day;
        let all = self.all.iter().copied().filter(|it| is_known(it.day)).collect();
        Self { months: self.months, cuts: self.cuts.iter().copied().filter(|it| is_known(it.day)).collect(), all }
    }

    /// Levels with their changes, by level, for each course; the last are those of all courses.
    pub fn sorted(&self) -> Vec<Vec<(f64, f64)>> {
        let mut sorted = vec![Vec::new(); N_COURSES + 1];
        for it in &self.all {
            sorted[usize::from(it.course.0)].push((it.before, it.change));
            sorted[N_COURSES].push((it.before, it.change));
        }
        sorted.par_iter_mut().for_each(|it| it.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))));
        sorted
    }

    /// At most `most` changes from about the same level on the same course.
    pub fn nearest(sorted: &[Vec<(f64, f64)>], before: f64, course: Course, most: usize) -> &[(f64, f64)] {
        let of_course = &sorted[usize::from(course.0)];
        let all = if of_course.len() >= ENOUGH_OF_A_COURSE { of_course } else { &sorted[N_COURSES] };
        let begin = all.partition_point(|it| it.0 < before);
        let (mut from, mut until) = (begin, begin);
        while until - from < most.min(all.len()) {
            let below = from.checked_sub(1).map(|at| before - all[at].0);
            let above = all.get(until).map(|it| it.0 - before);
            match (below, above) {
                (Some(below), Some(above)) if below < above => from -= 1,
                (Some(_), None) => from -= 1,
                _ => until += 1,
            }
        }
        &all[from..until]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_levels_of_the_course_are_taken_and_of_all_courses_where_it_is_rare() {
        let mut sorted = vec![Vec::new(); N_COURSES + 1];
        sorted[3] = (0..100).map(|n| (f64::from(n), 1.0)).collect();
        sorted[N_COURSES] = (0..200).map(|n| (f64::from(n), 2.0)).collect();
        let near = Changes::nearest(&sorted, 50.2, Course(3), 5);
        assert_eq!(near.iter().map(|it| it.0).collect::<Vec<_>>(), [48.0, 49.0, 50.0, 51.0, 52.0]);
        assert!(Changes::nearest(&sorted, 50.2, Course(4), 5).iter().all(|it| it.1 == 2.0));
        assert_eq!(Changes::nearest(&sorted, 99.0, Course(3), 3).len(), 3);
        assert_eq!(Changes::nearest(&sorted, 0.0, Course(3), 500).len(), 100);
    }

    #[test]
    fn a_level_is_an_amount_and_back() {
        let cut = Cut { day: Day::MIN, tier: 5_000.0, knows_the_year_before: true };
        for amount in [0.0, 12.5, 5_000.0, 80_000.0] {
            assert!((cut.amount(cut.level(amount)) - amount).abs() < 1e-6);
        }
        assert!((cut.level(5_000.0) - level(1.0)).abs() < 1e-12);
    }
}
