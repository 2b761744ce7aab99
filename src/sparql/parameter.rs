//! The value of a parameter as people write it on a command line, read as a term.
//!
//! | written | read as |
//! |---|---|
//! | `<https://example.org/a>` | an IRI |
//! | `ka:Account` | an IRI, when the prefix is declared |
//! | `"text"`, `"text"@en`, `"5"^^xsd:byte` | a literal |
//! | `12`, `-3.50`, `1e6` | `xsd:integer`, `xsd:decimal`, `xsd:double` |
//! | `2026-03-31` | `xsd:date` |
//! | `true`, `false` | `xsd:boolean` |
//! | anything else | a string |

use std::str::FromStr;

use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, Term};

use crate::model::Day;

/// Reads a value; `prefixes` are those that may stand in it. Errors say what was expected.
pub(super) fn parse(value: &str, prefixes: &[(&str, &str)]) -> Result<Term, String> {
    if value.starts_with('<') {
        return iri(value).map(Term::from);
    }
    if value.starts_with('"') {
        return quoted(value, prefixes).map(Term::from);
    }
    let plain = || bare(value).unwrap_or_else(|| Literal::new_simple_literal(value)).into();
    Ok(expanded(value, prefixes).map_or_else(plain, Term::from))
}

fn iri(value: &str) -> Result<NamedNode, String> {
    let inside = value.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    let inside = inside.ok_or("expected an IRI like <https://example.org/a>")?;
    NamedNode::new(inside).map_err(|error| format!("expected an absolute IRI between < and > ({error})"))
}

fn expanded(value: &str, prefixes: &[(&str, &str)]) -> Option<NamedNode> {
    let (prefix, local) = value.split_once(':')?;
    let (_, namespace) = prefixes.iter().rev().find(|(name, _)| *name == prefix)?;
    NamedNode::new(format!("{namespace}{local}")).ok()
}

fn quoted(value: &str, prefixes: &[(&str, &str)]) -> Result<Literal, String> {
    let expected = || "expected a literal like \"text\", \"text\"@en or \"5\"^^xsd:integer".to_owned();
    let full = match value.rsplit_once("^^") {
        Some((text, datatype)) if text.ends_with('"') && !datatype.starts_with('<') => {
            format!("{text}^^{}", expanded(datatype, prefixes).ok_or_else(expected)?)
        }
        _ => value.to_owned(),
    };
    Literal::from_str(&full).map_err(|_| expected())
}

fn bare(value: &str) -> Option<Literal> {
    let digits = value.strip_prefix(['+', '-']).unwrap_or(value);
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let datatype = match digits.split_once('.') {
        _ if value == "true" || value == "false" => xsd::BOOLEAN,
        None if !digits.is_empty() && is_digits(digits) => xsd::INTEGER,
        Some((whole, part)) if !part.is_empty() && is_digits(whole) && is_digits(part) => xsd::DECIMAL,
        _ if value.parse::<Day>().is_ok() => xsd::DATE,
        _ if is_double(digits) => xsd::DOUBLE,
        _ => return None,
    };
    Some(Literal::new_typed_literal(value, datatype))
}

fn is_double(digits: &str) -> bool {
    digits.contains(['e', 'E']) && digits.starts_with(|c: char| c.is_ascii_digit()) && digits.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ontology::PREFIXES;

    #[test]
    fn values_are_read_as_people_write_them() {
        let cases = [
            ("<https://example.org/a>", "<https://example.org/a>"),
            ("ka:Account", "<https://w3id.org/kagraph/ns#Account>"),
            ("id:account/DE%201", "<https://w3id.org/kagraph/id/account/DE%201>"),
            ("\"two words\"", "\"two words\""),
            ("\"Hallo\"@de", "\"Hallo\"@de"),
            ("\"5\"^^xsd:byte", "\"5\"^^<http://www.w3.org/2001/XMLSchema#byte>"),
            ("\"5\"^^<http://example.org/t>", "\"5\"^^<http://example.org/t>"),
            ("\"a\\\"b\"", "\"a\\\"b\""),
            ("-12", "\"-12\"^^<http://www.w3.org/2001/XMLSchema#integer>"),
            ("3.50", "\"3.50\"^^<http://www.w3.org/2001/XMLSchema#decimal>"),
            ("1e6", "\"1e6\"^^<http://www.w3.org/2001/XMLSchema#double>"),
            ("2026-03-31", "\"2026-03-31\"^^<http://www.w3.org/2001/XMLSchema#date>"),
            ("true", "\"true\"^^<http://www.w3.org/2001/XMLSchema#boolean>"),
            ("Müller & Söhne", "\"Müller & Söhne\""),
            ("电子", "\"电子\""),
            ("note: later", "\"note: later\""),
            ("2026-02-30", "\"2026-02-30\""),
            ("1.2.3", "\"1.2.3\""),
            ("", "\"\""),
            ("-", "\"-\""),
            ("einfach", "\"einfach\""),
            ("'} DROP ALL #", "\"'} DROP ALL #\""),
        ];
        for (value, expected) in cases {
            assert_eq!(parse(value, PREFIXES).unwrap().to_string(), expected, "{value}");
        }
    }

    #[test]
    fn a_value_that_begins_like_a_term_and_is_none_is_refused() {
        for value in ["<relative>", "<https://example.org/a", "\"open", "\"5\"^^nope:int", "\"a\" b"] {
            assert!(parse(value, PREFIXES).is_err(), "{value}");
        }
    }
}
