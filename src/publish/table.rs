//! Findings as tables: one row a finding, a column of its name and what stands in it.

use crate::discovery::case::{Case, Told};
use crate::discovery::offer::Offer;
use crate::discovery::outlook::Outlook;
use crate::discovery::visit_plan::{ClosedGap, Visit};
use crate::discovery::{
    CandidateDetail, ChainChangeDetail, CoverageGapDetail, Finding, FindingKind, NamedIri, OpenRisk, RankDoubt,
    RiskDetail,
};
use crate::evidence::Evidence;
use crate::model::Day;
use crate::publish::RunReport;

/// How many reasons stand in the table's `why` cell; the report and `kagraph explain` show all.
const REASONS_SHOWN: usize = 3;
/// How many findings of a case stand in its row.
const FINDINGS_SHOWN: usize = 5;

/// One cell.
#[derive(Clone, PartialEq, Debug)]
pub enum Cell {
    /// Nothing is known.
    Empty,
    /// Words.
    Text(String),
    /// A number, and how many digits after the point are shown of it.
    Number(f64, usize),
    /// A day.
    Day(Day),
    /// Yes or no.
    Truth(bool),
}

/// One table; all rows are as long as the head.
#[derive(Clone, Debug)]
pub struct Table {
    /// What it lists, as a file's or a sheet's name: `cases`, `candidates`, `changes`, `gaps`, `risks`, `visits`.
    pub name: &'static str,
    /// Names of the columns.
    pub head: Vec<&'static str>,
    /// The rows, in the order of the findings.
    pub rows: Vec<Vec<Cell>>,
}

type Column<D> = (&'static str, fn(&Finding, &D) -> Cell);

/// All tables of a run.
pub fn tables(report: &RunReport<'_>) -> Vec<Table> {
    let mut tables = vec![cases(report.cases), candidates(report.candidates), changes(report.changes)];
    tables.extend([gaps(report.gaps), risks(report.risks), visits(report.visits)]);
    tables
}

/// The cases' table: an owner's together, the most urgent first.
fn cases(cases: &[Case]) -> Table {
    type Column = (&'static str, fn(&Case) -> Cell);
    const COLUMNS: &[Column] = &[
        ("owner", |case| name(case.owner.as_ref())),
        ("account", |case| text(&case.account.name)),
        ("place", |case| if case.place == 0 { Cell::Empty } else { Cell::Number(case.place as f64, 0) }),
        ("status", |case| text(case.status.name())),
        ("news", |case| text(case.news.name())),
        ("since", |case| Cell::Day(case.since)),
        ("about", |case| text(listed(case, " ", |told| told.kind.clone()))),
        ("next_step", |case| text(&case.next_step.en)),
        ("next_step_zh", |case| text(&case.next_step.zh)),
        ("why", |case| text(listed(case, "\n", |told| told.sentence.en.clone()))),
        ("why_zh", |case| text(listed(case, "\n", |told| told.sentence.zh.clone()))),
        ("decided_because", |case| text(&case.reason)),
        ("case", |case| text(&case.id)),
        ("findings", |case| text(listed(case, " ", |told| told.id.clone()))),
        ("account_iri", |case| text(&case.account.iri)),
    ];
    Table {
        name: "cases",
        head: COLUMNS.iter().map(|column| column.0).collect(),
        rows: cases.iter().map(|case| COLUMNS.iter().map(|column| (column.1)(case)).collect()).collect(),
    }
}

/// What the first findings of a case say; the tables of their kinds hold all.
fn listed(case: &Case, between: &str, of: fn(&Told) -> String) -> String {
    case.findings.iter().take(FINDINGS_SHOWN).map(of).collect::<Vec<_>>().join(between)
}

/// The candidates' table, the best first.
pub(super) fn candidates(findings: &[Finding]) -> Table {
    const COLUMNS: &[Column<CandidateDetail>] = &[
        ("rank", |_, detail| Cell::Number(f64::from(detail.rank), 0)),
        ("account", |finding, _| text(&finding.account_name)),
        ("is_group", |_, detail| Cell::Truth(detail.is_group)),
        ("accounts", |_, detail| Cell::Number(detail.n_accounts as f64, 0)),
        ("sector", |_, detail| detail.sector.as_deref().map_or(Cell::Empty, text)),
        ("score", score),
        ("ranked_by", |_, detail| text(&detail.ranked_by)),
        ("scorecard_score", |_, detail| Cell::Number(detail.scorecard_score, 3)),
        ("abc_class", |_, detail| Cell::Text(detail.abc_class.to_string())),
        ("quadrant", |_, detail| text(&detail.quadrant)),
        ("spend_12m", |_, detail| Cell::Number(detail.spend_12m, 2)),
        ("spend_previous_12m", |_, detail| Cell::Number(detail.spend_previous_12m, 2)),
        ("owner", owner),
        ("why", |finding, _| reasons(&finding.evidence)),
        ("sentence", sentence),
        ("sentence_zh", sentence_zh),
        ("through", |_, detail| names(&detail.through, "; ")),
        ("next_step", next_step),
        ("next_step_zh", next_step_zh),
        ("as_of", as_of),
        ("finding", id),
        ("account_iri", account_iri),
        ("rank_best", |_, detail| rank(detail, |doubt| doubt.best)),
        ("rank_worst", |_, detail| rank(detail, |doubt| doubt.worst)),
        ("check_first", |_, detail| detail.doubt.as_ref().map_or(Cell::Empty, |doubt| text(doubt.sentence()))),
        ("wallet", |_, detail| foreseen(detail, 2, |it| Some(it.wallet.as_ref()?.amount))),
        ("head_room", |_, detail| foreseen(detail, 2, |it| Some(it.wallet.as_ref()?.head_room))),
        ("peers", |_, detail| foreseen(detail, 0, |it| Some(it.wallet.as_ref()?.n_peers as f64))),
        ("peers_by", |_, detail| {
            let wallet = detail.outlook.as_ref().and_then(|it| it.wallet.as_ref());
            wallet.map_or(Cell::Empty, |it| text(it.by.name()))
        }),
        ("expected_months", |_, detail| foreseen(detail, 0, |it| Some(f64::from(it.expected?.months)))),
        ("expected_spend", |_, detail| foreseen(detail, 2, |it| Some(it.expected?.middle))),
        ("expected_spend_low", |_, detail| foreseen(detail, 2, |it| Some(it.expected?.low))),
        ("expected_spend_high", |_, detail| foreseen(detail, 2, |it| Some(it.expected?.high))),
        ("key_probability", |_, detail| foreseen(detail, 3, |it| Some(it.probability?.probability))),
        ("months_to_key", |_, detail| foreseen(detail, 1, |it| it.time?.months)),
        ("months_to_key_at_best", |_, detail| foreseen(detail, 1, |it| it.time?.months_at_best)),
        ("abc_class_before", |_, detail| detail.abc_class_before.map_or(Cell::Empty, text)),
        ("quadrant_before", |_, detail| text(&detail.quadrant_before)),
        ("revenue_share", |_, detail| Cell::Number(detail.share, 4)),
        ("dependency", |_, detail| Cell::Number(detail.dependency, 4)),
        ("look_alike", |_, detail| {
            detail.look_alike.as_ref().map_or(Cell::Empty, |it| Cell::Number(it.probability, 3))
        }),
        ("offers", |_, detail| text(detail.offers.iter().map(Offer::words).collect::<Vec<_>>().join("; "))),
    ];
    table("candidates", COLUMNS, findings, |kind| match kind {
        FindingKind::Candidate(detail) => Some(detail),
        _ => None,
    })
}

/// The chain changes' table, the most severe first.
fn changes(findings: &[Finding]) -> Table {
    const COLUMNS: &[Column<ChainChangeDetail>] = &[
        ("change", |_, detail| text(&detail.change)),
        ("account", |finding, _| text(&finding.account_name)),
        ("contact", |_, detail| name(detail.contact.as_ref())),
        ("post_before", |_, detail| name(detail.post_before.as_ref())),
        ("post_after", |_, detail| name(detail.post_after.as_ref())),
        ("account_before", |_, detail| name(detail.account_before.as_ref())),
        ("certainty", |_, detail| text(&detail.certainty)),
        ("earliest", |_, detail| detail.earliest.map_or(Cell::Empty, Cell::Day)),
        ("latest", |_, detail| detail.latest.map_or(Cell::Empty, Cell::Day)),
        ("level", |_, detail| detail.level.as_deref().map_or(Cell::Empty, text)),
        ("buying_role", |_, detail| detail.buying_role.as_deref().map_or(Cell::Empty, text)),
        ("score", score),
        ("owner", owner),
        ("sentence", sentence),
        ("sentence_zh", sentence_zh),
        ("next_step", next_step),
        ("next_step_zh", next_step_zh),
        ("as_of", as_of),
        ("finding", id),
        ("account_iri", account_iri),
    ];
    table("changes", COLUMNS, findings, |kind| match kind {
        FindingKind::ChainChange(detail) => Some(detail),
        _ => None,
    })
}

/// The coverage gaps' table, the most important first.
fn gaps(findings: &[Finding]) -> Table {
    const COLUMNS: &[Column<CoverageGapDetail>] = &[
        ("gap", |_, detail| text(&detail.gap)),
        ("account", |finding, _| text(&finding.account_name)),
        ("contact", |_, detail| name(detail.contact.as_ref())),
        ("post", |_, detail| name(detail.post.as_ref())),
        ("level", |_, detail| detail.level.as_deref().map_or(Cell::Empty, text)),
        ("function", |_, detail| detail.function.as_deref().map_or(Cell::Empty, text)),
        ("best_strength", |_, detail| Cell::Number(detail.best_strength, 3)),
        ("score", score),
        ("owner", owner),
        ("sentence", sentence),
        ("sentence_zh", sentence_zh),
        ("introduction", |_, detail| {
            detail.introductions.first().map_or(Cell::Empty, |path| names(&path.people, " → "))
        }),
        ("next_step", next_step),
        ("next_step_zh", next_step_zh),
        ("as_of", as_of),
        ("finding", id),
        ("account_iri", account_iri),
    ];
    table("gaps", COLUMNS, findings, |kind| match kind {
        FindingKind::CoverageGap(detail) => Some(detail),
        _ => None,
    })
}

/// The risks' table, one row an account, the gravest first.
fn risks(findings: &[Finding]) -> Table {
    const COLUMNS: &[Column<RiskDetail>] = &[
        ("health", |_, detail| text(&detail.health)),
        ("account", |finding, _| text(&finding.account_name)),
        ("indicators", |_, detail| opened(detail, |open| open.indicator.clone())),
        ("first_seen", |_, detail| detail.first_seen().map_or(Cell::Empty, Cell::Day)),
        ("each_first_seen", |_, detail| opened(detail, |open| open.first_seen.to_string())),
        ("next_purchase_from", |_, detail| detail.next_purchase.map_or(Cell::Empty, |days| Cell::Day(days[0]))),
        ("next_purchase_until", |_, detail| detail.next_purchase.map_or(Cell::Empty, |days| Cell::Day(days[1]))),
        ("score", score),
        ("owner", owner),
        ("why", |finding, _| reasons(&finding.evidence)),
        ("sentence", sentence),
        ("sentence_zh", sentence_zh),
        ("next_step", next_step),
        ("next_step_zh", next_step_zh),
        ("as_of", as_of),
        ("finding", id),
        ("account_iri", account_iri),
    ];
    table("risks", COLUMNS, findings, |kind| match kind {
        FindingKind::Risk(detail) => Some(detail),
        _ => None,
    })
}

fn opened(detail: &RiskDetail, of: fn(&OpenRisk) -> String) -> Cell {
    text(detail.open.iter().map(of).collect::<Vec<_>>().join(" "))
}

/// The plan of visits as a table, the most useful first.
fn visits(visits: &[Visit]) -> Table {
    type Column = (&'static str, fn(&Visit) -> Cell);
    const COLUMNS: &[Column] = &[
        ("rank", |visit| Cell::Number(f64::from(visit.rank), 0)),
        ("employee", |visit| text(&visit.employee.name)),
        ("account", |visit| text(&visit.account.name)),
        ("value", |visit| Cell::Number(visit.value, 3)),
        ("closes", |visit| Cell::Number(visit.closes.len() as f64, 0)),
        ("whom", |visit| text(joined(visit, |gap| format!("{} ({})", gap.whom, gap.gap)))),
        ("as_of", |visit| Cell::Day(visit.as_of)),
        ("findings", |visit| text(joined(visit, |gap| gap.finding.clone()))),
        ("employee_iri", |visit| text(&visit.employee.iri)),
        ("account_iri", |visit| text(&visit.account.iri)),
    ];
    let row = |visit: &Visit| COLUMNS.iter().map(|(_, cell)| cell(visit)).collect();
    Table {
        name: "visits",
        head: COLUMNS.iter().map(|(name, _)| *name).collect(),
        rows: visits.iter().map(row).collect(),
    }
}

fn joined(visit: &Visit, of: impl Fn(&ClosedGap) -> String) -> String {
    visit.closes.iter().map(of).collect::<Vec<_>>().join("; ")
}

fn table<D>(
    name: &'static str,
    columns: &[Column<D>],
    findings: &[Finding],
    detail: fn(&FindingKind) -> Option<&D>,
) -> Table {
    let row = |finding: &Finding| {
        let detail = detail(&finding.kind)?;
        Some(columns.iter().map(|(_, cell)| cell(finding, detail)).collect())
    };
    Table {
        name,
        head: columns.iter().map(|(name, _)| *name).collect(),
        rows: findings.iter().filter_map(row).collect(),
    }
}

/// A place that the candidate can have; its own where nothing unsure moves it.
fn rank(detail: &CandidateDetail, of: fn(&RankDoubt) -> u32) -> Cell {
    Cell::Number(f64::from(detail.doubt.as_ref().map_or(detail.rank, of)), 0)
}

/// A number of the candidate's outlook, where it is known.
fn foreseen(detail: &CandidateDetail, digits: usize, of: fn(&Outlook) -> Option<f64>) -> Cell {
    detail.outlook.as_ref().and_then(of).map_or(Cell::Empty, |number| Cell::Number(number, digits))
}

fn score<D>(finding: &Finding, _: &D) -> Cell {
    Cell::Number(finding.score.value(), 3)
}

fn owner<D>(finding: &Finding, _: &D) -> Cell {
    name(finding.owner.as_ref())
}

fn sentence<D>(finding: &Finding, _: &D) -> Cell {
    text(&finding.sentence.en)
}

fn sentence_zh<D>(finding: &Finding, _: &D) -> Cell {
    text(&finding.sentence.zh)
}

fn next_step<D>(finding: &Finding, _: &D) -> Cell {
    text(&finding.next_step.en)
}

fn next_step_zh<D>(finding: &Finding, _: &D) -> Cell {
    text(&finding.next_step.zh)
}

fn as_of<D>(finding: &Finding, _: &D) -> Cell {
    Cell::Day(finding.as_of)
}

fn id<D>(finding: &Finding, _: &D) -> Cell {
    text(&finding.id)
}

fn account_iri<D>(finding: &Finding, _: &D) -> Cell {
    text(&finding.account)
}

fn text(text: impl Into<String>) -> Cell {
    Cell::Text(text.into())
}

fn name(named: Option<&NamedIri>) -> Cell {
    named.map_or(Cell::Empty, |it| text(&it.name))
}

fn names(named: &[NamedIri], between: &str) -> Cell {
    text(named.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(between))
}

fn reasons(evidence: &Evidence) -> Cell {
    let mut leaves = evidence.leaves();
    leaves.retain(|leaf| leaf.contribution > 0.0);
    leaves.sort_by(|a, b| b.contribution.total_cmp(&a.contribution).then_with(|| a.signal.cmp(&b.signal)));
    let shown = leaves.iter().take(REASONS_SHOWN).map(|leaf| format!("{} (+{:.3})", leaf.text.en, leaf.contribution));
    text(shown.collect::<Vec<_>>().join("; "))
}
