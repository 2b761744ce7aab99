//! A market of so many relations: few accounts that a salesperson knows by name, and a long tail of small ones.
//!
//! In: settings with a number of relations. Out: which accounts the market has, one after the other, and how many
//! relations each brings. A relation is one statement of the graph: subject, predicate, object, in one source's graph.
//! Never keeps an account. Constant cost a call.
//!
//! Accounts come in groups of 24 blocks. The first block of a group is planted as in every market (see
//! [`crate::synthetic::plan`]), and its key accounts buy by a power law; the others are the tail, which buys by a power
//! law too, with a contact or two each. The market ends as soon as it has its relations; a group that no longer fits is
//! begun without its planted block, so that the end comes within one small account of what was asked for.

use crate::synthetic::Settings;
use crate::synthetic::dice::Dice;
use crate::synthetic::employees::FEWEST;
use crate::synthetic::plan::{self, BLOCK, Care, ChartSize, Slot, Trade};
use crate::synthetic::write::Dossier;

/// Accounts of a group: 24 blocks, the first of them planted.
const GROUP: u32 = 24 * BLOCK as u32;
/// A group has about so many relations.
const RELATIONS_A_GROUP: u64 = 400_000;
/// So many relations make work for one more employee of ours.
const RELATIONS_AN_EMPLOYEE: u64 = 20_000;
/// Of the tail so many accounts in ten are met now and then.
const MET_IN_TEN: u32 = 2;

/// Reads `120M`, `250k` or `1000000`.
///
/// # Errors
/// When it is no such number, or none at all.
pub fn relations(text: &str) -> Result<u64, String> {
    let (digits, unit) = match text.trim().char_indices().last() {
        Some((at, 'k' | 'K')) => (&text.trim()[..at], 1_000),
        Some((at, 'm' | 'M')) => (&text.trim()[..at], 1_000_000),
        _ => (text.trim(), 1),
    };
    let number = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(unit)).filter(|number| *number > 0);
    number.ok_or_else(|| format!("expected a number of relations such as 10M or 250k, found \"{text}\""))
}

impl Settings {
    /// A market of so many relations.
    pub fn of_relations(relations: u64) -> Self {
        let employees = u32::try_from(relations / RELATIONS_AN_EMPLOYEE).unwrap_or(u32::MAX).max(FEWEST);
        Self { relations: Some(relations), accounts: u32::MAX, employees, ..Self::default() }
    }

    /// What is planted in account `number`.
    pub fn slot_of(&self, number: u32) -> Slot {
        let is_tail = self.relations.is_some() && number % GROUP >= BLOCK as u32;
        if is_tail { tail(number) } else { plan::slot_of(self.seed, number) }
    }
}

/// An account of the tail: nothing is planted, and its number is none of a block's slots.
fn tail(number: u32) -> Slot {
    let care = if number % 10 < MET_IN_TEN { Care::Thin } else { Care::None };
    Slot {
        number: BLOCK,
        trade: Trade::Tail,
        chart: ChartSize::Head,
        by_snapshots: false,
        event: None,
        care,
        parent: None,
    }
}

/// A number from 1 to `most` of which half are 1, a third of the rest 2, and so on: at least n once in n times.
pub(in crate::synthetic) fn power_law(dice: &mut Dice, most: i64) -> i64 {
    (1_000_000 / dice.between(1, 1_000_000)).min(most)
}

/// The accounts of a market, one after the other.
pub(in crate::synthetic) struct Course {
    next: u32,
    n_relations: u64,
    asked: Option<u64>,
    n_accounts: u32,
}

impl Course {
    /// The accounts of the market of `settings`.
    pub fn new(settings: &Settings) -> Self {
        Self { next: 0, n_relations: 0, asked: settings.relations, n_accounts: settings.accounts }
    }

    /// Notes what the account that came last has brought.
    pub fn count(&mut self, dossier: &Dossier) {
        self.n_relations += dossier.relations();
    }

    /// The relations of the accounts so far.
    pub fn n_relations(&self) -> u64 {
        self.n_relations
    }

    /// The number of the next account, while there is one.
    pub fn next(&mut self) -> Option<u32> {
        if let Some(asked) = self.asked {
            let left = asked.saturating_sub(self.n_relations);
            if left == 0 {
                return None;
            }
            if self.next.is_multiple_of(GROUP) && left < RELATIONS_A_GROUP {
                self.next += BLOCK as u32;
            }
        }
        let number = Some(self.next).filter(|number| *number < self.n_accounts);
        self.next = self.next.saturating_add(1);
        number
    }
}

impl Dossier {
    /// The statements that the shipped mappings make of an account's rows; what the snapshots of its chart repeat counts
    /// once.
    pub fn relations(&self) -> u64 {
        let account = 12 + 4 + self.n_team_relations();
        let business = 7 * self.met.len() + 11 * self.opportunities.len() + 5 * self.sightings.len();
        (account + self.n_chart_relations() + business + self.n_order_relations()) as u64
    }

    fn n_team_relations(&self) -> usize {
        let n_members = 1 + usize::from(self.account.slot.care != Care::OneOfOurs) + usize::from(self.account.is_key());
        5 * n_members
    }

    fn n_chart_relations(&self) -> usize {
        let (posts, memberships, lines) = if self.account.slot.by_snapshots { (4, 9, 9) } else { (7, 6, 6) };
        let seats = &self.chart.seats;
        let n_tenures: usize = seats.iter().map(|seat| seat.tenures.len()).sum();
        let n_lines: usize = seats
            .iter()
            .map(|seat| usize::from(seat.superior.is_some()) + usize::from(seat.later_superior.is_some()))
            .sum();
        posts * seats.len() + (4 + memberships) * n_tenures + lines * n_lines
    }

    fn n_order_relations(&self) -> usize {
        let n_lines: usize = self.orders.iter().map(|order| order.lines.len()).sum();
        let mut units: Vec<_> = self.orders.iter().map(|order| order.department).collect();
        units.sort_unstable();
        units.dedup();
        let (line, invoice) = if self.account.is_chinese() { (12, 0) } else { (10, 8) };
        line * n_lines + invoice * self.orders.len() + 3 * units.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::dice::Part;

    #[test]
    fn numbers_of_relations_are_read_with_their_unit() {
        assert_eq!(relations("10M"), Ok(10_000_000));
        assert_eq!(relations(" 250k"), Ok(250_000));
        assert_eq!(relations("1234"), Ok(1234));
        for wrong in ["", "M", "0M", "ten", "1.5M", "-3k", "99999999999999999999M"] {
            assert!(relations(wrong).unwrap_err().contains("expected a number of relations"), "{wrong}");
        }
    }

    #[test]
    fn one_block_of_a_group_is_planted_and_the_rest_is_tail() {
        let settings = Settings::of_relations(1_000_000);
        let trades: Vec<_> = (0..GROUP).map(|number| settings.slot_of(number).trade).collect();
        assert!(trades[..BLOCK].iter().all(|trade| *trade != Trade::Tail));
        assert!(trades[BLOCK..].iter().all(|trade| *trade == Trade::Tail));
        assert_ne!(settings.slot_of(GROUP).trade, Trade::Tail);
    }

    #[test]
    fn a_power_law_reaches_n_once_in_n_times() {
        let mut dice = Dice::of(1, Part::Trade, 0);
        let thrown: Vec<_> = (0..10_000).map(|_| power_law(&mut dice, 40)).collect();
        for n in [2, 5, 10, 40] {
            let reached = thrown.iter().filter(|it| **it >= n).count() as i64;
            assert!((reached * n - 10_000).abs() < 1_500, "{n}: {reached}");
        }
        assert_eq!(thrown.iter().max(), Some(&40));
    }

    #[test]
    fn a_market_ends_within_one_account_of_what_was_asked_for() {
        let settings = Settings::of_relations(60_000);
        let mut course = Course::new(&settings);
        let mut last = 0;
        while let Some(number) = course.next() {
            assert_eq!(settings.slot_of(number).trade, Trade::Tail);
            let dossier = Dossier::new(&settings, number);
            last = dossier.relations();
            course.count(&dossier);
        }
        assert!((60_000..60_000 + last).contains(&course.n_relations()));
    }
}
