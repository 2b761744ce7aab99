//! Who orders the list: the learned ranker, or the scorecard where the history is too short for it.
//!
//! Comes in: a market and its prospects. Leaves: a score in [0, 1] for every prospect and its evidence. Costs: what the
//! ranker costs.

use rayon::prelude::*;
use serde::Deserialize;

use crate::discovery::candidate::Settings;
use crate::discovery::ranking::ledger::Ledger;
use crate::discovery::ranking::view::View;
use crate::discovery::ranking::{Judgement, Ranking, TooShort};
use crate::discovery::scorecard::Scorecard;
use crate::discovery::signals::Context;
use crate::evidence::{Bilingual, Evidence};

/// What orders the list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RankedBy {
    /// The ranker that learns from the data's own past.
    Learned,
    /// The scorecard with its stated weights.
    Scorecard,
}

/// The order of the list.
pub struct Order<'a> {
    view: View<'a>,
    learned: Option<Result<Ranking, TooShort>>,
}

impl<'a> Order<'a> {
    /// Learns from the past and from what people decided, if that is wanted.
    pub fn new(ledger: &'a Ledger, judged: &[Judgement], settings: &Settings) -> Self {
        let view = View::new(ledger, ledger.until);
        let learned = match settings.ranked_by {
            RankedBy::Learned => Some(Ranking::learn(&view, judged, &settings.ranker)),
            RankedBy::Scorecard => None,
        };
        Self { view, learned }
    }

    /// Where the top tier of the past 12 months begins.
    pub fn tier(&self) -> f64 {
        self.view.tier
    }

    /// The ledger as seen on the day.
    pub fn view(&self) -> &View<'a> {
        &self.view
    }

    /// What was learned, if anything was.
    pub fn ranking(&self) -> Option<&Ranking> {
        self.learned.as_ref().and_then(|learned| learned.as_ref().ok())
    }

    /// The score of every prospect.
    pub fn scores(&self, card: &Scorecard) -> Vec<f64> {
        let score = |place: usize| self.ranking().map_or_else(|| card.total(place), |it| it.probability(place));
        (0..self.view.ledger.len()).into_par_iter().map(score).collect()
    }

    /// Why the score is what it is, and beside it what the scorecard says, where that did not order the list.
    pub fn evidence(&self, context: &Context<'_>, card: &Scorecard, place: usize) -> (Evidence, Option<Evidence>) {
        let scorecard = card.evidence(context, place);
        match self.ranking() {
            Some(ranking) => (ranking.evidence(context, &self.view.see(place)), Some(scorecard)),
            None => (scorecard, None),
        }
    }

    /// What a reader must know about the order.
    pub fn note(&self) -> Option<Bilingual> {
        match self.learned.as_ref()? {
            Err(too_short) => Some(too_short.text()),
            Ok(ranking) => Some(learned(ranking)),
        }
    }
}

fn learned(ranking: &Ranking) -> Bilingual {
    let (n_days, months) = (ranking.schedule.days.len(), ranking.schedule.horizon_months);
    let (sure, sure_zh) = match ranking.is_calibrated {
        true => ("", ""),
        false => (", not checked on held-out days: too few rose", "，样本不足，概率未经留出数据校准"),
    };
    let (judged, judged_zh) = match ranking.n_judgements {
        0 => Default::default(),
        n => (format!(" and from {n} decisions about candidates"), format!("并参考{n}条人工决定")),
    };
    Bilingual::new(
        format!(
            "a candidate's score is its chance to rise into the top tenth by spend within {months} months, learned from {n_days} earlier days on which {} accounts rose{judged}{sure}; the scorecard's score stands beside it",
            ranking.n_risers
        ),
        format!(
            "候选得分为{months}个月内升入采购额前十分之一的概率，由{n_days}个历史时点、{}家升入的客户学得{judged_zh}{sure_zh}；评分卡得分并列显示",
            ranking.n_risers
        ),
    )
}
