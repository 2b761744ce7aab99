//! What is to be done, in which order: a tree of sources, and steps that rows take one batch after the other.
//!
//! Comes in: a [`Pattern`](super::pattern::Pattern), exact counts from the snapshot. Leaves: a [`Plan`]. A step extends the rows of a batch along
//! the snapshot's links; what cannot be done so (groups, sorted rows, sub-queries that are cheaper alone) is a source of
//! its own, joined by hash.

mod begin;
mod build;
mod estimate;
mod fit;
mod order;
mod prune;
mod rewrite;
mod sink;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rustc_hash::FxHashMap;

use super::account::{Kept, Ready};
use super::operators::hash_join::Built;
use super::pattern::{Between, Formula, Measure, Position, Route, Slot, Slots, SortKey, Triple};
use crate::store::Id;

pub(super) use build::Planner;

/// Rows from a source, taken through steps.
pub(super) struct Plan {
    pub source: Source,
    pub steps: Vec<Step>,
    /// Columns that leave the source.
    pub live: Vec<Slot>,
    pub rows: f64,
    pub seen: Arc<Seen>,
}

/// Where rows come from.
pub(super) enum Source {
    /// One row that binds nothing.
    Unit,
    /// The links that fit a triple pattern.
    Scan(Scan),
    Values {
        slots: Vec<Slot>,
        rows: Arc<[Vec<Id>]>,
    },
    Union(Vec<Plan>),
    /// An operator that has to see all its rows first.
    Whole(Box<Whole>),
}

/// A scan of links.
pub(super) struct Scan {
    pub triple: Triple,
    /// Only links whose object lies between these (or is no value that stands in its id).
    pub range: Option<Between>,
}

/// An operator that has to see all its rows before it gives the first; its rows are computed once.
pub(super) struct Whole {
    pub kind: WholeKind,
    pub input: Plan,
    /// All slots that the input may bind.
    pub input_slots: Slots,
    pub result: Ready<Kept>,
    pub seen: Seen,
}

/// Which operator.
pub(super) enum WholeKind {
    Group(Grouping),
    /// Sorts; only the first `limit` rows are kept.
    Sort {
        keys: Vec<SortKey>,
        limit: Option<usize>,
    },
    /// Each row once.
    Distinct {
        slots: Vec<Slot>,
    },
    /// Leaves out rows at the start, and ends early.
    Slice {
        start: usize,
        length: Option<usize>,
    },
    /// The number of links that fit a pattern, or of each value of a key, without reading them.
    Count {
        triple: Triple,
        slots: Vec<Slot>,
        key: Option<Slot>,
    },
}

/// How rows are grouped, and what is computed of each group.
pub(super) struct Grouping {
    pub keys: Vec<Slot>,
    pub measures: Vec<Measure>,
    /// Of slots that links bind: the ids between which all their values lie.
    pub extents: FxHashMap<Slot, (Id, Id)>,
    /// Groups that are expected, at most.
    pub n_groups: f64,
}

/// One step of rows.
pub(super) struct Step {
    pub kind: StepKind,
    /// Columns that leave the step.
    pub live: Vec<Slot>,
    pub rows: f64,
    pub seen: Arc<Seen>,
}

/// What a step does.
pub(super) enum StepKind {
    /// Extends rows by the links that fit.
    Match(Triple),
    /// Extends rows along a property path.
    Route(Route),
    /// Extends rows by the names of named graphs.
    Graphs(Position),
    /// Joins rows with a small table.
    Values {
        slots: Vec<Slot>,
        rows: Arc<[Vec<Id>]>,
    },
    Filter(Formula),
    /// Keeps rows for which the steps find something, or nothing; `row` numbers the rows, the steps read `needs`.
    Exists {
        steps: Vec<Step>,
        row: Slot,
        needs: Vec<Slot>,
        is_negated: bool,
    },
    /// Tells in a column whether the steps find something.
    Mark {
        steps: Vec<Step>,
        row: Slot,
        needs: Vec<Slot>,
        slot: Slot,
    },
    Extend {
        slot: Slot,
        formula: Formula,
    },
    /// Extends rows by what the steps find; rows for which they find nothing stay as they are.
    Optional {
        steps: Vec<Step>,
        row: Slot,
    },
    /// Extends rows by what each branch finds.
    Branches(Vec<Vec<Step>>),
    /// Joins rows with those of another plan.
    Join(Box<Join>),
}

/// A join by hash with the rows of another plan.
pub(super) struct Join {
    pub kind: JoinKind,
    pub build: Plan,
    /// Slots bound in every row of both sides.
    pub keys: Vec<Slot>,
    /// Slots of both sides that some rows leave unbound.
    pub others: Vec<Slot>,
    pub built: Ready<Built>,
}

/// Which rows a join gives.
pub(super) enum JoinKind {
    Inner,
    /// Also the rows without partner; partners have to satisfy the formulas.
    Left(Vec<Formula>),
    /// Only the rows without partner that shares a bound variable.
    Minus,
}

/// What an operator has done.
#[derive(Default)]
pub(super) struct Seen {
    rows: AtomicU64,
    nanoseconds: AtomicU64,
}

impl Seen {
    /// Counts rows, and the time that they took.
    pub fn add(&self, rows: usize, time: Duration) {
        self.rows.fetch_add(rows as u64, Ordering::Relaxed);
        self.nanoseconds.fetch_add(time.as_nanos() as u64, Ordering::Relaxed);
    }

    /// Rows so far, and the time over all threads.
    pub fn so_far(&self) -> (u64, Duration) {
        let nanoseconds = self.nanoseconds.load(Ordering::Relaxed);
        (self.rows.load(Ordering::Relaxed), Duration::from_nanos(nanoseconds))
    }
}

impl Step {
    fn new(kind: StepKind, rows: f64) -> Self {
        Self { kind, live: Vec::new(), rows, seen: Arc::default() }
    }
}

impl Plan {
    fn new(source: Source, rows: f64) -> Self {
        Self { source, steps: Vec::new(), live: Vec::new(), rows, seen: Arc::default() }
    }

    /// Rows that are expected to leave the last step.
    pub fn rows_out(&self) -> f64 {
        self.steps.last().map_or(self.rows, |step| step.rows)
    }
}

/// The slots in order.
fn listed(slots: &Slots) -> Vec<Slot> {
    slots.iter().copied().collect()
}
