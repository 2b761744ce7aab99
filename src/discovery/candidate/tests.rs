//! The whole finder on small markets.

use std::collections::BTreeSet;

use crate::discovery::candidate::{Candidates, Introductions, find};
use crate::discovery::case::Decided;
use crate::discovery::trial::{TODAY, Trial, settings};
use crate::discovery::{Finding, FindingKind};
use crate::evidence::Evidence;

/// Ten bakers that buy every month; `baker9` buys the most and grows; `baker0` is a key account.
fn bakers() -> Trial {
    let mut trial = Trial::default().say("id:bakers a skos:Concept ; skos:prefLabel 'Bakers'@en, '烘焙'@zh .");
    trial = trial.account("baker0", "; ka:isKeyAccount true ; ka:sector id:bakers ; ka:owner id:jane");
    trial = trial.say("id:jane a ka:Employee ; foaf:name 'Jane Doe' .");
    for n in 1..10 {
        trial = trial.account(&format!("baker{n}"), "; ka:sector id:bakers");
    }
    for n in 0..10 {
        for month in 1..=12 {
            let (name, product) = (format!("baker{n}"), format!("; ka:product id:p{}", month % (n + 1)));
            trial = trial.sale(&name, &format!("2024-{month:02}-10"), 100.0 * f64::from(n + 1), &product);
            if month <= 6 {
                let amount = 100.0 * f64::from(n + 1) * (1.0 + f64::from(n) / 10.0);
                trial = trial.sale(&name, &format!("2025-{month:02}-10"), amount, &product);
            }
        }
    }
    trial
}

fn names(candidates: &Candidates) -> Vec<&str> {
    candidates.findings.iter().map(|finding| finding.account_name.as_str()).collect()
}

fn all_leaves(findings: &[Finding]) -> Vec<&Evidence> {
    findings.iter().flat_map(|finding| finding.evidence.leaves()).collect()
}

#[test]
fn the_account_that_is_large_and_grows_leads_and_the_key_account_is_not_listed() {
    let found = bakers().candidates();
    assert_eq!(names(&found)[0], "baker9");
    assert_eq!(found.findings.len(), 9);
    assert!(!names(&found).contains(&"baker0"));
}

#[test]
fn the_total_of_the_evidence_is_the_score() {
    for finding in bakers().candidates().findings {
        assert!((finding.evidence.total() - finding.score.value()).abs() < 1e-9, "{}", finding.account_name);
        let weight: f64 = finding.evidence.parts.iter().map(|part| part.weight).sum();
        assert!((weight - 1.0).abs() < 1e-9);
    }
}

#[test]
fn every_reason_with_a_value_leads_to_a_source_row() {
    let found = bakers().candidates();
    let with_value = all_leaves(&found.findings).into_iter().filter(|leaf| leaf.value.is_some());
    let mut n_leaves = 0;
    for leaf in with_value {
        n_leaves += 1;
        assert!(leaf.facts.n_facts >= 1, "{}", leaf.signal);
        assert!(leaf.facts.shown.iter().any(|fact| !fact.origins.is_empty()), "{}", leaf.signal);
    }
    assert!(n_leaves > 50);
}

#[test]
fn what_happens_later_does_not_change_the_list() {
    let later = bakers().sale("baker1", "2025-07-01", 1e6, "; ka:product id:p1").sale("baker2", "2026-01-01", 1e6, "");
    let later =
        later.say("id:o a ka:Opportunity ; ka:account id:baker3 ; ka:amount 9e5 ; ka:date '2025-08-01'^^xsd:date .");
    assert_eq!(bakers().candidates().findings, later.candidates().findings);
}

#[test]
fn the_list_is_the_same_for_any_number_of_threads() {
    let run = |n_threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| serde_json::to_string(&bakers().candidates().findings).unwrap())
    };
    let one = run(1);
    assert_eq!(one, run(2));
    assert_eq!(one, run(8));
}

#[test]
fn an_id_stays_when_the_rank_changes() {
    let id = |found: &Candidates, name: &str| {
        found.findings.iter().find(|it| it.account_name == name).map(|it| it.id.clone()).unwrap()
    };
    let (before, after) = (bakers().candidates(), bakers().sale("baker4", "2025-06-29", 1e5, "").candidates());
    assert_eq!(id(&before, "baker4"), id(&after, "baker4"));
    let ids: BTreeSet<_> = before.findings.iter().map(|finding| &finding.id).collect();
    assert_eq!(ids.len(), before.findings.len());
}

#[test]
fn a_group_stands_for_its_members() {
    let trial = bakers()
        .say("id:north a ka:Group ; schema:name 'North' . id:baker8 org:subOrganizationOf id:north .")
        .say("id:baker9 org:subOrganizationOf id:north .");
    let found = trial.candidates();
    assert_eq!(names(&found)[0], "North");
    assert!(!names(&found).contains(&"baker8"));
    let FindingKind::Candidate(detail) = &found.findings[0].kind else { panic!("no candidate") };
    assert_eq!((detail.is_group, detail.n_accounts, detail.rank), (true, 2, 1));
    let sum: f64 = [8.0, 9.0].map(|n: f64| 600.0 * (n + 1.0) * (2.0 + n / 10.0)).iter().sum();
    assert!((detail.spend_12m - sum).abs() < 0.01, "{} {sum}", detail.spend_12m);
    assert!(found.findings[0].id.starts_with("group-"));
}

#[test]
fn the_rest_of_a_key_accounts_group_is_left_out_unless_the_settings_say_otherwise() {
    let trial = bakers().say("id:baker8 org:subOrganizationOf id:baker0 .");
    assert!(!names(&trial.candidates()).contains(&"baker8"));
    let mut settings = settings().candidate;
    settings.skip_groups_of_key_accounts = false;
    let found = find(&trial.market_on(TODAY), &settings, &Introductions::default(), &Decided::default());
    assert!(names(&found).contains(&"baker8") && !names(&found).contains(&"baker0"));
}

#[test]
fn own_companies_and_accounts_that_have_ended_or_never_bought_are_no_candidates() {
    let trial = bakers().account("sleeper", "").say("id:baker7 schema:endDate '2025-05-01'^^xsd:date .");
    let mut settings = settings().candidate;
    settings.own_accounts = BTreeSet::from(["baker6".to_owned()]);
    let found = find(&trial.market_on(TODAY), &settings, &Introductions::default(), &Decided::default());
    for name in ["sleeper", "baker7", "baker6"] {
        assert!(!names(&found).contains(&name), "{name}");
    }
}

#[test]
fn without_marked_key_accounts_the_top_tier_stands_in_and_the_notes_say_so() {
    let mut trial = Trial::default();
    for n in 0..20 {
        let name = format!("shop{n:02}");
        trial = trial.account(&name, "").sale(&name, "2025-03-01", 10.0 * f64::from(n + 1), "; ka:product id:p");
    }
    let found = trial.candidates();
    assert_eq!(found.findings.len(), 18);
    assert!(!names(&found).contains(&"shop19") && !names(&found).contains(&"shop18"));
    let is_said = found.notes.iter().any(|note| note.en.contains("no account is marked as a key account"));
    assert!(is_said, "{:?}", found.notes);
}

#[test]
fn the_sentence_and_the_next_step_name_real_numbers_and_names() {
    let trial =
        bakers().say("id:order200 ka:employee id:jane .").sale("baker9", "2025-06-11", 10.0, "; ka:employee id:jane");
    let best = trial.candidates().findings.remove(0);
    assert!(best.sentence.en.starts_with("baker9 bought for 17 k in the last 12 months, "), "{}", best.sentence.en);
    assert!(best.sentence.zh.starts_with("baker9近12个月采购额1.7万，"), "{}", best.sentence.zh);
    assert!(best.next_step.en.starts_with("Assign an owner: Jane Doe handled 1 of its 1 "), "{}", best.next_step.en);
    assert_eq!(best.owner, None);
}
