//! What an account buys: orders with lines, margin, returns, due and paid dates.
//!
//! In: an account. Out: its orders by date. The slot says the profile; dice say the rest. Amounts are whole cents, trends
//! are straight lines, so that every machine computes the same. Cost: linear in the order lines.

use crate::model::Day;
use crate::synthetic::Settings;
use crate::synthetic::accounts::Account;
use crate::synthetic::dice::{Dice, Part};
use crate::synthetic::plan::Trade;
use crate::synthetic::products::{self, N_PRODUCTS};
use crate::synthetic::scale;

/// An order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Order {
    /// Number within the account, from 1.
    pub number: u32,
    /// When.
    pub date: Day,
    /// When it must be paid.
    pub due: Day,
    /// When it was paid, if by the last day.
    pub paid: Option<Day>,
    /// Which department ordered, of those in [`crate::synthetic::words::DEPARTMENTS`].
    pub department: usize,
    /// The lines.
    pub lines: Vec<Line>,
}

/// A line of an order; a return has negative quantity, amount and margin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Product number.
    pub product: usize,
    /// Pieces.
    pub quantity: i64,
    /// Price of all, in euro cents.
    pub amount: i64,
    /// What is left after cost, in euro cents.
    pub margin: i64,
}

/// How an account buys, in numbers.
#[derive(Clone, Copy, Debug)]
struct Profile {
    /// Euros a month in the last year.
    monthly: i64,
    /// Last year's spend in percent of the year's before.
    growth: i64,
    /// Orders in ten months.
    orders: i64,
    products: usize,
    departments: usize,
    /// Margin in percent.
    margin: i64,
    /// Days paid after the due date, from – to.
    late: (i32, i32),
    /// Lines in a thousand that come back.
    returns: u32,
    /// Euros of one order in the last year.
    huge: i64,
}

/// All orders of an account, by date.
pub fn orders(settings: &Settings, account: &Account) -> Vec<Order> {
    let mut dice = Dice::of(settings.seed, Part::Trade, u64::from(account.number));
    if account.slot.trade == Trade::Nothing {
        return Vec::new();
    }
    let mut profile = profile(account.slot.trade, &mut dice);
    if settings.relations.is_some() && account.slot.trade == Trade::Key {
        profile.grow(scale::power_law(&mut dice, MOST_OF_A_KEY));
    }
    let range = Range::new(&profile, &mut dice);
    let mut all = Vec::new();
    for month in 0..settings.months as i32 {
        buy_in_month(settings, account, &profile, &range, month, &mut dice, &mut all);
    }
    if profile.huge > 0 {
        let date = settings.until + -dice.days(150, 300);
        all.push(order(settings, &profile, &range, (date, profile.huge * 100, 1), &mut dice));
    }
    all.sort_by_key(|order| order.date);
    (1..).zip(&mut all).for_each(|(number, order)| order.number = number);
    all
}

/// The greatest key account buys so many times what the least buys.
const MOST_OF_A_KEY: i64 = 40;
/// The greatest account of the tail orders so many times as often as the least, and for so many times as much.
const MOST_OF_THE_TAIL: (i64, i64) = (9, 30);

/// The products from here on cost little, so that a small order can be filled.
const CHEAP_FROM: usize = 20;

/// The products and departments that an account orders from.
struct Range {
    products: Vec<usize>,
    departments: Vec<usize>,
}

impl Range {
    fn new(profile: &Profile, dice: &mut Dice) -> Self {
        let mut products = dice.shuffled(N_PRODUCTS);
        products.truncate(profile.products);
        products.push(CHEAP_FROM + dice.below(N_PRODUCTS - CHEAP_FROM));
        products.dedup();
        let mut departments = dice.shuffled(6);
        departments.truncate(profile.departments);
        Self { products, departments }
    }
}

fn profile(trade: Trade, dice: &mut Dice) -> Profile {
    let mut profile = Profile {
        monthly: dice.between(500, 5_000),
        growth: dice.between(85, 112),
        orders: dice.between(2, 7),
        products: dice.between(2, 6) as usize,
        departments: dice.between(1, 2) as usize,
        margin: dice.between(16, 30),
        late: (-6, 14),
        returns: 25,
        huge: 0,
    };
    match trade {
        Trade::Key => profile.be_key(dice),
        Trade::Candidate => profile.be_candidate(dice),
        Trade::CandidateSubsidiary => profile.be_candidate_subsidiary(dice),
        Trade::Shrinking => (profile.monthly, profile.growth, profile.orders) = (dice.between(9_000, 14_000), 42, 8),
        Trade::OneHuge => (profile.monthly, profile.huge) = (dice.between(800, 1_500), dice.between(180_000, 260_000)),
        Trade::TinyGrowing => (profile.monthly, profile.growth, profile.orders) = (dice.between(250, 450), 280, 9),
        Trade::LatePayer => profile.be_late_payer(dice),
        Trade::Tail => profile.be_of_the_tail(dice),
        Trade::Ordinary | Trade::Nothing => {}
    }
    profile
}

impl Profile {
    fn be_key(&mut self, dice: &mut Dice) {
        self.monthly = dice.between(22_000, 60_000);
        self.growth = dice.between(98, 120);
        self.orders = dice.between(14, 24);
        self.products = dice.between(11, 18) as usize;
        self.departments = dice.between(3, 5) as usize;
        self.margin = dice.between(22, 32);
        self.late = (-8, 4);
        self.returns = 12;
    }

    fn be_candidate(&mut self, dice: &mut Dice) {
        self.be_key(dice);
        self.monthly = dice.between(18_000, 38_000);
        self.growth = dice.between(135, 170);
    }

    fn be_candidate_subsidiary(&mut self, dice: &mut Dice) {
        self.be_key(dice);
        self.monthly = dice.between(6_000, 10_000);
        self.growth = dice.between(125, 155);
        self.orders = dice.between(7, 11);
        self.products = dice.between(6, 10) as usize;
        self.departments = dice.between(2, 3) as usize;
    }

    fn be_late_payer(&mut self, dice: &mut Dice) {
        self.monthly = dice.between(9_000, 15_000);
        self.growth = dice.between(100, 115);
        self.orders = 8;
        self.products = 2;
        self.departments = 1;
        self.margin = 6;
        self.late = (55, 130);
        self.returns = 60;
    }

    /// Half of the tail orders once in ten months for little; one in nine does so every month.
    fn be_of_the_tail(&mut self, dice: &mut Dice) {
        let much = scale::power_law(dice, MOST_OF_THE_TAIL.1);
        self.orders = much.min(MOST_OF_THE_TAIL.0);
        self.monthly = dice.between(40, 80) * much;
        self.products = dice.between(1, 3) as usize;
        self.departments = 1;
    }

    /// Orders `times` as often, for `times` as much.
    fn grow(&mut self, times: i64) {
        self.monthly *= times;
        self.orders *= times;
    }

    /// Euro cents of the month `back` months before the last one: a straight line with the growth from year to year.
    fn level(&self, back: i64) -> i64 {
        let slope = (self.growth - 100) * 12_000 / (210 * self.growth - 6_600);
        let permille = (1_000 - slope * back).max(40);
        let of_last_year = 12_000 - 66 * slope;
        self.monthly * 100 * permille * 12 / of_last_year
    }
}

fn buy_in_month(
    settings: &Settings,
    account: &Account,
    profile: &Profile,
    range: &Range,
    month: i32,
    dice: &mut Dice,
    all: &mut Vec<Order>,
) {
    let start = settings.first_day().plus_months(month);
    let n_days = start.plus_months(1) - start;
    let season = account.sector().season[start.month_index().rem_euclid(12) as usize];
    let n_orders = (profile.orders + dice.between(0, 9)) / 10;
    let back = i64::from(settings.months as i32 - 1 - month);
    let spend = profile.level(back) * season / 100;
    for _ in 0..n_orders {
        let date = start + dice.days(0, n_days - 1);
        // who orders every month shares the month's spend; who does not orders for the time between
        let tenths = if profile.orders >= 10 { n_orders * 10 } else { profile.orders };
        let amount = spend * 10 / tenths * dice.between(75, 125) / 100;
        if date <= settings.until {
            let n_lines = dice.between(1, 2 + (profile.products / 6) as i64) as usize;
            all.push(order(settings, profile, range, (date, amount, n_lines), dice));
        }
    }
}

fn order(settings: &Settings, profile: &Profile, range: &Range, what: (Day, i64, usize), dice: &mut Dice) -> Order {
    let (date, amount, n_lines) = what;
    let lines = (0..n_lines).map(|_| line(profile, range, amount / n_lines as i64, dice)).collect();
    let due = date + 30;
    let paid = due + dice.days(profile.late.0, profile.late.1);
    let paid = Some(paid).filter(|paid| *paid <= settings.until);
    Order { number: 0, date, due, paid, department: *dice.pick(&range.departments), lines }
}

/// A line of about `target` cents of a product that is not much dearer than that.
fn line(profile: &Profile, range: &Range, target: i64, dice: &mut Dice) -> Line {
    let chosen = *dice.pick(&range.products);
    let cheapest = range.products.iter().copied().min_by_key(|it| products::price(*it)).unwrap_or(chosen);
    let product = if products::price(chosen) > target { cheapest } else { chosen };
    let price = products::price(product);
    let sign = if dice.chance(profile.returns) { -1 } else { 1 };
    let full = (target + price / 2) / price;
    let quantity = sign * if sign < 0 { (full / 4).max(1) } else { full.max(1) };
    let percent = profile.margin + dice.between(-4, 4);
    Line { product, quantity, amount: quantity * price, margin: quantity * price * percent / 100 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spend(orders: &[Order], from: Day, to: Day) -> i64 {
        let inside = orders.iter().filter(|order| from < order.date && order.date <= to);
        inside.flat_map(|order| &order.lines).map(|line| line.amount).sum()
    }

    /// Spend of the last 12 months and of the 12 before, in euros, for every account of a kind.
    fn spends(trade: Trade) -> Vec<(i64, i64)> {
        let settings = Settings { accounts: 400, ..Settings::default() };
        let accounts = (0..settings.accounts).map(|number| Account::new(&settings, number));
        let (end, year, two) = (settings.until, settings.until + -365, settings.until + -730);
        let years = |account: Account| {
            let orders = orders(&settings, &account);
            (spend(&orders, year, end) / 100, spend(&orders, two, year) / 100)
        };
        accounts.filter(|account| account.slot.trade == trade).map(years).collect()
    }

    #[test]
    fn candidates_are_big_and_grow() {
        let candidates = spends(Trade::Candidate);
        assert!(candidates.iter().all(|(last, before)| *last > 120_000 && last * 10 > before * 11), "{candidates:?}");
        assert!(spends(Trade::Ordinary).iter().all(|(last, _)| *last < 120_000));
    }

    #[test]
    fn decoys_shrink_or_are_tiny_or_live_by_one_order() {
        assert!(spends(Trade::Shrinking).iter().all(|(last, before)| last * 10 < before * 7));
        assert!(spends(Trade::TinyGrowing).iter().all(|(last, before)| *last < 15_000 && *last > before * 3 / 2));
        assert!(spends(Trade::OneHuge).iter().all(|(last, before)| *last > 150_000 && *before < 60_000));
    }

    #[test]
    fn orders_come_by_date_with_numbers_from_one() {
        let settings = Settings::default();
        let orders = orders(&settings, &Account::new(&settings, 0));
        assert!(orders.windows(2).all(|pair| pair[0].date <= pair[1].date && pair[0].number + 1 == pair[1].number));
    }
}
