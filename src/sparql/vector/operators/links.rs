//! Extends rows by the links that fit a triple pattern.
//!
//! Where a row leaves a variable of the pattern unbound, the variable is free for that row; rows are told apart by what
//! they bind first, so that all rows of a call are of one kind.

use super::{Run, Sink};
use crate::sparql::vector::Batch;
use crate::sparql::vector::context::Halt;
use crate::sparql::vector::pattern::{Position, Slot, Triple};
use crate::sparql::vector::rows::BATCH_ROWS;
use crate::store::{Id, Links};

/// What a position is for all rows of a batch.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Free(Slot),
    Fixed(Id),
    Bound(Slot),
}

/// Extends the rows of a batch; only the columns in `live` leave.
pub(super) fn match_triple(
    run: Run<'_>,
    triple: &Triple,
    batch: Batch,
    live: &[Slot],
    emit: &mut Sink<'_>,
) -> Result<(), Halt> {
    for batch in told_apart(batch, &triple.slots().collect::<Vec<_>>()) {
        match_alike(run, triple, batch, live, emit)?;
    }
    Ok(())
}

/// Batches in each of which every slot is bound by all rows or by none.
pub(super) fn told_apart(mut batch: Batch, slots: &[Slot]) -> Vec<Batch> {
    for slot in slots {
        let Some(column) = batch.column(*slot) else { continue };
        let n_unbound = column.iter().filter(|id| **id == Id::NONE).count();
        if n_unbound == batch.len {
            batch.columns[*slot] = Vec::new();
        } else if n_unbound > 0 {
            let keep: Vec<_> = column.iter().map(|id| *id != Id::NONE).collect();
            let others: Vec<_> = keep.iter().map(|keep| !keep).collect();
            let all: Vec<_> = (0..batch.columns.len()).collect();
            let bound = batch.clone().keep(&keep, &all);
            let unbound = batch.keep(&others, &all);
            return [told_apart(bound, slots), told_apart(unbound, slots)].concat();
        }
    }
    vec![batch]
}

fn end(batch: &Batch, position: Position) -> End {
    match position {
        Position::Term(id) => End::Fixed(id),
        Position::Slot(slot) if batch.column(slot).is_some() => End::Bound(slot),
        Position::Slot(slot) => End::Free(slot),
    }
}

/// For each predicate (and graph) that comes into question, the rows that ask for it.
fn match_alike(run: Run<'_>, triple: &Triple, batch: Batch, live: &[Slot], emit: &mut Sink<'_>) -> Result<(), Halt> {
    let graph = triple.graph.map(|graph| end(&batch, graph));
    let predicate = end(&batch, triple.predicate);
    let is_single = matches!(predicate, End::Fixed(_)) && matches!(graph, None | Some(End::Fixed(_)));
    if let (true, End::Fixed(predicate)) = (is_single, predicate) {
        let graph = if let Some(End::Fixed(graph)) = graph { Some(graph) } else { None };
        let Some(links) = run.context.links(predicate, graph) else { return Ok(()) };
        let (subject, object) = (end(&batch, triple.subject), end(&batch, triple.object));
        return follow(&links, subject, object, batch, live, emit);
    }
    for (predicate, batch) in choices(predicate, batch, run.context.predicates()) {
        let graphs = match graph {
            None => vec![(None, batch)],
            Some(graph) => {
                let choices = choices(graph, batch, run.context.named_graphs());
                choices.into_iter().map(|(graph, batch)| (Some(graph), batch)).collect()
            }
        };
        for (graph, batch) in graphs {
            run.context.check()?;
            let Some(links) = run.context.links(predicate, graph).filter(|links| !links.is_empty()) else { continue };
            let (subject, object) = (end(&batch, triple.subject), end(&batch, triple.object));
            follow(&links, subject, object, batch, live, emit)?;
        }
    }
    Ok(())
}

/// The values of a position, each with the rows that have it; a free position takes all that are `known`.
pub(super) fn choices_of(position: Position, batch: Batch, known: &[Id]) -> Vec<(Id, Batch)> {
    choices(end(&batch, position), batch, known)
}

fn choices(position: End, batch: Batch, known: &[Id]) -> Vec<(Id, Batch)> {
    match position {
        End::Fixed(id) => vec![(id, batch)],
        End::Free(slot) => {
            let with = |id: &Id| {
                let mut batch = batch.clone();
                batch.columns[slot] = vec![*id; batch.len];
                (*id, batch)
            };
            known.iter().map(with).collect()
        }
        End::Bound(slot) => {
            let column = &batch.columns[slot];
            if column.iter().all(|id| *id == column[0]) {
                return vec![(column[0], batch)];
            }
            let mut values = column.clone();
            values.sort_unstable();
            values.dedup();
            let all: Vec<_> = (0..batch.columns.len()).collect();
            let with = |id: Id| {
                let keep: Vec<_> = batch.columns[slot].iter().map(|other| *other == id).collect();
                (id, batch.clone().keep(&keep, &all))
            };
            values.into_iter().map(with).collect()
        }
    }
}

fn follow(
    links: &Links,
    subject: End,
    object: End,
    batch: Batch,
    live: &[Slot],
    emit: &mut Sink<'_>,
) -> Result<(), Halt> {
    match (subject, object) {
        (End::Free(one), End::Free(other)) => every_link(links, one, other, &batch, live, emit),
        (bound, End::Free(slot)) if links.is_functional() => {
            let mut objects = Vec::with_capacity(batch.len);
            with_column(&batch, bound, |subjects| links.fetch(subjects, &mut objects));
            emit(found_only(batch, slot, objects, live))
        }
        (bound, End::Free(slot)) => {
            let extend =
                |subjects: &[Id], rows: &mut Vec<u32>, found: &mut Vec<Id>| links.expand(subjects, rows, found);
            in_pieces(&batch, bound, slot, live, emit, extend)
        }
        (End::Free(slot), bound) => {
            let extend =
                |objects: &[Id], rows: &mut Vec<u32>, found: &mut Vec<Id>| links.expand_back(objects, rows, found);
            in_pieces(&batch, bound, slot, live, emit, extend)
        }
        (End::Bound(slot), End::Fixed(object)) if let Some((first, last)) = links.run_of_subjects(object) => {
            let n = last.bits() - first.bits();
            let is_one = |id: &Id| id.bits().wrapping_sub(first.bits()) <= n;
            let found: Vec<_> = batch.columns[slot].iter().map(is_one).collect();
            emit(batch.keep(&found, live))
        }
        (subject, object) => {
            let mut found = Vec::with_capacity(batch.len);
            with_column(&batch, subject, |subjects| {
                with_column(&batch, object, |objects| links.contains(subjects, objects, &mut found));
            });
            emit(batch.keep(&found, live))
        }
    }
}

fn with_column(batch: &Batch, end: End, use_it: impl FnOnce(&[Id])) {
    match end {
        End::Bound(slot) => use_it(&batch.columns[slot]),
        End::Fixed(id) => use_it(&vec![id; batch.len]),
        End::Free(_) => (),
    }
}

/// The rows for which something was found, with what was found.
fn found_only(mut batch: Batch, slot: Slot, found: Vec<Id>, live: &[Slot]) -> Batch {
    let is_complete = !found.contains(&Id::NONE);
    if is_complete {
        batch.columns[slot] = found;
        batch.drop_dead(live);
        return batch;
    }
    let keep: Vec<_> = found.iter().map(|id| *id != Id::NONE).collect();
    batch.columns[slot] = found;
    batch.keep(&keep, live)
}

/// Extends some rows at a time, so many that what comes out fits a batch.
fn in_pieces(
    batch: &Batch,
    bound: End,
    slot: Slot,
    live: &[Slot],
    emit: &mut Sink<'_>,
    extend: impl Fn(&[Id], &mut Vec<u32>, &mut Vec<Id>),
) -> Result<(), Halt> {
    let (mut start, mut length) = (0, batch.len.clamp(1, BATCH_ROWS / 4));
    while start < batch.len {
        let end = batch.len.min(start + length);
        let (mut rows, mut found) = (Vec::new(), Vec::new());
        match bound {
            End::Bound(slot) => extend(&batch.columns[slot][start..end], &mut rows, &mut found),
            End::Fixed(id) => extend(&vec![id; end - start], &mut rows, &mut found),
            End::Free(_) => (),
        }
        rows.iter_mut().for_each(|row| *row += start as u32);
        let fan_out = (rows.len() / (end - start)).max(1);
        (start, length) = (end, (BATCH_ROWS / fan_out).max(1));
        if !rows.is_empty() {
            let mut extended = batch.gather(&rows, live);
            if live.binary_search(&slot).is_ok() {
                extended.columns[slot] = found;
            }
            emit(extended)?;
        }
    }
    Ok(())
}

/// Every row with every link.
fn every_link(
    links: &Links,
    subject: Slot,
    object: Slot,
    batch: &Batch,
    live: &[Slot],
    emit: &mut Sink<'_>,
) -> Result<(), Halt> {
    for row in 0..batch.len as u32 {
        for start in (0..links.len()).step_by(BATCH_ROWS) {
            let (mut subjects, mut objects) = (Vec::new(), Vec::new());
            links.read(start..links.len().min(start + BATCH_ROWS), &mut subjects, &mut objects);
            let mut extended = batch.gather(&vec![row; subjects.len()], live);
            let keep: Vec<_> =
                subjects.iter().zip(&objects).map(|(one, other)| subject != object || one == other).collect();
            extended.columns[subject] = subjects;
            extended.columns[object] = objects;
            emit(extended.keep(&keep, live))?;
        }
    }
    Ok(())
}

/// The objects of functional links, [`Id::NONE`] where there are none, when that is all that a pattern asks.
pub(super) fn optional_object(run: Run<'_>, triple: &Triple, batch: &Batch) -> Option<(Slot, Vec<Id>)> {
    let (End::Fixed(predicate), End::Bound(subject), End::Free(object)) =
        (end(batch, triple.predicate), end(batch, triple.subject), end(batch, triple.object))
    else {
        return None;
    };
    let graph = match triple.graph {
        None => None,
        Some(Position::Term(graph)) => Some(graph),
        Some(Position::Slot(_)) => return None,
    };
    let links = run.context.links(predicate, graph).filter(Links::is_functional)?;
    let subjects = &batch.columns[subject];
    if subjects.contains(&Id::NONE) {
        return None;
    }
    let mut objects = Vec::with_capacity(subjects.len());
    links.fetch(subjects, &mut objects);
    Some((object, objects))
}
