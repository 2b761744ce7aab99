//! What people have said: these two records are one, these two are not.
//!
//! Comes in: the text of `decisions.csv` with the columns one, other, decision (`same` or `not same`), and the records' keys.
//! Leaves: pairs that must come together and pairs that must not. The last word on a pair counts; a line whose decision is
//! still empty counts for nothing, so that a list for review can be filled bit by bit. People are always right:
//! no probability undoes a decision. Costs a look-up a line.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::identity::training::Pair;

/// Decisions about records by their places.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Decisions {
    /// Pairs that are one, sorted.
    pub together: Vec<Pair>,
    /// Pairs that are two.
    pub apart: FxHashSet<Pair>,
    /// Lines about records that are not in the data, by their number; they wait for the data to come back.
    pub waiting: Vec<u64>,
}

/// Why decisions cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DecisionError {
    /// A line is no decision.
    #[error(
        "decisions.csv, line {line}, column decision: expected \"same\" or \"not same\" of two records, or \"accepted\", \
         \"rejected\" or \"snoozed\" of a finding, found \"{found}\"\n\
         hint: write one of these, or remove the line"
    )]
    Unknown {
        /// The line, the header being the first.
        line: u64,
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

/// Decisions about findings, which stand in the same file and are none about records.
const OF_FINDINGS: &[&str] = &["accepted", "rejected", "snoozed"];

#[derive(serde::Deserialize)]
struct Row {
    one: String,
    other: String,
    decision: String,
}

impl Decisions {
    /// Whether people have said what a pair is.
    pub fn is_decided(&self, pair: &Pair) -> bool {
        self.apart.contains(pair) || self.together.binary_search(pair).is_ok()
    }

    /// Reads decisions about records with these keys.
    ///
    /// # Errors
    /// When a line is not understood: what people say is never dropped in silence.
    pub fn read(text: &str, keys: &[String]) -> Result<Self, DecisionError> {
        let places: FxHashMap<&str, u32> = keys.iter().map(String::as_str).zip(0..).collect();
        let mut said: FxHashMap<Pair, bool> = FxHashMap::default();
        let mut waiting = Vec::new();
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        for (line, row) in (2u64..).zip(reader.deserialize::<Row>()) {
            let row = row.map_err(|source| DecisionError::Row { line, source })?;
            let is_same = match row.decision.as_str() {
                "same" => true,
                "not same" => false,
                decided if decided.is_empty() || OF_FINDINGS.contains(&decided) => continue,
                found => return Err(DecisionError::Unknown { line, found: found.to_owned() }),
            };
            match (places.get(row.one.as_str()), places.get(row.other.as_str())) {
                (Some(&one), Some(&other)) if one != other => {
                    said.insert((one.min(other), one.max(other)), is_same);
                }
                _ => waiting.push(line),
            }
        }
        let of = |is_same: bool| said.iter().filter(move |(_, same)| **same == is_same).map(|(pair, _)| *pair);
        let mut together: Vec<Pair> = of(true).collect();
        together.sort_unstable();
        Ok(Self { together, apart: of(false).collect(), waiting })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_counts_and_unknown_records_wait() {
        let keys = ["a", "b", "c"].map(str::to_owned);
        let text = "one,other,decision\na,b,same\nb,a,not same\nb,c,same\na,z,same\n";
        let decisions = Decisions::read(text, &keys).unwrap();
        assert_eq!(decisions.together, [(1, 2)]);
        assert!(decisions.apart.contains(&(0, 1)));
        assert_eq!(decisions.waiting, [5]);
    }

    #[test]
    fn a_word_that_is_no_decision_is_refused() {
        let error = Decisions::read("one,other,decision\na,b,perhaps\n", &[]).unwrap_err();
        let text = "decisions.csv, line 2, column decision: expected \"same\" or \"not same\" of two records, or \"accepted\", \
                    \"rejected\" or \"snoozed\" of a finding, found \"perhaps\"";
        assert!(error.to_string().starts_with(text), "{error}");
    }
}
