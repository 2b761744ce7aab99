//! The weight of evidence: from levels of agreement to a probability that two records are one.
//!
//! Comes in: outcomes of the attributes. Leaves: log odds, a probability, and the waterfall of steps whose total they are.
//! Never looks at values. Costs an addition an attribute.
//!
//! Source: I. Fellegi and A. Sunter, "A Theory for Record Linkage" (1969): each attribute adds `ln(m / u)`, where `m` is the
//! probability of its level among records of one entity and `u` among those of two.

use crate::identity::attribute::Attribute;
use crate::identity::comparison::{Level, N_LEVELS, Outcome};
use crate::identity::kind::Kind;

/// No attribute alone says more than this, in nats: values are never quite independent.
const MOST_FOR: f64 = 12.0;
/// No attribute alone says less than this, in nats: anything can be mistyped.
const MOST_AGAINST: f64 = -7.0;

/// Probabilities of one attribute's levels.
#[derive(Clone, PartialEq, Debug)]
pub struct Weights {
    /// The attribute.
    pub name: String,
    /// Probability of each level among records of one entity.
    pub m: [f64; N_LEVELS],
    /// Probability of each level among records of two entities.
    pub u: [f64; N_LEVELS],
}

/// What is known of matches.
#[derive(Clone, PartialEq, Debug)]
pub struct Model {
    /// Log odds that any two records are one, before they are looked at.
    pub prior: f64,
    /// The attributes' weights, in their order.
    pub attributes: Vec<Weights>,
}

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
        let weights = |it: &Attribute| Weights { name: it.name.clone(), m: expected_m(it.kind), u: EXPECTED_U };
        Self { prior, attributes: attributes.iter().map(weights).collect() }
    }

    /// Log odds that two records with these outcomes are one.
    pub fn ln_odds(&self, outcomes: &[Outcome]) -> f64 {
        self.prior + self.attributes.iter().zip(outcomes).map(|(it, outcome)| it.weight(*outcome)).sum::<f64>()
    }

    /// The steps whose weights add up to [`Self::ln_odds`].
    pub fn waterfall(&self, outcomes: &[Outcome]) -> Vec<Step> {
        let prior = Step { attribute: "prior".to_owned(), level: Level::Missing, weight: self.prior };
        let steps = self.attributes.iter().zip(outcomes).map(|(it, outcome)| Step {
            attribute: it.name.clone(),
            level: outcome.level,
            weight: it.weight(*outcome),
        });
        std::iter::once(prior).chain(steps).collect()
    }
}

impl Weights {
    /// What an outcome adds to the log odds.
    pub fn weight(&self, outcome: Outcome) -> f64 {
        if outcome.level == Level::Missing {
            return 0.0;
        }
        let at = outcome.level as usize;
        let ln_u = if outcome.ln_u.is_nan() { self.u[at].ln() } else { f64::from(outcome.ln_u) };
        (self.m[at].ln() - ln_u).clamp(MOST_AGAINST, MOST_FOR)
    }
}

/// A probability from log odds.
pub fn probability(ln_odds: f64) -> f64 {
    1.0 / (1.0 + (-ln_odds).exp())
}

/// Levels of any two records, before data are seen.
pub const EXPECTED_U: [f64; N_LEVELS] = [0.002, 0.004, 0.004, 0.02, 0.01, 0.06, 0.9];

/// Levels of two records of one entity, before data are seen: most agree, few say something else altogether.
pub fn expected_m(kind: Kind) -> [f64; N_LEVELS] {
    match kind {
        Kind::PersonName | Kind::GivenName | Kind::FamilyName => [0.50, 0.20, 0.08, 0.08, 0.04, 0.06, 0.04],
        Kind::OrganisationName => [0.50, 0.12, 0.10, 0.12, 0.06, 0.06, 0.04],
        Kind::WholeAddress | Kind::Address => [0.45, 0.14, 0.10, 0.10, 0.07, 0.06, 0.08],
        Kind::Place | Kind::Text => [0.60, 0.10, 0.03, 0.08, 0.01, 0.03, 0.15],
        Kind::Date => [0.72, 0.12, 0.002, 0.05, 0.002, 0.046, 0.06],
        Kind::Phone | Kind::Email => [0.55, 0.08, 0.002, 0.10, 0.002, 0.002, 0.264],
        Kind::Identifier => [0.80, 0.10, 0.002, 0.002, 0.002, 0.002, 0.092],
        Kind::Postcode => [0.65, 0.10, 0.002, 0.10, 0.002, 0.002, 0.144],
        Kind::Code | Kind::Category | Kind::Nothing => [0.80, 0.05, 0.002, 0.002, 0.002, 0.002, 0.142],
    }
}
