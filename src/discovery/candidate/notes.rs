//! What the data lacked, and what was done about it.

use crate::discovery::candidate::Settings;
use crate::discovery::key_account::{KeyAccounts, WhenNoneMarked};
use crate::discovery::scorecard::Scorecard;
use crate::discovery::signals::Context;
use crate::discovery::wording::grouped;
use crate::evidence::Bilingual;
use crate::ontology as o;
use crate::store::Id;

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
    notes.extend(no_such_currency(context));
    notes.extend(no_such_accounts(context, settings));
    notes.extend(undecided(context));
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

fn no_such_currency(context: &Context<'_>) -> Option<Bilingual> {
    let trade = &context.market.trade;
    let (purchases, currency) = (&trade.purchases, trade.currency.as_deref()?);
    (purchases.is_empty() && purchases.left_out.other_currency > 0).then(|| {
        Bilingual::new(
            format!("no transaction is in {currency}, the currency that the settings count"),
            format!("没有以{currency}（设置中的计价货币）计价的交易"),
        )
    })
}

fn no_such_accounts(context: &Context<'_>, settings: &Settings) -> Vec<Bilingual> {
    let accounts = &context.market.accounts;
    let is_there = |own: &&String| accounts.names.contains(own) || accounts.iris.contains(own);
    let missing = settings.own_accounts.iter().filter(|own| !is_there(own));
    let note = |own: &String| {
        Bilingual::new(
            format!("own_accounts names \"{own}\", which is neither the name nor the IRI of an account"),
            format!("own_accounts中的“{own}”既不是客户名称也不是客户IRI"),
        )
    };
    missing.map(note).collect()
}

/// Transactions that say two things at once, which is what a corrected export leaves behind that was added to the old one.
fn undecided(context: &Context<'_>) -> Option<Bilingual> {
    let (snapshot, undecided) = (&context.market.snapshot, &context.market.trade.purchases.undecided);
    let first = *undecided.first()?;
    let said = [o::AMOUNT, o::DATE, o::ACCOUNT_OF].into_iter().find_map(|predicate| {
        let objects = snapshot.objects(first, predicate);
        (objects.len() > 1).then_some((snapshot.id(predicate.into())?, objects))
    });
    let (predicate, objects) = said?;
    let place = |object: &Id| {
        let origin = snapshot.origins(first, predicate, *object).into_iter().next()?;
        Some(format!("\"{}\" ({} row {})", snapshot.text(*object), origin.file, origin.row))
    };
    let rows: Vec<String> = objects.iter().filter_map(place).collect();
    let n = grouped(undecided.len() as f64);
    let were = if undecided.len() == 1 { "transaction was" } else { "transactions were" };
    Some(Bilingual::new(
        format!(
            "{n} {were} said twice with different amounts, days or accounts, such as {}; one of them counts; \
             where a new export replaces the old one, say export = \"full\" in the mapping",
            rows.join(" and ")
        ),
        format!(
            "{n}笔交易有两种不同的金额、日期或客户，例如{}；只计其中之一；若新导出文件应取代旧文件，请在映射中写明export = \"full\"",
            rows.join("与")
        ),
    ))
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
