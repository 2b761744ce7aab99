//! `growth`: the last 12 months against the 12 before.
//!
//! **Sees** the ratio of both sums, as a logarithm, both with half of the median account's spend added, so that an
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
const CUSHION: f64 = 0.5;

/// An account that began so soon in the earlier window counts as there from its beginning: most buy once a month.
const SLACK_DAYS: i32 = 31;

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
        let is_scaled = n_days - n_known_days > SLACK_DAYS;
        let scale = if is_scaled { f64::from(n_days) / f64::from(n_known_days) } else { 1.0 };
        let sum = |window| context.spend(prospect, window).value();
        Some(Compared { recent: sum(recent), earlier: sum(earlier) * scale, is_scaled })
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
                "近{months}个月采购额{}，{}（{}{scaled_zh}）；增速高于{score_zh}的客户",
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
        if compared.earlier <= 0.0 && 2 * months == context.settings.window_months {
            return Some(Bilingual::new(
                format!("all of it in the last {months} months"),
                format!("全部在近{months}个月"),
            ));
        }
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
    let recent = Window::ending(context.year.until, context.growth_months);
    [recent, recent.before(context.growth_months)]
}

fn median_spend(context: &Context<'_>) -> f64 {
    let active = (0..context.prospects.n_accounts).filter(|place| context.is_reference(*place));
    let mut spends: Vec<f64> = active.map(|place| context.spend(context.at(place), context.year).value()).collect();
    spends.retain(|spend| *spend > 0.0);
    spends.sort_unstable_by(f64::total_cmp);
    spends.get(spends.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use crate::discovery::trial::Trial;

    /// `steady` buys 100 a month for two years; `riser` doubles in the second.
    fn shops() -> Trial {
        let months = (0..24).map(|n| format!("{}-{:02}-15", 2023 + (n + 6) / 12, (n + 6) % 12 + 1));
        months.enumerate().fold(Trial::default().account("steady", "").account("riser", ""), |trial, (n, day)| {
            let riser = if n < 12 { 50.0 } else { 100.0 };
            trial.sale("steady", &day, 100.0, "").sale("riser", &day, riser, "")
        })
    }

    #[test]
    fn who_doubles_grows_faster_than_who_stays() {
        let said = shops().ask("growth", "riser");
        assert_eq!(said.reading.map(|it| it.score), Some(0.75));
        let text = "bought for 1,200 in the last 12 months, 100 % more than the year before (600); grows faster than 75 % of accounts";
        assert_eq!(said.text.en, text);
        assert_eq!(shops().value("growth", "steady"), Some(0.0));
    }

    #[test]
    fn an_account_that_has_just_begun_shows_no_growth() {
        let trial = shops().account("new", "").sale("new", "2025-05-01", 5000.0, "").account("young", "");
        assert_eq!(trial.clone().value("growth", "new"), None);
        let trial = trial.sale("young", "2024-01-01", 100.0, "").sale("young", "2025-01-01", 200.0, "");
        let said = trial.ask("growth", "young");
        assert!(said.reading.is_some_and(|it| it.value.abs() < 0.01), "{:?}", said.reading);
        assert!(said.text.en.contains("scaled up: it began then"), "{}", said.text.en);
    }

    #[test]
    fn a_start_from_almost_nothing_does_not_lead_the_list() {
        let trial =
            shops().account("tiny", "").sale("tiny", "2023-07-10", 1.0, "").sale("tiny", "2025-01-10", 20.0, "");
        assert!(trial.value("growth", "tiny") < trial.value("growth", "riser"));
    }

    #[test]
    fn data_of_one_year_compare_half_years_and_say_so() {
        let trial =
            Trial::default().account("a", "").sale("a", "2024-07-01", 100.0, "").sale("a", "2025-01-01", 150.0, "");
        let text = trial.ask("growth", "a").text.en;
        assert!(text.starts_with("bought for 150 in the last 6 months, 50 % more than the 6 before"), "{text}");
    }
}
