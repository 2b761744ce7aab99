//! Gaps on small markets written as Turtle.

use std::collections::BTreeMap;

use crate::discovery::coverage::{Attention, Tier, findings};
use crate::discovery::market::AccountIndex;
use crate::discovery::relations::Relations;
use crate::discovery::trial::{TODAY, Trial, settings};
use crate::discovery::{CoverageGapDetail, Finding, FindingKind};
use crate::evidence::Bilingual;

/// North, owned by Eve, with three posts; Eve and Max deal with the buyer and with the head.
fn north() -> Trial {
    Trial::default()
        .account("North", "; ka:owner id:Eve ; ka:isKeyAccount true")
        .say("id:Eve a ka:Employee ; foaf:name 'Eve Gray' . id:Max a ka:Employee ; foaf:name 'Max Moor' .")
        .say("id:ceo a org:Post ; ka:title 'Chief Executive Officer' ; org:postIn id:North .")
        .say("id:cfo a org:Post ; ka:title 'Chief Financial Officer' ; org:postIn id:North ; org:reportsTo id:ceo .")
        .say("id:buy a org:Post ; ka:title 'Procurement Manager' ; org:postIn id:North ; org:reportsTo id:cfo .")
        .say("id:ann a foaf:Person ; foaf:name 'Ann Boss' . id:li a foaf:Person ; foaf:name 'Li Na' .")
        .say("id:m1 a org:Membership ; org:member id:ann ; ka:inPost id:ceo .")
        .say("id:m2 a org:Membership ; org:member id:li ; ka:inPost id:buy .")
}

fn met(trial: Trial, ours: &str, theirs: &str, days: &[&str]) -> Trial {
    days.iter().fold(trial, |trial, day| {
        trial.say(&format!(
            "id:i-{ours}-{theirs}-{day} a ka:Interaction ; ka:employee id:{ours} ; ka:contact id:{theirs} ;
             ka:date '{day}'^^xsd:date ; ka:channel 'meeting' ."
        ))
    })
}

const FRESH: &[&str] = &["2025-03-01", "2025-05-01", "2025-06-10"];

fn found(trial: &Trial) -> Vec<Finding> {
    let (market, settings) = (trial.market_on(TODAY), settings());
    let relations = Relations::read(&market, &settings.relations);
    let why = Bilingual::new("a key account", "重点客户");
    let attention = Attention { tier: Tier::Key, importance: 1.0, why };
    let north = market.accounts.indexes().next().unwrap();
    let attention: BTreeMap<AccountIndex, Attention> = [(north, attention)].into();
    findings(&relations, &attention, &settings.coverage)
}

fn detail(finding: &Finding) -> &CoverageGapDetail {
    let FindingKind::CoverageGap(detail) = &finding.kind else { panic!("a coverage gap") };
    detail
}

/// `gap post-or-level`, sorted.
fn told(trial: &Trial) -> Vec<String> {
    let text = |finding: &Finding| {
        let it = detail(finding);
        let about = it.post.as_ref().map(|it| it.name.clone()).or(it.level.clone()).unwrap_or_default();
        format!("{} {about}", it.gap)
    };
    let mut told: Vec<_> = found(trial).iter().map(text).collect();
    told.sort();
    told
}

fn covered() -> Trial {
    let trial = north()
        .say("id:bo a foaf:Person ; foaf:name 'Bo Ek' . id:m3 a org:Membership ; org:member id:bo ; ka:inPost id:cfo .")
        .say("id:eng a org:Post ; ka:title 'Process Engineer' ; org:postIn id:North ; org:reportsTo id:buy .")
        .say(
            "id:jo a foaf:Person ; foaf:name 'Jo Hay' . id:m4 a org:Membership ; org:member id:jo ; ka:inPost id:eng .",
        )
        .say("id:it a org:Post ; ka:title 'IT Manager' ; org:postIn id:North ; org:reportsTo id:ceo .")
        .say(
            "id:al a foaf:Person ; foaf:name 'Al May' . id:m5 a org:Membership ; org:member id:al ; ka:inPost id:it .",
        );
    let pairs = [("Eve", "ann"), ("Max", "ann"), ("Eve", "li"), ("Max", "bo"), ("Max", "jo"), ("Eve", "al")];
    pairs.iter().fold(trial, |trial, (ours, theirs)| met(trial, ours, theirs, FRESH))
}

#[test]
fn who_is_met_regularly_by_several_of_ours_is_no_gap() {
    assert_eq!(told(&covered()), Vec::<String>::new());
}

#[test]
fn a_decider_whom_nobody_met_is_a_gap_with_ways_to_be_introduced() {
    let trial = met(met(north(), "Eve", "ann", FRESH), "Max", "li", FRESH).say(
        "id:bo a foaf:Person ; foaf:name 'Bo Ek' . id:m3 a org:Membership ; org:member id:bo ; ka:inPost id:cfo .",
    );
    let found = found(&trial);
    let gap = found.iter().find(|it| detail(it).gap == "unknown" && detail(it).contact.is_some()).unwrap();
    assert_eq!(detail(gap).contact.as_ref().unwrap().name, "Bo Ek");
    assert!(gap.sentence.en.starts_with("Nobody of ours has met Bo Ek, Chief Financial Officer at North"));
    assert!(gap.sentence.zh.starts_with("我方尚无人接触过North的Chief Financial Officer Bo Ek"));
    let first: Vec<_> = detail(gap).introductions[0].people.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(first, ["Eve Gray", "Ann Boss", "Bo Ek"]);
    assert_eq!(gap.next_step.en, "Let Eve Gray ask for an introduction to Bo Ek through Ann Boss.");
    assert!(detail(gap).introductions.len() <= 3);
    let strengths: Vec<f64> = detail(gap).introductions.iter().map(|it| it.strength).collect();
    assert!(strengths.windows(2).all(|pair| pair[0] >= pair[1]) && strengths[0] < 1.0);
}

#[test]
fn what_lies_long_back_is_stale_and_a_seat_without_holder_is_named() {
    let old = met(met(north(), "Eve", "ann", &["2024-01-01", "2024-03-03"]), "Max", "li", FRESH);
    let told = told(&old);
    assert!(told.contains(&"stale Chief Executive Officer".to_owned()), "{told:?}");
    assert!(told.contains(&"known-post-without-person Chief Financial Officer".to_owned()), "{told:?}");
    let found = found(&old);
    let stale = found.iter().find(|it| detail(it).gap == "stale").unwrap();
    assert_eq!(
        stale.sentence.en,
        "Nobody of ours has been in touch with Ann Boss, Chief Executive Officer at North, since 3 March 2024 (Eve Gray)."
    );
}

#[test]
fn one_thread_and_an_empty_chair_of_ours_are_gaps_of_the_account() {
    let one = met(met(north(), "Eve", "ann", FRESH), "Eve", "li", FRESH)
        .say("id:x a foaf:Person ; foaf:name 'Someone Else' .");
    let one = met(one, "Max", "x", FRESH);
    assert!(told(&one).contains(&"single-threaded ".to_owned()));
    let gone = covered().say("id:Eve schema:endDate '2025-02-01'^^xsd:date .");
    assert!(told(&gone).contains(&"vacant-on-our-side ".to_owned()));
    let gap = found(&gone).into_iter().find(|it| detail(it).gap == "vacant-on-our-side").unwrap();
    assert_eq!(
        gap.sentence.en,
        "North has no account manager of ours any more: Eve Gray is gone and nobody has followed."
    );
}

#[test]
fn every_score_is_the_total_of_leaves_that_lead_to_rows() {
    let trial = met(north(), "Eve", "ann", &["2024-01-01"]);
    let found = found(&trial);
    assert!(found.len() >= 3);
    for finding in &found {
        assert!((finding.evidence.total() - finding.score.value()).abs() < 1e-9);
        for leaf in finding.evidence.leaves() {
            assert!(!leaf.facts.shown.is_empty(), "{}: {}", detail(finding).gap, leaf.signal);
            assert!(leaf.facts.shown.iter().all(|fact| !fact.origins.is_empty()), "{}", leaf.signal);
        }
    }
}

#[test]
fn the_same_bits_come_from_any_number_of_threads() {
    let trial = met(north(), "Eve", "ann", &["2024-01-01"]);
    let run = |n_threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        format!("{:?}", pool.install(|| found(&trial)))
    };
    let one = run(1);
    assert_eq!(one, run(2));
    assert_eq!(one, run(8));
}
