//! Whether an indicator is open, and since when.
//!
//! Comes in: its readings, the earliest first. Leaves: the day on which it opened, while it is open. Costs: one pass.

use crate::discovery::risk::Thresholds;
use crate::model::Day;

/// An open indicator.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Open {
    /// The first day on which it was seen.
    pub since: Day,
    /// What it reads now.
    pub value: f64,
}

/// Opens at one threshold and closes below the other; a day without a reading changes nothing.
pub fn course(readings: impl Iterator<Item = (Day, Option<f64>)>, thresholds: Thresholds) -> Option<Open> {
    let mut state: Option<Open> = None;
    for (day, value) in readings.filter_map(|(day, value)| Some((day, value?))) {
        state = match state {
            Some(open) if value >= thresholds.close => Some(Open { value, ..open }),
            None if value >= thresholds.open => Some(Open { since: day, value }),
            _ => None,
        };
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(values: &[Option<f64>]) -> Option<(i32, f64)> {
        let day = |at: usize| Day::from_days(at as i32).unwrap();
        let readings = values.iter().enumerate().map(|(at, value)| (day(at), *value));
        course(readings, Thresholds { open: 0.5, close: 0.2 }).map(|open| (open.since.days(), open.value))
    }

    #[test]
    fn it_opens_high_stays_in_between_and_closes_low() {
        assert_eq!(run(&[Some(0.4)]), None);
        assert_eq!(run(&[Some(0.4), Some(0.6), Some(0.3)]), Some((1, 0.3)));
        assert_eq!(run(&[Some(0.6), Some(0.1)]), None);
        assert_eq!(run(&[Some(0.6), Some(0.1), Some(0.3)]), None);
        assert_eq!(run(&[Some(0.6), Some(0.1), Some(0.9)]), Some((2, 0.9)));
    }

    #[test]
    fn a_day_without_reading_changes_nothing() {
        assert_eq!(run(&[Some(0.6), None]), Some((0, 0.6)));
        assert_eq!(run(&[None]), None);
    }
}
