//! What is planted in a synthetic market is found: precision and recall by kind, on the demo and on other markets.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use kagraph::discovery::Finding;
use kagraph::evaluation::planted::{Agreement, Truth, TruthFiles};
use kagraph::ingest::Progress;
use kagraph::model::Day;
use kagraph::pipeline::{self, Loading};
use kagraph::settings::Settings;
use kagraph::store::Workspace;
use kagraph::synthetic;

struct Silent;

impl Loading for Silent {
    fn begin(&self, _file: &str, _progress: Progress) {}
    fn go_on(&self) {}
    fn end(&self) {}
}

/// Loads every source into `place`; returns file and row of everything refused.
fn load(folder: &Path, place: &Path, until: Day) -> BTreeSet<(String, String)> {
    let settings = Settings::load(None).unwrap();
    let workspace = Workspace::open_or_create(place).unwrap();
    let writing = workspace.write().unwrap();
    let mut refused = BTreeSet::new();
    for mapping in pipeline::mappings_of(folder, &[]).unwrap() {
        let loaded = pipeline::load(&writing, folder, &mapping, until, settings.load, &Silent);
        let batch = loaded.unwrap_or_else(|error| panic!("{}: {error}", mapping.source())).batch;
        let quarantine = workspace.batch_folder(&batch.hash).join("quarantine.csv");
        refused.extend(rows(&quarantine).iter().map(|row| (row[0].to_owned(), row[1].to_owned())));
    }
    refused
}

/// The data rows of a CSV file; none when there is no file.
fn rows(path: &Path) -> Vec<csv::StringRecord> {
    let text = fs::read_to_string(path).unwrap_or_default();
    csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes()).records().map(Result::unwrap).collect()
}

/// Loads, builds and discovers as `kagraph run` does.
fn findings(folder: &Path, until: Day) -> Vec<Finding> {
    let settings = Settings::load(None).unwrap();
    let place = tempfile::tempdir().unwrap();
    let place = place.path().join("w.kag");
    load(folder, &place, until);
    let workspace = Workspace::open(&place).unwrap();
    let writing = workspace.write().unwrap();
    let snapshot = writing.build().unwrap().snapshot.as_of(until);
    let found = pipeline::discover(&snapshot, until, None, &settings.discovery);
    [found.candidates, found.changes, found.gaps].into_iter().flatten().collect()
}

fn truth(folder: &Path) -> Truth {
    let [candidates, changes, gaps, charts] = ["candidates", "changes", "gaps", "charts"]
        .map(|name| fs::read_to_string(folder.join(format!("truth/{name}.csv"))).unwrap());
    let files = TruthFiles { candidates: &candidates, changes: &changes, gaps: &gaps, charts: &charts };
    Truth::parse(files).unwrap()
}

fn print(title: &str, agreement: &BTreeMap<String, Agreement>) {
    println!("{title}\n{:<26} planted found  said right decoys recall precision", "kind");
    for (kind, it) in agreement {
        let (planted, found, said, right) = (it.n_planted, it.n_found, it.n_said, it.n_right);
        let (decoys, recall, precision) = (it.n_decoys, it.recall(), it.precision());
        println!("{kind:<26} {planted:>7} {found:>5} {said:>5} {right:>5} {decoys:>6} {recall:>6.2} {precision:>9.2}");
        it.missed.iter().for_each(|it| println!("    missed {it}"));
        it.wrong.iter().take(8).for_each(|it| println!("    wrong {it}"));
    }
}

/// The demo's market from the committed folder, or another one made for the test.
fn evaluate(title: &str, folder: &Path) {
    let until = synthetic::Settings::default().until;
    let agreement = truth(folder).agreement(&findings(folder, until));
    print(title, &agreement);
    assert_floors(&agreement);
}

/// No decoy is taken for real; of candidates, of all changes and of all gaps together at least so many are found and
/// right, and of each kind of change and gap more than half.
fn assert_floors(agreement: &BTreeMap<String, Agreement>) {
    let mut others = Agreement::default();
    for (kind, it) in agreement {
        assert_eq!(it.n_decoys, 0, "{kind}: {:?}", it.wrong);
        assert!(it.recall() > 0.5, "{kind}: recall {}: {:?}", it.recall(), it.missed);
        if kind != "candidate" {
            others.n_planted += it.n_planted;
            others.n_found += it.n_found;
            others.n_said += it.n_said;
            others.n_right += it.n_right;
        }
    }
    assert!(others.recall() >= 0.95, "recall of changes and gaps {}", others.recall());
    assert!(others.precision() >= 0.95, "precision of changes and gaps {}", others.precision());
    assert!(agreement["candidate"].precision() >= 0.9, "{:?}", agreement["candidate"].wrong);
}

#[test]
fn every_defect_is_refused_with_its_row_and_nothing_else_is() {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/demo");
    let place = tempfile::tempdir().unwrap();
    let refused = load(&demo, &place.path().join("w.kag"), synthetic::Settings::default().until);
    let defects = rows(&demo.join("truth/defects.csv"));
    let planted = defects.iter().filter(|row| &row[4] == "refused");
    let planted: BTreeSet<_> = planted.map(|row| (row[0].to_owned(), row[1].to_owned())).collect();
    let missed: Vec<_> = planted.difference(&refused).collect();
    let wrong: Vec<_> = refused.difference(&planted).collect();
    assert!(missed.is_empty() && wrong.is_empty(), "not refused: {missed:?}; refused without a defect: {wrong:?}");
}

#[test]
fn what_is_planted_in_the_demo_is_found() {
    evaluate("data/demo", &Path::new(env!("CARGO_MANIFEST_DIR")).join("data/demo"));
}

#[test]
fn what_is_planted_in_other_markets_is_found_as_well() {
    for (seed, accounts, defects) in [(1, 80, 6), (7, 40, 0), (11, 120, 30), (42, 200, 12)] {
        let folder = tempfile::tempdir().unwrap();
        let settings = synthetic::Settings { seed, accounts, defects, ..synthetic::Settings::default() };
        synthetic::write(&settings, folder.path()).unwrap();
        evaluate(&format!("seed {seed}, {accounts} accounts, {defects} of 1000 rows damaged"), folder.path());
    }
}
