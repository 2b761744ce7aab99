//! What discovery knows about every account, as statements for the graph.
//!
//! Comes in: a market, and the classes and standings of its accounts. Leaves: `ka:ultimateParent` (where there is a parent),
//! `ka:abcClass` and `ka:quadrant` of every account, today and a quarter before, and, of those that bought,
//! `ka:revenueShare` and `ka:dependencyIndex`; in the order of accounts. Never writes them.

use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, NamedNodeRef, Term};

use crate::discovery::candidate::Candidates;
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
pub fn derived(market: &Market, candidates: &Candidates) -> Vec<Derived> {
    let mut statements = Vec::with_capacity(7 * candidates.classes.len());
    for (account, class) in market.accounts.indexes().zip(&candidates.classes) {
        let subject = market.accounts.iri(account);
        let mut say = |predicate, object| statements.push(Derived { subject: subject.to_owned(), predicate, object });
        let top = market.groups.ids[market.groups.top_of(account) as usize];
        if top != market.accounts.ids[account.index()] {
            let parent = market.snapshot.text(top).into_owned();
            say(o::ULTIMATE_PARENT, NamedNode::new_unchecked(parent).into());
        }
        say(o::ABC_CLASS, Literal::new_simple_literal(class.abc).into());
        say(o::QUADRANT, Literal::new_simple_literal(class.quadrant.name()).into());
        let before = candidates.classes_before[account.index()];
        say(o::ABC_CLASS_BEFORE, Literal::new_simple_literal(before.abc).into());
        say(o::QUADRANT_BEFORE, Literal::new_simple_literal(before.quadrant.name()).into());
        let standing = candidates.standings[account.index()];
        if standing.share > 0.0 {
            let decimal = |number: f64| Literal::new_typed_literal(format!("{number:.6}"), xsd::DECIMAL).into();
            say(o::REVENUE_SHARE, decimal(standing.share));
            say(o::DEPENDENCY_INDEX, decimal(standing.dependency));
        }
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
        let said = derived(&trial.market_on(TODAY), &trial.candidates());
        let said: Vec<String> =
            said.iter().map(|it| format!("{} {} {}", it.subject, it.predicate, it.object)).collect();
        let parent = "https://w3id.org/kagraph/id/a <https://w3id.org/kagraph/ns#ultimateParent> <https://w3id.org/kagraph/id/g>";
        assert_eq!((said.len(), said[0].as_str()), (11, parent));
        assert!(said[1].ends_with("#abcClass> \"A\"") && said[7].ends_with("#abcClass> \"C\""), "{said:?}");
        assert!(said[5].contains("#revenueShare> \"1.000000\""), "{said:?}");
    }

    #[test]
    fn a_move_of_class_since_a_quarter_ago_is_said() {
        let mut trial = Trial::default().account("a", "").account("b", "").sale("a", "2025-01-01", 50.0, "");
        trial = trial.sale("b", "2025-01-01", 1.0, "").sale("b", "2025-05-01", 900.0, "");
        let said = derived(&trial.market_on(TODAY), &trial.candidates());
        let of = |account: &str, predicate: NamedNodeRef<'_>| {
            let found = said.iter().find(|it| it.subject.ends_with(account) && it.predicate == predicate).unwrap();
            found.object.to_string()
        };
        assert_eq!([of("/a", o::ABC_CLASS), of("/a", o::ABC_CLASS_BEFORE)], ["\"B\"", "\"A\""]);
        assert_eq!([of("/b", o::ABC_CLASS), of("/b", o::ABC_CLASS_BEFORE)], ["\"A\"", "\"C\""]);
    }
}
