//! A plan as a tree for people.

use std::fmt::Write;

use super::pattern::{Path, Position, Slot, Triple};
use super::plan::{JoinKind, Plan, Seen, Source, Step, StepKind, WholeKind};
use crate::store::{Id, Snapshot};

/// One line an operator, what it reads from below it: expected rows, actual rows, time over all threads.
pub(super) fn tree(plan: &Plan, names: &[String], snapshot: &Snapshot) -> String {
    let mut tree = Tree { names, snapshot, text: String::new() };
    let _ = writeln!(tree.text, "{:>12} {:>12} {:>10}  operator", "expected", "rows", "ms");
    tree.plan(plan, 0);
    tree.text
}

struct Tree<'a> {
    names: &'a [String],
    snapshot: &'a Snapshot,
    text: String,
}

impl Tree<'_> {
    fn line(&mut self, depth: usize, rows: f64, seen: &Seen, what: &str) {
        let (n_rows, time) = seen.so_far();
        let milliseconds = time.as_secs_f64() * 1e3;
        let indent = "  ".repeat(depth);
        let _ = writeln!(self.text, "{rows:>12.0} {n_rows:>12} {milliseconds:>10.2}  {indent}{what}");
    }

    /// The last step stands first, what it reads below it.
    fn plan(&mut self, plan: &Plan, depth: usize) {
        for (above, step) in plan.steps.iter().rev().enumerate() {
            self.step(step, depth + above);
        }
        self.source(plan, depth + plan.steps.len());
    }

    fn source(&mut self, plan: &Plan, depth: usize) {
        match &plan.source {
            Source::Unit => self.line(depth, plan.rows, &plan.seen, "one row"),
            Source::Scan(scan) => {
                let range = scan.range.map_or("", |_| " by range");
                let what = format!("scan{range} {}", self.triple(&scan.triple));
                self.line(depth, plan.rows, &plan.seen, &what);
            }
            Source::Values { rows, .. } => {
                let what = format!("{} given rows", rows.len());
                self.line(depth, plan.rows, &plan.seen, &what);
            }
            Source::Union(branches) => {
                self.line(depth, plan.rows, &plan.seen, "union");
                branches.iter().for_each(|branch| self.plan(branch, depth + 1));
            }
            Source::Whole(whole) => {
                let what = self.whole(&whole.kind);
                self.line(depth, plan.rows, &whole.seen, &what);
                if !matches!(whole.kind, WholeKind::Count { .. }) {
                    self.plan(&whole.input, depth + 1);
                }
            }
        }
    }

    fn whole(&self, kind: &WholeKind) -> String {
        match kind {
            WholeKind::Group(grouping) => {
                let keys: Vec<_> = grouping.keys.iter().map(|key| self.slot(*key)).collect();
                let measures: Vec<_> = grouping.measures.iter().map(|measure| measure.text.to_string()).collect();
                format!("group by [{}] {}", keys.join(" "), measures.join(", "))
            }
            WholeKind::Sort { keys, limit } => {
                let keys: Vec<_> = keys.iter().map(|key| self.slot(key.slot)).collect();
                let limit = limit.map_or(String::new(), |limit| format!(", the first {limit}"));
                format!("sort by [{}]{limit}", keys.join(" "))
            }
            WholeKind::Distinct { .. } => "distinct".to_owned(),
            WholeKind::Slice { start, length } => {
                let length = length.map_or("all".to_owned(), |length| length.to_string());
                format!("slice from {start}, {length} rows")
            }
            WholeKind::Count { triple, .. } => format!("count links of {}", self.triple(triple)),
        }
    }

    fn step(&mut self, step: &Step, depth: usize) {
        let what = match &step.kind {
            StepKind::Match(triple) => format!("match {}", self.triple(triple)),
            StepKind::Route(route) => {
                let (subject, object) = (self.position(route.subject), self.position(route.object));
                format!("path {subject} {} {object}", self.path(&route.path))
            }
            StepKind::Graphs(name) => format!("named graphs {}", self.position(*name)),
            StepKind::Values { rows, .. } => format!("join with {} given rows", rows.len()),
            StepKind::Filter(formula) => format!("filter {}", formula.text),
            StepKind::Exists { is_negated, .. } => if *is_negated { "not exists" } else { "exists" }.to_owned(),
            StepKind::Mark { .. } => "mark exists".to_owned(),
            StepKind::Extend { slot, formula } => format!("bind {} = {}", self.slot(*slot), formula.text),
            StepKind::Optional { .. } => "optional".to_owned(),
            StepKind::Branches(_) => "branches".to_owned(),
            StepKind::Join(join) => {
                let kind = match join.kind {
                    JoinKind::Inner => "join",
                    JoinKind::Left(_) => "left join",
                    JoinKind::Minus => "minus",
                };
                let keys: Vec<_> = join.keys.iter().map(|key| self.slot(*key)).collect();
                format!("hash {kind} on [{}]", keys.join(" "))
            }
        };
        self.line(depth, step.rows, &step.seen, &what);
        match &step.kind {
            StepKind::Exists { steps, .. } | StepKind::Mark { steps, .. } | StepKind::Optional { steps, .. } => {
                self.inner(steps, depth + 2);
            }
            StepKind::Branches(branches) => branches.iter().for_each(|steps| self.inner(steps, depth + 2)),
            StepKind::Join(join) => self.plan(&join.build, depth + 2),
            _ => (),
        }
    }

    fn inner(&mut self, steps: &[Step], depth: usize) {
        steps.iter().rev().for_each(|step| self.step(step, depth));
    }

    fn triple(&self, triple: &Triple) -> String {
        let ends = [triple.subject, triple.predicate, triple.object].map(|position| self.position(position));
        let graph = triple.graph.map_or(String::new(), |graph| format!(" in {}", self.position(graph)));
        format!("{}{graph}", ends.join(" "))
    }

    fn position(&self, position: Position) -> String {
        match position {
            Position::Term(id) => self.term(id),
            Position::Slot(slot) => self.slot(slot),
        }
    }

    fn term(&self, id: Id) -> String {
        let text = self.snapshot.text(id);
        let name = text.rsplit(['/', '#']).next().unwrap_or_default();
        if name.is_empty() { "(not in the graph)".to_owned() } else { name.to_owned() }
    }

    fn slot(&self, slot: Slot) -> String {
        match self.names.get(slot) {
            // the algebra names aggregates by thirty-two random digits
            Some(name) if !name.is_empty() && name.len() < 32 => format!("?{name}"),
            _ => format!("?_{slot}"),
        }
    }

    fn path(&self, path: &Path) -> String {
        match path {
            Path::Link(predicate) => self.term(*predicate),
            Path::Reverse(inner) => format!("^{}", self.path(inner)),
            Path::Sequence(first, second) => format!("({}/{})", self.path(first), self.path(second)),
            Path::Either(one, other) => format!("({}|{})", self.path(one), self.path(other)),
            Path::ZeroOrMore(inner) => format!("{}*", self.path(inner)),
            Path::OneOrMore(inner) => format!("{}+", self.path(inner)),
            Path::ZeroOrOne(inner) => format!("{}?", self.path(inner)),
            Path::NoneOf(excluded) => {
                let excluded: Vec<_> = excluded.iter().map(|predicate| self.term(*predicate)).collect();
                format!("!({})", excluded.join("|"))
            }
        }
    }
}
