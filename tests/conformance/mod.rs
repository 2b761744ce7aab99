//! The W3C SPARQL 1.1 (and 1.0) query tests, run from their manifests through our snapshot.
//!
//! Every test that does not pass is listed with its reason, and must fail in the same way on Oxigraph's own in-memory
//! store, which shows that the reason is not in our code.

mod answers;
mod engine;
mod manifest;

use std::collections::BTreeMap;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use answers::Answers;
use engine::Engine;
use kagraph::sparql::Query;
use manifest::Case;
use oxigraph::sparql::SparqlEvaluator;

const MANIFESTS: &[&str] = &[
    "sparql/sparql11/manifest-sparql11-query.ttl",
    "sparql/sparql11/manifest-sparql11-results.ttl",
    "sparql/sparql10/manifest-evaluation.ttl",
    "sparql/sparql10/manifest-syntax.ttl",
];

/// Tests that do not pass: group, name, reason.
const EXPECTED_FAILURES: &[(&str, &str, &str)] = &[
    ("sparql11/aggregates", "agg-groupconcat-04", LANGUAGE_KEPT),
    ("sparql11/aggregates", "agg-groupconcat-06", LANGUAGE_KEPT),
    ("sparql11/aggregates", "agg-empty-group-count-graph", GRAPH_VARIABLE),
    ("sparql11/bindings", "graph", GRAPH_VARIABLE),
    ("sparql11/negation", "graph-minus", GRAPH_VARIABLE),
    ("sparql10/graph", "graph-variable-scope", GRAPH_VARIABLE),
    ("sparql10/graph", "graph-optional", GRAPH_VARIABLE),
    ("sparql11/functions", "bnode01", "the evaluator makes a fresh node for each call of BNODE with the same text"),
    ("sparql11/property-path", "zero_or_more_set_start", ZERO_STEPS),
    ("sparql11/property-path", "zero_or_more_set_end", ZERO_STEPS),
    ("sparql11/property-path", "zero_or_one_set_start", ZERO_STEPS),
    ("sparql11/property-path", "zero_or_one_set_end", ZERO_STEPS),
    ("sparql10/open-world", "date-2", "the evaluator says that a date with and one without time zone are different"),
    ("sparql10/expr-builtin", "dawg-str-1", "the evaluator's STR spells the value 01 canonically, as 1"),
    ("sparql10/expr-builtin", "dawg-str-2", "the evaluator's STR spells the value 01 canonically, as 1"),
    ("sparql10/expr-builtin", "case-insensitive-booleans", "the parser takes true and false in lower case only"),
    (
        "sparql10/syntax-sparql3",
        "syn-bad-26",
        "the parser reads ?x<?a&&?b>?y as two comparisons, not as an IRI in between",
    ),
];
const LANGUAGE_KEPT: &str = "the evaluator keeps a language that all strings of GROUP_CONCAT share";
const GRAPH_VARIABLE: &str = "the evaluator binds the variable of GRAPH inside the block and not around it";
const ZERO_STEPS: &str = "the evaluator lets a path of no steps begin only at nodes of the graph";

#[test]
fn the_w3c_query_tests_pass_on_our_snapshot() {
    let Some(folder) = manifest::folder() else {
        println!("the W3C tests were not run: ../shared/data/rdf_conformance is not there");
        return;
    };
    let mut totals: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut faults = Vec::new();
    for case in MANIFESTS.iter().flat_map(|path| manifest::cases(&folder, path)) {
        let verdict = run(&folder, &case, Engine::Ours);
        let total = totals.entry(case.group.clone()).or_default();
        total.0 += usize::from(verdict.is_ok());
        total.1 += 1;
        faults.extend(unexpected(&folder, &case, verdict));
    }
    let (passed, all) = totals.values().fold((0, 0), |sum, total| (sum.0 + total.0, sum.1 + total.1));
    for (group, (passed, all)) in &totals {
        println!("{group}: {passed} of {all}");
    }
    println!("W3C query tests: {passed} of {all} pass, {} expected failures", EXPECTED_FAILURES.len());
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// What is wrong with a verdict, given what was expected.
fn unexpected(folder: &Path, case: &Case, verdict: Result<(), String>) -> Option<String> {
    let is_listed = EXPECTED_FAILURES.iter().any(|(group, name, _)| *group == case.group && *name == case.name);
    let place = format!("{} {}", case.group, case.name);
    match (verdict, is_listed) {
        (Ok(()), false) => None,
        (Ok(()), true) => Some(format!("{place} passes and is listed as failing")),
        (Err(fault), false) => Some(format!("{place} fails: {fault}")),
        (Err(_), true) => {
            let there = run(folder, case, Engine::Oxigraph);
            there.is_ok().then(|| format!("{place} passes on Oxigraph's own store, so the fault is ours"))
        }
    }
}

fn run(folder: &Path, case: &Case, engine: Engine) -> Result<(), String> {
    let result = panic::catch_unwind(AssertUnwindSafe(|| match case.kind.as_str() {
        "QueryEvaluationTest" => evaluate(folder, case, engine),
        "CSVResultFormatTest" => write_csv(folder, case, engine),
        "PositiveSyntaxTest" | "PositiveSyntaxTest11" => parse(folder, case, engine),
        "NegativeSyntaxTest" | "NegativeSyntaxTest11" => match parse(folder, case, engine) {
            Ok(()) => Err("parses, and should not".to_owned()),
            Err(_) => Ok(()),
        },
        other => Err(format!("unknown kind of test {other}")),
    }));
    result.unwrap_or_else(|_| Err("panics".to_owned()))
}

fn parse(folder: &Path, case: &Case, engine: Engine) -> Result<(), String> {
    let text = fs::read_to_string(manifest::file(folder, &case.query)).unwrap();
    match engine {
        Engine::Ours => Query::parse_relative_to(&text, &case.query).map(drop).map_err(|error| error.to_string()),
        Engine::Oxigraph => {
            let evaluator = SparqlEvaluator::new().with_base_iri(&case.query).unwrap();
            evaluator.parse_query(&text).map(drop).map_err(|error| error.to_string())
        }
    }
}

fn evaluate(folder: &Path, case: &Case, engine: Engine) -> Result<(), String> {
    let text = fs::read_to_string(manifest::file(folder, &case.query)).unwrap();
    let result = case.result.as_deref().ok_or("no expected answer")?;
    let (expected, found) = (Answers::read(folder, result), engine.answers(folder, case, &text)?);
    let is_ordered = text.to_uppercase().contains("ORDER BY") && is_told_in_order(folder, result);
    if expected.is_same(&found, is_ordered, case.is_lax) {
        return Ok(());
    }
    Err(format!("{text}\nexpected {expected:#?}\nfound {found:#?}"))
}

/// An RDF result set has an order only where it has indexes; the other formats always have one.
fn is_told_in_order(folder: &Path, result: &str) -> bool {
    let is_rdf = result.ends_with(".ttl") || result.ends_with(".rdf");
    !is_rdf || fs::read_to_string(manifest::file(folder, result)).unwrap().contains("rs:index")
}

fn write_csv(folder: &Path, case: &Case, engine: Engine) -> Result<(), String> {
    let expected = fs::read_to_string(manifest::file(folder, case.result.as_deref().unwrap())).unwrap();
    let found = engine.csv(folder, case)?;
    let rows = |text: &str| {
        let mut rows: Vec<_> = text.lines().map(|line| without_label(line.trim_end())).collect();
        rows[1..].sort();
        rows
    };
    if rows(&expected) == rows(&found) { Ok(()) } else { Err(format!("expected\n{expected}\nfound\n{found}")) }
}

/// A line of CSV without the label of the blank node at its end.
fn without_label(line: &str) -> String {
    line.rsplit_once("_:").map_or(line, |(before, _)| before).to_owned()
}
