//! The truth about what was planted, row by row.
//!
//! In: nothing. Out: the row types that the parts of the market fill and [`crate::synthetic::write()`] writes. The rows
//! name things by their keys; writing turns them into the IRIs that the shipped mapping gives.

use crate::model::Day;

/// How a row of the truth stands to what a finder should say.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Standing {
    /// Planted on purpose: must be found.
    Planted,
    /// True as well, because it follows from a plant or from how the market is: may be found.
    Implied,
    /// Looks like one and is none: must not be found.
    Decoy,
}

impl Standing {
    /// As the truth files write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Planted => "planted",
            Self::Implied => "implied",
            Self::Decoy => "decoy",
        }
    }
}

/// A change of a decision chain.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ChangeTruth {
    /// Whether it must, may or must not be found.
    pub standing: Standing,
    /// Kind, as findings call it.
    pub change: &'static str,
    /// Account key.
    pub account: String,
    /// Contact key, or empty.
    pub contact: String,
    /// Post key, or empty.
    pub post_before: String,
    /// Post key, or empty.
    pub post_after: String,
    /// Account key, or empty.
    pub account_before: String,
    /// Earliest day that the data allow.
    pub earliest: Day,
    /// Latest day that the data allow.
    pub latest: Day,
    /// What a salesperson would say.
    pub why: String,
}

/// A gap of coverage.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GapTruth {
    /// Whether it must, may or must not be found.
    pub standing: Standing,
    /// Kind, as findings call it; `none` for a decoy.
    pub gap: &'static str,
    /// Account key.
    pub account: String,
    /// Contact key, or empty.
    pub contact: String,
    /// Post key, or empty.
    pub post: String,
    /// Level of the post, or empty.
    pub level: &'static str,
    /// Function of the post, or empty.
    pub function: &'static str,
    /// What a salesperson would say.
    pub why: &'static str,
}

/// A defect of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DefectTruth {
    /// File, below the folder.
    pub file: String,
    /// 1-based data row.
    pub row: u64,
    /// What is wrong.
    pub defect: &'static str,
    /// Column, or empty when it is about the row.
    pub column: String,
    /// `refused`, `cleaned` or `said twice`.
    pub expected: &'static str,
}
