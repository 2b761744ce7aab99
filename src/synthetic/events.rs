//! The planted changes of a chart, with what a salesperson would want to be told about each.
//!
//! In: a chart without changes. Out: the chart with them, and the truth: what was planted, what follows from it, and
//! what looks like a change and is none. Constant cost.

use crate::model::Day;
use crate::synthetic::Settings;
use crate::synthetic::accounts::{self, Account};
use crate::synthetic::chart::{Chart, Person, Seat, holder_number, person, retyped};
use crate::synthetic::dice::{Dice, Part};
use crate::synthetic::plan::{self, ChartEvent};
use crate::synthetic::posts::NEW_POST;
use crate::synthetic::truth::{ChangeTruth, Standing};

/// Numbers of the people who come by a planted change.
const NEWCOMER: usize = 40;
const RETYPED: usize = 41;

/// Plants the account's change into its chart; returns the truth about it.
pub fn plant(settings: &Settings, account: &Account, chart: &mut Chart) -> Vec<ChangeTruth> {
    let Some(event) = account.slot.event else { return Vec::new() };
    let mut planting = Planting::new(settings, account, chart);
    match event {
        ChartEvent::Joined => planting.joined(),
        ChartEvent::Replaced => planting.replaced(Standing::Planted, "left: a successor came"),
        ChartEvent::ReplacedBefore => planting.replaced_before(),
        ChartEvent::Promoted => planting.promoted(),
        ChartEvent::MovesOut(slot) => planting.moves_out(slot),
        ChartEvent::MovesIn(slot) => planting.moves_in(slot),
        ChartEvent::MovedPost => planting.moved_post(),
        ChartEvent::ChangedLine => planting.changed_line(),
        ChartEvent::PostVacant => planting.post_vacant(),
        ChartEvent::PostNew => planting.post_new(),
        ChartEvent::PostGone => planting.post_gone(),
        ChartEvent::SpellingVariant => planting.spelling_variant(),
        ChartEvent::Retitled => planting.retitled(),
    }
    planting.truth
}

struct Planting<'a> {
    settings: &'a Settings,
    account: &'a Account,
    chart: &'a mut Chart,
    day: Day,
    truth: Vec<ChangeTruth>,
}

/// The day of an account's change: within the last 12 to 75 days, or between the last two snapshots.
fn day_of(settings: &Settings, account: &Account) -> Day {
    let mut dice = Dice::of(settings.seed, Part::Change, u64::from(account.number));
    if account.slot.by_snapshots {
        settings.last_snapshots().1 + -dice.days(25, 120)
    } else {
        settings.until + -dice.days(22, 75)
    }
}

impl Settings {
    /// The last two days on which charts were seen.
    fn last_snapshots(&self) -> (Day, Day) {
        let days = self.snapshot_days();
        (days[days.len() - 2], days[days.len() - 1])
    }
}

impl<'a> Planting<'a> {
    fn new(settings: &'a Settings, account: &'a Account, chart: &'a mut Chart) -> Self {
        Self { settings, account, chart, day: day_of(settings, account), truth: Vec::new() }
    }

    /// Notes a change of this account on the planted day.
    fn note(
        &mut self,
        standing: Standing,
        change: &'static str,
        who: Option<&Person>,
        posts: [Option<&str>; 2],
        why: &str,
    ) {
        let (earliest, latest) =
            if self.account.slot.by_snapshots { self.settings.last_snapshots() } else { (self.day, self.day) };
        let [post_before, post_after] = posts.map(|code| code.map(|code| self.chart.post_key(code)));
        self.truth.push(ChangeTruth {
            standing,
            change,
            account: self.account.key(),
            contact: who.map(|it| it.key.clone()).unwrap_or_default(),
            post_before: post_before.unwrap_or_default(),
            post_after: post_after.unwrap_or_default(),
            account_before: String::new(),
            earliest,
            latest,
            why: why.to_owned(),
        });
    }

    fn newcomer(&self) -> Person {
        person(self.settings, self.account, NEWCOMER)
    }

    /// Long before the window and before the last but one snapshot.
    fn long_ago(&self) -> Day {
        self.settings.until + -280
    }

    fn joined(&mut self) {
        self.chart.vacate("PH", self.long_ago());
        let newcomer = self.newcomer();
        self.chart.install("PH", newcomer.clone(), self.day);
        self.note(Standing::Planted, "joined", Some(&newcomer), [None, Some("PH")], "takes a post that stood empty");
    }

    fn replaced(&mut self, standing: Standing, why: &str) {
        let gone = self.chart.vacate("FD", self.day);
        let newcomer = self.newcomer();
        self.chart.install("FD", newcomer.clone(), self.day + 9);
        self.note(standing, "left", gone.as_ref(), [Some("FD"), None], why);
        self.note(standing, "joined", Some(&newcomer), [None, Some("FD")], why);
    }

    fn replaced_before(&mut self) {
        let (before, _) = self.settings.last_snapshots();
        self.day = if self.account.slot.by_snapshots { before + -60 } else { self.settings.until + -160 };
        self.replaced(Standing::Decoy, "before the window");
        let day = self.day;
        self.truth.iter_mut().for_each(|it| (it.earliest, it.latest) = (day, day));
    }

    fn promoted(&mut self) {
        self.chart.vacate("FD", self.long_ago());
        let Some(riser) = self.chart.vacate("PH", self.day) else { return };
        self.chart.install("FD", riser.clone(), self.day);
        self.note(Standing::Planted, "promoted", Some(&riser), [Some("PH"), Some("FD")], "rises to the finance head");
        self.note(Standing::Implied, "post-vacant", Some(&riser), [Some("PH"), None], "whose place nobody took");
    }

    fn moves_out(&mut self, slot: usize) {
        let there = plan::neighbour(self.settings.seed, self.account.number, slot);
        if there >= self.settings.accounts {
            return;
        }
        let Some(mover) = self.chart.vacate("PH", self.day) else { return };
        for change in ["left", "moved-account"] {
            self.note(Standing::Implied, change, Some(&mover), [Some("PH"), None], "went to another account of ours");
        }
        self.note(
            Standing::Implied,
            "post-vacant",
            Some(&mover),
            [Some("PH"), None],
            "went to another account of ours",
        );
    }

    fn moves_in(&mut self, slot: usize) {
        let from = plan::neighbour(self.settings.seed, self.account.number, slot);
        if from >= self.settings.accounts {
            return;
        }
        let before = Account::new(self.settings, from);
        self.chart.vacate("PH", self.long_ago());
        let mover = person(self.settings, &before, holder_number("PH"));
        self.day = day_of(self.settings, &before) + 10;
        self.chart.install("PH", mover.clone(), self.day);
        self.note(
            Standing::Planted,
            "moved-account",
            Some(&mover),
            [None, Some("PH")],
            "came from another account of ours",
        );
        self.note(Standing::Implied, "joined", Some(&mover), [None, Some("PH")], "came from another account of ours");
        for row in &mut self.truth {
            row.account_before = accounts::key(from);
            row.post_before = format!("{}-PH", accounts::key(from));
        }
    }

    fn moved_post(&mut self) {
        self.chart.vacate("PM", self.long_ago());
        let Some(mover) = self.chart.vacate("IT", self.day) else { return };
        self.chart.install("PM", mover.clone(), self.day);
        self.note(
            Standing::Planted,
            "moved-post",
            Some(&mover),
            [Some("IT"), Some("PM")],
            "takes a post of the same level",
        );
        self.note(Standing::Implied, "post-vacant", Some(&mover), [Some("IT"), None], "whose place nobody took");
    }

    fn changed_line(&mut self) {
        let day = self.day;
        let Some(seat) = self.chart.seat_mut("PH") else { return };
        seat.later_superior = Some(("GM", day));
        let who = seat.holder(day).cloned();
        self.note(
            Standing::Planted,
            "changed-reporting-line",
            who.as_ref(),
            [Some("PH"), Some("PH")],
            "reports to the head, no longer to the finance head",
        );
    }

    fn post_vacant(&mut self) {
        let gone = self.chart.vacate("FD", self.day);
        self.note(Standing::Planted, "post-vacant", gone.as_ref(), [Some("FD"), None], "left without a successor");
        self.note(Standing::Implied, "left", gone.as_ref(), [Some("FD"), None], "left without a successor");
    }

    fn post_new(&mut self) {
        let day = self.day;
        let newcomer = self.newcomer();
        self.chart.seats.push(Seat {
            template: &NEW_POST,
            title: if self.account.is_chinese() { NEW_POST.title_zh } else { NEW_POST.titles[0] },
            retitled: None,
            opened: Some(day),
            closed: None,
            tenures: Vec::new(),
            superior: Some("GM"),
            later_superior: None,
        });
        self.chart.install(NEW_POST.code, newcomer.clone(), day);
        let after = [None, Some(NEW_POST.code)];
        self.note(Standing::Planted, "post-new", Some(&newcomer), after, "a post that was not there before");
        self.note(Standing::Implied, "joined", Some(&newcomer), after, "holds the new post");
    }

    fn post_gone(&mut self) {
        let day = self.day;
        let gone = self.chart.vacate("PM", day);
        if let Some(seat) = self.chart.seat_mut("PM") {
            seat.closed = Some(day);
        }
        self.note(Standing::Planted, "post-gone", gone.as_ref(), [Some("PM"), None], "the post was abolished");
        self.note(Standing::Implied, "left", gone.as_ref(), [Some("PM"), None], "held the abolished post");
    }

    fn spelling_variant(&mut self) {
        let Some(person) = self.chart.vacate("PH", self.day) else { return };
        let again = retyped(self.settings, self.account, &person, RETYPED);
        self.chart.install("PH", again.clone(), self.day);
        let why = format!("{} and {} are one person", person.name, again.name);
        self.note(Standing::Decoy, "left", Some(&person), [Some("PH"), None], &why);
        self.note(Standing::Decoy, "joined", Some(&again), [None, Some("PH")], &why);
    }

    fn retitled(&mut self) {
        let Some(seat) = self.chart.seat_mut("PH") else { return };
        seat.retitled = Some(format!("{} ", seat.title).to_uppercase());
        self.note(Standing::Decoy, "promoted", None, [Some("PH"), Some("PH")], "only the title is written differently");
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn truth(settings: &Settings) -> Vec<ChangeTruth> {
        let plant_one = |number| {
            let account = Account::new(settings, number);
            plant(settings, &account, &mut Chart::new(settings, &account))
        };
        (0..settings.accounts).flat_map(plant_one).collect()
    }

    #[test]
    fn every_kind_of_change_is_planted_in_every_block_of_every_seed() {
        for seed in [1, 7, 42] {
            let rows = truth(&Settings { seed, accounts: 40, ..Settings::default() });
            let planted: BTreeSet<_> = rows.iter().filter(|it| it.standing == Standing::Planted).collect();
            let kinds: BTreeSet<_> = planted.iter().map(|it| it.change).collect();
            assert_eq!(kinds.len(), 9, "{kinds:?}");
        }
    }

    #[test]
    fn planted_changes_lie_in_the_last_ninety_days_or_between_the_last_two_snapshots() {
        let settings = Settings::default();
        let (before, last) = settings.last_snapshots();
        for row in truth(&settings).iter().filter(|it| it.standing != Standing::Decoy) {
            let dated = row.earliest == row.latest && row.latest > settings.until + -90 && row.latest <= settings.until;
            assert!(dated || (row.earliest, row.latest) == (before, last), "{row:?}");
        }
    }

    #[test]
    fn a_partial_block_plants_no_move_whose_other_end_is_missing() {
        let settings = Settings { accounts: 7, ..Settings::default() };
        let rows = truth(&settings);
        assert!(rows.iter().all(|row| row.account_before.is_empty() || row.account_before < accounts::key(7)));
    }
}
