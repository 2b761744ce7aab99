//! Who of ours met whom, when; and which gaps that leaves.
//!
//! In: an account and its chart. Out: interactions, and the truth about gaps by what a salesperson would call one:
//! nobody ever met the person; not for three quarters of a year; only one of ours meets them; the post is empty; nobody
//! of ours is in charge. Cost: linear in the interactions.

use crate::model::Day;
use crate::synthetic::Settings;
use crate::synthetic::accounts::Account;
use crate::synthetic::chart::{Chart, Seat, Tenure};
use crate::synthetic::dice::{Dice, Part};
use crate::synthetic::employees::GONE;
use crate::synthetic::plan::{Care, Trade};
use crate::synthetic::truth::{GapTruth, Standing};

/// One of ours met one of theirs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Interaction {
    /// Number of the employee.
    pub employee: u32,
    /// Key of the contact.
    pub contact: String,
    /// When.
    pub date: Day,
    /// `meeting`, `visit`, `call` or `mail`.
    pub channel: &'static str,
    /// Whether they came to us.
    pub is_inbound: bool,
}

/// How a person is approached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Approach {
    /// Every so many days, until now.
    Regular(i32, i32),
    /// Regularly, until more than a year ago.
    Old,
    /// Never.
    Never,
}

/// All interactions with the people of an account, by date.
pub fn interactions(settings: &Settings, account: &Account, chart: &Chart) -> Vec<Interaction> {
    let mut dice = Dice::of(settings.seed, Part::Interaction, u64::from(account.number));
    let is_head_met = dice.chance(500);
    let mut all = Vec::new();
    for seat in &chart.seats {
        for tenure in &seat.tenures {
            let approach = approach(account, seat, tenure, is_head_met, settings);
            meet(settings, account, tenure, approach, &mut dice, &mut all);
        }
    }
    all.sort_by(|a, b| (a.date, &a.contact, a.employee).cmp(&(b.date, &b.contact, b.employee)));
    all
}

fn approach(account: &Account, seat: &Seat, tenure: &Tenure, is_head_met: bool, settings: &Settings) -> Approach {
    let post = seat.template;
    let is_fresh = tenure.from > settings.until + -130 && seat.tenures.len() > 1 && post.code == "FD";
    match (account.slot.care, post.code) {
        (Care::None, _) | (Care::FinanceUnknown, "FD") => Approach::Never,
        (Care::HeadStale, "GM") => Approach::Old,
        (Care::Thin, "GM") if is_head_met => Approach::Regular(60, 110),
        (Care::Thin, "PH" | "BU" | "IT") => Approach::Regular(50, 100),
        (Care::Thin, _) => Approach::Never,
        _ if is_fresh && tenure.person.key.ends_with("-40") => Approach::Never,
        _ if post.rank <= 3 => Approach::Regular(25, 60),
        _ => Approach::Regular(50, 90),
    }
}

fn meet(
    settings: &Settings,
    account: &Account,
    tenure: &Tenure,
    approach: Approach,
    dice: &mut Dice,
    all: &mut Vec<Interaction>,
) {
    let (newest, oldest, step) = match approach {
        Approach::Never => return,
        Approach::Regular(low, high) => (settings.until + -dice.days(0, 25), settings.until + -420, (low, high)),
        Approach::Old => (settings.until + -dice.days(420, 470), settings.until + -720, (20, 40)),
    };
    let mut day = tenure.to.map_or(newest, |to| newest.min(to + -5));
    let mut count = 0;
    while day >= oldest.max(tenure.from).max(settings.first_day()) {
        let employee = carer(settings, account, count, day);
        let channel = *dice.pick(&["meeting", "visit", "call", "call", "mail", "mail"]);
        let contact = tenure.person.key.clone();
        all.push(Interaction { employee, contact, date: day, channel, is_inbound: dice.chance(400) });
        day = day + -dice.days(step.0, step.1);
        count += 1;
    }
}

/// Every third time the second of ours comes, where two do; those who left come no more.
fn carer(settings: &Settings, account: &Account, count: usize, day: Day) -> u32 {
    let two = account.slot.care != Care::OneOfOurs;
    let is_gone = account.owner == GONE && day >= settings.gone_day();
    if is_gone || (two && count % 3 == 1) { account.second } else { account.owner }
}

impl Settings {
    /// The first day no longer with us of the employee who left.
    pub fn gone_day(&self) -> Day {
        self.until + -130
    }
}

/// The truth about the gaps of an account on the last day.
pub fn gaps(settings: &Settings, account: &Account, chart: &Chart, met: &[Interaction]) -> Vec<GapTruth> {
    let mut truth = account_gaps(account);
    for seat in chart.seats.iter().filter(|seat| seat.is_there(settings.until)) {
        let gap = seat_gap(settings, seat, met);
        let planted = is_planted(account, seat.template.code, gap);
        let is_decoy = gap.is_none() && account.slot.care == Care::Well && seat.template.rank <= 2;
        let Some(gap) = gap.or(is_decoy.then_some("none")) else { continue };
        let standing = match (is_decoy, planted) {
            (true, _) => Standing::Decoy,
            (false, true) => Standing::Planted,
            (false, false) => Standing::Implied,
        };
        truth.push(GapTruth {
            standing,
            gap,
            account: account.key(),
            contact: seat.holder(settings.until).map(|it| it.key.clone()).unwrap_or_default(),
            post: chart.post_key(seat.template.code),
            level: seat.template.level.name(),
            function: seat.template.function.name(),
            why: why(gap),
        });
    }
    truth
}

fn account_gaps(account: &Account) -> Vec<GapTruth> {
    let row = |standing, gap| GapTruth {
        standing,
        gap,
        account: account.key(),
        contact: String::new(),
        post: String::new(),
        level: "",
        function: "",
        why: why(gap),
    };
    match account.slot.care {
        Care::NobodyOfOurs => {
            vec![row(Standing::Planted, "vacant-on-our-side"), row(Standing::Implied, "single-threaded")]
        }
        Care::OneOfOurs => vec![row(Standing::Planted, "single-threaded")],
        _ => Vec::new(),
    }
}

fn seat_gap(settings: &Settings, seat: &Seat, met: &[Interaction]) -> Option<&'static str> {
    let Some(holder) = seat.holder(settings.until) else { return Some("known-post-without-person") };
    let with: Vec<_> = met.iter().filter(|it| it.contact == holder.key).collect();
    let Some(last) = with.last() else {
        let is_known_from_elsewhere = account_part(&holder.key) != account_part(&own_key(seat));
        return (!is_known_from_elsewhere).then_some("unknown");
    };
    if last.date < settings.until + -270 {
        return Some("stale");
    }
    let recent: Vec<_> = with.iter().filter(|it| it.date > settings.until + -365).collect();
    let is_one = recent.len() >= 3 && recent.iter().all(|it| it.employee == recent[0].employee);
    is_one.then_some("single-threaded")
}

/// What of a person's key names the account.
fn account_part(key: &str) -> &str {
    key.rsplit_once('-').map_or(key, |(account, _)| account)
}

/// The key of somebody who has always been at the account.
fn own_key(seat: &Seat) -> String {
    seat.tenures.first().map(|it| it.person.key.clone()).unwrap_or_default()
}

fn is_planted(account: &Account, code: &str, gap: Option<&str>) -> bool {
    match (account.slot.care, code, gap) {
        (Care::FinanceUnknown, "FD", Some("unknown")) | (Care::HeadStale, "GM", Some("stale")) => true,
        (Care::PostEmpty, "TD", Some("known-post-without-person")) => true,
        (Care::Well, "FD", Some("known-post-without-person")) => true,
        (_, "FD", Some("unknown")) => matches!(account.slot.trade, Trade::Key | Trade::Candidate),
        _ => false,
    }
}

fn why(gap: &str) -> &'static str {
    match gap {
        "unknown" => "nobody of ours ever met this person",
        "stale" => "nobody of ours met this person for more than 270 days",
        "single-threaded" => "only one of ours meets them",
        "vacant-on-our-side" => "the account manager left and nobody followed",
        "known-post-without-person" => "the post is known and nobody holds it",
        _ => "met regularly by two of ours",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::synthetic::events;

    #[test]
    fn every_kind_of_gap_is_planted_in_every_block_of_every_seed() {
        for seed in [1, 7, 42] {
            let settings = Settings { seed, accounts: 40, ..Settings::default() };
            let mut kinds = BTreeSet::new();
            for number in 0..40 {
                let account = Account::new(&settings, number);
                let mut chart = Chart::new(&settings, &account);
                events::plant(&settings, &account, &mut chart);
                let met = interactions(&settings, &account, &chart);
                let truth = gaps(&settings, &account, &chart, &met);
                kinds.extend(truth.iter().filter(|it| it.standing == Standing::Planted).map(|it| it.gap));
            }
            assert_eq!(kinds.len(), 5, "{kinds:?}");
        }
    }
}
