//! `season`: what the prospect bought a year ago in the months that come next.
//!
//! **Sees** months 10 to 12, 7 to 12 and 4 to 6 counted back. **Misleads** where last year was no usual one.

use crate::discovery::ranking::measures::{Direction, Measure};
use crate::discovery::ranking::view::Seen;
use crate::discovery::signals::Pillar;
use crate::discovery::wording::grouped;
use crate::evidence::Bilingual;

/// See the module.
pub struct Season;

impl Measure for Season {
    fn name(&self) -> &'static str {
        "season"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Growth
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Season", "季节")
    }

    fn columns(&self) -> &'static [(&'static str, Direction)] {
        &[
            ("season_next_3m", Direction::Free),
            ("season_next_6m", Direction::Free),
            ("season_quarter_before", Direction::Free),
        ]
    }

    fn read(&self, seen: &Seen<'_>, out: &mut Vec<f32>) {
        for (from, until) in [(9, 12), (6, 12), (3, 6)] {
            out.push(seen.yearly_level(from, until) as f32);
        }
    }

    fn text(&self, seen: &Seen<'_>) -> Bilingual {
        let (next, year) = (grouped(seen.spend(9, 12)), grouped(seen.spend(0, 12)));
        Bilingual::new(
            format!("a year ago the three months that come next brought {next} of the {year} since"),
            format!("去年同期未来三个月的采购额为{next}，近一年共{year}"),
        )
    }
}
