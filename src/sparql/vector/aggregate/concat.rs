//! `GROUP_CONCAT`.

use spareval::ExpressionTerm as Value;

use crate::sparql::vector::Terms;
use crate::sparql::vector::expression::{id_of, value_of};
use crate::store::Id;

/// The values of a group, one after the other, with the language that all have in common; nothing where one is no string.
pub(super) fn joined(ids: impl Iterator<Item = Id>, separator: &str, terms: &Terms) -> Id {
    let mut all = String::new();
    let mut common: Option<Option<String>> = None;
    for id in ids {
        let (value, language) = match value_of(id, terms) {
            Some(Value::StringLiteral(value)) => (value, None),
            Some(Value::LangStringLiteral { value, language }) => (value, Some(language)),
            _ => return Id::NONE,
        };
        if common.is_some() {
            all += separator;
        }
        common = Some(match common {
            Some(before) if before != language => None,
            _ => language,
        });
        all += &value;
    }
    let value = match common.flatten() {
        Some(language) => Value::LangStringLiteral { value: all, language },
        None => Value::StringLiteral(all),
    };
    id_of(value, terms)
}
