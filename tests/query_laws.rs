//! Laws of queries: our snapshots answer as Oxigraph's own store does, and a parameter says what `VALUES` would say.

use std::collections::BTreeMap;

use kagraph::sparql::{Answering, Format, Query, SparqlError, Stop, Way, write};
use oxigraph::model::{GraphName, Literal, NamedNode, Quad, Term};
use oxigraph::sparql::{QueryResults, SparqlEvaluator};
use oxigraph::store::Store;
use proptest::prelude::*;

use crate::support::snapshot;

const SUBJECTS: &[&str] = &["<https://e.org/s/1>", "<https://e.org/s/2>", "<https://e.org/s/3>"];
const PREDICATES: &[&str] = &["<https://e.org/p1>", "<https://e.org/p2>", "<https://e.org/p3>"];
const VALUES: &[&str] = &[
    "1",
    "2",
    "7",
    "1.5",
    "-0.25",
    "true",
    "\"1\"",
    "\"a\"",
    "\"a\"@en",
    "\"2024-01-31\"^^<http://www.w3.org/2001/XMLSchema#date>",
    "\"1\"^^<http://www.w3.org/2001/XMLSchema#double>",
];
const GRAPHS: &[&str] = &["https://e.org/g1", "https://e.org/g2"];

fn any(pool: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(pool).prop_map(str::to_owned)
}

fn object() -> impl Strategy<Value = String> {
    prop_oneof![any(SUBJECTS), any(VALUES)]
}

fn data() -> impl Strategy<Value = Vec<(String, String, String, &'static str)>> {
    prop::collection::vec((any(SUBJECTS), any(PREDICATES), object(), prop::sample::select(GRAPHS)), 0..14)
}

fn variable() -> impl Strategy<Value = String> {
    any(&["?a", "?b", "?c", "?d"])
}

fn triple() -> impl Strategy<Value = String> {
    let subject = prop_oneof![3 => variable(), 1 => any(SUBJECTS)];
    let path = any(&[
        "<https://e.org/p1>+",
        "<https://e.org/p1>/<https://e.org/p2>",
        "^<https://e.org/p2>",
        "(<https://e.org/p1>|<https://e.org/p3>)",
    ]);
    let predicate = prop_oneof![6 => any(PREDICATES), 1 => variable(), 1 => path];
    let object = prop_oneof![3 => variable(), 1 => object()];
    (subject, predicate, object).prop_map(|(subject, predicate, object)| format!("{subject} {predicate} {object} ."))
}

fn block() -> impl Strategy<Value = String> {
    prop::collection::vec(triple(), 1..3).prop_map(|triples| triples.join(" "))
}

fn condition() -> impl Strategy<Value = String> {
    let comparison = any(&["=", "!=", "<", ">=", "+ 1 >"]);
    let right = prop_oneof![variable(), any(VALUES)];
    prop_oneof![
        (variable(), comparison, right).prop_map(|(left, sign, right)| format!("{left} {sign} {right}")),
        variable().prop_map(|name| format!("BOUND({name})")),
        variable().prop_map(|name| format!("isIRI({name}) || STR({name}) = \"1\"")),
        block().prop_map(|block| format!("EXISTS {{ {block} }}")),
        block().prop_map(|block| format!("NOT EXISTS {{ {block} }}")),
    ]
}

fn addition() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => condition().prop_map(|condition| format!("FILTER({condition})")),
        3 => (block(), condition()).prop_map(|(block, condition)| format!("OPTIONAL {{ {block} FILTER({condition}) }}")),
        1 => block().prop_map(|block| format!("MINUS {{ {block} }}")),
        1 => (block(), block()).prop_map(|(one, other)| format!("{{ {one} }} UNION {{ {other} }}")),
        1 => (variable(), any(&["+ 1", "* 2", "/ 4"])).prop_map(|(name, sum)| format!("BIND({name} {sum} AS ?e)")),
        1 => block().prop_map(|block| format!("GRAPH ?g {{ {block} }}")),
        1 => block().prop_map(|block| format!("{{ SELECT ?a (COUNT(*) AS ?n) {{ {block} }} GROUP BY ?a }}")),
    ]
}

fn query() -> impl Strategy<Value = String> {
    let form = any(&[
        "SELECT *",
        "SELECT DISTINCT ?a ?b",
        "SELECT ?a (COUNT(?b) AS ?n1) (SUM(?c) AS ?n2) (MAX(STR(?b)) AS ?n3)",
    ]);
    (form, block(), prop::option::of(addition()), prop::option::of(addition())).prop_map(|(form, block, one, other)| {
        let end = if form.contains("COUNT") { "GROUP BY ?a" } else { "" };
        format!("{form} WHERE {{ {block} {} {} }} {end}", one.unwrap_or_default(), other.unwrap_or_default())
    })
}

fn quads(data: &[(String, String, String, &str)]) -> Vec<Quad> {
    let term = |text: &str| -> Term {
        let query = format!("SELECT ({text} AS ?term) {{}}");
        let QueryResults::Solutions(mut rows) =
            SparqlEvaluator::new().parse_query(&query).unwrap().on_store(&Store::new().unwrap()).execute().unwrap()
        else {
            panic!("{text}")
        };
        rows.next().unwrap().unwrap().get(0).unwrap().clone()
    };
    let iri = |text: &str| NamedNode::new(text.trim_matches(['<', '>'])).unwrap();
    data.iter().map(|(s, p, o, g)| Quad::new(iri(s), iri(p), term(o), iri(g))).collect()
}

type Rows = BTreeMap<Vec<(String, String)>, usize>;

fn rows(results: QueryResults<'_>) -> Rows {
    let QueryResults::Solutions(solutions) = results else { panic!("expected solutions") };
    let mut rows = Rows::new();
    for solution in solutions {
        let solution = solution.unwrap();
        let mut row: Vec<_> = solution.iter().map(|(name, term)| (name.to_string(), term.to_string())).collect();
        row.sort();
        *rows.entry(row).or_default() += 1;
    }
    rows
}

/// By Oxigraph's evaluator, as it reads our snapshot.
fn ours(query: &Query, quads: &[Quad]) -> Rows {
    by(Way::Rows, query, quads).unwrap()
}

/// What one way gives; nothing when it does not cover the query.
fn by(way: Way, query: &Query, quads: &[Quad]) -> Option<Rows> {
    let how = Answering { way, ..Answering::default() };
    match query.answer_with(&snapshot(quads), &Stop::never(), how) {
        Ok(answer) => Some(rows(answer.results)),
        Err(SparqlError::NotCovered(_)) => None,
        Err(error) => panic!("{error}"),
    }
}

/// The default graph of the reference is the union of the named graphs, as ours is.
fn reference(query: &str, quads: &[Quad]) -> Rows {
    let store = Store::new().unwrap();
    store.extend(quads.iter().cloned()).unwrap();
    store.extend(quads.iter().map(|quad| Quad { graph_name: GraphName::DefaultGraph, ..quad.clone() })).unwrap();
    rows(SparqlEvaluator::new().parse_query(query).unwrap().on_store(&store).execute().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_snapshot_answers_as_oxigraphs_own_store_does(data in data(), query in query()) {
        let Ok(parsed) = Query::parse(&query) else { return Ok(()) };
        let quads = quads(&data);
        prop_assert_eq!(ours(&parsed, &quads), reference(&query, &quads), "{}", query);
    }

    #[test]
    fn columns_give_what_rows_give(data in data(), query in query()) {
        let Ok(parsed) = Query::parse(&query) else { return Ok(()) };
        let quads = quads(&data);
        if let Some(found) = by(Way::Columns, &parsed, &quads) {
            prop_assert_eq!(Some(found), by(Way::Rows, &parsed, &quads), "{}", query);
        }
    }

    #[test]
    fn a_parameter_says_what_values_would_say(
        data in data(), block in block(), addition in addition(), name in variable(), value in object(),
    ) {
        let is_local = addition.contains("SELECT") || addition.contains("UNION") || addition.contains("BIND");
        prop_assume!(!is_local);
        let plain = format!("SELECT * WHERE {{ {block} {addition} }}");
        let with_values = format!("SELECT * WHERE {{ VALUES {name} {{ {value} }} {block} {addition} }}");
        let (Ok(query), Ok(expected)) = (Query::parse(&plain), Query::parse(&with_values)) else { return Ok(()) };
        prop_assume!(query.variables().contains(&&name[1..]));
        let quads = quads(&data);
        let expected: Rows = without(&ours(&expected, &quads), &name);
        if let Ok(query) = query.with_parameter(&name[1..], &value) {
            prop_assert_eq!(without(&ours(&query, &quads), &name), expected, "{} {} = {}", plain, name, value);
        }
    }
}

/// Doubles whose sum depends on the order of adding, in more rows than one batch holds.
fn many_quads() -> Vec<Quad> {
    let iri = |text: String| NamedNode::new_unchecked(format!("https://e.org/{text}"));
    let sale = |number: u64| {
        let dice = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let value = Literal::from(1.0 / (dice as f64 + 1.0));
        let (sale, graph) = (iri(format!("sale/{number}")), iri("g".to_owned()));
        [
            Quad::new(sale.clone(), iri("of".to_owned()), iri(format!("account/{}", dice % 300)), graph.clone()),
            Quad::new(sale, iri("value".to_owned()), value, graph),
        ]
    };
    (0..70_000).flat_map(sale).collect()
}

#[test]
fn rows_and_their_order_are_the_same_at_any_number_of_threads() {
    let snapshot = snapshot(&many_quads());
    let queries = [
        "SELECT ?a (SUM(?v) AS ?sum) (AVG(?v) AS ?mean) { ?s <https://e.org/of> ?a ; <https://e.org/value> ?v } GROUP BY ?a",
        "SELECT ?a ?v (COUNT(*) AS ?n) { ?s <https://e.org/of> ?a ; <https://e.org/value> ?v } GROUP BY ?a ?v",
        "SELECT DISTINCT ?a { ?s <https://e.org/of> ?a OPTIONAL { ?s <https://e.org/value> ?v FILTER(?v > 0.5) } }",
        "SELECT ?s ?a { ?s <https://e.org/of> ?a FILTER NOT EXISTS { ?s <https://e.org/value> 1.0e0 } } LIMIT 40000",
        "SELECT ?v { <https://e.org/sale/3> <https://e.org/of>/^<https://e.org/of>/<https://e.org/value> ?v } ORDER BY ?v LIMIT 99",
    ];
    for text in queries {
        let query = Query::parse(text).unwrap();
        let how = Answering { way: Way::Columns, ..Answering::default() };
        let answer = |n_threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            pool.install(|| {
                let answer = query.answer_with(&snapshot, &Stop::never(), how).unwrap();
                let mut out = Vec::new();
                write(answer, Format::Tsv, &mut out).unwrap();
                out
            })
        };
        let alone = answer(1);
        assert!(alone.len() > 100, "{text}");
        assert!(answer(2) == alone && answer(8) == alone, "{text}");
    }
}

/// The rows without a column: a parameter that only an inner block names is no column.
fn without(rows: &Rows, name: &str) -> Rows {
    let mut rest = Rows::new();
    for (row, n) in rows {
        let row: Vec<_> = row.iter().filter(|(variable, _)| variable != name).cloned().collect();
        *rest.entry(row).or_default() += n;
    }
    rest
}
