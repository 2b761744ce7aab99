//! The cases of an earlier day, so that a list can tell what is new.
//!
//! Comes in and leaves: what a workspace keeps of its runs, a few latest days. A list is held against the latest day
//! **before** its own, never against another run of the same day: so a run that is made again tells the same, however
//! often, and so does one of a past day. Costs: a look-up a case.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::discovery::NamedIri;
use crate::discovery::case::{Case, News, Rejected, Status};
use crate::evidence::Bilingual;
use crate::model::Day;

/// So many days are kept.
const DAYS_KEPT: usize = 40;

/// The cases of one day.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Earlier {
    by_id: BTreeMap<String, EarlierCase>,
}

/// What is kept of a case.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct EarlierCase {
    /// Its id.
    pub id: String,
    /// The account.
    pub account: NamedIri,
    /// Who looked after it.
    pub owner: Option<NamedIri>,
    /// Since when it was there.
    pub since: Day,
    /// Changes when the case does.
    pub mark: String,
    /// What was there when people rejected findings of it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rejected: BTreeMap<String, Rejected>,
    /// Whether nothing was found of it: it is kept for what people rejected, which may be found again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_asleep: bool,
}

/// The cases of the latest days, ascending.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct KeptCases(Vec<(Day, Vec<EarlierCase>)>);

impl KeptCases {
    /// Those of the latest day before a day.
    pub fn before(&self, day: Day) -> Earlier {
        let n_before = self.0.partition_point(|kept| kept.0 < day);
        let cases = self.0[..n_before].last().map_or(&[][..], |kept| &kept.1);
        Earlier { by_id: cases.iter().map(|case| (case.id.clone(), case.clone())).collect() }
    }

    /// The same with the cases of a day in the place of those that were kept of it.
    pub fn with(mut self, day: Day, cases: &[Case]) -> Self {
        let asleep = self.before(day).asleep_beside(cases);
        let kept = cases.iter().filter(|case| case.status != Status::Closed).map(|case| EarlierCase {
            id: case.id.clone(),
            account: case.account.clone(),
            owner: case.owner.clone(),
            since: case.since,
            mark: case.mark.clone(),
            rejected: case.rejected.clone(),
            is_asleep: false,
        });
        let kept = (day, kept.chain(asleep).collect());
        match self.0.binary_search_by_key(&day, |it| it.0) {
            Ok(place) => self.0[place] = kept,
            Err(place) => self.0.insert(place, kept),
        }
        let n_surplus = self.0.len().saturating_sub(DAYS_KEPT);
        self.0.drain(..n_surplus);
        self
    }
}

impl Earlier {
    /// How a case stands beside these, and since when it is there.
    pub fn news(&self, id: &str, mark: &str, as_of: Day) -> (News, Day) {
        match self.by_id.get(id).filter(|case| !case.is_asleep) {
            None => (News::New, as_of),
            Some(case) if case.mark == mark => (News::Same, case.since),
            Some(case) => (News::Changed, case.since),
        }
    }

    /// What was there when people rejected findings of a case.
    pub fn rejected(&self, id: &str) -> Option<&BTreeMap<String, Rejected>> {
        self.by_id.get(id).map(|case| &case.rejected)
    }

    /// Those that are not found beside some cases, and of which people rejected something.
    fn asleep_beside(&self, cases: &[Case]) -> Vec<EarlierCase> {
        let found = cases.iter().filter(|case| case.status != Status::Closed);
        let is_there: BTreeSet<&str> = found.map(|case| case.id.as_str()).collect();
        let is_missed = |case: &&EarlierCase| !is_there.contains(case.id.as_str()) && !case.rejected.is_empty();
        let gone = self.by_id.values().filter(is_missed);
        gone.map(|case| EarlierCase { is_asleep: true, ..case.clone() }).collect()
    }

    /// Those about which nothing is found any more, as closed cases.
    pub fn gone(&self, cases: &[Case]) -> Vec<Case> {
        let is_there: BTreeSet<&str> = cases.iter().map(|case| case.id.as_str()).collect();
        let gone = self.by_id.values().filter(|case| !case.is_asleep && !is_there.contains(case.id.as_str()));
        gone.map(EarlierCase::closed).collect()
    }

    /// A hash of everything in it.
    pub fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for case in self.by_id.values() {
            let owner = case.owner.as_ref().map_or("", |it| &it.iri);
            let since = case.since.to_string();
            for text in [&case.id, &case.account.name, owner, since.as_str(), case.mark.as_str()] {
                hasher.update(text.as_bytes()).update(b"\n");
            }
            for (id, rejected) in &case.rejected {
                hasher.update(format!("{id} {}\n", rejected.text()).as_bytes());
            }
        }
        hasher.finalize().to_hex().to_string()
    }
}

impl EarlierCase {
    fn closed(&self) -> Case {
        Case {
            id: self.id.clone(),
            account: self.account.clone(),
            owner: self.owner.clone(),
            place: 0,
            status: Status::Closed,
            news: News::Gone,
            since: self.since,
            findings: Vec::new(),
            next_step: Bilingual::new("Nothing: it is no longer found.", "无需行动：已不再发现问题。"),
            reason: String::new(),
            mark: self.mark.clone(),
            rejected: BTreeMap::new(),
        }
    }
}
