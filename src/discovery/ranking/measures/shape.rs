//! `shape`: whether the year is made of many purchases or of one.
//!
//! **Sees** the largest purchase and the largest, second and fourth largest month, the middle month, the spread, and the
//! usual size. **Misleads** where invoices are collected. A purchase that was never so large before is seen here.

use crate::discovery::ranking::measures::{Direction, Measure};
use crate::discovery::ranking::view::Month;
use crate::discovery::ranking::view::Seen;
use crate::discovery::signals::Pillar;
use crate::discovery::wording::percent;
use crate::evidence::Bilingual;

/// See the module.
pub struct Shape;

impl Measure for Shape {
    fn name(&self) -> &'static str {
        "shape"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Loyalty
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Shape of the year", "年内分布")
    }

    fn columns(&self) -> &'static [(&'static str, Direction)] {
        &[
            ("largest", Direction::Free),
            ("largest_share", Direction::Free),
            ("largest_month", Direction::Free),
            ("second_month", Direction::Free),
            ("fourth_month", Direction::Free),
            ("middle_month", Direction::Free),
            ("spread", Direction::Free),
            ("usual_size", Direction::Free),
            ("largest_ever", Direction::Free),
        ]
    }

    fn read(&self, seen: &Seen<'_>, out: &mut Vec<f32>) {
        let year = &seen.months[..12];
        let spend = seen.spend(0, 12);
        let largest = |months: &[Month]| months.iter().map(|month| month.largest).fold(0.0, f64::max);
        let mut sorted: Vec<f64> = year.iter().map(|month| month.spend).collect();
        sorted.sort_by(|a, b| b.total_cmp(a));
        let (mean, n_rows) = (spend / 12.0, year.iter().map(|month| month.n_rows).sum::<u32>());
        let variance = sorted.iter().map(|it| (it - mean).powi(2)).sum::<f64>() / 12.0;
        let level = |amount: f64| seen.view.level(amount) as f32;
        let ratio =
            |above: f64, below: f64, most: f64| if below > 0.0 { (above / below).min(most) as f32 } else { 0.0 };
        out.extend([level(largest(year)), ratio(largest(year), spend, 2.0), level(sorted[0])]);
        out.extend([level(12.0 * sorted[1]), level(12.0 * sorted[3]), level(6.0 * (sorted[5] + sorted[6]))]);
        out.extend([
            ratio(variance.sqrt(), mean, 5.0),
            level(spend / f64::from(n_rows.max(1))),
            level(largest(&seen.months)),
        ]);
    }

    fn text(&self, seen: &Seen<'_>) -> Bilingual {
        let largest = seen.months[..12].iter().map(|month| month.largest).fold(0.0, f64::max);
        let share = percent((largest / seen.spend(0, 12).max(largest).max(f64::MIN_POSITIVE)).min(1.0));
        let n = seen.months[..12].iter().filter(|month| month.spend > 0.0).count();
        Bilingual::new(
            format!("bought in {n} of the last 12 months, the largest purchase made {share} of it"),
            format!("近12个月中有{n}个月采购，最大一笔占{share}"),
        )
    }
}
