//! The links of one predicate as a view shows them, read in columns: the store's side of vectorised operators.
//!
//! In comes a predicate and a graph, out come subjects and objects by place, by subject, by object and by value, each
//! link once. Where everything is shown (one layer, all known by the day) an answer is a copy out of the mapped arrays;
//! otherwise each link is looked at. Places of the source graphs come before those of derived graphs; within a layer
//! links order by subject, then object. Never allocates but in the columns that it fills.

use std::ops::Range;
use std::sync::Arc;

use crate::store::Id;
use crate::store::snapshot::adjacency::Walk;
use crate::store::snapshot::layers::Layers;
use crate::store::snapshot::objects::Objects;
use crate::store::snapshot::table::{Link, Table};
use crate::store::snapshot::{GraphPattern, Quad, Snapshot};

/// The links of one predicate: cheap to clone, safe to share between threads.
#[derive(Clone)]
pub struct Links {
    layers: Arc<Layers>,
    day: i32,
    predicate: Id,
    /// The graphs asked for; `None` is the union of all.
    graphs: Option<Arc<[Id]>>,
    parts: Vec<Part>,
}

/// The links of one layer.
#[derive(Clone)]
struct Part {
    layer: usize,
    table: usize,
    /// The graphs asked for, as their places in the layer's list; `None` where every graph is asked for.
    graphs: Option<Arc<[u32]>>,
    /// Its first place among those of all layers.
    first: usize,
    /// Whether every link is shown.
    is_whole: bool,
}

impl Snapshot {
    /// The links of a predicate in the default graph or in one named graph, each once; [`GraphPattern::AnyNamed`] is
    /// read as the default graph.
    pub fn links_of(&self, predicate: Id, graph: GraphPattern) -> Links {
        match graph {
            GraphPattern::Named(graph) => self.links_among(predicate, Some(&[graph])),
            GraphPattern::Union | GraphPattern::AnyNamed => self.links_among(predicate, None),
        }
    }

    /// The links of a predicate in the merge of some named graphs, each once: what several graphs say is one link.
    pub fn links_of_merge(&self, predicate: Id, graphs: &[Id]) -> Links {
        self.links_among(predicate, Some(graphs))
    }

    fn links_among(&self, predicate: Id, graphs: Option<&[Id]>) -> Links {
        let mut links = Links {
            layers: Arc::clone(&self.layers),
            day: self.day,
            predicate,
            graphs: graphs.map(Arc::from),
            parts: Vec::with_capacity(self.layers.parts.len()),
        };
        let mut first = 0;
        for (at, layer) in self.layers.parts.iter().enumerate() {
            let Some(table) = layer.table_of(predicate) else { continue };
            let places: Option<Arc<[u32]>> = graphs.map(|graphs| layer.places_of(graphs));
            if places.as_deref().is_some_and(<[u32]>::is_empty) {
                continue;
            }
            let (places, found) = (places.filter(|places| places.len() < layer.graphs.len()), &layer.tables[table]);
            let is_whole = links.parts.is_empty() && found.shows_all(places.as_deref(), self.day);
            links.parts.push(Part { layer: at, table, graphs: places, first, is_whole });
            first += found.len();
        }
        links
    }
}

impl Links {
    /// Number of places: the links of all layers, also those that are not shown.
    pub fn len(&self) -> usize {
        self.parts.iter().map(|part| self.table(part).len()).sum()
    }

    /// Whether there are no links.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether every place is shown, so that [`Links::len`] and the degrees are exact.
    pub fn is_exact(&self) -> bool {
        self.parts.iter().all(|part| part.is_whole)
    }

    /// Number of distinct subjects, at most.
    pub fn n_subjects(&self) -> usize {
        self.parts.iter().map(|part| self.table(part).subjects.codes.len()).sum()
    }

    /// Number of distinct objects, at most.
    pub fn n_objects(&self) -> usize {
        self.parts.iter().map(|part| self.table(part).objects.n_distinct()).sum()
    }

    /// The least and the greatest subject that may occur.
    pub fn subject_extent(&self) -> Option<(Id, Id)> {
        let of_part = |part: &Part| {
            let table = self.table(part);
            let (least, greatest) = table.subjects.codes.extent()?;
            Some((table.codes.id(least), table.codes.id(greatest)))
        };
        extent_over(self.parts.iter().filter_map(of_part))
    }

    /// The least and the greatest object that may occur.
    pub fn object_extent(&self) -> Option<(Id, Id)> {
        let of_part = |part: &Part| self.table(part).objects.extent(&self.table(part).codes);
        extent_over(self.parts.iter().filter_map(of_part))
    }

    /// Whether it is certain that no subject has more than one object.
    pub fn is_functional(&self) -> bool {
        match self.parts.as_slice() {
            [] => true,
            [part] => self.table(part).subjects.is_single(),
            _ => false,
        }
    }

    /// Appends the shown links whose places lie in `places`: layer by layer, by subject, then by object.
    pub fn read(&self, places: Range<usize>, subjects: &mut Vec<Id>, objects: &mut Vec<Id>) {
        for part in &self.parts {
            let table = self.table(part);
            let within = |place: usize| place.saturating_sub(part.first).min(table.len());
            let range = within(places.start)..within(places.end);
            if range.is_empty() {
                continue;
            }
            if part.is_whole {
                table.read_subjects(range.clone(), subjects);
                table.objects.read(range, &table.codes, objects);
                continue;
            }
            let mut walk = table.subjects.walk(range.start);
            for place in table.shown_in(range, part.graphs.as_deref(), self.day) {
                let link = table.link(place, &mut walk);
                if part.layer == 0 || !self.is_said_below(part, &link) {
                    subjects.push(link.subject);
                    objects.push(link.object);
                }
            }
        }
    }

    /// For every subject at `i` and each of its objects, appends `i` to `rows` and the object to `objects`.
    pub fn expand(&self, subjects: &[Id], rows: &mut Vec<u32>, objects: &mut Vec<Id>) {
        let (n_rows, before) = (rows.len(), objects.len());
        for (row, subject) in (0u32..).zip(subjects) {
            for part in &self.parts {
                let table = self.table(part);
                if part.is_whole {
                    table.objects.read(table.of_subject(*subject), &table.codes, objects);
                    rows.resize(objects.len() - before + n_rows, row);
                    continue;
                }
                for place in table.of_subject(*subject) {
                    let object = table.objects.id(place, &table.codes);
                    if self.shows(part, &Link::at(*subject, object, place)) {
                        rows.push(row);
                        objects.push(object);
                    }
                }
            }
        }
    }

    /// For every object at `i` and each of its subjects, appends `i` to `rows` and the subject to `subjects`.
    pub fn expand_back(&self, objects: &[Id], rows: &mut Vec<u32>, subjects: &mut Vec<Id>) {
        let (n_rows, before) = (rows.len(), subjects.len());
        for (row, object) in (0u32..).zip(objects) {
            for part in &self.parts {
                let table = self.table(part);
                if part.is_whole {
                    table.read_back(table.objects.of(*object, &table.codes), *object, subjects);
                    rows.resize(subjects.len() - before + n_rows, row);
                    continue;
                }
                for at in table.objects.of(*object, &table.codes) {
                    let link = table.link_back(at, *object);
                    if self.shows(part, &link) {
                        rows.push(row);
                        subjects.push(link.subject);
                    }
                }
            }
        }
    }

    /// Whether every link to an object is shown, in one layer, so that [`Links::degree_back`] is exact.
    pub fn is_exact_to(&self, object: Id) -> bool {
        self.whole_to(object).is_some()
    }

    /// Appends the subjects of some of an object's links, which are numbered in the order of the subjects; only where
    /// [`Links::is_exact_to`] it.
    pub fn read_back(&self, object: Id, numbers: Range<usize>, subjects: &mut Vec<Id>) {
        let Some((table, all)) = self.whole_to(object) else { return };
        let within = |number: usize| all.end.min(all.start.saturating_add(number));
        table.read_back(within(numbers.start)..within(numbers.end), object, subjects);
    }

    /// The least and the greatest subject of an object, when it is certain that all ids between are its subjects too.
    pub fn run_of_subjects(&self, object: Id) -> Option<(Id, Id)> {
        let (table, places) = self.whole_to(object)?;
        let Objects::Terms { .. } = &table.objects else { return None };
        let last = places.end - 1;
        let (least, greatest) = (table.link_back(places.start, object).subject, table.link_back(last, object).subject);
        let is_run = greatest.bits().wrapping_sub(least.bits()) == (last - places.start) as u64;
        is_run.then_some((least, greatest))
    }

    /// Appends all objects with the number of their subjects; `false`, and nothing is appended, unless every link is shown
    /// and all objects are terms.
    pub fn count_back(&self, objects: &mut Vec<Id>, counts: &mut Vec<u64>) -> bool {
        let Some(table) = self.whole() else { return false };
        let Objects::Terms { back, .. } = &table.objects else { return false };
        back.each(|code, n| {
            objects.push(table.codes.id(code));
            counts.push(n as u64);
        });
        true
    }

    /// Appends all subjects with the number of their objects, like [`Links::count_back`].
    pub fn count(&self, subjects: &mut Vec<Id>, counts: &mut Vec<u64>) -> bool {
        let Some(table) = self.whole() else { return false };
        table.subjects.each(|code, n| {
            subjects.push(table.codes.id(code));
            counts.push(n as u64);
        });
        true
    }

    /// Appends the object of each subject, [`Id::NONE`] where there is none; of several, which only a predicate that is
    /// not [functional](Links::is_functional) has, the first that is shown.
    pub fn fetch(&self, subjects: &[Id], objects: &mut Vec<Id>) {
        if let [part @ Part { is_whole: true, .. }] = self.parts.as_slice() {
            self.table(part).fetch(subjects, objects);
            return;
        }
        let (mut rows, mut found) = (Vec::new(), Vec::new());
        for subject in subjects {
            rows.clear();
            found.clear();
            self.expand(&[*subject], &mut rows, &mut found);
            objects.push(found.first().copied().unwrap_or(Id::NONE));
        }
    }

    /// Appends whether each subject has the object beside it.
    pub fn contains(&self, subjects: &[Id], objects: &[Id], found: &mut Vec<bool>) {
        let is_shown = |(subject, object): (&Id, &Id)| {
            self.parts.iter().any(|part| {
                let mut places = self.table(part).of_both(*subject, *object);
                places.any(|place| part.is_whole || self.shows(part, &Link::at(*subject, *object, place)))
            })
        };
        found.extend(subjects.iter().zip(objects).map(is_shown));
    }

    /// Number of objects of a subject, at most; exact when [`Links::is_exact`].
    pub fn degree(&self, subject: Id) -> usize {
        self.parts.iter().map(|part| self.table(part).of_subject(subject).len()).sum()
    }

    /// Number of subjects of an object, at most; exact when [`Links::is_exact`].
    pub fn degree_back(&self, object: Id) -> usize {
        let of_part = |part| {
            let table: &Table = self.table(part);
            table.objects.of(object, &table.codes).len()
        };
        self.parts.iter().map(of_part).sum()
    }

    /// Number of links whose object's id lies in `low..=high`, at most; exact when [`Links::is_exact`].
    pub fn n_objects_between(&self, low: Id, high: Id) -> usize {
        self.parts.iter().map(|part| between(self.table(part), low, high).len()).sum()
    }

    /// Appends the shown links whose object's id lies in `low..=high`: layer by layer, by object, then by subject.
    pub fn read_objects_between(&self, low: Id, high: Id, subjects: &mut Vec<Id>, objects: &mut Vec<Id>) {
        for part in &self.parts {
            let table = self.table(part);
            let mut walk = Walk::default();
            for at in between(table, low, high) {
                let link = table.link_by_object(at, &mut walk);
                if part.is_whole || self.shows(part, &link) {
                    subjects.push(link.subject);
                    objects.push(link.object);
                }
            }
        }
    }

    /// The table of the only layer, when every link is shown.
    pub(in crate::store) fn whole(&self) -> Option<&Table> {
        match self.parts.as_slice() {
            [part] if part.is_whole => Some(self.table(part)),
            _ => None,
        }
    }

    /// The table with all links to an object, and their places in the order of objects; nothing when there are none.
    fn whole_to(&self, object: Id) -> Option<(&Table, Range<usize>)> {
        let of_part = |part: &Part| {
            let table = self.table(part);
            (part.is_whole, table, table.objects.of(object, &table.codes))
        };
        let mut found = self.parts.iter().map(of_part).filter(|(_, _, places)| !places.is_empty());
        match (found.next()?, found.next()) {
            ((true, table, places), None) => Some((table, places)),
            _ => None,
        }
    }

    /// What the objects are in each layer.
    pub(in crate::store) fn objects(&self) -> impl Iterator<Item = &Objects> {
        self.parts.iter().map(|part| &self.table(part).objects)
    }

    fn table(&self, part: &Part) -> &Table {
        &self.layers.parts[part.layer].tables[part.table]
    }

    /// Whether a link is said by the day, in a graph asked for, and not by a layer below.
    fn shows(&self, part: &Part, link: &Link) -> bool {
        let is_said = self.table(part).shows(link, part.graphs.as_deref(), self.day);
        is_said && (part.layer == 0 || !self.is_said_below(part, link))
    }

    fn is_said_below(&self, part: &Part, link: &Link) -> bool {
        let quad = Quad { subject: link.subject, predicate: self.predicate, object: link.object, graph: None };
        let is_said = |graph| self.layers.is_said_below(part.layer, &Quad { graph, ..quad }, self.day);
        match &self.graphs {
            None => is_said(None),
            Some(graphs) => graphs.iter().any(|graph| is_said(Some(*graph))),
        }
    }
}

/// Places in the order of objects of the links to objects from `low` to `high`.
fn between(table: &Table, low: Id, high: Id) -> Range<usize> {
    let below = |id| table.objects.n_below(id, &table.codes);
    let start = below(low);
    let end = high.bits().checked_add(1).map_or(table.len(), |next| below(Id::from_bits(next)));
    start..end.max(start)
}

/// The least of the firsts and the greatest of the lasts; nothing of none.
pub fn extent_over(extents: impl IntoIterator<Item = (Id, Id)>) -> Option<(Id, Id)> {
    extents.into_iter().reduce(|left, right| (left.0.min(right.0), left.1.max(right.1)))
}
