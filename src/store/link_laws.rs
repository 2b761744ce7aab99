//! Laws of links: read in columns they say what a scan says, whatever the layers, days and graphs.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use crate::mapping::{Known, Statement, Statements, TermText};
use crate::model::Day;
use crate::store::laws::load_day;
use crate::store::{GraphPattern, Id, Links, NumberColumn, ObjectKind, Part, Snapshot, write_derived};

const XSD: &str = "http://www.w3.org/2001/XMLSchema#";
/// Predicates, each with its kind of object.
const PREDICATES: [&str; 9] =
    ["integer", "decimal", "decimals", "date", "dateTime", "boolean", "iri", "string", "mixed"];

/// Subject, predicate, object, graph, row, known, all as small numbers.
type Drawn = (usize, usize, i64, usize, u64, usize);

fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
    let one = (0..14usize, 0..PREDICATES.len(), -6..7i64, 0..3usize, 1..4u64, 0..3usize);
    prop::collection::vec(one, 0..60)
}

/// The object of a predicate: lexical form and datatype, or an IRI.
fn object(predicate: &str, number: i64) -> (String, &'static str) {
    let day = Day::from_days(number as i32 * 40).unwrap();
    match predicate {
        "integer" => (number.to_string(), "integer"),
        "decimal" => (format!("{number}.50"), "decimal"),
        "decimals" if number % 2 == 0 => (format!("{number}.5"), "decimal"),
        "decimals" => (format!("{number}.50"), "decimal"),
        "date" => (day.to_string(), "date"),
        "dateTime" => (format!("{day}T10:00:00"), "dateTime"),
        "boolean" => ((number > 0).to_string(), "boolean"),
        "string" => (format!("{}text", "é".repeat(number.unsigned_abs() as usize)), "string"),
        "mixed" if number < -3 => (number.to_string(), "integer"),
        "mixed" if number < 0 => (format!("0{number}"), "integer"),
        _ => (format!("https://x.org/o/{number}"), ""),
    }
}

fn chunk(all: &[Drawn]) -> Statements {
    let mut chunk = Statements::default();
    for (subject, predicate, number, graph, row, known) in all {
        let predicate = PREDICATES[*predicate];
        let (text, datatype) = object(predicate, *number);
        let datatype = format!("{XSD}{datatype}");
        let object = if datatype == XSD { TermText::Iri(&text) } else { TermText::Typed(&text, &datatype) };
        let subject = format!("https://x.org/{}/{subject}", subject % 3);
        let statement = Statement {
            subject: chunk.term(TermText::Iri(&subject)),
            predicate: chunk.term(TermText::Iri(&format!("https://x.org/p/{predicate}"))),
            object: chunk.term(object),
            graph: (*graph > 0).then(|| chunk.term(TermText::Iri(&format!("https://x.org/g/{graph}")))),
            row: *row,
            known: [Known::Always, Known::OnLoad, Known::On(Day::from_days(3).unwrap())][*known],
        };
        chunk.statements.push(statement);
    }
    chunk
}

fn agree(snapshot: &Snapshot) {
    let named = snapshot.named_graphs().iter().map(|graph| GraphPattern::Named(*graph));
    for graph in named.chain([GraphPattern::Union]) {
        for predicate in snapshot.predicates() {
            let scan = snapshot.scan(None, Some(*predicate), None, graph);
            let expected: Vec<_> = scan.map(|quad| (quad.subject, quad.object)).collect();
            agree_on(snapshot, &snapshot.links_of(*predicate, graph), &expected);
        }
    }
    merges(snapshot);
}

fn agree_on(snapshot: &Snapshot, links: &Links, expected: &[(Id, Id)]) {
    reads(links, expected);
    counts(links, expected);
    expands(links, expected, snapshot);
    reads_terms(snapshot, expected);
    finds_between(links, expected);
    if let Some(column) = links.column() {
        is_column_of(&column, links, expected);
    }
}

/// What several graphs say is one link of their merge, also when a graph is asked for twice or does not exist.
fn merges(snapshot: &Snapshot) {
    let graphs = snapshot.named_graphs();
    let asked = [&graphs[..graphs.len().min(2)], &graphs[graphs.len().min(1)..], graphs];
    for mut asked in asked.map(<[Id]>::to_vec) {
        asked.extend(asked.first().copied().into_iter().chain([Id::NONE]));
        for predicate in snapshot.predicates() {
            let scans = asked.iter().map(|it| snapshot.scan(None, Some(*predicate), None, GraphPattern::Named(*it)));
            let expected: BTreeSet<_> = scans.flatten().map(|quad| (quad.subject, quad.object)).collect();
            let links = snapshot.links_of_merge(*predicate, &asked);
            let (mut subjects, mut objects) = (Vec::new(), Vec::new());
            links.read(0..links.len(), &mut subjects, &mut objects);
            let found: Vec<_> = subjects.into_iter().zip(objects).collect();
            assert_eq!((found.len(), found.iter().copied().collect()), (expected.len(), expected));
            agree_on(snapshot, &links, &found);
        }
    }
}

fn reads(links: &Links, expected: &[(Id, Id)]) {
    for step in [1, 3, links.len().max(1)] {
        let (mut subjects, mut objects) = (Vec::new(), Vec::new());
        for start in (0..links.len()).step_by(step) {
            links.read(start..start + step, &mut subjects, &mut objects);
        }
        let found: Vec<_> = subjects.into_iter().zip(objects).collect();
        assert_eq!(found, expected);
    }
    let (subjects, objects): (BTreeSet<_>, BTreeSet<_>) = expected.iter().copied().unzip();
    assert!(links.len() >= expected.len() && links.n_subjects() >= subjects.len());
    assert!(links.n_objects() >= objects.len());
    if links.is_exact() {
        assert_eq!((links.len(), links.n_subjects()), (expected.len(), subjects.len()));
    }
    assert!(!links.is_functional() || subjects.len() == expected.len());
    let lies_in = |extent: Option<(Id, Id)>, ids: &BTreeSet<Id>| {
        ids.iter().all(|id| extent.is_some_and(|(least, greatest)| (least..=greatest).contains(id)))
    };
    assert!(lies_in(links.subject_extent(), &subjects) && lies_in(links.object_extent(), &objects));
}

fn expands(links: &Links, expected: &[(Id, Id)], snapshot: &Snapshot) {
    let mut ends: Vec<Id> =
        snapshot.scan(None, None, None, GraphPattern::Union).flat_map(|it| [it.subject, it.object]).collect();
    ends.extend([Id::NONE, Id::from_bits(12 << 60)]);
    ends.sort_unstable();
    ends.dedup();
    type Oriented<'a> = &'a dyn Fn(&(Id, Id)) -> (Id, Id);
    let rows_of = |of: Oriented<'_>| {
        let of_end = |(row, end): (u32, &Id)| {
            let mut found: Vec<_> =
                expected.iter().map(of).filter(|link| link.0 == *end).map(|link| (row, link.1)).collect();
            found.sort_unstable();
            found
        };
        (0u32..).zip(&ends).flat_map(of_end).collect::<Vec<_>>()
    };
    let (mut rows, mut others) = (Vec::new(), Vec::new());
    links.expand(&ends, &mut rows, &mut others);
    let mut found: Vec<_> = rows.into_iter().zip(others).collect();
    found.sort_unstable();
    assert_eq!(found, rows_of(&|link| *link));
    let (mut rows, mut others) = (Vec::new(), Vec::new());
    links.expand_back(&ends, &mut rows, &mut others);
    let mut found: Vec<_> = rows.into_iter().zip(others).collect();
    found.sort_unstable();
    assert_eq!(found, rows_of(&|link| (link.1, link.0)));
    for end in &ends {
        let (forth, back) = (expected.iter().filter(|it| it.0 == *end), expected.iter().filter(|it| it.1 == *end));
        let (forth, back) = (forth.count(), back.count());
        let (degree, degree_back) = (links.degree(*end), links.degree_back(*end));
        assert!(degree >= forth && degree_back >= back);
        assert!(!links.is_exact() || (degree, degree_back) == (forth, back));
        reads_back(links, expected, *end);
    }
    for piece in (1..ends.len()).map(|start| &ends[start..ends.len().min(2 * start)]).chain([&ends[..], &[]]) {
        let mut fetched = Vec::new();
        links.fetch(piece, &mut fetched);
        let first = |end: &Id| expected.iter().find(|link| link.0 == *end).map_or(Id::NONE, |link| link.1);
        assert_eq!(fetched, piece.iter().map(first).collect::<Vec<_>>());
    }
    let pairs = ends.iter().flat_map(|subject| ends.iter().map(|object| (*subject, *object)));
    let (subjects, objects): (Vec<_>, Vec<_>) = pairs.unzip();
    let mut found = Vec::new();
    links.contains(&subjects, &objects, &mut found);
    let has: BTreeSet<_> = expected.iter().collect();
    assert!(subjects.iter().zip(&objects).zip(found).all(|((s, o), found)| has.contains(&(*s, *o)) == found));
}

/// A reader gives what a look-up gives, in whatever order, and ids order as terms where it is said that they do.
fn reads_terms(snapshot: &Snapshot, links: &[(Id, Id)]) {
    let ids: Vec<Id> = links.iter().flat_map(|link| [link.0, link.1]).chain([Id::NONE]).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    for ids in [&ids, &sorted] {
        let mut reader = snapshot.reader();
        for id in ids {
            let is_stored = snapshot.code(*id).is_some();
            assert_eq!(reader.read(*id).map(|term| term.into_owned()), is_stored.then(|| snapshot.term(*id)));
        }
    }
    for pair in sorted.windows(2).filter(|pair| snapshot.are_sorted(pair[0], pair[1])) {
        assert!(snapshot.text(pair[0]) <= snapshot.text(pair[1]));
        assert!(snapshot.code(pair[0]).is_some() && pair[0].is_iri() == pair[1].is_iri());
    }
}

fn counts(links: &Links, expected: &[(Id, Id)]) {
    let counted = |end: &dyn Fn(&(Id, Id)) -> Id| {
        let mut counts = BTreeMap::new();
        expected.iter().for_each(|link| *counts.entry(end(link)).or_insert(0u64) += 1);
        counts.into_iter().unzip::<_, _, Vec<_>, Vec<_>>()
    };
    let (mut ends, mut numbers) = (Vec::new(), Vec::new());
    if links.count(&mut ends, &mut numbers) {
        assert_eq!((ends, numbers), counted(&|link| link.0));
    }
    let (mut ends, mut numbers) = (Vec::new(), Vec::new());
    if links.count_back(&mut ends, &mut numbers) {
        assert_eq!((ends, numbers), counted(&|link| link.1));
    }
}

fn reads_back(links: &Links, expected: &[(Id, Id)], object: Id) {
    let all: BTreeSet<Id> = expected.iter().filter(|link| link.1 == object).map(|link| link.0).collect();
    if links.is_exact_to(object) {
        assert_eq!(links.degree_back(object), all.len());
        let mut found = Vec::new();
        (0..all.len() + 1).step_by(2).for_each(|start| links.read_back(object, start..start + 2, &mut found));
        assert_eq!(found, all.iter().copied().collect::<Vec<_>>());
    }
    if let Some((least, greatest)) = links.run_of_subjects(object) {
        assert_eq!((Some(&least), Some(&greatest)), (all.first(), all.last()));
        assert_eq!(greatest.bits() - least.bits() + 1, all.len() as u64);
    }
}

fn finds_between(links: &Links, expected: &[(Id, Id)]) {
    let mut bounds: Vec<_> = expected.iter().map(|link| link.1).chain([Id::from_bits(0), Id::NONE]).collect();
    bounds.sort_unstable();
    bounds.dedup();
    for (low, high) in bounds.iter().zip(bounds.iter().skip(1)).chain(bounds.first().zip(bounds.last())) {
        let (mut subjects, mut objects) = (Vec::new(), Vec::new());
        links.read_objects_between(*low, *high, &mut subjects, &mut objects);
        let mut found: Vec<_> = subjects.into_iter().zip(objects).collect();
        assert!(!links.is_exact() || found.is_sorted_by_key(|link| (link.1, link.0)));
        let n = links.n_objects_between(*low, *high);
        assert!(if links.is_exact() { n == found.len() } else { n >= found.len() });
        found.sort_unstable();
        let mut wanted: Vec<_> = expected.iter().copied().filter(|link| (*low..=*high).contains(&link.1)).collect();
        wanted.sort_unstable();
        assert_eq!(found, wanted);
    }
}

fn is_column_of(column: &NumberColumn, links: &Links, expected: &[(Id, Id)]) {
    assert_eq!((column.len(), column.kind()), (expected.len(), links.objects_are()));
    let (mut numbers, mut subjects) = (Vec::new(), Vec::new());
    column.read(0..column.len(), &mut numbers);
    column.read_subjects(0..column.len(), &mut subjects);
    for (at, (subject, object)) in expected.iter().enumerate() {
        assert_eq!(
            (subjects[at], column.id(numbers[at]), column.number(*object)),
            (*subject, *object, Some(numbers[at]))
        );
        assert_eq!(column.at(at), numbers[at]);
    }
    let (least, greatest) = column.extent();
    assert!(numbers.is_empty() || (numbers.iter().min(), numbers.iter().max()) == (Some(&least), Some(&greatest)));
    let mut places = Vec::new();
    if links.places(&subjects, &mut places) {
        let (mut fetched, mut found) = (Vec::new(), Vec::new());
        column.fetch(&subjects, &mut fetched, &mut found);
        assert!(fetched == numbers && found.iter().all(|found| *found));
        assert!(places.iter().enumerate().all(|(at, place)| at == *place as usize));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn links_say_what_a_scan_says(sources in drawn(), derived in drawn(), day in 0..22) {
        let (below, above) = (chunk(&sources), chunk(&derived));
        let part = Part { graph: "https://x.org/g/0", file: "one.csv", statements: &below };
        let snapshot = Snapshot::from_statements(&[part], load_day()).unwrap();
        let home = tempfile::tempdir().unwrap();
        write_derived(home.path(), &snapshot, "https://x.org/g/1", &[above], load_day()).unwrap();
        let both = snapshot.with_derived(home.path()).unwrap();
        for snapshot in [snapshot, both] {
            agree(&snapshot);
            agree(&snapshot.as_of(Day::from_days(day).unwrap()));
        }
    }
}

#[test]
fn objects_of_one_kind_are_a_column() {
    let all: Vec<_> = (0..PREDICATES.len() * 13).map(|at| (at % 14, at / 13, at as i64 % 13 - 6, 0, 1, 0)).collect();
    let statements = chunk(&all);
    let part = Part { graph: "https://x.org/g/0", file: "one.csv", statements: &statements };
    let snapshot = Snapshot::from_statements(&[part], load_day()).unwrap();
    let kinds = PREDICATES.map(|predicate| {
        let iri = oxigraph::model::NamedNode::new_unchecked(format!("https://x.org/p/{predicate}"));
        let links = snapshot.links_of(snapshot.id(iri.as_ref().into()).unwrap(), GraphPattern::Union);
        (links.objects_are(), links.column().map(|column| column.scale()))
    });
    let expected = [
        (ObjectKind::Integer, Some(0)),
        (ObjectKind::Decimal, Some(2)),
        (ObjectKind::Decimal, None),
        (ObjectKind::Date, Some(0)),
        (ObjectKind::LocalDateTime, Some(0)),
        (ObjectKind::Boolean, Some(0)),
        (ObjectKind::Terms, None),
        (ObjectKind::Terms, None),
        (ObjectKind::Mixed, None),
    ];
    assert_eq!(kinds, expected);
}

#[test]
fn nodes_of_a_class_stand_together_and_texts_of_a_datatype_in_their_order() {
    let mut statements = Statements::default();
    for at in 0..200u64 {
        let subject = statements.term(TermText::Iri(&format!("https://x.org/{}", at * 7919 % 200)));
        let class = statements.term(TermText::Iri(&format!("https://x.org/class/{}", at % 3)));
        let wide = statements.term(TermText::Iri("https://x.org/class/any"));
        let text = statements.term(TermText::Typed(&format!("text {}", at * 31 % 97), &format!("{XSD}string")));
        let [kind, label] = [crate::ontology::RDF_TYPE.as_str(), "https://x.org/label"].map(TermText::Iri);
        let (kind, label) = (statements.term(kind), statements.term(label));
        for (predicate, object) in [(kind, class), (kind, wide), (label, text)] {
            let statement = Statement { subject, predicate, object, graph: None, row: at, known: Known::Always };
            statements.statements.push(statement);
        }
    }
    let part = Part { graph: "https://x.org/g/0", file: "one.csv", statements: &statements };
    let snapshot = Snapshot::from_statements(&[part], load_day()).unwrap();
    for class in 0..3 {
        let class = oxigraph::model::NamedNode::new_unchecked(format!("https://x.org/class/{class}"));
        let members = snapshot.subjects(crate::ontology::RDF_TYPE, snapshot.id(class.as_ref().into()).unwrap());
        let codes: Vec<_> = members.iter().map(|id| snapshot.code(*id).unwrap()).collect();
        assert!(codes.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{codes:?}");
        assert!(members.is_sorted_by_key(|id| snapshot.text(*id).into_owned()));
    }
    let label = oxigraph::model::NamedNodeRef::new_unchecked("https://x.org/label");
    let mut labels: Vec<_> = snapshot.links(label).into_iter().map(|link| link.1).collect();
    labels.sort_unstable();
    assert!(labels.is_sorted_by_key(|id| snapshot.text(*id).into_owned()));
    assert!(snapshot.are_sorted(labels[0], labels[labels.len() - 1]));
    reads_terms(&snapshot, &labels.iter().map(|id| (*id, labels[0])).collect::<Vec<_>>());
}
