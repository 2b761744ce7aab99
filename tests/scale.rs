//! Markets of so many relations: as many as asked for, always the same, made and loaded without keeping them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kagraph::ingest::Progress;
use kagraph::model::Day;
use kagraph::pipeline::{self, Loading};
use kagraph::publish::{ExportFormat, write_statements};
use kagraph::settings;
use kagraph::store::{Snapshot, Workspace};
use kagraph::synthetic::{self, Settings};
use oxigraph::io::{RdfFormat, RdfParser};

use crate::command::WorkFolder;

struct Silent;

impl Loading for Silent {
    fn begin(&self, _file: &str, _progress: Progress) {}
    fn go_on(&self) {}
    fn end(&self) {}
}

/// Makes, loads and builds a market below `home`; returns what `synth` says of it and the snapshot.
fn snapshot(home: &Path, relations: u64) -> (u64, Snapshot) {
    let data = home.join("data");
    let written = synthetic::write(&Settings::of_relations(relations), &data).unwrap();
    let until: Day = Settings::default().until;
    let workspace = Workspace::open_or_create(&home.join("scale.kag")).unwrap();
    let writing = workspace.write().unwrap();
    let load = settings::Settings::load(None).unwrap().load;
    for mapping in pipeline::mappings_of(&data, &[]).unwrap() {
        pipeline::load(&writing, &data, &mapping, until, load, &Silent).unwrap();
    }
    (written.relations, writing.build().unwrap().snapshot)
}

#[test]
fn a_market_has_the_relations_that_were_asked_for_to_three_percent() {
    // the first is tail alone, the second has a planted group, the third some and a rest
    for asked in [30_000, 500_000, 1_100_000] {
        let home = tempfile::tempdir().unwrap();
        let (said, snapshot) = snapshot(home.path(), asked);
        let found = snapshot.n_statements();
        assert!(said.abs_diff(asked) * 100 <= asked, "asked {asked}, said {said}");
        assert!(found.abs_diff(asked) * 100 <= 3 * asked, "asked {asked}, found {found}");
    }
}

/// Every file below a folder with its content's hash.
fn hashes(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(hashes(&path));
        } else {
            found.insert(path.clone(), blake3::hash(&fs::read(&path).unwrap()).to_hex().to_string());
        }
    }
    found
}

#[test]
fn the_same_seed_makes_the_same_bytes_and_another_one_does_not() {
    let home = tempfile::tempdir().unwrap();
    let made = |name: &str, seed| {
        let folder = home.path().join(name);
        synthetic::write(&Settings { seed, ..Settings::of_relations(450_000) }, &folder).unwrap();
        let files = hashes(&folder).into_iter();
        files.map(|(path, hash)| (path.strip_prefix(&folder).unwrap().to_path_buf(), hash)).collect::<BTreeMap<_, _>>()
    };
    let first = made("first", 7);
    assert_eq!(first, made("again", 7));
    assert_ne!(first[Path::new("crm/contacts.csv")], made("other", 8)[Path::new("crm/contacts.csv")]);
}

/// Peak memory of the program that makes a market, in kilobytes, as the system tells it while the program runs.
fn peak_kilobytes(folder: &Path, relations: &str) -> Option<u64> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kagraph"));
    command.arg("synth").arg(folder).args(["--relations", relations]).stdout(Stdio::null());
    let mut child = command.spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = None;
    while child.try_wait().unwrap().is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok()).or(peak);
    }
    peak
}

#[test]
fn making_a_market_of_ten_times_the_size_takes_no_more_memory() {
    let home = tempfile::tempdir().unwrap();
    let small = peak_kilobytes(&home.path().join("small"), "300k");
    let large = peak_kilobytes(&home.path().join("large"), "3M");
    match (small, large) {
        (Some(small), Some(large)) => assert!(large < small + 4 * 1024, "{small} kB and {large} kB"),
        _ => println!("this system does not tell the memory of processes; nothing was compared"),
    }
}

#[test]
fn what_is_exported_can_be_read_again_and_is_every_statement_once() {
    let home = tempfile::tempdir().unwrap();
    let (_, snapshot) = snapshot(home.path(), 20_000);
    for (export, format) in [(ExportFormat::NTriples, RdfFormat::NTriples), (ExportFormat::NQuads, RdfFormat::NQuads)] {
        let mut text = Vec::new();
        let n_written = write_statements(&snapshot, export, &mut text).unwrap();
        let mut quads: Vec<_> = RdfParser::from_format(format).for_slice(&text).map(Result::unwrap).collect();
        assert_eq!(quads.len() as u64, n_written);
        quads.sort_by_cached_key(ToString::to_string);
        quads.dedup();
        assert_eq!(quads.len() as u64, n_written, "a statement was written twice");
        let mut triples: Vec<_> = quads.iter().map(|it| (&it.subject, &it.predicate, &it.object)).collect();
        triples.sort_by_cached_key(|it| format!("{it:?}"));
        triples.dedup();
        assert_eq!(triples.len() as u64, snapshot.n_statements());
        for (subject, predicate, object) in triples.into_iter().step_by(97) {
            let [subject, object] = [subject.clone().into(), object.clone()].map(|term| snapshot.id(term.as_ref()));
            let predicate = snapshot.id(predicate.as_ref().into());
            let pattern = kagraph::store::GraphPattern::Union;
            assert_eq!(snapshot.scan(subject, predicate, object, pattern).count(), 1);
        }
    }
}

#[test]
fn queries_are_timed_and_statements_exported_from_the_command_line() {
    let work = WorkFolder::new();
    work.stdout(&["synth", "data", "--relations", "12k", "--defects", "0"]);
    work.stdout(&["load", "data", "--workspace", "w.kag"]);
    work.stdout(&["build", "--workspace", "w.kag"]);
    fs::create_dir(work.path("queries")).unwrap();
    fs::create_dir(work.path("answers")).unwrap();
    let sales = "SELECT ?sale ?amount { ?sale a ka:Order ; ka:amount ?amount } ORDER BY ";
    fs::write(work.path("queries/rising.rq"), format!("{sales} ?amount ?sale")).unwrap();
    fs::write(work.path("queries/falling.rq"), format!("{sales} DESC(?amount) DESC(?sale)")).unwrap();
    let printed = work.stdout(&["bench", "queries", "--workspace", "w.kag", "--repeat", "2", "--answers", "answers"]);
    let lines: Vec<Vec<&str>> = printed.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(lines.iter().map(|line| line[0]).collect::<Vec<_>>(), ["falling", "rising"]);
    let answer = fs::read_to_string(work.path("answers/rising.csv")).unwrap();
    let n_rows = answer.lines().count() - 1;
    assert!(n_rows > 10 && lines.iter().all(|line| line[1] == n_rows.to_string()), "{printed}");
    assert_eq!(lines[0][4], lines[1][4], "a checksum does not depend on the order of the rows");
    let exported = work.stdout(&["export", "--workspace", "w.kag"]);
    let orders = exported.lines().filter(|line| line.ends_with("<https://w3id.org/kagraph/ns#Order> ."));
    assert_eq!(orders.count(), n_rows);
}

#[test]
fn a_query_that_takes_too_long_is_told_and_the_next_one_is_timed() {
    let work = WorkFolder::new();
    work.stdout(&["synth", "data", "--relations", "12k"]);
    work.stdout(&["load", "data", "--workspace", "w.kag"]);
    work.stdout(&["build", "--workspace", "w.kag"]);
    fs::write(work.path("long.rq"), "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c < ?f) }")
        .unwrap();
    fs::write(work.path("short.rq"), "SELECT (COUNT(*) AS ?accounts) { ?account a ka:Account }").unwrap();
    let printed = work.stdout(&["bench", "long.rq", "short.rq", "--workspace", "w.kag", "--timeout", "200ms"]);
    let lines: Vec<_> = printed.lines().collect();
    assert_eq!(lines[0], "long\t-\t-\t-\ttimed out");
    assert!(lines[1].starts_with("short\t1\t"), "{printed}");
}
