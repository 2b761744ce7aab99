//! Random small graphs of terms that are easily confused.

use oxigraph::model::vocab::xsd;
use oxigraph::model::{BlankNode, Literal, NamedNode, Term};

use crate::mapping::{Known, Statement, Statements, TermText};
use crate::model::Day;
use crate::store::{Part, Snapshot};

/// A stream of choices that a seed repeats (splitmix64).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// True in `n` of a hundred cases.
    pub fn chance(&mut self, n: usize) -> bool {
        self.below(100) < n
    }

    pub fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// A literal's spelling and datatype (`@` before a language).
type Spelled = (&'static str, &'static str);

const NUMBERS: &[Spelled] = &[
    ("0", "integer"),
    ("1", "integer"),
    ("2", "integer"),
    ("-3", "integer"),
    ("12", "integer"),
    ("007", "integer"),
    ("+1", "integer"),
    ("1", "int"),
    ("255", "unsignedByte"),
    ("576460752303423488", "integer"),
    ("9223372036854775807", "integer"),
    ("1.0", "decimal"),
    ("1.5", "decimal"),
    ("49.50", "decimal"),
    ("49.5", "decimal"),
    ("-0.25", "decimal"),
    ("100", "decimal"),
    ("0.1", "decimal"),
    ("0.0", "decimal"),
    ("+2.50", "decimal"),
    ("123456789012345678.5", "decimal"),
    ("0.000000000000000001", "decimal"),
    ("1", "double"),
    ("1.5E0", "double"),
    ("0.25", "double"),
    ("-2", "double"),
    ("0.5", "float"),
    ("3", "float"),
];
const AMOUNTS: &[Spelled] = &[
    ("1", "integer"),
    ("2", "integer"),
    ("10", "integer"),
    ("49.50", "decimal"),
    ("49.5", "decimal"),
    ("0.25", "decimal"),
    ("-3.75", "decimal"),
    ("100.00", "decimal"),
    ("12", "decimal"),
    ("007", "integer"),
    ("1.5", "double"),
    ("0.5", "float"),
];
const ODD_NUMBERS: &[Spelled] = &[
    ("NaN", "double"),
    ("INF", "double"),
    ("-INF", "float"),
    ("-0", "double"),
    ("1e300", "double"),
    ("NaN", "float"),
    ("0.1", "float"),
    ("0.1", "double"),
    ("1e40", "double"),
];
const TIMES: &[Spelled] = &[
    ("2024-01-31", "date"),
    ("2024-02-29", "date"),
    ("2016-03-09", "date"),
    ("2016-03-10", "date"),
    ("2024-01-31Z", "date"),
    ("2024-01-31+02:00", "date"),
    ("2024-01-31T10:00:00", "dateTime"),
    ("2024-01-31T10:00:00Z", "dateTime"),
    ("2024-01-31T12:00:00+02:00", "dateTime"),
    ("2024-01-31T10:00:00.5Z", "dateTime"),
    ("2016-03-09T23:59:59", "dateTime"),
    ("2024-01-31T24:00:00", "dateTime"),
    ("10:00:00", "time"),
    ("10:00:00Z", "time"),
    ("12:30:15.25+01:00", "time"),
    ("2024", "gYear"),
    ("2024-01", "gYearMonth"),
    ("--01", "gMonth"),
    ("--01-31", "gMonthDay"),
    ("---31", "gDay"),
    ("P1D", "dayTimeDuration"),
    ("PT36H", "dayTimeDuration"),
    ("P1M", "yearMonthDuration"),
    ("P12M", "yearMonthDuration"),
    ("P1Y", "duration"),
    ("P1Y2DT3H", "duration"),
    ("P1D", "duration"),
    ("2024-01-31T10:00:00Z", "dateTimeStamp"),
];
const STRINGS: &[Spelled] = &[
    ("", "string"),
    ("a", "string"),
    ("A", "string"),
    ("abc", "string"),
    ("abcabc", "string"),
    ("\u{e9}t\u{e9}", "string"),
    ("\u{6f22}\u{1f701}z", "string"),
    ("1", "string"),
    ("2024-01-31", "string"),
    ("true", "string"),
    ("a b", "string"),
    ("a.c", "string"),
    ("en", "string"),
    ("a", "@en"),
    ("abc", "@en"),
    ("a", "@fr"),
    ("", "@en"),
    ("A b", "@en-gb"),
];
const OTHERS: &[Spelled] = &[
    ("true", "boolean"),
    ("false", "boolean"),
    ("1", "boolean"),
    ("0", "boolean"),
    ("abc", "integer"),
    ("", "integer"),
    ("1.0.0", "decimal"),
    ("2024-13-01", "date"),
    ("yes", "boolean"),
    ("99999999999999999999", "integer"),
    ("x", "https://e.org/type"),
    ("1", "https://e.org/type"),
    ("<a/>", "anyURI"),
];
const NODES: &[&str] = &["https://e.org/n1", "https://e.org/n2", "https://e.org/n3", "urn:a", "https://e.org/n/1"];
const BLANKS: &[&str] = &["b1", "b2", "x"];

fn spelled((spelling, datatype): Spelled) -> Term {
    match datatype.strip_prefix('@') {
        Some(language) => Literal::new_language_tagged_literal_unchecked(spelling, language).into(),
        None if datatype == "string" => Literal::new_simple_literal(spelling).into(),
        None if datatype.starts_with("https:") => {
            Literal::new_typed_literal(spelling, NamedNode::new_unchecked(datatype)).into()
        }
        None => {
            let namespace = xsd::STRING.as_str().trim_end_matches("string");
            Literal::new_typed_literal(spelling, NamedNode::new_unchecked(format!("{namespace}{datatype}"))).into()
        }
    }
}

/// What kind of values a predicate or an expression mostly has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Number,
    /// Numbers whose sums are exact in every order, whatever datatypes they have.
    Amount,
    Time,
    Text,
    Truth,
    Node,
    Any,
}

/// A random literal, mostly of one kind.
pub fn literal(dice: &mut Dice, kind: Kind) -> Term {
    let pool = match kind {
        _ if kind != Kind::Amount && dice.chance(6) => dice.pick(&[NUMBERS, ODD_NUMBERS, TIMES, STRINGS, OTHERS]),
        Kind::Number => NUMBERS,
        Kind::Amount => AMOUNTS,
        Kind::Time => TIMES,
        Kind::Text => STRINGS,
        Kind::Truth => &OTHERS[..4],
        Kind::Node | Kind::Any => dice.pick(&[NUMBERS, TIMES, STRINGS, OTHERS, ODD_NUMBERS]),
    };
    spelled(dice.pick(pool))
}

/// A random IRI of a node.
pub fn node(dice: &mut Dice) -> NamedNode {
    NamedNode::new_unchecked(dice.pick(NODES))
}

/// A random object, mostly of one kind.
pub fn object(dice: &mut Dice, kind: Kind) -> Term {
    match kind {
        Kind::Node if dice.chance(15) => BlankNode::new_unchecked(dice.pick(BLANKS)).into(),
        Kind::Node => node(dice).into(),
        Kind::Any if dice.chance(10) => BlankNode::new_unchecked(dice.pick(BLANKS)).into(),
        Kind::Any if dice.chance(20) => node(dice).into(),
        _ if kind != Kind::Amount && dice.chance(4) => node(dice).into(),
        _ => literal(dice, kind),
    }
}

/// A random subject: an IRI, sometimes a blank node.
pub fn subject(dice: &mut Dice) -> Term {
    if dice.chance(15) { BlankNode::new_unchecked(dice.pick(BLANKS)).into() } else { node(dice).into() }
}

/// A statement, the graph that it stands in (nothing: that of its file), and since when it is known.
#[derive(Clone, Debug)]
pub struct Said {
    pub subject: Term,
    pub predicate: NamedNode,
    pub object: Term,
    pub graph: Option<NamedNode>,
    pub known: Known,
}

/// A snapshot of these statements.
pub fn snapshot(said: &[Said]) -> Snapshot {
    let statements = statements(said);
    let part = Part { graph: "https://e.org/graph", file: "data.nq", statements: &statements };
    Snapshot::from_statements(&[part], Day::MIN).unwrap()
}

/// The statements as mapping would hand them over.
pub fn statements(said: &[Said]) -> Statements {
    let mut statements = Statements::default();
    for (row, said) in (1..).zip(said) {
        let graph = said.graph.as_ref().map(|graph| statements.term(TermText::Iri(graph.as_str())));
        let subject = statements.term(text(&said.subject));
        let predicate = statements.term(TermText::Iri(said.predicate.as_str()));
        let object = statements.term(text(&said.object));
        statements.statements.push(Statement { subject, predicate, object, graph, row, known: said.known });
    }
    statements
}

fn text(term: &Term) -> TermText<'_> {
    match term {
        Term::NamedNode(node) => TermText::Iri(node.as_str()),
        Term::BlankNode(node) => TermText::Blank(node.as_str()),
        Term::Literal(literal) => match literal.language() {
            Some(language) => TermText::Lang(literal.value(), language),
            None => TermText::Typed(literal.value(), literal.datatype().as_str()),
        },
    }
}
