#![allow(clippy::all)]
use kagraph::discovery::*;
use kagraph::mapping::{Known, Statement, Statements, TermText};
use kagraph::model::Day;
use kagraph::store::{Part, Snapshot};
use std::time::Instant;

const XSD: &str = "http://www.w3.org/2001/XMLSchema#";
const NS: &str = "https://w3id.org/kagraph/ns#";
const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const NAME: &str = "https://schema.org/name";

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let rows: Vec<[String; 5]> = match args[1].as_str() {
        "uci" => uci(),
        path => council(path),
    };
    eprintln!("{} rows", rows.len());
    let start = Instant::now();
    let mut c = Statements::default();
    let mut seen = std::collections::HashSet::new();
    for (n, [account, product, unit, date, amount]) in rows.iter().enumerate() {
        let row = n as u64 + 1;
        let iri = |kind: &str, key: &str| {
            format!(
                "https://w3id.org/kagraph/id/{kind}/{}",
                key.bytes()
                    .map(|b| if b.is_ascii_alphanumeric() { (b as char).to_string() } else { format!("%{b:02X}") })
                    .collect::<String>()
            )
        };
        let known = date.parse::<Day>().map_or(Known::Always, Known::On);
        let s = c.term(TermText::Iri(&format!("https://w3id.org/kagraph/id/tx/{n}")));
        let a_iri = iri("account", account);
        let a = c.term(TermText::Iri(&a_iri));
        let mut say = |c: &mut Statements, s, p: &str, o: TermText<'_>| {
            let predicate = c.term(TermText::Iri(p));
            let object = c.term(o);
            c.statements.push(Statement { subject: s, predicate, object, graph: None, row, known });
        };
        say(&mut c, s, TYPE, TermText::Iri(&format!("{NS}Order")));
        say(&mut c, s, &format!("{NS}account"), TermText::Iri(&a_iri));
        if date.parse::<Day>().is_ok() {
            say(&mut c, s, &format!("{NS}date"), TermText::Typed(date, &format!("{XSD}date")));
        }
        if let Ok(amount) = amount.parse::<f64>() {
            say(&mut c, s, &format!("{NS}amount"), TermText::Typed(&format!("{amount:.2}"), &format!("{XSD}decimal")));
        }
        for (kind, key, p) in [("product", product, "product"), ("unit", unit, "buyingUnit")] {
            if key.is_empty() {
                continue;
            }
            let t = iri(kind, key);
            say(&mut c, s, &format!("{NS}{p}"), TermText::Iri(&t));
            if seen.insert(t.clone()) {
                let ts = c.term(TermText::Iri(&t));
                say(&mut c, ts, NAME, TermText::Typed(key, &format!("{XSD}string")));
            }
        }
        if seen.insert(a_iri.clone()) {
            say(&mut c, a, TYPE, TermText::Iri(&format!("{NS}Account")));
            say(&mut c, a, NAME, TermText::Typed(account, &format!("{XSD}string")));
        }
    }
    eprintln!("{} statements in {:?}", c.statements.len(), start.elapsed());
    let start = Instant::now();
    let parts = [Part { graph: "https://w3id.org/kagraph/graph/x", file: "x.csv", statements: &c }];
    let snapshot = Snapshot::from_statements(&parts, "2026-01-01".parse().unwrap()).unwrap();
    eprintln!("snapshot in {:?}", start.elapsed());
    drop(c);
    drop(rows);
    let settings = kagraph::settings::Settings::load(None).unwrap().discovery;
    let start = Instant::now();
    let today = today::last_activity(&snapshot, "2026-01-01".parse().unwrap()).unwrap();
    eprintln!("today {today} in {:?}", start.elapsed());
    let start = Instant::now();
    let market = market::Market::read(&snapshot, today, &settings.market);
    eprintln!(
        "market in {:?}: {} accounts, {} purchases",
        start.elapsed(),
        market.accounts.len(),
        market.trade.purchases.len()
    );
    let start = Instant::now();
    let found = candidate::find(&market, &settings.candidate, &Default::default());
    eprintln!("find in {:?}: {} eligible", start.elapsed(), found.n_eligible);
    for note in &found.notes {
        println!("NOTE {}\n     {}", note.en, note.zh);
    }
    for f in found.findings.iter().take(12) {
        println!(
            "{:.3} {}\n      {}\n      {}\n      {}",
            f.score.value(),
            f.sentence.en,
            f.sentence.zh,
            f.next_step.en,
            f.next_step.zh
        );
    }
    if args.len() > 2 {
        for leaf in found.findings[0].evidence.leaves() {
            println!(
                "  {:.4} w{:.3} {} / {} [{}]",
                leaf.contribution, leaf.weight, leaf.text.en, leaf.text.zh, leaf.facts.n_facts
            );
        }
    }
}

fn uci() -> Vec<[String; 5]> {
    let mut reader = csv::Reader::from_path("/tmp/trade/uci.csv").unwrap();
    reader
        .records()
        .map(|r| r.unwrap())
        .filter(|r| !r[6].is_empty())
        .map(|r| {
            let amount = r[3].parse::<f64>().unwrap_or(0.0) * r[5].parse::<f64>().unwrap_or(0.0);
            [
                format!("Customer {}", r[6].trim_end_matches(".0")),
                r[2].to_string(),
                String::new(),
                r[4][..10].to_string(),
                amount.to_string(),
            ]
        })
        .collect()
}

fn council(path: &str) -> Vec<[String; 5]> {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    let reader = SerializedFileReader::new(std::fs::File::open(path).unwrap()).unwrap();
    let names: Vec<String> =
        reader.metadata().file_metadata().schema().get_fields().iter().map(|f| f.name().to_string()).collect();
    eprintln!("{names:?}");
    let get = |r: &parquet::record::Row, name: &str| {
        r.get_column_iter()
            .find(|(n, _)| *n == name)
            .map(|(_, v)| v.to_string().trim_matches('"').to_string())
            .filter(|v| v != "null")
            .unwrap_or_default()
    };
    reader
        .get_row_iter(None)
        .unwrap()
        .map(|r| r.unwrap())
        .map(|r| {
            [
                get(&r, "supplier").to_uppercase(),
                String::new(),
                get(&r, "org_unit"),
                get(&r, "payment_date").chars().take(10).collect(),
                get(&r, "amount"),
            ]
        })
        .filter(|r| !r[0].is_empty())
        .collect()
}
