//! What a run found, short enough to read in a terminal.

use std::fmt::Write;

use crate::discovery::case::{Case, InForce, News, Status};
use crate::discovery::{Finding, FindingKind};
use crate::pipeline::Published;

/// How many findings of a kind are told.
const SHOWN: usize = 3;

/// The summary of a run.
pub fn summary(published: &Published) -> String {
    let found = &published.found;
    let mut out = format!("as of {}, changes since {}\n", found.as_of, found.since);
    for note in &found.notes {
        let _ = writeln!(out, "note: {}", note.en);
    }
    let decided = InForce::of(&found.cases);
    section(&mut out, ["potential key account", "potential key accounts"], &found.candidates, &decided);
    section(&mut out, ["decision-chain change", "decision-chain changes"], &found.changes, &decided);
    section(&mut out, ["relationship gap", "relationship gaps"], &found.gaps, &decided);
    section(&mut out, ["account at risk", "accounts at risk"], &found.risks, &decided);
    let _ = writeln!(out, "\n{}", about_cases(&found.cases));
    out
}

fn about_cases(cases: &[Case]) -> String {
    let n_with = |is_so: &dyn Fn(&Case) -> bool| cases.iter().filter(|case| is_so(case)).count();
    let [new, changed, gone] = [News::New, News::Changed, News::Gone].map(|news| n_with(&|case| case.news == news));
    let n_alerts = n_with(&|case| case.status == Status::Alert);
    let n_open = cases.len() - gone;
    format!("{n_open} accounts to look after, {n_alerts} of them alerts ({new} new, {changed} changed, {gone} gone)")
}

/// One kind of findings, without those that people set aside.
fn section(out: &mut String, [one, many]: [&str; 2], findings: &[Finding], decided: &InForce<'_>) {
    let listed = decided.listed(findings);
    let title = if listed.len() == 1 { one } else { many };
    let aside = match findings.len() - listed.len() {
        0 => String::new(),
        n => format!(", without {n} that people set aside"),
    };
    let _ = writeln!(out, "\n{} {title}{aside}", listed.len());
    for finding in listed.into_iter().take(SHOWN) {
        let taken = decided.about(finding).map_or(String::new(), |it| format!(" · {}", it.verdict.name()));
        let _ = writeln!(out, "  {:.2}  {}{}{taken}", finding.score.value(), finding.account_name, mark(finding));
        let _ = writeln!(out, "        {}", finding.sentence.en);
        let owner = finding.owner.as_ref().map_or("nobody yet", |owner| &owner.name);
        let _ = writeln!(out, "        → {} (owner: {owner})", finding.next_step.en);
    }
}

fn mark(finding: &Finding) -> String {
    match &finding.kind {
        FindingKind::Candidate(detail) if detail.is_group => format!(" (group of {})", detail.n_accounts),
        FindingKind::Candidate(_) => String::new(),
        FindingKind::ChainChange(detail) => format!(" · {}", detail.change.replace('-', " ")),
        FindingKind::CoverageGap(detail) => format!(" · {}", detail.gap.replace('-', " ")),
        FindingKind::Risk(detail) => format!(" · {}", detail.health),
    }
}
