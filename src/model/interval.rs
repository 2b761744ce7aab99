//! A half-open span of days with optional ends.

use crate::model::Day;

/// From `from` (included) to `to` (not included); a missing end is open.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, serde::Serialize)]
pub struct Interval {
    /// First day inside, or open.
    pub from: Option<Day>,
    /// First day after, or open.
    pub to: Option<Day>,
}

impl Interval {
    /// Whether `day` lies inside.
    pub fn contains(self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day < to)
    }

    /// Whether both have a day in common.
    pub fn overlaps(self, other: Self) -> bool {
        let before = |to: Option<Day>, from: Option<Day>| matches!((to, from), (Some(to), Some(from)) if to <= from);
        !before(self.to, other.from) && !before(other.to, self.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_holds_its_first_day_and_not_its_last() {
        let (from, to) = (Day::from_days(10), Day::from_days(20));
        let interval = Interval { from, to };
        assert!(interval.contains(from.unwrap()));
        assert!(!interval.contains(to.unwrap()));
        assert!(Interval::default().contains(Day::MIN));
        assert!(!interval.overlaps(Interval { from: to, to: None }));
        assert!(interval.overlaps(Interval { from: None, to: Day::from_days(11) }));
    }
}
