//! Which day discovery takes as today, and since when the data are there.
//!
//! Comes in: a snapshot and the latest day that can be meant. Leaves: the first and the last day of activity. Never
//! looks at a clock. Costs: one pass over the dates.
//!
//! Real data have typing errors: a single payment in 2102, an invoice of 1909. So a month counts only when it has at
//! least a share of the rows of the median month.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::model::Day;
use crate::ontology as o;
use crate::store::Snapshot;

/// A month counts when it has at least this share of the median month's rows.
const LEAST_SHARE: f64 = 0.01;

/// From which to which day there is activity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// First day.
    pub first: Day,
    /// Last day.
    pub last: Day,
}

#[derive(Clone, Copy)]
struct Month {
    n_rows: u64,
    span: Span,
}

/// The last day with activity not after `limit`: of transactions, interactions and opportunities; where there are none,
/// of memberships and reporting lines. `None` when nothing has a date.
pub fn last_activity(snapshot: &Snapshot, limit: Day) -> Option<Day> {
    let dated = days(snapshot, &[o::DATE], limit);
    let days = if dated.is_empty() {
        days(snapshot, &[o::SEEN_ON, o::SCHEMA_START_DATE, o::SCHEMA_END_DATE], limit)
    } else {
        dated
    };
    span(days).map(|span| span.last)
}

fn days(snapshot: &Snapshot, predicates: &[oxigraph::model::NamedNodeRef<'_>], limit: Day) -> Vec<Day> {
    let links: Vec<_> = predicates.iter().map(|predicate| snapshot.links(*predicate)).collect();
    let days = links.par_iter().flatten().filter_map(|link| snapshot.day(link.1));
    days.filter(|day| *day <= limit).collect()
}

/// The first and the last day of the months that count.
pub fn span(days: impl IntoIterator<Item = Day>) -> Option<Span> {
    let mut months: BTreeMap<i32, Month> = BTreeMap::new();
    for (day, n_rows) in rows_by_day(days) {
        let new = Month { n_rows: 0, span: Span { first: day, last: day } };
        let month = months.entry(day.month_index()).or_insert(new);
        month.n_rows += n_rows;
        month.span.last = day;
    }
    let mut sizes: Vec<u64> = months.values().map(|month| month.n_rows).collect();
    sizes.sort_unstable();
    let median = *sizes.get(sizes.len() / 2)?;
    let mut counted = months.values().filter(|month| month.n_rows as f64 >= LEAST_SHARE * median as f64);
    let first = counted.next()?.span;
    Some(Span { first: first.first, last: counted.next_back().unwrap_or(&Month { n_rows: 0, span: first }).span.last })
}

fn rows_by_day(days: impl IntoIterator<Item = Day>) -> BTreeMap<Day, u64> {
    let mut rows = BTreeMap::new();
    days.into_iter().for_each(|day| *rows.entry(day).or_default() += 1);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_single_typing_error_does_not_make_today() {
        let mut days: Vec<Day> = (0..6000).map(|n| day("2020-01-01") + n / 10).collect();
        let last = days[5999];
        days.extend([day("2102-05-01"), day("1909-05-01")]);
        assert_eq!(span(days), Some(Span { first: day("2020-01-01"), last }));
    }

    #[test]
    fn few_rows_count_all() {
        assert_eq!(span([day("2020-05-01"), day("2021-05-02")]).unwrap().last, day("2021-05-02"));
        assert_eq!(span([day("2020-05-01")]), Some(Span { first: day("2020-05-01"), last: day("2020-05-01") }));
        assert_eq!(span([]), None);
    }
}
