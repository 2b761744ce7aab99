//! The decision chain of an account on a day: its posts, who holds them, who reports to whom, who signs.
//!
//! Comes in: people and their spells. Leaves: a [`DecisionChain`], a result in itself. Never looks at business or
//! findings. Costs a few passes over the account's posts and lines.
//!
//! What a post's place in the lines weighs is in [`crate::discovery::structure`].

use rayon::prelude::*;
use serde::Deserialize;

use crate::discovery::market::{AccountIndex, Line, People, PersonIndex, PostIndex};
use crate::discovery::spell::{self, Spell, Spells};
use crate::discovery::structure::{self, count_below};
use crate::discovery::title::{Certain, Standing, standing};
use crate::model::{BuyingRole, Day, Level};

/// How a chain is read.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How rows become spells.
    pub spells: spell::Settings,
    /// A post that nobody has held for longer is taken as gone, in days.
    pub vacancy_days: i32,
    /// Structural importance of any post.
    pub base: f64,
    /// Added for a post that dominates the approver.
    pub dominator: f64,
    /// Added for a post whose loss cuts the chain in two.
    pub articulation: f64,
    /// Added in proportion to the posts below.
    pub below: f64,
    /// Added in proportion to the pairs of other posts between which it lies.
    pub between: f64,
    /// Structural importance where no reporting line is known.
    pub unknown: f64,
}

/// What chains are made from: spells, standings and lines of all posts.
#[derive(Clone, Debug, Default)]
pub struct Chains {
    /// Who held which post when.
    pub spells: Spells,
    /// Level, function and role of each post, by place.
    pub standings: Vec<Standing>,
    posts_by_account: Vec<(AccountIndex, PostIndex)>,
    lines: Vec<(Line, Vec<spell::Span>)>,
}

/// The decision chain of an account on a day.
#[derive(Clone, PartialEq, Debug)]
pub struct DecisionChain {
    /// The account.
    pub account: AccountIndex,
    /// The day.
    pub day: Day,
    /// Its posts, in the order of [`PostIndex`].
    pub links: Vec<Link>,
    /// Place in `links` of who signs.
    pub approver: Option<usize>,
    /// What is known of it.
    pub completeness: Completeness,
}

/// A post in a chain.
#[derive(Clone, PartialEq, Debug)]
pub struct Link {
    /// The post.
    pub post: PostIndex,
    /// Who holds it, ascending; empty when vacant.
    pub holders: Vec<PersonIndex>,
    /// Level, function and role.
    pub standing: Standing,
    /// Places in the chain's links of the posts that it reports to, solid lines first.
    pub superiors: Vec<usize>,
    /// Whether it signs.
    pub is_approver: bool,
    /// Whether no path from the contacts we know (or the users) to the approver goes round it.
    pub is_dominator: bool,
    /// Whether its loss cuts the chain in two.
    pub is_articulation: bool,
    /// How many posts stand below it.
    pub n_below: u32,
    /// Share of the pairs of other posts between which it lies, along lines of any kind.
    pub between: f64,
    /// Structural importance, in [0, 1].
    pub importance: f64,
}

/// How much of a chain is known.
#[derive(Clone, Copy, PartialEq, Debug, Default, serde::Serialize)]
pub struct Completeness {
    /// Whether somebody is known who signs.
    pub has_approver: bool,
    /// For decision, management, execution: whether somebody is known there.
    pub has_level: [bool; 3],
    /// Share of posts with a holder.
    pub held: f64,
    /// Share of posts but the highest with a reporting line.
    pub reporting: f64,
}

impl Completeness {
    /// All of it as one number in [0, 1]: the mean of its six parts.
    pub fn share(&self) -> f64 {
        let truths = [self.has_approver, self.has_level[0], self.has_level[1], self.has_level[2]];
        (truths.iter().map(|it| f64::from(u8::from(*it))).sum::<f64>() + self.held + self.reporting) / 6.0
    }
}

impl Chains {
    /// Reads spells, standings and lines of all posts.
    pub fn read(people: &People, settings: &Settings) -> Self {
        let posts = &people.posts;
        let read = |post: usize| standing(&posts.titles[post], posts.declared[post]);
        let mut standings: Vec<_> = (0..posts.len()).into_par_iter().map(read).collect();
        let posts_by_account = people.posts_by_account();
        rank_levels(people, &posts_by_account, &mut standings);
        let lines = people.lines.iter().map(|line| (*line, spell::line_spans(people, line))).collect();
        Self { spells: Spells::read(people, settings.spells), standings, posts_by_account, lines }
    }

    /// All posts that an account ever had, ascending.
    pub fn posts_of(&self, account: AccountIndex) -> impl Iterator<Item = PostIndex> + Clone {
        let start = self.posts_by_account.partition_point(|it| it.0 < account);
        let end = self.posts_by_account.partition_point(|it| it.0 <= account);
        self.posts_by_account[start..end].iter().map(|it| it.1)
    }

    /// The accounts that have posts, ascending.
    pub fn accounts(&self) -> Vec<AccountIndex> {
        let mut accounts: Vec<_> = self.posts_by_account.iter().map(|it| it.0).collect();
        accounts.dedup();
        accounts
    }

    /// The posts that a post reported to on a day, solid lines only unless all are asked for.
    pub fn superiors_on(&self, post: PostIndex, day: Day, with_dotted: bool) -> Vec<PostIndex> {
        let start = self.lines.partition_point(|it| it.0.reporting < post);
        let run = self.lines[start..].iter().take_while(|it| it.0.reporting == post);
        let there =
            run.filter(|(line, spans)| (with_dotted || line.is_solid) && spans.iter().any(|span| span.holds_on(day)));
        let mut found: Vec<_> = there.map(|(line, _)| (!line.is_solid, line.superior)).collect();
        found.sort_unstable();
        let mut superiors = Vec::with_capacity(found.len());
        for (_, superior) in found {
            if !superiors.contains(&superior) {
                superiors.push(superior);
            }
        }
        superiors
    }

    /// When the line between two posts began that holds on a day.
    pub fn line_began(&self, reporting: PostIndex, superior: PostIndex, day: Day) -> Option<spell::Bracket> {
        let start = self.lines.partition_point(|it| (it.0.reporting, it.0.superior) < (reporting, superior));
        let run = self.lines[start..].iter().take_while(|it| (it.0.reporting, it.0.superior) == (reporting, superior));
        run.flat_map(|it| &it.1).find(|span| span.holds_on(day)).and_then(|span| span.began)
    }

    /// Who held a post on a day, ascending.
    pub fn holders_on(&self, post: PostIndex, day: Day) -> Vec<PersonIndex> {
        let there = self.spells.of_post(post).iter().filter(|it| it.holds_on(day));
        let mut holders: Vec<_> = there.map(|it| it.person).collect();
        holders.sort_unstable();
        holders.dedup();
        holders
    }

    /// Whether a post is there on a day: held, or shown by the source, or vacant for not too long.
    pub fn is_there_on(&self, people: &People, post: PostIndex, day: Day, settings: &Settings) -> bool {
        let life = self.spells.life(post);
        let spells = self.spells.of_post(post);
        if spells.iter().any(|it| it.holds_on(day)) {
            return true;
        }
        let last_end = spells.iter().filter_map(|it| it.ended).map(|it| it.latest).filter(|end| *end <= day).max();
        let is_freshly_vacant = last_end.is_some_and(|end| day - end <= settings.vacancy_days);
        let has_reporting_line = !self.superiors_on(post, day, true).is_empty();
        let was_never_held = people.memberships_of(post).is_empty();
        life.is_there_on(day) && (life.is_own || is_freshly_vacant || has_reporting_line || was_never_held)
    }

    /// The chain of an account on a day; `is_known` says whom of the contacts we know.
    pub fn on(
        &self,
        people: &People,
        account: AccountIndex,
        day: Day,
        is_known: &dyn Fn(PersonIndex) -> bool,
        settings: &Settings,
    ) -> DecisionChain {
        let there = self.posts_of(account).filter(|post| self.is_there_on(people, *post, day, settings));
        let posts: Vec<PostIndex> = there.collect();
        let link = |post: &PostIndex| {
            let above = self.superiors_on(*post, day, true);
            Link {
                post: *post,
                holders: self.holders_on(*post, day),
                standing: self.standings[*post as usize],
                superiors: above.iter().filter_map(|post| posts.binary_search(post).ok()).collect(),
                is_approver: false,
                is_dominator: false,
                is_articulation: false,
                n_below: 0,
                between: 0.0,
                importance: settings.unknown,
            }
        };
        let mut links: Vec<Link> = posts.iter().map(link).collect();
        count_below(&mut links);
        let approver = approver(people, &links);
        if let Some(place) = approver {
            links[place].is_approver = true;
        }
        structure::add(&mut links, approver, is_known, settings);
        let completeness = completeness(&links, approver);
        DecisionChain { account, day, links, approver, completeness }
    }
}

impl DecisionChain {
    /// The link of a post.
    pub fn link_of(&self, post: PostIndex) -> Option<&Link> {
        self.links.binary_search_by(|link| link.post.cmp(&post)).ok().map(|place| &self.links[place])
    }
}

/// Where titles say nothing and the source orders its posts, the order within the account gives a level.
fn rank_levels(people: &People, posts_by_account: &[(AccountIndex, PostIndex)], standings: &mut [Standing]) {
    for run in posts_by_account.chunk_by(|one, other| one.0 == other.0) {
        let rank = |post: PostIndex| people.posts.rank[post as usize];
        let mut ranks: Vec<i64> = run.iter().filter_map(|it| rank(it.1)).collect();
        ranks.sort_unstable();
        ranks.dedup();
        for (_, post) in run {
            let (Some(rank), None) = (rank(*post), standings[*post as usize].level) else { continue };
            let place = ranks.partition_point(|other| *other < rank);
            let (value, certainty) = match place {
                0 => (Level::Decision, 0.5),
                _ if place * 2 <= ranks.len() => (Level::Management, 0.4),
                _ => (Level::Execution, 0.4),
            };
            let declared = people.posts.declared[*post as usize];
            let read = standing("", crate::discovery::title::Declared { level: Some(value), ..declared });
            let level = Some(Certain { value, certainty });
            let role = read.role.map(|it| Certain { certainty: it.certainty * certainty, ..it });
            let function = standings[*post as usize].function;
            standings[*post as usize] = Standing { level, function, role, grade: read.grade };
        }
    }
}

/// Who signs: the declared or highest approver, else the highest decision maker, else the top of the reporting lines.
fn approver(people: &People, links: &[Link]) -> Option<usize> {
    let best = |role: BuyingRole| {
        let with = (0..links.len()).filter(|place| links[*place].standing.role.is_some_and(|it| it.value == role));
        with.max_by_key(|place| {
            let standing = &links[*place].standing;
            let is_declared = standing.role.is_some_and(|it| it.certainty >= 1.0);
            let rank = people.posts.rank[links[*place].post as usize].map(|rank| -rank);
            (is_declared, standing.grade, rank, links[*place].n_below, std::cmp::Reverse(*place))
        })
    };
    let top = || {
        let above_others = (0..links.len()).filter(|place| links[*place].n_below > 0);
        above_others.max_by_key(|place| (links[*place].n_below, std::cmp::Reverse(*place)))
    };
    best(BuyingRole::Approver).or_else(|| best(BuyingRole::DecisionMaker)).or_else(top)
}

fn completeness(links: &[Link], approver: Option<usize>) -> Completeness {
    let n_links = links.len().max(1) as f64;
    let held = links.iter().filter(|link| !link.holders.is_empty());
    let has = |level: &Level| held.clone().any(|link| link.standing.level.is_some_and(|it| it.value == *level));
    let reporting = links.iter().filter(|link| !link.superiors.is_empty()).count() as f64;
    Completeness {
        has_approver: approver.is_some_and(|place| !links[place].holders.is_empty()),
        has_level: [has(&Level::Decision), has(&Level::Management), has(&Level::Execution)],
        held: held.count() as f64 / n_links,
        reporting: if links.len() < 2 { 0.0 } else { (reporting / (n_links - 1.0)).min(1.0) },
    }
}

/// The spell of a person in a post that holds on a day.
pub fn spell_on(spells: &Spells, post: PostIndex, person: PersonIndex, day: Day) -> Option<&Spell> {
    spells.of_post(post).iter().find(|it| it.person == person && it.holds_on(day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::market::Market;
    use crate::discovery::relations::Relations;
    use crate::discovery::trial::{TODAY, Trial, settings};

    /// user → buyer → finance → head, and an engineer who reports to the head.
    fn trial() -> Trial {
        let posts = [
            ("a-use", "Operator"),
            ("b-buy", "Procurement Manager"),
            ("c-fin", "Chief Financial Officer"),
            ("d-ceo", "Chief Executive Officer"),
            ("e-eng", "Chief Engineer"),
        ];
        let base = Trial::default().account("North", "");
        let trial = posts.iter().fold(base, |trial, (key, title)| {
            trial.say(&format!(
                "id:{key} a org:Post ; ka:title '{title}' ; org:postIn id:North .
                 id:p-{key} a foaf:Person ; foaf:name 'P {key}' .
                 id:m-{key} a org:Membership ; org:member id:p-{key} ; ka:inPost id:{key} ;
                   schema:startDate '2020-01-01'^^xsd:date ."
            ))
        });
        trial.say(
            "id:a-use org:reportsTo id:b-buy . id:b-buy org:reportsTo id:c-fin . id:c-fin org:reportsTo id:d-ceo .
             id:e-eng org:reportsTo id:d-ceo .",
        )
    }

    fn chain(market: &Market) -> DecisionChain {
        let settings = settings().relations;
        let relations = Relations::read(market, &settings);
        relations.chain_on(market.accounts.indexes().next().unwrap(), market.as_of)
    }

    #[test]
    fn the_head_signs_and_who_stands_on_every_path_dominates() {
        let met = "id:e a ka:Employee . id:i a ka:Interaction ; ka:employee id:e ; ka:contact id:p-a-use ;
                   ka:date '2025-06-29'^^xsd:date ; ka:channel 'meeting' .";
        let chain = chain(&trial().say(met).market_on(TODAY));
        assert_eq!(chain.links.len(), 5);
        assert_eq!(chain.approver, Some(3));
        let dominators: Vec<bool> = chain.links.iter().map(|link| link.is_dominator).collect();
        assert_eq!(dominators, [true, true, true, false, false]);
        let cuts: Vec<bool> = chain.links.iter().map(|link| link.is_articulation).collect();
        assert_eq!(cuts, [false, true, true, true, false]);
        let below: Vec<u32> = chain.links.iter().map(|link| link.n_below).collect();
        assert_eq!(below, [0, 1, 2, 4, 0]);
        let between: Vec<f64> = chain.links.iter().map(|link| link.between * 6.0).collect();
        assert_eq!(between, [0.0, 3.0, 4.0, 3.0, 0.0]);
        assert_eq!(chain.links[3].importance, 1.0);
        assert!(chain.links[2].importance > chain.links[4].importance);
        assert!((chain.completeness.share() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_declared_approver_signs_whatever_the_titles_say() {
        let declared = "id:b-buy ka:buyingRole ka:BuyingRole-approver .";
        assert_eq!(chain(&trial().say(declared).market_on(TODAY)).approver, Some(1));
    }

    #[test]
    fn a_chain_on_an_earlier_day_shows_who_held_the_posts_then() {
        let market = trial()
            .say("id:m-b-buy schema:endDate '2025-05-01'^^xsd:date .")
            .say("id:m2 a org:Membership ; org:member id:p-a-use ; ka:inPost id:b-buy .")
            .say("id:m2 schema:startDate '2025-05-01'^^xsd:date .")
            .market_on(TODAY);
        let settings = settings().relations;
        let relations = Relations::read(&market, &settings);
        let north = market.accounts.indexes().next().unwrap();
        let holder = |day: &str| {
            let chain = relations.chain_on(north, day.parse().unwrap());
            chain.links[1].holders.iter().map(|who| relations.person(*who).name).collect::<Vec<_>>()
        };
        assert_eq!(holder("2025-04-30"), ["P b-buy"]);
        assert_eq!(holder("2025-05-01"), ["P a-use"]);
    }

    #[test]
    fn a_chain_without_lines_or_titles_says_so() {
        let market = Trial::default()
            .account("North", "")
            .say("id:x a org:Post ; ka:title 'Bishop' ; org:postIn id:North .")
            .market_on(TODAY);
        let chain = chain(&market);
        assert_eq!((chain.links.len(), chain.approver), (1, None));
        assert_eq!(chain.completeness.share(), 0.0);
    }
}
