//! `group_size`: how many accounts belong together.
//!
//! **Sees** the number of accounts below the same ultimate parent, the account itself included. The score is 1 − 1/n: 0
//! for one that stands alone, 0.5 for two, towards 1 for many. **Matters** because a foot in one door opens others.
//! **Misleads** where the group only shares an owner and not a buyer. Not known when the data name no groups.

use crate::discovery::prospect::Prospect;
use crate::discovery::signals::fact::fact;
use crate::discovery::signals::{Context, Pillar, Reading, Signal, account_facts};
use crate::evidence::{Bilingual, Fact, Facts};
use crate::ontology as o;
use crate::store::Id;

/// See the module.
pub struct GroupSize;

impl Signal for GroupSize {
    fn name(&self) -> &'static str {
        "group_size"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Breadth
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Group", "集团规模")
    }

    fn measure(&self, context: &Context<'_>) -> Vec<Option<f64>> {
        if context.market.groups.of_several().next().is_none() {
            return vec![None; context.prospects.len()];
        }
        context.each(|prospect| Some(n_accounts(context, prospect) as f64))
    }

    fn scores(&self, _: &Context<'_>, values: &[Option<f64>]) -> Vec<Option<f64>> {
        values.iter().map(|value| value.map(|n| 1.0 - 1.0 / n.max(1.0))).collect()
    }

    fn value_words(&self, _: &Context<'_>, value: f64) -> Option<Bilingual> {
        Some(Bilingual::new(format!("a group of {value:.0}"), format!("{value:.0}家客户的集团")))
    }

    fn text(&self, context: &Context<'_>, place: usize, reading: Reading) -> Bilingual {
        let prospect = context.at(place);
        let n_accounts = reading.value as usize;
        let top = prospect.members.first().map(|member| context.market.groups.top_of(*member));
        let name = top.map_or("", |top| context.market.groups.names[top as usize].as_str());
        match (n_accounts, prospect.is_group) {
            (1, _) => Bilingual::new("stands alone, in no group", "独立客户，不属于任何集团"),
            (n, true) => Bilingual::new(format!("a group of {n} accounts"), format!("集团共{n}家客户")),
            (n, false) => {
                Bilingual::new(format!("one of {n} accounts of {name}"), format!("属于{name}集团的{n}家客户之一"))
            }
        }
    }

    fn clause(&self, context: &Context<'_>, place: usize, reading: Reading) -> Option<Bilingual> {
        let is_member = reading.value > 1.0 && !context.at(place).is_group;
        is_member.then(|| self.text(context, place, reading))
    }

    fn facts(&self, context: &Context<'_>, place: usize) -> Facts {
        let groups = &context.market.groups;
        let Some(first) = context.at(place).members.first() else { return Facts::default() };
        let members = groups.members_beside(*first);
        let link = |member: &crate::discovery::market::AccountIndex| {
            let node = groups.node_of_account[member.index()] as usize;
            let parent = groups.parents[node]?;
            let above = groups.ids[parent.node as usize];
            let snapshot = &context.market.snapshot;
            match parent.ownership {
                Some(ownership) => {
                    fact(snapshot, ownership, o::PARENT, *snapshot.objects(ownership, o::PARENT).first()?)
                }
                None => direct_link(context, groups.ids[node], above),
            }
        };
        let mut shown: Vec<_> = members.iter().filter_map(link).take(10).collect();
        if shown.is_empty() {
            shown = account_facts(context, place).shown;
        }
        Facts { n_facts: members.len() as u64, shown }
    }
}

/// The statement of any record of the child that names any record of the parent as what stands above.
fn direct_link(context: &Context<'_>, child: Id, above: Id) -> Option<Fact> {
    let (identities, snapshot) = (&context.market.accounts.identities, &context.market.snapshot);
    let pairs = identities.records(child).flat_map(|child| identities.records(above).map(move |above| (child, above)));
    let mut said = pairs.filter(|(child, above)| snapshot.objects(*child, o::ORG_SUB_ORGANIZATION_OF).contains(above));
    said.next().and_then(|(child, above)| fact(snapshot, child, o::ORG_SUB_ORGANIZATION_OF, above))
}

fn n_accounts(context: &Context<'_>, prospect: &Prospect) -> usize {
    prospect.members.first().map_or(1, |member| context.market.groups.members_beside(*member).len())
}

#[cfg(test)]
mod tests {
    use crate::discovery::trial::Trial;

    fn shops() -> Trial {
        let trial = Trial::default()
            .account("head", "")
            .account("branch", "; org:subOrganizationOf id:head")
            .account("alone", "");
        let trial = trial.account("sold", "; org:subOrganizationOf id:head");
        trial.say("id:own a ka:Ownership ; ka:child id:sold ; ka:parent id:head ; ka:share 0.9 ; schema:endDate '2025-01-01'^^xsd:date .")
    }

    #[test]
    fn members_of_a_group_know_its_size() {
        let said = shops().ask("group_size", "branch");
        assert_eq!(said.reading.map(|it| (it.value, it.score)), Some((2.0, 0.5)));
        assert_eq!(said.text.en, "one of 2 accounts of head");
        assert!(said.facts.shown[0].statement[1].ends_with("subOrganizationOf"));
        assert_eq!(shops().ask("group_size", "head").text.en, "a group of 2 accounts");
    }

    #[test]
    fn who_stands_alone_or_was_sold_is_in_no_group() {
        assert_eq!(shops().score("group_size", "alone"), Some(0.0));
        assert_eq!(shops().value("group_size", "sold"), Some(1.0));
        assert_eq!(Trial::default().account("a", "").value("group_size", "a"), None);
    }
}
