//! Analysts' queries over a synthetic market, in columns and by Oxigraph's evaluator: `cargo bench --bench query [-- rows…]`.
//!
//! The market has transactions with account, product, amount, day and count, accounts with a sector and a parent. Printed
//! are milliseconds (the best of three) and their ratio; rows that differ in number end the run.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::{Duration, Instant};

use kagraph::mapping::{Known, Statement, Statements, TermText};
use kagraph::model::Day;
use kagraph::ontology;
use kagraph::sparql::{Answering, Query, Stop, Way};
use kagraph::store::{BatchSpec, Input, Load, Snapshot, Workspace};
use oxigraph::sparql::QueryResults;

const XSD: &str = "http://www.w3.org/2001/XMLSchema#";
const ID: &str = "https://w3id.org/kagraph/id/";
const ROWS_A_CHUNK: u64 = 8_192;
const ACCOUNTS_A_ROW: f64 = 0.05;
/// Oxigraph's evaluator is not waited for longer.
const PATIENCE: Duration = Duration::from_secs(60);

const QUERIES: &[(&str, &str)] = &[
    ("all statements", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
    (
        "revenue by account",
        "SELECT ?a (SUM(?m) AS ?sum) { ?t ka:account ?a ; ka:amount ?m } GROUP BY ?a ORDER BY DESC(?sum) ?a LIMIT 10",
    ),
    (
        "revenue by sector",
        "SELECT ?s (SUM(?m) AS ?sum) { ?t ka:account ?a ; ka:amount ?m . ?a ka:sector ?s } GROUP BY ?s ORDER BY ?s",
    ),
    (
        "products by account since a day",
        "SELECT ?a (COUNT(DISTINCT ?p) AS ?n) { ?t ka:account ?a ; ka:product ?p ; ka:date ?d FILTER(?d >= \"2024-01-01\"^^xsd:date) }
         GROUP BY ?a ORDER BY DESC(?n) ?a LIMIT 10",
    ),
    (
        "one account's transactions",
        "SELECT ?t ?d ?m { ?t ka:account <https://w3id.org/kagraph/id/account/77> ; ka:date ?d ; ka:amount ?m } ORDER BY ?d ?t",
    ),
    ("one account", "SELECT ?p ?o { <https://w3id.org/kagraph/id/account/77> ?p ?o }"),
    (
        "transactions without product",
        "SELECT (COUNT(*) AS ?n) { ?t a ka:Transaction FILTER NOT EXISTS { ?t ka:product ?p } }",
    ),
    (
        "optional parent",
        "SELECT ?p (COUNT(?a) AS ?n) { ?a ka:sector ?s OPTIONAL { ?a org:subOrganizationOf ?p } } GROUP BY ?p ORDER BY DESC(?n) ?p LIMIT 5",
    ),
    (
        "revenue of groups",
        "SELECT ?top (SUM(?m) AS ?sum) { ?a org:subOrganizationOf+ ?top . FILTER NOT EXISTS { ?top org:subOrganizationOf ?x } ?t ka:account ?a ; ka:amount ?m }
         GROUP BY ?top ORDER BY DESC(?sum) ?top LIMIT 10",
    ),
    (
        "largest transactions",
        "SELECT ?t ?m { ?t a ka:Transaction ; ka:amount ?m } ORDER BY DESC(?m) ?t LIMIT 20",
    ),
    (
        "revenue by product and year",
        "SELECT ?p ?y (SUM(?m) AS ?sum) (COUNT(*) AS ?n) { ?t ka:product ?p ; ka:amount ?m ; ka:date ?d BIND(YEAR(?d) AS ?y) } GROUP BY ?p ?y ORDER BY ?p ?y",
    ),
    (
        "accounts that share a product",
        "SELECT (COUNT(DISTINCT ?b) AS ?n) { ?t ka:account <https://w3id.org/kagraph/id/account/77> ; ka:product ?p . ?u ka:product ?p ; ka:account ?b }",
    ),
    ("distinct pairs", "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?a ?p { ?t ka:account ?a ; ka:product ?p } }"),
    ("sectors", "SELECT DISTINCT ?s { ?a ka:sector ?s } ORDER BY ?s"),
];

fn main() {
    let named: Vec<u64> = std::env::args().filter_map(|it| it.parse().ok()).collect();
    for rows in if named.is_empty() { vec![200_000] } else { named } {
        let home = tempfile::tempdir().unwrap();
        let workspace = Workspace::open_or_create(&home.path().join("bench.kag")).unwrap();
        let snapshot = load(&workspace, rows);
        println!("{rows} transactions, {} statements", snapshot.n_statements());
        println!("{:<34} {:>8} {:>12} {:>14} {:>8}", "query", "rows", "columns ms", "evaluator ms", "ratio");
        QUERIES.iter().for_each(|(name, text)| measure(&snapshot, name, text));
    }
}

fn measure(snapshot: &Snapshot, name: &str, text: &str) {
    let query = Query::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let (found, columns) = (0..3).map(|_| timed(snapshot, &query, Way::Columns)).min_by_key(|(_, time)| *time).unwrap();
    let (expected, rows) = timed(snapshot, &query, Way::Rows);
    assert!(expected.is_none() || expected == found, "{name}: {expected:?} rows, in columns {found:?}");
    let (columns, rows) = (columns.as_secs_f64() * 1e3, rows.as_secs_f64() * 1e3);
    println!("{name:<34} {:>8} {columns:>12.2} {rows:>14.1} {:>8.0}", found.unwrap_or(0), rows / columns);
}

/// Rows and time; no rows when it took too long.
fn timed(snapshot: &Snapshot, query: &Query, way: Way) -> (Option<usize>, Duration) {
    let start = Instant::now();
    let stop = Stop::after(PATIENCE);
    let answer = query.answer_with(snapshot, &stop, Answering { way, ..Answering::default() });
    let QueryResults::Solutions(solutions) = answer.unwrap_or_else(|error| panic!("{error}")).results else {
        return (None, start.elapsed());
    };
    let mut n_rows = 0;
    for solution in solutions {
        if solution.is_err() {
            return (None, start.elapsed());
        }
        n_rows += 1;
    }
    (Some(n_rows), start.elapsed())
}

fn load(workspace: &Workspace, rows: u64) -> Snapshot {
    let writing = workspace.write().unwrap();
    let spec = BatchSpec {
        source: "shop".into(),
        title: "Shop".into(),
        graph: "https://w3id.org/kagraph/graph/shop".into(),
        inputs: vec![Input { file: "lines.csv".into(), bytes: 0, blake3: "none".into() }],
        mapping: "none".into(),
        load_day: Day::from_ymd(2026, 1, 1).unwrap(),
    };
    let Load::New(mut writer) = writing.load(spec).unwrap() else { panic!("the batch is new") };
    let n_accounts = ((rows as f64 * ACCOUNTS_A_ROW) as u64).max(100);
    for first in (0..rows).step_by(ROWS_A_CHUNK as usize) {
        writer.append(0, &transactions(first, ROWS_A_CHUNK.min(rows - first), n_accounts)).unwrap();
    }
    for first in (0..n_accounts).step_by(ROWS_A_CHUNK as usize) {
        writer.append(0, &accounts(first, ROWS_A_CHUNK.min(n_accounts - first))).unwrap();
    }
    writer.finish().unwrap();
    writing.build().unwrap().snapshot
}

/// Statements of one subject after the other.
#[derive(Default)]
struct Chunk(Statements);

impl Chunk {
    fn say(&mut self, row: u64, subject: &str, predicate: &str, object: TermText<'_>) {
        let subject = self.0.term(TermText::Iri(subject));
        let (predicate, object) = (self.0.term(TermText::Iri(predicate)), self.0.term(object));
        let statement = Statement { subject, predicate, object, graph: None, row: row + 1, known: Known::Always };
        self.0.statements.push(statement);
    }
}

fn scattered(number: u64) -> u64 {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20
}

fn transactions(first: u64, n: u64, n_accounts: u64) -> Statements {
    let mut chunk = Chunk::default();
    for row in first..first + n {
        let dice = scattered(row);
        let line = format!("{ID}transaction/{row}");
        chunk.say(row, &line, ontology::RDF_TYPE.as_str(), TermText::Iri(ontology::TRANSACTION.as_str()));
        let account = format!("{ID}account/{}", dice % n_accounts);
        chunk.say(row, &line, ontology::ACCOUNT_OF.as_str(), TermText::Iri(&account));
        if !dice.is_multiple_of(50) {
            let product = format!("{ID}product/{}", dice / 7 % 997);
            chunk.say(row, &line, ontology::PRODUCT_OF.as_str(), TermText::Iri(&product));
        }
        let amount = format!("{}.{:02}", dice % 5_000, dice % 100);
        chunk.say(row, &line, ontology::AMOUNT.as_str(), TermText::Typed(&amount, &format!("{XSD}decimal")));
        let day = Day::from_days(18_600 + (dice / 11 % 1_800) as i32).unwrap().to_string();
        chunk.say(row, &line, ontology::DATE.as_str(), TermText::Typed(&day, &format!("{XSD}date")));
    }
    chunk.0
}

fn accounts(first: u64, n: u64) -> Statements {
    let mut chunk = Chunk::default();
    for row in first..first + n {
        let account = format!("{ID}account/{row}");
        let sector = format!("{ID}sector/{}", scattered(row) % 23);
        chunk.say(row, &account, ontology::SECTOR.as_str(), TermText::Iri(&sector));
        if row % 4 == 1 {
            let parent = format!("{ID}account/{}", row / 8);
            chunk.say(row, &account, "http://www.w3.org/ns/org#subOrganizationOf", TermText::Iri(&parent));
        }
    }
    chunk.0
}
