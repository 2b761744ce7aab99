//! `lifetime`: what the lifetime-value model expects of the prospect in the coming year.
//!
//! **Sees** how often it bought, for how much and how long ago, beside all others ([`crate::discovery::ranking::lifetime`]).
//! **Misleads** where business follows contracts and not a rate.

use crate::discovery::ranking::measures::{Direction, Measure};
use crate::discovery::ranking::view::Seen;
use crate::discovery::signals::Pillar;
use crate::discovery::wording::{grouped, percent};
use crate::evidence::Bilingual;

/// See the module.
pub struct Lifetime;

/// The year that is looked ahead.
const DAYS: f64 = 365.25;

impl Measure for Lifetime {
    fn name(&self) -> &'static str {
        "lifetime"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Value
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Expected purchases", "预期采购")
    }

    fn columns(&self) -> &'static [(&'static str, Direction)] {
        &[
            ("expected_spend", Direction::Up),
            ("expected_days", Direction::Free),
            ("expected_size", Direction::Free),
            ("alive", Direction::Free),
        ]
    }

    fn read(&self, seen: &Seen<'_>, out: &mut Vec<f32>) {
        let (lifetime, buyer) = (&seen.view.lifetime, seen.buyer());
        let (days, size) = (lifetime.expected_days(&buyer, DAYS), lifetime.expected_size(&buyer));
        out.extend([seen.view.level(days * size), days.ln_1p(), seen.view.level(size)].map(|it| it as f32));
        out.push(lifetime.alive(&buyer) as f32);
    }

    fn text(&self, seen: &Seen<'_>) -> Bilingual {
        let (lifetime, buyer) = (&seen.view.lifetime, seen.buyer());
        let spend = grouped(lifetime.expected_days(&buyer, DAYS) * lifetime.expected_size(&buyer));
        let alive = percent(lifetime.alive(&buyer));
        Bilingual::new(
            format!(
                "by its frequency and size it is expected to buy for {spend} in the coming year; still a customer: {alive}"
            ),
            format!("按频率与单笔规模，预计未来一年采购{spend}；仍为活跃客户的概率{alive}"),
        )
    }
}
