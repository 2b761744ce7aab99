//! Graph algorithms called from queries, on a small market.

use std::collections::BTreeSet;

use kagraph::ontology;
use kagraph::sparql::service::{ALGORITHMS, GRAPH_PARAMETERS};
use kagraph::sparql::{Answering, Query, SparqlError, Stop, Way};
use kagraph::store::Snapshot;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{NamedNodeRef, Term};
use oxigraph::sparql::QueryResults;

use crate::command::{WorkFolder, demo, stderr};
use crate::support::snapshot;

/// Two triangles of accounts that supply each other, joined by one link; orders; posts and who holds them.
const DATA: &str = r#"
@prefix ka: <https://w3id.org/kagraph/ns#> .
@prefix id: <https://w3id.org/kagraph/id/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix schema: <https://schema.org/> .
@prefix e: <https://example.org/> .
id:a e:supplies id:b . id:b e:supplies id:c . id:c e:supplies id:a .
id:c e:supplies id:d .
id:d e:supplies id:e . id:e e:supplies id:f . id:f e:supplies id:d .
id:a a ka:Account ; schema:name "Alpha" ; ka:isKeyAccount true .
id:b a ka:Account ; schema:name "Beta" .
id:g a ka:Account ; schema:name "Gamma" .
id:o1 a ka:Order ; ka:account id:a ; ka:product id:p ; ka:amount 30 ; ka:date "2025-01-01"^^<http://www.w3.org/2001/XMLSchema#date> .
id:o2 a ka:Order ; ka:account id:a ; ka:product id:p ; ka:amount 10.5 ; ka:date "2025-02-01"^^<http://www.w3.org/2001/XMLSchema#date> .
id:o3 a ka:Order ; ka:account id:b ; ka:product id:p ; ka:amount 20 ; ka:date "2025-03-01"^^<http://www.w3.org/2001/XMLSchema#date> .
id:o4 a ka:Order ; ka:account id:b ; ka:product id:q ; ka:amount -5 ; ka:date "2025-03-01"^^<http://www.w3.org/2001/XMLSchema#date> .
id:o5 a ka:Invoice ; ka:account id:b ; ka:product id:q ; ka:amount 5 .
id:m1 org:member id:kim ; ka:inPost id:cfo . id:m2 org:member id:lena ; ka:inPost id:buyer .
id:buyer org:reportsTo id:cfo .
id:s1 e:holder id:a ; e:held id:b ; ka:share 0.5 . id:s2 e:holder id:b ; e:held id:c ; ka:share 0.5 .
id:s3 e:holder id:a ; e:held id:c ; ka:share 0.1 .
"#;

fn market() -> Snapshot {
    let quads = RdfParser::from_format(RdfFormat::Turtle).for_slice(DATA.as_bytes());
    snapshot(&quads.collect::<Result<Vec<_>, _>>().unwrap())
}

fn answer(text: &str) -> Result<Vec<Vec<String>>, SparqlError> {
    answer_on(&market(), text)
}

/// The answer in columns, which Oxigraph's evaluator has to give as well.
fn answer_on(snapshot: &Snapshot, text: &str) -> Result<Vec<Vec<String>>, SparqlError> {
    let in_columns = answer_by(Way::Either, snapshot, text);
    let by_rows = answer_by(Way::Rows, snapshot, text);
    match (&in_columns, &by_rows) {
        (Ok(in_columns), Ok(by_rows)) => {
            let sorted = |rows: &Vec<Vec<String>>| rows.iter().cloned().collect::<BTreeSet<_>>();
            assert_eq!((in_columns.len(), sorted(in_columns)), (by_rows.len(), sorted(by_rows)), "{text}");
        }
        (Err(in_columns), Err(by_rows)) => assert_eq!(in_columns.to_string(), by_rows.to_string()),
        _ => panic!("{text}\nin columns {in_columns:?}\nby rows {by_rows:?}"),
    }
    in_columns
}

fn answer_by(way: Way, snapshot: &Snapshot, text: &str) -> Result<Vec<Vec<String>>, SparqlError> {
    let query = Query::parse(&format!("PREFIX e: <https://example.org/> {text}"))?;
    let answer = query.answer_with(snapshot, &Stop::never(), Answering { way, ..Answering::default() })?;
    let QueryResults::Solutions(solutions) = answer.results else { panic!("selects") };
    let shown = |term: Option<&Term>| match term {
        None => String::new(),
        Some(Term::NamedNode(node)) => node.as_str().rsplit('/').next().unwrap().to_owned(),
        Some(Term::Literal(literal)) => literal.value().to_owned(),
        Some(other) => other.to_string(),
    };
    let names = solutions.variables().to_vec();
    let mut rows = Vec::new();
    for solution in solutions {
        let solution = solution.map_err(|error| kagraph::sparql::Answer::explained(&Stop::never(), error))?;
        rows.push(names.iter().map(|name| shown(solution.get(name))).collect());
    }
    Ok(rows)
}

fn lines(text: &str) -> String {
    let rows = answer(text).unwrap_or_else(|error| panic!("{text}\n{error}"));
    rows.iter().map(|row| row.join(" ")).collect::<Vec<_>>().join("\n")
}

fn refusal(request: &str) -> String {
    let text = format!("SELECT * {{ {request} }}");
    answer(&text).expect_err(&text).to_string()
}

#[test]
fn results_join_with_the_rest_of_the_query() {
    let text = "SELECT ?name ?component ?size { ?account schema:name ?name .
        SERVICE ka:components { [] ka:layer e:supplies ; ka:node ?account ; ka:component ?component ; ka:size ?size } }
        ORDER BY ?name";
    assert_eq!(lines(text), "Alpha c 6\nBeta c 6");
    let text = text.replace("ka:node", "ka:nodeClass ka:Account ; ka:node");
    assert_eq!(lines(&text), "Alpha c 6\nBeta c 6\nGamma g 1");
}

#[test]
fn calls_are_answered_in_columns() {
    let market = market();
    for text in [
        "SELECT ?name ?core { ?a schema:name ?name SERVICE ka:coreNumbers { [] ka:layer e:supplies ; ka:node ?a ; ka:core ?core } }",
        "SELECT (ka:median(?rank) AS ?r) { SERVICE ka:pagerank { [] ka:layer e:supplies ; ka:node ?a ; ka:score ?rank } }",
    ] {
        let query = Query::parse(&format!("PREFIX e: <https://example.org/> {text}")).unwrap();
        let answer = query.answer(&market, &Stop::never()).unwrap();
        let explanation = answer.explanation();
        assert!(explanation.starts_with("computed in columns\ncall ka:"), "{explanation}");
    }
}

#[test]
fn a_call_stands_wherever_a_pattern_can() {
    let bridge = "SERVICE ka:bridges { [] ka:layer e:supplies ; ka:node ?x ; ka:other ?y }";
    assert_eq!(lines(&format!("SELECT ?x ?y {{ {bridge} }}")), "c d");
    let optional =
        format!("SELECT ?x ?p {{ VALUES ?x {{ id:c id:f }} OPTIONAL {{ {bridge} BIND(1 AS ?p) }} }} ORDER BY ?x");
    assert_eq!(lines(&optional), "c 1\nf ");
    let absent = format!("SELECT ?x {{ ?x e:supplies ?z FILTER NOT EXISTS {{ {bridge} }} }} ORDER BY ?x ?z");
    assert_eq!(lines(&absent), "a\nb\nd\ne\nf");
    let counted = format!("SELECT (COUNT(*) AS ?n) {{ {{ {bridge} }} UNION {{ {bridge} }} }}");
    assert_eq!(lines(&counted), "2");
}

#[test]
fn seeds_are_constants_or_what_a_pattern_inside_binds() {
    let ranked = |seed: &str| {
        lines(&format!(
            "SELECT ?node {{ SERVICE ka:pagerank {{ [] ka:layer e:supplies ; ka:direction \"both\" ; ka:damping 0.3 ;
              ka:node ?node ; ka:score ?rank ; {seed} }} }} ORDER BY DESC(?rank) ?node LIMIT 2"
        ))
    };
    assert_eq!(ranked("ka:seed id:e").lines().next(), Some("e"));
    assert_eq!(ranked("ka:seed id:e , id:a"), "a\ne");
    assert_eq!(ranked("ka:seed ?s . VALUES ?s { id:e id:a }"), "a\ne");
    assert_eq!(ranked("ka:seed ?s . ?s ka:isKeyAccount true").lines().next(), Some("a"));
    assert_eq!(ranked("ka:seed ?s . ?s schema:name ?n FILTER(?n = \"Beta\")").lines().next(), Some("b"));
}

#[test]
fn each_of_many_seeds_sees_its_own_ranks() {
    let of_all = lines(
        "SELECT ?seed ?near { SERVICE ka:personalRanks { [] ka:layer e:supplies ; ka:seed id:a , id:f ; ka:k 2 ;
          ka:node ?seed ; ka:other ?near ; ka:score ?rank } } ORDER BY ?seed DESC(?rank) ?near",
    );
    assert_eq!(of_all, "a c\na b\nf d\nf e");
    let rank = |call: &str| lines(&format!("SELECT ?rank {{ SERVICE {call} ka:score ?rank }} }}"));
    let alone = "ka:pagerank { [] ka:layer e:supplies ; ka:direction \"both\" ; ka:seed id:f ; ka:node id:d ;";
    let beside = "ka:personalRanks { [] ka:layer e:supplies ; ka:seed id:a , id:f ; ka:node id:f ; ka:other id:d ;";
    assert_eq!(rank(alone), rank(beside));
}

#[test]
fn seeds_of_a_pattern_do_not_leave_the_braces() {
    let text = "SELECT ?s ?node { VALUES ?s { id:f }
        SERVICE ka:shortestPaths { [] ka:layer e:supplies ; ka:source ?s ; ka:node ?node ; ka:cost ?cost .
          ?s ka:isKeyAccount true } FILTER(?cost = 2) }";
    assert_eq!(lines(text), "f c");
}

#[test]
fn links_run_through_nodes_with_weight_day_and_class() {
    let degree = |layer: &str| {
        lines(&format!(
            "SELECT ?n ?out ?strength {{ SERVICE ka:degree {{ [] ka:layer {layer} ; ka:node ?n ; ka:linksOut ?out ;
              ka:strength ?strength }} FILTER(?out > 0) }} ORDER BY ?n"
        ))
    };
    let orders = "a ka:Order ; ka:source ka:account ; ka:target ka:product";
    assert_eq!(degree(&format!("[ {orders} ]")), "a 1 1\nb 2 2");
    assert_eq!(degree(&format!("[ {orders} ; ka:weight ka:amount ]")), "a 1 40.5\nb 1 20");
    assert_eq!(degree(&format!("[ {orders} ; ka:weight \"count\" ; ka:factor 10 ]")), "a 1 20\nb 2 20");
    let dated = format!("[ {orders} ; ka:weight ka:amount ; ka:day ka:date ] ; ka:asOf \"2025-01-31\"^^xsd:date");
    assert_eq!(degree(&dated), "a 1 30");
    let decayed = dated.replace("2025-01-31", "2025-02-01") + " ; ka:halfLifeDays 31";
    assert_eq!(degree(&decayed), "a 1 25.5");
    let netted = "SELECT ?n ?strength { SERVICE ka:degree {
        [] ka:layer [ ka:source ?a ; ka:target ?p ; ka:weight ?w ] ; ka:node ?n ; ka:strength ?strength .
        { SELECT ?a ?p (SUM(?amount) AS ?w) { ?o ka:account ?a ; ka:product ?p ; ka:amount ?amount } GROUP BY ?a ?p } }
        FILTER(?strength > 0) } ORDER BY ?n";
    assert_eq!(lines(netted), "a 40.5\nb 20", "what b bought of q was given back");
}

#[test]
fn layers_follow_inverses_and_paths() {
    let reach = |layer: &str, source: &str| {
        lines(&format!(
            "SELECT ?n {{ SERVICE ka:shortestPaths {{ [] ka:layer {layer} ; ka:source {source} ; ka:node ?n ;
              ka:cost 1.0e0 }} }} ORDER BY ?n"
        ))
    };
    assert_eq!(reach("e:supplies", "id:c"), "a\nd");
    assert_eq!(reach("[ sh:inversePath e:supplies ]", "id:c"), "b");
    assert_eq!(reach("e:supplies , [ sh:inversePath e:supplies ]", "id:c"), "a\nb\nd");
    assert_eq!(reach("( [ sh:inversePath org:member ] ka:inPost org:reportsTo )", "id:lena"), "cfo");
    assert_eq!(reach("[ ka:path ( ka:inPost org:reportsTo ) ; ka:factor 0.5 ]", "id:m2"), "cfo");
}

#[test]
fn the_cheapest_paths_are_told_node_by_node() {
    let text = "SELECT ?path ?step ?node ?cost { SERVICE ka:paths {
        [] ka:layer [ ka:source e:holder ; ka:target e:held ; ka:weight ka:share ] ; ka:linkCost \"strength\" ; ka:k 2 ;
           ka:source id:a ; ka:target id:c ; ka:path ?path ; ka:step ?step ; ka:node ?node ; ka:cost ?c }
        BIND(ROUND(?c * 100) / 100 AS ?cost) } ORDER BY ?path ?step";
    assert_eq!(lines(text), "1 0 a 1.39\n1 1 b 1.39\n1 2 c 1.39\n2 0 a 2.3\n2 1 c 2.3");
}

#[test]
fn calls_may_feed_calls() {
    let text = "SELECT ?n { SERVICE ka:components { [] ka:layer [ ka:source ?x ; ka:target ?y ] ; ka:node ?n .
        SERVICE ka:bridges { [] ka:layer e:supplies ; ka:node ?x ; ka:other ?y } } } ORDER BY ?n";
    assert_eq!(lines(text), "c\nd");
}

#[test]
fn nodes_may_be_values_that_the_data_do_not_have() {
    let text = "SELECT ?n ?size { SERVICE ka:components {
        ?a schema:name ?name . BIND(LCASE(SUBSTR(?name, 2)) AS ?rest)
        [] ka:layer [ ka:source ?a ; ka:target ?rest ] ; ka:node ?n ; ka:size ?size } } ORDER BY ?n";
    assert_eq!(lines(text), "a 2\nb 2\ng 2\namma 2\neta 2\nlpha 2");
}

#[test]
fn a_constant_behind_a_result_is_a_condition() {
    let text = "SELECT ?core { SERVICE ka:coreNumbers { [] ka:layer e:supplies ; ka:node id:d ; ka:core ?core } }";
    assert_eq!(lines(text), "2");
    let text = "SELECT ?node { SERVICE ka:dominators { [] ka:layer e:supplies ; ka:source id:a ; ka:node ?node ;
        ka:dominator id:c } }";
    assert_eq!(lines(text), "d");
}

#[test]
fn a_parameter_of_the_query_reaches_into_the_request() {
    let text = "SELECT ?node { SERVICE ka:shortestPaths { [] ka:layer ?layer ; ka:source ?from ; ka:node ?node ;
        ka:cost ?cost } FILTER(?cost = 1) }";
    let query = Query::parse(text).unwrap().with_parameter("from", "id:a").unwrap();
    let query = query.with_parameter("layer", "<https://example.org/supplies>").unwrap();
    let answer = query.answer(&market(), &Stop::never()).unwrap();
    let QueryResults::Solutions(solutions) = answer.results else { panic!("selects") };
    let found: Vec<_> = solutions.map(|solution| solution.unwrap().get("node").unwrap().to_string()).collect();
    assert_eq!(found, ["<https://w3id.org/kagraph/id/b>"]);
}

#[test]
fn a_graph_around_or_in_the_request_limits_the_links() {
    let count = |around: &str, inside: &str| {
        lines(&format!(
            "SELECT (COUNT(*) AS ?n) {{ {around} {{ SERVICE ka:degree {{ [] ka:layer e:supplies {inside} ; ka:node ?x }} }} }}"
        ))
    };
    assert_eq!(count("", ""), "6");
    assert_eq!(count("GRAPH <https://example.org/graph>", ""), "6");
    assert_eq!(count("GRAPH <https://example.org/other>", ""), "0");
    assert_eq!(count("", "; ka:graph <https://example.org/other>"), "0");
    let from = |graph: &str| {
        lines(&format!(
            "SELECT (COUNT(*) AS ?n) FROM <https://example.org/{graph}> {{
              SERVICE ka:degree {{ [] ka:layer e:supplies ; ka:node ?x }} }}"
        ))
    };
    assert_eq!((from("graph"), from("other")), ("6".to_owned(), "0".to_owned()));
    let refused = refusal("GRAPH ?g { SERVICE ka:degree { [] ka:layer e:supplies ; ka:node ?x } }");
    assert!(refused.starts_with("SERVICE inside of GRAPH ?g"), "{refused}");
}

#[test]
fn what_is_wrong_with_a_request_is_told() {
    let cases = [
        (
            "SERVICE ka:pagernk { [] ka:layer ka:x ; ka:node ?n }",
            "there is no algorithm ka:pagernk\nhint: did you mean ka:pagerank ?",
        ),
        (
            "SERVICE ka:pagerank { ?x a ka:Account }",
            "SERVICE ka:pagerank: expected one request such as [] ka:layer ka:manager ; ka:node ?node ; ka:score ?score, found no blank node with a ka:layer",
        ),
        ("SERVICE ka:pagerank { [] ka:layer ka:x . [] ka:layer ka:y }", "found 2 blank nodes with a ka:layer"),
        (
            "SERVICE ka:pagerank { [] ka:layer ka:x ; ka:dampng 0.5 ; ka:node ?n }",
            "ka:dampng is neither a parameter nor a result of it\nhint: did you mean ka:damping ?",
        ),
        (
            "SERVICE ka:pagerank { [] ka:layer ka:x ; ka:colourful 0.5 ; ka:node ?n }",
            "hint: it has ka:layer, ka:direction, ",
        ),
        ("SERVICE ka:pagerank { [] ka:layer ka:x }", "the request asks for no result\nhint: it has ka:node, ka:score"),
        (
            "SERVICE ka:paths { [] ka:layer ka:x ; ka:source id:a ; ka:node ?n }",
            "SERVICE ka:paths: ka:target is missing, where all paths end; expected a node of the graph",
        ),
        (
            "SERVICE ka:pagerank { [] ka:layer ka:x ; ka:damping \"much\" ; ka:node ?n }",
            "ka:damping: expected a number, found \"much\"",
        ),
        (
            "SERVICE ka:pagerank { [] ka:layer ka:x ; ka:damping 2 ; ka:node ?n }",
            "pagerank: expected damping from 0 to below 1, found 2",
        ),
        (
            "SERVICE ka:pagerank { [] ka:layer ka:x ; ka:damping 0.5 , 0.6 ; ka:node ?n }",
            "ka:damping: expected one value, found a second one, 0.6",
        ),
        (
            "SERVICE ka:pagerank { [] ka:layer ka:x ; ka:direction \"up\" ; ka:node ?n }",
            "ka:direction: expected \"forward\" or \"reverse\" or \"both\", found \"up\"",
        ),
        (
            "SERVICE ka:bridges { [] ka:layer ka:x ; ka:direction \"forward\" ; ka:node ?n }",
            "ka:direction: expected \"both\"",
        ),
        (
            "SERVICE ka:pagerank { [] ka:layer ka:x ; ka:seed ?s ; ka:node ?n }",
            "ka:seed has the variable ?s, which nothing inside of the braces binds",
        ),
        (
            "SERVICE ka:pagerank { [] ka:layer ka:x ; ka:seed id:nobody ; ka:node ?n }",
            "ka:seed: expected a node of the graph, found id:nobody, which the data do not have",
        ),
        (
            "SERVICE ka:pagerank { [] ka:layer ka:x ; ka:seed ?n ; ka:node ?n . ?n a ka:Account }",
            "?n: expected a variable of its own for a result",
        ),
        (
            "SERVICE ka:pagerank { [] ka:layer [ ka:source ka:x ; ka:target ?y ] ; ka:node ?n . ?z ?p ?y }",
            "ka:source: expected both ka:source and ka:target predicates, or both variables, found ka:x",
        ),
        (
            "SERVICE ka:pagerank { [] ka:layer [ ka:path ka:x ; ka:weight ka:amount ] ; ka:node ?n }",
            "ka:weight: expected no day, class or predicate of a weight beside ka:path",
        ),
        (
            "SERVICE ka:pagerank { [] ka:layer [ ka:source ?a ; ka:target ?b ; ka:weight ?w ] ; ka:node ?n . ?a e:supplies ?b ; schema:name ?w }",
            "ka:weight: expected a number, found \"Alpha\"",
        ),
        ("SERVICE ka:pagerank { [] ka:layer ka:x ; ka:asOf \"soon\" ; ka:node ?n }", "ka:asOf: expected a day such as"),
        (
            "SERVICE <https://example.org/sparql> { ?s ?p ?o }",
            "SERVICE <https://example.org/sparql> is not asked: kagraph opens no network connection",
        ),
    ];
    for (request, expected) in cases {
        let found = refusal(request);
        assert!(found.contains(expected), "{request}\nexpected {expected}\nfound    {found}");
    }
    assert_eq!(lines("SELECT ?n { SERVICE SILENT ka:pagernk { [] ka:layer ka:x ; ka:node ?n } }"), "");
}

#[test]
fn a_stopped_query_ends_in_a_call() {
    let stop = Stop::never();
    stop.interrupt();
    let query = Query::parse("SELECT * { SERVICE ka:degree { [] ka:layer ka:owner ; ka:node ?n } }").unwrap();
    let error = match query.answer(&market(), &stop).map(|answer| answer.results) {
        Err(error) => error,
        Ok(QueryResults::Solutions(mut solutions)) => {
            kagraph::sparql::Answer::explained(&stop, solutions.next().unwrap().unwrap_err())
        }
        Ok(_) => panic!("selects"),
    };
    assert!(matches!(error, SparqlError::Interrupted(_)), "{error}");
}

#[test]
fn the_memory_of_a_query_bounds_its_calls() {
    let text = "SELECT ?n { SERVICE ka:degree { [] ka:layer [ ka:source ?x ; ka:target ?y ] ; ka:node ?n .
        ?x <https://example.org/supplies> ?y } }";
    let message = |memory_bytes: usize| {
        let how = Answering { memory_bytes, ..Answering::default() };
        let answer = Query::parse(text).unwrap().answer_with(&market(), &Stop::never(), how);
        let explained = |error| kagraph::sparql::Answer::explained(&Stop::never(), error);
        let QueryResults::Solutions(solutions) = answer.ok()?.results else { panic!("selects") };
        solutions.map(|solution| solution.map_err(explained)).find_map(Result::err).map(|error| error.to_string())
    };
    let refused = message(400).unwrap_or_default();
    let expected = "SERVICE ka:degree: the graph needs about 1 MB, the query may use 0 MB\nhint: ";
    assert!(refused.starts_with(expected), "{refused}");
    assert_eq!(message(1 << 20), None);
}

#[test]
fn another_day_and_another_snapshot_are_other_answers() {
    let text = "SELECT ?n { SERVICE ka:degree { [] ka:layer e:supplies ; ka:node ?n } }";
    let nodes =
        |snapshot: &Snapshot| -> BTreeSet<String> { answer_on(snapshot, text).unwrap().concat().into_iter().collect() };
    let quads = RdfParser::from_format(RdfFormat::Turtle)
        .for_slice(b"<https://e/x> <https://example.org/supplies> <https://e/y> .");
    let other = snapshot(&quads.collect::<Result<Vec<_>, _>>().unwrap());
    assert_eq!(nodes(&market()).len(), 6);
    assert_eq!(nodes(&other), ["x".to_owned(), "y".to_owned()].into());
    assert_eq!(nodes(&market()).len(), 6);
}

#[test]
fn medians_and_percentiles_aggregate_groups() {
    let text = "SELECT ?a (ka:median(?x) AS ?median) (ka:percentile90(?x) AS ?p90) (ka:standardDeviation(?x) AS ?sd)
        { ?o a ka:Order ; ka:account ?a ; ka:amount ?x } GROUP BY ?a ORDER BY ?a";
    assert_eq!(lines(text), "a 20.25 28.05 13.788582233137676\nb 7.5 17.5 17.67766952966369");
}

#[test]
fn every_algorithm_is_documented_and_has_words_of_its_own() {
    let page = include_str!("../src/sparql/service/mod.rs");
    let shown = |name: NamedNodeRef<'_>| format!("`ka:{}`", name.as_str().rsplit('#').next().unwrap());
    let mut names = BTreeSet::new();
    for algorithm in ALGORITHMS {
        assert!(names.insert(algorithm.name.as_str()), "{} is there twice", algorithm.name);
        let row = format!(
            "| {} | {} | {} | {} |",
            shown(algorithm.name),
            algorithm.parameters.iter().map(|it| shown(it.name)).collect::<Vec<_>>().join(", "),
            algorithm.columns.iter().map(|it| shown(it.name)).collect::<Vec<_>>().join(", "),
            algorithm.direction
        );
        let row = row.replace("|  |", "| |");
        assert!(page.contains(&row), "the page of sparql::service lacks\n{row}");
        let known: Vec<_> = ontology::KA_REQUEST.iter().chain(ontology::KA_PROPERTIES).collect();
        for name in algorithm.all_parameters().map(|it| it.name).chain(algorithm.columns.iter().map(|it| it.name)) {
            assert!(known.contains(&&name), "{name} is no word of a request");
        }
        let both = algorithm.columns.iter().find(|column| algorithm.all_parameters().any(|it| it.name == column.name));
        assert!(both.is_none(), "{}: a parameter and a column have the same name", algorithm.name);
        assert!(algorithm.meaning.len() > 20 && algorithm.all_parameters().all(|it| !it.meaning.is_empty()));
        assert!(ontology::KA_SERVICES.contains(&algorithm.name));
    }
    assert_eq!(ontology::KA_SERVICES.len(), ALGORITHMS.len());
    for parameter in GRAPH_PARAMETERS {
        assert!(page.contains(&format!("| {} |", shown(parameter.name))), "{}", parameter.name);
    }
}

#[test]
fn every_example_has_an_answer_on_the_demo_and_is_in_the_description() {
    let folder = WorkFolder::new();
    folder.stdout(&["run", &demo(), "--workspace", "w.kag", "--known-on", "2025-07-01"]);
    let mut faults = Vec::new();
    for algorithm in ALGORITHMS {
        assert!(algorithm.example.contains(&format!("ka:{} {{", algorithm.name.as_str().rsplit('#').next().unwrap())));
        let answer = folder.stdout(&["query", "--workspace", "w.kag", "--format", "csv", algorithm.example]);
        if answer.lines().count() < 2 {
            faults.push(format!("{}\n{answer}", algorithm.name));
        }
    }
    assert!(faults.is_empty(), "without answer: {}", faults.join("\n"));
    let description = folder.stdout(&["query", "--workspace", "w.kag", "--describe-service"]);
    let parsed = RdfParser::from_format(RdfFormat::Turtle).for_slice(description.as_bytes());
    let quads = parsed.collect::<Result<Vec<_>, _>>().unwrap();
    let count = |predicate: NamedNodeRef<'_>| quads.iter().filter(|quad| quad.predicate == predicate).count();
    let n_parameters: usize = ALGORITHMS.iter().map(|algorithm| algorithm.all_parameters().count()).sum();
    assert_eq!(count(ontology::SH_PARAMETER_OF), n_parameters);
    assert_eq!(count(ontology::SD_FEATURE_OF), ALGORITHMS.len() + 1);
    assert_eq!(count(ontology::SD_EXTENSION_FUNCTION), ontology::KA_FUNCTIONS.len());
    assert_eq!(count(ontology::SD_EXTENSION_AGGREGATE), ontology::KA_AGGREGATES.len());
    let n_words = quads.iter().filter(|quad| quad.predicate == ontology::RDFS_COMMENT).count();
    let n_named = ontology::KA_FUNCTIONS.len() + ontology::KA_AGGREGATES.len() + ontology::KA_SERVICES.len();
    assert_eq!(n_words, n_named, "one comment for each function, aggregate and algorithm");
    let partitions =
        folder.stdout(&["query", "-w", "w.kag", "-f", "csv", "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }"]);
    assert_eq!(partitions, format!("n\r\n{}\r\n", count(ontology::VOID_PROPERTY_PARTITION)));
}

#[test]
fn an_empty_answer_names_what_the_data_do_not_have() {
    let folder = WorkFolder::new();
    folder.stdout(&["run", &demo(), "--workspace", "w.kag", "--known-on", "2025-07-01"]);
    let hints = |text: &str| stderr(&folder.kagraph(&["query", "--workspace", "w.kag", text]));
    let misspelt = hints("SELECT ?x { ?x a ka:Acount ; ka:amuont ?y }");
    let expected = "0 rows\nhint: ka:amuont does not occur in the data; did you mean ka:amount ?\n\
        hint: ka:Acount does not occur in the data; did you mean ka:Account ?\n";
    assert_eq!(misspelt, expected);
    assert!(hints("SELECT (COUNT(*) AS ?n) { ?x ka:amuont ?y }").contains("did you mean ka:amount ?"));
    let called = hints("SELECT ?n { SERVICE ka:degree { [] ka:layer ka:manger ; ka:node ?n } }");
    assert!(called.contains("ka:manger does not occur in the data"), "{called}");
    assert_eq!(hints("SELECT ?x { ?x a ka:Account ; schema:name 'nobody' }"), "0 rows\n");
}
