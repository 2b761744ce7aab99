//! The weight of evidence: from levels of agreement to a probability that two records are one.
//!
//! Comes in: outcomes of the attributes. Leaves: log odds, a probability, and the waterfall of steps whose total they are.
//! Never looks at values. Costs an addition an attribute.
//!
//! Source: I. Fellegi and A. Sunter, "A Theory for Record Linkage" (1969): each attribute adds `ln(m / u)`, where `m` is the
//! probability of its level among records of one entity and `u` among those of two.
//!
//! Two entities can be *related*: a household, brothers, companies of one group. They share a family name, an address, a
//! telephone, and differ in what is one's own. Two records that are not one are therefore of two sorts, unrelated and
//! related, and what looks like relatives loses what relatives would share: the last step of the waterfall.

use crate::identity::attribute::Attribute;
use crate::identity::comparison::{Level, N_LEVELS, Outcome};
use crate::identity::kind::Kind;

/// No agreement is less likely by chance than this, in nats: values are never quite independent.
const LEAST_LN_U: f64 = -16.0;
/// No attribute alone says less than this, in nats: anything can be mistyped.
const MOST_AGAINST: f64 = -7.0;

/// Probabilities of one attribute's levels.
#[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Weights {
    /// The attribute.
    pub name: String,
    /// Probability of each level among records of one entity.
    pub m: [f64; N_LEVELS],
    /// Probability of each level among records of two entities.
    pub u: [f64; N_LEVELS],
    /// Probability of each level among records of two entities that are related, of persons and of organisations; none: as of
    /// any two.
    pub related: [Option<[f64; N_LEVELS]>; 2],
    /// Whether it names organisations.
    pub is_organisation: bool,
}

/// What is known of matches.
#[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Model {
    /// Log odds that any two records are one, before they are looked at.
    pub prior: f64,
    /// Logarithm of the share of pairs that are relatives.
    pub relatives: f64,
    /// The attributes' weights, in their order.
    pub attributes: Vec<Weights>,
}

/// Share of the organisations of a group that are at one address.
const SHARED_PLACE: f64 = 0.25;

/// One step of the waterfall from the prior to the probability.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// The attribute; "prior" for the first.
    pub attribute: String,
    /// How its values agree.
    pub level: Level,
    /// What it adds to the log odds, in nats.
    pub weight: f64,
}

impl Model {
    /// What the model says before it has seen data.
    pub fn of(attributes: &[Attribute], prior: f64) -> Self {
        let weights = |it: &Attribute| Weights {
            name: it.name.clone(),
            m: expected_m(it.kind),
            u: expected_u(it.kind),
            related: [expected_related(it.kind), expected_related_organisations(it.kind)],
            is_organisation: it.kind == Kind::OrganisationName,
        };
        Self { prior, relatives: prior, attributes: attributes.iter().map(weights).collect() }
    }

    /// Log odds that two records with these outcomes are one.
    pub fn ln_odds(&self, outcomes: &[Outcome]) -> f64 {
        let weights = self.attributes.iter().zip(outcomes).map(|(it, outcome)| it.weight(*outcome));
        self.prior + weights.sum::<f64>() - self.as_relatives(outcomes).exp().ln_1p()
    }

    /// Log odds that two records that are not one are relatives.
    pub fn as_relatives(&self, outcomes: &[Outcome]) -> f64 {
        let are_organisations = self.are_organisations(outcomes);
        let weight = |(it, outcome): (&Weights, &Outcome)| it.related_weight(*outcome, are_organisations);
        self.relatives + self.attributes.iter().zip(outcomes).map(weight).sum::<f64>()
    }

    /// Whether both records name organisations.
    pub fn are_organisations(&self, outcomes: &[Outcome]) -> bool {
        let mut pairs = self.attributes.iter().zip(outcomes);
        pairs.any(|(it, outcome)| it.is_organisation && outcome.level != Level::Missing)
    }

    /// The steps whose weights add up to [`Self::ln_odds`].
    pub fn waterfall(&self, outcomes: &[Outcome]) -> Vec<Step> {
        let prior = Step { attribute: "prior".to_owned(), level: Level::Missing, weight: self.prior };
        let steps = self.attributes.iter().zip(outcomes).map(|(it, outcome)| Step {
            attribute: it.name.clone(),
            level: outcome.level,
            weight: it.weight(*outcome),
        });
        let weight = -self.as_relatives(outcomes).exp().ln_1p();
        let relatives = Step { attribute: "could be relatives".to_owned(), level: Level::Missing, weight };
        std::iter::once(prior).chain(steps).chain([relatives]).collect()
    }
}

impl Weights {
    /// What an outcome adds to the log odds.
    pub fn weight(&self, outcome: Outcome) -> f64 {
        self.against_chance(outcome, Some(&self.m))
    }

    /// What an outcome says for relatives against any two.
    pub fn related_weight(&self, outcome: Outcome, are_organisations: bool) -> f64 {
        self.against_chance(outcome, self.related[usize::from(are_organisations)].as_ref())
    }

    fn against_chance(&self, outcome: Outcome, shares: Option<&[f64; N_LEVELS]>) -> f64 {
        let Some(shares) = shares.filter(|_| outcome.level != Level::Missing) else { return 0.0 };
        let at = outcome.level as usize;
        let ln_u = if outcome.ln_u.is_nan() { self.u[at].ln() } else { f64::from(outcome.ln_u) };
        (shares[at].ln() - ln_u.max(LEAST_LN_U)).max(MOST_AGAINST)
    }
}

/// A probability from log odds.
pub fn probability(ln_odds: f64) -> f64 {
    1.0 / (1.0 + (-ln_odds).exp())
}

/// Levels of any two records of most kinds.
const EXPECTED_U: [f64; N_LEVELS] = [0.002, 0.004, 0.004, 0.02, 0.01, 0.06, 0.9];

/// Levels of any two records, before data are seen; of legal forms, which are few, half are the same.
pub fn expected_u(kind: Kind) -> [f64; N_LEVELS] {
    match kind {
        Kind::LegalForm => [0.495, 0.002, 0.002, 0.002, 0.002, 0.002, 0.495],
        _ => EXPECTED_U,
    }
}

/// Levels of two records of one entity, before data are seen: most agree, few say something else altogether.
pub fn expected_m(kind: Kind) -> [f64; N_LEVELS] {
    match kind {
        Kind::PersonName | Kind::GivenName | Kind::FamilyName => [0.53, 0.20, 0.08, 0.08, 0.04, 0.05, 0.02],
        Kind::OrganisationName => [0.52, 0.14, 0.12, 0.11, 0.05, 0.03, 0.03],
        Kind::WholeAddress | Kind::Address => [0.45, 0.14, 0.10, 0.10, 0.07, 0.06, 0.08],
        Kind::Place => [0.60, 0.10, 0.03, 0.08, 0.01, 0.03, 0.15],
        Kind::Text => [0.45, 0.10, 0.08, 0.12, 0.05, 0.05, 0.15],
        Kind::Date => [0.75, 0.13, 0.002, 0.05, 0.002, 0.036, 0.03],
        Kind::Phone | Kind::Email => [0.55, 0.08, 0.002, 0.10, 0.002, 0.002, 0.264],
        Kind::Identifier | Kind::Registration => [0.84, 0.10, 0.002, 0.002, 0.002, 0.002, 0.052],
        Kind::Postcode => [0.65, 0.10, 0.002, 0.10, 0.002, 0.002, 0.144],
        Kind::LegalForm => [0.952, 0.002, 0.002, 0.002, 0.001, 0.001, 0.04],
        Kind::Code | Kind::Category | Kind::Generation | Kind::Nothing => {
            [0.80, 0.05, 0.002, 0.002, 0.002, 0.002, 0.142]
        }
    }
}

/// Levels of two records of two entities that are related: members of a household have one family name and one address,
/// companies of a group some words; dates, numbers and given names are one's own.
pub fn expected_related(kind: Kind) -> Option<[f64; N_LEVELS]> {
    match kind {
        Kind::PersonName | Kind::FamilyName => Some([0.015, 0.015, 0.01, 0.03, 0.06, 0.63, 0.24]),
        Kind::OrganisationName => Some([0.01, 0.02, 0.035, 0.225, 0.30, 0.31, 0.10]),
        Kind::WholeAddress | Kind::Address => Some([0.45, 0.14, 0.10, 0.10, 0.07, 0.06, 0.08]),
        Kind::Place => Some([0.60, 0.10, 0.03, 0.08, 0.01, 0.03, 0.15]),
        Kind::Postcode => Some([0.60, 0.06, 0.002, 0.18, 0.002, 0.002, 0.154]),
        Kind::Phone | Kind::Email => Some([0.40, 0.04, 0.002, 0.06, 0.002, 0.002, 0.494]),
        Kind::Code => Some([0.70, 0.02, 0.002, 0.002, 0.002, 0.002, 0.272]),
        Kind::Date => Some([0.02, 0.01, 0.001, 0.03, 0.001, 0.05, 0.888]),
        Kind::GivenName
        | Kind::Registration
        | Kind::Text
        | Kind::Identifier
        | Kind::Category
        | Kind::Generation
        | Kind::LegalForm
        | Kind::Nothing => None,
    }
}

/// The same of two organisations: those of a group share some words of their names, but only a quarter of them an address or a
/// telephone; the others agree in these as any two do.
pub fn expected_related_organisations(kind: Kind) -> Option<[f64; N_LEVELS]> {
    match kind {
        Kind::WholeAddress | Kind::Address | Kind::Place | Kind::Postcode | Kind::Phone | Kind::Email | Kind::Code => {
            let (one, two) = (expected_m(kind), EXPECTED_U);
            Some(std::array::from_fn(|at| SHARED_PLACE * one[at] + (1.0 - SHARED_PLACE) * two[at]))
        }
        _ => expected_related(kind),
    }
}
