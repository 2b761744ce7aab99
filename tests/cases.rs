//! Cases as part of runs: what is new since an earlier day, what people decided, and nothing else when a run is repeated.

use std::collections::BTreeMap;
use std::fs;

use crate::command::{WorkFolder, demo, stderr};

/// A row of `cases.csv` by its columns.
type Row = BTreeMap<String, String>;

/// Runs, and the cases of the run that came of it.
fn run(folder: &WorkFolder, arguments: &[&str], seen: &mut Vec<String>) -> Vec<Row> {
    folder.stdout(&[&["run"], arguments].concat());
    let runs = fs::read_dir(folder.path("w.kag/runs")).unwrap();
    let mut names: Vec<String> = runs.map(|run| run.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| !seen.contains(name));
    assert_eq!(names.len(), 1, "{names:?}");
    seen.append(&mut names);
    rows(folder, seen, "cases.csv")
}

/// A table of the last run.
fn rows(folder: &WorkFolder, seen: &[String], file: &str) -> Vec<Row> {
    let text = fs::read_to_string(folder.path(&format!("w.kag/runs/{}/{file}", seen.last().unwrap()))).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn with<'a>(cases: &'a [Row], column: &'a str, value: &'a str) -> impl Iterator<Item = &'a Row> {
    cases.iter().filter(move |case| case[column] == value)
}

#[test]
fn a_list_tells_what_is_new_and_keeps_what_people_decided() {
    let (folder, mut seen) = (WorkFolder::new(), Vec::new());
    let known = ["--known-on", "2025-07-01"];
    let first = run(
        &folder,
        &[&[demo().as_str(), "--workspace", "w.kag", "--as-of", "2025-05-31"], &known[..]].concat(),
        &mut seen,
    );
    assert!(first.iter().all(|case| case["news"] == "new" && case["since"] == "2025-05-31"));
    let second = run(&folder, &["w.kag", "--as-of", "2025-06-30"], &mut seen);
    for news in ["new", "changed", "same"] {
        assert!(with(&second, "news", news).next().is_some(), "no case is {news}");
    }
    assert!(with(&second, "news", "new").all(|case| case["since"] == "2025-06-30"));
    assert!(with(&second, "news", "same").all(|case| case["since"] == "2025-05-31"));
    let mut accounts: Vec<&str> = second.iter().map(|case| case["account_iri"].as_str()).collect();
    accounts.sort_unstable();
    assert!(accounts.windows(2).all(|pair| pair[0] != pair[1]), "an account has two cases");
    let alerts: Vec<&Row> = with(&second, "status", "alert").collect();
    for owner in alerts.iter().map(|case| case["owner"].as_str()) {
        let n_alerts = alerts.iter().filter(|case| case["owner"] == owner).count();
        assert!(n_alerts <= 10, "{owner} has {n_alerts} alerts");
    }

    let (one, other) = (&alerts[0]["case"], &alerts[1]["case"]);
    let said = format!("one,other,decision,reason\n{one},,rejected,insolvent\n{other},2025-09-01,snoozed,on leave\n");
    fs::write(folder.path("w.kag/decisions.csv"), said).unwrap();
    let third = run(&folder, &["w.kag", "--as-of", "2025-06-30"], &mut seen);
    let case = |id: &str| third.iter().find(|case| case["case"] == id).unwrap().clone();
    assert_eq!((case(one)["status"].as_str(), case(one)["decided_because"].as_str()), ("rejected", "insolvent"));
    assert_eq!(case(other)["status"], "snoozed");
    assert_eq!(with(&third, "news", "new").count(), with(&second, "news", "new").count());
    assert!(with(&third, "status", "alert").count() >= alerts.len() - 2);

    let kept = fs::read(folder.path("w.kag/cases.json")).unwrap();
    folder.stdout(&["run", "w.kag", "--as-of", "2025-06-30"]);
    assert_eq!(fs::read(folder.path("w.kag/cases.json")).unwrap(), kept);
    assert_eq!(fs::read_dir(folder.path("w.kag/runs")).unwrap().count(), seen.len());
    fs::write(folder.path("w.kag/decisions.csv"), "one,other,decision\ncase-1,soon,snoozed\n").unwrap();
    let (code, text) = folder.failure(&["run", "w.kag", "--as-of", "2025-06-30"]);
    assert!(code == 2 && text.contains("decisions.csv, line 2, column other"), "{code} {text}");
}

#[test]
fn what_people_decided_shows_in_every_list() {
    let (folder, mut seen) = (WorkFolder::new(), Vec::new());
    let start = [demo().as_str(), "--workspace", "w.kag", "--known-on", "2025-07-01"].map(str::to_owned);
    run(&folder, &start.each_ref().map(String::as_str), &mut seen);
    let lists = ["candidates.csv", "changes.csv", "gaps.csv", "risks.csv"];
    let before = lists.map(|list| rows(&folder, &seen, list));
    assert!(before.iter().flatten().all(|row| row["decision"].is_empty()));
    let gap = &rows(&folder, &seen, "visits.csv")[0]["findings"].split("; ").next().unwrap().to_owned();
    let id = |list: usize, place: usize| before[list][place]["finding"].clone();
    let said = format!(
        "one,other,decision,reason\n{},,rejected,too small\n{},,accepted,mine\n{},2025-09-01,snoozed,on leave\n\
         {gap},,rejected,retires\n{},2025-06-30,snoozed,back today\nrisk-0,,rejected,a slip\n",
        id(0, 0),
        id(0, 1),
        id(1, 0),
        id(3, 0)
    );
    fs::write(folder.path("w.kag/decisions.csv"), said).unwrap();
    let told = stderr(&folder.kagraph(&["run", "w.kag"]));
    assert!(told.contains("decisions.csv, line 7: nothing that was found is called \"risk-0\""), "{told}");
    let mut names: Vec<String> = fs::read_dir(folder.path("w.kag/runs"))
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    names.retain(|name| !seen.contains(name));
    seen.append(&mut names);
    let after = lists.map(|list| rows(&folder, &seen, list));
    let with = |list: usize, id: &str| after[list].iter().find(|row| row["finding"] == id);
    assert!(with(0, &id(0, 0)).is_none() && with(1, &id(1, 0)).is_none() && with(2, gap).is_none());
    let taken = with(0, &id(0, 1)).unwrap();
    assert_eq!((taken["decision"].as_str(), taken["decided_because"].as_str()), ("accepted", "mine"));
    assert_eq!(with(3, &id(3, 0)).unwrap()["decision"], "");
    // of the candidates the next one moves up
    for (list, n_aside) in [0, 1, 1, 0].into_iter().enumerate() {
        assert_eq!(after[list].len() + n_aside, before[list].len(), "{}", lists[list]);
    }
    assert!(rows(&folder, &seen, "visits.csv").iter().all(|visit| !visit["findings"].contains(gap.as_str())));
    let html = fs::read_to_string(folder.path(&format!("w.kag/runs/{}/report.html", seen.last().unwrap()))).unwrap();
    assert!(html.contains("taken on") && html.contains("mine") && !html.contains("too small"));
    let asked = "SELECT (COUNT(*) AS ?n) WHERE { ?f a ka:Candidate ; ka:status \"rejected\" ; ka:decidedBecause ?why }";
    let count = folder.stdout(&["query", "--workspace", "w.kag", "--format", "csv", asked]);
    assert_eq!(count.replace("\r\n", "\n"), "n\n1\n");
    let listed = folder.stdout(&["query", "--workspace", "w.kag", "--format", "csv", "candidates"]);
    assert_eq!(listed.lines().count(), 1 + before[0].len());
    let explained = folder.stdout(&["explain", "--workspace", "w.kag", &id(0, 0)]);
    assert!(explained.contains("decided: rejected, because: too small"), "{explained}");
}
