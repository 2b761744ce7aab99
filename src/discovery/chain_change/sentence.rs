//! What a change means, in words: one sentence and one next step, in English and Chinese.
//!
//! Comes in: a change with everything around it. Leaves: sentences. Never guesses a person's gender: names are repeated.

use crate::discovery::chain_change::{Certainty, Change, ChangeKind, Telling};
use crate::discovery::market::{AccountIndex, PersonIndex, PostIndex};
use crate::discovery::spell::Bracket;
use crate::discovery::wording::{day_in_words, money};
use crate::evidence::{Bilingual, title_and_name_zh};

/// "on 3 March 2026", "between 4 January 2026 and 3 March 2026"; nothing when not known.
fn when(bracket: Option<Bracket>) -> Bilingual {
    let Some(bracket) = bracket else { return Bilingual::new("", "") };
    let (first, last) = (day_in_words(bracket.earliest), day_in_words(bracket.latest));
    if bracket.earliest == bracket.latest {
        return Bilingual::new(format!(" on {}", last.en), format!("于{}", last.zh));
    }
    Bilingual::new(format!(" between {} and {}", first.en, last.en), format!("在{}至{}之间", first.zh, last.zh))
}

/// The words that sentences are made of.
struct Words {
    who: String,
    at: String,
    before: String,
    after: String,
    from: String,
    when: Bilingual,
}

impl Telling<'_> {
    fn words(&self, change: &Change) -> Words {
        let people = &self.relations.market.people;
        let title = |post: Option<PostIndex>| post.map(|it| people.posts.title(it).to_owned()).unwrap_or_default();
        let account = |it| self.relations.market.accounts.name(it).to_owned();
        Words {
            who: change.person.map(|it| self.name(it)).unwrap_or_default(),
            at: account(change.account),
            before: title(change.post_before),
            after: title(change.post_after),
            from: change.account_before.map(account).unwrap_or_default(),
            when: when(change.when),
        }
    }

    fn name(&self, person: PersonIndex) -> String {
        self.relations.market.people.persons.name(person).to_owned()
    }

    /// One sentence for a salesperson.
    pub(super) fn sentence(&self, change: &Change) -> Bilingual {
        let w = self.words(change);
        let said = self.what_happened(change, &w);
        let tail = self.who_follows(change);
        let doubt = match change.certainty {
            Certainty::Suspected => {
                ("; the name is written differently, check that it is one person", "；姓名写法不同，请核实是否为同一人")
            }
            _ => ("", ""),
        };
        Bilingual::new(format!("{}{}{}.", said.en, tail.en, doubt.0), format!("{}{}{}。", said.zh, tail.zh, doubt.1))
    }

    fn what_happened(&self, change: &Change, w: &Words) -> Bilingual {
        let Words { who, at, before, after, from, when } = w;
        let (en, zh) = match change.kind {
            ChangeKind::Joined => {
                (format!("{who} joined {at}{} as {after}", when.en), format!("{who}{}加入{at}，任{after}", when.zh))
            }
            ChangeKind::Left => (
                format!("{who}, {before} at {at}, left{}", when.en),
                format!("{at}的{}{}离任", title_and_name_zh(before, who), when.zh),
            ),
            ChangeKind::Promoted if before.is_empty() => {
                (format!("{who} at {at} rose{} to {after}", when.en), format!("{at}的{who}{}升任{after}", when.zh))
            }
            ChangeKind::Promoted => (
                format!("{who} at {at} rose{} from {before} to {after}", when.en),
                format!("{at}的{who}{}由{before}升任{after}", when.zh),
            ),
            ChangeKind::MovedAccount => (
                format!("{who}, until then {before} at {from}, came{} to {at} as {after}", when.en),
                format!("原{from}的{}{}转到{at}，任{after}", title_and_name_zh(before, who), when.zh),
            ),
            ChangeKind::MovedPost => (
                format!("{who} at {at} changed{} from {before} to {after}", when.en),
                format!("{at}的{who}{}由{before}转任{after}", when.zh),
            ),
            ChangeKind::ChangedReportingLine => self.line_words(change, w),
            ChangeKind::PostVacant if who.is_empty() => (
                format!("The post {before} at {at} is vacant{}", when.en),
                format!("{at}的{before}一职{}起空缺", when.zh),
            ),
            ChangeKind::PostVacant => (
                format!("{who} gave up the post {before} at {at}{} and nobody has followed", when.en),
                format!("{who}{}不再担任{at}的{before}，目前无人接任", when.zh),
            ),
            ChangeKind::PostFilled => (
                format!("{who} at {at} also took on the post {after}{}", when.en),
                format!("{at}的{who}{}兼任{after}", when.zh),
            ),
            ChangeKind::PostNew if who.is_empty() => (
                format!("{at} has a new post{}: {after}, not filled yet", when.en),
                format!("{at}{}新设{after}一职，尚无人任职", when.zh),
            ),
            ChangeKind::PostNew => (
                format!("{at} has a new post{}: {after}, held by {who}", when.en),
                format!("{at}{}新设{after}一职，由{who}担任", when.zh),
            ),
            ChangeKind::AccountSucceeded => self.succession_words(change, w),
            ChangeKind::PostGone if who.is_empty() => (
                format!("The post {before} at {at} was abolished{}", when.en),
                format!("{at}{}撤销了{before}一职", when.zh),
            ),
            ChangeKind::PostGone => (
                format!("The post {before} at {at} was abolished{}; {who}, who held it, is gone", when.en),
                format!("{at}{}撤销了{before}一职，原任{who}已离开", when.zh),
            ),
        };
        Bilingual::new(en, zh)
    }

    fn line_words(&self, change: &Change, w: &Words) -> (String, String) {
        let boss = |post: PostIndex, day| {
            let title = self.relations.market.people.posts.title(post);
            let who = self.relations.chains.holders_on(post, day).first().map(|it| self.name(*it));
            let zh = who.as_ref().map_or(title.to_owned(), |who| title_and_name_zh(title, who));
            (who.map_or(format!("the {title}"), |who| format!("{who} ({title})")), zh)
        };
        let Some((lost, gained)) = change.superiors else { return (String::new(), String::new()) };
        let before = boss(lost, change.when.map_or(self.relations.market.as_of, |it| it.earliest + -1));
        let after = boss(gained, self.relations.market.as_of);
        let Words { who, at, after: post, when, .. } = w;
        (
            format!("{who}, {post} at {at}, has reported{} to {} and no longer to {}", since(when), after.0, before.0),
            format!("{at}的{}{}改为向{}汇报（此前为{}）", title_and_name_zh(post, who), when.zh, after.1, before.1),
        )
    }

    /// The account goes on as another, and how many went along.
    fn succession_words(&self, change: &Change, w: &Words) -> (String, String) {
        let Words { at, from, when, .. } = w;
        let memberships = &self.relations.market.people.memberships;
        let here =
            change.rows.iter().map(|row| memberships[*row as usize]).filter(|it| it.account == Some(change.account));
        let n_people = here.map(|it| it.person).collect::<std::collections::BTreeSet<_>>().len();
        let people = if n_people == 1 { "1 person".to_owned() } else { format!("{n_people} people") };
        (
            format!("{from} goes on as {at}{}: {people} came along", since(when)),
            format!("{from}{}更名或并入{at}，{n_people}人随之转入", when.zh),
        )
    }

    /// Who stands there now or stood there before, and whether any of ours knows them.
    fn who_follows(&self, change: &Change) -> Bilingual {
        let mut told = Bilingual::default();
        if let (
            Some(before),
            ChangeKind::Joined | ChangeKind::MovedAccount | ChangeKind::Promoted | ChangeKind::MovedPost,
        ) = (change.predecessor, change.kind)
        {
            let name = self.name(before);
            told = Bilingual::new(format!(", succeeding {name}"), format!("，接替{name}"));
        }
        let met = match (change.kind, change.successor) {
            (ChangeKind::Left | ChangeKind::PostGone, Some(next)) => self.successor(next),
            (ChangeKind::Left | ChangeKind::PostVacant | ChangeKind::PostGone, None) => self.loss(change),
            _ => change.person.map(|who| self.acquaintance(who)).unwrap_or_default(),
        };
        let stake = match change.kind {
            ChangeKind::Left | ChangeKind::PostVacant | ChangeKind::PostGone => self.stake(change),
            _ => Bilingual::default(),
        };
        Bilingual::new(told.en + &met.en + &stake.en, told.zh + &met.zh + &stake.zh)
    }

    /// What a loss threatens: open business, and that nobody there is known any more.
    fn stake(&self, change: &Change) -> Bilingual {
        let open = self.relations.business.open[change.account.index()];
        let mut stake = Bilingual::default();
        if open > 0.0 {
            let open = money(open, self.relations.market.trade.currency.as_deref());
            stake.en += &format!("; open opportunities worth {} are at stake", open.en);
            stake.zh += &format!("；涉及在谈商机{}", open.zh);
        }
        if self.was_sole_tie(change) {
            stake.en += "; nobody else there is known to us";
            stake.zh += "；除此之外我方在该客户无人相识";
        }
        stake
    }

    /// Whether somebody whom ours know is gone from an account where ours know nobody who holds a post.
    fn was_sole_tie(&self, change: &Change) -> bool {
        let here = self.holders_today(change.account);
        let is_known = |who: PersonIndex| self.relations.knows(who).is_some();
        change.person.is_some_and(|who| is_known(who) && !here.contains(&who) && !here.iter().any(|it| is_known(*it)))
    }

    fn successor(&self, next: PersonIndex) -> Bilingual {
        let name = self.name(next);
        match self.relations.knows(next).map(|ours| self.name(ours)) {
            Some(ours) => Bilingual::new(
                format!("; {ours} knows the successor {name}"),
                format!("；继任者为{name}，我方{ours}与其相识"),
            ),
            None => Bilingual::new(
                format!("; nobody of ours has met the successor {name}"),
                format!("；继任者为{name}，我方尚无人接触过"),
            ),
        }
    }

    fn acquaintance(&self, who: PersonIndex) -> Bilingual {
        let name = self.name(who);
        match self.relations.knows(who).map(|ours| self.name(ours)) {
            Some(ours) => Bilingual::new(format!("; {ours} knows {name}"), format!("；我方{ours}与{name}相识")),
            None => Bilingual::new(format!("; nobody of ours has met {name}"), format!("；我方尚无人接触过{name}")),
        }
    }

    fn loss(&self, change: &Change) -> Bilingual {
        let Some(who) = change.person else { return Bilingual::default() };
        let Some(ours) = self.relations.knows(who).map(|ours| self.name(ours)) else { return Bilingual::default() };
        let name = self.name(who);
        match self.holders_today(change.account).contains(&who) {
            true => Bilingual::new(
                format!("; {name} is still there in another post, best known to {ours} of ours"),
                format!("；{name}仍在该客户任其他岗位，与我方{ours}最熟"),
            ),
            false => Bilingual::new(format!("; {ours} of ours knew {name} best"), format!("；我方{ours}与{name}最熟")),
        }
    }

    /// Who holds a post at an account.
    fn holders_today(&self, account: AccountIndex) -> Vec<PersonIndex> {
        let chains = &self.relations.chains;
        chains.posts_of(account).flat_map(|post| chains.holders_on(post, self.relations.market.as_of)).collect()
    }

    /// What to do next, and who of ours should.
    pub(super) fn next_step(&self, change: &Change) -> Bilingual {
        let w = self.words(change);
        let Words { who, at, before, after, from, .. } = &w;
        let ours = change.person.and_then(|it| self.relations.knows(it)).map(|it| self.name(it));
        let (en, zh) = match (change.kind, ours) {
            (ChangeKind::Left, _) if change.successor.is_some() => return self.meet_successor(change),
            (ChangeKind::Left | ChangeKind::PostVacant, _) => (
                format!("Ask at {at} who decides in place of {before} until the post is filled."),
                format!("向{at}了解{before}空缺期间由谁决策。"),
            ),
            (ChangeKind::AccountSucceeded, _) => (
                format!(
                    "Let running offers, contracts and contacts of {from} name {at}, and ask who decides there now."
                ),
                format!("将{from}名下的报价、合同与联系人转至{at}，并了解现由谁决策。"),
            ),
            (ChangeKind::PostGone, _) => (
                format!("Ask at {at} who takes over the tasks of {before}."),
                format!("向{at}了解{before}的职责由谁接手。"),
            ),
            (ChangeKind::PostNew, _) if who.is_empty() => (
                format!("Ask at {at} what {after} will decide and when the post will be filled."),
                format!("向{at}了解{after}的决策范围及到任时间。"),
            ),
            (ChangeKind::MovedAccount, Some(ours)) => (
                format!("Let {ours} congratulate {who}, who knows us from {from}, and ask for a start at {at}."),
                format!("请{ours}祝贺{who}履新，借助在{from}的合作基础打开{at}的局面。"),
            ),
            (ChangeKind::ChangedReportingLine, ours) => return self.ask_about_line(change, &w, ours.is_some()),
            (_, Some(ours)) => (
                format!("Let {ours} congratulate {who} and ask what changes in buying at {at}."),
                format!("请{ours}祝贺{who}，并了解{at}的采购有何变化。"),
            ),
            (_, None) => return self.first_meeting(change, who),
        };
        Bilingual::new(en, zh)
    }

    /// Whether the new superior has a word in purchases; who is asked is one whom ours know, else anybody there.
    fn ask_about_line(&self, change: &Change, w: &Words, is_known: bool) -> Bilingual {
        let Some((_, gained)) = change.superiors else { return Bilingual::default() };
        let title = self.relations.market.people.posts.title(gained);
        let boss = self.relations.chains.holders_on(gained, self.relations.market.as_of).first().copied();
        let (whom, whom_zh) = if is_known { (w.who.clone(), &w.who) } else { (format!("at {}", w.at), &w.at) };
        let asked = format!("Ask {whom} whether purchases now need the consent of");
        match (boss.map(|it| self.name(it)), boss.and_then(|it| self.relations.knows(it)).map(|it| self.name(it))) {
            (Some(name), Some(ours)) => Bilingual::new(
                format!("{asked} {name} ({title}), whom {ours} knows."),
                format!("向{whom_zh}确认采购是否需{}批准（我方{ours}与其相识）。", title_and_name_zh(title, &name)),
            ),
            (Some(name), None) => Bilingual::new(
                format!("{asked} {name} ({title}), and arrange a first meeting."),
                format!("向{whom_zh}确认采购是否需{}批准，并安排首次会面。", title_and_name_zh(title, &name)),
            ),
            (None, _) => Bilingual::new(
                format!("{asked} the {title}, and who holds that post."),
                format!("向{whom_zh}确认采购是否需{title}批准，以及该职位由谁担任。"),
            ),
        }
    }

    fn meet_successor(&self, change: &Change) -> Bilingual {
        let Some(next) = change.successor else { return Bilingual::default() };
        let name = self.name(next);
        match self.relations.knows(next).map(|ours| self.name(ours)) {
            Some(ours) => Bilingual::new(
                format!("Let {ours} confirm with {name} that running offers stand."),
                format!("请{ours}与{name}确认在谈事项继续有效。"),
            ),
            None => self.first_meeting(change, &name),
        }
    }

    /// A first meeting: by who knew the other holder of the post, else by the account's owner.
    fn first_meeting(&self, change: &Change, who: &str) -> Bilingual {
        let other = change.predecessor.or(change.person).and_then(|it| Some((self.relations.knows(it)?, it)));
        let owner = self.relations.market.accounts.owner_of(change.account).map(|it| it.name.clone());
        match (other, owner) {
            (Some((ours, known)), _) => {
                let (ours, known) = (self.name(ours), self.name(known));
                Bilingual::new(
                    format!("Let {ours}, who knew {known}, arrange a first meeting with {who}."),
                    format!("请与{known}相识的{ours}安排与{who}的首次会面。"),
                )
            }
            (None, Some(owner)) => Bilingual::new(
                format!("Let {owner} arrange a first meeting with {who}."),
                format!("请{owner}安排与{who}的首次会面。"),
            ),
            (None, None) => Bilingual::new(
                format!("Name an owner for the account and arrange a first meeting with {who}."),
                format!("先指定客户负责人，再安排与{who}的首次会面。"),
            ),
        }
    }
}

/// " on 3 March" as " since 3 March", " between …" as " since a day between …".
fn since(when: &Bilingual) -> String {
    when.en.replacen(" on ", " since ", 1).replacen(" between ", " since a day between ", 1)
}
