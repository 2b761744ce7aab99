//! Counts links without reading them.

use super::Run;
use crate::sparql::vector::Batch;
use crate::sparql::vector::context::Halt;
use crate::sparql::vector::pattern::{Position, Slot, Triple};
use crate::sparql::vector::rows::BATCH_ROWS;
use crate::store::{Id, Inline, Links};

/// The id of a count.
pub(super) fn number(count: u64) -> Id {
    let value = i64::try_from(count).ok().map(Inline::Integer);
    value.and_then(Id::of_inline).unwrap_or(Id::NONE)
}

/// One row with the number of links that fit a pattern, in each of the slots; or one for each value of a key.
pub(super) fn count_links(
    run: Run<'_>,
    triple: &Triple,
    slots: &[Slot],
    key: Option<Slot>,
) -> Result<Vec<Batch>, Halt> {
    if let (Some(key), Position::Term(predicate)) = (key, triple.predicate) {
        let links = run.context.links(predicate, None);
        return Ok(links.map(|links| count_by_end(run, &links, triple, slots, key)).into_iter().collect());
    }
    let predicates = match triple.predicate {
        Position::Term(predicate) => vec![predicate],
        Position::Slot(_) => run.context.predicates().to_vec(),
    };
    let mut n = 0;
    for links in predicates.into_iter().filter_map(|predicate| run.context.links(predicate, None)) {
        run.context.check()?;
        n += count(&links, triple);
    }
    let mut batch = Batch::unit(run.n_slots);
    slots.iter().for_each(|slot| batch.columns[*slot] = vec![number(n as u64)]);
    Ok(vec![batch])
}

/// The number of links of each subject or each object.
fn count_by_end(run: Run<'_>, links: &Links, triple: &Triple, slots: &[Slot], key: Slot) -> Batch {
    let (mut ids, mut counts) = (Vec::new(), Vec::new());
    let is_by_subject = triple.subject == Position::Slot(key);
    let is_counted = match is_by_subject {
        true => links.count(&mut ids, &mut counts),
        false => links.count_back(&mut ids, &mut counts),
    };
    if !is_counted {
        let (mut subjects, mut objects) = (Vec::new(), Vec::new());
        links.read(0..links.len(), &mut subjects, &mut objects);
        let mut all = if is_by_subject { subjects } else { objects };
        all.sort_unstable();
        for same in all.chunk_by(|one, other| one == other) {
            ids.push(same[0]);
            counts.push(same.len() as u64);
        }
    }
    let mut batch = Batch::empty(run.n_slots);
    batch.len = ids.len();
    batch.columns[key] = ids;
    slots.iter().for_each(|slot| batch.columns[*slot] = counts.iter().map(|count| number(*count)).collect());
    batch
}

fn count(links: &Links, triple: &Triple) -> usize {
    let (mut rows, mut ids) = (Vec::new(), Vec::new());
    match (triple.subject, triple.object) {
        (Position::Slot(_), Position::Slot(_)) if links.is_exact() => links.len(),
        (Position::Slot(_), Position::Slot(_)) => {
            let starts = (0..links.len()).step_by(BATCH_ROWS);
            let read = |start: usize| {
                let (mut subjects, mut objects) = (Vec::new(), Vec::new());
                links.read(start..links.len().min(start + BATCH_ROWS), &mut subjects, &mut objects);
                subjects.len()
            };
            starts.map(read).sum()
        }
        (Position::Term(subject), Position::Slot(_)) => {
            links.expand(&[subject], &mut rows, &mut ids);
            rows.len()
        }
        (Position::Slot(_), Position::Term(object)) if links.is_exact() => links.degree_back(object),
        (Position::Slot(_), Position::Term(object)) => {
            links.expand_back(&[object], &mut rows, &mut ids);
            rows.len()
        }
        (Position::Term(subject), Position::Term(object)) => {
            let mut found = Vec::new();
            links.contains(&[subject], &[object], &mut found);
            usize::from(found == [true])
        }
    }
}
