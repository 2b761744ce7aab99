//! What titles say, one line a title: level, function and buying role.

use super::*;

fn says(title: &str) -> String {
    let it = standing(title, Declared::default());
    let level = it.level.map_or("?", |it| it.value.name());
    let function = it.function.map_or("?", |it| it.value.name());
    let role = it.role.map_or("?", |it| it.value.name());
    format!("{level} {function} {role}")
}

#[test]
fn titles_in_english_are_read() {
    for (title, expected) in [
        ("CEO", "decision general-management approver"),
        ("C.E.O.", "decision general-management approver"),
        ("Chief Financial Officer", "decision finance approver"),
        ("CFO & Treasurer", "decision finance approver"),
        ("Chief Happiness Officer", "decision ? decision-maker"),
        ("Vice President, Also Chief Financial Officer and Treasurer", "decision finance approver"),
        ("Head of Procurement", "management procurement procurement"),
        ("VP Engineering", "management technology decision-maker"),
        ("Procurement Director", "management procurement decision-maker"),
        ("Director of Purchasing", "management procurement procurement"),
        ("Deputy Director, Finance", "management finance influencer"),
        ("Assistant Director of Operations", "management operations influencer"),
        ("Assistant Manager", "execution ? user"),
        ("Deputy Chief Executive", "decision general-management decision-maker"),
        ("Senior Buyer", "execution procurement procurement"),
        ("Principal Engineer", "execution technology evaluator"),
        ("Software Developer", "execution technology evaluator"),
        ("Managing Director, Legal Department", "decision general-management approver"),
        ("General Counsel", "decision legal gatekeeper"),
        ("Owner", "decision general-management approver"),
        ("Product Owner", "execution technology user"),
        ("Sales Agent", "execution sales-and-marketing user"),
        ("Order Administrator", "execution sales-and-marketing user"),
        ("Accounting Manager", "management finance influencer"),
    ] {
        assert_eq!(says(title), expected, "{title}");
    }
}

#[test]
fn who_serves_somebody_is_not_that_somebody() {
    for title in [
        "Assistant to the CEO",
        "Executive Assistant to the Managing Director",
        "PA to CFO",
        "总经理助理",
        "董事长秘书",
    ] {
        let read = standing(title, Declared::default());
        assert_eq!(read.level.map(|it| it.value), Some(Level::Execution), "{title}");
        assert_eq!(read.role.map(|it| it.value), Some(BuyingRole::Gatekeeper), "{title}");
    }
    assert!(standing("Former CEO", Declared::default()).level.is_none());
}

#[test]
fn secretaries_of_state_are_not_secretaries() {
    assert_eq!(says("Secretary of State for Defence"), "decision general-management approver");
    assert_eq!(says("Parliamentary Under-Secretary of State"), "management general-management influencer");
    assert_eq!(says("Minister of State"), "decision general-management decision-maker");
    assert_eq!(says("Secretary"), "execution ? gatekeeper");
    assert_eq!(says("Chief Secretary to the Treasury"), "decision general-management decision-maker");
}

#[test]
fn titles_in_chinese_are_read() {
    for (title, expected) in [
        ("董事长", "decision general-management approver"),
        ("总经理", "decision general-management approver"),
        ("副总经理", "decision ? decision-maker"),
        ("财务总监", "decision finance approver"),
        ("采购部经理", "management procurement procurement"),
        ("采购总监", "management procurement decision-maker"),
        ("采购部副经理", "management procurement procurement"),
        ("信息技术部部长", "management technology evaluator"),
        ("高级采购员", "execution procurement procurement"),
        ("财务助理", "execution finance gatekeeper"),
        ("助理工程师", "execution technology evaluator"),
        ("总经理办公室主任", "management general-management gatekeeper"),
        ("董事长兼首席执行官", "decision general-management approver"),
        ("ＣＦＯ（财务总监）", "decision finance approver"),
        ("法务专员", "execution legal gatekeeper"),
    ] {
        assert_eq!(says(title), expected, "{title}");
    }
}

#[test]
fn a_deputy_stands_below_and_a_senior_above() {
    let grade = |title: &str| standing(title, Declared::default()).grade;
    assert!(grade("Deputy Director") < grade("Director") && grade("副总经理") < grade("总经理"));
    assert!(grade("Senior Manager") > grade("Manager") && grade("Director") > grade("Senior Manager"));
    assert!(grade("VP Sales") > grade("Director of Sales") && grade("CFO") > grade("VP Finance"));
    assert!(grade("采购部经理") > grade("采购主管") && grade("采购总监") > grade("采购部经理"));
    assert_eq!(grade("Bishop"), 0);
}

#[test]
fn what_the_source_declares_wins() {
    let declared = Declared { level: Some(Level::Decision), function: None, role: Some(BuyingRole::Champion) };
    let read = standing("Purchasing Clerk", declared);
    assert_eq!(read.level, Some(Certain { value: Level::Decision, certainty: 1.0 }));
    assert_eq!(read.role, Some(Certain { value: BuyingRole::Champion, certainty: 1.0 }));
    assert_eq!(read.function.map(|it| it.value), Some(Function::Procurement));
    let bare = standing("", Declared { function: Some(Function::Finance), ..declared });
    assert_eq!(bare.function.map(|it| it.certainty), Some(1.0));
}

#[test]
fn the_table_is_whole() {
    let mut reader = csv::Reader::from_reader(include_str!("../../data/titles.csv").as_bytes());
    let patterns: Vec<Pattern> = reader.deserialize().collect::<Result<_, _>>().unwrap();
    assert!(patterns.len() >= 400);
    for pattern in &patterns {
        assert!(pattern.certainty.is_none_or(|it| it > 0.0 && it <= 1.0), "{}", pattern.pattern);
        let needs_level = matches!(pattern.kind, Kind::Title | Kind::Rank);
        assert!(!needs_level || (pattern.level.is_some() && pattern.grade.is_some()), "{}", pattern.pattern);
    }
}
