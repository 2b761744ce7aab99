//! Typed access to a TOML table with the places of its values, so that every mistake names its line.
//!
//! Comes in: a parsed TOML table. Leaves: values of the expected shape; everything else becomes a mistake and the
//! reading goes on, so that all mistakes are found at once.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::Mistakes;

/// A value and the byte at which it stands.
#[derive(Clone, Copy)]
pub(in crate::mapping) struct At<'a> {
    pub(in crate::mapping) at: usize,
    pub(in crate::mapping) value: &'a DeValue<'a>,
}

impl<'a> At<'a> {
    fn of(value: &'a Spanned<DeValue<'a>>) -> Self {
        Self { at: value.span().start, value: value.get_ref() }
    }

    /// The text; a number or truth value counts as the text that it is written with.
    pub(in crate::mapping) fn text(self, mistakes: &mut Mistakes<'_>) -> Option<String> {
        match self.value {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(number) => Some(number.as_str().to_owned()),
            DeValue::Float(number) => Some(number.as_str().to_owned()),
            DeValue::Boolean(truth) => Some(truth.to_string()),
            DeValue::Datetime(day) => Some(day.to_string()),
            DeValue::Array(_) | DeValue::Table(_) => self.expected("a text", mistakes),
        }
    }

    /// The texts of a list; a single text counts as a list of one.
    pub(in crate::mapping) fn texts(self, mistakes: &mut Mistakes<'_>) -> Vec<(usize, String)> {
        self.items().filter_map(|item| Some((item.at, item.text(mistakes)?))).collect()
    }

    /// The items of a list; anything else counts as a list of one.
    pub(in crate::mapping) fn items(self) -> impl Iterator<Item = At<'a>> {
        let items = self.value.as_array();
        let alone = items.is_none().then_some(self);
        items.into_iter().flat_map(|items| items.iter().map(At::of)).chain(alone)
    }

    pub(in crate::mapping) fn boolean(self, mistakes: &mut Mistakes<'_>) -> Option<bool> {
        self.value.as_bool().or_else(|| self.expected("true or false", mistakes))
    }

    pub(in crate::mapping) fn integer(self, mistakes: &mut Mistakes<'_>) -> Option<i16> {
        let number = self.value.as_integer().and_then(|number| number.as_str().parse().ok());
        number.or_else(|| self.expected("a small whole number", mistakes))
    }

    /// The one character of a text.
    pub(in crate::mapping) fn one_of(self, allowed: &[&str], mistakes: &mut Mistakes<'_>) -> Option<String> {
        let text = self.text(mistakes)?;
        if allowed.contains(&text.as_str()) {
            return Some(text);
        }
        mistakes.unknown(self.at, "value", &text, allowed.iter().copied());
        None
    }

    pub(in crate::mapping) fn table(self, what: &str, mistakes: &mut Mistakes<'_>) -> Option<Keys<'a>> {
        match self.value.as_table() {
            Some(table) => Some(Keys::new(table, self.at, what)),
            None => self.expected("a table { … }", mistakes),
        }
    }

    pub(in crate::mapping) fn expected<T>(self, expected: &str, mistakes: &mut Mistakes<'_>) -> Option<T> {
        let found = match self.value {
            DeValue::String(text) => format!("the text \"{text}\""),
            DeValue::Array(_) => "a list".to_owned(),
            DeValue::Table(_) => "a table".to_owned(),
            other => format!("a {}", other.type_str()),
        };
        mistakes.add(self.at, format!("expected {expected}, found {found}"), None);
        None
    }
}

/// The keys of one table; each is asked for once, and what nobody asked for is a mistake.
pub(in crate::mapping) struct Keys<'a> {
    table: &'a DeTable<'a>,
    pub(in crate::mapping) at: usize,
    what: String,
    asked: Vec<&'static str>,
}

impl<'a> Keys<'a> {
    pub(in crate::mapping) fn new(table: &'a DeTable<'a>, at: usize, what: &str) -> Self {
        Self { table, at, what: what.to_owned(), asked: Vec::new() }
    }

    /// The value of a key, when it is given.
    pub(in crate::mapping) fn get(&mut self, key: &'static str) -> Option<At<'a>> {
        self.asked.push(key);
        self.table.get(key).map(At::of)
    }

    /// The value of a key that must be given.
    pub(in crate::mapping) fn need(&mut self, key: &'static str, mistakes: &mut Mistakes<'_>) -> Option<At<'a>> {
        let found = self.get(key);
        if found.is_none() {
            mistakes.add(self.at, format!("{} has no \"{key}\"", self.what), None);
        }
        found
    }

    pub(in crate::mapping) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// All keys with their places and values, in the order of the file.
    pub(in crate::mapping) fn all(&self) -> Vec<(usize, &'a str, At<'a>)> {
        let entries = self.table.iter().map(|(key, value)| (key.span().start, key.get_ref().as_ref(), At::of(value)));
        let mut entries: Vec<_> = entries.collect();
        entries.sort_by_key(|(at, ..)| *at);
        entries
    }

    /// Notes every key that nobody asked for.
    pub(in crate::mapping) fn finish(self, mistakes: &mut Mistakes<'_>) {
        for (at, key, _) in self.all() {
            if !self.asked.contains(&key) {
                mistakes.unknown(at, &format!("key of {}", self.what), key, self.asked.iter().copied());
            }
        }
    }
}
