//! Findings as a person reads them in a terminal: the sentence, the next step, and why, down to file and row.

use std::fmt::Write;

use crate::discovery::candidate::WhyNot;
use crate::discovery::market::{AccountIndex, Accounts};
use crate::discovery::{Finding, FindingKind};
use crate::evidence::{Evidence, Fact};
use crate::ontology;

/// The findings' explanation, one after the other in their order.
pub fn explanation(findings: &[&Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        explain(&mut out, finding);
        out.push('\n');
    }
    out
}

/// The findings about an account, which is named by its IRI, its name or a part of it, or by a finding's id.
///
/// # Errors
/// When nothing or several accounts fit: a text that says so, with what there is.
pub fn findings_about<'a>(all: &[&'a Finding], wanted: &str) -> Result<Vec<&'a Finding>, String> {
    let is_exact = |it: &&&Finding| it.id == wanted || it.account == wanted || it.account_name == wanted;
    let exact: Vec<_> = all.iter().filter(is_exact).copied().collect();
    if !exact.is_empty() {
        return Ok(exact);
    }
    let part = wanted.to_lowercase();
    let found: Vec<_> = all.iter().filter(|it| it.account_name.to_lowercase().contains(&part)).copied().collect();
    let mut accounts: Vec<_> = found.iter().map(|it| (it.account_name.as_str(), it.account.as_str())).collect();
    accounts.sort_unstable();
    accounts.dedup();
    match accounts.len() {
        1 => Ok(found),
        0 => Err(format!("no finding is about {wanted}\nhint: {}", likely(all, wanted))),
        _ => {
            let names: Vec<_> = accounts.iter().map(|(name, iri)| format!("{name} ({iri})")).collect();
            Err(format!("several accounts fit {wanted}\nhint: name one of them whole: {}", names.join(", ")))
        }
    }
}

/// The accounts that are called so: by their IRI or whole name; else by a part of their name.
pub fn accounts_called(accounts: &Accounts, wanted: &str) -> Vec<AccountIndex> {
    let exact = |it: &AccountIndex| accounts.iri(*it) == wanted || accounts.name(*it) == wanted;
    let found: Vec<_> = accounts.indexes().filter(exact).collect();
    if !found.is_empty() {
        return found;
    }
    let part = wanted.to_lowercase();
    accounts.indexes().filter(|it| accounts.name(*it).to_lowercase().contains(&part)).collect()
}

/// Why an account is no candidate, as a person reads it in a terminal.
pub fn why_not_text(why_not: &WhyNot) -> String {
    let mut out = String::new();
    let WhyNot { account, as_of, sentence, lacks, changes } = why_not;
    let _ = writeln!(out, "{} · no candidate · as of {as_of}", account.name);
    let _ = writeln!(out, "  {} {}\n  {}{}", account.name, sentence.en, account.name, sentence.zh);
    for (title, lines) in [("what it lacks most:", lacks), ("what alone would list it:", changes)] {
        if !lines.is_empty() {
            let _ = writeln!(out, "  {title}");
            lines.iter().for_each(|line| {
                let _ = writeln!(out, "    {}", line.en);
            });
        }
    }
    out.push('\n');
    out
}

fn likely(all: &[&Finding], wanted: &str) -> String {
    let mut names: Vec<_> = all.iter().map(|it| it.account_name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let likeness = |name: &str| strsim::jaro_winkler(&name.to_lowercase(), &wanted.to_lowercase());
    names.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)));
    match names.first() {
        None => "the last run found nothing at all".to_owned(),
        Some(name) => format!(
            "did you mean {name}? An account without findings is in the graph all the same: see `kagraph query`"
        ),
    }
}

fn explain(out: &mut String, finding: &Finding) {
    let owner = finding.owner.as_ref().map_or("nobody yet", |owner| &owner.name);
    let _ = writeln!(
        out,
        "{} · {} · score {} · as of {}",
        finding.account_name,
        heading(finding),
        finding.score,
        finding.as_of
    );
    let _ = writeln!(out, "  {}", finding.sentence.en);
    let _ = writeln!(out, "  {}", finding.sentence.zh);
    let _ = writeln!(out, "  next step: {}", finding.next_step.en);
    let _ = writeln!(out, "  下一步: {}", finding.next_step.zh);
    if let FindingKind::Candidate(detail) = &finding.kind
        && let Some(doubt) = &detail.doubt
    {
        let _ = writeln!(out, "  doubt: {}", doubt.sentence());
    }
    if let FindingKind::CoverageGap(detail) = &finding.kind {
        for path in &detail.introductions {
            let people: Vec<_> = path.people.iter().map(|person| person.name.as_str()).collect();
            let _ = writeln!(out, "  introduction: {} ({:.2})", people.join(" → "), path.strength);
        }
    }
    let _ = writeln!(out, "  owner: {owner}\n  finding: {}\n  why:", finding.id);
    reasons(out, &finding.evidence, 2, 1.0);
    if let FindingKind::Candidate(detail) = &finding.kind
        && let Some(scorecard) = &detail.scorecard
    {
        let _ = writeln!(out, "  the scorecard says {:.3}:", detail.scorecard_score);
        reasons(out, scorecard, 2, 1.0);
    }
    if let FindingKind::Candidate(detail) = &finding.kind
        && let Some(outlook) = &detail.outlook
    {
        if let Some(it) = &detail.look_alike {
            let by = it.by.join(", ").to_lowercase();
            let _ =
                writeln!(out, "  look-alike: {:.2} likely of the kind that is marked as key, by {by}", it.probability);
        }
        for offer in &detail.offers {
            let _ = writeln!(out, "  offer: {}", offer.words());
        }
        let _ = writeln!(out, "  outlook:");
        for reason in &outlook.reasons {
            let _ = writeln!(out, "    {}", reason.text.en);
            rows(out, reason, "      ");
        }
    }
}

fn heading(finding: &Finding) -> String {
    match &finding.kind {
        FindingKind::Candidate(detail) => {
            format!("candidate {} · {} · class {}", detail.rank, detail.quadrant, detail.abc_class)
        }
        FindingKind::ChainChange(detail) => format!("change: {}", detail.change),
        FindingKind::CoverageGap(detail) => format!("gap: {}", detail.gap),
        FindingKind::Risk(detail) => format!("risk: {}", detail.health),
    }
}

/// Each reason with what it adds and the most that it could add, `whole` being the most that all beside it could.
fn reasons(out: &mut String, evidence: &Evidence, depth: usize, whole: f64) {
    let indent = "  ".repeat(depth);
    let most = whole * evidence.weight;
    let _ = writeln!(out, "{indent}{:.3} of {most:.3}  {}", evidence.contribution, evidence.text.en);
    for part in &evidence.parts {
        reasons(out, part, depth + 1, most);
    }
    rows(out, evidence, &format!("{indent}    "));
}

/// The rows that a reason rests on.
fn rows(out: &mut String, evidence: &Evidence, indent: &str) {
    for fact in &evidence.facts.shown {
        for origin in &fact.origins {
            let _ = writeln!(out, "{indent}{} row {}: {}", origin.file, origin.row, said(fact));
        }
    }
    let n_shown = evidence.facts.shown.len() as u64;
    if evidence.facts.n_facts > n_shown {
        let _ = writeln!(out, "{indent}… and {} more rows like these", evidence.facts.n_facts - n_shown);
    }
}

fn said(fact: &Fact) -> String {
    let [subject, predicate, object] = &fact.statement;
    format!("{} {} {}", shortened(subject), shortened(predicate), shortened(object))
}

/// An IRI with its prefix, a literal as it is.
fn shortened(term: &str) -> String {
    let iri = term.trim_start_matches('<').trim_end_matches('>');
    let namespaces = ontology::PREFIXES.iter();
    let longest = namespaces.filter(|(_, namespace)| iri.starts_with(namespace)).max_by_key(|(_, it)| it.len());
    match longest {
        Some((prefix, namespace)) => format!("{prefix}:{}", &iri[namespace.len()..]),
        None => term.split("^^").next().unwrap_or(term).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iri_is_shortened_by_its_longest_prefix() {
        let iri = format!("<{}finding/x>", ontology::ID);
        assert_eq!(shortened(&iri), "id:finding/x");
        assert_eq!(shortened("\"5\"^^<http://www.w3.org/2001/XMLSchema#integer>"), "\"5\"");
    }
}
