//! Findings: key-account candidates, chain changes, coverage gaps.

mod finding;
pub mod market;

pub use finding::{
    CandidateDetail, ChainChangeDetail, CoverageGapDetail, Finding, FindingKind, IntroductionPath, NamedIri,
};
