//! The outlook in words, with the rows that it rests on.

use crate::discovery::market::AccountIndex;
use crate::discovery::outlook::{Expected, Likeness, Outlook, Outlooks, TimeToKey, Wallet, WalletOf};
use crate::discovery::wording::{count, percent, percent_zh};
use crate::evidence::{Bilingual, Evidence};
use crate::ontology as o;

/// How many of the largest peers are named.
const NAMED: usize = 3;

impl Likeness {
    /// A stable identifier.
    pub fn name(self) -> &'static str {
        match self {
            Self::SectorAndSize => "sector-and-size",
            Self::Sector => "sector",
            Self::Purchases => "purchases",
        }
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::SectorAndSize => ("of its sector, nearest in size", "同行业且规模最接近的"),
            Self::Sector => ("of its sector", "同行业的"),
            Self::Purchases => ("that buy most alike", "采购内容最相似的"),
        }
    }
}

impl Outlooks<'_> {
    /// Each number with its words and rows.
    pub(super) fn reasons(
        &self,
        place: usize,
        outlook: &Outlook,
        wallets: &[(AccountIndex, Option<Wallet>)],
    ) -> Vec<Evidence> {
        let (context, prospect) = (self.context, self.context.at(place));
        let own = || context.largest_purchases(&self.own_rows(prospect), o::AMOUNT);
        let leaf = |signal: &str, text: Bilingual, value: Option<f64>, facts| {
            Evidence::leaf(signal, text, value, 0.0, 0.0, facts)
        };
        let marks: Vec<AccountIndex> = wallets.iter().filter_map(|it| it.1.as_ref()?.mark).collect();
        let of_marks = || {
            let year = context.year;
            let run = |it: &AccountIndex| context.market.trade.purchases.between(*it, year.after, year.until);
            let runs: Vec<_> = marks.iter().map(run).collect();
            if runs.is_empty() { own() } else { context.largest_purchases(&runs, o::AMOUNT) }
        };
        let amount = outlook.wallet.as_ref().map(|it| it.amount);
        let facts = amount.map(|_| of_marks()).unwrap_or_default();
        let mut reasons = vec![leaf("wallet", self.wallet_text(outlook.wallet.as_ref(), wallets), amount, facts)];
        let middle = outlook.expected.map(|it| it.middle);
        let facts = middle.map(|_| own()).unwrap_or_default();
        reasons.push(leaf("expected_spend", self.expected_text(outlook.expected), middle, facts));
        let probability = outlook.probability.map(|it| it.probability);
        let facts = probability.map(|_| own()).unwrap_or_default();
        reasons.push(leaf("key_probability", probability_text(outlook), probability, facts));
        if let Some(time) = outlook.time {
            reasons.push(leaf("time_to_key", self.time_text(time), time.months, own()));
        }
        reasons
    }

    fn wallet_text(&self, of: Option<&WalletOf>, wallets: &[(AccountIndex, Option<Wallet>)]) -> Bilingual {
        let least = self.settings.minimum_peers;
        let Some(of) = of else {
            return Bilingual::new(
                format!("Wallet: not known, fewer than {least} accounts are like it"),
                format!("钱包规模：未知，相似客户不足{least}家"),
            );
        };
        let (like, like_zh) = of.by.words();
        let (wallet, room) = (self.context.money(of.amount), self.context.money(of.head_room));
        let share = self.settings.wallet_quantile;
        let mut peers: Vec<(AccountIndex, f64)> =
            wallets.iter().filter_map(|it| it.1.as_ref()).flat_map(|it| it.peers.iter().copied()).collect();
        peers.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        peers.dedup();
        let names: Vec<&str> = peers.iter().take(NAMED).map(|it| self.context.market.accounts.name(it.0)).collect();
        let (names, names_zh) = (names.join(", "), names.join("、"));
        let n_peers = count(of.n_peers, "account", "accounts");
        Bilingual::new(
            format!(
                "Wallet: {} a year is what {} of the {n_peers} {like} do not exceed ({names} spend most); head-room {}",
                wallet.en,
                percent(share),
                room.en
            ),
            format!(
                "钱包规模：{like_zh}{}家客户中{}的年采购额不超过{}（{names_zh}最高）；提升空间{}",
                of.n_peers,
                percent_zh(share),
                wallet.zh,
                room.zh
            ),
        )
    }

    fn expected_text(&self, expected: Option<Expected>) -> Bilingual {
        let (Some(it), Some(forecast)) = (expected, &self.forecast) else {
            return Bilingual::new(
                "Expected spend: not given, the history is too short or nothing was bought lately",
                "预期采购额：历史过短或近期无采购，无法给出",
            );
        };
        let [low, middle, high] = [it.low, it.middle, it.high].map(|amount| self.context.money(amount));
        let (interval, n) = (self.settings.interval, forecast.n_days());
        let (sure, sure_zh) = match it.is_calibrated {
            true => ("", ""),
            false => (", not checked on days held out: too little history", "，历史不足，未经留出数据校准"),
        };
        let days = count(n, "past day", "past days");
        Bilingual::new(
            format!(
                "Expected spend of the next {} months: {}, between {} and {} ({}), as accounts like it went on from {days}{sure}",
                it.months,
                middle.en,
                low.en,
                high.en,
                percent(interval)
            ),
            format!(
                "未来{}个月预期采购额：{}，{}区间为{}至{}，依据{n}个历史时点上相似客户的后续变化{sure_zh}",
                it.months,
                middle.zh,
                percent_zh(interval),
                low.zh,
                high.zh
            ),
        )
    }

    fn time_text(&self, time: TimeToKey) -> Bilingual {
        let border = self.context.money(time.border);
        let months = |it: f64| count(it.ceil() as usize, "month", "months");
        let (en, zh) = match (time.months, time.months_at_best) {
            (Some(0.0), _) => ("now: it spends as much already".to_owned(), "已达到".to_owned()),
            (Some(middle), best) => {
                let best = best.unwrap_or(middle);
                (
                    format!("in {} on its expected course, at best in {}", months(middle), months(best)),
                    format!("按预期约{:.0}个月，最快{:.0}个月", middle.ceil(), best.ceil()),
                )
            }
            (None, Some(best)) => (
                format!("not on its expected course, at best in {}", months(best)),
                format!("按预期不会达到，最快{:.0}个月", best.ceil()),
            ),
            (None, None) => ("not within five years, even at best".to_owned(), "即使最快五年内也不会达到".to_owned()),
        };
        Bilingual::new(
            format!("Spends as the top tenth does ({} a year): {en}", border.en),
            format!("达到头部十分之一的年采购额（{}）：{zh}", border.zh),
        )
    }
}

fn probability_text(outlook: &Outlook) -> Bilingual {
    match outlook.probability {
        Some(it) => Bilingual::new(
            format!("Probability to rise into the top tenth within {} months: {}", it.months, percent(it.probability)),
            format!("{}个月内升入头部十分之一的概率：{}", it.months, percent_zh(it.probability)),
        ),
        None => Bilingual::new(
            "Probability to become key: not given, the stated weights rank and nothing was learned",
            "成为大客户的概率：当前按设定权重排序，未经学习，故不给出",
        ),
    }
}
