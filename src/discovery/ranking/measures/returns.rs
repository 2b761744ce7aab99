//! `returns`: how much of what it bought the prospect gave back.
//!
//! **Sees** negative amounts of the last 12 months beside the spend. **Misleads** where bookings are reversed and repeated.

use crate::discovery::ranking::measures::{Direction, Measure};
use crate::discovery::ranking::view::Seen;
use crate::discovery::signals::Pillar;
use crate::discovery::wording::grouped;
use crate::evidence::Bilingual;

/// See the module.
pub struct Returns;

impl Measure for Returns {
    fn name(&self) -> &'static str {
        "returns"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Loyalty
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Returns", "退货")
    }

    fn columns(&self) -> &'static [(&'static str, Direction)] {
        &[("returned_share", Direction::Free)]
    }

    fn read(&self, seen: &Seen<'_>, out: &mut Vec<f32>) {
        let (returned, spend) = (returned(seen), seen.spend(0, 12));
        out.push(if spend > 0.0 { (returned / spend).min(2.0) as f32 } else { 0.0 });
    }

    fn text(&self, seen: &Seen<'_>) -> Bilingual {
        let amount = grouped(returned(seen));
        Bilingual::new(format!("gave back {amount} in the last 12 months"), format!("近12个月退回{amount}"))
    }
}

fn returned(seen: &Seen<'_>) -> f64 {
    seen.months[..12].iter().map(|month| month.returned).sum()
}
