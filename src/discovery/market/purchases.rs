//! Purchases as flat arrays, sorted by account and day.
//!
//! Comes in: the instances of one kind of transaction with their links. Leaves: eight arrays, 44 bytes a purchase.
//! Never mixes kinds or currencies, so that nothing is counted twice; says what it left out. Costs: one pass a predicate,
//! in parallel, and one sort.

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;

use crate::discovery::market::column::{self, Interned, NONE};
use crate::discovery::market::{AccountIndex, Accounts};
use crate::model::{Day, Money};
use crate::ontology as o;
use crate::store::{Id, Snapshot};

/// Purchases of all accounts, one cell a purchase in every array, sorted by account, day and id.
#[derive(Clone, Debug, Default)]
pub struct Purchases {
    /// For every account where its purchases begin; one more cell at the end.
    pub starts: Vec<u32>,
    /// The transactions' ids.
    pub ids: Vec<Id>,
    /// Days.
    pub days: Vec<Day>,
    /// Amounts; negative for returns and credits.
    pub amounts: Vec<Money>,
    /// Margins in the currency's unit, NaN where not known; empty when none is known.
    pub margins: Vec<f64>,
    /// Places of products, [`NONE`] where not known.
    pub products: Vec<u32>,
    /// Places of buying units, [`NONE`] where not known.
    pub units: Vec<u32>,
    /// Places of our employees, [`NONE`] where not known.
    pub employees: Vec<u32>,
    /// Ids of the products, by place.
    pub product_ids: Vec<Id>,
    /// Ids of the buying units, by place.
    pub unit_ids: Vec<Id>,
    /// Ids of our employees, by place.
    pub employee_ids: Vec<Id>,
    /// Accounts with contacts named in purchases, each pair once.
    pub contacts: Vec<(AccountIndex, Id)>,
    /// What was left out, and why.
    pub left_out: LeftOut,
    /// Transactions of which different amounts, days or accounts were said on the same last day, ascending; one of them
    /// counts.
    pub undecided: Vec<Id>,
}

/// Transactions that could not be counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LeftOut {
    /// Without account, day or amount.
    pub incomplete: u64,
    /// In another currency than the one counted.
    pub other_currency: u64,
    /// Heads whose lines are counted.
    pub heads_of_lines: u64,
    /// Later than the day asked for.
    pub later: u64,
}

struct Raw {
    undecided: Vec<Id>,
    ids: Vec<Id>,
    account: Vec<Option<Id>>,
    amount: Vec<Option<Id>>,
    date: Vec<Option<Id>>,
    margin: Vec<Option<Id>>,
    product: Vec<Option<Id>>,
    unit: Vec<Option<Id>>,
    employee: Vec<Option<Id>>,
    contact: Vec<Option<Id>>,
    currency: Vec<Option<Id>>,
    head: Vec<Option<Id>>,
}

#[derive(Clone, Copy)]
struct Row {
    account: u32,
    day: Day,
    amount: Money,
    raw: u32,
}

impl Purchases {
    /// Reads the transactions `ids` (sorted) up to `as_of`; `currency` is the one to count, else the most frequent one.
    pub fn read(
        snapshot: &Snapshot,
        accounts: &Accounts,
        ids: Vec<Id>,
        as_of: Day,
        currency: Option<&str>,
    ) -> (Self, Option<String>) {
        let mut raw = Raw::read(snapshot, ids);
        raw.inherit_from_heads();
        let mut left_out = LeftOut::default();
        let (counted, currency) = raw.of_one_currency(snapshot, currency, &mut left_out);
        let rows = raw.rows(snapshot, accounts, as_of, &counted, &mut left_out);
        (Self::gather(snapshot, accounts.len(), &raw, &rows, left_out), currency)
    }

    fn gather(snapshot: &Snapshot, n_accounts: usize, raw: &Raw, rows: &[Row], left_out: LeftOut) -> Self {
        let cells = |column: &[Option<Id>]| -> Vec<Option<Id>> {
            rows.par_iter().map(|row| column[row.raw as usize]).collect()
        };
        let interned = |column: &[Option<Id>]| Interned::new(&cells(column));
        let (product, unit, employee) = (interned(&raw.product), interned(&raw.unit), interned(&raw.employee));
        Self {
            starts: starts(n_accounts, rows),
            ids: rows.iter().map(|row| raw.ids[row.raw as usize]).collect(),
            days: rows.iter().map(|row| row.day).collect(),
            amounts: rows.iter().map(|row| row.amount).collect(),
            margins: margins(snapshot, &cells(&raw.margin)),
            products: product.places,
            product_ids: product.ids,
            units: unit.places,
            unit_ids: unit.ids,
            employees: employee.places,
            employee_ids: employee.ids,
            contacts: contacts(rows, &raw.contact),
            left_out,
            undecided: raw.undecided.clone(),
        }
    }

    /// The account's purchases.
    pub fn of(&self, account: AccountIndex) -> Range<usize> {
        let at = account.index();
        self.starts.get(at + 1).map_or(0..0, |end| self.starts[at] as usize..*end as usize)
    }

    /// The account's purchases after the day `after` and not after `until`.
    pub fn between(&self, account: AccountIndex, after: Day, until: Day) -> Range<usize> {
        let all = self.of(account);
        let days = &self.days[all.clone()];
        let place = |day: Day| all.start + days.partition_point(|it| *it <= day);
        place(after)..place(until).max(place(after))
    }

    /// What a run of purchases is worth, exactly.
    pub fn sum(&self, run: Range<usize>) -> Money {
        self.amounts[run].iter().copied().sum()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

impl Raw {
    fn read(snapshot: &Snapshot, ids: Vec<Id>) -> Self {
        let wanted = [
            o::ACCOUNT_OF,
            o::AMOUNT,
            o::DATE,
            o::MARGIN,
            o::PRODUCT_OF,
            o::BUYING_UNIT,
            o::EMPLOYEE_IN,
            o::CONTACT_IN,
            o::CURRENCY,
            o::PART_OF,
        ];
        let mut read = column::read_all(snapshot, &ids, wanted);
        let mut undecided: Vec<Id> = read[..3].iter_mut().flat_map(|it| std::mem::take(&mut it.undecided)).collect();
        undecided.sort_unstable();
        undecided.dedup();
        let [account, amount, date, margin, product, unit, employee, contact, currency, head] =
            read.map(|column| column.objects);
        Self { undecided, ids, account, amount, date, margin, product, unit, employee, contact, currency, head }
    }

    /// A line says only what its head does not; a head whose lines have amounts loses its own.
    fn inherit_from_heads(&mut self) {
        for line in 0..self.ids.len() {
            let Some(head) = self.head[line].and_then(|head| self.ids.binary_search(&head).ok()) else { continue };
            let columns = [
                &mut self.account,
                &mut self.date,
                &mut self.unit,
                &mut self.employee,
                &mut self.contact,
                &mut self.currency,
            ];
            for column in columns {
                column[line] = column[line].or(column[head]);
            }
        }
    }

    fn heads_of_lines(&self) -> Vec<bool> {
        let mut is_head = vec![false; self.ids.len()];
        let lines = self.head.iter().zip(&self.amount).filter(|(_, amount)| amount.is_some());
        for head in lines.filter_map(|(head, _)| self.ids.binary_search(&(*head)?).ok()) {
            is_head[head] = true;
        }
        is_head
    }

    /// Which rows count; rows that do not say their currency are taken to be in the one that counts.
    fn of_one_currency(
        &self,
        snapshot: &Snapshot,
        wanted: Option<&str>,
        left_out: &mut LeftOut,
    ) -> (Vec<bool>, Option<String>) {
        let mut frequency: BTreeMap<Id, u64> = BTreeMap::new();
        self.currency.iter().flatten().for_each(|id| *frequency.entry(*id).or_default() += 1);
        let most = |a: &(&Id, &u64), b: &(&Id, &u64)| a.1.cmp(b.1).then(b.0.cmp(a.0));
        let chosen = match wanted {
            Some(wanted) => frequency.keys().find(|id| snapshot.text(**id) == wanted),
            None => frequency.iter().max_by(most).map(|(id, _)| id),
        };
        let counts = |id: &Option<Id>| id.is_none_or(|id| Some(&id) == chosen);
        let counted: Vec<bool> = self.currency.iter().map(counts).collect();
        left_out.other_currency = counted.iter().filter(|it| !**it).count() as u64;
        let name = wanted.map(str::to_owned).or_else(|| chosen.map(|id| snapshot.text(*id).into_owned()));
        (counted, name)
    }

    fn rows(
        &self,
        snapshot: &Snapshot,
        accounts: &Accounts,
        as_of: Day,
        counted: &[bool],
        left_out: &mut LeftOut,
    ) -> Vec<Row> {
        let is_head = self.heads_of_lines();
        let complete = |place: usize| {
            let account = accounts.index_of(self.account[place]?)?;
            let amount = Money::from_decimal(snapshot.number(self.amount[place]?)?)?;
            Some(Row { account: account.0, day: snapshot.day(self.date[place]?)?, amount, raw: place as u32 })
        };
        let places = (0..self.ids.len()).into_par_iter().filter(|place| counted[*place] && !is_head[*place]);
        let read: Vec<Option<Row>> = places.map(complete).collect();
        left_out.heads_of_lines = is_head.iter().filter(|it| **it).count() as u64;
        left_out.incomplete = read.iter().filter(|row| row.is_none()).count() as u64;
        let n_complete = read.iter().flatten().count();
        let mut rows: Vec<Row> = read.into_iter().flatten().filter(|row| row.day <= as_of).collect();
        left_out.later = (n_complete - rows.len()) as u64;
        rows.par_sort_unstable_by_key(|row| (row.account, row.day, row.raw));
        rows
    }
}

fn starts(n_accounts: usize, rows: &[Row]) -> Vec<u32> {
    let mut starts = vec![0; n_accounts + 1];
    for row in rows {
        starts[row.account as usize + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    starts
}

fn margins(snapshot: &Snapshot, column: &[Option<Id>]) -> Vec<f64> {
    if column.iter().all(Option::is_none) {
        return Vec::new();
    }
    let number = |id: &Option<Id>| crate::discovery::market::number(snapshot, *id).unwrap_or(f64::NAN);
    column.par_iter().map(number).collect()
}

fn contacts(rows: &[Row], column: &[Option<Id>]) -> Vec<(AccountIndex, Id)> {
    let pair = |row: &Row| Some((AccountIndex(row.account), column[row.raw as usize]?));
    let mut pairs: Vec<_> = rows.iter().filter_map(pair).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

impl Purchases {
    /// The distinct places in a run of a column, empty cells left out, ascending.
    pub fn distinct(column: &[u32], runs: &[Range<usize>]) -> Vec<u32> {
        let mut places: Vec<u32> = runs.iter().flat_map(|run| column[run.clone()].iter().copied()).collect();
        places.retain(|place| *place != NONE);
        places.sort_unstable();
        places.dedup();
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::trial::{TODAY, Trial};

    fn purchases(trial: &Trial) -> Purchases {
        trial.market_on(TODAY).trade.purchases
    }

    fn total(purchases: &Purchases) -> Money {
        purchases.sum(0..purchases.len())
    }

    #[test]
    fn a_line_inherits_from_its_head_and_replaces_the_heads_amount() {
        let trial = Trial::default().account("a", "").sale("a", "2025-01-01", 30.0, "; ka:buyingUnit id:u");
        let trial = trial.say("id:l1 a ka:Order ; ka:partOf id:order1 ; ka:amount 10.0 . id:l2 a ka:Order ; ka:partOf id:order1 ; ka:amount 20.5 .");
        let found = purchases(&trial);
        assert_eq!((found.len(), total(&found).to_string().as_str()), (2, "30.5"));
        assert_eq!((found.left_out.heads_of_lines, found.units.as_slice()), (1, &[0, 0][..]));
    }

    #[test]
    fn only_the_most_frequent_currency_counts_and_what_is_left_out_is_said() {
        let trial = Trial::default().account("a", "").sale("a", "2025-01-01", 1.0, "; ka:currency 'EUR'");
        let trial = trial.sale("a", "2025-01-02", 2.0, "; ka:currency 'EUR'").sale(
            "a",
            "2025-01-03",
            4.0,
            "; ka:currency 'USD'",
        );
        let trial = trial
            .sale("a", "2025-01-04", 8.0, "")
            .sale("a", "2025-07-01", 16.0, "")
            .say("id:x a ka:Order ; ka:amount 32.0 .");
        let found = purchases(&trial);
        assert_eq!(total(&found), Money::from_units(11));
        let expected = LeftOut { incomplete: 1, other_currency: 1, heads_of_lines: 0, later: 1 };
        assert_eq!((found.left_out, trial.market_on(TODAY).trade.currency.as_deref()), (expected, Some("EUR")));
    }

    #[test]
    fn purchases_are_of_the_first_kind_that_has_amounts() {
        let trial = Trial::default()
            .account("a", "")
            .say("id:o a ka:Order ; ka:account id:a ; ka:date '2025-01-01'^^xsd:date .");
        let trial = trial.say("id:i a ka:Invoice ; ka:account id:a ; ka:date '2025-01-02'^^xsd:date ; ka:amount 5.0 .");
        let trial = trial.say("id:p a ka:Payment ; ka:account id:a ; ka:date '2025-01-03'^^xsd:date ; ka:amount 5.0 .");
        let market = trial.market_on(TODAY);
        assert_eq!(market.trade.kind, Some(crate::discovery::market::PurchaseKind::Invoice));
        assert_eq!(total(&market.trade.purchases), Money::from_units(5));
    }

    #[test]
    fn of_several_amounts_the_one_said_last_counts_and_what_no_day_decides_is_noted() {
        let trial =
            Trial::default().account("a", "").sale("a", "2025-01-01", 30.0, "").sale("a", "2025-01-02", 5.0, "");
        let corrected = trial.clone().say_on("2025-03-01", "id:order1 ka:amount 40.0 .");
        let found = purchases(&corrected);
        assert_eq!((total(&found), found.undecided.len()), (Money::from_units(45), 0));
        let doubled = trial.say("id:order1 ka:amount 40.0 .");
        let found = purchases(&doubled);
        assert_eq!((found.len(), found.undecided.len()), (2, 1));
        let notes: Vec<String> = doubled.candidates().notes.into_iter().map(|note| note.en).collect();
        let note = notes.iter().find(|note| note.contains("said twice")).unwrap();
        assert!(note.contains("\"40.0\" (trial.ttl row 13) and \"30.00\" (trial.ttl row 7)"), "{note}");
    }

    #[test]
    fn an_opportunity_that_was_won_is_not_open_any_more() {
        let trial = Trial::default().account("a", "");
        let trial = trial.say("id:o a ka:Opportunity ; ka:account id:a ; ka:amount 10.0 ; ka:outcome 'open' .");
        let open = |trial: &Trial| trial.market_on(TODAY).trade.opportunities[0].outcome;
        assert_eq!(open(&trial), crate::discovery::market::Outcome::Open);
        let won = trial.say_on("2025-03-01", "id:o ka:outcome 'won' ; ka:closeDate '2025-02-20'^^xsd:date .");
        assert_eq!(open(&won), crate::discovery::market::Outcome::Won);
    }

    #[test]
    fn a_window_holds_its_last_day_and_not_the_day_before_it_begins() {
        let days = ["2025-01-01", "2025-01-02", "2025-01-03", "2025-01-03"];
        let trial = days.iter().fold(Trial::default().account("a", ""), |trial, day| trial.sale("a", day, 1.0, ""));
        let (found, day) = (purchases(&trial), |text: &str| text.parse::<Day>().unwrap());
        assert_eq!(found.between(AccountIndex(0), day("2025-01-01"), day("2025-01-03")).len(), 3);
        assert_eq!(found.between(AccountIndex(0), day("2025-01-03"), day("2025-01-01")).len(), 0);
        assert_eq!(found.between(AccountIndex(7), day("2025-01-01"), day("2025-01-03")).len(), 0);
    }
}
