//! `payment`: how long after the due day the prospect pays, and whether that gets worse.
//!
//! **Sees** what fell due in the last 12 months; what is open counts up to the day. **Misleads** where due days are not
//! the agreed ones. Not known where nothing has a due day.

use crate::discovery::ranking::measures::{Direction, Measure};
use crate::discovery::ranking::view::Seen;
use crate::discovery::signals::Pillar;
use crate::evidence::Bilingual;

/// See the module.
pub struct Payment;

impl Measure for Payment {
    fn name(&self) -> &'static str {
        "payment"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Loyalty
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Payment", "付款")
    }

    fn columns(&self) -> &'static [(&'static str, Direction)] {
        &[("delay_days", Direction::Free), ("delay_drift", Direction::Free)]
    }

    fn read(&self, seen: &Seen<'_>, out: &mut Vec<f32>) {
        let delay = |from, until| seen.delay_days(from, until).map_or(f32::NAN, |days| days as f32);
        out.extend([delay(0, 12), delay(0, 6) - delay(6, 12)]);
    }

    fn text(&self, seen: &Seen<'_>) -> Bilingual {
        match seen.delay_days(0, 12) {
            None => Bilingual::new("no due days in the data", "数据中没有到期日"),
            Some(days) if days > 0.0 => Bilingual::new(
                format!("pays {days:.0} days after the due day on average"),
                format!("平均逾期{days:.0}天付款"),
            ),
            Some(_) => Bilingual::new("pays on time on average", "平均按期付款"),
        }
    }
}
