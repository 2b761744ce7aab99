//! Expressions, aggregates and the order of values give what Oxigraph's evaluator gives: on random expressions over
//! random terms.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use oxigraph::model::vocab::xsd;
use oxigraph::model::{NamedNode, Term, Variable};
use oxigraph::sparql::QueryResults;
use spargebra::algebra::GraphPattern;

use super::aggregate::Aggregate;
use super::expression::Compiled;
use super::random_data::{Dice, Kind, Said, object, snapshot};
use super::random_expression::Scope;
use super::{Batch, Terms};
use crate::mapping::Known;
use crate::sparql::{Answering, Query, Stop, Way};
use crate::store::{Id, Snapshot};

const COLUMNS: &[(&str, Kind)] = &[
    ("n", Kind::Number),
    ("m", Kind::Number),
    ("d", Kind::Time),
    ("e", Kind::Time),
    ("t", Kind::Text),
    ("u", Kind::Text),
    ("x", Kind::Any),
    ("y", Kind::Node),
];
const N_ROWS: usize = 12;

/// Rows with a value in most columns: a snapshot of them, and the very rows as a batch.
fn rows(dice: &mut Dice) -> (Snapshot, Vec<Vec<Option<Term>>>) {
    let mut said: Vec<Said> = Vec::new();
    let mut rows = Vec::new();
    for row in 0..N_ROWS {
        let subject: Term = NamedNode::new_unchecked(format!("https://e.org/row/{row:02}")).into();
        let statement = |name: &str, object: Term| Said {
            subject: subject.clone(),
            predicate: predicate(name),
            object,
            graph: None,
            known: Known::Always,
        };
        said.push(statement("row", object(dice, Kind::Node)));
        let mut columns = Vec::new();
        for (name, kind) in COLUMNS {
            let term = dice.chance(92).then(|| object(dice, *kind));
            said.extend(term.clone().map(|term| statement(name, term)));
            columns.push(term);
        }
        rows.push(columns);
    }
    (snapshot(&said), rows)
}

fn predicate(name: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("https://e.org/p/{name}"))
}

fn pattern() -> String {
    let optional = |(name, _): &(&str, Kind)| format!("OPTIONAL {{ ?row <https://e.org/p/{name}> ?{name} }}");
    format!("?row <https://e.org/p/row> ?any {}", COLUMNS.iter().map(optional).collect::<Vec<_>>().join(" "))
}

fn batch(rows: &[Vec<Option<Term>>], terms: &Terms) -> Batch {
    let id = |term: &Option<Term>| term.clone().map_or(Id::NONE, |term| terms.intern(term));
    let columns = (0..COLUMNS.len()).map(|at| rows.iter().map(|row| id(&row[at])).collect()).collect();
    Batch { columns, len: rows.len() }
}

fn slot(variable: &Variable) -> Option<usize> {
    COLUMNS.iter().position(|(name, _)| *name == variable.as_str())
}

/// The first column of the evaluator's solutions.
fn evaluated(query: &Query, snapshot: &Snapshot) -> Vec<Option<Term>> {
    let by_rows = Answering { way: Way::Rows, ..Answering::default() };
    let answer = query.answer_with(snapshot, &Stop::never(), by_rows).unwrap();
    let QueryResults::Solutions(solutions) = answer.results else {
        panic!("no SELECT");
    };
    solutions.map(|solution| solution.unwrap().get(0).cloned()).collect()
}

fn extended(query: &Query) -> spargebra::algebra::Expression {
    let spargebra::Query::Select { pattern, .. } = query.algebra() else { panic!("no SELECT") };
    let mut pattern = pattern;
    loop {
        pattern = match pattern {
            GraphPattern::Project { inner, .. } | GraphPattern::OrderBy { inner, .. } => inner,
            GraphPattern::Extend { expression, .. } => return expression.clone(),
            other => panic!("no expression in {other:?}"),
        };
    }
}

fn seed() -> u64 {
    let given = std::env::var("KAGRAPH_SEED").ok().and_then(|text| text.parse().ok());
    given.unwrap_or_else(|| std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64 >> 10)
}

fn n_cases(usual: usize) -> usize {
    std::env::var("KAGRAPH_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Runs cases with the seeds that follow a fresh one, or the one that `KAGRAPH_SEED` gives, and prints a failing seed.
pub fn each_case(usual: usize, case: impl Fn(u64)) {
    let first = seed();
    println!("KAGRAPH_SEED={first}");
    for seed in (first..).take(n_cases(usual)) {
        if let Err(reason) = catch_unwind(AssertUnwindSafe(|| case(seed))) {
            println!("KAGRAPH_SEED={seed} KAGRAPH_CASES=1 repeats this case");
            std::panic::resume_unwind(reason);
        }
    }
}

#[test]
fn expressions_give_what_the_evaluator_gives() {
    let (n_rows, n_values) = (AtomicUsize::new(0), AtomicUsize::new(0));
    each_case(400, |seed| {
        let mut dice = Dice::new(seed);
        let (snapshot, rows) = rows(&mut dice);
        let terms = Terms::new(snapshot.clone());
        let batch = batch(&rows, &terms);
        for _ in 0..10 {
            let text = Scope { dice: &mut dice, variables: COLUMNS }.expression(Kind::Any, 3);
            n_values.fetch_add(agrees_on_values(&text, &snapshot, &batch, &terms), Relaxed);
            let text = Scope { dice: &mut dice, variables: COLUMNS }.expression(Kind::Truth, 3);
            n_values.fetch_add(agrees_on_values(&text, &snapshot, &batch, &terms), Relaxed);
            agrees_on_truths(&text, &snapshot, &batch, &terms);
            n_rows.fetch_add(2 * N_ROWS, Relaxed);
        }
    });
    println!("{n_rows:?} rows, {n_values:?} of them with a value");
    assert!(n_values.into_inner() * 5 > n_rows.into_inner(), "most expressions were errors");
}

#[test]
fn numbers_that_are_none_keep_their_sign_when_they_are_cast() {
    let mut dice = Dice::new(1);
    let (snapshot, rows) = rows(&mut dice);
    let terms = Terms::new(snapshot.clone());
    let batch = batch(&rows, &terms);
    let nan = |kind: &str| format!("\"NaN\"^^xsd:{kind}");
    for (from, to) in [("double", "float"), ("double", "double"), ("float", "double"), ("float", "float")] {
        for sign in ["", "-"] {
            let text = format!("sameTerm(xsd:{to}({sign}{}), {})", nan(from), nan(to));
            assert_eq!(agrees_on_values(&text, &snapshot, &batch, &terms), N_ROWS, "{text}");
        }
    }
    for text in ["xsd:float(?t)", "xsd:double(?x)", "xsd:double(xsd:float(?n))", "xsd:float(?n = ?m)"] {
        agrees_on_values(text, &snapshot, &batch, &terms);
    }
}

/// How many values there were that agree.
fn agrees_on_values(text: &str, snapshot: &Snapshot, batch: &Batch, terms: &Terms) -> usize {
    let Ok(query) = Query::parse(&format!("SELECT ?r {{ {} BIND({text} AS ?r) }} ORDER BY ?row", pattern())) else {
        return 0;
    };
    let expected = evaluated(&query, snapshot);
    let Some(compiled) = Compiled::of(&extended(&query), &slot, terms) else { return uncovered(text) };
    let mut ids = Vec::new();
    compiled.values(batch, terms, &mut ids);
    for (at, (id, expected)) in ids.iter().zip(&expected).enumerate() {
        let found = terms.term(*id);
        assert!(
            found == *expected,
            "{text}\nrow {}\nfound    {found:?}\nexpected {expected:?}",
            row_text(batch, at, terms)
        );
        let again = found.map_or(Id::NONE, |term| terms.intern(term));
        assert_eq!(*id, again, "another id for the same term: {text}");
    }
    expected.iter().flatten().count()
}

/// Fails unless the expression has one of the few parts that are left to the evaluator.
fn uncovered(text: &str) -> usize {
    assert!(["xsd:gMonthDay(", "BOUND(", " + "].iter().any(|part| text.contains(part)), "not covered: {text}");
    0
}

fn agrees_on_truths(text: &str, snapshot: &Snapshot, batch: &Batch, terms: &Terms) {
    let Ok(query) = Query::parse(&format!("SELECT ?row {{ {} FILTER({text}) }} ORDER BY ?row", pattern())) else {
        return;
    };
    let expected = evaluated(&query, snapshot);
    let bound = Query::parse(&format!("SELECT ?r {{ BIND({text} AS ?r) }}")).unwrap();
    let Some(compiled) = Compiled::of(&extended(&bound), &slot, terms) else { return };
    let mut kept = Vec::new();
    compiled.keep(batch, terms, &mut kept);
    for (at, kept) in kept.into_iter().enumerate() {
        let row: Term = NamedNode::new_unchecked(format!("https://e.org/row/{at:02}")).into();
        let expected = expected.contains(&Some(row));
        assert_eq!(kept, expected, "FILTER({text})\nrow {}", row_text(batch, at, terms));
    }
}

fn row_text(batch: &Batch, at: usize, terms: &Terms) -> String {
    let columns = COLUMNS.iter().zip(&batch.columns);
    let parts = columns.filter_map(|((name, _), column)| Some(format!("?{name} = {}", terms.term(column[at])?)));
    parts.collect::<Vec<_>>().join(", ")
}

#[test]
fn aggregates_give_what_the_evaluator_gives() {
    let (n_all, n_results) = (AtomicUsize::new(0), AtomicUsize::new(0));
    each_case(300, |seed| {
        let mut dice = Dice::new(seed);
        let (snapshot, rows) = rows(&mut dice);
        let terms = Terms::new(snapshot.clone());
        let batch = batch(&rows, &terms);
        for _ in 0..10 {
            let text = Scope { dice: &mut dice, variables: COLUMNS }.aggregate(1);
            n_results.fetch_add(agrees_on_an_aggregate(&text, &snapshot, &batch, &terms), Relaxed);
            n_all.fetch_add(1, Relaxed);
        }
    });
    println!("{n_all:?} aggregates, {n_results:?} of them with a result");
    assert!(n_results.into_inner() * 4 > n_all.into_inner(), "most aggregates were errors");
}

/// The rows are in one group, in the order in which both see them.
fn agrees_on_an_aggregate(text: &str, snapshot: &Snapshot, batch: &Batch, terms: &Terms) -> usize {
    let query = format!("SELECT ({text} AS ?r) {{ SELECT * {{ {} }} ORDER BY ?row }}", pattern());
    let Ok(query) = Query::parse(&query) else { return 0 };
    let expected = evaluated(&query, snapshot);
    let spargebra::Query::Select { pattern: GraphPattern::Project { inner, .. }, .. } = query.algebra() else {
        panic!("no SELECT");
    };
    let GraphPattern::Extend { inner, .. } = &**inner else { panic!("no aggregate in {inner:?}") };
    let GraphPattern::Group { aggregates, .. } = &**inner else { panic!("no aggregate in {inner:?}") };
    let Some(aggregate) = Aggregate::of(&aggregates[0].1, &slot, terms) else { return uncovered(text) };
    let mut accumulator = aggregate.accumulator();
    aggregate.add(&mut accumulator, 1, &vec![0; batch.len], batch, terms);
    let found = terms.term(accumulator.finish(terms)[0]);
    let is_same = found == expected[0]
        || is_nearly(&found, &expected[0], text, snapshot)
        || overflowed_on_the_way(&found, &expected[0]);
    assert!(is_same, "{text}\nfound    {found:?}\nexpected {:?}", expected[0]);
    usize::from(expected[0].is_some())
}

/// Floats and doubles among other numbers are rounded in another order: the sums differ by some parts of what is summed,
/// also where that nearly cancels out.
fn is_nearly(found: &Option<Term>, expected: &Option<Term>, text: &str, snapshot: &Snapshot) -> bool {
    let (Some(found), Some(expected), Some(size)) = (float(found), float(expected), size(text, snapshot)) else {
        return false;
    };
    found.0 == expected.0 && (found.1 - expected.1).abs() <= 1e-5 * size
}

fn float(term: &Option<Term>) -> Option<(NamedNode, f64)> {
    let Some(Term::Literal(literal)) = term else { return None };
    let is_float = [xsd::FLOAT, xsd::DOUBLE].contains(&literal.datatype());
    is_float.then(|| Some((literal.datatype().into_owned(), literal.value().parse().ok()?)))?
}

/// The same sum or mean of the values without their signs.
fn size(text: &str, snapshot: &Snapshot) -> Option<f64> {
    let (name, argument) = text.strip_suffix(')')?.split_once('(').filter(|(name, _)| ["SUM", "AVG"].contains(name))?;
    let argument = argument.strip_prefix("DISTINCT ").unwrap_or(argument);
    let text = format!("SELECT ({name}(ABS(xsd:double({argument}))) AS ?r) {{ {} }}", pattern());
    let values = evaluated(&Query::parse(&text).ok()?, snapshot);
    float(values.first()?).map(|(_, size)| size).filter(|size| size.is_finite())
}

/// Our sums of integers and decimals do not overflow on the way to a result that fits or is NaN, the evaluator's do.
fn overflowed_on_the_way(found: &Option<Term>, expected: &Option<Term>) -> bool {
    match (found, expected) {
        (Some(Term::Literal(found)), None) => {
            found.value().parse::<f64>().is_ok_and(|found| found.is_nan() || found.abs() > 1e17)
        }
        _ => false,
    }
}
