//! Supplier ledgers of three councils: a positive pair is two spellings with one of the ledger's own ids.
//!
//! Some ids hold firms that were renamed, which no name can tell, and some firms have two ids. So recall counts the pairs
//! whose token sort ratio is at least 70, and precision is judged by reading (`data/evaluation/council_pairs.csv`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kagraph::identity::words::hash;
use kagraph::identity::{RecordTable, Resolution, Settings};

use crate::likeness::token_sort_ratio;

/// Pairs that were found and judged by reading: body, names, whether one id, whether one.
const JUDGED: &str = include_str!("../../data/evaluation/council_pairs.csv");
/// How many of the pairs that are found are drawn to be judged.
const N_DRAWN: usize = 200;
/// What the draw begins with.
const SEED: &str = "kagraph councils 2";

/// A found pair that was drawn, and whether it is right, once somebody has judged it.
pub struct Drawn<'a> {
    /// Whose ledger.
    pub body: &'a str,
    /// The two names.
    pub names: [&'a str; 2],
    /// Whether the ledger has one id for both.
    pub is_one_id: bool,
    /// Whether they are one by reading.
    pub is_right: Option<bool>,
}

/// Two hundred of the found pairs that differ after normalising, drawn by a hash of names and ids: a pair that is found again
/// after a change of the matching is drawn again.
pub fn drawn(ledgers: &[Ledger]) -> Vec<Drawn<'_>> {
    let mut pairs: Vec<(u64, &Ledger, (u32, u32))> = Vec::new();
    for ledger in ledgers {
        let place = |pair: (u32, u32)| {
            let [one, other] = [pair.0, pair.1].map(|record| &ledger.suppliers[record as usize]);
            let texts = [SEED, ledger.body, &one.0, &one.1, &other.0, &other.1].join("\u{1f}");
            // the last bytes of such a hash only reach its low bits
            hash(texts.bytes()).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32)
        };
        pairs.extend(ledger.predicted().into_iter().map(|pair| (place(pair), ledger, pair)));
    }
    pairs.sort_unstable_by_key(|it| (it.0, it.1.body, it.2));
    let judgements = judgements();
    let drawn = pairs.into_iter().take(N_DRAWN).map(|(_, ledger, (one, other))| {
        let names = [ledger.name(one), ledger.name(other)];
        let key = [ledger.body, names[0], names[1]].map(str::to_owned);
        let is_one_id = ledger.suppliers[one as usize].1 == ledger.suppliers[other as usize].1;
        Drawn { body: ledger.body, names, is_one_id, is_right: judgements.get(&key).copied() }
    });
    drawn.collect()
}

fn judgements() -> BTreeMap<[String; 3], bool> {
    let mut reader = csv::Reader::from_reader(JUDGED.as_bytes());
    let row = |row: csv::StringRecord| ([0, 1, 2].map(|at| row[at].to_owned()), &row[4] == "yes");
    reader.records().map(|it| row(it.unwrap())).collect()
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
