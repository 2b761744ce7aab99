use crate::discovery::case::{Case, Decided, Earlier, InForce, KeptCases, News, Settings, Status, cases};
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
    let detail = RiskDetail {
        health: "red".to_owned(),
        open: signs.iter().map(opened).collect(),
        next_purchase: None,
        loss: None,
    };
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
fn decisions_about_records_are_not_ours() {
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

#[test]
fn what_was_rejected_comes_back_with_a_new_sign_and_stays_away_when_it_is_rejected_again() {
    let head = "one,other,decision,reason\nrisk-a,,rejected,known\n";
    let on = |signs: &[&str], said: &str, earlier: &Earlier| list(&[risk("a", "ann", signs)], &[], said, earlier, 9);
    let status = |cases: &[Case]| cases.iter().map(|it| it.status).collect::<Vec<_>>();
    let first = on(&["overdue", "payment"], head, &Earlier::default());
    assert_eq!(status(&first), [Status::Rejected]);
    let kept = KeptCases::default().with(day("2025-06-28"), &first);
    let fewer = on(&["payment"], head, &kept.before(day("2025-06-30")));
    assert_eq!(status(&fewer), [Status::Rejected], "that it gets better is nothing new");
    let kept = kept.with(day("2025-06-29"), &fewer);
    let more = on(&["payment", "competitor"], head, &kept.before(day("2025-06-30")));
    assert_eq!((status(&more), more[0].reason.as_str()), (vec![Status::Alert], "known"));
    assert!(more[0].findings[0].decision.is_none());
    let kept = kept.with(day("2025-06-30"), &more);
    let next = on(&["payment", "competitor"], head, &kept.before(day("2025-07-01")));
    assert_eq!(status(&next), [Status::Alert], "it is new beside what was rejected, not beside the day before");
    let again = format!("{head}risk-a,,rejected,known too\n");
    let rejected = on(&["payment", "competitor"], &again, &kept.before(day("2025-07-01")));
    assert_eq!(status(&rejected), [Status::Rejected]);
    let read: KeptCases = serde_json::from_str(&serde_json::to_string(&kept).unwrap()).unwrap();
    assert_eq!(read, kept);
    assert_ne!(kept.before(day("2025-07-01")).hash(), KeptCases::default().before(day("2025-07-01")).hash());
}

#[test]
fn what_is_not_found_for_some_days_comes_back_as_it_was_rejected() {
    let said = "one,other,decision,reason\nrisk-a,,rejected,known\n";
    let on = |risks: &[Finding], gaps: &[Finding], kept: &KeptCases, on: &str| {
        list(risks, gaps, said, &kept.before(day(on)), 9)
    };
    let status = |cases: &[Case]| {
        let there = cases.iter().filter(|it| it.status != Status::Closed);
        there.map(|it| (it.account.name.clone(), it.status)).collect::<Vec<_>>()
    };
    let days = ["2025-06-26", "2025-06-27", "2025-06-28", "2025-06-29", "2025-06-30"];
    for gaps in [&[][..], &[gap("a", "ann")]] {
        let mut kept = KeptCases::default();
        let first = on(&[risk("a", "ann", &["payment"])], gaps, &kept, days[0]);
        kept = kept.with(day(days[0]), &first);
        for without in &days[1..3] {
            let none = on(&[], gaps, &kept, without);
            assert!(none.iter().all(|it| it.findings.iter().all(|it| it.kind == "gap")));
            kept = serde_json::from_str(&serde_json::to_string(&kept.with(day(without), &none)).unwrap()).unwrap();
        }
        let decided = |signs: &[&str]| {
            let again = on(&[risk("a", "ann", signs)], gaps, &kept, days[3]);
            assert_eq!(status(&again).len(), 1);
            again[0].findings.iter().find(|it| it.kind == "risk").unwrap().decision.is_some()
        };
        assert!(decided(&["payment"]), "nothing new");
        assert!(!decided(&["payment", "competitor"]), "a new sign");
        let again = on(&[risk("a", "ann", &["payment"])], gaps, &kept, days[3]);
        assert_eq!(again[0].news, if gaps.is_empty() { News::New } else { News::Same });
        assert!(again.iter().all(|it| it.news != News::Gone), "it was gone days ago");
    }
}

#[test]
fn a_rejected_account_comes_back_with_a_finding_that_is_new_and_only_with_that() {
    let first = list(&[risk("a", "ann", &["overdue"])], &[], "", &Earlier::default(), 9);
    let said = format!("one,other,decision\n{},,rejected\n", first[0].id);
    let first = list(&[risk("a", "ann", &["overdue"])], &[], &said, &Earlier::default(), 9);
    assert_eq!(first[0].status, Status::Rejected);
    let kept = KeptCases::default().with(day("2025-06-29"), &first).before(day("2025-06-30"));
    let next = list(&[risk("a", "ann", &["overdue"])], &[gap("a", "ann")], &said, &kept, 9);
    let listed: Vec<(&str, bool)> =
        next[0].findings.iter().map(|it| (it.kind.as_str(), it.decision.is_some())).collect();
    assert_eq!((next[0].status, listed), (Status::Alert, vec![("gap", false), ("risk", true)]));
    let gaps = [gap("a", "ann"), gap("b", "ann")];
    let decided = InForce::of(&next);
    assert_eq!(decided.listed(&gaps).len(), 2);
    assert!(decided.listed(&[risk("a", "ann", &[])]).is_empty());
}

#[test]
fn a_decision_about_nothing_names_its_line_and_the_nearest_id() {
    let found =
        list(&[risk("a", "ann", &["overdue"]), risk("bee", "ann", &["overdue"])], &[], "", &Earlier::default(), 9);
    let decided = Decided::read("one,other,decision\nrisk-a,,accepted\nrisk-be,,rejected\n").unwrap();
    let unknown = decided.unknown(&found);
    let told: Vec<_> = unknown.iter().map(|it| (it.line, it.id.as_str(), it.nearest.as_deref())).collect();
    assert_eq!(told, [(3, "risk-be", Some("risk-bee"))]);
}

/// A change about people and posts, given by their names; empty for none.
fn change(kind: &str, [who, before, after, successor]: [&str; 4]) -> Finding {
    let named = |name: &str| (!name.is_empty()).then(|| NamedIri { iri: format!("x:{name}"), name: name.to_owned() });
    let detail = crate::discovery::ChainChangeDetail {
        change: kind.to_owned(),
        contact: named(who),
        post_before: named(before),
        post_after: named(after),
        account_before: None,
        predecessor: None,
        successor: named(successor),
        certainty: "confirmed".to_owned(),
        earliest: None,
        latest: None,
        level: None,
        buying_role: None,
    };
    let mut change = finding("change", "a", "ann", FindingKind::ChainChange(detail));
    change.id = format!("change-{kind}-{who}-{before}");
    change.sentence = Bilingual::new(format!("{who} {kind} {before}{after}."), format!("{who}{kind}。"));
    change
}

/// A gap about a person or a post.
fn gap_about(kind: &str, who: &str, post: &str) -> Finding {
    let mut found = gap("a", "ann");
    let named = |name: &str| (!name.is_empty()).then(|| NamedIri { iri: format!("x:{name}"), name: name.to_owned() });
    if let FindingKind::CoverageGap(detail) = &mut found.kind {
        (detail.gap, detail.contact, detail.post) = (kind.to_owned(), named(who), named(post));
    }
    found.id = format!("gap-{kind}-{who}{post}");
    found.sentence = Bilingual::new(format!("{kind} {who}{post}."), format!("{kind}。"));
    found
}

/// What a case of these findings says, each fact once.
fn said(risks: &[Finding], changes: &[Finding], gaps: &[Finding]) -> Vec<String> {
    let settings = Settings { alerts_per_owner: 1 };
    let lists = [risks, changes, gaps];
    let found = cases(&lists, day("2025-06-30"), &Decided::default(), &Earlier::default(), &settings);
    assert_eq!(found[0].findings.len(), risks.len() + changes.len() + gaps.len());
    let own = found[0].findings.iter().filter(|it| it.told_by.is_none());
    own.map(|it| it.sentence.en.clone()).collect()
}

#[test]
fn a_post_left_empty_by_who_rose_is_told_once() {
    let vacant = || change("post-vacant", ["Li", "Buyer", "", ""]);
    let rose = || change("promoted", ["Li", "Buyer", "Chief", ""]);
    let post = || gap_about("known-post-without-person", "", "Buyer");
    let once = "Li promoted BuyerChief. Nobody is known to have followed as Buyer.";
    assert_eq!(said(&[], &[vacant(), rose()], &[post()]), [once]);
    assert_eq!(said(&[], &[rose()], &[post()]), [once]);
    assert_eq!(said(&[], &[vacant()], &[post()]), ["Li post-vacant Buyer."]);
    assert_eq!(said(&[], &[rose()], &[gap_about("unknown", "Li", "Chief")]), ["Li promoted BuyerChief."]);
    let mut risk = risk("a", "ann", &["personnel"]);
    if let FindingKind::Risk(detail) = &mut risk.kind {
        detail.loss = Some(vacant().id);
    }
    assert_eq!(said(&[risk], &[vacant()], &[post()]), ["a risk"]);
}

#[test]
fn who_left_and_who_followed_is_one_fact_and_other_people_and_an_old_tie_are_not() {
    let left = change("left", ["Gao", "Chief", "", "Li"]);
    let joined = change("joined", ["Li", "", "Chief", ""]);
    let unknown = gap_about("unknown", "Li", "Chief");
    let stale = gap_about("stale", "Li", "Chief");
    let other = change("joined", ["Wu", "", "Clerk", ""]);
    let found = said(&[], &[joined, left, other], &[unknown, stale]);
    assert_eq!(found, ["Gao left Chief.", "stale LiChief.", "Wu joined Clerk."]);
}
