//! `history`: what the prospect bought in earlier years, and its best 12 months ever.
//!
//! **Sees** five years. **Misleads** where the people who bought then have gone.

use crate::discovery::ranking::measures::{Direction, Measure};
use crate::discovery::ranking::view::MONTHS;
use crate::discovery::ranking::view::Seen;
use crate::discovery::signals::Pillar;
use crate::discovery::wording::{grouped, percent};
use crate::evidence::Bilingual;

/// See the module.
pub struct History;

impl Measure for History {
    fn name(&self) -> &'static str {
        "history"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Value
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Earlier years", "往年水平")
    }

    fn columns(&self) -> &'static [(&'static str, Direction)] {
        &[
            ("year_before", Direction::Free),
            ("two_years_before", Direction::Free),
            ("best_year", Direction::Up),
            ("best_year_before", Direction::Up),
        ]
    }

    fn read(&self, seen: &Seen<'_>, out: &mut Vec<f32>) {
        let best = |from: usize| {
            let years = (from..=MONTHS - 12).map(|back| seen.spend(back, back + 12));
            seen.view.level(years.fold(0.0, f64::max)) as f32
        };
        out.extend([seen.yearly_level(12, 24) as f32, seen.yearly_level(24, 36) as f32, best(0), best(12)]);
    }

    fn text(&self, seen: &Seen<'_>) -> Bilingual {
        let best = (0..=MONTHS - 12).map(|back| seen.spend(back, back + 12)).fold(0.0, f64::max);
        let (best, share) = (grouped(best), percent(best / seen.view.tier));
        Bilingual::new(
            format!(
                "its best 12 months of the last five years brought {best}, {share} of what the top tier begins with"
            ),
            format!("近五年最好的12个月采购额{best}，为头部门槛的{share}"),
        )
    }
}
