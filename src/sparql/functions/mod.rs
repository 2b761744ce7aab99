//! Functions that a query may call beyond the standard ones.
//!
//! | call | returns |
//! |---|---|
//! | `ka:origin(?s, ?p, ?o)` | where the statement was read: `"batch/file:row"`, the smallest origin; unbound when derived |
//! | `ka:daysBetween(?from, ?to)` | `xsd:integer`, negative when `?to` is earlier |
//! | `ka:monthsBetween(?from, ?to)` | whole months, `xsd:integer`: the 31st of January to the 28th of February is 0 |
//! | `ka:yearMonth(?date)` | a string such as `"2016-03"`, for grouping |
//! | `ka:quarter(?date)` | a string such as `"2016-Q1"` |
//! | `ka:weekStart(?date)` | the Monday of the week, `xsd:date` |
//! | `ka:monthStart(?date)` | the first day of the month, `xsd:date` |
//! | `ka:similarity(?a, ?b)` | how like two names are, `xsd:double` in [0, 1], see [`similarity()`] |
//! | `ka:decay(?then, ?now, ?halfLifeDays)` | `xsd:double` in [0, 1]: 1 on the day, 0.5 a half-life later; 1 for a day to come |
//!
//! Medians and percentiles are in [`aggregates`].
//!
//! Days are `xsd:date` or `xsd:dateTime` (its date part). An argument of another kind is an error, so the variable
//! stays unbound, as SPARQL has it.
//!
//! ```sparql
//! SELECT ?month (SUM(?amount) AS ?revenue) (SAMPLE(ka:origin(?order, ka:amount, ?amount)) AS ?forInstance)
//! WHERE { ?order a ka:Order ; ka:date ?date ; ka:amount ?amount . BIND(ka:yearMonth(?date) AS ?month) }
//! GROUP BY ?month ORDER BY ?month
//! ```

pub mod aggregates;
mod similarity;

use std::sync::Arc;

use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNodeRef, Term};
use oxigraph::sparql::SparqlEvaluator;
use spareval::ExpressionTerm;

use crate::model::Day;
use crate::ontology;
use crate::store::{GraphPattern, Id, Origin, Snapshot};
pub use similarity::similarity;

/// A function that needs nothing but its arguments.
type Pure = fn(&[Term]) -> Option<Term>;

const PURE: &[(NamedNodeRef<'static>, Pure)] = &[
    (ontology::DAYS_BETWEEN, days_between),
    (ontology::MONTHS_BETWEEN, months_between),
    (ontology::YEAR_MONTH, year_month),
    (ontology::DECAY, decay),
    (ontology::QUARTER, quarter),
    (ontology::WEEK_START, week_start),
    (ontology::MONTH_START, month_start),
    (ontology::SIMILARITY, likeness),
];

/// The evaluator with all functions of ours.
pub(super) fn register(evaluator: SparqlEvaluator, snapshot: &Snapshot) -> SparqlEvaluator {
    let snapshot = snapshot.clone();
    let evaluator = aggregates::register(evaluator)
        .with_custom_function(ontology::ORIGIN.into_owned(), move |arguments| origin(&snapshot, arguments));
    PURE.iter().fold(evaluator, |evaluator, (name, call)| evaluator.with_custom_function(name.into_owned(), *call))
}

/// A function of ours, ready to be called from many threads.
pub(super) type Call = Arc<dyn Fn(&[Term]) -> Option<Term> + Send + Sync>;

/// The function of ours with this IRI.
pub(super) fn find(name: NamedNodeRef<'_>, snapshot: &Snapshot) -> Option<Call> {
    if name == ontology::ORIGIN {
        let snapshot = snapshot.clone();
        return Some(Arc::new(move |arguments| origin(&snapshot, arguments)));
    }
    let (_, call) = PURE.iter().find(|(known, _)| *known == name)?;
    Some(Arc::new(*call))
}

/// The IRIs of all functions and aggregates of ours.
pub fn names() -> impl Iterator<Item = &'static str> {
    ontology::KA_FUNCTIONS.iter().chain(ontology::KA_AGGREGATES).map(|name| name.as_str())
}

fn origin(snapshot: &Snapshot, arguments: &[Term]) -> Option<Term> {
    let [subject, predicate, object] = arguments else { return None };
    let id = |term: &Term| snapshot.id(term.as_ref());
    let (subject, predicate) = (id(subject)?, id(predicate)?);
    let exact = id(object).map(|object| snapshot.origins(subject, predicate, object)).unwrap_or_default();
    let origins = if exact.is_empty() { origins_by_value(snapshot, subject, predicate, object) } else { exact };
    let first = origins.into_iter().min()?;
    Some(Literal::from(format!("{}/{}:{}", first.batch, first.file, first.row)).into())
}

/// The evaluator hands numbers over by their value: what the source spells 49.50 comes as 49.5.
fn origins_by_value(snapshot: &Snapshot, subject: Id, predicate: Id, object: &Term) -> Vec<Origin> {
    let value = ExpressionTerm::from(object.clone());
    let objects = snapshot.scan(Some(subject), Some(predicate), None, GraphPattern::Union).map(|quad| quad.object);
    let same = objects.filter(|id| ExpressionTerm::from(snapshot.term(*id)) == value);
    same.flat_map(|id| snapshot.origins(subject, predicate, id)).collect()
}

fn days_between(arguments: &[Term]) -> Option<Term> {
    let [from, to] = arguments else { return None };
    Some(Literal::from(day(to)? - day(from)?).into())
}

fn months_between(arguments: &[Term]) -> Option<Term> {
    let [from, to] = arguments else { return None };
    Some(Literal::from(whole_months(day(from)?, day(to)?)).into())
}

fn whole_months(from: Day, to: Day) -> i32 {
    if to < from {
        return -whole_months(to, from);
    }
    let months = to.month_index() - from.month_index();
    months - i32::from(to.ymd().2 < from.ymd().2)
}

fn year_month(arguments: &[Term]) -> Option<Term> {
    let [date] = arguments else { return None };
    let (year, month, _) = day(date)?.ymd();
    Some(Literal::from(format!("{year:04}-{month:02}")).into())
}

fn quarter(arguments: &[Term]) -> Option<Term> {
    let [date] = arguments else { return None };
    let (year, month, _) = day(date)?.ymd();
    Some(Literal::from(format!("{year:04}-Q{}", (month - 1) / 3 + 1)).into())
}

/// 1970-01-01 was a Thursday, three days after a Monday.
fn week_start(arguments: &[Term]) -> Option<Term> {
    let [date] = arguments else { return None };
    let days = day(date)?.days();
    date_term(Day::from_days(days - (days + 3).rem_euclid(7))?)
}

fn month_start(arguments: &[Term]) -> Option<Term> {
    let [date] = arguments else { return None };
    let date = day(date)?;
    date_term(Day::from_days(date.days() - i32::from(date.ymd().2 - 1))?)
}

fn date_term(day: Day) -> Option<Term> {
    Some(Literal::new_typed_literal(day.to_string(), xsd::DATE).into())
}

fn likeness(arguments: &[Term]) -> Option<Term> {
    let [Term::Literal(a), Term::Literal(b)] = arguments else { return None };
    let is_text = |literal: &Literal| literal.datatype() == xsd::STRING || literal.language().is_some();
    (is_text(a) && is_text(b)).then(|| Literal::from(similarity(a.value(), b.value())).into())
}

fn decay(arguments: &[Term]) -> Option<Term> {
    let [then, now, half_life] = arguments else { return None };
    let half_life_days = number(half_life).filter(|days| *days > 0.0)?;
    let age_days = f64::from((day(now)? - day(then)?).max(0));
    Some(Literal::from((-age_days / half_life_days).exp2()).into())
}

fn day(term: &Term) -> Option<Day> {
    let Term::Literal(literal) = term else { return None };
    match literal.datatype() {
        xsd::DATE | xsd::DATE_TIME => literal.value().get(..10)?.parse().ok(),
        _ => None,
    }
}

fn number(term: &Term) -> Option<f64> {
    let Term::Literal(literal) = term else { return None };
    let is_number = [xsd::INTEGER, xsd::DECIMAL, xsd::DOUBLE, xsd::FLOAT].contains(&literal.datatype());
    literal.value().parse().ok().filter(|number: &f64| is_number && number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Term {
        Literal::new_typed_literal(text, xsd::DATE).into()
    }

    fn value(term: Option<Term>) -> String {
        match term {
            Some(Term::Literal(literal)) => literal.value().to_owned(),
            _ => String::new(),
        }
    }

    #[test]
    fn days_and_months_count_from_the_first_to_the_second() {
        let of = |call: Pure, from, to| value(call(&[date(from), date(to)]));
        assert_eq!(of(days_between, "2024-02-28", "2024-03-01"), "2");
        assert_eq!(of(days_between, "2024-03-01", "2024-02-28"), "-2");
        assert_eq!(of(months_between, "2024-01-31", "2024-02-28"), "0");
        assert_eq!(of(months_between, "2024-01-15", "2025-03-15"), "14");
        assert_eq!(of(months_between, "2025-03-15", "2024-01-15"), "-14");
        assert_eq!(of(months_between, "2024-03-01", "2024-02-28"), "0");
    }

    #[test]
    fn a_month_is_written_with_its_year() {
        assert_eq!(value(year_month(&[date("2016-03-09")])), "2016-03");
        let time = Literal::new_typed_literal("2016-03-09T10:00:00Z", xsd::DATE_TIME).into();
        assert_eq!(value(year_month(&[time])), "2016-03");
    }

    #[test]
    fn a_day_has_a_quarter_a_week_and_a_month() {
        let of = |call: Pure, day| value(call(&[date(day)]));
        let quarters = ["2016-01-01", "2016-03-31", "2016-04-01", "2016-12-31"].map(|day| of(quarter, day));
        assert_eq!(quarters, ["2016-Q1", "2016-Q1", "2016-Q2", "2016-Q4"]);
        let weeks = ["2025-06-29", "2025-06-30", "1969-12-31", "1970-01-05"].map(|day| of(week_start, day));
        assert_eq!(weeks, ["2025-06-23", "2025-06-30", "1969-12-29", "1970-01-05"]);
        assert_eq!(
            (of(month_start, "2024-02-29"), of(month_start, "2024-03-01")),
            ("2024-02-01".into(), "2024-03-01".into())
        );
    }

    #[test]
    fn what_happened_a_half_life_ago_counts_half() {
        let of = |then, now, days: i64| value(decay(&[date(then), date(now), Literal::from(days).into()]));
        assert_eq!(of("2024-01-01", "2024-01-31", 30), "0.5");
        assert_eq!(of("2024-01-01", "2024-01-01", 30), "1");
        assert_eq!(of("2024-02-01", "2024-01-01", 30), "1");
        assert_eq!(of("2024-02-01", "2024-01-01", 0), "");
    }

    #[test]
    fn arguments_of_another_kind_give_nothing() {
        let text: Term = Literal::from("2024-01-01").into();
        assert_eq!(year_month(std::slice::from_ref(&text)), None);
        assert_eq!(days_between(&[text]), None);
        assert_eq!(months_between(&[date("soon"), date("2024-01-01")]), None);
    }
}
