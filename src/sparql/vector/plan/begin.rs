//! How a draft begins: the source that its first member becomes.

use super::build::{Draft, Planned, Planner};
use super::rewrite::{computed_last, counted, limit_sort};
use super::{Grouping, Scan, Seen, Source, Whole, WholeKind, listed};
use crate::sparql::vector::account::Ready;
use crate::sparql::vector::pattern::{Between, Condition, Counted, Pattern, Position, Slot, Slots};

/// Values of a key that is computed, when nothing better is known.
const VALUES_OF_A_KEY: f64 = 64.0;

impl Planner<'_> {
    /// The first member, read with what its filters say of a range.
    pub(super) fn begin_filtered(&self, draft: &mut Draft, member: &Pattern, conditions: &[Condition]) -> Planned {
        self.begin(draft, member)?;
        let Source::Scan(scan) = &mut draft.plan.source else { return Ok(()) };
        let ranges = conditions.iter().filter_map(|condition| match condition {
            Condition::Formula(formula) => {
                formula.range.filter(|range| scan.triple.object == Position::Slot(range.slot))
            }
            Condition::Exists { .. } => None,
        });
        let all = ranges.reduce(|a, b| Between { slot: a.slot, low: a.low.max(b.low), high: a.high.min(b.high) });
        scan.range = all.filter(|range| self.statistics.is_narrow(&scan.triple, *range));
        Ok(())
    }

    /// The source of a draft, from its first member.
    pub(super) fn begin(&self, draft: &mut Draft, pattern: &Pattern) -> Planned {
        if let Some(pattern) = computed_last(pattern) {
            return self.add_member(draft, &pattern);
        }
        let estimate = self.statistics.member(pattern, &draft.state);
        match pattern {
            Pattern::Triple(triple) => {
                draft.plan.source = Source::Scan(Scan { triple: *triple, range: None });
                self.statistics.bind(&mut draft.state, pattern, estimate.fan_out);
            }
            Pattern::Values { slots, rows } => {
                draft.plan.source = Source::Values { slots: slots.clone(), rows: rows.clone() };
                self.statistics.bind(&mut draft.state, pattern, estimate.fan_out);
            }
            Pattern::Union(branches) => {
                let plans = branches.iter().map(|branch| self.alone(branch).map(|draft| draft.plan));
                draft.plan.source = Source::Union(plans.collect::<Result<_, _>>()?);
                self.statistics.bind(&mut draft.state, pattern, self.statistics.size(pattern));
            }
            Pattern::Group { .. } | Pattern::Distinct(_) | Pattern::Slice { .. } | Pattern::OrderBy { .. } => {
                return self.begin_whole(draft, pattern);
            }
            _ => return self.add_member(draft, pattern),
        }
        draft.plan.rows = draft.state.rows;
        Ok(())
    }

    /// A source that has to see all its rows first.
    fn begin_whole(&self, draft: &mut Draft, pattern: &Pattern) -> Planned {
        let (kind, inner) = match pattern {
            Pattern::Group { inner, keys, measures } => {
                if let Some((triple, slots, key)) = counted(inner, keys, measures)
                    && (key.is_none() || self.statistics.links(&triple).is_some_and(|links| links.is_exact()))
                {
                    let empty = Pattern::Join(Vec::new());
                    return self.set_whole(draft, pattern, WholeKind::Count { triple, slots, key }, &empty);
                }
                (
                    WholeKind::Group(Grouping {
                        keys: keys.clone(),
                        measures: measures.clone(),
                        extents: Default::default(),
                        n_groups: 1.0,
                    }),
                    inner,
                )
            }
            Pattern::Distinct(inner) => (WholeKind::Distinct { slots: listed(&inner.possible()) }, inner),
            Pattern::OrderBy { inner, keys } => (WholeKind::Sort { keys: keys.clone(), limit: None }, inner),
            Pattern::Slice { inner, start, length } => (WholeKind::Slice { start: *start, length: *length }, inner),
            _ => return self.add_member(draft, pattern),
        };
        self.set_whole(draft, pattern, kind, inner)
    }

    fn set_whole(&self, draft: &mut Draft, pattern: &Pattern, mut kind: WholeKind, inner: &Pattern) -> Planned {
        let mut input = self.alone(inner)?;
        match &mut kind {
            WholeKind::Group(grouping) => {
                let sure = &input.state.sure;
                let values = |slot: &Slot| input.state.distinct.get(slot).copied().unwrap_or(VALUES_OF_A_KEY);
                grouping.n_groups = grouping.keys.iter().map(values).product();
                grouping.extents = input
                    .state
                    .extents
                    .iter()
                    .filter(|(slot, _)| sure.contains(slot))
                    .map(|(slot, extent)| (*slot, *extent))
                    .collect();
                // what is always bound need not be looked at to be counted
                for measure in &mut grouping.measures {
                    if let Some(Counted::Slot(slot)) = measure.counts
                        && sure.contains(&slot)
                    {
                        (measure.counts, measure.slots) = (Some(Counted::Rows), Slots::new());
                    }
                }
            }
            WholeKind::Slice { start, length: Some(length) } => limit_sort(&mut input.plan, *start + *length),
            _ => (),
        }
        let input_slots = input.state.possible;
        let (result, seen) = (Ready::new(), Seen::default());
        draft.plan.source = Source::Whole(Box::new(Whole { kind, input: input.plan, input_slots, result, seen }));
        self.statistics.bind(&mut draft.state, pattern, self.statistics.size(pattern));
        draft.plan.rows = draft.state.rows;
        Ok(())
    }
}
