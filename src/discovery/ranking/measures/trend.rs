//! `trend`: whether the prospect is on its way up, at several horizons.
//!
//! **Sees** the last 1, 3 and 6 months against longer ones, the year against the year before, whether growth grows, the
//! slope of the months, and the month of the last two years that parts lower from higher ones best. **Misleads** where
//! seasons are strong or one purchase made the quarter.

use crate::discovery::ranking::measures::{Direction, Measure};
use crate::discovery::ranking::view::Seen;
use crate::discovery::signals::Pillar;
use crate::discovery::wording::change;
use crate::evidence::Bilingual;

/// See the module.
pub struct Trend;

impl Measure for Trend {
    fn name(&self) -> &'static str {
        "trend"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Growth
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Trend", "趋势")
    }

    fn columns(&self) -> &'static [(&'static str, Direction)] {
        &[
            ("trend_1_3", Direction::Free),
            ("trend_3_12", Direction::Free),
            ("trend_6_12", Direction::Free),
            ("growth_year", Direction::Free),
            ("acceleration", Direction::Free),
            ("slope", Direction::Free),
            ("step", Direction::Free),
            ("step_months_ago", Direction::Free),
        ]
    }

    fn read(&self, seen: &Seen<'_>, out: &mut Vec<f32>) {
        let [one, three, six, year] = [1, 3, 6, 12].map(|months| seen.yearly_level(0, months));
        let before = seen.yearly_level(12, 24);
        let acceleration = (six - seen.yearly_level(6, 12)) - (seen.yearly_level(6, 12) - seen.yearly_level(12, 18));
        let (step, months_ago) = step(seen);
        let all = [one - three, three - year, six - year, year - before, acceleration, slope(seen), step, months_ago];
        out.extend(all.map(|it| it as f32));
    }

    fn text(&self, seen: &Seen<'_>) -> Bilingual {
        let (now, before) = (seen.spend(0, 12), seen.spend(12, 24));
        change(now, before, &Bilingual::new("the year before", "上年同期"))
    }
}

/// Slope of the last 12 months over their mean, a month, cut to ±1.
fn slope(seen: &Seen<'_>) -> f64 {
    let mean = seen.spend(0, 12) / 12.0;
    let weighed: f64 = (0..12).map(|back| (5.5 - back as f64) * seen.months[back].spend).sum();
    if mean > 0.0 { (weighed / 143.0 / mean).clamp(-1.0, 1.0) } else { 0.0 }
}

/// The month that parts the last two years best: by how much the months since lie above those before, and how long ago.
fn step(seen: &Seen<'_>) -> (f64, f64) {
    let level = |from: usize, until: usize| seen.yearly_level(from, until);
    let parted = |at: usize| {
        let (since, before) = (level(0, at), level(at, 24));
        let weight = (at * (24 - at)) as f64 / 144.0;
        (weight * (since - before).powi(2), since - before, at as f64)
    };
    let best = (2..=22).map(parted).max_by(|a, b| a.0.total_cmp(&b.0));
    best.map_or((0.0, 24.0), |(_, step, at)| (step, at))
}
