//! A snapshot as the dataset that Oxigraph's evaluator queries.
//!
//! Comes in: a [`Snapshot`], and the graphs that `FROM` names if the query names any. Leaves: quads of ids. Never
//! copies the snapshot; terms stay ids until the evaluator has to look into them. Costs: one table entry for every
//! distinct term that the query computes and the snapshot does not have.
//!
//! Equality of [`QueryTerm`] is `sameTerm`: a term that the snapshot has is always its id, also when the query computes
//! it (a sum that happens to be a known amount), and a term that it does not have is a place in the query's own table,
//! where each term stands once.

use std::cell::RefCell;
use std::convert::Infallible;
use std::hash::BuildHasher;

use hashbrown::HashTable;
use oxigraph::model::{NamedNode, Term};
use oxsdatatypes::{Date, DateTime, Decimal, TimezoneOffset};
use rustc_hash::{FxBuildHasher, FxHashSet};
use spareval::{ExpressionTerm, InternalQuad, QueryableDataset};

use crate::store::{GraphPattern, Id, Inline, Quad, Snapshot};

/// A term while a query runs: twelve bytes, copied freely.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum QueryTerm {
    /// A term of the snapshot.
    Stored(Id),
    /// A term that the query computed, by its place in the query's table.
    Computed(u32),
}

/// A snapshot with the query's own terms.
pub struct SnapshotDataset {
    snapshot: Snapshot,
    default_graph: DefaultGraph,
    computed: RefCell<Computed>,
}

/// What the query sees as its default graph.
enum DefaultGraph {
    Union,
    Merge(Vec<Id>),
}

#[derive(Default)]
struct Computed {
    terms: Vec<Term>,
    lookup: HashTable<u32>,
}

impl Computed {
    fn place(&mut self, term: Term) -> u32 {
        let hash = FxBuildHasher.hash_one(&term);
        let terms = &self.terms;
        if let Some(&at) = self.lookup.find(hash, |&at| terms[at as usize] == term) {
            return at;
        }
        let at = self.terms.len() as u32;
        self.terms.push(term);
        let terms = &self.terms;
        self.lookup.insert_unique(hash, at, |&at| FxBuildHasher.hash_one(&terms[at as usize]));
        at
    }
}

type Quads = Box<dyn Iterator<Item = Result<InternalQuad<QueryTerm>, Infallible>>>;

impl SnapshotDataset {
    /// The snapshot, its default graph being the union of all named graphs.
    pub fn new(snapshot: Snapshot) -> Self {
        Self { snapshot, default_graph: DefaultGraph::Union, computed: RefCell::default() }
    }

    /// The snapshot, its default graph being the merge of these named graphs, every statement once.
    #[must_use]
    pub fn with_default_graphs(mut self, graphs: &[NamedNode]) -> Self {
        let mut ids: Vec<_> = graphs.iter().filter_map(|graph| self.snapshot.id(graph.as_ref().into())).collect();
        ids.sort_unstable();
        ids.dedup();
        self.default_graph = DefaultGraph::Merge(ids);
        self
    }

    fn default_quads(&self, subject: Option<Id>, predicate: Option<Id>, object: Option<Id>) -> Quads {
        let scan = |graph| self.snapshot.scan(subject, predicate, object, graph);
        match &self.default_graph {
            DefaultGraph::Union => Box::new(scan(GraphPattern::Union).map(|quad| internal(quad, false))),
            DefaultGraph::Merge(graphs) if graphs.len() == 1 => {
                Box::new(scan(GraphPattern::Named(graphs[0])).map(|quad| internal(quad, false)))
            }
            DefaultGraph::Merge(graphs) => {
                let scans: Vec<_> = graphs.iter().map(|graph| scan(GraphPattern::Named(*graph))).collect();
                let mut seen = FxHashSet::default();
                let all = scans.into_iter().flatten();
                let each_once = all.filter(move |quad| seen.insert((quad.subject, quad.predicate, quad.object)));
                Box::new(each_once.map(|quad| internal(quad, false)))
            }
        }
    }
}

fn internal(quad: Quad, is_named: bool) -> Result<InternalQuad<QueryTerm>, Infallible> {
    Ok(InternalQuad {
        subject: QueryTerm::Stored(quad.subject),
        predicate: QueryTerm::Stored(quad.predicate),
        object: QueryTerm::Stored(quad.object),
        graph_name: quad.graph.filter(|_| is_named).map(QueryTerm::Stored),
    })
}

/// `None` when the term cannot be in the snapshot, so that nothing fits the pattern.
fn stored(term: Option<&QueryTerm>) -> Option<Option<Id>> {
    match term {
        None => Some(None),
        Some(QueryTerm::Stored(id)) => Some(Some(*id)),
        Some(QueryTerm::Computed(_)) => None,
    }
}

/// Seconds from the zero of Oxigraph's days, 0001-01-01, to 1970-01-01.
const SECONDS_TO_1970: i64 = 62_135_596_800;
const SECONDS_A_DAY: i64 = 86_400;

/// The value that the evaluator computes with, straight from the id: no text is written or parsed.
pub(super) fn expression(value: Inline) -> Option<ExpressionTerm> {
    Some(match value {
        Inline::Integer(value) => ExpressionTerm::IntegerLiteral(value.into()),
        Inline::Decimal { mantissa, scale } => {
            ExpressionTerm::DecimalLiteral(Decimal::new(mantissa.into(), scale.into()).ok()?)
        }
        Inline::Boolean(value) => ExpressionTerm::BooleanLiteral(value.into()),
        Inline::Date(day) => {
            let seconds = i64::from(day.days()) * SECONDS_A_DAY;
            ExpressionTerm::DateLiteral(Date::from_be_bytes(instant(seconds, NO_TIME_ZONE)))
        }
        Inline::DateTime { seconds, is_utc } => {
            let zone = if is_utc { TimezoneOffset::UTC.to_be_bytes() } else { NO_TIME_ZONE };
            ExpressionTerm::DateTimeLiteral(DateTime::from_be_bytes(instant(seconds, zone)))
        }
    })
}

const NO_TIME_ZONE: [u8; 2] = [u8::MAX; 2];

/// Oxigraph's bytes of an instant: seconds since the year 1 as a decimal, then the time zone.
fn instant(seconds_since_1970: i64, zone: [u8; 2]) -> [u8; 18] {
    let mut bytes = [0; 18];
    bytes[..16].copy_from_slice(&Decimal::from(seconds_since_1970 + SECONDS_TO_1970).to_be_bytes());
    bytes[16..].copy_from_slice(&zone);
    bytes
}

impl QueryableDataset<'static> for SnapshotDataset {
    type InternalTerm = QueryTerm;
    type Error = Infallible;

    fn internal_quads_for_pattern(
        &self,
        subject: Option<&QueryTerm>,
        predicate: Option<&QueryTerm>,
        object: Option<&QueryTerm>,
        graph_name: Option<Option<&QueryTerm>>,
    ) -> impl Iterator<Item = Result<InternalQuad<QueryTerm>, Infallible>> + use<> {
        let (Some(subject), Some(predicate), Some(object)) = (stored(subject), stored(predicate), stored(object))
        else {
            return Box::new(std::iter::empty()) as Quads;
        };
        let graph = match graph_name {
            Some(None) => return self.default_quads(subject, predicate, object),
            Some(Some(QueryTerm::Computed(_))) => return Box::new(std::iter::empty()),
            Some(Some(QueryTerm::Stored(graph))) => GraphPattern::Named(*graph),
            None => GraphPattern::AnyNamed,
        };
        let quads = self.snapshot.scan(subject, predicate, object, graph);
        let asked = if let GraphPattern::Named(graph) = graph { Some(graph) } else { None };
        Box::new(quads.map(move |quad| internal(Quad { graph: asked.or(quad.graph), ..quad }, true)))
    }

    fn internal_named_graphs(&self) -> impl Iterator<Item = Result<QueryTerm, Infallible>> + use<> {
        let graphs = self.snapshot.named_graphs().to_vec();
        graphs.into_iter().map(|graph| Ok(QueryTerm::Stored(graph)))
    }

    fn contains_internal_graph_name(&self, graph_name: &QueryTerm) -> Result<bool, Infallible> {
        Ok(match graph_name {
            QueryTerm::Stored(graph) => self.snapshot.named_graphs().binary_search(graph).is_ok(),
            QueryTerm::Computed(_) => false,
        })
    }

    fn internalize_term(&self, term: Term) -> Result<QueryTerm, Infallible> {
        Ok(match self.snapshot.id(term.as_ref()) {
            Some(id) => QueryTerm::Stored(id),
            None => QueryTerm::Computed(self.computed.borrow_mut().place(term)),
        })
    }

    fn externalize_term(&self, term: QueryTerm) -> Result<Term, Infallible> {
        Ok(match term {
            QueryTerm::Stored(id) => self.snapshot.term(id),
            QueryTerm::Computed(at) => self.computed.borrow().terms[at as usize].clone(),
        })
    }

    fn externalize_expression_term(&self, term: QueryTerm) -> Result<ExpressionTerm, Infallible> {
        if let QueryTerm::Stored(id) = term
            && let Some(value) = id.inline().and_then(expression)
        {
            return Ok(value);
        }
        Ok(self.externalize_term(term)?.into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::Day;

    fn parsed(value: Inline) -> ExpressionTerm {
        let datatype = NamedNode::new_unchecked(value.datatype());
        Term::from(oxigraph::model::Literal::new_typed_literal(value.to_string(), datatype)).into()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn values_from_ids_are_the_values_that_their_texts_spell(
            mantissa in -(1i64 << 55)..(1 << 55), scale in 0u8..16,
            day in Day::MIN.days()..Day::MAX.days(), second in 0i64..86_400, is_utc: bool,
        ) {
            for value in [
                Inline::Integer(mantissa),
                Inline::Decimal { mantissa, scale },
                Inline::Boolean(is_utc),
                Inline::Date(Day::from_days(day).unwrap()),
                Inline::DateTime { seconds: i64::from(day) * 86_400 + second, is_utc },
            ] {
                prop_assert!(expression(value) == Some(parsed(value)), "{value}");
            }
        }
    }
}
