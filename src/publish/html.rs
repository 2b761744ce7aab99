//! `report.html`: one file without any outside reference, charts as SVG, every name escaped by the template engine.

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment};
use serde::Serialize;

use crate::discovery::case::{Case, Decision, InForce, News, Status};
use crate::discovery::visit_plan::Visit;
use crate::discovery::{Finding, FindingKind};
use crate::evidence::{Bilingual, Evidence};
use crate::model::{BuyingRole, Day, Function, Level};
use crate::publish::portrait::{AccountCharts, account_charts};
use crate::publish::{PublishError, RunReport, chart};

const TEMPLATE: &str = include_str!("report.html");
/// How many findings of a kind are shown in full; the tables beside the report hold all.
const MAX_SHOWN: usize = 100;

/// One reason as the report shows it.
#[derive(Serialize)]
struct Reason<'a> {
    text: &'a Bilingual,
    contribution: f64,
    /// Length of the bar, in percent of the greatest possible contribution.
    percent: f64,
    weight_percent: f64,
    is_missing: bool,
    n_facts: u64,
    rows: Vec<String>,
}

/// One finding as the report shows it.
#[derive(Serialize)]
struct Entry<'a> {
    finding: &'a Finding,
    detail: &'a FindingKind,
    reasons: Vec<Reason<'a>>,
    decision: Option<&'a Decision>,
}

/// The report's bytes.
pub fn report_html(report: &RunReport<'_>) -> Result<Vec<u8>, PublishError> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_filter("money", grouped);
    environment.add_filter("label", |text: String| text.replace('-', " "));
    environment.add_filter("label_zh", label_zh);
    environment.add_template("report.html", TEMPLATE)?;
    let html = environment.get_template("report.html")?.render(Serde(Page::of(report)))?;
    Ok(html.into_bytes())
}

/// What the template sees.
#[derive(Serialize)]
struct Page<'a> {
    title: &'a str,
    run: &'a str,
    as_of: Day,
    since: Day,
    notes: &'a [Bilingual],
    n_accounts: usize,
    n_key: usize,
    n_candidates: usize,
    n_changes: usize,
    n_gaps: usize,
    n_risks: usize,
    n_alerts: usize,
    n_new: usize,
    n_changed: usize,
    n_gone: usize,
    max_shown: usize,
    /// Alerts, an owner's together.
    alerts: Vec<&'a Case>,
    candidates: Vec<Entry<'a>>,
    changes: Vec<Entry<'a>>,
    gaps: Vec<Entry<'a>>,
    risks: Vec<Entry<'a>>,
    visits: &'a [Visit],
    pareto: Option<chart::Pareto>,
    matrix: Option<chart::Matrix>,
    portraits: Vec<AccountCharts<'a>>,
}

impl<'a> Page<'a> {
    fn of(report: &RunReport<'a>) -> Self {
        let alerts: Vec<&Case> = report.cases.iter().filter(|case| case.status == Status::Alert).collect();
        let decided = InForce::of(report.cases);
        let n_with = |news: News| report.cases.iter().filter(|case| case.news == news).count();
        Self {
            title: report.title,
            run: report.run,
            as_of: report.as_of,
            since: report.since,
            notes: report.notes,
            n_accounts: report.accounts.len(),
            n_key: report.accounts.iter().filter(|account| account.is_key).count(),
            n_candidates: decided.listed(report.candidates).len(),
            n_changes: decided.listed(report.changes).len(),
            n_gaps: decided.listed(report.gaps).len(),
            n_risks: decided.listed(report.risks).len(),
            n_alerts: alerts.len(),
            n_new: n_with(News::New),
            n_changed: n_with(News::Changed),
            n_gone: n_with(News::Gone),
            alerts: alerts.into_iter().take(MAX_SHOWN).collect(),
            max_shown: MAX_SHOWN,
            candidates: entries(report.candidates, &decided),
            changes: entries(report.changes, &decided),
            gaps: entries(report.gaps, &decided),
            risks: entries(report.risks, &decided),
            visits: &report.visits[..report.visits.len().min(MAX_SHOWN)],
            pareto: chart::pareto(report.accounts),
            matrix: chart::matrix(report.accounts),
            portraits: account_charts(report.portraits),
        }
    }
}

fn entries<'a>(findings: &'a [Finding], decided: &InForce<'a>) -> Vec<Entry<'a>> {
    decided.listed(findings).into_iter().take(MAX_SHOWN).map(|it| entry(it, decided.about(it))).collect()
}

fn entry<'a>(finding: &'a Finding, decision: Option<&'a Decision>) -> Entry<'a> {
    Entry {
        finding,
        detail: &finding.kind,
        reasons: finding.evidence.weighted_leaves().into_iter().map(reason).collect(),
        decision,
    }
}

fn reason((leaf, most): (&Evidence, f64)) -> Reason<'_> {
    let origins = leaf.facts.shown.iter().flat_map(|fact| &fact.origins);
    let mut rows: Vec<_> = origins.map(|origin| format!("{} row {}", origin.file, origin.row)).collect();
    rows.dedup();
    rows.truncate(5);
    Reason {
        text: &leaf.text,
        contribution: leaf.contribution,
        percent: 100.0 * leaf.contribution.clamp(0.0, 1.0),
        weight_percent: 100.0 * most.clamp(0.0, 1.0),
        is_missing: leaf.value.is_none(),
        n_facts: leaf.facts.n_facts,
        rows,
    }
}

/// An amount with groups of three, rounded to whole units.
fn grouped(amount: f64) -> String {
    let digits = format!("{:.0}", amount.abs());
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    if amount < 0.0 && out != "0" { format!("−{out}") } else { out }
}

/// The Chinese of a word that stands for a kind; a word that is none stays.
fn label_zh(word: &str) -> String {
    let models = Level::from_name(word).map(Level::name_zh);
    let models = models.or_else(|| Function::from_name(word).map(Function::name_zh));
    let models = models.or_else(|| BuyingRole::from_name(word).map(BuyingRole::name_zh));
    let own = LABELS_ZH.iter().find(|it| it.0 == word).map(|it| it.1);
    own.or(models).unwrap_or(word).to_owned()
}

/// The words that findings use for kinds, in Chinese.
const LABELS_ZH: &[(&str, &str)] = &[
    ("strategic", "战略客户"),
    ("lighthouse", "灯塔客户"),
    ("profit", "利润客户"),
    ("ordinary", "一般客户"),
    ("joined", "加入"),
    ("left", "离任"),
    ("promoted", "升任"),
    ("moved-account", "转到其他客户"),
    ("moved-post", "转任"),
    ("changed-reporting-line", "汇报线变化"),
    ("post-vacant", "职位空缺"),
    ("post-filled", "兼任"),
    ("post-new", "新设职位"),
    ("post-gone", "撤销职位"),
    ("account-succeeded", "更名或合并"),
    ("unknown", "尚未接触"),
    ("stale", "久未联系"),
    ("single-threaded", "单线联系"),
    ("vacant-on-our-side", "我方缺人"),
    ("known-post-without-person", "任职者不明"),
    ("red", "高风险"),
    ("yellow", "有风险"),
    ("purchase-swing", "采购波动"),
    ("overdue", "逾期未购"),
    ("personnel", "人事变动"),
    ("competitor", "竞争对手"),
    ("payment", "付款变慢"),
    ("strategic-fit", "战略契合度低"),
    ("new", "新增"),
    ("changed", "有变化"),
    ("same", "无变化"),
    ("gone", "已消失"),
    ("risk", "风险"),
    ("change", "变化"),
    ("gap", "缺口"),
    ("candidate", "潜在大客户"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Day;

    #[test]
    fn amounts_are_grouped_by_thousands() {
        assert_eq!(grouped(1_234_567.4), "1 234 567");
        assert_eq!(grouped(-950.0), "−950");
        assert_eq!(grouped(0.2), "0");
    }

    #[test]
    fn a_name_with_markup_is_escaped_and_nothing_is_fetched_from_outside() {
        let day = Day::from_days(17_000).unwrap();
        let note = Bilingual::new("<script>alert(1)</script>", "注");
        let report = RunReport {
            run: "r",
            snapshot: "s",
            title: "<b>Acme</b>",
            as_of: day,
            since: day,
            candidates: &[],
            changes: &[],
            gaps: &[],
            risks: &[],
            cases: &[],
            visits: &[],
            accounts: &[],
            portraits: &[],
            notes: &[note],
        };
        let html = String::from_utf8(report_html(&report).unwrap()).unwrap();
        assert!(!html.contains("<b>Acme</b>") && !html.contains("<script>alert"));
        assert!(!html.contains("http://") && !html.contains("https://"));
    }
}
