//! The learned ranker: how likely an account below the top tier rises into it, learned from the past of the same data.
//!
//! Comes in: a ledger as seen on a day. Leaves: a probability for every prospect, and what each measure adds to it. Never
//! sees a row later than that day, and never a constant that was chosen on anybody's data: the model, its calibration
//! and its base rate come from the user's own history. Costs: one view for each day that is asked, then the trees.
//!
//! The question is asked at many earlier days ([`training`]) whose answers are known by now ([`target`]); boosted trees
//! ([`boosting`]) and an additive model ([`linear`]) learn the answers from measures ([`measures`]); the latest of those days are held out once to see how far
//! the trees' word can be trusted ([`calibration`]). Where the history is too short, [`TooShort`] says so, and the
//! scorecard's stated weights rank instead.

pub mod bins;
pub mod blend;
pub mod boosting;
pub mod calibration;
mod evidence;
pub mod ledger;
pub mod lifetime;
pub mod linear;
pub mod measures;
mod simplex;
pub mod target;
pub mod training;
pub mod tree;
pub mod view;

use rayon::prelude::*;
use serde::Deserialize;

use crate::discovery::ranking::blend::Blend;
use crate::discovery::ranking::boosting::Sample;
use crate::discovery::ranking::calibration::{Calibration, probability};
use crate::discovery::ranking::target::{Returns, TierOf};
use crate::discovery::ranking::training::{Lessons, Schedule};
use crate::discovery::ranking::view::{Seen, View};
use crate::evidence::Bilingual;
use crate::model::Day;

/// How the ranker learns.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How many months ahead a prospect may rise.
    pub horizon_months: i32,
    /// At most so many earlier days are asked.
    pub most_days: usize,
    /// Of whom the top tier of the following window is a tenth.
    pub tier_of: TierOf,
    /// What returns and credits do to spend.
    pub returns: Returns,
    /// With fewer accounts that rose in the past nothing is learned.
    pub minimum_risers: usize,
    /// Of how many rows of the past a person's decision about a candidate counts.
    pub judgement_rows: f32,
    /// How much of the additive half counts, in [0, 1]; the trees have the rest.
    pub additive_share: f64,
    /// Holds the coefficients of the additive half back.
    pub ridge: f64,
    /// The trees.
    pub trees: boosting::Settings,
}

/// What was learned, applied to every prospect.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// From which days.
    pub schedule: Schedule,
    /// How many accounts rose on them.
    pub n_risers: usize,
    /// How many rows were learned from.
    pub n_rows: usize,
    /// How many decisions of people were learned from.
    pub n_judgements: usize,
    /// Whether the probability was checked on held-out days.
    pub is_calibrated: bool,
    model: Blend,
    calibration: Calibration,
    numbers: Vec<Vec<f32>>,
    log_odds: Vec<f64>,
}

/// What a person decided about a candidate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Judgement {
    /// Which prospect.
    pub place: usize,
    /// When; what was known of it on that day is what is learned from.
    pub day: Day,
    /// Whether it is one to be followed.
    pub is_wanted: bool,
}

/// Why nothing was learned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TooShort {
    /// Since when purchases are there.
    pub since: Option<Day>,
    /// How many accounts rose in the past; `None` when no earlier day can be asked.
    pub n_risers: Option<usize>,
    /// How many are needed.
    pub needed: usize,
}

impl Ranking {
    /// Learns from the ledger's past and from what people decided, and applies it to every prospect as seen in `view`. What
    /// people decided moves the order; how far a probability can be trusted is asked of what followed alone.
    pub fn learn(view: &View<'_>, judged: &[Judgement], settings: &Settings) -> Result<Self, TooShort> {
        let ledger = view.ledger;
        let too_short = |n_risers| TooShort { since: ledger.since, n_risers, needed: settings.minimum_risers };
        let schedule = ledger
            .since
            .and_then(|since| Schedule::new(since, view.day, settings.horizon_months, settings.most_days))
            .ok_or_else(|| too_short(None))?;
        let lessons = Lessons::read(ledger, &schedule, settings.tier_of);
        if lessons.n_risers < settings.minimum_risers {
            return Err(too_short(Some(lessons.n_risers)));
        }
        let model = match judged {
            [] => Blend::learn(&lessons.sample, settings),
            _ => Blend::learn(&lessons.with(judged, ledger, settings.judgement_rows), settings),
        };
        let calibration = calibrate(&lessons, &schedule, settings);
        let numbers: Vec<Vec<f32>> =
            (0..ledger.len()).into_par_iter().map(|place| measures::read(&view.see(place))).collect();
        let line = calibration.unwrap_or_else(|| Calibration::shift(&odds_of(&model, &lessons.sample)));
        let log_odds = numbers.par_iter().map(|numbers| line.log_odds(model.log_odds(numbers))).collect();
        Ok(Self {
            n_risers: lessons.n_risers,
            n_rows: lessons.sample.labels.len(),
            n_judgements: judged.len(),
            is_calibrated: calibration.is_some(),
            calibration: line,
            schedule,
            model,
            numbers,
            log_odds,
        })
    }

    /// How likely the prospect at a place rises, in (0, 1).
    pub fn probability(&self, place: usize) -> f64 {
        probability(self.log_odds[place])
    }

    /// How likely a prospect would rise that is seen otherwise, in (0, 1).
    pub fn probability_of(&self, seen: &Seen<'_>) -> f64 {
        probability(self.calibration.log_odds(self.model.log_odds(&measures::read(seen))))
    }

    /// Log-odds of any prospect, and what each measure adds to them, in the order of [`measures::ALL`].
    pub fn explain(&self, place: usize) -> (f64, Vec<f64>) {
        let (base, added) = self.model.explain(&self.numbers[place]);
        let mut by_measure = vec![0.0; measures::ALL.len()];
        for (measure, added) in measures::measure_of_columns().into_iter().zip(added) {
            by_measure[measure] += self.calibration.slope() * added;
        }
        (self.calibration.log_odds(base), by_measure)
    }
}

impl TooShort {
    /// The same in words.
    pub fn text(&self) -> Bilingual {
        let since = self.since.map_or_else(|| "never".to_owned(), |since| since.to_string());
        match self.n_risers {
            None => Bilingual::new(
                format!("purchases begin on {since}: too late to learn from the past, so the stated weights rank"),
                format!("采购数据始于{since}，历史过短，无法学习，故按设定权重排序"),
            ),
            Some(n) => Bilingual::new(
                format!(
                    "only {n} accounts rose into the top tier in the past, fewer than {}: too few to learn from, so the stated weights rank",
                    self.needed
                ),
                format!("历史上仅有{n}家客户升入头部，少于{}家，不足以学习，故按设定权重排序", self.needed),
            ),
        }
    }
}

/// Days whose answers came last are held out: a model of the days whose answers were known before them is asked.
fn calibrate(lessons: &Lessons, schedule: &Schedule, settings: &Settings) -> Option<Calibration> {
    let latest = *schedule.days.first()?;
    let known_before = latest.plus_months(-schedule.horizon_months);
    let quarter = latest.plus_months(-HELD_OUT_MONTHS);
    let earlier = lessons.of_days(|day| schedule.days[day] <= known_before);
    let held_out = lessons.of_days(|day| schedule.days[day] > quarter);
    let n_positive = |labels: &[bool]| labels.iter().filter(|label| **label).count();
    if n_positive(&earlier.labels) < settings.minimum_risers || n_positive(&held_out.labels) < ENOUGH_HELD_OUT {
        return None;
    }
    Some(Calibration::fit(&odds_of(&Blend::learn(&earlier, settings), &held_out)))
}

/// For each row the model's log-odds, what followed, and how many rows it stands for.
fn odds_of(model: &Blend, sample: &Sample) -> Vec<(f64, bool, f64)> {
    let odds = |row: usize| {
        let numbers: Vec<f32> = sample.columns.iter().map(|column| column[row]).collect();
        (model.log_odds(&numbers), sample.labels[row], f64::from(sample.weights[row]))
    };
    (0..sample.labels.len()).into_par_iter().map(odds).collect()
}

/// How many months of days are held out.
const HELD_OUT_MONTHS: i32 = 3;

/// With fewer that rose among the held-out rows two numbers cannot be fitted.
const ENOUGH_HELD_OUT: usize = 20;
