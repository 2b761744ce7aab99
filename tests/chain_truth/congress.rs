//! Committees of the United States Congress: 37 snapshots without any change dates; chairs and ranking members of two
//! successive ones are compared.

use std::collections::{BTreeMap, BTreeSet};

use kagraph::discovery::chain_change::ChangeKind;
use kagraph::model::Day;

use crate::chain_truth::{Agreement, Side, lines, settle, snapshot_of};
use crate::real_data::folder;

#[derive(serde::Deserialize, Clone)]
struct Seat {
    snapshot: Day,
    committee: String,
    bioguide: String,
    party: String,
    title: String,
}

#[test]
fn chairs_and_ranking_members_change_as_successive_snapshots_differ() {
    let Some(folder) = folder("us_congress_roles") else { return };
    let file = std::fs::File::open(folder.join("committee_membership.csv.gz")).unwrap();
    let seats: Vec<Seat> =
        csv::Reader::from_reader(flate2::read::GzDecoder::new(file)).deserialize().map(Result::unwrap).collect();
    let mut by_day: BTreeMap<Day, BTreeMap<String, BTreeSet<(String, String)>>> = BTreeMap::new();
    for seat in &seats {
        let role = match seat.title.as_str() {
            "Chair" | "Chairman" => "Chair",
            "Ranking Member" => "Ranking%20Member",
            _ => "",
        };
        let roles = by_day.entry(seat.snapshot).or_default().entry(seat.committee.clone()).or_default();
        if !role.is_empty() {
            roles.insert((seat.bioguide.clone(), format!("{}/{}/{role}", seat.committee, seat.party)));
        }
    }
    let snapshot = snapshot_of(&folder);
    let (mut gained, mut lost) = (Agreement::default(), Agreement::default());
    let (mut trivially_gained, mut trivially_lost) = (Agreement::default(), Agreement::default());
    let mut state: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    let mut previous: Option<Day> = None;
    for (day, committees) in by_day {
        let (mut came, mut gone) = (BTreeSet::new(), BTreeSet::new());
        for (committee, roles) in committees {
            if let Some(before) = state.insert(committee, roles.clone()) {
                came.extend(roles.difference(&before).cloned());
                gone.extend(before.difference(&roles).cloned());
            }
        }
        if let Some(since) = previous.replace(day) {
            let found = seats_changed(&Side::on(&snapshot, day), since);
            gained.add(&came, &found[0], "gained");
            lost.add(&gone, &found[1], "lost");
            let plain = [seats_on(&seats, day), seats_on(&seats, since)];
            trivially_gained.add_quietly(&came, &plain[0].difference(&plain[1]).cloned().collect());
            trivially_lost.add_quietly(&gone, &plain[1].difference(&plain[0]).cloned().collect());
        }
    }
    let set = "congress";
    let gained = lines(set, "chairs and ranking members who came", &gained, Some(&trivially_gained), 0.98);
    let lost = lines(set, "chairs and ranking members who went", &lost, Some(&trivially_lost), 0.98);
    settle(set, &gained.into_iter().chain(lost).collect::<Vec<_>>());
}

/// The plain rule: names and titles as they stand in the rows of a day.
fn seats_on(seats: &[Seat], day: Day) -> BTreeSet<(String, String)> {
    let leads = |it: &&Seat| it.snapshot == day && ["Chair", "Chairman", "Ranking Member"].contains(&it.title.as_str());
    let role = |it: &Seat| format!("{}/{}/{}", it.committee, it.party, it.title.replace(' ', "%20"));
    seats.iter().filter(leads).map(|it| (it.bioguide.clone(), role(it))).collect()
}

/// Person and seat of who came into a chair or ranking membership and who went out of one.
fn seats_changed(side: &Side, since: Day) -> [BTreeSet<(String, String)>; 2] {
    let seat = |post: u32| {
        let iri = &side.people.posts.iris[post as usize];
        let key = iri.split("/post/").nth(1).unwrap().to_owned();
        (key.ends_with("/Chair") || key.ends_with("/Ranking%20Member")).then_some(key)
    };
    let mut sets = <[BTreeSet<(String, String)>; 2]>::default();
    for change in side.changes(since).iter().filter(|it| it.person.is_some()) {
        let who = side.person(change.person.unwrap());
        let is_post_only = matches!(change.kind, ChangeKind::ChangedReportingLine);
        if is_post_only {
            continue;
        }
        let was_there = |post: u32| side.chains.holders_on(post, since).contains(&change.person.unwrap());
        sets[0].extend(change.post_after.and_then(seat).map(|seat| (who.clone(), seat)));
        let before = change.post_before.filter(|post| was_there(*post));
        sets[1].extend(before.and_then(seat).map(|seat| (who.clone(), seat)));
    }
    sets
}
