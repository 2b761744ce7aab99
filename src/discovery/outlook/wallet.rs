//! The wallet of an account: what accounts like it spend with us at their best.
//!
//! Comes in: a context. Leaves: for an account its wallet and who its peers are; nothing where too few are like it. Never
//! guesses what is bought elsewhere: the wallet is what has been seen to be possible with us. Costs: a look at the peers of
//! one account.
//!
//! The **realistic wallet** (Rosset, Perlich and others, *Wallet estimation models*, 2005): a high quantile of what similar
//! accounts spend. The quantile is the spend of one of the peers, so that it leads to rows. **Peers** are the accounts of
//! the same sector nearest in size, where sector and size (annual revenue, else employees) are known of enough; else of the
//! same sector; else those that buy most alike. Accounts of the same group are no peers of each other.

use serde::{Deserialize, Serialize};

use crate::discovery::market::AccountIndex;
use crate::discovery::outlook::Settings;
use crate::discovery::profile::Profiles;
use crate::discovery::signals::{Context, Window};

/// By what accounts are alike.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Likeness {
    /// The same sector, the nearest in annual revenue or employees.
    SectorAndSize,
    /// The same sector.
    Sector,
    /// What they buy, or through which units.
    Purchases,
}

/// What similar accounts spend at their best.
#[derive(Clone, PartialEq, Debug)]
pub struct Wallet {
    /// In the market's currency, for 12 months; never less than what the account itself spends.
    pub amount: f64,
    /// By what its peers are like it.
    pub by: Likeness,
    /// The peers, the greatest spend first.
    pub peers: Vec<(AccountIndex, f64)>,
    /// The peer whose spend is the wallet, where that is more than the account's own.
    pub mark: Option<AccountIndex>,
}

/// What wallets are read from.
pub struct Wallets<'a> {
    context: &'a Context<'a>,
    settings: &'a Settings,
    profiles: Profiles,
    spend: Vec<f64>,
    by_sector: Vec<Vec<AccountIndex>>,
}

impl<'a> Wallets<'a> {
    /// Prepares what all accounts share.
    pub fn new(context: &'a Context<'a>, settings: &'a Settings) -> Self {
        let (market, year) = (context.market, context.year);
        let purchases = &market.trade.purchases;
        let spend = |account| purchases.sum(purchases.between(account, year.after, year.until)).value();
        let spend: Vec<f64> = market.accounts.indexes().map(spend).collect();
        let mut by_sector = vec![Vec::new(); market.accounts.sectors.len()];
        for account in market.accounts.indexes().filter(|account| spend[account.index()] > 0.0) {
            if let Some(sector) = market.accounts.sector[account.index()] {
                by_sector[sector as usize].push(account);
            }
        }
        let window = Window { after: context.year_before.after, until: year.until };
        Self { context, settings, profiles: Profiles::of(market, window), spend, by_sector }
    }

    /// What the account itself spent in the window.
    pub fn spend(&self, account: AccountIndex) -> f64 {
        self.spend[account.index()]
    }

    /// The account's wallet.
    pub fn of(&self, account: AccountIndex) -> Option<Wallet> {
        let (by, accounts) = self.peers(account)?;
        let mut peers: Vec<(AccountIndex, f64)> = accounts.into_iter().map(|it| (it, self.spend(it))).collect();
        peers.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        // a little less, so that a product that is whole on paper is not rounded up
        let n_up_to = (self.settings.wallet_quantile * peers.len() as f64 - 1e-9).ceil() as usize;
        let (mark, amount) = *peers.get(peers.len() - n_up_to.clamp(1, peers.len()))?;
        let own = self.spend(account).max(0.0);
        Some(Wallet { amount: amount.max(own), by, peers, mark: (amount > own).then_some(mark) })
    }

    fn peers(&self, account: AccountIndex) -> Option<(Likeness, Vec<AccountIndex>)> {
        let (least, accounts) = (self.settings.minimum_peers, &self.context.market.accounts);
        let beside = self.context.market.groups.members_beside(account);
        let is_other = |other: &AccountIndex| *other != account && !beside.contains(other);
        let sector = accounts.sector[account.index()].map(|sector| &self.by_sector[sector as usize]);
        let sector: Vec<AccountIndex> = sector.into_iter().flatten().copied().filter(is_other).collect();
        if sector.len() >= least {
            let sized = self.nearest_in_size(account, &sector);
            return Some(sized.map_or((Likeness::Sector, sector), |sized| (Likeness::SectorAndSize, sized)));
        }
        let may_take = |other: AccountIndex| self.spend(other) > 0.0 && is_other(&other);
        let alike = self.profiles.nearest(account, self.settings.peers, may_take);
        let alike: Vec<AccountIndex> = alike.into_iter().map(|it| it.0).collect();
        (alike.len() >= least).then_some((Likeness::Purchases, alike))
    }

    /// Those of a sector nearest in annual revenue, else in employees; `None` where too few say it.
    fn nearest_in_size(&self, account: AccountIndex, sector: &[AccountIndex]) -> Option<Vec<AccountIndex>> {
        let accounts = &self.context.market.accounts;
        [&accounts.annual_revenue, &accounts.n_employees].into_iter().find_map(|sizes| {
            let size = |account: AccountIndex| sizes[account.index()].filter(|size| *size > 0.0).map(f64::ln);
            let own = size(account)?;
            let mut sized: Vec<(f64, AccountIndex)> =
                sector.iter().filter_map(|other| Some(((size(*other)? - own).abs(), *other))).collect();
            sized.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            sized.truncate(self.settings.peers);
            (sized.len() >= self.settings.minimum_peers).then(|| sized.into_iter().map(|it| it.1).collect())
        })
    }
}
