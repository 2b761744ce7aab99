//! What each set is measured by, one line a number, beside the reference and what must be reached.

use std::fmt;
use std::io;
use std::path::Path;

use kagraph::evaluation::identity::{Report, report};
use kagraph::identity::{Resolution, Settings};

use crate::councils::{BODIES, Drawn, Ledger, drawn};
use crate::name_pairs::{NamePair, best_f1, scored};
use crate::sets::LabelledSet;

/// One number.
pub struct Line {
    /// The set.
    pub set: String,
    /// What is measured.
    pub measure: String,
    /// The number.
    pub value: f64,
}

const HEADER: &str = "set,measure,value,reference,must reach";

/// Set, measure, reference and what must be reached.
const REFERENCES: &[(&str, &str, &str, &str)] = &[
    ("febrl4", "pair F1", "Splink 5 with hand-written rules 0.9994", "0.9995"),
    ("febrl3", "pair F1", "Splink 5 with hand-written rules 0.9959", "0.997"),
    ("historical", "pair F1", "Splink with 7 rules 0.664", "0.90"),
    ("historical", "pair recall", "Splink with 7 rules 0.50", ""),
    ("historical", "blocking recall", "Splink with 7 rules 0.54", ""),
    ("fake_1000", "pair F1", "Splink 0.627", "0.90"),
    ("senzing", "pair F1", "", "0.97"),
    ("councils", "precision of judged pairs", "", "0.95"),
    ("organisations", "best F1", "token sort ratio 0.7807; after this normalising 0.8858", ""),
    ("persons", "best F1", "token sort ratio 0.6762; after this normalising 0.6719", ""),
    ("councils", "recall", "equal after normalising 0.38-0.64; ratio of at least 90 0.50-0.74", "0.80"),
];

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { set, measure, value } = self;
        let known = REFERENCES.iter().find(|it| it.0 == set && it.1 == measure);
        let (reference, least) = known.map_or(("", ""), |it| (it.2, it.3));
        let value = if value.fract() == 0.0 && *value > 1.0 { format!("{value}") } else { format!("{value:.4}") };
        write!(f, "{set},{measure},{value},{reference},{least}")
    }
}

/// Puts the lines in the place of those of their sets.
///
/// # Errors
/// When the file cannot be written.
pub fn write(path: &Path, lines: &[Line]) -> io::Result<()> {
    let before = std::fs::read_to_string(path).unwrap_or_default();
    let is_kept = |line: &&str| !lines.iter().any(|new| line.split(',').next() == Some(new.set.as_str()));
    let mut rows: Vec<String> = before.lines().skip(1).filter(is_kept).map(str::to_owned).collect();
    rows.extend(lines.iter().map(Line::to_string));
    rows.sort();
    std::fs::write(path, format!("{HEADER}\n{}\n", rows.join("\n")))
}

/// What a report says of its probabilities: the reliability table, its error, and what each threshold would give.
fn of_probabilities(name: &str, report: &Report) -> Vec<Line> {
    let mut lines = vec![line(name, "calibration error", report.calibration_error)];
    for class in &report.reliability {
        let of = |what: &str| format!("reliability up to {:.2}: {what}", class.up_to);
        lines.push(line(name, of("pairs"), class.n_pairs as f64));
        lines.push(line(name, of("mean probability"), class.probability));
        lines.push(line(name, of("share true"), class.share_true));
    }
    for (threshold, quality) in &report.curve {
        let of = |what: &str| format!("threshold {threshold:.3}: {what}");
        lines.push(line(name, of("precision"), quality.precision));
        lines.push(line(name, of("recall"), quality.recall));
        lines.push(line(name, of("F1"), quality.f1()));
    }
    lines
}

fn line(set: &str, measure: impl Into<String>, value: f64) -> Line {
    Line { set: set.to_owned(), measure: measure.into(), value }
}

/// Entities against true ones.
pub fn of_labelled(name: &str, set: &LabelledSet, n_errors: usize) -> Vec<Line> {
    let resolution = Resolution::of(&set.table, &Settings::default());
    let report = report(&set.table, &resolution, &set.truth, n_errors);
    if n_errors > 0 {
        println!("{report}");
    }
    let mut lines = vec![
        line(name, "records", report.n_records as f64),
        line(name, "true pairs", report.n_true_pairs as f64),
        line(name, "pairs compared", report.n_compared as f64),
        line(name, "blocking recall", report.blocking_recall),
        line(name, "pair precision", report.pairwise.precision),
        line(name, "pair recall", report.pairwise.recall),
        line(name, "pair F1", report.pairwise.f1()),
        line(name, "B-cubed precision", report.b_cubed.precision),
        line(name, "B-cubed recall", report.b_cubed.recall),
        line(name, "B-cubed F1", report.b_cubed.f1()),
    ];
    lines.extend(of_probabilities(name, &report));
    lines
}

/// The best F1 of the log odds and of the token sort ratio.
pub fn of_name_pairs(name: &str, folder: &Path, n_errors: usize) -> Vec<Line> {
    let pairs = scored(folder, name == "persons");
    let (f1, threshold) = best_f1(&pairs, |pair| pair.ln_odds);
    let (ratio_f1, _) = best_f1(&pairs, |pair| pair.ratio);
    let (plain_f1, _) = best_f1(&pairs, |pair| pair.plain_ratio);
    let is_wrong = |pair: &&NamePair| pair.is_match != (pair.ln_odds >= threshold);
    for pair in pairs.iter().filter(is_wrong).take(n_errors) {
        let NamePair { names: [one, other], is_match, ln_odds, ratio, .. } = pair;
        println!("{} {ln_odds:+.1} (threshold {threshold:+.1}) ratio {ratio:.0}: {one} | {other}", u8::from(*is_match));
    }
    vec![
        line(name, "pairs", pairs.len() as f64),
        line(name, "best F1", f1),
        line(name, "best F1 of the token sort ratio", plain_f1),
        line(name, "best F1 of the token sort ratio after normalising", ratio_f1),
    ]
}

/// Recall on pairs of one ledger id.
pub fn of_councils(folder: &Path, n_errors: usize) -> Vec<Line> {
    let ledgers: Vec<Ledger> = BODIES.iter().map(|body| Ledger::of(body, folder)).collect();
    for ledger in ledgers.iter().filter(|_| n_errors > 0) {
        show_errors(ledger, n_errors);
    }
    let sum = |of: &dyn Fn(&Ledger) -> usize| ledgers.iter().map(of).sum::<usize>() as f64;
    let n_positives = sum(&|ledger| ledger.positives.len());
    let n_found = sum(&|ledger| ledger.n_found());
    let n_predicted = sum(&|ledger| ledger.predicted().len());
    let drawn = drawn(&ledgers);
    let n_of = |is: &dyn Fn(&Drawn<'_>) -> bool| drawn.iter().filter(|it| is(it)).count() as f64;
    let (n_judged, n_right) = (n_of(&|it| it.is_right.is_some()), n_of(&|it| it.is_right == Some(true)));
    if n_errors > 0 {
        drawn.iter().filter(|it| it.is_right != Some(true)).for_each(show_drawn);
    }
    vec![
        line("councils", "positive pairs", n_positives),
        line("councils", "recall", n_found / n_positives),
        line("councils", "predicted pairs that differ", n_predicted),
        line("councils", "pairs drawn", drawn.len() as f64),
        line("councils", "pairs drawn and judged", n_judged),
        line("councils", "precision of judged pairs", n_right / n_judged.max(1.0)),
    ]
}

/// A drawn pair that is wrong or not judged yet, as a line of the file of judgements.
fn show_drawn(it: &Drawn<'_>) {
    let word = |is: bool| if is { "yes" } else { "no" };
    let [one, other] = it.names;
    println!("drawn: {}|{one}|{other}|{}|{}|", it.body, word(it.is_one_id), it.is_right.map_or("?", word));
}

fn show_errors(ledger: &Ledger, n_errors: usize) {
    let show = |what: &str, pairs: Vec<(u32, u32)>| {
        println!("{} {what}: {}", ledger.body, pairs.len());
        let step = (pairs.len() / n_errors).max(1);
        for &(one, other) in pairs.iter().step_by(step).take(n_errors) {
            let ln_odds = ledger.resolution.ln_odds(one, other);
            let level = ledger.resolution.outcomes(one, other)[0].level.name();
            println!("  {ln_odds:+.1} {level}: {} | {}", ledger.name(one), ledger.name(other));
        }
    };
    let missed = ledger.positives.iter().copied().filter(|&(one, other)| !ledger.is_one(one, other));
    show("missed", missed.collect());
    let id = |record: u32| &ledger.suppliers[record as usize].1;
    show("found with two ids", ledger.predicted().into_iter().filter(|&(one, other)| id(one) != id(other)).collect());
}
