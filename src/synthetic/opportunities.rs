//! Open, won and lost opportunities, and where competitors were seen.
//!
//! In: an account. Out: its opportunities and sightings. Constant cost an account.

use crate::model::Day;
use crate::synthetic::Settings;
use crate::synthetic::accounts::Account;
use crate::synthetic::dice::{Dice, Part};
use crate::synthetic::plan::Trade;
use crate::synthetic::products::{self, N_PRODUCTS};
use crate::synthetic::words::COMPETITORS;

/// An opportunity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opportunity {
    /// Product number.
    pub product: usize,
    /// Stage as the CRM calls it.
    pub stage: &'static str,
    /// Amount in euro cents.
    pub amount: i64,
    /// When it was opened.
    pub opened: Day,
    /// When it was closed, or is expected to be.
    pub closes: Day,
    /// Place in [`COMPETITORS`], when one bids too.
    pub competitor: Option<usize>,
}

/// A competitor was seen at an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sighting {
    /// Place in [`COMPETITORS`].
    pub competitor: usize,
    /// When.
    pub date: Day,
    /// Product number.
    pub product: usize,
}

/// The opportunities of an account, by the day of opening.
pub fn opportunities(settings: &Settings, account: &Account) -> Vec<Opportunity> {
    let mut dice = Dice::of(settings.seed, Part::Opportunity, u64::from(account.number));
    let (n_open, n_past) = match account.slot.trade {
        Trade::Key | Trade::Candidate => (dice.between(1, 3), dice.between(3, 6)),
        Trade::CandidateSubsidiary | Trade::LatePayer | Trade::Shrinking => (dice.between(0, 1), 2),
        Trade::Nothing => (0, 0),
        _ => (dice.between(0, 1), dice.between(0, 2)),
    };
    let mut all: Vec<_> = (0..n_open).map(|_| open(settings, &mut dice)).collect();
    all.extend((0..n_past).map(|_| past(settings, &mut dice)));
    all.sort_by_key(|it| it.opened);
    all
}

fn open(settings: &Settings, dice: &mut Dice) -> Opportunity {
    let (opened, closes) = (settings.until + -dice.days(10, 150), settings.until + dice.days(10, 200));
    let stage = *dice.pick(&["Qualification", "Proposal", "Negotiation"]);
    opportunity(stage, opened, closes, dice)
}

fn past(settings: &Settings, dice: &mut Dice) -> Opportunity {
    let closes = settings.until + -dice.days(20, settings.months as i32 * 29 - 130);
    let stage = if dice.chance(550) { "Closed won" } else { "Closed lost" };
    opportunity(stage, closes + -dice.days(30, 120), closes, dice)
}

fn opportunity(stage: &'static str, opened: Day, closes: Day, dice: &mut Dice) -> Opportunity {
    let product = dice.below(N_PRODUCTS);
    let amount = products::price(product) * dice.between(5, 60);
    let competitor = dice.chance(350).then(|| dice.below(COMPETITORS.len()));
    Opportunity { product, stage, amount, opened, closes, competitor }
}

/// Where competitors were seen at an account, by date.
pub fn sightings(settings: &Settings, account: &Account) -> Vec<Sighting> {
    let mut dice = Dice::of(settings.seed, Part::Opportunity, 1 << 40 | u64::from(account.number));
    let n_sightings = if dice.chance(300) { dice.between(1, 2) } else { 0 };
    let sighting = |dice: &mut Dice| Sighting {
        competitor: dice.below(COMPETITORS.len()),
        date: settings.until + -dice.days(5, 500),
        product: dice.below(N_PRODUCTS),
    };
    let mut all: Vec<_> = (0..n_sightings).map(|_| sighting(&mut dice)).collect();
    all.sort_by_key(|it| it.date);
    all
}
