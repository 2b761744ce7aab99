//! Findings: key-account candidates, chain changes, coverage gaps.

pub mod candidate;
pub mod class;
pub mod chain_change;
pub mod decision_chain;
pub mod derived;
mod finding;
pub mod key_account;
pub mod importance;
pub mod market;
pub mod person_name;
pub mod prospect;
pub mod scorecard;
mod settings;
pub mod signals;
pub mod product;
mod settings;
pub mod spell;
pub mod tie;
pub mod title;
pub mod today;
#[cfg(test)]
mod trial;
pub mod wording;

pub use finding::{
    CandidateDetail, ChainChangeDetail, CoverageGapDetail, Finding, FindingKind, IntroductionPath, NamedIri,
};
pub use settings::Settings;
