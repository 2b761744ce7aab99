//! `units`: how many buying units the prospect serves, and whether one is new.
//!
//! **Sees** units with a purchase in the last 12 months, those of them that bought for the first time in two years in the
//! last 6, and how much of the business lies with one. **Misleads** where units are renamed.

use crate::discovery::ranking::measures::{Direction, Measure};
use crate::discovery::ranking::view;
use crate::discovery::ranking::view::Seen;
use crate::discovery::signals::Pillar;
use crate::discovery::wording::count;
use crate::evidence::Bilingual;

/// See the module.
pub struct Units;

impl Measure for Units {
    fn name(&self) -> &'static str {
        "units"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Breadth
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Buying units", "采购部门")
    }

    fn columns(&self) -> &'static [(&'static str, Direction)] {
        &[("units", Direction::Free), ("new_units", Direction::Free), ("unit_concentration", Direction::Free)]
    }

    fn read(&self, seen: &Seen<'_>, out: &mut Vec<f32>) {
        let units = seen.units();
        let read = |of: fn(view::Units) -> f64| units.map_or(f32::NAN, |it| of(it) as f32);
        out.extend([read(|it| it.n as f64), read(|it| it.n_new as f64), read(|it| it.concentration)]);
    }

    fn text(&self, seen: &Seen<'_>) -> Bilingual {
        let (n, n_new) = seen.units().map_or((0, 0), |it| (it.n, it.n_new));
        Bilingual::new(
            format!(
                "{} bought, {n_new} of them for the first time in two years",
                count(n, "buying unit", "buying units")
            ),
            format!("{n}个部门采购，其中{n_new}个为两年来首次"),
        )
    }
}
