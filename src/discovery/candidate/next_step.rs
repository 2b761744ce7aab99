//! What to do next with a candidate: what is missing first, then what is strongest.

use crate::discovery::NamedIri;
use crate::discovery::market::Purchases;
use crate::discovery::market::column::NONE;
use crate::discovery::offer::Offer;
use crate::discovery::prospect::Prospect;
use crate::discovery::scorecard::Scorecard;
use crate::discovery::signals::Context;
use crate::evidence::Bilingual;

/// How many steps are named.
const STEPS: usize = 2;

/// From which score on growth is worth a step of its own.
const STRONG: f64 = 0.6;

/// How many days a competitor's visit stays news.
const SIGHTING_DAYS: i32 = 365;

/// A delay of payment from which on it has to be spoken about.
const LATE_DAYS: f64 = 15.0;

/// At most two steps, the most urgent first.
pub fn next_step(
    context: &Context<'_>,
    card: &Scorecard,
    place: usize,
    owner: Option<&NamedIri>,
    through: &[NamedIri],
    offers: &[Offer],
) -> Bilingual {
    let prospect = context.at(place);
    let mut steps: Vec<Bilingual> = Vec::new();
    steps.extend(if owner.is_none() { assign_owner(context, prospect) } else { None });
    steps.extend(answer_competitor(context, prospect));
    steps.extend(close_opportunity(context, prospect));
    steps.extend(speak_about_payment(card, place));
    steps.extend(widen_units(context, card, place));
    steps.extend(offer_product(context, offers));
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
    let seen = prospect.members.iter().flat_map(|member| context.market.trade.sightings_of(*member));
    let recent = seen.filter(|it| it.day.is_none_or(|day| context.market.as_of - day <= SIGHTING_DAYS));
    let last = recent.max_by_key(|it| (it.day, it.id))?;
    let (on, on_zh) = last.day.map_or_else(Default::default, |day| (format!(" on {day}"), format!("{day}")));
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
    let due = largest.closes.map_or_else(Default::default, |day| (format!(", due {day}"), format!("，预计{day}成交")));
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

/// The first of the products to offer that most of those buy that are most like the prospect: today's key accounts, else
/// any.
fn offer_product(context: &Context<'_>, offers: &[Offer]) -> Option<Bilingual> {
    let (key, key_zh) = context.key_account_words();
    let by_key = offers.iter().find(|it| it.of_key > 0 && 2 * it.n_key >= it.of_key);
    let any = offers.iter().find(|it| it.of_alike > 0 && 2 * it.n_alike >= it.of_alike);
    let (offer, n, of, who, who_zh) = by_key
        .map(|it| (it, it.n_key, it.of_key, key, key_zh))
        .or_else(|| any.map(|it| (it, it.n_alike, it.of_alike, "account", "客户")))?;
    let (en, zh) = match of {
        1 => (format!("the most similar {who} buys"), format!("最相似的{who_zh}已采购")),
        _ => (format!("{n} of the {of} most similar {who}s buy"), format!("最相似的{of}家{who_zh}中有{n}家采购")),
    };
    Some(Bilingual::new(
        format!("offer {}, which {en} and it does not", offer.product.name),
        format!("推荐{}：{zh}，而该客户尚未采购", offer.name_zh),
    ))
}
