//! Why an account is not among the candidates, and what would have to change.
//!
//! Comes in: a market and an account. Leaves: where it stands, what it lacks to the last candidate that is listed, and the
//! smallest changes of one thing that would list it. Never changes anything: what would be is computed beside what is.
//! Costs: one ranking, and one more for each change that is tried.
//!
//! A change is a **counterfactual** (Wachter, Mittelstadt and Russell, *Counterfactual explanations without opening the
//! black box*, 2017): under the scorecard the nearest value of one signal, among those that accounts have, with which the
//! account would be listed, all scores computed anew; under the learned ranker the purchases of the last quarter, all
//! measures read anew.

use crate::discovery::NamedIri;
use crate::discovery::candidate::ground::{Ground, group_of_accounts, on_ground};
use crate::discovery::candidate::{Settings, named_iri};
use crate::discovery::case::Decided;
use crate::discovery::market::{AccountIndex, Market, Named};
use crate::discovery::ranking::Ranking;
use crate::discovery::ranking::measures;
use crate::discovery::ranking::view::View;
use crate::discovery::signals::{Reading, Signal};
use crate::discovery::wording::{percent, percent_zh};
use crate::evidence::Bilingual;
use crate::model::Day;

/// So many lacks, and so many changes, are told.
const TOLD: usize = 3;

/// Purchases of so many months are tried otherwise.
const TRIED_MONTHS: i32 = 3;

/// By so much they are tried, one after the other, until it is enough.
const TRIED_FACTORS: [f64; 12] = [1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0];

/// Steps by which the factor is then told more exactly.
const BISECTIONS: usize = 5;

/// Why an account is not among the candidates.
#[derive(Clone, PartialEq, Debug)]
pub struct WhyNot {
    /// The account, or the group that stands for it.
    pub account: NamedIri,
    /// The day as of which it holds.
    pub as_of: Day,
    /// Where it stands.
    pub sentence: Bilingual,
    /// What it lacks most to the last one listed, the most first.
    pub lacks: Vec<Bilingual>,
    /// What alone would list it, the smallest change first.
    pub changes: Vec<Bilingual>,
}

/// Why an account is not listed; `None` when it is.
pub fn why_not(market: &Market, settings: &Settings, decided: &Decided, account: AccountIndex) -> Option<WhyNot> {
    on_ground(market, settings, decided, |ground| ask(ground, account.index()))
}

fn ask(ground: &Ground<'_>, place: usize) -> Option<WhyNot> {
    let (context, most) = (ground.context, ground.gate.settings.most);
    let prospect = context.at(place);
    let iri = context.market.snapshot.text(prospect.id).into_owned();
    let named = Named { id: prospect.id, iri, name: prospect.name.clone(), name_zh: prospect.name.clone() };
    let told = |sentence: Bilingual| WhyNot {
        account: named_iri(&named),
        as_of: context.market.as_of,
        sentence,
        lacks: Vec::new(),
        changes: Vec::new(),
    };
    if let Some(hindrance) = &ground.hindrances[place] {
        return Some(told(hindrance.text()));
    }
    let Some(rank) = ground.ranked.iter().position(|it| it.0 == place) else {
        let group = group_of_accounts(context.prospects).get(place).copied().flatten()?;
        return if ground.hindrances[group].is_none() { Some(told(behind(ground, place, group))) } else { None };
    };
    if rank < most {
        return None;
    }
    let last = ground.ranked[..most].last()?.0;
    let mut found = told(standing(ground, place, rank, last));
    match ground.order.ranking() {
        Some(ranking) => {
            found.lacks = learned_lacks(ground, ranking, place, last);
            found.changes = vec![more_purchases(ground, ranking, place, last)];
        }
        None => {
            found.lacks = lacks(ground, place, last);
            found.changes = changes(ground, place);
        }
    }
    Some(found)
}

/// Its group stands for it.
fn behind(ground: &Ground<'_>, place: usize, group: usize) -> Bilingual {
    let (name, [own, theirs]) = (&ground.context.at(group).name, [place, group].map(|at| ground.scores[at]));
    let (n, most) = (ground.ranked.len(), ground.gate.settings.most);
    let rank = ground.ranked.iter().position(|it| it.0 == group).map_or(0, |rank| rank + 1);
    let (listed, listed_zh) = match rank <= most {
        true => ("is listed".to_owned(), "已列出"),
        false => (format!("is not among the {most} listed either"), "亦未列出"),
    };
    Bilingual::new(
        format!(
            "is represented by {name}, which is at place {rank} of {n} with {theirs:.3} and {listed}; alone it has {own:.3} and would have to have more than that"
        ),
        format!(
            "由集团{name}代表（第{rank}名，共{n}家，得分{theirs:.3}，{listed_zh}）；其自身得分{own:.3}，须高于集团方可单独列出"
        ),
    )
}

fn standing(ground: &Ground<'_>, place: usize, rank: usize, last: usize) -> Bilingual {
    let (n, most, [own, needed]) =
        (ground.ranked.len(), ground.gate.settings.most, [place, last].map(|at| ground.scores[at]));
    let name = &ground.context.at(last).name;
    Bilingual::new(
        format!(
            "is at place {} of {n} with a score of {own:.3}; the last of the {most} listed, {name}, has {needed:.3}: it lacks {:.3}",
            rank + 1,
            needed - own
        ),
        format!(
            "排在{n}家中的第{}名，得分{own:.3}；所列{most}家中的最后一家{name}为{needed:.3}，相差{:.3}",
            rank + 1,
            needed - own
        ),
    )
}

/// What the scorecard's signals give less than they give the last one listed.
fn lacks(ground: &Ground<'_>, place: usize, last: usize) -> Vec<Bilingual> {
    let parts = ground.card.contributions(place).into_iter().zip(ground.card.contributions(last));
    let lack = |((signal, own), (_, theirs)): ((&'static dyn Signal, f64), (_, f64))| (theirs - own, signal);
    let mut lacks: Vec<(f64, &dyn Signal)> = parts.map(lack).filter(|it| it.0 > 0.0).collect();
    lacks.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.name().cmp(b.1.name())));
    let words = |(lack, signal): (f64, &dyn Signal)| {
        let title = signal.title();
        let seen = ground.card.reading(signal.name(), place).map(|it| signal.text(ground.context, place, it));
        let seen = seen.unwrap_or_else(|| Bilingual::new("not known", "未知"));
        Bilingual::new(
            format!("{}: {lack:.3} less, {}", title.en, seen.en),
            format!("{}：少{lack:.3}，{}", title.zh, seen.zh),
        )
    };
    lacks.into_iter().take(TOLD).map(words).collect()
}

/// The signals that alone would list it: with which value, and by how much of the score's range it would have to rise.
fn changes(ground: &Ground<'_>, place: usize) -> Vec<Bilingual> {
    let signals = ground.card.contributions(place).into_iter().map(|it| it.0);
    let mut found: Vec<(f64, &dyn Signal, Reading)> = signals.filter_map(|it| change(ground, place, it)).collect();
    found.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.name().cmp(b.1.name())));
    if found.is_empty() {
        return vec![Bilingual::new("no change of one signal alone would list it", "仅改变任一指标都不足以入选")];
    }
    found.into_iter().take(TOLD).map(|(_, signal, reading)| words(ground, place, signal, reading)).collect()
}

/// The nearest value that lists it, and the step of the score.
fn change<'s>(ground: &Ground<'_>, place: usize, signal: &'s dyn Signal) -> Option<(f64, &'s dyn Signal, Reading)> {
    let now = ground.card.reading(signal.name(), place);
    let known = ground.card.readings(signal.name());
    let lowest = known.iter().min_by(|a, b| a.score.total_cmp(&b.score))?;
    let highest = known.iter().max_by(|a, b| a.score.total_cmp(&b.score))?;
    let sign = if highest.value >= lowest.value { 1.0 } else { -1.0 };
    let mut values: Vec<f64> = known.iter().map(|it| sign * it.value).collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    values.drain(..values.partition_point(|value| now.is_some_and(|now| *value <= sign * now.value)));
    let score = |value: f64| ground.card.score_if(ground.context, signal.name(), place, sign * value);
    let first = values.partition_point(|value| !is_listed_if(ground, place, signal, sign * value));
    let value = *values.get(first)?;
    let reading = Reading { value: sign * value, score: score(value)? };
    Some((reading.score - now.map_or(0.5, |it| it.score), signal, reading))
}

/// Whether it would be listed if a signal read a value of it.
fn is_listed_if(ground: &Ground<'_>, place: usize, signal: &dyn Signal, value: f64) -> bool {
    let totals = ground.card.totals_if(ground.context, signal.name(), place, value);
    let is_before = |it: &&(usize, f64)| {
        it.0 != place && (totals[it.0] > totals[place] || (totals[it.0] >= totals[place] && it.0 < place))
    };
    ground.ranked.iter().filter(is_before).count() < ground.gate.settings.most
}

fn words(ground: &Ground<'_>, place: usize, signal: &dyn Signal, wanted: Reading) -> Bilingual {
    let (context, title) = (ground.context, signal.title());
    let now = ground.card.reading(signal.name(), place);
    let share = |it: Reading| Bilingual::new(format!("a score of {}", percent(it.score)), percent_zh(it.score));
    let said = |it: Reading| signal.value_words(context, it.value).unwrap_or_else(|| share(it));
    let now = now.map_or_else(|| Bilingual::new("nothing known", "未知"), said);
    let wanted = said(wanted);
    Bilingual::new(
        format!("{}: {} instead of {}", title.en, wanted.en, now.en),
        format!("{}：由{}变为{}", title.zh, now.zh, wanted.zh),
    )
}

/// What the learned measures give less than they give the last one listed, in log-odds.
fn learned_lacks(ground: &Ground<'_>, ranking: &Ranking, place: usize, last: usize) -> Vec<Bilingual> {
    let (own, theirs) = (ranking.explain(place).1, ranking.explain(last).1);
    let mut lacks: Vec<(f64, usize)> = (0..own.len()).map(|at| (theirs[at] - own[at], at)).collect();
    lacks.retain(|it| it.0 > 0.0);
    lacks.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let seen = ground.order.view().see(place);
    let words = |(lack, at): (f64, usize)| {
        let (title, said) = (measures::ALL[at].title(), measures::ALL[at].text(&seen));
        Bilingual::new(
            format!("{}: {lack:.2} less in log-odds, {}", title.en, said.en),
            format!("{}：对数几率少{lack:.2}，{}", title.zh, said.zh),
        )
    };
    lacks.into_iter().take(TOLD).map(words).collect()
}

/// The purchases of the last quarter that would list it.
fn more_purchases(ground: &Ground<'_>, ranking: &Ranking, place: usize, last: usize) -> Bilingual {
    let (mut ledger, day, context) = (ground.ledger.clone(), ground.order.view().day, ground.context);
    let after = day.plus_months(-TRIED_MONTHS);
    let rows = ledger.between(place, after, day);
    let bought: Vec<f64> = ledger.amounts[rows.clone()].to_vec();
    let spend: f64 = bought.iter().sum();
    if spend <= 0.0 {
        return Bilingual::new(
            format!("it bought nothing in the last {TRIED_MONTHS} months: it would have to buy again first"),
            format!("近{TRIED_MONTHS}个月无采购：须先恢复采购"),
        );
    }
    let mut is_enough = |factor: f64| {
        ledger.amounts[rows.clone()].iter_mut().zip(&bought).for_each(|(amount, was)| *amount = factor * was);
        let view = View::new(&ledger, day);
        ranking.probability_of(&view.see(place)) > ground.scores[last]
    };
    let Some(first) = TRIED_FACTORS.iter().position(|factor| is_enough(*factor)) else {
        return Bilingual::new(
            format!(
                "not even {} times the purchases of the last {TRIED_MONTHS} months alone would list it",
                TRIED_FACTORS[11]
            ),
            format!("仅将近{TRIED_MONTHS}个月采购额提高到{}倍也不足以入选", TRIED_FACTORS[11]),
        );
    };
    let (mut less, mut enough) = (TRIED_FACTORS[first.saturating_sub(1)], TRIED_FACTORS[first]);
    for _ in 0..BISECTIONS {
        let middle = f64::midpoint(less, enough);
        if is_enough(middle) { enough = middle } else { less = middle }
    }
    let [now, wanted] = [spend, enough * spend].map(|amount| context.money(amount));
    Bilingual::new(
        format!("Purchases of the last {TRIED_MONTHS} months: {} instead of {}", wanted.en, now.en),
        format!("近{TRIED_MONTHS}个月采购额：由{}变为{}", now.zh, wanted.zh),
    )
}
