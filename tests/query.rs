//! `kagraph query` on a workspace on disk.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use kagraph::sparql::{Format, Library, Stop, write};
use kagraph::store::{BatchSpec, Input, Load, Workspace};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::Quad;

use crate::support::statements;

const DATA: &str = r#"
@prefix ka: <https://w3id.org/kagraph/ns#> .
@prefix id: <https://w3id.org/kagraph/id/> .
@prefix schema: <https://schema.org/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix org: <http://www.w3.org/ns/org#> .
id:a1 a ka:Account ; schema:name "Nordlicht GmbH" ; ka:isKeyAccount true ; ka:owner id:e1 .
id:a2 a ka:Account ; schema:name "电子有限公司" ; ka:owner id:e1 ; org:subOrganizationOf id:a1 .
id:e1 a ka:Employee ; foaf:name "Ada Berg" .
id:c1 a foaf:Person ; foaf:name "Kim Fu" .
id:c2 a foaf:Person ; foaf:name "Lena Ost" .
id:p1 a org:Post ; ka:title "CFO" ; org:postIn id:a1 ; ka:level ka:Level-decision .
id:p2 a org:Post ; ka:title "Buyer" ; org:postIn id:a1 ; org:reportsTo id:p1 .
id:m1 a org:Membership ; org:member id:c1 ; ka:inPost id:p1 ; org:organization id:a1 ;
    schema:startDate "2024-01-01"^^<http://www.w3.org/2001/XMLSchema#date> ;
    schema:endDate "2025-01-01"^^<http://www.w3.org/2001/XMLSchema#date> .
id:m2 a org:Membership ; org:member id:c2 ; ka:inPost id:p1 ; org:organization id:a1 ;
    schema:startDate "2025-01-01"^^<http://www.w3.org/2001/XMLSchema#date> .
id:o1 a ka:Transaction, ka:Order ; ka:account id:a1 ; ka:amount 100.50 ;
    ka:date "2024-05-01"^^<http://www.w3.org/2001/XMLSchema#date> .
id:o2 a ka:Transaction, ka:Order ; ka:account id:a2 ; ka:amount 49.50 ;
    ka:date "2025-05-01"^^<http://www.w3.org/2001/XMLSchema#date> .
id:o3 a ka:Transaction, ka:Order ; ka:account id:a1 ; ka:amount 50.0 ;
    ka:date "2025-05-31"^^<http://www.w3.org/2001/XMLSchema#date> .
"#;

struct Folder(tempfile::TempDir);

impl Folder {
    /// A workspace with one batch of `data`.
    fn with(data: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let quads: Vec<Quad> =
            RdfParser::from_format(RdfFormat::Turtle).for_slice(data.as_bytes()).map(Result::unwrap).collect();
        let workspace = Workspace::open_or_create(&folder.path().join("w.kag")).unwrap();
        let writing = workspace.write().unwrap();
        let spec = BatchSpec {
            source: "test".into(),
            title: "Test".into(),
            graph: "https://w3id.org/kagraph/graph/test".into(),
            inputs: vec![Input { file: "data.ttl".into(), bytes: 0, blake3: "0".into() }],
            mapping: "test".into(),
            load_day: "2025-12-31".parse().unwrap(),
        };
        let Load::New(mut batch) = writing.load(spec).unwrap() else { panic!("the batch is new") };
        batch.append(0, &statements(&quads)).unwrap();
        batch.finish().unwrap();
        writing.build().unwrap();
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kagraph"));
        command.args(["query", "--workspace", "w.kag"]).args(arguments).current_dir(self.path());
        command.stdin(Stdio::null());
        command
    }

    fn stdout(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}\n{}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    fn refusal(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}\n{}", stderr(&output));
        assert!(output.stdout.is_empty());
        stderr(&output)
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const NAMES: &str =
    "SELECT ?name ?isKey { ?a a ka:Account ; schema:name ?name OPTIONAL { ?a ka:isKeyAccount ?isKey } } ORDER BY ?name";

#[test]
fn an_answer_is_written_in_every_format() {
    let folder = Folder::with(DATA);
    let table = "\
┌────────────────┬───────┐
│ name           ┆ isKey │
╞════════════════╪═══════╡
│ Nordlicht GmbH ┆ true  │
│ 电子有限公司   ┆       │
└────────────────┴───────┘
";
    assert_eq!(folder.stdout(&[NAMES]), table);
    assert_eq!(folder.stdout(&["-f", "csv", NAMES]), "name,isKey\r\nNordlicht GmbH,true\r\n电子有限公司,\r\n");
    assert_eq!(folder.stdout(&["-f", "tsv", NAMES]), "?name\t?isKey\n\"Nordlicht GmbH\"\ttrue\n\"电子有限公司\"\t\n");
    let json: serde_json::Value = serde_json::from_str(&folder.stdout(&["-f", "json", NAMES])).unwrap();
    assert_eq!(json["results"]["bindings"][1]["name"]["value"], "电子有限公司");
    assert!(folder.stdout(&["-f", "xml", NAMES]).contains("<literal>电子有限公司</literal>"));
    let ask = "ASK { ?a ka:isKeyAccount true }";
    assert_eq!((folder.stdout(&[ask]), folder.stdout(&["-f", "csv", ask])), ("true\n".into(), "true\n".into()));
    let graph = "CONSTRUCT { ?a ka:owner ?e } WHERE { ?a ka:owner ?e ; ka:isKeyAccount true }";
    assert!(folder.stdout(&[graph]).contains("ka:owner id:e1"));
    let triple =
        "<https://w3id.org/kagraph/id/a1> <https://w3id.org/kagraph/ns#owner> <https://w3id.org/kagraph/id/e1> .\n";
    assert_eq!(folder.stdout(&["-f", "ntriples", graph]), triple);
    assert!(folder.stdout(&["DESCRIBE id:e1"]).contains("\"Ada Berg\""));
}

#[test]
fn a_format_that_cannot_hold_the_answer_is_refused() {
    let folder = Folder::with(DATA);
    let refusal = folder.refusal(&["-f", "turtle", NAMES]);
    assert_eq!(refusal, "error: turtle cannot hold the answer of SELECT; table, csv, tsv, json, xml can\n");
    assert!(folder.refusal(&["-f", "csv", "DESCRIBE id:e1"]).contains("turtle, ntriples can"));
    assert!(folder.refusal(&["-f", "xlsx", NAMES]).contains("there is no output format xlsx"));
}

#[test]
fn parameters_are_bound_as_terms_wherever_the_query_names_them() {
    let folder = Folder::with(DATA);
    let sum = "SELECT (SUM(?amount) AS ?sum) { ?o ka:amount ?amount ; ka:date ?date . FILTER(?date < ?day) }";
    assert_eq!(folder.stdout(&["-f", "csv", "-p", "day=2025-05-02", sum]), "sum\r\n150\r\n");
    let inner = "SELECT ?n { { SELECT (COUNT(*) AS ?n) { ?a schema:name ?name } } }";
    assert_eq!(folder.stdout(&["-f", "csv", "--param", "name=电子有限公司", inner]), "n\r\n1\r\n");
    assert_eq!(folder.stdout(&["-f", "csv", "--param", "name=x\" . ?a ?b ?c . #", inner]), "n\r\n0\r\n");
    let refusal = folder.refusal(&["-p", "nam=x", inner]);
    assert_eq!(refusal, "error: the query has no parameter nam; it has n, a, name\n");
    assert!(folder.refusal(&["-p", "p=5", "SELECT * { ?s ?p ?o }"]).contains("where only an IRI can stand"));
    assert!(folder.refusal(&["-p", "a=<x", inner]).contains("parameter a: expected an IRI"));
    assert!(folder.refusal(&["-p", "a", inner]).contains("expected name=value"));
}

#[test]
fn the_plan_tells_what_it_expected_and_what_it_did() {
    let folder = Folder::with(DATA);
    let sums = "SELECT ?a (SUM(?m) AS ?sum) { ?o ka:account ?a ; ka:amount ?m } GROUP BY ?a ORDER BY ?a";
    let output = folder.command(&["--explain", "-f", "csv", sums]).output().unwrap();
    let explanation = stderr(&output);
    assert!(explanation.starts_with("computed in columns\n"), "{explanation}");
    for part in ["expected", "sort by", "group by [?a]", "account", "amount"] {
        assert!(explanation.contains(part), "{part}: {explanation}");
    }
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 3);
    let between = "SELECT ?g { GRAPH ?g { id:o1 ka:account+ id:a1 } }";
    let output = folder.command(&["--explain", between]).output().unwrap();
    let reason = "a property path between two given ends inside GRAPH with a variable";
    assert!(
        stderr(&output).starts_with(&format!("computed by Oxigraph's evaluator, not covered in columns: {reason}\n"))
    );
    let output = folder.command(&["--explain", "DESCRIBE id:e1"]).output().unwrap();
    assert!(stderr(&output).starts_with("computed in columns\n"));
}

#[test]
fn now_is_one_instant_of_a_query_and_iris_are_made_in_columns() {
    let folder = Folder::with(DATA);
    let in_columns = |query: &str| folder.stdout(&["--way=columns", "-f", "csv", query]);
    let same =
        "ASK { ?a a ka:Account BIND(NOW() AS ?one) ?b a foaf:Person BIND(NOW() AS ?other) FILTER(?one != ?other) }";
    assert_eq!(in_columns(same), "false\n");
    let past = "SELECT (COUNT(?t) AS ?n) { ?t ka:date ?d FILTER(xsd:dateTime(?d) < NOW()) }";
    assert_eq!(in_columns(past), "n\r\n3\r\n");
    let made = "SELECT ?name { BIND(IRI(CONCAT(STR(id:), 'a1')) AS ?a) ?a schema:name ?name }";
    assert_eq!(in_columns(made), "name\r\nNordlicht GmbH\r\n");
}

#[test]
fn a_query_that_needs_more_memory_than_it_may_is_ended() {
    let folder = Folder::with(DATA);
    let pairs = "SELECT * { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f } ORDER BY ?a";
    let refusal = folder.refusal(&["--memory", "100k", pairs]);
    assert!(refusal.contains("the query needs more than 0 MiB of memory, its limit"), "{refusal}");
    assert!(folder.refusal(&["--memory", "much", pairs]).contains("expected a size such as 512M"));
}

#[test]
fn what_a_query_names_and_the_data_do_not_have_is_told_with_what_is_near() {
    let folder = Folder::with(DATA);
    let told = |arguments: &[&str]| {
        let output = folder.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}\n{}", stderr(&output));
        stderr(&output)
    };
    let note = "note: graph:tests is no graph of the data; did you mean graph:test ?\n";
    for query in ["ASK FROM graph:tests { ?a ?b ?c }", "SELECT * FROM NAMED graph:tests { GRAPH ?g { ?a ?b ?c } }"] {
        assert!(told(&[query]).contains(note), "{query}");
    }
    let optional = "SELECT ?a { ?a a ka:Account OPTIONAL { GRAPH graph:tests { ?a ka:owner ?b } } }";
    assert_eq!(told(&[optional]), format!("2 rows\n{note}"));
    assert!(
        told(&["ASK FROM <http://x.org/y> {}"])
            .contains("<http://x.org/y> is no graph of the data; there are graph:test\n")
    );
    assert!(!told(&["ASK FROM graph:test { GRAPH graph:test { ?a ?b ?c } }"]).contains("note:"));

    let unknown = told(&["-p", "account=id:a3", "-p", "day=2025-01-01", "chain_on_day"]);
    let hint = "hint: parameter account: id:a3 does not occur in the data; did you mean id:a1 or id:a2 or id:o3 ?\n";
    assert!(unknown.starts_with("0 rows\n") && unknown.contains(hint), "{unknown}");
    assert!(!told(&["-p", "account=id:a1", "-p", "day=2020-01-01", "chain_on_day"]).contains("parameter"));
    let far = told(&["-p", "a=<http://x.org/nobody>", "SELECT ?n { ?a schema:name ?n }"]);
    assert!(far.contains("hint: parameter a: <http://x.org/nobody> does not occur in the data\n"), "{far}");
}

#[test]
fn a_named_query_says_what_it_lacks() {
    let folder = Folder::with(DATA);
    let chain = folder.stdout(&["-f", "csv", "-p", "account=id:a1", "-p", "day=2024-12-31", "chain_on_day"]);
    assert_eq!(chain, "person,title,level,function,role,above,since\r\nKim Fu,CFO,decision,,,,2024-01-01\r\n");
    let later = folder.stdout(&["-f", "csv", "-p", "account=id:a1", "-p", "day=2025-01-01", "chain_on_day"]);
    assert!(later.contains("Lena Ost") && !later.contains("Kim Fu"));
    assert!(
        folder.refusal(&["chain_on_day"]).contains("needs the parameter account (the account)\nhint: --param account=")
    );
    assert!(folder.refusal(&["chain_on_dax"]).contains("hint: did you mean chain_on_day ?"));
    assert!(folder.stdout(&["--list"]).contains("\nchain_on_day\n    Who held which post"));
    std::fs::create_dir(folder.path().join("own")).unwrap();
    std::fs::write(
        folder.path().join("own/answer.rq"),
        "# question: What?\n# 问题：什么？\n# column a: it\nSELECT (42 AS ?a) {}",
    )
    .unwrap();
    assert_eq!(folder.stdout(&["--queries", "own", "-f", "csv", "answer"]), "a\r\n42\r\n");
    assert_eq!(folder.stdout(&["-f", "csv", "own/answer.rq"]), "a\r\n42\r\n");
}

#[test]
fn every_named_query_can_be_asked_and_numbers_lead_to_their_rows() {
    let folder = Folder::with(DATA);
    let snapshot = Workspace::open(&folder.path().join("w.kag")).unwrap().current().unwrap().snapshot;
    for query in Library::shipped().unwrap().iter() {
        let values: Vec<_> = query.parameters.iter().map(|it| (it.name.as_str(), it.example.as_str())).collect();
        let asked = query.bind(values).unwrap_or_else(|error| panic!("{}: {error}", query.name));
        let answer = asked.answer(&snapshot, &Stop::never()).unwrap_or_else(|error| panic!("{}: {error}", query.name));
        let mut out = Vec::new();
        write(answer, Format::default_for(asked.form()), &mut out)
            .unwrap_or_else(|error| panic!("{}: {error}", query.name));
    }
    let origins = folder.stdout(&["-f", "csv", "-p", "account=id:a2", "origin_of_revenue"]);
    assert!(origins.contains("2025-05-01,49.50,,") && origins.contains("/data.ttl:"), "{origins}");
    let concentration = folder.stdout(&["-f", "csv", "concentration"]);
    assert_eq!(concentration, "accounts,revenue,largest,hhi,equal\r\n2,200,75.3,6275,1.6\r\n");
    let thirds = DATA.replace("100.50", "100.0").replace("49.50", "50.0");
    let concentration = Folder::with(&thirds.replace("50.0 ;", "25.0 ;")).stdout(&["-f", "csv", "concentration"]);
    assert_eq!(concentration, "accounts,revenue,largest,hhi,equal\r\n2,150,83.3,7222,1.4\r\n");
    let groups = folder.stdout(&["-f", "csv", "group_roll_up"]);
    assert!(groups.contains("Nordlicht GmbH,1,1,49.5,https://w3id.org/kagraph/id/a1"), "{groups}");
}

#[test]
fn a_query_ends_at_its_time_limit_and_without_a_word_when_nobody_reads() {
    let folder = Folder::with(DATA);
    let started = Instant::now();
    let endless =
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o . ?p ?q ?r . ?s ?t ?u }";
    let refusal = folder.refusal(&["--timeout", "300ms", endless]);
    assert!(refusal.starts_with("error: the query was stopped after "), "{refusal}");
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());

    let many = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }";
    let mut child = folder.command(&["-f", "csv", many]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{}", stderr(&output));
}

#[test]
fn a_deeply_nested_query_is_answered() {
    let folder = Folder::with(DATA);
    let nested = format!("ASK {{ FILTER({}1{} = 1) }}", "(".repeat(400), ")".repeat(400));
    assert_eq!(folder.stdout(&[&nested]), "true\n");
}

const FAULTY: &str = r#"
@prefix ka: <https://w3id.org/kagraph/ns#> .
@prefix id: <https://w3id.org/kagraph/id/> .
@prefix schema: <https://schema.org/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
id:whole a ka:Account ; schema:name "Acme & Co." ; ka:sector id:s ; ka:owner id:e .
id:twin a ka:Account ; schema:name "ACME Co" ; ka:sector id:s ; ka:owner id:e .
id:nameless a ka:Account ; ka:sector id:s ; ka:owner id:e .
id:ownerless a ka:Account ; schema:name "Other" ; ka:sector id:s .
id:o1 a ka:Transaction, ka:Order ; ka:account id:whole ; ka:amount 5.00 ; ka:date "2024-05-01"^^xsd:date .
id:o2 a ka:Transaction, ka:Order ; ka:account id:twin ; ka:amount 7.00 ; ka:date "2025-05-01"^^xsd:date .
id:o3 a ka:Transaction, ka:Order ; ka:account id:whole ; ka:amount 9.00 ; ka:date "2031-01-01"^^xsd:date .
id:o4 a ka:Transaction, ka:Order ; ka:account id:whole ; ka:date "2024-06-01"^^xsd:date .
id:p a org:Post ; ka:title "CFO" ; org:postIn id:whole .
id:m1 a org:Membership ; org:member id:c1 ; ka:inPost id:p ; schema:startDate "2024-01-01"^^xsd:date ;
    schema:endDate "2024-07-01"^^xsd:date .
id:m2 a org:Membership ; org:member id:c2 ; ka:inPost id:p ; schema:startDate "2024-06-01"^^xsd:date ;
    schema:endDate "2025-01-01"^^xsd:date .
id:m3 a org:Membership ; org:member id:c1 ; ka:inPost id:p ; schema:startDate "2025-01-01"^^xsd:date .
id:c1 a foaf:Person ; foaf:name "Kim" .
id:c2 a foaf:Person ; foaf:name "Lena" .
id:c3 a foaf:Person ; foaf:name "Max" .
"#;

#[test]
fn each_quality_query_finds_its_fault_and_nothing_else() {
    let folder = Folder::with(FAULTY);
    let columns = |name: &str, arguments: &[&str], shown: &[usize]| -> Vec<Vec<String>> {
        let text = folder.stdout(&[&["-f", "csv", name], arguments].concat());
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows = reader.records().map(Result::unwrap);
        rows.map(|row| shown.iter().map(|at| row[*at].replace("https://w3id.org/kagraph/id/", "")).collect()).collect()
    };
    assert_eq!(columns("quality_accounts", &[], &[0, 2]), [["name", "nameless"], ["owner", "ownerless"]]);
    assert_eq!(columns("quality_transactions", &[], &[0, 1]), [["amount", "o4"]]);
    let overlap = columns("quality_overlapping_memberships", &[], &[1, 2, 4, 5, 6]);
    assert_eq!(overlap, [["CFO", "Kim", "2024-07-01", "Lena", "2024-06-01"]]);
    assert_eq!(columns("quality_contacts_without_post", &[], &[0, 2]), [["Max", "0"]]);
    assert_eq!(columns("quality_duplicate_names", &[], &[0, 1, 2]), [["acmeco", "2", "ACME Co | Acme & Co."]]);
    let future = columns("quality_future_dates", &["-p", "day=2026-01-01"], &[0, 1, 2]);
    assert_eq!(future, [["2031-01-01", "transaction", "o3"]]);
    let new = columns("new_accounts", &["-p", "since=2025-01-01"], &[0, 1, 2, 3]);
    assert_eq!(new, [["ACME Co", "2025-05-01", "1", "7"]]);
}
