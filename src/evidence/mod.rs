//! Why a score is what it is: a tree whose total is the score and whose leaves lead to source rows.

use oxigraph::model::NamedNodeRef;

use crate::store::{Id, Origin, Snapshot};

/// One reason, made of smaller reasons or resting on facts.
#[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Evidence {
    /// The signal's name, a stable identifier such as `spend_percentile`.
    pub signal: String,
    /// What was seen, for a person, in both languages.
    pub text: Bilingual,
    /// What was measured, in the signal's unit; `None` when it was missing.
    pub value: Option<f64>,
    /// How much of the signal counts, in [0, 1]; the parts of one whole have weights that sum to 1.
    pub weight: f64,
    /// What it adds to the total: for a leaf its own number, for a node the sum of its parts.
    pub contribution: f64,
    /// Smaller reasons.
    pub parts: Vec<Evidence>,
    /// What was read (leaves only): a few facts, and how many there are in all.
    pub facts: Facts,
}

/// The facts under a leaf.
#[derive(Clone, PartialEq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Facts {
    /// How many facts there are.
    pub n_facts: u64,
    /// The most telling ones, at most ten, in a deterministic order.
    pub shown: Vec<Fact>,
}

/// One fact with the rows that say it.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Fact {
    /// Subject IRI, predicate IRI, object in N-Triples form.
    pub statement: [String; 3],
    /// Where it was read.
    pub origins: Vec<Origin>,
}

/// A sentence in English and Chinese.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Bilingual {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Bilingual {
    /// Both at once.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }
}

/// A post's title and its holder as they stand in a Chinese sentence: without a space, except between words of other
/// scripts.
///
/// ```
/// use kagraph::evidence::title_and_name_zh;
/// assert_eq!(title_and_name_zh("财务总监", "李海涛"), "财务总监李海涛");
/// assert_eq!(title_and_name_zh("CEO", "Anna Rösler"), "CEO Anna Rösler");
/// ```
pub fn title_and_name_zh(title: &str, name: &str) -> String {
    // Han, kana and full-width signs stand above
    let is_spaced = |letter: Option<char>| letter.is_some_and(|it| it < '\u{2e80}');
    let space = if is_spaced(title.chars().last()) && is_spaced(name.chars().next()) { " " } else { "" };
    format!("{title}{space}{name}")
}

/// How many facts of a leaf are shown.
const MOST_SHOWN: usize = 10;

impl Facts {
    /// Statements of a snapshot with the rows that say them; the first ten in the order given are shown.
    pub fn read(snapshot: &Snapshot, statements: &[(Id, NamedNodeRef<'_>, Id)]) -> Self {
        let shown = statements.iter().take(MOST_SHOWN).map(|(subject, predicate, object)| {
            let origins = snapshot.id((*predicate).into()).map(|it| snapshot.origins(*subject, it, *object));
            let object = snapshot.term(*object).to_string();
            let statement = [snapshot.text(*subject).into_owned(), predicate.as_str().to_owned(), object];
            Fact { statement, origins: origins.unwrap_or_default() }
        });
        Self { n_facts: statements.len() as u64, shown: shown.collect() }
    }
}

impl Evidence {
    /// A reason that rests on facts.
    pub fn leaf(
        signal: &str,
        text: Bilingual,
        value: Option<f64>,
        weight: f64,
        contribution: f64,
        facts: Facts,
    ) -> Self {
        Self { signal: signal.to_owned(), text, value, weight, contribution, parts: Vec::new(), facts }
    }

    /// A reason that is the sum of its parts, in their order.
    pub fn sum(signal: &str, text: Bilingual, weight: f64, parts: Vec<Self>) -> Self {
        let contribution = parts.iter().map(|part| part.contribution).sum();
        let facts = Facts::default();
        Self { signal: signal.to_owned(), text, value: None, weight, contribution, parts, facts }
    }

    /// The leaves from left to right.
    pub fn leaves(&self) -> Vec<&Self> {
        if self.parts.is_empty() { vec![self] } else { self.parts.iter().flat_map(Self::leaves).collect() }
    }

    /// The leaves from left to right, each with the most that it could contribute to this whole: the product of the
    /// weights on the way to it.
    pub fn weighted_leaves(&self) -> Vec<(&Self, f64)> {
        if self.parts.is_empty() {
            return vec![(self, self.weight)];
        }
        let below = self.parts.iter().flat_map(Self::weighted_leaves);
        below.map(|(leaf, most)| (leaf, most * self.weight)).collect()
    }

    /// The sum over the leaves, which equals `contribution` to 1e-9.
    pub fn total(&self) -> f64 {
        self.leaves().iter().map(|leaf| leaf.contribution).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_the_sum_over_the_leaves() {
        let leaf = |contribution| Evidence::leaf("x", Bilingual::default(), None, 0.5, contribution, Facts::default());
        let inner = Evidence::sum("y", Bilingual::default(), 0.5, vec![leaf(0.1), leaf(0.2)]);
        let root = Evidence::sum("z", Bilingual::default(), 1.0, vec![inner, leaf(0.4)]);
        assert!((root.total() - 0.7).abs() < 1e-9 && (root.contribution - root.total()).abs() < 1e-9);
    }
}
