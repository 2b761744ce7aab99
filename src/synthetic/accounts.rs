//! The accounts: who they are, where, in which sector and group, and under which number each system knows them.
//!
//! In: seed and account number. Out: one [`Account`]. Nothing is kept: an account is computed when it is asked for.

use crate::synthetic::Settings;
use crate::synthetic::dice::{Dice, Part};
use crate::synthetic::names::{self, AccountName};
use crate::synthetic::plan::{self, SOLD, Slot, Trade};
use crate::synthetic::words::{CHINA, COUNTRIES, Country, SECTORS, Sector};

/// One account.
#[derive(Clone, Debug)]
pub struct Account {
    /// Number from 0.
    pub number: u32,
    /// What is planted in it.
    pub slot: Slot,
    /// Its names.
    pub name: AccountName,
    /// Place in [`COUNTRIES`].
    pub country: usize,
    /// City.
    pub city: &'static str,
    /// Place in [`SECTORS`].
    pub sector: usize,
    /// How well it fits our strategy, in percent.
    pub strategic_fit: i64,
    /// Employees there.
    pub n_employees: i64,
    /// Number of its account manager among our employees.
    pub owner: u32,
    /// Number of a second employee of ours who looks after it.
    pub second: u32,
}

impl Account {
    /// The account with this number.
    pub fn new(settings: &Settings, number: u32) -> Self {
        let slot = settings.slot_of(number);
        let mut dice = Dice::of(settings.seed, Part::Company, u64::from(number));
        let country = country(settings.seed, number, slot);
        let sector = sector(settings.seed, number, slot);
        let name = names::company(&mut dice, number, country, &SECTORS[sector]);
        let city = dice.pick(COUNTRIES[country].cities);
        let (owner, second) = settings.carers(number, slot);
        Self {
            number,
            slot,
            name,
            country,
            city,
            sector,
            strategic_fit: fit(slot.trade, &mut dice),
            n_employees: dice.between(3, 90) * dice.between(3, 40),
            owner,
            second,
        }
    }

    /// Its key in the CRM, which is also the end of its IRI.
    pub fn key(&self) -> String {
        key(self.number)
    }

    /// Its number in the system that invoices it.
    pub fn customer_number(&self) -> String {
        if self.is_chinese() { format!("KH{:06}", self.number + 1) } else { (400_001 + self.number).to_string() }
    }

    /// Its register number, made up.
    pub fn tax_id(&self) -> String {
        format!("{}{:09}", self.country().code, 100_000_007 + u64::from(self.number) * 7919)
    }

    /// Whether the Chinese company of ours serves it.
    pub fn is_chinese(&self) -> bool {
        self.country == CHINA
    }

    /// Whether the CRM marks it as key account.
    pub fn is_key(&self) -> bool {
        self.slot.trade == Trade::Key
    }

    /// Where it is.
    pub fn country(&self) -> &'static Country {
        &COUNTRIES[self.country]
    }

    /// Its sector.
    pub fn sector(&self) -> &'static Sector {
        &SECTORS[self.sector]
    }

    /// Number of its parent, when that stands in a market of this size.
    pub fn parent(&self, settings: &Settings) -> Option<u32> {
        let slot = self.slot.parent?;
        Some(plan::neighbour(settings.seed, self.number, slot)).filter(|parent| *parent < settings.accounts)
    }

    /// Number of the parent that sold it, when that stands in a market of this size.
    pub fn former_parent(&self, settings: &Settings) -> Option<u32> {
        let (sold, former) = SOLD;
        let parent = plan::neighbour(settings.seed, self.number, former);
        (self.slot.number == sold && parent < settings.accounts).then_some(parent)
    }
}

/// The CRM's key of account `number`.
pub fn key(number: u32) -> String {
    format!("ACC-{:05}", number + 1)
}

/// Of ten accounts four are British, three German, one French, two Chinese; a group's first subsidiary is Chinese.
fn country(seed: u64, number: u32, slot: Slot) -> usize {
    if slot.number == 1 {
        return CHINA;
    }
    *Dice::of(seed, Part::Company, 1 << 40 | u64::from(number)).pick(&[0, 0, 0, 0, 1, 1, 1, 2, 3, 3])
}

/// A subsidiary works in its ultimate parent's sector.
fn sector(seed: u64, number: u32, slot: Slot) -> usize {
    let decides = slot.parent.map_or(number, |parent| plan::neighbour(seed, number, parent));
    Dice::of(seed, Part::Company, 2 << 40 | u64::from(decides)).below(SECTORS.len())
}

fn fit(trade: Trade, dice: &mut Dice) -> i64 {
    match trade {
        Trade::Key => dice.between(65, 95),
        Trade::Candidate | Trade::CandidateSubsidiary => dice.between(60, 90),
        _ => dice.between(15, 65),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bigger_market_has_the_same_accounts_first() {
        let small = Settings::default();
        let big = Settings { accounts: 5000, ..small.clone() };
        for number in 0..small.accounts {
            let (a, b) = (Account::new(&small, number), Account::new(&big, number));
            assert_eq!((a.name, a.country, a.sector, a.owner), (b.name, b.country, b.sector, b.owner));
        }
    }

    #[test]
    fn a_group_has_subsidiaries_in_several_countries() {
        let settings = Settings::default();
        let accounts = (0..settings.accounts).map(|number| Account::new(&settings, number));
        let candidates = accounts.filter(|it| it.slot.trade == Trade::CandidateSubsidiary);
        let countries: std::collections::BTreeSet<_> = candidates.map(|it| it.country).collect();
        assert!(countries.len() > 1 && countries.contains(&CHINA));
    }
}
