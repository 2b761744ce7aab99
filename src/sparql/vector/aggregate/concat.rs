//! `GROUP_CONCAT`.

use spareval::ExpressionTerm as Value;

use crate::sparql::vector::Terms;
use crate::sparql::vector::expression::{id_of, value_of};
use crate::store::Id;

/// The strings of all groups, in the order of the rows; twelve bytes a row until the end.
pub(super) struct Concats {
    separator: String,
    rows: Vec<(u32, Id)>,
}

impl Concats {
    pub fn new(separator: String) -> Self {
        Self { separator, rows: Vec::new() }
    }

    pub fn add(&mut self, group: u32, id: Id) {
        self.rows.push((group, id));
    }

    pub fn merge(&mut self, others: Self, into: &[u32]) {
        self.rows.extend(others.rows.into_iter().map(|(group, id)| (into[group as usize], id)));
    }

    /// The string of each group, with the language that all have in common; nothing where one is no string.
    pub fn finish(mut self, n_groups: usize, terms: &Terms) -> Vec<Id> {
        self.rows.sort_by_key(|(group, _)| *group);
        let mut results = vec![Id::NONE; n_groups];
        let mut rest = self.rows.as_slice();
        for (group, result) in results.iter_mut().enumerate() {
            let n_rows = rest.iter().take_while(|(of, _)| *of as usize == group).count();
            let (own, after) = rest.split_at(n_rows);
            rest = after;
            if let Some(value) = joined(own, &self.separator, terms) {
                *result = id_of(value, terms);
            }
        }
        results
    }
}

fn joined(rows: &[(u32, Id)], separator: &str, terms: &Terms) -> Option<Value> {
    let mut all = String::new();
    let mut common: Option<Option<String>> = None;
    for (_, id) in rows {
        let (value, language) = match value_of(*id, terms)? {
            Value::StringLiteral(value) => (value, None),
            Value::LangStringLiteral { value, language } => (value, Some(language)),
            _ => return None,
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
    Some(match common.flatten() {
        Some(language) => Value::LangStringLiteral { value: all, language },
        None => Value::StringLiteral(all),
    })
}
