//! The W3C manifests: which tests there are, with their files.

use std::fs;
use std::path::{Path, PathBuf};

use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::vocab::rdf;
use oxigraph::model::{Graph, NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Term, TermRef, Triple};

/// What the manifests' IRIs begin with; what follows is a path below the folder of the tests.
pub const BASE: &str = "https://w3c.github.io/rdf-tests/";

const MF: &str = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#";
const QT: &str = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#";

/// One test.
#[derive(Clone, Debug)]
pub struct Case {
    /// Folder of its manifest, such as `sparql11/aggregates`.
    pub group: String,
    /// The end of its IRI.
    pub name: String,
    /// Local name of its type.
    pub kind: String,
    /// IRI of the query's file.
    pub query: String,
    /// IRIs of the files that make the default graph.
    pub data: Vec<String>,
    /// Named graphs: name, IRI of the file.
    pub graphs: Vec<(String, String)>,
    /// IRI of the expected answer's file.
    pub result: Option<String>,
    /// Whether duplicates may be dropped.
    pub is_lax: bool,
}

/// The tests' folder, when there is one beside the sources or where `KAGRAPH_SHARED_DATA` says.
pub fn folder() -> Option<PathBuf> {
    let shared = std::env::var_os("KAGRAPH_SHARED_DATA").map(PathBuf::from);
    let shared = shared.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"));
    let folder = shared.join("rdf_conformance/rdf-tests");
    folder.is_dir().then_some(folder)
}

/// The file that an IRI of the manifests means.
pub fn file(folder: &Path, iri: &str) -> PathBuf {
    folder.join(iri.strip_prefix(BASE).unwrap_or_else(|| panic!("{iri} is no test file")))
}

/// The statements of a file, blank nodes renamed so that they are its own.
pub fn read_graph(folder: &Path, iri: &str) -> Graph {
    let extension = iri.rsplit('.').next().unwrap();
    let format = RdfFormat::from_extension(extension).unwrap_or_else(|| panic!("{iri}"));
    let text = fs::read(file(folder, iri)).unwrap_or_else(|error| panic!("{iri}: {error}"));
    let parser = RdfParser::from_format(format).with_base_iri(iri).unwrap().rename_blank_nodes();
    parser
        .for_slice(&text)
        .map(|quad| quad.unwrap_or_else(|error| panic!("{iri}: {error}")))
        .map(Triple::from)
        .collect()
}

/// The tests of a manifest and of those that it includes.
pub fn cases(folder: &Path, path: &str) -> Vec<Case> {
    let iri = format!("{BASE}{path}");
    let graph = read_graph(folder, &iri);
    let included = list(&graph, object(&graph, NamedNodeRef::new(&iri).unwrap(), MF, "include"));
    let mut cases: Vec<_> = included.iter().flat_map(|it| cases(folder, &path_of(it))).collect();
    let entries = list(&graph, object(&graph, NamedNodeRef::new(&iri).unwrap(), MF, "entries"));
    cases.extend(entries.iter().map(|entry| case(&graph, path, entry)));
    cases
}

fn case(graph: &Graph, path: &str, entry: &Term) -> Case {
    let Term::NamedNode(entry) = entry else { panic!("{path}: {entry}") };
    let kind = graph.object_for_subject_predicate(entry, rdf::TYPE).unwrap_or_else(|| panic!("{entry} has no type"));
    let action = object(graph, entry, MF, "action").unwrap_or_else(|| panic!("{entry} has no action"));
    let mut case = Case {
        group: path.trim_start_matches("sparql/").trim_end_matches("/manifest.ttl").to_owned(),
        name: entry.as_str().rsplit(['#', '/']).next().unwrap().to_owned(),
        kind: kind.to_string().trim_end_matches('>').rsplit('#').next().unwrap().to_owned(),
        query: String::new(),
        data: Vec::new(),
        graphs: Vec::new(),
        result: object(graph, entry, MF, "result").map(|term| iri(&term)),
        is_lax: object(graph, entry, MF, "resultCardinality").is_some(),
    };
    match node(&action) {
        Some(action) if object(graph, action, QT, "query").is_some() => describe(graph, action, &mut case),
        _ => case.query = iri(&action),
    }
    case
}

fn describe<'a>(graph: &Graph, action: impl Into<NamedOrBlankNodeRef<'a>>, case: &mut Case) {
    let action = action.into();
    case.query = iri(&object(graph, action, QT, "query").unwrap());
    case.data = objects(graph, action, "data").iter().map(iri).collect();
    for named in objects(graph, action, "graphData") {
        let inner = node(&named).and_then(|node| object(graph, node, QT, "graph"));
        let label = node(&named).and_then(|node| {
            graph.object_for_subject_predicate(node, oxigraph::model::vocab::rdfs::LABEL).map(TermRef::into_owned)
        });
        case.graphs.push(match (inner, label) {
            (Some(file), Some(Term::Literal(label))) => (label.value().to_owned(), iri(&file)),
            _ => (iri(&named), iri(&named)),
        });
    }
}

fn node(term: &Term) -> Option<NamedOrBlankNodeRef<'_>> {
    match term {
        Term::NamedNode(node) => Some(node.as_ref().into()),
        Term::BlankNode(node) => Some(node.as_ref().into()),
        Term::Literal(_) => None,
    }
}

fn objects(graph: &Graph, subject: NamedOrBlankNodeRef<'_>, local: &str) -> Vec<Term> {
    let predicate = NamedNode::new(format!("{QT}{local}")).unwrap();
    graph.objects_for_subject_predicate(subject, &predicate).map(TermRef::into_owned).collect()
}

fn object<'a>(
    graph: &Graph,
    subject: impl Into<NamedOrBlankNodeRef<'a>>,
    namespace: &str,
    local: &str,
) -> Option<Term> {
    let predicate = NamedNode::new(format!("{namespace}{local}")).unwrap();
    let subject = subject.into().into_owned();
    graph.object_for_subject_predicate(&subject, &predicate).map(TermRef::into_owned)
}

fn list(graph: &Graph, head: Option<Term>) -> Vec<Term> {
    let mut items = Vec::new();
    let mut at = head;
    while let Some(place) = at.as_ref().and_then(node).map(NamedOrBlankNodeRef::into_owned) {
        let place: NamedOrBlankNode = place;
        items.extend(graph.object_for_subject_predicate(&place, rdf::FIRST).map(TermRef::into_owned));
        at = graph.object_for_subject_predicate(&place, rdf::REST).map(TermRef::into_owned);
    }
    items
}

fn iri(term: &Term) -> String {
    match term {
        Term::NamedNode(node) => node.as_str().to_owned(),
        other => panic!("expected an IRI, found {other}"),
    }
}

fn path_of(term: &Term) -> String {
    iri(term).strip_prefix(BASE).unwrap().to_owned()
}
