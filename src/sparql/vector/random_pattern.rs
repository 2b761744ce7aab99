//! Random patterns without groups inside: triples, paths and `VALUES`, as text.

use super::random_data::{Dice, Kind, literal, node};
use super::random_query::{CLASSES, LINKS, NEGATED_SET, NODE_NAMES, VALUES, Writer};

/// The variables that a group binds, with the kinds of their values.
pub type Names = Vec<(String, Kind)>;

impl Writer<'_> {
    pub(super) fn values(&mut self, seen: &Names, own: &mut Names) -> String {
        let n_columns = 1 + self.dice.below(2);
        let names: Names = (0..n_columns).map(|_| self.known_or_node(seen)).collect();
        let head: String = names.iter().map(|(name, _)| format!("?{name} ")).collect();
        if names.len() == 2 && names[0].0 == names[1].0 {
            return String::new();
        }
        let mut rows = String::new();
        for _ in 0..self.dice.below(4) {
            let cell = |(_, kind): &(String, Kind)| match kind {
                _ if self.dice.chance(10) => "UNDEF ".to_owned(),
                Kind::Node => format!("{} ", node(self.dice)),
                kind => format!("{} ", literal(self.dice, *kind)),
            };
            rows += &format!("({})", names.iter().map(cell).collect::<String>());
        }
        names.into_iter().for_each(|name| remember(own, name));
        format!("VALUES ({head}) {{ {rows} }}")
    }

    pub(super) fn known_or_node(&mut self, seen: &Names) -> (String, Kind) {
        match seen.len() {
            n if n > 0 && self.dice.chance(70) => seen[self.dice.below(n)].clone(),
            _ => (self.dice.pick(NODE_NAMES).to_owned(), Kind::Node),
        }
    }

    /// One to four triples that mostly hang together.
    pub(super) fn triples(&mut self, seen: &Names, own: &mut Names) -> String {
        let mut text = String::new();
        for _ in 0..self.dice.pick(&[1, 1, 2, 2, 3]) {
            let known: Vec<_> = seen.iter().chain(own.iter()).filter(|(_, kind)| *kind == Kind::Node).collect();
            let subject = match known.len() {
                n if n > 0 && self.dice.chance(85) => known[self.dice.below(n)].0.clone(),
                _ => self.dice.pick(NODE_NAMES).to_owned(),
            };
            remember(own, (subject.clone(), Kind::Node));
            let subject = match self.dice.below(20) {
                0 => node(self.dice).to_string(),
                _ => format!("?{subject}"),
            };
            text += &self.triple(&subject, own);
        }
        text
    }

    fn triple(&mut self, subject: &str, own: &mut Names) -> String {
        if self.dice.chance(10) {
            return format!("{subject} a e:{} . ", self.dice.pick(CLASSES));
        }
        if self.dice.chance(7) {
            remember(own, ("p".to_owned(), Kind::Node));
            let object = self.dice.pick(&["o", "b", "x"]);
            remember(own, (object.to_owned(), Kind::Any));
            return format!("{subject} ?p ?{object} . ");
        }
        if self.dice.chance(50) {
            let object = self.dice.pick(NODE_NAMES);
            let predicate = self.dice.pick(LINKS);
            if self.dice.chance(12) {
                return format!("{subject} e:{predicate} {} . ", node(self.dice));
            }
            remember(own, (object.to_owned(), Kind::Node));
            return format!("{subject} e:{predicate} ?{object} . ");
        }
        let (predicate, kind) = self.dice.pick(VALUES);
        if self.dice.chance(4) {
            return format!("{subject} e:{predicate} {} . ", literal(self.dice, kind));
        }
        let name = format!("{predicate}{}", self.dice.pick(&["", "", "2"]));
        remember(own, (name.clone(), kind));
        format!("{subject} e:{predicate} ?{name} . ")
    }

    pub(super) fn path(&mut self, seen: &Names, own: &mut Names) -> String {
        let mut end = |writer: &mut Self| {
            if writer.dice.chance(12) {
                return node(writer.dice).to_string();
            }
            let name = match writer.known_or_node(seen) {
                (name, Kind::Node) => name,
                _ => writer.dice.pick(NODE_NAMES).to_owned(),
            };
            remember(own, (name.clone(), Kind::Node));
            format!("?{name}")
        };
        let (subject, object) = (end(self), end(self));
        format!("{subject} {} {object} . ", self.path_expression(2))
    }

    fn path_expression(&mut self, depth: usize) -> String {
        let step = |dice: &mut Dice| format!("e:{}", dice.pick(LINKS));
        if depth == 0 {
            return step(self.dice);
        }
        let inner = self.path_expression(depth - 1);
        match self.dice.below(10) {
            9 => {
                self.shapes.insert(NEGATED_SET);
                format!("!({})", step(self.dice))
            }
            0..=1 => format!("({inner})+"),
            2 => format!("({inner})*"),
            3 => format!("({inner})?"),
            4 => format!("^({inner})"),
            5 => format!("({inner}|{})", step(self.dice)),
            6 => format!("({inner}/{})", step(self.dice)),
            7 => format!("!({}|^{})", step(self.dice), step(self.dice)),
            _ => inner,
        }
    }
}

/// Adds a variable that is not known yet.
pub fn remember(names: &mut Names, name: (String, Kind)) {
    if !names.iter().any(|(known, _)| *known == name.0) {
        names.push(name);
    }
}
