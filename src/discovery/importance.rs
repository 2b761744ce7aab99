//! What makes a post, and the business with an account, weigh: the factors that chain changes and coverage gaps share.
//!
//! Comes in: standings, links, trade. Leaves: factors with their facts. Never ranks anything itself.

use serde::Deserialize;

use crate::discovery::decision_chain::{Chains, Link};
use crate::discovery::market::{AccountIndex, Market, Outcome, PostIndex};
use crate::discovery::product::{Factor, Part};
use crate::discovery::title::Certain;
use crate::discovery::wording::{count, money};
use crate::evidence::{Bilingual, Facts};
use crate::model::{BuyingRole, Level};
use crate::ontology as o;

/// What levels and roles weigh, each in [0, 1].
#[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Level: decides.
    pub decision: f64,
    /// Level: runs a part.
    pub management: f64,
    /// Level: does the work.
    pub execution: f64,
    /// Level or role not known; also what an uncertain reading is drawn towards.
    pub unknown: f64,
    /// Role: signs.
    pub approver: f64,
    /// Role: decides.
    pub decision_maker: f64,
    /// Role: backs it.
    pub sponsor: f64,
    /// Role: fights for us.
    pub champion: f64,
    /// Role: orders.
    pub procurement: f64,
    /// Role: judges.
    pub evaluator: f64,
    /// Role: is listened to.
    pub influencer: f64,
    /// Role: lets in.
    pub gatekeeper: f64,
    /// Role: uses.
    pub user: f64,
    /// Business of an account that has none with us.
    pub no_business: f64,
}

impl Weights {
    /// What a level weighs, drawn towards the unknown by its uncertainty.
    pub fn level(&self, level: Option<Certain<Level>>) -> f64 {
        self.drawn(
            level.map(|it| it.certainty),
            level.map(|it| match it.value {
                Level::Decision => self.decision,
                Level::Management => self.management,
                Level::Execution => self.execution,
            }),
        )
    }

    /// What a buying role weighs, drawn towards the unknown by its uncertainty.
    pub fn role(&self, role: Option<Certain<BuyingRole>>) -> f64 {
        self.drawn(
            role.map(|it| it.certainty),
            role.map(|it| match it.value {
                BuyingRole::Approver => self.approver,
                BuyingRole::DecisionMaker => self.decision_maker,
                BuyingRole::Sponsor => self.sponsor,
                BuyingRole::Champion => self.champion,
                BuyingRole::Procurement => self.procurement,
                BuyingRole::Evaluator => self.evaluator,
                BuyingRole::Influencer => self.influencer,
                BuyingRole::Gatekeeper => self.gatekeeper,
                BuyingRole::User => self.user,
            }),
        )
    }

    fn drawn(&self, certainty: Option<f64>, weight: Option<f64>) -> f64 {
        let certainty = certainty.unwrap_or(0.0);
        certainty * weight.unwrap_or(self.unknown) + (1.0 - certainty) * self.unknown
    }

    /// What a level weighs that settings require.
    pub fn of_required(&self, level: Option<Level>) -> f64 {
        self.level(level.map(|value| Certain { value, certainty: 1.0 }))
    }

    /// How much a post weighs by level and role alone.
    pub fn of_link(&self, link: &Link) -> f64 {
        (self.level(link.standing.level) + self.role(link.standing.role)) / 2.0
    }
}

/// Level and buying role of a post.
pub fn standing_factor(market: &Market, chains: &Chains, post: Option<PostIndex>, weights: &Weights) -> Factor {
    let standing = post.map(|post| chains.standings[post as usize]).unwrap_or_default();
    let facts = || post.map(|post| post_facts(market, post)).unwrap_or_default();
    let (level, role) = (standing.level, standing.role);
    let level_text = text_of(level.map(|it| (it.value.name(), it.value.name_zh(), it.certainty)), "level", "层级");
    let role_text =
        text_of(role.map(|it| (it.value.name(), it.value.name_zh(), it.certainty)), "buying role", "采购角色");
    let part = |signal, text, value| Part { signal, text, value, weight: 0.5, facts: facts() };
    Factor {
        signal: "standing",
        text: Bilingual::new("level and buying role of the post", "职位的层级与采购角色"),
        exponent: 0.4,
        parts: vec![
            part("level", level_text, weights.level(level)),
            part("buying_role", role_text, weights.role(role)),
        ],
    }
}

fn text_of(known: Option<(&str, &str, f64)>, what: &str, what_zh: &str) -> Bilingual {
    match known {
        Some((name, name_zh, certainty)) => {
            let sure = (certainty * 100.0).round();
            Bilingual::new(format!("{what}: {name} ({sure}% sure)"), format!("{what_zh}：{name_zh}（把握 {sure}%）"))
        }
        None => Bilingual::new(format!("{what}: not known"), format!("{what_zh}：未知")),
    }
}

/// Where the post stands in the chain.
pub fn structure_factor(market: &Market, link: Option<&Link>, unknown: f64) -> Factor {
    let text = match link {
        Some(link) if link.is_approver => Bilingual::new("signs: every purchase ends here", "审批人：采购最终由其签字"),
        Some(link) if link.is_dominator => {
            Bilingual::new("no path to the approver goes round this post", "通往审批人的每条路径都经过该职位")
        }
        Some(link) if link.is_articulation => {
            Bilingual::new("without this post the chain falls in two", "缺少该职位，决策链将断开")
        }
        Some(link) if link.n_below > 0 => Bilingual::new(
            format!("{} posts report to it, directly or not", link.n_below),
            format!("直接或间接下属职位 {} 个", link.n_below),
        ),
        Some(link) if link.between > 0.0 => Bilingual::new(
            format!("lies between {:.0} % of the pairs of other posts", 100.0 * link.between),
            format!("其他职位两两之间的最短路径有{:.0}%经过该职位", 100.0 * link.between),
        ),
        _ => Bilingual::new("no special place in the reporting lines", "在汇报线上没有特殊位置"),
    };
    let value = link.map_or(unknown, |link| link.importance);
    let facts = link.map(|link| line_facts(market, link.post)).unwrap_or_default();
    let part = Part { signal: "place_in_chain", text, value, weight: 1.0, facts };
    let text = Bilingual::new("place in the decision chain", "在决策链中的位置");
    Factor { signal: "structure", text, exponent: 0.3, parts: vec![part] }
}

/// What a post's rows say of it: title, and what the source declares.
pub fn post_facts(market: &Market, post: PostIndex) -> Facts {
    let id = market.people.posts.ids[post as usize];
    let said = [o::TITLE, o::LEVEL, o::FUNCTION, o::BUYING_ROLE, o::RANK, o::ORG_POST_IN];
    let each = said.iter().flat_map(|predicate| {
        market.snapshot.objects(id, *predicate).into_iter().map(move |object| (id, *predicate, object))
    });
    Facts::read(&market.snapshot, &each.collect::<Vec<_>>())
}

/// The reporting lines of a post, up and down; where there is none, what its rows say.
pub fn line_facts(market: &Market, post: PostIndex) -> Facts {
    let people = &market.people;
    let touching = people.lines.iter().filter(|line| line.reporting == post || line.superior == post);
    let statement = |line: &crate::discovery::market::Line| {
        let superior = people.posts.ids[line.superior as usize];
        match line.id {
            Some(id) => (id, o::SUPERIOR_POST, superior),
            None => (people.posts.ids[line.reporting as usize], o::ORG_REPORTS_TO, superior),
        }
    };
    let statements: Vec<_> = touching.map(statement).collect();
    if statements.is_empty() { post_facts(market, post) } else { Facts::read(&market.snapshot, &statements) }
}

/// Business with every account: what is open, what was bought in 12 months, and the place among all that do business.
#[derive(Clone, Debug, Default)]
pub struct Business {
    /// Sum of open opportunities.
    pub open: Vec<f64>,
    /// Purchases of the past 12 months.
    pub spend: Vec<f64>,
    sorted_open: Vec<f64>,
    sorted_spend: Vec<f64>,
}

impl Business {
    /// Adds up every account's business as of the market's day.
    pub fn read(market: &Market) -> Self {
        let year_ago = market.as_of.plus_months(-12);
        let purchases = &market.trade.purchases;
        let spend = |account| purchases.sum(purchases.between(account, year_ago, market.as_of)).value().max(0.0);
        let open = |account| {
            let all = market.trade.opportunities_of(account).iter();
            let open = all.filter(|it| it.outcome == Outcome::Open);
            open.filter_map(|it| it.amount).map(|it| it.value().max(0.0)).sum::<f64>()
        };
        let open: Vec<f64> = market.accounts.indexes().map(open).collect();
        let spend: Vec<f64> = market.accounts.indexes().map(spend).collect();
        let (sorted_open, sorted_spend) = (positive(&open), positive(&spend));
        Self { open, spend, sorted_open, sorted_spend }
    }

    /// The account's business as a factor.
    pub fn factor(&self, market: &Market, account: AccountIndex, weights: &Weights) -> Factor {
        let at = account.index();
        let (open, spend) = (self.open[at], self.spend[at]);
        let place = |value: f64, sorted: &[f64]| {
            let share = sorted.partition_point(|it| *it <= value) as f64 / sorted.len().max(1) as f64;
            if value > 0.0 { weights.no_business + (1.0 - weights.no_business) * share } else { weights.no_business }
        };
        let (open_text, spend_text) = (open_text(market, account, open), spend_text(market, spend));
        let part = |signal, text, value, facts| Part { signal, text, value, weight: 0.5, facts };
        Factor {
            signal: "business",
            text: Bilingual::new("business with the account", "与该客户的业务"),
            exponent: 0.3,
            parts: vec![
                part("open_opportunities", open_text, place(open, &self.sorted_open), open_facts(market, account)),
                part("spend_12m", spend_text, place(spend, &self.sorted_spend), spend_facts(market, account)),
            ],
        }
    }
}

fn open_text(market: &Market, account: AccountIndex, open: f64) -> Bilingual {
    let n_open = market.trade.opportunities_of(account).iter().filter(|it| it.outcome == Outcome::Open).count();
    if n_open == 0 {
        return Bilingual::new("no open opportunity", "暂无在谈商机");
    }
    if open <= 0.0 {
        let named = count(n_open, "open opportunity", "open opportunities");
        return Bilingual::new(format!("{named} without an amount"), format!("{n_open}个在谈商机，金额未定"));
    }
    let open = money(open, market.trade.currency.as_deref());
    Bilingual::new(format!("open opportunities worth {}", open.en), format!("在谈商机{}", open.zh))
}

fn spend_text(market: &Market, spend: f64) -> Bilingual {
    if spend <= 0.0 {
        return Bilingual::new("bought nothing in 12 months", "近12个月没有采购");
    }
    let spend = money(spend, market.trade.currency.as_deref());
    Bilingual::new(format!("bought for {} in 12 months", spend.en), format!("近12个月采购额{}", spend.zh))
}

fn positive(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| *value > 0.0).collect();
    sorted.sort_by(f64::total_cmp);
    sorted
}

fn open_facts(market: &Market, account: AccountIndex) -> Facts {
    let all = market.trade.opportunities_of(account).iter();
    let open = all
        .filter(|it| it.outcome == Outcome::Open)
        .flat_map(|it| market.snapshot.objects(it.id, o::AMOUNT).into_iter().map(|amount| (it.id, o::AMOUNT, amount)));
    account_facts(market, account, open.collect())
}

fn spend_facts(market: &Market, account: AccountIndex) -> Facts {
    let purchases = &market.trade.purchases;
    let run = purchases.between(account, market.as_of.plus_months(-12), market.as_of);
    let n_facts = run.len() as u64;
    let shown = run.rev().take(10).flat_map(|place| {
        let id = purchases.ids[place];
        market.snapshot.objects(id, o::AMOUNT).into_iter().map(move |amount| (id, o::AMOUNT, amount))
    });
    let mut facts = account_facts(market, account, shown.collect());
    facts.n_facts = facts.n_facts.max(n_facts);
    facts
}

/// The statements given; where there is none, the account's own: that nothing was found is read from its rows.
fn account_facts(
    market: &Market,
    account: AccountIndex,
    mut statements: Vec<(crate::store::Id, oxigraph::model::NamedNodeRef<'static>, crate::store::Id)>,
) -> Facts {
    if statements.is_empty() {
        let id = market.accounts.ids[account.index()];
        let class = market.snapshot.id(o::ACCOUNT.into());
        statements.extend(class.map(|class| (id, o::RDF_TYPE, class)));
    }
    Facts::read(&market.snapshot, &statements)
}
