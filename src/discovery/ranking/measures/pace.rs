//! `pace`: what the prospect would buy in a year at the pace since it began.
//!
//! **Sees** spend of the last 12 months over the part of them in which it was there, once as it is and once with two
//! months added, which holds back who has just begun. **Misleads** where a first order fills a shelf.

use crate::discovery::ranking::measures::{Direction, Measure};
use crate::discovery::ranking::view::Seen;
use crate::discovery::ranking::view::{DAYS_A_MONTH, MONTHS};
use crate::discovery::signals::Pillar;
use crate::discovery::wording::grouped;
use crate::evidence::Bilingual;

/// See the module.
pub struct Pace;

impl Measure for Pace {
    fn name(&self) -> &'static str {
        "pace"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Growth
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Pace since it began", "开始以来的节奏")
    }

    fn columns(&self) -> &'static [(&'static str, Direction)] {
        &[("tenure", Direction::Free), ("pace", Direction::Up), ("pace_held_back", Direction::Up)]
    }

    fn read(&self, seen: &Seen<'_>, out: &mut Vec<f32>) {
        let (months, spend) = (months_there(seen), seen.spend(0, 12));
        out.push((f64::from(seen.tenure_days) / DAYS_A_MONTH).min(MONTHS as f64) as f32);
        out.push(seen.view.level(spend * 12.0 / months) as f32);
        out.push(seen.view.level(spend * 14.0 / (months + 2.0)) as f32);
    }

    fn text(&self, seen: &Seen<'_>) -> Bilingual {
        let amount = grouped(seen.spend(0, 12) * 12.0 / months_there(seen));
        let months = (f64::from(seen.tenure_days) / DAYS_A_MONTH).round();
        Bilingual::new(
            format!("there for {months} months; at this pace it buys for {amount} a year"),
            format!("合作{months}个月；按此节奏年采购额{amount}"),
        )
    }
}

/// Months of the last 12 in which it was there, at least one.
fn months_there(seen: &Seen<'_>) -> f64 {
    (f64::from(seen.tenure_days) / DAYS_A_MONTH).clamp(1.0, 12.0)
}
