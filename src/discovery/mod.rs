//! Findings: key-account candidates, chain changes, coverage gaps.

pub mod decision_chain;
mod finding;
pub mod market;
pub mod person_name;
mod settings;
pub mod spell;
pub mod tie;
pub mod title;

pub use finding::{
    CandidateDetail, ChainChangeDetail, CoverageGapDetail, Finding, FindingKind, IntroductionPath, NamedIri,
};
pub use settings::Settings;
