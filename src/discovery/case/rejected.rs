//! What was known of findings when people rejected them, so that they come back when there is something new.
//!
//! Comes in: the findings that a decision is about, on the first run that sees it; later the same findings again. Leaves:
//! whether the decision still holds. A risk is new when it has another sign or has turned red, a candidate when it has a
//! higher class, another quadrant or open business. Changes and gaps have another id when they are about something else,
//! so that these are never new. That something gets better brings nothing back. Costs: a look at a finding's detail.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::discovery::{CandidateDetail, Finding, FindingKind};

/// A rejection, and what it was about.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Rejected {
    /// How many lines of `decisions.csv` were about it.
    pub(super) n_lines: usize,
    /// What each finding showed.
    known: BTreeMap<String, BTreeSet<String>>,
}

impl Rejected {
    /// What these findings show now.
    pub(super) fn of<'a>(findings: impl Iterator<Item = &'a Finding>, n_lines: usize) -> Self {
        Self { n_lines, known: findings.map(|it| (it.id.clone(), shown(it))).collect() }
    }

    /// Whether a finding shows nothing that it did not show then.
    pub(super) fn holds(&self, finding: &Finding) -> bool {
        self.known.get(&finding.id).is_some_and(|known| shown(finding).is_subset(known))
    }

    /// Everything in it as a text.
    pub(super) fn text(&self) -> String {
        format!("{} {:?}", self.n_lines, self.known)
    }
}

fn shown(finding: &Finding) -> BTreeSet<String> {
    match &finding.kind {
        FindingKind::Risk(detail) => {
            let signs = detail.open.iter().map(|open| open.indicator.clone());
            signs.chain((detail.health == "red").then(|| detail.health.clone())).collect()
        }
        FindingKind::Candidate(detail) => of_candidate(finding, detail),
        FindingKind::ChainChange(_) | FindingKind::CoverageGap(_) => BTreeSet::new(),
    }
}

fn of_candidate(finding: &Finding, detail: &CandidateDetail) -> BTreeSet<String> {
    // who falls from A to B shows nothing new
    let classes = ('A'..='C').filter(|class| *class >= detail.abc_class).map(|class| format!("class {class}"));
    let leaves = finding.evidence.leaves().into_iter().chain(detail.scorecard.iter().flat_map(|it| it.leaves()));
    let has_open = leaves.into_iter().any(|leaf| leaf.signal == "pipeline" && leaf.value.is_some_and(|it| it > 0.0));
    classes.chain([detail.quadrant.clone()]).chain(has_open.then(|| "open business".to_owned())).collect()
}
