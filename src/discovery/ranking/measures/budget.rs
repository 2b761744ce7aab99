//! `budget`: the budgets of the units that buy from the prospect, whether they grow, and its share of them.
//!
//! **Sees** what its units spent with all accounts, weighed by its own business with each. **Misleads** where a unit's
//! other suppliers are not in the data.

use crate::discovery::ranking::measures::{Direction, Measure};
use crate::discovery::ranking::view::Seen;
use crate::discovery::ranking::view::Units;
use crate::discovery::signals::Pillar;
use crate::discovery::wording::percent;
use crate::evidence::Bilingual;

/// See the module.
pub struct Budget;

impl Measure for Budget {
    fn name(&self) -> &'static str {
        "budget"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Strategy
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Budgets of its units", "部门预算")
    }

    fn columns(&self) -> &'static [(&'static str, Direction)] {
        &[
            ("budget_growth", Direction::Free),
            ("budget_growth_recent", Direction::Free),
            ("budget_level", Direction::Free),
            ("budget_share", Direction::Free),
        ]
    }

    fn read(&self, seen: &Seen<'_>, out: &mut Vec<f32>) {
        let units = seen.units();
        let read = |of: fn(Units) -> f64| units.map_or(f32::NAN, |it| of(it) as f32);
        out.extend([read(|it| it.budget_growth), read(|it| it.budget_growth_recent)]);
        out.extend([read(|it| it.budget_level), read(|it| it.share_of_budget)]);
    }

    fn text(&self, seen: &Seen<'_>) -> Bilingual {
        let (share, growth) = seen.units().map_or((0.0, 0.0), |it| (it.share_of_budget, it.budget_growth.exp_m1()));
        let (share, growth) = (percent(share), format!("{:+.0} %", 100.0 * growth));
        Bilingual::new(
            format!("has up to {share} of a buying unit's spend; the spend of its units changed by {growth} in a year"),
            format!("最多占某部门采购额的{share}；所在部门采购额一年变化{growth}"),
        )
    }
}
