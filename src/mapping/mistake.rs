//! Mistakes in a mapping file: where they stand, what was expected, and what was probably meant.
//!
//! Comes in: byte places in the mapping's text. Leaves: one error that lists all mistakes, not only the first.
//! Never reads data. Costs nothing when there is no mistake.

use std::fmt;

/// One mistake in a mapping file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Mistake {
    /// 1-based line.
    pub line: usize,
    /// 1-based column, in characters.
    pub column: usize,
    /// What was expected and what was found.
    pub message: String,
    /// What was probably meant, or what to do next.
    pub hint: Option<String>,
}

/// A mapping file that cannot be used, with all its mistakes in the order of their places.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MappingError {
    /// The mapping's file name, as it was given.
    pub name: String,
    /// At least one.
    pub mistakes: Vec<Mistake>,
}

impl std::error::Error for MappingError {}

impl fmt::Display for MappingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.mistakes.len();
        write!(f, "the mapping {} has {n} mistake{}", self.name, if n == 1 { "" } else { "s" })?;
        for mistake in &self.mistakes {
            write!(f, "\n  line {}, column {}: {}", mistake.line, mistake.column, mistake.message)?;
            if let Some(hint) = &mistake.hint {
                write!(f, "\n    hint: {hint}")?;
            }
        }
        Ok(())
    }
}

/// Collects mistakes while a mapping is read, and turns byte places into lines and columns.
pub(in crate::mapping) struct Mistakes<'t> {
    text: &'t str,
    found: Vec<Mistake>,
}

impl<'t> Mistakes<'t> {
    pub(in crate::mapping) fn new(text: &'t str) -> Self {
        Self { text, found: Vec::new() }
    }

    /// Notes a mistake at the byte `at`.
    pub(in crate::mapping) fn add(&mut self, at: usize, message: impl Into<String>, hint: Option<String>) {
        let before = &self.text[..self.text.floor_char_boundary(at.min(self.text.len()))];
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
        let mistake = Mistake { line, column, message: message.into(), hint };
        if !self.found.contains(&mistake) {
            self.found.push(mistake);
        }
    }

    /// Notes a name that is not among `known`, with the nearest one as the hint.
    pub(in crate::mapping) fn unknown<'k>(
        &mut self,
        at: usize,
        what: &str,
        name: &str,
        known: impl IntoIterator<Item = &'k str>,
    ) {
        let known: Vec<&str> = known.into_iter().collect();
        let hint = match nearest(name, known.iter().copied()) {
            Some(meant) => format!("did you mean \"{meant}\"?"),
            None if known.is_empty() => "nothing can stand here".to_owned(),
            None => format!("expected one of {}", known.join(", ")),
        };
        self.add(at, format!("unknown {what} \"{name}\""), Some(hint));
    }

    /// `value` when there was no mistake, else all of them.
    pub(in crate::mapping) fn finish<T>(self, name: &str, value: Option<T>) -> Result<T, MappingError> {
        let mut mistakes = self.found;
        mistakes.sort();
        match value {
            Some(value) if mistakes.is_empty() => Ok(value),
            _ => Err(MappingError { name: name.to_owned(), mistakes }),
        }
    }
}

/// The candidate that `word` was probably meant to be, if one is near enough. Ties go to the first.
pub(in crate::mapping) fn nearest<'k>(word: &str, candidates: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let simple = |text: &str| text.to_lowercase().replace(['_', '-', ' '], "");
    let wanted = simple(word);
    let far = 1 + wanted.chars().count() / 3;
    let distances = candidates.into_iter().map(|it| (strsim::osa_distance(&wanted, &simple(it)), it));
    distances.filter(|(distance, _)| *distance <= far).min_by_key(|(distance, _)| *distance).map(|(_, it)| it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_names_line_and_column_and_what_was_meant() {
        let mut mistakes = Mistakes::new("a = 1\nbé = 2\n");
        mistakes.unknown(10, "key", "accuont", ["contact", "account"]);
        let error = mistakes.finish::<()>("x.toml", Some(())).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the mapping x.toml has 1 mistake\n  line 2, column 4: unknown key \"accuont\"\n    hint: did you mean \"account\"?"
        );
    }

    #[test]
    fn mistakes_come_in_the_order_of_their_places_and_once_each() {
        let mut mistakes = Mistakes::new("a\nb\nc");
        for at in [4, 2, 4] {
            mistakes.add(at, "wrong", None);
        }
        let error = mistakes.finish::<()>("x", None).unwrap_err();
        assert_eq!(error.mistakes.iter().map(|it| it.line).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn a_word_far_from_every_candidate_gets_no_guess() {
        assert_eq!(nearest("colour", ["account", "transaction"]), None);
        assert_eq!(nearest("CustomerId", ["CustomerID", "OrderID"]), Some("CustomerID"));
    }
}
