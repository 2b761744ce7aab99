//! What discovery knows about every account and post, as statements for the graph.
//!
//! Comes in: a market, the classes and standings of its accounts, the standings of posts. Leaves: `ka:ultimateParent` (where
//! there is a parent), `ka:abcClass` and `ka:quadrant` of every account, today and a quarter before, and, of those that
//! bought, `ka:revenueShare` and `ka:dependencyIndex`, in the order of accounts; `ka:level`, `ka:function` and
//! `ka:buyingRole` of every post whose source does not say them. Never writes them.

use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, NamedNodeRef, Term};

use crate::discovery::candidate::Candidates;
use crate::discovery::market::{Market, Posts};
use crate::discovery::title::Standing;
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

/// What titles and the order within an account tell of posts, where the source declares nothing: one concept each.
pub fn standings_derived(posts: &Posts, standings: &[Standing]) -> Vec<Derived> {
    let mut statements = Vec::new();
    for ((iri, standing), declared) in posts.iris.iter().zip(standings).zip(&posts.declared) {
        let level = standing.level.filter(|_| declared.level.is_none()).map(|it| it.value.name());
        let function = standing.function.filter(|_| declared.function.is_none()).map(|it| it.value.name());
        let role = standing.role.filter(|_| declared.role.is_none()).map(|it| it.value.name());
        let read =
            [(o::LEVEL, "Level", level), (o::FUNCTION, "Function", function), (o::BUYING_ROLE, "BuyingRole", role)];
        for (predicate, scheme, name) in read {
            let Some(name) = name else { continue };
            let object = NamedNode::new_unchecked(format!("{}{scheme}-{name}", o::KA)).into();
            statements.push(Derived { subject: iri.clone(), predicate, object });
        }
    }
    statements
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::title::standing;
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

    #[test]
    fn a_post_has_the_level_that_its_title_tells_unless_the_source_says_another() {
        let trial = Trial::default()
            .account("a", "")
            .say("id:p1 a org:Post ; org:postIn id:a ; ka:title 'CFO' .")
            .say("id:p2 a org:Post ; org:postIn id:a ; ka:title 'CFO' ; ka:level ka:Level-management .");
        let market = trial.market_on(TODAY);
        let posts = &market.people.posts;
        let standings: Vec<_> = (0..posts.len()).map(|at| standing(&posts.titles[at], posts.declared[at])).collect();
        let said: Vec<_> = standings_derived(posts, &standings).into_iter().map(|it| (it.subject, it.object)).collect();
        let level = |post: &str, level: &str| {
            let iri = format!("https://w3id.org/kagraph/ns#Level-{level}");
            (format!("https://w3id.org/kagraph/id/{post}"), NamedNode::new_unchecked(iri).into())
        };
        assert!(said.contains(&level("p1", "decision")) && !said.iter().any(|it| *it == level("p2", "decision")));
        assert!(said.iter().all(|it| *it != level("p2", "management")), "{said:?}");
    }
}
