//! `peers`: how those do that sell through the same buying unit, or are of the same sector.
//!
//! **Sees** their mean level, and the last half year against the year. **Misleads** where a unit or a sector holds all.

use crate::discovery::ranking::measures::{Direction, Measure};
use crate::discovery::ranking::view::Seen;
use crate::discovery::signals::Pillar;
use crate::evidence::Bilingual;

/// See the module.
pub struct Peers;

impl Measure for Peers {
    fn name(&self) -> &'static str {
        "peers"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Strategy
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Its peers", "同类客户")
    }

    fn columns(&self) -> &'static [(&'static str, Direction)] {
        &[("peer_growth", Direction::Free), ("peer_level", Direction::Free)]
    }

    fn read(&self, seen: &Seen<'_>, out: &mut Vec<f32>) {
        let peers = seen.peers();
        out.extend([peers.growth as f32, peers.level as f32]);
    }

    fn text(&self, seen: &Seen<'_>) -> Bilingual {
        let growth = format!("{:+.0} %", 100.0 * seen.peers().growth.exp_m1());
        Bilingual::new(
            format!("the last half year of its peers lies {growth} beside their year"),
            format!("同类客户近半年与全年相比{growth}"),
        )
    }
}
