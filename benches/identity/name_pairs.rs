//! Labelled pairs of names: how well the log odds tell names of one from names of two.
//!
//! How usual a word is comes from names that stand beside the pairs: suppliers of three councils for organisations, figures of
//! history for persons. The labelled names themselves count nothing, for a file of pairs repeats them.

use std::path::Path;

use kagraph::identity::RecordTable;
use kagraph::identity::comparison::{Own, compare};
use kagraph::identity::kind::Kind;
use kagraph::identity::match_weight::Model;
use kagraph::identity::schema::attributes;

use crate::likeness::{plain, token_sort_ratio, without_form};

/// A labelled pair with its scores.
pub struct NamePair {
    /// The two names.
    pub names: [String; 2],
    /// Whether they name one.
    pub is_match: bool,
    /// Log odds that they do.
    pub ln_odds: f64,
    /// Their token sort ratio after all that normalising does.
    pub ratio: f64,
    /// Their token sort ratio in lower case and without punctuation.
    pub plain_ratio: f64,
}

/// The pairs of organisations, or those of persons.
pub fn scored(folder: &Path, of_persons: bool) -> Vec<NamePair> {
    let entities = folder.join("entity_resolution");
    let cases = RecordTable::read(&[entities.join("nomenklatura_name_bench/contrib/name_bench/cases.csv")]).unwrap();
    let column = |name: &str| &cases.column(name).unwrap().cells;
    let rows = (0..cases.n_records()).filter(|&row| (&*column("schema")[row] == "Person") == of_persons);
    let mut pairs: Vec<NamePair> = rows
        .map(|row| NamePair {
            names: [column("name1")[row].to_string(), column("name2")[row].to_string()],
            is_match: &*column("is_match")[row] == "true",
            ln_odds: 0.0,
            ratio: 0.0,
            plain_ratio: 0.0,
        })
        .collect();
    let (file, name, kind) = match of_persons {
        true => (
            "entity_resolution/splink_datasets/data/historical_figures_with_errors_50k.parquet",
            "full_name",
            Kind::PersonName,
        ),
        false => ("uk_council_supplier_ids/supplier_names_with_ids.csv.gz", "supplier_name", Kind::OrganisationName),
    };
    let beside = RecordTable::read(&[folder.join(file)]).unwrap();
    let mut table = RecordTable::default();
    table.begin_source("names");
    pairs.iter().flat_map(|pair| &pair.names).for_each(|name| table.push([("name", name.as_str())]));
    beside.column(name).unwrap().cells.iter().for_each(|cell| table.push([("name", &**cell)]));
    table.finish();
    let mut attributes = attributes(&table, &[("name".to_owned(), kind)].into_iter().collect());
    let weights: Vec<f32> = (0..table.n_records()).map(|at| f32::from(u8::from(at >= 2 * pairs.len()))).collect();
    attributes.iter_mut().for_each(|attribute| attribute.weigh(&weights));
    let model = Model::of(&attributes, -(2.0 * pairs.len() as f64).ln());
    for (at, pair) in (0u32..).zip(&mut pairs) {
        let outcomes = attributes.iter().map(|it| compare(it, 2 * at, 2 * at + 1, Own(0.0)));
        pair.ln_odds = model.ln_odds(&outcomes.collect::<Vec<_>>());
        let words = |of: fn(&str) -> Vec<String>| [of(&pair.names[0]), of(&pair.names[1])];
        let ([one, other], [plain_one, plain_other]) = (words(without_form), words(plain));
        pair.ratio = token_sort_ratio(&one, &other);
        pair.plain_ratio = token_sort_ratio(&plain_one, &plain_other);
    }
    pairs
}

/// The best F1 over all thresholds on a score, with the threshold.
pub fn best_f1(pairs: &[NamePair], score: impl Fn(&NamePair) -> f64) -> (f64, f64) {
    let mut scores: Vec<(f64, bool)> = pairs.iter().map(|pair| (score(pair), pair.is_match)).collect();
    scores.sort_by(|one, other| other.0.total_cmp(&one.0));
    let n_true = pairs.iter().filter(|pair| pair.is_match).count();
    let (mut best, mut n_right, mut n_said) = ((0.0, f64::INFINITY), 0, 0);
    for group in scores.chunk_by(|one, other| one.0 == other.0) {
        n_said += group.len();
        n_right += group.iter().filter(|it| it.1).count();
        let f1 = 2.0 * n_right as f64 / (n_said + n_true) as f64;
        if f1 > best.0 {
            best = (f1, group[0].0);
        }
    }
    best
}
