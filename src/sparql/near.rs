//! IRIs of the data that are nearest to one that is not there.
//!
//! Comes in: the IRI that somebody wrote. Leave: at most three that differ in few letters, the nearest first. Looks at
//! instances of classes only: at all of a small class, and in a large one, whose instances order by their text, at those
//! that stand where the wanted one would. So it takes less than a second on any snapshot.

use crate::ontology;
use crate::sparql::table::shortened;
use crate::store::{GraphPattern, Id, Links, Snapshot};

/// Instances of a class up to which all are looked at.
const SMALL_CLASS: usize = 50_000;
/// Instances of a larger class that are looked at on each side of the wanted one's place.
const NEIGHBOURS: usize = 200;
/// Names that are told.
const TOLD: usize = 3;

/// The nearest IRIs, as people write them.
pub(super) fn nearest_iris(wanted: &str, snapshot: &Snapshot) -> Vec<String> {
    let Some(links) = types(snapshot) else { return Vec::new() };
    let most = shortened(wanted).len().div_ceil(4);
    let mut found: Vec<(usize, String)> = Vec::new();
    for (class, n) in classes(snapshot) {
        for id in instances_near(wanted, &links, class, n, snapshot) {
            let text = snapshot.text(id);
            if let Some(distance) = distance(wanted, &text, most) {
                found.push((distance, text.into_owned()));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found.into_iter().take(TOLD).map(|(_, text)| shortened(&text)).collect()
}

/// All classes with the number of their instances, at most; one that sources and derived graphs have comes twice.
pub(super) fn classes(snapshot: &Snapshot) -> Vec<(Id, usize)> {
    let Some(links) = types(snapshot) else { return Vec::new() };
    let (mut classes, mut counts) = (Vec::new(), Vec::new());
    // the derived graphs, whose places come last, are small beside the sources
    let counted = types(&snapshot.sources()).filter(|sources| sources.count_back(&mut classes, &mut counts));
    let (mut subjects, mut objects) = (Vec::new(), Vec::new());
    links.read(counted.map_or(0, |sources| sources.len())..links.len(), &mut subjects, &mut objects);
    objects.sort_unstable();
    let derived = objects.chunk_by(|one, other| one == other).map(|same| (same[0], same.len()));
    classes.into_iter().zip(counts.into_iter().map(|n| n as usize)).chain(derived).collect()
}

fn types(snapshot: &Snapshot) -> Option<Links> {
    Some(snapshot.links_of(snapshot.id(ontology::RDF_TYPE.into())?, GraphPattern::Union))
}

fn instances_near(wanted: &str, links: &Links, class: Id, n: usize, snapshot: &Snapshot) -> Vec<Id> {
    let mut found = Vec::new();
    if !links.is_exact_to(class) {
        links.expand_back(&[class], &mut Vec::new(), &mut found);
        found.truncate(SMALL_CLASS);
    } else if n <= SMALL_CLASS {
        links.read_back(class, 0..n, &mut found);
    } else {
        let is_before = |at: usize| {
            let mut one = Vec::new();
            links.read_back(class, at..at + 1, &mut one);
            one.first().is_some_and(|id| *snapshot.text(*id) < *wanted)
        };
        let at = partition_point(n, is_before);
        links.read_back(class, at.saturating_sub(NEIGHBOURS)..(at + NEIGHBOURS).min(n), &mut found);
    }
    found
}

/// The first place for which `is_before` does not hold.
fn partition_point(n: usize, is_before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = low + (high - low) / 2;
        if is_before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

/// In how many letters two texts differ, when they are at most so many.
fn distance(wanted: &str, text: &str, most: usize) -> Option<usize> {
    if wanted.len().abs_diff(text.len()) > 4 * most {
        return None;
    }
    let same = wanted.chars().zip(text.chars()).take_while(|(one, other)| one == other);
    let n_same: usize = same.map(|(one, _)| one.len_utf8()).sum();
    let distance = strsim::damerau_levenshtein(&wanted[n_same..], &text[n_same..]);
    (distance <= most).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::{Known, Statement, Statements, TermText};
    use crate::model::Day;
    use crate::store::Part;

    fn snapshot(n: usize) -> Snapshot {
        let mut statements = Statements::default();
        for row in 0..n {
            let subject = statements.term(TermText::Iri(&format!("https://w3id.org/kagraph/id/account/DE{row:06}")));
            let predicate = statements.term(TermText::Iri(ontology::RDF_TYPE.as_str()));
            let object = statements.term(TermText::Iri("https://e.org/Account"));
            let statement = Statement { subject, predicate, object, graph: None, row: 1, known: Known::Always };
            statements.statements.push(statement);
        }
        Snapshot::from_statements(&[Part { graph: "https://e.org/g", file: "a", statements: &statements }], Day::MIN)
            .unwrap()
    }

    #[test]
    fn names_that_differ_in_few_letters_are_told_in_small_and_large_classes() {
        for n in [2_000, SMALL_CLASS + 5_000] {
            let snapshot = snapshot(n);
            let near = |name: &str| nearest_iris(&format!("https://w3id.org/kagraph/id/{name}"), &snapshot);
            assert!(n > SMALL_CLASS || near("account/DE01234")[0] == "id:account/DE001234");
            assert_eq!(near("account/DE001243x")[0], "id:account/DE001243", "{n}");
            assert_eq!(near("account/DE001").len(), 3);
            assert!(near("product/other/9").is_empty());
        }
    }

    #[test]
    fn nothing_is_told_of_a_snapshot_without_classes() {
        assert!(nearest_iris("https://e.org/a", &snapshot(0)).is_empty());
    }
}
