//! Links of a snapshot joined to a sorted list of subjects: one column of a struct of arrays at a time.
//!
//! Comes in: sorted subjects, and links sorted by subject and object. Leaves: one cell a subject. Costs: one pass over
//! both, or a binary search a subject where the subjects are few beside the links.

use oxigraph::model::NamedNodeRef;
use rayon::prelude::*;

use crate::store::{Id, Snapshot};

/// How many links a subject has to stand against before searching is cheaper than walking.
const SPARSE: usize = 24;

/// The ids of all instances of a class, sorted.
pub fn instances(snapshot: &Snapshot, class: NamedNodeRef<'_>) -> Vec<Id> {
    let Some(class) = snapshot.id(class.into()) else { return Vec::new() };
    snapshot.subjects(crate::ontology::RDF_TYPE, class)
}

/// Who says anything by a predicate, sorted.
pub fn subjects(snapshot: &Snapshot, predicate: NamedNodeRef<'_>) -> Vec<Id> {
    let mut subjects: Vec<Id> = snapshot.links(predicate).into_iter().map(|link| link.0).collect();
    subjects.dedup();
    subjects
}

/// The values of sorted subjects for one predicate.
pub struct Column {
    /// For each subject its object, where it has one: of several the one that was said last, of these the smallest id.
    pub objects: Vec<Option<Id>>,
    /// Subjects of which several objects were said on the same last day.
    pub undecided: Vec<Id>,
}

impl Column {
    /// Joins a predicate's links to sorted subjects.
    pub fn read(snapshot: &Snapshot, subjects: &[Id], predicate: NamedNodeRef<'_>) -> Self {
        let id = snapshot.id(predicate.into()).unwrap_or(Id::NONE);
        let (mut objects, mut undecided) = (Vec::with_capacity(subjects.len()), Vec::new());
        for_each_run(subjects, &snapshot.links(predicate), |_, run| match run {
            [] => objects.push(None),
            [(_, object)] => objects.push(Some(*object)),
            [(subject, first), rest @ ..] => {
                let day = |object: Id| snapshot.last_said(*subject, id, object);
                let (mut best, mut is_tied) = ((day(*first), *first), false);
                for (_, object) in rest {
                    let said = day(*object);
                    is_tied = said == best.0 || is_tied && said < best.0;
                    best = if said > best.0 { (said, *object) } else { best };
                }
                objects.push(Some(best.1));
                undecided.extend(is_tied.then_some(*subject));
            }
        });
        Self { objects, undecided }
    }
}

/// All pairs of a subject's place and an object, sorted by place and object.
pub fn all_objects(subjects: &[Id], links: &[(Id, Id)]) -> Vec<(u32, Id)> {
    let mut pairs = Vec::new();
    for_each_run(subjects, links, |place, run| pairs.extend(run.iter().map(|link| (place as u32, link.1))));
    pairs
}

/// The objects of several predicates at once, in parallel, see [`Column::objects`].
pub fn columns<const N: usize>(
    snapshot: &Snapshot,
    subjects: &[Id],
    predicates: [NamedNodeRef<'_>; N],
) -> [Vec<Option<Id>>; N] {
    read_all(snapshot, subjects, predicates).map(|column| column.objects)
}

/// [`Column::read`] of several predicates at once, in parallel.
pub fn read_all<const N: usize>(
    snapshot: &Snapshot,
    subjects: &[Id],
    predicates: [NamedNodeRef<'_>; N],
) -> [Column; N] {
    let read = predicates.par_iter().map(|predicate| Column::read(snapshot, subjects, *predicate));
    let mut read: Vec<Option<Column>> = read.map(Some).collect();
    let empty = || Column { objects: vec![None; subjects.len()], undecided: Vec::new() };
    std::array::from_fn(|place| read[place].take().unwrap_or_else(empty))
}

/// Calls `see` once for every subject in order, with its run of links.
fn for_each_run(subjects: &[Id], links: &[(Id, Id)], mut see: impl FnMut(usize, &[(Id, Id)])) {
    let is_sparse = subjects.len().saturating_mul(SPARSE) < links.len();
    let mut rest = links;
    for (place, subject) in subjects.iter().enumerate() {
        let start = if is_sparse {
            rest.partition_point(|link| link.0 < *subject)
        } else {
            rest.iter().take_while(|link| link.0 < *subject).count()
        };
        let length = rest[start..].iter().take_while(|link| link.0 == *subject).count();
        see(place, &rest[start..start + length]);
        rest = &rest[start + length..];
    }
}

/// Ids as dense places: the distinct ids of a column, sorted, and for every cell its place ([`NONE`] when empty).
#[derive(Clone, Debug, Default)]
pub struct Interned {
    /// The distinct ids, sorted.
    pub ids: Vec<Id>,
    /// For every cell the place of its id.
    pub places: Vec<u32>,
}

/// The place of an empty cell.
pub const NONE: u32 = u32::MAX;

impl Interned {
    /// Numbers the ids of a column.
    pub fn new(column: &[Option<Id>]) -> Self {
        let mut ids: Vec<Id> = column.iter().flatten().copied().collect();
        ids.par_sort_unstable();
        ids.dedup();
        let place = |id: &Option<Id>| id.and_then(|id| ids.binary_search(&id).ok()).map_or(NONE, |place| place as u32);
        let places = column.par_iter().map(place).collect();
        Self { ids, places }
    }
}
