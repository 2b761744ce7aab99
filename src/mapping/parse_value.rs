//! One value of a mapping file: its origin, its cleaning, and what its field takes.
//!
//! Comes in: a text or a table of TOML. Leaves: a [`Value`] with names for placeholders; lookups are entered in the
//! mapping's list of tables, so that two lookups by the same key of the same file share one.

use std::collections::BTreeMap;

use phonenumber::country;

use super::cleaning::{Cleaning, DateReader, NumberReader, Rule, boolean, integer, lei, region, share};
use super::field::{Range, TRANSACTION_KINDS};
use super::mistake::Mistakes;
use super::reading::{At, Keys};
use super::spec::TableSpec;
use super::template::{Name, Template};
use super::value::{Operator, Origin, Value};
use crate::ingest::ReadOptions;
use crate::model::{BuyingRole, Function, Level};

pub(in crate::mapping) struct ValueParser<'m, 't> {
    pub(in crate::mapping) mistakes: &'m mut Mistakes<'t>,
    pub(in crate::mapping) tables: Vec<TableSpec>,
    region: Option<country::Id>,
}

impl<'m, 't> ValueParser<'m, 't> {
    pub(in crate::mapping) fn new(mistakes: &'m mut Mistakes<'t>) -> Self {
        Self { mistakes, tables: Vec::new(), region: None }
    }

    /// Sets the region of phone numbers for all values read from now on.
    pub(in crate::mapping) fn set_region(&mut self, value: At<'_>) {
        self.region = self.region_of(value);
    }

    fn region_of(&mut self, value: At<'_>) -> Option<country::Id> {
        let code = value.text(self.mistakes)?;
        let found = region(&code);
        if found.is_none() {
            let message = format!("\"{code}\" is no region; expected two letters like GB or CN");
            self.mistakes.add(value.at, message, None);
        }
        found
    }

    pub(in crate::mapping) fn template(&mut self, value: At<'_>) -> Option<Template<Name>> {
        let text = value.text(self.mistakes)?;
        Template::parse(&text, value.at).map_err(|message| self.mistakes.add(value.at, message, None)).ok()
    }

    fn templates(&mut self, value: At<'_>) -> Vec<Template<Name>> {
        value.items().filter_map(|item| self.template(item)).collect()
    }

    /// Reads the value of a field called `name` that takes `range`.
    pub(in crate::mapping) fn value(&mut self, value: At<'_>, range: Range, name: &str) -> Option<Value<Name>> {
        let parsed = match value.value.as_table() {
            None => {
                let template = self.template(value)?;
                let mut parsed = Value::new(value.at, Origin::Template(template), range);
                parsed.cleaning.region = self.region;
                parsed
            }
            Some(_) => {
                let mut keys = value.table(&format!("\"{name}\""), self.mistakes)?;
                let parsed = self.table(&mut keys, range);
                keys.finish(self.mistakes);
                parsed?
            }
        };
        self.check_constants(&parsed);
        self.check_split(&parsed);
        Some(parsed)
    }

    fn table(&mut self, keys: &mut Keys<'_>, range: Range) -> Option<Value<Name>> {
        let range = self.range(keys, range);
        let origin = self.origin(keys);
        let cleaning = self.cleaning(keys);
        let default = keys.get("default").and_then(|it| self.template(it));
        let split = keys.get("split").and_then(|it| it.text(self.mistakes)).filter(|it| !it.is_empty());
        let is_required = keys.get("required").and_then(|it| it.boolean(self.mistakes)).unwrap_or(false);
        let known = keys.get("known").and_then(|it| self.value(it, Range::Date, "known")).map(Box::new);
        let language = keys.get("lang").and_then(|it| it.text(self.mistakes)).map(|it| it.to_lowercase());
        Some(Value { at: keys.at, origin: origin?, cleaning, default, split, is_required, known, range, language })
    }

    /// The range asked for with `as`, where the field leaves it open.
    fn range(&mut self, keys: &mut Keys<'_>, range: Range) -> Range {
        if range != Range::Text {
            return range;
        }
        let Some(value) = keys.get("as") else { return range };
        let Some(name) = value.text(self.mistakes) else { return range };
        let found = Range::NAMED.iter().find(|(it, _)| *it == name);
        if found.is_none() {
            self.mistakes.unknown(value.at, "kind of value", &name, Range::NAMED.iter().map(|(name, _)| *name));
        }
        found.map_or(range, |(_, range)| *range)
    }

    fn origin(&mut self, keys: &mut Keys<'_>) -> Option<Origin<Name>> {
        let mut origins: Vec<Option<Origin<Name>>> = Vec::new();
        if let Some(value) = keys.get("value") {
            origins.push(self.template(value).map(Origin::Template));
        }
        if let Some(path) = keys.get("lookup") {
            origins.push(self.lookup(path, keys));
        }
        for (name, operator) in Operator::NAMED {
            if let Some(value) = keys.get(name) {
                let operands = self.templates(value);
                self.check_operands(value, &operands);
                origins.push(Some(Origin::Arithmetic { operator, operands }));
            }
        }
        if let Some(from) = keys.get("date") {
            let plus = keys.need("plus_days", self.mistakes).and_then(|it| self.template(it));
            let from = self.template(from);
            origins.push(from.and_then(|from| Some(Origin::Days { from, plus: plus? })));
        }
        if origins.len() == 1 {
            return origins.pop().flatten();
        }
        let expected = "one of \"value\", \"lookup\", \"multiply\", \"add\", \"subtract\", \"divide\", \"date\"";
        self.mistakes.add(keys.at, format!("expected {expected} in this table, found {}", origins.len()), None);
        None
    }

    fn check_operands(&mut self, list: At<'_>, operands: &[Template<Name>]) {
        if operands.len() < 2 {
            self.mistakes.add(list.at, "expected a list of two or more values", None);
        }
        for (item, operand) in list.items().zip(operands) {
            let constant = operand.as_constant().filter(|text| text.parse::<rust_decimal::Decimal>().is_err());
            if let Some(text) = constant {
                let hint = Some(format!("write \"{{{text}}}\" for the column"));
                self.mistakes.add(item.at, format!("\"{text}\" is no number"), hint);
            }
        }
    }

    fn lookup(&mut self, path: At<'_>, keys: &mut Keys<'_>) -> Option<Origin<Name>> {
        let on = keys.need("on", self.mistakes).map(|it| it.texts(self.mistakes)).unwrap_or_default();
        let take = keys.need("take", self.mistakes).and_then(|it| it.text(self.mistakes));
        let missing = keys.get("missing").and_then(|it| it.one_of(&["empty", "reject"], self.mistakes));
        let mut columns = Vec::new();
        let mut templates = Vec::new();
        for (at, text) in on {
            let Some((column, key)) = text.split_once('=') else {
                let hint = Some("write \"column of the other file = {column of this file}\"".to_owned());
                self.mistakes.add(at, format!("\"{text}\" is no key"), hint);
                continue;
            };
            columns.push(column.trim().trim_start_matches('{').trim_end_matches('}').to_owned());
            match Template::parse(key.trim(), at) {
                Ok(template) => templates.push(template),
                Err(message) => self.mistakes.add(at, message, None),
            }
        }
        let file = path.text(self.mistakes)?;
        let (table, take) = self.table_of(path.at, file, columns, take?);
        Some(Origin::Lookup { table, take, keys: templates, is_needed: missing.as_deref() == Some("reject") })
    }

    fn table_of(&mut self, at: usize, path: String, keys: Vec<String>, take: String) -> (usize, usize) {
        let known = self.tables.iter().position(|table| table.path == path && table.keys == keys);
        let table = known.unwrap_or(self.tables.len());
        if known.is_none() {
            self.tables.push(TableSpec { at, path, read: ReadOptions::default(), keys, takes: Vec::new() });
        }
        let takes = &mut self.tables[table].takes;
        let place = takes.iter().position(|it| *it == take).unwrap_or(takes.len());
        if place == takes.len() {
            takes.push(take);
        }
        (table, place)
    }

    fn cleaning(&mut self, keys: &mut Keys<'_>) -> Cleaning {
        let names = keys.get("clean").map(|it| it.texts(self.mistakes)).unwrap_or_default();
        let mut rules = Vec::new();
        for (at, name) in names {
            match Rule::NAMED.iter().find(|(it, _)| *it == name) {
                Some((_, rule)) => rules.push(*rule),
                None => self.mistakes.unknown(at, "cleaning rule", &name, Rule::NAMED.iter().map(|(name, _)| *name)),
            }
        }
        let empty = keys.get("empty").map(|it| it.texts(self.mistakes)).unwrap_or_default();
        let empty = empty.into_iter().map(|(_, text)| text).collect();
        let map = keys.get("map").map(|it| self.map(it)).unwrap_or_default();
        let otherwise = keys.get("otherwise").and_then(|it| it.text(self.mistakes));
        let region = keys.get("region").and_then(|it| self.region_of(it)).or(self.region);
        Cleaning { rules, empty, map, otherwise, number: self.number(keys), date: self.date(keys), region }
    }

    fn map(&mut self, value: At<'_>) -> BTreeMap<String, String> {
        let Some(keys) = value.table("map", self.mistakes) else { return BTreeMap::new() };
        let entries = keys.all().into_iter();
        entries.filter_map(|(_, key, value)| Some((key.to_owned(), value.text(self.mistakes)?))).collect()
    }

    fn number(&mut self, keys: &mut Keys<'_>) -> NumberReader {
        let sign = keys.get("decimal").and_then(|it| it.one_of(&[".", ","], self.mistakes));
        sign.map_or_else(NumberReader::default, |sign| NumberReader { decimal: if sign == "," { ',' } else { '.' } })
    }

    fn date(&mut self, keys: &mut Keys<'_>) -> DateReader {
        let formats = keys.get("format").map(|it| it.texts(self.mistakes)).unwrap_or_default();
        let pivot = keys.get("pivot").and_then(|it| it.integer(self.mistakes));
        let at = formats.first().map_or(keys.at, |(at, _)| *at);
        let formats: Vec<_> = formats.into_iter().map(|(_, format)| format).collect();
        DateReader::new(&formats, pivot).unwrap_or_else(|message| {
            self.mistakes.add(at, message, None);
            DateReader::default()
        })
    }

    fn check_split(&mut self, value: &Value<Name>) {
        if value.split.is_none() {
            return;
        }
        let n_places = match &value.origin {
            Origin::Template(template) => template.places().count(),
            _ => 0,
        };
        if n_places != 1 {
            self.mistakes.add(value.at, "\"split\" needs a value with exactly one placeholder", None);
        }
    }

    /// Constants, replacements and defaults must be what the field takes.
    fn check_constants(&mut self, value: &Value<Name>) {
        let constant = match &value.origin {
            Origin::Template(template) => template.as_constant().filter(|_| value.cleaning.is_nothing()),
            _ => None,
        };
        let default = value.default.as_ref().and_then(Template::as_constant);
        let cleaning = &value.cleaning;
        let mapped = cleaning.map.values().chain(&cleaning.otherwise).map(String::as_str);
        for text in constant.into_iter().chain(default).chain(mapped).filter(|text| !text.is_empty()) {
            self.check_constant(value, text);
        }
    }

    fn check_constant(&mut self, value: &Value<Name>, text: &str) {
        let names: Vec<&str> = match value.range {
            Range::Level => Level::ALL.iter().map(|it| it.name()).collect(),
            Range::Function => Function::ALL.iter().map(|it| it.name()).collect(),
            Range::BuyingRole => BuyingRole::ALL.iter().map(|it| it.name()).collect(),
            Range::OneOf(words) => words.to_vec(),
            Range::TransactionKind => TRANSACTION_KINDS.to_vec(),
            _ => Vec::new(),
        };
        if !names.is_empty() && !names.contains(&text) {
            self.mistakes.unknown(value.at, "value", text, names);
            return;
        }
        let (cleaning, number, mut out) = (&value.cleaning, value.number(), String::new());
        let checked = match value.range {
            Range::Date => cleaning.date.read(text).map(|_| ()),
            Range::Decimal => number.decimal(text, &mut out),
            Range::Share => share(number, text, &mut out),
            Range::Integer => integer(text, &mut out),
            Range::Boolean => boolean(text).map(|_| ()),
            Range::Lei => lei(text).map(|_| ()),
            _ => Ok(()),
        };
        if let Err(message) = checked {
            self.mistakes.add(value.at, message, None);
        }
    }
}
