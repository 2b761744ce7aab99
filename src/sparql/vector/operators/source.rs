//! Sources of rows: which morsels they have, and the rows of each.

use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use super::{Run, Sink, push};
use crate::sparql::vector::Batch;
use crate::sparql::vector::account::Kept;
use crate::sparql::vector::context::{Context, Halt};
use crate::sparql::vector::pattern::{Position, Slot, Triple};
use crate::sparql::vector::plan::{Plan, Scan, Source};
use crate::sparql::vector::rows::BATCH_ROWS;
use crate::store::{Id, Links};

/// A plan whose source is ready to be read by morsels.
pub(in crate::sparql::vector) struct Opened<'p> {
    plan: &'p Plan,
    rows: Rows<'p>,
    n_morsels: usize,
}

enum Rows<'p> {
    Unit,
    Links { parts: Vec<Part>, triple: Triple, morsels: Vec<(usize, Range<usize>)> },
    Batches { kept: Arc<Kept>, morsels: Vec<(usize, Range<usize>)> },
    Values { slots: &'p [Slot], rows: &'p [Vec<Id>] },
    Union(Vec<Opened<'p>>),
}

/// Links of one predicate (and graph) that a scan reads.
struct Part {
    predicate: Id,
    graph: Option<Id>,
    links: Links,
    which: Which,
}

/// Which links of a predicate are read.
enum Which {
    All,
    /// Those to an object, whose number is exact.
    To(Id, usize),
    /// These, where they are few or not in the order of places.
    Listed(Vec<Id>, Vec<Id>),
}

impl<'p> Opened<'p> {
    /// Opens a plan whose parts are prepared.
    pub fn new(run: Run<'_>, plan: &'p Plan) -> Result<Self, Halt> {
        let rows = match &plan.source {
            Source::Unit => Rows::Unit,
            Source::Values { slots, rows } => Rows::Values { slots, rows },
            Source::Scan(scan) => open_scan(run.context, scan),
            Source::Whole(whole) => {
                let kept = whole.result.get().unwrap_or_else(|| Arc::new(Kept::new(&run.context.account)));
                Rows::Batches { morsels: morsels_of(kept.batches.iter().map(|batch| batch.len)), kept }
            }
            Source::Union(branches) => {
                Rows::Union(branches.iter().map(|branch| Opened::new(run, branch)).collect::<Result<_, _>>()?)
            }
        };
        let n_morsels = match &rows {
            Rows::Unit => 1,
            Rows::Values { rows, .. } => rows.len().div_ceil(rows_of_a_morsel(rows.len())),
            Rows::Links { morsels, .. } | Rows::Batches { morsels, .. } => morsels.len(),
            Rows::Union(branches) => branches.iter().map(Opened::n_morsels).sum(),
        };
        Ok(Self { plan, rows, n_morsels })
    }

    /// Number of morsels.
    pub fn n_morsels(&self) -> usize {
        self.n_morsels
    }

    /// Gives the rows of a morsel after all steps.
    pub fn produce(&self, run: Run<'_>, morsel: usize, sink: &mut Sink<'_>) -> Result<(), Halt> {
        run.context.check()?;
        let start = Instant::now();
        let mut batch = match &self.rows {
            Rows::Unit => Batch::unit(run.n_slots),
            Rows::Values { slots, rows } => {
                let length = rows_of_a_morsel(rows.len());
                let first = morsel * length;
                table(slots, &rows[first..rows.len().min(first + length)], run.n_slots)
            }
            Rows::Batches { kept, morsels } => {
                let (at, rows) = &morsels[morsel];
                kept.batches[*at].slice(rows.start, rows.end)
            }
            Rows::Links { parts, triple, morsels } => {
                let (at, places) = &morsels[morsel];
                parts[*at].read(run.n_slots, triple, places.clone())
            }
            Rows::Union(branches) => return self.produce_branch(run, branches, morsel, sink),
        };
        batch.drop_dead(&self.plan.live);
        self.plan.seen.add(batch.len, start.elapsed());
        push(run, &self.plan.steps, batch, sink)
    }

    fn produce_branch(
        &self,
        run: Run<'_>,
        branches: &[Opened<'p>],
        mut morsel: usize,
        sink: &mut Sink<'_>,
    ) -> Result<(), Halt> {
        for branch in branches {
            if morsel < branch.n_morsels {
                return branch.produce(run, morsel, &mut |mut batch| {
                    batch.drop_dead(&self.plan.live);
                    self.plan.seen.add(batch.len, std::time::Duration::ZERO);
                    push(run, &self.plan.steps, batch, sink)
                });
            }
            morsel -= branch.n_morsels;
        }
        Ok(())
    }

    /// The first rows of a morsel after all steps, at least `wanted` if there are so many.
    pub fn first(&self, run: Run<'_>, morsel: usize, wanted: usize) -> Result<Vec<Batch>, Halt> {
        let (mut batches, mut n_rows) = (Vec::new(), 0);
        let outcome = self.produce(run, morsel, &mut |batch| {
            n_rows += batch.len;
            batches.push(batch);
            if n_rows < wanted { Ok(()) } else { Err(Halt::Enough) }
        });
        match outcome {
            Ok(()) | Err(Halt::Enough) => Ok(batches),
            Err(halt) => Err(halt),
        }
    }
}

/// Few given rows may each lead to many, so they are spread over the lanes.
fn rows_of_a_morsel(n_rows: usize) -> usize {
    (n_rows / 64).clamp(1, BATCH_ROWS)
}

/// Rows of a table as a batch.
pub(super) fn table(slots: &[Slot], rows: &[Vec<Id>], n_slots: usize) -> Batch {
    let mut batch = Batch::empty(n_slots);
    batch.len = rows.len();
    for (at, slot) in slots.iter().enumerate() {
        batch.columns[*slot] = rows.iter().map(|row| row[at]).collect();
    }
    batch
}

fn morsels_of(lengths: impl Iterator<Item = usize>) -> Vec<(usize, Range<usize>)> {
    let pieces = |(at, length): (usize, usize)| {
        let starts = (0..length).step_by(BATCH_ROWS);
        starts.map(move |start| (at, start..length.min(start + BATCH_ROWS)))
    };
    lengths.enumerate().flat_map(pieces).collect()
}

fn open_scan<'p>(context: &Context, scan: &Scan) -> Rows<'p> {
    let triple = scan.triple;
    let graphs = match triple.graph {
        None => vec![None],
        Some(Position::Term(graph)) => vec![Some(graph)],
        Some(Position::Slot(_)) => context.named_graphs().iter().copied().map(Some).collect(),
    };
    let predicates = match triple.predicate {
        Position::Term(predicate) => vec![predicate],
        Position::Slot(_) => context.predicates().to_vec(),
    };
    let mut parts = Vec::new();
    for graph in graphs {
        for predicate in &predicates {
            let Some(links) = context.links(*predicate, graph).filter(|links| !links.is_empty()) else { continue };
            let which = which(&links, scan);
            parts.push(Part { predicate: *predicate, graph, links, which });
        }
    }
    let morsels = morsels_of(parts.iter().map(Part::len));
    Rows::Links { parts, triple, morsels }
}

fn which(links: &Links, scan: &Scan) -> Which {
    let (mut rows, mut subjects, mut objects) = (Vec::new(), Vec::new(), Vec::new());
    match (scan.triple.subject, scan.triple.object) {
        (Position::Term(subject), Position::Term(object)) => {
            let mut found = Vec::new();
            links.contains(&[subject], &[object], &mut found);
            if found == [true] {
                (subjects, objects) = (vec![subject], vec![object]);
            }
        }
        (Position::Term(subject), Position::Slot(_)) => {
            links.expand(&[subject], &mut rows, &mut objects);
            subjects.resize(objects.len(), subject);
        }
        (Position::Slot(_), Position::Term(object)) if links.is_exact_to(object) => {
            return Which::To(object, links.degree_back(object));
        }
        (Position::Slot(_), Position::Term(object)) => {
            links.expand_back(&[object], &mut rows, &mut subjects);
            objects.resize(subjects.len(), object);
        }
        (Position::Slot(_), Position::Slot(_)) => {
            let Some(range) = scan.range else { return Which::All };
            links.read_objects_between(range.low, range.high, &mut subjects, &mut objects);
            for (low, high) in SPELLED_LITERALS {
                links.read_objects_between(Id::from_bits(low), Id::from_bits(high), &mut subjects, &mut objects);
            }
        }
    }
    Which::Listed(subjects, objects)
}

/// Literals of the dictionaries (of the snapshot and of the derived graphs), any of which may be a day spelled otherwise.
const SPELLED_LITERALS: [(u64, u64); 2] = [(2 << 60, (3 << 60) - 1), (5 << 60, (6 << 60) - 1)];

impl Part {
    fn len(&self) -> usize {
        match &self.which {
            Which::All => self.links.len(),
            Which::To(_, n) => *n,
            Which::Listed(subjects, _) => subjects.len(),
        }
    }

    fn read(&self, n_slots: usize, triple: &Triple, places: Range<usize>) -> Batch {
        let (mut subjects, mut objects) = (Vec::new(), Vec::new());
        match &self.which {
            Which::Listed(all_subjects, all_objects) => {
                subjects.extend_from_slice(&all_subjects[places.clone()]);
                objects.extend_from_slice(&all_objects[places]);
            }
            Which::To(object, _) => {
                subjects.reserve(places.len());
                self.links.read_back(*object, places, &mut subjects);
                if triple.object.slot().is_some() {
                    objects.resize(subjects.len(), *object);
                }
            }
            Which::All => {
                subjects.reserve(places.len());
                objects.reserve(places.len());
                self.links.read(places, &mut subjects, &mut objects);
            }
        }
        let len = subjects.len();
        let mut batch = Batch::empty(n_slots);
        batch.len = len;
        let mut keep = None;
        let predicates = triple.predicate.slot().map(|slot| (slot, vec![self.predicate; len]));
        let graphs =
            triple.graph.and_then(Position::slot).zip(self.graph).map(|(slot, graph)| (slot, vec![graph; len]));
        let ends =
            [triple.subject.slot().map(|slot| (slot, subjects)), triple.object.slot().map(|slot| (slot, objects))];
        for (slot, column) in ends.into_iter().flatten().chain(predicates).chain(graphs) {
            bind(&mut batch, slot, column, &mut keep);
        }
        match keep {
            Some(keep) => {
                let all: Vec<_> = (0..n_slots).collect();
                batch.keep(&keep, &all)
            }
            None => batch,
        }
    }
}

/// Sets the column of a slot; where it has one already, rows that differ are not kept.
fn bind(batch: &mut Batch, slot: Slot, column: Vec<Id>, keep: &mut Option<Vec<bool>>) {
    if batch.columns[slot].is_empty() {
        batch.columns[slot] = column;
        return;
    }
    let keep = keep.get_or_insert_with(|| vec![true; batch.len]);
    for ((keep, before), now) in keep.iter_mut().zip(&batch.columns[slot]).zip(&column) {
        *keep &= before == now;
    }
}
