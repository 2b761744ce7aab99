//! Why a query may have found nothing: predicates, classes, graphs and values that it names and the data do not have.

use std::collections::BTreeSet;

use oxigraph::model::{NamedNode, NamedNodeRef, Term};
use spargebra::algebra::{GraphPattern, PropertyPathExpression};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};

use crate::ontology;
use crate::sparql::algebra::{children, pattern_of};
use crate::sparql::near::{classes, nearest_iris};
use crate::sparql::service::Call;
use crate::sparql::syntax::nearest;
use crate::sparql::table::shortened;
use crate::store::Snapshot;

/// One sentence for each predicate and class that the query names and the snapshot does not have, with the nearest that
/// it has. Costs a look at all classes when one is missing.
pub(super) fn hints(query: &spargebra::Query, snapshot: &Snapshot) -> Vec<String> {
    let mut named = Named::default();
    let mut query = query.clone();
    named.pattern(pattern_of(&mut query));
    let predicates: BTreeSet<String> = snapshot.predicates().iter().map(|id| snapshot.text(*id).into_owned()).collect();
    let mut hints: Vec<_> = named.predicates.difference(&predicates).map(|name| hint(name, &predicates)).collect();
    let is_absent = |class: &&String| {
        let id = snapshot.id(NamedNodeRef::new_unchecked(class).into());
        id.is_none_or(|id| snapshot.subjects(ontology::RDF_TYPE, id).is_empty())
    };
    let absent: Vec<_> = named.classes.iter().filter(is_absent).collect();
    if !absent.is_empty() {
        let classes = classes(snapshot).into_iter().map(|(class, _)| snapshot.text(class).into_owned()).collect();
        hints.extend(absent.into_iter().map(|name| hint(name, &classes)));
    }
    hints
}

/// One sentence for each graph that the query names after `FROM`, `FROM NAMED` or `GRAPH` and the snapshot does not have.
pub(super) fn unknown_graphs(query: &spargebra::Query, snapshot: &Snapshot) -> Vec<String> {
    let mut named = Named::default();
    for graph in query.dataset().into_iter().flat_map(|it| it.default.iter().chain(it.named.iter().flatten())) {
        named.graphs.insert(graph.as_str().to_owned());
    }
    named.pattern(pattern_of(&mut query.clone()));
    let graphs: BTreeSet<_> = snapshot.named_graphs().iter().map(|id| snapshot.text(*id).into_owned()).collect();
    let told = |name: &String| {
        let (name, graphs) = (shortened(name), graphs.iter().map(|name| shortened(name)).collect::<Vec<_>>());
        match nearest(&name, graphs.iter().map(String::as_str)) {
            Some(near) => format!("{name} is no graph of the data; did you mean {near} ?"),
            None => format!("{name} is no graph of the data; there are {}", graphs.join(", ")),
        }
    };
    named.graphs.difference(&graphs).map(told).collect()
}

/// One sentence for each parameter that was given an IRI which the snapshot does not have.
pub(super) fn unknown_values(given: &[(String, Term)], snapshot: &Snapshot) -> Vec<String> {
    let is_unknown = |term: &Term| matches!(term, Term::NamedNode(_)) && snapshot.id(term.as_ref()).is_none();
    let told = |(name, term): &(String, Term)| {
        let Term::NamedNode(iri) = term else { return None };
        let near = nearest_iris(iri.as_str(), snapshot).join(" or ");
        let meant = if near.is_empty() { String::new() } else { format!("; did you mean {near} ?") };
        Some(format!("parameter {name}: {} does not occur in the data{meant}", shortened(iri.as_str())))
    };
    given.iter().filter(|(_, term)| is_unknown(term)).filter_map(told).collect()
}

fn hint(name: &str, there: &BTreeSet<String>) -> String {
    let (name, there) = (shortened(name), there.iter().map(|name| shortened(name)).collect::<Vec<_>>());
    match nearest(&name, there.iter().map(String::as_str)) {
        Some(near) => format!("{name} does not occur in the data; did you mean {near} ?"),
        None => format!("{name} does not occur in the data"),
    }
}

/// What a query names.
#[derive(Default)]
struct Named {
    predicates: BTreeSet<String>,
    classes: BTreeSet<String>,
    graphs: BTreeSet<String>,
}

impl Named {
    fn pattern(&mut self, pattern: &mut GraphPattern) {
        match pattern {
            GraphPattern::Bgp { patterns } => patterns.iter().for_each(|triple| self.triple(triple)),
            GraphPattern::Path { path, .. } => self.path(path),
            GraphPattern::Service { name: NamedNodePattern::NamedNode(name), inner, .. } if Call::is_ours(name) => {
                if let Ok(mut call) = Call::of(name, inner, None) {
                    call.for_each_name(|name, is_class| {
                        let names = if is_class { &mut self.classes } else { &mut self.predicates };
                        names.insert(name.as_str().to_owned());
                    });
                    self.pattern(call.input());
                }
            }
            GraphPattern::Graph { name, inner } => {
                if let NamedNodePattern::NamedNode(name) = name {
                    self.graphs.insert(name.as_str().to_owned());
                }
                self.pattern(inner);
            }
            GraphPattern::Service { .. } => (),
            other => children(other).into_iter().for_each(|inner| self.pattern(inner)),
        }
    }

    fn triple(&mut self, triple: &TriplePattern) {
        let NamedNodePattern::NamedNode(predicate) = &triple.predicate else { return };
        self.predicates.insert(predicate.as_str().to_owned());
        if let (ontology::RDF_TYPE, TermPattern::NamedNode(class)) = (predicate.as_ref(), &triple.object) {
            self.classes.insert(class.as_str().to_owned());
        }
    }

    fn path(&mut self, path: &PropertyPathExpression) {
        use PropertyPathExpression as P;
        match path {
            P::NamedNode(name) => drop(self.predicates.replace(NamedNode::as_str(name).to_owned())),
            P::Reverse(inner) | P::ZeroOrMore(inner) | P::OneOrMore(inner) | P::ZeroOrOne(inner) => self.path(inner),
            P::Sequence(a, b) | P::Alternative(a, b) => {
                self.path(a);
                self.path(b);
            }
            P::NegatedPropertySet(_) => (),
        }
    }
}
