//! A query's memory limit against the bytes that are really allocated: in a process of its own, since all allocations of a
//! process are counted.

use std::process::Command;

use kagraph::sparql::{Answering, Query, SparqlError, Stop, Way};
use kagraph::store::Snapshot;
use oxigraph::model::{GraphName, Literal, NamedNode, Quad, Term};
use oxigraph::sparql::QueryResults;

use crate::{HEAP, support};

const ORDERS: usize = 120_000;
const ACCOUNTS: usize = 2_000;
const DAYS: usize = 300;
const EMPLOYEES: usize = 20_000;

/// Queries each of which holds much in another operator.
const QUERIES: &[(&str, &str)] = &[
    ("sorted rows", "SELECT ?o ?a ?m { ?o e:account ?a ; e:amount ?m } ORDER BY ?m ?o"),
    ("the first of sorted rows", "SELECT ?o ?a ?m { ?o e:account ?a ; e:amount ?m } ORDER BY ?m ?o LIMIT 50000"),
    ("one group an order", "SELECT ?o (SUM(?m) AS ?sum) (COUNT(*) AS ?n) { ?o e:amount ?m } GROUP BY ?o"),
    ("two keys", "SELECT ?a ?d (AVG(?m) AS ?mean) { ?o e:account ?a ; e:day ?d ; e:amount ?m } GROUP BY ?a ?d"),
    ("all values of a group", "SELECT ?a (ka:median(?m) AS ?median) { ?o e:account ?a ; e:amount ?m } GROUP BY ?a"),
    (
        "groups of groups, sorted",
        "SELECT ?a (MAX(?sum) AS ?most) { { SELECT ?a ?d (SUM(?m) AS ?sum) { ?o e:account ?a ; e:day ?d ; e:amount ?m }
         GROUP BY ?a ?d } } GROUP BY ?a ORDER BY ?most",
    ),
    ("distinct rows", "SELECT DISTINCT ?a ?d ?m { ?o e:account ?a ; e:day ?d ; e:amount ?m }"),
    (
        "rows joined by hash",
        "SELECT ?o ?sum { ?o e:account ?a ; e:day ?d { SELECT ?a ?d (SUM(?m) AS ?sum)
         { ?p e:account ?a ; e:day ?d ; e:amount ?m } GROUP BY ?a ?d } }",
    ),
    ("a path", "SELECT ?x ?y { ?x e:reportsTo+ ?y }"),
    ("paths from many batches", "SELECT (COUNT(*) AS ?n) { ?o e:account ?a . ?a e:partOf* ?b }"),
];

fn node(kind: &str, at: usize) -> NamedNode {
    NamedNode::new_unchecked(format!("https://e.org/{kind}/{at}"))
}

fn market() -> Snapshot {
    let mut quads = Vec::new();
    let mut say = |subject: NamedNode, predicate: &str, object: Term| {
        let predicate = NamedNode::new_unchecked(format!("https://e.org/{predicate}"));
        quads.push(Quad { subject: subject.into(), predicate, object, graph_name: GraphName::DefaultGraph });
    };
    for at in 0..ORDERS {
        say(node("order", at), "account", node("account", at * 7919 % ACCOUNTS).into());
        say(node("order", at), "day", node("day", at * 104_729 % DAYS).into());
        say(node("order", at), "amount", Literal::from((at * 31 % 5_003) as i64).into());
    }
    for at in 1..ACCOUNTS {
        say(node("account", at), "partOf", node("account", at / 3).into());
    }
    for at in 1..EMPLOYEES {
        say(node("employee", at), "reportsTo", node("employee", at / 4).into());
    }
    support::snapshot(&quads)
}

/// The number of rows that a query gives within so many bytes.
fn n_rows(query: &Query, snapshot: &Snapshot, memory_bytes: usize) -> Result<usize, SparqlError> {
    let answer = query.answer_with(snapshot, &Stop::never(), Answering { way: Way::Columns, memory_bytes })?;
    let QueryResults::Solutions(solutions) = answer.results else { panic!("no solutions") };
    Ok(solutions.map(Result::unwrap).count())
}

/// Bytes that are allocated at most while the query is answered, beyond those that are there before.
fn peak(query: &Query, snapshot: &Snapshot) -> usize {
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    assert!(n_rows(query, snapshot, usize::MAX).unwrap() > 0);
    HEAP.peak_usage() - before
}

/// The least limit with which the query is answered, to a hundredth of `peak`; more than `peak` if that is not enough.
fn least_limit(query: &Query, snapshot: &Snapshot, peak: usize) -> usize {
    let (mut refused, mut answered) = (0, 2 * peak);
    while answered - refused > peak / 100 {
        let limit = (refused + answered) / 2;
        match n_rows(query, snapshot, limit) {
            Ok(_) => answered = limit,
            Err(SparqlError::OutOfMemory { .. }) => refused = limit,
            Err(error) => panic!("{error}"),
        }
    }
    answered
}

#[test]
fn a_query_is_answered_within_what_it_allocates_and_refused_where_that_does_not_fit() {
    let alone = ["--exact", "query_memory::limits_alone_in_a_process", "--ignored", "--nocapture"];
    let asked = Command::new(std::env::current_exe().unwrap()).args(alone).output().unwrap();
    let said = String::from_utf8_lossy(&asked.stdout);
    assert!(asked.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&asked.stderr));
}

#[test]
#[ignore = "asked by the test above, alone in a process"]
fn limits_alone_in_a_process() {
    let snapshot = market();
    let mut faults = Vec::new();
    for (name, text) in QUERIES {
        let query = Query::parse(&format!("PREFIX e: <https://e.org/> {text}")).unwrap();
        n_rows(&query, &snapshot, usize::MAX).unwrap();
        let peak = peak(&query, &snapshot);
        let part = least_limit(&query, &snapshot, peak) as f64 / peak as f64;
        println!("{name}: {peak} bytes, answered within {part:.2} of them");
        if !(0.3..=1.02).contains(&part) {
            faults.push(format!("{name}: of {peak} bytes at its peak a limit of {part:.2} is enough"));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
