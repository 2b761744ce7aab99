//! What accounts buy, owe and are offered: purchases, payments due, opportunities, competitors seen.
//!
//! Comes in: a snapshot, its accounts and a day. Leaves: flat arrays sorted by account and day. Never counts the same
//! business twice: purchases are of one kind and one currency. Costs: one pass over the links of each predicate.

use serde::Deserialize;

use crate::discovery::market::{AccountIndex, Accounts, Named, Purchases, column, named};
use crate::model::{Day, Money};
use crate::ontology as o;
use crate::store::{Id, Snapshot};

/// How the market is read.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Kinds of transaction that can count as purchases; the first one that has amounts does.
    pub purchases: Vec<PurchaseKind>,
    /// The currency to count; empty for the most frequent one. Others are left out, not converted.
    pub currency: String,
    /// The share from which on an owner makes a group, in [0, 1].
    pub minimum_share: f64,
    /// A competitor seen is news for so many days.
    pub sighting_days: i32,
}

/// A kind of transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PurchaseKind {
    /// Orders and order lines.
    Order,
    /// Invoices and invoice lines.
    Invoice,
    /// Payments.
    Payment,
}

impl PurchaseKind {
    fn class(self) -> oxigraph::model::NamedNodeRef<'static> {
        match self {
            Self::Order => o::ORDER,
            Self::Invoice => o::INVOICE,
            Self::Payment => o::PAYMENT,
        }
    }
}

/// Everything about business with accounts up to a day.
#[derive(Clone, Debug, Default)]
pub struct Trade {
    /// What was bought.
    pub purchases: Purchases,
    /// Which kind counts; `None` when no kind has amounts.
    pub kind: Option<PurchaseKind>,
    /// The currency that counts, when known.
    pub currency: Option<String>,
    /// Products, by place.
    pub products: Vec<Named>,
    /// Buying units, by place.
    pub units: Vec<Named>,
    /// Our employees named in purchases, by place.
    pub employees: Vec<Named>,
    /// Amounts due, sorted by account, due day and id.
    pub dues: Vec<Due>,
    /// Opportunities, sorted by account and id.
    pub opportunities: Vec<Opportunity>,
    /// Competitors seen at accounts, sorted by account, day and id.
    pub sightings: Vec<Sighting>,
    /// For how many days they are news.
    pub sighting_days: i32,
}

/// Something that was to be paid by a day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Due {
    /// Who owes.
    pub account: AccountIndex,
    /// By when.
    pub due: Day,
    /// The transaction.
    pub id: Id,
    /// When it was paid, if it was.
    pub paid: Option<Day>,
}

/// A chance of business.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Opportunity {
    /// With whom.
    pub account: AccountIndex,
    /// The opportunity.
    pub id: Id,
    /// What it is worth, when known.
    pub amount: Option<Money>,
    /// Since when, when known.
    pub opened: Option<Day>,
    /// When it was closed or is to be closed.
    pub closes: Option<Day>,
    /// How it stands on the day.
    pub outcome: Outcome,
}

/// How an opportunity stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Undecided on the day.
    Open,
    /// Won by the day.
    Won,
    /// Lost by the day.
    Lost,
}

/// A competitor at an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sighting {
    /// Where.
    pub account: AccountIndex,
    /// When, if known.
    pub day: Option<Day>,
    /// The sighting (or the opportunity that names the competitor).
    pub id: Id,
    /// The competitor's name.
    pub competitor: String,
}

impl Trade {
    /// Reads what had happened by `as_of`.
    pub fn read(snapshot: &Snapshot, accounts: &Accounts, as_of: Day, settings: &Settings) -> Self {
        let (kind, ids) = purchase_ids(snapshot, &settings.purchases);
        let currency = Some(settings.currency.as_str()).filter(|it| !it.is_empty());
        let (purchases, currency) = Purchases::read(snapshot, accounts, ids, as_of, currency);
        Self {
            products: named(snapshot, &purchases.product_ids),
            units: named(snapshot, &purchases.unit_ids),
            employees: named(snapshot, &purchases.employee_ids),
            kind,
            currency,
            dues: dues(snapshot, accounts, as_of),
            opportunities: opportunities(snapshot, accounts, as_of),
            sightings: sightings(snapshot, accounts, as_of),
            sighting_days: settings.sighting_days,
            purchases,
        }
    }

    /// The account's dues.
    pub fn dues_of(&self, account: AccountIndex) -> &[Due] {
        run(&self.dues, account, |due| due.account)
    }

    /// The account's opportunities.
    pub fn opportunities_of(&self, account: AccountIndex) -> &[Opportunity] {
        run(&self.opportunities, account, |it| it.account)
    }

    /// Competitors seen at the account.
    pub fn sightings_of(&self, account: AccountIndex) -> &[Sighting] {
        run(&self.sightings, account, |it| it.account)
    }

    /// Those that are news on a day, the latest last.
    pub fn recent_sightings_of(&self, account: AccountIndex, day: Day) -> impl Iterator<Item = &Sighting> {
        let after = day + -self.sighting_days;
        self.sightings_of(account).iter().filter(move |it| it.day.is_some_and(|seen| seen > after && seen <= day))
    }
}

fn run<T>(sorted: &[T], account: AccountIndex, key: impl Fn(&T) -> AccountIndex) -> &[T] {
    let start = sorted.partition_point(|it| key(it) < account);
    let end = sorted.partition_point(|it| key(it) <= account);
    &sorted[start..end]
}

fn purchase_ids(snapshot: &Snapshot, kinds: &[PurchaseKind]) -> (Option<PurchaseKind>, Vec<Id>) {
    let amounts = column::subjects(snapshot, o::AMOUNT);
    let has_amounts = |ids: &[Id]| ids.iter().any(|id| amounts.binary_search(id).is_ok());
    let mut found = kinds.iter().map(|kind| (Some(*kind), column::instances(snapshot, kind.class())));
    found.find(|(_, ids)| has_amounts(ids)).unwrap_or_default()
}

fn dues(snapshot: &Snapshot, accounts: &Accounts, as_of: Day) -> Vec<Due> {
    let ids = column::subjects(snapshot, o::DUE_DATE);
    let [due, account, paid] = column::columns(snapshot, &ids, [o::DUE_DATE, o::ACCOUNT_OF, o::PAID_DATE]);
    let read = |place: usize| {
        let paid = paid[place].and_then(|paid| snapshot.day(paid)).filter(|paid| *paid <= as_of);
        let account = accounts.index_of(account[place]?)?;
        Some(Due { account, due: snapshot.day(due[place]?)?, id: ids[place], paid })
    };
    let mut dues: Vec<Due> = (0..ids.len()).filter_map(read).collect();
    dues.sort_unstable();
    dues
}

fn opportunities(snapshot: &Snapshot, accounts: &Accounts, as_of: Day) -> Vec<Opportunity> {
    let ids = column::instances(snapshot, o::OPPORTUNITY);
    let [account, amount, opened] = column::columns(snapshot, &ids, [o::ACCOUNT_OF, o::AMOUNT, o::DATE]);
    let [closes, outcome] = column::columns(snapshot, &ids, [o::CLOSE_DATE, o::OUTCOME]);
    let day = |id: Option<Id>| id.and_then(|id| snapshot.day(id));
    let read = |place: usize| {
        let account = accounts.index_of(account[place]?)?;
        let amount = amount[place].and_then(|id| snapshot.number(id)).and_then(Money::from_decimal);
        let (opened, closes) = (day(opened[place]), day(closes[place]));
        let said = outcome[place].map(|id| snapshot.text(id));
        let outcome = outcome_on(as_of, said.as_deref(), closes)?;
        Some(Opportunity { account, id: ids[place], amount, opened, closes, outcome })
    };
    let begun = |it: &Opportunity| it.opened.is_none_or(|opened| opened <= as_of);
    let mut found: Vec<_> = (0..ids.len()).filter_map(read).filter(begun).collect();
    found.sort_by_key(|it| (it.account, it.id));
    found
}

/// How it stood on the day, even if the source already knows how it ended; `None` when the source does not say.
fn outcome_on(as_of: Day, said: Option<&str>, closes: Option<Day>) -> Option<Outcome> {
    if closes.is_some_and(|closes| closes > as_of) {
        return Some(Outcome::Open);
    }
    match said {
        Some("won") => Some(Outcome::Won),
        Some("lost") => Some(Outcome::Lost),
        Some("open") => Some(Outcome::Open),
        _ => closes.is_none().then_some(Outcome::Open),
    }
}

fn sightings(snapshot: &Snapshot, accounts: &Accounts, as_of: Day) -> Vec<Sighting> {
    let ids = column::subjects(snapshot, o::COMPETITOR_IN);
    let [account, date, named] = column::columns(snapshot, &ids, [o::ACCOUNT_OF, o::DATE, o::COMPETITOR_IN]);
    let (competitor, competitors) = crate::discovery::market::table(snapshot, &named);
    let read = |place: usize| {
        let account = accounts.index_of(account[place]?)?;
        let day = date[place].and_then(|date| snapshot.day(date));
        let competitor = competitors[competitor[place]? as usize].name.clone();
        Some(Sighting { account, day, id: ids[place], competitor })
    };
    let mut found: Vec<_> =
        (0..ids.len()).filter_map(read).filter(|it| it.day.is_none_or(|day| day <= as_of)).collect();
    found.sort_by_key(|it| (it.account, it.day, it.id));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opportunity_stands_as_it_stood_on_the_day() {
        let (before, close) = (Day::from_days(10).unwrap(), Day::from_days(20));
        assert_eq!(outcome_on(before, Some("won"), close), Some(Outcome::Open));
        assert_eq!(outcome_on(before + 10, Some("won"), close), Some(Outcome::Won));
        assert_eq!(outcome_on(before + 10, None, close), None);
        assert_eq!(outcome_on(before, None, None), Some(Outcome::Open));
    }
}
