//! Laws of snapshots, checked against a naive list of quads on random inputs.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::{BlankNode, Literal, NamedNode, Term};
use proptest::prelude::*;

use crate::mapping::{Known, Statement, Statements, TermText};
use crate::model::Day;
use crate::store::{GraphPattern, Id, Origin, Part, Quad, Snapshot, write_derived};

const XSD_INTEGER: &str = "http://www.w3.org/2001/XMLSchema#integer";
const XSD_STRING: &str = "http://www.w3.org/2001/XMLSchema#string";

/// Terms that are easily confused.
pub const POOL: &[TermText<'static>] = &[
    TermText::Iri("https://x.org/a/1"),
    TermText::Iri("https://x.org/a/2"),
    TermText::Iri("https://x.org/b#1"),
    TermText::Iri("urn:x"),
    TermText::Iri("https://x.org/a/"),
    TermText::Blank("n1"),
    TermText::Blank("b1-n1"),
    TermText::Typed("1", XSD_INTEGER),
    TermText::Typed("01", XSD_INTEGER),
    TermText::Typed("1", XSD_STRING),
    TermText::Typed("", XSD_STRING),
    TermText::Lang("1", "en"),
    TermText::Lang("1", "zh-hans"),
    TermText::Typed("2024-01-31", "http://www.w3.org/2001/XMLSchema#date"),
    TermText::Typed("\u{0}\u{1}\n\"é漢🜁", XSD_STRING),
    TermText::Typed("\u{0}\u{1}\n\"é漢🜁\u{0}", XSD_STRING),
];
const SUBJECTS: usize = 7;
const PREDICATES: usize = 3;

/// One statement by places in the pool: subject, predicate, object, graph, row, known.
pub type Plain = (usize, usize, usize, Option<usize>, u64, Known);

pub fn plain() -> impl Strategy<Value = Plain> {
    let known = prop_oneof![
        Just(Known::Always),
        Just(Known::OnLoad),
        (0..20).prop_map(|day| Known::On(Day::from_days(day).unwrap()))
    ];
    (0..SUBJECTS, 0..PREDICATES, 0..POOL.len(), prop::option::of(0..2usize), 1..4u64, known)
}

pub fn chunk(plain: &[Plain]) -> Statements {
    let mut chunk = Statements::default();
    for (subject, predicate, object, graph, row, known) in plain {
        let statement = Statement {
            subject: chunk.term(POOL[*subject]),
            predicate: chunk.term(POOL[*predicate]),
            object: chunk.term(POOL[*object]),
            graph: graph.map(|at| chunk.term(POOL[at])),
            row: *row,
            known: *known,
        };
        chunk.statements.push(statement);
    }
    chunk
}

pub fn term(text: TermText<'_>) -> Term {
    match text {
        TermText::Iri(iri) => NamedNode::new_unchecked(iri).into(),
        TermText::Blank(label) => BlankNode::new_unchecked(label).into(),
        TermText::Typed(lexical, datatype) => {
            Literal::new_typed_literal(lexical, NamedNode::new_unchecked(datatype)).into()
        }
        TermText::Lang(lexical, language) => Literal::new_language_tagged_literal_unchecked(lexical, language).into(),
    }
}

pub fn load_day() -> Day {
    Day::from_days(10).unwrap()
}

/// A statement in full, as the naive list keeps it: the four terms, the day it was known, file and row.
pub struct Said {
    pub quad: [Term; 4],
    pub known: i32,
    pub origin: Option<(String, u64)>,
}

pub fn said(plain: &Plain, own_graph: &str, file: Option<&str>) -> Said {
    let (subject, predicate, object, graph, row, known) = plain;
    let graph = graph.map_or(TermText::Iri(own_graph), |at| POOL[at]);
    let known = match known {
        Known::Always => i32::MIN,
        Known::On(day) => day.days(),
        Known::OnLoad => load_day().days(),
    };
    let quad = [POOL[*subject], POOL[*predicate], POOL[*object], graph].map(term);
    Said { quad, known, origin: file.map(|file| (file.to_owned(), *row)) }
}

fn terms(snapshot: &Snapshot, quad: &Quad) -> (Term, Term, Term, Option<Term>) {
    let term = |id: Id| snapshot.term(id);
    (term(quad.subject), term(quad.predicate), term(quad.object), quad.graph.map(term))
}

fn expected(said: &[Said], day: i32, graph: &Option<Option<Term>>, bound: [Option<&Term>; 3]) -> BTreeSet<String> {
    let fits = |it: &&Said| {
        it.known <= day
            && (0..3).all(|at| bound[at].is_none_or(|term| it.quad[at] == *term))
            && graph.as_ref().is_none_or(|graph| graph.as_ref().is_none_or(|graph| it.quad[3] == *graph))
    };
    let spell = |it: &Said| {
        let [subject, predicate, object, its_graph] = &it.quad;
        format!("{:?}", (subject, predicate, object, graph.is_some().then_some(its_graph)))
    };
    said.iter().filter(fits).map(spell).collect()
}

/// Compares every pattern, in every kind of graph, with the naive list.
pub fn agrees(snapshot: &Snapshot, said: &[Said], day: i32) {
    let distinct = |at: usize| -> Vec<Term> {
        let terms: BTreeMap<String, Term> =
            said.iter().map(|it| (it.quad[at].to_string(), it.quad[at].clone())).collect();
        terms.into_values().chain([NamedNode::new_unchecked("urn:none").into()]).collect()
    };
    let (subjects, predicates, objects) = (distinct(0), distinct(1), distinct(2));
    let subjects = || subjects.iter().map(Some).chain([None]);
    let predicates = || predicates.iter().map(Some).chain([None]);
    let objects = || objects.iter().map(Some).chain([None]);
    let mut graphs = vec![None, Some(None)];
    graphs.extend(snapshot.named_graphs().iter().map(|id| Some(Some(snapshot.term(*id)))));
    for graph in &graphs {
        let pattern = match graph {
            None => GraphPattern::Union,
            Some(None) => GraphPattern::AnyNamed,
            Some(Some(graph)) => GraphPattern::Named(snapshot.id(graph.as_ref()).unwrap()),
        };
        for (s, p) in subjects().flat_map(|s| predicates().map(move |p| (s, p))) {
            for o in objects() {
                let expected = expected(said, day, graph, [s, p, o]);
                let ids = [s, p, o].map(|bound| bound.map(|term| snapshot.id(term.as_ref())));
                if ids.contains(&Some(None)) {
                    assert!(expected.is_empty());
                    continue;
                }
                let [s, p, o] = ids.map(Option::flatten);
                let found: Vec<_> = snapshot.scan(s, p, o, pattern).collect();
                let spelled = found.iter().map(|quad| {
                    let (subject, predicate, object, graph) = terms(snapshot, quad);
                    format!("{:?}", (&subject, &predicate, &object, graph.as_ref()))
                });
                let spelled: Vec<_> = spelled.collect();
                assert_eq!(spelled.iter().cloned().collect::<BTreeSet<_>>(), expected, "{s:?} {p:?} {o:?} {graph:?}");
                assert_eq!(spelled.len(), expected.len(), "a statement came twice");
            }
        }
    }
}

/// Compares links, objects, subjects, origins and counts with the naive list.
pub fn leads_home(snapshot: &Snapshot, said: &[Said], day: i32) {
    let visible: Vec<_> = said.iter().filter(|it| it.known <= day).collect();
    let distinct: BTreeSet<_> = visible.iter().map(|it| format!("{:?}", &it.quad[..3])).collect();
    assert_eq!(snapshot.n_statements(), distinct.len() as u64);
    for text in &POOL[..PREDICATES] {
        let predicate = NamedNode::new_unchecked(match term(*text) {
            Term::NamedNode(node) => node.into_string(),
            _ => unreachable!(),
        });
        let links = snapshot.links(predicate.as_ref());
        assert!(links.is_sorted() && links.iter().collect::<BTreeSet<_>>().len() == links.len());
        let of_predicate = |it: &&Said| it.quad[1] == Term::NamedNode(predicate.clone());
        let expected = visible
            .iter()
            .copied()
            .filter(of_predicate)
            .map(|it| (snapshot.id(it.quad[0].as_ref()).unwrap(), snapshot.id(it.quad[2].as_ref()).unwrap()));
        let expected: BTreeSet<_> = expected.collect();
        assert_eq!(links.iter().copied().collect::<BTreeSet<_>>(), expected);
        for (subject, object) in &links {
            assert!(snapshot.objects(*subject, predicate.as_ref()).contains(object));
            assert!(snapshot.subjects(predicate.as_ref(), *object).contains(subject));
            let id = snapshot.id(predicate.as_ref().into()).unwrap();
            let triple = [*subject, id, *object].map(|id| snapshot.term(id));
            let rows = visible.iter().filter(|it| it.quad[..3] == triple).filter_map(|it| it.origin.clone());
            let origins = snapshot.origins(*subject, id, *object).into_iter();
            let found: Vec<_> = origins.map(|Origin { file, row, .. }| (file, row)).collect();
            let n_found = found.len();
            let found: BTreeSet<_> = found.into_iter().collect();
            assert_eq!(found, rows.collect());
            assert_eq!(n_found, found.len());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_snapshot_agrees_with_a_naive_list_of_quads(
        first in prop::collection::vec(plain(), 0..24), second in prop::collection::vec(plain(), 0..24), day in 0..22,
    ) {
        let (left, right) = (chunk(&first), chunk(&second));
        let parts = [("urn:one", "one.csv", &left), ("urn:two", "two.csv", &right)];
        let parts = parts.map(|(graph, file, statements)| Part { graph, file, statements });
        let snapshot = Snapshot::from_statements(&parts, load_day()).unwrap();
        let mut all: Vec<_> = first.iter().map(|it| said(it, "urn:one", Some("one.csv"))).collect();
        all.extend(second.iter().map(|it| said(it, "urn:two", Some("two.csv"))));
        agrees(&snapshot, &all, i32::MAX);
        leads_home(&snapshot, &all, i32::MAX);
        let view = snapshot.as_of(Day::from_days(day).unwrap());
        agrees(&view, &all, day);
        leads_home(&view, &all, day);
        snapshot.verify().unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn derived_graphs_lie_on_top_without_repeating_anything(
        sources in prop::collection::vec(plain(), 0..16), derived in prop::collection::vec(plain(), 0..16), day in 0..22,
    ) {
        let (below, above) = (chunk(&sources), chunk(&derived));
        let part = Part { graph: "urn:one", file: "one.csv", statements: &below };
        let snapshot = Snapshot::from_statements(&[part], load_day()).unwrap();
        let home = tempfile::tempdir().unwrap();
        write_derived(home.path(), &snapshot, "urn:found", &[above], load_day()).unwrap();
        let both = snapshot.with_derived(home.path()).unwrap();
        let mut all: Vec<_> = sources.iter().map(|it| said(it, "urn:one", Some("one.csv"))).collect();
        all.extend(derived.iter().map(|it| said(it, "urn:found", None)));
        agrees(&both, &all, i32::MAX);
        leads_home(&both, &all, i32::MAX);
        let view = both.as_of(Day::from_days(day).unwrap());
        agrees(&view, &all, day);
        leads_home(&view, &all, day);
        agrees(&both.sources(), &all[..sources.len()], i32::MAX);
    }
}

#[test]
fn every_odd_term_comes_out_as_it_went_in() {
    let huge = "漢".repeat(400_000);
    let odd = [
        TermText::Typed(&huge, XSD_STRING),
        TermText::Lang("", "x-a"),
        TermText::Iri("http://a/#"),
        TermText::Blank("a-"),
    ];
    let mut chunk = Statements::default();
    for text in POOL.iter().chain(&odd) {
        let object = chunk.term(*text);
        let (subject, predicate) = (chunk.term(POOL[0]), chunk.term(POOL[1]));
        let statement = Statement { subject, predicate, object, graph: None, row: 1, known: Known::Always };
        chunk.statements.push(statement);
    }
    let part = Part { graph: "urn:g", file: "f", statements: &chunk };
    let snapshot = Snapshot::from_statements(&[part], load_day()).unwrap();
    for text in POOL.iter().chain(&odd).map(|text| term(*text)) {
        let id = snapshot.id(text.as_ref()).unwrap();
        assert_eq!(snapshot.term(id), text);
        assert_eq!((id.is_iri(), id.is_blank()), (text.is_named_node(), text.is_blank_node()));
    }
    assert_eq!(snapshot.n_statements() as usize, POOL.len() + odd.len());
}
