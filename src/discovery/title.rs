//! Level, function and buying role from a title, in English and Chinese, each with its certainty.
//!
//! Comes in: a title as people write it, and what the source declares. Leaves: a [`Standing`]. Never looks at the person
//! or the account. Costs one pass over the title's words.
//!
//! The knowledge is data, `data/titles.csv`: a title is cut into words (a Chinese character is a word), the longest
//! patterns are found from the left, and the kind of each says how it counts. *Title* and *rank* give the level: in
//! "principal engineer" the last before a preposition is the head. *Deputy*, *junior*, *senior* and *acting* change it.
//! After "assistant to" and before 助理 stands somebody else's title; after "former" nothing counts. Of several titles in
//! one text ("Vice President, also CFO") the highest wins. What the source declares always wins.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use crate::model::{BuyingRole, Function, Level};

/// A value with how sure it is.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct Certain<T> {
    /// The value.
    pub value: T,
    /// In (0, 1]; 1 when the source declares it.
    pub certainty: f64,
}

/// Where a post stands: what is known is known with its certainty, what is not known is absent.
#[derive(Clone, Copy, PartialEq, Debug, Default, serde::Serialize)]
pub struct Standing {
    /// How high.
    pub level: Option<Certain<Level>>,
    /// What about.
    pub function: Option<Certain<Function>>,
    /// Its part in buying.
    pub role: Option<Certain<BuyingRole>>,
    /// Seniority for comparisons within an account, the higher the more senior; 0 when the level is not known.
    pub grade: i32,
}

/// What the source itself says of a post.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Declared {
    /// `ka:level`.
    pub level: Option<Level>,
    /// `ka:function`.
    pub function: Option<Function>,
    /// `ka:buyingRole`.
    pub role: Option<BuyingRole>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Title,
    Rank,
    Function,
    Deputy,
    Junior,
    Senior,
    Acting,
    Serves,
    ServesBefore,
    Former,
    Noise,
    Role,
}

#[derive(Clone, Debug, Deserialize)]
struct Pattern {
    pattern: String,
    kind: Kind,
    level: Option<Level>,
    function: Option<Function>,
    role: Option<BuyingRole>,
    certainty: Option<f64>,
    grade: Option<i32>,
}

struct Table {
    by_first: FxHashMap<String, Vec<(Vec<String>, Pattern)>>,
    roles: FxHashMap<String, Certain<BuyingRole>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("../../data/titles.csv")));

const PREPOSITIONS: &[&str] = &["of", "for", "to", "in", "at", "from", "with"];
const BREAK: &str = ",";
const MAX_GAP: usize = 4;

/// The standing that a title and the source's own words give; the source wins.
pub fn standing(title: &str, declared: Declared) -> Standing {
    let read = read(title);
    let sure = |certainty| move |value| Certain { value, certainty };
    let level = declared.level.map(sure(1.0));
    let function = declared.function.map(|value| Certain { value, certainty: 1.0 }).or(read.function);
    let changed = (level.is_some() && declared.level != read.level.map(|it| it.value)) || declared.function.is_some();
    let level = level.or(read.level);
    let read_role = if changed { default_role(level, function) } else { read.role };
    let role = declared.role.map(|value| Certain { value, certainty: 1.0 }).or(read_role);
    Standing { level, function, role, grade: grade(level, read.grade.rem_euclid(100)) }
}

fn grade(level: Option<Certain<Level>>, within: i32) -> i32 {
    level.map_or(0, |level| within + base(level.value))
}

fn base(level: Level) -> i32 {
    match level {
        Level::Decision => 300,
        Level::Management => 200,
        Level::Execution => 100,
    }
}

/// The standing that a title alone gives.
fn read(title: &str) -> Standing {
    let words = words(title);
    let mut segments = vec![Segment::default()];
    let mut at = 0;
    while at < words.len() {
        let Some((pattern, length)) = TABLE.longest(&words[at..]) else {
            segments = step(segments, &words[at]);
            at += 1;
            continue;
        };
        at += length;
        if let Some(last) = segments.last_mut() {
            last.see(pattern);
        }
        match pattern.kind {
            Kind::Serves => at += words[at..].iter().take_while(|word| *word != BREAK).count(),
            Kind::Former => at = words.len(),
            _ => {}
        }
    }
    combine(&segments)
}

fn step(mut segments: Vec<Segment>, word: &str) -> Vec<Segment> {
    if word == BREAK || word == "and" {
        segments.push(Segment::default());
    } else if let (true, Some(last)) = (PREPOSITIONS.contains(&word), segments.last_mut()) {
        last.is_past_head = last.rank.is_some();
    }
    segments
}

/// One title within the text.
#[derive(Default)]
struct Segment {
    rank: Option<Pattern>,
    function: Option<Certain<Function>>,
    is_past_head: bool,
    steps_down: u32,
    is_junior: bool,
    seniority: i32,
    factor: Option<f64>,
    spare: Option<Pattern>,
}

impl Segment {
    fn see(&mut self, pattern: &Pattern) {
        match pattern.kind {
            Kind::Title | Kind::Rank if !self.is_past_head => self.head(pattern),
            Kind::Serves => (self.rank, self.is_past_head) = (pattern.level.map(|_| pattern.clone()), true),
            Kind::ServesBefore if self.rank.is_some() || self.function.is_some() || pattern.level.is_none() => {
                let rank = pattern.level.map(|_| pattern.clone());
                *self = Self { rank, function: self.function, ..Self::default() };
            }
            Kind::ServesBefore => self.lower(pattern, 1, true),
            Kind::Function => self.function = self.function.or(pattern.certain_function()),
            Kind::Deputy => self.lower(pattern, 1, false),
            Kind::Junior => self.lower(pattern, 1, true),
            Kind::Senior => self.seniority += 8,
            Kind::Acting => self.factor = Some(self.factor.unwrap_or(1.0) * pattern.certainty.unwrap_or(1.0)),
            Kind::Former => *self = Self::default(),
            Kind::Title | Kind::Rank | Kind::Noise | Kind::Role => {}
        }
    }

    fn head(&mut self, pattern: &Pattern) {
        let is_more_telling =
            self.rank.as_ref().is_none_or(|rank| rank.kind != Kind::Title || pattern.kind == Kind::Title);
        if is_more_telling {
            self.rank = Some(pattern.clone());
        }
        self.function = pattern.certain_function().or(self.function);
    }

    fn lower(&mut self, pattern: &Pattern, steps: u32, is_junior: bool) {
        if self.rank.is_some() && pattern.level.is_none() {
            return;
        }
        self.steps_down += steps;
        self.is_junior |= is_junior;
        self.factor = Some(self.factor.unwrap_or(1.0) * pattern.certainty.unwrap_or(1.0));
        if self.rank.is_none() && pattern.level.is_some() {
            self.spare = Some(pattern.clone());
        }
    }

    fn standing(&self) -> Standing {
        let Some(rank) = self.rank.as_ref() else {
            let spare = self.spare.as_ref();
            return spare.map_or(Standing { function: self.function, ..Standing::default() }, |it| self.plain(it, 1.0));
        };
        let factor = self.factor.unwrap_or(1.0);
        let mut standing = self.plain(rank, factor);
        if self.steps_down > 0 {
            self.reduce(&mut standing, factor);
        }
        standing
    }

    fn plain(&self, rank: &Pattern, factor: f64) -> Standing {
        let certainty = rank.certainty.unwrap_or(0.5) * factor;
        let level = rank.level.map(|value| Certain { value, certainty });
        let own = rank.role.map(|value| Certain { value, certainty });
        let within = (rank.grade.unwrap_or(40) + self.seniority).clamp(0, 99);
        let role = own.or_else(|| default_role(level, self.function));
        Standing { level, function: self.function, role, grade: grade(level, within) }
    }

    /// A deputy keeps the level and loses the signature; an assistant director or junior manager stands a level lower.
    fn reduce(&self, standing: &mut Standing, factor: f64) {
        let within = standing.grade.rem_euclid(100);
        if let (true, Some(level)) = (self.is_junior, standing.level.as_mut()) {
            level.value = if level.value == Level::Decision { Level::Management } else { Level::Execution };
            standing.role = default_role(standing.level, self.function);
        }
        if let Some(role) = standing.role.as_mut() {
            role.value = match role.value {
                BuyingRole::Approver => BuyingRole::DecisionMaker,
                BuyingRole::DecisionMaker => BuyingRole::Influencer,
                other => other,
            };
            role.certainty *= factor;
        }
        standing.grade = grade(standing.level, (within - 15).clamp(0, 99));
    }
}

fn combine(segments: &[Segment]) -> Standing {
    let read: Vec<Standing> = segments.iter().map(Segment::standing).collect();
    let mut best = Standing::default();
    for standing in &read {
        if standing.level.is_some() && standing.grade > best.grade {
            best = *standing;
        }
    }
    if best.function.is_none() {
        best.function = read.iter().find_map(|standing| standing.function);
        let has_own_role = segments.iter().any(|it| it.rank.as_ref().is_some_and(|rank| rank.role.is_some()));
        if !has_own_role && best.function.is_some() && best.level.is_some() {
            best.role = default_role(best.level, best.function);
        }
    }
    best
}

fn default_role(level: Option<Certain<Level>>, function: Option<Certain<Function>>) -> Option<Certain<BuyingRole>> {
    let level = level?;
    let with = function.and_then(|function| {
        let role = TABLE.roles.get(&format!("{} {}", level.value, function.value))?;
        Some(Certain { value: role.value, certainty: role.certainty * level.certainty.min(function.certainty) })
    });
    with.or_else(|| {
        let role = TABLE.roles.get(level.value.name())?;
        Some(Certain { value: role.value, certainty: role.certainty * level.certainty })
    })
}

impl Pattern {
    fn certain_function(&self) -> Option<Certain<Function>> {
        self.function.map(|value| Certain { value, certainty: self.certainty.unwrap_or(0.5) })
    }
}

impl Table {
    fn read(text: &str) -> Self {
        let mut table = Self { by_first: FxHashMap::default(), roles: FxHashMap::default() };
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        for pattern in reader.deserialize::<Pattern>().flatten() {
            table.enter(pattern);
        }
        for patterns in table.by_first.values_mut() {
            patterns.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        }
        table
    }

    fn enter(&mut self, pattern: Pattern) {
        if let (Kind::Role, Some(value)) = (pattern.kind, pattern.role) {
            let certainty = pattern.certainty.unwrap_or(0.5);
            self.roles.insert(pattern.pattern, Certain { value, certainty });
            return;
        }
        let words = words(&pattern.pattern);
        if let Some(first) = words.first() {
            self.by_first.entry(first.clone()).or_default().push((words, pattern));
        }
    }

    /// The longest pattern at the beginning of the words, and how many words it takes; exact ones before wildcards.
    fn longest(&self, rest: &[String]) -> Option<(&Pattern, usize)> {
        let candidates = self.by_first.get(rest.first()?)?;
        let exact = candidates.iter().find(|(words, _)| rest.starts_with(words));
        let wild = candidates.iter().find_map(|(words, pattern)| Some((pattern, wildcard(words, rest)?)));
        match (exact, wild) {
            (Some((words, pattern)), None) => Some((pattern, words.len())),
            (Some((words, pattern)), Some((_, length))) if words.len() >= length => Some((pattern, words.len())),
            (_, wild) => wild,
        }
    }
}

/// How many words `first * last` takes when at most [`MAX_GAP`] words stand between.
fn wildcard(pattern: &[String], rest: &[String]) -> Option<usize> {
    let star = pattern.iter().position(|word| word == "*")?;
    let (head, tail) = (&pattern[..star], &pattern[star + 1..]);
    let inner = rest.strip_prefix(head)?;
    let gap = (1..=MAX_GAP.min(inner.len())).find(|gap| inner[*gap..].starts_with(tail))?;
    let is_one_title = inner[..gap].iter().all(|word| word != BREAK && !PREPOSITIONS.contains(&word.as_str()));
    is_one_title.then(|| head.len() + gap + tail.len())
}

/// Lower-case words; a Chinese character is a word, a comma, slash, bracket, lone dash or 兼 is a break.
fn words(title: &str) -> Vec<String> {
    let text: String = title.nfkc().flat_map(char::to_lowercase).collect();
    let mut words = Vec::new();
    for chunk in text.split_whitespace() {
        let letters = chunk.split('.').all(|piece| piece.chars().count() <= 1);
        let chunk = if letters { chunk.replace('.', "") } else { chunk.replace('.', " ") };
        chunk.split_whitespace().for_each(|chunk| split(chunk, &mut words));
    }
    words
}

fn split(chunk: &str, words: &mut Vec<String>) {
    if matches!(chunk, "-" | "–" | "—") {
        return words.push(BREAK.to_owned());
    }
    let mut word = String::new();
    for c in chunk.chars().chain([' ']) {
        let is_han = ('\u{3400}'..='\u{9fff}').contains(&c);
        if c.is_alphanumeric() && !is_han {
            word.push(c);
            continue;
        }
        if c == '\'' || c == '’' {
            continue;
        }
        if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        match c {
            ',' | ';' | '/' | '|' | '(' | ')' | ':' | '、' | '兼' | '。' => words.push(BREAK.to_owned()),
            '&' | '+' => words.push("and".to_owned()),
            '*' => words.push("*".to_owned()),
            _ if is_han => words.push(c.to_string()),
            _ => {}
        }
    }
}

#[cfg(test)]
#[path = "title_tests.rs"]
mod tests;
