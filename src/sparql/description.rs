//! What can be asked here and how: the service description.
//!
//! Comes in: a snapshot. Leaves: triples in the vocabulary of SPARQL 1.1 Service Description: language, result formats,
//! graphs with their counts by predicate and class (VoID), and all functions, aggregates and algorithms beyond the
//! standard, algorithms with their parameters (SHACL), results and an example. Costs: one count of every predicate.

use std::collections::BTreeMap;

use oxigraph::io::{RdfFormat, RdfParser, RdfSerializer};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{BlankNode, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Term, Triple};

use crate::ontology;
use crate::sparql::service::{ALGORITHMS, Algorithm, Column, Kind, Parameter};
use crate::store::{GraphPattern, Snapshot};

/// Formats of answers, by the IRIs that W3C gave them.
const FORMATS: &[NamedNodeRef<'static>] = &[
    NamedNodeRef::new_unchecked("http://www.w3.org/ns/formats/SPARQL_Results_JSON"),
    NamedNodeRef::new_unchecked("http://www.w3.org/ns/formats/SPARQL_Results_XML"),
    NamedNodeRef::new_unchecked("http://www.w3.org/ns/formats/SPARQL_Results_CSV"),
    NamedNodeRef::new_unchecked("http://www.w3.org/ns/formats/SPARQL_Results_TSV"),
    NamedNodeRef::new_unchecked("http://www.w3.org/ns/formats/Turtle"),
    NamedNodeRef::new_unchecked("http://www.w3.org/ns/formats/N-Triples"),
];

/// The service description of a snapshot, in Turtle.
pub fn describe(snapshot: &Snapshot) -> String {
    let mut description = Description { triples: Vec::new(), n_nodes: 0 };
    let service = description.node();
    description.say(&service, ontology::RDF_TYPE, ontology::SD_SERVICE);
    description.say(&service, ontology::SD_SUPPORTED_LANGUAGE, ontology::SD_SPARQL11_QUERY);
    description.say(&service, ontology::SD_FEATURE_OF, ontology::SD_UNION_DEFAULT_GRAPH);
    FORMATS.iter().for_each(|format| description.say(&service, ontology::SD_RESULT_FORMAT, *format));
    description.data(&service, snapshot);
    description.extensions(&service);
    description.written()
}

struct Description {
    triples: Vec<Triple>,
    n_nodes: usize,
}

impl Description {
    fn node(&mut self) -> NamedOrBlankNode {
        self.n_nodes += 1;
        BlankNode::new_unchecked(format!("n{}", self.n_nodes)).into()
    }

    fn say(&mut self, subject: &NamedOrBlankNode, predicate: NamedNodeRef<'_>, object: impl Into<Term>) {
        self.triples.push(Triple::new(subject.clone(), predicate, object));
    }

    fn say_with(&mut self, subject: &NamedOrBlankNode, predicate: NamedNodeRef<'_>) -> NamedOrBlankNode {
        let node = self.node();
        self.say(subject, predicate, Term::from(node.clone()));
        node
    }

    fn data(&mut self, service: &NamedOrBlankNode, snapshot: &Snapshot) {
        let dataset = self.say_with(service, ontology::SD_DEFAULT_DATASET);
        self.say(&dataset, ontology::RDF_TYPE, ontology::SD_DATASET);
        let default = self.say_with(&dataset, ontology::SD_DEFAULT_GRAPH);
        self.say(&default, ontology::RDF_TYPE, ontology::SD_GRAPH);
        self.say(&default, ontology::VOID_TRIPLES, integer(snapshot.n_statements()));
        for &predicate in snapshot.predicates() {
            let n_triples = snapshot.scan(None, Some(predicate), None, GraphPattern::Union).count() as u64;
            let partition = self.say_with(&default, ontology::VOID_PROPERTY_PARTITION);
            self.say(&partition, ontology::VOID_PROPERTY, snapshot.term(predicate));
            self.say(&partition, ontology::VOID_TRIPLES, integer(n_triples));
        }
        let mut n_instances = BTreeMap::new();
        for (_, class) in snapshot.links(ontology::RDF_TYPE) {
            *n_instances.entry(class).or_insert(0u64) += 1;
        }
        for (class, n) in n_instances {
            let partition = self.say_with(&default, ontology::VOID_CLASS_PARTITION);
            self.say(&partition, ontology::VOID_CLASS, snapshot.term(class));
            self.say(&partition, ontology::VOID_ENTITIES, integer(n));
        }
        for &graph in snapshot.named_graphs() {
            let named = self.say_with(&dataset, ontology::SD_NAMED_GRAPH);
            self.say(&named, ontology::SD_NAME, snapshot.term(graph));
            let inner = self.say_with(&named, ontology::SD_GRAPH_OF);
            let n_triples = snapshot.scan(None, None, None, GraphPattern::Named(graph)).count() as u64;
            self.say(&inner, ontology::RDF_TYPE, ontology::SD_GRAPH);
            self.say(&inner, ontology::VOID_TRIPLES, integer(n_triples));
        }
    }

    fn extensions(&mut self, service: &NamedOrBlankNode) {
        for (names, property, class) in [
            (ontology::KA_FUNCTIONS, ontology::SD_EXTENSION_FUNCTION, ontology::SD_FUNCTION),
            (ontology::KA_AGGREGATES, ontology::SD_EXTENSION_AGGREGATE, ontology::SD_AGGREGATE),
        ] {
            for name in names {
                self.say(service, property, *name);
                self.say(&name.into_owned().into(), ontology::RDF_TYPE, class);
            }
        }
        for algorithm in ALGORITHMS {
            self.say(service, ontology::SD_FEATURE_OF, algorithm.name);
            self.algorithm(algorithm);
        }
        self.words();
    }

    fn algorithm(&mut self, algorithm: &Algorithm) {
        let name = algorithm.name.into_owned().into();
        self.say(&name, ontology::RDF_TYPE, ontology::SD_FEATURE);
        self.say(&name, ontology::SH_DESCRIPTION, english(algorithm.meaning));
        self.say(&name, ontology::SKOS_EXAMPLE, Literal::from(algorithm.example));
        for parameter in algorithm.all_parameters() {
            let node = self.say_with(&name, ontology::SH_PARAMETER_OF);
            self.parameter(&node, parameter, algorithm);
        }
        for column in algorithm.columns {
            let node = self.say_with(&name, ontology::RESULT);
            self.column(&node, column);
        }
    }

    fn parameter(&mut self, node: &NamedOrBlankNode, parameter: &Parameter, algorithm: &Algorithm) {
        self.say(node, ontology::RDF_TYPE, ontology::SH_PARAMETER);
        self.say(node, ontology::SH_PATH, parameter.name);
        self.say(node, ontology::SH_DESCRIPTION, english(parameter.meaning));
        let datatype = match parameter.kind {
            Kind::Number(_) => Some(xsd::DOUBLE),
            Kind::Count(_) => Some(xsd::INTEGER),
            Kind::Choice(..) => Some(xsd::STRING),
            Kind::Day => Some(xsd::DATE),
            Kind::Nodes(_) | Kind::Iri | Kind::Layer => None,
        };
        match datatype {
            Some(datatype) => self.say(node, ontology::SH_DATATYPE, datatype),
            None if parameter.kind == Kind::Iri => self.say(node, ontology::SH_NODE_KIND, ontology::SH_IRI),
            None => (),
        }
        let own = (parameter.name == ontology::DIRECTION).then(|| Literal::from(algorithm.direction));
        if let Some(value) = own.or_else(|| parameter.kind.preset()) {
            self.say(node, ontology::SH_DEFAULT_VALUE, value);
        }
        if !parameter.kind.is_required() {
            self.say(node, ontology::SH_OPTIONAL, Literal::from(true));
        }
        if !parameter.is_repeated {
            self.say(node, ontology::SH_MAX_COUNT, Literal::from(1));
        }
    }

    fn column(&mut self, node: &NamedOrBlankNode, column: &Column) {
        self.say(node, ontology::SH_PATH, column.name);
        self.say(node, ontology::SH_DESCRIPTION, english(column.meaning));
        match column.holds {
            "integer" => self.say(node, ontology::SH_DATATYPE, xsd::INTEGER),
            "double" => self.say(node, ontology::SH_DATATYPE, xsd::DOUBLE),
            _ => (),
        }
    }

    /// Labels and comments of all functions and algorithms, as the ontology has them.
    fn words(&mut self) {
        let lists = [ontology::KA_FUNCTIONS, ontology::KA_AGGREGATES, ontology::KA_SERVICES];
        let is_ours = |subject: &NamedOrBlankNode| {
            lists.into_iter().flatten().any(|name| *subject == NamedOrBlankNode::from(name.into_owned()))
        };
        let is_word =
            |predicate: &NamedNode| [ontology::RDFS_LABEL, ontology::RDFS_COMMENT].contains(&predicate.as_ref());
        let parsed = RdfParser::from_format(RdfFormat::Turtle).for_slice(ontology::DOCUMENT.as_bytes());
        let words = parsed.flatten().filter(|quad| is_ours(&quad.subject) && is_word(&quad.predicate));
        self.triples.extend(words.map(Triple::from));
    }

    fn written(mut self) -> String {
        self.triples.sort_by_cached_key(|triple| matches!(triple.subject, NamedOrBlankNode::NamedNode(_)));
        let serializer = ontology::PREFIXES.iter().fold(RdfSerializer::from_format(RdfFormat::Turtle), |it, prefix| {
            it.clone().with_prefix(prefix.0, prefix.1).unwrap_or(it)
        });
        let mut writer = serializer.for_writer(Vec::new());
        for triple in &self.triples {
            // writing into memory cannot fail
            let _ = writer.serialize_triple(triple);
        }
        String::from_utf8(writer.finish().unwrap_or_default()).unwrap_or_default()
    }
}

fn integer(n: u64) -> Literal {
    Literal::from(n)
}

fn english(text: &str) -> Literal {
    Literal::new_language_tagged_literal_unchecked(text, "en")
}
