//! What discovery knows about every account, as statements for the graph.
//!
//! Comes in: a market and the classes. Leaves: `ka:ultimateParent` (where there is a parent), `ka:abcClass` and
//! `ka:quadrant` of every account, in the order of accounts. Never writes them.

use oxigraph::model::{Literal, NamedNode, NamedNodeRef, Term};

use crate::discovery::class::Class;
use crate::discovery::market::Market;
use crate::ontology as o;

/// A statement that follows from others.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Derived {
    /// IRI of the subject.
    pub subject: String,
    /// Predicate.
    pub predicate: NamedNodeRef<'static>,
    /// Object.
    pub object: Term,
}

/// Roll-ups and classes of all accounts.
pub fn derived(market: &Market, classes: &[Class]) -> Vec<Derived> {
    let mut statements = Vec::with_capacity(3 * classes.len());
    for (account, class) in market.accounts.indexes().zip(classes) {
        let subject = market.accounts.iri(account);
        let mut say = |predicate, object| statements.push(Derived { subject: subject.to_owned(), predicate, object });
        let top = market.groups.ids[market.groups.top_of(account) as usize];
        if top != market.accounts.ids[account.index()] {
            let parent = market.snapshot.text(top).into_owned();
            say(o::ULTIMATE_PARENT, NamedNode::new_unchecked(parent).into());
        }
        say(o::ABC_CLASS, Literal::new_simple_literal(class.abc).into());
        say(o::QUADRANT, Literal::new_simple_literal(class.quadrant.name()).into());
    }
    statements
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::trial::{TODAY, Trial};

    #[test]
    fn every_account_has_a_class_and_a_quadrant_and_members_have_their_ultimate_parent() {
        let trial = Trial::default().account("a", "; org:subOrganizationOf id:g").account("b", "");
        let trial = trial.sale("a", "2025-01-01", 10.0, "");
        let classes = trial.candidates().classes;
        let said = derived(&trial.market_on(TODAY), &classes);
        let said: Vec<String> =
            said.iter().map(|it| format!("{} {} {}", it.subject, it.predicate, it.object)).collect();
        let parent = "https://w3id.org/kagraph/id/a <https://w3id.org/kagraph/ns#ultimateParent> <https://w3id.org/kagraph/id/g>";
        assert_eq!((said.len(), said[0].as_str()), (5, parent));
        assert!(said[1].ends_with("#abcClass> \"A\"") && said[3].ends_with("#abcClass> \"C\""), "{said:?}");
    }
}
