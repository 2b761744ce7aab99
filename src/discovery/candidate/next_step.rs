//! What to do next with a candidate: what is missing first, then what is strongest.

use crate::discovery::NamedIri;
use crate::discovery::market::column::NONE;
use crate::discovery::market::{AccountIndex, Purchases};
use crate::discovery::prospect::Prospect;
use crate::discovery::scorecard::Scorecard;
use crate::discovery::signals::{Context, Window, most_alike};
use crate::discovery::wording::day_in_words;
use crate::evidence::Bilingual;

/// How many steps are named.
const STEPS: usize = 2;

/// From which score on growth is worth a step of its own.
const STRONG: f64 = 0.6;

/// How many of the most similar key accounts are looked at for what could be offered.
const MODELS: usize = 10;

/// A delay of payment from which on it has to be spoken about.
const LATE_DAYS: f64 = 15.0;

/// At most two steps, the most urgent first.
pub fn next_step(
    context: &Context<'_>,
    card: &Scorecard,
    place: usize,
    owner: Option<&NamedIri>,
    through: &[NamedIri],
) -> Bilingual {
    let prospect = context.at(place);
    let mut steps: Vec<Bilingual> = Vec::new();
    steps.extend(if owner.is_none() { assign_owner(context, prospect) } else { None });
    steps.extend(answer_competitor(context, prospect));
    steps.extend(close_opportunity(context, prospect));
    steps.extend(speak_about_payment(card, place));
    steps.extend(widen_units(context, card, place));
    steps.extend(offer_product(context, place));
    steps.push(Bilingual::new("agree on a plan for the coming year", "商定来年合作计划"));
    steps.truncate(STEPS);
    if let (Some(contact), Some(last)) = (through.first(), steps.last_mut()) {
        last.en.push_str(&format!(", through {}", contact.name));
        last.zh.push_str(&format!("，可通过{}", contact.name));
    }
    let en: Vec<&str> = steps.iter().map(|step| step.en.as_str()).collect();
    let zh: Vec<&str> = steps.iter().map(|step| step.zh.as_str()).collect();
    Bilingual::new(format!("{}.", capitalised(&en.join("; then "))), format!("{}。", zh.join("；然后")))
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Where the data name no owners at all, that is no fault of this account.
fn assign_owner(context: &Context<'_>, prospect: &Prospect) -> Option<Bilingual> {
    let purchases = &context.market.trade.purchases;
    let rows = context.runs(prospect, context.year).into_iter().flatten();
    let mut employees: Vec<u32> = rows.map(|row| purchases.employees[row]).filter(|place| *place != NONE).collect();
    employees.sort_unstable();
    let n_all = employees.len();
    let runs = employees.chunk_by(|a, b| a == b);
    let Some(most) = runs.max_by(|a, b| a.len().cmp(&b.len()).then(b[0].cmp(&a[0]))) else {
        let nobody = Bilingual::new("assign an owner: nobody is responsible for it yet", "指定负责人：目前无人负责");
        return (!context.market.accounts.owners.is_empty()).then_some(nobody);
    };
    let (name, n) = (&context.market.trade.employees[most[0] as usize].name, most.len());
    Some(Bilingual::new(
        format!("assign an owner: {name} handled {n} of its {n_all} purchases in the last year"),
        format!("指定负责人：近一年{n_all}笔采购中有{n}笔由{name}经手"),
    ))
}

fn answer_competitor(context: &Context<'_>, prospect: &Prospect) -> Option<Bilingual> {
    let trade = &context.market.trade;
    let seen = |member: &AccountIndex| {
        let undated = trade.sightings_of(*member).iter().filter(|it| it.day.is_none());
        undated.chain(trade.recent_sightings_of(*member, context.market.as_of))
    };
    let last = prospect.members.iter().flat_map(seen).max_by_key(|it| (it.day, it.id))?;
    let (on, on_zh) =
        last.day.map(day_in_words).map_or_else(Default::default, |day| (format!(" on {}", day.en), day.zh));
    Some(Bilingual::new(
        format!("answer {}, seen there{on}", last.competitor),
        format!("应对竞争对手{}（{on_zh}在该客户处出现）", last.competitor),
    ))
}

fn close_opportunity(context: &Context<'_>, prospect: &Prospect) -> Option<Bilingual> {
    let open = context.open_opportunities(prospect);
    let largest = open.max_by_key(|it| (it.amount, std::cmp::Reverse(it.id)))?;
    let (worth, worth_zh) = largest.amount.map_or_else(Default::default, |amount| {
        let money = context.money(amount.value());
        (format!(" worth {}", money.en), format!("（{}）", money.zh))
    });
    let due = largest.closes.map(day_in_words);
    let due = due.map_or_else(Default::default, |day| (format!(", due {}", day.en), format!("，预计{}成交", day.zh)));
    Some(Bilingual::new(
        format!("win the open opportunity{worth}{}", due.0),
        format!("争取在谈商机{worth_zh}{}", due.1),
    ))
}

fn speak_about_payment(card: &Scorecard, place: usize) -> Option<Bilingual> {
    let days = card.reading("payment", place)?.value;
    (days >= LATE_DAYS).then(|| {
        Bilingual::new(
            format!("settle the terms of payment (now {days:.0} days late) before offering more credit"),
            format!("先商定付款条件（目前逾期{days:.0}天），再扩大授信"),
        )
    })
}

fn widen_units(context: &Context<'_>, card: &Scorecard, place: usize) -> Option<Bilingual> {
    let purchases = &context.market.trade.purchases;
    let units = Purchases::distinct(&purchases.units, &context.runs(context.at(place), context.year));
    let is_growing = card.reading("growth", place).is_some_and(|growth| growth.score >= STRONG);
    let [only] = units.as_slice() else { return None };
    let unit = &context.market.trade.units[*only as usize];
    is_growing.then(|| {
        Bilingual::new(
            format!("ask {}, its only department that buys, for an introduction to a second one", unit.name),
            format!("请目前唯一采购的部门{}引荐第二个部门", unit.name_zh),
        )
    })
}

/// The product that most of the key accounts most like the prospect buy, and it does not.
fn offer_product(context: &Context<'_>, place: usize) -> Option<Bilingual> {
    let purchases = &context.market.trade.purchases;
    let alike = most_alike(context, place);
    let models: Vec<AccountIndex> = alike.iter().take(MODELS).map(|alike| alike.account).collect();
    let window = Window { after: context.year_before.after, until: context.year.until };
    let own = Purchases::distinct(&purchases.products, &context.runs(context.at(place), window));
    let theirs = context.products_of_key.iter().filter(|(account, _)| models.contains(account));
    let mut missing: Vec<u32> = theirs.flat_map(|(_, products)| products.iter().copied()).collect();
    missing.retain(|product| own.binary_search(product).is_err());
    missing.sort_unstable();
    let runs = missing.chunk_by(|a, b| a == b);
    let best = runs.max_by(|a, b| a.len().cmp(&b.len()).then(b[0].cmp(&a[0])))?;
    let (n, n_models, product) = (best.len(), models.len(), &context.market.trade.products[best[0] as usize]);
    let (key, key_zh) = context.key_account_words();
    (2 * n >= n_models).then(|| {
        let (en, zh) = match n_models {
            1 => (format!("the most similar {key} buys"), format!("最相似的{key_zh}已采购")),
            _ => (
                format!("{n} of the {n_models} most similar {key}s buy"),
                format!("最相似的{n_models}家{key_zh}中有{n}家采购"),
            ),
        };
        Bilingual::new(
            format!("offer {}, which {en} and it does not", product.name),
            format!("推荐{}：{zh}，而该客户尚未采购", product.name_zh),
        )
    })
}
