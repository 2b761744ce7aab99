//! What people have said: these two records are one, these two are not.
//!
//! Comes in: the text of `decisions.csv`, of which the lines `same` and `not same` count, and the records' keys. Leaves:
//! pairs that must come together and pairs that must not. The last word on a pair counts. People are always right: no
//! probability undoes a decision. Costs a look-up a line.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::identity::decision_lines::{DecisionError, Word, decision_lines};
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
        for said_there in decision_lines(text)? {
            let is_same = match said_there.word {
                Word::Same => true,
                Word::NotSame => false,
                Word::Accepted(_) | Word::Rejected(_) | Word::Snoozed(_) => continue,
            };
            match (places.get(said_there.one.as_str()), places.get(said_there.other.as_str())) {
                (Some(&one), Some(&other)) if one != other => {
                    said.insert((one.min(other), one.max(other)), is_same);
                }
                _ => waiting.push(said_there.line),
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
}
