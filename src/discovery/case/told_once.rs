//! One fact told once: which findings about an account tell the same, and one text for them.
//!
//! Comes in: the findings of a case that nobody set aside, the most urgent first. Leaves: for each its text, or which one
//! tells it. Never merges what a reader would do twice: that somebody is known too little is told beside their coming, that
//! they were not met for long is not. Costs a look at each finding.
//!
//! A finding is about topics: a person who came into a post, a post that is empty, a loss that makes a risk. Findings that
//! share a topic are told together, in the words of the one that says most; what these words leave out is added.

use std::collections::{BTreeMap, BTreeSet};

use crate::discovery::coverage::GapKind;
use crate::discovery::{ChainChangeDetail, Finding, FindingKind};
use crate::evidence::Bilingual;

/// What a finding can be about; by IRI, a loss by the id of its change.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Topic<'a> {
    Arrival(&'a str),
    Empty(&'a str),
    Loss(&'a str),
}

/// How a finding is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Telling {
    /// In these words, which may tell others as well.
    Own(Bilingual),
    /// By the finding at this place.
    By(usize),
}

/// How each finding is told.
pub(super) fn told_once(findings: &[&Finding]) -> Vec<Telling> {
    let groups = groups(findings);
    let mut first_of: BTreeMap<usize, usize> = BTreeMap::new();
    let mut tellings = Vec::with_capacity(findings.len());
    for (place, group) in groups.iter().enumerate() {
        let first = *first_of.entry(*group).or_insert(place);
        if first < place {
            tellings.push(Telling::By(first));
            continue;
        }
        let together = (place..findings.len()).filter(|other| groups[*other] == *group).map(|other| findings[other]);
        tellings.push(Telling::Own(text(together.collect())));
    }
    tellings
}

/// The group of each finding: those that share a topic have the same number.
fn groups(findings: &[&Finding]) -> Vec<usize> {
    let mut groups: Vec<usize> = (0..findings.len()).collect();
    let mut by_topic: BTreeMap<Topic<'_>, usize> = BTreeMap::new();
    for (place, finding) in findings.iter().enumerate() {
        for topic in topics(finding) {
            let other = groups[*by_topic.entry(topic).or_insert(place)];
            let own = groups[place];
            let (low, high) = (own.min(other), own.max(other));
            groups.iter_mut().filter(|group| **group == high).for_each(|group| *group = low);
        }
    }
    groups
}

/// What a finding shares with others.
fn topics(finding: &Finding) -> Vec<Topic<'_>> {
    let mut topics = told(finding);
    if let FindingKind::ChainChange(change) = &finding.kind {
        let left = change.post_before.as_ref().filter(|_| ["promoted", "moved-post"].contains(&change.change.as_str()));
        topics.extend(left.map(|post| Topic::Empty(&post.iri)));
    }
    topics
}

/// What its sentence tells.
fn told(finding: &Finding) -> Vec<Topic<'_>> {
    match &finding.kind {
        FindingKind::Risk(risk) => risk.loss.iter().map(|id| Topic::Loss(id)).collect(),
        FindingKind::ChainChange(change) => {
            let mut told = of_change(change);
            told.push(Topic::Loss(&finding.id));
            told
        }
        FindingKind::CoverageGap(gap) if gap.gap == GapKind::Unknown.name() => {
            gap.contact.iter().map(|who| Topic::Arrival(&who.iri)).collect()
        }
        FindingKind::CoverageGap(gap) if gap.gap == GapKind::KnownPostWithoutPerson.name() => {
            gap.post.iter().map(|post| Topic::Empty(&post.iri)).collect()
        }
        FindingKind::CoverageGap(_) | FindingKind::Candidate(_) => Vec::new(),
    }
}

fn of_change(change: &ChainChangeDetail) -> Vec<Topic<'_>> {
    let is_empty = change.successor.is_none();
    let (who, post) = match change.change.as_str() {
        "joined" | "promoted" | "moved-account" | "moved-post" | "post-filled" => (change.contact.as_ref(), None),
        "left" => (change.successor.as_ref(), change.post_before.as_ref().filter(|_| is_empty)),
        "post-vacant" | "post-gone" => (None, change.post_before.as_ref()),
        "post-new" => (change.contact.as_ref(), change.post_after.as_ref().filter(|_| change.contact.is_none())),
        _ => (None, None),
    };
    let who = who.map(|it| Topic::Arrival(&it.iri));
    who.into_iter().chain(post.map(|it| Topic::Empty(&it.iri))).collect()
}

/// One text for findings that tell the same: that of the one that says most, and what it leaves out.
fn text(mut together: Vec<&Finding>) -> Bilingual {
    together.sort_by_key(|finding| rank(finding));
    let mut covered: BTreeSet<Topic<'_>> = BTreeSet::new();
    let mut sentences: Vec<Bilingual> = Vec::new();
    for finding in &together {
        let missing: Vec<Topic<'_>> =
            told(finding).into_iter().filter(|it| is_fact(it) && !covered.contains(it)).collect();
        match missing.as_slice() {
            _ if sentences.is_empty() => sentences.push(finding.sentence.clone()),
            [] => {}
            [Topic::Empty(post)] => sentences.extend(nobody_followed(finding, post)),
            _ => sentences.push(finding.sentence.clone()),
        }
        covered.extend(told(finding));
        if let FindingKind::Risk(risk) = &finding.kind {
            // a risk tells its loss in the words of the change
            let loss = together.iter().filter(|it| Some(&it.id) == risk.loss.as_ref());
            covered.extend(loss.flat_map(|it| told(it)));
        }
    }
    let joined = |of: fn(&Bilingual) -> &str, with: &str| sentences.iter().map(of).collect::<Vec<_>>().join(with);
    Bilingual::new(joined(|it| &it.en, " "), joined(|it| &it.zh, ""))
}

fn is_fact(topic: &Topic<'_>) -> bool {
    !matches!(topic, Topic::Loss(_))
}

/// How much a finding's words tell; the least number tells most.
fn rank(finding: &Finding) -> u8 {
    match &finding.kind {
        FindingKind::Risk(_) => 0,
        FindingKind::ChainChange(change) => match change.change.as_str() {
            "left" if change.successor.is_some() => 1,
            "promoted" | "moved-post" | "moved-account" => 2,
            "joined" | "post-filled" => 3,
            _ => 4,
        },
        FindingKind::CoverageGap(_) | FindingKind::Candidate(_) => 5,
    }
}

fn nobody_followed(finding: &Finding, post: &str) -> Option<Bilingual> {
    let named = match &finding.kind {
        FindingKind::ChainChange(change) => [change.post_before.as_ref(), change.post_after.as_ref()],
        FindingKind::CoverageGap(gap) => [gap.post.as_ref(), None],
        FindingKind::Risk(_) | FindingKind::Candidate(_) => [None, None],
    };
    let title = &named.into_iter().flatten().find(|it| it.iri == post)?.name;
    Some(Bilingual::new(format!("Nobody is known to have followed as {title}."), format!("{title}一职尚无人接任。")))
}
