//! What the graph says of entities, and which value of which record counts.
//!
//! Comes in: a population with its entities and their main records. Leaves: for entities of several records `ka:entity`,
//! `ka:mainRecord`, the values that count and the other names, and every match; and a table of all values with the
//! record that each is from. A value counts when it is the main record's, else that of the first other record that has
//! one. Values that lose stay where they are, at their records. Costs one look-up a value of such entities.

use std::collections::BTreeMap;

use oxigraph::model::{NamedNode, Term};

use crate::discovery::derived::Derived;
use crate::ontology as o;
use crate::pipeline::entities::Population;
use crate::publish::{NamedResolution, PublishError, table};
use crate::store::Snapshot;

/// The graph in which entities and matches live.
pub const IDENTITY_GRAPH: &str = "identity";

/// The entities of several records: main record, and all records with the main one first.
fn entities(mains: &[u32]) -> BTreeMap<u32, Vec<u32>> {
    let mut records: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (record, &main) in mains.iter().enumerate() {
        records.entry(main).or_insert_with(|| vec![main]).extend((record as u32 != main).then_some(record as u32));
    }
    records.retain(|_, records| records.len() > 1);
    records
}

/// Statements about entities and matches, in a fixed order.
pub fn statements(
    snapshot: &Snapshot,
    population: &Population,
    named: &NamedResolution<'_>,
    mains: &[u32],
) -> Vec<Derived> {
    let mut said = Vec::new();
    for (main, records) in entities(mains) {
        let entity = o::entity_iri(&named.ids()[main as usize]);
        let iri = |record: u32| Term::from(NamedNode::new_unchecked(population.iris[record as usize].as_str()));
        let mut say = |subject: &str, predicate, object| {
            said.push(Derived { subject: subject.to_owned(), predicate, object });
        };
        say(&entity, o::RDF_TYPE, o::ENTITY.into());
        say(&entity, o::MAIN_RECORD, iri(main));
        for &record in &records {
            let subject = &population.iris[record as usize];
            say(subject, o::ENTITY_OF, NamedNode::new_unchecked(entity.as_str()).into());
        }
        for (predicate, value) in values(snapshot, population, &records) {
            say(&entity, predicate, value);
        }
    }
    said.extend(named.facts(str::to_owned));
    said
}

/// The values that count for an entity, and its other names.
fn values(
    snapshot: &Snapshot,
    population: &Population,
    records: &[u32],
) -> Vec<(oxigraph::model::NamedNodeRef<'static>, Term)> {
    let mut values = Vec::new();
    for (_, _, predicate) in population.sort.columns() {
        let of = |record: &u32| snapshot.objects(population.ids[*record as usize], *predicate).first().copied();
        let mut found: Vec<_> = records.iter().filter_map(of).collect();
        let Some(&used) = found.first() else { continue };
        values.push((*predicate, snapshot.term(used)));
        if [o::SCHEMA_NAME, o::SCHEMA_LEGAL_NAME, o::FOAF_NAME].contains(predicate) {
            found.sort_unstable();
            found.dedup();
            let others = found.into_iter().filter(|it| *it != used);
            values.extend(others.map(|other| (o::SKOS_ALT_LABEL, snapshot.term(other))));
        }
    }
    values
}

/// Every value of the entities of several records: whose it is, and whether it counts.
pub fn values_csv(
    named: &NamedResolution<'_>,
    population: &Population,
    mains: &[u32],
) -> Result<Vec<u8>, PublishError> {
    let cells = &population.table;
    let mut rows = Vec::new();
    for (main, records) in entities(mains) {
        for column in &cells.columns {
            let filled = records.iter().filter(|record| !column.cells[**record as usize].is_empty());
            for (place, &record) in filled.enumerate() {
                let system = &cells.sources[usize::from(cells.source[record as usize])];
                rows.push(vec![
                    named.ids()[main as usize].clone(),
                    column.name.clone(),
                    column.cells[record as usize].to_string(),
                    if place == 0 { "yes" } else { "no" }.to_owned(),
                    system.clone(),
                    population.iris[record as usize].clone(),
                ]);
            }
        }
    }
    table(&["entity_id", "attribute", "value", "counts", "system", "record"], rows.into_iter())
}
