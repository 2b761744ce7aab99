//! Tests of a row: `Amount > 0`, `Name is not empty`, `Kind in (a, b)`, `InvoiceNo starts with C`.
//!
//! Comes in: the text of a condition. Leaves: a parsed condition, and its truth for given values. Two numbers are
//! compared as numbers, everything else as text, so ISO days compare as days. An empty value is less and greater than
//! nothing.

use rust_decimal::Decimal;

use super::template::{Name, Template};
use super::value::{Condition, Test};

/// Operators by their words, the longer of two with the same beginning first.
const OPERATORS: &[(&str, Test, bool)] = &[
    ("is not empty", Test::Empty, true),
    ("is empty", Test::Empty, false),
    ("does not start with", Test::StartsWith, true),
    ("starts with", Test::StartsWith, false),
    ("does not end with", Test::EndsWith, true),
    ("ends with", Test::EndsWith, false),
    ("does not contain", Test::Contains, true),
    ("contains", Test::Contains, false),
    ("not in", Test::OneOf, true),
    ("in", Test::OneOf, false),
    ("!=", Test::OneOf, true),
    ("<=", Test::Greater, true),
    (">=", Test::Less, true),
    ("<", Test::Less, false),
    (">", Test::Greater, false),
    ("=", Test::OneOf, false),
];

impl Condition<Name> {
    /// Reads a condition; `Err` says what is wrong with it.
    pub(in crate::mapping) fn parse(text: &str, at: usize) -> Result<Self, String> {
        let wrong = || {
            let words = "=, !=, <, <=, >, >=, in (a, b), not in (a, b), is empty, is not empty, starts with, ends with, contains";
            format!("\"{text}\" is no condition; expected a column, one of {words}, and a value")
        };
        let (start, operator, test, negated) = find_operator(text).ok_or_else(wrong)?;
        let left = text[..start].trim();
        let right = text[start + operator.len()..].trim();
        if left.is_empty() || (right.is_empty() != (test == Test::Empty)) {
            return Err(wrong());
        }
        let left = match left.strip_prefix('{') {
            Some(_) => Template::parse(left, at)?,
            None => Template::of_column(left, at),
        };
        let right = values(operator, right).ok_or_else(wrong)?;
        let right = right.iter().map(|value| Template::parse(value, at)).collect::<Result<Vec<_>, _>>()?;
        if right.len() > 1 && right.iter().any(|value| value.as_constant().is_none()) {
            return Err(format!("the list of \"{text}\" may hold constants only"));
        }
        Ok(Self { at, left, test, right, negated })
    }
}

type Found = (usize, &'static str, Test, bool);

/// The first operator outside `{…}`; words stand between blanks.
fn find_operator(text: &str) -> Option<Found> {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        let hit = OPERATORS.iter().find(|(operator, ..)| depth == 0 && stands_at(text, at, operator));
        if let Some(&(operator, test, negated)) = hit {
            return Some((at, operator, test, negated));
        }
    }
    None
}

fn stands_at(text: &str, at: usize, operator: &str) -> bool {
    let after = at + operator.len();
    let is_word = operator.starts_with(|c: char| c.is_ascii_alphabetic());
    let free = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '}'));
    text[at..].starts_with(operator)
        && (!is_word || (at > 0 && free(text[..at].chars().last()) && free(text[after..].chars().next())))
}

fn values(operator: &str, right: &str) -> Option<Vec<String>> {
    if !matches!(operator, "in" | "not in") {
        return Some(if right.is_empty() { Vec::new() } else { vec![unquoted(right)] });
    }
    let inside = right.strip_prefix('(')?.strip_suffix(')')?;
    Some(inside.split(',').map(|value| unquoted(value.trim())).collect())
}

fn unquoted(value: &str) -> String {
    let inside = |quote| value.strip_prefix(quote).and_then(|rest: &str| rest.strip_suffix(quote));
    inside('"').or_else(|| inside('\'')).unwrap_or(value).to_owned()
}

impl<R> Condition<R> {
    /// Whether the condition holds for these texts.
    pub(in crate::mapping) fn holds<'a>(&self, left: &str, right: impl IntoIterator<Item = &'a str>) -> bool {
        let mut right = right.into_iter();
        let truth = match self.test {
            Test::Empty => left.is_empty(),
            Test::OneOf => right.any(|value| left == value || numbers(left, value).is_some_and(|(a, b)| a == b)),
            Test::StartsWith => right.any(|value| left.starts_with(value)),
            Test::EndsWith => right.any(|value| left.ends_with(value)),
            Test::Contains => right.any(|value| left.contains(value)),
            Test::Less | Test::Greater => {
                let Some(value) = right.next() else { return false };
                if left.is_empty() || value.is_empty() {
                    return false;
                }
                let order = numbers(left, value).map_or_else(|| left.cmp(value), |(a, b)| a.cmp(&b));
                if self.test == Test::Less { order.is_lt() } else { order.is_gt() }
            }
        };
        truth != self.negated
    }
}

fn numbers(left: &str, right: &str) -> Option<(Decimal, Decimal)> {
    let may_be_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
    if !may_be_number(left) || !may_be_number(right) {
        return None;
    }
    Some((left.parse().ok()?, right.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(condition: &str, left: &str) -> bool {
        let condition = Condition::parse(condition, 0).unwrap();
        condition.holds(left, condition.right.iter().map(|it| it.as_constant().unwrap()))
    }

    #[test]
    fn each_operator_says_what_it_says() {
        let cases = [
            ("a = 1", "1.0", "2"),
            ("a != x", "y", "x"),
            ("a > 9", "10", "9"),
            ("a >= 2013-01-01", "2013-01-01", "2012-12-31"),
            ("a < -1.5", "-2", "-1"),
            ("a <= b", "b", "c"),
            ("a in (x, 'y z')", "y z", "y"),
            ("a not in (x, y)", "z", "x"),
            ("a is empty", "", "x"),
            ("a is not empty", "x", ""),
            ("a starts with C", "C12", "12"),
            ("a does not start with C", "12", "C12"),
            ("a ends with \" x\"", "y x", "yx"),
            ("{a in = b} contains in", "gain", "gan"),
            ("Origin = 1", "1", "2"),
        ];
        for (condition, yes, no) in cases {
            assert!(holds(condition, yes), "{condition}: {yes}");
            assert!(!holds(condition, no), "{condition}: {no}");
        }
    }

    #[test]
    fn an_empty_value_is_neither_less_nor_greater() {
        assert!(!holds("a > 0", "") && !holds("a < 0", ""));
    }

    #[test]
    fn half_a_condition_is_refused() {
        for text in ["a", "= 1", "a =", "a in x", "a is", "a is empty x", "{a = 1"] {
            assert!(Condition::parse(text, 0).is_err(), "{text}");
        }
    }
}
