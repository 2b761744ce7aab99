//! Enron's mails: whether the strength of a tie on a day tells who will be in contact in the next 30 days.
//!
//! Asked on the first of each month of the pairs that had ever been in contact by then. Area under the curve: how often,
//! of a pair that was in contact and one that was not, the former has the stronger tie. Beside it the last day of contact
//! and the number of contacts so far.

use std::collections::{BTreeMap, BTreeSet};

use kagraph::discovery::market::{Accounts, Interaction, People};
use kagraph::discovery::tie::Ties;
use kagraph::model::Day;
use kagraph::settings::Settings;

use crate::chain_truth::{Line, settle, snapshot_of};
use crate::real_data::folder;

const HORIZON_DAYS: i32 = 30;
const LEAST_CONTACTS: usize = 20;

/// The share of pairs of one positive and one negative that the values put in the right order; equal ones count half.
fn area(mut values: Vec<(f64, bool)>) -> f64 {
    values.sort_by(|one, other| one.0.total_cmp(&other.0));
    let n_positive = values.iter().filter(|it| it.1).count() as f64;
    let n_negative = values.len() as f64 - n_positive;
    let (mut right, mut below) = (0.0, 0.0);
    for run in values.chunk_by(|one, other| one.0 == other.0) {
        let positive = run.iter().filter(|it| it.1).count() as f64;
        let negative = run.len() as f64 - positive;
        right += positive * (below + negative / 2.0);
        below += negative;
    }
    right / (n_positive * n_negative)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn a_strong_tie_tells_who_will_be_in_contact_next_month() {
    let Some(folder) = folder("enron_igraphdata") else { return };
    let settings = Settings::load(None).unwrap().discovery.relations.tie;
    let snapshot = snapshot_of(&folder);
    let all = People::read(&snapshot, &Accounts::read(&snapshot), "2002-12-31".parse().unwrap());
    let name = |people: &People, it: &Interaction| {
        (people.persons.iri(it.employee).to_owned(), people.persons.iri(it.contact).to_owned())
    };
    let mut days: BTreeMap<(String, String), BTreeSet<Day>> = BTreeMap::new();
    for it in &all.interactions {
        days.entry(name(&all, it)).or_default().insert(it.day);
    }
    let first = Day::from_ymd(1999, 7, 1).unwrap();
    let last = Day::from_ymd(2002, 3, 1).unwrap();
    let (mut strength, mut recency, mut frequency) = (Vec::new(), Vec::new(), Vec::new());
    for day in (0..).map(|n| first.plus_months(n)).take_while(|day| *day < last) {
        let past = snapshot.as_of(day);
        let people = People::read(&past, &Accounts::read(&past), day);
        let ties = Ties::read(&people, day, &settings);
        let follows = |run: &[Interaction]| {
            let dates = &days[&name(&people, &run[0])];
            dates.range(day + 1..=day + HORIZON_DAYS).next().is_some()
        };
        let runs: Vec<_> =
            ties.ties.iter().map(|tie| (tie, &people.interactions[tie.start as usize..tie.end as usize])).collect();
        let labels: Vec<bool> = runs.iter().map(|(_, run)| follows(run)).collect();
        if labels.iter().filter(|it| **it).count() < LEAST_CONTACTS {
            continue;
        }
        let by =
            |value: &dyn Fn(usize) -> f64| area((0..runs.len()).map(|place| (value(place), labels[place])).collect());
        strength.push(by(&|place| runs[place].0.strength));
        recency.push(by(&|place| -f64::from(day - runs[place].0.last)));
        frequency.push(by(&|place| runs[place].1.len() as f64));
    }
    assert!(strength.len() > 24, "{} days", strength.len());
    let set = "enron";
    let line = |measure: &str, baseline: &[f64]| Line {
        measure: format!("tie strength: AUC of contact in 30 days; baseline {measure} ({} days)", strength.len()),
        value: mean(&strength),
        baseline: Some(mean(baseline)),
        floor: 0.82,
    };
    assert!(mean(&strength) > mean(&recency) && mean(&strength) > mean(&frequency));
    settle(set, &[line("last day", &recency), line("number", &frequency)]);
}
