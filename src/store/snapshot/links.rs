//! The links of one predicate as a view shows them, asked for by whole columns.
//!
//! In come columns of subjects or objects, out come columns of what they are linked with. Every call works on as many
//! rows as the caller has, so that a join along a predicate is a loop without allocation. Costs: a place near the last
//! one asked for is found in a few steps, so that sorted columns are read as a merge.

use std::ops::Range;
use std::sync::Arc;

use crate::store::Id;
use crate::store::snapshot::layers::Layers;
use crate::store::snapshot::table::Table;
use crate::store::snapshot::{GraphPattern, Quad, Snapshot};

/// The statements of one predicate in the default graph or in one named graph; owned, cheap to clone.
#[derive(Clone)]
pub struct Links {
    layers: Arc<Layers>,
    day: i32,
    predicate: Id,
    graph: Option<Id>,
    parts: Arc<[Part]>,
}

/// The table of one layer.
#[derive(Clone, Copy)]
struct Part {
    layer: usize,
    table: usize,
    /// The place of the graph asked for in the layer's list.
    graph: Option<u32>,
    /// Every link of the table is shown.
    is_whole: bool,
}

impl Snapshot {
    /// The links of a predicate as this view shows them, each once. Of [`GraphPattern::AnyNamed`] there are none: ask
    /// for each named graph.
    pub fn links_of(&self, predicate: Id, graph: GraphPattern) -> Links {
        let layers = Arc::clone(&self.layers);
        let part = |layer: usize| part_of(&layers, layer, predicate, graph, self.day);
        let parts: Vec<_> = (0..layers.parts.len()).filter_map(part).collect();
        let graph = if let GraphPattern::Named(graph) = graph { Some(graph) } else { None };
        Links { day: self.day, predicate, graph, parts: parts.into(), layers }
    }
}

fn part_of(layers: &Layers, layer: usize, predicate: Id, graph: GraphPattern, day: i32) -> Option<Part> {
    let in_layer = &layers.parts[layer];
    let table = in_layer.table_of(predicate)?;
    let is_known = in_layer.tables[table].is_known_by(day);
    match graph {
        GraphPattern::Union => Some(Part { layer, table, graph: None, is_whole: is_known && layer == 0 }),
        GraphPattern::Named(graph) => {
            let graph = in_layer.graph_of(graph)?;
            let is_whole = is_known && layer == 0 && in_layer.tables[table].is_wholly_in(graph);
            Some(Part { layer, table, graph: Some(graph), is_whole })
        }
        GraphPattern::AnyNamed => None,
    }
}

impl Links {
    /// Places: an upper bound of the links, their number when [`Links::is_exact`].
    pub fn len(&self) -> usize {
        self.tables().map(|(_, table)| table.len()).sum()
    }

    /// Whether there are no links at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether every place is shown, so that all counts are exact.
    pub fn is_exact(&self) -> bool {
        self.parts.iter().all(|part| part.is_whole)
    }

    /// Distinct subjects, estimated.
    pub fn n_subjects(&self) -> usize {
        self.tables().map(|(_, table)| n_distinct(&table.subjects)).sum()
    }

    /// Distinct objects, estimated.
    pub fn n_objects(&self) -> usize {
        self.tables().map(|(_, table)| n_distinct(&table.by_object)).sum()
    }

    /// The least and the greatest id that may occur as subject.
    pub fn subject_extent(&self) -> Option<(Id, Id)> {
        self.tables().filter_map(|(_, table)| extent(&table.subjects)).reduce(joined)
    }

    /// The least and the greatest id that may occur as object.
    pub fn object_extent(&self) -> Option<(Id, Id)> {
        self.tables().filter_map(|(_, table)| extent(&table.by_object)).reduce(joined)
    }

    /// Whether it is certain that each subject has at most one object.
    pub fn is_functional(&self) -> bool {
        match &*self.parts {
            [] => true,
            [part] => self.table(part).is_functional(),
            _ => false,
        }
    }

    /// Appends the shown links at these places: layer by layer, by subject and then object.
    pub fn read(&self, places: Range<usize>, subjects: &mut Vec<Id>, objects: &mut Vec<Id>) {
        let mut first = 0;
        for (part, table) in self.tables() {
            let end = first + table.len();
            let (start, stop) = (places.start.clamp(first, end) - first, places.end.clamp(first, end) - first);
            if part.is_whole {
                subjects.extend_from_slice(&table.subjects[start..stop]);
                objects.extend_from_slice(&table.objects[start..stop]);
            } else {
                for place in (start..stop).filter(|place| self.is_shown(part, table, *place)) {
                    subjects.push(table.subjects[place]);
                    objects.push(table.objects[place]);
                }
            }
            first = end;
        }
    }

    /// For every subject at `i` and each of its objects appends `i` to `rows` and the object to `objects`.
    pub fn expand(&self, subjects: &[Id], rows: &mut Vec<u32>, objects: &mut Vec<Id>) {
        for (part, table) in self.tables() {
            let mut near = 0;
            for (row, subject) in subjects.iter().enumerate() {
                let run = run_from(&table.subjects, *subject, near);
                near = run.start;
                for place in run.filter(|place| self.is_shown(part, table, *place)) {
                    rows.push(row as u32);
                    objects.push(table.objects[place]);
                }
            }
        }
    }

    /// For every object at `i` and each of its subjects appends `i` to `rows` and the subject to `subjects`.
    pub fn expand_back(&self, objects: &[Id], rows: &mut Vec<u32>, subjects: &mut Vec<Id>) {
        for (part, table) in self.tables() {
            let mut near = 0;
            for (row, object) in objects.iter().enumerate() {
                let run = run_from(&table.by_object, *object, near);
                near = run.start;
                for place in run.map(|at| table.place(at)).filter(|place| self.is_shown(part, table, *place)) {
                    rows.push(row as u32);
                    subjects.push(table.subjects[place]);
                }
            }
        }
    }

    /// Appends the object of every subject, [`Id::NONE`] where there is none; only when [`Links::is_functional`].
    pub fn fetch(&self, subjects: &[Id], objects: &mut Vec<Id>) {
        let Some((part, table)) = self.tables().next() else {
            objects.resize(objects.len() + subjects.len(), Id::NONE);
            return;
        };
        let dense =
            extent(&table.subjects).filter(|(first, last)| last.bits() - first.bits() + 1 == table.len() as u64);
        let mut near = 0;
        objects.extend(subjects.iter().map(|subject| {
            let place = match dense {
                Some((first, _)) => subject.bits().wrapping_sub(first.bits()) as usize,
                None => {
                    near = lower_bound(&table.subjects, *subject, near);
                    near
                }
            };
            let is_there = table.subjects.get(place) == Some(subject) && self.is_shown(part, table, place);
            if is_there { table.objects[place] } else { Id::NONE }
        }));
    }

    /// For every pair appends whether it is linked.
    pub fn contains(&self, subjects: &[Id], objects: &[Id], found: &mut Vec<bool>) {
        found.extend(subjects.iter().zip(objects).map(|(subject, object)| {
            self.tables().any(|(part, table)| {
                let place = table.of_both(*subject, *object).next();
                place.is_some_and(|place| self.is_shown(part, table, place))
            })
        }));
    }

    /// Links of a subject, an upper bound unless [`Links::is_exact`].
    pub fn degree(&self, subject: Id) -> usize {
        self.tables().map(|(_, table)| table.of_subject(subject).len()).sum()
    }

    /// Links of an object, an upper bound unless [`Links::is_exact`].
    pub fn degree_back(&self, object: Id) -> usize {
        self.tables().map(|(_, table)| table.of_object(object).len()).sum()
    }

    /// Links whose object's id lies in `low..=high`, an upper bound.
    pub fn n_objects_between(&self, low: Id, high: Id) -> usize {
        self.tables().map(|(_, table)| between(&table.by_object, low, high).len()).sum()
    }

    /// Appends the links whose object's id lies in `low..=high`, by object.
    pub fn read_objects_between(&self, low: Id, high: Id, subjects: &mut Vec<Id>, objects: &mut Vec<Id>) {
        for (part, table) in self.tables() {
            let places = between(&table.by_object, low, high).map(|at| table.place(at));
            for place in places.filter(|place| self.is_shown(part, table, *place)) {
                subjects.push(table.subjects[place]);
                objects.push(table.objects[place]);
            }
        }
    }

    fn tables(&self) -> impl Iterator<Item = (&Part, &Table)> {
        self.parts.iter().map(|part| (part, self.table(part)))
    }

    fn table(&self, part: &Part) -> &Table {
        &self.layers.parts[part.layer].tables[part.table]
    }

    fn is_shown(&self, part: &Part, table: &Table, place: usize) -> bool {
        if part.is_whole {
            return true;
        }
        let is_said = match part.graph {
            Some(graph) => table.is_in_graph(place, graph, self.day),
            None => table.is_visible(place, self.day),
        };
        let (subject, object) = (table.subjects[place], table.objects[place]);
        let quad = Quad { subject, predicate: self.predicate, object, graph: self.graph };
        is_said && (part.layer == 0 || !self.layers.is_said_below(part.layer, &quad, self.day))
    }
}

/// How many places are looked at to guess the number of distinct ids.
const SAMPLED_PLACES: usize = 512;

/// Distinct ids in a sorted column: exact for short ones, otherwise from places spread over it.
fn n_distinct(sorted: &[Id]) -> usize {
    let step = (sorted.len() / SAMPLED_PLACES).max(1);
    let places = (0..sorted.len()).step_by(step);
    let n_first = places.filter(|at| *at == 0 || sorted[at - 1] != sorted[*at]).count();
    (n_first * step).min(sorted.len())
}

fn extent(sorted: &[Id]) -> Option<(Id, Id)> {
    Some((*sorted.first()?, *sorted.last()?))
}

fn joined(left: (Id, Id), right: (Id, Id)) -> (Id, Id) {
    (left.0.min(right.0), left.1.max(right.1))
}

fn between(sorted: &[Id], low: Id, high: Id) -> Range<usize> {
    let start = sorted.partition_point(|id| *id < low);
    start..start.max(sorted.partition_point(|id| *id <= high))
}

/// The first place that is not below `wanted`, searched from `near` by steps that double.
fn lower_bound(sorted: &[Id], wanted: Id, near: usize) -> usize {
    if near > 0 && sorted.get(near - 1).is_none_or(|id| *id >= wanted) {
        return sorted.partition_point(|id| *id < wanted);
    }
    let mut step = 1;
    while sorted.get(near + step - 1).is_some_and(|id| *id < wanted) {
        step *= 2;
    }
    let start = near + step / 2;
    let rest = &sorted[start.min(sorted.len())..sorted.len().min(near + step)];
    start + rest.partition_point(|id| *id < wanted)
}

/// The run of `wanted`, searched from `near`.
fn run_from(sorted: &[Id], wanted: Id, near: usize) -> Range<usize> {
    let start = lower_bound(sorted, wanted, near);
    let mut step = 1;
    while sorted.get(start + step - 1).is_some_and(|id| *id == wanted) {
        step *= 2;
    }
    let from = (start + step / 2).min(sorted.len());
    let rest = &sorted[from..sorted.len().min(start + step)];
    start..from + rest.partition_point(|id| *id == wanted)
}
