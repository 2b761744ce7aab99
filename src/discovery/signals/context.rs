//! What all signals look at: the market, the prospects, the windows of time, and who is a key account today.

use std::ops::Range;

use rayon::prelude::*;

use crate::discovery::key_account::KeyAccounts;
use crate::discovery::market::{AccountIndex, Market, Opportunity, Outcome, Purchases};
use crate::discovery::prospect::{Prospect, Prospects};
use crate::discovery::signals::{Settings, Web};
use crate::discovery::today;
use crate::evidence::Bilingual;
use crate::model::{Day, Money};

/// Days after `after` and not after `until`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// The last day before.
    pub after: Day,
    /// The last day inside.
    pub until: Day,
}

impl Window {
    /// The `months` that end with `until`.
    pub fn ending(until: Day, months: i32) -> Self {
        Self { after: until.plus_months(-months), until }
    }

    /// As many months just before.
    #[must_use]
    pub fn before(self, months: i32) -> Self {
        Self::ending(self.after, months)
    }
}

/// What all signals look at.
pub struct Context<'a> {
    /// The market.
    pub market: &'a Market,
    /// Who is measured.
    pub prospects: &'a Prospects,
    /// How.
    pub settings: &'a Settings,
    /// The last 12 months (as many as the settings say).
    pub year: Window,
    /// As many months before.
    pub year_before: Window,
    /// How many months growth compares; fewer than the window's where the data do not reach back twice as far.
    pub growth_months: i32,
    /// Since when purchases are there.
    pub since: Option<Day>,
    /// Whether an account is a key account today, or stands in for one.
    pub is_key: Vec<bool>,
    /// Whether the sources mark key accounts; otherwise the top tier stands in.
    pub are_key_marked: bool,
    /// The products that each of today's key accounts bought in the last two windows, ascending.
    pub products_of_key: Vec<(AccountIndex, Vec<u32>)>,
    /// The graph of accounts and what they share.
    pub web: Web,
    is_active: Vec<bool>,
}

impl<'a> Context<'a> {
    /// Prepares everything that signals share, as of the market's day.
    pub fn new(market: &'a Market, prospects: &'a Prospects, key: KeyAccounts, settings: &'a Settings) -> Self {
        Self::on(market.as_of, market, prospects, key, settings)
    }

    /// The same as of an earlier day, with what is known now: what was booked late counts on its day, and opportunities
    /// stand as they stand now.
    pub fn on(
        day: Day,
        market: &'a Market,
        prospects: &'a Prospects,
        key: KeyAccounts,
        settings: &'a Settings,
    ) -> Self {
        let KeyAccounts { is_key, are_marked: are_key_marked } = key;
        let year = Window::ending(day, settings.window_months);
        let year_before = year.before(settings.window_months);
        let span = today::span(market.trade.purchases.days.iter().copied());
        let months = span.map_or(0, |span| day.month_index() - span.first.month_index() + 1);
        let both = Window { after: year_before.after, until: day };
        let is_active = activity(market, both);
        Self {
            products_of_key: products_of_key(market, &is_key, both),
            web: Web::new(market, &is_key, both, settings.damping),
            growth_months: (months / 2).min(settings.window_months).max(1),
            since: span.map(|span| span.first),
            market,
            prospects,
            settings,
            year,
            year_before,
            is_key,
            are_key_marked,
            is_active,
        }
    }

    /// One value for every prospect, computed in parallel.
    pub fn each(&self, measure: impl Fn(&Prospect) -> Option<f64> + Sync + Send) -> Vec<Option<f64>> {
        self.prospects.list.par_iter().map(measure).collect()
    }

    /// Whether scores compare with the prospect: an account with business in the last two windows.
    pub fn is_reference(&self, place: usize) -> bool {
        self.is_active.get(place).copied().unwrap_or(false)
    }

    /// Whether any account of the prospect had business in the last two windows.
    pub fn is_active(&self, prospect: &Prospect) -> bool {
        prospect.members.iter().any(|member| self.is_active[member.index()])
    }

    /// The prospect's purchases in a window, a run for every account.
    pub fn runs(&self, prospect: &Prospect, window: Window) -> Vec<Range<usize>> {
        let run = |member: &AccountIndex| self.market.trade.purchases.between(*member, window.after, window.until);
        prospect.members.iter().map(run).filter(|run| !run.is_empty()).collect()
    }

    /// What the prospect bought for in a window.
    pub fn spend(&self, prospect: &Prospect, window: Window) -> Money {
        let purchases = &self.market.trade.purchases;
        self.runs(prospect, window).into_iter().map(|run| purchases.sum(run)).sum()
    }

    /// The prospect's first and last day of purchase.
    pub fn first_and_last(&self, prospect: &Prospect) -> Option<(Day, Day)> {
        let days = &self.market.trade.purchases.days;
        let runs = prospect.members.iter().map(|member| self.market.trade.purchases.of(*member));
        let ends = runs.filter(|run| !run.is_empty()).map(|run| (days[run.start], days[run.end - 1]));
        ends.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    /// The prospect's open opportunities.
    pub fn open_opportunities<'s>(&'s self, prospect: &'s Prospect) -> impl Iterator<Item = &'s Opportunity> {
        let all = prospect.members.iter().flat_map(|member| self.market.trade.opportunities_of(*member));
        all.filter(|it| it.outcome == Outcome::Open)
    }

    /// The prospect at a place.
    pub fn at(&self, place: usize) -> &'a Prospect {
        self.prospects.at(place)
    }

    /// What one of today's key accounts is called: without marks it is only one of the largest.
    pub fn key_account_words(&self) -> (&'static str, &'static str) {
        if self.are_key_marked { ("key account", "大客户") } else { ("top account", "头部客户") }
    }

    /// An amount in the market's currency.
    pub fn money(&self, amount: f64) -> Bilingual {
        crate::discovery::wording::money(amount, self.market.trade.currency.as_deref())
    }
}

fn activity(market: &Market, both: Window) -> Vec<bool> {
    let is_active = |account: AccountIndex| {
        let bought = !market.trade.purchases.between(account, both.after, both.until).is_empty();
        bought || market.trade.opportunities_of(account).iter().any(|it| it.outcome == Outcome::Open)
    };
    market.accounts.indexes().map(is_active).collect()
}

fn products_of_key(market: &Market, is_key: &[bool], both: Window) -> Vec<(AccountIndex, Vec<u32>)> {
    let purchases = &market.trade.purchases;
    let products = |account: AccountIndex| {
        (account, Purchases::distinct(&purchases.products, &[purchases.between(account, both.after, both.until)]))
    };
    market.accounts.indexes().filter(|account| is_key[account.index()]).map(products).collect()
}
