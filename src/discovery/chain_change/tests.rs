//! Changes on small markets written as Turtle.

use crate::discovery::chain_change::findings;
use crate::discovery::relations::Relations;
use crate::discovery::trial::{Trial, settings};
use crate::discovery::{ChainChangeDetail, Finding, FindingKind};
use crate::model::Day;

/// A small chart: three posts at Northgate and one at Southgate.
pub(super) fn chart() -> Trial {
    let post = |key: &str, account: &str, title: &str| {
        format!("id:{key} a org:Post ; ka:title '{title}' ; org:postIn id:{account} .")
    };
    Trial::default()
        .account("North", "; ka:owner id:Eve")
        .account("South", "")
        .say("id:Eve a ka:Employee ; foaf:name 'Eve Gray' .")
        .say(&post("ceo", "North", "Chief Executive Officer"))
        .say(&post("cfo", "North", "Chief Financial Officer"))
        .say(&post("buy", "North", "Procurement Manager"))
        .say(&post("ceo2", "South", "Managing Director"))
        .say("id:buy org:reportsTo id:cfo . id:cfo org:reportsTo id:ceo .")
}

pub(super) trait Chart: Sized {
    fn person(self, key: &str, name: &str) -> Self;
    fn holds(self, person: &str, post: &str, from: &str, to: &str) -> Self;
    fn seen(self, person: &str, post: &str, days: &[&str]) -> Self;
}

impl Chart for Trial {
    fn person(self, key: &str, name: &str) -> Self {
        self.say(&format!("id:{key} a foaf:Person ; foaf:name '{name}' ."))
    }

    fn holds(self, person: &str, post: &str, from: &str, to: &str) -> Self {
        let end = if to.is_empty() { String::new() } else { format!("; schema:endDate '{to}'^^xsd:date") };
        self.say(&format!(
            "id:m-{person}-{post} a org:Membership ; org:member id:{person} ; ka:inPost id:{post} ;
             schema:startDate '{from}'^^xsd:date {end} ."
        ))
    }

    fn seen(self, person: &str, post: &str, days: &[&str]) -> Self {
        let days: Vec<_> = days.iter().map(|day| format!("'{day}'^^xsd:date")).collect();
        self.say(&format!(
            "id:m-{person}-{post} a org:Membership ; org:member id:{person} ; ka:inPost id:{post} ; ka:seenOn {} .",
            days.join(", ")
        ))
    }
}

pub(super) fn found(trial: &Trial, since: &str, until: &str) -> Vec<Finding> {
    let (market, settings) = (trial.market_on(until), settings());
    let relations = Relations::read(&market, &settings.relations);
    findings(&relations, Some(since.parse().unwrap()), &settings.chain_change)
}

pub(super) fn detail(finding: &Finding) -> &ChainChangeDetail {
    let FindingKind::ChainChange(detail) = &finding.kind else { panic!("a chain change") };
    detail
}

/// `kind person account`, sorted.
pub(super) fn told(trial: &Trial, since: &str, until: &str) -> Vec<String> {
    let text = |finding: &Finding| {
        let it = detail(finding);
        let who = it.contact.as_ref().map_or("-", |it| it.name.as_str());
        format!("{} {who} {}", it.change, finding.account_name)
    };
    let mut told: Vec<_> = found(trial, since, until).iter().map(text).collect();
    told.sort();
    told
}

fn replaced() -> Trial {
    chart()
        .person("li", "Li Na")
        .person("tom", "Tom Reed")
        .person("ann", "Ann Boss")
        .holds("ann", "ceo", "2015-01-01", "")
        .holds("li", "buy", "2020-01-01", "2025-03-03")
        .holds("tom", "buy", "2025-03-10", "")
}

#[test]
fn who_leaves_and_who_follows_are_named_with_their_days() {
    let found = found(&replaced(), "2025-01-01", "2025-04-01");
    assert_eq!(found.len(), 2);
    let left = found.iter().find(|it| detail(it).change == "left").unwrap();
    assert_eq!(detail(left).successor.as_ref().unwrap().name, "Tom Reed");
    assert_eq!(detail(left).latest, Some("2025-03-03".parse().unwrap()));
    assert_eq!(
        left.sentence.en,
        "Li Na, Procurement Manager at North, left on 3 March 2025; nobody of ours has met the successor Tom Reed."
    );
    assert_eq!(
        left.sentence.zh,
        "North的Procurement Manager Li Na于2025年3月3日离任；继任者为Tom Reed，我方尚无人接触过。"
    );
    assert_eq!(left.next_step.en, "Let Eve Gray arrange a first meeting with Tom Reed.");
    assert_eq!(left.owner.as_ref().unwrap().name, "Eve Gray");
    let joined = found.iter().find(|it| detail(it).change == "joined").unwrap();
    assert_eq!(detail(joined).predecessor.as_ref().unwrap().name, "Li Na");
}

#[test]
fn a_loss_says_what_it_threatens_and_who_is_still_known_there_is_no_sole_tie() {
    let met = |who: &str| {
        format!(
            "id:i{who} a ka:Interaction ; ka:employee id:Eve ; ka:contact id:{who} ; ka:channel 'meeting' ;
             ka:date '2025-03-01'^^xsd:date ."
        )
    };
    let trial = replaced().say("id:Eve a ka:Employee ; foaf:name 'Eve Gray' .").say(&met("li")).say(
        "id:o a ka:Opportunity ; ka:account id:North ; ka:amount 45000.0 ; ka:outcome 'open' ;
         ka:date '2025-01-10'^^xsd:date .",
    );
    let left = |trial: &Trial| {
        let found = found(trial, "2025-01-01", "2025-04-01");
        found.into_iter().find(|it| detail(it).change == "left").unwrap().sentence
    };
    let sole = "nobody else there is known to us.";
    assert!(left(&trial).en.contains("; open opportunities worth 45 k are at stake;"), "{}", left(&trial).en);
    assert!(left(&trial).en.ends_with(sole) && left(&trial).zh.contains("涉及在谈商机4.5万"));
    assert!(left(&trial.say(&met("ann"))).en.ends_with("are at stake."));
}

#[test]
fn every_score_is_the_total_of_leaves_that_lead_to_rows() {
    for finding in found(&replaced(), "2025-01-01", "2025-04-01") {
        assert!((finding.evidence.total() - finding.score.value()).abs() < 1e-9);
        assert!(finding.score.value() > 0.0);
        for leaf in finding.evidence.leaves() {
            assert!(!leaf.facts.shown.is_empty(), "{}", leaf.signal);
            assert!(leaf.facts.shown.iter().all(|fact| !fact.origins.is_empty()), "{}", leaf.signal);
        }
    }
}

#[test]
fn a_move_between_accounts_is_one_finding_and_the_seat_left_empty_another() {
    let trial = chart().person("li", "Li Na").holds("li", "buy", "2020-01-01", "2025-03-03").holds(
        "li",
        "ceo2",
        "2025-03-20",
        "",
    );
    let expected = ["moved-account Li Na South", "post-vacant Li Na North"];
    assert_eq!(told(&trial, "2025-01-01", "2025-04-01"), expected);
    // the move is also seen when the leaving lies before the window
    assert_eq!(told(&trial, "2025-03-10", "2025-04-01"), ["moved-account Li Na South"]);
    assert_eq!(told(&trial, "2025-01-01", "2025-03-10"), ["post-vacant Li Na North"]);
}

#[test]
fn who_rises_is_promoted_and_who_takes_another_post_moves() {
    let rises = chart().person("li", "Li Na").holds("li", "buy", "2020-01-01", "2025-03-03").holds(
        "li",
        "cfo",
        "2025-03-03",
        "",
    );
    assert_eq!(told(&rises, "2025-01-01", "2025-04-01"), ["post-vacant Li Na North", "promoted Li Na North"]);
    let falls = chart()
        .person("li", "Li Na")
        .person("bo", "Bo Ek")
        .holds("li", "cfo", "2020-01-01", "2025-03-03")
        .holds("li", "buy", "2025-03-03", "")
        .holds("bo", "cfo", "2025-03-03", "");
    assert_eq!(told(&falls, "2025-01-01", "2025-04-01"), ["joined Bo Ek North", "moved-post Li Na North"]);
}

#[test]
fn a_post_of_the_same_declared_rank_is_no_promotion() {
    let trial = chart()
        .say("id:it a org:Post ; ka:title 'IT Manager' ; org:postIn id:North ; ka:rank 3 . id:cfo ka:rank 3 .")
        .person("li", "Li Na")
        .holds("li", "it", "2020-01-01", "2025-03-03")
        .holds("li", "cfo", "2025-03-03", "");
    assert_eq!(told(&trial, "2025-01-01", "2025-04-01"), ["moved-post Li Na North", "post-vacant Li Na North"]);
}

#[test]
fn the_same_bits_come_from_any_number_of_threads() {
    let run = |n_threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        format!("{:?}", pool.install(|| found(&replaced(), "2025-01-01", "2025-04-01")))
    };
    let one = run(1);
    assert_eq!(one, run(2));
    assert_eq!(one, run(8));
}

#[test]
fn another_spelling_of_the_same_person_is_no_change() {
    let trial = chart()
        .person("w1", "Pete Worrall")
        .person("w2", "Worrall, Peter Richard CBE")
        .holds("w1", "buy", "2020-01-01", "2025-03-03")
        .holds("w2", "buy", "2025-03-03", "");
    assert!(told(&trial, "2025-01-01", "2025-04-01").is_empty());
    let seen = chart()
        .person("w1", "Pete Worrall")
        .person("w2", "Worrall, Peter Richard CBE")
        .person("an", "Ann Boss")
        .seen("w1", "buy", &["2024-03-31", "2024-09-30"])
        .seen("w2", "buy", &["2025-03-31"])
        .seen("an", "ceo", &["2024-03-31", "2024-09-30", "2025-03-31"]);
    assert!(told(&seen, "2025-01-01", "2025-04-01").is_empty());
}

#[test]
fn snapshots_say_between_which_days_somebody_came_or_went() {
    let trial = chart()
        .person("an", "Ann Boss")
        .person("li", "Li Na")
        .person("tom", "Tom Reed")
        .seen("an", "ceo", &["2024-03-31", "2024-09-30", "2025-03-31"])
        .seen("li", "buy", &["2024-03-31", "2024-09-30"])
        .seen("tom", "buy", &["2025-03-31"]);
    let found = found(&trial, "2025-01-01", "2025-04-01");
    assert_eq!(found.len(), 2);
    for finding in &found {
        let bracket = (detail(finding).earliest, detail(finding).latest);
        assert_eq!(bracket, (Some("2024-10-01".parse().unwrap()), Some("2025-03-31".parse().unwrap())));
    }
    assert!(found.iter().any(|it| it.sentence.en.contains("between 1 October 2024 and 31 March 2025")));
    // South appears in no snapshot, and nobody has left it
    assert!(told(&trial, "2024-01-01", "2024-12-31").is_empty());
}

#[test]
fn undisclosed_is_neither_gone_nor_new_and_vacant_is_vacant() {
    let base = || {
        chart().person("an", "Ann Boss").person("li", "Li Na").person("nd", "N/D").person("va", "Vacant").seen(
            "an",
            "ceo",
            &["2024-03-31", "2024-09-30", "2025-03-31"],
        )
    };
    let hidden = base().seen("li", "buy", &["2024-03-31", "2024-09-30"]).seen("nd", "buy", &["2025-03-31"]);
    assert!(told(&hidden, "2025-01-01", "2025-04-01").is_empty());
    let shown = base().seen("nd", "buy", &["2024-03-31", "2024-09-30"]).seen("li", "buy", &["2025-03-31"]);
    assert!(told(&shown, "2025-01-01", "2025-04-01").is_empty());
    let vacant = base().seen("li", "buy", &["2024-03-31", "2024-09-30"]).seen("va", "buy", &["2025-03-31"]);
    assert_eq!(told(&vacant, "2025-01-01", "2025-04-01"), ["post-vacant Li Na North"]);
}

#[test]
fn a_new_post_takes_in_its_holder_and_an_abolished_one_too() {
    let new = replaced()
        .say("id:cdo a org:Post ; ka:title 'Chief Digital Officer' ; org:postIn id:North .")
        .say("id:cdo schema:startDate '2025-02-01'^^xsd:date .")
        .person("kim", "Kim Park")
        .holds("kim", "cdo", "2025-02-01", "");
    assert!(told(&new, "2025-01-10", "2025-03-01").contains(&"post-new Kim Park North".to_owned()));
    assert_eq!(told(&new, "2025-01-10", "2025-03-01").len(), 1);
    let gone = chart()
        .person("li", "Li Na")
        .holds("li", "buy", "2020-01-01", "2025-03-03")
        .say("id:buy schema:endDate '2025-03-03'^^xsd:date .");
    assert_eq!(told(&gone, "2025-01-01", "2025-04-01"), ["post-gone Li Na North"]);
}

#[test]
fn another_superior_is_told_unless_it_is_the_same_person() {
    let line = |above: &str, from: &str, to: &str| {
        let end = if to.is_empty() { String::new() } else { format!("; schema:endDate '{to}'^^xsd:date") };
        format!(
            "id:line-{above} a ka:ReportingLine ; ka:reportingPost id:buy ; ka:superiorPost id:{above} ;
             ka:lineKind 'solid' ; schema:startDate '{from}'^^xsd:date {end} ."
        )
    };
    let base = || {
        chart()
            .person("li", "Li Na")
            .person("bo", "Bo Ek")
            .holds("li", "buy", "2020-01-01", "")
            .holds("bo", "cfo", "2020-01-01", "")
            .say(&line("cfo", "2020-01-01", "2025-02-01"))
            .say(&line("ceo", "2025-02-01", ""))
    };
    let other = base().person("an", "Ann Boss").holds("an", "ceo", "2020-01-01", "");
    let found = found(&other, "2025-01-01", "2025-04-01");
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].sentence.en,
        "Li Na, Procurement Manager at North, has reported since 1 February 2025 to Ann Boss (Chief Executive Officer) and \
         no longer to Bo Ek (Chief Financial Officer); nobody of ours has met Li Na."
    );
    let same = base().say("id:m-bo-ceo a org:Membership ; org:member id:bo ; ka:inPost id:ceo .");
    assert!(told(&same, "2025-01-01", "2025-04-01").is_empty());
}

#[test]
fn a_later_fact_never_changes_an_earlier_day() {
    let early = told(&replaced(), "2024-12-01", "2025-03-05");
    let later = replaced().person("x", "Xu Li").holds("x", "cfo", "2025-03-06", "").say(
        "id:m-ann-ceo schema:endDate '2025-03-07'^^xsd:date .
         id:i1 a ka:Interaction ; ka:employee id:Eve ; ka:contact id:tom ; ka:date '2025-04-01'^^xsd:date .",
    );
    assert_eq!(told(&later, "2024-12-01", "2025-03-05"), early);
    let sentences = |trial: &Trial| {
        found(trial, "2024-12-01", "2025-03-05").iter().map(|it| it.sentence.clone()).collect::<Vec<_>>()
    };
    assert_eq!(sentences(&later), sentences(&replaced()));
}

#[test]
fn shifted_days_shift_the_findings() {
    let shifted = |days: i32| {
        let day = |text: &str| (text.parse::<Day>().unwrap() + days).to_string();
        let trial = chart()
            .person("li", "Li Na")
            .person("tom", "Tom Reed")
            .holds("li", "buy", &day("2020-01-01"), &day("2025-03-03"))
            .holds("tom", "buy", &day("2025-03-10"), "");
        let found = found(&trial, &day("2025-01-01"), &day("2025-04-01"));
        found.iter().map(|it| (it.id.clone(), it.score, detail(it).latest.unwrap() + -days)).collect::<Vec<_>>()
    };
    assert_eq!(shifted(0), shifted(1234));
    assert_eq!(shifted(0), shifted(-77));
}

#[test]
fn a_renamed_account_is_one_change_and_only_who_stays_behind_leaves() {
    let trial = chart()
        .account("Grandnorth", "; prov:wasDerivedFrom id:North")
        .say("id:ceo3 a org:Post ; ka:title 'Chief Executive Officer' ; org:postIn id:Grandnorth .")
        .say("id:buy3 a org:Post ; ka:title 'Procurement Manager' ; org:postIn id:Grandnorth .")
        .person("ann", "Ann Boss")
        .person("li", "Li Na")
        .person("bo", "Bo Long")
        .holds("ann", "ceo", "2015-01-01", "2025-03-01")
        .holds("ann", "ceo3", "2025-03-01", "")
        .holds("li", "buy", "2020-01-01", "2025-03-01")
        .holds("li", "buy3", "2025-03-01", "")
        .holds("bo", "cfo", "2020-01-01", "2025-03-01");
    let told = told(&trial, "2025-01-01", "2025-04-01");
    assert_eq!(told, ["account-succeeded - Grandnorth", "left Bo Long North"]);
    let found = found(&trial, "2025-01-01", "2025-04-01");
    let succeeded = found.iter().find(|it| detail(it).change == "account-succeeded").unwrap();
    assert_eq!(succeeded.sentence.en, "North goes on as Grandnorth since 1 March 2025: 2 people came along.");
    assert_eq!(detail(succeeded).certainty, "confirmed");
}

#[test]
fn who_rises_while_the_account_is_renamed_has_risen_and_not_moved() {
    let trial = chart()
        .account("Grandnorth", "; prov:wasDerivedFrom id:North")
        .say("id:ceo3 a org:Post ; ka:title 'Chief Executive Officer' ; org:postIn id:Grandnorth .")
        .person("li", "Li Na")
        .holds("li", "buy", "2020-01-01", "2025-03-01")
        .holds("li", "ceo3", "2025-03-01", "");
    let expected = ["account-succeeded - Grandnorth", "promoted Li Na Grandnorth"];
    assert_eq!(told(&trial, "2025-01-01", "2025-04-01"), expected);
}

#[test]
fn tasks_handed_to_another_living_account_make_a_move_no_less_of_a_move() {
    let trial = chart()
        .say("id:South prov:wasDerivedFrom id:North .")
        .person("ann", "Ann Boss")
        .person("tom", "Tom Reed")
        .person("li", "Li Na")
        .holds("ann", "ceo", "2015-01-01", "")
        .holds("tom", "ceo2", "2015-01-01", "")
        .holds("li", "buy", "2020-01-01", "2025-03-01")
        .say("id:buy2 a org:Post ; ka:title 'Procurement Manager' ; org:postIn id:South .")
        .holds("li", "buy2", "2025-03-01", "");
    let told = told(&trial, "2025-01-01", "2025-04-01");
    assert!(told.contains(&"moved-account Li Na South".to_owned()), "{told:?}");
}

#[test]
fn a_name_written_otherwise_in_another_post_is_a_suspected_move_unless_it_fits_two() {
    let days = ["2024-06-30", "2024-12-31"];
    let moved = chart()
        .person("a", "Maj Gen R Cripwell")
        .person("b", "Maj Gen Richard Cripwell")
        .person("ann", "Ann Boss")
        .seen("ann", "ceo", &days)
        .seen("a", "buy", &days[..1])
        .seen("b", "cfo", &days[1..]);
    let changes = found(&moved, "2024-06-30", "2024-12-31");
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!(
        (detail(&changes[0]).change.as_str(), detail(&changes[0]).certainty.as_str()),
        ("promoted", "suspected")
    );
    assert!(changes[0].sentence.en.ends_with("the name is written differently, check that it is one person."));
    let two = moved
        .say("id:law a org:Post ; ka:title 'Legal Counsel' ; org:postIn id:North .")
        .person("c", "Maj Gen Robert Cripwell")
        .seen("c", "law", &days[1..]);
    let told = told(&two, "2024-06-30", "2024-12-31");
    assert_eq!(told.iter().filter(|it| it.starts_with("left") || it.starts_with("joined")).count(), 3, "{told:?}");
}

#[test]
fn a_post_under_a_new_number_is_the_same_post() {
    let days = ["2024-06-30", "2024-12-31"];
    let list = |trial: Trial, post: &str, day: &str| {
        trial.say(&format!("id:{post} ka:seenOn '{day}'^^xsd:date ; a org:Post ; org:postIn id:North ."))
    };
    let base = chart()
        .say("id:old ka:title 'Head of Ports' . id:fresh ka:title 'Head of the Ports' .")
        .person("a", "Ann Boss")
        .person("b", "Bo Long")
        .seen("a", "ceo", &days);
    let unnamed = list(list(base.clone(), "old", days[0]), "fresh", days[1]);
    assert_eq!(told(&unnamed, days[0], days[1]), [""; 0]);
    let named = unnamed.seen("b", "old", &days[..1]).person("c", "Cy Dee").seen("c", "fresh", &days[1..]);
    assert_eq!(told(&named, days[0], days[1]), ["joined Cy Dee North", "left Bo Long North"]);
}

#[test]
fn an_excerpt_makes_nobody_leave_but_who_is_replaced_in_it() {
    let days = ["2024-06-30", "2024-12-31", "2025-06-30"];
    let list = |trial: Trial, n: usize| {
        let seen: &[&str] = if n < 4 { &days } else { &[days[0], days[2]] };
        let post = format!("id:desk{n} a org:Post ; ka:title 'Clerk' ; org:postIn id:North .");
        let person = format!("Clerk Number{n}x{n}");
        trial.say(&post).person(&format!("p{n}"), &person).seen(&format!("p{n}"), &format!("desk{n}"), seen)
    };
    let trial = (0..24).fold(chart(), list).person("ann", "Ann Boss").person("bo", "Bo Long");
    let trial = trial.seen("ann", "ceo", &days[..1]).seen("bo", "ceo", &days[1..]);
    assert_eq!(told(&trial, days[0], days[1]), ["joined Bo Long North", "left Ann Boss North"]);
    assert_eq!(told(&trial, days[1], days[2]), [""; 0]);
    let line = |key: &str, above: &str, seen: &str| {
        format!(
            "id:{key} a ka:ReportingLine ; ka:reportingPost id:desk0 ; ka:superiorPost id:{above} ; ka:lineKind 'solid' ;
             ka:seenOn {seen} ."
        )
    };
    let day = |place: usize| format!("'{}'^^xsd:date", days[place]);
    let lines =
        trial.say(&line("line1", "desk1", &day(0))).say(&line("line2", "desk2", &format!("{}, {}", day(1), day(2))));
    let with_line = ["changed-reporting-line Clerk Number0x0 North", "joined Bo Long North", "left Ann Boss North"];
    assert_eq!(told(&lines, days[0], days[1]), with_line);
    assert_eq!(told(&lines, days[1], days[2]), [""; 0]);
}
