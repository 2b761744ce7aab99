//! A mapping and the columns of one file to a [`Mapper`]: names become places, ids become IRIs.
//!
//! Comes in: the specification of a file, the file's name and columns. Leaves: a mapper that knows no name any more, or
//! every mistake that only the columns show: a column that is not there, computed columns that need each other.

use std::sync::Arc;

use oxigraph::model::NamedNode;

use super::mistake::Mistakes;
use super::spec::{FileSpec, Mapping, TableSpec};
use super::template::{BUILT_IN, Name, Segment, Slot, Template, push_encoded};
use super::value::{Condition, Entity, Known, Let, Origin, Value};
use crate::ontology;

/// What turns the rows of one file into statements. Holds no data; one mapper serves all threads.
#[derive(Debug)]
pub struct Mapper {
    pub(in crate::mapping) file: Arc<str>,
    pub(in crate::mapping) stem: String,
    pub(in crate::mapping) columns: Arc<[String]>,
    /// Where things of this file have their ids.
    pub(in crate::mapping) base: String,
    /// The graph, when it is not the mapping's own.
    pub(in crate::mapping) graph: Option<String>,
    pub(in crate::mapping) known: Known<Slot>,
    pub(in crate::mapping) conditions: Vec<Condition<Slot>>,
    pub(in crate::mapping) lets: Vec<Let<Slot>>,
    pub(in crate::mapping) entities: Vec<Entity<Slot>>,
    /// Columns that nothing maps, with their predicates.
    pub(in crate::mapping) raw: Vec<(usize, String)>,
}

/// The names that a file's templates may use.
struct Scope<'a> {
    columns: &'a [String],
    lets: Vec<&'a str>,
    path: &'a str,
    is_claimed: Vec<bool>,
}

impl Scope<'_> {
    fn find(&mut self, name: &Name, mistakes: &mut Mistakes<'_>) -> Slot {
        if let Some(at) = self.lets.iter().position(|it| *it == name.text) {
            return Slot::Let(at);
        }
        if let Some(at) = self.columns.iter().position(|it| *it == name.text) {
            self.is_claimed[at] = true;
            return Slot::Column(at);
        }
        match name.text.as_str() {
            "#file" => Slot::FileStem,
            "#row" => Slot::RowNumber,
            _ => {
                let known = self.columns.iter().map(String::as_str).chain(self.lets.iter().copied()).chain(BUILT_IN);
                mistakes.unknown(name.at, &format!("column of {}", self.path), &name.text, known);
                Slot::RowNumber
            }
        }
    }
}

/// The file's name without folders and extensions.
pub(in crate::mapping) fn stem_of(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

impl Mapping {
    /// Compiles the mapping of the file at `path` with these columns; mistakes are noted.
    pub(in crate::mapping) fn compile(
        &self,
        spec: &FileSpec,
        path: &str,
        columns: &Arc<[String]>,
        mistakes: &mut Mistakes<'_>,
    ) -> Mapper {
        let lets = in_order(&spec.lets, mistakes);
        let names = lets.iter().map(|it| it.name.as_str()).collect();
        let mut scope = Scope { columns, lets: names, path, is_claimed: vec![false; columns.len()] };
        let stem = stem_of(path);
        let source = self.source_of(spec, path);
        let base = format!("{}{source}/", ontology::ID);
        let mut find = |name: &Name| scope.find(name, mistakes);
        let lets: Vec<_> =
            lets.iter().map(|it| Let { name: it.name.clone(), value: it.value.resolve(&mut find) }).collect();
        let entities: Vec<_> = spec.entities.iter().map(|entity| entity.resolve(&mut find)).collect();
        let known = spec.known.resolve(&mut find);
        let conditions = spec.conditions.iter().map(|condition| condition.resolve(&mut find)).collect();
        let entities = entities.into_iter().map(|entity| with_iris(entity, &base, mistakes)).collect();
        let raw = raw_columns(spec, &scope, &source, stem, mistakes);
        let graph = spec.source.is_some().then(|| self.graph_of(spec, path));
        let (file, stem, columns) = (path.into(), stem.to_owned(), columns.clone());
        let is_needed = scope.is_claimed;
        Mapper { file, stem, columns, base, graph, known, conditions, lets, entities, raw }.projected(is_needed)
    }

    /// The graph of a file's statements.
    pub(in crate::mapping) fn graph_of(&self, spec: &FileSpec, path: &str) -> String {
        format!("{}{}", ontology::GRAPH, self.source_of(spec, path))
    }

    /// The source of a file.
    pub(in crate::mapping) fn source_of(&self, spec: &FileSpec, path: &str) -> String {
        let Some(template) = &spec.source else { return self.source.clone() };
        let mut source = String::new();
        for segment in &template.segments {
            match segment {
                Segment::Text(text) => source.push_str(text),
                Segment::Place(_) => push_encoded(&mut source, &stem_of(path).to_lowercase()),
            }
        }
        source
    }
}

impl Mapper {
    /// The same mapper for rows that have only the columns that it needs, so that no other is decoded.
    fn projected(self, mut is_needed: Vec<bool>) -> Self {
        self.raw.iter().for_each(|(at, _)| is_needed[*at] = true);
        let place = |at: usize| is_needed[..at].iter().filter(|it| **it).count();
        let mut find = |slot: &Slot| match slot {
            Slot::Column(at) => Slot::Column(place(*at)),
            other => *other,
        };
        let lets = self.lets.iter().map(|it| Let { name: it.name.clone(), value: it.value.resolve(&mut find) });
        let columns = self.columns.iter().zip(&is_needed).filter(|(_, is_needed)| **is_needed);
        Self {
            lets: lets.collect(),
            known: self.known.resolve(&mut find),
            conditions: self.conditions.iter().map(|condition| condition.resolve(&mut find)).collect(),
            entities: self.entities.iter().map(|entity| entity.resolve(&mut find)).collect(),
            raw: self.raw.iter().map(|(at, predicate)| (place(*at), predicate.clone())).collect(),
            columns: columns.map(|(name, _)| name.clone()).collect(),
            ..self
        }
    }
}

/// Checks that a lookup's columns are there.
pub(in crate::mapping) fn check_table(spec: &TableSpec, columns: &[String], mistakes: &mut Mistakes<'_>) {
    for name in spec.keys.iter().chain(&spec.takes) {
        if !columns.contains(name) {
            mistakes.unknown(spec.at, &format!("column of {}", spec.path), name, columns.iter().map(String::as_str));
        }
    }
}

/// The columns that are kept raw: those that no template, condition or `drop` names.
fn raw_columns(
    spec: &FileSpec,
    scope: &Scope<'_>,
    source: &str,
    stem: &str,
    mistakes: &mut Mistakes<'_>,
) -> Vec<(usize, String)> {
    for (at, name) in &spec.dropped {
        if !scope.columns.contains(name) {
            let known = scope.columns.iter().map(String::as_str);
            mistakes.unknown(*at, &format!("column of {}", scope.path), name, known);
        }
    }
    let is_dropped = |name: &String| !spec.keeps_raw || spec.dropped.iter().any(|(_, it)| it == name);
    let columns = scope.columns.iter().enumerate().zip(&scope.is_claimed);
    let kept = columns.filter(|((_, name), is_claimed)| !**is_claimed && !is_dropped(name));
    kept.map(|((at, name), _)| {
        let mut iri = format!("{}{source}/", ontology::RAW);
        push_encoded(&mut iri, stem);
        iri.push('/');
        push_encoded(&mut iri, name);
        (at, iri)
    })
    .collect()
}

/// The computed columns so that each comes after those that it needs.
fn in_order(lets: &[Let<Name>], mistakes: &mut Mistakes<'_>) -> Vec<Let<Name>> {
    let mut waiting: Vec<&Let<Name>> = lets.iter().collect();
    let mut ordered: Vec<Let<Name>> = Vec::new();
    while !waiting.is_empty() {
        let names: Vec<_> = waiting.iter().map(|it| it.name.as_str()).collect();
        let needs = |it: &Let<Name>| it.value.places().iter().any(|name| names.contains(&name.text.as_str()));
        let Some(at) = waiting.iter().position(|it| !needs(it)) else {
            let message = format!("the computed columns {} need each other", names.join(", "));
            mistakes.add(waiting[0].value.at, message, None);
            ordered.extend(waiting.into_iter().cloned());
            break;
        };
        ordered.push(waiting.remove(at).clone());
    }
    ordered
}

/// Completes the templates of ids and links to IRIs.
fn with_iris(mut entity: Entity<Slot>, base: &str, mistakes: &mut Mistakes<'_>) -> Entity<Slot> {
    let values = entity.fields.iter_mut().map(|said| &mut said.value);
    for value in entity.id.iter_mut().chain(values).filter(|value| value.range == super::field::Range::Link) {
        complete(value, base, mistakes);
    }
    entity
}

fn complete(value: &mut Value<Slot>, base: &str, mistakes: &mut Mistakes<'_>) {
    let at = value.at;
    let Origin::Template(template) = &mut value.origin else {
        let hint = "compute the key in [file.let] and write \"account/{key}\"".to_owned();
        mistakes.add(at, "expected an id with placeholders for a link", Some(hint));
        return;
    };
    let first = match template.segments.first() {
        Some(Segment::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let is_absolute = ["http://", "https://", "urn:"].iter().any(|scheme| first.starts_with(scheme));
    if !is_absolute {
        let start = match first.strip_prefix('/') {
            Some(shared) => format!("{}{shared}", ontology::ID),
            None => format!("{base}{first}"),
        };
        match template.segments.first_mut() {
            Some(Segment::Text(text)) => *text = start,
            _ => template.segments.insert(0, Segment::Text(start)),
        }
    }
    check_iri(at, template, mistakes);
}

fn check_iri(at: usize, template: &Template<Slot>, mistakes: &mut Mistakes<'_>) {
    let sample = template.segments.iter().map(|segment| match segment {
        Segment::Text(text) => text,
        Segment::Place(_) => "x",
    });
    let sample: String = sample.collect();
    if let Err(error) = NamedNode::new(&sample) {
        let hint = Some("blanks and other special characters stand in an id only through a placeholder".to_owned());
        mistakes.add(at, format!("\"{sample}\" is no IRI: {error}"), hint);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
source = "crm"
[[file]]
path = "crm/a.csv.gz"
where = ["state != gone"]
drop = ["fax"]
[file.let]
b = "{a}{state}"
a = "{no}"
[[file.account]]
id = "account/{b}"
name = "{name}"
parent = "/account/{no}"
"#;

    fn compiled(text: &str, columns: &[&str]) -> Result<Mapper, String> {
        let mapping = Mapping::parse(text, "crm.toml").map_err(|error| error.to_string())?;
        let mut mistakes = Mistakes::new(&mapping.text);
        let columns: Vec<_> = columns.iter().map(|&it| it.to_owned()).collect();
        let mapper = mapping.compile(&mapping.files[0], "crm/a.csv.gz", &columns.into(), &mut mistakes);
        mistakes.finish("crm.toml", Some(mapper)).map_err(|error| error.to_string())
    }

    #[test]
    fn names_become_places_and_unmapped_columns_stay_raw() {
        let mapper = compiled(TEXT, &["no", "name", "fax", "state", "note 1"]).unwrap();
        assert_eq!(mapper.lets.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(mapper.columns.join(","), "no,name,state,note 1", "a dropped column is not even read");
        assert_eq!(mapper.raw, [(3, "https://w3id.org/kagraph/raw/crm/a/note%201".to_owned())]);
        let Origin::Template(parent) = &mapper.entities[0].fields[1].value.origin else { panic!("no template") };
        assert_eq!(parent.segments[0], Segment::Text("https://w3id.org/kagraph/id/account/".to_owned()));
    }

    #[test]
    fn every_unknown_column_is_named_with_the_nearest_one() {
        let message = compiled(TEXT, &["no", "Name", "Fax", "status"]).unwrap_err();
        assert!(message.contains("4 mistakes"), "{message}");
        assert!(message.contains("line 12, column 8: unknown column of crm/a.csv.gz \"name\""), "{message}");
        assert!(message.contains("did you mean \"Name\"?") && message.contains("did you mean \"Fax\"?"), "{message}");
    }

    #[test]
    fn computed_columns_that_need_each_other_are_refused() {
        let message = compiled(&TEXT.replace("{no}\"\n[[", "{b}\"\n[["), &["no", "name", "fax", "state"]).unwrap_err();
        assert!(message.contains("the computed columns b, a need each other"), "{message}");
    }

    #[test]
    fn an_id_with_a_blank_is_refused() {
        let message =
            compiled(&TEXT.replace("/account/", "/my account/"), &["no", "name", "fax", "state"]).unwrap_err();
        assert!(message.contains("is no IRI"), "{message}");
    }
}
