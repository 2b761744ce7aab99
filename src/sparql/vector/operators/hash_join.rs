//! Joins by hash: inner, left and minus.
//!
//! The built side is kept whole in one batch, its rows chained by the hash of the key columns, or by the key itself where
//! it is one whose ids lie near each other. Slots that some rows leave
//! unbound are no keys: they are compared row by row, and an unbound one agrees with everything.

use super::keys::hashes;
use super::steps::truths;
use super::{Run, Sink, collected};
use crate::sparql::vector::Batch;
use crate::sparql::vector::account::Held;
use crate::sparql::vector::context::Halt;
use crate::sparql::vector::pattern::{Formula, Slot};
use crate::sparql::vector::plan::{Join, JoinKind};
use crate::sparql::vector::rows::BATCH_ROWS;
use crate::store::Id;

/// The built side of a join.
pub(in crate::sparql::vector) struct Built {
    rows: Batch,
    /// The key and its least id, when chains are those of ids.
    near: Option<(Slot, u64)>,
    /// By hash or id: one more than the first row of the chain, 0 where there is none.
    heads: Vec<u32>,
    /// Of each row: one more than the next row of its chain.
    next: Vec<u32>,
    _held: Held,
}

/// Places for the ids of a key, whatever the number of rows.
const FEW_HEADS: usize = 1 << 16;

/// Computes the built side; what its plan needs is prepared.
pub(super) fn build(run: Run<'_>, join: &Join) -> Result<Built, Halt> {
    let (rows, mut held) = collected(run, &join.build)?.into_one(run.n_slots);
    if join.keys.is_empty() {
        return Ok(Built { rows, near: None, heads: Vec::new(), next: Vec::new(), _held: held });
    }
    let near = near(&rows, &join.keys);
    let n_heads = near.map_or_else(|| (rows.len * 2).next_power_of_two().max(2), |(_, _, n)| n);
    held.more(4 * (n_heads + rows.len))?;
    let near = near.map(|(slot, first, _)| (slot, first));
    let mut built = Built { near, heads: vec![0; n_heads], next: vec![0; rows.len], rows, _held: held };
    for (row, place) in built.places(&built.rows, &join.keys).into_iter().enumerate().rev() {
        let Some(head) = built.heads.get_mut(place) else { continue };
        built.next[row] = *head;
        *head = row as u32 + 1;
    }
    Ok(built)
}

/// The only key, its least id and the number of ids from there to its greatest, when these are not many more than the
/// rows.
fn near(rows: &Batch, keys: &[Slot]) -> Option<(Slot, u64, usize)> {
    let [key] = keys[..] else { return None };
    let bits = || rows.column(key).unwrap_or_default().iter().map(|id| id.bits());
    let n = usize::try_from(bits().max()? - bits().min()?).ok()?.checked_add(1)?;
    (n <= FEW_HEADS.max(rows.len.saturating_mul(8))).then_some((key, bits().min()?, n))
}

impl Built {
    /// The place of each row's chain; beyond all places when it has none.
    fn places(&self, batch: &Batch, keys: &[Slot]) -> Vec<usize> {
        match self.near {
            Some((key, first)) => {
                let column = batch.column(key).unwrap_or_default();
                column.iter().map(|id| id.bits().wrapping_sub(first) as usize).collect()
            }
            None => hashes(batch, keys).into_iter().map(|hash| place(hash, self.heads.len())).collect(),
        }
    }
}

fn place(hash: u64, n_heads: usize) -> usize {
    (hash >> 20) as usize & (n_heads - 1)
}

/// Joins a batch with the built side.
pub(super) fn probe(run: Run<'_>, join: &Join, batch: Batch, live: &[Slot], emit: &mut Sink<'_>) -> Result<(), Halt> {
    let Some(built) = join.built.get() else { return Ok(()) };
    let built = &*built;
    match &join.kind {
        JoinKind::Inner => {
            each_pair(run, join, built, &batch, &mut |rows, others| emit(paired(&batch, built, rows, others, live)))
        }
        JoinKind::Left(formulas) => left(run, join, built, formulas, batch, live, emit),
        JoinKind::Minus => {
            let mut keep = vec![true; batch.len];
            if !join.keys.is_empty() || !join.others.is_empty() {
                each_pair(run, join, built, &batch, &mut |rows, others| {
                    for (row, other) in rows.iter().zip(others) {
                        keep[*row as usize] &= !shares_some(join, &batch, built, *row, *other);
                    }
                    Ok(())
                })?;
            }
            emit(batch.keep(&keep, live))
        }
    }
}

/// Whether a pair of rows that agree has a variable that both bind.
fn shares_some(join: &Join, batch: &Batch, built: &Built, row: u32, other: u32) -> bool {
    let is_bound = |slot: &Slot| {
        batch.value(*slot, row as usize) != Id::NONE && built.rows.value(*slot, other as usize) != Id::NONE
    };
    !join.keys.is_empty() || join.others.iter().any(is_bound)
}

fn left(
    run: Run<'_>,
    join: &Join,
    built: &Built,
    formulas: &[Formula],
    batch: Batch,
    live: &[Slot],
    emit: &mut Sink<'_>,
) -> Result<(), Halt> {
    let read = formulas.iter().flat_map(|formula| formula.slots.iter().copied());
    let mut wanted: Vec<Slot> = live.iter().copied().chain(read).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut is_alone = vec![true; batch.len];
    each_pair(run, join, built, &batch, &mut |rows, others| {
        let mut pairs = paired(&batch, built, rows, others, &wanted);
        let mut keep = vec![true; pairs.len];
        for formula in formulas {
            keep.iter_mut().zip(truths(run, formula, &mut pairs)).for_each(|(keep, truth)| *keep &= truth);
        }
        rows.iter().zip(&keep).filter(|(_, keep)| **keep).for_each(|(row, _)| is_alone[*row as usize] = false);
        emit(pairs.keep(&keep, live))
    })?;
    emit(batch.keep(&is_alone, live))
}

/// Takes rows of the batch and, beside them, rows of the built side.
type TakePairs<'t> = dyn FnMut(&[u32], &[u32]) -> Result<(), Halt> + 't;

/// Calls `take` with pairs of rows that agree, many at a time.
fn each_pair(run: Run<'_>, join: &Join, built: &Built, batch: &Batch, take: &mut TakePairs<'_>) -> Result<(), Halt> {
    let (mut rows, mut others) = (Vec::new(), Vec::new());
    let places = if join.keys.is_empty() { vec![0; batch.len] } else { built.places(batch, &join.keys) };
    for (row, place) in places.into_iter().enumerate() {
        let mut add = |other: usize| {
            if agree(join, batch, built, row, other) {
                rows.push(row as u32);
                others.push(other as u32);
            }
        };
        if join.keys.is_empty() {
            run.context.check()?;
            (0..built.rows.len).for_each(&mut add);
        } else {
            let mut at = built.heads.get(place).copied().unwrap_or_default();
            while at > 0 {
                add(at as usize - 1);
                at = built.next[at as usize - 1];
            }
        }
        if rows.len() >= BATCH_ROWS {
            run.context.check()?;
            take(&rows, &others)?;
            rows.clear();
            others.clear();
        }
    }
    if rows.is_empty() { Ok(()) } else { take(&rows, &others) }
}

fn agree(join: &Join, batch: &Batch, built: &Built, row: usize, other: usize) -> bool {
    let is_same = |slot: &Slot| batch.columns[*slot][row] == built.rows.columns[*slot][other];
    let is_open = |slot: &Slot| {
        let (one, other) = (batch.value(*slot, row), built.rows.value(*slot, other));
        one == Id::NONE || other == Id::NONE || one == other
    };
    join.keys.iter().all(is_same) && join.others.iter().all(is_open)
}

/// The rows of pairs, each column from the side that binds it.
fn paired(batch: &Batch, built: &Built, rows: &[u32], others: &[u32], live: &[Slot]) -> Batch {
    let mut pairs = batch.gather(rows, live);
    for slot in live {
        let Some(column) = built.rows.column(*slot) else { continue };
        let from_built = others.iter().map(|other| column[*other as usize]);
        if pairs.columns[*slot].is_empty() {
            pairs.columns[*slot] = from_built.collect();
        } else {
            for (id, other) in pairs.columns[*slot].iter_mut().zip(from_built) {
                *id = if *id == Id::NONE { other } else { *id };
            }
        }
    }
    pairs
}
