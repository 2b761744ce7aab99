//! `level`: what the prospect buys a year, read from the last 1, 2, 3, 6, 9 and 12 months.
//!
//! **Sees** spend beside where the top tier begins. **Misleads** where one large purchase made the year.

use crate::discovery::ranking::measures::{Direction, Measure};
use crate::discovery::ranking::view::Seen;
use crate::discovery::signals::Pillar;
use crate::discovery::wording::{grouped, percent};
use crate::evidence::Bilingual;

/// See the module.
pub struct Level;

impl Measure for Level {
    fn name(&self) -> &'static str {
        "level"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Value
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Level of spend", "采购水平")
    }

    fn columns(&self) -> &'static [(&'static str, Direction)] {
        &[
            ("level_1m", Direction::Up),
            ("level_2m", Direction::Up),
            ("level_3m", Direction::Up),
            ("level_6m", Direction::Up),
            ("level_9m", Direction::Up),
            ("level_12m", Direction::Up),
        ]
    }

    fn read(&self, seen: &Seen<'_>, out: &mut Vec<f32>) {
        for months in [1, 2, 3, 6, 9, 12] {
            out.push(seen.yearly_level(0, months) as f32);
        }
    }

    fn text(&self, seen: &Seen<'_>) -> Bilingual {
        let (spend, tier) = (seen.spend(0, 12), seen.view.tier);
        let (amount, share) = (grouped(spend), percent(spend / tier));
        Bilingual::new(
            format!("bought for {amount} in the last 12 months, {share} of what the top tier begins with"),
            format!("近12个月采购额{amount}，为头部门槛的{share}"),
        )
    }
}
