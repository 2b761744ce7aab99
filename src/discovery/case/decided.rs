//! What people decided about findings and cases.
//!
//! Comes in: the text of `decisions.csv` with the columns one, other, decision and, where people give one, reason. `one` is
//! the id of a finding or of a case, which stands for all its findings; `decision` is `accepted` or `rejected`, and then
//! `other` is empty or the day on which it was said, or `snoozed`, and then `other` is the day on which it comes back.
//! Leaves: the last word about each id. Lines that join or part records are identity's. Costs a look at each line.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::Day;

/// What people decided.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Decided {
    by_id: BTreeMap<String, Decision>,
}

/// One decision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    /// What it says.
    pub verdict: Verdict,
    /// Why, in people's words; empty when they did not say.
    pub reason: String,
    /// When it was said; `None` when they did not say, or it is snoozed.
    pub on: Option<Day>,
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

/// Why decisions cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DecidedError {
    /// A line says `snoozed`, but not until when.
    #[error(
        "decisions.csv, line {line}, column other: expected the day on which {one} comes back, found \"{found}\"\n\
         hint: write a day such as 2026-03-31"
    )]
    Until {
        /// The line, the header being the first.
        line: u64,
        /// What is snoozed.
        one: String,
        /// What stands there.
        found: String,
    },
    /// A line says `accepted` or `rejected`, but what stands beside is no day.
    #[error(
        "decisions.csv, line {line}, column other: expected nothing, or the day on which {one} was decided, found \"{found}\"\n\
         hint: write a day such as 2026-03-31, or leave it empty"
    )]
    On {
        /// The line, the header being the first.
        line: u64,
        /// What was decided.
        one: String,
        /// What stands there.
        found: String,
    },
    /// A line is no row of the file.
    #[error(
        "decisions.csv, line {line}: expected the columns one, other and decision\nhint: the first line names them"
    )]
    Row {
        /// The line, the header being the first.
        line: u64,
        /// What is wrong with it.
        #[source]
        source: csv::Error,
    },
}

#[derive(Deserialize)]
struct Row {
    one: String,
    other: String,
    decision: String,
    #[serde(default)]
    reason: String,
}

impl Decided {
    /// Reads `decisions.csv`.
    ///
    /// # Errors
    /// When a line is not understood: what people say is never dropped in silence.
    pub fn read(text: &str) -> Result<Self, DecidedError> {
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let mut by_id = BTreeMap::new();
        for (line, row) in (2u64..).zip(reader.deserialize::<Row>()) {
            let row = row.map_err(|source| DecidedError::Row { line, source })?;
            let verdict = match row.decision.as_str() {
                "accepted" => Verdict::Accepted,
                "rejected" => Verdict::Rejected,
                "snoozed" => match row.other.parse() {
                    Ok(day) => Verdict::Snoozed(day),
                    Err(_) => return Err(DecidedError::Until { line, one: row.one, found: row.other }),
                },
                _ => continue,
            };
            let is_dated = !matches!(verdict, Verdict::Snoozed(_)) && !row.other.is_empty();
            let on = match is_dated.then(|| row.other.parse()) {
                None => None,
                Some(Ok(day)) => Some(day),
                Some(Err(_)) => return Err(DecidedError::On { line, one: row.one, found: row.other }),
            };
            by_id.insert(row.one, Decision { verdict, reason: row.reason, on });
        }
        Ok(Self { by_id })
    }

    /// Whether nothing was decided.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// The last word about a finding, or else about the case of its account.
    pub fn about_finding(&self, id: &str, account: &str) -> Option<&Decision> {
        self.about(id).or_else(|| self.about(&case_id(account)))
    }

    /// The last word about a finding or case.
    pub fn about(&self, id: &str) -> Option<&Decision> {
        self.by_id.get(id)
    }
}

/// The id of the case of an account, given by its IRI.
pub fn case_id(account: &str) -> String {
    format!("case-{}", &blake3::hash(account.as_bytes()).to_hex()[..16])
}

impl Verdict {
    /// Whether it says that the finding is right; `None` where it says neither.
    pub fn is_acceptance(self) -> Option<bool> {
        match self {
            Self::Accepted => Some(true),
            Self::Rejected => Some(false),
            Self::Snoozed(_) => None,
        }
    }

    /// Whether on a day something is to be done all the same.
    pub fn is_live(self, day: Day) -> bool {
        match self {
            Self::Accepted => true,
            Self::Rejected => false,
            Self::Snoozed(until) => day >= until,
        }
    }
}
