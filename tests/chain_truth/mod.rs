//! Chain changes and coverage on real data, against what the files themselves say when they are read directly.
//!
//! Each measure stands beside a trivial one in `data/evaluation/decision_chain.csv`. The tests compare what they measure
//! with that file, so that a change is seen; `KAGRAPH_BLESS=1` writes it anew.

mod congress;
mod ministers;
mod organograms;
mod snapshots;
mod successions;
mod ties;
mod titles;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use kagraph::discovery::chain_change::{Change, changes};
use kagraph::discovery::decision_chain::Chains;
use kagraph::discovery::market::{AccountIndex, Accounts, People, PersonIndex};
use kagraph::discovery::relations;
use kagraph::mapping::{Mapping, profiles};
use kagraph::model::Day;
use kagraph::ontology::graph_iri;
use kagraph::settings::Settings;
use kagraph::store::{Part, Snapshot};

/// A snapshot of a folder that a shipped mapping recognises.
fn snapshot_of(folder: &Path) -> Snapshot {
    snapshot_with(&profiles::recognise(folder).unwrap().expect("the folder is recognised"), folder)
}

fn snapshot_with(mapping: &Mapping, folder: &Path) -> Snapshot {
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
        let days = [since, self.until];
        changes(&self.accounts, &self.people, &self.chains, days, self.settings.1, &self.settings.0.chain)
    }

    fn person(&self, person: PersonIndex) -> String {
        end(self.people.persons.iri(person))
    }

    fn account(&self, account: AccountIndex) -> String {
        end(self.accounts.iri(account))
    }

    /// Whether a person, under any spelling, is at an account on a day.
    fn is_at(&self, person: PersonIndex, account: AccountIndex, day: Day) -> bool {
        self.chains.spells.of_person(person).any(|it| it.account == Some(account) && it.holds_on(day))
    }
}

fn end(iri: &str) -> String {
    kagraph::discovery::market::end_of_iri(iri)
}

/// Counts of what was expected and found.
#[derive(Clone, Copy, Default)]
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
        for missing in expected.difference(found).take(2) {
            println!("missing {what}: {missing:?}");
        }
        for wrong in found.difference(expected).take(2) {
            println!("too much {what}: {wrong:?}");
        }
    }

    /// The same of a trivial rule, without a word.
    fn add_quietly<T: Ord>(&mut self, expected: &BTreeSet<T>, found: &BTreeSet<T>) {
        self.n_expected += expected.len();
        self.n_found += found.len();
        self.n_both += expected.intersection(found).count();
    }

    /// Counts one thing that is right or not.
    fn judge(&mut self, is_right: bool) {
        self.n_expected += 1;
        self.n_found += 1;
        self.n_both += usize::from(is_right);
    }

    fn precision(&self) -> f64 {
        self.n_both as f64 / self.n_found as f64
    }

    fn recall(&self) -> f64 {
        self.n_both as f64 / self.n_expected as f64
    }
}

/// One line of the committed table.
struct Line {
    measure: String,
    value: f64,
    baseline: Option<f64>,
    floor: f64,
}

/// Precision and recall as two lines.
fn lines(set: &'static str, what: &str, found: &Agreement, baseline: Option<&Agreement>, floor: f64) -> [Line; 2] {
    assert!(found.n_expected > 20, "{set}, {what}: only {} expected", found.n_expected);
    let line = |name: &str, of: fn(&Agreement) -> f64| Line {
        measure: format!("{what}: {name} ({} expected)", found.n_expected),
        value: of(found),
        baseline: baseline.map(of),
        floor,
    };
    [line("precision", Agreement::precision), line("recall", Agreement::recall)]
}

/// The share of what is right as a line.
fn share(what: &str, right: &Agreement, floor: f64) -> Line {
    let measure = format!("{what} ({} judged)", right.n_expected);
    Line { measure, value: right.recall(), baseline: None, floor }
}

/// Compares what was measured of a set with the committed table, and with its floors.
fn settle(set: &'static str, measured: &[Line]) {
    static TABLE: Mutex<()> = Mutex::new(());
    let alone = TABLE.lock().unwrap_or_else(PoisonError::into_inner);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/evaluation/decision_chain.csv");
    let shown = |line: &Line| {
        let baseline = line.baseline.filter(|it| it.is_finite()).map(|it| format!("{it:.4}")).unwrap_or_default();
        format!("{set},{},{:.4},{baseline},{}", line.measure, line.value, line.floor)
    };
    let own: Vec<String> = measured.iter().map(shown).collect();
    own.iter().for_each(|line| println!("{line}"));
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let is_own = |line: &&str| line.split(',').next() == Some(set);
    if std::env::var_os("KAGRAPH_BLESS").is_some() {
        let others = committed.lines().skip(1).filter(|line| !is_own(line)).map(str::to_owned);
        let mut rows: Vec<String> = others.chain(own).collect();
        rows.sort();
        let head = "set,measure,value,trivial baseline,floor";
        std::fs::write(&path, format!("{head}\n{}\n", rows.join("\n"))).unwrap();
    } else {
        let mut own = own;
        own.sort();
        let known: Vec<&str> = committed.lines().filter(is_own).collect();
        assert_eq!(own, known, "KAGRAPH_BLESS=1 writes the table anew");
    }
    drop(alone);
    for line in measured {
        assert!(line.value >= line.floor, "{set}, {}: {:.4}", line.measure, line.value);
    }
}
