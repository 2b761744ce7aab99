//! A snapshot's findings as of a day.

use crate::discovery::candidate::{self, Candidates};
use crate::discovery::case::{Case, Decided, Earlier, cases};
use crate::discovery::coverage::{self, GapKind, attention};
use crate::discovery::derived::{Derived, derived};
use crate::discovery::introduction::Ways;
use crate::discovery::market::{Identities, Market};
use crate::discovery::relations::Relations;
use crate::discovery::signals::Window;
use crate::discovery::visit_plan::{self, Visit};
use crate::discovery::{Finding, FindingKind, Settings, chain_change, risk, today};
use crate::evidence::Bilingual;
use crate::model::Day;
use crate::pipeline::PipelineError;
use crate::publish::AccountPoint;
use crate::store::Snapshot;

/// A tie below this strength is not said in the graph.
const LEAST_STRENGTH_SAID: f64 = 0.01;
/// Spend in the charts is that of so many months.
const SPEND_MONTHS: i32 = 12;

/// For which days findings are asked.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// As of which day; `None`: the last day with activity in the data that is not after `today`.
    pub as_of: Option<Day>,
    /// Since which day changes are told; `None`: as long before `as_of` as settings say.
    pub since: Option<Day>,
    /// Today, by the clock or as given.
    pub today: Day,
}

/// Everything that was found.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Found {
    /// The day as of which it holds.
    pub as_of: Day,
    /// The day since which changes are told.
    pub since: Day,
    /// Candidates, the best first.
    pub candidates: Vec<Finding>,
    /// Chain changes, the most severe first.
    pub changes: Vec<Finding>,
    /// Coverage gaps, the most important first.
    pub gaps: Vec<Finding>,
    /// Risks, the gravest first.
    #[serde(default)]
    pub risks: Vec<Finding>,
    /// What is to be done about accounts, see [`Found::make_cases`]; an owner's together, the most urgent first.
    #[serde(default)]
    pub cases: Vec<Case>,
    /// The visits that close most gaps, the most useful first.
    #[serde(default)]
    pub visits: Vec<Visit>,
    /// Accounts for the charts, the greatest spend first.
    pub accounts: Vec<AccountPoint>,
    /// What a reader must know.
    pub notes: Vec<Bilingual>,
    /// Roll-ups, classes and ties, for the graph.
    #[serde(skip)]
    pub derived: Vec<Derived>,
}

/// The day as of which findings are asked.
pub fn day(snapshot: &Snapshot, asked: &Asked) -> Result<Day, PipelineError> {
    asked.as_of.or_else(|| today::last_activity(snapshot, asked.today)).ok_or(PipelineError::NoDay)
}

/// Everything that is found in a snapshot as of a day, with the identities that its derived graphs say.
pub fn discover(snapshot: &Snapshot, as_of: Day, since: Option<Day>, settings: &Settings) -> Found {
    discover_with(snapshot, as_of, since, settings, &Identities::read(snapshot), &Decided::default())
}

/// Everything that is found in a snapshot as of a day, each entity being one account or person, with what people decided
/// about candidates.
pub fn discover_with(
    snapshot: &Snapshot,
    as_of: Day,
    since: Option<Day>,
    settings: &Settings,
    identities: &Identities,
    decided: &Decided,
) -> Found {
    let market = Market::read_with(snapshot, as_of, &settings.market, identities);
    let relations = Relations::read(&market, &settings.relations);
    let since = since.unwrap_or(as_of + -settings.chain_change.window_days);
    let ways = Ways::read(&relations, &settings.coverage.introduction);
    let candidates = candidate::find(&market, &settings.candidate, &relations.introductions(&ways), decided);
    let changes = chain_change::findings(&relations, Some(since), &settings.chain_change);
    let risks = risk::findings(&relations, &settings.chain_change, &settings.risk);
    let coverage = &settings.coverage;
    let (is_key, abc) = key_and_class(&market, &candidates);
    let attention = attention(&market, &is_key, &candidates.findings, coverage.top_candidates, &abc);
    let mut gaps = coverage::findings(&relations, &attention, coverage);
    let mut derived = derived(&market, &candidates);
    derived.extend(relations.ties.derived(&market.people, LEAST_STRENGTH_SAID));
    let accounts = points(&market, &candidates);
    let Candidates { findings: candidates, mut notes, .. } = candidates;
    if market.people.interactions.is_empty() {
        gaps.retain(|gap| !rests_on_ties(gap));
        notes.push(no_interactions());
    }
    let (cases, visits) = (Vec::new(), visit_plan::plan(&relations, &ways, &gaps, &settings.visit_plan));
    Found { as_of, since, derived, candidates, changes, gaps, risks, cases, visits, accounts, notes }
}

impl Found {
    /// Makes cases of the findings, with what people decided and beside the cases of an earlier day.
    pub fn make_cases(&mut self, decided: &Decided, earlier: &Earlier, settings: &Settings) {
        let lists = [&self.risks, &self.changes, &self.gaps, &self.candidates].map(Vec::as_slice);
        self.cases = cases(&lists, self.as_of, decided, earlier, &settings.case);
    }
}

/// Whether a gap says that somebody is not known well enough, which only recorded interactions can tell.
fn rests_on_ties(gap: &Finding) -> bool {
    let of_ties = [GapKind::Unknown, GapKind::Stale, GapKind::SingleThreaded].map(GapKind::name);
    matches!(&gap.kind, FindingKind::CoverageGap(detail) if of_ties.contains(&detail.gap.as_str()))
}

fn no_interactions() -> Bilingual {
    Bilingual::new(
        "the data hold no interactions, so nothing is said about who is known, forgotten or known by one person only",
        "数据中没有互动记录，因此无法判断哪些人尚未接触、久未联系或仅由一人维系",
    )
}

/// Whether each account is a key account today, and its class.
fn key_and_class(market: &Market, candidates: &Candidates) -> (Vec<bool>, Vec<char>) {
    let is_key = market.accounts.is_key.iter().map(|is_key| *is_key == Some(true)).collect();
    (is_key, candidates.classes.iter().map(|class| class.abc).collect())
}

fn points(market: &Market, candidates: &Candidates) -> Vec<AccountPoint> {
    let year = Window::ending(market.as_of, SPEND_MONTHS);
    let spend = |account| {
        let purchases = &market.trade.purchases;
        purchases.sum(purchases.between(account, year.after, year.until)).value()
    };
    let mut points: Vec<_> = market
        .accounts
        .indexes()
        .zip(&candidates.classes)
        .map(|(account, class)| AccountPoint {
            name: market.accounts.name(account).to_owned(),
            spend_12m: spend(account),
            value: class.value,
            strategic: class.strategic,
            quadrant: class.quadrant.name().to_owned(),
            abc_class: class.abc,
            is_key: market.accounts.is_key[account.index()] == Some(true),
        })
        .collect();
    points.sort_by(|a, b| b.spend_12m.total_cmp(&a.spend_12m).then_with(|| a.name.cmp(&b.name)));
    points
}
