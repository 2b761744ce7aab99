//! Portraits of accounts: what a reader wants to see of one, as numbers for charts.
//!
//! Comes in: relations, and findings by kind, each the most urgent first. Leaves: a [`Portrait`] for the few accounts that
//! the findings name first: who sits where and how well ours know them, how the best ties went, what was bought by
//! quarter and what is to be expected. Never draws, never ranks accounts itself. Costs a chain and a few sums an account.

mod chart;
mod spend;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use chart::{Coverage, Seat};
pub use spend::{NextQuarter, Quarter, SpendCourse};

use crate::discovery::market::{AccountIndex, PersonIndex, id_of_iri};
use crate::discovery::relations::Relations;
use crate::discovery::tie::Tie;
use crate::discovery::{Finding, NamedIri, coverage};
use crate::model::Day;

/// How many accounts are portrayed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// At most so many accounts, those that findings of each kind name first.
    pub accounts: usize,
    /// At most so many ties of an account, the strongest of these months.
    pub ties: usize,
    /// Ties are followed for so many months.
    pub tie_months: i32,
    /// Spend is shown for so many quarters.
    pub quarters: usize,
}

/// What a reader wants to see of an account.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Portrait {
    /// The account.
    pub account: NamedIri,
    /// Its posts, each with the one that it reports to; empty when none is known.
    pub chart: Vec<Seat>,
    /// How much of the chart is known, in [0, 1].
    pub completeness: f64,
    /// How its strongest ties went, the strongest today first.
    pub ties: Vec<TieCourse>,
    /// What it bought by quarter; `None` when it never bought.
    pub spend: Option<SpendCourse>,
}

/// How well one of ours knew a contact, month by month.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TieCourse {
    /// Our employee.
    pub employee: NamedIri,
    /// Their contact.
    pub contact: NamedIri,
    /// Days, the last of them today, with the strength on each, in [0, 1].
    pub course: Vec<(Day, f64)>,
}

/// The portraits of the accounts that come first: the first finding of each list, then the second of each, and so on.
pub fn portraits(
    relations: &Relations<'_>,
    lists: &[&[Finding]],
    coverage: &coverage::Settings,
    settings: &Settings,
) -> Vec<Portrait> {
    let longest = lists.iter().map(|list| list.len()).max().unwrap_or_default();
    let in_turn = (0..longest).flat_map(|place| lists.iter().filter_map(move |list| list.get(place)));
    let mut seen = BTreeSet::new();
    let accounts = in_turn.filter_map(|finding| account_of(relations, &finding.account));
    let accounts = accounts.filter(|account| seen.insert(*account)).take(settings.accounts);
    accounts.map(|account| portrait(relations, account, coverage, settings)).collect()
}

/// The account of an IRI; of a group the member that spends most.
fn account_of(relations: &Relations<'_>, iri: &str) -> Option<AccountIndex> {
    let market = relations.market;
    let id = id_of_iri(&market.snapshot, iri)?;
    let members = || market.groups.members.get(&(market.groups.ids.binary_search(&id).ok()? as u32));
    let spend = |account: &AccountIndex| relations.business.spend[account.index()];
    let most = || members()?.iter().copied().max_by(|a, b| spend(a).total_cmp(&spend(b)).then(b.cmp(a)));
    market.accounts.index_of(id).or_else(most)
}

fn portrait(
    relations: &Relations<'_>,
    account: AccountIndex,
    coverage: &coverage::Settings,
    settings: &Settings,
) -> Portrait {
    let chain = relations.chain_on(account, relations.market.as_of);
    Portrait {
        account: relations.account(account),
        completeness: chain.completeness.share(),
        ties: ties(relations, account, settings),
        spend: SpendCourse::read(relations.market, account, settings.quarters),
        chart: chart::seats(relations, &chain, coverage),
    }
}

/// The strongest ties of ours to an account's people in the months that are followed.
fn ties(relations: &Relations<'_>, account: AccountIndex, settings: &Settings) -> Vec<TieCourse> {
    let (market, as_of) = (relations.market, relations.market.as_of);
    let people = &market.people;
    let days: Vec<Day> =
        (0..settings.tie_months.max(0)).rev().map(|back| as_of.last_of_month(-back - 1)).chain([as_of]).collect();
    let contacts: BTreeSet<PersonIndex> = (0u32..)
        .zip(&people.persons.account)
        .filter_map(|(who, at)| (*at == Some(account)).then_some(who))
        .chain(relations.chain_on(account, as_of).links.iter().flat_map(|link| link.holders.clone()))
        .collect();
    let all = contacts.iter().flat_map(|who| relations.ties.of_contact(*who));
    let course = |tie: &Tie| -> Vec<(Day, f64)> {
        let strength = |day: &Day| (*day, tie.strength_on(people, *day, &relations.settings.tie));
        days.iter().map(strength).collect()
    };
    let mut courses: Vec<(f64, TieCourse)> = all
        .map(|tie| {
            let course = course(tie);
            let best = course.iter().map(|it| it.1).fold(0.0, f64::max);
            let (employee, contact) = (relations.person(tie.employee), relations.person(tie.contact));
            (best, TieCourse { employee, contact, course })
        })
        .collect();
    courses.retain(|it| it.0 >= relations.settings.known_strength);
    let order = |it: &TieCourse| (it.employee.clone(), it.contact.clone());
    courses.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| order(&a.1).cmp(&order(&b.1))));
    courses.truncate(settings.ties);
    let mut courses: Vec<TieCourse> = courses.into_iter().map(|it| it.1).collect();
    let today = |it: &TieCourse| it.course.last().map_or(0.0, |it| it.1);
    courses.sort_by(|a, b| today(b).total_cmp(&today(a)).then_with(|| order(a).cmp(&order(b))));
    courses
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::trial::{TODAY, Trial, settings};

    /// North with a head whom Eve meets, a buyer met once long ago, a clerk never met, and an empty post.
    fn north() -> Trial {
        let posts =
            ["ceo Chief_Executive_Officer", "buy Procurement_Manager", "law Legal_Counsel", "cfo Finance_Director"];
        let trial = posts.iter().fold(Trial::default().account("North", ""), |trial, line| {
            let (key, title) = line.split_once(' ').unwrap();
            let title = title.replace('_', " ");
            let held = format!(
                "id:p-{key} a foaf:Person ; foaf:name 'P {key}' .
                 id:m-{key} a org:Membership ; org:member id:p-{key} ; ka:inPost id:{key} ."
            );
            let trial = trial.say(&format!("id:{key} a org:Post ; ka:title '{title}' ; org:postIn id:North ."));
            if key == "cfo" { trial } else { trial.say(&held) }
        });
        let met = |n: usize, who: &str, day: &str| {
            format!(
                "id:i{n} a ka:Interaction ; ka:employee id:Eve ; ka:contact id:p-{who} ; ka:date '{day}'^^xsd:date ;
                 ka:channel 'meeting' ."
            )
        };
        let trial = (1..9).fold(trial, |trial, n| trial.say(&met(n, "ceo", &format!("2025-06-0{n}"))));
        let trial = (10..16).fold(trial, |trial, n| trial.say(&met(n, "buy", &format!("2024-06-{n}"))));
        trial
            .say("id:Eve a ka:Employee ; foaf:name 'Eve' .")
            .say("id:buy org:reportsTo id:ceo . id:law org:reportsTo id:buy . id:cfo org:reportsTo id:ceo .")
    }

    fn of_north(trial: &Trial) -> Portrait {
        let (market, settings) = (trial.market_on(TODAY), settings());
        let relations = Relations::read(&market, &settings.relations);
        portrait(&relations, market.accounts.indexes().next().unwrap(), &settings.coverage, &settings.portrait)
    }

    #[test]
    fn a_chart_says_who_is_known_by_whom_and_who_is_above_whom() {
        let portrait = of_north(&north());
        let seat = |title: &str| portrait.chart.iter().find(|it| it.title.starts_with(title)).unwrap();
        let told = |title: &str| (seat(title).coverage, seat(title).known_by.as_deref());
        assert_eq!(told("Chief"), (Coverage::Known, Some("Eve")));
        assert_eq!(told("Procurement"), (Coverage::Stale, Some("Eve")));
        assert_eq!(told("Legal"), (Coverage::Unknown, None));
        assert_eq!(told("Finance"), (Coverage::Vacant, None));
        let above = |title: &str| seat(title).superior.map(|place| portrait.chart[place].title.as_str());
        assert_eq!((above("Legal"), above("Chief")), (Some("Procurement Manager"), None));
        assert!(seat("Chief").signs && portrait.completeness > 0.5);
    }

    #[test]
    fn a_tie_that_faded_is_followed_from_when_it_was_strong() {
        let ties = of_north(&north()).ties;
        let names: Vec<&str> = ties.iter().map(|it| it.contact.name.as_str()).collect();
        assert_eq!(names, ["P ceo", "P buy"]);
        let of = |place: usize| ties[place].course.iter().map(|it| it.1).collect::<Vec<f64>>();
        let (ceo, buy) = (of(0), of(1));
        assert_eq!(ceo[0], 0.0, "nothing is known before it happened");
        assert!(buy.iter().fold(0.0, |a: f64, b| a.max(*b)) > 2.0 * buy.last().unwrap() && ceo.last().unwrap() > &0.25);
        assert_eq!(ties[0].course.last().unwrap().0.to_string(), TODAY);
    }
}
