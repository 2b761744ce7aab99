//! Small markets for tests, written as Turtle.

use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{GraphName, NamedOrBlankNode, Term};

use crate::discovery::candidate::{Candidates, Introductions, find};
use crate::discovery::case::Decided;
use crate::discovery::key_account::KeyAccounts;
use crate::discovery::market::Market;
use crate::discovery::prospect::Prospects;
use crate::discovery::signals::{self, Context, Reading, Window};
use crate::evidence::{Bilingual, Facts};
use crate::mapping::{Known, Statement, Statements, TermText};
use crate::model::Day;
use crate::ontology::{PREFIXES, graph_iri};
use crate::settings::Settings;
use crate::store::{Part, Snapshot};

/// The day of all trials.
pub const TODAY: &str = "2025-06-30";

/// A market under construction; things are named by the end of their IRI, `id:x` in Turtle.
#[derive(Clone, Debug, Default)]
pub struct Trial {
    turtle: String,
    n_things: usize,
}

/// What a signal says of one prospect.
pub struct Said {
    /// Value and score, where known.
    pub reading: Option<Reading>,
    /// Its text.
    pub text: Bilingual,
    /// Its facts.
    pub facts: Facts,
}

impl Trial {
    /// Turtle as it is; the usual prefixes are there.
    pub fn say(mut self, turtle: &str) -> Self {
        self.turtle.push_str(turtle);
        self.turtle.push('\n');
        self
    }

    /// An account with more Turtle about it, such as `; ka:sector id:retail`.
    pub fn account(self, name: &str, more: &str) -> Self {
        self.say(&format!("id:{name} a ka:Account ; schema:name '{name}' {more} ."))
    }

    /// An order with more Turtle about it, such as `; ka:product id:p`.
    pub fn sale(mut self, account: &str, day: &str, amount: f64, more: &str) -> Self {
        self.n_things += 1;
        let n = self.n_things;
        self.say(&format!(
            "id:order{n} a ka:Transaction, ka:Order ; ka:account id:{account} ; ka:date '{day}'^^xsd:date ;
             ka:amount {amount:.2} {more} ."
        ))
    }

    /// The snapshot; every statement was always known, and stands in the row of its place.
    pub fn snapshot(&self) -> Snapshot {
        snapshot(&self.turtle)
    }

    /// The market on a day.
    pub fn market_on(&self, day: &str) -> Market {
        Market::read(&self.snapshot(), day.parse().unwrap(), &settings().market)
    }

    /// The candidates on [`TODAY`] under the default settings.
    pub fn candidates(&self) -> Candidates {
        self.candidates_on(TODAY)
    }

    /// The candidates on a day under the default settings.
    pub fn candidates_on(&self, day: &str) -> Candidates {
        find(&self.market_on(day), &settings().candidate, &Introductions::default(), &Decided::default())
    }

    /// What a signal says on [`TODAY`] of the prospect of this name (the group where account and group share it).
    pub fn ask(&self, signal: &str, name: &str) -> Said {
        let (market, settings) = (self.market_on(TODAY), settings().candidate);
        let prospects = Prospects::of(&market);
        let year = Window::ending(market.as_of, settings.signals.window_months);
        let key = KeyAccounts::of(&market, &prospects, year, &settings.top_tier);
        let context = Context::new(&market, &prospects, key, &settings.signals);
        let signal = signals::by_name(signal).unwrap();
        let values = signal.measure(&context);
        let scores = signal.scores(&context, &values);
        let place = prospects.list.iter().rposition(|prospect| prospect.name == name).unwrap();
        let reading = values[place].map(|value| Reading { value, score: scores[place].unwrap() });
        let text = reading.map(|reading| signal.text(&context, place, reading)).unwrap_or_default();
        Said { reading, text, facts: signal.facts(&context, place) }
    }

    /// The value that a signal measures on [`TODAY`].
    pub fn value(&self, signal: &str, name: &str) -> Option<f64> {
        self.ask(signal, name).reading.map(|reading| reading.value)
    }

    /// The score that a signal gives on [`TODAY`].
    pub fn score(&self, signal: &str, name: &str) -> Option<f64> {
        self.ask(signal, name).reading.map(|reading| reading.score)
    }
}

/// The default settings of discovery.
pub fn settings() -> crate::discovery::Settings {
    Settings::load(None).unwrap().discovery
}

/// A snapshot of Turtle with the usual prefixes; each statement stands in a row of its own in `trial.ttl`.
pub fn snapshot(turtle: &str) -> Snapshot {
    let prefixes: String = PREFIXES.iter().map(|(name, iri)| format!("@prefix {name}: <{iri}> .\n")).collect();
    let mut chunk = Statements::default();
    let quads = RdfParser::from_format(RdfFormat::Turtle).for_slice((prefixes + turtle).as_bytes().to_vec().leak());
    for (row, quad) in quads.enumerate() {
        let quad = quad.unwrap();
        assert_eq!(quad.graph_name, GraphName::DefaultGraph);
        let subject = match &quad.subject {
            NamedOrBlankNode::NamedNode(node) => chunk.term(TermText::Iri(node.as_str())),
            NamedOrBlankNode::BlankNode(node) => chunk.term(TermText::Blank(node.as_str())),
        };
        let predicate = chunk.term(TermText::Iri(quad.predicate.as_str()));
        let object = match &quad.object {
            Term::NamedNode(node) => chunk.term(TermText::Iri(node.as_str())),
            Term::BlankNode(node) => chunk.term(TermText::Blank(node.as_str())),
            Term::Literal(literal) => match literal.language() {
                Some(language) => chunk.term(TermText::Lang(literal.value(), language)),
                None => chunk.term(TermText::Typed(literal.value(), literal.datatype().as_str())),
            },
        };
        let known = Known::Always;
        chunk.statements.push(Statement { subject, predicate, object, graph: None, row: row as u64 + 1, known });
    }
    let graph = graph_iri("trial");
    let part = Part { graph: &graph, file: "trial.ttl", statements: &chunk };
    Snapshot::from_statements(&[part], Day::MIN).unwrap()
}
