//! Random queries over the graphs of [`random_data`](super::random_data), as text.
//!
//! Nothing is asked whose answer depends on the order in which rows come: no `LIMIT` inside, and aggregates that depend
//! on it only of values for which they do not.

use std::collections::BTreeSet;

use oxigraph::model::Term;

use super::query_agreement::Asked;
use super::random_data::{Dice, Kind, object};
use super::random_expression::Scope;
use super::random_pattern::{Names, remember};

/// Predicates from nodes to nodes.
pub const LINKS: &[&str] = &["knows", "likes", "partOf"];
/// Predicates from nodes to values of a kind.
pub const VALUES: &[(&str, Kind)] = &[
    ("num", Kind::Number),
    ("amount", Kind::Amount),
    ("when", Kind::Time),
    ("text", Kind::Text),
    ("flag", Kind::Truth),
    ("any", Kind::Any),
];
/// Graphs that statements stand in; a query may also ask for one that is empty.
pub const GRAPHS: &[&str] = &["https://e.org/g1", "https://e.org/g2", "https://e.org/g3"];
/// Classes of nodes.
pub const CLASSES: &[&str] = &["A", "B"];

/// Shapes of queries that have to be computed in columns.
pub const SHAPES: &[&str] =
    &[EXISTS_IN_AGGREGATE, MERGE, MINUS_APART, NEGATED_SET, ONE_OF, PATH_IN_ANY_GRAPH, PATH_IN_GRAPH];
const EXISTS_IN_AGGREGATE: &str = "EXISTS inside an aggregate";
/// Its multiplicities are those of the standard, which the evaluator's optimizer changes.
pub const NEGATED_SET: &str = "a negated property set";
const MERGE: &str = "FROM with several graphs";
const MINUS_APART: &str = "MINUS without a variable that is certainly shared";
const ONE_OF: &str = "a filter that says which terms a variable may have";
const PATH_IN_ANY_GRAPH: &str = "a path inside GRAPH with a variable";
const PATH_IN_GRAPH: &str = "a path inside GRAPH with a name";

/// Variables that mostly stand for nodes.
pub const NODE_NAMES: &[&str] = &["a", "b", "c", "s"];

/// Writes one query.
pub struct Writer<'a> {
    pub(super) dice: &'a mut Dice,
    n_names: usize,
    pub(super) shapes: BTreeSet<&'static str>,
    /// Patterns that may still be written.
    budget: usize,
}

impl<'a> Writer<'a> {
    pub fn new(dice: &'a mut Dice) -> Self {
        let budget = 2 + dice.below(6);
        Self { dice, n_names: 0, shapes: BTreeSet::new(), budget }
    }

    /// A whole query.
    pub fn query(mut self) -> Asked {
        let asked = self.asked();
        Asked { shapes: self.shapes, ..asked }
    }

    fn asked(&mut self) -> Asked {
        let mut names = Names::new();
        let body = self.group(2, &mut names);
        let dataset = self.dataset();
        if names.is_empty() || self.dice.chance(5) {
            return Asked::plain(format!("ASK {dataset}{{ {body} }}"));
        }
        if self.dice.chance(5) {
            let template = self.template(&names);
            let text = format!("CONSTRUCT {{ {template} }} {dataset}WHERE {{ {body} }}");
            return Asked::plain(text);
        }
        if self.dice.chance(5) {
            let (name, _) = &names[self.dice.below(names.len())];
            return Asked::plain(format!("DESCRIBE ?{name} {dataset}WHERE {{ {body} }}"));
        }
        let (head, tail, columns) = if self.dice.chance(30) { self.grouped(&names) } else { self.selected(&names) };
        self.ordered(format!("SELECT {head} {dataset}WHERE {{ {body} }} {tail}"), &columns)
    }

    fn dataset(&mut self) -> String {
        let (n, n_named) = match self.dice.below(24) {
            at @ 0..=6 => [(1, 0), (0, 1), (1, 1), (2, 0), (3, 0), (2, 1), (2, 2)][at],
            _ => (0, 0),
        };
        let mut graphs: Vec<&str> = (0..n + n_named).map(|_| self.dice.pick(GRAPHS)).collect();
        let named = graphs.split_off(n);
        if graphs.windows(2).any(|pair| pair[0] != pair[1]) {
            self.shapes.insert(MERGE);
        }
        let from = graphs.iter().map(|graph| format!("FROM <{graph}> "));
        from.chain(named.iter().map(|graph| format!("FROM NAMED <{graph}> "))).collect()
    }

    fn template(&mut self, names: &Names) -> String {
        let mut name = || format!("?{}", names[self.dice.below(names.len())].0);
        format!("{} e:made {} . {} {} 1", name(), name(), name(), name())
    }

    fn selected(&mut self, names: &Names) -> (String, String, Vec<String>) {
        let modifier = self.dice.pick(&["", "", "", "DISTINCT "]);
        if self.dice.chance(10) {
            return (format!("{modifier}*"), String::new(), names.iter().map(|(name, _)| name.clone()).collect());
        }
        let mut columns: Vec<String> = Vec::new();
        for _ in 0..=self.dice.below(4) {
            let name = &names[self.dice.below(names.len())].0;
            if !columns.contains(name) {
                columns.push(name.clone());
            }
        }
        let mut head: String = columns.iter().map(|name| format!("?{name} ")).collect();
        if self.dice.chance(20) {
            let (expression, name) = (self.expression(names, Kind::Any, 2), self.fresh());
            head += &format!("({expression} AS ?{name})");
            columns.push(name);
        }
        (format!("{modifier}{head}"), String::new(), columns)
    }

    fn grouped(&mut self, names: &Names) -> (String, String, Vec<String>) {
        let mut keys = Names::new();
        let (mut head, mut by, mut columns) = (String::new(), String::new(), Vec::new());
        for _ in 0..self.dice.below(3) {
            let (name, kind) = names[self.dice.below(names.len())].clone();
            if self.dice.chance(20) {
                let (expression, fresh) = (self.expression(names, Kind::Any, 1), self.fresh());
                by += &format!("({expression} AS ?{fresh}) ");
                keys.push((fresh, Kind::Any));
            } else if !keys.contains(&(name.clone(), kind)) {
                by += &format!("?{name} ");
                keys.push((name, kind));
            }
        }
        for (name, _) in &keys {
            head += &format!("?{name} ");
            columns.push(name.clone());
        }
        for _ in 0..=self.dice.below(3) {
            let (aggregate, name) = (self.aggregate(names), self.fresh());
            head += &format!("({aggregate} AS ?{name}) ");
            columns.push(name);
        }
        let by = if by.is_empty() { by } else { format!("GROUP BY {by}") };
        let having = match self.dice.below(5) {
            0 => format!(
                " HAVING({} {} {})",
                self.aggregate(names),
                self.dice.pick(&[">", "<", "!="]),
                self.dice.below(4)
            ),
            _ => String::new(),
        };
        (head, format!("{by}{having}"), columns)
    }

    /// An aggregate of values for which the order of the rows does not matter.
    fn aggregate(&mut self, names: &Names) -> String {
        let distinct = if self.dice.chance(30) { "DISTINCT " } else { "" };
        match self.dice.below(16) {
            0..=1 => "COUNT(*)".to_owned(),
            2..=4 => format!("COUNT({distinct}?{})", names[self.dice.below(names.len())].0),
            5 => format!("COUNT({distinct}{})", self.expression(names, Kind::Any, 1)),
            6..=8 => format!("SUM({distinct}{})", self.amount(names)),
            9 => format!("AVG({distinct}{})", self.amount(names)),
            10..=11 => {
                let name = self.dice.pick(&["MIN", "MAX"]);
                format!("{name}({distinct}STR({}))", self.expression(names, Kind::Any, 0))
            }
            12 => {
                let name = self.dice.pick(&["median", "percentile5", "percentile90", "standardDeviation"]);
                format!("ka:{name}({})", self.amount(names))
            }
            13 => format!("ka:median({})", self.expression(names, Kind::Any, 0)),
            14 if self.dice.chance(50) => {
                self.shapes.insert(EXISTS_IN_AGGREGATE);
                let (name, link) = (&names[self.dice.below(names.len())].0, self.dice.pick(LINKS));
                format!("SUM(IF({} {{ ?{name} e:{link} ?found }}, 1, 0))", self.dice.pick(&["EXISTS", "NOT EXISTS"]))
            }
            14 => format!("STRLEN(GROUP_CONCAT({distinct}STR({})))", self.expression(names, Kind::Any, 0)),
            _ => {
                let name = self.dice.pick(&["MIN", "MAX"]);
                format!("{name}({distinct}xsd:integer(STR(?{})))", names[self.dice.below(names.len())].0)
            }
        }
    }

    /// A number whose sums are exact.
    fn amount(&mut self, names: &Names) -> String {
        let amounts: Vec<_> = names.iter().filter(|(_, kind)| *kind == Kind::Amount).collect();
        let Some((name, _)) = amounts.first() else { return format!("STRLEN(STR(?{}))", names[0].0) };
        match self.dice.below(6) {
            0..=2 => format!("?{name}"),
            3 => format!("?{name} * 2"),
            4 => format!("?{name} * ?{}", amounts[self.dice.below(amounts.len())].0),
            _ => format!("COALESCE(?{name}, 0)"),
        }
    }

    fn ordered(&mut self, text: String, columns: &[String]) -> Asked {
        if columns.is_empty() || !self.dice.chance(35) {
            return Asked::plain(text);
        }
        let n_ordered = 1 + self.dice.below(columns.len().min(2));
        let key = |name: &String| match self.dice.below(3) {
            0 => format!("DESC(?{name}) "),
            _ => format!("?{name} "),
        };
        let keys: String = columns.iter().take(n_ordered).map(key).collect();
        let whole = format!("{text} ORDER BY {keys}");
        let order = columns[..n_ordered].to_vec();
        if !self.dice.chance(50) {
            return Asked { order, ..Asked::plain(whole) };
        }
        let offset = if self.dice.chance(30) { format!(" OFFSET {}", self.dice.below(4)) } else { String::new() };
        let text = format!("{whole} LIMIT {}{offset}", self.dice.below(8));
        Asked { whole: Some(whole), order, ..Asked::plain(text) }
    }

    fn fresh(&mut self) -> String {
        self.n_names += 1;
        format!("v{}", self.n_names)
    }

    fn expression(&mut self, names: &Names, kind: Kind, depth: usize) -> String {
        let mut variables: Vec<(&str, Kind)> = names.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
        if variables.is_empty() || self.dice.chance(5) {
            variables.push(("nowhere", kind));
        }
        Scope { dice: self.dice, variables: &variables }.expression(kind, depth)
    }

    /// The inside of a group; `names` are those bound outside before, and get those of the group.
    fn group(&mut self, depth: usize, names: &mut Names) -> String {
        let mut parts = Vec::new();
        let mut own = Names::new();
        if self.dice.chance(90) {
            parts.push(self.triples(names, &mut own));
        }
        for _ in 0..self.dice.pick(&[0, 1, 1, 2]) + usize::from(parts.is_empty()) {
            parts.push(self.part(depth, names, &mut own));
        }
        for name in own {
            remember(names, name);
        }
        parts.join(" ")
    }

    fn part(&mut self, depth: usize, outer: &Names, own: &mut Names) -> String {
        if self.budget == 0 {
            return self.filter(depth, own);
        }
        self.budget -= 1;
        let mut inner = Names::new();
        let seen: Names = outer.iter().chain(own.iter()).cloned().collect();
        match self.dice.below(if depth == 0 { 8 } else { 20 }) {
            0..=2 => self.triples(&seen, own),
            3..=4 => self.filter(depth, own),
            5 => {
                let kind = self.dice.pick(&[Kind::Number, Kind::Text, Kind::Truth, Kind::Time, Kind::Any]);
                let (expression, name) = (self.expression(own, kind, 2), self.fresh());
                own.push((name.clone(), kind));
                format!("BIND({expression} AS ?{name})")
            }
            6 => self.values(&seen, own),
            7 => self.path(&seen, own),
            8..=10 => {
                inner.clone_from(&seen);
                let group = self.group(depth - 1, &mut inner);
                inner.into_iter().for_each(|name| remember(own, name));
                format!("OPTIONAL {{ {group} }}")
            }
            11..=12 => {
                let groups: Vec<_> = (0..2 + self.dice.below(2))
                    .map(|_| {
                        let mut names = seen.clone();
                        let group = self.group(depth - 1, &mut names);
                        names.into_iter().for_each(|name| remember(&mut inner, name));
                        format!("{{ {group} }}")
                    })
                    .collect();
                inner.into_iter().for_each(|name| remember(own, name));
                groups.join(" UNION ")
            }
            13 if self.dice.chance(50) => self.minus_apart(own),
            13 => {
                inner.clone_from(&seen);
                format!("MINUS {{ {} }}", self.group(depth - 1, &mut inner))
            }
            14..=16 => self.graph(depth, &seen, own),
            17 => {
                inner.clone_from(&seen);
                let group = self.group(depth - 1, &mut inner);
                inner.into_iter().for_each(|name| remember(own, name));
                format!("{{ {group} }}")
            }
            _ => self.subselect(depth, own),
        }
    }

    /// A `MINUS` whose solutions share a variable with those before only where something is found for it.
    fn minus_apart(&mut self, own: &Names) -> String {
        self.shapes.insert(MINUS_APART);
        let link = |dice: &mut Dice| dice.pick(LINKS);
        let apart = format!("?m1 e:{} ?m2", link(self.dice));
        let nodes: Vec<_> = own.iter().filter(|(_, kind)| *kind == Kind::Node).collect();
        let shared = match nodes.len() {
            0 => self.dice.pick(NODE_NAMES).to_owned(),
            n => nodes[self.dice.below(n)].0.clone(),
        };
        let end = self.dice.pick(NODE_NAMES);
        match self.dice.below(4) {
            0 => format!("MINUS {{ {apart} }}"),
            1 => format!("MINUS {{ {apart} OPTIONAL {{ ?m1 e:{} ?{shared} }} }}", link(self.dice)),
            2 => format!("MINUS {{ {apart} OPTIONAL {{ ?{shared} e:{} ?{end} }} }}", link(self.dice)),
            _ => format!("MINUS {{ {{ {apart} }} UNION {{ ?{shared} e:{} ?m2 }} }}", link(self.dice)),
        }
    }

    fn graph(&mut self, depth: usize, seen: &Names, own: &mut Names) -> String {
        let name = match self.dice.below(5) {
            0..=1 => "?g".to_owned(),
            2 => "<https://e.org/nowhere>".to_owned(),
            _ => format!("<{}>", self.dice.pick(GRAPHS)),
        };
        let mut inner = seen.clone();
        let mut group = self.group(depth - 1, &mut inner);
        if self.dice.chance(40) {
            let mut ends = Names::new();
            let path = self.path(&inner.clone(), &mut ends);
            group = if self.dice.chance(50) { format!("{group} {path}") } else { path };
            ends.into_iter().for_each(|name| remember(&mut inner, name));
            self.shapes.insert(if name == "?g" { PATH_IN_ANY_GRAPH } else { PATH_IN_GRAPH });
        }
        inner.into_iter().for_each(|name| remember(own, name));
        if name == "?g" {
            remember(own, ("g".to_owned(), Kind::Node));
        }
        format!("GRAPH {name} {{ {group} }}")
    }

    fn subselect(&mut self, depth: usize, own: &mut Names) -> String {
        let mut inner = Names::new();
        let group = self.group(depth - 1, &mut inner);
        if inner.is_empty() {
            return format!("{{ {group} }}");
        }
        let (head, tail, columns) = if self.dice.chance(50) { self.grouped(&inner) } else { self.selected(&inner) };
        for column in columns {
            let known = inner.iter().find(|(name, _)| *name == column);
            let kind = known.map_or(Kind::Number, |(_, kind)| *kind);
            remember(own, (column, kind));
        }
        format!("{{ SELECT {head} WHERE {{ {group} }} {tail} }}")
    }

    /// Which terms a variable may have.
    fn one_of(&mut self, own: &Names) -> Option<String> {
        if own.is_empty() {
            return None;
        }
        self.shapes.insert(ONE_OF);
        let (name, kind) = own[self.dice.below(own.len())].clone();
        let term = |dice: &mut Dice| match object(dice, kind) {
            Term::BlankNode(_) => "e:n1".to_owned(),
            term => term.to_string(),
        };
        Some(match self.dice.below(5) {
            0 => format!("{} = ?{name}", term(self.dice)),
            1 => format!("sameTerm(?{name}, {})", term(self.dice)),
            2 => format!("?{name} IN ({}, {0}, {})", term(self.dice), term(self.dice)),
            3 => format!("?{name} = {} && {}", term(self.dice), self.expression(own, Kind::Truth, 1)),
            _ => format!("?{name} = {}", term(self.dice)),
        })
    }

    fn filter(&mut self, depth: usize, own: &Names) -> String {
        if depth > 0 && self.budget > 0 && self.dice.chance(25) {
            self.budget -= 1;
            let mut inner = own.clone();
            let group = self.group(depth - 1, &mut inner);
            let sign = self.dice.pick(&["EXISTS", "NOT EXISTS"]);
            return match self.dice.below(4) {
                0 => format!("FILTER({sign} {{ {group} }} || {})", self.expression(own, Kind::Truth, 1)),
                _ => format!("FILTER {sign} {{ {group} }}"),
            };
        }
        if self.dice.chance(25)
            && let Some(condition) = self.one_of(own)
        {
            return format!("FILTER({condition})");
        }
        let condition = self.expression(own, Kind::Truth, 2);
        if self.dice.chance(40) {
            format!("FILTER(COALESCE({condition}, true))")
        } else {
            format!("FILTER({condition})")
        }
    }
}
