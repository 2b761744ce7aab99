//! Supplier ledgers of three councils: a positive pair is two spellings with one of the ledger's own ids.
//!
//! Some ids hold firms that were renamed, which no name can tell, and some firms have two ids. So recall counts the pairs
//! whose token sort ratio is at least 70, and precision is judged by reading (`data/evaluation/council_pairs.csv`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kagraph::identity::{RecordTable, Resolution, Settings};

use crate::likeness::token_sort_ratio;

/// Two hundred pairs that were found, drawn at random and judged by reading: body, names, whether one id, whether one.
const JUDGED: &str = include_str!("../../data/evaluation/council_pairs.csv");

/// Of the judged pairs that are still found, how many, and how many of them are right.
pub fn judged(ledgers: &[Ledger]) -> (usize, usize) {
    let mut reader = csv::Reader::from_reader(JUDGED.as_bytes());
    let (mut n_found, mut n_right) = (0, 0);
    for row in reader.records().flatten() {
        let is_found = |ledger: &Ledger| {
            let pairs = ledger.predicted();
            pairs.iter().any(|&(one, other)| ledger.name(one) == &row[1] && ledger.name(other) == &row[2])
        };
        if ledgers.iter().filter(|ledger| ledger.body == &row[0]).any(is_found) {
            n_found += 1;
            n_right += usize::from(&row[4] == "yes");
        }
    }
    (n_found, n_right)
}

/// The ledgers.
pub const BODIES: &[&str] = &["bradford", "calderdale", "london"];
/// Pairs less alike than this are renamed firms.
const LEAST_RATIO: f64 = 70.0;

/// A ledger's suppliers as the matching found them.
pub struct Ledger {
    /// Whose.
    pub body: &'static str,
    /// Names and ids, one a record.
    pub suppliers: Vec<(String, String)>,
    /// The records and what was found.
    pub resolution: Resolution,
    /// Pairs that one id holds, by [`LEAST_RATIO`].
    pub positives: Vec<(u32, u32)>,
}

impl Ledger {
    /// Reads and resolves one ledger; only names are compared.
    pub fn of(body: &'static str, folder: &Path) -> Self {
        let all = RecordTable::read(&[folder.join("supplier_names_with_ids.csv.gz")]).unwrap();
        let truth = RecordTable::read(&[folder.join("er_truth_multi_name_ids.csv")]).unwrap();
        let rows = |table: &RecordTable| -> Vec<(String, String)> {
            let column = |name: &str| &table.column(name).unwrap().cells;
            let rows = (0..table.n_records()).filter(|&row| &*column("body")[row] == body);
            let cells =
                rows.map(|row| (column("supplier_name")[row].to_string(), column("supplier_id")[row].to_string()));
            cells.filter(|(name, id)| !name.is_empty() && !id.is_empty()).collect()
        };
        let suppliers: Vec<_> = rows(&all).into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        let mut table = RecordTable::default();
        table.begin_source(body);
        suppliers.iter().for_each(|(name, _)| table.push([("supplier_name", name.as_str())]));
        table.finish();
        let resolution = Resolution::of(&table, &Settings::default());
        let positives = positives(&suppliers, &rows(&truth));
        Self { body, suppliers, resolution, positives }
    }

    /// Positive pairs that the matching found.
    pub fn n_found(&self) -> usize {
        self.positives.iter().filter(|&&(one, other)| self.is_one(one, other)).count()
    }

    /// Whether two records are in one entity.
    pub fn is_one(&self, one: u32, other: u32) -> bool {
        self.resolution.entities[one as usize] == self.resolution.entities[other as usize]
    }

    /// Pairs that were found and differ after normalising, in the order of the records.
    pub fn predicted(&self) -> Vec<(u32, u32)> {
        let mut by_entity: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (record, &entity) in (0..).zip(&self.resolution.entities) {
            by_entity.entry(entity).or_default().push(record);
        }
        let pairs = by_entity.values().flat_map(|records| {
            records.iter().enumerate().flat_map(|(at, &one)| records[at + 1..].iter().map(move |&other| (one, other)))
        });
        pairs.filter(|&(one, other)| normalised(self.name(one)) != normalised(self.name(other))).collect()
    }

    /// A record's name.
    pub fn name(&self, record: u32) -> &str {
        &self.suppliers[record as usize].0
    }
}

fn positives(suppliers: &[(String, String)], truth: &[(String, String)]) -> Vec<(u32, u32)> {
    let places: BTreeMap<&(String, String), u32> = suppliers.iter().zip(0..).collect();
    let mut by_id: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for supplier in truth {
        by_id.entry(&supplier.1).or_default().extend(places.get(supplier));
    }
    let words = |record: u32| -> Vec<String> { normalised(&suppliers[record as usize].0) };
    let mut positives = Vec::new();
    for records in by_id.values() {
        for &one in records {
            let others = records.range(one + 1..).map(|&other| (one, other));
            positives
                .extend(others.filter(|&(one, other)| token_sort_ratio(&words(one), &words(other)) >= LEAST_RATIO));
        }
    }
    positives
}

/// Lower-case words without punctuation, `&` as "and", without the usual British legal forms and "the".
fn normalised(name: &str) -> Vec<String> {
    let lower = name.to_lowercase().replace('&', " and ");
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.filter(|word| !matches!(*word, "ltd" | "limited" | "plc" | "llp" | "the")).map(str::to_owned).collect()
}
