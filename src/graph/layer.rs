//! What comes in: layers of links, and the settings under which they are looked at.

use std::borrow::Cow;

use crate::graph::GraphError;

/// Links of one kind: pairs of source id and target id, in any order, with what is known about each.
#[derive(Clone, Debug)]
pub struct Layer<'a> {
    links: Cow<'a, [(u64, u64)]>,
    weights: Option<Cow<'a, [f64]>>,
    days: Option<Cow<'a, [i32]>>,
    factor: f64,
}

/// In which direction the links are followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Direction {
    /// From source to target.
    #[default]
    Forward,
    /// From target to source.
    Reverse,
    /// Both ways: an undirected graph; a link from a node to itself still counts once.
    Both,
}

/// What becomes of several links between the same two nodes, over all layers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Parallel {
    /// They become one link with the sum of their weights; in a graph without weights, simply one link.
    #[default]
    Sum,
    /// Each stays a link of its own.
    Keep,
}

/// How the layers are looked at.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct ViewSettings {
    /// Direction in which links are followed.
    pub direction: Direction,
    /// Links that occurred after this day (days since 1970-01-01) are not there; links without a day always are.
    pub as_of: Option<i32>,
    /// A link with a day loses half of its weight in this many days, counted up to `as_of` or, without it, up to the
    /// latest day of any link. Links without a day keep their weight.
    pub half_life_days: Option<f64>,
    /// What becomes of several links between the same two nodes.
    pub parallel: Parallel,
}

impl<'a> Layer<'a> {
    /// Links without weights (each counts 1) and without days.
    pub fn new(links: impl Into<Cow<'a, [(u64, u64)]>>) -> Self {
        Self { links: links.into(), weights: None, days: None, factor: 1.0 }
    }

    /// One weight a link, at least 0.
    #[must_use]
    pub fn weighted(mut self, weights: impl Into<Cow<'a, [f64]>>) -> Self {
        self.weights = Some(weights.into());
        self
    }

    /// One day a link on which it occurred, in days since 1970-01-01.
    #[must_use]
    pub fn dated(mut self, days: impl Into<Cow<'a, [i32]>>) -> Self {
        self.days = Some(days.into());
        self
    }

    /// A factor on the weight of every link of the layer.
    #[must_use]
    pub fn scaled(mut self, factor: f64) -> Self {
        self.factor = factor;
        self
    }

    pub(super) fn links(&self) -> &[(u64, u64)] {
        &self.links
    }

    pub(super) fn latest_day(&self) -> Option<i32> {
        self.days.as_ref()?.iter().copied().max()
    }

    /// Whether link number `link` is there on the day.
    pub(super) fn is_there(&self, link: usize, as_of: Option<i32>) -> bool {
        match (&self.days, as_of) {
            (Some(days), Some(as_of)) => days[link] <= as_of,
            _ => true,
        }
    }

    /// Whether links of this layer may weigh something else than 1.
    pub(super) fn has_weights(&self, decay: Option<Decay>) -> bool {
        self.weights.is_some() || self.factor != 1.0 || (decay.is_some() && self.days.is_some())
    }

    /// Weight of link number `link`, after factor and decay.
    pub(super) fn weight(&self, link: usize, decay: Option<Decay>) -> f64 {
        let own = self.weights.as_ref().map_or(1.0, |weights| weights[link]) * self.factor;
        match (decay, &self.days) {
            (Some(decay), Some(days)) => own * decay.share_left(days[link]),
            _ => own,
        }
    }

    pub(super) fn check(&self, layer: usize) -> Result<(), GraphError> {
        let expected = self.links.len();
        let lengths =
            [("weights", self.weights.as_ref().map(|w| w.len())), ("days", self.days.as_ref().map(|d| d.len()))];
        for (what, found) in lengths {
            if let Some(found) = found.filter(|found| *found != expected) {
                return Err(GraphError::Lengths { layer, what, expected, found });
            }
        }
        if !is_weight(self.factor) {
            return Err(GraphError::Factor { layer, found: self.factor });
        }
        let bad =
            self.weights.iter().flat_map(|weights| weights.iter().copied().enumerate()).find(|(_, w)| !is_weight(*w));
        bad.map_or(Ok(()), |(link, found)| Err(GraphError::Weight { layer, link, found }))
    }
}

fn is_weight(value: f64) -> bool {
    value.is_finite() && value >= 0.0
}

/// Exponential decay up to a day.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decay {
    until: i32,
    half_life_days: f64,
}

impl Decay {
    /// The decay that the settings ask for; `None` when they ask for none or no link has a day.
    pub(super) fn of(layers: &[Layer<'_>], settings: &ViewSettings) -> Result<Option<Self>, GraphError> {
        let Some(half_life_days) = settings.half_life_days else { return Ok(None) };
        if !(half_life_days.is_finite() && half_life_days > 0.0) {
            return Err(GraphError::HalfLife(half_life_days));
        }
        let until = settings.as_of.or_else(|| layers.iter().filter_map(Layer::latest_day).max());
        Ok(until.map(|until| Self { until, half_life_days }))
    }

    fn share_left(self, day: i32) -> f64 {
        let age_days = f64::from(self.until) - f64::from(day);
        (-age_days / self.half_life_days).exp2()
    }
}
