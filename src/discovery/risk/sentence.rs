//! Risks in words.

use crate::discovery::market::AccountIndex;
use crate::discovery::risk::Indicator;
use crate::discovery::risk::course::Open;
use crate::discovery::risk::signs::Signs;
use crate::discovery::wording::{day_in_words, money, percent, percent_zh};
use crate::discovery::{Finding, RiskDetail};
use crate::evidence::{Bilingual, Evidence};

/// What an open indicator says of an account.
pub fn reason(
    signs: &Signs<'_>,
    account: AccountIndex,
    indicator: Indicator,
    open: Open,
    loss: Option<&Finding>,
) -> Bilingual {
    let said = match indicator {
        Indicator::PurchaseSwing => swing(signs, account),
        Indicator::Overdue => overdue(signs, account),
        Indicator::Personnel => loss.map(|loss| without_stop(&loss.sentence)).unwrap_or_default(),
        Indicator::Competitor => competitors(signs, account, open.value),
        Indicator::Payment => {
            let days = open.value;
            Bilingual::new(
                format!("pays {days:.0} days later than in the year before"),
                format!("付款比上一年晚{days:.0}天"),
            )
        }
        Indicator::StrategicFit => {
            let fit = 1.0 - open.value;
            Bilingual::new(
                format!("its strategic fit is judged as {fit:.2} of 1"),
                format!("战略契合度仅{fit:.2}（满分1）"),
            )
        }
    };
    if matches!(indicator, Indicator::StrategicFit | Indicator::Personnel | Indicator::Competitor) {
        // a judgement has no day, and what happened names its own
        return said;
    }
    let since = day_in_words(open.since);
    Bilingual::new(format!("{} (since {})", said.en, since.en), format!("{}（自{}起）", said.zh, since.zh))
}

/// A sentence as a part of another one.
fn without_stop(sentence: &Bilingual) -> Bilingual {
    Bilingual::new(sentence.en.trim_end_matches('.'), sentence.zh.trim_end_matches('。'))
}

/// Who was seen last, and when: a number alone does not say how new that is.
fn competitors(signs: &Signs<'_>, account: AccountIndex, n_seen: f64) -> Bilingual {
    let last = signs.market.trade.recent_sightings_of(account, signs.market.as_of).last();
    let Some((last, day)) = last.and_then(|it| Some((&it.competitor, day_in_words(it.day?)))) else {
        return Bilingual::new("a competitor was seen there", "该客户处出现过竞争对手");
    };
    match n_seen as usize {
        1 => Bilingual::new(
            format!("the competitor {last} was seen there on {}", day.en),
            format!("竞争对手{last}于{}出现", day.zh),
        ),
        n => Bilingual::new(
            format!("{n} competitors were seen there, {last} last on {}", day.en),
            format!("出现过{n}家竞争对手，最近一次是{}的{last}", day.zh),
        ),
    }
}

fn swing(signs: &Signs<'_>, account: AccountIndex) -> Bilingual {
    let Some(quarter) = signs.quarter(account, signs.market.as_of) else { return lapsed() };
    let said = |amount| money(amount, signs.market.trade.currency.as_deref());
    let (spend, expected) = (said(quarter.spend), said(quarter.expected));
    let (fall, fall_zh) = (percent(quarter.fall()), percent_zh(quarter.fall()));
    Bilingual::new(
        format!(
            "bought for {} in the last three months, {fall} less than the {} to be expected",
            spend.en, expected.en
        ),
        format!("近三个月采购额{}，比预期的{}少{fall_zh}", spend.zh, expected.zh),
    )
}

fn overdue(signs: &Signs<'_>, account: AccountIndex) -> Bilingual {
    let day = signs.market.as_of;
    let Some(cycle) = signs.cycle(account, day) else { return lapsed() };
    let (idle, middle, long) = (day - cycle.last, cycle.middle_days, cycle.long_days);
    Bilingual::new(
        format!(
            "has not bought for {idle} days; its gaps are usually {middle:.0} and hardly ever above {long:.0} days"
        ),
        format!("已{idle}天未采购；通常间隔{middle:.0}天，很少超过{long:.0}天"),
    )
}

/// What opened earlier and is too quiet now to be measured again.
fn lapsed() -> Bilingual {
    Bilingual::new("has nearly stopped buying", "几乎已停止采购")
}

/// One sentence for a salesperson.
pub fn sentence(name: &str, detail: &RiskDetail, evidence: &Evidence) -> Bilingual {
    let joined = |of: fn(&Bilingual) -> &str, with: &str| {
        evidence.parts.iter().map(|part| of(&part.text)).collect::<Vec<_>>().join(with)
    };
    let health = match detail.health.as_str() {
        "red" => Bilingual::new("is at high risk", "高风险"),
        _ => Bilingual::new("may be at risk", "存在风险"),
    };
    Bilingual::new(
        format!("{name} {}: {}.", health.en, joined(|text| &text.en, "; ")),
        format!("{name}{}：{}。", health.zh, joined(|text| &text.zh, "；")),
    )
}

/// What to do next, by the gravest indicator; after a loss in the decision chain, what that says.
pub fn next_step(indicator: Indicator, loss: Option<&Finding>) -> Bilingual {
    match indicator {
        Indicator::PurchaseSwing => Bilingual::new(
            "Ask what has changed in their demand, and for the plan of the next quarter.",
            "了解需求变化原因，并索取下季度采购计划。",
        ),
        Indicator::Overdue => {
            Bilingual::new("Call about the purchase that has not come.", "致电询问未如期下达的采购。")
        }
        Indicator::Personnel => loss.map(|loss| loss.next_step.clone()).unwrap_or_default(),
        Indicator::Competitor => {
            Bilingual::new("Find out what the competitor offers, and to whom.", "了解竞争对手的方案及其接触对象。")
        }
        Indicator::Payment => {
            Bilingual::new("Agree with finance on payment before the next delivery.", "下次交付前与财务商定付款安排。")
        }
        Indicator::StrategicFit => {
            Bilingual::new("Decide whether the account still deserves its effort.", "评估该客户是否仍值得现有投入。")
        }
    }
}
