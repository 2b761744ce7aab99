//! The way of a call from its request to its solutions: input, links, graph, algorithm.

use std::collections::BTreeMap;
use std::sync::Arc;

use oxigraph::model::{NamedNode, NamedNodeRef, Term, Variable};
use spargebra::algebra::{GraphPattern as Pattern, QueryDataset};

use crate::graph::{Direction, Graph, Parallel, ViewSettings};
use crate::ontology;
use crate::sparql::evaluate::{self, Query};
use crate::sparql::service::arguments::{Arguments, Value};
use crate::sparql::service::call::{Call, Constant};
use crate::sparql::service::error::ServiceError;
use crate::sparql::service::input::connected;
use crate::sparql::service::kept;
use crate::sparql::service::layer::{LayerSpec, Misfit, Shape, Weight};
use crate::sparql::service::links::{Links, NO_DAY, Source};
use crate::sparql::service::registry::View;
use crate::sparql::service::shown::{day, number, shown_term};
use crate::sparql::service::solutions::{Solutions, Table};
use crate::sparql::table::shortened;
use crate::sparql::vector::Terms;
use crate::sparql::{SparqlError, Stop};
use crate::store::{Id, Snapshot};

/// What a call is answered on.
pub(in crate::sparql) struct Context<'a> {
    /// The data.
    pub snapshot: &'a Snapshot,
    /// Ids of terms that the snapshot does not have.
    pub terms: &'a Terms,
    /// What the query's `FROM` clauses say.
    pub dataset: Option<&'a QueryDataset>,
    /// What ends it early.
    pub stop: &'a Stop,
    /// Bytes that each call may use.
    pub max_bytes: u64,
}

impl Call {
    /// Answers the call.
    pub(in crate::sparql) fn solutions(&self, context: &Context<'_>) -> Result<Solutions, ServiceError> {
        let answering = Answering::of(self, context)?;
        let table = answering.table()?;
        Ok(Solutions::of(table, &self.asked, context.terms))
    }
}

/// A call whose variables have their values.
struct Answering<'a> {
    call: &'a Call,
    context: &'a Context<'a>,
    arguments: Arguments,
    /// As known on the day that the call asks for.
    snapshot: Snapshot,
    graphs: Option<Vec<Id>>,
    /// The links of layers that solutions give.
    given: Vec<Option<Links>>,
}

impl<'a> Answering<'a> {
    fn of(call: &'a Call, context: &'a Context<'a>) -> Result<Self, ServiceError> {
        let as_of = call.constants.get(ontology::AS_OF.as_str()).and_then(|all| all.first());
        let snapshot = match as_of {
            Some(Constant::Value(Value::Day(day))) => context.snapshot.as_of(*day),
            _ => context.snapshot.clone(),
        };
        let empty = Arguments::new(call.algorithm, BTreeMap::new());
        let mut answering = Self { call, context, arguments: empty, snapshot, graphs: None, given: Vec::new() };
        answering.arguments = Arguments::new(call.algorithm, answering.values()?);
        answering.graphs = answering.graphs();
        answering.given = call.layers.iter().map(|layer| answering.given(layer)).collect::<Result<_, _>>()?;
        Ok(answering)
    }

    /// The values of all parameters that are given, nodes in the order of their ids, each once.
    fn values(&self) -> Result<BTreeMap<&'static str, Vec<Value>>, ServiceError> {
        let mut values: BTreeMap<&'static str, Vec<Value>> = BTreeMap::new();
        for (name, constants) in &self.call.constants {
            let value = |constant: &Constant| match constant {
                Constant::Value(value) => Ok(value.clone()),
                Constant::Node(term) => self.node(name, term),
            };
            values.insert(name, constants.iter().map(value).collect::<Result<_, _>>()?);
        }
        for (parameter, variable) in &self.call.variables {
            let found = values.entry(parameter.name.as_str()).or_default();
            for row in self.rows(&[variable], true)? {
                let terms = row.into_iter().flatten();
                found.extend(terms.map(|term| Value::Node(self.context.terms.intern(term))));
            }
            if found.len() > 1 && !parameter.is_repeated {
                return Err(self.refused(parameter.name, "one node".to_owned(), format!("{} nodes", found.len())));
            }
            if found.is_empty() && parameter.kind.is_required() {
                let found = format!("no solution for ?{variable}");
                return Err(self.refused(parameter.name, parameter.kind.expected(), found));
            }
        }
        for all in values.values_mut() {
            all.sort_by_key(|value| if let Value::Node(id) = value { id.bits() } else { 0 });
            all.dedup();
        }
        Ok(values)
    }

    fn node(&self, name: &str, term: &Term) -> Result<Value, ServiceError> {
        let id = self.context.snapshot.id(term.as_ref()).filter(|id| *id != Id::NONE);
        id.map(Value::Node).ok_or_else(|| {
            let found = format!("{}, which the data do not have", shown_term(term));
            self.refused(NamedNodeRef::new_unchecked(name), "a node of the graph".to_owned(), found)
        })
    }

    fn refused(&self, name: NamedNodeRef<'_>, expected: String, found: String) -> ServiceError {
        let (algorithm, name) = (self.call.algorithm.shown(), shortened(name.as_str()));
        ServiceError::Value { algorithm, name, expected, found }
    }

    /// The graphs that are read: those of the request, or the one around the call, or those of `FROM`.
    fn graphs(&self) -> Option<Vec<Id>> {
        let named: Vec<&str> = self.arguments.iris(ontology::IN_GRAPH).collect();
        let around = self.call.within.iter().map(NamedNode::as_str);
        let from = self.context.dataset.iter().flat_map(|dataset| dataset.default.iter().map(NamedNode::as_str));
        let chosen = if !named.is_empty() {
            named
        } else if self.call.within.is_some() {
            around.collect()
        } else {
            self.context.dataset?;
            from.collect()
        };
        let ids = chosen.into_iter().filter_map(|iri| self.snapshot.id(NamedNodeRef::new_unchecked(iri).into()));
        Some(ids.collect())
    }

    /// The links that solutions give to a layer, if it is one of those.
    fn given(&self, layer: &LayerSpec) -> Result<Option<Links>, ServiceError> {
        let Shape::Solutions { source, target, weight, day: on } = &layer.shape else { return Ok(None) };
        let mut names = vec![source.as_str(), target.as_str()];
        names.extend(if let Weight::Of(weight) = weight { Some(weight.as_str()) } else { None });
        names.extend(on.as_deref());
        let mut links = Links::default();
        for row in self.rows(&names, false)? {
            let mut row = row.into_iter();
            let (Some(Some(source)), Some(Some(target))) = (row.next(), row.next()) else { continue };
            if let Weight::Of(_) = weight {
                let found = row.next().flatten();
                let value =
                    found.as_ref().and_then(|term| if let Term::Literal(it) = term { number(it) } else { None });
                let value = value.ok_or_else(|| self.not_a(ontology::WEIGHT, "a number", found.as_ref()))?;
                if value <= 0.0 {
                    continue;
                }
                links.weights.push(value);
            } else if *weight == Weight::Count {
                links.weights.push(1.0);
            }
            links.pairs.push((self.context.terms.intern(source).bits(), self.context.terms.intern(target).bits()));
            if on.is_some() {
                let found = row.next().flatten();
                let day = found.as_ref().and_then(|term| if let Term::Literal(it) = term { day(it) } else { None });
                links.days.push(day.map_or(NO_DAY, |day| day.days()));
            }
        }
        Ok(Some(links))
    }

    fn not_a(&self, name: NamedNodeRef<'_>, expected: &'static str, found: Option<&Term>) -> ServiceError {
        let found = found.map_or_else(|| "nothing".to_owned(), shown_term);
        self.call.misfit(Misfit { name: name.into_owned(), expected, found })
    }

    /// The solutions of the part of the input that these variables stand in.
    fn rows(&self, names: &[&str], is_distinct: bool) -> Result<Vec<Vec<Option<Term>>>, ServiceError> {
        let variables: Vec<Variable> = names.iter().map(|name| Variable::new_unchecked(*name)).collect();
        let mut inner = connected(&self.call.input, &variables);
        if let Some(graph) = &self.call.within {
            inner = Pattern::Graph { name: graph.clone().into(), inner: Box::new(inner) };
        }
        let mut pattern = Pattern::Project { inner: Box::new(inner), variables };
        if is_distinct {
            pattern = Pattern::Distinct { inner: Box::new(pattern) };
        }
        let dataset = self.context.dataset.cloned();
        let query = Query::of_algebra(spargebra::Query::Select { dataset, pattern, base_iri: None });
        let how = evaluate::Answering { memory_bytes: self.context.max_bytes as usize, ..Default::default() };
        query.rows(&self.snapshot, self.context.stop, how).map_err(|error| match error {
            SparqlError::Call(inner) => inner,
            _ if self.context.stop.is_stopped() => ServiceError::Stopped,
            error => ServiceError::Pattern { algorithm: self.call.algorithm.shown(), source: Box::new(error) },
        })
    }

    /// The algorithm's table: kept from an earlier call, or computed.
    fn table(self) -> Result<Arc<Table>, ServiceError> {
        let key = self.is_of_the_data().then(|| self.key());
        if let Some(table) = key.as_ref().and_then(kept::get) {
            return Ok(table);
        }
        let table = Arc::new(self.compute()?);
        if let Some(key) = key {
            kept::put(key, &table);
        }
        Ok(table)
    }

    /// Whether all nodes are terms of the snapshot; the ids of others mean nothing outside of this query.
    fn is_of_the_data(&self) -> bool {
        let ends = self.given.iter().flatten().flat_map(|links| &links.pairs).flat_map(|(from, to)| [*from, *to]);
        self.arguments.ids().map(Id::bits).chain(ends).all(|bits| bits < FIRST_FOREIGN)
    }

    /// Everything that the table depends on, hashed.
    fn key(&self) -> kept::Key {
        let mut hasher = blake3::Hasher::new();
        let call = (self.call.algorithm, &self.arguments, &self.call.layers, &self.graphs);
        hasher.update(self.snapshot.view_hash().as_bytes());
        hasher.update(format!("{call:?}").as_bytes());
        self.given.iter().flatten().for_each(|links| links.hash(&mut hasher));
        *hasher.finalize().as_bytes()
    }

    fn compute(mut self) -> Result<Table, ServiceError> {
        let graph = self.graph()?;
        self.arguments.number_nodes(|id| graph.node(id.bits()));
        let algorithm = self.call.algorithm;
        let needed = graph.n_bytes() + (algorithm.memory)(&graph, &self.arguments);
        self.check_memory("the graph with the algorithm", needed)?;
        let table = (algorithm.run)(&View { graph: &graph, watch: self.context.stop }, &self.arguments);
        self.check_stop()?;
        table
    }

    fn graph(&self) -> Result<Graph, ServiceError> {
        let source = Source { snapshot: &self.snapshot, graphs: self.graphs.clone() };
        let mut links = Vec::with_capacity(self.call.layers.len());
        for (layer, given) in self.call.layers.iter().zip(&self.given) {
            let held: u64 = links.iter().map(Links::n_bytes).sum();
            let next = given.as_ref().map_or_else(|| source.memory(layer), Links::n_bytes);
            self.check_memory("the list of links", held + next)?;
            links.push(given.clone().unwrap_or_else(|| source.links(layer)));
            self.check_stop()?;
        }
        let n_links: usize = links.iter().map(|links| links.pairs.len()).sum();
        self.check_memory("the graph", n_links as u64 * BYTES_A_LINK)?;
        let layers: Vec<_> =
            links.iter().zip(&self.call.layers).flat_map(|(links, layer)| links.layers(layer.factor)).collect();
        let classes = self.arguments.iris(ontology::NODE_CLASS).flat_map(|class| source.instances(class));
        let nodes: Vec<u64> = classes.chain(self.arguments.ids()).map(Id::bits).collect();
        let graph = Graph::with_nodes(&nodes, &layers, &self.settings());
        self.check_stop()?;
        graph.map_err(|source| ServiceError::Graph { algorithm: self.call.algorithm.shown(), source })
    }

    fn settings(&self) -> ViewSettings {
        let direction = self.arguments.choice(ontology::DIRECTION).unwrap_or(self.call.algorithm.direction);
        ViewSettings {
            direction: match direction {
                "both" => Direction::Both,
                "reverse" => Direction::Reverse,
                _ => Direction::Forward,
            },
            as_of: self.arguments.day(ontology::AS_OF).map(|day| day.days()),
            half_life_days: self.arguments.number(ontology::HALF_LIFE_DAYS),
            parallel: if self.arguments.choice(ontology::PARALLEL) == Some("keep") {
                Parallel::Keep
            } else {
                Parallel::Sum
            },
        }
    }

    fn check_stop(&self) -> Result<(), ServiceError> {
        if self.context.stop.is_stopped() { Err(ServiceError::Stopped) } else { Ok(()) }
    }

    fn check_memory(&self, what: &str, needed: u64) -> Result<(), ServiceError> {
        let allowed = self.context.max_bytes;
        if needed <= allowed {
            return Ok(());
        }
        let (algorithm, what) = (self.call.algorithm.shown(), what.to_owned());
        let (needed_mb, allowed_mb) = (needed.div_ceil(1 << 20), allowed >> 20);
        Err(ServiceError::Memory { algorithm, what, needed_mb, allowed_mb })
    }
}

/// Ids from here on are none that the store gives.
const FIRST_FOREIGN: u64 = 12 << 60;

/// Bytes a link while its graph is made: its two nodes and weight before, and two arcs with weights in either direction.
const BYTES_A_LINK: u64 = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::{Known, Statement, Statements, TermText};
    use crate::model::Day;
    use crate::store::Part;

    /// A ring of nodes.
    fn ring(n: u32) -> Snapshot {
        let mut statements = Statements::default();
        for at in 0..n {
            let node = |at: u32| format!("https://example.org/{at}");
            let (subject, object) = (node(at), node((at + 1) % n));
            let statement = Statement {
                subject: statements.term(TermText::Iri(&subject)),
                predicate: statements.term(TermText::Iri("https://example.org/next")),
                object: statements.term(TermText::Iri(&object)),
                graph: None,
                row: u64::from(at),
                known: Known::Always,
            };
            statements.statements.push(statement);
        }
        let part = Part { graph: "https://example.org/graph", file: "ring.ttl", statements: &statements };
        Snapshot::from_statements(&[part], Day::MIN).unwrap()
    }

    fn answered(snapshot: &Snapshot, text: &str, max_bytes: u64) -> Result<Solutions, ServiceError> {
        let text = format!("ASK {{ SERVICE {text} }}");
        let query = crate::sparql::syntax::parser().parse_query(&text).unwrap();
        let spargebra::Query::Ask { pattern: Pattern::Project { inner, .. }, .. } = query else { panic!("{text}") };
        let Pattern::Service { name, inner, .. } = *inner else { panic!("{text}") };
        let spargebra::term::NamedNodePattern::NamedNode(name) = name else { panic!("{text}") };
        let (terms, stop) = (Terms::new(snapshot.clone()), Stop::never());
        let context = Context { snapshot, terms: &terms, dataset: None, stop: &stop, max_bytes };
        Call::of(&name, &inner, None)?.solutions(&context)
    }

    const RANKED: &str = "ka:pagerank { [] ka:layer <https://example.org/next> ; ka:node ?node ; ka:score ?rank }";

    #[test]
    fn what_takes_more_memory_than_allowed_is_refused_before_it_begins() {
        let snapshot = ring(1000);
        let message = |max_bytes| answered(&snapshot, RANKED, max_bytes).err().map(|error| error.to_string());
        let refused = message(1000).unwrap();
        assert!(refused.starts_with("SERVICE ka:pagerank: the list of links needs about 1 MB"), "{refused}");
        assert!(message(40_000).unwrap().starts_with("SERVICE ka:pagerank: the graph needs"));
        assert!(message(70_000).unwrap().starts_with("SERVICE ka:pagerank: the graph with the algorithm needs"));
        assert_eq!(message(10 << 20), None);
    }

    #[test]
    fn the_same_call_is_computed_once() {
        let snapshot = ring(5);
        let text = RANKED.replace("?rank", "?rank ; ka:damping 0.7125");
        let table = |text: &str| answered(&snapshot, text, u64::MAX).unwrap().table();
        let first = table(&text);
        let again = table(&text.replace("?node", "?other"));
        assert!(Arc::ptr_eq(&first, &again), "other variables are no other arguments");
        assert!(!Arc::ptr_eq(&first, &table(&text.replace("0.7125", "0.7126"))));
    }
}
