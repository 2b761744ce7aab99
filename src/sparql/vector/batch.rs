//! Solutions in columns of ids, and the table of terms that a query computes.
//!
//! Equality of ids is `sameTerm`: a term is the snapshot's id or the value itself where there is one, and otherwise a
//! place in the query's own table, where each term stands once. Costs one look-up in the dictionary for each computed
//! term that is no number, day or truth; numbers, days and truths cost nothing, decimals of many digits a hash.

use std::hash::BuildHasher;
use std::sync::{OnceLock, PoisonError, RwLock};

use hashbrown::HashTable;
use oxigraph::model::Term;
use oxigraph::model::vocab::xsd;
use oxsdatatypes::Decimal;
use rustc_hash::FxBuildHasher;
use spareval::{ExpressionTerm as Value, QueryEvaluator};
use spargebra::algebra::Function;
use sparopt::algebra::Expression;

use crate::store::{Id, Snapshot, TermReader};

/// The tag of ids in the query's own table; the store gives none with it.
const COMPUTED: u64 = 12 << 60;
/// Decimals stand in a table of their own, as numbers.
const COMPUTED_DECIMAL: u64 = COMPUTED | 1 << 59;

/// Rows of a query: one column a variable, all of the same length; [`Id::NONE`] where the variable is unbound.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::sparql) struct Batch {
    /// One for each slot of the plan.
    pub columns: Vec<Vec<Id>>,
    /// Rows; the columns of a batch without columns have a length too.
    pub len: usize,
}

/// What the ids of one query stand for; shared by all threads that work on it.
pub(in crate::sparql) struct Terms {
    snapshot: Snapshot,
    /// Whether the snapshot may have a decimal that does not stand in its id.
    has_decimals: bool,
    /// Whether the query declares a base for relative IRIs.
    has_base: bool,
    now: OnceLock<Option<Value>>,
    computed: RwLock<Computed>,
}

#[derive(Default)]
struct Computed {
    terms: Vec<Term>,
    places: HashTable<u32>,
    decimals: Vec<i128>,
    decimal_places: HashTable<u32>,
}

impl Terms {
    /// No computed terms yet.
    pub fn new(snapshot: Snapshot) -> Self {
        let has_decimals = snapshot.has_datatype(xsd::DECIMAL.as_str());
        Self { snapshot, has_decimals, has_base: false, now: OnceLock::new(), computed: RwLock::default() }
    }

    /// The same for a query that declares a base, or does not.
    pub fn with_base(self, has_base: bool) -> Self {
        Self { has_base, ..self }
    }

    /// Whether the query declares a base for relative IRIs.
    pub fn has_base(&self) -> bool {
        self.has_base
    }

    /// What `NOW` is, for the whole query: the evaluator looks at the clock, once.
    pub fn now(&self) -> Option<Value> {
        let ask = || {
            let now = Expression::FunctionCall(Function::Now, Vec::new());
            QueryEvaluator::new().evaluate_expression(&now, []).map(Value::from)
        };
        self.now.get_or_init(ask).clone()
    }

    /// The snapshot that gave all other ids.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The id of a term: the snapshot's or the value itself if there is one, otherwise a place in the table.
    pub fn intern(&self, term: Term) -> Id {
        if let Some(id) = self.snapshot.id(term.as_ref()) {
            return id;
        }
        if let Some(parts) = parts_of_spelling(&term).filter(|_| !self.has_decimals) {
            return self.intern_decimal(parts);
        }
        let mut computed = self.computed.write().unwrap_or_else(PoisonError::into_inner);
        Id::from_bits(COMPUTED | u64::from(computed.place(term)))
    }

    /// Reads terms of the snapshot, quickest in the order of their ids.
    pub fn reader(&self) -> TermReader<'_> {
        self.snapshot.reader()
    }

    /// The id of so many parts of 10^-18 as a decimal that does not stand in its id.
    pub fn intern_decimal(&self, parts: i128) -> Id {
        if self.has_decimals {
            return self.intern(decimal(parts));
        }
        let mut computed = self.computed.write().unwrap_or_else(PoisonError::into_inner);
        Id::from_bits(COMPUTED_DECIMAL | u64::from(computed.place_of_decimal(parts)))
    }

    /// The parts of 10^-18 of a decimal that the query has computed.
    pub fn computed_decimal(&self, id: Id) -> Option<i128> {
        let place = id.bits().checked_sub(COMPUTED_DECIMAL).filter(|place| *place <= u64::from(u32::MAX))?;
        let computed = self.computed.read().unwrap_or_else(PoisonError::into_inner);
        computed.decimals.get(place as usize).copied()
    }

    /// The term of an id; nothing for an unbound variable.
    pub fn term(&self, id: Id) -> Option<Term> {
        if id == Id::NONE {
            return None;
        }
        match id.bits().checked_sub(COMPUTED) {
            Some(place) if place <= u64::from(u32::MAX) => {
                let computed = self.computed.read().unwrap_or_else(PoisonError::into_inner);
                computed.terms.get(place as usize).cloned()
            }
            _ => Some(self.computed_decimal(id).map_or_else(|| self.snapshot.term(id), decimal)),
        }
    }
}

/// The decimal of so many parts of 10^-18, spelled as the evaluator does it.
fn decimal(parts: i128) -> Term {
    Value::DecimalLiteral(Decimal::from_be_bytes(parts.to_be_bytes())).into()
}

/// The parts of 10^-18 of a decimal that is spelled as the evaluator does it.
fn parts_of_spelling(term: &Term) -> Option<i128> {
    let Term::Literal(literal) = term else { return None };
    let value: Decimal = (literal.datatype() == xsd::DECIMAL).then(|| literal.value().parse().ok())??;
    (value.to_string() == literal.value()).then(|| i128::from_be_bytes(value.to_be_bytes()))
}

impl Computed {
    fn place_of_decimal(&mut self, parts: i128) -> u32 {
        let hash = FxBuildHasher.hash_one(parts);
        let decimals = &self.decimals;
        if let Some(&at) = self.decimal_places.find(hash, |&at| decimals[at as usize] == parts) {
            return at;
        }
        let at = self.decimals.len() as u32;
        self.decimals.push(parts);
        let decimals = &self.decimals;
        self.decimal_places.insert_unique(hash, at, |&at| FxBuildHasher.hash_one(decimals[at as usize]));
        at
    }

    fn place(&mut self, term: Term) -> u32 {
        let hash = FxBuildHasher.hash_one(&term);
        let terms = &self.terms;
        if let Some(&at) = self.places.find(hash, |&at| terms[at as usize] == term) {
            return at;
        }
        let at = self.terms.len() as u32;
        self.terms.push(term);
        let terms = &self.terms;
        self.places.insert_unique(hash, at, |&at| FxBuildHasher.hash_one(&terms[at as usize]));
        at
    }
}
