//! Chain changes on real data, against what the files themselves say when they are read directly.
//!
//! Ministers: appointments with exact days; who holds what on two days is computed from `appointment.csv` alone.
//! Congress: 37 snapshots without any change dates; chairs and ranking members of two successive ones are compared.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kagraph::discovery::chain_change::{Change, ChangeKind, changes};
use kagraph::discovery::decision_chain::Chains;
use kagraph::discovery::market::{Accounts, People};
use kagraph::discovery::relations;
use kagraph::mapping::profiles;
use kagraph::model::Day;
use kagraph::ontology::graph_iri;
use kagraph::settings::Settings;
use kagraph::store::{Part, Snapshot};

use crate::real_data::folder;

fn snapshot_of(folder: &Path) -> Snapshot {
    let mapping = profiles::recognise(folder).unwrap().expect("the folder is recognised");
    let plan = mapping.plan(folder).unwrap_or_else(|error| panic!("{error}"));
    let mut pieces = Vec::new();
    let taken = plan.run(|piece| {
        pieces.push(piece.mapped.statements);
        Ok::<(), std::io::Error>(())
    });
    taken.unwrap_or_else(|error| panic!("{error}"));
    let graph = graph_iri(mapping.source());
    let parts: Vec<_> = pieces.iter().map(|statements| Part { graph: &graph, file: "data", statements }).collect();
    Snapshot::from_statements(&parts, Day::MIN).unwrap()
}

/// What is read of people as of a day, and how they are compared.
struct Side {
    people: People,
    accounts: Accounts,
    chains: Chains,
    until: Day,
    settings: (relations::Settings, i32),
}

impl Side {
    fn on(snapshot: &Snapshot, until: Day) -> Self {
        let settings = Settings::load(None).unwrap().discovery;
        let snapshot = snapshot.as_of(until);
        let accounts = Accounts::read(&snapshot);
        let people = People::read(&snapshot, &accounts, until);
        let chains = Chains::read(&people, &settings.relations.chain);
        Self { people, accounts, chains, until, settings: (settings.relations, settings.chain_change.move_gap_days) }
    }

    fn changes(&self, since: Day) -> Vec<Change> {
        changes(&self.people, &self.chains, [since, self.until], self.settings.1, &self.settings.0.chain)
    }

    fn person(&self, change: &Change) -> String {
        change.person.map(|it| end(self.people.persons.iri(it))).unwrap_or_default()
    }
}

fn end(iri: &str) -> String {
    iri.rsplit('/').next().unwrap().to_owned()
}

/// Counts of what was expected and found, to print precision and recall.
#[derive(Default)]
struct Agreement {
    n_expected: usize,
    n_found: usize,
    n_both: usize,
}

impl Agreement {
    fn add<T: Ord + std::fmt::Debug>(&mut self, expected: &BTreeSet<T>, found: &BTreeSet<T>, what: &str) {
        self.n_expected += expected.len();
        self.n_found += found.len();
        self.n_both += expected.intersection(found).count();
        for missing in expected.difference(found).take(3) {
            println!("missing {what}: {missing:?}");
        }
        for wrong in found.difference(expected).take(3) {
            println!("too much {what}: {wrong:?}");
        }
    }

    fn assert(&self, name: &str) {
        let (precision, recall) =
            (self.n_both as f64 / self.n_found as f64, self.n_both as f64 / self.n_expected as f64);
        println!(
            "{name}: {} expected, {} found, precision {precision:.4}, recall {recall:.4}",
            self.n_expected, self.n_found
        );
        assert!(self.n_expected > 20 && precision >= 0.97 && recall >= 0.97, "{name}");
    }
}

#[derive(serde::Deserialize)]
struct Appointment {
    person_id: String,
    post_id: String,
    start_date: Day,
    end_date: Option<Day>,
}

#[derive(serde::Deserialize)]
struct PostRow {
    id: String,
    organisation_id: String,
}

/// Person, department and posts on a day, from the files alone.
fn holdings(appointments: &[Appointment], departments: &BTreeMap<String, String>, day: Day) -> Holdings {
    let mut held = Holdings::new();
    for it in appointments.iter().filter(|it| it.start_date <= day && it.end_date.is_none_or(|end| day < end)) {
        let department = departments[&it.post_id].clone();
        held.entry((it.person_id.clone(), department)).or_default().insert(it.post_id.clone());
    }
    held
}

type Holdings = BTreeMap<(String, String), BTreeSet<String>>;

#[test]
fn ministers_come_go_and_change_posts_as_their_appointments_say() {
    let Some(folder) = folder("uk_ministers_ifg") else { return };
    let read = |name: &str| csv::Reader::from_path(folder.join(name)).unwrap();
    let appointments: Vec<Appointment> = read("appointment.csv").deserialize().map(Result::unwrap).collect();
    let posts = read("post.csv").into_deserialize().map(|it: Result<PostRow, _>| it.unwrap());
    let departments: BTreeMap<_, _> = posts.map(|it| (it.id, it.organisation_id)).collect();
    let snapshot = snapshot_of(&folder);
    let (mut came, mut gone, mut inside) = (Agreement::default(), Agreement::default(), Agreement::default());
    for year in (1982..2018).step_by(2) {
        let (since, until) = (Day::from_ymd(year, 3, 1).unwrap(), Day::from_ymd(year + 1, 3, 1).unwrap());
        let (before, after) =
            (holdings(&appointments, &departments, since), holdings(&appointments, &departments, until));
        let only = |one: &Holdings, other: &Holdings| -> BTreeSet<_> {
            one.keys().filter(|key| !other.contains_key(*key)).cloned().collect()
        };
        let moved = |(key, held): (&(String, String), &BTreeSet<String>)| {
            let was = before.get(key)?;
            held.difference(was).next().map(|_| key.clone())
        };
        let expected_inside: BTreeSet<_> = after.iter().filter_map(moved).collect();
        let found = found(&Side::on(&snapshot, until), since);
        came.add(&only(&after, &before), &found[0], "came");
        gone.add(&only(&before, &after), &found[1], "gone");
        inside.add(&expected_inside, &found[2], "inside");
    }
    came.assert("ministers who came to a department");
    gone.assert("ministers who left a department");
    inside.assert("ministers who changed posts inside a department");
}

/// Person and department of who came, who went, and who changed posts inside.
fn found(side: &Side, since: Day) -> [BTreeSet<(String, String)>; 3] {
    let mut sets = <[BTreeSet<(String, String)>; 3]>::default();
    let holds_on = |change: &Change, day: Day| {
        let who = change.person.unwrap();
        let mut spells = side.chains.spells.of_person(who);
        spells.any(|it| it.account == Some(change.account) && it.holds_on(day))
    };
    for change in side.changes(since).iter().filter(|it| it.person.is_some()) {
        let account = |it| end(side.accounts.iri(it));
        let key = (side.person(change), account(change.account));
        match change.kind {
            ChangeKind::Joined | ChangeKind::PostNew => drop(sets[0].insert(key)),
            ChangeKind::MovedAccount => {
                let from = change.account_before.unwrap();
                let spells = side.chains.spells.of_person(change.person.unwrap());
                if spells.into_iter().any(|it| it.account == Some(from) && it.holds_on(since)) {
                    sets[1].insert((key.0.clone(), account(from)));
                }
                sets[0].insert(key);
            }
            ChangeKind::Left | ChangeKind::PostGone => drop(sets[1].insert(key)),
            ChangeKind::PostVacant if !holds_on(change, side.until) => drop(sets[1].insert(key)),
            ChangeKind::Promoted | ChangeKind::MovedPost | ChangeKind::PostFilled => drop(sets[2].insert(key)),
            ChangeKind::PostVacant | ChangeKind::ChangedReportingLine => {}
        }
    }
    sets
}

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
        }
    }
    gained.assert("chairs and ranking members who came");
    lost.assert("chairs and ranking members who went");
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
        let who = side.person(change);
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
