//! What is planted in a synthetic market is found: precision and recall by kind, on the demo and on other markets.

use std::collections::BTreeMap;
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

/// Loads, builds and discovers as `kagraph run` does.
fn findings(folder: &Path, until: Day) -> Vec<Finding> {
    let settings = Settings::load(None).unwrap();
    let place = tempfile::tempdir().unwrap();
    let workspace = Workspace::open_or_create(&place.path().join("w.kag")).unwrap();
    let writing = workspace.write().unwrap();
    for mapping in pipeline::mappings_of(folder, &[]).unwrap() {
        let loaded = pipeline::load(&writing, folder, &mapping, until, settings.load, &Silent);
        loaded.unwrap_or_else(|error| panic!("{}: {error}", mapping.source()));
    }
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
fn evaluate(title: &str, folder: &Path) -> BTreeMap<String, Agreement> {
    let until = synthetic::Settings::default().until;
    let agreement = truth(folder).agreement(&findings(folder, until));
    print(title, &agreement);
    agreement
}

#[test]
fn what_is_planted_in_the_demo_is_found() {
    evaluate("data/demo", &Path::new(env!("CARGO_MANIFEST_DIR")).join("data/demo"));
}

#[test]
fn what_is_planted_in_other_markets_is_found_as_well() {
    for (seed, accounts) in [(1, 80), (42, 200)] {
        let folder = tempfile::tempdir().unwrap();
        let settings = synthetic::Settings { seed, accounts, ..synthetic::Settings::default() };
        synthetic::write(&settings, folder.path()).unwrap();
        evaluate(&format!("seed {seed}, {accounts} accounts"), folder.path());
    }
}
