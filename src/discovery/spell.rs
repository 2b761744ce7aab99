//! Spells: one person in one post without a break, with the days between which each end lies.
//!
//! Comes in: memberships, dated ones and ones seen in dated snapshots. Leaves: for every post its spells in the order of
//! time, and its own life. Never compares two days: that is [`crate::discovery::chain_change`]'s work. Costs a sort of
//! each post's memberships, posts in parallel.
//!
//! A dated membership says its days. A snapshot says only who was there: the account's snapshot days are those on which
//! the same source showed anything of the account, so an account missing from an export has not lost its people, nor those whom an excerpt leaves out. Who is
//! first seen in a snapshot came after the one before; who is missing left after the last that shows him. Rows that join
//! without a break are one spell, also when the name is written another way
//! ([`crate::identity::person_name`]). "Vacant" is nobody; "N/D" is somebody unknown: it neither ends nor begins what
//! stands beside it.

use rayon::prelude::*;
use serde::Deserialize;

use crate::discovery::market::{AccountIndex, Line, Membership, People, PersonIndex, PostIndex, SeenRun};
use crate::identity::person_name::{self, Likeness, Names, PersonName};
use crate::model::{Day, Interval};

/// How rows become spells.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Rows of one person in one post with at most so many days between them are one spell.
    pub renewal_gap_days: i32,
}

/// The days between which something happened; both the same when the day is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize)]
pub struct Bracket {
    /// Earliest possible day.
    pub earliest: Day,
    /// Latest possible day; from it on the new state is known to hold.
    pub latest: Day,
}

/// One person in one post without a break.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spell {
    /// The post.
    pub post: PostIndex,
    /// The person, as written last.
    pub person: PersonIndex,
    /// Every spelling of the person in this spell, ascending.
    pub written_as: Vec<PersonIndex>,
    /// The account.
    pub account: Option<AccountIndex>,
    /// First day in the post; `None` when it lies before everything known.
    pub began: Option<Bracket>,
    /// First day no longer in the post; `None` when still there as far as known.
    pub ended: Option<Bracket>,
    /// Places in [`People::memberships`] of the rows that say it.
    pub rows: Vec<u32>,
}

/// When a post came to be and ceased to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PostLife {
    /// First day of the post; `None` when before everything known.
    pub began: Option<Bracket>,
    /// First day without it; `None` when still there as far as known.
    pub ended: Option<Bracket>,
    /// Whether the source speaks of the post itself (days, reporting lines, "vacant") and not only of its holders.
    pub is_own: bool,
}

/// All spells of a market.
#[derive(Clone, Debug, Default)]
pub struct Spells {
    /// Spells by post, then first day, then person.
    pub spells: Vec<Spell>,
    starts: Vec<u32>,
    lives: Vec<PostLife>,
    by_person: Vec<(PersonIndex, u32)>,
    same_person: Vec<PersonIndex>,
}

/// When something held, as exactly as known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Span {
    /// First day; `None` when before everything known.
    pub began: Option<Bracket>,
    /// First day no longer; `None` when still so as far as known.
    pub ended: Option<Bracket>,
}

impl Span {
    /// Whether it is known to hold on a day.
    pub fn holds_on(self, day: Day) -> bool {
        self.began.is_none_or(|it| it.latest <= day) && self.ended.is_none_or(|it| day < it.latest)
    }
}

/// When a reporting line held.
pub fn line_spans(people: &People, line: &Line) -> Vec<Span> {
    match line.seen {
        None => vec![Span { began: line.span.from.map(Bracket::on), ended: line.span.to.map(Bracket::on) }],
        Some(run) => {
            brackets(people, run, people.posts.account[line.reporting as usize], &days_of_one_superior(people, line))
        }
    }
}

impl Bracket {
    fn on(day: Day) -> Self {
        Self { earliest: day, latest: day }
    }
}

impl Spell {
    /// Whether the person is known to hold the post on a day.
    pub fn holds_on(&self, day: Day) -> bool {
        Span { began: self.began, ended: self.ended }.holds_on(day)
    }

    fn is_nearly_touching(&self, next: &Self, gap_days: i32) -> bool {
        match (self.ended, next.began) {
            (Some(ended), Some(began)) => began.latest - ended.latest <= gap_days,
            _ => true,
        }
    }

    fn join(&mut self, next: Self) {
        self.person = next.person;
        self.written_as.extend(next.written_as);
        self.written_as.sort_unstable();
        self.written_as.dedup();
        self.rows.extend(next.rows);
        let later = self.ended.zip(next.ended).map(|(one, other)| if other.latest > one.latest { other } else { one });
        self.ended = later;
    }
}

impl PostLife {
    /// Whether the post is known to exist on a day.
    pub fn is_there_on(&self, day: Day) -> bool {
        Span { began: self.began, ended: self.ended }.holds_on(day)
    }
}

impl Spells {
    /// The spells of all posts.
    pub fn read(people: &People, settings: Settings) -> Self {
        let n_posts = people.posts.len() as u32;
        let read = |post| (spells_of(people, post, settings), life_of(people, post));
        let read: Vec<_> = (0..n_posts).into_par_iter().map(read).collect();
        let mut spells = Self { starts: vec![0], ..Self::default() };
        for (of_post, life) in read {
            spells.spells.extend(of_post);
            spells.starts.push(spells.spells.len() as u32);
            spells.lives.push(life);
        }
        let each = spells.spells.iter().zip(0..);
        spells.by_person = each.flat_map(|(it, at)| it.written_as.iter().map(move |who| (*who, at))).collect();
        spells.by_person.sort_unstable();
        spells.same_person = same_person(people.persons.len(), &spells.spells);
        spells
    }

    /// One index for all spellings of a person that a spell joins: the smallest.
    pub fn one_person(&self, person: PersonIndex) -> PersonIndex {
        self.same_person.get(person as usize).copied().unwrap_or(person)
    }

    /// The spells of a post in the order of time.
    pub fn of_post(&self, post: PostIndex) -> &[Spell] {
        let at = post as usize;
        self.starts.get(at + 1).map_or(&[], |end| &self.spells[self.starts[at] as usize..*end as usize])
    }

    /// The life of a post.
    pub fn life(&self, post: PostIndex) -> PostLife {
        self.lives.get(post as usize).copied().unwrap_or_default()
    }

    /// The spells of a person, under any spelling, by post and time.
    pub fn of_person(&self, person: PersonIndex) -> impl Iterator<Item = &Spell> {
        let start = self.by_person.partition_point(|it| it.0 < person);
        let run = self.by_person[start..].iter().take_while(move |it| it.0 == person);
        run.map(|it| &self.spells[it.1 as usize])
    }
}

fn spells_of(people: &People, post: PostIndex, settings: Settings) -> Vec<Spell> {
    let rows = people.memberships_of(post);
    let first_row = people.memberships.partition_point(|it| it.post < Some(post)) as u32;
    let of_post = days_of_one_holder(people, rows);
    let mut somebody = Vec::new();
    let mut undisclosed = Vec::new();
    for (row, at) in rows.iter().zip(first_row..) {
        match person_name::names(people.persons.name(row.person)) {
            Names::Somebody => somebody.extend(stints(people, row, at, &of_post)),
            Names::Undisclosed => undisclosed.extend(stints(people, row, at, &of_post)),
            Names::Nobody => {}
        }
    }
    let account = people.posts.account[post as usize];
    somebody.iter_mut().for_each(|it: &mut Spell| it.account = it.account.or(account));
    undisclosed.sort_by_key(|it: &Spell| (it.began, it.ended));
    let mut spells = one_each(somebody, settings.renewal_gap_days);
    undisclosed.iter().for_each(|stint| bridge(&mut spells, stint));
    let spells = one_each(spells, settings.renewal_gap_days);
    let mut spells = join_variants(people, spells, settings.renewal_gap_days);
    spells.sort_by_key(|it| (it.began, it.person));
    spells
}

/// What one row says: one spell, or several where snapshots between do not show it.
fn stints(people: &People, row: &Membership, at: u32, of_post: &[Day]) -> Vec<Spell> {
    let spell = |began, ended| Spell {
        post: row.post.unwrap_or_default(),
        person: row.person,
        written_as: vec![row.person],
        account: row.account,
        began,
        ended,
        rows: vec![at],
    };
    let Some(run) = row.seen else {
        return vec![spell(row.span.from.map(Bracket::on), row.span.to.map(Bracket::on))];
    };
    let brackets = brackets(people, run, row.account, of_post);
    let n_stints = brackets.len();
    let dated = |(place, seen): (usize, Span)| {
        let began = row.span.from.filter(|_| place == 0).map(Bracket::on).or(seen.began);
        let ended = row.span.to.filter(|_| place + 1 == n_stints).map(Bracket::on).or(seen.ended);
        spell(began, ended)
    };
    brackets.into_iter().enumerate().map(dated).collect()
}

/// The days on which a post was seen that never had two holders at once: also in an excerpt, who is seen there is the one.
fn days_of_one_holder(people: &People, rows: &[Membership]) -> Vec<Day> {
    days_of_one(people, rows.iter().filter_map(|row| row.seen))
}

/// The same of a post's solid lines.
fn days_of_one_superior(people: &People, line: &Line) -> Vec<Day> {
    let first = people.lines.partition_point(|it| it.reporting < line.reporting);
    let own = people.lines[first..].iter().take_while(|it| it.reporting == line.reporting);
    days_of_one(people, own.filter(|it| it.is_solid && line.is_solid).filter_map(|it| it.seen))
}

fn days_of_one(people: &People, runs: impl Iterator<Item = SeenRun>) -> Vec<Day> {
    let mut days: Vec<Day> = runs.flat_map(|run| people.seen.days_of(run)).copied().collect();
    days.sort_unstable();
    let has_two = days.windows(2).any(|two| two[0] == two[1]);
    if has_two { Vec::new() } else { days }
}

/// The stretches without a break of a run of days among the days on which the account's lists are whole and those of the
/// post itself, each with its brackets.
fn brackets(people: &People, run: SeenRun, account: Option<AccountIndex>, of_post: &[Day]) -> Vec<Span> {
    let whole = people.seen.series(run.graph, account);
    let last_before = |day: Day| {
        let lists = [whole, of_post].into_iter();
        lists.filter_map(|days| days[..days.partition_point(|it| *it < day)].last().copied()).max()
    };
    let first_after = |day: Day| {
        let lists = [whole, of_post].into_iter();
        lists.filter_map(|days| days.get(days.partition_point(|it| *it <= day)).copied()).min()
    };
    let between = |before: Day, after: Day| Bracket { earliest: before + 1, latest: after };
    let mut found: Vec<Span> = Vec::new();
    let mut last_seen = None;
    for day in people.seen.days_of(run) {
        let before = last_before(*day);
        let is_next = last_seen.is_some_and(|last| before.is_none_or(|missed| missed <= last));
        if !is_next {
            found.push(Span { began: before.map(|before| between(before, *day)), ended: None });
        }
        if let Some(last) = found.last_mut() {
            last.ended = first_after(*day).map(|next| between(*day, next));
        }
        last_seen = Some(*day);
    }
    found
}

/// The same person's stints that touch become one.
fn one_each(mut stints: Vec<Spell>, gap_days: i32) -> Vec<Spell> {
    stints.sort_by_key(|it| (it.person, it.began, it.ended.is_none(), it.ended));
    let mut spells: Vec<Spell> = Vec::with_capacity(stints.len());
    for stint in stints {
        match spells.last_mut() {
            Some(last) if last.person == stint.person && last.is_nearly_touching(&stint, gap_days) => last.join(stint),
            _ => spells.push(stint),
        }
    }
    spells
}

/// Somebody unnamed in the post: whoever was there before may still be, whoever comes after may have been there.
fn bridge(spells: &mut [Spell], unnamed: &Spell) {
    let Some(began) = unnamed.began else {
        let after = spells.iter_mut().filter(|it| it.began.is_some() && it.began == unnamed.ended);
        return after.for_each(|it| it.began = None);
    };
    let mut since = None;
    for spell in spells.iter_mut() {
        if let Some(ended) = spell.ended.filter(|it| it.latest == began.latest) {
            since = Some(ended.earliest);
            spell.ended = unnamed.ended.map(|until| Bracket { earliest: ended.earliest, latest: until.latest });
        }
    }
    for spell in spells.iter_mut() {
        if spell.began.is_some() && spell.began.map(|it| it.latest) == unnamed.ended.map(|it| it.latest) {
            let latest = spell.began.map(|it| it.latest);
            spell.began = since.zip(latest).map(|(earliest, latest)| Bracket { earliest, latest });
        }
    }
}

/// Neighbours in the post whose names are spellings of one name become one.
fn join_variants(people: &People, mut spells: Vec<Spell>, gap_days: i32) -> Vec<Spell> {
    spells.sort_by_key(|it| (it.began, it.person));
    let name = |spell: &Spell| PersonName::read(people.persons.name(spell.person));
    let mut joined: Vec<(Spell, PersonName)> = Vec::with_capacity(spells.len());
    for spell in spells {
        let own = name(&spell);
        let before = joined
            .iter()
            .rposition(|(it, other)| is_succession(it, &spell, gap_days) && other.likeness(&own) >= Likeness::Variant);
        match before {
            Some(place) => {
                joined[place].0.join(spell);
                joined[place].1 = own;
            }
            None => joined.push((spell, own)),
        }
    }
    joined.into_iter().map(|(spell, _)| spell).collect()
}

fn same_person(n_persons: usize, spells: &[Spell]) -> Vec<PersonIndex> {
    let mut first: Vec<PersonIndex> = (0..n_persons as u32).collect();
    let root = |first: &[PersonIndex], mut who: PersonIndex| {
        while first[who as usize] != who {
            who = first[who as usize];
        }
        who
    };
    for spell in spells {
        for who in &spell.written_as {
            let (one, other) = (root(&first, spell.person), root(&first, *who));
            first[one.max(other) as usize] = one.min(other);
        }
    }
    (0..n_persons as u32).map(|who| root(&first, who)).collect()
}

/// Whether one ends where the other begins.
fn is_succession(before: &Spell, after: &Spell, gap_days: i32) -> bool {
    let (Some(ended), Some(began)) = (before.ended, after.began) else { return false };
    (began.latest - ended.latest).abs() <= gap_days.max(0)
}

fn life_of(people: &People, post: PostIndex) -> PostLife {
    let declared = people.posts.exists[post as usize];
    if declared != Interval::default() {
        let (began, ended) = (declared.from.map(Bracket::on), declared.to.map(Bracket::on));
        return PostLife { began, ended, is_own: true };
    }
    let rows = people.memberships_of(post);
    let is_unnamed = |row: &Membership| person_name::names(people.persons.name(row.person)) != Names::Somebody;
    let first_line = people.lines.partition_point(|line| line.reporting < post);
    let lines = people.lines[first_line..].iter().take_while(|line| line.reporting == post);
    let own: Vec<SeenRun> = people.seen.of_post(post).into_iter().chain(lines.filter_map(|line| line.seen)).collect();
    let is_own = !own.is_empty() || rows.iter().any(|row| row.seen.is_some() && is_unnamed(row));
    let runs = rows.iter().filter_map(|row| row.seen).chain(own);
    let account = people.posts.account[post as usize];
    let brackets: Vec<_> = runs.flat_map(|run| brackets(people, run, account, &[])).collect();
    let is_from_the_first = brackets.iter().any(|it| it.began.is_none());
    let is_to_the_last = brackets.iter().any(|it| it.ended.is_none());
    let began = brackets.iter().filter_map(|it| it.began).min_by_key(|it| it.latest).filter(|_| !is_from_the_first);
    let ended = brackets.iter().filter_map(|it| it.ended).max_by_key(|it| it.latest).filter(|_| !is_to_the_last);
    PostLife { began, ended, is_own }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::trial::{TODAY, Trial, settings};

    fn trial() -> Trial {
        Trial::default()
            .account("North", "")
            .say("id:x a org:Post ; ka:title 'Buyer' ; org:postIn id:North .")
            .say("id:y a org:Post ; ka:title 'CEO' ; org:postIn id:North .")
            .say("id:li a foaf:Person ; foaf:name 'Li Na' . id:an a foaf:Person ; foaf:name 'Ann Boss' .")
    }

    fn row(key: &str, person: &str, post: &str, more: &str) -> String {
        format!("id:{key} a org:Membership ; org:member id:{person} ; ka:inPost id:{post} {more} .")
    }

    /// `first–last` of each spell of post x, `?` for an open end.
    fn spells(trial: &Trial) -> Vec<String> {
        let market = trial.market_on(TODAY);
        let spells = Spells::read(&market.people, settings().relations.chain.spells);
        let end = |it: Option<Bracket>| it.map_or("?".to_owned(), |it| format!("{}..{}", it.earliest, it.latest));
        spells.of_post(0).iter().map(|it| format!("{} – {}", end(it.began), end(it.ended))).collect()
    }

    #[test]
    fn rows_that_touch_are_one_spell_and_rows_far_apart_two() {
        let span =
            |from: &str, to: &str| format!("; schema:startDate '{from}'^^xsd:date ; schema:endDate '{to}'^^xsd:date");
        let touching = trial().say(&row("a", "li", "x", &span("2020-01-01", "2021-01-01"))).say(&row(
            "b",
            "li",
            "x",
            &span("2021-01-04", "2022-01-01"),
        ));
        assert_eq!(spells(&touching), ["2020-01-01..2020-01-01 – 2022-01-01..2022-01-01"]);
        let apart = trial().say(&row("a", "li", "x", &span("2020-01-01", "2021-01-01"))).say(&row(
            "b",
            "li",
            "x",
            &span("2021-06-01", "2022-01-01"),
        ));
        assert_eq!(spells(&apart).len(), 2);
    }

    #[test]
    fn snapshots_bracket_both_ends_and_a_missing_one_of_the_account_does_not_count() {
        let seen = |days: &[&str]| {
            let days: Vec<_> = days.iter().map(|day| format!("'{day}'^^xsd:date")).collect();
            format!("; ka:seenOn {}", days.join(", "))
        };
        let base = |days: &[&str]| trial().say(&row("m", "an", "y", &seen(days)));
        let all = ["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"];
        let between = base(&all).say(&row("a", "li", "x", &seen(&["2024-02-01", "2024-03-01"])));
        assert_eq!(spells(&between), ["2024-01-02..2024-02-01 – 2024-03-02..2024-04-01"]);
        let always = base(&all).say(&row("a", "li", "x", &seen(&all)));
        assert_eq!(spells(&always), ["? – ?"]);
        let skipped = ["2024-01-01", "2024-04-01"];
        let gap = base(&skipped).say(&row("a", "li", "x", &seen(&skipped)));
        assert_eq!(spells(&gap), ["? – ?"]);
        let back = base(&all).say(&row("a", "li", "x", &seen(&["2024-01-01", "2024-03-01", "2024-04-01"])));
        assert_eq!(spells(&back), ["? – 2024-01-02..2024-02-01", "2024-02-02..2024-03-01 – ?"]);
    }

    #[test]
    fn an_end_that_lies_later_is_open() {
        let later = trial().say(&row("a", "li", "x", "; schema:endDate '2025-07-01'^^xsd:date"));
        assert_eq!(spells(&later), ["? – ?"]);
    }
}
