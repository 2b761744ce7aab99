//! What a gap means, in words: one sentence and one next step, in English and Chinese.
//!
//! Comes in: a gap with its introductions. Leaves: sentences. Never guesses a person's gender: names are repeated.

use crate::discovery::coverage::{Gap, GapKind, Telling};
use crate::discovery::market::PersonIndex;
use crate::discovery::wording::day_in_words;
use crate::discovery::{CoverageGapDetail, IntroductionPath};
use crate::evidence::{Bilingual, title_and_name_zh};
use crate::model::{BuyingRole, Function, Level};

impl Telling<'_> {
    fn name(&self, person: PersonIndex) -> String {
        self.relations.market.people.persons.name(person).to_owned()
    }

    /// One sentence for a salesperson.
    pub(super) fn sentence(&self, gap: &Gap, detail: &CoverageGapDetail) -> Bilingual {
        let at = self.relations.market.accounts.name(gap.account);
        let who = detail.contact.as_ref().map(|it| it.name.as_str()).unwrap_or_default();
        let post = detail.post.as_ref().map(|it| it.name.as_str()).unwrap_or_default();
        let holder = title_and_name_zh(post, who);
        let (signs, signs_zh) = part_in_buying(gap);
        let ours = gap.ours.map(|it| self.name(it));
        let (en, zh) = match (gap.kind, ours) {
            (GapKind::Unknown, _) if gap.person.is_none() => missing(gap, at),
            (GapKind::Unknown, Some(ours)) => (
                format!("Only {ours} has ever written to {who}, {post} at {at}{signs}, and hardly."),
                format!("{at}的{holder}{signs_zh}仅与我方{ours}有过零星往来。"),
            ),
            (GapKind::Unknown, None) => (
                format!("Nobody of ours has met {who}, {post} at {at}{signs}."),
                format!("我方尚无人接触过{at}的{holder}{signs_zh}。"),
            ),
            (GapKind::Stale, ours) => self.stale(gap, [at, who, post], ours),
            (GapKind::SingleThreaded, ours) => {
                let ours = ours.unwrap_or_default();
                (
                    format!("All that we have at {at} goes through {ours} alone."),
                    format!("我方与{at}的全部联系仅靠{ours}一人维系。"),
                )
            }
            (GapKind::VacantOnOurSide, ours) => vacancy(gap, at, ours),
            (GapKind::KnownPostWithoutPerson, _) => (
                format!("Nobody is known to hold the post {post} at {at}{signs}."),
                format!("已知{at}设有{post}一职{signs_zh}，但不知由谁担任。"),
            ),
        };
        Bilingual::new(en, zh)
    }

    fn stale(&self, gap: &Gap, [at, who, post]: [&str; 3], ours: Option<String>) -> (String, String) {
        let holder = title_and_name_zh(post, who);
        let last = gap.last.map(day_in_words).unwrap_or_default();
        let (ours, has_left) = (ours.unwrap_or_default(), gap.ours.is_some_and(|it| !self.is_ours(it)));
        if has_left && gap.best_strength <= 0.0 {
            return (
                format!(
                    "Only {ours}, who has left us, knew {who}, {post} at {at}; the last contact was on {}.",
                    last.en
                ),
                format!("{at}的{holder}此前仅与已离职的{ours}有联系，最近一次是{}。", last.zh),
            );
        }
        (
            format!("Nobody of ours has been in touch with {who}, {post} at {at}, since {} ({ours}).", last.en),
            format!("我方自{}（{ours}）以来未再联系{at}的{holder}。", last.zh),
        )
    }

    fn is_ours(&self, person: PersonIndex) -> bool {
        self.relations.market.people.persons.is_ours(person)
    }

    /// What to do next, and who of ours should.
    pub(super) fn next_step(&self, gap: &Gap, detail: &CoverageGapDetail) -> Bilingual {
        let at = self.relations.market.accounts.name(gap.account);
        let post = detail.post.as_ref().map(|it| it.name.as_str()).unwrap_or_default();
        let owner = self.relations.owner(gap.account).map(|it| it.name);
        match (gap.kind, &detail.contact, detail.introductions.first()) {
            (GapKind::SingleThreaded, ..) => {
                let ours = gap.ours.map(|it| self.name(it)).unwrap_or_default();
                Bilingual::new(
                    format!("Let {ours} bring a colleague to the next meeting at {at}."),
                    format!("请{ours}下次拜访{at}时带一位同事同行。"),
                )
            }
            (GapKind::VacantOnOurSide, ..) => {
                let role = gap.role.as_deref().unwrap_or("account manager");
                let role_zh = role_in_chinese(role);
                let article = if role.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
                Bilingual::new(format!("Name {article} {role} for {at}."), format!("为{at}指定{role_zh}。"))
            }
            (_, Some(contact), Some(path)) => introduced(&contact.name, path),
            (_, Some(contact), None) => Bilingual::new(
                format!(
                    "{} a first meeting with {}.",
                    owner.as_ref().map_or("Arrange".to_owned(), |it| format!("Let {it} arrange")),
                    contact.name
                ),
                format!(
                    "{}与{}的首次会面。",
                    owner.as_ref().map_or("安排".to_owned(), |it| format!("请{it}安排")),
                    contact.name
                ),
            ),
            (GapKind::KnownPostWithoutPerson, None, _) => Bilingual::new(
                format!("Ask at {at} who is {post}, or who stands in."),
                format!("向{at}了解{post}现由谁担任或代理。"),
            ),
            (_, None, _) => {
                let (what, what_zh) = wanted(gap);
                Bilingual::new(
                    format!("Ask our contacts at {at} who is in charge of {what}."),
                    format!("向{at}的现有联系人了解{what_zh}的负责人。"),
                )
            }
        }
    }
}

/// ", who signs" where it matters.
fn part_in_buying(gap: &Gap) -> (&'static str, &'static str) {
    let link = gap.link.as_ref();
    match link.and_then(|it| it.standing.role).map(|it| it.value) {
        _ if link.is_some_and(|it| it.is_approver) => (", who signs purchases", "（采购审批人）"),
        Some(BuyingRole::DecisionMaker) => (", who decides on purchases", "（采购决策人）"),
        Some(BuyingRole::Procurement) => (", who negotiates purchases", "（采购经办人）"),
        Some(BuyingRole::Evaluator) => (", who judges offers", "（方案评估人）"),
        _ => ("", ""),
    }
}

fn wanted(gap: &Gap) -> (String, String) {
    let level = gap.level.map_or(("", ""), |it| (it.name(), it.name_zh()));
    match gap.function {
        Some(function) => {
            (format!("{} ({} level)", spoken(function), level.0), format!("{}（{}）", function.name_zh(), level.1))
        }
        None => (format!("purchases at {} level", level.0), format!("采购（{}）", level.1)),
    }
}

fn spoken(function: Function) -> String {
    function.name().replace('-', " ")
}

fn missing(gap: &Gap, at: &str) -> (String, String) {
    let level = gap.level.unwrap_or(Level::Decision);
    match gap.function {
        Some(function) => (
            format!("We know nobody at {at} at {} level in {}.", level.name(), spoken(function)),
            format!("{at}{}的{}人选尚不清楚。", function.name_zh(), level.name_zh()),
        ),
        None => (
            format!("We know nobody at {at} at {} level.", level.name()),
            format!("{at}的{}人选尚不清楚。", level.name_zh()),
        ),
    }
}

fn vacancy(gap: &Gap, at: &str, ours: Option<String>) -> (String, String) {
    let role = gap.role.as_deref().unwrap_or("account manager");
    let role_zh = role_in_chinese(role);
    match ours {
        Some(ours) => (
            format!("{at} has no {role} of ours any more: {ours} is gone and nobody has followed."),
            format!("{at}目前没有{role_zh}：{ours}已离开，尚无人接替。"),
        ),
        None => (format!("{at} has no {role} of ours."), format!("{at}尚未指定{role_zh}。")),
    }
}

fn role_in_chinese(role: &str) -> &str {
    match role {
        "account manager" => "客户经理",
        "product manager" => "产品经理",
        "delivery manager" => "交付经理",
        "sponsor" => "高层对口人",
        other => other,
    }
}

fn introduced(contact: &str, path: &IntroductionPath) -> Bilingual {
    let names: Vec<&str> = path.people.iter().map(|it| it.name.as_str()).collect();
    match names.as_slice() {
        [ours, _] => Bilingual::new(
            format!("Let {ours} take up the contact with {contact} again."),
            format!("请{ours}重新联系{contact}。"),
        ),
        [ours, through @ .., _] => Bilingual::new(
            format!("Let {ours} ask for an introduction to {contact} through {}.", through.join(", then ")),
            format!("请{ours}通过{}引荐{contact}。", through.join("、再经")),
        ),
        _ => Bilingual::default(),
    }
}
