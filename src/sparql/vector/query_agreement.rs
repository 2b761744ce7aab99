//! Queries in columns give what Oxigraph's evaluator gives: on random queries over random graphs.
//!
//! A case is a graph and ten queries. `KAGRAPH_CASES` says how many there are, `KAGRAPH_SEED` repeats one; a difference
//! is printed with its seed, after the graph and the query have been made as small as it allows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use oxigraph::model::{GraphName, NamedNode, Quad, Term};
use oxigraph::sparql::QueryResults;

use super::Terms;
use super::expression::order_of;
use super::expression_agreement::each_case;
use super::random_data::{Dice, Said, object, snapshot, statements, subject};
use super::random_query::{CLASSES, GRAPHS, LINKS, NEGATED_SET, SHAPES, VALUES, Writer};
use crate::mapping::Known;
use crate::model::Day;
use crate::sparql::{Answering, Query, SparqlError, Stop, Way};
use crate::store::{Id, Snapshot, write_derived};

const QUERIES_A_GRAPH: usize = 10;
const PREFIX: &str = "PREFIX e: <https://e.org/> ";

/// A query and what it takes to compare its answers.
pub struct Asked {
    pub text: String,
    /// The same without `LIMIT` and `OFFSET`, when it has them.
    pub whole: Option<String>,
    /// The columns that it is ordered by.
    pub order: Vec<String>,
    /// Which of [`SHAPES`] it has.
    pub shapes: BTreeSet<&'static str>,
}

impl Asked {
    /// A query without `LIMIT` and `ORDER BY`.
    pub fn plain(text: String) -> Self {
        Self { text, whole: None, order: Vec::new(), shapes: BTreeSet::new() }
    }

    /// The query with some words left out, in all ways, the larger parts first; not all of them are queries.
    pub fn parts_removed(&self) -> impl Iterator<Item = Self> {
        let words: Vec<&str> = if self.whole.is_some() { Vec::new() } else { self.text.split_whitespace().collect() };
        let sizes = [32, 24, 16, 12, 8, 6, 5, 4, 3, 2, 1];
        let spans = sizes.into_iter().flat_map(move |size| (0..256).map(move |start| (start, size)));
        spans.filter_map(move |(start, size)| {
            let rest = words.get(start + size..)?;
            Some(Self { order: self.order.clone(), ..Self::plain([&words[..start], rest].concat().join(" ")) })
        })
    }
}

/// A graph, how it is stored, and the day on which it is looked at.
#[derive(Clone)]
struct World {
    source: Vec<Said>,
    derived: Vec<Said>,
    day: Option<Day>,
}

/// What a query gives.
#[derive(Clone, Debug, PartialEq)]
enum Outcome {
    /// The columns, and the rows in their order.
    Rows(Vec<String>, Vec<Vec<Option<Term>>>),
    Truth(bool),
    Triples(Vec<String>),
    Refused(String),
    Failed(String),
}

impl World {
    fn random(dice: &mut Dice) -> Self {
        let size = dice.pick(&[0, 8, 20, 40, 60, 90]);
        let n_days = if dice.chance(20) { 5 } else { 0 };
        let source = random_statements(dice, size, n_days);
        let derived = if dice.chance(10) { random_statements(dice, 8, n_days) } else { Vec::new() };
        let day = (n_days > 0).then(|| Day::from_days(dice.below(7) as i32).unwrap());
        Self { source, derived, day }
    }

    fn snapshot(&self) -> Snapshot {
        let mut snapshot = snapshot(&self.source);
        if !self.derived.is_empty() {
            let home = tempfile::tempdir().unwrap();
            let above = statements(&self.derived);
            write_derived(home.path(), &snapshot, "https://e.org/found", &[above], Day::MIN).unwrap();
            snapshot = snapshot.with_derived(home.path()).unwrap();
        }
        self.day.map_or_else(|| snapshot.clone(), |day| snapshot.as_of(day))
    }
}

fn random_statements(dice: &mut Dice, n: usize, n_days: usize) -> Vec<Said> {
    let mut all: Vec<Said> = Vec::new();
    for _ in 0..n {
        let known = match n_days {
            0 => Known::Always,
            n => Known::On(Day::from_days(dice.below(n) as i32).unwrap()),
        };
        let graph = dice.chance(75).then(|| NamedNode::new_unchecked(dice.pick(GRAPHS)));
        if let (true, Some(said)) = (dice.chance(20), all.last().cloned()) {
            all.push(Said { graph, known, ..said });
            continue;
        }
        let (predicate, object) = link_or_value(dice);
        all.push(Said { subject: subject(dice), predicate, object, graph, known });
    }
    all
}

fn link_or_value(dice: &mut Dice) -> (NamedNode, Term) {
    let named = |name: &str| NamedNode::new_unchecked(format!("https://e.org/{name}"));
    match dice.below(20) {
        0..=1 => (oxigraph::model::vocab::rdf::TYPE.into(), named(dice.pick(CLASSES)).into()),
        2..=9 => (named(dice.pick(LINKS)), subject(dice)),
        _ => {
            let (name, kind) = dice.pick(VALUES);
            (named(name), object(dice, kind))
        }
    }
}

/// Who answers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Columns,
    Evaluator,
    /// The evaluator without its optimizer, from inside out, as the standard reads the query; slow.
    EvaluatorAsWritten,
}

/// Nothing when the text is no query.
fn outcome(text: &str, snapshot: &Snapshot, by: By) -> Option<Outcome> {
    let way = if by == By::Columns { Way::Columns } else { Way::Rows };
    let query = Query::parse(&format!("{PREFIX}{text}")).ok()?;
    let answer = match by {
        By::EvaluatorAsWritten => query.answer_as_written(snapshot),
        _ => query.answer_with(snapshot, &Stop::never(), Answering { way, ..Answering::default() }),
    };
    Some(match answer {
        Ok(answer) => read(answer.results),
        Err(SparqlError::NotCovered(reason)) => Outcome::Refused(reason),
        Err(error) => Outcome::Failed(error.to_string()),
    })
}

fn read(results: QueryResults<'_>) -> Outcome {
    match results {
        QueryResults::Boolean(truth) => Outcome::Truth(truth),
        QueryResults::Solutions(solutions) => {
            let columns = solutions.variables().iter().map(|variable| variable.as_str().to_owned()).collect();
            let rows = solutions.map(|solution| Ok(solution?.values().to_vec()));
            let rows: Result<Vec<_>, oxigraph::sparql::QueryEvaluationError> = rows.collect();
            rows.map_or_else(|error| Outcome::Failed(error.to_string()), |rows| Outcome::Rows(columns, rows))
        }
        QueryResults::Graph(triples) => {
            let mut all: Vec<_> = triples.map(|triple| triple.unwrap().to_string()).collect();
            all.sort();
            all.dedup();
            Outcome::Triples(all)
        }
    }
}

/// What differs between the two ways; nothing when the evaluator has no answer, columns refuse the query, or only the
/// evaluator's optimizer makes the difference, see [`is_excused`].
fn difference(asked: &Asked, world: &World) -> Option<String> {
    let snapshot = world.snapshot();
    let found = outcome(&asked.text, &snapshot, By::Columns)?;
    if let Outcome::Refused(_) = found {
        return None;
    }
    let difference = difference_from(By::Evaluator, asked, &found, &snapshot)?;
    (!is_excused(asked, &found, &snapshot)).then_some(difference)
}

fn difference_from(by: By, asked: &Asked, found: &Outcome, snapshot: &Snapshot) -> Option<String> {
    let expected = outcome(&asked.text, snapshot, by)?;
    let (Outcome::Rows(columns, found_rows), Outcome::Rows(expected_columns, expected_rows)) = (found, &expected)
    else {
        return (*found != expected).then(|| format!("found {found:?}\nexpected {expected:?}"));
    };
    if columns != expected_columns {
        return Some(format!("columns {columns:?}, expected {expected_columns:?}"));
    }
    // which of the rows with equal keys come first is open
    let is_same_bag = match &asked.whole {
        None => is_same_bag(found_rows, expected_rows),
        Some(whole) => match outcome(whole, snapshot, by)? {
            Outcome::Rows(_, all) => found_rows.len() == expected_rows.len() && is_part_of(found_rows, &all),
            _ => return None,
        },
    };
    let is_same_order = is_same_order(asked, columns, [found_rows, expected_rows], snapshot);
    (!is_same_bag || !is_same_order).then(|| format!("found\n{}expected\n{}", table(found_rows), table(expected_rows)))
}

fn table(rows: &[Vec<Option<Term>>]) -> String {
    let mut lines: Vec<_> = rows.iter().map(|row| format!("  {}\n", line(row))).collect();
    lines.sort();
    lines.concat()
}

fn line(row: &[Option<Term>]) -> String {
    row.iter().map(|cell| cell.as_ref().map_or("-".to_owned(), Term::to_string)).collect::<Vec<_>>().join("\t")
}

fn counted(rows: &[Vec<Option<Term>>]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    rows.iter().for_each(|row| *counts.entry(line(row)).or_default() += 1);
    counts
}

fn is_same_bag(left: &[Vec<Option<Term>>], right: &[Vec<Option<Term>>]) -> bool {
    counted(left) == counted(right)
}

fn is_part_of(part: &[Vec<Option<Term>>], whole: &[Vec<Option<Term>>]) -> bool {
    let whole = counted(whole);
    counted(part).iter().all(|(row, count)| whole.get(row).is_some_and(|of| count <= of))
}

/// Whether the keys come in the same order.
fn is_same_order(
    asked: &Asked,
    columns: &[String],
    [found, expected]: [&[Vec<Option<Term>>]; 2],
    snapshot: &Snapshot,
) -> bool {
    let terms = Terms::new(snapshot.clone());
    let id = |cell: &Option<Term>| cell.clone().map_or(Id::NONE, |term| terms.intern(term));
    let places: Vec<_> =
        asked.order.iter().filter_map(|name| columns.iter().position(|column| column == name)).collect();
    found
        .iter()
        .zip(expected)
        .all(|(left, right)| places.iter().all(|place| order_of(id(&left[*place]), id(&right[*place]), &terms).is_eq()))
}

/// The smallest graph and query with a difference that removing parts leads to.
fn shrunk(mut asked: Asked, mut world: World) -> (Asked, World) {
    let mut is_smaller = true;
    while is_smaller {
        is_smaller = false;
        for at in (0..world.source.len()).rev() {
            let mut smaller = world.clone();
            smaller.source.remove(at);
            if difference(&asked, &smaller).is_some() {
                (world, is_smaller) = (smaller, true);
            }
        }
        for at in (0..world.derived.len()).rev() {
            let mut smaller = world.clone();
            smaller.derived.remove(at);
            if difference(&asked, &smaller).is_some() {
                (world, is_smaller) = (smaller, true);
            }
        }
        let smaller = asked.parts_removed().find(|smaller| difference(smaller, &world).is_some());
        if let Some(smaller) = smaller {
            (asked, is_smaller) = (smaller, true);
        }
    }
    (asked, world)
}

fn report(asked: &Asked, world: &World) -> String {
    let quad = |said: &Said| {
        let subject = match said.subject.clone() {
            Term::BlankNode(node) => oxigraph::model::NamedOrBlankNode::from(node),
            Term::NamedNode(node) => node.into(),
            Term::Literal(_) => panic!("a literal as subject"),
        };
        let graph = said.graph.clone().map_or(GraphName::DefaultGraph, GraphName::from);
        let quad = Quad { subject, predicate: said.predicate.clone(), object: said.object.clone(), graph_name: graph };
        format!("  {quad} {:?}\n", said.known)
    };
    let all = |said: &[Said]| said.iter().map(quad).collect::<String>();
    let difference = difference(asked, world).unwrap_or_default();
    let derived = if world.derived.is_empty() { String::new() } else { format!("derived\n{}", all(&world.derived)) };
    format!("{}\n{derived}data on {:?}\n{}{difference}", asked.text, world.day, all(&world.source))
}

/// What became of the queries.
#[derive(Default, Debug)]
struct Tally {
    n_queries: usize,
    n_in_columns: usize,
    /// Those in columns that the evaluator answered with something.
    n_with_answer: usize,
    /// Those that differ because of the evaluator's optimizer, see [`is_excused`], without and with a negated set.
    n_excused: [usize; 2],
    refused: BTreeMap<String, usize>,
    /// Of each shape how often it was asked, computed in columns, and had an answer.
    shapes: BTreeMap<&'static str, [usize; 3]>,
}

impl Tally {
    fn count(&mut self, asked: &Asked, place: usize) {
        asked.shapes.iter().for_each(|shape| self.shapes.entry(shape).or_default()[place] += 1);
    }
}

#[test]
fn queries_in_columns_give_what_the_evaluator_gives() {
    let tally = Mutex::new(Tally::default());
    each_case(1500, |seed| {
        let mut dice = Dice::new(seed);
        let world = World::random(&mut dice);
        let snapshot = world.snapshot();
        for _ in 0..QUERIES_A_GRAPH {
            let asked = Writer::new(&mut dice).query();
            if !agrees(&asked, &snapshot, &mut tally.lock().unwrap()) {
                let (asked, world) = shrunk(asked, world.clone());
                panic!("{}", report(&asked, &world));
            }
        }
    });
    let tally = tally.into_inner().unwrap();
    println!("{tally:#?}");
    if tally.n_queries < 1000 {
        return;
    }
    let [n_excused, n_excused_sets] = tally.n_excused;
    assert!(n_excused * 1000 <= tally.n_queries, "more than a thousandth of the queries differ");
    assert!(n_excused_sets * 100 <= tally.n_queries, "more than a hundredth of the queries differ");
    assert!(tally.n_in_columns * 4 >= tally.n_queries * 3, "most queries were not computed in columns");
    assert!(tally.n_with_answer * 5 >= tally.n_queries, "most queries had no answer");
    for shape in SHAPES {
        let [n_asked, n_in_columns, n_with_answer] = tally.shapes.get(shape).copied().unwrap_or_default();
        assert!(n_in_columns * 4 >= n_asked * 3, "{shape}: most queries were not computed in columns");
        assert!(n_with_answer * 8 >= n_asked.max(1), "{shape}: most queries had no answer");
    }
}

fn agrees(asked: &Asked, snapshot: &Snapshot, tally: &mut Tally) -> bool {
    let Some(found) = outcome(&asked.text, snapshot, By::Columns) else { return true };
    tally.n_queries += 1;
    tally.count(asked, 0);
    if let Outcome::Refused(reason) = found {
        *tally.refused.entry(reason).or_default() += 1;
        return true;
    }
    tally.n_in_columns += 1;
    tally.count(asked, 1);
    let has_answer = match &found {
        Outcome::Rows(_, rows) => !rows.is_empty(),
        Outcome::Triples(triples) => !triples.is_empty(),
        Outcome::Truth(_) => true,
        Outcome::Refused(_) | Outcome::Failed(_) => false,
    };
    if has_answer {
        tally.n_with_answer += 1;
        tally.count(asked, 2);
    }
    let is_same = difference_from(By::Evaluator, asked, &found, snapshot).is_none();
    let is_excused = !is_same && is_excused(asked, &found, snapshot);
    tally.n_excused[usize::from(asked.shapes.contains(NEGATED_SET))] += usize::from(is_excused);
    is_same || is_excused
}

/// Whether the evaluator agrees when it leaves out its optimizer. That takes the start of a path of no steps for no
/// literal (and `=` for `sameTerm`), it puts the outer rows into an `OPTIONAL` inside of another one, and it lets a negated
/// property set between bound ends give a row once where several links connect them.
fn is_excused(asked: &Asked, found: &Outcome, snapshot: &Snapshot) -> bool {
    difference_from(By::EvaluatorAsWritten, asked, found, snapshot).is_none()
}
