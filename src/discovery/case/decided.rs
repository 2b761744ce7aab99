//! What people decided about findings and cases.
//!
//! Comes in: the text of `decisions.csv` with the columns one, other, decision and, where people give one, reason. `one` is
//! the id of a finding or of a case, which stands for all its findings; `decision` is `accepted`, `rejected` or `snoozed`,
//! and then `other` is the day on which it comes back. Leaves: the last word about each id. Lines that join or part records
//! are identity's. Costs a look at each line.

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
            by_id.insert(row.one, Decision { verdict, reason: row.reason });
        }
        Ok(Self { by_id })
    }

    /// The last word about a finding or case.
    pub fn about(&self, id: &str) -> Option<&Decision> {
        self.by_id.get(id)
    }
}

impl Verdict {
    /// Whether on a day something is to be done all the same.
    pub fn is_live(self, day: Day) -> bool {
        match self {
            Self::Accepted => true,
            Self::Rejected => false,
            Self::Snoozed(until) => day >= until,
        }
    }
}
