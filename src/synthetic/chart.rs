//! The chart of an account: its posts, who held them from when to when, and who reports to whom.
//!
//! In: settings and an account. Out: a [`Chart`] without the planted changes, which [`crate::synthetic::events`] adds.
//! Nothing that was not planted changes in the last months. Cost: some dozen throws a post.

use crate::model::Day;
use crate::synthetic::Settings;
use crate::synthetic::accounts::{self, Account};
use crate::synthetic::dice::{Dice, Part};
use crate::synthetic::names;
use crate::synthetic::plan::Care;
use crate::synthetic::posts::{POSTS, PostTemplate, posts_of};
use crate::synthetic::words::COUNTRIES;

/// A person at an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// Key in the CRM.
    pub key: String,
    /// Full name.
    pub name: String,
    /// Given name.
    pub given: &'static str,
    /// Family name.
    pub family: &'static str,
    /// E-mail address.
    pub email: String,
    /// Telephone number.
    pub telephone: String,
}

/// A person in a post for a time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tenure {
    /// Who.
    pub person: Person,
    /// First day.
    pub from: Day,
    /// First day no longer.
    pub to: Option<Day>,
}

/// A post of the account.
#[derive(Clone, Debug)]
pub struct Seat {
    /// What kind of post.
    pub template: &'static PostTemplate,
    /// Title in use.
    pub title: &'static str,
    /// Title in the latest snapshot, when it is written differently there.
    pub retitled: Option<String>,
    /// First day, when it came later than the account.
    pub opened: Option<Day>,
    /// First day on which it is no more.
    pub closed: Option<Day>,
    /// Who held it, oldest first.
    pub tenures: Vec<Tenure>,
    /// Superior's code, from the first day on.
    pub superior: Option<&'static str>,
    /// A later superior and the first day.
    pub later_superior: Option<(&'static str, Day)>,
}

/// The posts of one account.
#[derive(Clone, Debug)]
pub struct Chart {
    /// The account's key.
    pub account: String,
    /// The posts, superiors first.
    pub seats: Vec<Seat>,
}

impl Chart {
    /// The chart without planted changes.
    pub fn new(settings: &Settings, account: &Account) -> Self {
        let mut dice = Dice::of(settings.seed, Part::Chart, u64::from(account.number));
        let codes: Vec<_> = posts_of(account.slot.chart).map(|post| post.code).collect();
        let seats = posts_of(account.slot.chart).map(|post| seat(settings, account, post, &codes, &mut dice)).collect();
        let mut chart = Self { account: account.key(), seats };
        match (account.slot.care, chart.seat_mut("GM")) {
            (Care::PostEmpty, _) => _ = chart.vacate("TD", settings.until + -200),
            (Care::HeadStale, Some(head)) => head.hold_since(settings.until + -1200),
            _ => {}
        }
        chart
    }

    /// The key of a post of this account.
    pub fn post_key(&self, code: &str) -> String {
        format!("{}-{code}", self.account)
    }

    /// The post with this code.
    pub fn seat_mut(&mut self, code: &str) -> Option<&mut Seat> {
        self.seats.iter_mut().find(|seat| seat.template.code == code)
    }

    /// Ends the last tenure of a post on `day`; returns who held it.
    pub fn vacate(&mut self, code: &str, day: Day) -> Option<Person> {
        let seat = self.seat_mut(code)?;
        seat.hold_since(day + -400);
        let last = seat.tenures.last_mut()?;
        last.to = Some(day);
        Some(last.person.clone())
    }

    /// Puts `person` into a post from `day` on.
    pub fn install(&mut self, code: &str, person: Person, day: Day) {
        if let Some(seat) = self.seat_mut(code) {
            seat.tenures.push(Tenure { person, from: day, to: None });
        }
    }
}

impl Seat {
    /// Makes the last holder have come by `day`; whoever came before is then not known.
    fn hold_since(&mut self, day: Day) {
        let Some(last) = self.tenures.pop() else { return };
        if last.from > day {
            self.tenures.clear();
        }
        self.tenures.push(Tenure { from: last.from.min(day), ..last });
    }

    /// Who holds the post on `day`.
    pub fn holder(&self, day: Day) -> Option<&Person> {
        let holds = |tenure: &&Tenure| tenure.from <= day && tenure.to.is_none_or(|to| day < to);
        self.tenures.iter().rev().find(holds).map(|tenure| &tenure.person)
    }

    /// Whether the post is there on `day`.
    pub fn is_there(&self, day: Day) -> bool {
        self.opened.is_none_or(|opened| opened <= day) && self.closed.is_none_or(|closed| day < closed)
    }

    /// The superior's code on `day`.
    pub fn superior(&self, day: Day) -> Option<&'static str> {
        let later = self.later_superior.filter(|(_, from)| *from <= day).map(|(code, _)| code);
        later.or(self.superior)
    }
}

fn seat(
    settings: &Settings,
    account: &Account,
    template: &'static PostTemplate,
    codes: &[&str],
    dice: &mut Dice,
) -> Seat {
    let title = if account.is_chinese() { template.title_zh } else { *dice.pick(template.titles) };
    let superior = template.superiors.iter().find(|it| codes.contains(it)).copied();
    let number = holder_number(template.code);
    let from = settings.until + -dice.days(settings.calm_days(account), 1500);
    let mut tenures = Vec::new();
    if dice.chance(300) {
        let before = person(settings, account, number + 1);
        tenures.push(Tenure { person: before, from: from + -dice.days(300, 1200), to: Some(from) });
    }
    tenures.push(Tenure { person: person(settings, account, number), from, to: None });
    Seat { template, title, retitled: None, opened: None, closed: None, tenures, superior, later_superior: None }
}

/// The person number of whoever holds a post without planted changes.
pub fn holder_number(code: &str) -> usize {
    POSTS.iter().position(|post| post.code == code).unwrap_or(POSTS.len()) * 2
}

/// Person `number` of an account: the same whoever asks.
pub fn person(settings: &Settings, account: &Account, number: usize) -> Person {
    let mut dice = Dice::of(settings.seed, Part::Person, u64::from(account.number) << 8 | number as u64);
    let (given, family) = names::person(&mut dice, account.country);
    let country = &COUNTRIES[account.country];
    let key = format!("CT-{:05}-{number:02}", account.number + 1);
    let email = format!("{}@{}.{}", key.to_lowercase(), accounts::key(account.number).to_lowercase(), country.domain);
    let telephone = format!("{}{:02}", country.dial, dice.below(100));
    Person { key, name: names::full(given, family, account.country), given, family, email, telephone }
}

/// The same person under another key and written differently.
pub fn retyped(settings: &Settings, account: &Account, person: &Person, number: usize) -> Person {
    let mut dice = Dice::of(settings.seed, Part::Person, u64::from(account.number) << 8 | number as u64);
    let name = names::variant(&mut dice, person.given, person.family, account.country);
    Person { key: format!("CT-{:05}-{number:02}", account.number + 1), name, ..person.clone() }
}

impl Settings {
    /// The days before the end in which nothing unplanned changes in a chart.
    fn calm_days(&self, account: &Account) -> i32 {
        if account.slot.by_snapshots { 240 } else { 130 }
    }

    /// The days of the half-yearly snapshots, oldest first; the last one is the first of the last month.
    pub fn snapshot_days(&self) -> Vec<Day> {
        let (_, _, day_of_month) = self.until.ymd();
        let last = self.until + (1 - i32::from(day_of_month));
        let n_snapshots = (self.months / 6).max(2) as i32;
        (0..n_snapshots).rev().map(|back| last.plus_months(-6 * back)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_holds_a_post_while_another_does() {
        let settings = Settings::default();
        for number in 0..settings.accounts {
            for seat in Chart::new(&settings, &Account::new(&settings, number)).seats {
                for pair in seat.tenures.windows(2) {
                    assert!(pair[0].to.is_some_and(|to| to <= pair[1].from));
                }
            }
        }
    }

    #[test]
    fn the_last_snapshot_is_in_the_last_month_and_the_one_before_half_a_year_earlier() {
        let settings = Settings::default();
        let days = settings.snapshot_days();
        assert_eq!(days.len(), 5);
        assert_eq!(days[4].to_string(), "2025-06-01");
        assert_eq!(days[3].to_string(), "2024-12-01");
    }
}
