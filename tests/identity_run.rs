//! Identity as part of a run: two systems without a common key, whose records become one company each.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use crate::command::{WorkFolder, contents};

const CRM_MAPPING: &str = r#"
source = "crm"
title = "CRM"

[[file]]
path = "crm/accounts.csv"

[[file.account]]
id = "account/{id}"
name = "{company_name}"
locality = "{city}"
phone = "{phone}"
lei = "{lei}"
key_account = { value = "{key}", map = { yes = "true", no = "false" } }

[[file]]
path = "crm/contacts.csv"

[[file.contact]]
id = "contact/{id}"
name = "{name}"
email = "{email}"
account = "account/{account}"
"#;
const ERP_MAPPING: &str = r#"
source = "erp"
title = "ERP"

[[file]]
path = "erp/customers.csv"

[[file.account]]
id = "account/{number}"
legal_name = "{name}"
locality = "{town}"
phone = "{telephone}"
lei = "{lei}"

[[file]]
path = "erp/people.csv"

[[file.contact]]
id = "person/{id}"
name = "{name}"
email = "{email}"

[[file]]
path = "erp/orders.csv"
known = "{date}"

[[file.transaction]]
id = "order/{order}"
kind = "order"
account = { value = "account/{number}", required = true }
date = "{date}"
amount = "{amount}"
currency = "EUR"
"#;
const CRM_ACCOUNTS: &str = "\
id,company_name,city,phone,lei,key
1,Zwiesel Optik GmbH,Zwiesel,+49 9922 8690,,no
2,Nordhaus Maschinenbau AG,Kiel,+49 431 55501,,no
3,Talheim Logistik GmbH,Ulm,+49 731 9090,,yes
4,Bergmann & Sohn KG,Ulm,+49 731 1212,,yes
5,Lindauer Papierfabrik GmbH,Lindau,+49 8382 700,,yes
6,Global Parts Holding,Hamburg,+49 40 1,5493001KJTIIGC8Y1R12,no
7,Kestrel Bank AG,Frankfurt,,7LTWFZYICNSX8D621K86,no
";
const CRM_CONTACTS: &str = "\
id,account,name,email
c1,1,Sabine Zöllner,s.zoellner@zwiesel-optik.example
c2,2,Jörg Petersen,jp@nordhaus.example
c3,4,Anna Bergmann,anna@bergmann.example
";
const ERP_CUSTOMERS: &str = "\
number,name,town,telephone,lei
70001,ZWIESEL OPTIK,Zwiesel,+49 9922 8690,
70002,Nordhaus Maschinenbau Aktiengesellschaft,Kiel,+49 431 55501,
70003,Talheim Logistics,Ulm,+49 731 9090,
70004,Hafenkontor Stein GmbH,Hamburg,+49 40 334455,
70005,GPH Teile und Service,Bremen,,5493001KJTIIGC8Y1R12
70006,Kestrel Bank AG,Frankfurt,,W38RGI023J3WT1HWRP32
70007,Lindauer Papier,Lindau,,
70008,Bergmann,Ulm,,
";
const ERP_PEOPLE: &str = "\
id,name,email
p1,Zöllner Sabine,s.zoellner@zwiesel-optik.example
p2,Max Unrelated,max@unrelated.example
";

const CRM_1: &str = "id:crm/account/1";
const ERP_1: &str = "id:erp/account/70001";

/// Two systems; each of the eight customers of the ERP orders every month for two years, the later ones for more.
fn two_systems() -> WorkFolder {
    let folder = WorkFolder::new();
    let mut orders = "order,number,date,amount\n".to_owned();
    for month in 0..24 {
        for customer in 1..=8 {
            let (year, month, amount) = (2023 + month / 12, month % 12 + 1, 1000 * customer + 10 * month);
            let _ =
                writeln!(orders, "o{customer}-{year}-{month},7000{customer},{year}-{month:02}-1{customer},{amount}");
        }
    }
    for (name, text) in [
        ("crm.toml", CRM_MAPPING),
        ("erp.toml", ERP_MAPPING),
        ("crm/accounts.csv", CRM_ACCOUNTS),
        ("crm/contacts.csv", CRM_CONTACTS),
        ("erp/customers.csv", ERP_CUSTOMERS),
        ("erp/people.csv", ERP_PEOPLE),
        ("erp/orders.csv", &orders),
    ] {
        let path = folder.path("data").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

const RUN: [&str; 6] = ["run", "data", "--workspace", "w.kag", "--known-on", "2025-01-01"];

/// A file of the current run.
fn of_run(folder: &WorkFolder, name: &str) -> String {
    let pointer = fs::read_to_string(folder.path("w.kag/CURRENT")).unwrap();
    let pointer: serde_json::Value = serde_json::from_str(&pointer).unwrap();
    let path = folder.path("w.kag/runs").join(pointer["run"].as_str().unwrap()).join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rows of a CSV file of the current run, by column.
fn rows(folder: &WorkFolder, name: &str) -> Vec<BTreeMap<String, String>> {
    let text = of_run(folder, name);
    csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes()).deserialize().map(Result::unwrap).collect()
}

/// Entity by the end of the record's IRI, such as `crm/account/1`.
fn entities(folder: &WorkFolder) -> BTreeMap<String, String> {
    let rows = ["accounts", "contacts"].map(|sort| rows(folder, &format!("identity/{sort}-entities.csv")));
    let key = |row: &BTreeMap<String, String>| row["record"].rsplit_once("/id/").unwrap().1.to_owned();
    rows.iter().flatten().map(|row| (key(row), row["entity_id"].clone())).collect()
}

#[test]
fn records_of_two_systems_are_one_account_in_the_lists_and_in_queries() {
    let folder = two_systems();
    folder.stdout(&RUN);
    let entities = entities(&folder);
    assert_eq!(entities["crm/account/1"], entities["erp/account/70001"], "by what they say");
    assert_eq!(entities["crm/account/6"], entities["erp/account/70005"], "by the number of a register");
    assert_eq!(entities["crm/contact/c1"], entities["erp/person/p1"], "a person");
    assert_ne!(entities["crm/account/7"], entities["erp/account/70006"], "different numbers");
    assert_ne!(entities["crm/contact/c2"], entities["erp/person/p2"]);
    let candidates = rows(&folder, "candidates.csv");
    let zwiesel: Vec<_> = candidates.iter().filter(|row| row["account"].to_lowercase().contains("zwiesel")).collect();
    assert_eq!((zwiesel.len(), zwiesel[0]["account"].as_str()), (1, "Zwiesel Optik GmbH"));
    assert!(zwiesel[0]["account_iri"].ends_with("/crm/account/1"));
    let spent = "SELECT (SUM(?a) AS ?sum) WHERE { ?e ka:mainRecord <https://w3id.org/kagraph/id/crm/account/1> . ?r ka:entity ?e . \
                 ?t ka:account ?r ; ka:amount ?a }";
    let spent = folder.stdout(&["query", spent, "--workspace", "w.kag", "--format", "csv"]);
    assert_eq!(spent.split_whitespace().nth(1), Some("26760"), "24 orders of 1000 and 10 more each month");
    let matched = "SELECT ?p WHERE { ?m ka:matched <https://w3id.org/kagraph/id/crm/account/1>, \
                   <https://w3id.org/kagraph/id/erp/account/70001> ; ka:probability ?p ; \
                   ka:takenAs \"same\" FILTER(?p > 0.9) }";
    let matched = folder.stdout(&["query", matched, "--workspace", "w.kag", "--format", "csv"]);
    assert_eq!(matched.lines().count(), 2, "{matched}");
}

#[test]
fn the_values_of_all_records_are_kept_with_the_one_that_counts() {
    let folder = two_systems();
    folder.stdout(&RUN);
    let values = rows(&folder, "identity/accounts-values.csv");
    let of = |record: &str, attribute: &str| {
        let is_it = |row: &&BTreeMap<String, String>| row["record"].ends_with(record) && row["attribute"] == attribute;
        values.iter().find(is_it).map(|row| (row["value"].as_str(), row["counts"].as_str(), row["system"].as_str()))
    };
    assert_eq!(of("crm/account/6", "city"), Some(("Hamburg", "yes", "crm")));
    assert_eq!(of("erp/account/70005", "city"), Some(("Bremen", "no", "erp")));
    fs::write(folder.path("erp-first.toml"), "[identity]\nprecedence = [\"erp\"]\n").unwrap();
    folder.stdout(&[&RUN[..], &["--settings", "erp-first.toml"]].concat());
    let candidates = rows(&folder, "candidates.csv");
    assert!(candidates.iter().any(|row| row["account_iri"].ends_with("erp/account/70005")), "the ERP speaks first");
    let names = "SELECT ?name ?other WHERE { ?e ka:mainRecord <https://w3id.org/kagraph/id/erp/account/70005> ; schema:legalName ?name ; schema:name ?other }";
    let names = folder.stdout(&["query", names, "--workspace", "w.kag", "--format", "csv"]);
    assert!(names.contains("GPH Teile und Service,Global Parts Holding"), "{names}");
}

#[test]
fn different_numbers_of_one_register_block_and_are_reported() {
    let folder = two_systems();
    folder.stdout(&RUN);
    let conflicts = rows(&folder, "identity/accounts-conflicts.csv");
    let kestrel: Vec<_> = conflicts.iter().filter(|row| row["one"].ends_with("crm/account/7")).collect();
    assert_eq!(kestrel[0]["taken_as"], "not same");
    assert_eq!(kestrel[0]["against"], "different LEI: 7LTWFZYICNSX8D621K86 and W38RGI023J3WT1HWRP32");
}

#[test]
fn decisions_in_the_workspace_win_in_every_run_and_ids_stay() {
    let folder = two_systems();
    folder.stdout(&RUN);
    let before = entities(&folder);
    let decisions = "one,other,decision\n\
                     https://w3id.org/kagraph/id/crm/account/1,https://w3id.org/kagraph/id/erp/account/70001,not same\n\
                     https://w3id.org/kagraph/id/crm/account/7,https://w3id.org/kagraph/id/erp/account/70006,same\n";
    fs::write(folder.path("w.kag/decisions.csv"), decisions).unwrap();
    folder.stdout(&RUN);
    let after = entities(&folder);
    assert_ne!(after["crm/account/1"], after["erp/account/70001"]);
    assert_eq!(after["crm/account/7"], after["erp/account/70006"]);
    assert_eq!(after["crm/account/2"], before["crm/account/2"]);
    let fates: Vec<String> =
        rows(&folder, "identity/accounts-changes.csv").iter().map(|row| row["fate"].clone()).collect();
    for fate in ["kept", "split", "merged"] {
        assert!(fates.iter().any(|it| it == fate), "{fate}: {fates:?}");
    }
    let why = folder.stdout(&["why-not", CRM_1, ERP_1, "--workspace", "w.kag"]);
    assert!(why.contains("are two") && why.contains("a decision that they are not the same"), "{why}");
    folder.stdout(&["run", "w.kag"]);
    assert_eq!(entities(&folder), after);
    assert_eq!(fs::read_to_string(folder.path("w.kag/decisions.csv")).unwrap(), decisions);
}

#[test]
fn ids_stay_when_records_come_and_decisions_are_taken_back() {
    let folder = two_systems();
    folder.stdout(&RUN);
    let before = entities(&folder);
    let more = format!("{ERP_CUSTOMERS}70009,Quellbach Brauerei,Passau,+49 851 77,\n");
    fs::write(folder.path("data/erp/customers.csv"), more).unwrap();
    folder.stdout(&["load", "data", "--workspace", "w.kag", "--known-on", "2025-01-02"]);
    folder.stdout(&["build", "--workspace", "w.kag"]);
    folder.stdout(&["discover", "--workspace", "w.kag"]);
    let after = entities(&folder);
    assert_eq!(after.len(), before.len() + 1);
    assert!(before.iter().all(|(record, entity)| after[record] == *entity), "{before:?} {after:?}");
}

#[test]
fn what_depends_on_an_unsure_match_has_a_rank_interval_and_names_what_to_check() {
    let folder = two_systems();
    folder.stdout(&RUN);
    let review = rows(&folder, "identity/review.csv");
    let first = review.first().expect("three of the ERP's names are short forms of names in the CRM");
    assert!(first["places_moved"].parse::<u32>().unwrap() > 0, "one of the two is a key account: {first:?}");
    let candidates = rows(&folder, "candidates.csv");
    let doubted = candidates.iter().filter(|row| row["check_first"].contains(&first["one"]));
    let spread = doubted.map(|row| ["rank_best", "rank", "rank_worst"].map(|name| row[name].parse::<u32>().unwrap()));
    let spread: Vec<_> = spread.collect();
    assert!(spread.iter().all(|[best, rank, worst]| best <= rank && rank <= worst && best < worst), "{spread:?}");
    assert!(!spread.is_empty());
    let html = of_run(&folder, "report.html");
    assert!(spread.iter().all(|[best, _, worst]| html.contains(&format!("{best}–{worst} · "))), "{spread:?}");
    let asked =
        format!("SELECT ?c WHERE {{ ?c ka:checkFirst ?m . ?m ka:matched <{}>, <{}> }}", first["one"], first["other"]);
    let asked = folder.stdout(&["query", &asked, "--workspace", "w.kag", "--format", "csv"]);
    assert_eq!(asked.lines().count(), spread.len() + 1, "{asked}");
    let decision = if first["taken_as"] == "same" { "not same" } else { "same" };
    let shown = folder.stdout(&["review", "w.kag"]);
    let filled = shown
        .lines()
        .enumerate()
        .map(|(at, line)| if at == 1 { format!("{line}{decision}\n") } else { format!("{line}\n") });
    fs::write(folder.path("w.kag/decisions.csv"), filled.collect::<String>()).unwrap();
    folder.stdout(&RUN);
    let found = entities(&folder);
    let entity = |record: &str| &found[record.rsplit_once("/id/").unwrap().1];
    assert_eq!(entity(&first["one"]) == entity(&first["other"]), decision == "same");
}

#[test]
fn entities_and_matches_are_the_same_bytes_at_any_number_of_threads_and_when_run_again() {
    let folder = two_systems();
    let workspace = |name: &str| {
        let mut files = contents(&folder.path(name));
        files.retain(|(name, _)| name != "journal.ndjson" && name != "lock");
        files
    };
    let runs = ["1", "2", "8"].map(|threads| {
        fs::create_dir(folder.path(threads)).unwrap();
        let name = format!("{threads}/w.kag");
        folder.stdout(&["--threads", threads, "run", "data", "--workspace", &name, "--known-on", "2025-01-01"]);
        let first = workspace(&name);
        folder.stdout(&["run", &name]);
        assert!(first == workspace(&name), "run again at {threads}");
        first
    });
    let names = |files: &[(String, Vec<u8>)]| files.iter().map(|it| it.0.clone()).collect::<Vec<_>>();
    assert_eq!(names(&runs[0]), names(&runs[2]));
    for (one, other) in runs[0].iter().zip(&runs[1]).chain(runs[0].iter().zip(&runs[2])) {
        assert!(one == other, "{} differs", one.0);
    }
    assert!(runs[0].iter().any(|(name, _)| name.ends_with("identity/review.csv")));
}

#[test]
fn a_decision_that_is_none_stops_the_run_and_says_where() {
    let folder = two_systems();
    folder.stdout(&RUN);
    fs::write(folder.path("w.kag/decisions.csv"), "one,other,decision\na,b,perhaps\n").unwrap();
    let (code, text) = folder.failure(&RUN);
    assert_eq!(code, 2);
    assert!(text.contains("decisions.csv, line 2, column decision") && text.contains("hint:"), "{text}");
}

#[test]
fn identity_can_be_switched_off() {
    let folder = two_systems();
    fs::write(folder.path("off.toml"), "[identity]\nenabled = false\n").unwrap();
    folder.stdout(&[&RUN[..], &["--settings", "off.toml"]].concat());
    let entities =
        folder.stdout(&["query", "SELECT ?e WHERE { ?r ka:entity ?e }", "--workspace", "w.kag", "--format", "csv"]);
    assert_eq!(entities.lines().count(), 1, "{entities}");
}
