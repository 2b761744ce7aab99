use crate::discovery::market::Market;
use crate::discovery::relations::Relations;
use crate::discovery::trial::Trial;
use crate::discovery::{Finding, FindingKind, RiskDetail, risk};
use crate::model::Day;
use crate::settings::Settings;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// A market that buys monthly in 2023 and 2024, and up to a month of 2025 that is the account's own.
fn shops(last_month: impl Fn(&str) -> usize) -> Trial {
    let mut trial = Trial::default().account("steady", "").account("falling", "").account("other", "");
    for name in ["steady", "falling", "other"] {
        for month in 0..24 + last_month(name) {
            let on = day("2023-01-15").plus_months(month as i32).to_string();
            trial = trial.sale(name, &on, 1000.0, "");
        }
    }
    trial
}

fn found(trial: &Trial, as_of: &str) -> Vec<Finding> {
    let settings = Settings::load(None).unwrap().discovery;
    let snapshot = trial.snapshot();
    let market = Market::read(&snapshot, day(as_of), &settings.market);
    let relations = Relations::read(&market, &settings.relations);
    risk::findings(&relations, &settings.chain_change, &settings.risk)
}

fn detail(finding: &Finding) -> &RiskDetail {
    match &finding.kind {
        FindingKind::Risk(detail) => detail,
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_stops_buying_is_a_case_since_the_month_it_was_seen_and_the_others_are_none() {
    let trial = shops(|name| if name == "falling" { 2 } else { 8 });
    let found = found(&trial, "2025-08-20");
    assert_eq!(found.iter().map(|it| it.account_name.as_str()).collect::<Vec<_>>(), ["falling"]);
    let risk = detail(&found[0]);
    assert_eq!(risk.health, "red");
    let seen: Vec<(&str, String)> =
        risk.open.iter().map(|it| (it.indicator.as_str(), it.first_seen.to_string())).collect();
    // the last purchase is of 15 February: two of three months are missing at the end of April
    assert!(seen.contains(&("purchase-swing", "2025-04-30".to_owned())), "{seen:?}");
    assert!(seen.iter().any(|it| it.0 == "overdue"), "{seen:?}");
    assert_eq!(risk.next_purchase.map(|days| days[0] <= days[1] && days[0] > day("2025-02-15")), Some(true));
    assert!((found[0].evidence.total() - found[0].score.value()).abs() < 1e-9);
    assert!(found[0].evidence.leaves().iter().all(|leaf| leaf.facts.n_facts > 0));
}

#[test]
fn a_run_of_the_next_night_says_the_same_first_day() {
    let trial = shops(|name| if name == "falling" { 2 } else { 8 });
    let first_seen = |day: &str| detail(&found(&trial, day)[0]).first_seen();
    assert!(
        ["2025-08-21", "2025-08-30", "2025-08-31", "2025-09-01"]
            .iter()
            .all(|it| first_seen(it) == first_seen("2025-08-20"))
    );
}

#[test]
fn when_the_whole_market_buys_less_nobody_is_singled_out() {
    let trial = shops(|_| 4);
    let cases = found(&trial, "2025-07-10");
    let swings = cases.iter().flat_map(|it| &detail(it).open).filter(|it| it.indicator == "purchase-swing");
    assert_eq!(swings.count(), 0);
}

#[test]
fn what_happens_after_the_day_changes_nothing() {
    let longer = shops(|name| if name == "falling" { 2 } else { 8 });
    let shorter = shops(|name| if name == "falling" { 2 } else { 5 });
    let told = |trial: &Trial| found(trial, "2025-05-20").iter().map(|it| detail(it).clone()).collect::<Vec<_>>();
    assert_eq!(told(&longer), told(&shorter));
}
