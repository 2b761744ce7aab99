//! The algebra of a query with variables as slots and terms as ids.
//!
//! Comes in (to [`Translation`]): Oxigraph's algebra. Leaves: [`Pattern`]s, in which `GRAPH` stands at the triples it
//! applies to, a variable that a sub-query hides has a slot of its own, and every expression is compiled.

mod expressions;
mod translate;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::sparql::vector::aggregate::Aggregate;
use crate::sparql::vector::expression::Compiled;
use crate::store::Id;

pub(super) use translate::Translation;

/// A variable's place in the columns of all batches of a query.
pub(super) type Slot = usize;
/// Slots, ascending.
pub(super) type Slots = BTreeSet<Slot>;

/// Subject, predicate, object or graph of a pattern.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Position {
    Slot(Slot),
    Term(Id),
}

impl Position {
    /// The slot, unless a term is fixed.
    pub fn slot(self) -> Option<Slot> {
        if let Self::Slot(slot) = self { Some(slot) } else { None }
    }
}

/// A pattern of one statement; without `graph` in the default graph.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Triple {
    pub subject: Position,
    pub predicate: Position,
    pub object: Position,
    pub graph: Option<Position>,
}

impl Triple {
    /// Slots that it binds, in their order; a slot that stands twice comes twice.
    pub fn slots(&self) -> impl Iterator<Item = Slot> {
        let all = [Some(self.subject), Some(self.predicate), Some(self.object), self.graph];
        all.into_iter().flatten().filter_map(Position::slot)
    }
}

/// A property path between two ends.
#[derive(Clone, Debug)]
pub(super) struct Route {
    pub subject: Position,
    pub path: Arc<Path>,
    pub object: Position,
    pub graph: Option<Position>,
}

/// A property path.
#[derive(Debug)]
pub(super) enum Path {
    Link(Id),
    Reverse(Box<Path>),
    Sequence(Box<Path>, Box<Path>),
    Either(Box<Path>, Box<Path>),
    ZeroOrMore(Box<Path>),
    OneOrMore(Box<Path>),
    ZeroOrOne(Box<Path>),
    NoneOf(Vec<Id>),
}

/// A compiled expression.
#[derive(Clone)]
pub(super) struct Formula {
    pub compiled: Arc<Compiled>,
    /// Slots that it reads, also those that hold what its `EXISTS` found.
    pub slots: Slots,
    /// Its `EXISTS`, each with the slot that holds the truth.
    pub exists: Vec<(Slot, Pattern)>,
    /// A comparison of one slot with a day or number that its ids order as.
    pub range: Option<Between>,
    /// The slot and the terms, one of which it is exactly when the formula is true.
    pub one_of: Option<(Slot, Arc<[Id]>)>,
    /// As it is written.
    pub text: Arc<str>,
}

impl Formula {
    /// Slots that it reads from its rows, with those that its `EXISTS` read.
    pub fn reads(&self) -> Slots {
        let mut slots = self.slots.clone();
        for (slot, pattern) in &self.exists {
            slots.remove(slot);
            slots.extend(pattern.mentioned());
        }
        slots
    }
}

/// A slot's ids of one kind between two bounds, both included; ids of other kinds may satisfy the formula too.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Between {
    pub slot: Slot,
    pub low: Id,
    pub high: Id,
}

/// What a `FILTER` asks.
#[derive(Clone)]
pub(super) enum Condition {
    Formula(Formula),
    Exists { pattern: Box<Pattern>, is_negated: bool },
}

impl Condition {
    /// Slots that it reads from its rows.
    pub fn reads(&self) -> Slots {
        match self {
            Self::Formula(formula) => formula.reads(),
            Self::Exists { pattern, .. } => pattern.mentioned(),
        }
    }
}

/// One aggregate of a group.
#[derive(Clone)]
pub(super) struct Measure {
    pub slot: Slot,
    /// `None` for `COUNT(DISTINCT *)`.
    pub aggregate: Option<Arc<Aggregate>>,
    /// Slots that its argument reads.
    pub slots: Slots,
    /// What is counted, when that is all.
    pub counts: Option<Counted>,
    pub text: Arc<str>,
}

/// What a `COUNT` counts.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Counted {
    Rows,
    /// Rows that bind the slot.
    Slot(Slot),
    /// Distinct values of the slot.
    DistinctSlot(Slot),
}

impl Measure {
    /// The slot whose distinct values are counted.
    pub fn distinct_slot(&self) -> Option<Slot> {
        if let Some(Counted::DistinctSlot(slot)) = self.counts { Some(slot) } else { None }
    }
}

/// A pattern of a query.
#[derive(Clone)]
pub(super) enum Pattern {
    Triple(Triple),
    Route(Route),
    /// The names of the named graphs.
    Graphs(Position),
    Values {
        slots: Vec<Slot>,
        rows: Arc<[Vec<Id>]>,
    },
    /// Without members: one solution that binds nothing.
    Join(Vec<Pattern>),
    LeftJoin {
        left: Box<Pattern>,
        right: Box<Pattern>,
        conditions: Vec<Condition>,
    },
    Filter {
        inner: Box<Pattern>,
        conditions: Vec<Condition>,
    },
    Union(Vec<Pattern>),
    Extend {
        inner: Box<Pattern>,
        slot: Slot,
        formula: Formula,
        /// Whether the expression cannot fail.
        is_sure: bool,
    },
    Minus {
        left: Box<Pattern>,
        right: Box<Pattern>,
    },
    Project {
        inner: Box<Pattern>,
        slots: Slots,
    },
    Distinct(Box<Pattern>),
    Slice {
        inner: Box<Pattern>,
        start: usize,
        length: Option<usize>,
    },
    OrderBy {
        inner: Box<Pattern>,
        keys: Vec<SortKey>,
    },
    Group {
        inner: Box<Pattern>,
        keys: Vec<Slot>,
        measures: Vec<Measure>,
    },
}

/// A slot to sort by.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct SortKey {
    pub slot: Slot,
    pub is_descending: bool,
}

impl Pattern {
    /// Slots that are bound in every solution.
    pub fn sure(&self) -> Slots {
        match self {
            Self::Triple(triple) => triple.slots().collect(),
            Self::Route(route) => route.slots().collect(),
            Self::Graphs(name) => name.slot().into_iter().collect(),
            Self::Values { slots, rows } => {
                let is_full = |at: &usize| rows.iter().all(|row| row[*at] != Id::NONE);
                (0..slots.len()).filter(is_full).map(|at| slots[at]).collect()
            }
            Self::Join(members) => members.iter().flat_map(Self::sure).collect(),
            Self::Union(branches) => {
                let sets = branches.iter().map(Self::sure);
                sets.reduce(|left, right| &left & &right).unwrap_or_default()
            }
            Self::Extend { inner, slot, is_sure, .. } => {
                let mut sure = inner.sure();
                if *is_sure {
                    sure.insert(*slot);
                }
                sure
            }
            Self::LeftJoin { left: inner, .. }
            | Self::Minus { left: inner, .. }
            | Self::Filter { inner, .. }
            | Self::Distinct(inner)
            | Self::Slice { inner, .. }
            | Self::OrderBy { inner, .. } => inner.sure(),
            Self::Project { inner, slots } => &inner.sure() & slots,
            Self::Group { inner, keys, measures } => {
                let inner = inner.sure();
                let counts = measures.iter().filter(|it| it.counts.is_some()).map(|it| it.slot);
                keys.iter().copied().filter(|key| inner.contains(key)).chain(counts).collect()
            }
        }
    }

    /// Slots that are bound in some solution.
    pub fn possible(&self) -> Slots {
        match self {
            Self::Values { slots, .. } => slots.iter().copied().collect(),
            Self::Join(members) | Self::Union(members) => members.iter().flat_map(Self::possible).collect(),
            Self::LeftJoin { left, right, .. } => &left.possible() | &right.possible(),
            Self::Extend { inner, slot, .. } => {
                let mut possible = inner.possible();
                possible.insert(*slot);
                possible
            }
            Self::Minus { left: inner, .. }
            | Self::Filter { inner, .. }
            | Self::Distinct(inner)
            | Self::Slice { inner, .. }
            | Self::OrderBy { inner, .. } => inner.possible(),
            Self::Project { inner, slots } => &inner.possible() & slots,
            Self::Group { keys, measures, .. } => {
                keys.iter().copied().chain(measures.iter().map(|measure| measure.slot)).collect()
            }
            Self::Triple(_) | Self::Route(_) | Self::Graphs(_) => self.sure(),
        }
    }

    /// All slots that it names anywhere, also in its conditions.
    pub fn mentioned(&self) -> Slots {
        let of = |conditions: &[Condition]| conditions.iter().flat_map(Condition::reads).collect::<Slots>();
        match self {
            Self::Join(members) | Self::Union(members) => members.iter().flat_map(Self::mentioned).collect(),
            Self::LeftJoin { left, right, conditions } => &(&left.mentioned() | &right.mentioned()) | &of(conditions),
            Self::Filter { inner, conditions } => &inner.mentioned() | &of(conditions),
            Self::Extend { inner, slot, formula, .. } => {
                let mut mentioned = &inner.mentioned() | &formula.reads();
                mentioned.insert(*slot);
                mentioned
            }
            Self::Minus { left, right } => &left.mentioned() | &right.mentioned(),
            Self::Project { inner, slots } => &inner.mentioned() | slots,
            Self::Distinct(inner) | Self::Slice { inner, .. } => inner.mentioned(),
            Self::OrderBy { inner, keys } => &inner.mentioned() | &keys.iter().map(|key| key.slot).collect(),
            Self::Group { inner, .. } => &inner.mentioned() | &self.possible(),
            Self::Triple(_) | Self::Route(_) | Self::Graphs(_) | Self::Values { .. } => self.possible(),
        }
    }
}

impl Route {
    /// Whether an end is given as often as links lead to it, also when both ends are bound.
    pub fn counts_links(&self) -> bool {
        let mut path = &*self.path;
        while let Path::Reverse(inner) = path {
            path = inner;
        }
        let is_open = self.subject.slot().is_some() || self.object.slot().is_some();
        is_open && matches!(path, Path::NoneOf(_))
    }

    /// Slots of its ends and its graph.
    pub fn slots(&self) -> impl Iterator<Item = Slot> {
        [Some(self.subject), Some(self.object), self.graph].into_iter().flatten().filter_map(Position::slot)
    }
}
