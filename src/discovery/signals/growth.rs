//! `growth`: the last 12 months against the 12 before.
//!
//! **Sees** the ratio of both sums, as a logarithm, both with a tenth of the median account's spend added, so that an
//! account that went from 5 to 50 does not lead the list. **Matters** because the next key account is on its way up.
//! **Misleads** for an account that has just begun: where its first purchase lies inside the earlier window, the earlier
//! sum is scaled up to the whole window, and with less than `minimum_history_days` before the recent window the growth is
//! not known. Where the data do not reach back two windows, shorter windows are compared and the text says so; then
//! seasons mislead. **Settings** `window_months`, `minimum_history_days`.

use crate::discovery::prospect::Prospect;
use crate::discovery::signals::{Context, Pillar, Reading, Signal, Window};
use crate::discovery::wording::{change, percent, percent_zh};
use crate::evidence::{Bilingual, Facts};
use crate::ontology as o;

/// Which share of the median spend is added to both sums.
const CUSHION: f64 = 0.1;

/// See the module.
pub struct Growth;

/// Two sums to compare.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Compared {
    /// Spend of the recent window.
    pub recent: f64,
    /// Spend of the window before, scaled up where the account began inside it.
    pub earlier: f64,
    /// Whether it was scaled up.
    pub is_scaled: bool,
}

impl Growth {
    /// What is compared; `None` when the account has not been there for long enough.
    pub fn compared(context: &Context<'_>, prospect: &Prospect) -> Option<Compared> {
        let [recent, earlier] = windows(context);
        let first = context.first_and_last(prospect)?.0;
        let begin = first.max(earlier.after + 1);
        let (n_days, n_known_days) = (earlier.until - earlier.after, earlier.until - begin + 1);
        if n_known_days < context.settings.minimum_history_days.min(n_days) {
            return None;
        }
        let scale = f64::from(n_days) / f64::from(n_known_days);
        let sum = |window| context.spend(prospect, window).value();
        Some(Compared { recent: sum(recent), earlier: sum(earlier) * scale, is_scaled: n_known_days < n_days })
    }
}

impl Compared {
    fn said(&self, context: &Context<'_>) -> Bilingual {
        let when = match context.growth_months {
            12 => Bilingual::new("the year before", "上年同期"),
            months => Bilingual::new(format!("the {months} before"), format!("之前{months}个月")),
        };
        change(self.recent, self.earlier, &when)
    }
}

impl Signal for Growth {
    fn name(&self) -> &'static str {
        "growth"
    }

    fn pillar(&self) -> Pillar {
        Pillar::Growth
    }

    fn title(&self) -> Bilingual {
        Bilingual::new("Growth", "增长")
    }

    fn measure(&self, context: &Context<'_>) -> Vec<Option<f64>> {
        let cushion = CUSHION * median_spend(context);
        context.each(|prospect| {
            let compared = Self::compared(context, prospect)?;
            let (recent, earlier) = (compared.recent.max(0.0) + cushion, compared.earlier.max(0.0) + cushion);
            (earlier > 0.0 && recent > 0.0).then(|| (recent / earlier).ln())
        })
    }

    fn text(&self, context: &Context<'_>, place: usize, reading: Reading) -> Bilingual {
        let Some(compared) = Self::compared(context, context.at(place)) else { return Bilingual::default() };
        let [now, before] = [compared.recent, compared.earlier].map(|it| context.money(it));
        let (change, months) = (compared.said(context), context.growth_months);
        let (scaled, scaled_zh) =
            if compared.is_scaled { (", scaled up: it began then", "，按开始时间折算") } else { ("", "") };
        let (score, score_zh) = (percent(reading.score), percent_zh(reading.score));
        Bilingual::new(
            format!(
                "bought for {} in the last {months} months, {} ({}{scaled}); grows faster than {score} of accounts",
                now.en, change.en, before.en
            ),
            format!(
                "近{months}个月采购{}，{}（{}{scaled_zh}）；增速高于{score_zh}的客户",
                now.zh, change.zh, before.zh
            ),
        )
    }

    fn clause(&self, context: &Context<'_>, place: usize, _: Reading) -> Option<Bilingual> {
        let compared = Self::compared(context, context.at(place))?;
        let (change, months) = (compared.said(context), context.growth_months);
        let (rate, rate_zh) = if compared.is_scaled { ("at a yearly rate ", "（折算）") } else { ("", "") };
        let (span, span_zh) = match months == context.settings.window_months {
            true => (String::new(), String::new()),
            false => (format!("in the last {months} months "), format!("近{months}个月")),
        };
        Some(Bilingual::new(format!("{span}{rate}{}", change.en), format!("{span_zh}{}{rate_zh}", change.zh)))
    }

    fn facts(&self, context: &Context<'_>, place: usize) -> Facts {
        let prospect = context.at(place);
        let [recent, earlier] = windows(context);
        let runs = context.runs(prospect, Window { after: earlier.after, until: recent.until });
        if runs.is_empty() {
            let all: Vec<_> =
                prospect.members.iter().map(|member| context.market.trade.purchases.of(*member)).collect();
            return context.largest_purchases(&all, o::DATE);
        }
        context.largest_purchases(&runs, o::AMOUNT)
    }
}

fn windows(context: &Context<'_>) -> [Window; 2] {
    let recent = Window::ending(context.market.as_of, context.growth_months);
    [recent, recent.before(context.growth_months)]
}

fn median_spend(context: &Context<'_>) -> f64 {
    let active = (0..context.prospects.n_accounts).filter(|place| context.is_reference(*place));
    let mut spends: Vec<f64> = active.map(|place| context.spend(context.at(place), context.year).value()).collect();
    spends.retain(|spend| *spend > 0.0);
    spends.sort_unstable_by(f64::total_cmp);
    spends.get(spends.len() / 2).copied().unwrap_or(0.0)
}
