//! Why accounts are not listed: every reason, and changes that hold when they are made.

use std::collections::BTreeSet;

use crate::discovery::candidate::{Introductions, Settings, WhyNot, find, stable_id, why_not};
use crate::discovery::case::{Decided, case_id};
use crate::discovery::trial::{TODAY, Trial, settings};

/// Twelve bakers that buy every month, `bakerN` for 100 · (N + 1); `baker00` is a key account.
fn bakers() -> Trial {
    bakers_with(0.0)
}

/// The same, but `baker08` buys for so much more in August and in January.
fn bakers_with(more: f64) -> Trial {
    let mut trial = Trial::default();
    for n in 0..12 {
        let name = format!("baker{n:02}");
        trial = trial.account(&name, if n == 0 { "; ka:isKeyAccount true" } else { "" });
        for month in 1..=18 {
            let day = format!("{}-{:02}-10", 2024 + (month - 1) / 12, 1 + (month - 1) % 12);
            let more = if n == 8 && [8, 13].contains(&month) { more } else { 0.0 };
            trial = trial.sale(&name, &day, 100.0 * f64::from(n + 1) + more, "; ka:product id:p");
        }
    }
    trial
}

fn of_three() -> Settings {
    Settings { most: 3, ..settings().candidate }
}

fn decided(lines: &str) -> Decided {
    Decided::read(&format!("one,other,decision,reason\n{lines}")).unwrap()
}

fn ask(trial: &Trial, settings: &Settings, decided: &Decided, name: &str) -> Option<WhyNot> {
    let market = trial.market_on(TODAY);
    let account = market.accounts.indexes().find(|it| market.accounts.name(*it) == name).unwrap();
    why_not(&market, settings, decided, account)
}

fn said(trial: &Trial, name: &str) -> String {
    ask(trial, &of_three(), &Decided::default(), name).unwrap().sentence.en
}

fn iri(name: &str) -> String {
    format!("{}{name}", crate::ontology::ID)
}

fn listed(trial: &Trial, settings: &Settings, decided: &Decided) -> Vec<String> {
    let found = find(&trial.market_on(TODAY), settings, &Introductions::default(), decided);
    found.findings.into_iter().map(|it| it.account_name).collect()
}

#[test]
fn whatever_hinders_an_account_is_said() {
    let trial = bakers()
        .account("sleeper", "")
        .say("id:baker07 schema:endDate '2025-05-01'^^xsd:date .")
        .say("id:baker08 org:subOrganizationOf id:baker00 .");
    assert!(said(&trial, "baker00").starts_with("is a key account already"));
    assert!(said(&trial, "sleeper").starts_with("has bought nothing in the last two windows"));
    assert!(said(&trial, "baker07").starts_with("ended on 2025-05-01"));
    assert!(said(&trial, "baker08").starts_with("belongs to the group of the key account baker00"));
    let own = Settings { own_accounts: BTreeSet::from(["baker06".to_owned()]), ..of_three() };
    assert!(ask(&trial, &own, &Decided::default(), "baker06").unwrap().sentence.en.contains("own companies"));
    let trial = bakers()
        .say("id:north a ka:Group ; schema:name 'North' . id:baker10 org:subOrganizationOf id:north .")
        .say("id:baker09 org:subOrganizationOf id:north .");
    let never = Settings { list_members: crate::discovery::candidate::ListMembers::Never, ..of_three() };
    let behind = ask(&trial, &never, &Decided::default(), "baker09").unwrap().sentence.en;
    assert!(
        behind.starts_with("is represented by North, which is at place 1 of 10 ") && behind.contains("and is listed"),
        "{behind}"
    );
    assert_eq!(ask(&bakers(), &of_three(), &Decided::default(), "baker11"), None);
}

#[test]
fn an_account_below_the_last_is_told_its_place_and_what_it_lacks() {
    let found = ask(&bakers(), &of_three(), &Decided::default(), "baker05").unwrap();
    assert!(found.sentence.en.starts_with("is at place 7 of 11 with a score of 0."), "{:?}", found.sentence);
    assert!(found.sentence.en.contains("the last of the 3 listed, baker09, has 0."), "{:?}", found.sentence);
    assert!(found.lacks[0].en.starts_with("Spend: 0."), "{:?}", found.lacks);
}

#[test]
fn the_change_that_is_told_lists_the_account_when_it_is_made_and_a_smaller_one_does_not() {
    let settings = of_three();
    let told = ask(&bakers(), &settings, &Decided::default(), "baker08").unwrap().changes;
    let spend = told.iter().find(|it| it.en.starts_with("Spend: ")).unwrap();
    // 12 months of baker08 are 10,800; baker09, the last one listed, has 12,000, and of equals the first is listed
    assert_eq!(spend.en, "Spend: 12 k instead of 11 k", "{told:?}");
    // half of it in each of the two windows that growth compares, and no purchase more, so that only spend changes
    let with_more = |amount: f64| listed(&bakers_with(amount / 2.0), &settings, &Decided::default());
    assert!(with_more(1_200.0).contains(&"baker08".to_owned()));
    assert!(!with_more(1_100.0).contains(&"baker08".to_owned()));
}

#[test]
fn a_rejected_candidate_makes_room_for_the_next_one() {
    let (trial, settings) = (bakers(), of_three());
    assert_eq!(listed(&trial, &settings, &Decided::default()), ["baker11", "baker10", "baker09"]);
    let (id, case) = (stable_id(false, &iri("baker10")), case_id(&iri("baker10")));
    for line in [format!("{id},2025-01-31,rejected,insolvent"), format!("{case},,rejected,insolvent")] {
        assert_eq!(listed(&trial, &settings, &decided(&line)), ["baker11", "baker10", "baker09", "baker08"], "{line}");
        assert_eq!(ask(&trial, &settings, &decided(&line), "baker08"), None);
    }
    for line in [format!("{id},2025-01-31,accepted,"), format!("{id},2026-01-01,snoozed,")] {
        assert_eq!(listed(&trial, &settings, &decided(&line)), ["baker11", "baker10", "baker09"], "{line}");
    }
    let wrong = Decided::read(&format!("one,other,decision\n{id},soon,rejected\n")).unwrap_err().to_string();
    assert!(wrong.contains("decisions.csv, line 2, column other: expected nothing, or the day"), "{wrong}");
}
