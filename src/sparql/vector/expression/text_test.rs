//! Tests of a string that look at its characters where they stand, without a value for each.

use regex::Regex;
use spareval::ExpressionTerm as Value;
use spargebra::algebra::Function;

use super::call::Call;
use super::node::Node;

/// How a string is written with other letters.
type Recase = fn(&str) -> String;

/// A part of an expression that is true or false of every string, of any language.
pub(super) enum TextTest<'a> {
    Compares { recased: Option<Recase>, test: fn(&str, &str) -> bool, with: &'a str },
    Matches(&'a Regex),
    Every(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
}

impl<'a> TextTest<'a> {
    /// The test that a node is, of the only column that it reads.
    pub fn of(node: &'a Node) -> Option<Self> {
        let all = |parts: &'a [Node]| parts.iter().map(Self::of).collect::<Option<Vec<_>>>();
        Some(match node {
            Node::And(parts) => Self::Every(all(parts)?),
            Node::Or(parts) => Self::Any(all(parts)?),
            Node::Not(part) => Self::Not(Box::new(Self::of(part)?)),
            Node::Call(Call::Matches(pattern), parts) if matches!(parts[0], Node::Slot(_)) => Self::Matches(pattern),
            Node::Call(Call::Own(function), parts) => {
                let test: fn(&str, &str) -> bool = match function {
                    Function::Contains => |whole, part| whole.contains(part),
                    Function::StrStarts => |whole, part| whole.starts_with(part),
                    Function::StrEnds => |whole, part| whole.ends_with(part),
                    _ => return None,
                };
                let [subject, with] = parts.as_slice() else { return None };
                let (Value::StringLiteral(with), _) = with.constant()? else { return None };
                Self::Compares { recased: recased(subject)?, test, with }
            }
            _ => return None,
        })
    }

    /// Whether a string passes.
    pub fn accepts(&self, text: &str) -> bool {
        match self {
            Self::Compares { recased: None, test, with } => test(text, with),
            Self::Compares { recased: Some(change), test, with } => test(&change(text), with),
            Self::Matches(pattern) => pattern.is_match(text),
            Self::Every(tests) => tests.iter().all(|test| test.accepts(text)),
            Self::Any(tests) => tests.iter().any(|test| test.accepts(text)),
            Self::Not(test) => !test.accepts(text),
        }
    }
}

/// How the column is written before it is tested, if at all.
fn recased(subject: &Node) -> Option<Option<Recase>> {
    match subject {
        Node::Slot(_) => Some(None),
        Node::Call(Call::Own(function), parts) if matches!(parts.as_slice(), [Node::Slot(_)]) => match function {
            Function::LCase => Some(Some(str::to_lowercase)),
            Function::UCase => Some(Some(str::to_uppercase)),
            _ => None,
        },
        _ => None,
    }
}
