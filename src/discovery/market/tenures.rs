//! Who holds which post and which post reports to which, as the rows say it; and the days of dated snapshots.
//!
//! Comes in: a snapshot, persons and posts. Leaves: memberships and lines with their spans or the days on which they were
//! seen, and for each account and source the days on which all of it was seen. Never fills gaps: that is
//! [`crate::discovery::spell`]'s work.
//!
//! A list that holds much less of an account than the last one did is taken for an excerpt: whom it does not show has not
//! left. Where the next list is as short, the account has shrunk.

use std::collections::BTreeMap;

use crate::discovery::market::people::{PersonIndex, Persons, PostIndex, Posts, known_by};
use crate::discovery::market::{AccountIndex, Accounts, column};
use crate::model::{Day, Interval};
use crate::ontology as o;
use crate::store::{GraphPattern, Id, Snapshot};

/// A row that puts a person in a post.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Membership {
    /// The post, when known.
    pub post: Option<PostIndex>,
    /// The person.
    pub person: PersonIndex,
    /// The membership itself.
    pub id: Id,
    /// The account.
    pub account: Option<AccountIndex>,
    /// From when to when, when the source says so.
    pub span: Interval,
    /// The source graph and the run of days in [`Seen::days`], for data that come as dated snapshots.
    pub seen: Option<SeenRun>,
}

/// A row that puts a post under another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Line {
    /// The post that reports.
    pub reporting: PostIndex,
    /// The post that it reports to.
    pub superior: PostIndex,
    /// The line itself; `None` for a plain `org:reportsTo`.
    pub id: Option<Id>,
    /// Whether it is a solid line, not a dotted one or mere influence.
    pub is_solid: bool,
    /// From when to when, when the source says so.
    pub span: Interval,
    /// The days on which it was seen.
    pub seen: Option<SeenRun>,
}

/// A run of days in [`Seen::days`], all of one source graph.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SeenRun {
    /// The source graph.
    pub graph: Option<Id>,
    /// First place.
    pub start: u32,
    /// Place after the last.
    pub end: u32,
}

/// The days on which things were seen.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Days, ascending within a run.
    pub days: Vec<Day>,
    runs: BTreeMap<Id, SeenRun>,
    series: BTreeMap<(Option<Id>, Option<AccountIndex>), Vec<Day>>,
    posts: BTreeMap<PostIndex, SeenRun>,
}

impl Seen {
    /// Reads `ka:seenOn` up to the day. What several source graphs saw counts for the first of them.
    pub(super) fn read(snapshot: &Snapshot, as_of: Day) -> Self {
        let Some(predicate) = snapshot.id(o::SEEN_ON.into()) else { return Self::default() };
        let quads = snapshot.scan(None, Some(predicate), None, GraphPattern::AnyNamed);
        let mut read: Vec<(Id, Option<Id>, Day)> = quads
            .filter_map(|quad| Some((quad.subject, quad.graph, snapshot.day(quad.object)?)))
            .filter(|(_, _, day)| *day <= as_of)
            .collect();
        read.sort_unstable();
        read.dedup();
        let mut seen = Self::default();
        for (subject, graph, day) in read {
            let place = seen.days.len() as u32;
            let run = seen.runs.entry(subject).or_insert(SeenRun { graph, start: place, end: place });
            if run.graph == graph {
                seen.days.push(day);
                run.end = place + 1;
            }
        }
        seen
    }

    /// The days of a run.
    pub fn days_of(&self, run: SeenRun) -> &[Day] {
        &self.days[run.start as usize..run.end as usize]
    }

    /// The days on which a source saw all of an account, ascending: those on which whoever is not seen is not there.
    pub fn series(&self, graph: Option<Id>, account: Option<AccountIndex>) -> &[Day] {
        self.series.get(&(graph, account)).map_or(&[], Vec::as_slice)
    }

    /// The run of days on which a post itself was seen, whoever holds it.
    pub fn of_post(&self, post: PostIndex) -> Option<SeenRun> {
        self.posts.get(&post).copied()
    }

    /// Makes the series. A list of an account is one of its successor and of its predecessor as well: whoever is in the one
    /// was not in the other.
    pub(super) fn make_series(
        &mut self,
        accounts: &Accounts,
        memberships: &[Membership],
        lines: &[Line],
        posts: &Posts,
    ) {
        let own = (0..).zip(&posts.ids).filter_map(|(post, id)| Some((post, *self.runs.get(id)?)));
        self.posts = own.collect();
        let account = |post: PostIndex| posts.account[post as usize];
        let held = memberships.iter().filter_map(|it| Some((it.seen?, it.account)));
        let reported = lines.iter().filter_map(|it| Some((it.seen?, account(it.reporting))));
        let there = self.posts.iter().map(|(post, run)| (*run, account(*post)));
        let mut series: BTreeMap<_, BTreeMap<Day, u32>> = BTreeMap::new();
        for (run, account) in held.chain(reported).chain(there) {
            let entries = series.entry((run.graph, account)).or_default();
            self.days_of(run).iter().for_each(|day| *entries.entry(*day).or_default() += 1);
        }
        self.series = series.into_iter().map(|(of, entries)| (of, whole_lists(&entries))).collect();
        let own = self.series.clone();
        for ((graph, account), days) in &own {
            let pairs = accounts.derived_from.iter().filter(|it| Some(it.0) == *account || Some(it.1) == *account);
            for other in pairs.flat_map(|it| [it.0, it.1]).filter(|it| Some(*it) != *account) {
                let Some(of_other) = self.series.get_mut(&(*graph, Some(other))) else { continue };
                of_other.extend(days);
                of_other.sort_unstable();
                of_other.dedup();
            }
        }
    }

    fn run(&self, id: Id) -> Option<SeenRun> {
        self.runs.get(&id).copied()
    }
}

/// A list with a smaller share of the entries of the last whole one can be an excerpt.
const WHOLE_SHARE: f64 = 0.5;
/// Below so many entries a list is too small to tell.
const LEAST_ENTRIES: u32 = 20;

/// The days whose lists are whole, of those with so many entries each.
fn whole_lists(entries: &BTreeMap<Day, u32>) -> Vec<Day> {
    let all: Vec<(Day, u32)> = entries.iter().map(|(day, n)| (*day, *n)).collect();
    let mut whole = Vec::with_capacity(all.len());
    let mut last = 0;
    for (place, (day, n)) in all.iter().enumerate() {
        let is_short = |n: u32| last >= LEAST_ENTRIES && f64::from(n) < WHOLE_SHARE * f64::from(last);
        let has_shrunk = all.get(place + 1).is_some_and(|next| is_short(next.1));
        if !is_short(*n) || has_shrunk {
            whole.push(*day);
            last = *n;
        }
    }
    whole
}

/// Reads the memberships that had begun by the day.
pub(super) fn memberships(
    snapshot: &Snapshot,
    accounts: &Accounts,
    persons: &Persons,
    posts: &Posts,
    seen: &Seen,
    as_of: Day,
) -> Vec<Membership> {
    let ids = column::instances(snapshot, o::ORG_MEMBERSHIP);
    let [member, post, account] = column::columns(snapshot, &ids, [o::ORG_MEMBER, o::IN_POST, o::ORG_ORGANIZATION]);
    let [from, to] = column::columns(snapshot, &ids, [o::SCHEMA_START_DATE, o::SCHEMA_END_DATE]);
    let has_days = !snapshot.links(o::SEEN_ON).is_empty();
    let read = |place: usize| {
        let post = post[place].and_then(|id| posts.index_of(id));
        let account = account[place].and_then(|id| accounts.index_of(id));
        let account = account.or_else(|| post.and_then(|post| posts.account[post as usize]));
        let span = known_by(snapshot, from[place], to[place], as_of);
        let run = if has_days { seen.run(ids[place]) } else { None };
        let person = persons.index_of(member[place]?)?;
        Some(Membership { post, person, id: ids[place], account, span, seen: run })
    };
    let is_later = |span: Interval| span.from.is_some_and(|from| from > as_of);
    let mut memberships: Vec<_> = (0..ids.len()).filter_map(read).filter(|it| !is_later(it.span)).collect();
    memberships.sort_unstable();
    memberships
}

/// Reads the reporting lines that had begun by the day. Plain `org:reportsTo` counts for posts without a dated line.
pub(super) fn lines(snapshot: &Snapshot, posts: &Posts, seen: &Seen, as_of: Day) -> Vec<Line> {
    let ids = column::instances(snapshot, o::REPORTING_LINE);
    let [below, above, kind] = column::columns(snapshot, &ids, [o::REPORTING_POST, o::SUPERIOR_POST, o::LINE_KIND]);
    let [from, to] = column::columns(snapshot, &ids, [o::SCHEMA_START_DATE, o::SCHEMA_END_DATE]);
    let read = |place: usize| {
        let (reporting, superior) = (posts.index_of(below[place]?)?, posts.index_of(above[place]?)?);
        let is_solid = kind[place].is_none_or(|kind| snapshot.text(kind) == "solid");
        let (span, seen) = (known_by(snapshot, from[place], to[place], as_of), seen.run(ids[place]));
        Some(Line { reporting, superior, id: Some(ids[place]), is_solid, span, seen })
    };
    let begun = |line: &Line| line.reporting != line.superior && line.span.from.is_none_or(|from| from <= as_of);
    let mut lines: Vec<_> = (0..ids.len()).filter_map(read).filter(begun).collect();
    lines.sort_unstable();
    let has_own = |post: PostIndex| lines.binary_search_by(|line| line.reporting.cmp(&post)).is_ok();
    let plain = snapshot.links(o::ORG_REPORTS_TO).into_iter().filter_map(|(below, above)| {
        let (reporting, superior) = (posts.index_of(below)?, posts.index_of(above)?);
        let line = Line { reporting, superior, id: None, is_solid: true, span: Interval::default(), seen: None };
        (reporting != superior && !has_own(reporting)).then_some(line)
    });
    let plain: Vec<_> = plain.collect();
    lines.extend(plain);
    lines.sort_unstable();
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(entries: &[(&str, u32)]) -> Vec<String> {
        let entries = entries.iter().map(|(day, n)| (day.parse().unwrap(), *n)).collect();
        whole_lists(&entries).iter().map(Day::to_string).collect()
    }

    #[test]
    fn a_short_list_is_an_excerpt_unless_the_next_is_as_short() {
        let (one, two, three) = ("2012-09-30", "2013-03-31", "2013-09-30");
        assert_eq!(whole(&[(one, 535), (two, 189), (three, 599)]), [one, three]);
        assert_eq!(whole(&[(one, 535), (two, 189)]), [one]);
        assert_eq!(whole(&[(one, 535), (two, 189), (three, 180)]), [one, two, three]);
        assert_eq!(whole(&[(one, 535), (two, 300), (three, 180)]), [one, two, three]);
        assert_eq!(whole(&[(one, 9), (two, 2), (three, 9)]), [one, two, three]);
    }
}
