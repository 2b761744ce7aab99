//! Labelled pairs of names: how well the log odds tell names of one from names of two.
//!
//! All names of persons make one table and all names of organisations another, so that words have frequencies. A pair's
//! score are the log odds of its two records, whether blocking proposed them or not.

use std::path::Path;

use kagraph::identity::kind::Kind;
use kagraph::identity::{RecordTable, Resolution, Settings};

use crate::likeness::{plain, token_sort_ratio};

/// A labelled pair with its scores.
pub struct NamePair {
    /// The two names.
    pub names: [String; 2],
    /// Whether they name one.
    pub is_match: bool,
    /// Log odds that they do.
    pub ln_odds: f64,
    /// Their token sort ratio.
    pub ratio: f64,
}

/// The pairs of organisations, or those of persons.
pub fn scored(folder: &Path, of_persons: bool) -> Vec<NamePair> {
    let cases = RecordTable::read(&[folder.join("nomenklatura_name_bench/contrib/name_bench/cases.csv")]).unwrap();
    let column = |name: &str| &cases.column(name).unwrap().cells;
    let rows = (0..cases.n_records()).filter(|&row| (&*column("schema")[row] == "Person") == of_persons);
    let mut pairs: Vec<NamePair> = rows
        .map(|row| NamePair {
            names: [column("name1")[row].to_string(), column("name2")[row].to_string()],
            is_match: &*column("is_match")[row] == "true",
            ln_odds: 0.0,
            ratio: 0.0,
        })
        .collect();
    let mut table = RecordTable::default();
    table.begin_source("cases");
    pairs.iter().flat_map(|pair| &pair.names).for_each(|name| table.push([("name", name.as_str())]));
    table.finish();
    let kind = if of_persons { Kind::PersonName } else { Kind::OrganisationName };
    let kinds = [("name".to_owned(), kind)].into_iter().collect();
    let resolution = Resolution::of(&table, &Settings { kinds, ..Settings::default() });
    for (at, pair) in (0u32..).zip(&mut pairs) {
        let (one, other) = (2 * at, 2 * at + 1);
        pair.ln_odds =
            if resolution.may_match(one, other) { resolution.ln_odds(one, other) } else { f64::NEG_INFINITY };
        pair.ratio = token_sort_ratio(&plain(&pair.names[0]), &plain(&pair.names[1]));
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
