//! What hangs on unsure matches: each is tried both ways, and the list of candidates tells what would change.
//!
//! Comes in: entities with their probabilities, and what was found with them. Leaves: for each candidate whose place would
//! change the places it can have and the match to check first, and all unsure matches with how much hangs on them. Never
//! changes an entity. Costs one reading of the market and one ranking for each match that is tried, and one reading more;
//! nothing where no match is unsure.
//!
//! Matches are tried in the order of their doubt, p (1 - p), times the spend that they would move. Each is tried alone:
//! that two could be wrong together is not looked at.

use std::collections::BTreeMap;

use crate::discovery::candidate;
use crate::discovery::case::Decided;
use crate::discovery::market::{AccountIndex, Identities, Market, names};
use crate::discovery::{Finding, FindingKind, NamedIri, RankDoubt, Settings};
use crate::identity::Resolution;
use crate::identity::cluster::Scored;
use crate::identity::match_weight::probability;
use crate::model::Day;
use crate::pipeline::entities::{Entities, Population, Resolved, Sort};
use crate::publish::{PublishError, reasons, table};
use crate::store::{Id, Snapshot};

/// Matches shown to people for a decision.
const N_SHOWN: usize = 200;

/// An unsure match.
#[derive(Clone, PartialEq, Debug)]
pub struct Unsure {
    /// The two records' places in their population.
    pub pair: (u32, u32),
    /// Their IRIs with their names.
    pub records: [NamedIri; 2],
    /// What the records are.
    pub sort: Sort,
    /// How likely it is that they are one.
    pub probability: f64,
    /// Whether they are taken as one.
    pub is_one: bool,
    /// The steps that lead to the probability.
    pub why: String,
    /// When it was tried: how many candidates would move, and by how many places together.
    pub moves: Option<(u32, u32)>,
}

/// Tries the unsure matches that move most both ways; the candidates learn what hangs on them. Returns the unsure matches
/// that are worth showing, those on which most hangs first.
pub fn try_both_ways(
    snapshot: &Snapshot,
    as_of: Day,
    (settings, decided): (&Settings, &Decided),
    entities: &Entities,
    candidates: &mut [Finding],
    most: usize,
) -> Vec<Unsure> {
    let mut shown = Vec::new();
    for resolved in &entities.sorts {
        let Resolved { population, resolution: Some(resolution) } = resolved else { continue };
        let trial = Trial { snapshot, as_of, settings, decided, population, resolution, base: &entities.identities };
        let open = most_doubtful_first(resolution);
        let tried = if population.sort == Sort::Accounts { trial.worth_trying(&open, most) } else { Vec::new() };
        let others: Vec<usize> = (0..open.len()).filter(|place| !tried.contains(place)).take(N_SHOWN).collect();
        let names = names(snapshot, &population.ids);
        let of_tried = tried.iter().map(|place| (place, true));
        for (place, is_tried) in of_tried.chain(others.iter().map(|place| (place, false))) {
            let mut unsure = trial.described(open[*place], &names);
            if is_tried {
                let ranks = trial.ranks_otherwise(&unsure);
                unsure.moves = Some(learn(candidates, &unsure, |account| ranks.of(account)));
            }
            shown.push(unsure);
        }
    }
    let places = |it: &Unsure| it.moves.map_or(0, |(_, places)| places);
    shown.sort_by(|one, other| {
        let by_moves = places(other).cmp(&places(one));
        let by_doubt = by_moves.then_with(|| doubt(other.probability).total_cmp(&doubt(one.probability)));
        by_doubt.then_with(|| (one.sort, one.pair).cmp(&(other.sort, other.pair)))
    });
    shown
}

/// How much a probability leaves open.
fn doubt(probability: f64) -> f64 {
    probability * (1.0 - probability)
}

fn most_doubtful_first(resolution: &Resolution) -> Vec<Scored> {
    let mut open: Vec<Scored> = resolution.unsure().copied().collect();
    let key = |it: &Scored| it.ln_odds.abs();
    open.sort_by(|one, other| key(one).total_cmp(&key(other)).then(one.pair.cmp(&other.pair)));
    open
}

/// The unsure matches as a table that can become `decisions.csv` when its last column is filled.
pub fn review_csv(unsure: &[Unsure]) -> Result<Vec<u8>, PublishError> {
    let head = [
        "one",
        "other",
        "one_name",
        "other_name",
        "sort",
        "probability",
        "taken_as",
        "candidates_moved",
        "places_moved",
        "why",
        "decision",
    ];
    let rows = unsure.iter().take(N_SHOWN).map(|it| {
        let [one, other] = &it.records;
        let moved = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        vec![
            one.iri.clone(),
            other.iri.clone(),
            one.name.clone(),
            other.name.clone(),
            it.sort.name().to_owned(),
            format!("{:.4}", it.probability),
            if it.is_one { "same" } else { "not same" }.to_owned(),
            moved(it.moves.map(|it| it.0)),
            moved(it.moves.map(|it| it.1)),
            it.why.clone(),
            String::new(),
        ]
    });
    table(&head, rows)
}

/// Takes into the candidates where each would stand otherwise; returns how many would move and by how many places.
fn learn(candidates: &mut [Finding], unsure: &Unsure, rank_of: impl Fn(&Finding) -> u32) -> (u32, u32) {
    let (mut n_moved, mut n_places) = (0, 0);
    for finding in candidates {
        let otherwise = rank_of(finding);
        let FindingKind::Candidate(detail) = &mut finding.kind else { continue };
        let places = detail.rank.abs_diff(otherwise);
        if places == 0 {
            continue;
        }
        n_moved += 1;
        n_places += places;
        let rank = detail.rank;
        let doubt = detail.doubt.get_or_insert_with(|| RankDoubt {
            best: rank,
            worst: rank,
            check: unsure.records.clone(),
            probability: unsure.probability,
            is_one: unsure.is_one,
        });
        if places > rank.abs_diff(doubt.best).max(rank.abs_diff(doubt.worst)) {
            doubt.check.clone_from(&unsure.records);
            (doubt.probability, doubt.is_one) = (unsure.probability, unsure.is_one);
        }
        doubt.best = doubt.best.min(otherwise);
        doubt.worst = doubt.worst.max(otherwise);
    }
    (n_moved, n_places)
}

struct Trial<'a> {
    snapshot: &'a Snapshot,
    as_of: Day,
    settings: &'a Settings,
    decided: &'a Decided,
    population: &'a Population,
    resolution: &'a Resolution,
    base: &'a Identities,
}

/// Places in a list that might have been.
struct Ranks {
    by_iri: BTreeMap<String, u32>,
    /// For an account that another record stands for then: that record.
    stand_ins: BTreeMap<String, String>,
}

impl Ranks {
    /// The place of a finding's account; one behind the last where it is not listed.
    fn of(&self, finding: &Finding) -> u32 {
        let account = self.stand_ins.get(&finding.account).unwrap_or(&finding.account);
        self.by_iri.get(account).copied().unwrap_or(self.by_iri.len() as u32 + 1)
    }
}

impl Trial<'_> {
    /// Places of the open matches on which most may hang, the most first.
    fn worth_trying(&self, open: &[Scored], most: usize) -> Vec<usize> {
        if most == 0 || open.is_empty() {
            return Vec::new();
        }
        let market = Market::read_with(self.snapshot, self.as_of, &self.settings.market, self.base);
        let spend = |record: u32| {
            let account = market.accounts.index_of(self.population.ids[record as usize]);
            account.map_or(0.0, |account| spend(&market, account))
        };
        let matter = |it: &Scored| doubt(probability(f64::from(it.ln_odds))) * spend(it.pair.0).max(spend(it.pair.1));
        let mut places: Vec<(f64, usize)> = open.iter().map(matter).zip(0..).collect();
        places.retain(|(matter, _)| *matter > 0.0);
        places.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        places.into_iter().take(most).map(|it| it.1).collect()
    }

    /// A match for people, with the names of all records.
    fn described(&self, it: Scored, names: &[String]) -> Unsure {
        let (one, other) = it.pair;
        let resolution = self.resolution;
        let mut steps = resolution.waterfall(one, other);
        steps.retain(|step| step.weight != 0.0);
        Unsure {
            pair: it.pair,
            records: [one, other].map(|record| NamedIri {
                iri: self.population.iris[record as usize].clone(),
                name: names[record as usize].clone(),
            }),
            sort: self.population.sort,
            probability: probability(f64::from(it.ln_odds)),
            is_one: resolution.entities[one as usize] == resolution.entities[other as usize],
            why: reasons(&steps),
            moves: None,
        }
    }

    /// The list when a match is decided the other way.
    fn ranks_otherwise(&self, unsure: &Unsure) -> Ranks {
        let identities = self.otherwise(unsure);
        let market = Market::read_with(self.snapshot, self.as_of, &self.settings.market, &identities);
        let by_iri = candidate::places(&market, &self.settings.candidate, self.decided);
        let iri = |id: Id| self.snapshot.text(id).into_owned();
        let ids = self.population.ids.iter();
        let moved = ids.filter(|id| self.base.main(**id) == **id && identities.main(**id) != **id);
        let stand_ins = moved.map(|id| (iri(*id), iri(identities.main(*id)))).collect();
        Ranks { by_iri, stand_ins }
    }

    /// The entities when a match is decided the other way: taken apart, each record of the entity goes with the one of
    /// the two that it is nearer to; put together, the entities of both become one.
    fn otherwise(&self, unsure: &Unsure) -> Identities {
        let ids = &self.population.ids;
        let [one, other] = [unsure.pair.0, unsure.pair.1].map(|record| ids[record as usize]);
        let (main, second) = (self.base.main(one), self.base.main(other));
        let nearer = |id: Id| {
            let record = ids.binary_search(&id).unwrap_or_default() as u32;
            let odds = |to: u32| if to == record { f64::INFINITY } else { self.resolution.ln_odds(record, to) };
            odds(unsure.pair.1) > odds(unsure.pair.0)
        };
        let (stay, go): (Vec<Id>, Vec<Id>) = match unsure.is_one {
            true => self.base.records(main).partition(|id| !nearer(*id)),
            false => (self.base.records(main).chain(self.base.records(second)).collect(), Vec::new()),
        };
        let mut mains: BTreeMap<Id, Id> = ids.iter().map(|id| (*id, self.base.main(*id))).collect();
        for group in [stay, go] {
            if let Some(&first) = group.first() {
                mains.extend(group.into_iter().map(|id| (id, first)));
            }
        }
        let elsewhere: Vec<(Id, Id)> = self.base.pairs().filter(|pair| !mains.contains_key(&pair.0)).collect();
        Identities::new(elsewhere.into_iter().chain(mains))
    }
}

/// What an account has ever bought.
fn spend(market: &Market, account: AccountIndex) -> f64 {
    let purchases = &market.trade.purchases;
    purchases.sum(purchases.of(account)).value()
}
