//! Why an account or group is no candidate at all.
//!
//! Comes in: a prospect. Leaves: the first thing that hinders it, and the same in words with what would have to change.
//! Never looks at scores. Costs: a look at its members.

use crate::discovery::candidate::{Settings, stable_id};
use crate::discovery::case::{Decided, Verdict};
use crate::discovery::key_account::{KeyAccounts, WhenNoneMarked};
use crate::discovery::market::AccountIndex;
use crate::discovery::prospect::Prospect;
use crate::discovery::signals::Context;
use crate::evidence::Bilingual;
use crate::model::{Day, Money};

/// What hinders.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Hindrance {
    /// It is a key account, or stands in for one.
    IsKey {
        /// Whether a source says so.
        is_marked: bool,
    },
    /// An account of its group is a key account.
    GroupOfKey {
        /// The key account's name.
        name: String,
    },
    /// It is one of our own companies.
    Own,
    /// It has ended.
    Ended {
        /// When.
        day: Day,
    },
    /// It has bought nothing in the last two windows, and there is no open opportunity.
    NoBusiness,
    /// People rejected it.
    Rejected {
        /// Why, in their words.
        reason: String,
        /// Until when; `None` as long as the line stands.
        until: Option<Day>,
    },
}

/// Who is looked at, and how.
pub struct Gate<'a> {
    /// The market.
    pub context: &'a Context<'a>,
    /// Today's key accounts.
    pub key: &'a KeyAccounts,
    /// How candidates are found.
    pub settings: &'a Settings,
    /// What people decided.
    pub decided: &'a Decided,
}

impl Gate<'_> {
    /// The first thing that hinders a prospect; `None` where nothing does.
    pub fn hindrance(&self, prospect: &Prospect) -> Option<Hindrance> {
        self.key_account(prospect).or_else(|| self.ended(prospect)).or_else(|| self.rejected(prospect))
    }

    fn key_account(&self, prospect: &Prospect) -> Option<Hindrance> {
        if !self.key.are_marked && self.settings.when_none_marked == WhenNoneMarked::RankAll {
            return None;
        }
        let is_key = |member: &&AccountIndex| self.key.is_key[member.index()];
        if prospect.members.iter().any(|member| is_key(&member)) {
            return Some(Hindrance::IsKey { is_marked: self.key.are_marked });
        }
        let first = prospect.members.first().filter(|_| self.settings.skip_groups_of_key_accounts)?;
        let (groups, accounts) = (&self.context.market.groups, &self.context.market.accounts);
        let beside = groups.members_beside(*first).iter().find(is_key)?;
        Some(Hindrance::GroupOfKey { name: accounts.name(*beside).to_owned() })
    }

    fn ended(&self, prospect: &Prospect) -> Option<Hindrance> {
        let (context, accounts) = (self.context, &self.context.market.accounts);
        let own_accounts = &self.settings.own_accounts;
        let is_own =
            |it: &AccountIndex| own_accounts.contains(accounts.name(*it)) || own_accounts.contains(accounts.iri(*it));
        if prospect.members.iter().any(is_own) {
            return Some(Hindrance::Own);
        }
        let ended = |it: &AccountIndex| accounts.active[it.index()].to.filter(|day| *day <= context.market.as_of);
        let days: Option<Vec<Day>> = prospect.members.iter().map(ended).collect();
        if let Some(day) = days.and_then(|days| days.into_iter().max()) {
            return Some(Hindrance::Ended { day });
        }
        let spent = || context.spend(prospect, context.year) + context.spend(prospect, context.year_before);
        let has_business = context.is_active(prospect)
            && (spent() > Money::ZERO || context.open_opportunities(prospect).next().is_some());
        (!has_business).then_some(Hindrance::NoBusiness)
    }

    fn rejected(&self, prospect: &Prospect) -> Option<Hindrance> {
        let iri = self.context.market.snapshot.text(prospect.id);
        let decision = self.decided.about_finding(&stable_id(prospect.is_group, &iri), &iri)?;
        if decision.verdict != Verdict::Rejected {
            return None;
        }
        let until = decision.on.map(|day| day.plus_months(self.settings.rejected_months));
        let is_over = until.is_some_and(|until| self.context.market.as_of >= until);
        (!is_over).then(|| Hindrance::Rejected { reason: decision.reason.clone(), until })
    }
}

impl Hindrance {
    /// Why it is no candidate, and what would have to change.
    pub fn text(&self) -> Bilingual {
        match self {
            Self::IsKey { is_marked: true } => Bilingual::new(
                "is a key account already, as a source says; it would have to lose that mark",
                "数据源已标记为大客户；须取消该标记方可成为候选",
            ),
            Self::IsKey { is_marked: false } => Bilingual::new(
                "is one of the largest by spend, which stand in for key accounts because none is marked; mark the key accounts, or set when_none_marked to rank-all",
                "因未标记大客户，以采购额最大的客户代替，该客户即在其中；请标记大客户，或将when_none_marked设为rank-all",
            ),
            Self::GroupOfKey { name } => Bilingual::new(
                format!(
                    "belongs to the group of the key account {name}, whose owner has it; skip_groups_of_key_accounts = false would list it"
                ),
                format!("与大客户{name}同属一个集团，由其负责人跟进；将skip_groups_of_key_accounts设为false可列出"),
            ),
            Self::Own => Bilingual::new(
                "is one of our own companies, as own_accounts in the settings say",
                "设置own_accounts中列为我方公司",
            ),
            Self::Ended { day } => Bilingual::new(
                format!("ended on {day}, as a source says; it would have to be a customer again"),
                format!("数据源显示该客户已于{day}终止；须重新成为客户"),
            ),
            Self::NoBusiness => Bilingual::new(
                "has bought nothing in the last two windows and has no open opportunity; one order or one opportunity would do",
                "近两个统计期无采购，也无在谈商机；有一笔订单或一个商机即可",
            ),
            Self::Rejected { reason, until } => rejected(reason, *until),
        }
    }
}

fn rejected(reason: &str, until: Option<Day>) -> Bilingual {
    let (because, because_zh) = match reason {
        "" => (String::new(), String::new()),
        reason => (format!(" ({reason})"), format!("（{reason}）")),
    };
    let (back, back_zh) = match until {
        Some(until) => (format!("comes back on {until}"), format!("{until}恢复")),
        None => {
            ("comes back when its line leaves decisions.csv".to_owned(), "删除decisions.csv中相应行后恢复".to_owned())
        }
    };
    Bilingual::new(format!("was rejected{because}; it {back}"), format!("已被否决{because_zh}；{back_zh}"))
}
