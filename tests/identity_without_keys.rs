//! The demo without the table that leads from the ERP's customer numbers to the CRM: identity finds what it said.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::command::{WorkFolder, contents, copy, demo};

/// The demo with ids of the ERP's own for its customers, who say name, country and town.
fn without_keys() -> WorkFolder {
    let folder = WorkFolder::new();
    copy(Path::new(&demo()), &folder.path("data"));
    let mapping = fs::read_to_string(folder.path("data/erp.toml")).unwrap();
    let own: Vec<&str> = mapping.lines().filter(|line| !line.starts_with("crm = ") && *line != "[file.let]").collect();
    let own = own
        .join("\n")
        .replace("{crm}", "{Kundennr}")
        .replace("\"/account/", "\"account/")
        .replace("legal_name = \"{Name}\"", "legal_name = \"{Name}\"\ncountry = \"{Land}\"\nlocality = \"{Ort}\"");
    fs::write(folder.path("data/erp.toml"), own).unwrap();
    folder
}

fn file(folder: &WorkFolder, workspace: &str, name: &str) -> String {
    let found =
        contents(&folder.path(workspace)).into_iter().find(|it| it.0.starts_with("runs/") && it.0.ends_with(name));
    String::from_utf8(found.unwrap().1).unwrap()
}

/// One column of a CSV file by another.
fn column(text: &str, by: &str, wanted: &str, delimiter: u8) -> BTreeMap<String, String> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    let rows = reader.deserialize::<BTreeMap<String, String>>().map(Result::unwrap);
    rows.map(|row| (row[by].clone(), row[wanted].clone())).collect()
}

#[test]
fn the_erp_s_customers_are_joined_to_the_crm_s_accounts_and_the_list_of_candidates_is_the_same() {
    let folder = without_keys();
    folder.stdout(&["run", "data", "--workspace", "own.kag", "--known-on", "2026-06-30"]);
    let entities = column(&file(&folder, "own.kag", "accounts-entities.csv"), "record", "entity_id", b',');
    let entity = |end: String| entities.get(&format!("https://w3id.org/kagraph/id/{end}"));
    let truth = fs::read_to_string(folder.path("data/erp/zuordnung.csv")).unwrap();
    let truth = column(&truth, "Kundennr", "CRM-Konto", b';');
    let is_joined = |(number, account): &(&String, &String)| {
        entity(format!("erp/account/{number}")) == entity(format!("account/{account}"))
    };
    let n_joined = truth.iter().filter(is_joined).count();
    assert!(n_joined * 100 >= truth.len() * 97, "{n_joined} of {} customers are joined", truth.len());
    let n_wrong = truth.keys().filter(|number| {
        let own = entity(format!("erp/account/{number}"));
        truth.iter().any(|(it, account)| it != *number && own == entity(format!("account/{account}")))
    });
    assert_eq!(n_wrong.count(), 0);
    folder.stdout(&["run", &demo(), "--workspace", "shared.kag", "--known-on", "2026-06-30"]);
    let [own, shared] = ["own.kag", "shared.kag"].map(|workspace| {
        let list = column(&file(&folder, workspace, "candidates.csv"), "account_iri", "rank", b',');
        list.into_keys().collect::<BTreeSet<_>>()
    });
    let n_same = own.intersection(&shared).count();
    assert!(n_same * 100 >= shared.len() * 96, "{n_same} of {} candidates are the same", shared.len());
}
