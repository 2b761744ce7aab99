//! The weighted scorecard: every signal's score times its weight, and the same numbers as evidence.
//!
//! Comes in: a context and weights. Leaves: a total in [0, 1] for every prospect, and the evidence whose parts add up to
//! it. Never looks at data itself: the signals do. Costs: the signals, then one product a prospect and signal.
//!
//! A signal that is not known for anybody is left out and its weight goes to the others. A signal that is not known for
//! one prospect counts as [`Missing`] says, and the evidence says that it was missing.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Deserialize;

use crate::discovery::signals::{self, Context, Pillar, Reading, Signal};
use crate::evidence::{Bilingual, Evidence, Facts};

/// What a signal counts that is not known for a prospect.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// One half, as if the prospect stood in the middle.
    Neutral,
    /// Nothing.
    Zero,
    /// Nothing, but the prospect's other signals get its weight.
    Renormalise,
}

/// Where weights come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub enum Preset {
    /// The signals' own weights.
    #[serde(rename = "own")]
    Own,
    /// Value 30, growth 25, strategy 20, breadth 15, loyalty 10 of 100; inside a heading by the signals' own weights.
    #[serde(rename = "30/25/20/15/10")]
    Pillars,
}

/// A weight of at least 0 for every signal.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(try_from = "BTreeMap<String, f64>")]
pub struct Weights(BTreeMap<String, f64>);

impl TryFrom<BTreeMap<String, f64>> for Weights {
    type Error = String;

    fn try_from(weights: BTreeMap<String, f64>) -> Result<Self, String> {
        for (name, weight) in &weights {
            if signals::by_name(name).is_none() {
                return Err(format!("expected a signal's name, found {name}"));
            }
            if !(weight.is_finite() && *weight >= 0.0) {
                return Err(format!("expected a weight of at least 0 for {name}, found {weight}"));
            }
        }
        let total: f64 = weights.values().sum();
        if total > 0.0 { Ok(Self(weights)) } else { Err("expected a weight above 0, found none".to_owned()) }
    }
}

impl Weights {
    /// The same weights of some signals, none of the others.
    #[must_use]
    pub fn only(&self, names: &[&str]) -> Self {
        let wanted = self.0.iter().filter(|(name, _)| names.contains(&name.as_str()));
        Self(wanted.map(|(name, weight)| (name.clone(), *weight)).collect())
    }

    /// The weight of a signal; 0 when it has none.
    pub fn of(&self, signal: &dyn Signal) -> f64 {
        self.0.get(signal.name()).copied().unwrap_or(0.0)
    }
}

/// Every signal measured, with its weight.
pub struct Scorecard {
    columns: Vec<Column>,
    unknown: Vec<&'static dyn Signal>,
    missing: Missing,
}

struct Column {
    signal: &'static dyn Signal,
    weight: f64,
    values: Vec<Option<f64>>,
    scores: Vec<Option<f64>>,
}

/// What one signal adds for one prospect.
#[derive(Clone, Copy)]
struct Part {
    weight: f64,
    contribution: f64,
}

impl Scorecard {
    /// Measures every signal that has a weight.
    pub fn new(context: &Context<'_>, weights: &Weights, preset: Preset, missing: Missing) -> Self {
        let weighted: Vec<_> = signals::ALL.iter().copied().filter(|signal| weights.of(*signal) > 0.0).collect();
        let measured = weighted.par_iter().map(|signal| {
            let values = signal.measure(context);
            let scores = signal.scores(context, &values);
            Column { signal: *signal, weight: weights.of(*signal), values, scores }
        });
        let measured: Vec<Column> = measured.collect();
        let (mut columns, unknown): (Vec<Column>, Vec<Column>) =
            measured.into_iter().partition(|column| column.values.iter().any(Option::is_some));
        if preset == Preset::Pillars {
            share_out_by_pillar(&mut columns);
        }
        let total: f64 = columns.iter().map(|column| column.weight).sum();
        columns.iter_mut().for_each(|column| column.weight /= total);
        Self { columns, unknown: unknown.into_iter().map(|column| column.signal).collect(), missing }
    }

    /// Signals that are not known for anybody.
    pub fn unknown(&self) -> &[&'static dyn Signal] {
        &self.unknown
    }

    /// The prospect's total in [0, 1].
    pub fn total(&self, place: usize) -> f64 {
        self.parts(place).iter().map(|part| part.contribution).sum()
    }

    /// What a signal read of a prospect.
    pub fn reading(&self, signal: &str, place: usize) -> Option<Reading> {
        self.columns.iter().find(|column| column.signal.name() == signal)?.reading(place)
    }

    /// What a signal read of all prospects of which it is known.
    pub fn readings(&self, signal: &str) -> Vec<Reading> {
        let column = self.columns.iter().find(|column| column.signal.name() == signal);
        column.map_or_else(Vec::new, |it| (0..it.values.len()).filter_map(|place| it.reading(place)).collect())
    }

    /// Every signal with what it adds to the prospect's total.
    pub fn contributions(&self, place: usize) -> Vec<(&'static dyn Signal, f64)> {
        let parts = self.parts(place);
        self.columns.iter().zip(parts).map(|(column, part)| (column.signal, part.contribution)).collect()
    }

    /// The score of a prospect if a signal read another value of it.
    pub fn score_if(&self, context: &Context<'_>, signal: &str, place: usize, value: f64) -> Option<f64> {
        let column = self.columns.iter().find(|column| column.signal.name() == signal)?;
        column.scores_if(context, place, value)[place]
    }

    /// The totals of all prospects if a signal read another value of one of them.
    pub fn totals_if(&self, context: &Context<'_>, signal: &str, place: usize, value: f64) -> Vec<f64> {
        let n_prospects = context.prospects.len();
        let Some(at) = self.columns.iter().position(|column| column.signal.name() == signal) else {
            return (0..n_prospects).map(|place| self.total(place)).collect();
        };
        let scores = self.columns[at].scores_if(context, place, value);
        let total =
            |place: usize| self.parts_with(place, Some((at, scores[place]))).iter().map(|it| it.contribution).sum();
        (0..n_prospects).into_par_iter().map(total).collect()
    }

    /// Every signal with what it read, the one that lifts the prospect most above the middle first.
    pub fn strongest(&self, place: usize) -> Vec<(&'static dyn Signal, Reading)> {
        let known = self.columns.iter().filter_map(|column| Some((column, column.reading(place)?)));
        let mut lifts: Vec<_> =
            known.map(|(column, it)| (column.weight * (it.score - 0.5), column.signal, it)).collect();
        lifts.sort_by(|a, b| b.0.total_cmp(&a.0));
        lifts.into_iter().map(|(_, signal, reading)| (signal, reading)).collect()
    }

    /// Why the total is what it is.
    pub fn evidence(&self, context: &Context<'_>, place: usize) -> Evidence {
        let parts = self.parts(place);
        let pillar = |pillar: Pillar| {
            let inside = self.columns.iter().zip(&parts).filter(|(column, _)| column.signal.pillar() == pillar);
            let inside: Vec<_> = inside.collect();
            let weight: f64 = inside.iter().map(|(_, part)| part.weight).sum();
            let leaves =
                inside.iter().map(|(column, part)| self.leaf(context, place, column, **part, weight)).collect();
            (!inside.is_empty()).then(|| Evidence::sum(pillar.name(), pillar.title(), weight, leaves))
        };
        let pillars = Pillar::ALL.into_iter().filter_map(pillar).collect();
        Evidence::sum("candidate", Bilingual::new("Could become a key account", "潜在大客户"), 1.0, pillars)
    }

    fn parts(&self, place: usize) -> Vec<Part> {
        self.parts_with(place, None)
    }

    /// The parts with another score of one column.
    fn parts_with(&self, place: usize, other: Option<(usize, Option<f64>)>) -> Vec<Part> {
        let score = |at: usize| match other {
            Some((other, score)) if other == at => score,
            _ => self.columns[at].scores[place],
        };
        let known = (0..self.columns.len()).filter(|at| score(*at).is_some());
        let known_weight: f64 = known.map(|at| self.columns[at].weight).sum();
        let part = |at: usize| {
            let column = &self.columns[at];
            let (weight, score) = match (score(at), self.missing) {
                (Some(score), Missing::Renormalise) => (column.weight / known_weight, score),
                (Some(score), _) => (column.weight, score),
                (None, Missing::Neutral) => (column.weight, 0.5),
                (None, Missing::Zero) => (column.weight, 0.0),
                (None, Missing::Renormalise) => (0.0, 0.0),
            };
            Part { weight, contribution: weight * score }
        };
        (0..self.columns.len()).map(part).collect()
    }

    fn leaf(&self, context: &Context<'_>, place: usize, column: &Column, part: Part, of: f64) -> Evidence {
        let weight = if of > 0.0 { part.weight / of } else { 0.0 };
        let title = column.signal.title();
        let Some(reading) = column.reading(place) else {
            let text = self.missing_text(&title);
            return Evidence::leaf(column.signal.name(), text, None, weight, part.contribution, Facts::default());
        };
        let seen = column.signal.text(context, place, reading);
        let text = Bilingual::new(format!("{}: {}", title.en, seen.en), format!("{}：{}", title.zh, seen.zh));
        let facts = column.signal.facts(context, place);
        Evidence::leaf(column.signal.name(), text, Some(reading.value), weight, part.contribution, facts)
    }

    fn missing_text(&self, title: &Bilingual) -> Bilingual {
        let (en, zh) = match self.missing {
            Missing::Neutral => ("counts as the middle", "按中位计"),
            Missing::Zero => ("counts as nothing", "按零计"),
            Missing::Renormalise => ("left out", "不计入"),
        };
        Bilingual::new(format!("{}: not known, {en}", title.en), format!("{}：未知，{zh}", title.zh))
    }
}

impl Column {
    fn scores_if(&self, context: &Context<'_>, place: usize, value: f64) -> Vec<Option<f64>> {
        let mut values = self.values.clone();
        values[place] = Some(value);
        self.signal.scores(context, &values)
    }

    fn reading(&self, place: usize) -> Option<Reading> {
        Some(Reading { value: self.values[place]?, score: self.scores[place]? })
    }
}

fn share_out_by_pillar(columns: &mut [Column]) {
    for pillar in Pillar::ALL {
        let share = match pillar {
            Pillar::Value => 0.30,
            Pillar::Growth => 0.25,
            Pillar::Strategy => 0.20,
            Pillar::Breadth => 0.15,
            Pillar::Loyalty => 0.10,
        };
        let total: f64 = columns.iter().filter(|it| it.signal.pillar() == pillar).map(|it| it.weight).sum();
        let inside = columns.iter_mut().filter(|it| it.signal.pillar() == pillar);
        inside.for_each(|column| column.weight *= share / total);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(missing: Missing) -> Scorecard {
        let column = |name: &str, weight: f64, score: Option<f64>| Column {
            signal: signals::by_name(name).unwrap(),
            weight,
            values: vec![score],
            scores: vec![score],
        };
        let columns =
            vec![column("spend", 0.5, Some(0.8)), column("growth", 0.3, None), column("payment", 0.2, Some(0.4))];
        Scorecard { columns, unknown: Vec::new(), missing }
    }

    #[test]
    fn a_missing_signal_counts_as_the_settings_say() {
        let total = |missing| card(missing).total(0);
        assert!((total(Missing::Zero) - 0.48).abs() < 1e-12);
        assert!((total(Missing::Neutral) - 0.63).abs() < 1e-12);
        assert!((total(Missing::Renormalise) - 0.48 / 0.7).abs() < 1e-12);
    }

    #[test]
    fn the_preset_gives_each_heading_its_share() {
        let mut columns = card(Missing::Zero).columns;
        share_out_by_pillar(&mut columns);
        let weights: Vec<f64> = columns.iter().map(|column| column.weight).collect();
        assert!(weights.iter().zip([0.30, 0.25, 0.10]).all(|(weight, expected)| (weight - expected).abs() < 1e-12));
    }

    #[test]
    fn a_weight_of_an_unknown_signal_is_refused() {
        let one = |name: &str, weight| Weights::try_from(BTreeMap::from([(name.to_owned(), weight)]));
        assert!(one("spend", 1.0).is_ok());
        assert_eq!(one("spent", 1.0).unwrap_err(), "expected a signal's name, found spent");
        assert!(one("spend", -1.0).is_err() && one("spend", 0.0).is_err());
    }
}
