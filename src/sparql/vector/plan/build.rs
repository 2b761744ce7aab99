//! From patterns to sources and steps.
//!
//! A draft begins as one row that binds nothing. The first member of a group becomes its source; every further member
//! extends the rows where that gives the same as a join ([`is_fit`]) and the member is linked to them, and is otherwise
//! planned by itself and joined by hash. Filters are asked as soon as everything they read is bound.

use std::cell::Cell;

use super::estimate::{State, Statistics};
use super::fit::is_fit;
use super::order::ordered;
use super::prune::prune;
use super::rewrite::{dissolve, fix, given_by_filters, has_place_for, value_of};
use super::sink::sink;
use super::{Join, JoinKind, Plan, Source, Step, StepKind, listed};
use crate::sparql::vector::NotCovered;
use crate::sparql::vector::account::Ready;
use crate::sparql::vector::context::Context;
use crate::sparql::vector::pattern::{Condition, Formula, Pattern, Slot, Slots};
use crate::store::Id;

/// Makes plans for the patterns of one query.
pub(in crate::sparql::vector) struct Planner<'a> {
    context: &'a Context,
    pub(super) statistics: Statistics<'a>,
    n_slots: Cell<usize>,
    /// Whether what is planned stands inside an `EXISTS`.
    is_in_exists: Cell<bool>,
}

/// A plan in the making.
pub(super) struct Draft {
    pub plan: Plan,
    pub state: State,
    /// Slots of the rows for which an `EXISTS` is asked: they are bound everywhere inside it.
    outer: Slots,
    /// Whether rows come in from outside, so that there is no source to choose.
    is_inside: bool,
}

pub(super) type Planned = Result<(), NotCovered>;

/// Tables up to this length are compared row by row, longer ones are joined by hash.
const ROWS_OF_A_SMALL_TABLE: usize = 16;

impl<'a> Planner<'a> {
    /// A planner for patterns with `n_slots` slots.
    pub fn new(context: &'a Context, n_slots: usize) -> Self {
        let (n_slots, is_in_exists) = (Cell::new(n_slots), Cell::new(false));
        Self { context, statistics: Statistics::new(context), n_slots, is_in_exists }
    }

    /// The plan of a query's pattern and the number of slots that its batches have.
    pub fn plan(&self, pattern: &Pattern, columns: &Slots) -> Result<(Plan, usize), NotCovered> {
        let mut plan = self.alone(pattern)?.plan;
        sink(&mut plan, &self.statistics);
        prune(&mut plan, columns);
        Ok((plan, self.n_slots.get()))
    }

    fn fresh(&self) -> Slot {
        self.n_slots.replace(self.n_slots.get() + 1)
    }

    /// A pattern planned by itself.
    pub(super) fn alone(&self, pattern: &Pattern) -> Result<Draft, NotCovered> {
        let mut draft =
            Draft { plan: Plan::new(Source::Unit, 1.0), state: State::start(), outer: Slots::new(), is_inside: false };
        self.add(&mut draft, pattern)?;
        Ok(draft)
    }

    /// Steps that extend the rows of a draft by a pattern, and the state after them.
    fn inside(
        &self,
        draft: &Draft,
        outer: Slots,
        add: impl FnOnce(&Self, &mut Draft) -> Planned,
    ) -> Result<(Vec<Step>, State), NotCovered> {
        let plan = Plan::new(Source::Unit, draft.state.rows);
        let mut inner = Draft { plan, state: draft.state.clone(), outer, is_inside: true };
        add(self, &mut inner)?;
        Ok((inner.plan.steps, inner.state))
    }

    fn add(&self, draft: &mut Draft, pattern: &Pattern) -> Planned {
        match pattern {
            Pattern::Join(_) | Pattern::Filter { .. } => self.add_group(draft, pattern),
            _ if draft.is_bare() => self.begin(draft, pattern),
            _ => self.add_member(draft, pattern),
        }
    }

    /// Joins everything in a group, asking its filters as early as possible.
    fn add_group(&self, draft: &mut Draft, pattern: &Pattern) -> Planned {
        let (mut members, mut conditions) = (vec![pattern.clone()], Vec::new());
        let entry = &draft.state.possible - &draft.outer;
        while dissolve(&mut members, &mut conditions, &entry) {}
        given_by_filters(&mut members, &mut conditions);
        let constants = self.fix_constants(draft, &mut members);
        if !draft.is_bare() || members.is_empty() {
            self.add_constants(draft, &constants)?;
        }
        let possible: Slots = members.iter().flat_map(Pattern::possible).collect();
        if draft.is_bare() && members.len() == 1 && !matches!(members[0], Pattern::Filter { .. }) {
            self.begin_filtered(draft, &members[0], &conditions)?;
            self.add_constants(draft, &constants)?;
            return self.ask_ready(draft, &mut conditions, &Slots::new());
        }
        for at in ordered(&members, &conditions, &draft.state, &self.statistics) {
            let was_bare = draft.is_bare();
            match &members[at] {
                Pattern::Filter { inner, conditions } if draft.is_bare() => {
                    self.add(draft, inner)?;
                    self.ask_ready(draft, &mut conditions.clone(), &Slots::new())?;
                }
                member if draft.is_bare() => self.begin_filtered(draft, member, &conditions)?,
                member => self.add_member(draft, member)?,
            }
            if was_bare {
                self.add_constants(draft, &constants)?;
            }
            self.ask_ready(draft, &mut conditions, &possible)?;
        }
        self.ask_ready(draft, &mut conditions, &Slots::new())
    }

    /// Variables with the same value in every solution are put into the triples as terms; tells which they are.
    fn fix_constants(&self, draft: &Draft, members: &mut Vec<Pattern>) -> Vec<(Slot, Id)> {
        let mut constants = Vec::new();
        let mut at = 0;
        while at < members.len() {
            let Some(fixed) = self.constants_of(draft, &constants, members, at) else {
                at += 1;
                continue;
            };
            members.remove(at);
            for (slot, value) in fixed.into_iter().filter(|(_, value)| *value != Id::NONE) {
                members.iter_mut().for_each(|member| fix(member, slot, value));
                constants.push((slot, value));
            }
        }
        constants
    }

    /// The only row that a member has, when it reads nothing and binds nothing that is bound already or in `known`. Given
    /// rows stay rows where a member begins with them that has no place for a term.
    fn constants_of(
        &self,
        draft: &Draft,
        known: &[(Slot, Id)],
        members: &[Pattern],
        at: usize,
    ) -> Option<Vec<(Slot, Id)>> {
        let is_new = |slot: &Slot| !draft.state.possible.contains(slot) && known.iter().all(|(other, _)| other != slot);
        let others = members.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, member)| member);
        let has_place = |slot: &Slot| others.clone().all(|it| has_place_for(it, *slot));
        match &members[at] {
            Pattern::Values { slots, rows }
                if rows.len() == 1 && slots.iter().all(is_new) && slots.iter().all(has_place) =>
            {
                Some(slots.iter().copied().zip(rows[0].iter().copied()).collect())
            }
            Pattern::Extend { inner, formula, slot, .. } => {
                let is_unit = matches!(&**inner, Pattern::Join(members) if members.is_empty());
                let is_closed = formula.exists.is_empty() && formula.slots.is_disjoint(&draft.state.possible);
                (is_unit && is_closed && is_new(slot))
                    .then(|| vec![(*slot, value_of(formula, self.context, self.n_slots.get()))])
            }
            _ => None,
        }
    }

    fn add_constants(&self, draft: &mut Draft, constants: &[(Slot, Id)]) -> Planned {
        if constants.is_empty() {
            return Ok(());
        }
        let (slots, row) = constants.iter().copied().unzip();
        self.add_atom(draft, &Pattern::Values { slots, rows: [row].into() })
    }

    /// Asks the conditions that read, of `pending`, only what is certainly bound.
    fn ask_ready(&self, draft: &mut Draft, conditions: &mut Vec<Condition>, pending: &Slots) -> Planned {
        let is_waiting = |condition: &Condition, sure: &Slots| {
            condition.reads().iter().any(|slot| pending.contains(slot) && !sure.contains(slot))
        };
        let sure = draft.state.sure.clone();
        let (waiting, ready) = std::mem::take(conditions).into_iter().partition(|it| is_waiting(it, &sure));
        *conditions = waiting;
        ready.into_iter().try_for_each(|condition| self.ask(draft, condition))
    }

    fn ask(&self, draft: &mut Draft, condition: Condition) -> Planned {
        let kept = self.statistics.kept(&condition, &[]);
        match condition {
            Condition::Formula(formula) => {
                self.mark_exists(draft, &formula)?;
                draft.state.rows *= kept;
                draft.push(StepKind::Filter(formula));
            }
            Condition::Exists { pattern, is_negated } => {
                let row = self.fresh();
                let steps = self.exists(draft, &pattern)?;
                draft.state.rows *= kept;
                draft.push(StepKind::Exists { steps, row, needs: Vec::new(), is_negated });
            }
        }
        Ok(())
    }

    /// Puts what the `EXISTS` of a formula find into the slots that it reads.
    fn mark_exists(&self, draft: &mut Draft, formula: &Formula) -> Planned {
        for (slot, pattern) in &formula.exists {
            let (row, steps) = (self.fresh(), self.exists(draft, pattern)?);
            draft.push(StepKind::Mark { steps, row, needs: Vec::new(), slot: *slot });
            draft.state.sure.insert(*slot);
            draft.state.possible.insert(*slot);
        }
        Ok(())
    }

    /// Steps that find whether a pattern has a solution for a row.
    fn exists(&self, draft: &Draft, pattern: &Pattern) -> Result<Vec<Step>, NotCovered> {
        let was_inside = self.is_in_exists.replace(true);
        let steps = self.exists_within(draft, pattern);
        self.is_in_exists.set(was_inside);
        steps
    }

    fn exists_within(&self, draft: &Draft, pattern: &Pattern) -> Result<Vec<Step>, NotCovered> {
        let outer = draft.state.possible.clone();
        if pattern.mentioned().is_disjoint(&outer) {
            let one = Pattern::Slice { inner: Box::new(pattern.clone()), start: 0, length: Some(1) };
            return Ok(self
                .inside(draft, outer, |planner, inner| planner.add_by_hash(inner, &one, JoinKind::Inner))?
                .0);
        }
        Ok(self.inside(draft, outer, |planner, inner| planner.add(inner, pattern))?.0)
    }

    /// Extends the rows by a member, or joins them with it.
    pub(super) fn add_member(&self, draft: &mut Draft, pattern: &Pattern) -> Planned {
        let entry = &draft.state.possible - &draft.outer;
        let is_fit = draft.is_bare() || is_fit(pattern, &entry);
        if !is_fit || !self.is_linked(draft, pattern) {
            return self.add_by_hash(draft, pattern, JoinKind::Inner);
        }
        match pattern {
            Pattern::Triple(_) | Pattern::Route(_) | Pattern::Graphs(_) | Pattern::Values { .. } => {
                self.add_atom(draft, pattern)
            }
            Pattern::Join(_) | Pattern::Filter { .. } => self.add_group(draft, pattern),
            Pattern::Project { inner, .. } => self.add(draft, inner),
            Pattern::Extend { inner, slot, formula, is_sure } => {
                self.add(draft, inner)?;
                self.extend(draft, *slot, formula, *is_sure)
            }
            Pattern::LeftJoin { left, right, conditions } => {
                self.add(draft, left)?;
                self.add_optional(draft, right, conditions)
            }
            Pattern::Union(branches) => self.add_branches(draft, branches),
            Pattern::Minus { left, right } if draft.is_bare() => {
                // the evaluator gives rows from outside to both sides, which then share their variables
                if self.is_in_exists.get() && left.sure().is_disjoint(&right.sure()) {
                    return Err(NotCovered::new("MINUS inside EXISTS whose sides need not share a variable"));
                }
                self.add(draft, left)?;
                self.add_by_hash(draft, right, JoinKind::Minus)
            }
            _ => self.add_by_hash(draft, pattern, JoinKind::Inner),
        }
    }

    fn add_atom(&self, draft: &mut Draft, pattern: &Pattern) -> Planned {
        let kind = match pattern {
            Pattern::Triple(triple) => StepKind::Match(*triple),
            Pattern::Route(route) => StepKind::Route(route.clone()),
            Pattern::Graphs(name) => StepKind::Graphs(*name),
            Pattern::Values { slots, rows } => StepKind::Values { slots: slots.clone(), rows: rows.clone() },
            _ => return self.add_member(draft, pattern),
        };
        let is_table = matches!(pattern, Pattern::Values { rows, .. } if rows.len() > ROWS_OF_A_SMALL_TABLE);
        if is_table {
            return self.add_by_hash(draft, pattern, JoinKind::Inner);
        }
        let estimate = self.statistics.member(pattern, &draft.state);
        self.statistics.bind(&mut draft.state, pattern, estimate.fan_out);
        draft.push(kind);
        Ok(())
    }

    fn extend(&self, draft: &mut Draft, slot: Slot, formula: &Formula, is_sure: bool) -> Planned {
        if draft.state.possible.contains(&slot) {
            return Err(NotCovered::new("a variable that is bound outside and computed inside EXISTS"));
        }
        self.mark_exists(draft, formula)?;
        draft.push(StepKind::Extend { slot, formula: formula.clone() });
        draft.state.possible.insert(slot);
        if is_sure {
            draft.state.sure.insert(slot);
        }
        Ok(())
    }

    /// Extends rows by an optional pattern where there is something.
    fn add_optional(&self, draft: &mut Draft, right: &Pattern, conditions: &[Condition]) -> Planned {
        let entry = &draft.state.possible - &draft.outer;
        if is_fit(right, &entry) && self.is_linked(draft, right) {
            let row = self.fresh();
            let (steps, _) = self.inside(draft, draft.outer.clone(), |planner, inner| {
                planner.add(inner, right)?;
                planner.ask_ready(inner, &mut conditions.to_vec(), &Slots::new())
            })?;
            draft.state.possible.extend(right.possible());
            draft.state.sorted = None;
            draft.push(StepKind::Optional { steps, row });
            return Ok(());
        }
        let formulas = conditions.iter().map(|condition| match condition {
            Condition::Formula(formula) if formula.exists.is_empty() => Ok(formula.clone()),
            _ => Err(NotCovered::new("EXISTS in the filter of an OPTIONAL that is joined by hash")),
        });
        self.add_by_hash(draft, right, JoinKind::Left(formulas.collect::<Result<_, _>>()?))
    }

    fn add_branches(&self, draft: &mut Draft, branches: &[Pattern]) -> Planned {
        let (mut all, mut rows) = (Vec::new(), 0.0);
        let pattern = Pattern::Union(branches.to_vec());
        for branch in branches {
            let add = |planner: &Self, inner: &mut Draft| planner.add(inner, branch);
            let (steps, state) = self.inside(draft, draft.outer.clone(), add)?;
            rows += state.rows;
            all.push(steps);
        }
        draft.state.rows = rows;
        draft.state.sure.extend(pattern.sure());
        draft.state.possible.extend(pattern.possible());
        draft.state.sorted = None;
        draft.push(StepKind::Branches(all));
        Ok(())
    }

    /// Joins the rows with those of a plan of its own.
    fn add_by_hash(&self, draft: &mut Draft, pattern: &Pattern, kind: JoinKind) -> Planned {
        if !pattern.mentioned().is_disjoint(&draft.outer) && !is_fit(pattern, &draft.outer) {
            return Err(NotCovered::new(
                "a sub-query, MINUS or filter inside EXISTS that reads a variable from outside",
            ));
        }
        let build = self.alone(pattern)?;
        let shared = &draft.state.possible & &pattern.possible();
        let keys: Slots = &(&shared & &draft.state.sure) & &pattern.sure();
        let others = listed(&(&shared - &keys));
        let estimate = self.statistics.member(pattern, &draft.state);
        match kind {
            JoinKind::Inner => self.statistics.bind(&mut draft.state, pattern, estimate.fan_out),
            JoinKind::Left(_) => draft.state.possible.extend(pattern.possible()),
            JoinKind::Minus => (),
        }
        let join = Join { kind, build: build.plan, keys: listed(&keys), others, built: Ready::new() };
        draft.push(StepKind::Join(Box::new(join)));
        Ok(())
    }

    /// Whether extending rows by a pattern begins at what they bind.
    fn is_linked(&self, draft: &Draft, pattern: &Pattern) -> bool {
        let possible = &draft.state.possible;
        match pattern {
            _ if draft.is_bare() => true,
            Pattern::Values { rows, .. } if rows.len() <= 1 => true,
            Pattern::Graphs(_) => true,
            Pattern::Triple(_) | Pattern::Route(_) | Pattern::Values { .. } => {
                !pattern.possible().is_disjoint(possible)
            }
            Pattern::Join(members) => members.is_empty() || members.iter().any(|it| self.is_linked(draft, it)),
            Pattern::Union(branches) => branches.iter().all(|it| self.is_linked(draft, it)),
            Pattern::Filter { inner, .. } | Pattern::Extend { inner, .. } | Pattern::Project { inner, .. } => {
                self.is_linked(draft, inner)
            }
            Pattern::LeftJoin { left, .. } => self.is_linked(draft, left),
            _ => false,
        }
    }
}

impl Draft {
    /// Whether nothing has been planned, and there is a source to choose.
    fn is_bare(&self) -> bool {
        !self.is_inside && self.plan.steps.is_empty() && matches!(self.plan.source, Source::Unit)
    }

    fn push(&mut self, kind: StepKind) {
        self.plan.steps.push(Step::new(kind, self.state.rows));
    }
}
