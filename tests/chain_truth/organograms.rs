//! Organograms: names that differ between two lists of the same post, judged by reading; and reports-to of two lists.
//!
//! `data/evaluation/organogram_changes.csv` holds every such pair of names as published, whether it was read as one
//! person, and whether a change is reported.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kagraph::discovery::chain_change::{Change, ChangeKind};
use kagraph::model::Day;

use crate::chain_truth::{Agreement, Side, lines, settle, snapshot_of};
use crate::real_data::folder;

#[derive(serde::Deserialize, serde::Serialize, Clone, PartialEq, Debug)]
struct Judged {
    post: String,
    before: Day,
    after: Day,
    #[serde(rename = "name before")]
    name_before: String,
    #[serde(rename = "name after")]
    name_after: String,
    #[serde(rename = "same person by reading")]
    is_same: String,
    remark: String,
    reported: String,
}

/// Body and number of a post, as its IRI ends.
fn key(side: &Side, post: u32) -> String {
    side.people.posts.iris[post as usize].split("/post/").nth(1).unwrap().to_owned()
}

struct Windows {
    sides: BTreeMap<(Day, Day), (Side, Vec<Change>)>,
}

impl Windows {
    fn of(folder: &Path, windows: &BTreeSet<(Day, Day)>) -> Self {
        let snapshot = snapshot_of(folder);
        let compared = |window: &(Day, Day)| {
            let side = Side::on(&snapshot, window.1);
            let changes = side.changes(window.0);
            (*window, (side, changes))
        };
        Self { sides: windows.iter().map(compared).collect() }
    }

    /// Posts whose holder is said to have changed between two days.
    fn reported(&self, window: (Day, Day)) -> BTreeSet<String> {
        let (side, changes) = &self.sides[&window];
        let of_persons = changes.iter().filter(|it| it.person.is_some() && it.kind != ChangeKind::ChangedReportingLine);
        of_persons.flat_map(|it| [it.post_before, it.post_after]).flatten().map(|post| key(side, post)).collect()
    }
}

#[test]
fn names_written_differently_are_no_changes_and_other_persons_are() {
    let Some(folder) = folder("uk_organograms") else { return };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/evaluation/organogram_changes.csv");
    let committed: Vec<Judged> =
        csv::Reader::from_path(&path).unwrap().into_deserialize().map(Result::unwrap).collect();
    let windows = committed.iter().map(|it| (it.before, it.after)).collect();
    let compared = Windows::of(&folder, &windows);
    let reported: BTreeMap<_, _> = windows.iter().map(|window| (*window, compared.reported(*window))).collect();
    let mut own = committed.clone();
    for it in &mut own {
        let is_reported = reported[&(it.before, it.after)].contains(&it.post);
        it.reported = if is_reported { "yes" } else { "no" }.to_owned();
    }
    let set_of = |is: &dyn Fn(&Judged) -> bool| -> BTreeSet<(String, String, Day)> {
        own.iter().filter(|it| is(it)).map(|it| (it.post.clone(), it.name_after.clone(), it.after)).collect()
    };
    let (truth, found) = (set_of(&|it| it.is_same == "no"), set_of(&|it| it.reported == "yes"));
    assert!(found.len() >= 150 && own.len() - found.len() >= 100, "{} of {} reported", found.len(), own.len());
    let (mut changes, mut trivial) = (Agreement::default(), Agreement::default());
    changes.add(&truth, &found, "change of holder");
    trivial.add_quietly(&truth, &set_of(&|_| true));
    let measured = lines("organograms", "names that differ and are two persons", &changes, Some(&trivial), 0.95);
    settle("organograms", &measured);
    if std::env::var_os("KAGRAPH_BLESS").is_some() {
        let mut writer = csv::Writer::from_path(&path).unwrap();
        own.iter().for_each(|it| writer.serialize(it).unwrap());
    } else {
        assert_eq!(own, committed, "KAGRAPH_BLESS=1 writes the column anew");
    }
}

#[derive(serde::Deserialize)]
struct Row {
    body: String,
    snapshot: Day,
    #[serde(rename = "Post Unique Reference")]
    post: String,
    #[serde(rename = "Name")]
    name: String,
    #[serde(rename = "Reports to Senior Post")]
    superior: String,
}

/// Holders and superiors of each post in the list of a day.
#[derive(Clone, Default)]
struct List {
    posts: BTreeSet<String>,
    names: BTreeMap<String, BTreeSet<String>>,
    superiors: BTreeMap<String, BTreeSet<String>>,
}

fn lists(folder: &Path) -> BTreeMap<(String, Day), List> {
    let file = std::fs::File::open(folder.join("senior_posts.csv.gz")).unwrap();
    let mut lists: BTreeMap<(String, Day), List> = BTreeMap::new();
    let plain = |text: &str| {
        let text = text.trim();
        let short = text.trim_start_matches('0');
        if short.is_empty() { text.to_owned() } else { short.to_owned() }
    };
    let is_named = |name: &str| {
        let name = name.trim_matches(['.', '\'']).to_lowercase();
        !["n/d", "nd", "vacant", "eliminated", "elminated", ""].contains(&name.as_str())
    };
    // One body writes the number of nobody with eight zeros and with nine.
    let superior = |text: &str| if text.trim().trim_matches('0').is_empty() { "0".to_owned() } else { plain(text) };
    for row in csv::Reader::from_reader(flate2::read::GzDecoder::new(file)).into_deserialize::<Row>() {
        let row = row.unwrap();
        let list = lists.entry((row.body.clone(), row.snapshot)).or_default();
        let post = plain(&row.post);
        list.posts.insert(post.clone());
        let name = row.name.split_whitespace().collect::<Vec<_>>().join(" ");
        if is_named(&name) {
            list.names.entry(post.clone()).or_default().insert(name);
        }
        if row.superior.trim() != "XX" && !row.superior.trim().is_empty() {
            list.superiors.entry(post).or_default().insert(superior(&row.superior));
        }
    }
    lists
}

#[test]
fn posts_of_the_ministry_report_to_others_as_two_lists_differ() {
    let Some(folder) = folder("uk_organograms") else { return };
    let lists = lists(&folder);
    let body = "ministry_of_defence";
    let days: Vec<Day> = lists.keys().filter(|it| it.0 == body).map(|it| it.1).collect();
    let windows: BTreeSet<_> = days.windows(2).map(|it| (it[0], it[1])).collect();
    let compared = Windows::of(&folder, &windows);
    let (mut right, mut complete, mut trivial) = (Agreement::default(), Agreement::default(), Agreement::default());
    let mut before = List::default();
    before.update(&lists[&(body.to_owned(), days[0])]);
    for window in &windows {
        let mut after = before.clone();
        after.update(&lists[&(body.to_owned(), window.1)]);
        let differs = |post: &&String| {
            let (Some(one), Some(other)) = (before.superiors.get(*post), after.superiors.get(*post)) else {
                return false;
            };
            !one.is_subset(other) && !other.is_subset(one)
        };
        let plain: BTreeSet<String> = before.superiors.keys().filter(differs).cloned().collect();
        let is_held = |post: &&String| before.names.contains_key(*post) && after.names.contains_key(*post);
        let names = |list: &List, post: &String| -> BTreeSet<String> {
            list.superiors[post].iter().filter_map(|it| list.names.get(it)).flatten().cloned().collect()
        };
        let (side, changes) = &compared.sides[window];
        let is_same_boss = |post: &&String| {
            let (one, other) = (names(&before, post), names(&after, post));
            one.iter().any(|one| other.iter().any(|other| is_one_name(one, other)))
        };
        let expected: BTreeSet<String> =
            plain.iter().filter(is_held).filter(|post| !is_same_boss(post)).cloned().collect();
        let lines = changes.iter().filter(|it| it.kind == ChangeKind::ChangedReportingLine);
        let found: BTreeSet<String> = lines
            .map(|it| key(side, it.post_after.unwrap()))
            .filter_map(|key| key.strip_prefix(&format!("{body}/")).map(str::to_owned))
            .collect();
        right.add(&plain, &found, "reports to (precision)");
        complete.add(&expected, &found, "reports to (recall)");
        trivial.add_quietly(&expected, &plain);
        before = after;
    }
    let set = "organograms (reports-to)";
    let [precision, _] = lines(set, "reported lines that differ in the lists", &right, None, 0.95);
    let [_, recall] = lines(set, "named holders with another superior", &complete, Some(&trivial), 0.95);
    settle(set, &[precision, recall]);
}

impl List {
    /// What is known by a later list: all that it shows and nothing else; an excerpt, which has less than half the posts,
    /// replaces only what it shows. Who is not named any more, holds the post no longer as far as known.
    fn update(&mut self, later: &Self) {
        if later.posts.len() * 2 >= self.posts.len() {
            return *self = later.clone();
        }
        for post in &later.posts {
            self.names.remove(post);
            self.superiors.remove(post);
        }
        self.names.extend(later.names.clone());
        self.superiors.extend(later.superiors.clone());
    }
}

/// Whether two names share their longest word: the superior is the same person in another post.
fn is_one_name(one: &str, other: &str) -> bool {
    let words = |name: &str| -> BTreeSet<String> {
        let words = name.split(|c: char| !c.is_alphabetic()).filter(|it| it.len() > 3).map(str::to_lowercase);
        words.filter(|it| !TITLES.contains(&it.as_str())).collect()
    };
    !words(one).is_disjoint(&words(other))
}

const TITLES: &[&str] =
    &["admiral", "general", "lieutenant", "major", "marshal", "marshall", "rear", "vice", "chief", "surg", "professor"];
