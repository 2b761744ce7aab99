//! The statements of a `DESCRIBE` from its solutions.
//!
//! Come in: the rows of the pattern. Leave: the statements of the default graph about every node in them, and about the
//! blank nodes that these lead to, as Oxigraph's evaluator has it. Costs a look-up for each node and predicate.

use std::sync::Arc;

use oxigraph::sparql::QueryTripleIter;
use rustc_hash::FxHashSet;

use super::Batch;
use super::account::Held;
use super::construct::triple;
use super::context::{Context, Halt};
use super::pattern::Slot;
use super::rows::BATCH_ROWS;
use crate::store::Id;

/// A statement of the default graph.
type Statement = [Id; 3];

/// The statements about what stands in some columns.
pub(super) fn described(context: &Context, rows: &[Batch], slots: &[Slot]) -> Result<Vec<Statement>, Halt> {
    let mut known = FxHashSet::default();
    let columns = rows.iter().flat_map(|batch| slots.iter().filter_map(|slot| batch.column(*slot)));
    let mut nodes: Vec<Id> = columns.flatten().copied().filter(|id| *id != Id::NONE && known.insert(*id)).collect();
    let (mut all, mut held) = (Vec::new(), context.held(0)?);
    while !nodes.is_empty() {
        let found = statements_of(context, &nodes, &mut held)?;
        let objects = found.iter().map(|statement| statement[2]);
        nodes = objects.filter(|object| object.is_blank() && known.insert(*object)).collect();
        all.extend(found);
    }
    Ok(all)
}

/// The statements whose subject is one of some nodes, in the order of the nodes.
fn statements_of(context: &Context, nodes: &[Id], held: &mut Held) -> Result<Vec<Statement>, Halt> {
    let mut all = Vec::new();
    for nodes in nodes.chunks(BATCH_ROWS) {
        let mut found = Vec::new();
        for predicate in context.predicates() {
            context.check()?;
            let Some(links) = context.links(*predicate, None) else { continue };
            let (mut rows, mut objects) = (Vec::new(), Vec::new());
            links.expand(nodes, &mut rows, &mut objects);
            found.extend(rows.into_iter().zip(objects).map(|(row, object)| (row, *predicate, object)));
        }
        found.sort_by_key(|(row, ..)| *row);
        held.more(found.len() * size_of::<Statement>())?;
        all.extend(found.into_iter().map(|(row, predicate, object)| [nodes[row as usize], predicate, object]));
    }
    Ok(all)
}

/// Statements as triples, whose terms are looked up when they are read.
pub(super) fn triples(context: Arc<Context>, statements: Vec<Statement>) -> QueryTripleIter<'static> {
    let of = move |ids: Statement| triple(ids.map(|id| context.terms.term(id)));
    QueryTripleIter::new(statements.into_iter().filter_map(of).map(Ok))
}
