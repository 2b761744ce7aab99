//! What every finding has, whatever it is about.

use crate::discovery::look_alike::LookAlike;
use crate::discovery::offer::Offer;
use crate::discovery::outlook::Outlook;
use crate::evidence::{Bilingual, Evidence};
use crate::model::{Day, Score};

/// One finding: what, how much, why, for whom, what next.
#[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Finding {
    /// Stable over runs while it is about the same thing: kind and a hash of what it is about, such as `cand-3f9a…`.
    pub id: String,
    /// What it says in detail.
    pub kind: FindingKind,
    /// IRI of the account (or group) that it is about.
    pub account: String,
    /// The account's name as people write it.
    pub account_name: String,
    /// How much it matters, in [0, 1]; equals the total of `evidence`.
    pub score: Score,
    /// Why.
    pub evidence: Evidence,
    /// One sentence for a salesperson.
    pub sentence: Bilingual,
    /// Our employee who owns the account, when known.
    pub owner: Option<NamedIri>,
    /// What to do next.
    pub next_step: Bilingual,
    /// The day as of which it holds.
    pub as_of: Day,
}

/// What a finding says in detail.
#[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum FindingKind {
    /// An account or group that could become a key account.
    Candidate(Box<CandidateDetail>),
    /// Something changed in the decision chain.
    ChainChange(ChainChangeDetail),
    /// Somebody who matters is not known well enough.
    CoverageGap(CoverageGapDetail),
    /// An account that matters may be lost.
    Risk(RiskDetail),
}

/// What a candidate says beyond its score.
#[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
pub struct CandidateDetail {
    /// 1-based place in the list.
    pub rank: u32,
    /// Whether it is a whole group, rolled up to the ultimate parent.
    pub is_group: bool,
    /// Number of accounts rolled up (1 for a single account).
    pub n_accounts: u32,
    /// Sector, when known.
    pub sector: Option<String>,
    /// `A`, `B` or `C` by cumulated spend of the past 12 months.
    pub abc_class: char,
    /// `strategic`, `lighthouse`, `profit` or `ordinary`.
    pub quadrant: String,
    /// The class a quarter before, with what is known now.
    #[serde(default)]
    pub abc_class_before: Option<char>,
    /// The quadrant a quarter before, with what is known now.
    #[serde(default)]
    pub quadrant_before: String,
    /// Its share of the spend of all accounts in 12 months, in [0, 1].
    #[serde(default)]
    pub share: f64,
    /// Its share times the concentration of its industry, in [0, 1].
    #[serde(default)]
    pub dependency: f64,
    /// Spend of the past 12 months, in the settings' currency.
    pub spend_12m: f64,
    /// Spend of the 12 months before that.
    pub spend_previous_12m: f64,
    /// IRIs of the best people to go through (contacts known best), with names.
    pub through: Vec<NamedIri>,
    /// What ordered the list: `learned` (the score is the chance to rise into the top tier) or `scorecard`.
    #[serde(default)]
    pub ranked_by: String,
    /// The scorecard's score, in [0, 1].
    #[serde(default)]
    pub scorecard_score: f64,
    /// The scorecard's evidence, where the scorecard did not order the list.
    #[serde(default)]
    pub scorecard: Option<Evidence>,
    /// What can be expected of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlook: Option<Outlook>,
    /// How like the accounts it is that people mark as key accounts, where enough are marked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look_alike: Option<LookAlike>,
    /// What to offer it next, the most likely first.
    #[serde(default)]
    pub offers: Vec<Offer>,
    /// How far the place depends on a match of records that is not sure, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<RankDoubt>,
}

/// How far a candidate's place depends on matches that are not sure.
#[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
pub struct RankDoubt {
    /// The best place that it could have, were one of the matches decided the other way.
    pub best: u32,
    /// The worst place; one behind the last where it would not be listed.
    pub worst: u32,
    /// The two records of the match that moves it most: to be checked first.
    pub check: [NamedIri; 2],
    /// How likely it is that the two are one.
    pub probability: f64,
    /// Whether they are taken as one.
    pub is_one: bool,
}

impl RankDoubt {
    /// What to do about it, in one sentence.
    pub fn sentence(&self) -> String {
        let ([one, other], taken) = (&self.check, if self.is_one { "one" } else { "two" });
        format!(
            "place {} to {}: check first whether {} ({}) and {} ({}) are one (probability {:.2}, taken as {taken})",
            self.best, self.worst, one.name, one.iri, other.name, other.iri, self.probability
        )
    }
}

/// What a chain change says.
#[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
pub struct ChainChangeDetail {
    /// `joined`, `left`, `promoted`, `moved-account`, `moved-post`, `changed-reporting-line`, `post-vacant`,
    /// `post-filled`, `post-new`, `post-gone`, `account-succeeded`.
    pub change: String,
    /// Who, when it is about a person.
    pub contact: Option<NamedIri>,
    /// The post before.
    pub post_before: Option<NamedIri>,
    /// The post after.
    pub post_after: Option<NamedIri>,
    /// Account before, when the person moved between accounts.
    pub account_before: Option<NamedIri>,
    /// Who held the post after before the person came.
    pub predecessor: Option<NamedIri>,
    /// Who holds the post before now that the person is gone.
    pub successor: Option<NamedIri>,
    /// `confirmed` (the source dates it), `probable` (two lists differ), `suspected` (it rests on the likeness of names).
    #[serde(default)]
    pub certainty: String,
    /// Earliest day on which it can have happened.
    pub earliest: Option<Day>,
    /// Latest day on which it can have happened; equal to `earliest` when the day is known.
    pub latest: Option<Day>,
    /// Level of the post, as in [`crate::model::Level`].
    pub level: Option<String>,
    /// Buying role of the post, as in [`crate::model::BuyingRole`].
    pub buying_role: Option<String>,
}

/// What a coverage gap says.
#[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
pub struct CoverageGapDetail {
    /// `unknown`, `stale`, `single-threaded`, `vacant-on-our-side`, `known-post-without-person`.
    pub gap: String,
    /// Who is not known, when there is a person.
    pub contact: Option<NamedIri>,
    /// The post.
    pub post: Option<NamedIri>,
    /// Level required.
    pub level: Option<String>,
    /// Function required.
    pub function: Option<String>,
    /// Strength of the best tie of ours, in [0, 1].
    pub best_strength: f64,
    /// Ways to be introduced, the best first.
    pub introductions: Vec<IntroductionPath>,
}

/// What a risk says.
#[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
pub struct RiskDetail {
    /// `red` or `yellow`.
    pub health: String,
    /// What is open, the gravest first.
    pub open: Vec<OpenRisk>,
    /// Between which days the next purchase was or is to be expected, when there is a cycle.
    pub next_purchase: Option<[Day; 2]>,
}

impl RiskDetail {
    /// The first day on which an indicator that is still open was seen.
    pub fn first_seen(&self) -> Option<Day> {
        self.open.iter().map(|open| open.first_seen).min()
    }
}

/// An indicator that is open.
#[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
pub struct OpenRisk {
    /// `purchase-swing`, `overdue`, `personnel`, `competitor`, `payment`, `strategic-fit`.
    pub indicator: String,
    /// The first day on which it was seen.
    pub first_seen: Day,
    /// What it reads.
    pub value: f64,
    /// How grave that is, in [0, 1].
    pub severity: f64,
}

/// One way to be introduced: a path of ties from one of ours to the contact.
#[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
pub struct IntroductionPath {
    /// Product of the strengths along the path, in (0, 1].
    pub strength: f64,
    /// Our employee first, the contact last.
    pub people: Vec<NamedIri>,
}

/// An IRI with the name that people know.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub struct NamedIri {
    /// The IRI.
    pub iri: String,
    /// The name.
    pub name: String,
}
