//! One sentence about a candidate, as a salesperson would say it.

use crate::discovery::scorecard::Scorecard;
use crate::discovery::signals::{Context, Reading, Signal};
use crate::evidence::Bilingual;

/// How many strengths a sentence names beside spend and growth.
const STRENGTHS: usize = 2;

/// From which score on a signal is a strength.
const STRONG: f64 = 0.6;

/// What it bought, how that grew, its strengths, and what to beware of.
pub fn sentence(context: &Context<'_>, card: &Scorecard, place: usize) -> Bilingual {
    let strongest = card.strongest(place);
    let clause = |name: &str| {
        let reading = card.reading(name, place)?;
        crate::discovery::signals::by_name(name)?.clause(context, place, reading)
    };
    let said_first = ["spend", "growth"];
    let others = strongest.iter().filter(|(signal, it)| !said_first.contains(&signal.name()) && it.score >= STRONG);
    let others = others.filter_map(|(signal, reading)| signal.clause(context, place, *reading)).take(STRENGTHS);
    let mut parts = vec![opening(context, place)];
    parts.extend(clause("growth"));
    parts.extend(others);
    parts.extend(caution(context, &strongest, place));
    let join = |of: fn(&Bilingual) -> &str, by: &str| parts.iter().map(of).collect::<Vec<_>>().join(by);
    Bilingual::new(format!("{}.", join(|it| &it.en, ", ")), format!("{}。", join(|it| &it.zh, "，")))
}

/// A group's name, which may say already that it is one.
fn named_group(name: &str) -> String {
    if name.ends_with("Group") { name.to_owned() } else { format!("The group {name}") }
}

fn named_group_zh(name: &str) -> String {
    if name.ends_with("集团") { name.to_owned() } else { format!("{name}集团") }
}

fn opening(context: &Context<'_>, place: usize) -> Bilingual {
    let (prospect, months) = (context.at(place), context.settings.window_months);
    let (name, n_accounts) = (&prospect.name, prospect.members.len());
    let (who, who_zh) = match prospect.is_group {
        true => (
            format!("{} ({n_accounts} accounts)", named_group(name)),
            format!("{}（{n_accounts}家客户）", named_group_zh(name)),
        ),
        false => (name.clone(), name.clone()),
    };
    let spend = context.spend(prospect, context.year).value();
    if spend <= 0.0 {
        return Bilingual::new(
            format!("{who} has bought nothing in the last {months} months"),
            format!("{who_zh}近{months}个月没有采购"),
        );
    }
    let money = context.money(spend);
    Bilingual::new(
        format!("{who} bought for {} in the last {months} months", money.en),
        format!("{who_zh}近{months}个月采购额{}", money.zh),
    )
}

fn caution(context: &Context<'_>, readings: &[(&'static dyn Signal, Reading)], place: usize) -> Option<Bilingual> {
    let found = readings.iter().rev().find_map(|(signal, reading)| signal.caution(context, place, *reading))?;
    Some(Bilingual::new(format!("but {}", found.en), format!("但{}", found.zh)))
}
