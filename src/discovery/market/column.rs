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

/// For each subject (sorted) its object with the smallest id, where it has one.
pub fn first_objects(subjects: &[Id], links: &[(Id, Id)]) -> Vec<Option<Id>> {
    let mut column = Vec::with_capacity(subjects.len());
    for_each_run(subjects, links, |_, run| column.push(run.first().map(|link| link.1)));
    column
}

/// All pairs of a subject's place and an object, sorted by place and object.
pub fn all_objects(subjects: &[Id], links: &[(Id, Id)]) -> Vec<(u32, Id)> {
    let mut pairs = Vec::new();
    for_each_run(subjects, links, |place, run| pairs.extend(run.iter().map(|link| (place as u32, link.1))));
    pairs
}

/// [`first_objects`] of several predicates at once, in parallel.
pub fn columns<const N: usize>(
    snapshot: &Snapshot,
    subjects: &[Id],
    predicates: [NamedNodeRef<'_>; N],
) -> [Vec<Option<Id>>; N] {
    let mut read: Vec<_> =
        predicates.par_iter().map(|predicate| first_objects(subjects, &snapshot.links(*predicate))).collect();
    std::array::from_fn(|place| std::mem::take(&mut read[place]))
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
