//! Tables for spreadsheets: UTF-8 with a byte order mark, so that Excel reads Chinese, and no cell that a spreadsheet
//! would run as a formula.

use crate::discovery::{
    CandidateDetail, ChainChangeDetail, CoverageGapDetail, Finding, FindingKind, NamedIri, RankDoubt,
};
use crate::evidence::Evidence;
use crate::publish::PublishError;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
/// How many reasons stand in the table's `why` cell; the report and `kagraph explain` show all.
const REASONS_SHOWN: usize = 3;

/// The candidates' table, one row a candidate, the best first.
pub fn candidates_csv(findings: &[Finding]) -> Result<Vec<u8>, PublishError> {
    const HEAD: &[&str] = &[
        "rank",
        "account",
        "is_group",
        "accounts",
        "sector",
        "score",
        "ranked_by",
        "scorecard_score",
        "abc_class",
        "quadrant",
        "spend_12m",
        "spend_previous_12m",
        "owner",
        "why",
        "sentence",
        "sentence_zh",
        "through",
        "next_step",
        "next_step_zh",
        "as_of",
        "finding",
        "account_iri",
        "rank_best",
        "rank_worst",
        "check_first",
    ];
    table(HEAD, findings, |finding| match &finding.kind {
        FindingKind::Candidate(detail) => Some(candidate_cells(finding, detail)),
        _ => None,
    })
}

fn candidate_cells(finding: &Finding, detail: &CandidateDetail) -> Vec<String> {
    let doubt = detail.doubt.as_ref();
    let rank = |of: fn(&RankDoubt) -> u32| doubt.map_or(detail.rank, of).to_string();
    vec![
        detail.rank.to_string(),
        finding.account_name.clone(),
        detail.is_group.to_string(),
        detail.n_accounts.to_string(),
        detail.sector.clone().unwrap_or_default(),
        finding.score.to_string(),
        detail.ranked_by.clone(),
        format!("{:.3}", detail.scorecard_score),
        detail.abc_class.to_string(),
        detail.quadrant.clone(),
        money(detail.spend_12m),
        money(detail.spend_previous_12m),
        name(finding.owner.as_ref()),
        reasons(&finding.evidence),
        finding.sentence.en.clone(),
        finding.sentence.zh.clone(),
        names(&detail.through),
        finding.next_step.en.clone(),
        finding.next_step.zh.clone(),
        finding.as_of.to_string(),
        finding.id.clone(),
        finding.account.clone(),
        rank(|doubt| doubt.best),
        rank(|doubt| doubt.worst),
        doubt.map(RankDoubt::sentence).unwrap_or_default(),
    ]
}

/// The chain changes' table, one row a change, the most severe first.
pub fn changes_csv(findings: &[Finding]) -> Result<Vec<u8>, PublishError> {
    const HEAD: &[&str] = &[
        "change",
        "account",
        "contact",
        "post_before",
        "post_after",
        "account_before",
        "earliest",
        "latest",
        "level",
        "buying_role",
        "score",
        "owner",
        "sentence",
        "sentence_zh",
        "next_step",
        "next_step_zh",
        "as_of",
        "finding",
        "account_iri",
    ];
    table(HEAD, findings, |finding| match &finding.kind {
        FindingKind::ChainChange(detail) => Some(change_cells(finding, detail)),
        _ => None,
    })
}

fn change_cells(finding: &Finding, detail: &ChainChangeDetail) -> Vec<String> {
    let day = |day: Option<crate::model::Day>| day.map(|day| day.to_string()).unwrap_or_default();
    vec![
        detail.change.clone(),
        finding.account_name.clone(),
        name(detail.contact.as_ref()),
        name(detail.post_before.as_ref()),
        name(detail.post_after.as_ref()),
        name(detail.account_before.as_ref()),
        day(detail.earliest),
        day(detail.latest),
        detail.level.clone().unwrap_or_default(),
        detail.buying_role.clone().unwrap_or_default(),
        finding.score.to_string(),
        name(finding.owner.as_ref()),
        finding.sentence.en.clone(),
        finding.sentence.zh.clone(),
        finding.next_step.en.clone(),
        finding.next_step.zh.clone(),
        finding.as_of.to_string(),
        finding.id.clone(),
        finding.account.clone(),
    ]
}

/// The coverage gaps' table, one row a gap, the most important first.
pub fn gaps_csv(findings: &[Finding]) -> Result<Vec<u8>, PublishError> {
    const HEAD: &[&str] = &[
        "gap",
        "account",
        "contact",
        "post",
        "level",
        "function",
        "best_strength",
        "score",
        "owner",
        "sentence",
        "sentence_zh",
        "introduction",
        "next_step",
        "next_step_zh",
        "as_of",
        "finding",
        "account_iri",
    ];
    table(HEAD, findings, |finding| match &finding.kind {
        FindingKind::CoverageGap(detail) => Some(gap_cells(finding, detail)),
        _ => None,
    })
}

fn gap_cells(finding: &Finding, detail: &CoverageGapDetail) -> Vec<String> {
    let best = detail.introductions.first();
    let path = best.map(|path| path.people.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(" → "));
    vec![
        detail.gap.clone(),
        finding.account_name.clone(),
        name(detail.contact.as_ref()),
        name(detail.post.as_ref()),
        detail.level.clone().unwrap_or_default(),
        detail.function.clone().unwrap_or_default(),
        format!("{:.3}", detail.best_strength),
        finding.score.to_string(),
        name(finding.owner.as_ref()),
        finding.sentence.en.clone(),
        finding.sentence.zh.clone(),
        path.unwrap_or_default(),
        finding.next_step.en.clone(),
        finding.next_step.zh.clone(),
        finding.as_of.to_string(),
        finding.id.clone(),
        finding.account.clone(),
    ]
}

fn table(
    head: &[&str],
    findings: &[Finding],
    cells: impl Fn(&Finding) -> Option<Vec<String>>,
) -> Result<Vec<u8>, PublishError> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(BYTE_ORDER_MARK.to_vec());
    writer.write_record(head)?;
    for row in findings.iter().filter_map(cells) {
        writer.write_record(row.iter().map(|cell| neutralised(cell)))?;
    }
    writer.into_inner().map_err(|error| PublishError::Serialise(error.to_string().into()))
}

/// The cell with an apostrophe before it when a spreadsheet would take it for a formula. Plain numbers stay numbers.
fn neutralised(cell: &str) -> String {
    let starts_formula = cell.trim_start().starts_with(['=', '+', '-', '@']) || cell.starts_with(['\t', '\r', '\n']);
    if starts_formula && cell.parse::<f64>().is_err() { format!("'{cell}") } else { cell.to_owned() }
}

fn money(amount: f64) -> String {
    format!("{amount:.2}")
}

fn name(named: Option<&NamedIri>) -> String {
    named.map(|it| it.name.clone()).unwrap_or_default()
}

fn names(named: &[NamedIri]) -> String {
    named.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join("; ")
}

fn reasons(evidence: &Evidence) -> String {
    let mut leaves = evidence.leaves();
    leaves.retain(|leaf| leaf.contribution > 0.0);
    leaves.sort_by(|a, b| b.contribution.total_cmp(&a.contribution).then_with(|| a.signal.cmp(&b.signal)));
    let shown = leaves.iter().take(REASONS_SHOWN).map(|leaf| format!("{} (+{:.3})", leaf.text.en, leaf.contribution));
    shown.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_would_run_as_a_formula_is_neutralised() {
        for cell in ["=1+1", "+SUM(A1)", "-cmd|'/c calc'!A0", "@x", " =1", "\t=1"] {
            assert!(neutralised(cell).starts_with('\''), "{cell}");
        }
        for cell in ["-12.50", "Northgate", "", "+5"] {
            assert_eq!(neutralised(cell), cell);
        }
    }

    #[test]
    fn a_table_begins_with_a_byte_order_mark_and_its_head() {
        let bytes = candidates_csv(&[]).unwrap();
        assert!(String::from_utf8(bytes).unwrap().starts_with("\u{feff}rank,account,"));
    }
}
