//! `activity`: how often the prospect buys, and how long ago it did.
//!
//! **Sees** days since the last purchase, months with a purchase, purchases, days of purchase, the mean gap, and how many
//! gaps it is overdue. **Misleads** where the source books on fixed days.

use crate::discovery::ranking::measures::{Direction, Measure};
use crate::discovery::ranking::view::Seen;
use crate::discovery::signals::Pillar;
use crate::evidence::Bilingual;

/// See the module.
pub struct Activity;

impl Measure for Activity {
    fn name(&self) -> &'static str {
        "activity"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Loyalty
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Activity", "采购活跃度")
    }

    fn columns(&self) -> &'static [(&'static str, Direction)] {
        &[
            ("idle_days", Direction::Down),
            ("months_12", Direction::Free),
            ("months_6", Direction::Free),
            ("months_3", Direction::Free),
            ("rows_12", Direction::Free),
            ("rows_3", Direction::Free),
            ("days_12", Direction::Free),
            ("gap_days", Direction::Free),
            ("overdue", Direction::Free),
        ]
    }

    fn read(&self, seen: &Seen<'_>, out: &mut Vec<f32>) {
        let active = |months: usize| seen.months[..months].iter().filter(|month| month.n_rows > 0).count() as f32;
        let rows = |months: usize| (seen.months[..months].iter().map(|month| month.n_rows).sum::<u32>() as f32).ln_1p();
        let days = seen.months[..12].iter().map(|month| month.n_days).sum::<u32>() as f32;
        let gap = seen.gap_days.map_or(f32::NAN, |gap| gap as f32);
        let overdue = (seen.idle_days as f32 / gap.max(1.0)).min(10.0);
        out.extend([seen.idle_days as f32, active(12), active(6), active(3), rows(12), rows(3), days.ln_1p()]);
        out.extend([gap, if gap.is_nan() { gap } else { overdue }]);
    }

    fn text(&self, seen: &Seen<'_>) -> Bilingual {
        let n: u32 = seen.months[..12].iter().map(|month| month.n_days).sum();
        let idle = seen.idle_days;
        Bilingual::new(
            format!("bought on {n} days of the last 12 months, the last time {idle} days ago"),
            format!("近12个月有{n}个采购日，最近一次在{idle}天前"),
        )
    }
}
