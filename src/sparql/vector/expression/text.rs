//! Functions on strings.
//!
//! Comes in: string literals, with or without language. Leaves: what SPARQL 1.1 §17.4.3 says, `None` where it has an
//! error. The language of the first argument is kept; a second argument must have none or the same.

use spareval::ExpressionTerm as Value;

/// A string and its language.
pub(super) type Text = (String, Option<String>);

/// A string literal's parts; nothing for other values.
pub(super) fn text(value: Value) -> Option<Text> {
    match value {
        Value::StringLiteral(value) => Some((value, None)),
        Value::LangStringLiteral { value, language } => Some((value, Some(language))),
        _ => None,
    }
}

/// The literal of a string and a language.
pub(super) fn literal(value: String, language: Option<String>) -> Value {
    match language {
        Some(language) => Value::LangStringLiteral { value, language },
        None => Value::StringLiteral(value),
    }
}

/// A string literal without language.
pub(super) fn plain(value: Value) -> Option<String> {
    if let Value::StringLiteral(value) = value { Some(value) } else { None }
}

/// Two strings of which the second has no language or that of the first.
fn compatible(first: Value, second: Value) -> Option<(String, String, Option<String>)> {
    let ((first, language), (second, other)) = (text(first)?, text(second)?);
    (other.is_none() || language == other).then_some((first, second, language))
}

/// A test of one string by another.
pub(super) fn test(first: Value, second: Value, is_so: fn(&str, &str) -> bool) -> Option<Value> {
    let (first, second, _) = compatible(first, second)?;
    Some(is_so(&first, &second).into())
}

/// `STRBEFORE`.
pub(super) fn before(first: Value, second: Value) -> Option<Value> {
    let (first, second, language) = compatible(first, second)?;
    Some(match first.find(&second) {
        Some(at) => literal(first[..at].to_owned(), language),
        None => literal(String::new(), None),
    })
}

/// `STRAFTER`.
pub(super) fn after(first: Value, second: Value) -> Option<Value> {
    let (first, second, language) = compatible(first, second)?;
    Some(match first.find(&second) {
        Some(at) => literal(first[at + second.len()..].to_owned(), language),
        None => literal(String::new(), None),
    })
}

/// The same string with other letters.
pub(super) fn recase(value: Value, change: fn(&str) -> String) -> Option<Value> {
    let (value, language) = text(value)?;
    Some(literal(change(&value), language))
}

/// `STRLEN`, in characters.
pub(super) fn length(value: Value) -> Option<Value> {
    let (value, _) = text(value)?;
    Some(Value::IntegerLiteral(i64::try_from(value.chars().count()).ok()?.into()))
}

/// `CONCAT` of values that may be errors; the language is kept when all have the same.
pub(super) fn concat(values: impl Iterator<Item = Option<Value>>) -> Option<Value> {
    let mut all = String::new();
    let mut language: Option<Option<String>> = None;
    for value in values {
        let (value, own) = text(value?)?;
        language = Some(match language {
            Some(before) if before != own => None,
            _ => own,
        });
        all += &value;
    }
    Some(literal(all, language.flatten()))
}

/// `SUBSTR`: characters from the one-based `start` on, at most `length`.
pub(super) fn part(value: Value, start: Value, length: Option<Value>) -> Option<Value> {
    let (value, language) = text(value)?;
    let whole = |value: Value| if let Value::IntegerLiteral(value) = value { Some(i64::from(value)) } else { None };
    let start = whole(start)?.checked_sub(1)?;
    let end = match length {
        Some(length) => start.checked_add(whole(length)?)?,
        None => i64::MAX,
    };
    let first = usize::try_from(start.max(0)).ok()?;
    let n_chars = usize::try_from(end.max(0)).ok()?.saturating_sub(first);
    Some(literal(value.chars().skip(first).take(n_chars).collect(), language))
}

/// `STR`.
pub(super) fn spelling(value: Value) -> Option<String> {
    match oxigraph::model::Term::from(value) {
        oxigraph::model::Term::NamedNode(iri) => Some(iri.into_string()),
        oxigraph::model::Term::Literal(literal) => Some(literal.destruct().0),
        oxigraph::model::Term::BlankNode(_) => None,
    }
}

/// `LANG`: empty for a literal without language.
pub(super) fn language(value: Value) -> Option<Value> {
    match value {
        Value::LangStringLiteral { language, .. } => Some(Value::StringLiteral(language)),
        Value::NamedNode(_) | Value::BlankNode(_) => None,
        _ => Some(Value::StringLiteral(String::new())),
    }
}
