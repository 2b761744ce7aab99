//! Findings against the truth that a synthetic market brings: what was planted, what follows from it, what is a decoy.
//!
//! In: findings and the texts of the truth files. Out: one [`Agreement`] a kind, with the names of what was missed
//! and what was wrongly said. Never reads files. Cost: findings times truth rows of the same account.
//!
//! Recall is over planted rows only. Precision counts a finding as right when it is planted or implied. Of candidates,
//! which are a ranked list, precision is that of as many first places as candidates were planted.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::discovery::{ChainChangeDetail, CoverageGapDetail, Finding, FindingKind, NamedIri};

/// The truth about a market.
#[derive(Clone, Debug, Default)]
pub struct Truth {
    /// By account.
    rows: BTreeMap<String, Vec<Row>>,
    /// `level/function` of the posts there are, by account.
    posts: BTreeMap<String, Vec<String>>,
}

/// The texts of the truth files.
#[derive(Clone, Copy, Debug, Default)]
pub struct TruthFiles<'a> {
    /// `candidates.csv`.
    pub candidates: &'a str,
    /// `changes.csv`.
    pub changes: &'a str,
    /// `gaps.csv`.
    pub gaps: &'a str,
    /// `charts.csv`.
    pub charts: &'a str,
}

/// What a finder must, may or must not say.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Standing {
    Planted,
    Implied,
    Decoy,
}

#[derive(Clone, Debug)]
struct Row {
    standing: Standing,
    kind: String,
    account: String,
    /// Contact and posts, or the candidate's other IRI.
    about: Vec<String>,
    why: String,
}

#[derive(Deserialize)]
struct CandidateRow {
    standing: Standing,
    account: String,
    also: String,
    kind: String,
    why: String,
}

#[derive(Deserialize)]
struct ChangeRow {
    standing: Standing,
    change: String,
    account: String,
    contact: String,
    post_before: String,
    post_after: String,
    why: String,
}

#[derive(Deserialize)]
struct GapRow {
    standing: Standing,
    gap: String,
    account: String,
    contact: String,
    post: String,
    why: String,
}

#[derive(Deserialize)]
struct ChartRow {
    account: String,
    posts: String,
}

/// How findings of one kind agree with the truth.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Agreement {
    /// Planted rows.
    pub n_planted: usize,
    /// Planted rows that were found.
    pub n_found: usize,
    /// Findings.
    pub n_said: usize,
    /// Findings that are planted or implied.
    pub n_right: usize,
    /// Findings that are a decoy.
    pub n_decoys: usize,
    /// Planted rows that were not found.
    pub missed: Vec<String>,
    /// Findings that are neither planted nor implied.
    pub wrong: Vec<String>,
}

impl Agreement {
    /// Share of what was planted that was found; 1 when nothing was.
    pub fn recall(&self) -> f64 {
        share(self.n_found, self.n_planted)
    }

    /// Share of what was said that is right; 1 when nothing was.
    pub fn precision(&self) -> f64 {
        share(self.n_right, self.n_said)
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

impl Truth {
    /// Reads the truth.
    ///
    /// # Errors
    /// A text that is not such a file.
    pub fn parse(files: TruthFiles<'_>) -> Result<Self, csv::Error> {
        let mut truth = Self::default();
        let TruthFiles { candidates, changes, gaps, charts } = files;
        for row in rows::<ChartRow>(charts)? {
            truth.posts.insert(row.account, row.posts.split(' ').map(str::to_owned).collect());
        }
        for row in rows::<CandidateRow>(candidates)? {
            let (kind, why) = ("candidate".to_owned(), format!("{}: {}", row.kind, row.why));
            truth.add(Row { standing: row.standing, kind, account: row.account, about: vec![row.also], why });
        }
        for row in rows::<ChangeRow>(changes)? {
            let about = vec![row.contact, row.post_before, row.post_after];
            truth.add(Row { standing: row.standing, kind: row.change, account: row.account, about, why: row.why });
        }
        for row in rows::<GapRow>(gaps)? {
            let about = vec![row.contact, row.post];
            truth.add(Row { standing: row.standing, kind: row.gap, account: row.account, about, why: row.why });
        }
        Ok(truth)
    }

    fn add(&mut self, mut row: Row) {
        row.about.retain(|it| !it.is_empty());
        self.rows.entry(row.account.clone()).or_default().push(row);
    }

    /// How `findings` agree with the truth: one a kind of change and of gap, and `candidate`.
    pub fn agreement(&self, findings: &[Finding]) -> BTreeMap<String, Agreement> {
        let planted = self.rows.values().flatten().filter(|row| row.standing == Standing::Planted);
        let n_candidates = planted.clone().filter(|row| row.kind == "candidate").count();
        let said: Vec<Said<'_>> = findings.iter().filter_map(|finding| Said::of(finding, n_candidates)).collect();
        let mut by_kind: BTreeMap<String, Agreement> = BTreeMap::new();
        for row in planted {
            let agreement = by_kind.entry(row.kind.clone()).or_default();
            agreement.n_planted += 1;
            if said.iter().any(|it| it.is_about(row)) {
                agreement.n_found += 1;
            } else {
                agreement.missed.push(format!("{} {:?} ({})", row.account, row.about, row.why));
            }
        }
        for it in &said {
            self.judge(it, by_kind.entry(it.kind.to_owned()).or_default());
        }
        by_kind
    }

    /// Whether a finding says that nobody is known where the account has no post.
    fn is_missing_post(&self, said: &Said<'_>) -> bool {
        let (Some((level, function)), Some(posts)) = (said.required, self.posts.get(said.account)) else {
            return false;
        };
        let is_it = |post: &String| match function {
            Some(function) => *post == format!("{level}/{function}"),
            None => post.split('/').next() == Some(level),
        };
        said.kind == "unknown" && said.about.is_empty() && !posts.iter().any(is_it)
    }

    fn judge(&self, said: &Said<'_>, agreement: &mut Agreement) {
        let candidates = self.rows.values().flatten().filter(|_| said.kind == "candidate");
        let about: Vec<_> = self.rows.get(said.account).into_iter().flatten().chain(candidates).collect();
        let is = |standing| about.iter().any(|row| row.standing == standing && said.is_about(row));
        agreement.n_said += 1;
        if is(Standing::Planted) || is(Standing::Implied) || self.is_missing_post(said) {
            agreement.n_right += 1;
            return;
        }
        agreement.n_decoys += usize::from(is(Standing::Decoy));
        agreement.wrong.push(format!("{} {:?}: {}", said.account, said.about, said.sentence));
    }
}

fn rows<T: for<'de> Deserialize<'de>>(text: &str) -> Result<Vec<T>, csv::Error> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect()
}

/// What a finding says, in the truth's words.
struct Said<'a> {
    kind: &'a str,
    account: &'a str,
    about: Vec<&'a str>,
    /// Level and function of a counterpart whose post is not known.
    required: Option<(&'a str, Option<&'a str>)>,
    sentence: &'a str,
}

impl<'a> Said<'a> {
    /// `None` for a candidate after the first `n_candidates` places.
    fn of(finding: &'a Finding, n_candidates: usize) -> Option<Self> {
        let (kind, about) = match &finding.kind {
            FindingKind::Candidate(detail) if detail.rank as usize > n_candidates => return None,
            FindingKind::Candidate(_) => ("candidate", Vec::new()),
            FindingKind::ChainChange(it) => (it.change.as_str(), about_change(it)),
            FindingKind::CoverageGap(it) => (it.gap.as_str(), about_gap(it)),
            FindingKind::Risk(_) => return None,
        };
        let required = match &finding.kind {
            FindingKind::CoverageGap(it) => it.level.as_deref().map(|level| (level, it.function.as_deref())),
            _ => None,
        };
        let about = about.into_iter().flatten().map(|it| it.iri.as_str()).collect();
        Some(Self { kind, account: &finding.account, about, required, sentence: &finding.sentence.en })
    }

    /// A change or gap is about a row when it names the same person or post, or when one of both names none.
    fn is_about(&self, row: &Row) -> bool {
        if self.kind != row.kind {
            return false;
        }
        if self.kind == "candidate" {
            return self.account == row.account || row.about.iter().any(|it| it == self.account);
        }
        let is_whole = row.about.is_empty() || (self.about.is_empty() && self.required.is_none());
        self.account == row.account && (is_whole || row.about.iter().any(|it| self.about.contains(&it.as_str())))
    }
}

fn about_change(it: &ChainChangeDetail) -> Vec<Option<&NamedIri>> {
    vec![it.contact.as_ref(), it.post_before.as_ref(), it.post_after.as_ref()]
}

fn about_gap(it: &CoverageGapDetail) -> Vec<Option<&NamedIri>> {
    vec![it.contact.as_ref(), it.post.as_ref()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Bilingual, Evidence, Facts};
    use crate::model::{Day, Score};

    const CANDIDATES: &str = "standing,kind,is_group,account,name,also,spend_12m,spend_previous_12m,why\n\
        planted,group,true,g,G,p,1,1,big\n\
        decoy,late-payer,false,d,D,,1,1,late\n";
    const CHANGES: &str = "standing,change,account,contact,post_before,post_after,account_before,earliest,latest,why\n\
        planted,left,a,x,p1,,,2025-05-01,2025-05-01,gone\n\
        implied,joined,a,y,,p1,,2025-05-01,2025-05-01,came\n\
        decoy,left,b,z,p2,,,2025-05-01,2025-05-01,spelling\n";
    const GAPS: &str = "standing,gap,account,contact,post,level,function,why\n\
        planted,vacant-on-our-side,a,,,,,nobody\n";

    const CHARTS: &str = "account,posts\na,decision/finance execution/procurement\n";

    fn finding(account: &str, kind: FindingKind) -> Finding {
        Finding {
            id: String::new(),
            kind,
            account: account.to_owned(),
            account_name: String::new(),
            score: Score::default(),
            evidence: Evidence::leaf("x", Bilingual::default(), None, 1.0, 0.0, Facts::default()),
            sentence: Bilingual::default(),
            owner: None,
            next_step: Bilingual::default(),
            as_of: Day::MIN,
        }
    }

    fn candidate(account: &str, rank: u32) -> Finding {
        let detail = format!(
            "{{\"kind\":\"candidate\",\"ranked_by\":\"scorecard\",\"scorecard_score\":1.0,\"scorecard\":null,\"rank\":{rank},\"is_group\":false,\"n_accounts\":1,\"sector\":null,\
             \"abc_class\":\"A\",\"quadrant\":\"strategic\",\"spend_12m\":1.0,\"spend_previous_12m\":1.0,\"through\":[]}}"
        );
        finding(account, serde_json::from_str(&detail).unwrap())
    }

    fn change(account: &str, change: &str, contact: &str) -> Finding {
        let detail = format!(
            "{{\"kind\":\"chain-change\",\"change\":\"{change}\",\"contact\":{{\"iri\":\"{contact}\",\"name\":\"\"}}}}"
        );
        finding(account, serde_json::from_str(&detail).unwrap())
    }

    fn agreement(findings: &[Finding]) -> BTreeMap<String, Agreement> {
        let files = TruthFiles { candidates: CANDIDATES, changes: CHANGES, gaps: GAPS, charts: CHARTS };
        Truth::parse(files).unwrap().agreement(findings)
    }

    fn unknown(level: &str, function: &str) -> Finding {
        let detail = format!(
            "{{\"kind\":\"coverage-gap\",\"gap\":\"unknown\",\"level\":\"{level}\",\"function\":\"{function}\",\
             \"best_strength\":0.0,\"introductions\":[]}}"
        );
        finding("a", serde_json::from_str(&detail).unwrap())
    }

    #[test]
    fn nobody_is_known_only_where_there_is_no_post() {
        let found = agreement(&[unknown("decision", "finance"), unknown("decision", "technology")]);
        assert_eq!((found["unknown"].n_said, found["unknown"].n_right), (2, 1));
    }

    #[test]
    fn what_was_planted_and_not_said_is_missed() {
        let nothing = agreement(&[]);
        assert_eq!(nothing["left"].missed.len(), 1);
        assert_eq!(nothing["vacant-on-our-side"].recall(), 0.0);
        assert_eq!(nothing["candidate"].precision(), 1.0);
    }

    #[test]
    fn a_group_is_found_by_itself_or_by_its_parent_within_the_first_places() {
        assert_eq!(agreement(&[candidate("p", 1)])["candidate"].recall(), 1.0);
        assert_eq!(agreement(&[candidate("d", 1), candidate("g", 2)])["candidate"].n_found, 0);
        assert_eq!(agreement(&[candidate("d", 1)])["candidate"].n_decoys, 1);
    }

    #[test]
    fn what_follows_from_a_plant_is_right_and_a_decoy_is_wrong() {
        let found = agreement(&[change("a", "left", "x"), change("a", "joined", "y"), change("b", "left", "z")]);
        assert_eq!((found["left"].n_found, found["left"].n_right, found["left"].n_decoys), (1, 1, 1));
        assert_eq!(found["left"].precision(), 0.5);
        assert_eq!((found["joined"].n_planted, found["joined"].n_right), (0, 1));
    }
}
