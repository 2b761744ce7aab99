//! One account for one company, one person for one human being, in all systems: identity as part of a run.
//!
//! Comes in: a snapshot of the source graphs, people's decisions, and the entities of the run before. Leaves: which records
//! stand for one entity, the statements that say so, the files that show it, and what is unsure about it. Never rewrites a
//! record: discovery and queries see entities by `ka:entity`. The same input gives the same bytes.
//!
//! Nodes that systems name with one id are one record without any of this. On top of it, numbers of registers decide, and
//! probabilities join records of different systems. Two records that one system keeps apart stay two unless a number, a
//! decision or the settings say otherwise, because a wrong merge costs more trust than a double. Where one system knows
//! all records and nobody carries a number, there is nothing to do, and nothing is done.

mod doubt;
mod records;
mod said;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::discovery::derived::Derived;
use crate::discovery::market::Identities;
use crate::identity::decisions::Decisions;
use crate::identity::{self, Resolution, WithinSource};
use crate::pipeline::PipelineError;
use crate::publish::{NamedResolution, PublishError, why};
use crate::store::{Id, Snapshot};
pub use doubt::{Unsure, review_csv, try_both_ways};
pub use records::{Population, Sort};
pub use said::IDENTITY_GRAPH;

/// How records of several systems become entities.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentitySettings {
    /// Whether it is done at all; without it the ids that mappings give are all there is.
    pub enabled: bool,
    /// The probability from which on records are taken as one, in (0, 1).
    pub merge_from: f64,
    /// Whether two records of one system may be one by their probability alone.
    pub doubles_within_a_system: bool,
    /// Systems in the order in which their word counts; those not named follow by name.
    pub precedence: Vec<String>,
    /// How many unsure matches are tried both ways to see what hangs on them.
    pub doubts: usize,
}

/// Entities as they were at the end of a run: kept in the workspace, so that ids stay.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Kept {
    /// Hash of everything that decided them.
    pub key: String,
    /// For each sort of thing the entity's id of each record.
    pub entities: BTreeMap<String, BTreeMap<String, String>>,
}

/// What came of one sort of thing.
pub struct Resolved {
    /// Its records.
    pub population: Population,
    /// What was made of them; `None` when there was nothing to do.
    pub resolution: Option<Resolution>,
}

/// What was found.
pub struct Entities {
    /// Each sort of thing.
    pub sorts: Vec<Resolved>,
    /// Which records stand for which.
    pub identities: Identities,
    /// What the graph is to say of it, in [`IDENTITY_GRAPH`].
    pub said: Vec<Derived>,
    /// Files for the run's folder, by name.
    pub files: Vec<(String, Vec<u8>)>,
    /// To be kept for the next run.
    pub kept: Kept,
}

impl Kept {
    /// Reads what the workspace kept.
    ///
    /// # Errors
    /// When the text is not what [`Self::text`] gives.
    pub fn read(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// As the workspace keeps it.
    pub fn text(&self) -> Result<String, PublishError> {
        serde_json::to_string(self).map_err(|error| PublishError::Serialise(Box::new(error)))
    }

    /// A hash of which record is which entity.
    pub fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for (record, entity) in self.entities.values().flatten() {
            for text in [record, "\n", entity, "\n"] {
                hasher.update(text.as_bytes());
            }
        }
        hasher.finalize().to_hex().to_string()
    }
}

/// The key of everything that decides which entities there are.
pub fn key(snapshot: &Snapshot, decisions: &str, settings: &IdentitySettings) -> String {
    let text = [env!("CARGO_PKG_VERSION"), snapshot.hash(), decisions, &format!("{settings:?}")].join("\n");
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

/// Resolves all sorts of things of a snapshot's source graphs.
pub fn resolve(
    snapshot: &Snapshot,
    decisions: &str,
    before: &Kept,
    settings: &IdentitySettings,
) -> Result<Entities, PipelineError> {
    let mut entities = Entities {
        sorts: Vec::new(),
        identities: Identities::default(),
        said: Vec::new(),
        files: Vec::new(),
        kept: Kept { key: key(snapshot, decisions, settings), entities: BTreeMap::new() },
    };
    if !settings.enabled {
        return Ok(entities);
    }
    let mut pairs = Vec::new();
    let mut waiting: Option<Vec<u64>> = None;
    for sort in Sort::ALL {
        let population = Population::read(snapshot, sort, &settings.precedence);
        let said = Decisions::read(decisions, &population.iris)?;
        waiting = Some(both(waiting, &said.waiting));
        let resolution = resolution(&population, said, settings);
        let had = before.entities.get(sort.name());
        match &resolution {
            Some(resolution) => pairs.extend(entities.add(snapshot, &population, resolution, had)?),
            None => entities.kept.entities.extend(had.map(|had| (sort.name().to_owned(), had.clone()))),
        }
        entities.sorts.push(Resolved { population, resolution });
    }
    if let Some(lines) = waiting.filter(|lines| !lines.is_empty()) {
        tracing::warn!("decisions.csv: the lines {lines:?} name records that are not in the data; they wait for them");
    }
    entities.identities = Identities::new(pairs);
    Ok(entities)
}

/// Lines that wait in both lists.
fn both(before: Option<Vec<u64>>, now: &[u64]) -> Vec<u64> {
    match before {
        Some(before) => before.into_iter().filter(|line| now.contains(line)).collect(),
        None => now.to_vec(),
    }
}

/// What is made of a population; `None` when nothing can make two of its records one.
fn resolution(population: &Population, decisions: Decisions, settings: &IdentitySettings) -> Option<Resolution> {
    let has_certain = !identity::Trusted::of_table(&population.table).links(&decisions).together.is_empty();
    let may_be_one = settings.doubles_within_a_system || population.is_of_several_systems();
    (has_certain || may_be_one).then(|| resolved(population, decisions, settings))
}

fn resolved(population: &Population, decisions: Decisions, settings: &IdentitySettings) -> Resolution {
    let within_source = if settings.doubles_within_a_system { WithinSource::AsData } else { WithinSource::Apart };
    let settings = identity::Settings {
        kinds: population.kinds.clone(),
        decisions,
        merge_from: settings.merge_from,
        within_source,
        ..identity::Settings::default()
    };
    Resolution::of(&population.table, &settings)
}

/// Why two records of a snapshot, given by their IRIs or names, are one or two.
pub fn why_in(
    snapshot: &Snapshot,
    decisions: &str,
    settings: &IdentitySettings,
    wanted: [&str; 2],
) -> Result<String, PipelineError> {
    for sort in Sort::ALL {
        let population = Population::read(&snapshot.sources(), sort, &settings.precedence);
        let found = wanted.map(|wanted| population.find(snapshot, wanted));
        let [Some(one), Some(other)] = found else { continue };
        let said = Decisions::read(decisions, &population.iris)?;
        let names = [one, other].map(|record| population.iris[record as usize].as_str());
        return Ok(why(&resolved(&population, said, settings), [one, other], names));
    }
    Err(PipelineError::NoRecords { one: wanted[0].to_owned(), other: wanted[1].to_owned() })
}

impl Entities {
    /// Takes in what came of one sort; returns each record with the main record of its entity.
    fn add(
        &mut self,
        snapshot: &Snapshot,
        population: &Population,
        resolution: &Resolution,
        before: Option<&BTreeMap<String, String>>,
    ) -> Result<Vec<(Id, Id)>, PublishError> {
        let none = BTreeMap::new();
        let named = NamedResolution::new(&population.table, resolution, &population.iris, before.unwrap_or(&none));
        let mains = mains(population, resolution);
        self.said.extend(said::statements(snapshot, population, &named, &mains));
        let of_records = population.iris.iter().cloned().zip(named.ids().iter().cloned());
        self.kept.entities.insert(population.sort.name().to_owned(), of_records.collect());
        let name = |what: &str| format!("identity/{}-{what}.csv", population.sort.name());
        self.files.extend([
            (name("entities"), named.entities_csv()?),
            (name("values"), said::values_csv(&named, population, &mains)?),
            (name("matches"), named.matches_csv()?),
            (name("conflicts"), named.conflicts_csv()?),
            (name("changes"), named.changes_csv()?),
        ]);
        let ids = &population.ids;
        Ok(mains.iter().enumerate().map(|(record, main)| (ids[record], ids[*main as usize])).collect())
    }
}

/// For each record the one that stands for its entity: of the first system, then the one that says most, then the first.
fn mains(population: &Population, resolution: &Resolution) -> Vec<u32> {
    let table = &population.table;
    let n_said = |record: usize| table.columns.iter().filter(|column| !column.cells[record].is_empty()).count();
    let mut best: BTreeMap<u32, (u16, std::cmp::Reverse<usize>, u32)> = BTreeMap::new();
    for (record, &entity) in resolution.entities.iter().enumerate() {
        let claim = (table.source[record], std::cmp::Reverse(n_said(record)), record as u32);
        best.entry(entity).and_modify(|it| *it = claim.min(*it)).or_insert(claim);
    }
    resolution.entities.iter().map(|entity| best[entity].2).collect()
}
