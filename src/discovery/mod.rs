//! Findings: key-account candidates, chain changes, coverage gaps.

mod finding;
pub mod market;
pub mod person_name;
mod settings;
pub mod title;

pub use finding::{
    CandidateDetail, ChainChangeDetail, CoverageGapDetail, Finding, FindingKind, IntroductionPath, NamedIri,
};
pub use settings::Settings;
