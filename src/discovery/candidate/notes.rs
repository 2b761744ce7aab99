//! What the data lacked, and what was done about it.

use crate::discovery::candidate::Settings;
use crate::discovery::key_account::{KeyAccounts, WhenNoneMarked};
use crate::discovery::scorecard::Scorecard;
use crate::discovery::signals::Context;
use crate::discovery::wording::grouped;
use crate::evidence::Bilingual;

/// The notes of a run, the most consequential first.
pub fn notes(
    context: &Context<'_>,
    card: &Scorecard,
    key: &KeyAccounts,
    settings: &Settings,
    order: Option<Bilingual>,
) -> Vec<Bilingual> {
    let mut notes = Vec::new();
    notes.extend((!key.are_marked).then(|| none_marked(key, settings)));
    notes.extend(order);
    notes.extend(no_owners(context));
    notes.extend(unknown_signals(card));
    notes.extend(short_growth(context));
    notes.extend(left_out(context));
    notes.extend(cycles(context));
    notes
}

fn none_marked(key: &KeyAccounts, settings: &Settings) -> Bilingual {
    let n_stand_ins = key.is_key.iter().filter(|it| **it).count();
    let (then, then_zh) = match settings.when_none_marked {
        WhenNoneMarked::SkipTopTier => ("and candidates are those below it", "候选客户从其余客户中产生"),
        WhenNoneMarked::RankAll => ("and everybody is a candidate", "所有客户均可成为候选"),
    };
    Bilingual::new(
        format!("no account is marked as a key account: the {n_stand_ins} largest by spend stand in, {then}"),
        format!("数据中未标记大客户：以采购额最大的{n_stand_ins}家代替，{then_zh}"),
    )
}

fn no_owners(context: &Context<'_>) -> Option<Bilingual> {
    context
        .market
        .accounts
        .owners
        .is_empty()
        .then(|| Bilingual::new("no account names the employee who owns it", "数据中未说明客户负责人"))
}

fn unknown_signals(card: &Scorecard) -> Option<Bilingual> {
    let (en, zh): (Vec<String>, Vec<String>) =
        card.unknown().iter().map(|signal| signal.title()).map(|title| (title.en, title.zh)).unzip();
    (!en.is_empty()).then(|| {
        Bilingual::new(
            format!("the data do not tell: {}; their weight goes to the other signals", en.join(", ")),
            format!("数据中缺少：{}；其权重由其他指标分担", zh.join("、")),
        )
    })
}

fn short_growth(context: &Context<'_>) -> Option<Bilingual> {
    let (months, wanted, since) = (context.growth_months, context.settings.window_months, context.since?);
    (months < wanted).then(|| {
        Bilingual::new(
            format!("purchases begin on {since}, so growth compares {months} months with the {months} before; beware of seasons"),
            format!("采购数据始于{since}，增长按{months}个月与之前{months}个月比较，请注意季节因素"),
        )
    })
}

fn left_out(context: &Context<'_>) -> Option<Bilingual> {
    let left_out = context.market.trade.purchases.left_out;
    let (incomplete, other) = (left_out.incomplete, left_out.other_currency);
    (incomplete + other > 0).then(|| {
        let [incomplete, other] = [incomplete, other].map(|n| grouped(n as f64));
        Bilingual::new(
            format!(
                "not counted: {incomplete} transactions without account, day or amount, {other} in another currency"
            ),
            format!("未计入：{incomplete}笔缺少客户、日期或金额，{other}笔为其他币种"),
        )
    })
}

fn cycles(context: &Context<'_>) -> Vec<Bilingual> {
    let groups = &context.market.groups;
    let note = |cycle: &crate::discovery::market::Cycle| {
        let names: Vec<&str> = cycle.nodes.iter().map(|node| groups.names[*node as usize].as_str()).collect();
        let (chain, first) = (names.join(" → "), names[0]);
        Bilingual::new(
            format!("{chain} → {first} own each other; {first} is taken as the ultimate parent"),
            format!("{chain} → {first}互为上级；以{first}为最终母公司"),
        )
    };
    groups.cycles.iter().map(note).collect()
}
