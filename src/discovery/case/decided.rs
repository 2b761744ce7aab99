//! What people decided about findings and cases.
//!
//! Comes in: the text of `decisions.csv`, of which the lines `accepted`, `rejected` and `snoozed` count, each about the id
//! of a finding or of a case, which stands for all its findings. Leaves: the last word about each id, and lines about ids
//! that nothing has. Lines that join or part records are identity's. Costs a look at each line.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::discovery::Finding;
use crate::discovery::case::rejected::Rejected;
use crate::discovery::case::{Case, Status};
use crate::identity::decision_lines::{DecisionError, Word, decision_lines};
use crate::model::Day;

/// What people decided.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Decided {
    by_id: BTreeMap<String, Said>,
}

/// The last word about an id.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Said {
    decision: Decision,
    /// How many lines are about the id: who rejects a second time writes a second line.
    n_lines: usize,
    /// Where the last of them stands.
    line: u64,
}

/// One decision.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Decision {
    /// What it says.
    pub verdict: Verdict,
    /// Why, in people's words; empty when they did not say.
    pub reason: String,
    /// When it was said; `None` when they did not say, or it is snoozed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Day>,
}

/// The id of the case of an account, given by its IRI.
pub fn case_id(account: &str) -> String {
    format!("case-{}", &blake3::hash(account.as_bytes()).to_hex()[..16])
}

/// What a decision says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Somebody took it on.
    Accepted,
    /// It is none.
    Rejected,
    /// It comes back on this day.
    Snoozed(Day),
}

/// A line of `decisions.csv` about an id that nothing has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unknown {
    /// The line, the header being the first.
    pub line: u64,
    /// What stands there.
    pub id: String,
    /// The id most like it of those that are there.
    pub nearest: Option<String>,
}

/// The decisions that hold on a run's day, by the findings that they are about.
#[derive(Clone, Debug, Default)]
pub struct InForce<'a> {
    by_finding: BTreeMap<&'a str, &'a Decision>,
}

impl<'a> InForce<'a> {
    /// Those that cases tell.
    pub fn of(cases: &'a [Case]) -> Self {
        let told = cases.iter().flat_map(|case| &case.findings);
        let decided = told.filter_map(|it| Some((it.id.as_str(), it.decision.as_ref()?)));
        Self { by_finding: decided.collect() }
    }

    /// What is decided about a finding.
    pub fn about(&self, finding: &Finding) -> Option<&'a Decision> {
        self.by_finding.get(finding.id.as_str()).copied()
    }

    /// The findings of a list that nobody set aside, in their order.
    pub fn listed<'f>(&self, findings: &'f [Finding]) -> Vec<&'f Finding> {
        let is_aside = |finding: &&Finding| self.about(finding).is_some_and(|it| it.verdict.sets_aside());
        findings.iter().filter(|finding| !is_aside(finding)).collect()
    }
}

impl Verdict {
    /// Its name in tables and in the graph.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => Status::Accepted.name(),
            Self::Rejected => Status::Rejected.name(),
            Self::Snoozed(_) => Status::Snoozed.name(),
        }
    }

    /// Whether it says that the finding is right; `None` where it says neither.
    pub fn is_acceptance(self) -> Option<bool> {
        match self {
            Self::Accepted => Some(true),
            Self::Rejected => Some(false),
            Self::Snoozed(_) => None,
        }
    }

    /// Whether what it is about leaves the lists.
    pub fn sets_aside(self) -> bool {
        self != Self::Accepted
    }
}

impl Decided {
    /// Reads `decisions.csv`.
    ///
    /// # Errors
    /// When a line is not understood: what people say is never dropped in silence.
    pub fn read(text: &str) -> Result<Self, DecisionError> {
        let mut by_id: BTreeMap<String, Said> = BTreeMap::new();
        for said in decision_lines(text)? {
            let (verdict, on) = match said.word {
                Word::Accepted(on) => (Verdict::Accepted, on),
                Word::Rejected(on) => (Verdict::Rejected, on),
                Word::Snoozed(until) => (Verdict::Snoozed(until), None),
                Word::Same | Word::NotSame => continue,
            };
            let n_before = by_id.get(&said.one).map_or(0, |it| it.n_lines);
            let decision = Decision { verdict, reason: said.reason, on };
            by_id.insert(said.one, Said { decision, n_lines: n_before + 1, line: said.line });
        }
        Ok(Self { by_id })
    }

    /// Whether nothing was decided.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// The last word about an id.
    pub fn about_id(&self, id: &str) -> Option<&Decision> {
        self.by_id.get(id).map(|it| &it.decision)
    }

    /// The last word about a finding of a case, whether it still holds or not; both given by their ids.
    pub fn about(&self, finding: &str, case: &str) -> Option<&Decision> {
        self.said(finding, case).map(|it| &it.1.decision)
    }

    /// The decision that holds on a day about a finding of a case: nothing once a snoozed one is back, or when there is
    /// something new about a rejected one.
    pub fn in_force(
        &self,
        finding: &Finding,
        case: &str,
        as_of: Day,
        rejected: &BTreeMap<String, Rejected>,
    ) -> Option<&Decision> {
        let (key, said) = self.said(&finding.id, case)?;
        let holds = match said.decision.verdict {
            Verdict::Accepted => true,
            Verdict::Rejected => rejected.get(key).is_some_and(|it| it.holds(finding)),
            Verdict::Snoozed(until) => as_of < until,
        };
        holds.then_some(&said.decision)
    }

    /// What was there when people rejected findings of a case or the case: as it was kept, also of findings that are not
    /// found just now, or as it is where they did so only now.
    pub fn rejected(
        &self,
        findings: &[&Finding],
        case: &str,
        before: Option<&BTreeMap<String, Rejected>>,
    ) -> BTreeMap<String, Rejected> {
        let there: BTreeSet<&str> = findings.iter().map(|it| it.id.as_str()).chain([case]).collect();
        let known = before.into_iter().flatten().map(|(key, _)| key.as_str());
        let keys: BTreeSet<&str> = known.chain(there.iter().copied()).collect();
        let rejections = keys.into_iter().filter_map(|key| Some((key, self.by_id.get(key)?)));
        let rejections = rejections.filter(|(_, said)| said.decision.verdict == Verdict::Rejected);
        let of = |(key, said): (&str, &Said)| {
            let kept = before.and_then(|before| before.get(key)).filter(|it| it.n_lines == said.n_lines);
            let now = || Rejected::of(findings.iter().copied().filter(|it| key == case || it.id == key), said.n_lines);
            let rejected = kept.cloned().or_else(|| there.contains(key).then(now))?;
            Some((key.to_owned(), rejected))
        };
        rejections.filter_map(of).collect()
    }

    fn said<'s, 'k>(&'s self, finding: &'k str, case: &'k str) -> Option<(&'k str, &'s Said)> {
        [finding, case].into_iter().find_map(|key| Some((key, self.by_id.get(key)?)))
    }

    /// The lines about ids that neither a case nor a finding of one has, each with the id most like it.
    pub fn unknown(&self, cases: &[Case]) -> Vec<Unknown> {
        let of_findings = cases.iter().flat_map(|case| case.findings.iter().map(|it| it.id.as_str()));
        let mut there: Vec<&str> = cases.iter().map(|case| case.id.as_str()).chain(of_findings).collect();
        there.sort_unstable();
        let unknown = self.by_id.iter().filter(|(id, _)| there.binary_search(&id.as_str()).is_err());
        let mut unknown: Vec<Unknown> = unknown
            .map(|(id, said)| Unknown { line: said.line, id: id.clone(), nearest: nearest(id, &there) })
            .collect();
        unknown.sort_by_key(|it| it.line);
        unknown
    }
}

/// Of those that are there the one that takes the fewest changes of a letter; the first of several.
fn nearest(id: &str, there: &[&str]) -> Option<String> {
    there.iter().min_by_key(|it| strsim::osa_distance(id, it)).map(|it| (*it).to_owned())
}
