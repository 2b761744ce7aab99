//! Entities and matches as files: for people, for the graph, and for the next run.
//!
//! Comes in: a resolution and the keys of its records. Leaves: the texts of `entities.csv`, `matches.csv`, `matches.ttl`,
//! `changes.csv`, `conflicts.csv`, `review.csv`, `rules.csv` and `weights.csv`, the same bytes for the same resolution.
//! Records are named and never rewritten. Costs one pass over pairs and records.

use std::collections::BTreeMap;

use oxigraph::io::{RdfFormat, RdfSerializer};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, Term, Triple};

use crate::discovery::derived::Derived;
use crate::identity::cluster::Scored;
use crate::identity::comparison::Level;
use crate::identity::match_weight::{Step, probability};
use crate::identity::stable_ids::{Change, carry_over};
use crate::identity::training::Pair;
use crate::identity::{RecordTable, Resolution};
use crate::ontology as o;
use crate::publish::PublishError;
use crate::publish::rdf::with_sorted_prefixes;

/// Matches below this probability are not written.
const LEAST_WRITTEN: f64 = 0.05;
/// Pairs shown to people for a decision.
const N_REVIEWED: usize = 200;

/// A resolution with the names that its records and entities have outside.
pub struct NamedResolution<'a> {
    table: &'a RecordTable,
    resolution: &'a Resolution,
    keys: &'a [String],
    /// The entity's id of each record.
    ids: Vec<String>,
    /// What became of the entities of the run before.
    changes: Vec<Change>,
    sizes: BTreeMap<u32, usize>,
}

impl<'a> NamedResolution<'a> {
    /// Gives entities the ids that their records had `before` (record key to entity id), and new ones new ids.
    pub fn new(
        table: &'a RecordTable,
        resolution: &'a Resolution,
        keys: &'a [String],
        before: &BTreeMap<String, String>,
    ) -> Self {
        let mut groups: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
        for (&entity, key) in resolution.entities.iter().zip(keys) {
            groups.entry(entity).or_default().push(key);
        }
        let sizes = groups.iter().map(|(entity, keys)| (*entity, keys.len())).collect();
        let (entities, members): (Vec<u32>, Vec<Vec<&str>>) = groups.into_iter().unzip();
        let before = before.iter().map(|(key, id)| (key.as_str(), id.as_str())).collect();
        let (ids, changes) = carry_over(&members, &before);
        let by_entity: BTreeMap<u32, String> = entities.into_iter().zip(ids).collect();
        let ids = resolution.entities.iter().map(|entity| by_entity[entity].clone()).collect();
        Self { table, resolution, keys, ids, changes, sizes }
    }

    /// The entity's id of each record.
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// How many entities there are.
    pub fn n_entities(&self) -> usize {
        self.sizes.len()
    }

    /// One line a record: its entity, its key, what it says.
    ///
    /// # Errors
    /// When the table cannot be put together; never for lack of data.
    pub fn entities_csv(&self) -> Result<Vec<u8>, PublishError> {
        let names: Vec<&str> = self.table.columns.iter().map(|column| column.name.as_str()).collect();
        let head: Vec<&str> = ["entity_id", "record"].into_iter().chain(names).collect();
        let row = |record: usize| {
            let cells = self.table.columns.iter().map(move |column| column.cells[record].to_string());
            [self.ids[record].clone(), self.keys[record].clone()].into_iter().chain(cells).collect()
        };
        table(&head, (0..self.keys.len()).map(row))
    }

    fn matches(&self) -> impl Iterator<Item = &Scored> {
        self.resolution.scored.iter().filter(|it| probability(f64::from(it.ln_odds)) >= LEAST_WRITTEN)
    }

    fn is_one(&self, it: &Scored) -> bool {
        self.resolution.entities[it.pair.0 as usize] == self.resolution.entities[it.pair.1 as usize]
    }

    fn steps(&self, it: &Scored) -> Vec<Step> {
        let steps = self.resolution.waterfall(it.pair.0, it.pair.1).into_iter();
        steps.filter(|step| step.weight != 0.0).collect()
    }

    fn pair_cells(&self, it: &Scored) -> Vec<String> {
        let (one, other) = (it.pair.0 as usize, it.pair.1 as usize);
        vec![
            self.keys[one].clone(),
            self.keys[other].clone(),
            format!("{:.4}", probability(f64::from(it.ln_odds))),
            taken_as(self.is_one(it)).to_owned(),
            reasons(&self.steps(it)),
        ]
    }

    /// One line a pair that may be one: probability, what was made of it, and why.
    ///
    /// # Errors
    /// When the table cannot be put together; never for lack of data.
    pub fn matches_csv(&self) -> Result<Vec<u8>, PublishError> {
        table(&["one", "other", "probability", "taken_as", "why"], self.matches().map(|it| self.pair_cells(it)))
    }

    /// Pairs that look like one and are kept two, with what stands against it.
    ///
    /// # Errors
    /// When the table cannot be put together; never for lack of data.
    pub fn conflicts_csv(&self) -> Result<Vec<u8>, PublishError> {
        let likely = self.matches().filter(|it| it.ln_odds > 0.0 && !self.is_one(it)).map(|it| {
            let against = self.resolution.against(it.pair.0, it.pair.1);
            let mut cells = self.pair_cells(it);
            cells.push(against.unwrap_or_else(|| "the other records of the two entities".to_owned()));
            cells
        });
        let key = |record: u32| self.keys[record as usize].clone();
        let blocked = self.resolution.blocked.iter().map(|it| {
            let is_one = taken_as(self.is_one(&Scored::alone(it.pair, 0.0)));
            let (one, other) = (key(it.pair.0), key(it.pair.1));
            vec![one, other, String::new(), is_one.to_owned(), it.because.clone(), it.against.clone()]
        });
        table(&["one", "other", "probability", "taken_as", "why", "against"], blocked.chain(likely))
    }

    /// The pairs whose decision would change most: how unsure they are, times how many records stand on the smaller side.
    ///
    /// # Errors
    /// When the table cannot be put together; never for lack of data.
    pub fn review_csv(&self) -> Result<Vec<u8>, PublishError> {
        let size = |record: u32| self.sizes[&self.resolution.entities[record as usize]];
        let matter = |it: &Scored| {
            let p = probability(f64::from(it.ln_odds));
            p * (1.0 - p) * size(it.pair.0).min(size(it.pair.1)) as f64
        };
        let mut pairs: Vec<(f64, &Scored)> = self.matches().map(|it| (matter(it), it)).collect();
        pairs.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.pair.cmp(&other.1.pair)));
        let rows = pairs.into_iter().take(N_REVIEWED).map(|(_, it)| {
            let mut cells = self.pair_cells(it);
            cells.push(String::new());
            cells
        });
        table(&["one", "other", "probability", "taken_as", "why", "decision"], rows)
    }

    /// The map from the ids of the run before to those of this one.
    ///
    /// # Errors
    /// When the table cannot be put together; never for lack of data.
    pub fn changes_csv(&self) -> Result<Vec<u8>, PublishError> {
        let row = |it: &Change| vec![it.old.clone(), it.new.clone(), it.fate.name().to_owned()];
        table(&["old_id", "new_id", "fate"], self.changes.iter().map(row))
    }

    /// What each blocking rule brought, and at the end what was not compared for being too much.
    ///
    /// # Errors
    /// When the table cannot be put together; never for lack of data.
    pub fn rules_csv(&self) -> Result<Vec<u8>, PublishError> {
        let blocks = &self.resolution.blocks;
        let row =
            |rule: &str, n_blocks: u64, n_pairs: u64| vec![rule.to_owned(), n_blocks.to_string(), n_pairs.to_string()];
        let rules = blocks.rules.iter().map(|it| row(&it.rule, it.n_blocks, it.n_pairs));
        table(&["rule", "blocks", "pairs"], rules.chain([row("left out of over-large blocks", 0, blocks.n_lost)]))
    }

    /// What was learnt: the share of each level among matches and others.
    ///
    /// # Errors
    /// When the table cannot be put together; never for lack of data.
    pub fn weights_csv(&self) -> Result<Vec<u8>, PublishError> {
        let rows = self.resolution.model.attributes.iter().flat_map(|it| {
            Level::ALL.into_iter().map(move |level| {
                let share = |shares: &[f64]| format!("{:.6}", shares[level as usize]);
                vec![it.name.clone(), level.name().to_owned(), share(&it.m), share(&it.u)]
            })
        });
        table(&["attribute", "level", "m", "u"], rows)
    }

    /// Matches as Turtle, see [`Self::facts`].
    ///
    /// # Errors
    /// When a statement cannot be serialised.
    pub fn matches_turtle(&self) -> Result<Vec<u8>, PublishError> {
        let failure = |error: std::io::Error| PublishError::Serialise(Box::new(error));
        let mut serializer = RdfSerializer::from_format(RdfFormat::Turtle);
        for (prefix, iri) in [("ka", o::KA), ("id", o::ID)] {
            serializer =
                serializer.with_prefix(prefix, iri).map_err(|error| PublishError::Serialise(Box::new(error)))?;
        }
        let mut out = serializer.for_writer(Vec::new());
        for it in self.facts(o::record_iri) {
            let triple = Triple::new(NamedNode::new_unchecked(it.subject), it.predicate, it.object);
            out.serialize_triple(&triple).map_err(failure)?;
        }
        Ok(with_sorted_prefixes(&out.finish().map_err(failure)?))
    }

    /// Each match as statements: a `ka:Match` of two records with its probability, what was made of it, and the steps
    /// that lead to it. `record` gives the IRI of a record's key.
    pub fn facts(&self, record: impl Fn(&str) -> String) -> Vec<Derived> {
        let certain = &self.resolution.certain;
        let is_certain = |it: &&Scored| certain.binary_search_by_key(&it.pair, |it| it.pair).is_ok();
        let mut facts = Vec::new();
        for it in certain {
            let subject = self.say_match(&mut facts, it.pair, 1.0, &record);
            say_step(&mut facts, &subject, 0, &it.because, None);
        }
        for it in self.matches().filter(|it| !is_certain(it)) {
            let subject = self.say_match(&mut facts, it.pair, probability(f64::from(it.ln_odds)), &record);
            for (at, step) in self.steps(it).into_iter().enumerate() {
                say_step(&mut facts, &subject, at, &step_name(&step), Some(step.weight));
            }
        }
        facts
    }

    fn say_match(
        &self,
        facts: &mut Vec<Derived>,
        pair: Pair,
        probability: f64,
        record: &impl Fn(&str) -> String,
    ) -> String {
        let (one, other) = (&self.keys[pair.0 as usize], &self.keys[pair.1 as usize]);
        let subject = match_of(one, other);
        let iri = |key: &str| Term::from(NamedNode::new_unchecked(record(key)));
        let is_one = self.resolution.entities[pair.0 as usize] == self.resolution.entities[pair.1 as usize];
        for (predicate, object) in [
            (o::RDF_TYPE, o::MATCH.into()),
            (o::MATCHED, iri(one)),
            (o::MATCHED, iri(other)),
            (o::PROBABILITY, decimal(probability, 4)),
            (o::TAKEN_AS, Literal::from(taken_as(is_one)).into()),
        ] {
            facts.push(Derived { subject: subject.clone(), predicate, object });
        }
        subject
    }
}

/// The IRI of the match of two records, by their keys in any order.
pub(super) fn match_of(one: &str, other: &str) -> String {
    let (one, other) = (one.min(other), one.max(other));
    let hash = blake3::hash(format!("{one}\u{0}{other}").as_bytes()).to_hex();
    o::match_iri(&hash[..16])
}

fn say_step(facts: &mut Vec<Derived>, subject: &str, at: usize, signal: &str, weight: Option<f64>) {
    let node = format!("{subject}/evidence/{}", at + 1);
    let object = NamedNode::new_unchecked(node.as_str()).into();
    facts.push(Derived { subject: subject.to_owned(), predicate: o::EVIDENCE_OF, object });
    let weight = weight.map(|weight| (o::WEIGHT, decimal(weight, 3)));
    for (predicate, object) in [(o::SIGNAL, Literal::from(signal).into())].into_iter().chain(weight) {
        facts.push(Derived { subject: node.clone(), predicate, object });
    }
}

fn decimal(number: f64, digits: usize) -> Term {
    Literal::new_typed_literal(format!("{number:.digits$}"), xsd::DECIMAL).into()
}

fn taken_as(is_one: bool) -> &'static str {
    if is_one { "same" } else { "not same" }
}

/// A step's attribute and how its values agree.
pub(super) fn step_name(step: &Step) -> String {
    match step.level {
        Level::Missing => step.attribute.clone(),
        level => format!("{} {}", step.attribute, level.name()),
    }
}

/// A waterfall in one cell: "name near +7.3, date same +4.1".
pub fn reasons(steps: &[Step]) -> String {
    let step = |it: &Step| format!("{} {:+.1}", step_name(it), it.weight);
    steps.iter().map(step).collect::<Vec<_>>().join(", ")
}

/// Rows under a head as CSV.
///
/// # Errors
/// When they cannot be put together; never for lack of rows.
pub fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, PublishError> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(head)?;
    for row in rows {
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(|error| PublishError::Serialise(error.to_string().into()))
}
