//! How many rows come out of a pattern, and what they cost: from the exact counts of links.
//!
//! The rows of a join are the product of both sides over the larger number of distinct values of what they share, which
//! assumes that the smaller set of values lies in the larger one.

use std::cell::{OnceCell, RefCell};

use rustc_hash::FxHashMap;

use crate::sparql::vector::context::Context;
use crate::sparql::vector::pattern::{Between, Condition, Pattern, Position, Slot, Slots, Triple};
use crate::store::{Id, Links, extent_over};

/// What is known of the rows so far.
#[derive(Clone, Default)]
pub(super) struct State {
    pub rows: f64,
    /// Of each bound slot the number of distinct values.
    pub distinct: FxHashMap<Slot, f64>,
    /// Of a slot that links bind: the ids that it lies between.
    pub extents: FxHashMap<Slot, (Id, Id)>,
    pub sure: Slots,
    pub possible: Slots,
    /// The slot by which rows are sorted.
    pub sorted: Option<Slot>,
}

/// Counts of one predicate.
#[derive(Clone, Copy)]
struct Counts {
    links: f64,
    subjects: f64,
    objects: f64,
    is_functional: bool,
}

/// Rows for each row so far, and work over all rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Estimate {
    pub fan_out: f64,
    pub cost: f64,
}

/// The counts that were looked at.
pub(super) struct Statistics<'a> {
    context: &'a Context,
    counts: RefCell<FxHashMap<(Id, Option<Id>), Counts>>,
    subjects: OnceCell<Option<(Id, Id)>>,
}

/// How one end of a link stands to the rows so far.
#[derive(Clone, Copy)]
enum End {
    Free,
    Fixed(Id),
    /// Bound, with so many distinct values.
    Bound(f64),
}

/// Rows that a path gives for each row when nothing better is known.
const ROWS_OF_A_PATH: f64 = 4.0;
/// Statements of a subject when the predicate is open.
const STATEMENTS_OF_A_SUBJECT: f64 = 12.0;
/// Part of the rows that a filter keeps when nothing better is known.
const KEPT_BY_A_FILTER: f64 = 0.4;
/// Part of the rows that a filter keeps which looks into texts.
const KEPT_BY_A_TEXT: f64 = 0.1;
/// Work of such a filter for each row.
const COST_OF_A_TEXT: f64 = 8.0;
/// Below this part of the links a range is read by value, above it all links are read and filtered.
const NARROW_RANGE: f64 = 0.2;

impl<'a> Statistics<'a> {
    pub fn new(context: &'a Context) -> Self {
        Self { context, counts: RefCell::default(), subjects: OnceCell::new() }
    }

    /// The links of a triple pattern whose predicate is fixed; of the default graph when the graph is a variable.
    pub fn links(&self, triple: &Triple) -> Option<Links> {
        let Position::Term(predicate) = triple.predicate else { return None };
        match triple.graph {
            Some(Position::Term(graph)) => self.context.links(predicate, Some(graph)),
            _ => self.context.links(predicate, None),
        }
    }

    fn counts(&self, triple: &Triple, links: &Links) -> Counts {
        let key = match (triple.predicate, triple.graph) {
            (Position::Term(predicate), Some(Position::Term(graph))) => (predicate, Some(graph)),
            (Position::Term(predicate), _) => (predicate, None),
            (Position::Slot(_), _) => (Id::NONE, None),
        };
        *self.counts.borrow_mut().entry(key).or_insert_with(|| Counts {
            links: links.len() as f64,
            subjects: links.n_subjects().max(1) as f64,
            objects: links.n_objects().max(1) as f64,
            is_functional: links.is_functional(),
        })
    }

    fn end(position: Position, state: &State) -> End {
        match position {
            Position::Term(id) => End::Fixed(id),
            Position::Slot(slot) if state.possible.contains(&slot) => {
                End::Bound(state.distinct.get(&slot).copied().unwrap_or(state.rows).max(1.0))
            }
            Position::Slot(_) => End::Free,
        }
    }

    /// What a triple pattern does to the rows so far.
    pub fn triple(&self, triple: &Triple, state: &State) -> Estimate {
        let (subject, object) = (Self::end(triple.subject, state), Self::end(triple.object, state));
        let Position::Term(_) = triple.predicate else { return self.open_triple(subject, object, state) };
        let Some(links) = self.links(triple) else { return Estimate { fan_out: 0.0, cost: 1.0 } };
        let counts = self.counts(triple, &links);
        let fan_out = fan_out(&links, counts, subject, object);
        let is_sorted = triple.subject.slot().is_some_and(|slot| state.sorted == Some(slot));
        let out = state.rows * fan_out;
        let cost = match (subject, object) {
            (End::Bound(_) | End::Fixed(_), End::Free) if counts.is_functional => {
                state.rows * if is_sorted { 1.0 } else { 2.0 }
            }
            (End::Bound(_) | End::Fixed(_), End::Free) => 3.0 * state.rows + 4.0 * out,
            (End::Free, End::Bound(_)) => 4.0 * state.rows + 6.0 * out,
            (End::Free, End::Free | End::Fixed(_)) => state.rows + out,
            _ => 4.0 * state.rows,
        };
        Estimate { fan_out, cost }
    }

    fn open_triple(&self, subject: End, object: End, state: &State) -> Estimate {
        let links = || self.all_links();
        let n_predicates = self.context.predicates().len() as f64;
        let fan_out = match (subject, object) {
            (End::Fixed(id), End::Free) => links().map(|links| links.degree(id)).sum::<usize>() as f64,
            (End::Free, End::Fixed(id)) => links().map(|links| links.degree_back(id)).sum::<usize>() as f64,
            (End::Free, End::Free) => links().map(|links| links.len()).sum::<usize>() as f64,
            (End::Bound(_), End::Free) | (End::Free, End::Bound(_)) => STATEMENTS_OF_A_SUBJECT,
            _ => 1.0,
        };
        Estimate { fan_out, cost: state.rows * (n_predicates + 4.0 * fan_out) }
    }

    /// What a pattern that is no triple does to the rows so far.
    pub fn member(&self, pattern: &Pattern, state: &State) -> Estimate {
        match pattern {
            Pattern::Triple(triple) => self.triple(triple, state),
            Pattern::Route(route) => {
                let ends = [route.subject, route.object].map(|end| matches!(Self::end(end, state), End::Free));
                let fan_out = match ends {
                    [true, true] => self.n_links() * ROWS_OF_A_PATH,
                    [false, false] => 0.5,
                    _ => ROWS_OF_A_PATH,
                };
                Estimate { fan_out, cost: state.rows * (10.0 + 10.0 * fan_out) }
            }
            Pattern::Values { slots, rows } => {
                let is_bound = slots.iter().any(|slot| state.possible.contains(slot));
                let fan_out = if is_bound { KEPT_BY_A_FILTER } else { rows.len() as f64 };
                Estimate { fan_out, cost: state.rows * fan_out }
            }
            Pattern::Graphs(_) => Estimate { fan_out: self.context.named_graphs().len() as f64, cost: state.rows },
            other => {
                let size = self.size(other);
                let is_shared = !(&other.possible() & &state.possible).is_empty();
                let fan_out = if is_shared { (size / state.rows.max(1.0)).clamp(0.1, 1.0) } else { size };
                Estimate { fan_out, cost: 4.0 * size + 2.0 * state.rows * fan_out.max(1.0) }
            }
        }
    }

    /// Rows of a pattern by itself.
    pub fn size(&self, pattern: &Pattern) -> f64 {
        match pattern {
            Pattern::Join(members) => self.join_size(members),
            Pattern::Union(branches) => branches.iter().map(|branch| self.size(branch)).sum(),
            Pattern::Filter { inner, conditions } => {
                self.size(inner) * KEPT_BY_A_FILTER.powi(i32::try_from(conditions.len()).unwrap_or(1))
            }
            Pattern::Slice { inner, length, .. } => self.size(inner).min(length.unwrap_or(usize::MAX) as f64),
            Pattern::Group { keys, .. } if keys.is_empty() => 1.0,
            Pattern::Group { inner, .. } => self.size(inner).powf(0.8),
            Pattern::LeftJoin { left: inner, .. }
            | Pattern::Minus { left: inner, .. }
            | Pattern::Extend { inner, .. }
            | Pattern::Project { inner, .. }
            | Pattern::Distinct(inner)
            | Pattern::OrderBy { inner, .. } => self.size(inner),
            Pattern::Triple(_) | Pattern::Route(_) | Pattern::Values { .. } | Pattern::Graphs(_) => {
                self.member(pattern, &State::start()).fan_out
            }
        }
    }

    fn join_size(&self, members: &[Pattern]) -> f64 {
        let mut state = State::start();
        let mut left: Vec<_> = members.iter().collect();
        while !left.is_empty() {
            let rows = |pattern: &Pattern| self.member(pattern, &state).fan_out;
            let best = (0..left.len()).min_by(|a, b| rows(left[*a]).total_cmp(&rows(left[*b]))).unwrap_or(0);
            let next = left.swap_remove(best);
            let fan_out = self.member(next, &state).fan_out;
            self.bind(&mut state, next, fan_out);
        }
        state.rows
    }

    /// The state after a pattern that gives `fan_out` rows a row.
    pub fn bind(&self, state: &mut State, pattern: &Pattern, fan_out: f64) {
        let was_start = state.possible.is_empty() && state.rows <= 1.0;
        state.rows *= fan_out;
        match pattern {
            Pattern::Triple(triple) => self.bind_triple(state, triple, was_start),
            _ => state.sorted = None,
        }
        state.sure.extend(pattern.sure());
        state.possible.extend(pattern.possible());
    }

    fn bind_triple(&self, state: &mut State, triple: &Triple, was_start: bool) {
        let is_read_by_subject = was_start && matches!(triple.predicate, Position::Term(_));
        let keeps_order = triple.subject.slot().is_none_or(|slot| state.possible.contains(&slot));
        if is_read_by_subject {
            state.sorted = triple.subject.slot();
        } else if !keeps_order {
            state.sorted = None;
        }
        let Some(links) = self.links(triple) else {
            if let (Position::Slot(subject), None) = (triple.subject, triple.graph) {
                bind_extent(state, subject, self.subjects());
            }
            return;
        };
        let counts = self.counts(triple, &links);
        let ends = [
            (triple.subject, counts.subjects, links.subject_extent()),
            (triple.object, counts.objects, links.object_extent()),
        ];
        for (position, n, extent) in ends {
            let Position::Slot(slot) = position else { continue };
            let before = state.distinct.get(&slot).copied().unwrap_or(f64::INFINITY);
            state.distinct.insert(slot, before.min(n).min(state.rows.max(1.0)));
            bind_extent(state, slot, extent.filter(|_| !matches!(triple.graph, Some(Position::Slot(_)))));
        }
    }

    /// The part of the rows that a condition keeps.
    pub fn kept(&self, condition: &Condition, members: &[Pattern]) -> f64 {
        match condition {
            Condition::Formula(formula) => match formula.range {
                Some(range) => members.iter().find_map(|it| self.part_of_range(it, range)).unwrap_or(KEPT_BY_A_FILTER),
                None if formula.compiled.looks_into_terms() => KEPT_BY_A_TEXT,
                None => KEPT_BY_A_FILTER,
            },
            Condition::Exists { .. } => KEPT_BY_A_FILTER,
        }
    }

    /// The work of a condition for each row.
    pub fn cost(condition: &Condition) -> f64 {
        match condition {
            Condition::Formula(formula) if formula.compiled.looks_into_terms() => COST_OF_A_TEXT,
            Condition::Formula(_) => 1.0,
            Condition::Exists { .. } => COST_OF_A_TEXT,
        }
    }

    fn part_of_range(&self, pattern: &Pattern, range: Between) -> Option<f64> {
        let Pattern::Triple(triple) = pattern else { return None };
        (triple.object == Position::Slot(range.slot)).then_some(())?;
        let links = self.links(triple)?;
        Some(links.n_objects_between(range.low, range.high) as f64 / links.len().max(1) as f64)
    }

    /// Whether a scan of the triple pattern had better read the range only.
    pub fn is_narrow(&self, triple: &Triple, range: Between) -> bool {
        let part = self.part_of_range(&Pattern::Triple(*triple), range);
        triple.subject.slot().is_some() && part.is_some_and(|part| part < NARROW_RANGE)
    }

    /// The ids between which the subjects of all predicates lie; looked at once.
    fn subjects(&self) -> Option<(Id, Id)> {
        *self.subjects.get_or_init(|| extent_over(self.all_links().filter_map(|links| links.subject_extent())))
    }

    fn n_links(&self) -> f64 {
        self.all_links().map(|links| links.len()).sum::<usize>() as f64
    }

    /// The links of each predicate, in the default graph.
    fn all_links(&self) -> impl Iterator<Item = Links> {
        self.context.predicates().iter().filter_map(|predicate| self.context.links(*predicate, None))
    }
}

impl State {
    /// One row that binds nothing.
    pub fn start() -> Self {
        Self { rows: 1.0, ..Self::default() }
    }
}

fn bind_extent(state: &mut State, slot: Slot, extent: Option<(Id, Id)>) {
    if let Some(extent) = extent {
        let known = state.extents.entry(slot).or_insert(extent);
        *known = (known.0.max(extent.0), known.1.min(extent.1));
    }
}

fn fan_out(links: &Links, counts: Counts, subject: End, object: End) -> f64 {
    match (subject, object) {
        (End::Free, End::Free) => counts.links,
        (End::Fixed(id), End::Free) => links.degree(id) as f64,
        (End::Free, End::Fixed(id)) => links.degree_back(id) as f64,
        (End::Fixed(_), End::Fixed(_)) => 1.0,
        (End::Fixed(id), End::Bound(n)) => links.degree(id) as f64 / n.max(links.degree(id) as f64).max(1.0),
        (End::Bound(n), End::Fixed(id)) => {
            let degree = links.degree_back(id) as f64;
            degree / n.max(degree).max(1.0)
        }
        (End::Bound(n), End::Free) => counts.links / n.max(counts.subjects),
        (End::Free, End::Bound(n)) => counts.links / n.max(counts.objects),
        (End::Bound(n), End::Bound(m)) => {
            (counts.links / (n.max(counts.subjects) * m.max(counts.objects)).sqrt()).min(1.0)
        }
    }
}
