//! Load and build on a ladder of sizes: `cargo bench --bench store [-- rows…]`.
//!
//! The data have the shape of invoice lines: each row gives eight statements about a line, its account and its product.
//! Printed are statements a second for load, build and both, for a scan, links a second read in columns, look-ups a second
//! one by one and many at once, the time to open, bytes a statement on disk, and peak memory.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::time::Instant;

use kagraph::mapping::{Known, LocalTerm, Statement, Statements, TermText};
use kagraph::model::Day;
use kagraph::ontology;
use kagraph::store::{BatchSpec, GraphPattern, Input, Load, Snapshot, Workspace};

const XSD: &str = "http://www.w3.org/2001/XMLSchema#";
const ID: &str = "https://w3id.org/kagraph/id/shop";
const ROWS_A_CHUNK: u64 = 8_192;

fn main() {
    let named: Vec<u64> = std::env::args().filter_map(|it| it.parse().ok()).collect();
    let sizes = if named.is_empty() { vec![10_000, 100_000, 1_000_000] } else { named };
    println!(
        "{:>10} {:>9} {:>10} {:>10} {:>10} {:>10} {:>11} {:>10} {:>11} {:>8} {:>8} {:>9} {:>8}",
        "statements",
        "terms",
        "load/s",
        "build/s",
        "both/s",
        "scan/s",
        "columns/s",
        "look-ups/s",
        "fetches/s",
        "open ms",
        "B/st bat",
        "B/st snap",
        "peak MB"
    );
    for rows in sizes {
        measure(rows);
    }
}

fn measure(rows: u64) {
    let home = tempfile::tempdir().unwrap();
    let workspace = Workspace::open_or_create(&home.path().join("bench.kag")).unwrap();
    let chunks: Vec<_> = (0..rows.div_ceil(ROWS_A_CHUNK)).map(|at| at * ROWS_A_CHUNK).collect();
    let writing = workspace.write().unwrap();
    let Load::New(mut writer) = writing.load(spec()).unwrap() else { return };
    let mut loading = 0.0;
    for first in chunks {
        let chunk = chunk(first, ROWS_A_CHUNK.min(rows - first));
        let start = Instant::now();
        writer.append(0, &chunk).unwrap();
        loading += start.elapsed().as_secs_f64();
    }
    let start = Instant::now();
    let batch = writer.finish().unwrap();
    loading += start.elapsed().as_secs_f64();
    let start = Instant::now();
    let snapshot = writing.build().unwrap().snapshot;
    let building = start.elapsed().as_secs_f64();
    let n = batch.n_statements as f64;
    let start = Instant::now();
    let opened = workspace.current().unwrap().snapshot;
    let opening = start.elapsed().as_secs_f64();
    drop(opened);
    let folder = workspace.folder();
    println!(
        "{:>10} {:>9} {:>10.0} {:>10.0} {:>10.0} {:>10.0} {:>11.0} {:>10.0} {:>11.0} {:>8.2} {:>8.1} {:>9.1} {:>8.0}",
        batch.n_statements,
        batch.n_terms,
        n / loading,
        n / building,
        n / (loading + building),
        scans(&snapshot),
        columns(&snapshot),
        look_ups(&snapshot),
        fetches(&snapshot),
        opening * 1e3,
        size(&folder.join("batches")) as f64 / n,
        size(&folder.join("snapshots")) as f64 / n,
        peak_megabytes(),
    );
}

/// Links a second, all of them, read in columns.
fn columns(snapshot: &Snapshot) -> f64 {
    let start = Instant::now();
    let mut n = 0;
    for predicate in snapshot.predicates() {
        let links = snapshot.links_of(*predicate, GraphPattern::Union);
        let (mut subjects, mut objects) = (Vec::new(), Vec::new());
        for first in (0..links.len()).step_by(4096) {
            subjects.clear();
            objects.clear();
            links.read(first..first + 4096, &mut subjects, &mut objects);
            n += subjects.len().min(objects.len());
        }
    }
    n as f64 / start.elapsed().as_secs_f64()
}

/// Objects a second, of many subjects at once.
fn fetches(snapshot: &Snapshot) -> f64 {
    let account = snapshot.id(ontology::ACCOUNT_OF.into()).unwrap();
    let links = snapshot.links_of(account, GraphPattern::Union);
    let subjects: Vec<_> = snapshot.links(ontology::AMOUNT).into_iter().map(|(subject, _)| subject).collect();
    let mut objects = Vec::with_capacity(subjects.len());
    let start = Instant::now();
    links.fetch(&subjects, &mut objects);
    objects.len() as f64 / start.elapsed().as_secs_f64()
}

/// Statements a second, all of them.
fn scans(snapshot: &Snapshot) -> f64 {
    let start = Instant::now();
    let n = snapshot.scan(None, None, None, GraphPattern::Union).count();
    n as f64 / start.elapsed().as_secs_f64()
}

/// Scans a second for all objects of one subject and predicate, as a join asks for them.
fn look_ups(snapshot: &Snapshot) -> f64 {
    let account = snapshot.id(ontology::ACCOUNT_OF.into()).unwrap();
    let subjects: Vec<_> = snapshot.links(ontology::AMOUNT).into_iter().map(|(subject, _)| subject).collect();
    let start = Instant::now();
    let look_up = |subject: &_| snapshot.scan(Some(*subject), Some(account), None, GraphPattern::Union).count();
    let found: usize = subjects.iter().rev().map(look_up).sum();
    found as f64 / start.elapsed().as_secs_f64()
}

fn spec() -> BatchSpec {
    let input = Input { file: "lines.csv".into(), bytes: 0, blake3: "none".into() };
    BatchSpec {
        source: "shop".into(),
        title: "Shop".into(),
        graph: "https://w3id.org/kagraph/graph/shop".into(),
        inputs: vec![input],
        mapping: "none".into(),
        load_day: Day::from_ymd(2026, 1, 1).unwrap(),
    }
}

fn chunk(first: u64, rows: u64) -> Statements {
    let mut chunk = Statements::default();
    for row in first..first + rows {
        let scattered = row.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        let line = chunk.term(TermText::Iri(&format!("{ID}/transaction/{row}")));
        let account = chunk.term(TermText::Iri(&format!("{ID}/account/{}", scattered % 20_000)));
        let product = chunk.term(TermText::Iri(&format!("{ID}/product/{}", scattered % 997)));
        let class = chunk.term(TermText::Iri(ontology::TRANSACTION.as_str()));
        let amount = format!("{}.{:02}", scattered % 5_000, scattered % 100);
        let amount = chunk.term(TermText::Typed(&amount, &format!("{XSD}decimal")));
        let day = Day::from_days(15_000 + (row / 500) as i32).unwrap().to_string();
        let day = chunk.term(TermText::Typed(&day, &format!("{XSD}date")));
        let count = chunk.term(TermText::Typed(&(scattered % 12).to_string(), &format!("{XSD}integer")));
        let text = format!("line {row} of {}", scattered % 20_000);
        let text = chunk.term(TermText::Typed(&text, &format!("{XSD}string")));
        let mut say = |subject: LocalTerm, predicate: &str, object: LocalTerm| {
            let predicate = chunk.term(TermText::Iri(predicate));
            chunk.statements.push(Statement {
                subject,
                predicate,
                object,
                graph: None,
                row: row + 1,
                known: Known::Always,
            });
        };
        say(line, ontology::RDF_TYPE.as_str(), class);
        say(line, ontology::ACCOUNT_OF.as_str(), account);
        say(line, ontology::PRODUCT_OF.as_str(), product);
        say(line, ontology::AMOUNT.as_str(), amount);
        say(line, ontology::DATE.as_str(), day);
        say(line, ontology::QUANTITY.as_str(), count);
        say(line, "https://w3id.org/kagraph/raw/shop/lines/text", text);
        say(account, ontology::RDF_TYPE.as_str(), product);
    }
    chunk
}

fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { size(&path) } else { fs::metadata(&path).unwrap().len() }).sum()
}

/// Peak of the whole process so far, where the system tells.
fn peak_megabytes() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
}
