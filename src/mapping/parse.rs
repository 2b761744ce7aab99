//! The text of a mapping to a [`Mapping`]: files, computed columns and things.
//!
//! Comes in: TOML. Leaves: the specification, or all mistakes. Values are read in `parse_value`.

use std::collections::BTreeSet;

use oxigraph::model::NamedNode;
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, ValueDeserializer};

use super::field::{Field, KINDS, Kind, Range};
use super::mistake::{MappingError, Mistakes};
use super::parse_value::ValueParser;
use super::reading::{At, Keys};
use super::spec::{FileSpec, Mapping};
use super::template::Name;
use super::value::{Condition, Entity, Known, Let, Said};
use crate::ingest::ReadOptions;
use crate::ontology;

/// Reads a mapping.
pub(in crate::mapping) fn mapping(text: &str, name: &str) -> Result<Mapping, MappingError> {
    let mut mistakes = Mistakes::new(text);
    let root = match DeTable::parse(text) {
        Ok(root) => root,
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            mistakes.add(at, error.message().trim_end().replace('\n', ", "), None);
            return mistakes.finish(name, None);
        }
    };
    let keys = Keys::new(root.get_ref(), 0, "a mapping");
    let mapping = Parser { values: ValueParser::new(&mut mistakes) }.mapping(keys, text, name);
    mistakes.finish(name, mapping)
}

struct Parser<'m, 't> {
    values: ValueParser<'m, 't>,
}

impl Parser<'_, '_> {
    fn mapping(mut self, mut keys: Keys<'_>, text: &str, name: &str) -> Option<Mapping> {
        let source = keys.need("source", self.values.mistakes).and_then(|it| self.source(it));
        let title = keys.get("title").and_then(|it| it.text(self.values.mistakes));
        let export = keys.get("export").and_then(|it| it.one_of(&["full", "additions"], self.values.mistakes));
        let needed = keys.get("files").map(|it| it.texts(self.values.mistakes));
        if let Some(region) = keys.get("region") {
            self.values.set_region(region);
        }
        let items: Vec<_> = keys.need("file", self.values.mistakes).map(|it| it.items().collect()).unwrap_or_default();
        let files: Vec<_> = items.into_iter().filter_map(|item| self.file(item)).collect();
        keys.finish(self.values.mistakes);
        let needed = match needed {
            Some(needed) => needed.into_iter().map(|(_, path)| path).collect(),
            None => files.iter().filter(|file| !file.is_optional).map(|file| file.path.clone()).collect(),
        };
        let is_whole = export.is_some_and(|export| export == "full");
        let (name, text, tables) = (name.to_owned(), text.to_owned(), self.values.tables);
        let mut mapping = Mapping { name, text, source: source?, title, is_whole, needed, files, tables };
        mapping.share_read_options();
        Some(mapping)
    }

    fn source(&mut self, value: At<'_>) -> Option<String> {
        let source = value.text(self.values.mistakes)?;
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
        if source.is_empty() || !source.chars().all(fits) {
            let message = format!("expected lower-case letters, digits, _ and -, found \"{source}\"");
            self.values.mistakes.add(value.at, message, None);
        }
        Some(source)
    }

    fn file(&mut self, item: At<'_>) -> Option<FileSpec> {
        let mut keys = item.table("[[file]]", self.values.mistakes)?;
        let path = keys.need("path", self.values.mistakes).and_then(|it| it.text(self.values.mistakes));
        let source = keys.get("source").and_then(|it| self.values.template(it));
        let read = keys.get("read").map(|it| self.read_options(it)).unwrap_or_default();
        let mut flag = |keys: &mut Keys<'_>, key, default| {
            keys.get(key).and_then(|it| it.boolean(self.values.mistakes)).unwrap_or(default)
        };
        let is_optional = flag(&mut keys, "optional", false);
        let is_rdf = flag(&mut keys, "rdf", false);
        let keeps_raw = flag(&mut keys, "raw", true);
        let known = keys.get("known").and_then(|it| self.known(it)).unwrap_or(Known::Always);
        let conditions = keys.get("where").map(|it| self.conditions(it)).unwrap_or_default();
        let dropped = keys.get("drop").map(|it| it.texts(self.values.mistakes)).unwrap_or_default();
        let lets = keys.get("let").map(|it| self.lets(it)).unwrap_or_default();
        let entities = self.entities(&mut keys);
        let at = keys.at;
        keys.finish(self.values.mistakes);
        let path = path?;
        let spec =
            FileSpec { path, is_optional, is_rdf, source, read, known, conditions, dropped, keeps_raw, lets, entities };
        let has_day = matches!(spec.known, Known::On(_));
        if spec.reads_rdf(&spec.path) && (has_day || !spec.entities.is_empty() || !spec.lets.is_empty()) {
            let hint = "keep \"path\", \"known\" (\"always\" or \"load\"), \"source\" and \"optional\"".to_owned();
            self.values.mistakes.add(at, format!("{} is RDF, which has no rows or columns", spec.path), Some(hint));
        } else if spec.entities.is_empty() && !spec.reads_rdf(&spec.path) {
            let hint = "add at least one [[file.account]], [[file.transaction]], …".to_owned();
            self.values.mistakes.add(at, format!("nothing says what the rows of {} are", spec.path), Some(hint));
        }
        Some(spec)
    }

    fn read_options(&mut self, value: At<'_>) -> ReadOptions {
        let deserializer = ValueDeserializer::from(Spanned::new(value.at..value.at, value.value.clone()));
        ReadOptions::deserialize(deserializer).unwrap_or_else(|error| {
            let at = error.span().map_or(value.at, |span| span.start);
            self.values.mistakes.add(at, format!("read: {}", error.message()), None);
            ReadOptions::default()
        })
    }

    fn known(&mut self, value: At<'_>) -> Option<Known<Name>> {
        match value.value.as_str() {
            Some("always") => Some(Known::Always),
            Some("load") => Some(Known::OnLoad),
            Some(text) if !text.contains('{') => {
                let hint = "expected \"always\", \"load\" or a column with a date like \"{OrderDate}\"".to_owned();
                self.values.mistakes.add(value.at, format!("\"{text}\" is no day"), Some(hint));
                None
            }
            _ => Some(Known::On(Box::new(self.values.value(value, Range::Date, "known")?))),
        }
    }

    fn conditions(&mut self, value: At<'_>) -> Vec<Condition<Name>> {
        let mut conditions = Vec::new();
        for (at, text) in value.texts(self.values.mistakes) {
            match Condition::parse(&text, at) {
                Ok(condition) => conditions.push(condition),
                Err(message) => self.values.mistakes.add(at, message, None),
            }
        }
        conditions
    }

    fn lets(&mut self, value: At<'_>) -> Vec<Let<Name>> {
        let Some(keys) = value.table("[file.let]", self.values.mistakes) else { return Vec::new() };
        let mut lets = Vec::new();
        for (_, name, value) in keys.all() {
            let value = self.values.value(value, Range::Text, name);
            lets.extend(value.map(|value| Let { name: name.to_owned(), value }));
        }
        lets
    }

    fn entities(&mut self, keys: &mut Keys<'_>) -> Vec<Entity<Name>> {
        let mut entities = Vec::new();
        for kind in KINDS {
            let items: Vec<_> = keys.get(kind.name).map(|it| it.items().collect()).unwrap_or_default();
            entities.extend(items.into_iter().filter_map(|item| self.entity(kind, item)));
        }
        entities.sort_by_key(|entity| entity.at);
        entities
    }

    fn entity(&mut self, kind: &'static Kind, item: At<'_>) -> Option<Entity<Name>> {
        let mut keys = item.table(&format!("[[file.{}]]", kind.name), self.values.mistakes)?;
        let id = match kind.identity.is_empty() {
            true => keys.need("id", self.values.mistakes),
            false => keys.get("id"),
        };
        let id = id.and_then(|it| self.values.value(it, Range::Link, "id"));
        let when = keys.get("when").map(|it| self.conditions(it)).unwrap_or_default();
        let known = keys.get("known").and_then(|it| self.known(it));
        let classes = keys.get("class").map(|it| self.classes(it)).unwrap_or_default();
        if kind.name == "thing" && classes.is_empty() {
            self.values.mistakes.add(keys.at, "[[file.thing]] has no \"class\"", None);
        }
        let mut fields = Vec::new();
        for field in kind.fields {
            let values: Vec<_> = keys.get(field.name).map(|it| it.items().collect()).unwrap_or_default();
            let said = values.into_iter().filter_map(|it| self.said(field, it));
            fields.extend(said.collect::<Vec<_>>());
        }
        self.check_needed(kind, &keys);
        fields.extend(keys.get("properties").map(|it| self.properties(it)).unwrap_or_default());
        fields.sort_by_key(|said| !said.is_structural);
        let at = keys.at;
        keys.finish(self.values.mistakes);
        Some(Entity { at, kind, classes, id, when, known, fields })
    }

    fn check_needed(&mut self, kind: &Kind, keys: &Keys<'_>) {
        for field in kind.fields {
            let is_needed = field.is_structural || field.range == Range::TransactionKind;
            if is_needed && !keys.has(field.name) {
                let message = format!("[[file.{}]] has no \"{}\"", kind.name, field.name);
                self.values.mistakes.add(keys.at, message, None);
            }
        }
    }

    fn said(&mut self, field: &Field, value: At<'_>) -> Option<Said<Name>> {
        let mut value = self.values.value(value, field.range, field.name)?;
        value.is_required |= field.range == Range::TransactionKind;
        Some(Said {
            name: field.name.to_owned(),
            predicate: field.predicate.as_str().to_owned(),
            is_structural: field.is_structural,
            is_known_then: field.is_known_then,
            value,
        })
    }

    fn properties(&mut self, value: At<'_>) -> Vec<Said<Name>> {
        let Some(keys) = value.table("properties", self.values.mistakes) else { return Vec::new() };
        let mut properties = Vec::new();
        for (at, name, values) in keys.all() {
            let predicate = self.iri(at, name, "property", ontology::KA_PROPERTIES);
            for value in values.items() {
                let value = self.values.value(value, Range::Text, name);
                let (Some(predicate), Some(value)) = (&predicate, value) else { continue };
                let (name, predicate) = (name.to_owned(), predicate.clone());
                properties.push(Said { name, predicate, is_structural: false, is_known_then: false, value });
            }
        }
        properties
    }

    fn classes(&mut self, value: At<'_>) -> Vec<String> {
        let names = value.texts(self.values.mistakes);
        names.iter().filter_map(|(at, name)| self.iri(*at, name, "class", ontology::KA_CLASSES)).collect()
    }

    /// The IRI of a prefixed name or of an IRI; our own terms must be in the vocabulary.
    fn iri(&mut self, at: usize, name: &str, what: &str, own: &[oxigraph::model::NamedNodeRef<'_>]) -> Option<String> {
        let bare = name.trim_start_matches('<').trim_end_matches('>');
        let (prefix, local) = bare.split_once(':').unwrap_or((bare, ""));
        if local.starts_with("//") || prefix == "urn" {
            return match NamedNode::new(bare) {
                Ok(iri) => Some(iri.into_string()),
                Err(error) => {
                    self.values.mistakes.add(at, format!("{what} \"{name}\": {error}"), None);
                    None
                }
            };
        }
        let known: BTreeSet<_> = own.iter().filter_map(|term| term.as_str().strip_prefix(ontology::KA)).collect();
        let Some((_, namespace)) =
            ontology::PREFIXES.iter().find(|(it, _)| *it == prefix).filter(|_| !local.is_empty())
        else {
            let own_names: Vec<_> = known.iter().map(|local| format!("ka:{local}")).collect();
            let prefixes = ontology::PREFIXES.iter().map(|(prefix, _)| *prefix);
            let known = if local.is_empty() {
                own_names.iter().map(String::as_str).collect()
            } else {
                prefixes.collect::<Vec<_>>()
            };
            self.values.mistakes.unknown(at, if local.is_empty() { what } else { "prefix" }, bare, known);
            return None;
        };
        if prefix == "ka" && !known.contains(local) {
            self.values.mistakes.unknown(at, what, local, known);
            return None;
        }
        Some(format!("{namespace}{local}"))
    }
}

impl Mapping {
    /// Lookups read a file as its own `[[file]]` says, when there is one.
    fn share_read_options(&mut self) {
        for table in &mut self.tables {
            if let Some(file) = self.files.iter().find(|file| file.path == table.path) {
                table.read = file.read.clone();
            }
        }
    }
}
