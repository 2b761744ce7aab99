//! Ministers of the United Kingdom: appointments with exact days, departments that are renamed and merged.
//!
//! Who holds what on two days, who moved, and which department goes on under which is computed here from the files alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kagraph::discovery::chain_change::{Change, ChangeKind};
use kagraph::model::Day;

use crate::chain_truth::{Agreement, Line, Side, lines, settle, share, snapshot_of};
use crate::real_data::folder;

/// Person and department.
pub type Stay = (String, String);

#[derive(serde::Deserialize, Clone)]
pub struct Appointment {
    pub person_id: String,
    pub post_id: String,
    pub start_date: Day,
    pub end_date: Option<Day>,
}

#[derive(serde::Deserialize, Clone)]
pub struct PostRow {
    pub id: String,
    pub organisation_id: String,
    pub display_name: String,
    pub rank_equivalence_value: String,
}

#[derive(serde::Deserialize)]
struct OrganisationRow {
    id: String,
    start_date: Option<Day>,
    end_date: Option<Day>,
}

#[derive(serde::Deserialize)]
struct LinkRow {
    predecessor_organisation_id: String,
    successor_organisation_id: String,
    link_start_date: Day,
    link_end_date: Day,
}

#[derive(serde::Deserialize, Clone)]
pub struct NameRow {
    pub id: String,
    pub display_name: String,
    pub start_date: Option<Day>,
    pub end_date: Option<Day>,
}

/// The files.
pub struct Files {
    pub appointments: Vec<Appointment>,
    pub posts: BTreeMap<String, PostRow>,
    pub names: Vec<NameRow>,
    lives: BTreeMap<String, OrganisationRow>,
    links: Vec<LinkRow>,
}

/// What happened between two days.
#[derive(Default)]
pub struct Events {
    /// Who is at a department and was not, and who was and is not.
    pub came: BTreeSet<Stay>,
    pub gone: BTreeSet<Stay>,
    /// Who came from nowhere, who came from another department, who is in no department any more.
    pub joined: BTreeSet<Stay>,
    pub moved: BTreeSet<Stay>,
    pub left: BTreeSet<String>,
    /// Who took another post inside.
    pub inside: BTreeSet<Stay>,
    /// Who went along with a department that goes on under another: person, earlier, later.
    pub carried: BTreeSet<(String, String, String)>,
}

type Holdings = BTreeMap<Stay, BTreeSet<String>>;

/// Days between which a move is one move, as the settings have it.
const GAP_DAYS: i32 = 180;

impl Files {
    pub fn read(folder: &Path) -> Self {
        fn rows<T: serde::de::DeserializeOwned>(folder: &Path, name: &str) -> Vec<T> {
            let reader = csv::Reader::from_path(folder.join(name)).unwrap();
            reader.into_deserialize().map(Result::unwrap).collect()
        }
        let posts: Vec<PostRow> = rows(folder, "post.csv");
        let lives: Vec<OrganisationRow> = rows(folder, "organisation.csv");
        Self {
            appointments: rows(folder, "appointment.csv"),
            posts: posts.into_iter().map(|it| (it.id.clone(), it)).collect(),
            names: rows(folder, "person.csv"),
            lives: lives.into_iter().map(|it| (it.id.clone(), it)).collect(),
            links: rows(folder, "organisation_link.csv"),
        }
    }

    pub fn department(&self, post: &str) -> &str {
        &self.posts[post].organisation_id
    }

    /// Who holds which post on a day.
    pub fn held_on(&self, day: Day) -> impl Iterator<Item = &Appointment> {
        let is_held = move |it: &&Appointment| it.start_date <= day && it.end_date.is_none_or(|end| day < end);
        self.appointments.iter().filter(is_held)
    }

    fn holdings(&self, day: Day) -> Holdings {
        let mut held = Holdings::new();
        for it in self.held_on(day) {
            let stay = (it.person_id.clone(), self.department(&it.post_id).to_owned());
            held.entry(stay).or_default().insert(it.post_id.clone());
        }
        held
    }

    /// Earlier and later departments that reorganisations of the window joined, over several steps as well: one of the
    /// two ends or begins in it. What merely hands tasks to another department does neither.
    pub fn successions(&self, since: Day, until: Day) -> BTreeSet<(String, String)> {
        let is_one = |link: &&LinkRow| {
            let (earlier, later) = (&link.predecessor_organisation_id, &link.successor_organisation_id);
            let ends = self.lives[earlier].end_date.is_some_and(|end| end > since && end <= until);
            let begins = self.lives[later].start_date.is_some_and(|start| start > since && start <= until);
            link.link_start_date <= until && link.link_end_date > since && (ends || begins)
        };
        let direct: Vec<_> = self.links.iter().filter(is_one).collect();
        let mut all: BTreeSet<(String, String)> = direct
            .iter()
            .map(|it| (it.predecessor_organisation_id.clone(), it.successor_organisation_id.clone()))
            .collect();
        for _ in 0..4 {
            let steps: Vec<_> = all
                .iter()
                .flat_map(|(one, two)| {
                    all.iter().filter(move |it| it.0 == *two).map(move |it| (one.clone(), it.1.clone()))
                })
                .filter(|(one, three)| one != three)
                .collect();
            all.extend(steps);
        }
        all
    }

    /// What happened between two days, as the appointments say.
    pub fn events(&self, since: Day, until: Day) -> Events {
        let (before, after) = (self.holdings(since), self.holdings(until));
        let only = |one: &Holdings, other: &Holdings| -> BTreeSet<Stay> {
            one.keys().filter(|key| !other.contains_key(*key)).cloned().collect()
        };
        let mut events = Events { came: only(&after, &before), gone: only(&before, &after), ..Events::default() };
        for (earlier, later) in self.successions(since, until) {
            for (person, _) in events.gone.clone().iter().filter(|it| it.1 == earlier) {
                if after.contains_key(&(person.clone(), later.clone())) {
                    events.carried.insert((person.clone(), earlier.clone(), later.clone()));
                }
            }
        }
        for (person, earlier, later) in &events.carried {
            events.gone.remove(&(person.clone(), earlier.clone()));
            events.came.remove(&(person.clone(), later.clone()));
        }
        // A post under a new number keeps its title.
        let titles = |held: &BTreeSet<String>| -> BTreeSet<String> {
            held.iter().map(|post| self.posts[post].display_name.to_lowercase()).collect()
        };
        let inside = |(key, held): (&Stay, &BTreeSet<String>)| {
            let was = titles(before.get(key)?);
            titles(held).difference(&was).next().map(|_| key.clone())
        };
        events.inside = after.iter().filter_map(inside).collect();
        let is_moved = |stay: &&Stay| self.came_from_another(stay, &after, until);
        events.moved = events.came.iter().filter(is_moved).cloned().collect();
        events.joined = events.came.difference(&events.moved).cloned().collect();
        let is_there = |person: &str| after.keys().any(|it| it.0 == person);
        events.left = events.gone.iter().map(|it| it.0.clone()).filter(|it| !is_there(it)).collect();
        events
    }

    /// The day on which a stay that holds on a day began, and the one on which one that held ended.
    pub fn began(&self, stay: &Stay, day: Day) -> Day {
        let own = self.stays(stay);
        let mut first = day;
        for it in own.iter().rev().filter(|it| it.start_date <= day) {
            if it.end_date.is_none_or(|end| end >= first) {
                first = first.min(it.start_date);
            }
        }
        first
    }

    pub fn ended(&self, stay: &Stay, since: Day) -> Day {
        let mut last = since;
        for it in self.stays(stay) {
            if let Some(end) = it.end_date.filter(|end| it.start_date <= last && *end > last) {
                last = end;
            }
        }
        last
    }

    fn stays(&self, stay: &Stay) -> Vec<&Appointment> {
        let is_own = |it: &&Appointment| it.person_id == stay.0 && self.department(&it.post_id) == stay.1;
        let mut own: Vec<_> = self.appointments.iter().filter(is_own).collect();
        own.sort_by_key(|it| it.start_date);
        own
    }

    /// Whether the person had left another department not long before, and is no longer there.
    fn came_from_another(&self, (person, department): &Stay, after: &Holdings, until: Day) -> bool {
        let began = self.began(&(person.clone(), department.clone()), until);
        self.appointments.iter().filter(|it| it.person_id == *person).any(|it| {
            let other = self.department(&it.post_id);
            let is_near = it.end_date.is_some_and(|end| end <= until && (began - end).abs() <= GAP_DAYS);
            other != department && is_near && !after.contains_key(&(person.clone(), other.to_owned()))
        })
    }
}

/// What a comparison says happened; `key` names a person as the files do.
pub fn told(side: &Side, changes: &[Change], since: Day, key: &dyn Fn(u32) -> String) -> Events {
    let mut events = Events::default();
    for change in changes {
        let stay = |account| (change.person.map(key).unwrap_or_default(), side.account(account));
        let here = stay(change.account);
        match change.kind {
            ChangeKind::Joined | ChangeKind::PostNew if change.person.is_some() => drop(events.joined.insert(here)),
            ChangeKind::MovedAccount => {
                let (from, who) = (change.account_before.unwrap(), change.person.unwrap());
                if side.is_at(who, from, since) {
                    events.gone.insert(stay(from));
                }
                events.moved.insert(here);
            }
            ChangeKind::Left | ChangeKind::PostGone if change.person.is_some() => drop(events.gone.insert(here)),
            ChangeKind::PostVacant if change.person.is_some_and(|who| !side.is_at(who, change.account, side.until)) => {
                events.gone.insert(here);
            }
            ChangeKind::Promoted | ChangeKind::MovedPost | ChangeKind::PostFilled
                if change.account_before.is_none() =>
            {
                events.inside.insert(here);
            }
            ChangeKind::AccountSucceeded => {
                let (earlier, later) = (change.account_before.unwrap(), side.account(change.account));
                for row in &change.rows {
                    let row = side.people.memberships[*row as usize];
                    if row.account == Some(earlier) {
                        events.carried.insert((key(row.person), side.account(earlier), later.clone()));
                    }
                }
            }
            _ => {}
        }
    }
    events.came = events.joined.union(&events.moved).cloned().collect();
    let holds_any = |who: &str| {
        let all = &side.chains.spells.spells;
        all.iter().any(|it| it.holds_on(side.until) && key(it.person) == who)
    };
    events.left = events.gone.iter().map(|it| it.0.clone()).filter(|it| !holds_any(it)).collect();
    events
}

/// Agreements over many windows, by what happened; beside them those of a plain difference of names in posts.
#[derive(Default)]
pub struct Sums {
    of: BTreeMap<&'static str, (Agreement, Agreement)>,
    pub days: Agreement,
}

impl Sums {
    pub fn add(&mut self, expected: &Events, found: &Events, trivial: &Events) {
        let mut add = |what: &'static str, sets: [&BTreeSet<Stay>; 3]| {
            let sums = self.of.entry(what).or_default();
            sums.0.add(sets[0], sets[1], what);
            sums.1.add_quietly(sets[0], sets[2]);
        };
        add("came to a department", [&expected.came, &found.came, &trivial.came]);
        add("left a department", [&expected.gone, &found.gone, &trivial.gone]);
        add("joined from outside", [&expected.joined, &found.joined, &trivial.came]);
        add("moved from another department", [&expected.moved, &found.moved, &trivial.moved]);
        add("changed posts inside", [&expected.inside, &found.inside, &trivial.inside]);
        let left = self.of.entry("left government").or_default();
        left.0.add(&expected.left, &found.left, "left government");
        left.1.add_quietly(&expected.left, &trivial.left);
        let carried = self.of.entry("went along with a department").or_default();
        carried.0.add(&expected.carried, &found.carried, "went along");
        carried.1.add_quietly(&expected.carried, &trivial.carried);
    }

    /// What was measured; of who went along with a department the floor is `loose`, since few did and one of them counts
    /// for more than a hundredth.
    pub fn lines(&self, set: &'static str, floor: f64, loose: f64) -> Vec<Line> {
        let floor_of = |what: &str| match what {
            "went along with a department" => loose,
            _ => floor,
        };
        let of = |(what, (own, trivial)): (&&'static str, &(Agreement, Agreement))| {
            lines(set, what, own, Some(trivial), floor_of(what))
        };
        self.of.iter().flat_map(of).chain([share("days right", &self.days, floor)]).collect()
    }

    /// Whether each person's days are right: the true day must lie where the change says.
    pub fn check_days(
        &mut self,
        files: &Files,
        side: &Side,
        changes: &[Change],
        since: Day,
        key: &dyn Fn(u32) -> String,
    ) {
        for change in changes {
            let (Some(who), Some(when)) = (change.person, change.when) else { continue };
            let stay = (key(who), side.account(change.account));
            let truth = match change.kind {
                ChangeKind::Joined | ChangeKind::MovedAccount => files.began(&stay, side.until),
                ChangeKind::Left => files.ended(&stay, since),
                _ => continue,
            };
            self.days.judge(when.earliest <= truth && truth <= when.latest);
        }
    }
}

/// The plain rule: a name that a post has and had not has come, and the other way round.
pub fn difference_of_names(files: &Files, since: Day, until: Day) -> Events {
    let seats = |day: Day| -> BTreeSet<(String, String)> {
        files.held_on(day).map(|it| (it.person_id.clone(), it.post_id.clone())).collect()
    };
    let (before, after) = (seats(since), seats(until));
    let stays = |one: &BTreeSet<Stay>, other: &BTreeSet<Stay>| -> BTreeSet<Stay> {
        one.difference(other).map(|(who, post)| (who.clone(), files.department(post).to_owned())).collect()
    };
    let (came, gone) = (stays(&after, &before), stays(&before, &after));
    let left = gone.iter().map(|it| it.0.clone()).collect();
    Events { came, gone, left, ..Events::default() }
}

/// First days of every so many months up to spring 2018.
pub fn days(first_year: i16, months: i32) -> Vec<Day> {
    let first = Day::from_ymd(first_year, 7, 1).unwrap();
    let last = Day::from_ymd(2018, 7, 1).unwrap();
    (0..).map(|n| first.plus_months(n * months)).take_while(|day| *day <= last).collect()
}

#[test]
fn ministers_come_go_and_change_posts_as_their_appointments_say() {
    let Some(folder) = folder("uk_ministers_ifg") else { return };
    let files = Files::read(&folder);
    let snapshot = snapshot_of(&folder);
    let mut all = Vec::new();
    for (set, months, floors) in [("ministers by quarter", 3, [0.99, 0.93]), ("ministers by year", 12, [0.95, 0.8])] {
        let mut sums = Sums::default();
        for window in days(1979, months).windows(2) {
            let side = Side::on(&snapshot, window[1]);
            let changes = side.changes(window[0]);
            let found = told(&side, &changes, window[0], &|who| side.person(who));
            let expected = files.events(window[0], window[1]);
            sums.add(&expected, &found, &difference_of_names(&files, window[0], window[1]));
            sums.check_days(&files, &side, &changes, window[0], &|who| side.person(who));
        }
        all.push((set, sums.lines(set, floors[0], floors[1])));
    }
    all.iter().for_each(|(set, lines)| settle(set, lines));
}
