//! The smallest plan of visits that closes the most important coverage gaps: who of ours goes where, and for which gaps.
//!
//! Comes in: relations and coverage gaps. Leaves: visits, the most useful first. Never schedules days, and leaves out what
//! no visit closes: nobody of ours in charge, or nobody of ours who could go. Costs the visits that could be made, a few an
//! account.
//!
//! An employee can go to an account for which they are in charge, or where they know somebody who can open the door. Once
//! there, they meet who is missing, at most so many people a visit, the gravest gaps first. That all goes through one of
//! ours is closed by another one's visit. Among all visits that could be made, those are chosen that together close most,
//! weighed by the gaps' scores, with a budget of visits for every employee: maximum coverage by
//! [`crate::algorithms::set_cover`]. A visit that closes nothing more is never planned.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::algorithms::{SetCoverSettings, Unwatched, set_cover};
use crate::discovery::coverage::GapKind;
use crate::discovery::introduction::Ways;
use crate::discovery::market::{AccountIndex, PersonIndex, id_of_iri};
use crate::discovery::relations::Relations;
use crate::discovery::{CoverageGapDetail, Finding, FindingKind, NamedIri};
use crate::graph::{Graph, Layer, ViewSettings};
use crate::model::Day;

/// How visits are planned.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// At most so many visits an employee.
    pub visits_per_employee: u32,
    /// At most so many gaps are closed by one visit.
    pub gaps_per_visit: usize,
}

/// One visit.
#[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Visit {
    /// Stable over runs: `visit-` and a hash of who goes where, and how often before in the same plan.
    pub id: String,
    /// 1-based place in the plan; the most useful first.
    pub rank: u32,
    /// Who of ours goes.
    pub employee: NamedIri,
    /// Where to.
    pub account: NamedIri,
    /// Sum of the scores of the gaps that it closes and no visit before it.
    pub value: f64,
    /// Those gaps, the gravest first.
    pub closes: Vec<ClosedGap>,
    /// The day as of which it is planned.
    pub as_of: Day,
}

/// A gap that a visit closes.
#[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
pub struct ClosedGap {
    /// The finding's id.
    pub finding: String,
    /// What kind of gap.
    pub gap: String,
    /// Whom to meet, or what to ask for.
    pub whom: String,
    /// How much the gap matters.
    pub score: f64,
}

/// A visit that could be made.
struct Possible {
    employee: PersonIndex,
    account: AccountIndex,
    /// Places in the gaps, the gravest first.
    closes: Vec<usize>,
}

/// The plan for these gaps, gravest first; ties by account and employee.
pub fn plan(relations: &Relations<'_>, ways: &Ways<'_>, gaps: &[Finding], settings: &Settings) -> Vec<Visit> {
    let possible = possible(relations, ways, gaps, settings.gaps_per_visit);
    let n_visits = possible.len();
    let nodes: Vec<u64> = (0..(n_visits + gaps.len()) as u64).collect();
    let arcs: Vec<(u64, u64)> = possible
        .iter()
        .enumerate()
        .flat_map(|(visit, it)| it.closes.iter().map(move |gap| (visit as u64, (n_visits + gap) as u64)))
        .collect();
    let view = ViewSettings::default();
    let Ok(graph) = Graph::with_nodes(&nodes, &[Layer::new(&arcs[..])], &view) else { return Vec::new() };
    let scores = gaps.iter().map(|gap| gap.score.value());
    let weights: Vec<f64> = std::iter::repeat_n(0.0, n_visits).chain(scores).collect();
    let employees: Vec<u32> = possible.iter().map(|it| it.employee).collect();
    let cover = SetCoverSettings {
        weights: Some(&weights),
        groups: Some(&employees),
        group_budget: f64::from(settings.visits_per_employee),
        ..SetCoverSettings::default()
    };
    let sets: Vec<u32> = (0..n_visits as u32).collect();
    let Ok(cover) = set_cover(&graph, &sets, &cover, &Unwatched) else { return Vec::new() };
    let (mut closed, mut n_planned) = (BTreeSet::new(), BTreeMap::new());
    let visit = |(rank, chosen): (u32, &crate::algorithms::ChosenSet)| {
        let it = &possible[chosen.set as usize];
        let (employee, account) = (relations.person(it.employee), relations.account(it.account));
        let n_before = n_planned.entry((it.employee, it.account)).or_insert(0);
        *n_before += 1;
        let text = format!("{}\n{}\n{n_before}", employee.iri, account.iri);
        let new: Vec<usize> = it.closes.iter().copied().filter(|gap| closed.insert(*gap)).collect();
        Visit {
            id: format!("visit-{}", &blake3::hash(text.as_bytes()).to_hex()[..16]),
            rank,
            employee,
            account,
            value: chosen.gain,
            closes: new.iter().filter_map(|gap| told(&gaps[*gap])).collect(),
            as_of: relations.market.as_of,
        }
    };
    (1u32..).zip(&cover.chosen).map(visit).collect()
}

/// Takes out of a plan what these gaps do not hold, and visits that then close nothing.
pub fn keep_open(visits: &mut Vec<Visit>, open: &BTreeSet<&str>) {
    for visit in visits.iter_mut() {
        let n_before = visit.closes.len();
        visit.closes.retain(|gap| open.contains(gap.finding.as_str()));
        if visit.closes.len() < n_before {
            visit.value = visit.closes.iter().map(|gap| gap.score).sum();
        }
    }
    visits.retain(|visit| !visit.closes.is_empty());
    visits.sort_by(|one, other| other.value.total_cmp(&one.value).then(one.rank.cmp(&other.rank)));
    (1..).zip(visits).for_each(|(rank, visit)| visit.rank = rank);
}

/// All visits that could be made, by account and employee.
fn possible(relations: &Relations<'_>, ways: &Ways<'_>, gaps: &[Finding], gaps_per_visit: usize) -> Vec<Possible> {
    let market = relations.market;
    let mut by_account: BTreeMap<AccountIndex, Vec<usize>> = BTreeMap::new();
    for (place, gap) in gaps.iter().enumerate() {
        let account = id_of_iri(&market.snapshot, &gap.account).and_then(|id| market.accounts.index_of(id));
        if let (Some(account), Some(_)) = (account, detail(gap)) {
            by_account.entry(account).or_default().push(place);
        }
    }
    let mut possible = Vec::new();
    for (account, mut places) in by_account {
        places
            .sort_by(|one, other| gaps[*other].score.cmp(&gaps[*one].score).then(gaps[*one].id.cmp(&gaps[*other].id)));
        let known = who_knows(relations, ways, account);
        let in_charge = ways.in_charge(account);
        let mut employees: Vec<PersonIndex> = in_charge.union(&known).copied().collect();
        // of those whose visits would close as much, whom the gaps themselves name goes
        employees.sort_by_key(|employee| std::cmp::Reverse(n_introduced(relations, gaps, &places, *employee)));
        for employee in &employees {
            let is_sole = known.len() == 1 && known.contains(employee);
            let closes = places.iter().copied().filter(|place| can_close(&gaps[*place], is_sole)).collect::<Vec<_>>();
            for closes in closes.chunks(gaps_per_visit.max(1)) {
                possible.push(Possible { employee: *employee, account, closes: closes.to_vec() });
            }
        }
    }
    possible
}

/// In how many of these gaps an employee is the one who asks for the introduction.
fn n_introduced(relations: &Relations<'_>, gaps: &[Finding], places: &[usize], employee: PersonIndex) -> usize {
    let iri = relations.market.people.persons.iri(employee);
    let first = |place: &&usize| detail(&gaps[**place])?.introductions.first()?.people.first();
    places.iter().filter(|place| first(place).is_some_and(|it| it.iri == iri)).count()
}

/// Who of ours knows somebody at an account who may be asked.
fn who_knows(relations: &Relations<'_>, ways: &Ways<'_>, account: AccountIndex) -> BTreeSet<PersonIndex> {
    let persons = &relations.market.people.persons;
    let contacts = ways.contacts(account).iter().filter(|who| !persons.is_off_limits[**who as usize]);
    let ties = contacts.flat_map(|who| relations.ties.of_contact(*who));
    let known = ties.filter(|tie| tie.strength >= relations.settings.known_strength);
    known.map(|tie| tie.employee).filter(|who| persons.is_ours(*who)).collect()
}

fn detail(gap: &Finding) -> Option<&CoverageGapDetail> {
    match &gap.kind {
        FindingKind::CoverageGap(detail) => Some(detail),
        _ => None,
    }
}

/// Whether a visit closes a gap; `is_sole` says that all ties to the account go through who makes it.
fn can_close(gap: &Finding, is_sole: bool) -> bool {
    let kind = detail(gap).map(|it| it.gap.as_str());
    let is = |other: GapKind| kind == Some(other.name());
    let needs_another = is(GapKind::VacantOnOurSide) || is_sole && is(GapKind::SingleThreaded);
    !needs_another
}

fn told(gap: &Finding) -> Option<ClosedGap> {
    let detail = detail(gap)?;
    let named = detail.contact.as_ref().or(detail.post.as_ref()).map(|it| it.name.clone());
    let wanted = || {
        let known: Vec<_> = [&detail.level, &detail.function].into_iter().flatten().cloned().collect();
        (!known.is_empty()).then(|| format!("whoever is in {}", known.join(", ")))
    };
    Some(ClosedGap {
        finding: gap.id.clone(),
        gap: detail.gap.clone(),
        whom: named.or_else(wanted).unwrap_or_else(|| "another contact".to_owned()),
        score: gap.score.value(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::coverage::{self, Attention, Tier};
    use crate::discovery::trial::{TODAY, Trial, settings};
    use crate::evidence::Bilingual;

    /// Two accounts with three posts each, whose buyers alone are known, to Eve at North and to Tom at South.
    fn accounts() -> Trial {
        let people = ["ceo Chief_Executive_Officer", "cfo Chief_Financial_Officer", "buy Procurement_Manager"];
        let at = |trial: Trial, account: &str| {
            people.iter().fold(trial.account(account, ""), |trial, line| {
                let (key, title) = line.split_once(' ').unwrap();
                let (key, title) = (format!("{account}-{key}"), title.replace('_', " "));
                trial.say(&format!(
                    "id:{key} a org:Post ; ka:title '{title}' ; org:postIn id:{account} .
                     id:p-{key} a foaf:Person ; foaf:name 'P {key}' .
                     id:m-{key} a org:Membership ; org:member id:p-{key} ; ka:inPost id:{key} ."
                ))
            })
        };
        let staff = "id:Eve a ka:Employee ; foaf:name 'Eve' . id:Tom a ka:Employee ; foaf:name 'Tom' .";
        let met = |trial: Trial, ours: &str, theirs: &str| {
            (1..9).fold(trial, |trial, n| {
                trial.say(&format!(
                    "id:i{ours}{theirs}{n} a ka:Interaction ; ka:employee id:{ours} ; ka:contact id:p-{theirs} ;
                     ka:date '2025-06-0{n}'^^xsd:date ; ka:channel 'meeting' ."
                ))
            })
        };
        met(met(at(at(Trial::default(), "North"), "South").say(staff), "Eve", "North-buy"), "Tom", "South-buy")
    }

    fn planned(trial: &Trial, limits: Settings) -> (Vec<Finding>, Vec<Visit>) {
        let (market, settings) = (trial.market_on(TODAY), settings());
        let relations = Relations::read(&market, &settings.relations);
        let ways = Ways::read(&relations, &settings.coverage.introduction);
        let key = Attention { tier: Tier::Key, importance: 1.0, why: Bilingual::new("key", "key") };
        let attention = market.accounts.indexes().map(|it| (it, key.clone())).collect();
        let gaps = coverage::findings(&relations, &attention, &settings.coverage);
        let visits = plan(&relations, &ways, &gaps, &limits);
        (gaps, visits)
    }

    #[test]
    fn every_gap_that_a_visit_can_close_is_closed_once_by_who_can_open_the_door() {
        let (gaps, visits) = planned(&accounts(), Settings { visits_per_employee: 9, gaps_per_visit: 9 });
        let goes: Vec<_> = visits.iter().map(|it| (it.employee.name.as_str(), it.account.name.as_str())).collect();
        assert!(goes.contains(&("Eve", "North")) && goes.contains(&("Tom", "South")) && goes.len() == 2, "{goes:?}");
        let closed: Vec<&str> = visits.iter().flat_map(|it| &it.closes).map(|it| it.finding.as_str()).collect();
        let once: BTreeSet<&str> = closed.iter().copied().collect();
        assert_eq!(closed.len(), once.len());
        let closable = gaps.iter().filter(|gap| can_close(gap, true)).count();
        assert!(closable > 3 && closed.len() == closable, "{closed:?}");
        for visit in &visits {
            assert!((visit.value - visit.closes.iter().map(|it| it.score).sum::<f64>()).abs() < 1e-9);
        }
    }

    #[test]
    fn a_budget_is_spent_on_the_gravest_gaps() {
        let (gaps, visits) = planned(&accounts(), Settings { visits_per_employee: 1, gaps_per_visit: 1 });
        assert_eq!(visits.len(), 2);
        let of_north = |gap: &&Finding| gap.account_name == "North" && can_close(gap, true);
        let gravest = gaps.iter().filter(of_north).map(|gap| gap.score).max().unwrap();
        let north = visits.iter().find(|it| it.account.name == "North").unwrap();
        assert_eq!(north.closes.iter().map(|it| it.score).collect::<Vec<_>>(), [gravest.value()]);
    }

    #[test]
    fn a_colleague_who_is_in_charge_ends_that_all_goes_through_one() {
        let trial = accounts().say("id:North ka:owner id:Tom .");
        let (gaps, visits) = planned(&trial, Settings { visits_per_employee: 9, gaps_per_visit: 9 });
        let sole = gaps.iter().find(|it| it.account_name == "North" && !can_close(it, true)).unwrap();
        let by = visits.iter().find(|it| it.closes.iter().any(|gap| gap.finding == sole.id)).unwrap();
        assert_eq!((by.employee.name.as_str(), by.account.name.as_str()), ("Tom", "North"));
    }

    #[test]
    fn nobody_is_sent_through_a_person_who_must_not_be_used() {
        let trial = accounts().say("id:p-North-buy ka:isOffLimits true .");
        let (_, visits) = planned(&trial, Settings { visits_per_employee: 9, gaps_per_visit: 9 });
        assert!(visits.iter().all(|it| it.account.name == "South"), "{visits:?}");
    }
}
