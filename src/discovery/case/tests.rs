use crate::discovery::case::{Case, Decided, Earlier, KeptCases, News, Settings, Status, cases};
use crate::discovery::{Finding, FindingKind, NamedIri, OpenRisk, RiskDetail};
use crate::evidence::{Bilingual, Evidence, Facts};
use crate::model::{Day, Score};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// A risk about an account with these signs.
fn risk(account: &str, owner: &str, signs: &[&str]) -> Finding {
    let opened = |sign: &&str| OpenRisk {
        indicator: (*sign).to_owned(),
        first_seen: day("2025-01-31"),
        value: 1.0,
        severity: 0.5,
    };
    let detail = RiskDetail { health: "red".to_owned(), open: signs.iter().map(opened).collect(), next_purchase: None };
    finding("risk", account, owner, FindingKind::Risk(detail))
}

fn finding(kind: &str, account: &str, owner: &str, detail: FindingKind) -> Finding {
    let named = |name: &str| NamedIri { iri: format!("https://example.org/{name}"), name: name.to_owned() };
    Finding {
        id: format!("{kind}-{account}"),
        kind: detail,
        account: named(account).iri,
        account_name: account.to_owned(),
        score: Score::clamped(0.5),
        evidence: Evidence::leaf("x", Bilingual::default(), None, 1.0, 0.5, Facts::default()),
        sentence: Bilingual::new(format!("{account} {kind}"), ""),
        owner: (!owner.is_empty()).then(|| named(owner)),
        next_step: Bilingual::new(format!("do {kind} {account}"), ""),
        as_of: day("2025-06-30"),
    }
}

/// A gap; what stands in it plays no part.
fn gap(account: &str, owner: &str) -> Finding {
    let detail = crate::discovery::CoverageGapDetail {
        gap: "unknown".to_owned(),
        contact: None,
        post: None,
        level: None,
        function: None,
        best_strength: 0.0,
        introductions: Vec::new(),
    };
    finding("gap", account, owner, FindingKind::CoverageGap(detail))
}

fn list(risks: &[Finding], gaps: &[Finding], decisions: &str, earlier: &Earlier, alerts: usize) -> Vec<Case> {
    let decided = Decided::read(decisions).unwrap();
    let settings = Settings { alerts_per_owner: alerts };
    cases(&[risks, gaps], day("2025-06-30"), &decided, earlier, &settings)
}

fn told(cases: &[Case]) -> Vec<(&str, usize, Status)> {
    cases.iter().map(|it| (it.account.name.as_str(), it.place, it.status)).collect()
}

#[test]
fn an_account_is_one_case_with_one_step_and_an_owner_is_not_alerted_to_more_than_he_can_do() {
    let risks = [risk("a", "ann", &["overdue"]), risk("b", "ann", &["overdue"]), risk("d", "", &["overdue"])];
    let gaps = [gap("b", "ann"), gap("c", "ann"), gap("a", "ann")];
    let found = list(&risks, &gaps, "", &Earlier::default(), 2);
    let expected =
        [("b", 1, Status::Alert), ("a", 2, Status::Alert), ("c", 3, Status::Waiting), ("d", 1, Status::Alert)];
    assert_eq!(told(&found), expected);
    assert_eq!(found[0].findings.len(), 2);
    assert_eq!((found[0].next_step.en.as_str(), found[1].next_step.en.as_str()), ("do gap b", "do risk a"));
    assert!(found.iter().all(|case| case.news == News::New && case.since == day("2025-06-30")));
}

#[test]
fn what_people_decided_stays_decided_until_the_day_they_named() {
    let risks = [risk("a", "ann", &["overdue"]), risk("b", "ann", &["overdue"]), risk("c", "ann", &["overdue"])];
    let gaps = [gap("a", "ann")];
    let id = |account: &str| {
        let found = list(&risks, &gaps, "", &Earlier::default(), 9);
        found.into_iter().find(|it| it.account.name == account).unwrap().id
    };
    let (b, c) = (id("b"), id("c"));
    let head = "one,other,decision,reason\n";
    let said = format!("{head}risk-a,,rejected,bankrupt\n{b},2025-06-30,snoozed,later\n{c},2025-07-01,snoozed,fair\n");
    let found = list(&risks, &gaps, &said, &Earlier::default(), 9);
    let by_name = |name: &str| found.iter().find(|it| it.account.name == name).unwrap();
    assert_eq!((by_name("a").status, by_name("a").next_step.en.as_str()), (Status::Alert, "do gap a"));
    assert_eq!((by_name("a").findings.len(), by_name("a").reason.as_str()), (2, "bankrupt"));
    assert_eq!((by_name("b").status, by_name("c").status), (Status::Alert, Status::Snoozed));
    let all = format!("{head}{b},,accepted,mine\n{c},,rejected,no\n");
    let found = list(&risks, &gaps, &all, &Earlier::default(), 9);
    let status = |name: &str| found.iter().find(|it| it.account.name == name).unwrap().status;
    assert_eq!((status("b"), status("c")), (Status::Accepted, Status::Rejected));
}

#[test]
fn a_decision_without_its_day_is_refused_and_those_about_records_are_not_ours() {
    let refused = Decided::read("one,other,decision\nrisk-a,soon,snoozed\n").unwrap_err().to_string();
    assert!(refused.starts_with("decisions.csv, line 2, column other: expected the day"), "{refused}");
    assert_eq!(Decided::read("one,other,decision\na,b,same\n").unwrap(), Decided::default());
}

#[test]
fn a_list_tells_what_is_new_changed_and_gone_since_an_earlier_day_and_the_same_when_made_again() {
    let first = list(
        &[risk("a", "ann", &["overdue"]), risk("b", "ann", &["overdue"]), risk("c", "ann", &["overdue"])],
        &[],
        "",
        &Earlier::default(),
        9,
    );
    let kept = KeptCases::default().with(day("2025-05-31"), &first);
    let later = [risk("a", "ann", &["overdue"]), risk("b", "ann", &["payment"]), risk("d", "ann", &["overdue"])];
    let again = |kept: &KeptCases| list(&later, &[], "", &kept.before(day("2025-06-30")), 9);
    let found = again(&kept);
    let news: Vec<(&str, News)> = found.iter().map(|it| (it.account.name.as_str(), it.news)).collect();
    assert_eq!(news, [("a", News::Same), ("b", News::Changed), ("d", News::New), ("c", News::Gone)]);
    let kept = kept.with(day("2025-06-30"), &found);
    assert_eq!(again(&kept), found);
    assert_eq!(kept.clone().with(day("2025-06-30"), &found), kept);
    assert_eq!(kept.before(day("2025-05-31")), Earlier::default());
    assert_ne!(kept.before(day("2025-06-30")).hash(), kept.before(day("2025-07-31")).hash());
}
