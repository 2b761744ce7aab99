//! `memory`: spend with recent months counting more, half as much after 3, 6 and 12 months.
//!
//! **Sees** five years, weighed. **Misleads** where a season has just ended.

use crate::discovery::ranking::measures::{Direction, Measure};
use crate::discovery::ranking::view::Seen;
use crate::discovery::signals::Pillar;
use crate::discovery::wording::{grouped, percent};
use crate::evidence::Bilingual;

/// See the module.
pub struct Memory;

impl Measure for Memory {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Value
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Spend, recent months first", "近期加权采购")
    }

    fn columns(&self) -> &'static [(&'static str, Direction)] {
        &[("memory_3m", Direction::Up), ("memory_6m", Direction::Up), ("memory_12m", Direction::Up)]
    }

    fn read(&self, seen: &Seen<'_>, out: &mut Vec<f32>) {
        for half_life in [3.0, 6.0, 12.0] {
            out.push(seen.view.level(remembered(seen, half_life)) as f32);
        }
    }

    fn text(&self, seen: &Seen<'_>) -> Bilingual {
        let (amount, share) = (grouped(remembered(seen, 3.0)), percent(remembered(seen, 3.0) / seen.view.tier));
        Bilingual::new(
            format!(
                "at the pace of recent months it buys for {amount} a year, {share} of what the top tier begins with"
            ),
            format!("按近期节奏年采购额约{amount}，为头部门槛的{share}"),
        )
    }
}

/// What it buys a year when a month counts half after `half_life` months.
fn remembered(seen: &Seen<'_>, half_life: f64) -> f64 {
    let (mut sum, mut weights) = (0.0, 0.0);
    for (back, month) in seen.months.iter().enumerate() {
        let weight = 0.5_f64.powf(back as f64 / half_life);
        sum += weight * month.spend;
        weights += weight;
    }
    12.0 * sum / weights
}
