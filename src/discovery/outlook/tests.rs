//! Outlooks on small markets.

use crate::discovery::FindingKind;
use crate::discovery::candidate::Candidates;
use crate::discovery::outlook::{Likeness, Outlook, months_until};
use crate::discovery::trial::Trial;

/// Twenty bakers of one sector with employees; `bakerN` buys for 100 · (N + 1) a month, for four years.
fn bakers() -> Trial {
    let mut trial = Trial::default().say("id:bakers a skos:Concept ; skos:prefLabel 'Bakers'@en .");
    for n in 0..20 {
        let name = format!("baker{n:02}");
        trial = trial.account(&name, &format!("; ka:sector id:bakers ; schema:numberOfEmployees {}", 10 * (n + 1)));
        for month in 0..48 {
            let day = format!("{}-{:02}-10", 2021 + (month + 6) / 12, 1 + (month + 6) % 12);
            trial = trial.sale(&name, &day, 100.0 * f64::from(n + 1), "; ka:product id:p");
        }
    }
    trial
}

fn outlook(found: &Candidates, name: &str) -> Outlook {
    let finding = found.findings.iter().find(|it| it.account_name == name).unwrap();
    let FindingKind::Candidate(detail) = &finding.kind else { panic!("no candidate") };
    detail.outlook.clone().unwrap()
}

#[test]
fn the_wallet_is_what_the_peers_nearest_in_size_spend_at_their_best() {
    let wallet = outlook(&bakers().candidates(), "baker05").wallet.unwrap();
    // all nineteen others are peers; the sixteenth of them in ascending order, .8 · 19 rounded up, is baker16
    assert_eq!((wallet.by, wallet.n_peers, wallet.amount), (Likeness::SectorAndSize, 19, 12.0 * 1700.0));
    assert!((wallet.head_room - 12.0 * (1700.0 - 600.0)).abs() < 1e-6);
}

#[test]
fn accounts_of_one_group_are_no_peers_and_a_group_has_the_wallets_of_its_accounts() {
    let trial = bakers()
        .say("id:north a ka:Group ; schema:name 'North' . id:baker05 org:subOrganizationOf id:north .")
        .say("id:baker06 org:subOrganizationOf id:north .");
    let wallet = outlook(&trial.candidates(), "North").wallet.unwrap();
    assert_eq!(wallet.n_peers, 36);
    // of the eighteen peers of each the fifteenth, .8 · 18 rounded up, is baker16
    assert!((wallet.amount - 12.0 * (1700.0 + 1700.0)).abs() < 1e-6, "{wallet:?}");
}

#[test]
fn who_has_too_few_peers_has_no_wallet_and_is_told_so() {
    let mut trial = Trial::default();
    for n in 0..6 {
        trial = trial.account(&format!("a{n}"), "").sale(&format!("a{n}"), "2025-03-01", 10.0, "");
    }
    let found = trial.candidates();
    let outlook = outlook(&found, &found.findings[0].account_name.clone());
    assert_eq!((outlook.wallet, outlook.expected, outlook.probability), (None, None, None));
    assert!(outlook.reasons[0].text.en.contains("fewer than 8 accounts"), "{:?}", outlook.reasons);
}

#[test]
fn who_always_bought_the_same_is_expected_to_buy_the_same() {
    let outlook = outlook(&bakers().candidates(), "baker05");
    let expected = outlook.expected.unwrap();
    assert_eq!(expected.months, 12);
    for amount in [expected.low, expected.middle, expected.high] {
        assert!((amount - 7200.0).abs() < 1.0, "{expected:?}");
    }
    assert_eq!(outlook.time.unwrap().months, None);
    assert!(outlook.reasons.iter().filter(|it| it.value.is_some()).all(|it| it.facts.n_facts > 0));
}

#[test]
fn what_comes_later_does_not_change_the_outlook() {
    let later = bakers().sale("baker05", "2025-07-01", 1e6, "").sale("baker16", "2025-08-01", 1e6, "");
    assert_eq!(outlook(&bakers().candidates(), "baker05"), outlook(&later.candidates(), "baker05"));
}

#[test]
fn the_border_is_reached_straight_within_the_year_and_by_growth_after_it() {
    assert_eq!(months_until(100.0, 200.0, 150.0), Some(6.0));
    assert_eq!(months_until(200.0, 100.0, 150.0), Some(0.0));
    assert_eq!(months_until(100.0, 100.0, 150.0), None);
    assert!((months_until(100.0, 200.0, 400.0).unwrap() - 24.0).abs() < 1e-9);
    assert_eq!(months_until(100.0, 101.0, 1e6), None);
    assert_eq!(months_until(0.0, 50.0, 100.0), None);
}
