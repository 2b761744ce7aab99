//! Measures: one file each, every one a few numbers that the learned ranker reads of a prospect on a day.
//!
//! Comes in: a prospect as seen on a day. Leaves: numbers, NaN where something is not known, and words for the one that
//! tells most. A measure never knows the others, what followed, or what the ranker makes of it.
//!
//! Amounts stand beside where the top tier begins on that day, as logarithms, so that a year of the past teaches about
//! today although prices and sizes have changed. Rates are a year's, whatever the span they were read from.

mod activity;
mod budget;
mod history;
mod level;
mod lifetime;
mod memory;
mod pace;
mod payment;
mod peers;
mod products;
mod returns;
mod season;
mod shape;
mod trend;
mod units;

use crate::discovery::ranking::view::Seen;
use crate::discovery::signals::Pillar;
use crate::evidence::Bilingual;

/// Which way a number may move the score, all else equal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// More never lowers it.
    Up,
    /// More never raises it.
    Down,
    /// As the past teaches.
    Free,
}

/// A few numbers of every prospect.
pub trait Measure: Sync {
    /// A stable identifier.
    fn name(&self) -> &'static str;

    /// The heading under which it stands in the evidence.
    fn pillar(&self) -> Pillar;

    /// Its name for people.
    fn title(&self) -> Bilingual;

    /// What the numbers are called and which way they may act.
    fn columns(&self) -> &'static [(&'static str, Direction)];

    /// The numbers, one a column, appended to `out`; NaN where not known.
    fn read(&self, seen: &Seen<'_>, out: &mut Vec<f32>);

    /// What was seen, for a person.
    fn text(&self, seen: &Seen<'_>) -> Bilingual;
}

/// Every measure, in the order of its columns.
pub const ALL: &[&dyn Measure] = &[
    &level::Level,
    &memory::Memory,
    &lifetime::Lifetime,
    &pace::Pace,
    &trend::Trend,
    &season::Season,
    &history::History,
    &shape::Shape,
    &activity::Activity,
    &returns::Returns,
    &payment::Payment,
    &units::Units,
    &products::Products,
    &budget::Budget,
    &peers::Peers,
];

/// Which way each column may act, in order.
pub fn directions() -> Vec<Direction> {
    ALL.iter().flat_map(|measure| measure.columns()).map(|column| column.1).collect()
}

/// For each column the place of its measure.
pub fn measure_of_columns() -> Vec<usize> {
    ALL.iter().enumerate().flat_map(|(place, measure)| measure.columns().iter().map(move |_| place)).collect()
}

/// All numbers of a prospect.
pub fn read(seen: &Seen<'_>) -> Vec<f32> {
    let mut out = Vec::with_capacity(64);
    ALL.iter().for_each(|measure| measure.read(seen, &mut out));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_says_what_it_sees_and_when_it_misleads() {
        for measure in ALL {
            let path = format!("{}/src/discovery/ranking/measures/{}.rs", env!("CARGO_MANIFEST_DIR"), measure.name());
            let text = std::fs::read_to_string(path).unwrap();
            assert!(text.starts_with(&format!("//! `{}`: ", measure.name())), "{}", measure.name());
            assert!(text.contains("**Sees**") && text.contains("**Misleads**"), "{}", measure.name());
        }
    }

    #[test]
    fn columns_have_names_of_their_own() {
        let mut names: Vec<_> = ALL.iter().flat_map(|measure| measure.columns()).map(|column| column.0).collect();
        let n_columns = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), n_columns);
    }
}
