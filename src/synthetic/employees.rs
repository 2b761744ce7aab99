//! Our own people: who reports to whom, who looks after which account, who has left.
//!
//! In: settings. Out: employees by number. Constant cost an employee.

use crate::model::Day;
use crate::synthetic::Settings;
use crate::synthetic::dice::{Dice, Part};
use crate::synthetic::names;
use crate::synthetic::plan::{Care, Slot};

/// The number of the employee who left.
pub const GONE: u32 = 3;
/// The fewest employees of a market.
pub const FEWEST: u32 = 8;

/// One of our employees.
#[derive(Clone, Debug)]
pub struct Employee {
    /// Number from 0: 0 heads sales, 1 and 2 lead, 3 left, the others look after accounts.
    pub number: u32,
    /// Name.
    pub name: String,
    /// Title.
    pub title: &'static str,
    /// Level, as in [`crate::model::Level`].
    pub level: &'static str,
    /// Number of the one reported to.
    pub manager: Option<u32>,
    /// First day no longer with us.
    pub left_on: Option<Day>,
}

impl Employee {
    /// The employee with this number.
    pub fn new(settings: &Settings, number: u32) -> Self {
        let mut dice = Dice::of(settings.seed, Part::Employee, u64::from(number));
        let country = if number % 5 == 4 { 3 } else { dice.below(2) };
        let (given, family) = names::person(&mut dice, country);
        let (title, level, manager) = match number {
            0 => ("Head of Sales", "decision", None),
            1 | 2 => ("Sales Director", "management", Some(0)),
            _ if number % 3 == 2 => ("Product Manager", "execution", Some(1 + number % 2)),
            _ => ("Account Manager", "execution", Some(1 + number % 2)),
        };
        let left_on = (number == GONE).then(|| settings.until + -130);
        Self { number, name: names::full(given, family, country), title, level, manager, left_on }
    }

    /// The key in the CRM.
    pub fn key(&self) -> String {
        key(self.number)
    }
}

/// The CRM's key of employee `number`.
pub fn key(number: u32) -> String {
    format!("E{:03}", number + 1)
}

impl Settings {
    /// The account manager and the second one who look after account `number`.
    pub(super) fn carers(&self, number: u32, slot: Slot) -> (u32, u32) {
        let n_active = self.n_employees() - GONE - 1;
        let mut dice = Dice::of(self.seed, Part::Employee, 1 << 40 | u64::from(number));
        let first = dice.below(n_active as usize) as u32;
        let second = (first + 1 + dice.below(n_active as usize - 1) as u32) % n_active;
        let owner = if slot.care == Care::NobodyOfOurs { GONE } else { GONE + 1 + first };
        (owner, GONE + 1 + second)
    }

    /// Employees of ours: as many as asked for, at least [`FEWEST`].
    pub fn n_employees(&self) -> u32 {
        self.employees.max(FEWEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::plan;

    #[test]
    fn an_account_has_two_different_carers_who_are_still_with_us_unless_planned() {
        let settings = Settings::default();
        for number in 0..200 {
            let slot = plan::slot_of(settings.seed, number);
            let (owner, second) = settings.carers(number, slot);
            assert_ne!(owner, second);
            assert_eq!(owner == GONE, slot.care == Care::NobodyOfOurs);
            assert!(owner.max(second) < settings.n_employees());
        }
    }
}
