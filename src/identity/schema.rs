//! Which columns are compared, and as what.
//!
//! Comes in: a table of records. Leaves: the attributes. Columns of names are put together to whole names, lines of an
//! address to an address where some records have it in one cell. Never compares.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::identity::attribute::Attribute;
use crate::identity::kind::{self, Kind};
use crate::identity::normalize::{fold, organisation, person, value};
use crate::identity::record_table::{Column, RecordTable};

/// What people say about columns: their kinds, where the guess is wrong.
pub type Kinds = FxHashMap<String, Kind>;

/// The attributes of a table.
pub fn attributes(table: &RecordTable, said: &Kinds) -> Vec<Attribute> {
    let columns: Vec<(&Column, Kind)> = table
        .columns
        .iter()
        .map(|column| (column, said.get(&column.name).copied().unwrap_or_else(|| kind::guess(column))))
        .collect();
    let columns: Vec<(&Column, Kind)> =
        columns.into_iter().filter(|(column, _)| !names_the_source(table, column)).collect();
    let n_records = table.n_records();
    let mut attributes = Vec::new();
    attributes.extend(person_name(&columns, n_records));
    attributes.extend(generation(&columns, n_records));
    attributes.extend(organisation_name(&columns, n_records));
    attributes.extend(legal_form(&columns, n_records));
    let whole = of_kinds(&columns, &[Kind::WholeAddress]);
    let place = &[Kind::WholeAddress, Kind::Address, Kind::Place, Kind::Postcode];
    let is_whole = !whole.is_empty();
    let is_region =
        |column: &Column| kind::header_words(&column.name).iter().any(|it| it == "state" || it == "country");
    let is_of_address =
        |column: &Column, kind: Kind| place.contains(&kind) || (kind == Kind::Category && is_region(column));
    if is_whole {
        let mut lines = of_kinds(&columns, place);
        lines.extend(
            columns.iter().filter(|(column, kind)| *kind == Kind::Category && is_region(column)).map(|it| it.0),
        );
        attributes.extend(joined("address", Kind::WholeAddress, &lines, n_records));
    }
    let is_name = |kind| matches!(kind, Kind::PersonName | Kind::GivenName | Kind::FamilyName | Kind::OrganisationName);
    for (column, kind) in &columns {
        let is_used = is_name(*kind) || *kind == Kind::Nothing || (is_whole && is_of_address(column, *kind));
        if !is_used {
            attributes.extend(single(column, *kind));
        }
    }
    derive_mailboxes(&mut attributes);
    attributes
}

/// A mailbox that is made of a person's name says what the name says.
fn derive_mailboxes(attributes: &mut [Attribute]) {
    // names stand first
    let Some((names, others)) = attributes.split_first_mut().filter(|it| it.0.kind == Kind::PersonName) else { return };
    for mail in others.iter_mut().filter(|it| it.kind == Kind::Email) {
        mail.derive(|local, record| {
            let is_of = |name: &u32| person::is_made_of(local, &names.text(*name).split(' ').collect::<Vec<_>>());
            names.of(record).iter().any(is_of)
        });
    }
}

/// Whether a column only says which source a record is from.
fn names_the_source(table: &RecordTable, column: &Column) -> bool {
    let mut value: Vec<Option<&str>> = vec![None; table.sources.len()];
    table.sources.len() > 1
        && table
            .source
            .iter()
            .zip(&column.cells)
            .all(|(&source, cell)| *value[source as usize].get_or_insert(cell) == &**cell)
        && value.iter().flatten().any(|it| !it.is_empty())
}

fn of_kinds<'a>(columns: &[(&'a Column, Kind)], kinds: &[Kind]) -> Vec<&'a Column> {
    let mut found = Vec::new();
    for wanted in kinds {
        found.extend(columns.iter().filter(|(_, kind)| kind == wanted).map(|(column, _)| *column));
    }
    found
}

fn is_empty(attribute: &Attribute) -> bool {
    attribute.n_values() < 2
}

fn attribute(
    name: &str,
    kind: Kind,
    n_records: usize,
    values: impl Fn(usize) -> Vec<String> + Sync,
) -> Option<Attribute> {
    let values = (0..n_records).into_par_iter().map(|record| {
        let mut values = values(record);
        values.retain(|value| !value.is_empty());
        values.sort_unstable();
        values.dedup();
        values
    });
    let attribute = Attribute::new(name, kind, values.collect());
    (!is_empty(&attribute)).then_some(attribute)
}

fn cell(column: &Column, record: usize) -> &str {
    let cell = &*column.cells[record];
    if value::is_nothing(cell) { "" } else { cell }
}

fn joined_cells(columns: &[&Column], record: usize) -> String {
    columns.iter().map(|column| cell(column, record)).collect::<Vec<_>>().join(" ")
}

/// Whole names: those of the column that has the longest, or the parts put together; names in another script beside them.
fn person_name(columns: &[(&Column, Kind)], n_records: usize) -> Option<Attribute> {
    let is_native = |column: &&Column| kind::header_words(&column.name).iter().any(|word| word == "native");
    let whole = of_kinds(columns, &[Kind::PersonName]);
    let letters = |column: &Column| column.cells.iter().map(|cell| cell.len()).sum::<usize>();
    let longest = whole.iter().filter(|it| !is_native(it)).max_by_key(|column| letters(column)).copied();
    let native: Vec<&Column> = whole.into_iter().filter(is_native).collect();
    let parts = of_kinds(columns, &[Kind::GivenName, Kind::FamilyName]);
    attribute("name", Kind::PersonName, n_records, |record| {
        let whole = longest.map_or("", |column| cell(column, record));
        let name = if whole.is_empty() { joined_cells(&parts, record) } else { whole.to_owned() };
        let names = std::iter::once(name).chain(native.iter().map(|column| cell(column, record).to_owned()));
        names.map(|name| person::words(&name).join(" ")).collect()
    })
}

fn generation(columns: &[(&Column, Kind)], n_records: usize) -> Option<Attribute> {
    let names = of_kinds(columns, &[Kind::PersonName, Kind::GivenName, Kind::FamilyName]);
    attribute("generation", Kind::Generation, n_records, |record| {
        let marks = names.iter().map(|column| person::generation(cell(column, record)).to_owned());
        marks.filter(|mark| !mark.is_empty()).take(1).collect()
    })
}

fn organisation_name(columns: &[(&Column, Kind)], n_records: usize) -> Option<Attribute> {
    let names = of_kinds(columns, &[Kind::OrganisationName]);
    attribute("organisation", Kind::OrganisationName, n_records, |record| {
        let readings = organisation::telling_readings(names.iter().map(|column| cell(column, record)));
        readings.iter().map(|name| name.words.join(" ")).collect()
    })
}

fn legal_form(columns: &[(&Column, Kind)], n_records: usize) -> Option<Attribute> {
    let names = of_kinds(columns, &[Kind::OrganisationName]);
    attribute("legal form", Kind::LegalForm, n_records, |record| {
        let readings = names.iter().flat_map(|column| organisation::readings(cell(column, record)));
        readings.filter_map(|name| name.sort().map(str::to_owned)).take(1).collect()
    })
}

fn joined(name: &str, kind: Kind, columns: &[&Column], n_records: usize) -> Option<Attribute> {
    attribute(name, kind, n_records, |record| vec![spell(kind, &joined_cells(columns, record))])
}

fn single(column: &Column, kind: Kind) -> Option<Attribute> {
    attribute(&column.name, kind, column.cells.len(), |record| vec![spell(kind, cell(column, record))])
}

/// A cell in the one spelling of its kind.
fn spell(kind: Kind, text: &str) -> String {
    match kind {
        Kind::Date => value::date(text),
        Kind::Phone => value::phone(text),
        Kind::Email => value::email(text),
        Kind::Postcode | Kind::Identifier | Kind::Registration | Kind::Code | Kind::Category => value::compact(text),
        _ => {
            let words = fold::words(text);
            let mut words: Vec<&str> = words.iter().map(|word| organisation::in_address(word)).collect();
            words.retain(|word| !organisation::is_stop_word(word));
            words.join(" ")
        }
    }
}
