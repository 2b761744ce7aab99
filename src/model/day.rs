//! A civil day, the only notion of time that findings use.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

use jiff::civil::Date;

/// A civil day without time zone, as days since 1970-01-01. Ordered, four bytes, cheap to copy.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Day(i32);

/// A text that is not an ISO 8601 day.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected a day like 2026-03-31, found {0:?}")]
pub struct DayError(String);

impl Day {
    /// The earliest day that can be written, 0001-01-01.
    pub const MIN: Self = Self(-719_162);
    /// The latest day that can be written, 9999-12-31.
    pub const MAX: Self = Self(2_932_896);

    /// From days since 1970-01-01; `None` outside the years 1 to 9999.
    pub fn from_days(days: i32) -> Option<Self> {
        (Self::MIN.0..=Self::MAX.0).contains(&days).then_some(Self(days))
    }

    /// From year, month 1–12 and day of month; `None` when there is no such day.
    pub fn from_ymd(year: i16, month: i8, day: i8) -> Option<Self> {
        Date::new(year, month, day).ok().and_then(Self::from_date)
    }

    /// From a calendar date; `None` before the year 1.
    pub fn from_date(date: Date) -> Option<Self> {
        let since = date.since(epoch()).ok()?;
        Self::from_days(since.get_days())
    }

    /// Days since 1970-01-01, negative before.
    pub fn days(self) -> i32 {
        self.0
    }

    /// Year, month 1–12 and day of month.
    pub fn ymd(self) -> (i16, i8, i8) {
        let date = self.date();
        (date.year(), date.month(), date.day())
    }

    /// Months since year 0, to count calendar months between two days.
    pub fn month_index(self) -> i32 {
        let (year, month, _) = self.ymd();
        i32::from(year) * 12 + i32::from(month) - 1
    }

    /// The same day of the month `months` later (earlier if negative), cut to the month's last day and to the range.
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let moved = jiff::Span::new().try_months(months).ok().and_then(|span| self.date().checked_add(span).ok());
        moved.and_then(Self::from_date).unwrap_or(if months < 0 { Self::MIN } else { Self::MAX })
    }

    /// The last day of the month `months` later (earlier if negative).
    #[must_use]
    pub fn last_of_month(self, months: i32) -> Self {
        let moved = self.plus_months(months).date().last_of_month();
        Self::from_date(moved).unwrap_or(Self::MAX)
    }

    fn date(self) -> Date {
        let span = jiff::Span::new().try_days(self.0).unwrap_or_default();
        epoch().saturating_add(span)
    }
}

fn epoch() -> Date {
    Date::constant(1970, 1, 1)
}

impl Add<i32> for Day {
    type Output = Self;

    /// `days` later, cut to the range.
    fn add(self, days: i32) -> Self {
        Self(self.0.saturating_add(days).clamp(Self::MIN.0, Self::MAX.0))
    }
}

impl Sub for Day {
    type Output = i32;

    /// Days from `other` to `self`.
    fn sub(self, other: Self) -> i32 {
        self.0 - other.0
    }
}

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        let well_formed = text.len() == 10 && text.is_ascii();
        let date = well_formed.then(|| text.parse::<Date>().ok()).flatten();
        date.and_then(Self::from_date).ok_or_else(|| DayError(text.to_owned()))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl serde::Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_texts_agree_over_four_centuries() {
        for days in (-80_000..80_000).step_by(37) {
            let day = Day::from_days(days).unwrap();
            assert_eq!(day.to_string().parse::<Day>().unwrap(), day);
            let (year, month, day_of_month) = day.ymd();
            assert_eq!(Day::from_ymd(year, month, day_of_month), Some(day));
        }
    }

    #[test]
    fn the_ends_of_the_range_are_the_years_1_and_9999() {
        assert_eq!(Day::MIN.to_string(), "0001-01-01");
        assert_eq!(Day::MAX.to_string(), "9999-12-31");
        assert_eq!(Day::MAX + 1, Day::MAX);
    }

    #[test]
    fn a_month_later_is_cut_to_the_months_end() {
        let day: Day = "2024-01-31".parse().unwrap();
        assert_eq!(day.plus_months(1).to_string(), "2024-02-29");
        assert_eq!(day.plus_months(-12).to_string(), "2023-01-31");
    }

    #[test]
    fn loose_texts_are_refused() {
        for text in ["2024-1-31", "20240131", "2024-02-30", "", "2024-01-31T00"] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
    }
}
