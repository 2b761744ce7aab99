//! Extends rows along property paths.
//!
//! All rows of a batch take a path together, one step after the other. Multiplicities are those of Oxigraph's
//! evaluator: alternatives and repetitions give each end once for each start, an open path of no steps begins at the
//! nodes of the graph, and a path between two bound ends keeps a row once. A negated property set, which is several
//! predicates, gives an end once for each link, as the standard has it; the evaluator's optimizer lets it do so or not,
//! by the order of joins.

use rustc_hash::FxHashSet;

use super::links::{choices_of, told_apart};
use super::reached::Reached;
use super::{Run, Sink};
use crate::sparql::vector::Batch;
use crate::sparql::vector::context::Halt;
use crate::sparql::vector::pattern::{Path, Position, Route, Slot};
use crate::sparql::vector::rows::BATCH_ROWS;
use crate::store::{Id, Links, extent_over};

/// Ends that were reached, each with the number of the start.
#[derive(Default)]
struct Ends {
    rows: Vec<u32>,
    nodes: Vec<Id>,
}

/// Bytes of an end: the number of its start and its node.
const BYTES_OF_AN_END: usize = 12;

/// A path's walk in one graph.
#[derive(Clone, Copy)]
struct Walk<'a> {
    run: Run<'a>,
    graph: Option<Id>,
}

/// Extends the rows of a batch; only the columns in `live` leave.
pub(super) fn follow_route(
    run: Run<'_>,
    route: &Route,
    batch: Batch,
    live: &[Slot],
    emit: &mut Sink<'_>,
) -> Result<(), Halt> {
    for batch in told_apart(batch, &route.slots().collect::<Vec<_>>()) {
        let Some(name) = route.graph else {
            follow_in(Walk { run, graph: None }, route, batch, live, emit)?;
            continue;
        };
        for (graph, batch) in choices_of(name, batch, run.context.named_graphs()) {
            follow_in(Walk { run, graph: Some(graph) }, route, batch, live, emit)?;
        }
    }
    Ok(())
}

/// Extends rows that bind the same ends, in one graph.
fn follow_in(walk: Walk<'_>, route: &Route, batch: Batch, live: &[Slot], emit: &mut Sink<'_>) -> Result<(), Halt> {
    let (subjects, objects) = (column(&batch, route.subject), column(&batch, route.object));
    match (subjects, objects) {
        (Some(subjects), Some(objects)) => {
            let ends = walk.along(&route.path, &subjects, false)?;
            if route.counts_links() {
                let found = ends.rows.iter().zip(&ends.nodes).filter(|(row, node)| objects[**row as usize] == **node);
                let rows: Vec<_> = found.map(|(row, _)| *row).collect();
                return emit(batch.gather(&rows, live));
            }
            let mut keep = vec![false; batch.len];
            for (row, node) in ends.rows.iter().zip(&ends.nodes) {
                keep[*row as usize] |= objects[*row as usize] == *node;
            }
            emit(batch.keep(&keep, live))
        }
        (Some(starts), None) => extend(&batch, walk.along(&route.path, &starts, false)?, route.object, live, emit),
        (None, Some(starts)) => extend(&batch, walk.along(&route.path, &starts, true)?, route.subject, live, emit),
        (None, None) => every_pair(walk, route, &batch, live, emit),
    }
}

fn column(batch: &Batch, position: Position) -> Option<Vec<Id>> {
    match position {
        Position::Term(id) => Some(vec![id; batch.len]),
        Position::Slot(slot) => batch.column(slot).map(<[Id]>::to_vec),
    }
}

fn extend(batch: &Batch, ends: Ends, position: Position, live: &[Slot], emit: &mut Sink<'_>) -> Result<(), Halt> {
    let mut extended = batch.gather(&ends.rows, live);
    if let Position::Slot(slot) = position {
        extended.columns[slot] = ends.nodes;
    }
    extended.drop_dead(live);
    emit(extended)
}

fn every_pair(walk: Walk<'_>, route: &Route, batch: &Batch, live: &[Slot], emit: &mut Sink<'_>) -> Result<(), Halt> {
    let (starts, ends) = walk.open(&route.path)?;
    let _held = walk.run.context.held(starts.len() * 16)?;
    let (Position::Slot(subject), Position::Slot(object)) = (route.subject, route.object) else { return Ok(()) };
    for row in 0..batch.len as u32 {
        let mut extended = batch.gather(&vec![row; starts.len()], live);
        let keep: Vec<_> = starts.iter().zip(&ends).map(|(one, other)| subject != object || one == other).collect();
        extended.columns[subject] = starts.clone();
        extended.columns[object] = ends.clone();
        emit(extended.keep(&keep, live))?;
    }
    Ok(())
}

impl Walk<'_> {
    fn links(&self, predicate: Id) -> Option<Links> {
        self.run.context.links(predicate, self.graph)
    }

    fn links_but(&self, excluded: &[Id]) -> Vec<Links> {
        let predicates = self.run.context.predicates().iter().filter(|predicate| !excluded.contains(predicate));
        predicates.filter_map(|predicate| self.links(*predicate)).collect()
    }

    /// What the path leads to from each start; from its end to its beginning when `back`.
    fn along(&self, path: &Path, starts: &[Id], back: bool) -> Result<Ends, Halt> {
        self.run.context.check()?;
        let mut ends = Ends::default();
        match path {
            Path::Link(predicate) => {
                if let Some(links) = self.links(*predicate) {
                    follow(&links, starts, back, &mut ends);
                }
            }
            Path::NoneOf(excluded) => {
                self.links_but(excluded).iter().for_each(|links| follow(links, starts, back, &mut ends));
            }
            Path::Reverse(inner) => return self.along(inner, starts, !back),
            Path::Sequence(first, second) => {
                let (first, second) = if back { (second, first) } else { (first, second) };
                let middle = self.along(first, starts, back)?;
                ends = self.along(second, &middle.nodes, back)?;
                ends.rows.iter_mut().for_each(|row| *row = middle.rows[*row as usize]);
            }
            Path::Either(one, other) => {
                ends = self.along(one, starts, back)?;
                ends.append(self.along(other, starts, back)?);
                ends.once_each();
            }
            Path::ZeroOrOne(inner) => {
                let known = self.nodes_among(starts);
                ends = self.along(inner, starts, back)?;
                ends.append(Ends::identity(starts, &known));
                ends.once_each();
            }
            Path::OneOrMore(inner) => {
                let first = self.along(inner, starts, back)?;
                ends = self.closure(inner, starts, first, back)?;
            }
            Path::ZeroOrMore(inner) => {
                let known = self.nodes_among(starts);
                ends = self.closure(inner, starts, Ends::identity(starts, &known), back)?;
            }
        }
        Ok(ends)
    }

    /// Everything that is reached from what was reached first, each node once a start.
    fn closure(&self, path: &Path, starts: &[Id], first: Ends, back: bool) -> Result<Ends, Halt> {
        let own = starts.iter().min().copied().zip(starts.iter().max().copied());
        let extent = self.extent(path).and_then(|extent| extent_over(own.into_iter().chain([extent])));
        let mut seen = Reached::new(starts.len(), extent);
        let (mut all, mut fresh, mut held) = (Ends::default(), first, self.run.context.held(0)?);
        loop {
            let mut next = Ends::default();
            for (row, node) in fresh.rows.into_iter().zip(fresh.nodes) {
                if seen.insert(row, node) {
                    next.rows.push(row);
                    next.nodes.push(node);
                }
            }
            if next.nodes.is_empty() {
                return Ok(all);
            }
            held.set((all.nodes.len() + next.nodes.len()) * BYTES_OF_AN_END + seen.bytes())?;
            fresh = self.along(path, &next.nodes, back)?;
            fresh.rows.iter_mut().for_each(|row| *row = next.rows[*row as usize]);
            all.append(next);
        }
    }

    /// The least and the greatest node that the path may lead to or through; nothing when that is not known.
    fn extent(&self, path: &Path) -> Option<(Id, Id)> {
        match path {
            Path::Link(predicate) => {
                let links = self.links(*predicate)?;
                extent_over(links.subject_extent().into_iter().chain(links.object_extent()))
            }
            Path::NoneOf(_) => None,
            Path::Reverse(inner) | Path::ZeroOrMore(inner) | Path::OneOrMore(inner) | Path::ZeroOrOne(inner) => {
                self.extent(inner)
            }
            Path::Sequence(one, other) | Path::Either(one, other) => {
                extent_over([self.extent(one)?, self.extent(other)?])
            }
        }
    }

    /// Which of the ids stand as subject or object somewhere in the graph.
    fn nodes_among(&self, ids: &[Id]) -> Vec<bool> {
        let mut is_node = vec![false; ids.len()];
        let mut left: Vec<u32> = (0..ids.len() as u32).collect();
        for links in self.links_but(&[]) {
            for back in [false, true] {
                if left.is_empty() {
                    return is_node;
                }
                let asked: Vec<_> = left.iter().map(|at| ids[*at as usize]).collect();
                let mut ends = Ends::default();
                follow_first(&links, &asked, back, &mut ends);
                ends.rows.iter().for_each(|row| is_node[left[*row as usize] as usize] = true);
                left.retain(|at| !is_node[*at as usize]);
            }
        }
        is_node
    }

    /// All pairs that the path connects.
    fn open(&self, path: &Path) -> Result<(Vec<Id>, Vec<Id>), Halt> {
        self.run.context.check()?;
        Ok(match path {
            Path::Link(predicate) => self.links(*predicate).iter().map(all_links).next().unwrap_or_default(),
            Path::NoneOf(excluded) => self.links_but(excluded).iter().map(all_links).fold(Default::default(), joined),
            Path::Reverse(inner) => {
                let (starts, ends) = self.open(inner)?;
                (ends, starts)
            }
            Path::Sequence(first, second) => {
                let (starts, middle) = self.open(first)?;
                let ends = self.along(second, &middle, false)?;
                (ends.rows.iter().map(|row| starts[*row as usize]).collect(), ends.nodes)
            }
            Path::Either(one, other) => once_each(joined(self.open(one)?, self.open(other)?)),
            Path::ZeroOrOne(inner) => {
                let nodes = self.all_nodes()?;
                once_each(joined((nodes.clone(), nodes), self.open(inner)?))
            }
            Path::OneOrMore(inner) => {
                let first = self.open(inner)?;
                self.open_closure(inner, first)?
            }
            Path::ZeroOrMore(inner) => {
                let nodes = self.all_nodes()?;
                self.open_closure(inner, (nodes.clone(), nodes))?
            }
        })
    }

    fn open_closure(&self, path: &Path, (starts, nodes): (Vec<Id>, Vec<Id>)) -> Result<(Vec<Id>, Vec<Id>), Halt> {
        let mut distinct = starts.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let number = |start: &Id| distinct.binary_search(start).unwrap_or(0) as u32;
        let first = Ends { rows: starts.iter().map(number).collect(), nodes };
        let all = self.closure(path, &distinct, first, false)?;
        Ok((all.rows.iter().map(|row| distinct[*row as usize]).collect(), all.nodes))
    }

    fn all_nodes(&self) -> Result<Vec<Id>, Halt> {
        let mut nodes = Vec::new();
        for links in self.links_but(&[]) {
            self.run.context.check()?;
            let (subjects, objects) = all_links(&links);
            nodes.extend(subjects);
            nodes.extend(objects);
            nodes.sort_unstable();
            nodes.dedup();
        }
        self.run.context.held(nodes.len() * 8)?;
        Ok(nodes)
    }
}

impl Ends {
    /// Each start itself, where it is known.
    fn identity(starts: &[Id], known: &[bool]) -> Self {
        let known = (0..starts.len()).filter(|at| known[*at]);
        let (rows, nodes) = known.map(|at| (at as u32, starts[at])).unzip();
        Self { rows, nodes }
    }

    fn append(&mut self, other: Self) {
        self.rows.extend(other.rows);
        self.nodes.extend(other.nodes);
    }

    fn once_each(&mut self) {
        let mut seen = FxHashSet::default();
        let pairs = self.rows.iter().copied().zip(self.nodes.iter().copied());
        (self.rows, self.nodes) = pairs.filter(|pair| seen.insert(*pair)).unzip();
    }
}

fn follow(links: &Links, starts: &[Id], back: bool, ends: &mut Ends) {
    if back {
        links.expand_back(starts, &mut ends.rows, &mut ends.nodes);
    } else {
        links.expand(starts, &mut ends.rows, &mut ends.nodes);
    }
}

/// Like [`follow`], without the objects of links that are counted exactly.
fn follow_first(links: &Links, starts: &[Id], back: bool, ends: &mut Ends) {
    if !links.is_exact() {
        return follow(links, starts, back, ends);
    }
    let degree = |id: &Id| if back { links.degree_back(*id) } else { links.degree(*id) };
    let found = starts.iter().enumerate().filter(|(_, id)| degree(id) > 0);
    ends.rows.extend(found.map(|(row, _)| row as u32));
}

fn all_links(links: &Links) -> (Vec<Id>, Vec<Id>) {
    let (mut subjects, mut objects) = (Vec::new(), Vec::new());
    for start in (0..links.len()).step_by(BATCH_ROWS) {
        links.read(start..links.len().min(start + BATCH_ROWS), &mut subjects, &mut objects);
    }
    (subjects, objects)
}

fn joined(mut one: (Vec<Id>, Vec<Id>), other: (Vec<Id>, Vec<Id>)) -> (Vec<Id>, Vec<Id>) {
    one.0.extend(other.0);
    one.1.extend(other.1);
    one
}

fn once_each((starts, ends): (Vec<Id>, Vec<Id>)) -> (Vec<Id>, Vec<Id>) {
    let mut seen = FxHashSet::default();
    starts.into_iter().zip(ends).filter(|pair| seen.insert(*pair)).unzip()
}
