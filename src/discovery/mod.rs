//! Findings: key-account candidates, chain changes, coverage gaps, risks; and the cases that they make.

pub mod candidate;
pub mod case;
pub mod chain_change;
pub mod class;
pub mod concentration;
pub mod coverage;
pub mod decision_chain;
pub mod derived;
mod finding;
pub mod importance;
pub mod introduction;
pub mod key_account;
pub mod look_alike;
pub mod market;
pub mod offer;
pub mod outlook;
pub mod portrait;
pub mod product;
pub mod profile;
pub mod prospect;
pub mod ranking;
pub mod relations;
pub mod risk;
pub mod scorecard;
mod settings;
pub mod signals;
pub mod spell;
pub mod structure;
pub mod tie;
pub mod title;
pub mod today;
#[cfg(test)]
mod trial;
pub mod visit_plan;
pub mod wording;

pub use finding::{
    CandidateDetail, ChainChangeDetail, CoverageGapDetail, Finding, FindingKind, IntroductionPath, NamedIri, OpenRisk,
    RankDoubt, RiskDetail,
};
pub use settings::Settings;
